"""Takes back what a file hung on contacts: addresses, tags, mandates. A few statements for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import delete, select, update

from outreach.contacts.imports.bringing.kept import ASKED
from outreach.contacts.imports.plans.comparing import MandateSaid
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, ContactChange, ContactTag, Mandate
from outreach.contacts.searching.indexing import chunks
from outreach.contacts.sources.departing import DEPARTED, reopen
from outreach.database import among, db

_PLAIN: Final = {"synchronize_session": False}


def restore_hanging(changes: Sequence[ContactChange]) -> None:
    """Undo those of these changes that are not in a column of the contact."""
    of_field: dict[str, list[ContactChange]] = defaultdict(list)
    for change in changes:
        of_field[change.field].append(change)
    for some in chunks(of_field["email"], ASKED):
        _restore_addresses(some)
    _restore_tags(of_field["tag"])
    for some in chunks(of_field["mandate"], ASKED):
        _restore_mandates(some)
    for some in chunks(of_field[DEPARTED], ASKED):
        reopen([(change, MandateSaid(*_mandate(change.before))) for change in some])


def _restore_addresses(changes: Sequence[ContactChange]) -> None:
    added = {
        (change.contact_id, email)
        for change in changes
        for email in change.after.split(", ")
        if email not in change.before.split(", ")
    }
    asked = select(Address.id, Address.contact_id, Address.email)
    rows = db.session.execute(asked.where(among(Address.contact_id, {number for number, _email in added})))
    _drop_addresses([row.id for row in rows if (row.contact_id, row.email) in added])


def _drop_addresses(numbers: Sequence[int]) -> None:
    if numbers:
        db.session.execute(delete(Address).where(among(Address.id, numbers)), execution_options=_PLAIN)


def _restore_tags(changes: Sequence[ContactChange]) -> None:
    holders: dict[str, list[int]] = defaultdict(list)
    for change in changes:
        for tag in change.after.split(", "):
            holders[tag].append(change.contact_id)
    for tag, numbers in holders.items():
        gone = delete(ContactTag).where(ContactTag.tag == tag, among(ContactTag.contact_id, numbers))
        db.session.execute(gone, execution_options=_PLAIN)


def _restore_mandates(changes: Sequence[ContactChange]) -> None:
    latest = _latest({change.contact_id for change in changes})
    corrected, entered = [], []
    for change in changes:
        kind, place, _since = _mandate(change.after)
        number = latest.pop((change.contact_id, kind, place), None)
        if number is None:
            continue
        if change.before:
            _kind, constituency, since = _mandate(change.before)
            corrected.append({"id": number, "constituency": constituency, "since": since})
        else:
            entered.append(number)
    if corrected:
        db.session.execute(update(Mandate), corrected)
    if entered:
        parted = update(Address).where(among(Address.mandate_id, entered)).values(mandate_id=None)
        db.session.execute(parted, execution_options=_PLAIN)
        db.session.execute(delete(Mandate).where(among(Mandate.id, entered)), execution_options=_PLAIN)


def _latest(contacts: Iterable[int]) -> dict[tuple[int, Kind, str], int]:
    """Contact, kind, constituency -> the mandate that was entered last."""
    columns = (Mandate.contact_id, Mandate.kind, Mandate.constituency, Mandate.id)
    held = select(*columns).where(among(Mandate.contact_id, set(contacts))).order_by(Mandate.id)
    return {(contact, kind, place): number for contact, kind, place, number in db.session.execute(held)}


def _mandate(told: str) -> tuple[Kind, str, date | None]:
    """What `str(MandateSaid)` says, taken apart."""
    kind, *rest = told.split(", ")
    since = None
    if rest:
        try:
            since = date.fromisoformat(rest[-1])
        except ValueError:
            pass
        else:
            rest.pop()
    return Kind(kind), ", ".join(rest), since
