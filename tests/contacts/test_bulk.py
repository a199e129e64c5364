"""Changing many contacts at once: what changes, what the history keeps, what has to be confirmed."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import AuditEntry, Role
from outreach.campaigns.audiences.tags import TagRules
from outreach.contacts.bulk import actions, queries
from outreach.contacts.bulk.changes import Change, What, check_confirmed, read_change
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, ContactChange, ContactTag
from outreach.contacts.searching.models import SearchText
from outreach.database import db, transaction
from outreach.errors import Refusal
from tests import people
from tests.contacts.directory import AT, add

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]
Browser = Callable[..., FlaskClient]


@pytest.fixture
def three() -> list[int]:
    return [
        add("Martin", "Léa", kind=Kind.MAYOR, locality="Le Mans", language="fr"),
        add("Dupont", "Luc", kind=Kind.PRESS, locality="Le Mans"),
        add("Zorn", "Eve", kind=Kind.PRESS),
    ]


def change(numbers: list[int], what: What, value: str) -> int:
    with transaction():
        return actions.change_all(numbers, Change(what, value), AT, people.member().id, TagRules())


def told() -> list[tuple[int, str, str, str]]:
    rows = db.session.query(ContactChange).filter(ContactChange.user_id.is_not(None)).order_by(ContactChange.id)
    found = [(row.contact_id, row.field, row.before, row.after) for row in rows]
    db.session.rollback()
    return found


def test_only_those_that_differ_are_changed_and_each_keeps_what_it_was(three: list[int]) -> None:
    assert change(three, What.KIND, "press") == 1
    assert told() == [(three[0], "kind", "mayor", "press")]
    assert set(db.session.scalars(select(Contact.kind))) == {Kind.PRESS}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.bulk_changed")).one()
    assert entry.details == {"what": "kind", "value": "press", "count": 1}
    db.session.rollback()
    assert change(three, What.KIND, "press") == 0


def test_a_language_can_be_taken_back_to_unknown(three: list[int]) -> None:
    assert change(three, What.LANGUAGE, "en") == 3
    assert change(three[:2], What.LANGUAGE, "") == 2
    assert told()[-2:] == [(three[0], "language", "en", ""), (three[1], "language", "en", "")]


def test_with_the_departement_the_commune_is_known(three: list[int]) -> None:
    assert change(three, What.DEPARTMENT, "72") == 3
    found = {row.contact_id: row.inhabitants for row in db.session.scalars(select(SearchText))}
    assert (found[three[0]] or 0) > 100_000
    assert found[three[2]] is None


def test_tags_are_put_on_taken_off_renamed_and_merged(three: list[int]) -> None:
    assert change(three[:2], What.TAG, "presse") == 2
    assert change(three, What.TAG, "presse") == 1
    assert change(three[1:], What.TAG, "médias") == 2
    with transaction():
        assert actions.rename_tag("presse", "médias", AT, people.member().id, TagRules()) == 3
    assert queries.tags_in_use() == [("médias", 3)]
    db.session.rollback()
    assert change(three, What.UNTAG, "médias") == 3
    assert db.session.query(ContactTag).count() == 0
    assert told().count((three[0], "tag", "", "médias")) == 1


def test_whoever_is_erased_stays_as_they_are(three: list[int]) -> None:
    with transaction():
        db.session.get_one(Contact, three[0]).erased_at = AT
    assert change(three, What.TAG, "presse") == 2


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "what"),
        ({"what": "tag", "tag": " "}, "tag"),
        ({"what": "untag", "tag": "x" * 61}, "tag"),
        ({"what": "kind", "kind": "made up"}, "kind"),
        ({"what": "department", "department": "999"}, "department"),
    ],
)
def test_what_cannot_be_read_is_refused(form: dict[str, str], field: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_change(form)
    assert caught.value.field == field


def test_many_are_changed_once_their_number_is_typed() -> None:
    check_confirmed(100, "")
    check_confirmed(12345, "12\u202f345")
    for count, typed in ((12345, ""), (12345, "1234"), (0, "0")):
        with pytest.raises(Refusal):
            check_confirmed(count, typed)


def test_the_list_and_those_chosen_are_changed_from_its_page(three: list[int], signed_in: Browser) -> None:
    browser = signed_in(Role.PREPARE)
    assert "Luc Dupont" in browser.get("/admin/contacts/bulk?kind=press").text
    done = browser.post("/admin/contacts/bulk?kind=press", data={"what": "tag", "tag": "presse"})
    assert done.location == "/admin/contacts/?kind=press"
    assert queries.tags_in_use() == [("presse", 2)]
    page = browser.get(f"/admin/contacts/bulk?id={three[0]}")
    assert "Léa Martin" in page.text
    assert "Luc Dupont" not in page.text
    browser.post("/admin/contacts/bulk", data={"id": three[0], "what": "tag", "tag": "élus"})
    assert queries.tags_in_use() == [("presse", 2), ("élus", 1)]
    assert browser.post("/admin/contacts/bulk?kind=press", data={"what": "tag"}).status_code == 422
    assert browser.post("/admin/contacts/bulk?kind=mep", data={"what": "tag", "tag": "x"}).status_code == 422
    browser.post("/admin/contacts/tags/rename", data={"tag": "élus", "new": "élus"})
    assert queries.tags_in_use() == [("presse", 2), ("élus", 1)]
    browser.post("/admin/contacts/tags/rename", data={"tag": "élus", "new": "maires"})
    assert "maires" in browser.get("/admin/contacts/tags").text
    assert browser.post("/admin/contacts/tags/rename", data={"tag": "maires", "new": ""}).status_code == 302
