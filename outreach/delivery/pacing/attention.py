"""Remembers when a campaign was last looked after: what waits for its turn is not late, what nobody saw is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from outreach.database import db, insertion
from outreach.delivery.pacing.models import Attended

EVERY: Final = timedelta(minutes=1)
"""Written no more often than that."""


def note(campaign_ids: Iterable[int], at: datetime) -> None:
    """Somebody looked after these just now: something of theirs left, or is held by its lane or by its hours."""
    asked = set(campaign_ids)
    if not asked:
        return
    known = dict(
        db.session.execute(select(Attended.campaign_id, Attended.at).where(Attended.campaign_id.in_(asked))).all()
    )
    stale = [one for one in sorted(asked) if one not in known or abs(at - known[one]) >= EVERY]
    if not stale:
        return
    statement = insertion(Attended)
    db.session.connection().execute(
        statement.on_conflict_do_update(index_elements=["campaign_id"], set_={"at": statement.excluded.at}),
        [{"campaign_id": one, "at": at} for one in stale],
    )


def attended_at(campaign_id: int) -> datetime | None:
    """When a campaign was last looked after, to the minute."""
    return db.session.scalar(select(Attended.at).where(Attended.campaign_id == campaign_id))
