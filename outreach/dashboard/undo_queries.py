"""Whether anything was sent to the contacts that an import brought or changed."""

from sqlalchemy import func, select

from outreach.contacts.imports.bringing.undoing import touched
from outreach.contacts.imports.models import ImportFile
from outreach.database import db
from outreach.delivery.models import Message, Notice
from outreach.errors import Refusal
from outreach.invitations.models import Invitation


def sent_since(file: ImportFile) -> int:
    """How many of the contacts that an import brought or changed were written to since then."""
    written = [
        select(Invitation.contact_id)
        .join(table, table.invitation_id == Invitation.id)
        .where(Invitation.contact_id.in_(touched(file.id)), table.intent_at >= file.ended_at)
        for table in (Message, Notice)
    ]
    return db.session.scalar(select(func.count()).select_from(written[0].union(written[1]).subquery())) or 0


def check_nothing_was_sent(file: ImportFile) -> None:
    """Raises Refusal when a message has left, or may have, to somebody whom the import brought or changed."""
    if written := sent_since(file):
        raise Refusal(
            "This import cannot be undone any more: %(count)d of its contacts were written to since then.",
            count=written,
        )
