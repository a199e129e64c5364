"""Displays are held for a moment and counted together; none is lost or counted twice."""

import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from outreach.tracking.buffer import Buffer, Display
from outreach.tracking.models import Reader

FRENCH = Display(1, "fr", date(2026, 3, 2), Reader.PERSON)
ENGLISH = Display(1, "en", date(2026, 3, 2), Reader.MACHINE)


class Book:
    """What was counted, write by write."""

    def __init__(self) -> None:
        self.writes: list[dict[Display, int]] = []

    def keep(self, waiting: Mapping[Display, int]) -> None:
        self.writes.append(dict(waiting))


def test_displays_of_one_moment_are_one_write() -> None:
    book = Book()
    buffer = Buffer(book.keep, held=60)
    for display in (FRENCH, FRENCH, ENGLISH):
        buffer.note(display)
    assert book.writes == []
    buffer.count()
    assert book.writes == [{FRENCH: 2, ENGLISH: 1}]


def test_they_are_counted_by_themselves_a_moment_later() -> None:
    book = Book()
    buffer = Buffer(book.keep, held=0.01)
    buffer.note(FRENCH)
    buffer.settle()
    assert book.writes == [{FRENCH: 1}]


def test_where_nothing_is_held_each_is_counted_at_once() -> None:
    book = Book()
    buffer = Buffer(book.keep, held=0)
    buffer.note(FRENCH)
    buffer.note(FRENCH)
    assert book.writes == [{FRENCH: 1}, {FRENCH: 1}]


def test_none_is_lost_while_others_are_being_counted() -> None:
    counted: Counter[Display] = Counter()
    lock = threading.Lock()

    def keep(waiting: Mapping[Display, int]) -> None:
        with lock:
            counted.update(waiting)

    buffer = Buffer(keep, held=0.001)
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda _number: buffer.note(FRENCH), range(500)))
    buffer.settle()
    buffer.count()
    assert counted == {FRENCH: 500}
