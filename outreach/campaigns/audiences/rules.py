"""Decides what a saved audience may say: conditions, joined by all or any, each of them turned round by not.

A rule is kept as JSON. A group is {"all": [...]} or {"any": [...]}; a condition is one of

    {"kind": ["mayor"]}   {"mandate": ["deputy"]}   {"department": ["72", "2A"]}   {"region": ["Bretagne"]}
    {"country": ["BE"]}   {"language": ["en", "unknown"]}   {"tag": ["presse"]}   {"address": ["with"]}
    {"organisation": ["secours"]}   {"source": ["préfecture"]}   {"inhabitants": {"least": 2000, "most": 10000}}
    {"answer": {"event": 3, "is": ["yes"]}}   {"written": {"is": ["within"], "days": 90}}

and {"not": ...} around either says the contrary. Of the values of one condition any will do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from outreach.contacts.geography import COUNTRIES, DEPARTMENTS, REGIONS, country_of, department_of
from outreach.contacts.kinds import Kind
from outreach.contacts.particulars import OFFICES
from outreach.errors import Refusal
from outreach.events.tables import Faulty

DEEPEST: Final = 4
MOST_CONDITIONS: Final = 60
LONGEST: Final = 100
MOST_DAYS: Final = 3650
MOST_INHABITANTS: Final = 10_000_000


class Join(StrEnum):
    """How the parts of a group stand together."""

    ALL = "all"
    ANY = "any"


class Field(StrEnum):
    """What a condition asks about."""

    KIND = "kind"
    MANDATE = "mandate"
    DEPARTMENT = "department"
    REGION = "region"
    COUNTRY = "country"
    INHABITANTS = "inhabitants"
    LANGUAGE = "language"
    TAG = "tag"
    ADDRESS = "address"
    ORGANISATION = "organisation"
    SOURCE = "source"
    ANSWER = "answer"
    WRITTEN = "written"


OPTIONS: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.KIND: tuple(Kind),
    Field.MANDATE: tuple(kind for kind in Kind if kind in OFFICES),
    Field.DEPARTMENT: tuple(DEPARTMENTS),
    Field.REGION: REGIONS,
    Field.COUNTRY: tuple(COUNTRIES),
    Field.LANGUAGE: ("fr", "en", "unknown"),
    Field.ADDRESS: ("with", "without", "silenced"),
    Field.ANSWER: ("invited", "waiting", "answered", "yes", "no", "excused", "represented"),
    Field.WRITTEN: ("within", "before", "never"),
}
"""The values that a condition knows; the others take any words."""
ONE_OF: Final = frozenset({Field.ADDRESS, Field.WRITTEN})
"""Of these exactly one value is said."""
TYPED: Final = frozenset({Field.TAG, Field.ORGANISATION, Field.SOURCE})
"""Words somebody types."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing asked of a contact."""

    field: Field
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    event_id: int | None = None
    days: int | None = None
    negated: bool = False

    def as_tree(self) -> dict[str, Any]:
        """As it is kept."""
        if self.field is Field.INHABITANTS:
            bounds = {"least": self.least, "most": self.most}
            said: Any = {name: value for name, value in bounds.items() if value is not None}
        elif self.field is Field.ANSWER:
            said = {"event": self.event_id, "is": list(self.values)}
        elif self.field is Field.WRITTEN:
            said = {"is": list(self.values), **({} if self.days is None else {"days": self.days})}
        else:
            said = list(self.values)
        return _turned({self.field.value: said}, self.negated)


@dataclass(frozen=True, slots=True)
class Group:
    """Several parts that stand together."""

    join: Join = Join.ALL
    parts: "tuple[Condition | Group, ...]" = ()
    negated: bool = False

    def as_tree(self) -> dict[str, Any]:
        """As it is kept."""
        return _turned({self.join.value: [part.as_tree() for part in self.parts]}, self.negated)


Node = Condition | Group


def read_tree(value: object) -> Group:
    """The rule that a JSON value says. Raises Faulty; the field of each fault is its place: "1.2", counted from 1."""
    reader = _Reader()
    found = reader.node(value, "", 1)
    if found is None or isinstance(found, Condition):
        found = Group(parts=(found,) if found else ())
    if not reader.faults and not list(conditions_of(found)):
        reader.faults.append(Refusal("Add a condition: an audience without any would be empty."))
    if reader.count > MOST_CONDITIONS:
        reader.faults.append(Refusal("An audience has %(most)d conditions at most.", most=MOST_CONDITIONS))
    if reader.faults:
        raise Faulty(reader.faults)
    return found


def conditions_of(node: Node) -> Iterator[Condition]:
    """Every condition, in the order in which they are read."""
    if isinstance(node, Condition):
        yield node
    else:
        for part in node.parts:
            yield from conditions_of(part)


def departments_in(regions: Iterable[str]) -> tuple[str, ...]:
    """The codes of the départements of these regions."""
    wanted = set(regions)
    return tuple(code for code, one in DEPARTMENTS.items() if one.region in wanted)


def _turned(tree: dict[str, Any], negated: bool) -> dict[str, Any]:
    return {"not": tree} if negated else tree


@dataclass(slots=True)
class _Reader:
    faults: list[Refusal] = field(default_factory=list)
    count: int = 0

    def node(self, value: object, place: str, depth: int, negated: bool = False) -> Node | None:
        """A group or a condition; None, with a fault noted, where it is neither."""
        if not isinstance(value, Mapping) or len(value) != 1:
            self._refuse(place, "This is neither a condition nor a group of conditions.")
            return None
        ((name, said),) = value.items()
        if name == "not":
            return self.node(said, place, depth, not negated)
        if name in list(Join):
            return self._group(Join(name), said, place, depth, negated)
        if name in list(Field):
            self.count += 1
            return self._condition(Field(name), said, place, negated)
        self._refuse(place, "There is no such condition: %(name)s.", name=str(name)[:LONGEST])
        return None

    def _group(self, join: Join, said: object, place: str, depth: int, negated: bool) -> Node | None:
        if not isinstance(said, list | tuple):
            self._refuse(place, "This is neither a condition nor a group of conditions.")
            return None
        if depth > DEEPEST:
            self._refuse(place, "Groups may stand in one another %(most)d deep.", most=DEEPEST)
            return None
        places = (f"{place}.{number}".lstrip(".") for number in range(1, len(said) + 1))
        parts = [self.node(one, where, depth + 1) for one, where in zip(said, places, strict=True)]
        return Group(join, tuple(part for part in parts if part is not None), negated)

    def _condition(self, about: Field, said: object, place: str, negated: bool) -> Node | None:
        readers: dict[Field, Callable[[object, str], Condition | None]] = {
            Field.INHABITANTS: self._inhabitants,
            Field.ANSWER: self._answer,
            Field.WRITTEN: self._written,
        }
        found = readers[about](said, place) if about in readers else self._plain(about, said, place)
        if found is None:
            return None
        return Condition(about, found.values, found.least, found.most, found.event_id, found.days, negated)

    def _plain(self, about: Field, said: object, place: str) -> Condition | None:
        values = self._values(about, said, place)
        return Condition(about, values) if values else None

    def _values(self, about: Field, said: object, place: str) -> tuple[str, ...]:
        given = [said] if isinstance(said, str) else said
        if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
            self._refuse(place, "Choose at least one value.")
            return ()
        words = [" ".join(one.split()) for one in given if one.strip()]
        if about is Field.DEPARTMENT:
            words = [department_of(word) or word for word in words]
        if about is Field.COUNTRY:
            words = [country_of(word) or word for word in words]
        known = OPTIONS.get(about)
        for word in words:
            if len(word) > LONGEST or (known is not None and word not in known):
                self._refuse(place, "“%(word)s” is not known here.", word=word[:LONGEST])
        if known is None and len(words) > MOST_CONDITIONS:
            self._refuse(place, "An audience has %(most)d conditions at most.", most=MOST_CONDITIONS)
        if not words:
            self._refuse(place, "Choose at least one value.")
        elif about in ONE_OF and len(words) > 1:
            self._refuse(place, "Choose one value only.")
        return tuple(dict.fromkeys(words))

    def _inhabitants(self, said: object, place: str) -> Condition | None:
        bounds = said if isinstance(said, Mapping) else {}
        least = self._number(bounds.get("least"), MOST_INHABITANTS, place)
        most = self._number(bounds.get("most"), MOST_INHABITANTS, place)
        if least is None and most is None:
            self._refuse(place, "Say from how many inhabitants, up to how many, or both.")
            return None
        if least is not None and most is not None and least > most:
            self._refuse(place, "The smaller number of inhabitants comes first.")
            return None
        return Condition(Field.INHABITANTS, least=least, most=most)

    def _answer(self, said: object, place: str) -> Condition | None:
        told = said if isinstance(said, Mapping) else {}
        event = self._number(told.get("event"), 2**62, place)
        if not event:
            self._refuse(place, "Choose the event.")
            return None
        values = self._values(Field.ANSWER, told.get("is"), place)
        return Condition(Field.ANSWER, values, event_id=event) if values else None

    def _written(self, said: object, place: str) -> Condition | None:
        told = said if isinstance(said, Mapping) else {}
        values = self._values(Field.WRITTEN, told.get("is"), place)
        days = self._number(told.get("days"), MOST_DAYS, place)
        if not values:
            return None
        if values == ("never",):
            return Condition(Field.WRITTEN, values)
        if not days:
            self._refuse(place, "Say how many days.")
            return None
        return Condition(Field.WRITTEN, values, days=days)

    def _number(self, value: object, most: int, place: str) -> int | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self._refuse(place, "Type a whole number.")
            return None
        return value

    def _refuse(self, place: str, sentence: str, **values: object) -> None:
        self.faults.append(Refusal(sentence, field=place, **values))
        return
