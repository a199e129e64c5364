"""Gateways that open every link of a message before anybody sees it: they change nothing but a counter of displays."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.contacts.models import Suppression
from outreach.database import db
from outreach.tracking.models import DisplayCount, Reader
from tests.scanners.messages import Mail
from tests.snapshots import changed, snapshot
from tests.tracking.test_machines import IPHONE

pytestmark = [pytest.mark.both]

DOORS = {"a", "c", "i", "k", "o", "u"}
"""Those of the links that messages carry; share links are made from the kit."""


def _path(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _open(client: FlaskClient, mail: Mail, methods: tuple[str, ...], headers: Mapping[str, str]) -> list[str]:
    """What did not answer with a page or a picture."""
    return [
        f"{method} {link}: {answer.status_code}"
        for link in mail.links()
        for method in methods
        if (answer := client.open(_path(link), method=method, headers=dict(headers))).status_code not in {200, 302}
    ]


def _displays() -> dict[Reader, int]:
    db.session.rollback()
    found: dict[Reader, int] = {}
    for row in db.session.scalars(select(DisplayCount)):
        found[row.reader] = found.get(row.reader, 0) + row.count
    return found


def test_the_messages_carry_every_door(mail: Mail) -> None:
    assert {urlsplit(link).path.split("/")[1] for link in mail.links()} >= DOORS


def test_a_gateway_that_heads_and_gets_every_link_within_seconds_answers_registers_and_stops_nothing(
    client: FlaskClient, mail: Mail, database_url: str
) -> None:
    before = snapshot(database_url)
    assert _open(client, mail, ("HEAD", "GET"), {"User-Agent": IPHONE}) == []
    assert changed(before, snapshot(database_url)) == ["display_count"]


@pytest.mark.parametrize("header", ["Purpose", "Sec-Purpose", "X-Moz"])
def test_what_is_fetched_beforehand_is_counted_as_automatic_and_changes_nothing_else(
    client: FlaskClient, mail: Mail, database_url: str, header: str
) -> None:
    before = snapshot(database_url)
    assert _open(client, mail, ("GET",), {"User-Agent": IPHONE, header: "prefetch"}) == []
    assert changed(before, snapshot(database_url)) == ["display_count"]
    assert set(_displays()) == {Reader.MACHINE}


def test_a_machine_without_a_name_is_counted_as_automatic_and_changes_nothing_else(
    client: FlaskClient, mail: Mail, database_url: str
) -> None:
    before = snapshot(database_url)
    assert _open(client, mail, ("HEAD", "GET"), {"User-Agent": ""}) == []
    assert changed(before, snapshot(database_url)) == ["display_count"]
    assert set(_displays()) == {Reader.MACHINE}


def test_the_one_click_of_mail_programs_stops_at_its_own_address_and_does_nothing_at_any_other(
    client: FlaskClient, mail: Mail, database_url: str
) -> None:
    before = snapshot(database_url)
    for link in mail.links():
        if not urlsplit(link).path.startswith("/u/"):
            client.post(_path(link), data={"List-Unsubscribe": "One-Click"}, forged=True)
    assert changed(before, snapshot(database_url)) == []
    stop = mail.link("u", "ada@association.test")
    assert client.post(_path(stop), data={"List-Unsubscribe": "One-Click"}, forged=True).status_code == 200
    db.session.rollback()
    assert len(db.session.scalars(select(Suppression)).all()) == 1
