"""What somebody asks of the list of contacts, read from an address; and where a page of it begins."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TypeVar

from outreach.contacts.folding import words
from outreach.contacts.geography import COUNTRIES, DEPARTMENTS
from outreach.contacts.kinds import Kind

MOST_WORDS = 6


class Reach(StrEnum):
    """Whether a contact can be written to."""

    WITH = "with"
    WITHOUT = "without"
    SUPPRESSED = "suppressed"


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "name"
    ADDED = "added"
    BEST = "best"
    """What fits the words best; where there are none, by name."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The contact that a page begins behind, or ends before: where it stands in the list."""

    name: str
    id: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.name, self.id]).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """The place that a link names; None when it was cut, and the list then begins at its beginning."""
        try:
            name, number = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(str(name).encode().decode(), int(number))
        except (binascii.Error, ValueError, TypeError, RecursionError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; a filter that is empty or unknown asks for nothing."""

    q: str = ""
    kind: Kind | None = None
    department: str = ""
    tag: str = ""
    country: str = ""
    language: str = ""
    """`fr`, `en`, or `none` when it is not known."""
    reach: Reach | None = None
    order: Order = Order.NAME
    descending: bool = False
    after: Cursor | None = None
    before: Cursor | None = None

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> "Filters":
        """Read the query of an address."""
        department, country, language = args.get("department", ""), args.get("country", ""), args.get("language", "")
        return cls(
            q=args.get("q", "").strip()[:200],
            kind=_member(Kind, args.get("kind", "")),
            department=department if department in DEPARTMENTS else "",
            tag=args.get("tag", "").strip(),
            country=country if country in COUNTRIES else "",
            language=language if language in {"fr", "en", "none"} else "",
            reach=_member(Reach, args.get("reach", "")),
            order=_member(Order, args.get("sort", "")) or (Order.BEST if args.get("q", "").strip() else Order.NAME),
            descending=args.get("direction") == "desc",
            after=Cursor.parse(args["after"]) if args.get("after") else None,
            before=Cursor.parse(args["before"]) if args.get("before") else None,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words searched for; each is looked up as a fragment."""
        return words(self.q)[:MOST_WORDS]

    @property
    def ranks(self) -> bool:
        """The best come first; otherwise the list is walked in an order of its own."""
        return self.order is Order.BEST and bool(self.words)

    @property
    def filtered(self) -> bool:
        """True when something other than words is asked for."""
        return any(getattr(self, one.name) for one in fields(self)[1:7])

    @property
    def narrowed(self) -> bool:
        """True when something is asked for."""
        return any(getattr(self, one.name) for one in fields(self)[:7])

    def everything(self) -> "Filters":
        """The same list from its beginning."""
        return replace(self, after=None, before=None)


Choice = TypeVar("Choice", bound=StrEnum)


def _member(kind: type[Choice], value: str) -> Choice | None:
    return next((one for one in kind if one.value == value), None)
