"""Numbers for rows that are kept in bulk, drawn beforehand, so that what hangs on them can be kept in bulk too.

(SQLite gives no order to what INSERT returns, so SQLAlchemy would insert row by row.)
"""

from sqlalchemy import func, select

from outreach.database import Numbered, db


def draw(table: type[Numbered], count: int) -> list[int]:
    """That many numbers for rows of a table. On SQLite nobody else writes meanwhile; PostgreSQL has a sequence."""
    if db.engine.dialect.name == "postgresql":
        named = select(func.pg_get_serial_sequence(table.__tablename__, "id"))  # type: ignore[attr-defined]
        sequence = db.session.scalar(named)  # asked for once, not for each number
        # In one row: a row for each number takes twice as long.
        drawn = select(func.array_agg(func.nextval(sequence))).select_from(func.generate_series(1, count))
        return sorted(db.session.scalar(drawn) or [])
    last = db.session.scalar(select(func.max(table.id))) or 0
    return list(range(last + 1, last + 1 + count))
