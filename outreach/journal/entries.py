"""What the journal says, line by line, and what still holds once all of it is read."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Final


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. It names people by keyed hash or number, never by name or address.

    `ahead`: the line is written before the commit, so a crash between the two leaves a line too many; otherwise after
    it, and a crash leaves one too few. Either way the mistake is to write to somebody less, never more.
    """

    what: ClassVar[str]
    ahead: ClassVar[bool] = True
    needed: ClassVar[bool] = False
    """Whether the change itself must not happen when this cannot be written down."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Suppressed(Entry):
    """An address is not to be written to, for one event or for everything. `reason` is that of the suppression."""

    what: ClassVar[str] = "suppressed"

    digest: str
    event: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Lifted(Entry):
    """What had been decided at the instant `until`, or before it, no longer holds."""

    what: ClassVar[str] = "lifted"
    ahead: ClassVar[bool] = False

    digest: str
    event: int | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Erased(Entry):
    """A contact was erased. With its number, the instant it was made: a number alone may be given out again."""

    what: ClassVar[str] = "erased"

    contact: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Uncounted(Entry):
    """A contact refuses to be counted among the displays."""

    what: ClassVar[str] = "uncounted"

    contact: int


@dataclass(frozen=True, slots=True)
class Counted(Entry):
    """The same contact may be counted again."""

    what: ClassVar[str] = "counted"
    ahead: ClassVar[bool] = False

    contact: int


@dataclass(frozen=True, slots=True)
class Silenced(Entry):
    """A contact without an address of their own is not to be written to, about one event or about any."""

    what: ClassVar[str] = "silenced"

    contact: int
    event: int | None


@dataclass(frozen=True, slots=True)
class Unsilenced(Entry):
    """The same contact may be written to again."""

    what: ClassVar[str] = "unsilenced"
    ahead: ClassVar[bool] = False

    contact: int
    event: int | None


@dataclass(frozen=True, slots=True)
class Begun(Entry):
    """Messages of this batch may have left from now on; `message` is the Message-ID of one of them.

    A list that is signed anew has other Message-IDs, though its batches may have the same numbers.
    """

    what: ClassVar[str] = "begun"
    needed: ClassVar[bool] = True

    campaign: int
    batch: int
    message: str


@dataclass(frozen=True, slots=True)
class Restored(Entry):
    """The database was put back to the backup of that name; what follows happened after it."""

    what: ClassVar[str] = "restored"

    backup: str


KINDS: Final[dict[str, type[Entry]]] = {
    kind.what: kind for kind in (Suppressed, Lifted, Erased, Uncounted, Counted, Silenced, Unsilenced, Begun, Restored)
}
Place = tuple[str, int | None]
"""A digest, and the event it is about; None: everything."""


def line_of(entry: Entry) -> str:
    """One line of JSON, its end included."""
    values = {name: _written(value) for name, value in asdict(entry).items()}
    return json.dumps({"what": entry.what, **values}, separators=(",", ":")) + "\n"


def read_line(line: str) -> Entry | None:
    """The entry of a line; None for one that was cut short, or that a later version wrote."""
    try:
        told = json.loads(line)
        kind = KINDS[told.pop("what")]
        return kind(**{one.name: _read(one.name, told[one.name]) for one in fields(kind)})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _written(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in {"at", "until", "made_at"} else value


@dataclass(slots=True)
class Standing:
    """What a stretch of the journal comes to."""

    wishes: dict[Place, list[Suppressed]] = field(default_factory=dict)
    """What still holds, oldest first."""
    lifted: dict[Place, datetime] = field(default_factory=dict)
    """Whatever was decided until then no longer holds."""
    erased: list[Erased] = field(default_factory=list)
    counted: dict[int, bool] = field(default_factory=dict)
    silenced: dict[tuple[int, int | None], datetime | None] = field(default_factory=dict)
    """Contact and event (None: any) -> since when; None: no longer."""
    begun: dict[str, int] = field(default_factory=dict)
    """The campaigns of which a batch began, by the Message-ID that tells which batch it was."""
    unread: int = 0
    """Lines that could not be read."""


def standing(entries: Iterable[Entry | None]) -> Standing:
    """Read entries in the order of the file.

    A lift takes back only what was decided before it, by the instants they carry: its line, written after its commit,
    may come later than that of the next wish.
    """
    found = Standing()
    for entry in entries:
        match entry:
            case Suppressed():
                found.wishes.setdefault((entry.digest, entry.event), []).append(entry)
            case Lifted():
                _lift(found, entry)
            case Erased():
                found.erased.append(entry)
            case Uncounted() | Counted():
                found.counted[entry.contact] = isinstance(entry, Counted)
            case Silenced():
                found.silenced[entry.contact, entry.event] = entry.at
            case Unsilenced():
                found.silenced[entry.contact, entry.event] = None
            case Begun():
                found.begun[entry.message] = entry.campaign
            case None:
                found.unread += 1
    found.wishes = {place: wishes for place, wishes in found.wishes.items() if wishes}
    return found


def _lift(found: Standing, entry: Lifted) -> None:
    place = (entry.digest, entry.event)
    found.lifted[place] = max(found.lifted.get(place, entry.until), entry.until)
    found.wishes[place] = [wish for wish in found.wishes.get(place, []) if wish.at > entry.until]
