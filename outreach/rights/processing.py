"""The register of processing (art. 30 GDPR), made from the settings: one activity after another, in one language."""

from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from outreach.contacts.rights.rules import rules
from outreach.contacts.rights.wording import BASES, told
from outreach.institution.models import MeasuringMode
from outreach.institution.queries import Face, institution
from outreach.rights.keeping import Terms, terms
from outreach.rights.labels import ORIGIN_KINDS


@dataclass(frozen=True, slots=True)
class Activity:
    """One processing: heading and what art. 30.1 asks for, line by line."""

    title: str
    lines: list[tuple[str, str]]


def told_by_source(language: str, face: Face) -> list[tuple[str, str]]:
    """Of each sort of source, what the first message of that institution to an address says: heading and text."""
    with force_locale(language):
        name = _("name of the source")
        return [
            (str(ORIGIN_KINDS[kind]), told(rule, language, face).replace("{source}", name))
            for kind, rule in rules().items()
        ]


def activities(language: str) -> list[Activity]:
    """What this installation does with personal data, as it is set up now."""
    with force_locale(language):
        kept = terms()
        return [_invitations(kept, language), _answers(kept, language), _staff(kept, language)]


def _displays(mode: MeasuringMode) -> str:
    """What is known of displays at most."""
    words = {
        MeasuringMode.OFF: _("Not measured."),
        MeasuringMode.AGGREGATE: _("Counted for a whole mailing, never for a person."),
        MeasuringMode.LAST_OPEN: _("Counted for a whole mailing; of a person the last day only, unless they refuse."),
        MeasuringMode.INDIVIDUAL: _("Of a person the last day only; each message of those who agreed by themselves."),
    }
    return str(words[mode])


def _invitations(kept: Terms, language: str) -> Activity:
    found, face = rules(), institution()
    bases = ", ".join(dict.fromkeys(str(BASES[one.basis]) for one in found.values()))
    sources = "; ".join(str(ORIGIN_KINDS[kind]) for kind in found)
    months = ", ".join(
        _("%(source)s: %(months)d months", source=ORIGIN_KINDS[kind], months=one.months or face.retention_months)
        for kind, one in found.items()
    )
    return Activity(
        _("Inviting to the events of the institution"),
        [
            (_("What for"), kept.purpose.get(language) or _usual_purpose()),
            (_("Legal basis"), bases),
            (_("Whose data"), _("Elected officials, associations, institutions, partners, press, individuals.")),
            (
                _("Which data"),
                _("Name, office, organisation, mandates, postal and e-mail address, telephone, language."),
            ),
            (_("Where they come from"), sources),
            (_("How long"), _("After the last action of the person: %(months)s.", months=months)),
            (_("Displays"), _displays(face.measuring)),
            (_("Who receives them"), kept.recipients.get(language) or _usual_recipients()),
            (_("Outside the European Union"), _("None.")),
            (_("How they are protected"), kept.security.get(language) or _usual_security()),
        ],
    )


def _answers(kept: Terms, language: str) -> Activity:
    return Activity(
        _("Answers, participants and their needs"),
        [
            (_("What for"), _("Counting seats, welcoming people, arranging what they need.")),
            (_("Legal basis"), _("Public interest; explicit consent (art. 9.2.a) for access needs and meals.")),
            (_("Whose data"), _("Those invited, those who come with them or instead of them, those who register.")),
            (_("Which data"), _("Answer, sessions, names of companions, a word; access needs and meals by choice.")),
            (_("Where they come from"), _("The persons themselves, or whoever answers for them.")),
            (
                _("How long"),
                _(
                    "Access needs and meals: 30 days after the event. Names, words and addresses of messages: "
                    "%(months)d months after it.",
                    months=kept.detail_months,
                ),
            ),
            (_("Who receives them"), _("Access needs and meals: only the staff who may see answers.")),
            (_("Outside the European Union"), _("None.")),
            (_("How they are protected"), kept.security.get(language) or _usual_security()),
        ],
    )


def _staff(kept: Terms, language: str) -> Activity:
    return Activity(
        _("Accounts of staff, audit log and requests"),
        [
            (_("What for"), _("Knowing who did what, and proving that requests about data were answered.")),
            (_("Legal basis"), _("Public interest, and the duty to account for it (art. 5.2 and 24).")),
            (_("Whose data"), _("Members of staff; those who ask about their data.")),
            (_("Which data"), _("Name, address, roles, sign-ins, actions; what was asked and answered.")),
            (
                _("How long"),
                _(
                    "The log and answered requests: %(months)d months. Files received: %(days)d days.",
                    months=kept.audit_months,
                    days=kept.import_days,
                ),
            ),
            (_("Who receives them"), _("Administrators.")),
            (_("Outside the European Union"), _("None.")),
            (_("How they are protected"), kept.security.get(language) or _usual_security()),
        ],
    )


def _usual_purpose() -> str:
    return str(
        _("Inviting people to the events of the institution, by e-mail and on paper, and following their answers.")
    )


def _usual_recipients() -> str:
    return str(
        _("Staff in charge of the event, each by their rights; the technical service that carries our messages.")
    )


def _usual_security() -> str:
    return str(
        _(
            "Personal accounts with roles, encrypted connections, an audit log that cannot be changed, signed links, "
            "backups, erasure that holds through imports and restores."
        )
    )
