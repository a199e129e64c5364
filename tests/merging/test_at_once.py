"""Two people at once, on PostgreSQL: one merges whom the other erases, or writes to. Nobody is half done."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.imports.bringing import undoing
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.models import Message
from outreach.errors import Refusal
from outreach.invitations.models import Invitation
from outreach.merging.actions import merge, undo
from outreach.rights import erasing
from tests import people
from tests.contacts.imports.test_undoing import FIRST, bring
from tests.delivery import campaigns
from tests.delivery.test_at_once import elsewhere, wait_for_somebody_who_waits
from tests.rights.test_erasing import everything


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


def two() -> tuple[int, int]:
    """Two records of one person."""
    with transaction():
        stays = people.contact(Kind.PARTNER, "Ada", "Lefort", "ada@maison.test")
        goes = people.contact(Kind.PARTNER, "Adélaïde", "Lefortin", "adelaide@ruche.test")
        return stays.id, goes.id


@contextmanager
def meanwhile(app: Flask, work: Callable[[], object]) -> Iterator[None]:
    """Another process has done this when the block begins, and commits it once somebody waits for that."""
    done = threading.Event()

    def the_other() -> None:
        work()
        done.set()
        wait_for_somebody_who_waits()

    with elsewhere(app, the_other):
        assert done.wait(30)
        yield


def is_gone(name: str) -> None:
    """Nothing is left of somebody of that name, nor of the mailbox of the second record."""
    left = everything()
    assert "ruche.test" not in left
    assert name not in left


def contact(number: int) -> Contact:
    return db.session.get_one(Contact, number, populate_existing=True)


def test_whoever_is_erased_while_somebody_merges_them_is_not_left_with_the_other(app: Flask) -> None:
    stays, goes = two()
    with (
        meanwhile(app, lambda: merge(stays, goes, {}, now())),
        pytest.raises(Refusal, match="merged or erased meanwhile"),
        transaction(),
    ):
        erasing.erase(contact(goes), now())
    with transaction():
        erasing.erase(contact(stays), now())
    is_gone("Lefort")


def test_whoever_absorbs_somebody_while_being_erased_goes_with_them(app: Flask) -> None:
    stays, goes = two()
    with meanwhile(app, lambda: merge(stays, goes, {}, now())), transaction():
        erasing.erase(contact(stays), now())
    is_gone("Lefort")


def test_whoever_is_merged_while_being_erased_stays_erased(app: Flask) -> None:
    stays, goes = two()
    with (
        meanwhile(app, lambda: erasing.erase(contact(goes), now())),
        pytest.raises(Refusal, match="merged or erased meanwhile"),
        transaction(),
    ):
        merge(stays, goes, {}, now())
    is_gone("Lefortin")


def test_who_erases_and_who_undoes_a_merge_do_not_wait_for_each_other(app: Flask) -> None:
    stays, goes = two()
    with transaction():
        number = merge(stays, goes, {}, now()).id
    with (
        meanwhile(app, lambda: erasing.erase(contact(stays), now())),
        pytest.raises(Refusal, match="nothing is left to separate"),
        transaction(),
    ):
        undo(number, now())
    assert "ruche.test" not in everything()


def written_to() -> list[int]:
    """The contacts of the messages that wait."""
    db.session.rollback()
    asked = select(Invitation.contact_id).join(Message, Message.invitation_id == Invitation.id)
    found = [number or 0 for number in db.session.scalars(asked.order_by(Message.id))]
    db.session.rollback()
    return found


def test_whoever_was_merged_since_the_list_was_read_is_not_on_the_list_that_is_signed(app: Flask) -> None:
    number = campaigns.draft()
    stays, goes = two()
    listed = launching.listed(number, now())
    with transaction():
        merge(stays, goes, {}, now())
    with transaction():
        launching.approve(db.session.get_one(Campaign, number), people.member().id, now(), listed)
    assert stays in written_to()
    assert goes not in written_to()


def test_nobody_is_signed_for_twice_who_is_merged_while_the_list_is_frozen(app: Flask) -> None:
    number = campaigns.draft()
    stays, goes = two()
    listed = launching.listed(number, now())
    with meanwhile(app, lambda: merge(stays, goes, {}, now())), transaction():
        launching.approve(db.session.get_one(Campaign, number), people.member().id, now(), listed)
    assert written_to().count(stays) == 1
    assert goes not in written_to()


def test_nobody_stays_signed_for_twice_who_is_merged_just_after_the_list_was_frozen(app: Flask) -> None:
    number = campaigns.draft()
    stays, goes = two()
    with (
        meanwhile(app, lambda: launching.approve(db.session.get_one(Campaign, number), people.member().id, now())),
        transaction(),
    ):
        merge(stays, goes, {}, now())
    assert campaigns.state(number) is CampaignState.SIGNED
    waiting = select(Invitation.contact_id).join(Message, Message.invitation_id == Invitation.id)
    queued = db.session.scalars(waiting.where(Message.state == "queued")).all()
    assert list(queued).count(stays) == 1
    assert goes not in queued


def test_an_import_that_two_people_undo_at_once_is_undone_once(app: Flask) -> None:
    number = bring(FIRST)
    db.session.rollback()
    read, begun = threading.Event(), threading.Event()

    def the_other() -> None:
        assert read.wait(30)
        undoing.undo(undoing.undoable(number), now(), None)
        begun.set()
        wait_for_somebody_who_waits()

    with elsewhere(app, the_other), transaction():
        file = undoing.undoable(number)
        read.set()
        assert begun.wait(30)
        with pytest.raises(Refusal, match="undone already"):
            undoing.undo(file, now(), None)
    db.session.rollback()
    told = select(AuditEntry.details).where(AuditEntry.action == "contacts.import_undone")
    assert [one["removed"] for one in db.session.scalars(told)] == [1]
