"""What was in doubt, and is to leave once more, never ends as if it had not left: a person decides, or a 250."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from outreach.campaigns.models import Campaign
from outreach.contacts.actions import suppress
from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import figures, launching, leasing
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.recovery import end_stopped
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.settling import Decision
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.events.models import News
from outreach.invitations.models import Invitation, InvitationState
from outreach.invitations.queries import get_by_key
from outreach.rights import erasing
from outreach.rsvp.telling.notice_actions import recall_news
from tests.delivery import campaigns
from tests.dialogue import Step
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"


@dataclass(frozen=True)
class World:
    """A campaign that sends once more what was in doubt, and its message to Ada, which waits for that."""

    campaign: int
    message: int
    ada: int
    invitation: int
    key: str


@pytest.fixture
def world(app: Flask) -> World:
    number = campaigns.launched(batch_size=5)
    with transaction() as session:
        session.get_one(Campaign, number).retry_in_doubt = True
        found = select(Message, Invitation).join(Invitation, Invitation.id == Message.invitation_id)
        row, invitation = session.execute(
            found.join(Address, Address.contact_id == Invitation.contact_id).where(Address.email == ADA)
        ).one()
        session.execute(delete(Message).where(Message.id != row.id))
        waits(row)
        session.flush()
        figures.recount(number)
        return World(number, row.id, invitation.contact_id or 0, invitation.id, invitation.key)


def waits(row: Message | Notice) -> None:
    row.state, row.tries, row.attempt, row.doubted = MessageState.RETRY, 1, 1, True
    row.first_tried_at = row.due_at = now() - timedelta(minutes=5)
    row.email = ADA


def opt_out(world: World) -> None:
    suppress(ADA, SuppressionReason.OPT_OUT, now())


def erase(world: World) -> None:
    erasing.erase(db.session.get_one(Contact, world.ada), now())


def expire(world: World) -> None:
    erasing.expire([world.ada], now())


def stop(world: World) -> None:
    assert launching.stop(db.session.get_one(Campaign, world.campaign), now()) == 0


def withdraw(world: World) -> None:
    db.session.get_one(Invitation, world.invitation).state = InvitationState.WITHDRAWN


def take_the_address(world: World) -> None:
    """Nobody can be written to any more; the frozen copy of the first try is gone too."""
    db.session.get_one(Message, world.message).email = None
    for address in db.session.get_one(Contact, world.ada).addresses:
        address.retired_at = now()


ENDS = [opt_out, erase, expire, stop, withdraw, take_the_address]


def send() -> None:
    with sender() as post:
        post.send_due()


def standing(world: World) -> tuple[MessageState, dict[MessageState, int]]:
    db.session.rollback()
    row = db.session.get_one(Message, world.message, populate_existing=True)
    assert (row.ended_at, row.doubted) == (None, True)
    found = row.state, {state: count for state, count in figures.counts(world.campaign).items() if count}
    db.session.rollback()
    return found


IN_DOUBT = (MessageState.IN_DOUBT, {MessageState.IN_DOUBT: 1})


@pytest.mark.parametrize("end", ENDS)
def test_whatever_keeps_it_from_leaving_it_is_in_doubt(
    world: World, relay: Relay, end: Callable[[World], None]
) -> None:
    with transaction():
        end(world)
    send()
    assert standing(world) == IN_DOUBT
    assert not relay.received


@pytest.mark.parametrize("end", ENDS)
def test_it_is_in_doubt_too_where_a_sender_has_it_in_hand(
    world: World, relay: Relay, end: Callable[[World], None]
) -> None:
    with transaction():
        leases = leasing.lease(Message, "one", 10, now())
    with transaction():
        end(world)
    with transaction():
        leasing.end(Message, leases, (), now())
        end_stopped(now())
    send()
    assert standing(world) == IN_DOUBT
    assert not relay.received


@pytest.mark.parametrize("phase", ["rcpt", "dot"])
def test_a_refusal_of_the_second_copy_says_nothing_of_the_first(world: World, relay: Relay, phase: Step) -> None:
    relay.say(phase, "550 5.1.1 Unknown", to=ADA)
    send()
    assert standing(world) == IN_DOUBT
    row = db.session.get_one(Message, world.message)
    assert (row.reply_code, row.reply_status, row.tries) == (550, "5.1.1", 2)
    assert db.session.scalars(select(Suppression.reason)).all() == [SuppressionReason.BOUNCE]


@pytest.mark.parametrize("end", [opt_out, erase])
def test_a_person_who_has_it_sent_once_more_sends_nothing_to_who_must_not_be_written_to(
    world: World, relay: Relay, end: Callable[[World], None]
) -> None:
    with transaction():
        end(world)
    send()
    with transaction():
        settling.settle(world.message, Decision.AGAIN, now(), None)
    send()
    assert standing(world) == IN_DOUBT
    assert not relay.received
    with transaction():
        settling.settle(world.message, Decision.SENT, now(), None)
    db.session.rollback()
    assert db.session.get_one(Message, world.message).state is MessageState.SENT


def test_nothing_of_an_erased_person_is_kept_with_the_doubt(world: World) -> None:
    with transaction() as session:
        notice = notify(NoticePurpose.LOST_LINK, get_by_key(world.key), "once", "fr", ADA, {"name": "Ada"}, now())
        waits(notice)
        session.get_one(Message, world.message).merged = {"to": "Ada"}
        notice.merged = {"octets": "kept"}
        session.flush()
        numbers: list[tuple[type[Message | Notice], int]] = [(Message, world.message), (Notice, notice.id)]
    with transaction():
        erase(world)
    for table, number in numbers:
        kept = select(table.state, table.ended_at, table.email, table.merged, table.reply_text)
        assert db.session.execute(kept.where(table.id == number)).one() == (MessageState.IN_DOUBT, *[None] * 4)


@pytest.mark.parametrize(("doubted", "state"), [(True, MessageState.IN_DOUBT), (False, MessageState.CANCELLED)])
def test_news_that_is_recalled_stays_in_doubt_with_its_letter(world: World, doubted: bool, state: MessageState) -> None:
    with transaction() as session:
        mayor = get_by_key(world.key)
        notice = notify(NoticePurpose.EVENT_NEWS, mayor, "cancelled-1", "fr", ADA, {}, now())
        waits(notice)
        notice.doubted, notice.merged = doubted, {"octets": "kept"}
        session.flush()
        number, invitation = notice.id, mayor.id
    with transaction():
        recall_news([invitation], News.REINSTATED, 2, now())
    row = db.session.get_one(Notice, number, populate_existing=True)
    assert (row.state, row.merged) == (state, {"octets": "kept"} if doubted else None)
    assert (row.ended_at is None) is doubted
