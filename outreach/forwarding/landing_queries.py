"""Reads what the page of a share link says besides what every page opened by a link says."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy import literal_column as verbatim

from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState, Letter
from outreach.database import BigId
from outreach.forwarding.models import Arrival, Registration
from outreach.invitations.models import Invitation
from outreach.invitations.opened_queries import Opened, as_text, find_opened, said


def find_landed(key: str, language: str) -> Opened | None:
    """The invitation whose share link has that key; more: the letter in that language as one text, and whether the
    page may name who passes it on."""
    return find_opened(key, _more(), letter_language=language)


@cache
def _more() -> tuple[ColumnElement[Any], ...]:
    """As `queries.letter_of` and `queries.may_be_named` say, for the invitation that is read."""
    letter = (
        select(as_text(Letter.__table__))
        .join(Campaign, Letter.campaign_id == Campaign.id)
        .where(
            Campaign.event_id == Invitation.event_id,
            Campaign.purpose == said(CampaignPurpose.INVITATION),
            Campaign.state.in_(
                [said(one) for one in (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED)]
            ),
            Letter.language == bindparam("letter_language"),
        )
        .order_by(Campaign.launched_at.desc())
        .limit(verbatim("1", BigId))
        .correlate(Invitation)
    )
    own = Invitation.__table__.alias()
    typed = (
        select(Registration.id)
        .join(own, Registration.invitation_id == own.c.id)
        .where(own.c.contact_id == Invitation.contact_id, Registration.arrival == said(Arrival.NEW))
        .where(Registration.organisation != said(""))
        .correlate(Invitation)
    )
    return letter.scalar_subquery().label("letter"), and_(Invitation.named_as_relay, ~typed.exists()).label("is_named")
