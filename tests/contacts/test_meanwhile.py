"""Whoever leaves the directory while somebody changes them is not written to any more. On PostgreSQL, at once."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.campaigns.audiences.tags import TagRules
from outreach.contacts import actions, mandates, queries
from outreach.contacts.bulk.actions import change_all
from outreach.contacts.bulk.changes import Change, What
from outreach.contacts.kinds import Kind
from outreach.contacts.mandates import Tenure
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Mandate
from outreach.contacts.rights.addresses import change_terms, get_terms
from outreach.contacts.rights.origins import Basis
from outreach.database import db, now, transaction
from outreach.errors import Refusal
from outreach.rights import erasing, sweeping
from tests import people
from tests.delivery.test_at_once import elsewhere, wait_for_somebody_who_waits
from tests.merging.test_at_once import meanwhile

Act = Callable[[Contact], object]


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


def one() -> int:
    with transaction():
        return people.contact(Kind.PARTNER, "Ada", "Lefort", "ada@maison.test").id


def edit(contact: Contact) -> None:
    actions.edit_contact(contact, phone="0243470000", emails=["ada@maison.test"], at=now(), source="a test")


def tag(contact: Contact) -> None:
    actions.tag(contact, "ruche", now())


def untag(contact: Contact) -> None:
    actions.untag(contact, "ruche", now())


def take_up(contact: Contact) -> None:
    mandates.take_up(contact, Tenure("mayor", "Le Mans", email="maire@ruche.test"), now(), "a test")


def change_address(contact: Contact) -> None:
    today = now().date()
    change_terms(get_terms(contact.addresses[0].id), "the queen", Basis.PUBLIC_INTEREST, today, today, now(), None)


@pytest.mark.parametrize("change", [edit, tag, untag, take_up, change_address])
def test_nothing_is_written_to_whoever_is_erased_meanwhile(app: Flask, change: Act) -> None:
    number = one()
    read, begun = threading.Event(), threading.Event()

    def the_other() -> None:
        assert read.wait(30)
        erasing.erase(queries.get_contact(number), now())
        begun.set()
        wait_for_somebody_who_waits()

    with elsewhere(app, the_other), transaction():
        contact = queries.get_contact(number)
        read.set()
        assert begun.wait(30)
        with pytest.raises(Refusal, match="merged or erased meanwhile"):
            change(contact)
    for table in (ContactTag, ContactChange, Mandate):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    left = db.session.get_one(Contact, number)
    assert (left.phone, [one.source for one in left.addresses]) == ("", [""])


def test_a_change_of_many_leaves_out_whoever_is_erased_meanwhile(app: Flask) -> None:
    number = one()
    with transaction():
        stays, user = people.contact(Kind.PARTNER, "Bea", "Roy", "bea@maison.test").id, people.member().id
    with meanwhile(app, lambda: erasing.erase(queries.get_contact(number), now())), transaction():
        assert change_all([number, stays], Change(What.TAG, "ruche"), now(), user, TagRules()) == 1
    assert db.session.scalars(select(ContactTag.contact_id)).all() == [stays]
    assert db.session.scalars(select(ContactChange.contact_id)).all() == [stays]


def test_an_address_that_is_swept_meanwhile_is_not_brought_back_by_a_correction(app: Flask) -> None:
    with transaction():
        contact = people.contact(Kind.PARTNER, "Ada", "Lefort", "ada@maison.test")
        contact.retain_until, contact.addresses[0].retain_until = None, date(2020, 1, 1)
        number = contact.id
    read, begun = threading.Event(), threading.Event()

    def the_other() -> None:
        assert read.wait(30)
        sweeping.sweep(now())
        begun.set()
        wait_for_somebody_who_waits()

    with elsewhere(app, the_other), transaction():
        contact = queries.get_contact(number)
        read.set()
        assert begun.wait(30)
        actions.edit_contact(contact, phone="0243470000", at=now())
    (address,) = db.session.scalars(select(Address)).all()
    assert address.email == f"#{address.id}"
    assert address.retired_at is not None


def test_whoever_is_no_longer_due_once_they_are_held_is_not_swept(app: Flask) -> None:
    number = one()
    with transaction():
        contact = queries.get_contact(number)
        contact.retain_until = now().date() - timedelta(days=90)
        for address in contact.addresses:
            address.retain_until = None

    def is_elected() -> None:
        mandates.take_up(queries.get_contact(number), Tenure("mayor", "Le Mans"), now(), "a test")

    with meanwhile(app, is_elected), transaction():
        assert sweeping.sweep(now()).contacts == 0
    assert queries.get_contact(number).family_name == "Lefort"
