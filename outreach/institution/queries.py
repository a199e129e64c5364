"""Reads whose house this is."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.database import db
from outreach.institution.models import Accessibility, Institution, MeasuringMode


@dataclass(frozen=True, slots=True)
class Face:
    """The institution as pages and messages show it; plain values, safe to keep after the session is closed."""

    name: str
    short_name: str
    action_colour: str
    accent_colour: str
    has_logo: bool
    postal_address: str
    contact_email: str
    privacy_email: str
    signatory_name: str
    signatory_titles: dict[str, str]
    measuring: MeasuringMode
    retention_months: int
    accessibility: Accessibility = Accessibility.NONE
    logo_url: str = ""
    """Path of the logo, which changes with the picture; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Logo:
    """The picture, its media type, and a mark of its content for caches."""

    content: bytes
    kind: str
    mark: str


NOBODY = Face("Outreach", "Outreach", "#1f3a6e", "#b4532a", False, "", "", "", "", {}, MeasuringMode.AGGREGATE, 36)


def institution() -> Face:
    """Whose house this is; neutral values before the first settings. Read in a session of its own: it opens nothing."""
    with Session(db.engine) as session:
        row = session.get(Institution, 1)
        if row is None:
            return NOBODY
        return Face(
            row.name,
            row.short_name,
            row.action_colour,
            row.accent_colour,
            row.logo_type is not None,
            row.postal_address,
            row.contact_email,
            row.privacy_email,
            row.signatory_name,
            dict(row.signatory_titles),
            row.measuring,
            row.retention_months,
            row.accessibility,
            f"/logo?v={int(row.changed_at.timestamp())}" if row.logo_type else "",
        )


def logo() -> Logo | None:
    """The city's picture, if it gave one."""
    with Session(db.engine) as session:
        row = session.get(Institution, 1)
        if row is None or row.logo is None or row.logo_type is None:
            return None
        return Logo(row.logo, row.logo_type, hashlib.sha256(row.logo).hexdigest()[:20])
