"""Makes one contact of two in the directory, and two of one again. What other rooms hold is theirs to move."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, delete, false, func, or_, select, update

from outreach.contacts.duplicates.aliases import remember
from outreach.contacts.duplicates.choosing import CHOICES, Office, Side, chosen, longest, same_office
from outreach.contacts.duplicates.ledger import Ledger
from outreach.contacts.duplicates.models import ContactAlias, DuplicateKey, DuplicatePair, DuplicateSubject, PairState
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Mandate, Organisation
from outreach.contacts.particulars import sort_name
from outreach.contacts.searching.indexing import reindex, unindex
from outreach.database import db
from outreach.errors import Refusal
from outreach.journal.entries import Counted, Silenced, Uncounted
from outreach.journal.hooks import enter

COLUMNS: Final = (
    *(name for columns in CHOICES.values() for name in columns),
    *("not_measured", "silent_since", "retain_until", "created_at"),
)
_CHANGES: Final = {"organisation_id": "organisation"}
_SILENT: Final = frozenset({"retain_until", "created_at"})


@dataclass(frozen=True, slots=True)
class Couple:
    """Who stays and who goes, both held until the commit."""

    survivor: Contact
    absorbed: Contact


def hold(survivor_id: int, absorbed_id: int) -> Couple:
    """Both contacts, so that nobody else merges them meanwhile. Raises Refusal when one has left the directory."""
    if survivor_id == absorbed_id:
        raise Refusal("A contact cannot be merged with itself.")
    asked = select(Contact).where(Contact.id.in_([survivor_id, absorbed_id])).order_by(Contact.id)
    found = {
        one.id: one
        for one in db.session.scalars(asked.with_for_update().execution_options(populate_existing=True))
        if one.erased_at is None
    }
    if len(found) < 2:
        raise Refusal("One of these two contacts was merged or erased meanwhile. Nothing was changed.")
    return Couple(found[survivor_id], found[absorbed_id])


def values_of(contact: Contact) -> dict[str, Any]:
    """What a contact says, column by column."""
    return {name: getattr(contact, name) for name in COLUMNS}


def unite(couple: Couple, sides: Mapping[str, Side], at: datetime, user_id: int | None, ledger: Ledger) -> None:
    """Let one contact absorb the other within the directory; every change goes into the ledger."""
    survivor, absorbed = couple.survivor, couple.absorbed
    before, after = values_of(survivor), chosen(sides, values_of(survivor), values_of(absorbed))
    if after["not_measured"] and not before["not_measured"]:
        enter(Uncounted(at, survivor.id))
    if after["silent_since"] and not before["silent_since"]:
        enter(Silenced(at, survivor.id, None))
    _keep_changes(couple, before, after, at, user_id, ledger)
    ledger.move(ContactAlias, "contact_id", absorbed.id, survivor.id)
    for one in (survivor, absorbed):
        remember(one, survivor.id, ledger)
    _unite_mandates(survivor.id, absorbed.id, ledger)
    _unite_addresses(survivor.id, absorbed.id, at.date(), ledger)
    _unite_tags(survivor.id, absorbed.id, ledger)
    ledger.move(ContactChange, "contact_id", absorbed.id, survivor.id)
    ledger.move(Contact, "merged_into_id", absorbed.id, survivor.id)
    gone = {"merged_into_id": survivor.id, "erased_at": at, "sort_name": ""}
    ledger.change(Contact, {"id": absorbed.id}, **gone)
    ledger.change(Contact, {"id": survivor.id}, **after, sort_name=_sort_name(survivor.id, after))
    _settle_pairs(survivor.id, absorbed.id, at, user_id, ledger)
    _touch((survivor.id, absorbed.id), at)
    db.session.expire_all()
    reindex([survivor.id])
    unindex([absorbed.id])


def stand_again(survivor_id: int, absorbed_id: int, was_measured: bool, at: datetime) -> None:
    """After the ledger was put back: both are found, compared and counted by themselves again."""
    _touch((survivor_id, absorbed_id), at)
    db.session.expire_all()
    if was_measured and not db.session.get_one(Contact, survivor_id).not_measured:
        enter(Counted(at, survivor_id))
    reindex([survivor_id, absorbed_id])


def _touch(ids: Iterable[int], at: datetime) -> None:
    """They have changed: they are compared anew, and the keys they were compared by are forgotten."""
    numbers = list(ids)
    for table in (DuplicateKey, DuplicateSubject):
        db.session.execute(delete(table).where(table.contact_id.in_(numbers)))
    db.session.execute(update(Contact).where(Contact.id.in_(numbers)).values(changed_at=at))


def _unite_mandates(survivor_id: int, absorbed_id: int, ledger: Ledger) -> None:
    """All of them, each once; the address of one that both hold goes to the survivor's."""
    kept = _offices(survivor_id)
    for one in _offices(absorbed_id):
        same = same_office(one, kept)
        if same is None:
            ledger.change(Mandate, {"id": one.id}, contact_id=survivor_id)
            continue
        ledger.move(Address, "mandate_id", one.id, same.id)
        days = {"since": same.since or one.since, "until": same.until or one.until}
        ledger.change(Mandate, {"id": same.id}, **days, position=same.position or one.position)


def _offices(contact_id: int) -> list[Office]:
    columns = (Mandate.id, Mandate.kind, Mandate.office, Mandate.constituency, Mandate.since, Mandate.until)
    more = (Mandate.position, Mandate.honorary)
    rows = db.session.execute(select(*columns, *more).where(Mandate.contact_id == contact_id).order_by(Mandate.id))
    return [Office(*row) for row in rows]


def _unite_addresses(survivor_id: int, absorbed_id: int, day: date, ledger: Ledger) -> None:
    """All of them. One that both have stays the survivor's, in use where either uses it; its double is not found."""
    rows = {number: _addresses(number, day) for number in (survivor_id, absorbed_id)}
    held = {row.email.casefold(): row for row in rows[survivor_id]}
    chosen_one = any(row.preferred and row.retired_at is None for row in rows[survivor_id])
    for row in rows[absorbed_id]:
        double = held.get(row.email.casefold())
        preferred = row.preferred and row.retired_at is None and not chosen_one
        if double is None:
            ledger.change(Address, {"id": row.id}, contact_id=survivor_id, preferred=preferred)
        else:
            ledger.change(Address, {"id": row.id}, digest="", preferred=False, mandate_id=None)
            ledger.change(Address, {"id": double.id}, **_of_both(double, row, preferred))
        chosen_one = chosen_one or preferred


def _addresses(contact_id: int, day: date) -> Sequence[Any]:
    """The addresses of a contact, and which of them go with a mandate that is over on a day."""
    over = func.coalesce(Mandate.until < day, false()).label("over")
    columns = (Address.id, Address.email, Address.preferred, Address.retired_at, Address.retain_until)
    asked = select(*columns, Address.mandate_id, over).outerjoin(Mandate, Mandate.id == Address.mandate_id)
    return db.session.execute(asked.where(Address.contact_id == contact_id).order_by(Address.id)).all()


def _of_both(double: Any, row: Any, preferred: bool) -> dict[str, Any]:
    """What the survivor's record of an address says that both have: the one that is written to holds.

    A mandate goes along, but one that is over does not close an address that is in use.
    """
    used, other_used = (one.retired_at is None and not one.over for one in (double, row))
    told: dict[str, Any] = {"retain_until": longest(double.retain_until, row.retain_until)}
    if other_used and not used:
        told |= {"retired_at": None, "mandate_id": row.mandate_id}
    elif double.mandate_id is None and used == other_used:
        told["mandate_id"] = row.mandate_id
    if preferred and (other_used or double.retired_at is None):
        told["preferred"] = True
    return told


def _unite_tags(survivor_id: int, absorbed_id: int, ledger: Ledger) -> None:
    tags = {
        number: set(db.session.scalars(select(ContactTag.tag).where(ContactTag.contact_id == number)))
        for number in (survivor_id, absorbed_id)
    }
    for tag in sorted(tags[absorbed_id]):
        ledger.remove(ContactTag, {"contact_id": absorbed_id, "tag": tag})
        if tag not in tags[survivor_id]:
            ledger.add(ContactTag, {"contact_id": survivor_id, "tag": tag})


def _settle_pairs(survivor_id: int, absorbed_id: int, at: datetime, user_id: int | None, ledger: Ledger) -> None:
    """The pair is decided; whoever is different from the absorbed one is different from the survivor too."""
    first, second = sorted((survivor_id, absorbed_id))
    decided = {"state": PairState.MERGED, "decided_at": at, "user_id": user_id}
    either = or_(DuplicatePair.first_id == absorbed_id, DuplicatePair.second_id == absorbed_id)
    own = and_(DuplicatePair.first_id == first, DuplicatePair.second_id == second)
    for pair_id in db.session.scalars(select(DuplicatePair.id).where(own)).all():
        ledger.change(DuplicatePair, {"id": pair_id}, **decided)
    columns = (DuplicatePair.id, DuplicatePair.first_id, DuplicatePair.second_id, DuplicatePair.state)
    for row in db.session.execute(select(*columns).where(either, ~own)).all():
        if row.state is PairState.DIFFERENT:
            _differs(survivor_id, row.second_id if row.first_id == absorbed_id else row.first_id, at, user_id, ledger)
        elif row.state is PairState.OPEN:
            ledger.remove(DuplicatePair, {"id": row.id})


def _differs(survivor_id: int, other_id: int, at: datetime, user_id: int | None, ledger: Ledger) -> None:
    first, second = sorted((survivor_id, other_id))
    told = {"state": PairState.DIFFERENT, "decided_at": at, "user_id": user_id}
    known = select(DuplicatePair.id, DuplicatePair.state).where(
        DuplicatePair.first_id == first, DuplicatePair.second_id == second
    )
    row = db.session.execute(known).one_or_none()
    if row is None:
        rest = {"score": 0, "reasons": {}, "found_at": at}
        ledger.add(DuplicatePair, {"first_id": first, "second_id": second}, **told, **rest)
    elif row.state is PairState.OPEN:
        ledger.change(DuplicatePair, {"id": row.id}, **told)


def _sort_name(contact_id: int, values: Mapping[str, Any]) -> str:
    house = db.session.scalar(select(Organisation.name).where(Organisation.id == values["organisation_id"])) or ""
    emails = db.session.scalars(select(Address.email).where(Address.contact_id == contact_id).order_by(Address.id))
    return sort_name(values["given_name"], values["family_name"], house, values["locality"], *emails)


def _keep_changes(
    couple: Couple,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    at: datetime,
    user_id: int | None,
    ledger: Ledger,
) -> None:
    """What the survivor says otherwise from now on, and whom it absorbed, in its history until the merge is undone.

    What a person chose to keep stands there too, so that no file puts the other value back.
    """
    survivor, absorbed = couple.survivor, couple.absorbed
    told = {"merged": ("", absorbed.name)}
    for name in (name for name in after if name not in _SILENT):
        if before[name] != after[name]:
            told[_CHANGES.get(name, name)] = (_text(survivor, name), _text(absorbed, name, after[name]))
        elif user_id is not None and after[name] and getattr(absorbed, name) not in {after[name], None, ""}:
            told[_CHANGES.get(name, name)] = (_text(absorbed, name), _text(survivor, name))
    rows = [
        ContactChange(contact_id=survivor.id, at=at, user_id=user_id, field=name, before=old, after=new)
        for name, (old, new) in told.items()
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        ledger.added(ContactChange, {"id": row.id})


def _text(contact: Contact, name: str, value: Any = None) -> str:
    if name == "organisation_id":
        return contact.organisation.name if contact.organisation else ""
    found = getattr(contact, name) if value is None else value
    return "" if found is None else str(found)
