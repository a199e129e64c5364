"""Reads whom an invitation reached through others, how many each of an audience brought, and links that run away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import aliased

from outreach.campaigns.models import Campaign, CampaignPurpose
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.dashboard.chain_queries import Chain, Node, nodes, passed_on
from outreach.database import db
from outreach.delivery import figures
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.forwarding.models import Arrival, Registration
from outreach.forwarding.surging import WATCHED, WILD
from outreach.invitations.models import Invitation


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What an audience brought: those who came directly through its people, and all who came after them."""

    name: str
    campaign_id: int
    invited: int
    """Messages of its campaign that were accepted and not returned."""
    direct: int
    whole: int

    @property
    def number(self) -> float | None:
        """Newcomers directly through each person invited: the reproduction number; None while nobody is invited."""
        return self.direct / self.invited if self.invited else None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the invitation reached through others."""

    by_kind: dict[Kind, int]
    unknown: int
    """Newcomers whom the directory did not know."""
    audiences: list[Reproduction]
    onwards: float | None
    """Newcomers through each newcomer: above 1, the invitation travels by itself."""
    wild: list[tuple[Node, int]]
    """Share links with more registrations within a day than people pass on, and how many."""


def reach(event_id: int, chain: Chain, at: datetime) -> Reach:
    """All of it; `chain` is what is counted already."""
    later = sum(count for depth, count in chain.by_depth.items() if depth > 1)
    return Reach(
        newcomers_by_kind(event_id),
        unknown_before(event_id),
        reproduction(event_id),
        later / chain.newcomers if chain.newcomers else None,
        wild_links(event_id, at),
    )


def newcomers_by_kind(event_id: int) -> dict[Kind, int]:
    """In what quality those came who came through others, the most frequent first."""
    count = func.count()
    statement = (
        select(Contact.kind, count)
        .select_from(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(*passed_on(event_id))
        .group_by(Contact.kind)
        .order_by(count.desc(), Contact.kind)
    )
    return {Kind(kind): number for kind, number in db.session.execute(statement)}


def unknown_before(event_id: int) -> int:
    """How many newcomers were in no directory of ours before they registered."""
    statement = (
        select(func.count())
        .select_from(Invitation)
        .join(Registration, Registration.invitation_id == Invitation.id)
        .where(*passed_on(event_id), Registration.arrival == Arrival.NEW)
    )
    return db.session.scalar(statement) or 0


def reproduction(event_id: int) -> list[Reproduction]:
    """How many each audience brought, by the campaign that wrote to it; led by the newcomers, who are few."""
    root = aliased(Message)
    direct = func.sum(cast(Invitation.depth == 1, Integer))
    statement = (
        select(root.campaign_id, direct, func.count())
        .select_from(Invitation)
        .join(root, root.invitation_id == Invitation.root_id)
        .where(*passed_on(event_id))
        .group_by(root.campaign_id)
    )
    brought = {campaign: (first, whole) for campaign, first, whole in db.session.execute(statement)}
    campaigns = _invitations_of(event_id)
    sent = figures.counts_of([one.id for one in campaigns])
    return [
        Reproduction(one.name, one.id, sent[one.id].get(MessageState.SENT, 0), *brought.get(one.id, (0, 0)))
        for one in campaigns
    ]


def wild_links(event_id: int, at: datetime) -> list[tuple[Node, int]]:
    """Whose share links took more registrations within a day than people pass on; led by the day's registrations."""
    count, relay = func.count(), func.coalesce(Registration.through_id, 0)
    statement = (
        select(relay, count)
        .join(Invitation, Invitation.id == relay)
        .where(Registration.created_at >= at - WATCHED, func.coalesce(Invitation.event_id, 0) == event_id)
        .group_by(relay)
        .having(count >= WILD)
        .order_by(count.desc())
        .limit(10)
    )
    found = {int(number): registered for number, registered in db.session.execute(statement)}
    return [(one, found[one.id]) for one in nodes(list(found))]


def _invitations_of(event_id: int) -> Sequence[Campaign]:
    return db.session.scalars(
        select(Campaign)
        .where(
            Campaign.event_id == event_id,
            Campaign.purpose == CampaignPurpose.INVITATION,
            Campaign.launched_at.is_not(None),
        )
        .order_by(Campaign.id)
    ).all()
