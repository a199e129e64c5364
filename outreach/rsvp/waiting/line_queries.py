"""Reads the waiting lists for the organiser: each session's seats, and who stands in its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db
from outreach.events.models import Session
from outreach.invitations.models import Invitation
from outreach.rsvp.models import Answer
from outreach.rsvp.waiting import queries as waiting_queries
from outreach.rsvp.waiting.models import OPEN_PLACES, PlaceState, WaitingPlace
from outreach.rsvp.waiting.queueing import Party, in_line

SHOWN = 200
"""So many of those who asked first are shown of each session."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """A party in the line of a session."""

    party: Party
    name: str
    invitation_id: int
    offered_until: datetime | None
    is_reachable: bool
    """False when nobody may write to them: they are passed over, and the office may call them."""


def lines(event_id: int, sessions: Sequence[Session], at: datetime) -> Mapping[int, list[Waiter]]:
    """Of each session for which somebody waits, those who are offered seats and then the line, as it will move."""
    ranks = waiting_queries.ranks(event_id)
    waiting = waiting_queries.counts(event_id)
    return {one.id: _line(event_id, one.id, ranks, at) for one in sessions if one.id in waiting}


def _line(event_id: int, session_id: int, ranks: Mapping[Kind, int], at: datetime) -> list[Waiter]:
    rows = db.session.execute(
        select(WaitingPlace, Contact, Answer.invitation_id)
        .join(Answer, Answer.id == WaitingPlace.answer_id)
        .join(Invitation, Invitation.id == Answer.invitation_id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(
            WaitingPlace.session_id == session_id,
            WaitingPlace.state.in_(OPEN_PLACES),
            Answer.replaced_at.is_(None),
        )
        .options(joinedload(Contact.organisation))
        .order_by(WaitingPlace.asked_at, WaitingPlace.id)
        .limit(SHOWN)
    ).all()
    reachable = {party.id for party in waiting_queries.line(event_id, session_id, 1_000_000, at.date())}
    found = {}
    for place, contact, invitation_id in rows:
        party = Party(place.id, place.seats, place.asked_at, contact.kind)
        until = place.expires_at if place.state is PlaceState.OFFERED else None
        found[place.id] = Waiter(party, contact.name, invitation_id, until, bool(until) or place.id in reachable)
    ordered = [found[party.id] for party in in_line([one.party for one in found.values()], ranks)]
    return sorted(ordered, key=lambda one: one.offered_until is None)
