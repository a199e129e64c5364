"""Decides who of an answer has a seat and who waits, from the seats left and from those who wait already."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from outreach.errors import N_, Refusal
from outreach.rsvp.answering import NotAccepted, Programme, seats_wanted
from outreach.rsvp.submission import Person, Submission

SEATS: Final = N_("“%(title)s” has %(seats)d seats in all, and you asked for %(wanted)d.")
ONE_SEAT: Final = N_("“%(title)s” has %(seats)d seat in all, and you asked for %(wanted)d.")


@dataclass(frozen=True, slots=True)
class Room:
    """The seats of a session as one answer finds them."""

    title: str
    capacity: int | None
    taken: int
    least_waiting: int | None = None
    """Seats that the smallest party before us needs, of those who could be offered them; None when nobody waits."""

    def grants(self, seats: int) -> bool:
        """True when so many may be taken at once: they are free, and nobody who waits could have them."""
        if self.capacity is None or seats <= 0:
            return True
        free = self.capacity - self.taken
        return seats <= free and (self.least_waiting is None or self.least_waiting > free)


@dataclass(frozen=True, slots=True)
class Seating:
    """An answer with the seats it gets; `waiting`: session -> numbers of those who wait for it, in its order."""

    submission: Submission
    waiting: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def coming(self) -> int:
        """Persons with a seat, or with nothing to wait for."""
        waiting = {number for numbers in self.waiting.values() for number in numbers}
        persons = enumerate(self.submission.persons)
        return sum(bool(one.sessions) or number not in waiting for number, one in persons)


def seat(settled: Submission, programme: Programme, rooms: Mapping[int, Room], held: Mapping[int, int]) -> Seating:
    """Give what is there. A party is never split, but keeps the seats it has (`held`, by session).

    Whoever waits for a day waits for its workshops too: a workshop without its day would be a seat lost to others.
    Raises NotAccepted for a party larger than the room.
    """
    waiting: dict[int, tuple[int, ...]] = {}
    for number in _days_first(settled, programme):
        wanted = [place for place, one in enumerate(settled.persons) if number in one.sessions]
        late = {place for day in _days_of(number, programme) for place in waiting.get(day, ())}
        able, has = [place for place in wanted if place not in late], held.get(number, 0)
        kept = able if rooms[number].grants(len(able) - has) else able[:has]
        if left := tuple(place for place in wanted if place not in kept):
            waiting[number] = left
    if too_many := [*_too_many(settled, rooms, waiting)]:
        raise NotAccepted(too_many)
    persons = tuple(_seated(one, place, waiting) for place, one in enumerate(settled.persons))
    return Seating(replace(settled, persons=persons), waiting)


def _seated(one: Person, place: int, waiting: Mapping[int, tuple[int, ...]]) -> Person:
    return replace(one, sessions=tuple(each for each in one.sessions if place not in waiting.get(each, ())))


def _days_first(settled: Submission, programme: Programme) -> list[int]:
    days = {slot.id for slot in programme.days}
    return sorted(seats_wanted(settled), key=lambda number: (number not in days, number))


def _days_of(number: int, programme: Programme) -> list[int]:
    """The day that a workshop belongs to."""
    own = next((slot for slot in programme.slots if slot.id == number), None)
    return [day.id for day in programme.days if own is not None and day.holds(own)]


def _too_many(
    settled: Submission, rooms: Mapping[int, Room], waiting: Mapping[int, tuple[int, ...]]
) -> Iterator[Refusal]:
    for number, places in waiting.items():
        room = rooms[number]
        if room.capacity is not None and len(places) > room.capacity:
            yield Refusal(
                ONE_SEAT if room.capacity == 1 else SEATS,
                field=f"session-{settled.persons[places[0]].position}-{number}",
                title=room.title,
                seats=room.capacity,
                wanted=len(places),
            )
