"""The columns of an exported list of contacts, named so that an import knows them again."""

from flask_babel import gettext as _

from outreach.contacts.kinds import Gender
from outreach.contacts.labels import GENDERS, KINDS
from outreach.contacts.searching.listing import Listed


def header() -> list[str]:
    """The names of the columns, in the language of whoever asked."""
    return [
        _("Kind"),
        _("Mr or Ms"),
        _("Given name"),
        _("Family name"),
        _("Role"),
        _("Organisation"),
        _("E-mail"),
        _("Not to be written to"),
        _("Telephone"),
        _("Web site"),
        _("Street"),
        _("Postal code"),
        _("Town"),
        _("Département"),
        _("Country"),
        _("Language"),
        _("Tags"),
    ]


def row_of(contact: Listed) -> list[str]:
    """One contact under that header."""
    return [
        str(KINDS[contact.kind]),
        "" if contact.gender is Gender.UNKNOWN else str(GENDERS[contact.gender]),
        contact.given_name,
        contact.family_name,
        contact.role_label,
        contact.organisation,
        contact.email,
        _("yes") if contact.suppressed else "",
        contact.phone,
        contact.website,
        contact.street,
        contact.postal_code,
        contact.locality,
        contact.department,
        contact.country,
        contact.language,
        ", ".join(contact.tags),
    ]
