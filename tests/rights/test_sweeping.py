"""What was kept for long enough is listed, then emptied; nothing else is."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import AuditEntry
from outreach.contacts import actions as contacts
from outreach.contacts import mandates
from outreach.contacts.actions import suppress
from outreach.contacts.imports.models import ImportFile
from outreach.contacts.kinds import Kind
from outreach.contacts.mandates import Tenure
from outreach.contacts.models import Address, Contact, ContactChange, Mandate, Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Message
from outreach.events.models import Event
from outreach.invitations import actions as invitations
from outreach.invitations.models import Invitation, Origin
from outreach.merging import actions as merging
from outreach.rights import sweeping
from outreach.rights.jobs import keep_promises
from outreach.rsvp.models import Participant
from tests import people
from tests.conftest import Runner
from tests.rights.somebody import somebody
from tests.rights.test_erasing import everything

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]
LONG_AGO = timedelta(days=60)


def kept_until(day: date, given_name: str) -> Contact:
    made = people.contact(Kind.PARTNER, given_name, "Martin", f"{given_name.lower()}@ruche.test")
    made.retain_until = day
    for address in made.addresses:
        address.retain_until = day
    return made


def names() -> set[str]:
    db.session.rollback()
    db.session.expire_all()
    found = set(db.session.scalars(sa.select(Contact.given_name).where(Contact.erased_at.is_(None))))
    db.session.rollback()
    return found


def test_a_dry_run_counts_and_changes_nothing(runner: Runner) -> None:
    today = now().date()
    with transaction():
        kept_until(today - timedelta(days=1), "Ancien")
        kept_until(today, "Aujourdhui")
    told = json.loads(runner.run("rights", "sweep", "--dry-run", "--json").stdout)
    assert told == {"contacts": 1, "addresses": 0, "files": 0, "events": 0, "log": 0, "requests": 0}
    assert names() == {"Ancien", "Aujourdhui"}


def test_whoever_holds_an_office_or_is_awaited_or_answered_stays(runner: Runner) -> None:
    old = now().date() - LONG_AGO
    with transaction():
        people.city()
        event = people.congress()
        kept_until(old, "Parti")
        office = kept_until(old, "Elue")
        db.session.add(Mandate(contact_id=office.id, kind=Kind.MAYOR, since=date(2020, 5, 25)))
        honorary = kept_until(old, "Honoraire")
        db.session.add(Mandate(contact_id=honorary.id, kind=Kind.MAYOR, honorary=True))
        over = kept_until(old, "Battue")
        db.session.add(Mandate(contact_id=over.id, kind=Kind.MAYOR, until=date(2020, 5, 25)))
        invitations.invite(event, kept_until(old, "Attendue"), Origin.AUDIENCE, now())
    told = json.loads(runner.run("rights", "sweep", "--json").stdout)
    assert told["contacts"] == 2
    assert names() == {"Elue", "Honoraire", "Attendue"}


def test_who_answered_lately_stays_after_the_event() -> None:
    one = somebody()
    with transaction():
        contact = db.session.get_one(Contact, one.contact)
        contact.retain_until = now().date() - LONG_AGO
        _end_event(one.event, 40)
    with transaction():
        assert sweeping.sweep(now()).contacts == 0


def test_an_opt_out_outlives_its_contact_as_a_hash_and_imports_may_bring_them_back() -> None:
    with transaction():
        gone = kept_until(now().date() - LONG_AGO, "Parti")
        suppress("parti@ruche.test", SuppressionReason.OPT_OUT, now(), note="par téléphone")
    with transaction():
        sweeping.sweep(now())
    kept = db.session.scalars(sa.select(Suppression)).one()
    assert (kept.reason, kept.email, kept.note) == (SuppressionReason.OPT_OUT, None, "")
    assert db.session.get_one(Contact, gone.id, populate_existing=True).erased_at is not None


def test_the_clock_waits_until_it_was_listed_for_thirty_days() -> None:
    today = now().date()
    with transaction():
        kept_until(today - timedelta(days=29), "Recent")
        kept_until(today - timedelta(days=32), "Ancien")
    keep_promises()
    assert names() == {"Recent"}


def test_the_clock_leaves_alone_whoever_holds_an_office_or_an_honour_or_soon_will() -> None:
    today, old = now().date(), now().date() - LONG_AGO
    tenures = {
        "Prochaine": Mandate(kind=Kind.MAYOR, since=today + timedelta(days=30)),
        "Nouvelle": Mandate(kind=Kind.MAYOR, since=today - timedelta(days=10)),
        "Honoraire": Mandate(kind=Kind.MAYOR, since=date(2001, 3, 18), honorary=True),
        "Battue": Mandate(kind=Kind.MAYOR, since=date(2014, 3, 30), until=date(2020, 5, 25)),
    }
    with transaction():
        for name, mandate in tenures.items():
            mandate.contact_id = kept_until(old, name).id
            db.session.add(mandate)
    keep_promises()
    assert names() == {"Prochaine", "Nouvelle", "Honoraire"}


def test_the_clock_leaves_the_addresses_of_whoever_soon_holds_an_office() -> None:
    today = now().date()
    with transaction():
        for name, since in (("Prochaine", timedelta(days=30)), ("Nouvelle", timedelta(days=-10))):
            one = kept_until(today + LONG_AGO, name)
            one.addresses[0].retain_until = today - LONG_AGO
            db.session.add(Mandate(contact_id=one.id, kind=Kind.MAYOR, since=today + since))
    keep_promises()
    kept = set(db.session.scalars(sa.select(Address.email)))
    assert kept == {"prochaine@ruche.test", "nouvelle@ruche.test"}


def test_an_address_goes_before_its_contact_where_its_own_date_has_passed() -> None:
    with transaction():
        stays = kept_until(now().date() + LONG_AGO, "Reste")
        stays.addresses[0].retain_until = now().date() - LONG_AGO
    with transaction():
        assert sweeping.sweep(now()).addresses == 1
    assert "reste@ruche.test" not in everything()
    assert names() == {"Reste"}
    assert db.session.scalars(sa.select(Address.retired_at)).one() is not None


def test_what_was_changed_on_a_contact_does_not_name_an_address_that_is_gone() -> None:
    with transaction():
        stays = kept_until(now().date() + LONG_AGO, "Reste")
        contacts.edit_contact(stays, emails=["Reste@ruche.test", "autre@ruche.test"], at=now(), phone="+33243470000")
        over = Tenure("mayor", "Le Mans", until=date(2020, 5, 25), email="reste@ruche.test")
        mandates.take_up(stays, over, now(), "a test")
        for address in stays.addresses:
            address.retain_until = now().date() + LONG_AGO * (-1 if "este" in address.email else 1)
    with transaction():
        assert sweeping.sweep(now()).addresses == 1
    assert "este@ruche.test" not in everything().replace("autre@ruche.test", "")
    told = {one.field: one.after for one in db.session.scalars(sa.select(ContactChange))}
    assert told == {"email": "autre@ruche.test", "phone": "+33243470000", "mandate": "mayor, Le Mans, –2020-05-25"}


@pytest.mark.parametrize("kept_by_the_other", [timedelta(days=-90), timedelta(days=-30), None])
def test_an_address_that_two_merged_contacts_had_goes_once_and_no_undo_brings_it_back(
    kept_by_the_other: timedelta | None,
) -> None:
    with transaction():
        stays = kept_until(now().date() + LONG_AGO, "Reste")
        stays.addresses[0].retain_until = now().date() - LONG_AGO
        other = people.contact(Kind.PARTNER, "Reste", "Martin", "reste@ruche.test", "autre@ruche.test")
        for address in other.addresses:
            address.retain_until = now().date() + LONG_AGO
        if kept_by_the_other is None:
            other.addresses[0].retain_until = None
        else:
            other.addresses[0].retain_until = now().date() + kept_by_the_other
        numbers = stays.id, other.id
    with transaction():
        merge = merging.merge(*numbers, {}, now()).id
    with transaction():
        assert sweeping.sweep(now()).addresses >= 1
    with transaction():
        merging.undo(merge, now())
    assert "reste@ruche.test" not in everything()
    kept = {one.email: one for one in db.session.scalars(sa.select(Address))}
    assert kept["autre@ruche.test"].contact_id == numbers[1]
    assert all(one.digest == "" and one.retired_at for email, one in kept.items() if email.startswith("#"))


def test_however_many_addresses_have_passed_their_date_all_of_them_go_at_once(runner: Runner) -> None:
    with transaction():
        stays = kept_until(now().date() + LONG_AGO, "Reste")
        old = {"contact_id": stays.id, "source": "a list", "legal_basis": "public_interest"}
        days = {"collected_on": now().date() - LONG_AGO, "retain_until": now().date() - LONG_AGO}
        emails = [f"reste{number}@ruche.test" for number in range(sweeping.MESSAGES + 1)]
        rows = [{**old, **days, "email": one, "digest": one, "preferred": False} for one in emails]
        db.session.execute(sa.insert(Address), rows)
    assert json.loads(runner.run("rights", "sweep", "--json").stdout)["addresses"] == sweeping.MESSAGES + 1


def _end_event(number: int, days: int) -> None:
    event = db.session.get_one(Event, number)
    event.starts_on = event.ends_on = now().date() - timedelta(days=days)


def test_details_of_a_past_event_go_and_its_counts_stay(runner: Runner) -> None:
    one = somebody()
    with transaction():
        _end_event(one.event, 400)
    assert json.loads(runner.run("rights", "sweep", "--json").stdout)["events"] == 1
    db.session.expire_all()
    message = db.session.get_one(Message, one.message)
    assert (message.email, message.reply_text) == (None, None)
    assert db.session.get_one(Invitation, one.invitation).coming == 2
    assert set(db.session.scalars(sa.select(Participant.name))) == {""}
    assert db.session.get_one(Contact, one.contact).family_name == "Vallée"
    assert json.loads(runner.run("rights", "sweep", "--dry-run", "--json").stdout)["events"] == 0


def test_files_received_long_ago_are_emptied(runner: Runner) -> None:
    somebody()
    with transaction():
        for file in db.session.scalars(sa.select(ImportFile)):
            file.created_at = now() - LONG_AGO
    assert json.loads(runner.run("rights", "sweep", "--json").stdout)["files"] == 2
    assert db.session.scalars(sa.select(ImportFile.content)).all() == [None, None]


def test_the_log_forgets_after_years_and_never_within_one(app: Flask) -> None:
    with transaction():
        for days in (20, 400, 4000):
            db.session.add(AuditEntry(at=now() - timedelta(days=days), action=f"tried.{days}", details={}))
    with transaction():
        assert sweeping.sweep(now()).log == 1
    tried = sa.select(AuditEntry.action).where(AuditEntry.action.startswith("tried"))
    assert set(db.session.scalars(tried)) == {"tried.20", "tried.400"}
    db.session.rollback()
    with pytest.raises(sa.exc.DatabaseError), transaction():
        db.session.execute(sa.delete(AuditEntry).where(AuditEntry.action == "tried.20"))
