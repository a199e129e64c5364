"""What the clock does for passing on: forgets those who never confirmed, and drawings that nobody asks for."""

from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, select

from outreach.database import db
from outreach.delivery.models import Notice
from outreach.forwarding import drawing
from outreach.forwarding.models import Registration
from outreach.invitations.models import Invitation, InvitationState

KEPT = timedelta(days=30)
"""How long a registration waits for its address to be confirmed; the message that asks for it says so."""


def forget_unconfirmed(at: datetime, most: int = 500) -> int:
    """Delete what unconfirmed registrations told us, and their pending invitations; returns how many."""
    old = db.session.execute(
        select(Registration.id, Registration.invitation_id)
        .where(Registration.created_at < at - KEPT, Registration.confirmed_at.is_(None))
        .order_by(Registration.created_at)
        .limit(most)
    ).all()
    pending = [row.invitation_id for row in old]
    db.session.execute(delete(Registration).where(Registration.id.in_([row.id for row in old])))
    db.session.execute(delete(Notice).where(Notice.invitation_id.in_(pending)))
    db.session.execute(
        delete(Invitation).where(Invitation.id.in_(pending), Invitation.state == InvitationState.PENDING)
    )
    return len(old)


def forget_drawings(at: datetime) -> int:
    """Delete the posters and cards that nobody has asked for in a month; returns how many. Asked again, they return."""
    return drawing.sweep(drawing.shelf(Path(current_app.config["DATA_DIR"])), at)
