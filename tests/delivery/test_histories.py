"""Random histories of one campaign: whatever happens in whatever order, the promises of delivery hold at each step."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, update

from outreach.campaigns import actions as campaign_actions
from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.actions import suppress
from outreach.contacts.models import Address, Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import brake, figures, launching, leasing
from outreach.delivery.book import LeaseBook
from outreach.delivery.letters.composing import MessageComposer
from outreach.delivery.models import Message
from outreach.delivery.outbox import WAITING
from outreach.delivery.recovery import recover
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.settling import Decision
from outreach.delivery.sending import finish_campaigns
from outreach.delivery.service import return_addresses
from outreach.delivery.states import ENDED, OPEN, Failure, MessageState, Outcome, Phase, Reply
from outreach.invitations.models import Invitation
from outreach.links import links
from tests.conftest import MORNING
from tests.delivery import campaigns

PLANNED = 5
EXAMPLES = 60
TURNS = [*["pause or resume"] * 4, *["stop everything"] * 2, "end"]
OVER = {CampaignState.FINISHED, CampaignState.STOPPED}

BEFORE_THE_INTENT: dict[str, tuple[Outcome, MessageState]] = {
    "refused for ever": (Outcome(0, Phase.RCPT, Reply(552, "5.2.2", "Full")), MessageState.REJECTED),
    "put off": (Outcome(0, Phase.RCPT, Reply(450, "4.2.0", "Greylisted")), MessageState.RETRY),
    "hung up on": (Outcome(0, Phase.RCPT, Failure.DISCONNECTED), MessageState.RETRY),
    "its turn did not come": (Outcome(0, Phase.MAIL, Failure.UNTRIED), MessageState.QUEUED),
}
AFTER_THE_INTENT: dict[str, tuple[Outcome, bool, MessageState]] = {
    "accepted": (Outcome(0, Phase.DOT, Reply(250, "2.0.0", "Ok")), True, MessageState.SENT),
    "put off": (Outcome(0, Phase.DOT, Reply(451, "4.3.0", "Later")), False, MessageState.RETRY),
    "refused for ever": (Outcome(0, Phase.DOT, Reply(554, "5.6.0", "No")), False, MessageState.REJECTED),
    "cut off before the dot": (Outcome(0, Phase.DATA, Failure.DISCONNECTED), False, MessageState.RETRY),
    "kept without a word": (Outcome(0, Phase.DOT, Failure.DISCONNECTED), True, MessageState.IN_DOUBT),
    "dropped without a word": (Outcome(0, Phase.DOT, Failure.TIMEOUT), False, MessageState.IN_DOUBT),
    "hung up on before its body left": (Outcome(0, Phase.MAIL, Failure.UNTRIED), False, MessageState.QUEUED),
}
"""What ends a message on the wire, whether the relay has it then, and the state that its own sender records."""


@dataclass
class Hand:
    """What one sender holds: rows it may announce, and rows on the wire. It may be taken for dead and know nothing."""

    owner: str
    attempts: dict[int, int]
    book: LeaseBook
    leased: set[int]
    announced: set[int] = field(default_factory=set)


class Histories(RuleBasedStateMachine):
    """The model: who may have what in hand, what the relay has, and how often a second letter was asked for."""

    clock: time_machine.Traveller

    @initialize(once_more=st.booleans())
    def begin(self, once_more: bool) -> None:
        with transaction() as session:
            session.execute(delete(Suppression))
            brake.let_go()
        self.campaign = campaigns.launched(batch_size=PLANNED)
        with transaction() as session:
            session.execute(update(Campaign).where(Campaign.id == self.campaign).values(retry_in_doubt=once_more))
        self.once_more = once_more
        self.hands: list[Hand] = []
        self.dead: set[str] = set()
        self.senders = 0
        self.has: Counter[int] = Counter()
        self.asked_again: Counter[int] = Counter()
        self.given_up: set[int] = set()
        self.unwanted: set[int] = set()
        self.ended: dict[int, MessageState] = {}

    def teardown(self) -> None:
        """Nothing of this campaign is left for the next."""
        if hasattr(self, "campaign") and self.state() not in OVER:
            with transaction() as session:
                launching.stop(session.get_one(Campaign, self.campaign), now())

    @precondition(lambda self: self.can_lease())
    @rule(limit=st.integers(1, 3), announced=st.integers(0, 3))
    def lease(self, limit: int, announced: int) -> None:
        """A new sender takes what is due: as much as there is, of a campaign that runs, while nothing is stopped.

        It may announce some of it at once.
        """
        due = [
            row for row in self.rows() if row.state in {MessageState.QUEUED, MessageState.RETRY} and row.due_at <= now()
        ]
        runs = self.state() is CampaignState.RUNNING and not self.braked()
        self.senders += 1
        owner = f"sender {self.campaign}.{self.senders}"
        with transaction():
            leases = leasing.lease(Message, owner, limit, now())
        assert len(leases) == (min(limit, len(due)) if runs else 0)
        assert {one.id for one in leases} <= {row.id for row in due}
        if leases:
            ready = MessageComposer(links(), return_addresses()).prepare(leases, now()).ready
            db.session.close()
            attempts = {one.id: one.attempt for one in leases}
            hand = Hand(owner, attempts, LeaseBook(Message, ready), set(attempts))
            self.hands.append(hand)
            for key in sorted(attempts)[:announced]:
                self.intend(hand, key)

    @precondition(lambda self: any(hand.leased for hand in self.hands))
    @rule(data=st.data(), refused=st.sampled_from([*[""] * 6, *sorted(BEFORE_THE_INTENT)]))
    def announce(self, data: st.DataObject, refused: str) -> None:
        """Only what is still leased, wanted and running may leave; the rest is settled there and then.

        Or the relay will not even have the envelope, and nothing is announced.
        """
        hand, key = self.drawn(data, [(hand, key) for hand in self.hands for key in sorted(hand.leased)])
        if refused:
            hand.leased.discard(key)
            self.record(hand, key, *BEFORE_THE_INTENT[refused])
        else:
            self.intend(hand, key)

    def intend(self, hand: Hand, key: int) -> None:
        before = self.row(key)
        holds = self.holds(hand, before)
        runs = self.state() is CampaignState.RUNNING and not self.braked()
        allowed = hand.book.settle((), [key])
        hand.leased.discard(key)
        after = self.row(key)
        if not holds:
            assert not allowed
            assert after == before
        elif runs and key not in self.unwanted:
            assert set(allowed) == {key}
            assert after.intent_at is not None
            hand.announced.add(key)
        else:
            assert not allowed
            assert after.state is self.declined(key, before)

    def declined(self, key: int, before: Any) -> MessageState:
        """What becomes of a message that may not leave now, or never."""
        if before.doubted and (key in self.unwanted or self.state() is CampaignState.STOPPED):
            return MessageState.IN_DOUBT
        if key in self.unwanted:
            return MessageState.SUPPRESSED
        if self.state() is CampaignState.STOPPED:
            return MessageState.CANCELLED
        return MessageState.RETRY if before.tries else MessageState.QUEUED

    @precondition(lambda self: any(hand.announced for hand in self.hands))
    @rule(data=st.data(), end=st.sampled_from(sorted(AFTER_THE_INTENT)))
    def answer(self, data: st.DataObject, end: str) -> None:
        """The relay has read a body, or has not; what its sender knows is recorded, if the row is still its own."""
        hand, key = self.drawn(data, [(hand, key) for hand in self.hands for key in sorted(hand.announced)])
        outcome, kept, expected = AFTER_THE_INTENT[end]
        self.has[key] += kept
        hand.announced.discard(key)
        if expected is MessageState.IN_DOUBT and self.once_more and not self.row(key).doubted:
            expected = MessageState.RETRY
        self.record(hand, key, outcome, expected)

    def record(self, hand: Hand, key: int, outcome: Outcome, expected: MessageState) -> None:
        before = self.row(key)
        holds = self.holds(hand, before)
        hand.book.settle([Outcome(key, outcome.phase, outcome.answer)], ())
        after = self.row(key)
        if expected is MessageState.QUEUED and after.tries:
            expected = MessageState.RETRY
        if expected is MessageState.REJECTED and before.doubted:
            expected = MessageState.IN_DOUBT
        if holds:
            assert after.state is expected
        else:
            assert after == before

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        """A sender ends its lease in good order, with nothing on the wire."""
        quiet = [hand for hand in self.hands if not hand.announced]
        if quiet:
            hand = self.drawn(data, quiet)
            hand.book.close()
            self.hands.remove(hand)

    @precondition(lambda self: self.hands and len(self.dead) < 3)
    @rule(data=st.data(), for_good=st.booleans())
    def freeze(self, data: st.DataObject, for_good: bool) -> None:
        """A sender looks dead: it is, its bodies lost on the way or not; or it will wake up and go on in ignorance."""
        hand = self.drawn(data, [hand for hand in self.hands if hand.announced] or self.hands)
        self.dead.add(hand.owner)
        if for_good:
            for key in hand.announced:
                self.has[key] += data.draw(st.integers(0, 1))
            self.hands.remove(hand)

    @precondition(lambda self: any(row.owner in self.dead for row in self.rows()))
    @rule()
    def settle_the_dead(self) -> None:
        """Leases of the dead end: unannounced ones go back, announced ones are in doubt, or sent once more."""
        orphans = [row for row in self.rows() if row.state is MessageState.LEASED and row.owner in self.dead]
        with transaction():
            assert recover(Message, self.dead.__contains__, now()) == len(orphans)
        for row in orphans:
            after = self.row(row.id).state
            if row.intent_at is None:
                assert after is (MessageState.RETRY if row.tries else MessageState.QUEUED)
            else:
                once_more = self.once_more and not row.doubted
                assert after is (MessageState.RETRY if once_more else MessageState.IN_DOUBT)

    @precondition(lambda self: any(row.due_at > now() for row in self.rows()))
    @rule(minutes=st.integers(5, 40))
    def wait(self, minutes: int) -> None:
        self.clock.shift(timedelta(minutes=minutes))

    @rule(turn=st.sampled_from(TURNS))
    def turn(self, turn: str) -> None:
        """What the office may do to a campaign, or to all."""
        found = self.state()
        braked = self.braked()
        with transaction() as session:
            campaign = session.get_one(Campaign, self.campaign)
            if braked:
                brake.let_go()
            elif turn == "stop everything":
                brake.pull(now(), "somebody said so")
            elif turn == "pause or resume" and found is CampaignState.RUNNING:
                campaign_actions.pause(campaign, now())
            elif turn == "pause or resume" and found is CampaignState.PAUSED:
                launching.resume(campaign, now())
            elif turn == "end" and found not in OVER and len(self.ended) > 1:
                launching.stop(campaign, now())

    @precondition(lambda self: not self.unwanted)
    @rule(data=st.data())
    def opt_out(self, data: st.DataObject) -> None:
        row = self.drawn(data, self.rows())
        email = email_of(row.id)
        with transaction():
            suppress(email, SuppressionReason.OPT_OUT, now())
        self.unwanted.add(row.id)

    @precondition(lambda self: any(row.state is MessageState.IN_DOUBT for row in self.rows()))
    @rule(data=st.data(), decision=st.sampled_from(Decision))
    def settle(self, data: st.DataObject, decision: Decision) -> None:
        """A person who has looked in the relay's log decides what is true, or has it sent once more all the same."""
        row = self.drawn(data, [row for row in self.rows() if row.state is MessageState.IN_DOUBT])
        if decision is not Decision.AGAIN:
            decision = Decision.SENT if self.has[row.id] else Decision.FAILED
        elif self.state() in OVER:
            return
        if decision is Decision.FAILED:
            if any(row.id in hand.announced for hand in self.hands):
                return  # it is on the wire still: the log cannot tell yet
            self.given_up.add(row.id)
        with transaction():
            settling.settle(row.id, decision, now(), None)
        self.asked_again[row.id] += decision is Decision.AGAIN

    @precondition(lambda self: self.state() is CampaignState.RUNNING or self.is_left_over())
    @rule()
    def finish(self) -> None:
        """The end of every run: what is over is closed, what a stop left is ended."""
        finish_campaigns()
        if self.state() is CampaignState.STOPPED:
            assert not [row for row in self.rows() if row.state in WAITING]

    @invariant()
    def each_state_is_true(self) -> None:
        if not hasattr(self, "campaign"):
            return
        for row in self.rows():
            allowed = 1 + self.asked_again[row.id] + self.once_more
            assert self.has[row.id] <= allowed, "somebody has a letter too many"
            if row.state is MessageState.SENT:
                assert self.has[row.id], "it says sent, and the relay never had it"
            if self.has[row.id]:
                unsettled = row.state is MessageState.LEASED and row.intent_at is not None
                once_more = row.state in {*WAITING, MessageState.LEASED} and row.doubted
                known = row.state in {MessageState.SENT, MessageState.IN_DOUBT}
                assert unsettled or once_more or known, "the relay has it"
            if row.doubted and row.state in ENDED:
                assert row.state is MessageState.SENT or row.id in self.given_up, "a doubt ended by itself"
            assert (
                self.ended.setdefault(row.id, row.state) is row.state
                if row.state in ENDED
                else row.id not in self.ended
            )

    @invariant()
    def the_figures_are_those_of_the_rows(self) -> None:
        if not hasattr(self, "campaign"):
            return
        states = Counter(row.state for row in self.rows())
        assert sum(states.values()) == PLANNED
        assert {state: count for state, count in figures.counts(self.campaign).items() if count} == states
        db.session.rollback()
        if self.state() is CampaignState.FINISHED:
            assert not OPEN & states.keys()

    def is_left_over(self) -> bool:
        """Something came back to the queue of a campaign that was stopped."""
        return self.state() is CampaignState.STOPPED and any(row.state in WAITING for row in self.rows())

    def can_lease(self) -> bool:
        """Something waits; or, now and then, nothing does or may, and nothing is what a sender gets."""
        waits = any(row.state in WAITING and row.due_at <= now() for row in self.rows())
        return waits and (self.state() is CampaignState.RUNNING or self.senders % 3 == 0)

    def drawn(self, data: st.DataObject, choices: Any) -> Any:
        return data.draw(st.sampled_from(list(choices)))

    def holds(self, hand: Hand, row: Any) -> bool:
        """True while that row is this sender's."""
        lease = (MessageState.LEASED, hand.owner, hand.attempts[row.id])
        return (row.state, row.owner, row.attempt) == lease

    def rows(self) -> list[Any]:
        columns = (
            Message.id,
            Message.state,
            Message.owner,
            Message.attempt,
            Message.tries,
            Message.doubted,
            Message.due_at,
            Message.intent_at,
        )
        found = db.session.execute(
            select(*columns).where(Message.campaign_id == self.campaign).order_by(Message.id)
        ).all()
        db.session.rollback()
        return [*found]

    def row(self, key: int) -> Any:
        return next(row for row in self.rows() if row.id == key)

    def state(self) -> CampaignState:
        return campaigns.state(self.campaign)

    def braked(self) -> bool:
        pulled = brake.state() is not None
        db.session.rollback()
        return pulled


def email_of(message: int) -> str:
    joined = (
        select(Address.email)
        .join(Invitation, Invitation.contact_id == Address.contact_id)
        .join(Message, Message.invitation_id == Invitation.id)
    )
    found = db.session.scalars(joined.where(Message.id == message)).one()
    db.session.rollback()
    return str(found)


def run(examples: int) -> None:
    """So many histories; a wrong one is told as shortly as it can be."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with time_machine.travel(MORNING, tick=False) as Histories.clock:
        run_state_machine_as_test(Histories, settings=chosen)


def test_the_promises_hold_in_every_history(app: Flask) -> None:
    run(EXAMPLES)
