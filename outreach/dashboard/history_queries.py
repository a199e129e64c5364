"""Reads what happened with a contact: messages, notices, answers, who came through them, what was changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from outreach.accounts.models import User
from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.duplicates.queries import absorbed_by
from outreach.contacts.models import Contact
from outreach.contacts.queries import changes_of, suppressions_of
from outreach.dashboard import chain_queries, history
from outreach.dashboard.history import Entry, timeline, tone_of
from outreach.dashboard.wording import NOTICES, REPLIES
from outreach.database import db
from outreach.delivery.labels import STATES
from outreach.delivery.models import Message, Notice
from outreach.delivery.returns.labels import CAUSES, KINDS
from outreach.delivery.returns.outcomes import Kind
from outreach.delivery.returns.queries import reports_of_contact
from outreach.events.models import Event
from outreach.forwarding.models import Arrival, Registration
from outreach.invitations.models import Invitation
from outreach.rsvp.models import Answer

MOST = 200


def history_of(contact: Contact, sees_answers: bool, with_changes: bool = True) -> list[Entry]:
    """One timeline of a contact, newest first; answers and who passed it on only for those who may see them.

    `with_changes` is False for a page that shows by itself what was changed.
    """
    theirs = [contact.id, *absorbed_by(contact.id)]
    invitations = db.session.scalars(select(Invitation).where(Invitation.contact_id.in_(theirs))).all()
    numbers = [one.id for one in invitations]
    changed = [_changes(contact.id), _suppressions(contact)] if with_changes else []
    confided = [_answers(numbers), _brought(numbers), _again(numbers)] if sees_answers else []
    return timeline(
        _invited(invitations, sees_answers),
        _messages(numbers),
        _notices(numbers),
        _returned(contact.id),
        *confided,
        *changed,
        most=MOST,
    )


def _invited(invitations: Sequence[Invitation], names_relays: bool) -> Iterator[Entry]:
    titles = {one.id: one.title for one in _events({one.event_id for one in invitations})}
    relays = {one.id: one for one in chain_queries.nodes([one.parent_id for one in invitations if one.parent_id])}
    for one in invitations:
        relay = relays.get(one.parent_id or 0) if names_relays else None
        values = {"event": titles[one.event_id], "relay": relay.name if relay else ""}
        sentence = history.INVITED_THROUGH if relay else history.INVITED
        yield Entry(one.created_at, sentence, values, contact_id=relay.contact_id if relay else None)


def _events(numbers: set[int]) -> Sequence[Event]:
    return db.session.scalars(select(Event).where(Event.id.in_(numbers))).all()


def _messages(numbers: Sequence[int]) -> Iterator[Entry]:
    statement = (
        select(Message, Campaign.name)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .where(Message.invitation_id.in_(numbers), Campaign.state != CampaignState.DRAFT)
        .order_by(Message.id.desc())
        .limit(MOST)
    )
    for message, name in db.session.execute(statement):
        yield _dispatched(message, history.MESSAGE, {"campaign": name})


def _notices(numbers: Sequence[int]) -> Iterator[Entry]:
    statement = select(Notice).where(Notice.invitation_id.in_(numbers)).order_by(Notice.id.desc()).limit(MOST)
    for notice in db.session.scalars(statement):
        yield _dispatched(notice, history.NOTICE, {"purpose": NOTICES[notice.purpose]})


def _returned(contact_id: int) -> Iterator[Entry]:
    for one in reports_of_contact(contact_id):
        said = {"returned": str(KINDS[one.kind])}
        why = str(CAUSES[one.cause]) if one.kind is Kind.BOUNCE else ""
        tone = "" if one.kind in {Kind.AUTO_REPLY, Kind.OTHER} else "warn" if one.kind is Kind.DELAY else "bad"
        yield Entry(one.received_at, history.CAME_BACK, said, text=why, tone=tone, report_id=one.id)


def _dispatched(row: Message | Notice, sentence: str, values: dict[str, str]) -> Entry:
    leads: dict[str, Any] = {"message_id" if isinstance(row, Message) else "notice_id": row.id}
    return Entry(row.told_at, sentence, values, text=str(STATES[row.state]), tone=tone_of(row.state), **leads)


def _answers(numbers: Sequence[int]) -> Iterator[Entry]:
    statement = (
        select(Answer, User.name)
        .outerjoin(User, User.id == Answer.user_id)
        .where(Answer.invitation_id.in_(numbers))
        .order_by(Answer.at.desc())
        .limit(MOST)
    )
    for answer, clerk in db.session.execute(statement):
        sentence = history.ANSWERED if answer.replaced_at is None else history.TAKEN_BACK
        yield Entry(answer.at, sentence, {"reply": REPLIES[answer.reply]}, by=clerk or "", tone="good")


def _brought(numbers: Sequence[int]) -> Iterator[Entry]:
    statement = select(Invitation.id).where(Invitation.parent_id.in_(numbers)).order_by(Invitation.id.desc())
    for one in chain_queries.nodes(db.session.scalars(statement.limit(MOST)).all()):
        yield Entry(one.came_at, history.BROUGHT, {"name": one.name}, contact_id=one.contact_id)


def _again(numbers: Sequence[int]) -> Iterator[Entry]:
    statement = (
        select(Registration)
        .where(Registration.through_id.in_(numbers), Registration.arrival == Arrival.AGAIN)
        .order_by(Registration.id.desc())
        .limit(MOST)
    )
    for one in db.session.scalars(statement):
        name = f"{one.given_name} {one.family_name}"
        yield Entry(one.confirmed_at or one.created_at, history.CAME_AGAIN, {"name": name})


def _changes(contact_id: int) -> Iterator[Entry]:
    for at, name, changes in changes_of(contact_id):
        sentence = history.IMPORTED if any(one.import_id for one in changes) else history.CHANGED
        fields = tuple(dict.fromkeys(one.field for one in changes))
        yield Entry(at, sentence, {"fields": fields}, by=name)


def _suppressions(contact: Contact) -> Iterator[Entry]:
    for one in suppressions_of(contact):
        yield Entry(one.at, history.SUPPRESSED, {"reason": one.reason}, text=one.note, tone="bad")
        if one.lifted_at is not None:
            yield Entry(one.lifted_at, history.LIFTED, text=one.lift_note)
