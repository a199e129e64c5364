"""What every page of one campaign shows around its content."""

from collections.abc import Sequence
from typing import Any

from outreach.campaigns import queries
from outreach.campaigns.audiences.queries import get_audience
from outreach.campaigns.audiences.tallies import counted as count_for_page
from outreach.campaigns.labels import REASONS
from outreach.campaigns.lifecycle import is_editable
from outreach.campaigns.models import Campaign
from outreach.campaigns.steps import missing, steps
from outreach.contacts.labels import KINDS
from outreach.contacts.searching.listing import Listed
from outreach.database import now


def frame(campaign: Campaign, current: str) -> dict[str, Any]:
    """The campaign, its steps, what is missing, and the count of its audience."""
    at = now()
    scope = queries.scope_of(campaign, at.date())
    editable = is_editable(campaign.state)
    counted = count_for_page(scope) if editable else queries.written_to(campaign)
    obstacles = queries.refusals(campaign, at, counted) if editable else []
    return {
        "campaign": campaign,
        "rule": scope.rule,
        "saved_audience": get_audience(campaign.audience_id) if campaign.audience_id else None,
        "counted": counted,
        "reasons": REASONS,
        "missing": missing(obstacles),
        "steps": steps(campaign, obstacles, counted.chosen, current),
    }


def people_options(people: Sequence[Listed]) -> list[tuple[int, str]]:
    """The recipients that a letter can be read as: their name and kind."""
    return [(one.id, f"{one.name or one.email} ({KINDS[one.kind]})") for one in people]
