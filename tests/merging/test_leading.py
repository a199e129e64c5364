"""Which invitation goes on when two contacts are one, and which messages still leave."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from outreach.delivery.states import MessageState
from outreach.merging.leading import Plan, Sent, Standing, leading, plan

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLAIN = Standing(1, is_open=True, answered_at=None, written_to=False, waits=False, depth=0, is_survivors=True)
OTHER = replace(PLAIN, id=2, is_survivors=False)


@pytest.mark.parametrize(
    ("one", "other", "leads"),
    [
        (PLAIN, OTHER, 1),
        (PLAIN, replace(OTHER, written_to=True), 2),
        (PLAIN, replace(OTHER, waits=True), 2),
        (replace(PLAIN, written_to=True), replace(OTHER, waits=True), 1),
        (replace(PLAIN, written_to=True), replace(OTHER, answered_at=NOON), 2),
        (replace(PLAIN, answered_at=NOON), replace(OTHER, answered_at=NOON - timedelta(hours=1)), 1),
        (replace(PLAIN, answered_at=NOON), replace(OTHER, answered_at=NOON + timedelta(hours=1)), 2),
        (replace(PLAIN, is_open=False, answered_at=NOON), OTHER, 2),
        (replace(PLAIN, depth=1), OTHER, 2),
    ],
)
def test_one_invitation_goes_on(one: Standing, other: Standing, leads: int) -> None:
    assert leading(one, other).id == leading(other, one).id == leads


def sent(
    number: int, state: MessageState, *, announced: bool = False, campaign: int = 1, doubted: bool = False
) -> Sent:
    return Sent(number, campaign, state, announced, doubted)


@pytest.mark.parametrize(
    ("leads", "joins", "decided"),
    [
        ([], [sent(2, MessageState.SENT)], Plan((2,), ())),
        ([], [sent(2, MessageState.QUEUED)], Plan((2,), ())),
        ([sent(1, MessageState.SENT)], [sent(2, MessageState.QUEUED)], Plan((), (2,))),
        ([sent(1, MessageState.QUEUED)], [sent(2, MessageState.SENT)], Plan((), (1,))),
        ([sent(1, MessageState.QUEUED)], [sent(2, MessageState.QUEUED)], Plan((), (2,))),
        ([sent(1, MessageState.SENT)], [sent(2, MessageState.SENT)], Plan((), ())),
        ([sent(1, MessageState.RETRY)], [sent(2, MessageState.LEASED, announced=True)], Plan((), (1,))),
        ([sent(1, MessageState.LEASED, announced=True)], [sent(2, MessageState.LEASED)], Plan((), (2,))),
        ([sent(1, MessageState.QUEUED)], [sent(2, MessageState.BOUNCED)], Plan((), ())),
        ([sent(1, MessageState.QUEUED)], [sent(2, MessageState.IN_DOUBT)], Plan((), (1,))),
        ([sent(1, MessageState.QUEUED)], [sent(2, MessageState.SENT, campaign=2)], Plan((2,), ())),
        ([sent(1, MessageState.QUEUED)], [sent(2, MessageState.RETRY, doubted=True)], Plan((), (1, 2))),
        ([sent(1, MessageState.RETRY, doubted=True)], [sent(2, MessageState.QUEUED)], Plan((), (2,))),
        ([sent(1, MessageState.SENT)], [sent(2, MessageState.RETRY, doubted=True)], Plan((), (2,))),
        ([], [sent(2, MessageState.RETRY, doubted=True)], Plan((2,), ())),
    ],
)
def test_nobody_gets_one_campaign_twice(leads: list[Sent], joins: list[Sent], decided: Plan) -> None:
    assert plan(leads, joins) == decided
