"""Reads in one statement what a page opened by a link needs: the reader's own words, and a mark of all the rest.

The ORM would cost more than the page; the mark says from which rows a page was drawn, so that one that was drawn before
is shown again while they read the same, in whatever process they were changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, reduce
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    ScalarSelect,
    Select,
    String,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy import literal_column as verbatim

from outreach.contacts.models import Contact, Mandate, Organisation
from outreach.contacts.protocol.addressing import Person, form_for
from outreach.contacts.protocol.precedence import Held, Quality, quality
from outreach.database import BigId, db, now
from outreach.events.models import Event, EventState, Session
from outreach.institution.models import Institution
from outreach.invitations.models import Invitation, InvitationState, Reply

_BETWEEN: Final = "\x1f"
"""Between two columns of a row as text; nobody types it."""
_AFTER: Final = "\x1e"
"""Between two rows as text; nobody types it either."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An invitation as its link opens it."""

    key: str
    state: InvitationState
    reply: Reply | None
    is_joined: bool
    """Its links lead to another."""
    language: str | None
    """Known of the invitation, else of whoever is invited."""
    person: Person
    quality: Quality
    name: str
    """The person's, or the organisation's for a desk."""
    house: str
    is_erased: bool
    event_state: EventState
    registration_open: bool
    answer_by: datetime
    ends_on: date
    seats_left: dict[int, int]
    """Of the sessions with a limit."""
    mark: tuple[str, ...]
    """The rows of institution, event and sessions, but for the seats taken: pages of one mark say the same of them."""
    more: tuple[Any, ...] = ()
    """What else was asked for."""

    def salutation(self, language: str) -> str:
        """What opens a letter to whoever is invited."""
        return form_for(self.quality, self.person, language).salutation


def find_opened(key: str, more: tuple[ColumnElement[Any], ...] = (), **asked: str) -> Opened | None:
    """The invitation of that key with its contact; None when there is none, or nobody is invited by it.

    `more` are columns of whoever calls, always the same ones, with what they ask for.
    """
    with db.engine.connect() as connection:
        return read_opened(connection, key, more, **asked)


def read_opened(
    connection: Connection, key: str, more: tuple[ColumnElement[Any], ...] = (), **asked: str
) -> Opened | None:
    """The same, read by whoever has a transaction of their own."""
    row = connection.execute(_statement(more), {"key": key, **asked}).one_or_none()
    if row is None:
        return None
    offices = connection.execute(_offices(), {"contact": row.contact_id}).all() if row.has_office else ()
    return _opened(row, offices, len(more))


def as_text(table: FromClause, *besides: str) -> ColumnElement[str]:
    """A row as one text, without some of its columns: rows of one text are alike."""
    texts = [func.coalesce(cast(one, String), said("")) for one in table.columns if one.name not in besides]
    return reduce(lambda before, one: before + said(_BETWEEN) + one, texts)


def said(text: str) -> ColumnElement[str]:
    """A text of ours in the statement itself: fifty parameters more would cost as much as reading the rows."""
    return verbatim(f"'{text}'", String)


@cache
def _statement(more: tuple[ColumnElement[Any], ...]) -> Select[*tuple[Any, ...]]:
    event, sessions, house = Event.__table__, Session.__table__, Institution.__table__
    offices = select(Mandate.id).where(Mandate.contact_id == Contact.id)
    return (
        select(
            *(Invitation.key, Invitation.state, Invitation.reply, Invitation.joined_to_id, Invitation.contact_id),
            *(Contact.kind, Contact.gender, Contact.given_name, Contact.family_name, Contact.role_label),
            *(Contact.masculine_title, Contact.salutation, Contact.erased_at),
            func.coalesce(Invitation.language, Contact.language).label("language"),
            Organisation.name.label("house"),
            offices.exists().label("has_office"),
            *(Event.state.label("event_state"), Event.registration_open, Event.answer_by, Event.ends_on),
            as_text(event, "created_at").label("event"),
            _of_sessions(as_text(sessions, "taken")).label("sessions"),
            _of_sessions(_seats_left()).label("seats_left"),
            select(as_text(house, "logo"))
            .where(Institution.id == verbatim("1", BigId))
            .scalar_subquery()
            .label("institution"),
            *more,
        )
        .join(Event, Event.id == Invitation.event_id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(Invitation.key == bindparam("key"))
    )


def _of_sessions(text: ColumnElement[str]) -> ScalarSelect[str]:
    """That text of every session; in whatever order, which on PostgreSQL changes with every seat taken."""
    together: ColumnElement[str] = func.aggregate_strings(text, said(_AFTER))  # type: ignore[arg-type] # as any function does
    return select(together).where(Session.event_id == Event.id).correlate(Event).scalar_subquery()


def _seats_left() -> ColumnElement[str]:
    """Nothing for a session without a limit."""
    return cast(Session.id, String) + said(":") + cast(Session.capacity - Session.taken, String)


@cache
def _offices() -> Select[*tuple[Any, ...]]:
    return select(
        *(Mandate.kind, Mandate.since, Mandate.until, func.coalesce(Mandate.office, "").label("office")),
        *(Mandate.position, Mandate.honorary, Mandate.constituency, Mandate.id),
    ).where(Mandate.contact_id == bindparam("contact"))


def _opened(row: Row[*tuple[Any, ...]], offices: Sequence[Row[*tuple[Any, ...]]], more: int) -> Opened:
    house = row.house or ""
    held = [Held(*one) for one in offices]
    return Opened(
        key=row.key,
        state=row.state,
        reply=row.reply,
        is_joined=row.joined_to_id is not None,
        language=row.language or None,
        person=Person(row.gender, row.family_name, row.given_name, row.salutation, row.masculine_title),
        quality=quality(row.kind, row.role_label, held, now().date()),
        name=f"{row.given_name} {row.family_name}".strip() or house,
        house=house,
        is_erased=row.erased_at is not None,
        event_state=row.event_state,
        registration_open=row.registration_open,
        answer_by=row.answer_by,
        ends_on=row.ends_on,
        seats_left=_by_session(row.seats_left),
        mark=(row.event, row.institution or "", *_in_order(row.sessions)),
        more=tuple(row)[len(row) - more :],
    )


def _by_session(text: str | None) -> dict[int, int]:
    pairs = (one.split(":") for one in _in_order(text))
    return {int(number): int(left) for number, left in pairs}


def _in_order(text: str | None) -> list[str]:
    """The rows of a text, always in the same order."""
    return sorted(text.split(_AFTER)) if text else []
