"""Counts what the dashboard of an event shows.

What a page may count at a million messages: states of messages are kept figures (delivery/figures.py) and seats are
kept on their session. Answers are far fewer than messages, and have an index of their own that holds all that a count
asks of them (ix_invitation_answered, about 0.3 us a row); their kind and département cost one look-up of the contact
each (about 1 us), so those are taken in a single pass that gives the funnel, the kinds and the map together. Those who
came through others are fewer still (ix_invitation_depth). Only one count walks all the invitations of an event, inside
ix_invitation_reply: about 40 ms a million. Nothing counts messages, and nothing groups what has not been answered.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, Text, cast, column, func, literal, select, values
from sqlalchemy.orm import InstrumentedAttribute

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.dashboard.periods import Period, periods
from outreach.dashboard.tallies import Displays, Tally
from outreach.database import UtcDateTime, db
from outreach.invitations.models import Invitation, InvitationState, Reply
from outreach.rsvp.models import AccessNeeds, Answer, Participant
from outreach.rsvp.needs import Need
from outreach.tracking.models import DisplayCount, Reader


@dataclass(frozen=True, slots=True)
class ToArrange:
    """What the venue must arrange for: numbers only."""

    persons: int
    needs: Counter[Need]
    meals: int
    notes: int


def answered(event_id: int) -> list[ColumnElement[bool]]:
    """The answered invitations of an event, so written that SQLite reads them in the index that holds no others."""
    still_open = func.coalesce(Invitation.state, "") == InvitationState.OPEN.value
    return [Invitation.event_id == event_id, Invitation.reply.is_not(None), still_open]


def invited(event_id: int) -> int:
    """How many are invited, answered or not, whoever invited them."""
    statement = select(func.count()).where(Invitation.event_id == event_id, Invitation.state == InvitationState.OPEN)
    return db.session.scalar(statement) or 0


def tallies(event_id: int) -> list[Tally]:
    """The answers by kind, département and reply, in one pass."""
    department = func.coalesce(Contact.department, "")
    statement = (
        select(Contact.kind, department, Invitation.reply, func.count(), func.sum(Invitation.coming))
        .select_from(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(*answered(event_id), Invitation.answered_at.is_not(None))
        .group_by(Contact.kind, department, Invitation.reply)
    )
    return [
        Tally(Kind(kind), code, Reply(reply or Reply.NO), answers, int(coming or 0))
        for kind, code, reply, answers, coming in db.session.execute(statement)
    ]


def displays(campaign_ids: Iterable[int]) -> Displays:
    """Displays of the letters of these campaigns: a counter, without people behind it."""
    statement = (
        select(DisplayCount.reader, func.sum(DisplayCount.count))
        .where(DisplayCount.campaign_id.in_(list(campaign_ids)))
        .group_by(DisplayCount.reader)
    )
    found = {reader: int(count) for reader, count in db.session.execute(statement)}
    return Displays(found.get(Reader.PERSON, 0), found.get(Reader.MACHINE, 0))


def over_time(event_id: int, zone: str) -> list[tuple[Period, int]]:
    """The answers in force by the day (or week) they were given, on the calendar of that zone."""
    first, last = _ends(event_id)
    if first is None or last is None:
        return []
    days = periods(first, last, zone)
    rows = [(number, day.starts_at, day.ends_at) for number, day in enumerate(days)]
    borders = values(column("number", Integer), column("since", UtcDateTime()), column("until", UtcDateTime()))
    each = borders.data(rows).cte("each_day")
    within = (
        select(func.count())
        .where(*answered(event_id), Invitation.answered_at >= each.c.since, Invitation.answered_at < each.c.until)
        .scalar_subquery()
    )
    found = dict(tuple(row) for row in db.session.execute(select(each.c.number, within)))
    return [(day, found.get(number, 0)) for number, day in enumerate(days)]


def _ends(event_id: int) -> tuple[datetime | None, datetime | None]:
    """When the first and the last answer were given: two steps in the index, not a walk through it."""
    asked = select(Invitation.answered_at).where(*answered(event_id)).limit(1)
    first = db.session.scalar(asked.order_by(Invitation.answered_at))
    last = db.session.scalar(asked.order_by(Invitation.answered_at.desc()))
    return first, last


def to_arrange(event_id: int) -> ToArrange:
    """What those who come to an event need. Few confide that, and it is deleted after the event: the table is small."""
    text = cast(AccessNeeds.needs, Text)
    has_meal, has_note = _filled(AccessNeeds.meal), _filled(AccessNeeds.note)
    statement = (
        select(text, func.count(), func.sum(has_meal), func.sum(has_note))
        .select_from(AccessNeeds)
        .join(Participant, Participant.id == func.coalesce(AccessNeeds.participant_id, literal(0)))
        .join(Answer, Answer.id == Participant.answer_id)
        .join(Invitation, Invitation.id == Answer.invitation_id)
        .where(func.coalesce(Invitation.event_id, literal(0)) == event_id, Answer.replaced_at.is_(None))
        .group_by(text)
    )
    needs: Counter[Need] = Counter()
    persons = meals = notes = 0
    for chosen, count, with_meal, with_note in db.session.execute(statement):
        for one in json.loads(chosen):
            needs[Need(one)] += count
        persons, meals, notes = persons + count, meals + int(with_meal), notes + int(with_note)
    return ToArrange(persons, needs, meals, notes)


def _filled(text: InstrumentedAttribute[str]) -> ColumnElement[int]:
    return cast(text != "", Integer)


def came_through_others(event_id: int) -> int:
    """How many confirmed newcomers came through somebody's share link."""
    statement = select(func.count()).where(
        Invitation.event_id == event_id,
        Invitation.depth > 0,
        func.coalesce(Invitation.state, "") == InvitationState.OPEN.value,
    )
    return db.session.scalar(statement) or 0
