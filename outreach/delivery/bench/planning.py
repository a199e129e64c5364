"""How long it takes to plan a campaign: from a signature to a row for each message, beside a plain copy of rows."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Column, MetaData, Table, insert, quoted_name, select

from outreach.campaigns.models import Campaign
from outreach.database import Base, db, now, transaction
from outreach.delivery import launching
from outreach.delivery.bench.campaign import check_empty, draft, invite, signatory
from outreach.delivery.bench.house import house
from outreach.delivery.bench.sink import peak_mb
from outreach.delivery.models import Message
from outreach.invitations.models import Invitation

_COPIED: Final = (Invitation.__tablename__, Message.__tablename__)


@dataclass(frozen=True, slots=True)
class Planning:
    """One campaign planned. Seconds; and the most memory the process held, once its people were in and in the end."""

    messages: int
    batches: int
    database: str
    read_seconds: float
    """For the list of recipients; nobody waits for it."""
    sign_off_seconds: float
    launch_seconds: float
    """On SQLite whoever wants to write waits for these two."""
    bare_copy_seconds: float
    """Their rows copied into tables that have neither key nor index, by one INSERT ... SELECT each."""
    plain_copy_seconds: float
    """The same into tables with the keys and indexes of their own."""
    ratio_to_plain_copy: float
    filled_mb: float
    peak_mb: float

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        values = asdict(self).items()
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in values}


def measure(messages: int, batch_size: int, database_url: str = "") -> Planning:
    """Sign and launch a campaign to that many invented people, then copy the rows it made with INSERT ... SELECT.

    Raises Refusal when the database is not an empty one; it is empty again in the end.
    """
    with house(1, 1, database_url, check_empty):
        invite(messages)
        with transaction():
            campaign_id = draft(batch_size)[0].id
        db.session.close()
        filled = peak_mb()
        begun = time.perf_counter()
        listed = launching.listed(campaign_id, now())
        read = time.perf_counter() - begun
        signed = _timed(campaign_id, lambda campaign: launching.approve(campaign, signatory(), now(), listed))
        launched = _timed(campaign_id, lambda campaign: launching.launch(campaign, now(), signatory()))
        peak = peak_mb()
        bare = sum(_copy(name, bare=True) for name in _COPIED)
        copied = sum(_copy(name) for name in _COPIED)
        return Planning(
            messages=messages,
            batches=-(-messages // batch_size),
            database=db.engine.dialect.name,
            read_seconds=read,
            sign_off_seconds=signed,
            launch_seconds=launched,
            bare_copy_seconds=bare,
            plain_copy_seconds=copied,
            ratio_to_plain_copy=(read + signed + launched) / copied,
            filled_mb=filled,
            peak_mb=peak,
        )


def _timed(campaign_id: int, turn: Callable[[Campaign], object]) -> float:
    begun = time.perf_counter()
    with transaction() as session:
        turn(session.get_one(Campaign, campaign_id))
    db.session.close()
    return time.perf_counter() - begun


def _copy(name: str, *, bare: bool = False) -> float:
    """Seconds to copy the rows of a table by INSERT ... SELECT, with its keys and indexes or without any."""
    copy = _twin(name)
    if bare:
        copy = Table(copy.name, MetaData(), *(Column(column.name, column.type) for column in copy.columns))
    copy.create(db.engine)
    begun = time.perf_counter()
    with transaction() as session:
        session.execute(insert(copy).from_select(copy.columns.keys(), select(Base.metadata.tables[name])))
    seconds = time.perf_counter() - begun
    copy.drop(db.engine)
    return seconds


def _twin(name: str) -> Table:
    """A table like that one."""
    apart = MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(apart)
    twin = apart.tables[name].to_metadata(apart, name=f"copied_{name}")
    for constraint in twin.constraints:
        constraint.name = None
    for index in twin.indexes:
        index.name = quoted_name(f"copied_{index.name}", quote=None)
    return twin
