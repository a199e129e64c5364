"""Finds what the directory already knows of the records of a file: a few statements for all rows, none in a loop.

Who is the same: the same address and folded name. Another name at a known address is another person on a shared
mailbox. Without an address on one side: the same folded name, kind and département, and no other commune; of several
such, the one of that commune. Who has the same name and stands in no contradiction to it, and is not the same by these
rules, or is one of several who might be, only looks alike: that is said.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select

from outreach.contacts.duplicates.aliases import former_names, former_names_of
from outreach.contacts.folding import fold
from outreach.contacts.imports.bringing.kept import ASKED
from outreach.contacts.imports.plans.comparing import Known
from outreach.contacts.imports.rows.records import Record
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.contacts.particulars import sort_name
from outreach.contacts.rights.returning import erased_people
from outreach.contacts.searching.indexing import chunks
from outreach.database import among, db
from outreach.errors import N_

SAME_PLACE = N_("same name, kind and place, another address")
OTHER_QUALITY = N_("same name and place, in another quality")
OTHER_PLACE = N_("same name and kind, in another town of the same département")

WHICH = N_("one of several with the same name and kind: the file does not say which")


@dataclass(frozen=True, slots=True)
class Namesake:
    """A contact of the directory with a name that the file has too."""

    id: int
    kind: Kind
    department: str
    locality: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """A contact that a new row may be, and why it looks so."""

    id: int
    name: str
    place: str
    reason: str


class Here(NamedTuple):
    """Somebody of this file, and whoever of the same name and place came before: one object a row, of many rows."""

    kind: Kind
    department: str
    number: int
    town: str
    has_address: bool
    before: "Here | None"


@dataclass(slots=True)
class Directory:
    """What is known of the people of a file."""

    at_address: dict[tuple[str, str], int] = field(default_factory=dict)
    """(Digest, folded name) -> contact."""
    name_at: dict[str, str | None] = field(default_factory=dict)
    """Digest -> the folded name there; None when there are several."""
    namesakes: dict[str, list[Namesake]] = field(default_factory=lambda: defaultdict(list))
    """Folded name -> contacts."""
    here: dict[str, Here] = field(default_factory=dict)
    """Folded name -> the last row of this file with it, in the place of the first one."""
    elsewhere: dict[tuple[str, Kind, str], Here] = field(default_factory=dict)
    """The same for the other places of such a name."""
    erased: set[str] = field(default_factory=set)
    """Digests of those who asked to be erased."""
    gone: dict[str, set[str]] = field(default_factory=dict)
    """Who was erased at a mailbox that others use, as `returning.erased_people` tells."""
    kept: dict[int, Known] = field(default_factory=dict)
    """Namesakes whom a row does not tell apart by its name and place, whole."""

    def find(self, name: str, record: Record, digests: Collection[str]) -> int | None:
        """The contact that a record of that folded name speaks of."""
        for digest in digests:
            if (number := self.at_address.get((digest, name))) is not None:
                return number
        if name not in self.here and name not in self.namesakes:
            return None
        return _only(self.fitting(name, record, digests))

    def fitting(self, name: str, record: Record, digests: Collection[str]) -> list[int]:
        """The contacts of that name whom a record without an address of theirs may speak of, known ones first."""
        at_place = self._at_place(name, record.kind, record.department)
        if not at_place:
            return []
        towns = {_town(record.locality), _town(record.commune)} - {""}
        met = [
            (number, locality)
            for number, locality, has_address in at_place
            if (not towns or not locality or locality in towns) and not (digests and has_address)
        ]
        return [number for number, _locality in [one for one in met if one[1] in towns] or met]

    def met_here(self, name: str, record: Record) -> set[int]:
        """Those of that name and place whom earlier rows of this file speak of."""
        row, found = self._last(name, record.kind, record.department), set[int]()
        while row is not None:
            found.add(row.number)
            row = row.before
        return found

    def is_shared(self, name: str, digests: Iterable[str]) -> bool:
        """True when somebody else has one of these mailboxes; whoever was corrected is met there under two names."""
        return any(
            there != name
            and (there is None or self.at_address.get((digest, there)) != self.at_address.get((digest, name)))
            for digest in digests
            if (there := self.name_at.get(digest, name)) != name
        )

    def learn(self, name: str, record: Record, digests: Collection[str], number: int) -> None:
        """Remember somebody of this file, so that a later row finds them."""
        for digest in digests:
            self.meet(digest, name, number)
        last = self._last(name, record.kind, record.department) if name in self.here else None
        one = Here(
            record.kind, record.department, number, _town(record.locality or record.commune), bool(digests), last
        )
        if last is not None and last[:-1] == one[:-1]:
            return  # a row that comes a thousand times is remembered once
        if last is self.here.get(name):
            self.here[name] = one
        else:
            self.elsewhere[name, record.kind, record.department] = one

    def meet(self, digest: str, name: str, number: int) -> None:
        """Somebody of that name is at that address; whoever was met there first stays."""
        self.at_address.setdefault((digest, name), number)
        if self.name_at.setdefault(digest, name) != name:
            self.name_at[digest] = None

    def alike(self, name: str, record: Record) -> tuple[Alike, ...]:
        """Those of the directory whom a record that was not found in it may be all the same."""
        if name not in self.namesakes:
            return ()
        called = f"{record.given_name} {record.family_name}".strip() or record.organisation
        met = ((one, _why_alike(one, record)) for one in self.namesakes[name])
        found = [Alike(one.id, called, one.locality, reason) for one, reason in met if reason]
        return tuple({one.id: one for one in reversed(found)}.values())[::-1]

    def _at_place(self, name: str, kind: Kind, department: str) -> list[tuple[int, str, bool]]:
        """Contacts of that name there: number, folded locality, whether they have an address; known ones first."""
        row, found = self._last(name, kind, department), list[tuple[int, str, bool]]()
        while row is not None:
            found.append((row.number, row.town, row.has_address))
            row = row.before
        found.reverse()
        kept = [one for one in self.namesakes.get(name, ()) if one.kind is kind and one.department == department]
        return [*((one.id, _town(one.locality), one.reachable) for one in kept), *found]

    def _last(self, name: str, kind: Kind, department: str) -> Here | None:
        """The last row of this file with that name there."""
        one = self.here.get(name)
        same = one is None or (one.kind is kind and one.department == department)
        return one if same else self.elsewhere.get((name, kind, department))


def _only(met: Collection[int]) -> int | None:
    """The one contact that was met; of several nobody can tell which it is, unless this file brings one of them."""
    numbers = set(met)
    if len(numbers) > 1:
        numbers = {number for number in numbers if number < 0}
    return numbers.pop() if len(numbers) == 1 else None


_town = lru_cache(maxsize=8192)(fold)
"""The folded name of a town: a file says the same ones again and again."""


def _why_alike(one: Namesake, record: Record) -> str:
    if one.department and record.department and one.department != record.department:
        return ""
    towns = {_town(record.locality), _town(record.commune)} - {""}
    same_town = not towns or not one.locality or _town(one.locality) in towns
    if one.kind is record.kind and same_town and not record.emails:
        return WHICH
    if one.kind is record.kind:
        return SAME_PLACE if same_town else OTHER_PLACE
    return OTHER_QUALITY if same_town and one.locality else ""


def name_of(record: Record) -> str:
    """The folded name that a record's contact is sorted by, which tells people at one mailbox apart."""
    return sort_name(record.given_name, record.family_name, record.organisation, record.locality)


def look_up(names: Iterable[str], digests: Iterable[str]) -> Directory:
    """What is known at these addresses and of these names."""
    directory = Directory(erased=erased_digests(), gone=erased_people())
    wanted = dict.fromkeys(names)
    for some in chunks(dict.fromkeys(digests), ASKED):
        people = (
            select(Address.digest, Contact.sort_name, Contact.id)
            .join(Contact, Contact.id == Address.contact_id)
            .where(among(Address.digest, some))
            .order_by(Contact.id)
        )
        for digest, name, number in db.session.execute(people):
            directory.meet(digest, name, number)
    _add_former_names(directory)
    for some in chunks(wanted, ASKED):
        _look_up_names(directory, some)
    for one, reachable in former_names(wanted):
        same = Namesake(one.contact_id, one.kind, one.department or "", one.locality, reachable)
        directory.namesakes[one.name].append(same)
    return directory


def _add_former_names(directory: Directory) -> None:
    """Whoever was merged is met under the other name too."""
    former = former_names_of(set(directory.at_address.values()))
    for (digest, _name), number in list(directory.at_address.items()) if former else ():
        for name in former.get(number, ()):
            directory.at_address.setdefault((digest, name), number)


def erased_digests() -> set[str]:
    """The digests of all who asked to be erased."""
    asked = (Suppression.reason == SuppressionReason.ERASURE, Suppression.lifted_at.is_(None))
    return set(db.session.scalars(select(Suppression.digest).where(*asked)))


def _look_up_names(directory: Directory, names: list[str]) -> None:
    in_use = select(Address.id).where(Address.contact_id == Contact.id, Address.retired_at.is_(None)).exists()
    found = (
        select(Contact.id, Contact.sort_name, Contact.kind, Contact.department, Contact.locality, in_use)
        .where(among(Contact.sort_name, names))
        .order_by(Contact.id)
    )
    for number, name, kind, department, locality, reachable in db.session.execute(found):
        directory.namesakes[name].append(Namesake(number, kind, department or "", locality, reachable))
