"""Finds the message, the notice or the invitation that the clues of a report name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.database import db
from outreach.delivery.models import Message, Notice
from outreach.delivery.returns.clues import Clues
from outreach.invitations.models import Invitation

_KEY: Final = re.compile(r"([mn])([1-9]\d{0,17})")
_OURS: Final = re.compile(r"<[0-9a-f]{16,20}@[^>]+>")
_BOTH: Final[tuple[type[Message] | type[Notice], ...]] = (Message, Notice)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about. `row` is held until the transaction ends; None when only an invitation is named."""

    invitation: Invitation
    row: Message | Notice | None

    @property
    def key(self) -> str:
        """Names it among all of them."""
        if self.row is None:
            return f"i{self.invitation.id}"
        return f"{'m' if isinstance(self.row, Message) else 'n'}{self.row.id}"


def find(clues: Clues) -> Subject | None:
    """By the signed return address; then by the Message-ID, among the messages of the invitation shown beside it.

    A Message-ID alone finds nothing: it is no proof, and messages have no index by it.
    """
    if clues.stop and (invitation := _invitation(clues.stop)) is not None:
        return Subject(invitation, None)
    row = _by_key(clues.returned_to) or _by_message_id(clues.invitation, clues.message_ids)
    return of_row(row) if row is not None and not _is_of_another(row, clues.message_ids) else None


def of_row(row: Message | Notice) -> Subject:
    """The same for a message or notice that is known."""
    options = [joinedload(Invitation.contact)]
    return Subject(db.session.get_one(Invitation, row.invitation_id, options=options), row)


def held(table: type[Message] | type[Notice], number: int) -> Message | Notice | None:
    """A row as it stands, which nobody changes until this transaction ends."""
    if table is Message:
        return db.session.get(Message, number, with_for_update=True, populate_existing=True)
    return db.session.get(Notice, number, with_for_update=True, populate_existing=True)


def _by_key(key: str) -> Message | Notice | None:
    named = _KEY.fullmatch(key)
    return held(Message if named[1] == "m" else Notice, int(named[2])) if named else None


def _is_of_another(row: Message | Notice, message_ids: Sequence[str]) -> bool:
    """The report brings back a message of ours that is not this one.

    After a restore on SQLite a number may be given out a second time. A Message-ID that a relay has put in the place of
    ours says nothing.
    """
    ours = [one for one in message_ids if _OURS.fullmatch(one) and _domain(one) == _domain(row.message_id)]
    return bool(ours) and row.message_id not in ours


def _domain(message_id: str) -> str:
    return message_id.rpartition("@")[2].lower()


def _by_message_id(invitation_key: str, message_ids: Sequence[str]) -> Message | Notice | None:
    invitation = _invitation(invitation_key) if invitation_key and message_ids else None
    if invitation is None:
        return None
    for table in _BOTH:
        named = select(table.id).where(table.invitation_id == invitation.id, table.message_id.in_(message_ids))
        if (number := db.session.scalar(named.limit(1))) is not None:
            return held(table, number)
    return None


def _invitation(key: str) -> Invitation | None:
    named = select(Invitation).where(Invitation.key == key).options(joinedload(Invitation.contact))
    return db.session.scalars(named).one_or_none()
