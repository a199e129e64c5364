"""What is logged, and what never is."""

import json
from dataclasses import replace
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from config import Config
from outreach.accounts.guard import public
from outreach.app import create_app
from outreach.links import Purpose, links
from outreach.logs import hide_personal, log
from tests.server import Server


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def ask(url: str, body: bytes | None = None) -> int:
    try:
        with urlopen(Request(url, body)) as answer:  # noqa: S310 - our own server
            status: int = answer.status
            return status
    except HTTPError as refused:
        return refused.code


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_token_never_reaches_the_log(app: Flask, config: Config, live_server: Server, style: str) -> None:
    token = links().sign(Purpose.INVITATION, "abcdefghijklmnop")
    for door in "iaoscku":
        ask(f"{live_server.url}/{door}/{token}")
        ask(f"{live_server.url}/{door}/{token[:-9]}?lang=en", b"answer=yes")
    ask(f"{live_server.url}/nowhere/{token}")
    ask(f"{live_server.url}/admin/sign-in", b"email=ada@association.test&password=lanterne")
    said = live_server.log.read_text()
    assert "request" in said
    for secret in (token, token[:24], "ada@association.test", "lanterne"):
        assert secret not in said


@pytest.fixture
def failing(config: Config) -> Flask:
    """The application, with a page that fails over somebody's data."""
    made = create_app(replace(config, log_format="json", extra={"PROPAGATE_EXCEPTIONS": False}))

    @made.get("/i/<token>/broken")
    @public("a test")
    def broken(token: str) -> str:
        name = "Lefèvre"
        raise RuntimeError(f"duplicate ada@association.test for {token}\nDETAIL: Key (name)=({name})")

    return made


def test_a_failure_is_logged_by_its_type_and_its_lines_without_values(
    failing: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "abcdefghijklmnop." + "x" * 43
    with failing.app_context():
        capsys.readouterr()
    answer = failing.test_client().get(f"/i/{token}/broken?lang=en")
    assert answer.status_code == 500
    assert "Nothing was lost" in answer.text
    said = capsys.readouterr().err
    for secret in (token, "ada@association.test", "Lefèvre"):
        assert secret not in said
    failed = next(line for line in lines(said) if line["event"] == "request failed")
    assert failed["fault"] == "builtins.RuntimeError"
    assert failed["route"] == "/i/<token>/broken"
    assert any("broken" in place for place in failed["where"])


def test_what_libraries_say_goes_through_the_same_net(failing: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    failing.logger.error("could not write to %s", "ada@association.test")
    log.warning("odd", address="ada@association.test")
    said = capsys.readouterr().err
    assert "ada@" not in said
    assert [line["event"] for line in lines(said)] == ["could not write to [hidden]", "odd"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("to Ada <ada.l@association.test>", "to Ada <[hidden]>"),
        ("GET /i/abcdefgh.short", "GET [hidden]"),
        ("GET /admin/contacts/12", "GET /admin/contacts/12"),
        ("outreach/app.py failed", "outreach/app.py failed"),
        ("550 5.1.1 <x@y.test>: unknown", "550 5.1.1 <[hidden]>: unknown"),
    ],
)
def test_the_net_hides_addresses_and_links(said: str, kept: str) -> None:
    assert hide_personal(None, "info", {"event": said}) == {"event": kept}
