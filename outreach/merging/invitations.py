"""Gives one contact's invitations to another; where both were invited to an event, one invitation goes on for both."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from outreach.contacts.duplicates.ledger import Ledger
from outreach.database import db
from outreach.invitations.models import Invitation, InvitationState, Origin, Reply
from outreach.merging import answers, chains, dispatches
from outreach.merging.leading import Sent, Standing, leading


def unite(survivor_id: int, absorbed_id: int, at: datetime, ledger: Ledger) -> None:
    """Every invitation of the absorbed contact becomes the survivor's, or is joined to the one it has."""
    own = {one.event_id: one for one in _held(survivor_id)}
    theirs = _held(absorbed_id)
    numbers = [one.id for one in (*own.values(), *theirs)]
    dispatches.give_back([sent for one in dispatches.hold(numbers).values() for sent in one])
    held = dispatches.hold(numbers)
    for one in theirs:
        other = own.get(one.event_id)
        if other is None:
            ledger.change(Invitation, {"id": one.id}, contact_id=survivor_id)
            continue
        leads = leading(_standing(other, held, True), _standing(one, held, False))
        if leads.id == one.id:
            _swap(one, other, ledger)
            _join(one, other, held, at, ledger)
        else:
            _join(other, one, held, at, ledger)


def _held(contact_id: int) -> Sequence[Invitation]:
    """The invitations of a contact that are their own, locked until the commit."""
    asked = select(Invitation).where(Invitation.contact_id == contact_id, Invitation.joined_to_id.is_(None))
    locked = asked.order_by(Invitation.id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(locked).all()


def _standing(one: Invitation, held: dict[int, list[Sent]], is_survivors: bool) -> Standing:
    return Standing(
        one.id,
        is_open=one.state is InvitationState.OPEN,
        answered_at=one.answered_at,
        written_to=any(sent.has_left for sent in held[one.id]),
        waits=any(sent.waits for sent in held[one.id]),
        depth=one.depth,
        is_survivors=is_survivors,
    )


def _swap(gone: Invitation, stays: Invitation, ledger: Ledger) -> None:
    """Exchange the contacts of two invitations to one event, never two of them at once with one contact."""
    survivor_id, absorbed_id = stays.contact_id, gone.contact_id
    ledger.change(Invitation, {"id": stays.id}, state=InvitationState.MERGED, contact_id=None)
    ledger.change(Invitation, {"id": gone.id}, contact_id=survivor_id)
    ledger.change(Invitation, {"id": stays.id}, contact_id=absorbed_id)


def _join(leads: Invitation, joined: Invitation, held: dict[int, list[Sent]], at: datetime, ledger: Ledger) -> None:
    """One goes on, the other leads to it: its answers, messages, newcomers and delegates are the first one's now."""
    dispatches.join(leads.id, joined.id, held, at, ledger)
    if joined.reply is Reply.REPRESENTED:
        _release_delegates(joined.id, ledger)
    answers.unite(leads.id, joined.id, at, ledger)
    chains.unite(leads, joined, ledger)
    _unite_delegates(leads, joined, ledger)
    if joined.silent_since is not None and leads.silent_since is None:
        ledger.change(Invitation, {"id": leads.id}, silent_since=joined.silent_since)
    ledger.move(Invitation, "joined_to_id", joined.id, leads.id)
    ledger.change(Invitation, {"id": joined.id}, state=InvitationState.MERGED, joined_to_id=leads.id)


def _release_delegates(principal_id: int, ledger: Ledger) -> None:
    """The answer that named them is an earlier one now: whoever has not answered represents nobody any more."""
    columns = (Invitation.id, Invitation.reply, Invitation.origin)
    for row in db.session.execute(select(*columns).where(Invitation.represents_id == principal_id)).all():
        if row.origin is not Origin.DELEGATE:
            ledger.change(Invitation, {"id": row.id}, represents_id=None)
        elif row.reply is None:
            ledger.change(Invitation, {"id": row.id}, state=InvitationState.WITHDRAWN)


def _unite_delegates(leads: Invitation, joined: Invitation, ledger: Ledger) -> None:
    """Whoever stands in for either stands in for the one that goes on, which stands in for whomever the other did."""
    ledger.move(Invitation, "represents_id", joined.id, leads.id, Invitation.id != leads.id)
    if joined.represents_id is not None and leads.represents_id is None and joined.represents_id != leads.id:
        ledger.change(Invitation, {"id": leads.id}, represents_id=joined.represents_id)
