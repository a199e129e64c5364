"""Puts a person in whom two came together at one place of the chain: where they were invited first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from outreach.contacts.duplicates.ledger import Ledger
from outreach.database import among, db
from outreach.forwarding.models import Arrival, Registration
from outreach.invitations.models import Invitation, Origin


def unite(leads: Invitation, joined: Invitation, ledger: Ledger) -> None:
    """The earlier of two invitations says through whom the person came; by the other they were *reached again*.

    Everybody who came through either came through the one that goes on. Whoever had passed the invitation on to
    themselves was reached by nobody. The two rows are read as they were before.
    """
    ledger.move(Registration, "through_id", joined.id, leads.id)
    stays, goes = (leads, joined) if _is_first(leads, joined) else (joined, leads)
    root_id = stays.root_id or leads.id
    _leave(goes, ledger)
    if stays is joined:
        origin = joined.origin if joined.origin is not Origin.DELEGATE else leads.origin
        place = {"parent_id": joined.parent_id, "root_id": joined.root_id, "depth": joined.depth}
        ledger.change(Invitation, {"id": leads.id}, origin=origin, channel=joined.channel, **place)
        ledger.change(Invitation, {"id": joined.id}, parent_id=None, root_id=None)
        _move(_below(leads.id), leads.depth, joined.depth, root_id, ledger)
    came = ledger.move(Invitation, "parent_id", joined.id, leads.id, Invitation.id != leads.id)
    _move(came, joined.depth, stays.depth, root_id, ledger)
    again = goes.parent_id is not None and goes.parent_id not in {leads.id, joined.id}
    _count(leads.id, joined.id, joined.reached_again, int(again), ledger)


def _is_first(one: Invitation, other: Invitation) -> bool:
    """Whoever stands above the other in the chain, else whoever was invited, or confirmed, first."""
    if one.id in _above(other):
        return True
    if other.id in _above(one):
        return False
    if one.depth == other.depth == 0:
        return True
    return _since(one) <= _since(other)


def _since(one: Invitation) -> tuple[datetime, int]:
    confirmed = select(Registration.confirmed_at).where(Registration.invitation_id == one.id)
    return db.session.scalar(confirmed) or one.created_at, one.id


def _above(one: Invitation) -> set[int]:
    found: set[int] = set()
    parent = one.parent_id
    while parent is not None and parent not in found:
        found.add(parent)
        parent = db.session.scalar(select(Invitation.parent_id).where(Invitation.id == parent))
    return found


def _leave(goes: Invitation, ledger: Ledger) -> None:
    """Give up a place in the chain: nobody brought this person there."""
    if goes.parent_id is None:
        return
    ledger.count(Invitation, {"id": goes.parent_id}, "brought", -1)
    ledger.change(Invitation, {"id": goes.id}, parent_id=None, root_id=None)
    registration = select(Registration.id).where(Registration.invitation_id == goes.id)
    if (number := db.session.scalar(registration)) is not None:
        ledger.change(Registration, {"id": number}, arrival=Arrival.AGAIN)


def _count(leads: int, joined: int, reached_again: int, again: int, ledger: Ledger) -> None:
    """What was counted for either is the leading one's, and that the person was reached once more."""
    brought = db.session.scalar(select(Invitation.brought).where(Invitation.id == joined)) or 0
    for number, by in ((leads, 1), (joined, -1)):
        ledger.count(Invitation, {"id": number}, "brought", by * brought)
        ledger.count(Invitation, {"id": number}, "reached_again", by * reached_again)
    ledger.count(Invitation, {"id": leads}, "reached_again", again)


def _move(ids: Sequence[int], before: int, after: int, root_id: int, ledger: Ledger) -> None:
    """Those who came through somebody, and all who came after them, go along to another depth and another root."""
    seen: set[int] = set()
    while ids:
        here, before, after = among(Invitation.id, ids), before + 1, after + 1
        found = select(Invitation.root_id).where(here, Invitation.root_id != root_id).distinct()
        for root in db.session.scalars(found.order_by(Invitation.root_id)).all():
            ledger.move(Invitation, "root_id", root or 0, root_id, here)
        if before != after:
            ledger.move(Invitation, "depth", before, after, here)
        seen.update(ids)
        ids = [one for one in _below(*ids) if one not in seen]


def _below(*ids: int) -> Sequence[int]:
    below = select(Invitation.id).where(among(Invitation.parent_id, ids))
    return db.session.scalars(below.order_by(Invitation.id)).all()
