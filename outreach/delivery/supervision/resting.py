"""Writes down that a sender leaves the relay alone for a while, and why, for whoever supervises."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from outreach.database import db, insertion
from outreach.delivery.history.models import RelayRest
from outreach.delivery.history.rates import KEPT


def note_rest(writer: str, since: datetime, until: datetime, setbacks: int, reason: str) -> None:
    """Keep the rest that a sender has just begun, in place of its last one."""
    told = {"since": since, "until": until, "setbacks": setbacks, "reason": reason[:500]}
    statement = insertion(RelayRest).values(writer=writer, **told)
    db.session.execute(statement.on_conflict_do_update(index_elements=["writer"], set_=told))


def rests(at: datetime) -> Sequence[RelayRest]:
    """The senders that rest at this instant, who rests longest first."""
    now_resting = select(RelayRest).where(RelayRest.since <= at, RelayRest.until > at)
    return db.session.scalars(now_resting.order_by(RelayRest.until.desc())).all()


def forget_rests(at: datetime) -> None:
    """Drop those of which nobody asks any more."""
    db.session.execute(delete(RelayRest).where(RelayRest.until < at - KEPT))
