"""Many connections to one relay, driven by one thread in rounds.

A round: the caller commits what the last one decided together with the intents of this one, then every connection gets
a body and the following envelope in one write, then the replies are read. A connection that takes long sits out.
"""

import selectors
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol

from outreach.delivery.states import Failure, Outcome, Phase
from outreach.delivery.wire.opening import Opened, Timeouts, Unavailable, open_connection
from outreach.delivery.wire.route import Route
from outreach.delivery.wire.smtp import Connection, Envelope

_PATIENCE: Final = 0.05
_GLANCE: Final = 0.02
_FRUITLESS: Final = 3
"""Connections in a row that broke before carrying anything: then the relay does not want us now."""


class Book(Protocol):
    """Where outcomes are recorded and intents declared: whoever owns the rows."""

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        """Commit these outcomes and the intents of these candidates together; the keys that may leave."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a relay wants to be used; these belong to the relay, not to a campaign."""

    connections: int = 10
    per_connection: int | None = None


class PipelinedMailer:
    """Keeps its connections between deliveries. Of one thread at a time."""

    def __init__(
        self,
        route: Route,
        pace: Pace | None = None,
        *,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
        helo: str = "localhost",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._route = route
        self._pace = pace or Pace()
        self._timeouts = timeouts or Timeouts()
        self._context = context or ssl.create_default_context()
        self._helo = helo
        self._clock = clock
        self._target = self._pace.connections
        self._selector = selectors.DefaultSelector()
        self._connections: dict[int, Connection] = {}
        self._openings: list[Future[Opened]] = []
        self._threads: ThreadPoolExecutor | None = None
        self._outcomes: list[Outcome] = []
        self._fruitless = 0

    def deliver(self, letters: Iterable[Envelope], book: Book) -> None:
        """Send these letters, as far as `book` allows, and give it every outcome; returns when nothing is under way.

        Letters are taken one by one as connections become free, each only once. Raises Unavailable when no connection
        can be opened: letters taken and not tried have then been reported so. On any other exception the connections
        are closed and what was under way is left to the book's own recovery.
        """
        self._target, self._fruitless = self._pace.connections, 0
        hand = _Hand(letters)
        try:
            while self._round(hand, book):
                self._wait()
        except Unavailable:
            self._outcomes += [Outcome(letter.key, Phase.MAIL, Failure.UNTRIED) for letter in hand.give_back()]
            if self._outcomes:
                book.settle(self._take_outcomes(), ())
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Leave the relay; nothing may be under way, or it is dropped unreported."""
        for connection in self._connections.values():
            connection.quit()
        for number in list(self._connections):
            self._forget(number)
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            for opening in self._openings:
                opening.add_done_callback(_close_late)
            self._openings, self._threads = [], None
        self._outcomes = []

    def _round(self, hand: "_Hand", book: Book) -> bool:
        """Settle, then write; is anything under way?"""
        self._sweep()
        self._open(hand)
        idle = [connection for connection in self._connections.values() if not connection.busy]
        for connection in idle:
            connection.read(self._clock())  # a relay that hung up meanwhile must not be given a body
        self._sweep()
        candidates = [connection.ready.key for connection in idle if connection.ready]
        outcomes = self._take_outcomes()
        allowed = book.settle(outcomes, candidates) if outcomes or candidates else ()
        for connection in idle:
            if not connection.closed:
                self._push(connection, hand, allowed)
        self._sweep()
        under_way = any(connection.busy or connection.ready for connection in self._connections.values())
        return under_way or bool(self._outcomes) or hand.more()

    def _push(self, connection: Connection, hand: "_Hand", allowed: Collection[int]) -> None:
        if connection.ready and connection.ready.key not in allowed:
            connection.abandon()
            return
        limit = self._pace.per_connection
        full = limit is not None and connection.carried + bool(connection.ready) >= limit
        following = None if full else self._next(connection, hand)
        if connection.ready or following:
            connection.push(following, self._clock())
        elif full:
            connection.leave(self._clock())

    def _next(self, connection: Connection, hand: "_Hand") -> Envelope | None:
        """The next letter that this relay can be given at all."""
        while letter := hand.take():
            failure = connection.refusal(letter)
            if failure is None:
                return letter
            self._outcomes.append(Outcome(letter.key, Phase.MAIL, failure))
        return None

    def _open(self, hand: "_Hand") -> None:
        """Connect as needed: one first, which tells whether the relay wants us, the others beside the rounds."""
        for opening in [opening for opening in self._openings if opening.done()]:
            self._openings.remove(opening)
            try:
                self._keep(opening.result())
            except (Unavailable, OSError):
                self._target = max(1, len(self._connections))
        if not hand.more():
            return
        if not self._connections and not self._openings:
            if self._fruitless >= _FRUITLESS:
                raise Unavailable(Phase.CONNECT, Failure.DISCONNECTED)
            self._keep(self._opened())
        elif len(self._connections) + len(self._openings) < self._target:
            self._threads = self._threads or ThreadPoolExecutor(self._pace.connections, "relay")
            missing = self._target - len(self._connections) - len(self._openings)
            self._openings += [self._threads.submit(self._opened) for _ in range(missing)]

    def _opened(self) -> Opened:
        return open_connection(self._route, self._timeouts, self._context, self._helo)

    def _keep(self, opened: Opened) -> None:
        connection = Connection(opened, self._timeouts, self._clock())
        self._connections[opened.socket.fileno()] = connection
        self._selector.register(opened.socket, selectors.EVENT_READ, connection)

    def _wait(self) -> None:
        """Read until every connection has answered, or those that have waited long enough for the others."""
        busy = {number for number, connection in self._connections.items() if connection.busy}
        answered_at: float | None = None
        while busy:
            now = self._clock()
            until = min(self._connections[number].deadline for number in busy)
            if answered_at is not None:
                until = min(until, answered_at + _PATIENCE)
            if self._openings:
                until = min(until, now + _GLANCE)
            self._read(busy, max(0.0, until - now))
            now = self._clock()
            for number in list(busy):
                self._connections[number].check(now)
                if not self._connections[number].busy:
                    busy.discard(number)
                    answered_at = now if answered_at is None else answered_at
            if answered_at is not None and now >= answered_at + _PATIENCE:
                break
            if any(opening.done() for opening in self._openings):
                break
        if not busy and self._openings and not self._connections:
            self._openings[0].exception()

    def _read(self, busy: set[int], seconds: float) -> None:
        for number in busy:
            connection = self._connections[number]
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.blocked else 0)
            if self._selector.get_key(number).events != events:
                self._selector.modify(number, events, connection)
        for key, events in self._selector.select(seconds):
            connection = key.data
            if events & selectors.EVENT_WRITE:
                connection.write(self._clock())
            if events & selectors.EVENT_READ and not connection.closed:
                connection.read(self._clock())

    def _take_outcomes(self) -> list[Outcome]:
        taken = self._outcomes
        for connection in self._connections.values():
            if connection.outcomes:
                taken += connection.outcomes
                connection.outcomes = []
        self._outcomes = []
        return taken

    def _sweep(self) -> None:
        """Forget closed connections, but not what they reported."""
        for number in [number for number, connection in self._connections.items() if connection.closed]:
            connection = self._connections[number]
            self._outcomes += connection.outcomes
            if connection.carried:
                self._fruitless = 0
            elif connection.failed:
                self._fruitless += 1
            self._forget(number)

    def _forget(self, number: int) -> None:
        del self._connections[number]
        self._selector.unregister(number)


class _Hand:
    """The letters to come, one of which may be looked at before it is taken."""

    def __init__(self, letters: Iterable[Envelope]) -> None:
        self._letters: Iterator[Envelope] = iter(letters)
        self._next: Envelope | None = None

    def more(self) -> bool:
        """Is there another one?"""
        if self._next is None:
            self._next = next(self._letters, None)
        return self._next is not None

    def take(self) -> Envelope | None:
        """The next one, if any."""
        taken = self._next if self.more() else None
        self._next = None
        return taken

    def give_back(self) -> list[Envelope]:
        """What was looked at and never taken."""
        return [self._next] if self._next is not None else []


def _close_late(opening: "Future[Opened]") -> None:
    """A connection that opened after everything was closed."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().socket.close()
