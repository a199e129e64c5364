"""One sender at a time tries whether the relay will have us: a wrong password is tried once, not once by each."""

from collections.abc import Callable

from flask import current_app

from outreach.database import now, transaction
from outreach.delivery.brake import pull, standstill
from outreach.delivery.ownership import Owner
from outreach.delivery.states import Failure, Outcome, Pause, Phase, Trial, verdict
from outreach.delivery.wire.opening import Opened, Unavailable


class Door:
    """Through which the connections of one sender are opened of which nobody knows yet whether the relay wants them."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def admit(self, opens: Callable[[], Opened]) -> Opened:
        """Open a connection while no other sender does; where the relay must not be asked again, stop everything first.

        Raises Unavailable: with the relay's answer, or untried where everything was stopped meanwhile. May be called
        from any thread that has the application: what it writes is written in a session of its own.
        """
        with self._owner.alone():
            if standstill() is not None:
                raise Unavailable(Phase.CONNECT, Failure.UNTRIED)
            try:
                return opens()
            except Unavailable as reason:
                if verdict(reason.answer, reason.phase, Trial(1, now()), now()).pause is Pause.ALL:
                    with current_app.app_context(), transaction():
                        pull(now(), said(reason))
                raise


def said(reason: Unavailable) -> str:
    """The phase and the relay's own words."""
    return Outcome(0, reason.phase, reason.answer).reason
