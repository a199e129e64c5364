"""The sender of one thread, in the engine process and in workers alike; and what is settled after those that died."""

import contextlib
import threading
from collections.abc import Callable

from outreach.database import beforehand, db, now, transaction
from outreach.delivery.brake import obey
from outreach.delivery.launching import hold_late
from outreach.delivery.models import Message, Notice
from outreach.delivery.recovery import recover
from outreach.delivery.sending import Sender, finish_campaigns
from outreach.delivery.service import sender
from outreach.delivery.waiting import is_notice_due


class Sending:
    """The sender of one thread, made when it is first needed and made anew after a fault.

    It opens so many connections to the relay at most, or as many as the settings say.
    """

    def __init__(self, connections: int | None = None) -> None:
        self._connections = connections
        self._sender: Sender | None = None
        self._leave = contextlib.ExitStack()
        self._over = threading.Event()

    def send_due(self, told: Callable[[int], object] | None = None, *, only: type[Notice] | None = None) -> None:
        """Send what is due, or hold it where it is due for too long and a person has to decide."""
        if self._over.is_set():
            return
        with transaction():
            obey()
            hold_late(now())
        if self._sender is None:
            self._sender = self._leave.enter_context(sender(self._connections))
        if self._over.is_set():  # asked while it was made
            return
        try:
            self._sender.send_due(told, only=only)
        except BaseException:
            self.close()
            raise

    def leave_off(self) -> None:
        """Await what is on the wire and begin nothing more; from any thread."""
        self._over.set()
        if (working := self._sender) is not None:
            working.leave_off()

    def close(self) -> None:
        """Leave the relay and free the name under which messages were leased."""
        self._sender = None
        leave, self._leave = self._leave, contextlib.ExitStack()
        leave.close()


class Pair:
    """The senders of an engine: one for everything, and one that goes on with notices in a thread of its own.

    One silent connection keeps a sender for as long as the relay is awaited. Where nobody shares the connections with
    us (on SQLite), one of them is for notices alone, so a confirmation leaves meanwhile. Elsewhere, and where there is
    one connection in all, the first sender does everything.
    """

    def __init__(self, connections: int) -> None:
        aside = 1 if db.engine.dialect.name == "sqlite" and connections > 1 else 0
        self._first = Sending(connections - aside)
        self._second = Sending(aside) if aside else None

    def send_due(self, told: Callable[[int], object]) -> None:
        """Everything that is due, notices first."""
        self._first.send_due(told)

    def send_notices(self, told: Callable[[int], object]) -> None:
        """The notices that are due. Looking for one takes no lock; as a rule the first sender has sent it."""
        if self._second is None or not beforehand(lambda: is_notice_due(now())):
            return
        self._second.send_due(told, only=Notice)

    def leave_off(self) -> None:
        """Await what is on the wire and begin nothing more; from any thread."""
        self._first.leave_off()
        if self._second is not None:
            self._second.leave_off()

    def close(self) -> None:
        """Leave the relay."""
        self._first.close()
        if self._second is not None:
            self._second.close()


def tidy(is_dead: Callable[[str], bool]) -> None:
    """Settle what senders that died had in hand, and close what is over, where no sender is at work to do it."""
    for table in (Notice, Message):
        with transaction():
            recover(table, is_dead, now())
    finish_campaigns()
