"""What the pages of this room call things: columns that somebody may read about themselves, wishes, bases, sources."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from flask_babel import gettext as translate
from flask_babel import lazy_gettext as _

from outreach.contacts import labels as contacts
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import SuppressionReason
from outreach.contacts.rights.origins import OriginKind
from outreach.contacts.rights.wording import BASES, source_name
from outreach.dashboard import wording
from outreach.delivery.labels import STATES
from outreach.delivery.models import NoticePurpose
from outreach.delivery.returns.labels import KINDS as RETURN_KINDS
from outreach.delivery.returns.outcomes import Kind as ReturnKind
from outreach.delivery.states import MessageState
from outreach.i18n import day, language, moment
from outreach.invitations.models import Channel, InvitationState, Origin, Reply
from outreach.rights.models import Wish
from outreach.rsvp.models import Way

WISHES: Final = {
    Wish.ACCESS: _("to see what we hold"),
    Wish.CORRECTION: _("a correction"),
    Wish.ERASURE: _("erasure"),
    Wish.RESTRICTION: _("that its use be restricted"),
    Wish.OBJECTION: _("that we stop using it"),
}
ORIGIN_KINDS: Final = {
    OriginKind.THEMSELVES: _("The persons themselves"),
    OriginKind.OFFICE: _("Typed by the office"),
    OriginKind.PARTNER: _("Given by somebody else"),
    OriginKind.REGISTER: _("Public register of elected officials"),
    OriginKind.DIRECTORY: _("Directory open to everybody"),
    OriginKind.FILE: _("File of our services"),
}
STANDINGS: Final = {
    InvitationState.PENDING: _("waits for the address to be confirmed"),
    InvitationState.OPEN: _("open"),
    InvitationState.WITHDRAWN: _("withdrawn"),
    InvitationState.MERGED: _("joined to another one"),
}
COLUMNS: Final[Mapping[str, Any]] = {
    **{name: label for name, label in contacts.FIELDS.items() if name not in {"email", "organisation"}},
    "email": _("E-mail address"),
    "name": _("Name"),
    "organisation": _("Organisation"),
    "source": _("Source"),
    "collected_on": _("Since"),
    "legal_basis": _("Legal basis"),
    "retain_until": _("Kept until"),
    "retired_at": _("No longer used since"),
    "constituency": _("Constituency"),
    "since": _("Since"),
    "until": _("Until day"),
    "at": _("When"),
    "field": _("What"),
    "before": _("Before"),
    "after": _("After"),
    "reason": _("Reason"),
    "note": _("Note"),
    "lifted_at": _("Lifted"),
    "state": _("State"),
    "origin": _("Invited through"),
    "reply": _("The answer"),
    "answered_at": _("Answered on"),
    "asked_at": _("Asked for a seat on"),
    "seats": _("Seats asked for"),
    "coming": _("Persons coming"),
    "brought": _("Came through them"),
    "channel": _("Passed on by"),
    "words": _("Words"),
    "way": _("How it came"),
    "needs": _("Access needs"),
    "meal": _("Meal"),
    "consented_at": _("Consented"),
    "delete_after": _("Kept until"),
    "delegate_given_name": _("Given name of who comes instead"),
    "delegate_family_name": _("Family name of who comes instead"),
    "delegate_email": _("Address of who comes instead"),
    "delegate_role": _("Role of who comes instead"),
    "purpose": _("What for"),
    "due_at": _("Planned for"),
    "ended_at": _("Ended"),
    "reply_text": _("What their server said"),
    "merged": _("Values written into the letter"),
    "recipient": _("Whom it speaks of"),
    "subject": _("Subject"),
    "received_at": _("Received"),
    "human": _("What it says"),
    "created_at": _("Created"),
    "confirmed_at": _("Confirmed"),
    "wish": _("What they ask for"),
    "received_on": _("Received"),
    "due_on": _("To be answered by"),
    "answer": _("What was answered"),
    "score": _("Likeness"),
    "measured_since": _("Agreed that displays be known"),
    "last_displayed_on": _("Last displayed a message on"),
    "silent_since": _("Asked not to be written to"),
    "first_on": _("First displayed on"),
    "last_on": _("Last displayed on"),
}
"""The columns that mean something to a reader, and only those; the file of everything has every column."""
_WORDS: Final[Mapping[type[StrEnum], Mapping[Any, Any]]] = {
    Kind: contacts.KINDS,
    Gender: contacts.GENDERS,
    SuppressionReason: contacts.REASONS,
    MessageState: STATES,
    InvitationState: STANDINGS,
    ReturnKind: RETURN_KINDS,
    Wish: WISHES,
}
_MARKED: Final[Mapping[type[StrEnum], Mapping[Any, str]]] = {
    Reply: wording.REPLIES,
    Origin: wording.ORIGINS,
    Channel: wording.CHANNELS,
    Way: wording.WAYS,
    NoticePurpose: wording.NOTICES,
}


def said(name: str, value: Any) -> str:
    """A value as a person reads it; "" for nothing, and for codes that only machines use."""
    if isinstance(value, StrEnum):
        marked = _MARKED.get(type(value), {}).get(value)
        return translate(marked) if marked else str(_WORDS.get(type(value), {}).get(value, ""))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value, "long")
    if isinstance(value, bool):
        return translate("yes") if value else ""
    if isinstance(value, dict):
        return ", ".join(dict.fromkeys(_texts(value)))
    if isinstance(value, list):
        needs = {need.value: text for need, text in wording.NEEDS.items()}
        return ", ".join(translate(needs[one]) if one in needs else str(one) for one in value)
    if name == "field":
        return str(contacts.FIELDS.get(value, value))
    if name == "source":
        return source_name(str(value or ""), language())
    if name == "legal_basis":
        return str(BASES.get(value, value))
    return "" if value is None else str(value)


def _texts(value: Mapping[str, Any]) -> list[str]:
    """The words in a value that has parts, without what machines keep there."""
    found: list[str] = []
    for name, part in value.items():
        if isinstance(part, dict):
            found += _texts(part)
        elif isinstance(part, str) and part and name not in {"date", "calendar", "language"}:
            found.append(part)
    return found
