"""Sends what is due: lease, compose, announce, transfer, record; and then whatever came due meanwhile."""

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import select

from outreach.campaigns import actions as campaigns
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import committed, db, now, transaction
from outreach.delivery import breaker, figures, leasing
from outreach.delivery.beginnings import begin
from outreach.delivery.book import LeaseBook
from outreach.delivery.brake import obey, pull
from outreach.delivery.letters.composing import Composer, Prepared
from outreach.delivery.mailer import Mailer
from outreach.delivery.models import Notice
from outreach.delivery.outbox import Lease
from outreach.delivery.ownership import Guarded, Owner
from outreach.delivery.recovery import end_stopped, recover
from outreach.delivery.states import Outcome, Pause, Trial, relay_back_off, verdict
from outreach.delivery.supervision.resting import note_rest
from outreach.delivery.wire.opening import Unavailable
from outreach.delivery.writes import Table

LEASED_AT_ONCE = 500


class Sender:
    """One sender under one owner's name. Of one thread; keeps its connections and compiled letters between runs."""

    def __init__(self, mailer: Mailer, owner: Owner, composers: Sequence[Composer]) -> None:
        self._mailer = mailer
        self._owner = owner
        self._composers = composers
        self._setbacks = 0
        self._rests: tuple[datetime, datetime] | None = None
        self._leaving = False

    def send_due(self, told: Callable[[int], object] | None = None, *, only: type[Notice] | None = None) -> int:
        """Send everything due, notices first; returns how many rows were settled, and has `told` it bit by bit.

        Returns early while the relay is to be left alone; what is due then stays due. `only` notices, or everything.
        Raises LockLost, and sends no more, when PostgreSQL has dropped the connection that holds our lock.
        """
        settled = 0
        composers = [one for one in self._composers if only in (None, one.table)]
        self._settle_the_dead()
        while not self._resting():
            done = next(filter(None, map(self._send_some, composers)), 0)
            if not done:
                break
            settled += done
            if told is not None:
                told(done)
        self._owner.stand_up(self._mailer.limit)
        finish_campaigns()
        return settled

    def leave_off(self) -> None:
        """Begin nothing more, for good; from any thread.

        What is on the wire is awaited and recorded; the rest of the lease in hand is given back.
        """
        self._leaving = True
        self._mailer.leave_off()

    def close(self) -> None:
        """Leave the relay."""
        self._mailer.close()

    def _settle_the_dead(self) -> None:
        for composer in self._composers:
            committed(partial(recover, composer.table, self._owner.is_dead, now()))

    def _resting(self) -> bool:
        """A clock that was set back ends the rest, lest it last as long as the step."""
        return self._leaving or (self._rests is not None and self._rests[0] <= now() < self._rests[1])

    def _send_some(self, composer: Composer) -> int:
        """One lease, all of it; returns how many rows it settled. Goes on where a whole lease could not be written."""
        while not self._resting():
            if not self._owner.share(self._mailer.most, self._mailer.limit):
                return 0
            leases = committed(partial(self._lease, composer.table))
            if not leases:
                return 0
            with _given_back(composer.table, leases, ()):
                prepared = self._prepare(composer, leases)
            if prepared.ready or not prepared.unfit:
                return self._deliver(composer, prepared)
        return 0

    def _lease(self, table: Table) -> list[Lease]:
        obey()
        leases = leasing.lease(table, self._owner.name, LEASED_AT_ONCE, now())
        begin(table, leases, now())
        return leases

    def _prepare(self, composer: Composer, leases: Sequence[Lease]) -> Prepared:
        """What is ready; a campaign that cannot be written is paused, with the reason, and gets its leases back."""
        prepared = composer.prepare(leases, now())
        db.session.close()
        for campaign_id, reason in prepared.unfit.items():
            with transaction():
                breaker.halt(campaign_id, reason, now())
        if prepared.unfit:
            with transaction():
                unfit = [one for one in leases if one.campaign_id in prepared.unfit]
                leasing.end(composer.table, unfit, (), now())
        return prepared

    def _deliver(self, composer: Composer, prepared: Prepared) -> int:
        book = LeaseBook(composer.table, prepared.ready)
        guarded = Guarded(book, self._owner)
        with _given_back(composer.table, [one.lease for one in prepared.ready], book.spent):
            try:
                self._mailer.deliver(guarded.letters(book.envelopes()), guarded)
            except Unavailable as reason:
                self._leave_alone(reason)
            else:
                if book.accepted or not book.must_rest:
                    self._setbacks = 0
                if book.must_rest:
                    self._rest(book.rest_reason)
            book.close()
        guarded.check()
        return book.settled

    def _leave_alone(self, reason: Unavailable) -> None:
        """The relay cannot be reached, or will not have us: rest; or stop everything, and say why."""
        judged = verdict(reason.answer, reason.phase, Trial(1, now()), now())
        said = Outcome(0, reason.phase, reason.answer).reason
        if judged.pause is Pause.ALL:
            with transaction():
                pull(now(), said)
        self._rest(said)

    def _rest(self, reason: str) -> None:
        self._setbacks += 1
        began = now()
        self._rests = began, began + relay_back_off(self._setbacks, random.random())  # noqa: S311 - jitter
        with transaction():
            note_rest(self._owner.name, *self._rests, self._setbacks, reason)


@contextmanager
def _given_back(table: Table, leases: Sequence[Lease], spent: Collection[int]) -> Iterator[None]:
    """On a fault, what was not announced goes back into the queue, and its lanes get back what was not `spent`."""
    try:
        yield
    except BaseException:
        db.session.close()
        with transaction():
            leasing.end(table, leases, spent, now())
        raise


def finish_campaigns() -> int:
    """Close the running campaigns of which nothing is open any more, and end what a stop left; returns how many."""
    return sum(committed(partial(_finish, campaign_id)) for campaign_id in committed(_over))


def _over() -> list[int]:
    end_stopped(now())
    running = db.session.scalars(select(Campaign.id).where(Campaign.state == CampaignState.RUNNING)).all()
    return [campaign_id for campaign_id in running if figures.is_over(campaign_id)]


def _finish(campaign_id: int) -> bool:
    """Close it, unless somebody else does. Counts first: whoever pauses a campaign has moved counts of it by then."""
    figures.recount(campaign_id)
    found = select(Campaign).where(Campaign.id == campaign_id, Campaign.state == CampaignState.RUNNING)
    campaign = db.session.scalar(found.with_for_update(skip_locked=True, key_share=True))
    if campaign is not None:
        campaigns.finish(campaign, now())
    return campaign is not None
