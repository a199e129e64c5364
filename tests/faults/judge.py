"""The judge of a run: what the relay accepted beside what the database says; nobody lost, nothing twice in silence."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Row, func, select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db
from outreach.delivery import figures
from outreach.delivery.history.models import SendingMinute
from outreach.delivery.models import Message
from outreach.delivery.states import OPEN, MessageState
from tests.relay import Received, Relay

_OVER: Final = {CampaignState.FINISHED, CampaignState.STOPPED}
_NOT_ACCEPTED: Final = {
    MessageState.FAILED,
    MessageState.REJECTED,
    MessageState.CANCELLED,
    MessageState.SUPPRESSED,
    MessageState.QUEUED,
}
"""States that promise: the relay never took it. Leased promises so too, as long as no intent is announced."""
_ENDED_BY_ITSELF: Final = {MessageState.REJECTED, MessageState.CANCELLED, MessageState.SUPPRESSED}
"""Ends that neither a person chooses nor a report proves: nothing that was in doubt may come to them."""
_Row = Row[int, str, MessageState, int, datetime | None, int | None, bool]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a run came to. `wrong` says in words what may never be, and is empty after every run."""

    planned: int
    states: Mapping[MessageState, int]
    accepted: int
    """Messages that the relay took at least once."""
    twice: int
    """Messages that it took a second time, each shown as tried once more by the campaign's policy or by a person."""
    wrong: Sequence[str]

    @property
    def in_doubt(self) -> int:
        """How many wait for a person."""
        return self.states.get(MessageState.IN_DOUBT, 0)


def judge(campaign: int, relay: Relay, planned: int) -> Judgement:
    """Compare the relay's record with the rows of one campaign to so many people, while no sender is at work."""
    db.session.rollback()
    found = db.session.get_one(Campaign, campaign)
    rows = _rows(campaign)
    taken = _taken(relay)
    states = Counter(row.state for row in rows)
    wrong = [
        *_lost(rows, taken, planned),
        *_doubled(rows, taken, once_more=found.retry_in_doubt),
        *_altered(relay),
        *_miscounted(campaign, states, planned),
        *_unfinished(found.state, states),
    ]
    db.session.rollback()
    accepted = sum(1 for row in rows if taken[row.message_id])
    twice = sum(len(taken[row.message_id]) - 1 for row in rows if taken[row.message_id])
    return Judgement(planned, dict(states), accepted, twice, wrong)


def _rows(campaign: int) -> Sequence[_Row]:
    columns = (Message.id, Message.message_id, Message.state, Message.tries, Message.intent_at, Message.closed_by)
    found = select(*columns, Message.doubted).where(Message.campaign_id == campaign)
    return db.session.execute(found.order_by(Message.id)).all()


def _taken(relay: Relay) -> dict[str, list[Received]]:
    with relay.lock:
        received = list(relay.received)
    taken: dict[str, list[Received]] = defaultdict(list)
    for one in received:
        taken[one.message_id].append(one)
    return taken


def _lost(rows: Sequence[_Row], taken: Mapping[str, list[Received]], planned: int) -> list[str]:
    """Somebody planned without a row, or said to have it whom the relay never heard of; or the other way round."""
    wrong = [f"{planned} were planned, {len(rows)} are there"] if len(rows) != planned else []
    for row in rows:
        times = len(taken[row.message_id])
        by_a_person = row.closed_by is not None and row.state in {MessageState.SENT, MessageState.FAILED}
        if row.state in {MessageState.SENT, MessageState.BOUNCED} and not times and not by_a_person:
            wrong.append(f"message {row.id} is {row.state} and was never accepted")
        once_more = row.state is MessageState.LEASED and row.doubted
        unannounced = row.state is MessageState.LEASED and row.intent_at is None
        if (row.state in _NOT_ACCEPTED or unannounced) and times and not (by_a_person or once_more):
            wrong.append(f"message {row.id} is {row.state} though it was accepted")
        if row.doubted and row.state in _ENDED_BY_ITSELF:
            wrong.append(f"message {row.id} was in doubt and is {row.state} by itself")
    return wrong


def _doubled(rows: Sequence[_Row], taken: Mapping[str, list[Received]], *, once_more: bool) -> list[str]:
    """Accepted twice without the policy of the campaign or a person, or more than twice, or about to be."""
    wrong = []
    for row in rows:
        times = len(taken[row.message_id])
        again = (once_more or row.closed_by is not None) and row.tries > 1
        if times > (2 if again else 1):
            wrong.append(f"message {row.id} was accepted {times} times")
        asked_for = row.doubted and (once_more or row.closed_by is not None)
        if times and row.state is MessageState.RETRY and not asked_for:
            wrong.append(f"message {row.id} waits to be sent though it was accepted")
    people = Counter(one.recipient for letters in taken.values() for one in letters[:1])
    wrong += [f"{who} got {times} letters" for who, times in people.items() if times > 1]
    known = {row.message_id for row in rows}
    return wrong + [f"an unknown message {name} left" for name in taken if taken[name] and name not in known]


def _altered(relay: Relay) -> list[str]:
    """Offered more than once, and not the same to the letter each time."""
    with relay.lock:
        offered = [*relay.received, *relay.dropped]
    versions: dict[str, set[bytes]] = defaultdict(set)
    for one in offered:
        versions[one.message_id].add(one.raw)
    return [f"{name} left in {len(raw)} versions" for name, raw in versions.items() if len(raw) > 1]


def _miscounted(campaign: int, states: Mapping[MessageState, int], planned: int) -> list[str]:
    """The figures that are kept are those of a recount, and add up to what was planned."""
    kept = {state: count for state, count in figures.counts(campaign).items() if count}
    wrong = [f"kept {kept}, counted {dict(states)}"] if kept != dict(states) else []
    return wrong + ([f"the figures add up to {sum(kept.values())}"] if sum(kept.values()) != planned else [])


def _unfinished(state: CampaignState, states: Mapping[MessageState, int]) -> list[str]:
    """Over, and something is open. Of a stopped campaign only what is in doubt stays so, for a person."""
    bearable = {MessageState.IN_DOUBT} if state is CampaignState.STOPPED else set()
    still_open = {one: states[one] for one in OPEN - bearable if states.get(one)}
    return [f"the campaign is {state} and holds {still_open}"] if state in _OVER and still_open else []


def count_sent(campaign: int) -> int:
    """How many messages of a campaign are recorded as sent."""
    chosen = (Message.campaign_id == campaign, Message.state == MessageState.SENT)
    number = db.session.scalar(select(func.count()).where(*chosen)) or 0
    db.session.rollback()
    return number


def takers() -> int:
    """How many senders brought something to the relay, as each of them counted for itself."""
    sent = select(SendingMinute.writer).where(SendingMinute.state == MessageState.SENT, SendingMinute.count > 0)
    number = len(set(db.session.scalars(sent)))
    db.session.rollback()
    return number


def at_work() -> int:
    """How many senders have something in hand now."""
    leased = select(Message.owner).where(Message.state == MessageState.LEASED).distinct()
    number = len(set(db.session.scalars(leased)))
    db.session.rollback()
    return number
