"""Registers those who come through a share link, and confirms them."""

from datetime import datetime, timedelta
from typing import Final

from outreach.contacts.actions import add_contact, find_person, find_suppression
from outreach.contacts.kinds import Gender
from outreach.contacts.particulars import sort_name
from outreach.contacts.queries import usable_address
from outreach.contacts.rights.returning import come_back
from outreach.database import db
from outreach.delivery.models import NoticePurpose
from outreach.delivery.notices import notify
from outreach.forwarding.models import Arrival, Registration
from outreach.forwarding.queries import (
    TELLING,
    came_before,
    find_pending,
    latest_through,
    relay_digests,
    take_turns,
    was_stopped,
)
from outreach.forwarding.registering import Newcomer, Unwanted, check_open, check_waits, counts_for_relay
from outreach.forwarding.surging import WATCHED, goes_wild
from outreach.invitations.actions import invite
from outreach.invitations.models import Channel, Invitation, InvitationState, Origin
from outreach.invitations.queries import find_invitation
from outreach.links import links
from outreach.logs import log

SOURCE = "registered through a share link"
PATIENCE: Final = timedelta(minutes=2)
"""Who registers again within so long pressed twice; after that the message may have been lost, and another leaves."""


def register(through: Invitation, newcomer: Newcomer, channel: Channel, language: str, at: datetime) -> Registration:
    """Keep a registration until its address is confirmed, and send the message that asks to confirm it.

    Asking again with the same name and address through the same link is the same registration: its message leaves once
    more, every hour at most, and it waits anew. Raises Refusal when the event or the link takes no registrations any
    more, Unwanted when the owner of the address stopped such messages.
    """
    _check_open(through, at)
    digest = links().digest(newcomer.email)
    if was_stopped(digest, through.event_id):
        raise Unwanted("Whoever reads this address stopped our messages.")
    known = find_pending(through, digest, newcomer.given_name, newcomer.family_name)
    if known is not None:
        return _ask_again(known, language, at)
    pending = invite(through.event, None, Origin.SHARE, at, language=language, channel=channel)
    pending.digest = digest
    registration = Registration(
        invitation=pending,
        through=through,
        channel=channel,
        given_name=newcomer.given_name,
        family_name=newcomer.family_name,
        email=newcomer.email,
        digest=digest,
        organisation=newcomer.organisation,
        kind=newcomer.kind,
        postal_code=newcomer.postal_code,
        language=language,
        created_at=at,
    )
    db.session.add(registration)
    db.session.flush()
    _ask(registration, "", language, at)
    _watch(through, at)
    return registration


def _ask_again(known: Registration, language: str, at: datetime) -> Registration:
    if at - known.created_at > PATIENCE:
        known.created_at = at
        _ask(known, f"again-{at:%Y%m%d%H}", language, at)
    return known


def _ask(registration: Registration, key: str, language: str, at: datetime) -> None:
    """Ask whether an address is one's own. Its reader may never have heard of us: nothing typed is repeated."""
    notify(NoticePurpose.ADDRESS_CHECK, registration.invitation, key, language, registration.email, {}, at)


def _watch(through: Invitation, at: datetime) -> None:
    """Say so in the log, once, when a share link takes more registrations than people pass on."""
    latest = latest_through(through.id, at - WATCHED)
    if goes_wild(latest):
        log.warning("a share link goes wild", invitation=through.id, registrations=latest)


def confirm(registration: Registration, at: datetime) -> Registration:
    """Count somebody whose address is proven: a contact, an invitation of their own, a place in the chain.

    Somebody invited already is *reached again*: their own invitation stays what it was and its link is sent to them.
    Confirming twice changes nothing, also at once. Raises Refusal when the registration was stopped or erased, or the
    relay's event takes no registrations any more.
    """
    take_turns(registration.digest)
    db.session.refresh(registration, ["confirmed_at"])
    if registration.confirmed_at is not None:
        return registration
    db.session.refresh(registration.invitation, ["state"], with_for_update=True)
    check_waits(registration.invitation.state)
    _check_open(registration.through, at)
    registration.confirmed_at = at
    come_back(registration.email, sort_name(registration.given_name, registration.family_name), at)
    contact = find_person(registration.email, registration.given_name, registration.family_name)
    known = find_invitation(registration.invitation.event_id, contact.id) if contact else None
    if known is not None:
        _open_again(known)
        _reach_again(registration, known, at)
        return registration
    registration.arrival = Arrival.KNOWN if contact else Arrival.NEW
    _join(registration, contact.id if contact else _add_contact(registration, at), at)
    return registration


def _check_open(through: Invitation, at: datetime) -> None:
    event = through.event
    is_open = event.registration_open
    check_open(event.state, through.state, registration_open=is_open, answer_by=event.answer_by, now=at)


def _join(registration: Registration, contact_id: int, at: datetime) -> None:
    """Open the newcomer's own invitation, one step further down the chain; beside it for a mailbox of the relay's."""
    through, own = registration.through, registration.invitation
    own.contact_id, own.digest = contact_id, None
    own.state = InvitationState.OPEN
    if _is_another(registration):
        own.parent_id = through.id
        own.root_id = through.root_id or through.id
        own.depth = through.depth + 1
        through.brought = Invitation.brought + 1
    db.session.flush()
    values = {"name": _name(registration)}
    notify(NoticePurpose.OWN_INVITATION, own, "", registration.language, registration.email, values, at)
    _thank(through, registration.language, at)


def _thank(relay: Invitation, language: str, at: datetime) -> None:
    """One message of thanks to somebody through whom enough people came that the number says nothing of who.

    Nobody is written to who asked us not to.
    """
    if relay.brought < TELLING or relay.contact is None:
        return
    address = usable_address(relay.contact.id)
    if address is not None and not find_suppression(address.email, relay.event_id):
        tongue = relay.language or relay.contact.language or language
        notify(NoticePurpose.THANKS, relay, "", tongue, address.email, {"brought": relay.brought}, at)


def _open_again(known: Invitation) -> None:
    """Somebody whom nobody sends any more, and who comes in their own name: their invitation stands for themselves."""
    if known.state is InvitationState.WITHDRAWN and known.origin is Origin.DELEGATE:
        known.state, known.represents_id = InvitationState.OPEN, None


def _is_another(registration: Registration) -> bool:
    """Whether it is somebody else than the relay who came."""
    through, name = registration.through, sort_name(registration.given_name, registration.family_name)
    return counts_for_relay(
        newcomer_digest=registration.digest,
        relay_digests=relay_digests(through),
        newcomer_name=name,
        relay_name=through.contact.sort_name if through.contact else "",
    )


def _reach_again(registration: Registration, known: Invitation, at: datetime) -> None:
    registration.arrival = Arrival.AGAIN
    registration.invitation.state = InvitationState.MERGED
    if _is_another(registration) and known.parent_id != registration.through_id and not came_before(registration):
        known.reached_again = Invitation.reached_again + 1
    db.session.flush()
    key, values = f"again-{registration.id}", {"name": _name(registration), "answered": known.reply is not None}
    notify(NoticePurpose.LOST_LINK, known, key, registration.language, registration.email, values, at)


def _add_contact(registration: Registration, at: datetime) -> int:
    contact = add_contact(
        kind=registration.kind,
        given_name=registration.given_name,
        family_name=registration.family_name,
        gender=Gender.UNKNOWN,
        organisation=registration.organisation,
        postal_code=registration.postal_code,
        language=registration.language,
        emails=[registration.email],
        source=SOURCE,
        at=at,
    )
    db.session.flush()
    return contact.id


def _name(registration: Registration) -> str:
    return f"{registration.given_name} {registration.family_name}"


def agree_to_be_named(invitation: Invitation, agreed: bool) -> None:
    """Whether the landing page of somebody's share link says through whom one came."""
    invitation.named_as_relay = agreed
