"""Says which senders live, without being one: looks whether somebody holds their locks, and keeps none itself."""

import fcntl
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, text

from outreach.database import db
from outreach.delivery.ownership import SPACE
from outreach.presence import place_of

_HELD: Final = text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = :space"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND objid IN :names"
).bindparams(bindparam("names", expanding=True))


def living(owners: Iterable[str], data_dir: Path) -> set[str]:
    """Those of these owners whose lock is held."""
    asked = {owner for owner in owners if owner}
    if not asked:
        return set()
    if db.engine.dialect.name != "postgresql":
        senders = place_of(db.engine, data_dir) / "senders"
        return {owner for owner in asked if _is_locked(senders / owner)}
    numbers = {owner: _number(owner) for owner in asked}
    held = set(db.session.scalars(_HELD, {"space": _number(SPACE), "names": list(numbers.values())}))
    return {owner for owner, number in numbers.items() if number in held}


def _number(name: str) -> int:
    """By which `advisory` locks a name."""
    return zlib.crc32(name.encode()) & 0x7FFFFFFF


def _is_locked(path: Path) -> bool:
    """A shared lock, given back at once: who asks meanwhile believes the owner alive a moment longer, and no harm."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
