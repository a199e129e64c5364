"""What the fields of forms are called, where a fault names its key."""

from flask_babel import gettext as _

from outreach.errors import Refusal
from outreach.events.forms import field_of
from outreach.events.tables import Faulty
from outreach.i18n import sentence


def errors_of(refusal: Refusal) -> dict[str, str]:
    """The faults of a form by field, each a sentence that calls the field by the name it has on the page."""
    faults = refusal.faults if isinstance(refusal, Faulty) else (refusal,)
    found: dict[str, str] = {}
    for fault in faults:
        if "key" in fault.values:
            fault.values["key"] = label(fault.field or "")
        found.setdefault(field_of(fault.field), sentence(fault))
    return found


def label(key: str) -> str:
    """The name of a field on the page."""
    known = {
        "slug": _("Short name"),
        "title.fr": _("Title in French"),
        "title.en": _("Title in English"),
        "place.fr": _("Place in French"),
        "place.en": _("Place in English"),
        "title": _("Title in French"),
        "place": _("Place in French"),
        "first_day": _("First day"),
        "last_day": _("Last day"),
        "answer_by": _("Answers until"),
        "contact": _("Contact mailbox"),
        "timezone": _("Time zone"),
        "companions_max": _("Companions at most"),
        "place_address": _("Postal address of the place"),
        "capacity": _("Seats"),
        "date": _("Day"),
        "from": _("Begins at"),
        "to": _("Ends at"),
        "room": _("Room"),
    }
    return str(known.get(key, key))
