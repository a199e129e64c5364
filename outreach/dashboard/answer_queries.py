"""Walks the list of answers, and of those who have not answered, so that a page never looks at a million invitations.

Each page has a leader: what is read first, in an index, and everything else is asked of each row on the way. The leader
is the rarest thing asked for (a relay, a depth, a session, a rare word), else the dates of the answers, else the few
invitations, else the directory in its own order. Conditions that do not lead are wrapped (`coalesce`), because
SQLite, which keeps no statistics, would otherwise prefer their index.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, func, literal, select, tuple_, type_coerce

from outreach.contacts.models import Contact
from outreach.contacts.searching.filters import Cursor
from outreach.contacts.searching.fragments import follows, meeting
from outreach.dashboard.asking import Filters, Order, Show, instant
from outreach.database import db
from outreach.invitations.models import Invitation, InvitationState, Origin
from outreach.rsvp.models import Answer, Participant, Seat

PAGE = 50
COUNTED = 5_000
"""More than this many are not counted one by one."""
FEW = 20_000
"""Up to this many are looked up and sorted; more are met soon enough on the way."""

Value = TypeVar("Value")


class Leader(enum.Enum):
    """What is read first."""

    RELAY = enum.auto()
    DEPTH = enum.auto()
    SESSION = enum.auto()
    WORDS = enum.auto()
    ANSWERED = enum.auto()
    INVITED = enum.auto()
    DIRECTORY = enum.auto()


@dataclass(frozen=True, slots=True)
class Page:
    """Some invitations in order, and the places where the pages beside this one begin."""

    ids: list[int]
    following: Cursor | None
    preceding: Cursor | None
    count: int
    """How many the whole list holds, counted up to COUNTED + 1."""

    @property
    def more(self) -> bool:
        """True when there are more than were counted."""
        return self.count > COUNTED


def page(filters: Filters, size: int = PAGE) -> Page:
    """One page: the beginning of the list, or what comes after or before a row."""
    lead = leader(filters)
    found = db.session.execute(walk(filters, lead, size + 1)).all()
    more, places = len(found) > size, [_cursor(key, number) for number, key in found[:size]]
    if filters.backwards:
        places.reverse()
    further = more if not filters.backwards else True
    earlier = more if filters.backwards else filters.after is not None
    return Page(
        ids=[place.id for place in places],
        following=places[-1] if places and further else None,
        preceding=places[0] if places and earlier else None,
        count=_count(filters, lead),
    )


def everyone(filters: Filters, size: int = 1000) -> Iterator[list[int]]:
    """The numbers of the whole list from its beginning, a thousand at a time."""
    asked = filters.everything()
    lead = leader(asked)
    while found := db.session.execute(walk(asked, lead, size)).all():
        yield [number for number, _key in found]
        number, key = found[-1]
        asked = replace(asked, after=_cursor(key, number))


def leader(filters: Filters) -> Leader:
    """What to read first."""
    if filters.through:
        return Leader.RELAY
    if filters.depth or filters.origin is Origin.SHARE:
        return Leader.DEPTH
    if filters.session:
        return Leader.SESSION
    if filters.words and _at_most_few(_rarest(filters.words)):
        return Leader.WORDS
    if filters.show is Show.ANSWERED and filters.order is Order.ANSWERED:
        return Leader.ANSWERED
    few = select(Invitation.id).where(Invitation.event_id == filters.event_id, *_standing(filters, leads=True))
    return Leader.INVITED if _at_most_few(few) else Leader.DIRECTORY


def walk(filters: Filters, lead: Leader, most: int) -> Select[Any]:
    """The numbers and sort keys of the invitations on a page, in the direction of the walk."""
    by_name = filters.order is Order.NAME
    first = _sort_name(lead) if by_name else Invitation.answered_at
    last = Contact.id if by_name and lead is Leader.DIRECTORY else Invitation.id
    downwards = filters.descending is not filters.backwards
    statement = _listed(filters, lead, select(Invitation.id, first))
    cursor = filters.after or filters.before
    if cursor is not None:
        border = (cursor.name if by_name else instant(cursor), _number(cursor, last))
        key = tuple_(first, last)
        statement = statement.where(key < border if downwards else key > border)
    return statement.order_by(*(one.desc() if downwards else one.asc() for one in (first, last))).limit(most)


def _number(cursor: Cursor, column: Any) -> int:
    """The tie-breaker of the order: the invitation, or its contact where the directory leads."""
    if column is Invitation.id:
        return cursor.id
    return db.session.scalar(select(Invitation.contact_id).where(Invitation.id == cursor.id)) or 0


def _listed(filters: Filters, lead: Leader, statement: Select[Any]) -> Select[Any]:
    """The invitations that meet what is asked."""
    statement = statement.select_from(Invitation).join(Contact, Contact.id == Invitation.contact_id)
    return statement.where(*_conditions(filters, lead))


def _conditions(filters: Filters, lead: Leader) -> Iterator[ColumnElement[bool]]:
    in_event = lead in {Leader.DEPTH, Leader.ANSWERED, Leader.INVITED}
    yield _equals(Invitation.event_id, filters.event_id, leads=in_event)
    yield from _standing(filters, leads=lead is Leader.INVITED)
    if lead is Leader.ANSWERED:
        yield Invitation.answered_at.is_not(None)
    if filters.through:
        yield Invitation.parent_id == filters.through
    if filters.depth:
        yield _equals(Invitation.depth, filters.depth, leads=lead is Leader.DEPTH)
    if filters.origin is not None:
        yield _equals(Invitation.origin, filters.origin, leads=False)
        if lead is Leader.DEPTH and not filters.depth:
            yield Invitation.depth > 0
    if filters.session:
        yield Invitation.id.in_(_seated(filters.session))
    yield from _of_contact(filters, lead)


def _of_contact(filters: Filters, lead: Leader) -> Iterator[ColumnElement[bool]]:
    """Conditions on the contact; a département is rarer than a kind, so of the two it leads."""
    walks = lead is Leader.DIRECTORY
    if walks and not (filters.kind or filters.department):
        yield Contact.sort_name >= ""
    if filters.department:
        yield _equals(Contact.department, filters.department, leads=walks)
    if filters.kind is not None:
        yield _equals(Contact.kind, filters.kind, leads=walks and not filters.department)
    for number, word in enumerate(sorted(filters.words, key=len, reverse=True)):
        if lead is Leader.WORDS and number == 0:
            yield Contact.id.in_(meeting(word))
        else:
            yield follows(word)


def _standing(filters: Filters, leads: bool) -> list[ColumnElement[bool]]:
    """Open invitations, answered or not."""
    met = [_equals(Invitation.state, InvitationState.OPEN, leads)]
    if filters.reply is not None:
        met.append(_equals(Invitation.reply, filters.reply, leads))
    if filters.show is Show.ANSWERED:
        met.append(Invitation.reply.is_not(None))
    if filters.show is Show.WAITING:
        met.append(
            Invitation.reply.is_(None) if leads else func.coalesce(type_coerce(Invitation.reply, String), "") == ""
        )
    return met


def _equals(column: Any, value: Any, leads: bool) -> ColumnElement[bool]:
    """Equal; wrapped unless it leads."""
    if leads:
        wanted: ColumnElement[bool] = column == value
        return wanted
    asked: ColumnElement[bool] = func.coalesce(column, literal("" if isinstance(value, str) else 0)) == value
    return asked


def _sort_name(lead: Leader) -> Any:
    return Contact.sort_name if lead is Leader.DIRECTORY else func.coalesce(Contact.sort_name, "")


def _seated(session_id: int) -> Select[int]:
    """The invitations whose answer in force takes a seat there."""
    return (
        select(Answer.invitation_id)
        .select_from(Seat)
        .join(Participant, Participant.id == Seat.participant_id)
        .join(Answer, Answer.id == Participant.answer_id)
        .where(Seat.session_id == session_id, Answer.replaced_at.is_(None))
    )


def _rarest(words: Sequence[str]) -> Select[int]:
    """What the longest word finds: long words are rare."""
    return meeting(max(words, key=len))


def _at_most_few(ids: Select[int]) -> bool:
    few = ids.limit(FEW + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(few)) or 0) <= FEW


def _count(filters: Filters, lead: Leader) -> int:
    """How many there are, up to COUNTED + 1; without a question about contacts the invitations' own index tells."""
    about_contacts = filters.kind or filters.department or filters.words
    if lead in {Leader.ANSWERED, Leader.DIRECTORY} and not (about_contacts or filters.origin):
        few = select(Invitation.id).where(Invitation.event_id == filters.event_id, *_standing(filters, leads=True))
    else:
        few = _listed(filters, lead, select(Invitation.id))
    return db.session.scalar(select(func.count()).select_from(few.limit(COUNTED + 1).subquery())) or 0


def _cursor(key: Any, number: int) -> Cursor:
    return Cursor(key.isoformat() if hasattr(key, "isoformat") else str(key or ""), number)
