"""Puts people on the waiting list, offers them seats, and takes their word; whoever calls holds the rooms."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, exists, select, update

from outreach.accounts.actions import record
from outreach.contacts.kinds import Kind
from outreach.contacts.queries import usable_address
from outreach.database import db
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.states import MessageState
from outreach.delivery.writes import ends_as
from outreach.errors import Refusal
from outreach.events.models import Event, Session
from outreach.events.wording import in_language, instant_phrase, session_times
from outreach.invitations.models import Invitation
from outreach.rsvp.models import Answer, Participant, Seat
from outreach.rsvp.waiting import queries as waiting_queries
from outreach.rsvp.waiting.models import PlaceState, SeatPriority, WaitingPlace
from outreach.rsvp.waiting.queueing import Rank, allot, begins, hold_until
from outreach.rsvp.waiting.seat_actions import move_seats
from outreach.rsvp.waiting.seating import Seating


def keep_places(made: Answer, seating: Seating, current: Answer | None, at: datetime) -> None:
    """Those of an answer who found no seat wait; whoever waited already keeps their hour, unless there are more now."""
    earlier = {place.session_id: place for place in close_places(current, at, seating)} if current else {}
    for number, positions in seating.waiting.items():
        before = earlier.get(number)
        kept = before is not None and before.seats >= len(positions)
        db.session.add(
            WaitingPlace(
                answer_id=made.id,
                session_id=number,
                seats=len(positions),
                positions=list(positions),
                state=PlaceState.WAITING,
                asked_at=before.asked_at if before is not None and kept else at,
            )
        )
    db.session.flush()


def close_places(answer: Answer, at: datetime, seating: Seating | None = None) -> list[WaitingPlace]:
    """End the places of an answer that is replaced by one with this seating, or taken back.

    An offer is accepted by an answer that still asks for the session; the seats of the others are given back by whoever
    counts what the answer held.
    """
    places = list(waiting_queries.open_places(answer.id))
    wanted = {number for one in seating.submission.persons for number in one.sessions} if seating else set()
    for place in places:
        accepted = place.state is PlaceState.OFFERED and place.session_id in wanted
        _end(place, PlaceState.SEATED if accepted else PlaceState.LEFT, at)
    return places


def offer_seats(session_id: int, at: datetime) -> int:
    """Offer the free seats of a session to those whose turn it is; how many parties were written to."""
    session = db.session.get(Session, session_id, with_for_update={"key_share": True}, populate_existing=True)
    event = db.session.get_one(Event, session.event_id) if session else None
    until = hold_until(at, session.starts_at, event.timezone) if session and event else None
    if session is None or event is None or until is None:
        return 0
    free = 1_000_000 if session.capacity is None else session.capacity - session.taken
    parties = waiting_queries.line(event.id, session_id, free, at.date())
    chosen = [one.id for one in allot(parties, free, waiting_queries.ranks(event.id))]
    return sum(_offer(db.session.get_one(WaitingPlace, number), session, event, until, at) for number in chosen)


def accept(place: WaitingPlace, at: datetime) -> Answer:
    """Give the seats that were kept to those who waited. Raises Refusal when the offer is over."""
    answer = _offered_to(place)
    if begins(db.session.get_one(Session, place.session_id).starts_at, at):
        raise Refusal("This offer is over.")
    for person in answer.participants:
        if person.position in place.positions:
            person.seats.append(Seat(session_id=place.session_id))
    _end(place, PlaceState.SEATED, at)
    _count_coming(answer)
    return answer


def decline(place: WaitingPlace, at: datetime) -> Answer:
    """Give the seats that were kept to the next. Raises Refusal when the offer is over."""
    answer = _offered_to(place)
    release(place, PlaceState.DECLINED, at)
    return answer


def leave(place: WaitingPlace, at: datetime) -> None:
    """Wait no longer; an offer goes to the next."""
    if place.state is PlaceState.OFFERED:
        decline(place, at)
    elif place.state is PlaceState.WAITING:
        _end(place, PlaceState.LEFT, at)
        _leave_workshops(place, at)


def set_ranks(event: Event, wanted: Mapping[Kind, Rank], user_id: int | None) -> None:
    """Let kinds of contact go before or after the others; a kind that is not named goes with all others."""
    kept = {kind: int(rank) for kind, rank in wanted.items() if rank is not Rank.USUAL}
    if kept == waiting_queries.ranks(event.id):
        return
    db.session.execute(delete(SeatPriority).where(SeatPriority.event_id == event.id))
    db.session.add_all(SeatPriority(event_id=event.id, kind=kind, rank=rank) for kind, rank in kept.items())
    record("event.seat_order", "event", event.id, user_id, ranks={kind.value: rank for kind, rank in kept.items()})


def release(place: WaitingPlace, state: PlaceState, at: datetime) -> None:
    """End an offer whose seats nobody takes: they are free again, for the next in line."""
    move_seats({place.session_id: -place.seats})
    _end(place, state, at)
    _leave_workshops(place, at)


def hold_place(place_id: int) -> WaitingPlace | None:
    """A place and its room, until the commit: the room first, as everybody does."""
    number = db.session.scalar(select(WaitingPlace.session_id).where(WaitingPlace.id == place_id))
    if number is None:
        return None
    db.session.execute(select(Session.id).where(Session.id == number).with_for_update(key_share=True))
    return db.session.get(WaitingPlace, place_id, populate_existing=True)


def _offer(place: WaitingPlace, session: Session, event: Event, until: datetime, at: datetime) -> bool:
    answer = db.session.get_one(Answer, place.answer_id)
    invitation = db.session.get_one(Invitation, answer.invitation_id)
    address = usable_address(invitation.contact_id) if invitation.contact_id else None
    if address is None or move_seats({session.id: place.seats}):
        return False
    place.state, place.offered_at, place.expires_at = PlaceState.OFFERED, at, until
    language, zone = answer.language, event.timezone
    values = {
        "offer": place.id,
        "session": in_language(session.title, language),
        "times": session_times(session.starts_at, session.ends_at, zone, language),
        "seats": place.seats,
        "until": instant_phrase(until, zone, language),
    }
    notify(NoticePurpose.SEAT_OFFER, invitation, f"place-{place.id}", language, address.email, values, at)
    return True


def _offered_to(place: WaitingPlace) -> Answer:
    answer = db.session.get_one(Answer, place.answer_id)
    if place.state is not PlaceState.OFFERED or answer.replaced_at is not None:
        raise Refusal("This offer is over.")
    return answer


def _end(place: WaitingPlace, state: PlaceState, at: datetime) -> None:
    place.state, place.ended_at = state, at
    db.session.flush()
    if place.offered_at is not None:
        _recall(place, at)


def _recall(place: WaitingPlace, at: datetime) -> None:
    """A message that offers what is over does not leave any more."""
    invitation = select(Answer.invitation_id).where(Answer.id == place.answer_id).scalar_subquery()
    which = (
        Notice.purpose == NoticePurpose.SEAT_OFFER,
        Notice.invitation_id == invitation,
        Notice.key == f"place-{place.id}",
        Notice.state.in_((MessageState.QUEUED, MessageState.RETRY)),
    )
    ended = update(Notice).where(*which).values(**ends_as(Notice, MessageState.CANCELLED, at))
    db.session.execute(ended, execution_options={"synchronize_session": False})


def _leave_workshops(day: WaitingPlace, at: datetime) -> None:
    """Whoever does not get a day waits no longer for its workshops: such a seat would be lost to others."""
    for place in waiting_queries.workshops_of_its_day(day):
        left = [position for position in place.positions if position not in day.positions]
        if left:
            place.positions, place.seats = left, len(left)
        else:
            _end(place, PlaceState.LEFT, at)
    db.session.flush()


def _count_coming(answer: Answer) -> None:
    """How many come on this invitation: whoever has a seat, or never had to wait for one."""
    places = select(WaitingPlace.positions).where(WaitingPlace.answer_id == answer.id)
    waited = {position for positions in db.session.scalars(places) for position in positions}
    seats = exists().where(Seat.participant_id == Participant.id)
    rows = db.session.execute(select(Participant.position, seats).where(Participant.answer_id == answer.id))
    invitation = db.session.get_one(Invitation, answer.invitation_id)
    invitation.coming = sum(bool(seated) or position not in waited for position, seated in rows)
