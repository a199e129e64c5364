"""The letters to come: taken one by one, written ahead while there is time."""

from collections import deque
from collections.abc import Iterable, Iterator

from outreach.delivery.wire.smtp import Envelope


class Hand:
    """Letters of an iterable that is asked for no more than is about to be taken."""

    def __init__(self, letters: Iterable[Envelope]) -> None:
        self._letters: Iterator[Envelope] = iter(letters)
        self._held: deque[Envelope] = deque()

    def look_ahead(self, count: int) -> None:
        """Have that many at hand, if there are so many."""
        while len(self._held) < count and (letter := next(self._letters, None)) is not None:
            self._held.append(letter)

    def more(self) -> bool:
        """Is there another one?"""
        self.look_ahead(1)
        return bool(self._held)

    def take(self) -> Envelope | None:
        """The next one, if any."""
        return self._held.popleft() if self.more() else None

    def give_back(self) -> list[Envelope]:
        """What was looked at and never taken."""
        return list(self._held)

    def end(self) -> None:
        """Have no more of them; what was written ahead is dropped."""
        self._letters = iter(())
        self._held.clear()
