"""The port through which messages leave, and Flask-Mail taught to write and send them as we do."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

import flask_mail
from flask import Flask, current_app

from outreach.delivery.letters.headers import address
from outreach.delivery.letters.mime import Draft, Stamp, compose
from outreach.delivery.letters.slots import Values
from outreach.delivery.states import MessageState, Outcome, Trial, verdict
from outreach.delivery.wire.clerk import Book
from outreach.delivery.wire.pipeline import Pace, PipelinedMailer
from outreach.delivery.wire.route import parse_route
from outreach.delivery.wire.smtp import Envelope
from outreach.errors import Refusal

_KEY = "outreach.relay"


class Mailer(Protocol):
    """Whatever takes letters to a relay; see PipelinedMailer for what it promises."""

    most: int

    def deliver(self, letters: Iterable[Envelope], book: Book) -> None:
        """Send these letters as far as the book allows, and give it every outcome."""

    def limit(self, connections: int) -> None:
        """Have no more than so many connections for now."""

    def leave_off(self) -> None:
        """Give the relay nothing more, for good; from any thread."""

    def close(self) -> None:
        """Leave the relay."""


class NotSent(Refusal):
    """A single mail that the relay did not accept, or did not say it had."""


class SingleMail(flask_mail.Message):
    """A mail that a person waits for, such as a test sent to oneself; written by our serialiser.

    Raises Malformed at once when it cannot be written. `return_path` is the envelope sender.
    """

    def __init__(self, draft: Draft, stamp: Stamp, return_path: str, values: Values = MappingProxyType({})) -> None:
        super().__init__(
            subject=draft.subject,
            recipients=[address(stamp.to.address)],
            body=draft.text,
            html=draft.html,
            sender=draft.sender.address,
            date=stamp.date.timestamp(),
        )
        self.msgId = stamp.message_id
        self.sent_at = stamp.date
        self.recipient = address(stamp.to.address)
        self.return_path = return_path
        self._octets = compose(draft, stamp, values)

    def as_bytes(self) -> bytes:
        """What leaves, CRLF throughout."""
        return self._octets

    def as_string(self) -> str:
        """The same as text."""
        return self._octets.decode()


class Transfer(flask_mail.Connection):
    """Flask-Mail's connection over our transfer: time-outs, a verified relay, and a known phase at every failure."""

    def __init__(self, mail: flask_mail.Mail, mailer: Mailer) -> None:
        super().__init__(mail)
        self._mailer = mailer

    def configure_host(self) -> None:  # type: ignore[override]
        """Nothing yet: the connection is opened by the first mail."""

    def __exit__(self, *_: object) -> None:
        self._mailer.close()

    def send(self, message: flask_mail.Message, envelope_from: str | tuple[str, str] | None = None) -> None:
        """Send a SingleMail. Raises NotSent with the relay's words, Unavailable when there is no relay."""
        if not isinstance(message, SingleMail) or envelope_from is not None:
            raise TypeError("only a SingleMail, which knows its return path, is sent")
        if not self.mail.suppress:
            book = _Once()
            letter = Envelope(1, message.return_path, message.recipient, message.as_bytes(), message.msgId)
            self._mailer.deliver([letter], book)
            book.check(message.sent_at)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        flask_mail.email_dispatched.send(app, message=message)


class Mail(flask_mail.Mail):
    """The extension; reads SMTP_URL and LOOPBACK_ONLY of the application's settings."""

    def init_app(self, app: Flask) -> object:  # type: ignore[override]
        """Read the settings. Raises Refusal when the relay's URL cannot be read."""
        app.extensions[_KEY] = parse_route(app.config["SMTP_URL"], loopback_only=app.config.get("LOOPBACK_ONLY", False))
        return super().init_app(app)

    def connect(self) -> Transfer:
        """A transfer to the relay, opened when the first mail is sent."""
        extensions = current_app.extensions
        return Transfer(extensions["mail"], PipelinedMailer(extensions[_KEY], Pace(connections=1)))


@dataclass(frozen=True, slots=True)
class Words:
    """What one recipient reads, not yet a message."""

    recipient: str
    sender: str
    subject: str
    text: str
    html: str
    calendar: str


def loop_of_flask_mail(port: int, letters: Iterable[Words]) -> None:
    """Flask-Mail as its manual has it, to a relay on this machine: measured beside our own way, and used by nobody."""
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(MAIL_SERVER="127.0.0.1", MAIL_PORT=port)
    with app.app_context(), flask_mail.Mail(app).connect() as connection:
        for one in letters:
            message = flask_mail.Message(one.subject, [one.recipient], one.text, one.html, sender=one.sender)
            message.attach("invitation.ics", "text/calendar", one.calendar)
            connection.send(message)


def send_single(message: SingleMail) -> None:
    """Send one mail at once. Raises NotSent with the relay's words, Unavailable when there is no relay."""
    with Mail().connect() as connection:
        connection.send(message)


class _Once:
    """The book of one mail without a row: it may leave, and its outcome is told to whoever waits."""

    def __init__(self) -> None:
        self._outcome: Outcome | None = None

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        self._outcome = outcomes[-1] if outcomes else self._outcome
        return candidates

    def check(self, at: datetime) -> None:
        """Raises NotSent unless it was accepted."""
        outcome = self._outcome
        if outcome is None or verdict(outcome.answer, outcome.phase, Trial(1, at), at).state is not MessageState.SENT:
            reason = outcome.reason if outcome else ""
            raise NotSent("The relay did not accept the message (%(reason)s).", reason=reason)
