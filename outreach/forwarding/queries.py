"""Reads how an invitation travels."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState, Letter
from outreach.contacts.models import Address, Suppression
from outreach.contacts.particulars import sort_name
from outreach.database import db
from outreach.errors import BadLink
from outreach.forwarding.models import Arrival, Registration
from outreach.invitations.models import Invitation, InvitationState
from outreach.invitations.stop_actions import mailboxes
from outreach.links import DAMAGED

TELLING = 3
"""From how many newcomers on a relay is told their number: fewer would say who."""


def get_registration(key: str) -> Registration:
    """The registration whose pending invitation has that key, with the relay's. Raises BadLink."""
    registration = db.session.scalars(
        select(Registration)
        .join(Invitation, Registration.invitation_id == Invitation.id)
        .where(Invitation.key == key)
        .options(
            joinedload(Registration.invitation).joinedload(Invitation.event),
            joinedload(Registration.through).joinedload(Invitation.contact),
        )
    ).one_or_none()
    if registration is None:
        raise BadLink(DAMAGED)
    return registration


def find_pending(through: Invitation, digest: str, given_name: str, family_name: str) -> Registration | None:
    """The same person's registration through the same link, not confirmed yet."""
    return db.session.scalars(
        select(Registration)
        .join(Invitation, Registration.invitation_id == Invitation.id)
        .where(
            Registration.digest == digest,
            Registration.through_id == through.id,
            Registration.given_name == given_name,
            Registration.family_name == family_name,
            Invitation.state == InvitationState.PENDING,
        )
        .limit(1)
    ).first()


def take_turns(digest: str) -> None:
    """Wait for whoever confirms a registration of the same address, until they have committed.

    The same person may confirm two registrations at once: the first one becomes the contact, the second finds it.
    """
    same = select(Registration.id).where(Registration.digest == digest).order_by(Registration.id)
    db.session.execute(same.with_for_update()).all()


def was_stopped(digest: str, event_id: int) -> bool:
    """True when somebody at that address stopped us instead of confirming it: for this event, or for everything.

    It is the invitation that knows that it was said instead of confirming: a registration nobody confirmed is forgotten
    after a while, a wish is not. It holds until it is taken back, or lifted by the office.
    """
    in_force = select(Suppression.id).where(Suppression.digest == digest, Suppression.lifted_at.is_(None))
    of_event = in_force.where(Suppression.event_id == event_id)
    for_good = in_force.where(Suppression.event_id.is_(None))
    stopped = select(Invitation.id).where(
        Invitation.digest == digest,
        Invitation.state == InvitationState.WITHDRAWN,
        or_(for_good.exists(), and_(Invitation.event_id == event_id, of_event.exists())),
    )
    return db.session.scalar(stopped.limit(1)) is not None


def relay_digests(through: Invitation) -> frozenset[str]:
    """The keyed hashes of the relay's own mailboxes, and of their organisation's where they are written to there."""
    own = db.session.scalars(select(Address.digest).where(Address.contact_id == through.contact_id))
    return frozenset([*own, *(one.digest for one in mailboxes(through))])


def came_before(registration: Registration) -> bool:
    """True when the same person confirmed another registration through the same link already."""
    earlier = select(Registration.given_name, Registration.family_name).where(
        Registration.digest == registration.digest,
        Registration.through_id == registration.through_id,
        Registration.confirmed_at.is_not(None),
        Registration.id != registration.id,
    )
    name = sort_name(registration.given_name, registration.family_name)
    return any(sort_name(*names) == name for names in db.session.execute(earlier))


def letter_of(event_id: int, language: str) -> Letter | None:
    """The letter that invites to an event, as last launched, in that language."""
    return db.session.scalars(
        select(Letter)
        .join(Campaign, Letter.campaign_id == Campaign.id)
        .where(
            Campaign.event_id == event_id,
            Campaign.purpose == CampaignPurpose.INVITATION,
            Campaign.state.in_([CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED]),
            Letter.language == language,
        )
        .order_by(Campaign.launched_at.desc())
        .limit(1)
    ).first()


def brought_by(invitation: Invitation) -> int | None:
    """How many came through somebody; None while the number is small enough to say who."""
    return invitation.brought if invitation.brought >= TELLING else None


def latest_through(invitation_id: int, since: datetime) -> int:
    """How many registered through one share link since then, confirmed or not."""
    statement = select(func.count()).where(Registration.through_id == invitation_id, Registration.created_at >= since)
    return db.session.scalar(statement) or 0


def may_be_named(invitation: Invitation) -> bool:
    """Whether our pages may show the name of somebody's organisation.

    Not one that was typed into our own registration form, for whatever event: a page of the institution would say what
    a stranger wrote.
    """
    typed = (
        select(Registration.id)
        .join(Invitation, Registration.invitation_id == Invitation.id)
        .where(Invitation.contact_id == invitation.contact_id, Registration.arrival == Arrival.NEW)
        .where(Registration.organisation != "")
    )
    return db.session.scalar(typed.limit(1)) is None
