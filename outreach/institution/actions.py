"""What changes the house. Nothing here commits."""

from dataclasses import fields
from datetime import datetime

from outreach.accounts.actions import record
from outreach.database import db
from outreach.institution.models import Institution
from outreach.institution.settings import Settings


def save(settings: Settings, at: datetime, user_id: int | None = None) -> Institution:
    """Keep the settings; the log says which ones changed, and only what of them is no person's data."""
    row = db.session.get(Institution, 1)
    if row is None:
        row = Institution(id=1, signatory_titles={}, name="", short_name="", changed_at=at)
        db.session.add(row)
    changed = []
    for field in fields(settings):
        if field.name in {"logo", "drop_logo"}:
            continue
        value = getattr(settings, field.name)
        if getattr(row, field.name) != value:
            setattr(row, field.name, value)
            changed.append(field.name)
    if settings.logo or (settings.drop_logo and row.logo_type):
        row.logo, row.logo_type = settings.logo or (None, None)
        changed.append("logo")
    if changed:
        row.changed_at = at
        record("institution.changed", "institution", 1, user_id, fields=changed)
    return row
