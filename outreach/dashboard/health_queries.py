"""Reads how the service is: its database, what waits to leave, what was sent."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from outreach.campaigns.models import Batch, Campaign, CampaignState
from outreach.database import db
from outreach.delivery.models import Brake, CampaignFigure, Message, Notice
from outreach.delivery.states import MessageState
from outreach.delivery.supervision.queries import oldest_retry
from outreach.engine import tables_are_there, task_engine
from outreach.presence import Company, EngineState, company

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@cache
def newest_revision() -> str | None:
    """The revision that this version of the program expects."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def database_revision() -> str | None:
    """The revision that the database is at. Raises SQLAlchemyError when it cannot be asked."""
    revision = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return str(revision) if revision else None


def database_clock() -> datetime | None:
    """What time it is at the database server; None for a file, whose clock is ours."""
    if db.engine.dialect.name != "postgresql":
        return None
    moment = db.session.scalar(text("SELECT clock_timestamp()"))
    return moment if isinstance(moment, datetime) else None


@dataclass(frozen=True, slots=True)
class Load:
    """What the counters of the service stand at. Ages are seconds, 0 when nothing waits."""

    messages: dict[str, int]
    campaigns: dict[str, int]
    queue_age: float
    retry_age: float
    notice_age: float
    braked: bool


def load(at: datetime) -> Load:
    """The figures of the moment: kept counts and a few seeks, never a count of messages."""
    figures = select(CampaignFigure.state, func.sum(CampaignFigure.count)).group_by(CampaignFigure.state)
    figures = figures.join(Campaign, Campaign.id == CampaignFigure.campaign_id)
    figures = figures.where(Campaign.state != CampaignState.DRAFT)
    campaigns = select(Campaign.state, func.count()).group_by(Campaign.state)
    messages = dict.fromkeys(MessageState, 0) | {state: int(count) for state, count in db.session.execute(figures)}
    states = dict.fromkeys(CampaignState, 0) | {state: int(count) for state, count in db.session.execute(campaigns)}
    brake = db.session.get(Brake, 1)
    return Load(
        {state.value: count for state, count in messages.items()},
        {state.value: count for state, count in states.items()},
        queue_age=_age(_oldest_batch(at), at),
        retry_age=_age(oldest_retry(), at),
        notice_age=max(_age(_oldest_notice(state), at) for state in (MessageState.QUEUED, MessageState.RETRY)),
        braked=brake is not None and brake.pulled_at is not None,
    )


def _oldest_batch(at: datetime) -> datetime | None:
    """When the oldest batch of a running campaign that still has messages to give away was due."""
    waiting = select(Message.id).where(Message.batch_id == Batch.id, Message.state == MessageState.QUEUED).exists()
    return db.session.scalar(
        select(Batch.due_at)
        .join(Campaign, Campaign.id == Batch.campaign_id)
        .where(Campaign.state == CampaignState.RUNNING, Batch.due_at <= at, waiting)
        .order_by(Batch.due_at)
        .limit(1)
    )


def _oldest_notice(state: MessageState) -> datetime | None:
    return db.session.scalar(select(Notice.due_at).where(Notice.state == state).order_by(Notice.due_at).limit(1))


def _age(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0


def readiness() -> tuple[str, str]:
    """The database: `ok` or `unreachable`; its revision: `ok`, `behind` (or ahead) or `unknown`."""
    try:
        revision = database_revision()
    except OperationalError:
        db.session.rollback()
        return ("ok", "behind") if _answers() else ("unreachable", "unknown")
    except ProgrammingError:
        db.session.rollback()
        return "ok", "behind"
    ready = revision == newest_revision() and (not task_engine().calls_workers or tables_are_there(db.session()))
    return "ok", "ok" if ready else "behind"


def at_work(folder: Path, at: datetime) -> Company:
    """Who is at work for this installation; nobody is known to be while the database cannot say."""
    try:
        return company(db.engine, folder, at)
    except DBAPIError:
        return Company(EngineState.UNKNOWN, 0)


def _answers() -> bool:
    """True when the database does anything at all; SQLite calls a missing table an operational error."""
    try:
        return db.session.scalar(select(1)) == 1
    except OperationalError:
        return False
    finally:
        db.session.rollback()
