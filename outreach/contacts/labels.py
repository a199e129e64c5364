"""What kinds, genders, reasons and fields are called in pages and exports."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.kinds import AddressRule, Gender, Kind, OrganisationKind
from outreach.contacts.models import SuppressionReason
from outreach.contacts.protocol.mailboxes import Why
from outreach.contacts.protocol.resolving import Doubt

KINDS: dict[Kind, LazyString] = {
    Kind.ASSOCIATION: _("Association"),
    Kind.CCAS: _("CCAS"),
    Kind.MAYOR: _("Mayor"),
    Kind.DEPUTY_MAYOR: _("Deputy mayor"),
    Kind.DEPUTY: _("Deputy"),
    Kind.SENATOR: _("Senator"),
    Kind.MEP: _("Member of the European Parliament"),
    Kind.DEPARTMENTAL_COUNCILLOR: _("Departmental councillor"),
    Kind.REGIONAL_COUNCILLOR: _("Regional councillor"),
    Kind.INTERCOMMUNALITY_PRESIDENT: _("President of an intercommunality"),
    Kind.COUNCILLOR: _("Councillor of another assembly"),
    Kind.PREFECT: _("Prefect"),
    Kind.AUTHORITY: _("Authority (State, justice, army, diplomacy, church)"),
    Kind.INSTITUTION: _("Institution"),
    Kind.PARTNER: _("Partner"),
    Kind.PRESS: _("Press"),
    Kind.INDIVIDUAL: _("Individual"),
}

ORGANISATIONS: dict[OrganisationKind, LazyString] = {
    OrganisationKind.ASSOCIATION: _("Association"),
    OrganisationKind.CCAS: _("CCAS"),
    OrganisationKind.MAIRIE: _("Town hall"),
    OrganisationKind.ASSEMBLY: _("Assembly"),
    OrganisationKind.INTERCOMMUNALITY: _("Intercommunality"),
    OrganisationKind.DEPARTMENT: _("Département"),
    OrganisationKind.REGION: _("Region"),
    OrganisationKind.INSTITUTION: _("Institution"),
    OrganisationKind.COMPANY: _("Company or partner"),
    OrganisationKind.PRESS: _("Press"),
}

GENDERS: dict[Gender, LazyString] = {
    Gender.FEMININE: _("Ms"),
    Gender.MASCULINE: _("Mr"),
    Gender.UNKNOWN: _("Not known"),
}

LANGUAGES: dict[str, LazyString] = {"fr": _("French"), "en": _("English")}

REASONS: dict[SuppressionReason, LazyString] = {
    SuppressionReason.OPT_OUT: _("Asked not to be written to"),
    SuppressionReason.BOUNCE: _("Address returned"),
    SuppressionReason.COMPLAINT: _("Complaint"),
    SuppressionReason.ERASURE: _("Asked to be erased"),
    SuppressionReason.STAFF: _("Decided by the office"),
}

FIELDS: dict[str, LazyString] = {
    "kind": _("Kind"),
    "gender": _("Mr or Ms"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "role_label": _("Role"),
    "organisation": _("Organisation"),
    "email": _("E-mail addresses"),
    "salutation": _("Own form of address"),
    "masculine_title": _("Form of her title"),
    "phone": _("Telephone"),
    "website": _("Web site"),
    "street": _("Street"),
    "postal_code": _("Postal code"),
    "locality": _("Town"),
    "department": _("Département"),
    "country": _("Country"),
    "language": _("Language"),
    "notes": _("Notes"),
    "not_measured": _("Not counted among displays"),
    "tag": _("Tag"),
    "mandate": _("Mandate"),
    "departed": _("Mandate ended"),
    "added": _("Brought in from"),
    "merged": _("Merged with"),
}

COLUMNS: dict[Field, LazyString] = {
    Field.EMAIL: _("E-mail address"),
    Field.GIVEN_NAME: _("Given name"),
    Field.FAMILY_NAME: _("Family name"),
    Field.FULL_NAME: _("Given and family name in one"),
    Field.GENDER: _("Mr or Ms"),
    Field.OFFICE: _("Office or role"),
    Field.KIND: _("Kind"),
    Field.ORGANISATION: _("Organisation"),
    Field.STREET: _("Street"),
    Field.STREET_MORE: _("Street, continued"),
    Field.POSTAL_CODE: _("Postal code"),
    Field.COMMUNE: _("Town"),
    Field.POSTAL_BLOCK: _("Whole postal address"),
    Field.DEPARTMENT: _("Département"),
    Field.COUNTRY: _("Country"),
    Field.PHONE: _("Telephone"),
    Field.WEBSITE: _("Web site"),
    Field.LANGUAGE: _("Language"),
    Field.CONSTITUENCY: _("Constituency"),
    Field.SINCE: _("In office since"),
    Field.NOTES: _("Notes"),
    Field.TAGS: _("Tags"),
}
"""What a column of a file may hold."""

RULES: dict[AddressRule, LazyString] = {
    AddressRule.PREFERRED: _("the address the office put first, else another of their own"),
    AddressRule.MANDATE: _(
        "the address of the mandate by which they are addressed, else their own, else their organisation’s"
    ),
    AddressRule.ORGANISATION: _("their organisation’s address, else their own"),
}
"""Which of somebody's addresses a campaign writes to."""

WHYS: dict[Why, LazyString] = {
    Why.MANDATE: _("the address of the mandate by which they are addressed"),
    Why.PREFERRED: _("the address the office put first"),
    Why.ANOTHER: _("another of their addresses: the first takes no mail, or there is none"),
    Why.ORGANISATION: _("the mailbox of their organisation"),
    Why.ASKED: _("nothing is sent: it was asked not to write there"),
    Why.RETURNED: _("nothing is sent: no address is left that takes mail"),
    Why.NONE: _("nothing is sent: no address is known that is in use"),
}

DOUBTS: dict[Doubt, LazyString] = {
    Doubt.UNKNOWN_OFFICE: _(
        "The table of forms of address does not know this office: add a mandate, correct the role, or give a form of "
        "their own."
    ),
    Doubt.NO_NAME: _("An authority needs a person’s name, or the office that is written to."),
    Doubt.CONTRADICTION: _("The record says Mr, and the role is a woman’s: correct one of them."),
    Doubt.OWN_FORM: _("The form of their own cannot open a letter: correct it."),
}
"""Why nobody can tell how to address somebody, and the remedy."""
