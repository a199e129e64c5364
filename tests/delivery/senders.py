"""Senders put together by hand: with patience and trust of their own."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import current_app

from outreach.database import db
from outreach.delivery.letters.composing import MessageComposer
from outreach.delivery.ownership import Ownership
from outreach.delivery.sending import Sender
from outreach.delivery.service import return_addresses
from outreach.delivery.wire.opening import Timeouts
from outreach.delivery.wire.pipeline import Pace, PipelinedMailer
from outreach.delivery.wire.route import parse_route
from outreach.links import links

PATIENT: Final = Timeouts()


@contextmanager
def custom(
    timeouts: Timeouts = PATIENT,
    context: ssl.SSLContext | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Sender]:
    """A sender of campaigns, patient by this clock; the rest is as the settings say."""
    settings = current_app.config
    pace = Pace(settings["CONNECTIONS"], settings["MESSAGES_PER_CONNECTION"])
    mailer = PipelinedMailer(parse_route(settings["SMTP_URL"]), pace, timeouts=timeouts, context=context, clock=clock)
    with Ownership(db.engine, Path(settings["DATA_DIR"])) as owner:
        made = Sender(mailer, owner, [MessageComposer(links(), return_addresses())])
        try:
            yield made
        finally:
            made.close()
