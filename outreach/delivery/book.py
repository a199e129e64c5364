"""The book of one lease: what may leave, and what became of it, written in shared commits."""

import random
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from outreach.contacts.actions import suppress
from outreach.contacts.models import SuppressionReason
from outreach.database import now, transaction
from outreach.delivery import leasing, outbox
from outreach.delivery.brake import pull
from outreach.delivery.breaker import Watch
from outreach.delivery.history.rates import Rates
from outreach.delivery.letters.composing import Ready
from outreach.delivery.outbox import Intent, Result, Table
from outreach.delivery.queries import refused_elsewhere
from outreach.delivery.states import MessageState, Outcome, Pause, Reply, Trial, Verdict, verdict
from outreach.delivery.wire.smtp import Envelope
from outreach.errors import Refusal
from outreach.logs import log


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
        self._spent: set[int] = set()
        self._rates = Rates(ready[0].lease.owner if ready else "")

    def envelopes(self) -> Iterator[Envelope]:
        """The letters one by one; what cannot be written is failed with its reason, and stops nobody."""
        for key, one in self._ready.items():
            if one.lease.campaign_id in self._watch.halted:
                continue
            if one.email is None:
                self._unwritten.append(Result(one.lease, MessageState.FAILED, text="This contact has no address."))
                continue
            try:
                body = one.write()
            except Refusal as reason:
                self._unwritten.append(Result(one.lease, MessageState.FAILED, text=str(reason)))
                continue
            except Exception:
                log.exception("a message could not be written", table=self._table.__tablename__, row=key)
                self._unwritten.append(Result(one.lease, MessageState.FAILED, text="This message cannot be written."))
                continue
            yield Envelope(key, one.sender, one.email, body, one.envid)

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        """Commit these outcomes and the intents of these candidates together; the keys that may leave."""
        at = now()
        intents = [self._intent(self._ready[key]) for key in candidates]
        with transaction():
            self._record(outcomes, at)
            allowed = outbox.intend(self._table, intents, at)
            declined = [one for one in intents if one.lease.id not in allowed]
            outbox.decline(self._table, declined, at)
            self._watch.ask(one.lease.campaign_id for one in declined)
        self._spent.update(allowed)
        self.settled += len(intents) - len(allowed)
        return allowed

    def close(self) -> None:
        """Record what could not be written, give back what was never announced."""
        with transaction():
            self._record((), now(), self._unwritten)
            self._rates.write(now())
            leasing.end(self._table, [one.lease for one in self._ready.values()], self._spent, now())

    def _record(self, outcomes: Sequence[Outcome], at: datetime, unwritten: Sequence[Result] = ()) -> None:
        results = list(unwritten)
        for outcome in outcomes:
            one = self._ready[outcome.key]
            trial = Trial(one.tries + 1, one.first_tried_at or at, one.useful_until, one.once_more, one.doubted)
            judged = verdict(outcome.answer, outcome.phase, trial, at, random.random())  # noqa: S311 - jitter
            results.append(_result(one, outcome, judged))
            self._obey(one, outcome, judged, at)
            if judged.state is not MessageState.QUEUED:
                self._spent.add(outcome.key)
        outbox.record(self._table, results, at)
        self.accepted = self.accepted or any(result.state is MessageState.SENT for result in results)
        self._rates.note((result.state for result in results), at)
        self._watch.write(at)
        self.settled += sum(result.state is not MessageState.QUEUED for result in results)

    def _obey(self, one: Ready, outcome: Outcome, judged: Verdict, at: datetime) -> None:
        """What an answer of the relay asks beyond its own message."""
        if one.email and (judged.suppress or (judged.suspect and refused_elsewhere(one.email, one.lease.campaign_id))):
            suppress(one.email, SuppressionReason.BOUNCE, at, note=outcome.reason[:300])
        if judged.pause is Pause.ALL:
            pull(at, outcome.reason)
        if judged.pause is not Pause.NONE:
            self.must_rest, self.rest_reason = True, outcome.reason
        self._watch.see(one.lease.campaign_id, judged)

    @staticmethod
    def _intent(one: Ready) -> Intent:
        return Intent(one.lease, one.email or "", one.digest, one.merged)


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
