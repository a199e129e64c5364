"""What the owner of an address is told in the first message (art. 14 GDPR), in the language of the letter."""

from collections.abc import Mapping

from flask_babel import LazyString, force_locale
from flask_babel import gettext as translate
from flask_babel import lazy_gettext as _

from outreach.contacts.rights.origins import OPENINGS, REST, Basis, Rule, filled
from outreach.institution.queries import Face

BASES: Mapping[Basis, LazyString] = {
    Basis.PUBLIC_INTEREST: _("task in the public interest (art. 6.1.e GDPR)"),
    Basis.LEGAL_OBLIGATION: _("legal obligation (art. 6.1.c GDPR)"),
    Basis.CONSENT: _("consent (art. 6.1.a GDPR)"),
    Basis.LEGITIMATE_INTEREST: _("legitimate interest (art. 6.1.f GDPR)"),
}

SOURCES: Mapping[str, LazyString] = {
    "registered through a share link": _("their own registration, through a link that was passed on"),
    "named by the person they represent": _("named by the person whom they represent"),
    "corrected at their own request": _("corrected at their own request"),
}
"""How the sources that the service names itself are read; the others are read as the office wrote them."""


def source_name(source: str, language: str) -> str:
    """A source as a reader of that language reads it."""
    if source not in SOURCES:
        return source
    with force_locale(language):
        return str(SOURCES[source])


def told(rule: Rule, language: str, face: Face) -> str:
    """The text of a sort of source, all filled in but `{source}`, which differs by address."""
    with force_locale(language):
        words = rule.words.get(language) or f"{translate(OPENINGS[rule.kind])} {translate(REST)}"
        facts = {
            "institution": face.name,
            "basis": str(BASES[rule.basis]),
            "months": str(face.retention_months if rule.months is None else rule.months),
            "mailbox": face.privacy_email or face.contact_email,
        }
        return filled(words, facts)
