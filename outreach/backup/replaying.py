"""The wishes of the journal, acted upon again in a database that does not know them; twice is once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from outreach.contacts import actions as contacts
from outreach.contacts.models import Address, Contact, SuppressionReason
from outreach.database import db
from outreach.events.models import Event
from outreach.invitations.actions import withdraw
from outreach.invitations.models import Invitation, InvitationState
from outreach.journal.entries import Erased, Standing, Suppressed
from outreach.journal.hooks import silently
from outreach.rights import erasing

UNKNOWN_EVENT: Final = "asked for an event that the backup does not know"


@dataclass(slots=True)
class Replayed:
    """What the journal had that the backup had not, in numbers."""

    suppressed: int = 0
    lifted: int = 0
    counted: int = 0
    """Contacts who refused to be counted among the displays, or took that back."""
    erased: int = 0
    """Contacts whom the backup still knew."""


def replay(found: Standing, at: datetime) -> Replayed:
    """Do again what was wished, in the transaction of the caller; nothing of it enters the journal once more."""
    done = Replayed()
    with silently():
        for (digest, event_id), until in found.lifted.items():
            done.lifted += _lift(digest, event_id, until, at)
        events = set(db.session.scalars(select(Event.id)))
        for wishes in found.wishes.values():
            done.suppressed += sum(_suppress(wish, events) for wish in wishes)
        for one in found.erased:
            done.erased += _erase(one, at)
        for number, counted in found.counted.items():
            done.counted += _count(number, counted=counted)
        for (number, event_id), since in found.silenced.items():
            _silence(number, event_id, since)
    return done


def _lift(digest: str, event_id: int | None, until: datetime, at: datetime) -> bool:
    known = contacts.find_suppressed(digest, event_id)
    if known is None or known.at > until:
        return False
    known.lifted_at = at
    return True


def _suppress(wish: Suppressed, events: set[int]) -> bool:
    """Somebody who wants no more of an event that the backup does not know is written to about nothing.

    A reason that a later version wrote holds as an opt-out.
    """
    known_event = wish.event is None or wish.event in events
    event_id = wish.event if known_event else None
    known_reason = wish.reason in set(SuppressionReason)
    reason = SuppressionReason(wish.reason) if known_reason else SuppressionReason.OPT_OUT
    before = contacts.find_suppressed(wish.digest, event_id)
    was = None if before is None else before.reason
    email = db.session.scalar(select(Address.email).where(Address.digest == wish.digest).limit(1))
    note = "" if known_event else UNKNOWN_EVENT
    kept = contacts.suppress_digest(wish.digest, reason, wish.at, event_id, note=note, email=email)
    if reason is SuppressionReason.OPT_OUT:
        pending = (Invitation.digest == wish.digest, Invitation.state == InvitationState.PENDING)
        for invitation in db.session.scalars(select(Invitation).where(*pending)):
            if wish.event in (None, invitation.event_id):
                withdraw(invitation)
    return kept.reason is not was


def _erase(told: Erased, at: datetime) -> bool:
    """Empty them once more. Whether their mailbox may be written to is told by lines of its own: they may be back."""
    contact = db.session.get(Contact, told.contact)
    if contact is None or contact.created_at != told.made_at or contact.erased_at is not None:
        return False
    erasing.erase_again(contact, at)
    return True


def _silence(number: int, event_id: int | None, since: datetime | None) -> None:
    """An invitation that the backup does not know is written to about nothing."""
    if event_id is None:
        db.session.execute(update(Contact).where(Contact.id == number).values(silent_since=since))
        return
    theirs = (Invitation.contact_id == number, Invitation.event_id == event_id)
    db.session.execute(update(Invitation).where(*theirs).values(silent_since=since))


def _count(number: int, *, counted: bool) -> bool:
    contact = db.session.get(Contact, number)
    if contact is None or contact.not_measured is not counted:
        return False
    contact.not_measured = not counted
    return True
