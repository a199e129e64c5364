"""The sender of one thread, in the engine process and in workers alike; and what is settled after those that died."""

import contextlib
import threading
from collections.abc import Callable

from outreach.database import now, transaction
from outreach.delivery.brake import obey
from outreach.delivery.launching import hold_late
from outreach.delivery.models import Message, Notice
from outreach.delivery.recovery import recover
from outreach.delivery.sending import Sender, finish_campaigns
from outreach.delivery.service import sender


class Sending:
    """The sender of one thread, made when it is first needed and made anew after a fault."""

    def __init__(self) -> None:
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
            self._sender = self._leave.enter_context(sender())
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


def tidy(is_dead: Callable[[str], bool]) -> None:
    """Settle what senders that died had in hand, and close what is over, where no sender is at work to do it."""
    for table in (Notice, Message):
        with transaction():
            recover(table, is_dead, now())
    finish_campaigns()
