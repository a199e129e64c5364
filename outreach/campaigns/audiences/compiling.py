"""Turns the rule of an audience into a condition on Contact; each part is true or false of a contact, never unknown."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, column, exists, false, func, literal, not_, or_, select, table, true

from outreach.campaigns.audiences.rules import Condition, Field, Group, Join, Node, departments_in
from outreach.contacts.folding import words
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, ContactTag, Organisation, Suppression
from outreach.contacts.queries import in_office, in_use
from outreach.contacts.searching.models import SearchText
from outreach.database import UtcDateTime
from outreach.invitations.models import Invitation, InvitationState, Reply

# Messages belong to delivery, which builds on this room; what was sent is asked by the table's name.
_MESSAGE: Final = table("message", column("invitation_id"), column("state"), column("ended_at", UtcDateTime()))
_TAKEN: Final = ("sent", "bounced")
"""The states of a message that the relay has taken."""

Compiled = ColumnElement[bool]


def compiled(node: Node, at: datetime) -> Compiled:
    """Whether a contact meets the rule at that instant."""
    met = _COMPILERS[node.field](node, at) if isinstance(node, Condition) else _group(node, at)
    return not_(met) if node.negated else met


def _group(group: Group, at: datetime) -> Compiled:
    parts = [compiled(part, at) for part in group.parts]
    return and_(true(), *parts) if group.join is Join.ALL else or_(false(), *parts)


def _kind(asked: Condition, _at: datetime) -> Compiled:
    return Contact.kind.in_([Kind(value) for value in asked.values])


def _mandate(asked: Condition, at: datetime) -> Compiled:
    """Holds one of these offices today; one that is over or only an honour does not count."""
    return in_office(at.date(), [Kind(value) for value in asked.values])


def _department(asked: Condition, _at: datetime) -> Compiled:
    return _among(Contact.department, asked.values)


def _region(asked: Condition, _at: datetime) -> Compiled:
    return _among(Contact.department, departments_in(asked.values))


def _country(asked: Condition, _at: datetime) -> Compiled:
    return _among(Contact.country, asked.values)


def _among(found: Any, values: tuple[str, ...]) -> Compiled:
    """Never unknown: nothing is not among anything."""
    return and_(found.is_not(None), found.in_(values))


def _inhabitants(asked: Condition, _at: datetime) -> Compiled:
    bounds: list[Compiled] = []
    if asked.least is not None:
        bounds.append(SearchText.inhabitants >= asked.least)
    if asked.most is not None:
        bounds.append(SearchText.inhabitants <= asked.most)
    return exists().where(SearchText.contact_id == Contact.id, *bounds)


def _language(asked: Condition, _at: datetime) -> Compiled:
    known = _among(Contact.language, tuple(value for value in asked.values if value != "unknown"))
    return or_(known, Contact.language.is_(None)) if "unknown" in asked.values else known


def _tag(asked: Condition, _at: datetime) -> Compiled:
    return exists().where(ContactTag.contact_id == Contact.id, ContactTag.tag.in_(asked.values))


def _address(asked: Condition, at: datetime) -> Compiled:
    """With or without an address in use; or asked, for everything, not to be written to at one of them."""
    has_one = exists().where(Address.contact_id == Contact.id, in_use(at.date()))
    if asked.values == ("silenced",):
        listed = select(Suppression.digest).where(Suppression.event_id.is_(None), Suppression.lifted_at.is_(None))
        return exists().where(Address.contact_id == Contact.id, Address.digest.in_(listed))
    return has_one if asked.values == ("with",) else ~has_one


def _organisation(asked: Condition, _at: datetime) -> Compiled:
    """Of an organisation whose name holds all the words of one of the values."""
    each = [and_(*(Organisation.folded.like(f"%{word}%") for word in words(value))) for value in asked.values]
    return exists().where(Organisation.id == Contact.organisation_id, or_(false(), *each))


def _source(asked: Condition, at: datetime) -> Compiled:
    """An address in use came from a source whose name holds one of the values, whatever capitals."""
    each = [func.lower(Address.source).like(f"%{_plain(value)}%", escape="\\") for value in asked.values]
    return exists().where(Address.contact_id == Contact.id, in_use(at.date()), or_(false(), *each))


def _plain(value: str) -> str:
    return value.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _answer(asked: Condition, _at: datetime) -> Compiled:
    """Is invited to an event, and gave one of these answers."""
    standings: Mapping[str, Compiled] = {
        "invited": true(),
        "waiting": Invitation.reply.is_(None),
        "answered": Invitation.reply.is_not(None),
        **{reply.value: Invitation.reply == reply for reply in Reply},
    }
    return exists().where(
        Invitation.contact_id == Contact.id,
        Invitation.event_id == asked.event_id,
        Invitation.state == InvitationState.OPEN,
        or_(false(), *(standings[value] for value in asked.values)),
    )


def _written(asked: Condition, at: datetime) -> Compiled:
    """When a message of a campaign last left for the contact and was taken."""
    taken = (
        select(literal(1))
        .select_from(Invitation.__table__.join(_MESSAGE, _MESSAGE.c.invitation_id == Invitation.id))
        .where(Invitation.contact_id == Contact.id, _MESSAGE.c.state.in_(_TAKEN))
        .correlate(Contact)
    )
    since = at - timedelta(days=asked.days or 0)
    recently = taken.where(_MESSAGE.c.ended_at >= since).exists()
    match asked.values:
        case ("within",):
            return recently
        case ("before",):
            return and_(taken.exists(), ~recently)
        case _:
            return ~taken.exists()


_COMPILERS: Final[Mapping[Field, Callable[[Condition, datetime], Compiled]]] = {
    Field.KIND: _kind,
    Field.MANDATE: _mandate,
    Field.DEPARTMENT: _department,
    Field.REGION: _region,
    Field.COUNTRY: _country,
    Field.INHABITANTS: _inhabitants,
    Field.LANGUAGE: _language,
    Field.TAG: _tag,
    Field.ADDRESS: _address,
    Field.ORGANISATION: _organisation,
    Field.SOURCE: _source,
    Field.ANSWER: _answer,
    Field.WRITTEN: _written,
}
