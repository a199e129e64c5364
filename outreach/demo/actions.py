"""Fills the house of the demonstration: the city, its staff, its directory, its event. Whoever calls commits."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from outreach.accounts.actions import add_user
from outreach.contacts.imports import importing
from outreach.contacts.imports.files.sheets import SHELL
from outreach.database import db
from outreach.demo.directory import ContactFile
from outreach.demo.place import ACCOUNTS, CONTACT, DOMAIN
from outreach.errors import Refusal
from outreach.events.actions import load_event
from outreach.events.files import read_toml
from outreach.events.models import Event
from outreach.institution.actions import save
from outreach.institution.models import MeasuringMode
from outreach.institution.settings import Settings

CONGRESS: Final = Path(__file__).parent / "congress"

CITY: Final = Settings(
    name="Ville du Mans",
    short_name="Le Mans",
    action_colour="#1f3a6e",
    accent_colour="#b4532a",
    postal_address="Place Saint-Pierre, 72000 Le Mans",
    contact_email=CONTACT,
    privacy_email=f"protection.donnees@{DOMAIN}",
    signatory_name="Yves CALIPPE",
    signatory_titles={
        "fr": "Adjoint au Maire à l’Action Sociale et aux Solidarités\nPrésident Délégué du CCAS",
        "en": "Deputy Mayor for Social Action and Solidarity\n"
        "Vice-President of the municipal social welfare centre (CCAS)",
    },
    measuring=MeasuringMode.AGGREGATE,
    retention_months=36,
)
"""The house of the client's letter, with mailboxes on a reserved domain."""


def furnish(digests: Mapping[str, str], at: datetime) -> Event:
    """The city, its staff and the congress."""
    save(CITY, at)
    for one in ACCOUNTS:
        add_user(one.email, one.name, one.roles, digests[one.email], at, language=one.language)
    return load_event(read_toml(CONGRESS / "event.toml"), at)


def bring_in(file: ContactFile, at: datetime) -> int:
    """One file of contacts, through the import that everybody uses; returns how many are new."""
    opened, sheet = importing.opened(file.name, file.content, at, limits=SHELL)
    importing.choose(opened, sheet.header, importing.mapping_of(opened), "", file.source)
    db.session.add(opened)
    db.session.flush()
    plan = importing.preview(opened, sheet, reserved=True)
    if plan.refused:
        first = plan.refused[0]
        raise Refusal("%(file)s, row %(row)d: %(reason)s", file=file.name, row=first.row, reason=str(first.reason))
    importing.bring_in(opened, sheet, plan, at, ())
    return plan.counts()["new"]
