"""Takes seats and gives them back; two answers at once can never take the same last one."""

from collections.abc import Mapping

from sqlalchemy import or_, update

from outreach.database import affected, db
from outreach.events.models import Session


def move_seats(changes: Mapping[int, int]) -> list[int]:
    """Take (or give back, when negative) seats in each session; returns the sessions that had too few.

    One statement a session decides and takes at once; sessions are always visited in the same order, so that two
    answers wait for each other and never for ever. When any session had too few, the caller must roll back.
    """
    return [session_id for session_id in sorted(changes) if changes[session_id] and not _move(session_id, changes)]


def _move(session_id: int, changes: Mapping[int, int]) -> bool:
    number = changes[session_id]
    statement = update(Session).where(Session.id == session_id).values(taken=Session.taken + number)
    if number > 0:
        statement = statement.where(or_(Session.capacity.is_(None), Session.taken + number <= Session.capacity))
    return affected(db.session.execute(statement.execution_options(synchronize_session=False))) == 1
