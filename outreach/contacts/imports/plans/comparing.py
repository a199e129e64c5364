"""What a record of a file would change on a contact that is known, and what nobody may change but by hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import attrgetter
from typing import Any

from outreach.contacts.folding import fold
from outreach.contacts.imports.rows.records import Record
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.particulars import OFFICES
from outreach.contacts.protocol.offices import Standing, read_office

PLAIN = ("street", "postal_code", "locality", "department", "country", "phone", "website", "language", "notes")
NAMES = ("given_name", "family_name", "organisation")
"""Two spellings that fold to the same are the same, and the one that is kept stays."""

Change = tuple[str, str]
"""What it was and what it becomes."""

_SAID = (*NAMES, *PLAIN)
_OF_RECORD = attrgetter(*_SAID)


@dataclass(frozen=True, slots=True)
class HeldMandate:
    """A mandate as it is kept."""

    id: int
    kind: Kind
    constituency: str
    since: date | None
    until: date | None


@dataclass(slots=True)
class Known:
    """A contact as it is kept, and the fields that staff wrote by hand."""

    id: int
    kind: Kind
    values: dict[str, str]
    """Fields of NAMES, PLAIN, and `gender`, `role_label`."""
    emails: dict[str, bool] = field(default_factory=dict)
    """Address -> whether it is in use."""
    mandates: list[HeldMandate] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    by_hand: set[str] = field(default_factory=set)


def differences(record: Record, known: Known, silent: frozenset[str] = frozenset()) -> dict[str, Change]:
    """The fields that change, before and after.

    An empty cell says nothing and takes nothing away; `silent` names fields that the file does not have. Staff's own
    words stay. A file that knows somebody in another quality adds a mandate and what was missing, and changes no more.
    """
    other_quality = record.kind is not known.kind
    kept = known.values
    changes = {
        name: (before, after)
        for name, after in said(record)
        if after != (before := kept.get(name, ""))
        and name not in silent
        and name not in known.by_hand
        and _differs(name, before, after)
        and not (before and other_quality)
    }
    fresh = fresh_emails(record, known)
    if fresh and "email" not in known.by_hand:
        in_use = [email for email, used in known.emails.items() if used]
        changes["email"] = (", ".join(in_use), ", ".join([*in_use, *fresh]))
    missing = [tag for tag in record.tags if tag not in known.tags]
    if missing and "tag" not in known.by_hand:
        changes["tag"] = ("", ", ".join(missing))
    mandate = mandate_of(record)
    if mandate and "mandate" not in known.by_hand and (change := _mandate_change(mandate, known)):
        changes["mandate"] = change
    return changes


def fresh_emails(record: Record, known: Known) -> list[str]:
    """The addresses of a record that a contact does not have, whatever their capitals."""
    strange = [email for email in record.emails if email not in known.emails]
    if not strange:
        return []
    held = {email.casefold() for email in known.emails}
    return [email for email in strange if email.casefold() not in held]


def distinct(emails: Iterable[str]) -> tuple[str, ...]:
    """The addresses each once, whatever their capitals."""
    first: dict[str, str] = {}
    for email in emails:
        first.setdefault(email.casefold(), email)
    return tuple(first.values())


def said(record: Record) -> Iterator[tuple[str, str]]:
    """The fields of a contact that a record says something about."""
    for name, value in zip(_SAID, _OF_RECORD(record), strict=True):
        if value:
            yield name, value
    if record.office:
        yield "role_label", record.office
    if record.gender is not Gender.UNKNOWN:
        yield "gender", record.gender.value


@dataclass(frozen=True, slots=True)
class MandateSaid:
    """The office that a record says somebody holds."""

    kind: Kind
    constituency: str
    since: date | None

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.kind.value, self.constituency, str(self.since or "")]))


def mandate_of(record: Record) -> MandateSaid | None:
    """The mandate that goes with an office, none with one that is over; a mayor's constituency is the commune."""
    if record.kind not in OFFICES or (record.office and read_office(record.office).standing is Standing.FORMER):
        return None
    commune = record.commune if record.kind in {Kind.MAYOR, Kind.DEPUTY_MAYOR} else ""
    return MandateSaid(record.kind, record.constituency or commune[:200], record.since)


def same_office(said: MandateSaid, held: HeldMandate) -> bool:
    """True when both are one mandate: the same office, in places that do not contradict each other."""
    places = {fold(place) for place in (said.constituency, held.constituency) if place}
    return said.kind is held.kind and held.until is None and len(places) < 2


def merged(first: Record, second: Record) -> Record:
    """One record of two rows that speak of the same contact: the first, with what only the second says."""
    filled: dict[str, Any] = {
        one.name: getattr(second, one.name)
        for one in fields(Record)
        if getattr(first, one.name) in ("", None, Gender.UNKNOWN) and getattr(second, one.name)
    }
    emails = distinct([*first.emails, *second.emails])
    tags = tuple(dict.fromkeys([*first.tags, *second.tags]))
    return replace(first, **{**filled, "emails": emails, "tags": tags})


def _differs(name: str, before: str, after: str) -> bool:
    return name not in NAMES or fold(before) != fold(after)


def _mandate_change(said: MandateSaid, known: Known) -> Change | None:
    held = next((one for one in known.mandates if same_office(said, one)), None)
    if held is None:
        nothing_new = said.kind is known.kind and not said.constituency and said.since is None
        return None if nothing_new else ("", str(said))
    completed = MandateSaid(held.kind, held.constituency or said.constituency, held.since or said.since)
    before = MandateSaid(held.kind, held.constituency, held.since)
    return None if completed == before else (str(before), str(completed))


def summary(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts of a preview in their order."""
    return {name: counts.get(name, 0) for name in ("rows", "new", "changed", "identical", "duplicates", "refused")}
