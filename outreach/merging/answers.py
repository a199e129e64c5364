"""Makes one history of the answers of two invitations: the latest holds, the earlier ones stay to be read."""

from datetime import datetime

from sqlalchemy import select, update

from outreach.contacts.duplicates.ledger import Entry, Ledger
from outreach.database import db
from outreach.invitations.models import Invitation, Reply
from outreach.rsvp.models import Answer
from outreach.rsvp.queries import seats_of
from outreach.rsvp.waiting.seat_actions import move_seats

REPLACED = "answer replaced"


def unite(leading: int, joined: int, at: datetime, ledger: Ledger) -> None:
    """The answers of one invitation become earlier ones of the other, which has the latest; their seats are free.

    What people need stays with the answer until the date it is deleted on, for the case that the merge is undone.
    """
    current = select(Answer.id).where(Answer.invitation_id == joined, Answer.replaced_at.is_(None))
    number = db.session.scalar(current)
    if number is not None:
        columns = (Invitation.reply, Invitation.answered_at, Invitation.coming)
        reply, answered_at, coming = db.session.execute(select(*columns).where(Invitation.id == joined)).one()
        move_seats({session: -count for session, count in seats_of(number).items()})
        _set(number, joined, at, None, None, 0)
        told = {"reply": reply and reply.value, "answered_at": answered_at and answered_at.isoformat()}
        ledger.note(REPLACED, id=number, invitation=joined, coming=coming, **told)
    ledger.move(Answer, "invitation_id", joined, leading)


def put_back(entry: Entry) -> bool:
    """Let an answer hold again; False when others have taken its seats since, and it stays an earlier one."""
    seats = seats_of(entry["id"])
    short = move_seats(dict(seats))
    if short:
        move_seats({session: -count for session, count in seats.items() if session not in short})
        return False
    reply, at = entry["reply"], entry["answered_at"]
    answered_at = datetime.fromisoformat(at) if at else None
    _set(entry["id"], entry["invitation"], None, Reply(reply) if reply else None, answered_at, entry["coming"])
    return True


def _set(
    answer_id: int,
    invitation_id: int,
    replaced_at: datetime | None,
    reply: Reply | None,
    answered_at: datetime | None,
    coming: int,
) -> None:
    plain = {"synchronize_session": False}
    replaced = update(Answer).where(Answer.id == answer_id).values(replaced_at=replaced_at)
    db.session.execute(replaced, execution_options=plain)
    told = {"reply": reply, "answered_at": answered_at, "coming": coming}
    short = update(Invitation).where(Invitation.id == invitation_id).values(told)
    db.session.execute(short, execution_options=plain)
