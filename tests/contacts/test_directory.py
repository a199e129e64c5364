"""Contacts added, edited, tagged; found again by name and address; written to where they may be."""

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.contacts import actions, queries
from outreach.contacts.kinds import Gender, Kind, OrganisationKind
from outreach.contacts.models import Contact, ContactChange, Mandate, Organisation, SuppressionReason
from outreach.contacts.searching.models import SearchText
from outreach.database import db, transaction
from outreach.errors import NotFound, Refusal
from tests import people
from tests.contacts.directory import AT, add

pytestmark = pytest.mark.usefixtures("app")


def words_of(contact_id: int) -> set[str]:
    told = db.session.scalar(select(SearchText.words).where(SearchText.contact_id == contact_id))
    return set((told or "").split())


def test_a_contact_is_found_by_the_words_of_everything_that_names_it() -> None:
    number = add(
        "de La Provôté",
        "Anaïs",
        "a.provote@secours-mans.example",
        kind=Kind.ASSOCIATION,
        organisation="Secours du Cœur",
        locality="Saint-Calais",
    )
    assert words_of(number) == {
        *("de", "la", "provote", "anais", "secours", "du", "coeur", "saint", "calais", "a", "mans", "example")
    }


def test_a_french_postal_code_gives_the_departement() -> None:
    with_code = add("Martin", postal_code="72000")
    foreign = add("Maes", postal_code="10000", country="BE")
    said = add("Durand", postal_code="72000", department="53")
    assert [queries.get_contact(one).department for one in (with_code, foreign, said)] == ["72", None, "53"]


def test_an_organisation_is_one_by_folded_name_and_departement() -> None:
    for name, department in [("Secours du Cœur", "72"), ("SECOURS DU COEUR", "72"), ("Secours du Cœur", "53")]:
        add("", organisation=name, department=department, kind=Kind.ASSOCIATION)
    known = db.session.scalars(select(Organisation).order_by(Organisation.id)).all()
    assert [(one.name, one.department) for one in known] == [("Secours du Cœur", "72"), ("Secours du Cœur", "53")]
    assert {one.kind for one in known} == {OrganisationKind.ASSOCIATION}


def test_a_desk_is_named_by_its_organisation_and_sorted_by_it() -> None:
    desk = queries.get_contact(add("", organisation="Épicerie sociale", kind=Kind.ASSOCIATION))
    assert (desk.name, desk.sort_name) == ("Épicerie sociale", "epicerie sociale")


def test_only_the_first_address_is_preferred() -> None:
    contact = queries.get_contact(add("Martin", "Léa", "lea@a.example", "lea@b.example"))
    assert [(one.email, one.preferred) for one in contact.addresses] == [
        ("lea@a.example", True),
        ("lea@b.example", False),
    ]


def test_what_is_kept_has_an_end() -> None:
    contact = queries.get_contact(add("Martin", "Léa", "lea@a.example"))
    assert str(contact.retain_until) == str(contact.addresses[0].retain_until) == "2029-03-02"


def test_an_edit_keeps_what_was_there_and_finds_the_contact_by_its_new_name() -> None:
    number = add("Martin", "Léa", "lea@a.example", phone="0102030405")
    with transaction():
        user = people.member()
        db.session.flush()
        contact = queries.get_contact(number)
        changed = actions.edit_contact(
            contact, at=AT, user_id=user.id, family_name="Bonnet", phone="0102030405", emails=["lea@b.example"]
        )
    assert changed == ["family_name", "email"]
    changes = db.session.scalars(select(ContactChange).order_by(ContactChange.id)).all()
    assert [(one.field, one.before, one.after, one.user_id) for one in changes] == [
        ("family_name", "Martin", "Bonnet", user.id),
        ("email", "lea@a.example", "lea@b.example", user.id),
    ]
    assert words_of(number) == {"bonnet", "lea", "b", "example"}
    assert [(one.email, one.retired_at is not None) for one in contact.addresses] == [
        ("lea@a.example", True),
        ("lea@b.example", False),
    ]


def test_an_address_that_comes_back_is_the_same_row() -> None:
    number = add("Martin", "Léa", "lea@a.example")
    for emails in (["lea@b.example"], ["lea@a.example"]):
        with transaction():
            actions.edit_contact(queries.get_contact(number), at=AT, emails=emails)
    addresses = queries.get_contact(number).addresses
    assert [(one.email, one.preferred) for one in addresses] == [("lea@a.example", True), ("lea@b.example", False)]


def test_editing_nothing_changes_nothing() -> None:
    number = add("Martin", "Léa", "lea@a.example", kind=Kind.ASSOCIATION, organisation="Secours")
    with transaction():
        contact = queries.get_contact(number)
        assert actions.edit_contact(contact, at=AT, given_name="Léa", organisation="Secours") == []
    assert db.session.scalar(select(ContactChange)) is None


def test_what_staff_typed_is_in_the_history_and_the_audit_log_names_nobody() -> None:
    with transaction():
        user = people.member()
        db.session.flush()
        contact = actions.add_contact(
            kind=Kind.INDIVIDUAL, family_name="Martin", emails=["m@a.example"], at=AT, source="by hand", user_id=user.id
        )
    fields = set(db.session.scalars(select(ContactChange.field)))
    assert fields == {"kind", "family_name", "email"}
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_id, entry.details) == ("contact.added", contact.id, {})


def test_a_tag_is_put_once_and_taken_off() -> None:
    number = add("Martin")
    with transaction():
        contact = queries.get_contact(number)
        actions.tag(contact, " bureau   2026 ", AT)
        actions.tag(contact, "bureau 2026", AT)
        with pytest.raises(Refusal):
            actions.tag(contact, "  ", AT)
    assert [one.tag for one in queries.get_contact(number).tags] == ["bureau 2026"]
    db.session.rollback()
    with transaction():
        actions.untag(queries.get_contact(number), "bureau 2026", AT)
    assert queries.get_contact(number).tags == []


@pytest.mark.both
@pytest.mark.parametrize(
    ("email", "given_name", "family_name", "found"),
    [
        ("Mairie@Ville.example", "Zoé", "Béchu", True),
        ("mairie@ville.example", "ZOE", "BECHU", True),
        ("mairie@ville.example", "Luc", "Béchu", False),
        ("autre@ville.example", "Zoé", "Béchu", False),
        ("mairie@ville.example", "", "", False),
    ],
)
def test_a_person_is_known_by_address_and_folded_name(
    app: Flask, database_kind: str, email: str, given_name: str, family_name: str, found: bool
) -> None:
    number = add("Béchu", "Zoé", "mairie@ville.example")
    add("", organisation="Mairie", kind=Kind.MAYOR)
    person = actions.find_person(email, given_name, family_name)
    assert (person.id if person else None) == (number if found else None)


def test_an_erased_contact_is_not_in_the_directory() -> None:
    number = add("Martin")
    with transaction():
        db.session.get_one(Contact, number).erased_at = AT
    with pytest.raises(NotFound):
        queries.get_contact(number)


def suppress(email: str, reason: SuppressionReason) -> None:
    db.session.rollback()
    with transaction():
        actions.suppress(email, reason, AT)


def usable(number: int) -> str | None:
    address = queries.usable_address(number)
    return address.email if address else None


def test_a_bounced_address_is_passed_over_for_the_next() -> None:
    number = add("Martin", "Léa", "lea@a.example", "lea@b.example")
    assert usable(number) == "lea@a.example"
    suppress("lea@a.example", SuppressionReason.BOUNCE)
    assert usable(number) == "lea@b.example"


@pytest.mark.parametrize("email", ["lea@a.example", "lea@b.example"])
def test_somebody_who_asked_to_be_left_alone_is_not_written_to_at_another_address(email: str) -> None:
    number = add("Martin", "Léa", "lea@a.example", "lea@b.example")
    suppress(email, SuppressionReason.OPT_OUT)
    assert usable(number) is None


def test_the_highest_mandate_held_today_decides_the_form_of_address() -> None:
    number = add("Béchu", "Zoé", kind=Kind.DEPARTMENTAL_COUNCILLOR, gender=Gender.FEMININE)
    with transaction():
        db.session.add(Mandate(contact_id=number, kind=Kind.SENATOR, until=AT.date().replace(year=2025)))
        db.session.add(Mandate(contact_id=number, kind=Kind.MAYOR, since=AT.date()))
    contact = queries.get_contact(number)
    assert queries.form_for(contact, "fr", AT.date()).salutation == "Madame la Maire,"
    assert queries.form_for(contact, "fr", AT.date().replace(year=2024)).salutation == "Madame la Sénatrice,"


def test_the_person_s_own_form_comes_first() -> None:
    contact = queries.get_contact(
        add("Béchu", "Zoé", kind=Kind.MAYOR, gender=Gender.FEMININE, salutation="Madame le maire")
    )
    assert queries.form_for(contact, "fr").salutation == "Madame le maire,"
