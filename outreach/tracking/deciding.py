"""Keeps how displays may be measured, for a campaign and for its event. Whoever calls commits."""

from collections.abc import Mapping

from outreach.accounts.actions import record
from outreach.campaigns.models import Campaign
from outreach.errors import Refusal
from outreach.institution.models import MeasuringMode


def read_mode(form: Mapping[str, str], name: str) -> MeasuringMode | None:
    """The mode that a field says; None where it leaves that to others. Raises Refusal for anything else."""
    said = form.get(name, "")
    if said and said not in set(MeasuringMode):
        raise Refusal("Choose one of the ways of measuring.", field=name)
    return MeasuringMode(said) if said else None


def decide(
    campaign: Campaign, of_campaign: MeasuringMode | None, of_event: MeasuringMode | None, user_id: int | None
) -> None:
    """Decide both; the log says what changed. A signature stays: nothing of the letter or its audience changes."""
    if campaign.measuring is not of_campaign:
        campaign.measuring = of_campaign
        record("campaign.measuring", "campaign", campaign.id, user_id, mode=of_campaign)
    if campaign.event.measuring is not of_event:
        campaign.event.measuring = of_event
        record("event.measuring", "event", campaign.event_id, user_id, mode=of_event)
