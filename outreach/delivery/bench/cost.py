"""What a message costs the database: octets of rows, octets of its write-ahead log, commits; planned, then sent."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from outreach.database import db
from outreach.delivery.bench.campaign import check_empty, invite, launch
from outreach.delivery.bench.house import house
from outreach.delivery.bench.sink import sink
from outreach.delivery.service import sender


@dataclass(frozen=True, slots=True)
class Cost:
    """Octets for each message, and commits for each thousand."""

    messages: int
    database: str
    connections: int
    planned_rows: float
    """Its invitation, its message, with their indexes."""
    planned_log: float
    sent_rows: float
    """What they grow by until the message is sent."""
    sent_log: float
    commits_per_thousand: float

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(self).items()}


def measure(messages: int, connections: int, database_url: str = "") -> Cost:
    """Plan a campaign of so many messages and send it to an smtp-sink. Raises Refusal as `sink` and `house` do."""
    with sink() as port, house(port, connections, database_url, check_empty):
        scales = _OnPostgresql() if db.engine.dialect.name == "postgresql" else _OnSqlite()
        invite(messages)
        planned = scales.weigh(launch)
        with sender() as post:
            sent = scales.weigh(post.send_due)
        return Cost(
            messages=messages,
            database=db.engine.dialect.name,
            connections=connections,
            planned_rows=planned.rows / messages,
            planned_log=planned.log / messages,
            sent_rows=sent.rows / messages,
            sent_log=sent.log / messages,
            commits_per_thousand=sent.commits * 1000 / messages,
        )


@dataclass(frozen=True, slots=True)
class _Weight:
    rows: int
    log: int
    commits: int


class _Scales:
    """Weighs what some work writes."""

    def __init__(self) -> None:
        self._commits = 0
        event.listen(db.engine, "commit", self._count)

    def weigh(self, work: Callable[[], object]) -> _Weight:
        """Do it, and tell what it wrote."""
        rows, log, commits = self._rows(), self._log(), self._commits
        work()
        commits = self._commits - commits
        log = self._log() - log
        return _Weight(self._rows() - rows, log, commits)

    def _rows(self) -> int:
        raise NotImplementedError

    def _log(self) -> int:
        raise NotImplementedError

    def _count(self, _connection: object) -> None:
        self._commits += 1

    @staticmethod
    def _asked(question: str) -> Any:
        found = db.session.scalar(text(question))
        db.session.rollback()
        return found


class _OnPostgresql(_Scales):
    def _rows(self) -> int:
        return int(self._asked("SELECT pg_database_size(current_database())"))

    def _log(self) -> int:
        return int(self._asked("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))


class _OnSqlite(_Scales):
    """The log is never folded into the database while we weigh, so all of it can be seen."""

    def __init__(self) -> None:
        super().__init__()
        db.engine.dispose()
        event.listen(db.engine, "connect", _keep_the_log)

    def _rows(self) -> int:
        return int(self._asked("PRAGMA page_count")) * int(self._asked("PRAGMA page_size"))

    def _log(self) -> int:
        return Path(f"{db.engine.url.database}-wal").stat().st_size


def _keep_the_log(connection: DBAPIConnection, _record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint=0")
