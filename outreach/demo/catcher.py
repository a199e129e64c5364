"""The mail catcher: an SMTP server on loopback that keeps every message and passes none on."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from outreach.database import now
from outreach.demo.inbox import Inbox
from outreach.demo.place import HOST
from outreach.logs import log

GONE: Final = "ancienne-adresse.invalid"
"""A domain where nobody receives any more: 550 5.1.1."""
PATIENT: Final = "patience.example"
"""A domain that defers whom it does not know yet, once: 451 4.7.1, as greylisting does."""


class Catcher:
    """Answers as relays do: most recipients are accepted, some are unknown, some are told to come back."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._seen: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd asks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Judge one recipient."""
        domain = address.rpartition("@")[2].lower()
        if domain == GONE:
            return "550 5.1.1 No such mailbox here"
        if domain == PATIENT and address not in self._seen:
            self._seen.add(address)
            return "451 4.7.1 Greylisted, please come back"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one message for each recipient."""
        octets: Any = envelope.content
        for recipient in envelope.rcpt_tos:
            self._inbox.add(recipient, octets, now())
        return "250 2.0.0 Kept"


@contextlib.contextmanager
def catching(inbox: Inbox, port: int) -> Iterator[None]:
    """Listen on loopback as long as the block lasts."""
    controller = Controller(Catcher(inbox), hostname=HOST, port=port, ident="outreach demonstration")
    controller.start()
    log.info("the mail catcher listens", port=port)
    try:
        yield
    finally:
        controller.stop()
