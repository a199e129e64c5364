"""Who fetched the image: a person, or a machine that fetches everything."""

import pytest

from outreach.tracking.machines import reader
from outreach.tracking.models import Reader

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)"
THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.6.0"


@pytest.mark.parametrize("agent", [IPHONE, GMAIL, OUTLOOK, THUNDERBIRD, "YahooMailProxy; https://help.yahoo.com/x"])
def test_mail_programs_and_the_proxies_that_carry_people_are_people(agent: str) -> None:
    assert reader("GET", {"User-Agent": agent}) is Reader.PERSON


MACHINES = (
    *("", "  ", "Mozilla/5.0", "mozilla/5.0", "curl/8.5.0", "python-requests/2.32", "Go-http-client/1.1"),
    *("Barracuda Sentinel (EE)", "Mimecast URL scanner", "Slackbot-LinkExpanding 1.0", "HeadlessChrome/131.0"),
)


@pytest.mark.parametrize("agent", MACHINES)
def test_gateways_programs_and_empty_agents_are_machines(agent: str) -> None:
    assert reader("GET", {"User-Agent": agent}) is Reader.MACHINE


def test_no_agent_at_all_is_a_machine() -> None:
    assert reader("GET", {}) is Reader.MACHINE


@pytest.mark.parametrize("header", ["Purpose", "Sec-Purpose", "X-Moz"])
def test_what_is_fetched_beforehand_is_fetched_by_a_machine(header: str) -> None:
    assert reader("GET", {"User-Agent": IPHONE, header: "prefetch;prerender"}) is Reader.MACHINE


def test_a_head_request_is_a_machine() -> None:
    assert reader("HEAD", {"User-Agent": IPHONE}) is Reader.MACHINE
