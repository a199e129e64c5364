"""A file that is a whole register: whom it does not name, and what was chosen for them."""

from datetime import date

from outreach.contacts.imports.files.sheets import Sheet
from outreach.contacts.imports.models import ImportFile
from outreach.contacts.imports.plans.comparing import mandate_of
from outreach.contacts.imports.plans.planning import Plan
from outreach.contacts.sources.departing import Departed, Named, departed
from outreach.contacts.sources.presets import recognised


def who_left(file: ImportFile, sheet: Sheet, plan: Plan, today: date) -> list[Departed]:
    """The mandates that a whole register does not name; nobody for any other file, or one of another kind."""
    preset = recognised(sheet.header)
    if preset is None or not preset.whole or preset.kind is None or file.kind != preset.kind.value:
        return []
    named = []
    for entry in plan.entries:
        office = mandate_of(entry.record)
        if office is not None and office.kind is preset.kind:
            named.append(Named(entry.contact_id, entry.record.department, office.constituency, office.since))
    spared = {one.id for entry in plan.entries for one in entry.resembles}
    refused = plan.refused_rows
    unread = [" ".join(row.cells) for row in sheet.rows if row.number in refused] if refused else []
    unread += [" ".join(row.cells) for row in sheet.misfits]
    return departed(preset.kind, named, spared, unread, today)


def closes(file: ImportFile) -> bool:
    """True when the mandates of those who left are to be closed."""
    return bool((file.choices or {}).get("departed"))


def choose_departures(file: ImportFile, close: bool) -> None:
    """Settle what becomes of the mandates that the register does not name; nothing else is compared again for it."""
    file.choices = {**(file.choices or {}), "departed": close}
