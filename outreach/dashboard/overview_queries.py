"""Gathers everything that the dashboard of an event shows."""

from dataclasses import dataclass
from datetime import datetime

from outreach.campaigns.models import CampaignPurpose, CampaignState
from outreach.dashboard import campaign_queries, chain_queries, event_queries, figure_queries
from outreach.dashboard.campaign_queries import Running
from outreach.dashboard.chain_queries import Journey
from outreach.dashboard.event_queries import GOING
from outreach.dashboard.figure_queries import ToArrange
from outreach.dashboard.periods import Period
from outreach.dashboard.tallies import Answers, Funnel, add_up, funnel
from outreach.delivery import figures
from outreach.delivery.states import MessageState
from outreach.events.models import Event


@dataclass(frozen=True, slots=True)
class Overview:
    """One event, as it stands."""

    event: Event
    funnel: Funnel
    answers: Answers
    over_time: list[tuple[Period, int]]
    campaigns: list[Running]
    """Those that are going."""
    others: int
    """How many campaigns are being prepared or are over."""
    journey: Journey
    to_arrange: ToArrange | None
    """For those who may see answers."""

    @property
    def is_moving(self) -> bool:
        """True while a campaign runs: the page then looks again by itself."""
        return any(one.state is CampaignState.RUNNING for one in self.campaigns)


def overview(event: Event, at: datetime, sees_answers: bool) -> Overview:
    """Everything about an event. The order of magnitude of each part is in figure_queries."""
    campaigns = event_queries.campaigns_of(event.id)
    letters = [one.id for one in campaigns if one.purpose is CampaignPurpose.INVITATION]
    going = [one for one in campaigns if one.state in GOING]
    answers = add_up(figure_queries.tallies(event.id))
    invited, journey = figure_queries.invited(event.id), chain_queries.journey(event.id)
    return Overview(
        event=event,
        funnel=funnel(invited, _messages(letters), figure_queries.displays(letters), answers, journey.chain.newcomers),
        answers=answers,
        over_time=figure_queries.over_time(event.id, event.timezone),
        campaigns=campaign_queries.running(going, at),
        others=len(campaigns) - len(going),
        journey=journey,
        to_arrange=figure_queries.to_arrange(event.id) if sees_answers else None,
    )


def _messages(campaign_ids: list[int]) -> dict[MessageState, int]:
    """The messages of several campaigns by state, from the figures that are kept."""
    together: dict[MessageState, int] = {}
    for counts in figures.counts_of(campaign_ids).values():
        for state, count in counts.items():
            together[state] = together.get(state, 0) + count
    return together
