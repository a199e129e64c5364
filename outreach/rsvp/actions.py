"""Records answers, replaces them, takes them back."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from outreach.accounts.actions import record
from outreach.database import db
from outreach.errors import Refusal
from outreach.events.models import Event, Session
from outreach.events.wording import in_language
from outreach.invitations.models import Invitation, Reply
from outreach.rsvp import queries
from outreach.rsvp.answering import AlreadyAnswered, NotAccepted, check, seats_wanted, settle
from outreach.rsvp.delegate_actions import invite_delegate, release_delegates
from outreach.rsvp.models import AccessNeeds, Answer, Participant, Seat, Way
from outreach.rsvp.notice_actions import confirm
from outreach.rsvp.seat_actions import move_seats
from outreach.rsvp.standing import FINAL
from outreach.rsvp.submission import Person, Submission

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
    """Record the latest answer; the earlier one stays in the history and gives its seats back.

    `mark` names the form it came from: the same form twice is one answer. `first` accepts a first answer only.
    Raises NotAccepted with every fault, full sessions included, and AlreadyAnswered; the caller then rolls back.
    """
    _hold(invitation, at)
    current = queries.find_answer(invitation.id)
    if current is not None and mark and current.mark == mark:
        return current
    if current is not None and first:
        raise AlreadyAnswered("This invitation has an answer already.")
    programme = queries.programme(invitation.event, reserved, language or "fr")
    check(submitted, programme, at, by_staff=way is Way.STAFF)
    settled = settle(submitted, programme)
    tongue = language or invitation.language or "fr"
    _take_seats(invitation.event, settled, queries.seats_of(current.id) if current else Counter(), tongue)
    if current is not None:
        _replace(current, at)
    made = _keep(invitation, settled, at, way, user_id, tongue, mark)
    _make_current(invitation, made, settled, at)
    if way is Way.STAFF:
        record("answer.entered", "invitation", invitation.id, user_id, reply=made.reply.value)
    confirm(invitation, made, at)
    return made


def _make_current(invitation: Invitation, made: Answer, settled: Submission, at: datetime) -> None:
    """The invitation knows its answer in short, and who stands in for whom."""
    invitation.reply, invitation.answered_at = made.reply, at
    invitation.coming = len(made.participants)
    if made.reply is Reply.REPRESENTED:
        invite_delegate(invitation, settled.delegate, made.language, at)
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
    move_seats({session_id: -count for session_id, count in queries.seats_of(current.id).items()})
    _replace(current, at)
    release_delegates(invitation)
    invitation.reply, invitation.answered_at, invitation.coming = None, None, 0
    if user_id is not None:
        record("answer.undone", "invitation", invitation.id, user_id)
    db.session.flush()
    return current


def _hold(invitation: Invitation, at: datetime) -> None:
    """One answer of an invitation at a time (SQLite has one writer anyhow), while it takes answers at all."""
    db.session.refresh(invitation, ["reply", "answered_at", "coming", "state"], with_for_update={"of": Invitation})
    if queries.standing_of(invitation, at) in FINAL:
        raise Refusal("This invitation takes no answers any more.")


def _take_seats(event: Event, settled: Submission, held: Counter[int], language: str) -> None:
    wanted = seats_wanted(settled)
    short = move_seats({number: wanted[number] - held[number] for number in {*wanted, *held}})
    if short:
        raise NotAccepted([*_no_seats(event, settled, short, held, language)])


def _no_seats(
    event: Event, settled: Submission, short: list[int], held: Counter[int], language: str
) -> Iterator[Refusal]:
    for one in db.session.scalars(
        select(Session)
        .where(Session.id.in_(short))
        .order_by(Session.starts_at)
        .execution_options(populate_existing=True)
    ):
        asking = [person.position for person in settled.persons if one.id in person.sessions]
        left = max((one.capacity or 0) - one.taken, 0) + held[one.id]
        values = {"title": in_language(one.title, language), "left": left, "wanted": len(asking)}
        field = f"session-{asking[0]}-{one.id}"
        if left:
            yield Refusal("Seats left for “%(title)s”: %(left)d, and you asked for %(wanted)d.", field=field, **values)
        else:
            yield Refusal("“%(title)s” is full. Choose another session, or leave it out.", field=field, **values)


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
    made = Participant(position=number, name=one.name, seats=[Seat(session_id=each) for each in one.sessions])
    if consent and one.confides:
        made.needs = AccessNeeds(
            needs=[need.value for need in one.needs],
            meal=one.meal,
            note=one.note,
            consented_at=at,
            delete_after=event.ends_on + NEEDS_KEPT,
        )
    return made
