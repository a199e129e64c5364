"""Many readers at once, as letters see them: how they are addressed and where they are written to."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from outreach.contacts import actions
from outreach.contacts.kinds import AddressRule, Gender, Kind
from outreach.contacts.models import Address, Mandate, SuppressionReason
from outreach.contacts.protocol.addressees import Addressee, addressees
from outreach.contacts.protocol.mailboxes import Why
from outreach.database import db, transaction
from tests.contacts.directory import AT, add

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]

TODAY = AT.date()
HOUSE = "Conseil départemental (Sarthe)"


def reader(number: int, rule: AddressRule = AddressRule.MANDATE, on: date = TODAY) -> Addressee:
    return addressees([number], on, rule)[number]


def written_to(number: int, rule: AddressRule = AddressRule.MANDATE, on: date = TODAY) -> tuple[str, Why]:
    place, why = reader(number, rule, on).place(rule, None)
    db.session.rollback()
    return (place.email if place else ""), why


def deputy(until: date | None = None) -> int:
    """A deputy who is a mayor too, with an address of her own and one of the Assembly."""
    number = add(
        "Béchu", "Zoé", "zoe@ville.example", kind=Kind.MAYOR, gender=Gender.FEMININE, organisation="Mairie d’Exemple"
    )
    with transaction():
        mandate = Mandate(contact_id=number, kind=Kind.DEPUTY, constituency="Sarthe", until=until)
        db.session.add(mandate)
        db.session.flush()
        kept: dict[str, Any] = {"contact_id": number, "mandate_id": mandate.id, "email": "zoe@assemblee.example"}
        db.session.add(Address(**kept, digest="d", preferred=False, source="a list", collected_on=TODAY))
    return number


def test_the_address_goes_with_the_office() -> None:
    number = deputy()
    assert reader(number).form("fr").salutation == "Madame la Députée,"
    db.session.rollback()
    assert written_to(number) == ("zoe@assemblee.example", Why.MANDATE)
    assert written_to(number, AddressRule.PREFERRED) == ("zoe@ville.example", Why.PREFERRED)


def test_the_address_of_an_office_goes_when_the_office_is_over() -> None:
    number = deputy(until=TODAY)
    assert written_to(number)[1] is Why.MANDATE
    tomorrow = TODAY.replace(day=TODAY.day + 1)
    assert reader(number, on=tomorrow).form("fr").salutation == "Madame la Maire,"
    db.session.rollback()
    assert written_to(number, on=tomorrow) == ("zoe@ville.example", Why.PREFERRED)


def test_somebody_without_an_address_is_written_to_at_the_desk_of_their_organisation() -> None:
    number = add("Sans", "Adresse", kind=Kind.DEPARTMENTAL_COUNCILLOR, organisation=HOUSE)
    add("", "", "accueil@conseil.example", kind=Kind.INSTITUTION, organisation=HOUSE)
    add("Autre", "Personne", "autre@conseil.example", kind=Kind.INSTITUTION, organisation=HOUSE)
    assert written_to(number) == ("accueil@conseil.example", Why.ORGANISATION)
    assert written_to(number, AddressRule.PREFERRED) == ("", Why.NONE)
    with transaction():
        actions.suppress("accueil@conseil.example", SuppressionReason.OPT_OUT, AT)
    assert written_to(number) == ("", Why.NONE)


def test_a_woman_who_asked_for_the_masculine_has_it_in_letters() -> None:
    number = add("Béchu", "Zoé", kind=Kind.MAYOR, gender=Gender.FEMININE, masculine_title=True)
    assert reader(number).form("fr").salutation == "Madame le Maire,"
    assert reader(number).form("en").salutation == "Dear Madam Mayor,"


@pytest.mark.parametrize(("rule", "statements"), [(AddressRule.PREFERRED, 4), (AddressRule.MANDATE, 5)])
def test_readers_are_read_in_a_few_statements_however_many_they_are(rule: AddressRule, statements: int) -> None:
    numbers = [add(f"Nom{number}", "Ada", organisation=HOUSE) for number in range(12)]
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    assert len(addressees(numbers, TODAY, rule)) == len(numbers)
    assert len([one for one in said if one.startswith("SELECT")]) == statements
