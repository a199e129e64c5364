"""What the clock does for the waiting lists: ends the offers that are over, offers the seats that are free."""

from functools import partial

from outreach.database import committed, now
from outreach.rsvp.waiting import queries as waiting_queries
from outreach.rsvp.waiting.actions import hold_place, offer_seats, release
from outreach.rsvp.waiting.models import PlaceState
from outreach.rsvp.waiting.queueing import is_over


def move_waiting_lists() -> int:
    """Let the lines move as far as they can now; how many parties were offered seats.

    Each step is a transaction of its own: whenever this is killed, the next tick goes on from there.
    """
    for number in committed(_over):
        committed(partial(_end, number))
    waiting = committed(partial(waiting_queries.with_seats_for_others, now()))
    return sum(committed(partial(offer_seats, number, now())) for number in waiting)


def _over() -> list[int]:
    return [number for number, offer in waiting_queries.offers().items() if is_over(offer, now())]


def _end(number: int) -> None:
    """End an offer, unless somebody has taken it, or let it go, meanwhile."""
    place = hold_place(number)
    if place is not None and place.state is PlaceState.OFFERED:
        release(place, PlaceState.EXPIRED, now())
