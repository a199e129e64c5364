"""Whoever was corrected by hand is found by a file that still has the error: nobody comes in a second time."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from outreach.campaigns.audiences.tags import TagRules
from outreach.contacts import actions, organisation_actions, queries
from outreach.contacts.bulk.actions import change_all
from outreach.contacts.bulk.changes import Change, What
from outreach.contacts.duplicates.models import ContactAlias
from outreach.contacts.kinds import Kind, OrganisationKind
from outreach.contacts.models import Contact, Organisation
from outreach.database import db, now, transaction
from outreach.rights import erasing
from tests import people
from tests.contacts.directory import AT
from tests.contacts.test_importing_flow import bring, counts, person

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]

WITH_ADDRESS = "Dupond;Ada;F;d@x.example;Le Mans;72000;"
WITHOUT = "Dupond;Ada;F;;Le Mans;72000;"
DESKS = "organisation;courriel;commune;code postal"
DESK = "Les Amis du Port;;Le Mans;72000"

Correct = Callable[[Contact], object]


def correct(change: Correct) -> None:
    db.session.rollback()
    with transaction():
        change(queries.get_contact(db.session.scalars(select(Contact.id)).one()))


def by_bulk(change: Change) -> None:
    db.session.rollback()
    with transaction():
        numbers = db.session.scalars(select(Contact.id)).all()
        assert change_all(numbers, change, AT, people.member().id, TagRules()) == len(numbers)


def edited(**values: object) -> Correct:
    return lambda contact: actions.edit_contact(contact, at=AT, user_id=people.member().id, **values)  # type: ignore[arg-type]


CORRECTIONS = {
    "family name": {"family_name": "Dupont"},
    "given name": {"given_name": "Adèle"},
    "kind": {"kind": Kind.DEPUTY_MAYOR},
    "département": {"department": "49"},
    "town": {"locality": "Allonnes"},
    "all of them": {"family_name": "Dupont", "kind": Kind.PARTNER, "department": "49", "locality": "Angers"},
}


@pytest.mark.parametrize("row", [WITH_ADDRESS, WITHOUT], ids=["address", "no address"])
@pytest.mark.parametrize("values", CORRECTIONS.values(), ids=CORRECTIONS)
def test_a_file_with_the_error_brings_nobody_a_second_time(values: dict[str, object], row: str) -> None:
    bring(row)
    correct(edited(**values))
    assert counts(bring(row)) == {"rows": 1, "identical": 1}
    kept = db.session.scalars(select(Contact)).one()
    assert {name: getattr(kept, name) for name in values} == values


@pytest.mark.parametrize("change", [Change(What.KIND, "deputy_mayor"), Change(What.DEPARTMENT, "49")])
def test_nor_after_a_change_of_many(change: Change) -> None:
    bring(WITHOUT)
    by_bulk(change)
    by_bulk(Change(What.KIND, "partner"))
    assert counts(bring(WITHOUT)) == {"rows": 1, "identical": 1}


def test_whoever_is_called_as_another_was_is_somebody_else() -> None:
    bring(WITHOUT)
    correct(edited(family_name="Dupont"))
    assert counts(bring(WITHOUT.replace("Le Mans", "Angers").replace("72000", "49000"))) == {"rows": 1, "new": 1}


def test_a_corrected_town_that_was_empty_draws_in_nobody_of_other_towns() -> None:
    bring("Dupond;Ada;F;;;;")
    correct(edited(locality="Angers", department=None))
    assert counts(bring("Dupond;Ada;F;;Laval;;")) == {"rows": 1, "new": 1}


def test_the_desk_of_an_organisation_is_found_by_the_name_it_had() -> None:
    assert counts(bring(DESK, Kind.ASSOCIATION, DESKS)) == {"rows": 1, "new": 1}
    db.session.rollback()
    with transaction():
        house = db.session.scalars(select(Organisation)).one()
        name = "Les Amis du Vieux Port"
        organisation_actions.edit_organisation(house, name, OrganisationKind.ASSOCIATION, AT, people.member().id)
    assert counts(bring(DESK, Kind.ASSOCIATION, DESKS)) == {"rows": 1, "identical": 1}
    assert db.session.scalars(select(Contact.sort_name)).all() == ["les amis du vieux port"]


def test_nobody_shares_a_mailbox_with_the_name_they_had() -> None:
    bring(WITH_ADDRESS)
    correct(edited(family_name="Dupont"))
    assert [entry.shared for entry in bring(WITH_ADDRESS).entries] == [False]


def test_what_was_corrected_twice_keeps_each_name_once() -> None:
    bring(WITH_ADDRESS)
    for name in ("Dupont", "Dupond", "Dupont", "Durand"):
        correct(edited(family_name=name))
    db.session.rollback()
    assert sorted(db.session.scalars(select(ContactAlias.name))) == ["dupond ada", "dupont ada"]
    assert counts(bring(WITH_ADDRESS)) == {"rows": 1, "identical": 1}


def test_whoever_is_erased_after_a_correction_comes_back_under_neither_name() -> None:
    bring(WITH_ADDRESS + "\nMartin;Léa;F;d@x.example;Le Mans;72000;")
    with transaction():
        actions.edit_contact(person("Dupond"), family_name="Dupont", at=AT, user_id=people.member().id)
    db.session.rollback()
    with transaction():
        erasing.erase(queries.get_contact(person("Dupont").id), now())
    plan = bring("\n".join([WITH_ADDRESS, WITH_ADDRESS.replace("Dupond", "Dupont")]))
    assert counts(plan) == {"rows": 2, "refused": 2}
    assert db.session.scalar(select(func.count(ContactAlias.id))) == 0
