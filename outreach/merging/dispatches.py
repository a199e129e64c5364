"""Moves messages and notices from one invitation to another, and holds back what would reach a person twice."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select, update

from outreach.campaigns.lifecycle import CampaignState
from outreach.campaigns.models import Campaign
from outreach.contacts.duplicates.ledger import Entry, Ledger
from outreach.database import among, db
from outreach.delivery import figures
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.returns.models import ReturnedReport
from outreach.delivery.states import MessageState
from outreach.delivery.writes import ends_as
from outreach.merging.leading import Sent, plan

WRITER: Final = "staff"
"""In whose name the counts of messages move."""
CANCELLED: Final = "message cancelled"
_GOES_ON: Final = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.SIGNED)


def hold(invitation_ids: Collection[int]) -> dict[int, list[Sent]]:
    """The messages of these invitations, locked: no sender announces one before the commit."""
    columns = (Message.id, Message.campaign_id, Message.state, Message.intent_at, Message.invitation_id)
    asked = select(*columns, Message.doubted).where(among(Message.invitation_id, invitation_ids)).order_by(Message.id)
    found: dict[int, list[Sent]] = {number: [] for number in invitation_ids}
    for row in db.session.execute(asked.with_for_update()):
        announced = row.state is MessageState.LEASED and row.intent_at is not None
        found[row.invitation_id].append(Sent(row.id, row.campaign_id, row.state, announced, row.doubted))
    return found


def give_back(messages: Collection[Sent]) -> None:
    """What a sender has in hand and has not announced goes back to the queue: it is written anew, to whoever stays."""
    moves: Counter[tuple[int, MessageState]] = Counter()
    ours = [one.id for one in messages if one.state is MessageState.LEASED and not one.announced]
    for tried, back in ((False, MessageState.QUEUED), (True, MessageState.RETRY)):
        which = (among(Message.id, ours), Message.state == MessageState.LEASED, Message.intent_at.is_(None))
        was_tried = or_(Message.tries > 0, Message.doubted)
        freed = update(Message).where(*which, was_tried if tried else ~was_tried)
        for campaign_id in _campaigns(freed.values(state=back, owner=None).returning(Message.campaign_id)):
            moves[campaign_id, MessageState.LEASED] -= 1
            moves[campaign_id, back] += 1
    figures.move(moves, WRITER)


def join(leading: int, joined: int, held: dict[int, list[Sent]], at: datetime, ledger: Ledger) -> None:
    """What was sent on one invitation becomes the other's, and nothing reaches the person twice."""
    decided = plan(held[leading], held[joined])
    cancel(decided.cancelled, at, ledger)
    for number in decided.moved:
        ledger.change(Message, {"id": number}, invitation_id=leading)
    taken = {(row.purpose, row.key) for row in db.session.execute(_notices(leading))}
    for purpose, key, number in db.session.execute(_notices(joined)).all():
        if (purpose, key) not in taken:
            ledger.change(Notice, {"id": number}, invitation_id=leading)
    ledger.move(ReturnedReport, "invitation_id", joined, leading)


def _notices(invitation_id: int) -> Select[NoticePurpose, str, int]:
    return select(Notice.purpose, Notice.key, Notice.id).where(Notice.invitation_id == invitation_id)


def cancel(ids: Sequence[int], at: datetime, ledger: Ledger) -> None:
    """These do not leave any more; each is locked. What was in doubt stays so, and is none of a merge's to undo."""
    rows = db.session.execute(
        select(Message.id, Message.campaign_id, Message.state, Message.doubted).where(among(Message.id, ids))
    ).all()
    moves: Counter[tuple[int, MessageState]] = Counter()
    for number, campaign_id, state, doubted in rows:
        ended = update(Message).where(Message.id == number)
        db.session.execute(
            ended.values(**ends_as(Message, MessageState.CANCELLED, at)),
            execution_options={"synchronize_session": False},
        )
        moves[campaign_id, state] -= 1
        moves[campaign_id, MessageState.IN_DOUBT if doubted else MessageState.CANCELLED] += 1
        if not doubted:
            ledger.note(CANCELLED, id=number, campaign=campaign_id, before=state.value)
    figures.move(moves, WRITER)


def _campaigns(statement: Any) -> Sequence[int]:
    return db.session.scalars(statement, execution_options={"synchronize_session": False}).all()


def put_back(entry: Entry) -> bool:
    """Let a message that was held back wait again; False once its campaign is over, or where it moved on since."""
    before = MessageState(entry["before"])
    goes_on = select(Campaign.id).where(Campaign.id == entry["campaign"], Campaign.state.in_(_GOES_ON))
    which = (Message.id == entry["id"], Message.state == MessageState.CANCELLED, goes_on.exists())
    again = update(Message).where(*which).values(state=before, ended_at=None).returning(Message.campaign_id)
    back = _campaigns(again)
    for campaign_id in back:
        figures.move({(campaign_id, MessageState.CANCELLED): -1, (campaign_id, before): 1}, WRITER)
    return bool(back)
