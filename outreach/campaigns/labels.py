"""What states, purposes, reasons and rules are called, in the reader's language."""

from babel.dates import get_day_names
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from outreach.campaigns.audience import Reason, Rule
from outreach.campaigns.holidays import Place
from outreach.campaigns.models import CampaignPurpose, CampaignState
from outreach.campaigns.rhythm import NO_HOLIDAYS
from outreach.contacts.geography import COUNTRIES, DEPARTMENTS
from outreach.contacts.kinds import Kind
from outreach.contacts.labels import KINDS
from outreach.i18n import language

STATES: dict[CampaignState, LazyString] = {
    CampaignState.DRAFT: _("Draft"),
    CampaignState.SIGNED: _("Signed off"),
    CampaignState.RUNNING: _("Running"),
    CampaignState.PAUSED: _("Paused"),
    CampaignState.FINISHED: _("Finished"),
    CampaignState.STOPPED: _("Stopped"),
}
PURPOSES: dict[CampaignPurpose, tuple[LazyString, LazyString]] = {
    CampaignPurpose.INVITATION: (_("Invitation"), _("To those who are not invited yet.")),
    CampaignPurpose.REMINDER: (_("Reminder"), _("To those who are invited and have not answered.")),
    CampaignPurpose.THANKS: (_("Thanks"), _("To those who answered that they were coming.")),
    CampaignPurpose.CHANGE: (_("Change of programme"), _("To those who are invited.")),
}
PLACES: dict[str, LazyString] = {
    Place.METROPOLE: _("Mainland France"),
    Place.ALSACE_MOSELLE: _("Alsace and Moselle"),
    Place.GUADELOUPE: _("Guadeloupe"),
    Place.GUYANE: _("French Guiana"),
    Place.MARTINIQUE: _("Martinique"),
    Place.REUNION: _("Réunion"),
    Place.MAYOTTE: _("Mayotte"),
    Place.SAINT_MARTIN: _("Saint-Martin"),
    Place.SAINT_BARTHELEMY: _("Saint-Barthélemy"),
    NO_HOLIDAYS: _("None: batches leave on public holidays too"),
}
"""Whose public holidays are kept."""
REPLIES: dict[str, LazyString] = {
    "none": _("have not answered"),
    "yes": _("are coming"),
    "no": _("are not coming"),
    "excused": _("are excused"),
    "represented": _("are represented"),
}
LANGUAGES: dict[str, LazyString] = {
    "fr": _("French"),
    "en": _("English"),
    "unknown": _("Language not known"),
}
REASONS: dict[Reason, LazyString] = {
    Reason.NOT_CHOSEN: _("not among those chosen"),
    Reason.ERASED: _("erased from the directory"),
    Reason.EXCLUDED: _("excluded by the rule"),
    Reason.WITHDRAWN: _("invitation withdrawn"),
    Reason.NOT_INVITED: _("not invited to this event"),
    Reason.ANSWERED: _("have already answered"),
    Reason.REPLY: _("gave another answer"),
    Reason.INVITED: _("already invited"),
    Reason.NO_ADDRESS: _("no mail address"),
    Reason.OPTED_OUT: _("asked not to be written to"),
    Reason.COMPLAINED: _("complained of a message"),
    Reason.BOUNCED: _("address returned"),
    Reason.SET_ASIDE: _("set aside by the office"),
}


def describe(rule: Rule) -> list[str]:
    """The rule in words, one clause for each criterion."""
    if rule.is_empty:
        return [str(_("Nobody yet"))]
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
    clauses = [str(clause).replace("%(names)s", ", ".join(names)) for clause, names in wanted if names]
    chooses = any([rule.kinds, rule.departments, rule.regions, rule.tags, rule.languages, rule.countries])
    return clauses if chooses else [str(_("Everybody in the directory")), *clauses]


def _kind(kind: str) -> str:
    return str(KINDS[Kind(kind)])


def _department(code: str) -> str:
    return f"{DEPARTMENTS[code].name} ({code})"


def _country(code: str) -> str:
    country = COUNTRIES[code]
    return country.french if language() == "fr" else country.english


def weekdays() -> list[str]:
    """The days of the week in the reader's language, Monday first."""
    names = get_day_names("wide", locale=language())
    return [names[day].capitalize() for day in range(7)]
