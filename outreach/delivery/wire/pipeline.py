"""Many connections to one relay, driven by one thread that never waits for the database.

Connections whose relay has answered gather in a group. A clerk has the book commit what became of their last letters
together with the intents of the next; meanwhile those of the group before travel. Once it is committed, each connection
of the group gets its body and the following envelope in one write.
"""

import contextlib
import math
import selectors
import ssl
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from outreach.delivery.states import Failure, Outcome, Phase
from outreach.delivery.wire.clerk import Book, Clerk
from outreach.delivery.wire.hand import Hand
from outreach.delivery.wire.opening import Opened, Timeouts, Unavailable, open_connection
from outreach.delivery.wire.route import Route
from outreach.delivery.wire.smtp import Connection, Envelope

_PATIENCE: Final = 0.02
"""Seconds that a group waits to be half of the connections, or for all of those that are under way.

Half of them wait for the others a quarter of the time that the book needed last: where commits are slow, they are few.
"""
_GLANCE: Final = 0.02
_LOOK_UP: Final = 0.5
"""Seconds between two looks whether to leave off, while nobody says anything."""
_FAREWELL: Final = 2.0
"""Seconds for which a relay is waited for that takes leave: until then it may count that connection among ours."""
_FRUITLESS: Final = 3
"""Connections in a row that broke before carrying anything: then the relay does not want us now."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a relay wants to be used; these belong to the relay, not to a campaign."""

    connections: int = 10
    per_connection: int | None = None


class PipelinedMailer:
    """Keeps its connections between deliveries. Of one thread at a time.

    `most` is how many it may have, of which `limit` may leave it fewer for a while.
    """

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
        self.most = self._limit = self._pace.connections
        self._timeouts = timeouts or Timeouts()
        self._context = context or ssl.create_default_context()
        self._helo = helo
        self._clock = clock
        self._target = self._limit
        self._selector = selectors.DefaultSelector()
        self._connections: dict[int, Connection] = {}
        self._openings: list[Future[Opened]] = []
        self._threads: ThreadPoolExecutor | None = None
        self._outcomes: list[Outcome] = []
        self._announced: list[Connection] = []
        self._gathering_since: float | None = None
        self._patience = _PATIENCE
        self._blocked: frozenset[int] = frozenset()
        self._fruitless = 0
        self._leaving_by = math.inf  # when patience with everybody ends

    def deliver(self, letters: Iterable[Envelope], book: Book) -> None:
        """Send these letters, as far as `book` allows, and give it every outcome; returns when nothing is under way.

        Letters are taken one by one as connections become free, each only once. Raises Unavailable when no connection
        can be opened: letters taken and not tried have then been reported so. On any other exception the connections
        are closed and what was under way is left to the book's own recovery.
        """
        self._target, self._fruitless = self._limit, 0
        hand = Hand(letters)
        with Clerk(book) as clerk:
            self._selector.register(clerk.bell, selectors.EVENT_READ)
            try:
                self._read(0)  # a relay may have hung up since the last delivery
                while self._go_on(hand, clerk):
                    self._wait(clerk)
            except Unavailable:
                self._outcomes += [Outcome(letter.key, Phase.MAIL, Failure.UNTRIED) for letter in hand.give_back()]
                clerk.answer()
                clerk.begin(self._take_outcomes(), ())
                clerk.answer()
                raise
            except BaseException:
                self.close()
                raise
            finally:
                self._announced = []
                self._selector.unregister(clerk.bell)

    def limit(self, connections: int) -> None:
        """Have no more than so many from the next delivery on; what is open beyond is closed, on both sides."""
        self._limit = connections
        if connections >= len(self._connections) + len(self._openings):
            return
        for opening in self._openings:
            with contextlib.suppress(Unavailable, OSError):
                self._keep(opening.result())
        self._openings = []
        for number in list(self._connections)[connections:]:
            self._connections[number].quit(_FAREWELL)
            self._forget(number)

    def leave_off(self) -> None:
        """Give the relay nothing more, for good, and await what is on the wire for a while; from any thread."""
        self._leaving_by = min(self._leaving_by, self._clock() + self._timeouts.leaving)

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

    def _go_on(self, hand: Hand, clerk: Clerk) -> bool:
        """Do all that can be done without waiting; is anything under way?"""
        if self._leaving_by < math.inf:
            self._hold_back(hand)
        self._sweep()
        self._open(hand)
        if clerk.done:
            self._let_leave(clerk.answer(), hand)
        for connection in self._connections.values():
            if not (connection.busy or connection.ready):
                self._push(connection, hand)
        self._sweep()
        if not clerk.busy:
            self._announce(clerk, hand)
        under_way = any(connection.busy or connection.ready for connection in self._connections.values())
        return under_way or clerk.busy or self._gathering_since is not None or hand.more()

    def _hold_back(self, hand: Hand) -> None:
        """Offer nothing more; whoever has no body on its way was not tried."""
        hand.end()
        for connection in self._connections.values():
            connection.hold_back()

    def _announce(self, clerk: Clerk, hand: Hand) -> None:
        """Take to the book what has ended and what is ready, once they are many or have waited long enough."""
        ready = [connection for connection in self._connections.values() if connection.ready]
        ended = bool(self._outcomes) or any(connection.outcomes for connection in self._connections.values())
        if not (ready or ended):
            self._gathering_since = None
            return
        now = self._clock()
        self._gathering_since = self._gathering_since or now
        self._patience = clerk.took / 4 if len(ready) * 2 >= len(self._connections) else _PATIENCE
        on_their_way = any(connection.busy for connection in self._connections.values())
        if on_their_way and now < self._gathering_since + self._patience:
            return
        self._announced, self._gathering_since = ready, None
        clerk.begin(self._take_outcomes(), [connection.ready.key for connection in ready if connection.ready])
        hand.look_ahead(len(ready))

    def _let_leave(self, allowed: Collection[int], hand: Hand) -> None:
        """Push the bodies that are announced now; a relay that hung up meanwhile must not be given one."""
        self._read(0)
        for connection in self._announced:
            if connection.ready and connection.ready.key not in allowed:
                connection.abandon()
            elif connection.ready:
                self._push(connection, hand)
        self._announced = []

    def _push(self, connection: Connection, hand: Hand) -> None:
        """Its body, if it has one to push, and the envelope after it; or its leave, when it has carried enough."""
        limit = self._pace.per_connection
        full = limit is not None and connection.carried + bool(connection.ready) >= limit
        following = None if full else self._next(connection, hand)
        if connection.ready or following:
            connection.push(following, self._clock())
        elif full:
            connection.leave(self._clock())

    def _next(self, connection: Connection, hand: Hand) -> Envelope | None:
        """The next letter that this relay can be given at all."""
        while letter := hand.take():
            failure = connection.refusal(letter)
            if failure is None:
                return letter
            self._outcomes.append(Outcome(letter.key, Phase.MAIL, failure))
        return None

    def _open(self, hand: Hand) -> None:
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
            self._threads = self._threads or ThreadPoolExecutor(self.most, "relay")
            missing = self._target - len(self._connections) - len(self._openings)
            self._openings += [self._threads.submit(self._opened) for _ in range(missing)]

    def _opened(self) -> Opened:
        return open_connection(self._route, self._timeouts, self._context, self._helo)

    def _keep(self, opened: Opened) -> None:
        connection = Connection(opened, self._timeouts, self._clock())
        self._connections[opened.socket.fileno()] = connection
        self._selector.register(opened.socket, selectors.EVENT_READ, connection)

    def _wait(self, clerk: Clerk) -> None:
        """Until somebody answers, a group is settled, or patience with somebody ends."""
        now = self._clock()
        busy = [connection for connection in self._connections.values() if connection.busy]
        ends = [connection.deadline for connection in busy]
        if self._gathering_since is not None and not clerk.busy:
            ends.append(self._gathering_since + self._patience)
        if self._openings or not (ends or clerk.busy):
            ends.append(now + _GLANCE)
        self._read(max(0.0, min(now + _LOOK_UP, self._leaving_by, *ends) - now))
        now = self._clock()
        for connection in busy:
            connection.check(now, self._leaving_by)

    def _read(self, seconds: float | None) -> None:
        """Read what has arrived, and write where there is room again, within so many seconds."""
        blocked = frozenset(number for number, connection in self._connections.items() if connection.blocked)
        for number in blocked ^ self._blocked:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if number in blocked else 0)
            self._selector.modify(number, events, self._connections[number])
        self._blocked = blocked
        for key, events in self._selector.select(seconds):
            connection = key.data
            if connection is None:
                continue
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
        self._blocked -= {number}
        self._selector.unregister(number)


def _close_late(opening: "Future[Opened]") -> None:
    """A connection that opened after everything was closed."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().socket.close()
