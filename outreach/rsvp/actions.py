"""Records answers, replaces them, takes them back."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from outreach.accounts.actions import record
from outreach.database import db
from outreach.errors import Refusal
from outreach.events.models import Event
from outreach.invitations.models import Invitation, Reply
from outreach.rsvp import queries
from outreach.rsvp.answering import AlreadyAnswered, check, settle
from outreach.rsvp.delegate_actions import invite_delegate, release_delegates
from outreach.rsvp.models import AccessNeeds, Answer, Participant, Seat, Way
from outreach.rsvp.standing import FINAL
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.telling.notice_actions import confirm
from outreach.rsvp.waiting.actions import close_places, keep_places
from outreach.rsvp.waiting.seat_actions import give_back, take_seats
from outreach.rsvp.waiting.seating import Seating

NEEDS_KEPT = timedelta(days=30)
"""How long after the event what people need is kept."""


def answer(
    invitation: Invitation,
    submitted: Submission,
    at: datetime,
    way: Way = Way.LINK,
    user_id: int | None = None,
    *,
    language: str = "",
    mark: str = "",
    first: bool = False,
    reserved: bool = False,
) -> Answer:
    """Record the latest answer; the earlier one stays in the history and gives its seats back. Who finds no seat waits.

    `mark` names the form it came from: the same form twice is one answer. `first` accepts a first answer only.
    Raises NotAccepted with every fault, and AlreadyAnswered; the caller then rolls back.
    """
    _hold(invitation, at)
    current = queries.find_answer(invitation.id)
    if current is not None and mark and current.mark == mark:
        return current
    if current is not None and first:
        raise AlreadyAnswered("This invitation has an answer already.")
    programme = queries.programme(invitation.event, reserved, language or "fr")
    check(submitted, programme, at, by_staff=way is Way.STAFF)
    tongue = language or invitation.language or "fr"
    seating = take_seats(invitation.event, settle(submitted, programme), programme, current, at, tongue)
    if current is not None:
        _replace(current, at)
    made = _keep(invitation, seating.submission, at, way, user_id, tongue, mark)
    keep_places(made, seating, current, at)
    _make_current(invitation, made, seating, at)
    if way is Way.STAFF:
        record("answer.entered", "invitation", invitation.id, user_id, reply=made.reply.value)
    confirm(invitation, made, at)
    return made


def _make_current(invitation: Invitation, made: Answer, seating: Seating, at: datetime) -> None:
    """The invitation knows its answer in short, and who stands in for whom."""
    invitation.reply, invitation.answered_at = made.reply, at
    invitation.coming = seating.coming if made.reply is Reply.YES else 0
    if made.reply is Reply.REPRESENTED:
        invite_delegate(invitation, seating.submission.delegate, made.language, at)
    else:
        release_delegates(invitation)


def undo(invitation: Invitation, at: datetime, user_id: int | None = None) -> Answer | None:
    """Take the current answer back, as if none had been given: seats are free again, the history keeps it."""
    _hold(invitation, at)
    current = queries.find_answer(invitation.id)
    if current is None:
        return None
    if at > invitation.event.answer_by and user_id is None:
        raise Refusal("Answers closed on %(day)s.", day=invitation.event.answer_by)
    give_back(current)
    close_places(current, at)
    _replace(current, at)
    release_delegates(invitation)
    invitation.reply, invitation.answered_at, invitation.coming = None, None, 0
    if user_id is not None:
        record("answer.undone", "invitation", invitation.id, user_id)
    db.session.flush()
    return current


def _hold(invitation: Invitation, at: datetime) -> None:
    """One answer of an invitation at a time (SQLite has one writer anyhow), while it takes answers at all."""
    # Key-share: an offer of the waiting list to the same person must not wait for us, who may wait for its room.
    lock = {"of": Invitation, "key_share": True}
    db.session.refresh(invitation, ["reply", "answered_at", "coming", "state"], with_for_update=lock)
    if queries.standing_of(invitation, at) in FINAL:
        raise Refusal("This invitation takes no answers any more.")


def _replace(current: Answer, at: datetime) -> None:
    """The answer becomes history; what its people needed is not kept with it."""
    current.replaced_at = at
    numbers = [one.id for one in current.participants]
    for one in current.participants:
        one.needs = None
    db.session.flush()
    db.session.execute(delete(AccessNeeds).where(AccessNeeds.participant_id.in_(numbers)))


def _keep(
    invitation: Invitation,
    settled: Submission,
    at: datetime,
    way: Way,
    user_id: int | None,
    language: str,
    mark: str,
) -> Answer:
    delegate = settled.delegate if settled.reply is Reply.REPRESENTED else None
    made = Answer(
        invitation=invitation,
        reply=settled.reply,
        at=at,
        way=way,
        user_id=user_id,
        language=language,
        mark=mark,
        words=settled.words,
        delegate_given_name=delegate.given_name if delegate else "",
        delegate_family_name=delegate.family_name if delegate else "",
        delegate_email=delegate.email if delegate else "",
        delegate_role=delegate.role if delegate else "",
    )
    if settled.reply is Reply.YES:
        made.participants = [
            _participant(number, one, settled.may_keep(one), invitation.event, at)
            for number, one in enumerate(settled.persons)
        ]
    db.session.add(made)
    db.session.flush()
    return made


def _participant(number: int, one: Person, consent: bool, event: Event, at: datetime) -> Participant:
    # None is said, or it would be asked for when the confirmation is written.
    seats = [Seat(session_id=each) for each in one.sessions]
    made = Participant(position=number, name=one.name, seats=seats, needs=None)
    if consent and one.confides:
        made.needs = AccessNeeds(
            needs=[need.value for need in one.needs],
            meal=one.meal,
            note=one.note,
            consented_at=at,
            delete_after=event.ends_on + NEEDS_KEPT,
        )
    return made
