"""The book of one lease: what may leave, and what became of it, written in shared commits."""

import random
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from outreach.contacts.actions import suppress
from outreach.contacts.models import SuppressionReason
from outreach.database import committed, now
from outreach.delivery import leasing, outbox
from outreach.delivery.brake import obey, pull
from outreach.delivery.breaker import Watch
from outreach.delivery.history.rates import Rates
from outreach.delivery.letters.composing import Ready
from outreach.delivery.outbox import Intent, Result
from outreach.delivery.queries import refused_elsewhere
from outreach.delivery.states import MessageState, Outcome, Pause, Reply, Trial, Verdict, verdict
from outreach.delivery.wire.smtp import Envelope
from outreach.delivery.writes import Table
from outreach.errors import Refusal
from outreach.links import links
from outreach.logs import log

TOO_LATE: Final = "It would have come too late to be of use."


class Heard(NamedTuple):
    """What the relay has said of a message, and what that makes of it."""

    ready: Ready
    verdict: Verdict
    result: Result
    reason: str


class LeaseBook:
    """Hands the letters of one lease to a mailer, and keeps what it reports."""

    def __init__(self, table: Table, ready: Sequence[Ready]) -> None:
        self._table = table
        self._ready = {one.lease.id: one for one in ready}
        self._unwritten: list[Result] = []  # recorded at the end: letters are written beside `settle`, not inside it
        self.settled = 0
        self.accepted = False
        """Whether the relay has taken anything."""
        self.must_rest = False
        self.rest_reason = ""
        self._watch = Watch(ready[0].lease.owner if ready else "")
        self.spent: set[int] = set()
        """The rows of which something went to the relay."""
        self._rates = Rates(ready[0].lease.owner if ready else "")

    def envelopes(self) -> Iterator[Envelope]:
        """The letters one by one; what cannot be written is failed with its reason, and stops nobody."""
        for key, one in self._ready.items():
            if one.lease.campaign_id in self._watch.halted:
                continue
            if one.is_useless(now()):
                self._unwritten.append(_unsent(one, TOO_LATE))
                continue
            if one.email is None:
                self._unwritten.append(_nowhere(one))
                continue
            try:
                body = one.write()
            except Refusal as reason:
                self._unwritten.append(_unsent(one, str(reason)))
                continue
            except Exception:
                log.exception("a message could not be written", table=self._table.__tablename__, row=key)
                self._unwritten.append(_unsent(one, "This message cannot be written."))
                continue
            yield Envelope(key, one.sender, one.email, body, one.envid)

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        """Commit these outcomes and the intents of these candidates together; the keys that may leave.

        Where PostgreSQL ends the transaction for another's sake, all of it is written anew: what was heard is judged
        once, and nothing has left on the strength of intents that were rolled back.
        """
        at = now()
        heard = [self._judged(outcome, at) for outcome in outcomes]
        asked = [self._ready[key] for key in candidates]
        self._unwritten += [_unsent(one, TOO_LATE) for one in asked if one.is_useless(at)]
        intents = [self._intent(one) for one in asked if not one.is_useless(at)]
        allowed = committed(partial(self._commit, heard, intents, at), before_again=self._watch.take_back)
        self._remember(heard, at)
        self.spent.update(allowed)
        self.settled += len(intents) - len(allowed)
        return allowed

    def close(self) -> None:
        """Record what could not be written, give back what was never announced."""
        self._rates.note((result.state for result in self._unwritten), now())
        committed(self._end)
        self.settled += len(self._unwritten)

    def _commit(self, heard: Sequence[Heard], intents: Sequence[Intent], at: datetime) -> set[int]:
        """Everybody locks in one order, lest two wait for each other.

        Messages and their counts, addresses by their digest, what trips campaigns, campaigns, the brake.
        """
        obey()
        outbox.record(self._table, [one.result for one in heard], at)
        self._suppress(heard, at)
        for one in heard:
            self._watch.see(one.ready.lease.campaign_id, one.verdict)
        self._watch.write(at)
        for one in heard:
            if one.verdict.pause is Pause.ALL:
                pull(at, one.reason)
        self._rates.write_at_times(at)
        allowed = outbox.intend(self._table, intents, at)
        declined = [one for one in intents if one.lease.id not in allowed]
        outbox.decline(self._table, declined, at)
        self._watch.ask(one.lease.campaign_id for one in declined)
        return allowed

    def _end(self) -> None:
        at = now()
        outbox.record(self._table, self._unwritten, at)
        self._rates.write(at)
        leasing.end(self._table, [one.lease for one in self._ready.values()], self.spent, at)

    def _judged(self, outcome: Outcome, at: datetime) -> Heard:
        one = self._ready[outcome.key]
        trial = Trial(one.tries + 1, one.first_tried_at or at, one.useful_until, one.once_more, one.doubted)
        judged = verdict(outcome.answer, outcome.phase, trial, at, random.random())  # noqa: S311 - jitter
        return Heard(one, judged, _result(one, outcome, judged), outcome.reason)

    def _suppress(self, heard: Sequence[Heard], at: datetime) -> None:
        """The addresses that an answer of the relay ends."""
        ended: dict[str, tuple[str, str]] = {}
        for one in heard:
            email, judged = one.ready.email, one.verdict
            if not email or not (judged.suppress or judged.suspect):
                continue
            if judged.suppress or refused_elsewhere(email, one.ready.lease.campaign_id):
                ended[links().digest(email)] = email, one.reason
        for _digest, (email, reason) in sorted(ended.items()):
            suppress(email, SuppressionReason.BOUNCE, at, note=reason[:300])

    def _remember(self, heard: Sequence[Heard], at: datetime) -> None:
        """What was heard, once it is committed."""
        states = [one.verdict.state for one in heard]
        self._rates.note(states, at)
        self.accepted = self.accepted or MessageState.SENT in states
        self.settled += sum(state is not MessageState.QUEUED for state in states)
        self.spent.update(one.ready.lease.id for one in heard if one.verdict.state is not MessageState.QUEUED)
        for one in heard:
            if one.verdict.pause is not Pause.NONE:
                self.must_rest, self.rest_reason = True, one.reason

    @staticmethod
    def _intent(one: Ready) -> Intent:
        return Intent(one.lease, one.email or "", one.digest, one.merged)


def _nowhere(one: Ready) -> Result:
    """The end of what has no address: somebody erased since it was leased is spared as whoever was before."""
    if one.erased:
        return _unsent(one, "", MessageState.SUPPRESSED)
    return _unsent(one, "This contact has no address.")


def _unsent(one: Ready, why: str, state: MessageState = MessageState.FAILED) -> Result:
    """The end of what cannot leave; what was in doubt before stays so: nobody can say that it never arrived."""
    return Result(one.lease, MessageState.IN_DOUBT if one.doubted else state, text=why, email=one.email)


def _result(one: Ready, outcome: Outcome, judged: Verdict) -> Result:
    reply = outcome.answer if isinstance(outcome.answer, Reply) else None
    return Result(
        one.lease,
        judged.state,
        judged.retry_at,
        code=reply.code if reply else None,
        status=reply.enhanced if reply else "",
        text=reply.text if reply else outcome.reason,
        email=one.email,
        doubted=judged.doubtful,
    )
