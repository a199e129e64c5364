"""What holds for one sender holds for two workers beside a clock: a relay in its moods, poison, orders in the midst."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask

from config import Config
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import now, transaction
from outreach.delivery import launching
from outreach.delivery.states import MessageState
from tests.delivery.campaigns import state
from tests.dialogue import Step
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.judge import Judgement, judge
from tests.faults.processes import Process, several, started, until
from tests.faults.test_kills import is_under_way
from tests.faults.test_moods import SilentAfterTheDot, doubtful, number_of, offers, suppressed
from tests.faults.test_orders import (
    CONNECTIONS,
    ORDERS,
    PAUSE,
    be_erased,
    call_off,
    complain,
    give,
    kept_of,
    pause,
    press_stop,
    stop,
)
from tests.faults.test_poison import check_the_poisoned, poisoned
from tests.relay import Fault, Relay


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, engine="procrastinate", connections=CONNECTIONS)


@contextmanager
def at_work(config: Config) -> Iterator[Sequence[Process]]:
    """Two workers and the clock that calls them, until the block is left."""
    with several(config, 2, "worker") as workers, started(config, "clock") as clock:
        processes = [*workers, clock]
        yield processes
        for process in processes:
            assert process.is_alive, process.said()
            process.leave()


def sent_by_workers(campaign: int, config: Config, relay: Relay) -> Judgement:
    """What it came to once nothing of it may leave by itself any more."""
    with at_work(config) as processes:
        until(lambda: not is_under_way(campaign), *processes)
    return judge(campaign, relay, MANY)


def test_what_the_relay_left_unanswered_after_the_dot_waits_for_a_person(
    app: Flask, config: Config, relay: Relay, chance: random.Random
) -> None:
    campaign = crowd.launched()
    relay.script = silent = SilentAfterTheDot(chance)
    found = sent_by_workers(campaign, config, relay)
    assert (found.wrong, found.twice) == ([], 0)
    assert found.states == {MessageState.SENT: MANY - len(silent.whom), MessageState.IN_DOUBT: len(silent.whom)}
    assert doubtful(campaign) == set(silent.whom)
    assert set(offers(relay).values()) == {1}
    assert state(campaign) is CampaignState.RUNNING


def test_accepted_is_sent_even_where_the_relay_then_resets_the_connection(
    app: Flask, config: Config, relay: Relay, chance: random.Random
) -> None:
    campaign = crowd.launched()
    reset = Fault("dot", "250 2.0.0 Ok", then="reset")
    relay.script = lambda step, _to, _count: reset if step == "dot" and chance.random() < 0.05 else None
    with at_work(config) as processes:
        until(lambda: state(campaign) is CampaignState.FINISHED, *processes)
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice, found.states) == ([], 0, {MessageState.SENT: MANY})


REFUSALS = (Fault("rcpt", "550 5.1.1 Unknown"), Fault("rcpt", "552 5.2.2 Mailbox full"), Fault("dot", "554 5.6.0 No"))
"""Of every hundred people, what becomes of the first three."""


def test_whom_the_relay_refuses_is_rejected_and_only_who_is_unknown_is_written_to_no_more(
    app: Flask, config: Config, relay: Relay, chance: random.Random
) -> None:
    campaign, shift = crowd.launched(), chance.randrange(100)

    def kind(recipient: str | None) -> int:
        return (number_of(recipient) + shift) % 100

    def script(step: Step, to: str | None, _count: int) -> Fault | None:
        fault = REFUSALS[kind(to)] if to is not None and kind(to) < len(REFUSALS) else None
        return fault if fault is not None and fault.step == step else None

    relay.script = script
    found = sent_by_workers(campaign, config, relay)
    refused = len(REFUSALS) * MANY // 100
    assert (found.wrong, found.twice) == ([], 0)
    assert found.states == {MessageState.SENT: MANY - refused, MessageState.REJECTED: refused}
    everybody = [crowd.email_of(number) for number in range(1, MANY + 1)]
    assert suppressed() == {email for email in everybody if kind(email) == 0}


def test_contacts_that_cannot_be_written_to_hold_up_nobody_and_are_explained_one_by_one(
    app: Flask, config: Config, relay: Relay, chance: random.Random, database_kind: str
) -> None:
    relay.without("SMTPUTF8")
    campaign = crowd.launched()
    victims = poisoned(chance, database_kind)
    with at_work(config) as processes:
        until(lambda: state(campaign) is CampaignState.FINISHED, *processes)
    check_the_poisoned(campaign, relay, victims)


@pytest.mark.parametrize("order", [pause, stop, call_off], ids=lambda order: order.__name__)
def test_an_order_is_obeyed_at_once(
    app: Flask, config: Config, relay: Relay, chance: random.Random, order: Callable[[int], None]
) -> None:
    campaign = crowd.launched()
    held, campaign_state = ORDERS[order]
    relay.delay = PAUSE
    with at_work(config) as processes:
        kept = give(order, campaign, relay, chance, processes[-1])

        def is_settled() -> bool:
            found = judge(campaign, relay, MANY)
            return set(found.states) <= {MessageState.SENT, held} and state(campaign) is campaign_state

        until(is_settled, *processes)
    assert len([one for one in relay.received if one.at > kept]) <= CONNECTIONS
    found = judge(campaign, relay, MANY)
    assert found.wrong == []
    assert found.states == {MessageState.SENT: len(relay.received), held: MANY - len(relay.received)}


@pytest.mark.parametrize("ask", [press_stop, complain, be_erased], ids=lambda ask: ask.__name__)
def test_whoever_asks_to_be_left_alone_in_the_middle_is(
    app: Flask, config: Config, relay: Relay, chance: random.Random, ask: Callable[[Sequence[int]], None]
) -> None:
    campaign = crowd.launched()
    relay.delay = PAUSE
    asking = chance.sample(range(MANY // 2, MANY + 1), 60)
    with at_work(config) as processes:
        wanted = chance.randrange(20, MANY // 3)
        until(lambda: len(relay.received) >= wanted, *processes)
        ask(asking)
        kept = time.monotonic()
        until(lambda: state(campaign) is CampaignState.FINISHED, *processes)
    theirs = {crowd.email_of(number) for number in asking}
    assert len([one for one in relay.received if one.at > kept and one.recipient in theirs]) <= CONNECTIONS
    found = judge(campaign, relay, MANY)
    spared = theirs - set(relay.recipients)
    assert found.wrong == []
    assert spared
    assert found.states == {MessageState.SENT: MANY - len(spared), MessageState.SUPPRESSED: len(spared)}
    if ask is be_erased:
        assert kept_of(campaign, spared) == []


def has_come_to(relay: Relay, wanted: int) -> bool:
    """True once it has taken so many."""
    return len(relay.received) >= wanted


def test_four_workers_bear_an_order_that_is_given_and_taken_back_again_and_again(
    app: Flask, config: Config, relay: Relay, chance: random.Random
) -> None:
    campaign = crowd.launched()
    relay.delay = PAUSE
    with several(config, 4, "worker") as workers, started(config, "clock") as clock:
        for _ in range(3):
            wanted = min(len(relay.received) + chance.randrange(20, MANY // 4), MANY - 1)
            until(partial(has_come_to, relay, wanted), clock)
            with transaction():
                pause(campaign)
            with transaction() as session:
                launching.resume(session.get_one(Campaign, campaign), now())
        until(lambda: state(campaign) is CampaignState.FINISHED, clock)
        for process in (*workers, clock):
            process.leave()
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice, found.states) == ([], 0, {MessageState.SENT: MANY})
