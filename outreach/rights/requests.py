"""Keeps what people ask about their data, and until when it has to be answered. Whoever calls commits."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from outreach.accounts.actions import record
from outreach.contacts.retention import months_after
from outreach.database import db
from outreach.errors import NotFound, Refusal
from outreach.links import links
from outreach.rights.models import RightsRequest, Wish
from outreach.rights.person import contacts_at

MONTHS_TO_ANSWER = 1
"""Art. 12.3 GDPR: one month after it was received."""
PAGE = 100


def receive(
    wish: Wish, on: date, name: str, email: str, note: str, at: datetime, user_id: int | None = None
) -> RightsRequest:
    """Write a request down; the contact is found by the address where only one has it.

    Raises Refusal when nobody is named, or the day is still to come.
    """
    name, email = " ".join(name.split())[:200], email.strip()[:254]
    if not name and not email:
        raise Refusal("Say who asks: a name, or an address.", field="email")
    if on > at.date():
        raise Refusal("This day is still to come.", field="received_on")
    people = contacts_at(email) if email else []
    made = RightsRequest(
        wish=wish,
        received_on=on,
        due_on=months_after(on, MONTHS_TO_ANSWER),
        name=name,
        email=email,
        digest=links().digest(email) if email else "",
        contact_id=people[0].id if len(people) == 1 else None,
        note=note.strip(),
        recorded_at=at,
        recorded_by=user_id,
    )
    db.session.add(made)
    db.session.flush()
    record("rights.received", "rights_request", made.id, user_id, wish=wish.value)
    return made


def answer(request: RightsRequest, said: str, at: datetime, user_id: int | None = None) -> None:
    """Close a request. Raises Refusal when it was answered already, or nothing says how."""
    if request.answered_at is not None:
        raise Refusal("This request was answered already.")
    if not said.strip():
        raise Refusal("Say what was answered: whoever asks later must find it here.", field="answer")
    request.answered_at, request.answered_by, request.answer = at, user_id, said.strip()
    record("rights.answered", "rights_request", request.id, user_id, wish=request.wish.value)


def get_request(number: int) -> RightsRequest:
    """One of them. Raises NotFound."""
    found = db.session.get(RightsRequest, number)
    if found is None:
        raise NotFound("There is no such request.")
    return found


def register(most: int = PAGE) -> Sequence[RightsRequest]:
    """The requests: those that wait first, the most urgent on top, then those answered last."""
    return db.session.scalars(
        select(RightsRequest)
        .order_by(
            RightsRequest.answered_at.is_not(None),
            RightsRequest.answered_at.desc(),
            RightsRequest.due_on,
            RightsRequest.id,
        )
        .limit(most)
    ).all()


def waiting() -> int:
    """How many have no answer yet."""
    asked = select(func.count()).select_from(RightsRequest).where(RightsRequest.answered_at.is_(None))
    return db.session.scalar(asked) or 0
