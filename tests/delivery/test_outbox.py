"""Lease, intent, result: once each, on both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState
from outreach.contacts.actions import suppress
from outreach.contacts.models import Suppression, SuppressionReason
from outreach.database import db, transaction
from outreach.delivery import figures, leasing, outbox
from outreach.delivery.models import Brake, Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.outbox import Intent, Lease, Result
from outreach.delivery.recovery import recover
from outreach.delivery.states import MessageState
from outreach.events.models import Event, EventState
from outreach.invitations.models import Invitation, Reply
from outreach.invitations.queries import get_by_key
from outreach.links import links
from tests import people

pytestmark = pytest.mark.both

NOON = datetime.now(UTC) + timedelta(hours=2)
PAST = (NOON - timedelta(days=2)).date()
ADA = "ada@association.test"


@pytest.fixture
def world(app: Flask) -> people.World:
    """A running campaign with one message that is due, at whatever hour the tests run."""
    made = people.world()
    with transaction() as session:
        session.get_one(Campaign, made.campaign).any_hour = True
        figures.recount(made.campaign)
    return made


def lease(owner: str = "one") -> list[Lease]:
    with transaction():
        return leasing.lease(Message, owner, 10, NOON)


def intend(leases: list[Lease]) -> set[int]:
    intents = [Intent(one, ADA, links().digest(ADA), {"salutation": "Chère « Ada »,"}) for one in leases]
    with transaction():
        allowed = outbox.intend(Message, intents, NOON)
        outbox.decline(Message, [intent for intent in intents if intent.lease.id not in allowed], NOON)
    return allowed


def record(leases: list[Lease], state: MessageState, due_at: datetime | None = None) -> int:
    with transaction():
        return outbox.record(Message, [Result(one, state, due_at, 250, "2.0.0", "ok") for one in leases], NOON)


def state(number: int) -> MessageState:
    db.session.rollback()
    found = db.session.scalars(select(Message.state).where(Message.id == number)).one()
    db.session.rollback()
    return found


def counts(campaign: int) -> dict[MessageState, int]:
    found = dict(figures.counts(campaign))
    db.session.rollback()
    return found


def test_what_is_leased_is_leased_once(world: people.World) -> None:
    assert [one.id for one in lease("one")] == [world.message]
    assert lease("two") == []


def test_a_message_goes_from_queued_to_sent_and_is_counted(world: people.World) -> None:
    assert counts(world.campaign) == {MessageState.QUEUED: 1}
    leases = lease()
    assert counts(world.campaign) == {MessageState.LEASED: 1}
    assert intend(leases) == {world.message}
    assert record(leases, MessageState.SENT) == 1
    assert counts(world.campaign) == {MessageState.SENT: 1}
    message = db.session.get_one(Message, world.message)
    assert (message.email, message.tries, message.reply_code) == (ADA, 1, 250)
    assert message.merged == {"salutation": "Chère « Ada »,"}
    assert message.first_tried_at == NOON
    assert message.ended_at == NOON


def test_a_retry_waits_for_its_hour_and_keeps_its_first_try(world: people.World) -> None:
    leases = lease()
    intend(leases)
    record(leases, MessageState.RETRY, NOON + timedelta(minutes=5))
    assert lease() == []
    with transaction():
        again = leasing.lease(Message, "one", 10, NOON + timedelta(minutes=6))
    assert [one.attempt for one in again] == [2]
    assert counts(world.campaign) == {MessageState.LEASED: 1}


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_an_opt_out_between_lease_and_intent_is_obeyed(world: people.World, reason: SuppressionReason) -> None:
    leases = lease()
    with transaction() as session:
        session.add(Suppression(digest=links().digest(ADA), reason=reason, at=NOON))
    assert intend(leases) == set()
    assert state(world.message) is MessageState.SUPPRESSED
    assert counts(world.campaign) == {MessageState.SUPPRESSED: 1}


def test_who_leaves_in_the_same_round_as_an_opt_out_is_written_to(world: people.World) -> None:
    maire = "maire@commune.test"
    with transaction():
        mailing = db.session.get_one(Campaign, world.campaign)
        other = people.message(mailing, get_by_key(world.answered)).id
        figures.recount(mailing.id)
    leases = lease()
    with transaction():
        suppress(maire, SuppressionReason.OPT_OUT, NOON)
    emails = {world.message: ADA, other: maire}
    intents = [Intent(one, emails[one.id], links().digest(emails[one.id]), {}) for one in leases]
    with transaction():
        assert outbox.intend(Message, intents, NOON) == {world.message}
        outbox.decline(Message, [intent for intent in intents if intent.lease.id == other], NOON)
    assert state(other) is MessageState.SUPPRESSED


def test_an_opt_out_from_another_event_stops_nothing(world: people.World) -> None:
    leases = lease()
    with transaction() as session:
        other = people.congress()
        session.add(
            Suppression(digest=links().digest(ADA), event_id=other.id, reason=SuppressionReason.OPT_OUT, at=NOON)
        )
    assert intend(leases) == {world.message}


@pytest.mark.parametrize(
    ("campaign_state", "message_state"),
    [(CampaignState.PAUSED, MessageState.QUEUED), (CampaignState.STOPPED, MessageState.CANCELLED)],
)
def test_a_pause_or_stop_after_the_lease_is_obeyed(
    world: people.World, campaign_state: CampaignState, message_state: MessageState
) -> None:
    leases = lease()
    with transaction() as session:
        session.execute(update(Campaign).values(state=campaign_state))
    assert intend(leases) == set()
    assert state(world.message) is message_state


def test_a_reminder_never_reaches_who_answered(world: people.World) -> None:
    leases = lease()
    with transaction() as session:
        session.execute(update(Campaign).values(purpose=CampaignPurpose.REMINDER))
        session.execute(update(Invitation).where(Invitation.id == world.invitation).values(reply=Reply.NO))
    assert intend(leases) == set()
    assert state(world.message) is MessageState.CANCELLED


@pytest.mark.parametrize("missed", [{"state": EventState.CANCELLED}, {"starts_on": PAST, "ends_on": PAST}])
@pytest.mark.parametrize(
    ("purpose", "leaves"),
    [
        (CampaignPurpose.INVITATION, False),
        (CampaignPurpose.REMINDER, False),
        (CampaignPurpose.CHANGE, True),
        (CampaignPurpose.THANKS, True),
    ],
)
def test_nobody_is_invited_to_what_is_over_or_cancelled(
    world: people.World, missed: dict[str, object], purpose: CampaignPurpose, leaves: bool
) -> None:
    leases = lease()
    with transaction() as session:
        session.execute(update(Campaign).values(purpose=purpose))
        session.execute(update(Event).values(**missed))
    assert bool(intend(leases)) is leaves
    assert state(world.message) is (MessageState.LEASED if leaves else MessageState.CANCELLED)


@pytest.mark.parametrize(
    ("zone", "at", "over"),
    [
        ("America/Martinique", "2031-03-03T03:30", False),
        ("America/Martinique", "2031-03-03T04:30", True),
        ("Pacific/Noumea", "2031-03-02T12:30", False),
        ("Pacific/Noumea", "2031-03-02T13:30", True),
        ("Europe/Paris", "2031-03-02T23:30", True),
    ],
)
def test_an_event_is_over_when_its_last_day_is_over_where_it_takes_place(
    world: people.World, zone: str, at: str, over: bool
) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    with transaction() as session:
        session.execute(update(Event).values(ends_on=date(2031, 3, 2), timezone=zone))
        session.execute(update(Campaign).values(any_hour=True))
        (leased,) = leasing.lease(Message, "one", 10, instant)
        intents = [Intent(leased, ADA, links().digest(ADA), {})]
        assert outbox.intend(Message, intents, instant) == (set() if over else {world.message})


def test_the_brake_stops_what_is_leased_and_what_is_due(world: people.World) -> None:
    leases = lease()
    with transaction() as session:
        session.add(Brake(id=1, pulled_at=NOON))
    assert intend(leases) == set()
    assert state(world.message) is MessageState.QUEUED
    assert lease() == []


def test_a_sender_that_was_taken_for_dead_changes_nothing(world: people.World) -> None:
    frozen = lease("frozen")
    with transaction():
        assert recover(Message, lambda owner: owner == "frozen", NOON) == 1
    second = lease("second")
    assert intend(frozen) == set()
    assert record(frozen, MessageState.FAILED) == 0
    assert intend(second) == {world.message}


def test_an_intent_without_result_is_in_doubt(world: people.World) -> None:
    intend(lease("dead"))
    with transaction():
        recover(Message, lambda _owner: True, NOON)
    assert state(world.message) is MessageState.IN_DOUBT
    assert counts(world.campaign) == {MessageState.IN_DOUBT: 1}
    assert lease() == []


@pytest.mark.parametrize(
    ("reason", "leaves"), [(SuppressionReason.OPT_OUT, True), (SuppressionReason.COMPLAINT, False)]
)
def test_a_notice_asked_for_outlives_an_opt_out_but_not_a_complaint(
    world: people.World, reason: SuppressionReason, leaves: bool
) -> None:
    with transaction() as session:
        invitation = session.get_one(Invitation, world.invitation)
        session.add(Suppression(digest=links().digest(ADA), reason=reason, at=NOON))
        first = notify(NoticePurpose.LOST_LINK, invitation, "1", "fr", ADA, {}, NOON)
        assert notify(NoticePurpose.LOST_LINK, invitation, "1", "fr", ADA, {}, NOON) is first
    with transaction():
        leases = leasing.lease(Notice, "one", 10, NOON)
    intents = [Intent(one, ADA, links().digest(ADA), {}) for one in leases]
    with transaction():
        assert bool(outbox.intend(Notice, intents, NOON)) is leaves


@pytest.mark.parametrize(
    ("reason", "leaves"),
    [(SuppressionReason.ERASURE, True), (SuppressionReason.BOUNCE, False), (SuppressionReason.COMPLAINT, False)],
)
def test_who_was_erased_and_registers_again_is_asked_to_confirm(
    world: people.World, reason: SuppressionReason, leaves: bool
) -> None:
    with transaction() as session:
        invitation = session.get_one(Invitation, world.invitation)
        session.add(Suppression(digest=links().digest(ADA), reason=reason, at=NOON))
        check = notify(NoticePurpose.ADDRESS_CHECK, invitation, "1", "fr", ADA, {}, NOON).id
        other = notify(NoticePurpose.LOST_LINK, invitation, "1", "fr", ADA, {}, NOON).id
    with transaction():
        leases = [one for one in leasing.lease(Notice, "one", 10, NOON) if one.id in {check, other}]
    intents = [Intent(one, ADA, links().digest(ADA), {}) for one in leases]
    with transaction():
        assert outbox.intend(Notice, intents, NOON) == ({check} if leaves else set())


def test_only_a_dead_sender_loses_its_leases(world: people.World) -> None:
    lease("alive")
    alive: Callable[[str], bool] = lambda owner: owner != "alive"  # noqa: E731
    with transaction():
        assert recover(Message, alive, NOON) == 0
    assert state(world.message) is MessageState.LEASED
