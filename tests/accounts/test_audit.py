"""What mattered is written down once and for all."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts import actions, queries, wording
from outreach.accounts.models import AuditEntry, Role
from outreach.accounts.queries import AuditFilter
from outreach.database import db, transaction

REPLACEMENT = "INSERT OR REPLACE INTO audit_entry (id, at, action, details) SELECT id, at, 'x', '{}' FROM audit_entry"
CHANGES = ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"]


def write(*names: str) -> None:
    with transaction():
        for number, name in enumerate(names):
            actions.record(name, "campaign", number)
            db.session.flush()


@pytest.mark.both
def test_the_log_only_grows(app: Flask, database_kind: str) -> None:
    write("campaign.launched")
    own = {"postgresql": "TRUNCATE audit_entry", "sqlite": REPLACEMENT}
    for change in [*CHANGES, own[database_kind]]:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction() as session:
            session.execute(sa.text(change))
    assert queries.audit_actions() == ["campaign.launched"]


def test_the_log_takes_no_address(app: Flask) -> None:
    with pytest.raises(ValueError, match="no address"), transaction():
        actions.record("contact.edited", "contact", 3, email="ada@association.test")


@pytest.mark.both
def test_pages_of_the_log_meet_without_gap_or_overlap(app: Flask) -> None:
    write(*(f"thing.{number}" for number in range(120)))
    first = queries.audit_page(AuditFilter())
    second = queries.audit_page(AuditFilter(), after=first.older)
    third = queries.audit_page(AuditFilter(), after=second.older)
    seen = [entry.subject_id for page in (first, second, third) for entry, _user in page.entries]
    assert seen == list(range(119, -1, -1))
    assert (first.newer, third.older) == (None, None)
    back = queries.audit_page(AuditFilter(), before=third.newer)
    assert [entry.id for entry, _ in back.entries] == [entry.id for entry, _ in second.entries]


def test_the_log_is_searched_by_what_who_about_what_and_when(app: Flask) -> None:
    write("campaign.launched", "campaign.paused", "campaign.launched")
    later = datetime(2100, 1, 1, tzinfo=UTC)
    found = [
        len(queries.audit_page(wanted).entries)
        for wanted in (
            AuditFilter(action="campaign.launched"),
            AuditFilter(subject="campaign", subject_id=1),
            AuditFilter(user_id=1),
            AuditFilter(since=later),
            AuditFilter(until=later),
        )
    ]
    assert found == [2, 1, 0, 0, 3]


def test_the_page_of_the_log_shows_words(signed_in: Callable[..., FlaskClient]) -> None:
    write("account.signed_in")
    page = signed_in(Role.ADMINISTER).get("/admin/audit?lang=en&since=2020-01-01&until=nonsense")
    assert page.status_code == 200
    assert "signed in" in page.text
    nothing = signed_in(Role.ADMINISTER).get("/admin/audit?lang=en&action=unheard.of")
    assert "No entry" in nothing.text


def test_only_administrators_read_the_log(signed_in: Callable[..., FlaskClient]) -> None:
    browser = signed_in(Role.PREPARE, Role.SIGN, Role.READ)
    assert browser.get("/admin/audit").status_code == 403
    assert browser.get("/admin/users").status_code == 403
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


def test_the_log_leads_to_pages_that_are_there(app: Flask) -> None:
    for endpoint, number in wording.PLACES.values():
        if endpoint in app.view_functions:
            assert [number] == [argument for rule in app.url_map.iter_rules(endpoint) for argument in rule.arguments]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_line_of_the_log_can_be_read(signed_in: Callable[..., FlaskClient], language: str) -> None:
    write(*wording.ACTIONS)
    page = signed_in(Role.ADMINISTER).get(f"/admin/audit?lang={language}")
    assert page.status_code == 200
    assert not [action for action in wording.ACTIONS if f">{action}<" in page.text]
