"""A person decides about two contacts that look alike: they are different, or may be the same after all."""

from datetime import datetime

from sqlalchemy import select

from outreach.accounts.actions import record
from outreach.contacts.duplicates.models import DuplicatePair, PairState
from outreach.contacts.models import Contact
from outreach.database import db
from outreach.errors import Refusal


def tell_apart(pair: DuplicatePair, at: datetime, user_id: int | None) -> None:
    """These two are different: nobody is asked again, whatever is imported. Refuses two that were merged."""
    _decide(pair, PairState.DIFFERENT, at, user_id)


def reopen(pair: DuplicatePair, at: datetime, user_id: int | None) -> None:
    """These two may be the same after all. Refuses two that were merged: that is undone from their own page."""
    _decide(pair, PairState.OPEN, at, user_id)


def _decide(pair: DuplicatePair, state: PairState, at: datetime, user_id: int | None) -> None:
    if pair.state is PairState.MERGED:
        raise Refusal("These two contacts were merged. Undo that first.")
    if pair.state is state:
        return
    pair.state, pair.user_id = state, user_id
    pair.decided_at = None if state is PairState.OPEN else at
    record(f"duplicate.{state.value}", "duplicate_pair", pair.id, user_id, first=pair.first_id, second=pair.second_id)


def put_together(one: Contact, other: Contact, at: datetime) -> DuplicatePair:
    """The pair of two contacts that somebody wants to compare, made where there is none.

    Raises Refusal for a contact and itself.
    """
    if one.id == other.id:
        raise Refusal("A contact cannot be merged with itself.")
    first, second = sorted((one.id, other.id))
    asked = select(DuplicatePair).where(DuplicatePair.first_id == first, DuplicatePair.second_id == second)
    pair = db.session.scalars(asked).one_or_none()
    if pair is None:
        pair = DuplicatePair(first_id=first, second_id=second, score=0, reasons={}, state=PairState.OPEN, found_at=at)
        db.session.add(pair)
        db.session.flush()
    return pair
