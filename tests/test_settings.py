"""The settings of an installation: read from the environment, or refused with a sentence."""

import pytest

from config import Config, ConfigError

NEEDED = {
    "OUTREACH_SECRET_KEYS": "an old key, a new key",
    "OUTREACH_SUPPRESSION_KEY": "another key",
    "OUTREACH_BASE_URL": "https://invitations.ville.example/",
}


@pytest.mark.parametrize("name", NEEDED)
def test_nothing_starts_without_its_keys_and_its_address(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is missing"):
        Config.from_env({**NEEDED, name: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENGINE", "celery"),
        ("ENGINE", ""),
        ("BASE_URL", "invitations.ville.example"),
        ("BASE_URL", "ftp://ville.example"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://ville.example/outreach"),
        ("BASE_URL", "https://ville.example?x=1"),
        ("BASE_URL", "https://somebody@ville.example"),
        ("BASE_URL", "https://ville.example:port"),
        ("LOOPBACK_ONLY", "ture"),
        ("DEMONSTRATION", "2"),
        ("PORT", "http"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"OUTREACH_{name} cannot be read"):
        Config.from_env({**NEEDED, f"OUTREACH_{name}": value})


@pytest.mark.parametrize(
    ("written", "meant"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("no", False), ("", False)]
)
def test_yes_and_no_are_read_as_they_are_written(written: str, meant: bool) -> None:
    assert Config.from_env({**NEEDED, "OUTREACH_LOOPBACK_ONLY": written}).loopback_only is meant


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "https://ville.example", "http://[::1]:8000"])
def test_the_public_address_is_a_scheme_and_a_host(address: str) -> None:
    assert Config.from_env({**NEEDED, "OUTREACH_BASE_URL": f"{address}/"}).base_url == address


def test_a_process_of_ours_reads_the_same_settings() -> None:
    config = Config.from_env({**NEEDED, "OUTREACH_DEMONSTRATION": "yes", "OUTREACH_PORT": "8123"})
    assert Config.from_env(config.environment()) == config
