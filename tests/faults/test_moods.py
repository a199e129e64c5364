"""A relay in every mood while 2,000 messages leave: each ends in the state it should, and nobody gets two."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from outreach.campaigns.models import CampaignState
from outreach.contacts.models import Suppression
from outreach.database import db, now
from outreach.delivery.models import Message
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery.campaigns import state
from tests.dialogue import Step
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.hours import send_to_the_end
from tests.faults.judge import judge
from tests.relay import Fault, Relay

pytestmark = pytest.mark.both

ALL_SENT = {MessageState.SENT: MANY}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stands still at the present instant, until it is moved."""
    with time_machine.travel(now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def post(clock: time_machine.Traveller, app: Flask, relay: Relay) -> Iterator[Sender]:
    with sender() as made:
        yield made


def number_of(recipient: str | None) -> int:
    found = re.search(r"\d+", recipient or "")
    return int(found[0]) if found else 0


class SilentAfterTheDot:
    """A script that never answers one body in twenty, having kept about half of those; remembers whose they were."""

    def __init__(self, chance: random.Random, share: float = 0.05) -> None:
        self._chance = chance
        self._share = share
        self.whom: Counter[str] = Counter()

    def __call__(self, step: Step, to: str | None, _count: int) -> Fault | None:
        if step != "dot" or to is None or self._chance.random() >= self._share:
            return None
        self.whom[to] += 1
        return Fault("dot", "250 2.0.0 Ok", then="lose") if self._chance.random() < 0.5 else Fault("dot", None)


def test_a_relay_silent_after_the_final_dot_leaves_a_doubt_that_a_person_sees(
    post: Sender, relay: Relay, clock: time_machine.Traveller, chance: random.Random
) -> None:
    campaign = crowd.launched()
    relay.script = silent = SilentAfterTheDot(chance)
    send_to_the_end(post, clock)
    found = judge(campaign, relay, MANY)
    assert found.wrong == []
    assert found.states == {MessageState.SENT: MANY - len(silent.whom), MessageState.IN_DOUBT: len(silent.whom)}
    assert found.twice == 0
    assert doubtful(campaign) == set(silent.whom)
    assert state(campaign) is CampaignState.RUNNING


def test_a_relay_silent_after_the_final_dot_is_asked_once_more_where_the_campaign_says_so_and_no_third_time(
    post: Sender, relay: Relay, clock: time_machine.Traveller, chance: random.Random
) -> None:
    campaign = crowd.launched(once_more=True)
    relay.script = silent = SilentAfterTheDot(chance, 0.2)
    send_to_the_end(post, clock)
    found = judge(campaign, relay, MANY)
    assert found.wrong == []
    assert max(offers(relay).values()) == max(silent.whom.values()) == 2
    assert found.twice <= len(silent.whom)
    assert doubtful(campaign) == {who for who, times in silent.whom.items() if times == 2}
    assert found.states[MessageState.SENT] + found.in_doubt == MANY


def test_accepted_is_sent_even_where_the_relay_then_resets_the_connection(
    post: Sender, relay: Relay, clock: time_machine.Traveller, chance: random.Random
) -> None:
    campaign = crowd.launched()
    reset = Fault("dot", "250 2.0.0 Ok", then="reset")
    relay.script = lambda step, _to, _count: reset if step == "dot" and chance.random() < 0.05 else None
    send_to_the_end(post, clock)
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.states, found.twice) == ([], ALL_SENT, 0)
    assert len(relay.received) == MANY
    assert state(campaign) is CampaignState.FINISHED


ANSWERS: dict[int, tuple[Fault, int | None, MessageState]] = {
    0: (Fault("rcpt", "550 5.1.1 Unknown"), None, MessageState.REJECTED),
    1: (Fault("rcpt", "552 5.2.2 Mailbox full"), None, MessageState.REJECTED),
    2: (Fault("dot", "554 5.7.1 Not from you"), None, MessageState.REJECTED),
    3: (Fault("rcpt", "450 4.2.0 Later"), 1, MessageState.SENT),
    4: (Fault("dot", "451 4.3.0 Local error"), 2, MessageState.SENT),
    5: (Fault("mail", "452 4.3.1 Disk full"), 1, MessageState.SENT),
    6: (Fault("data", "451 4.3.0 Local error"), 3, MessageState.SENT),
    7: (Fault("rcpt", "451 4.7.1 For ever"), None, MessageState.FAILED),
}
"""Of every hundred people, what becomes of the first eight: an answer, so many times, and the state in the end."""


class Mixed:
    """A script by recipient; MAIL names none, so that row is drawn at random and counts for whoever comes."""

    def __init__(self, shift: int) -> None:
        self._shift = shift
        self._times: Counter[str] = Counter()

    def kind(self, recipient: str | None) -> int:
        return (number_of(recipient) + self._shift) % 100

    def __call__(self, step: Step, to: str | None, _count: int) -> Fault | None:
        if step == "mail":
            self._times["mail"] += 1
            return ANSWERS[5][0] if self._times["mail"] % 100 == self._shift else None
        fault, times, _state = ANSWERS.get(self.kind(to), (None, None, None))
        if fault is None or fault.step != step or to is None:
            return None
        self._times[to] += 1
        return fault if times is None or self._times[to] <= times else None


def test_each_answer_of_the_relay_ends_in_its_own_state(
    post: Sender, relay: Relay, clock: time_machine.Traveller, chance: random.Random
) -> None:
    campaign = crowd.launched()
    relay.script = mixed = Mixed(chance.randrange(100))
    send_to_the_end(post, clock, every=timedelta(minutes=45))
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice) == ([], 0)
    rows = db.session.execute(select(Message.email, Message.state).where(Message.campaign_id == campaign)).all()
    db.session.rollback()
    expected = {kind: end for kind, (_fault, _times, end) in ANSWERS.items()}
    assert [row for row in rows if row.state is not expected.get(mixed.kind(row.email), MessageState.SENT)] == []
    unknown = {crowd.email_of(number) for number in range(1, MANY + 1) if mixed.kind(crowd.email_of(number)) == 0}
    assert suppressed() == unknown
    assert state(campaign) is CampaignState.FINISHED


@pytest.mark.parametrize("step", ["mail", "rcpt", "dot"])
def test_a_relay_that_says_later_for_half_an_hour_gets_everything_after_it(
    post: Sender, relay: Relay, clock: time_machine.Traveller, step: Step
) -> None:
    campaign = crowd.launched()
    over = now() + timedelta(minutes=30)
    relay.script = lambda at, _to, _count: Fault(at, "451 4.3.0 Later") if at == step and now() < over else None
    send_to_the_end(post, clock, hours=3)
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.states, found.twice) == ([], ALL_SENT, 0)
    assert suppressed() == set()
    assert now() < over + timedelta(minutes=60)


def test_a_relay_that_says_goodbye_at_the_hundredth_message_and_bears_two_connections_is_humoured(
    post: Sender, app: Flask, relay: Relay, clock: time_machine.Traveller
) -> None:
    app.config["CONNECTIONS"] = 2
    campaign = crowd.launched()
    relay.limit = 2
    relay.say("mail", "421 4.7.0 A hundred are enough", nth=100, then="close")
    with sender() as two:
        send_to_the_end(two, clock)
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.states, found.twice) == ([], ALL_SENT, 0)
    assert relay.peak <= 2, "never a third, counted where they arrive"
    carried = Counter(one.connection for one in relay.received)
    assert max(carried.values()) == 99
    assert relay.connections == len(carried) >= MANY // 99, "nobody was turned away at the door"
    assert 2 in tries(campaign), "whoever stood hundredth was put off and came back"


def test_two_connections_are_enough_where_the_relay_bears_no_third(
    post: Sender, relay: Relay, clock: time_machine.Traveller
) -> None:
    campaign = crowd.launched()
    relay.limit = 2
    send_to_the_end(post, clock)
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.states, found.twice) == ([], ALL_SENT, 0)
    assert tries(campaign) == {1}, "a connection too many costs nobody a try"


def test_whom_greylisting_put_off_is_written_to_at_the_second_try(
    post: Sender, relay: Relay, clock: time_machine.Traveller, chance: random.Random
) -> None:
    campaign = crowd.launched()
    known: dict[str, float] = {}
    strict = {crowd.email_of(number) for number in range(1, MANY + 1) if chance.random() < 0.5}

    def script(step: Step, to: str | None, _count: int) -> Fault | None:
        if step != "rcpt" or to not in strict:
            return None
        first = known.setdefault(to, now().timestamp())
        return Fault("rcpt", "450 4.7.1 Greylisted") if now().timestamp() < first + 300 else None

    relay.script = script
    send_to_the_end(post, clock)
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.states, found.twice) == ([], ALL_SENT, 0)
    tries = select(Message.tries, func.count()).where(Message.campaign_id == campaign).group_by(Message.tries)
    assert dict(db.session.execute(tries).all()) == {1: MANY - len(strict), 2: len(strict)}
    assert suppressed() == set()
    assert state(campaign) is CampaignState.FINISHED


def tries(campaign: int) -> set[int]:
    """How often somebody was tried."""
    found = set(db.session.scalars(select(Message.tries).where(Message.campaign_id == campaign)))
    db.session.rollback()
    return found


def doubtful(campaign: int) -> set[str | None]:
    """Who is in doubt."""
    chosen = (Message.campaign_id == campaign, Message.state == MessageState.IN_DOUBT)
    found = set(db.session.scalars(select(Message.email).where(*chosen)))
    db.session.rollback()
    return found


def suppressed() -> set[str | None]:
    found = set(db.session.scalars(select(Suppression.email)))
    db.session.rollback()
    return found


def offers(relay: Relay) -> Counter[str]:
    """How often each body was offered, whatever became of it."""
    return Counter(one.message_id for one in [*relay.received, *relay.dropped])
