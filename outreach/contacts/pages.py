"""What the page of a contact says: how they are addressed and why, their offices, where campaigns write to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from outreach.contacts import queries
from outreach.contacts.geography import COUNTRIES, DEPARTMENTS
from outreach.contacts.kinds import AddressRule, Gender, Kind
from outreach.contacts.labels import DOUBTS, GENDERS, KINDS, LANGUAGES, RULES, WHYS
from outreach.contacts.models import Contact, Mandate
from outreach.contacts.office_labels import office_label, quality_label
from outreach.contacts.protocol.addressees import addressees
from outreach.contacts.protocol.envelopes import Destination, envelope_lines
from outreach.contacts.protocol.offices import row_of
from outreach.contacts.protocol.precedence import Quality, holds
from outreach.contacts.protocol.resolving import doubt
from outreach.contacts.protocol.table import FORMS
from outreach.database import now
from outreach.i18n import day, language


@dataclass(frozen=True, slots=True)
class OfficeShown:
    """A mandate as the page shows it."""

    mandate: Mandate
    label: str
    decides: bool
    over: bool
    decree: str
    email: str


@dataclass(frozen=True, slots=True)
class DestinationShown:
    """Where a campaign of one rule writes to, and why."""

    rule: str
    email: str
    why: str


def of_contact(contact: Contact) -> dict[str, Any]:
    """Everything that the page of a contact shows but the history that joins rooms."""
    on = now().date()
    quality = queries.quality_of(contact, on)
    forms = {tongue: queries.form_for(contact, tongue, on) for tongue in LANGUAGES}
    house = contact.organisation.name if contact.organisation else ""
    to = Destination(house, contact.street, contact.postal_code, contact.locality, contact.country)
    own_role = "" if quality.mandate_id else contact.role_label
    return {
        "contact": contact,
        "forms": forms,
        "envelopes": {tongue: envelope_lines(form, own_role, to, tongue) for tongue, form in forms.items()},
        "quality": quality_label(quality, _title_gender(contact)),
        "because": _because(contact, quality),
        "doubt": _doubt(contact, quality),
        "mandates": _offices(contact, quality, on),
        "destinations": _destinations(contact.id, on),
        "usable": queries.usable_address(contact.id),
        "suppressions": queries.suppressions_of(contact),
        "history": queries.changes_of(contact.id),
        "told": told,
    }


def _because(contact: Contact, quality: Quality) -> str:
    """Why the letter opens as it does, in a sentence or two."""
    said = []
    if contact.salutation:
        said.append(_("They asked for a form of their own, which comes before the table."))
    elif quality.mandate_id:
        said.append(_("Of the offices held today, this one is the first in the order of protocol."))
    elif quality.row:
        said.append(_("The kind of contact and the role decide."))
    elif contact.family_name:
        said.append(_("No office that is held today opens the letter."))
    else:
        said.append(_("A desk: nobody in particular is named."))
    if contact.family_name and contact.gender is Gender.UNKNOWN and not contact.salutation:
        said.append(_("Whether Mr or Ms is not known, so the form is the neutral one."))
    return " ".join(str(one) for one in said)


def _title_gender(contact: Contact) -> Gender:
    return Gender.MASCULINE if contact.masculine_title else contact.gender


def _doubt(contact: Contact, quality: Quality) -> str:
    role, own, named = contact.role_label, contact.salutation, bool(contact.family_name)
    found = doubt(quality, gender=contact.gender, role=role, own_form=own, named=named)
    return str(DOUBTS[found]) if found else ""


def _offices(contact: Contact, quality: Quality, on: date) -> Sequence[OfficeShown]:
    """The mandates in the order of protocol, those that are over last."""
    shown = [_office(contact, one, quality, on) for one in contact.mandates]
    return sorted(shown, key=lambda one: (not one.decides, one.over, FORMS[_row(one.mandate)].rank))


def _row(one: Mandate) -> str:
    return one.office or row_of(one.kind, "") or "person"


def _office(contact: Contact, one: Mandate, quality: Quality, on: date) -> OfficeShown:
    row, gender = _row(one), _title_gender(contact)
    standing = queries.quality_of_mandate(one, contact, on)
    label = quality_label(standing, gender) if standing else office_label(row, gender)
    emails = (held.email for held in contact.addresses if held.mandate_id == one.id and held.retired_at is None)
    over = not one.honorary and not holds(queries.held(one), on)
    label = label or str(KINDS[one.kind])
    return OfficeShown(one, label, one.id == quality.mandate_id, over, FORMS[row].decree, next(emails, ""))


def _destinations(contact_id: int, on: date) -> Sequence[DestinationShown]:
    """Where each rule leads."""
    reader = addressees([contact_id], on, AddressRule.MANDATE)[contact_id]
    found = []
    for rule, label in RULES.items():
        place, why = reader.place(rule, None)
        found.append(DestinationShown(str(label), place.email if place else "", str(WHYS[why])))
    return found


def told(name: str, text: str) -> str:
    """A value of the history in the words of the page: « Conseillère municipale » and not its name in the table."""
    if name == "mandate" and text:
        first, *rest = text.split(", ")
        words = office_label(first) if first in FORMS else _words_of_kind(first)
        return ", ".join([words or first, *map(_part_of_mandate, rest)])
    if name in {"not_measured", "masculine_title"}:
        return str(_("yes") if text in {"True", "1"} else _("no"))
    known: dict[str, str] = {
        "kind": _words_of_kind(text),
        "gender": str(GENDERS[Gender(text)]) if text in list(Gender) else "",
        "language": str(LANGUAGES.get(text, "")),
        "department": DEPARTMENTS[text].name if text in DEPARTMENTS else "",
    }
    if name == "country" and text in COUNTRIES:
        return COUNTRIES[text].french if language() == "fr" else COUNTRIES[text].english
    return known.get(name) or text


_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)?(–?)(\d{4}-\d\d-\d\d)?")


def _part_of_mandate(text: str) -> str:
    """« depuis le 1 octobre 2023 » for the days that the history keeps as « 2023-10-01– »."""
    if text == "honorary":
        return str(_("honorary"))
    match = _DAYS.fullmatch(text)
    if not match or not (match[1] or match[3]):
        return text
    first, last = (day(date.fromisoformat(one), "long") if one else "" for one in (match[1], match[3]))
    if first and last:
        return str(_("from %(first)s to %(last)s", first=first, last=last))
    return str(_("since %(day)s", day=first) if first else _("until %(day)s", day=last))


def _words_of_kind(text: str) -> str:
    return str(KINDS[Kind(text)]) if text in list(Kind) else ""
