"""What states, purposes, reasons and rules are called, in the reader's language."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.campaigns.audience import Reason, Rule
from outreach.campaigns.models import CampaignPurpose, CampaignState
from outreach.contacts.geography import COUNTRIES, DEPARTMENTS
from outreach.contacts.kinds import Kind
from outreach.contacts.labels import KINDS
from outreach.i18n import language

STATES: dict[CampaignState, LazyString] = {
    CampaignState.DRAFT: _l("Draft"),
    CampaignState.SIGNED: _l("Signed off"),
    CampaignState.RUNNING: _l("Running"),
    CampaignState.PAUSED: _l("Paused"),
    CampaignState.FINISHED: _l("Finished"),
    CampaignState.STOPPED: _l("Stopped"),
}
PURPOSES: dict[CampaignPurpose, tuple[LazyString, LazyString]] = {
    CampaignPurpose.INVITATION: (_l("Invitation"), _l("To those who are not invited yet.")),
    CampaignPurpose.REMINDER: (_l("Reminder"), _l("To those who are invited and have not answered.")),
    CampaignPurpose.THANKS: (_l("Thanks"), _l("To those who answered that they were coming.")),
    CampaignPurpose.CHANGE: (_l("Change of programme"), _l("To those who are invited.")),
}
REPLIES: dict[str, LazyString] = {
    "none": _l("have not answered"),
    "yes": _l("are coming"),
    "no": _l("are not coming"),
    "excused": _l("are excused"),
    "represented": _l("are represented"),
}
LANGUAGES: dict[str, LazyString] = {
    "fr": _l("French"),
    "en": _l("English"),
    "unknown": _l("language not known"),
}
REASONS: dict[Reason, LazyString] = {
    Reason.NOT_CHOSEN: _l("not among those chosen"),
    Reason.ERASED: _l("erased from the directory"),
    Reason.EXCLUDED: _l("excluded by the rule"),
    Reason.WITHDRAWN: _l("invitation withdrawn"),
    Reason.NOT_INVITED: _l("not invited to this event"),
    Reason.ANSWERED: _l("have already answered"),
    Reason.REPLY: _l("gave another answer"),
    Reason.INVITED: _l("already invited"),
    Reason.NO_ADDRESS: _l("no mail address"),
    Reason.OPTED_OUT: _l("asked not to be written to"),
    Reason.COMPLAINED: _l("complained of a message"),
    Reason.BOUNCED: _l("address returned"),
    Reason.SET_ASIDE: _l("set aside by the office"),
}


def describe(rule: Rule) -> list[str]:
    """The rule in words, one clause for each criterion."""
    if rule.is_empty:
        return [_("Nobody yet")]
    wanted = [
        (_("Kinds: %(names)s"), [_kind(kind) for kind in rule.kinds]),
        (_("Départements: %(names)s"), [_department(code) for code in rule.departments]),
        (_("Regions: %(names)s"), list(rule.regions)),
        (_("Tags: %(names)s"), list(rule.tags)),
        (_("Languages: %(names)s"), [str(LANGUAGES[code]) for code in rule.languages]),
        (_("Countries: %(names)s"), [_country(code) for code in rule.countries]),
        (_("Who: %(names)s"), [str(REPLIES[reply]) for reply in rule.replies]),
        (_("Except the kinds: %(names)s"), [_kind(kind) for kind in rule.exclude_kinds]),
        (_("Except the départements: %(names)s"), [_department(code) for code in rule.exclude_departments]),
        (_("Except the tags: %(names)s"), list(rule.exclude_tags)),
    ]
    clauses = [clause.replace("%(names)s", ", ".join(names)) for clause, names in wanted if names]
    chooses = any([rule.kinds, rule.departments, rule.regions, rule.tags, rule.languages, rule.countries])
    return clauses if chooses else [_("Everybody in the directory"), *clauses]


def _kind(kind: str) -> str:
    return str(KINDS[Kind(kind)])


def _department(code: str) -> str:
    return f"{DEPARTMENTS[code].name} ({code})"


def _country(code: str) -> str:
    country = COUNTRIES[code]
    return country.french if language() == "fr" else country.english
