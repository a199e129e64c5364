"""The list of recipients read before the transaction of a signature: it counts only where nothing has changed."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.accounts.models import Role
from outreach.campaigns import actions
from outreach.campaigns.audience import Rule
from outreach.campaigns.audience_queries import count_audience
from outreach.campaigns.models import Batch, Campaign
from outreach.campaigns.queries import get_campaign, scope_of
from outreach.campaigns.recipients import Recipients, read_recipients
from outreach.database import now, transaction
from outreach.delivery import dealing, launching
from outreach.delivery.models import Message
from outreach.invitations.models import Invitation
from tests import people
from tests.delivery.campaigns import draft, signed

pytestmark = pytest.mark.both


def sign(number: int, listed: Recipients) -> int:
    with transaction():
        return launching.approve(get_campaign(number), people.member(Role.SIGN).id, now(), listed)


def places(number: int) -> list[tuple[int | None, int]]:
    """Whom its messages go to, in their order, and in which batch."""
    with transaction() as session:
        asked = select(Invitation.contact_id, Message.batch_id).join(Message, Message.invitation_id == Invitation.id)
        found = session.execute(asked.where(Message.campaign_id == number).order_by(Message.id)).all()
        first = found[0].batch_id
    return [(contact_id, batch_id - first) for contact_id, batch_id in found]


def test_one_pass_counts_what_the_count_counts(app: Flask) -> None:
    number = draft()
    with transaction():
        scope = scope_of(get_campaign(number))
        read, counted = read_recipients(scope), count_audience(scope)
    assert len(read.numbers) == counted.chosen == 5
    told = (read.counted.chosen, read.counted.languages, read.counted.kinds, read.counted.nameless)
    assert told == (counted.chosen, counted.languages, counted.kinds, counted.nameless)


def test_recipients_are_dealt_in_their_order_however_few_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dealing, "_AT_ONCE", 2)
    number = draft(batch_size=3)
    listed = launching.listed(number, now())
    assert sign(number, listed) == 5
    assert places(number) == list(zip(listed.numbers, [0, 0, 0, 1, 1], strict=True))


def test_a_list_read_before_another_rule_held_is_read_again(app: Flask) -> None:
    number = draft()
    listed = launching.listed(number, now())
    with transaction():
        actions.set_audience(get_campaign(number), Rule(kinds=("mayor",)), now())
    assert sign(number, listed) == 1


def test_whom_another_campaign_has_just_invited_is_not_invited_twice(app: Flask) -> None:
    first, second = draft(), draft()
    with transaction() as session:
        session.get_one(Campaign, second).event_id = session.get_one(Campaign, first).event_id
    listed = launching.listed(second, now())
    sign(first, launching.listed(first, now()))
    with transaction() as session:
        late = people.mayor()
        late.addresses[0].email, late.addresses[0].digest = "late@commune.test", "late"
        number = late.id
    assert sign(second, listed) == 1
    assert places(second) == [(number, 0)]


@pytest.mark.parametrize(("late", "moved"), [(30, False), (90, True)])
def test_a_launch_moves_the_batches_when_the_pause_between_them_would_suffer(
    app: Flask, clock: time_machine.Traveller, late: int, moved: bool
) -> None:
    number = signed(batch_size=3)
    planned = instants(number)
    clock.shift(late)
    with transaction():
        launching.launch(get_campaign(number), now())
    assert (instants(number) != planned) is moved
    assert instants(number)[1] - instants(number)[0] == timedelta(minutes=10)


def instants(number: int) -> list[datetime]:
    """When its batches leave, which is when their messages do."""
    with transaction() as session:
        of_batches = select(Batch.due_at).where(Batch.campaign_id == number).order_by(Batch.number)
        of_messages = select(Message.due_at).where(Message.campaign_id == number).distinct().order_by(Message.due_at)
        found = list(session.scalars(of_batches))
        assert found == list(session.scalars(of_messages))
    return found
