"""Makes notices: messages without campaign, once for each purpose, invitation and key."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, insert, select
from sqlalchemy.sql.dml import ReturningInsert

from outreach.contacts.models import Contact
from outreach.contacts.queries import form_for
from outreach.database import db
from outreach.delivery.calling import call_for_notice
from outreach.delivery.letters.first_words import of_notice
from outreach.delivery.models import Notice, NoticePurpose
from outreach.invitations.models import Invitation
from outreach.links import links, new_key


def notify(
    purpose: NoticePurpose,
    invitation: Invitation,
    key: str,
    language: str,
    email: str,
    values: Mapping[str, Any],
    at: datetime,
) -> Notice:
    """Queue a notice to that address; it goes before every campaign.

    `values` are what the words of that purpose need, frozen now with the form of address; links are signed when it is
    written. The same purpose, invitation and key makes no second notice: the first one is returned.
    """
    named = {"purpose": purpose, "invitation": invitation.id, "key": key}
    known = db.session.scalars(_named(), named).one_or_none()
    if known is not None:
        return known
    notice = Notice(
        purpose=purpose,
        invitation_id=invitation.id,
        key=key,
        language=language,
        email=email,
        values={
            **_greeting(invitation, language),
            **of_notice(purpose, invitation.contact_id, email, language, values),
            **values,
        },
        due_at=at,
        message_id=_message_id(),
    )
    db.session.add(notice)
    db.session.flush()
    call_for_notice(notice, at)
    return notice


def notify_first(
    purpose: NoticePurpose,
    invitation_id: int,
    key: str,
    language: str,
    email: str,
    values: Mapping[str, Any],
    at: datetime,
) -> None:
    """Queue a notice of which there is none yet, that nobody looks at before it leaves; `values` are all of them."""
    row = {
        "purpose": purpose,
        "invitation_id": invitation_id,
        "key": key,
        "language": language,
        "email": email,
        "values": dict(values),
        "due_at": at,
        "message_id": _message_id(),
    }
    number = db.session.connection().scalar(_insert(), row)
    call_for_notice(Notice(id=number, due_at=at), at)


@cache
def _insert() -> ReturningInsert[int]:
    """Built once: every answer asks for it."""
    return insert(Notice).returning(Notice.id)


def _message_id() -> str:
    return f"<{new_key()}@{links().mail_domain}>"


@cache
def _named() -> Select[Notice]:
    """Built once: every answer asks for it."""
    return select(Notice).where(
        Notice.purpose == bindparam("purpose"),
        Notice.invitation_id == bindparam("invitation"),
        Notice.key == bindparam("key"),
    )


def _greeting(invitation: Invitation, language: str) -> dict[str, str]:
    """How the message opens: with the form of address, as every letter; somebody who is no contact yet has none."""
    contact = db.session.get(Contact, invitation.contact_id) if invitation.contact_id else None
    return {"salutation": form_for(contact, language).salutation} if contact else {}
