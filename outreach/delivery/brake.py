"""The switch that stops everything, on every machine, until a person lets it go."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outreach.accounts.actions import record
from outreach.database import AT_ONCE, db, insertion, now, transaction
from outreach.delivery import brake_orders, lateness
from outreach.delivery.models import Brake


def stop_everything(reason: str, user_id: int | None = None) -> None:
    """Stop everything now, in a transaction of its own; nobody waits for whoever writes.

    On SQLite somebody may keep the one lock for writing for long, as a large sign-off does. So the order is first
    written down beside the database, where every sender looks before it takes or announces anything (`obey`).
    """
    at = now()
    try:
        order = brake_orders.leave(db.engine, at, reason, user_id)
    except OSError:  # no room on the disk: the database may have kept some
        order = None
    if order is None:
        with transaction():
            pull(at, reason, user_id)
        return
    session = db.session()
    with suppress(OperationalError):  # locked: whoever sends, and the engine every second, tells the database later
        try:
            session.connection(execution_options=AT_ONCE)
            pull(at, reason, user_id)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        brake_orders.remove([order])


def obey() -> None:
    """Tell the database of stops ordered while it was locked, in the transaction of the caller.

    It has them once a later transaction finds them there: only then are they forgotten beside it.
    """
    orders = list(brake_orders.pending(db.engine))
    if orders and db.session.scalar(select(Brake.id).where(Brake.pulled_at.is_not(None))):
        brake_orders.remove(orders)
        return
    for order in orders:
        pull(order.at, order.reason, order.user_id)


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
    orders = list(brake_orders.pending(db.engine))
    obey()
    brake_orders.remove(orders)
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
        if brake is not None and brake.pulled_at:
            return Standstill(brake.pulled_at, brake.reason)
    order = next(brake_orders.pending(db.engine), None)
    return Standstill(order.at, order.reason) if order is not None else None


def state() -> Brake | None:
    """The brake while it is pulled, with its reason; None while messages may leave."""
    brake = db.session.get(Brake, 1)
    if brake is not None and brake.pulled_at is not None:
        return brake
    order = next(brake_orders.pending(db.engine), None)
    return Brake(id=1, pulled_at=order.at, reason=order.reason, user_id=order.user_id) if order is not None else None
