"""Takes a group of letters to the book in a thread of its own: while it is written there, the others travel."""

import os
import time
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Protocol, Self

from outreach.delivery.states import Outcome


class Book(Protocol):
    """Where outcomes are recorded and intents declared: whoever owns the rows."""

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        """Commit these outcomes and the intents of these candidates together; the keys that may leave.

        Called from a thread of its own, never twice at once, and never while the giver of the letters owns the session.
        """


class Clerk:
    """Settles one group at a time. Leaving the block waits for the one in hand, whatever happened meanwhile."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._thread = ThreadPoolExecutor(1, "book")
        self._settling: Future[Collection[int]] | None = None
        self.took = 0.0
        """Seconds that the book needed for the last group."""
        self.bell, self._rope = os.pipe()
        """Readable when a group is settled, for whoever waits for sockets at the same time."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True)
        os.close(self.bell)
        os.close(self._rope)

    @property
    def busy(self) -> bool:
        """A group is with the book, or its answer has not been taken."""
        return self._settling is not None

    @property
    def done(self) -> bool:
        """The answer can be taken without waiting."""
        return self._settling is not None and self._settling.done()

    def begin(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> None:
        """Take them to the book, in the context of the caller."""
        self._settling = self._thread.submit(copy_context().run, self._settle, outcomes, candidates)
        self._settling.add_done_callback(lambda _: os.write(self._rope, b"!"))

    def answer(self) -> Collection[int]:
        """The keys that may leave; waits for them, and raises what the book raised."""
        if self._settling is None:
            return ()
        settling, self._settling = self._settling, None
        allowed = settling.result()
        os.read(self.bell, 1)
        return allowed

    def _settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        begun = time.monotonic()
        allowed = self._book.settle(outcomes, candidates)
        self.took = time.monotonic() - begun
        return allowed
