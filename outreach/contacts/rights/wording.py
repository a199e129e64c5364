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
