"""Displays held for a moment, so that many at once are counted by one write."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from outreach.tracking.models import Reader

HELD: Final = 0.2
"""Seconds at most between a display and its being counted; a process that is killed loses those."""


@dataclass(frozen=True, slots=True)
class Display:
    """What is counted: which letter in which language, on which day, seen by whom."""

    campaign_id: int
    language: str
    on: date
    reader: Reader
    key: str = ""
    """Of the invitation whose copy it is, where the image named it."""
    at: datetime | None = None
    """When, of those: to know whether it came sooner after the message than a person looks. Not kept."""


Keep = Callable[[Mapping[Display, int]], None]
"""Counts so many displays; called in a thread of its own, or at once where nothing is held."""


class Buffer:
    """Displays of this process that are not counted yet."""

    def __init__(self, keep: Keep, held: float = HELD) -> None:
        self._keep, self._held = keep, held
        self._waiting: Counter[Display] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def note(self, display: Display) -> None:
        """One display more: counted within so many seconds, at once where that is 0."""
        with self._lock:
            self._waiting[display] += 1
            if self._held and self._timer is None:
                self._timer = threading.Timer(self._held, self.count)
                self._timer.start()  # no daemon: a process that ends in good order counts first
        if not self._held:
            self.count()

    def count(self) -> None:
        """Count what is waiting."""
        with self._lock:
            waiting, self._waiting, self._timer = self._waiting, Counter(), None
        if waiting:
            self._keep(waiting)

    def settle(self) -> None:
        """Return when what was noted before is counted."""
        timer = self._timer
        if timer is not None:
            timer.join()
