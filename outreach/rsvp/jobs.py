"""What the clock does for answers: deletes access needs and meals once their time is over."""

from datetime import date

from sqlalchemy import delete

from outreach.database import affected, db
from outreach.rsvp.models import AccessNeeds


def forget_needs(today: date) -> int:
    """Delete the access needs whose date has passed (30 days after the event); returns how many."""
    return affected(db.session.execute(delete(AccessNeeds).where(AccessNeeds.delete_after < today)))
