"""What somebody asks of the list of answers, read from an address."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from outreach.contacts.folding import words
from outreach.contacts.geography import DEPARTMENTS
from outreach.contacts.kinds import Kind
from outreach.contacts.searching.filters import Cursor
from outreach.invitations.models import Origin, Reply

MOST_WORDS = 6
NARROWING = ("q", "reply", "kind", "department", "session", "origin", "through", "depth")

Choice = TypeVar("Choice", bound=enum.StrEnum)


class Show(enum.StrEnum):
    """Which of the invited are listed."""

    ANSWERED = "answered"
    WAITING = "waiting"
    """Those who have not answered: the call list."""
    ALL = "all"


class Order(enum.StrEnum):
    """What the list is sorted by."""

    ANSWERED = "answered"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; a filter that is empty or unknown asks for nothing."""

    event_id: int
    show: Show = Show.ANSWERED
    q: str = ""
    reply: Reply | None = None
    kind: Kind | None = None
    department: str = ""
    session: int | None = None
    """Those with a seat in that session."""
    origin: Origin | None = None
    through: int | None = None
    """Those who came through the share link of that invitation."""
    depth: int | None = None
    order: Order = Order.ANSWERED
    descending: bool = True
    after: Cursor | None = None
    before: Cursor | None = None

    @classmethod
    def parse(cls, event_id: int, args: Mapping[str, str]) -> "Filters":
        """Read the query of an address. Who has not answered has no date: those are sorted by name."""
        reply = choose(Reply, args.get("reply"))
        show = Show.ANSWERED if reply else choose(Show, args.get("show")) or Show.ANSWERED
        asked = choose(Order, args.get("sort"))
        order = (asked or Order.ANSWERED) if show is Show.ANSWERED else Order.NAME
        department = args.get("department", "")
        return cls(
            event_id,
            show=show,
            q=args.get("q", "").strip()[:200],
            reply=reply,
            kind=choose(Kind, args.get("kind")),
            department=department if department in DEPARTMENTS else "",
            session=number(args.get("session")),
            origin=choose(Origin, args.get("origin")),
            through=number(args.get("through")),
            depth=number(args.get("depth")),
            order=order,
            descending=args.get("direction", "desc" if order is Order.ANSWERED and not asked else "asc") == "desc",
            after=place(args.get("after"), order),
            before=place(args.get("before"), order),
        )

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words searched for; each is looked up as the beginning of a word."""
        return words(self.q)[:MOST_WORDS]

    @property
    def narrowed(self) -> bool:
        """True when something is asked for."""
        return any(getattr(self, name) for name in NARROWING)

    @property
    def backwards(self) -> bool:
        """True when the page ends before a row instead of beginning after one."""
        return self.before is not None and self.after is None

    def everything(self) -> "Filters":
        """The same list from its beginning."""
        return replace(self, after=None, before=None)

    def as_query(self) -> dict[str, Any]:
        """The values of an address that asks for the same."""
        given = {one.name: getattr(self, one.name) for one in fields(self) if one.name in {*NARROWING, "show"}}
        return {"event": self.event_id, **{name: str(value) for name, value in given.items() if value}}


def choose(kind: type[Choice], value: str | None) -> Choice | None:
    """The member of that value; None when there is none."""
    return next((member for member in kind if member.value == value), None)


def number(value: str | None) -> int | None:
    """A positive number; None for anything else."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 16 else None


def place(text: str | None, order: Order) -> Cursor | None:
    """Where a page begins; None when the link was cut or was made for another order."""
    cursor = Cursor.parse(text) if text else None
    if cursor is not None and order is Order.ANSWERED and instant(cursor) is None:
        return None
    return cursor


def instant(cursor: Cursor) -> datetime | None:
    """The date of an answer that a place in the list names."""
    try:
        return datetime.fromisoformat(cursor.name).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
