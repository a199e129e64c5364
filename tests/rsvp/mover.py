"""A process that moves the waiting lists, `python -m tests.rsvp.mover`, killed once its first offer is kept."""

import os
import signal

from sqlalchemy import event

from config import Config
from outreach.app import create_app
from outreach.database import db
from outreach.rsvp.waiting.jobs import move_waiting_lists
from outreach.rsvp.waiting.models import WaitingPlace


def main() -> None:
    """Move them, until the commit that keeps an offer."""
    offered = False

    @event.listens_for(WaitingPlace, "after_update")
    def note(*_arguments: object) -> None:
        nonlocal offered
        offered = True

    with create_app(Config.from_env()).app_context():

        @event.listens_for(db.session, "after_commit")
        def end(_session: object) -> None:
            if offered:
                os.kill(os.getpid(), signal.SIGKILL)

        move_waiting_lists()


if __name__ == "__main__":
    main()
