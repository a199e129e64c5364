"""Puts a sender together from the settings of the application."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import current_app

from outreach.database import db
from outreach.delivery.letters.composing import MessageComposer, NoticeComposer
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.ownership import Ownership
from outreach.delivery.returns.verp import ReturnAddresses
from outreach.delivery.sending import Sender
from outreach.delivery.wire.pipeline import Pace, PipelinedMailer
from outreach.delivery.wire.route import parse_route
from outreach.links import links

_SELDOM: Final = 50_000
"""Objects kept since Python last looked for cycles among the youngest; 700 by its own choice."""


def return_addresses() -> ReturnAddresses:
    """The envelope addresses of this installation."""
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return ReturnAddresses(keys, current_app.config["BOUNCE_DOMAIN"])


@contextmanager
def sender(connections: int | None = None) -> Iterator[Sender]:
    """A sender alive as long as this block; its connections are closed and its name is freed at the end.

    It opens so many of them at most, or as many as the settings say that all senders may have together.
    """
    settings = current_app.config
    route = parse_route(settings["SMTP_URL"], loopback_only=settings["LOOPBACK_ONLY"])
    pace = Pace(connections or settings["CONNECTIONS"], settings["MESSAGES_PER_CONNECTION"])
    returns = return_addresses()
    notices = NoticeComposer(links(), returns, Mailbox("", settings["MAIL_DEFAULT_SENDER"]))
    with _seldom_collecting(), Ownership(db.engine, Path(settings["DATA_DIR"])) as owner:
        made = Sender(
            PipelinedMailer(route, pace, helo=settings["BOUNCE_DOMAIN"]),
            owner,
            [notices, MessageComposer(links(), returns)],
        )
        try:
            yield made
        finally:
            made.close()


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """What is made for a message goes with its last reference; looking for cycles among it took a tenth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
