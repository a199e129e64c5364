"""The way through a campaign: four steps, how far each one is, and what is missing with a link to its remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach.campaigns.lifecycle import is_editable
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.readiness import Obstacle
from outreach.i18n import moment, number, sentence

_AUDIENCE = {"campaigns.audience", "campaigns.whom_to_address"}
_LETTER = {"campaigns.letter", "campaigns.settings", "events.edit", "institution.settings"}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that keeps a campaign from leaving, and where it is put right."""

    sentence: str
    href: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as the macro draws it."""

    label: str
    href: str
    state: str
    note: str = ""


def missing(obstacles: Sequence[Obstacle]) -> list[Missing]:
    """What keeps the campaign from leaving, in the reader's language."""
    return [Missing(sentence(one.refusal), url_for(one.endpoint, **dict[str, Any](one.arguments))) for one in obstacles]


def steps(campaign: Campaign, obstacles: Sequence[Obstacle], recipients: int, current: str = "") -> list[Step]:
    """Letter, audience, calendar, sign-off."""
    blocked = {one.endpoint for one in obstacles}
    calendar = moment(campaign.starts_at) if campaign.starts_at else ""
    rows = (
        ("campaigns.letter", _("Letter"), bool(blocked & _LETTER), ""),
        ("campaigns.audience", _("Audience"), bool(blocked & _AUDIENCE), _people(recipients)),
        ("campaigns.calendar", _("Calendar"), "campaigns.calendar" in blocked, calendar),
    )
    found = [
        Step(label, url_for(endpoint, campaign_id=campaign.id), _state(endpoint, wrong, current), note)
        for endpoint, label, wrong, note in rows
    ]
    signed = campaign.state is not CampaignState.DRAFT
    state = "done" if signed else _state("campaigns.show", False, current, otherwise="todo")
    return [*found, Step(_("Sign-off"), url_for("campaigns.show", campaign_id=campaign.id), state, _signed(campaign))]


def _state(endpoint: str, wrong: bool, current: str, otherwise: str = "done") -> str:
    if endpoint == current:
        return "current"
    return "blocked" if wrong else otherwise


def _people(recipients: int) -> str:
    return str(ngettext("%(count)s recipient", "%(count)s recipients", recipients, count=number(recipients)))


def _signed(campaign: Campaign) -> str:
    if campaign.state is CampaignState.SIGNED:
        return str(_("signed off"))
    return "" if is_editable(campaign.state) else str(_("launched"))
