"""The switch that stops everything, on every machine, until a person lets it go."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.accounts.actions import record
from outreach.database import db, insertion, now
from outreach.delivery import lateness
from outreach.delivery.models import Brake


def pull(at: datetime, reason: str, user_id: int | None = None) -> None:
    """Stop everything. Pulled already, it keeps its first reason; of two who pull at once, one is the first."""
    db.session.execute(insertion(Brake).values(id=1, reason="").on_conflict_do_nothing())
    brake = db.session.get_one(Brake, 1, with_for_update=True, populate_existing=True)
    if brake.pulled_at is not None:
        return
    brake.pulled_at, brake.reason, brake.user_id = at, reason[:300], user_id
    db.session.flush()
    record("brake.pulled", user_id=user_id, by_itself=user_id is None)


def let_go(user_id: int | None = None) -> None:
    """Let messages leave again; campaigns go on where they were, however long it was: nothing is late because of it."""
    brake = db.session.get(Brake, 1)
    if brake is None or brake.pulled_at is None:
        return
    lateness.excuse(brake.pulled_at, now())
    brake.pulled_at, brake.reason, brake.user_id = None, "", None
    db.session.flush()
    record("brake.released", user_id=user_id)


@dataclass(frozen=True, slots=True)
class Standstill:
    """Everything is stopped: since when, and why (in nobody's words when a person did it)."""

    since: datetime
    reason: str


def standstill() -> Standstill | None:
    """What every page of the office says while all is stopped; read in a session of its own, so it opens nothing."""
    with Session(db.engine) as session:
        brake = session.get(Brake, 1)
        return Standstill(brake.pulled_at, brake.reason) if brake is not None and brake.pulled_at else None


def state() -> Brake | None:
    """The brake while it is pulled, with its reason; None while messages may leave."""
    brake = db.session.get(Brake, 1)
    return brake if brake is not None and brake.pulled_at is not None else None
