"""A letter compiled once per campaign and language, spliced per recipient: from texts to the bytes of a message."""

import re
from base64 import encodebytes
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from outreach.delivery.letters import headers
from outreach.delivery.letters.headers import Mailbox, Malformed
from outreach.delivery.letters.slots import (
    Kind,
    Piece,
    Values,
    Writer,
    subject,
    words_of_calendar,
    words_of_html,
    words_of_text,
)

# "=_" stands in no quoted-printable nor base64 text, so these cannot occur in a part, and need not differ.
_INNER: Final = "=_alternative_"
_OUTER: Final = "=_mixed_"
_OURS: Final[Mapping[str, Kind]] = MappingProxyType({"dtstamp": Kind.WORDS})
_TYPE: Final = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
_METHOD: Final = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with every copy of a letter."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What is compiled: texts with marks made by `slot(name)`, and what each name stands for.

    A calendar may use `slot("dtstamp")`: the instant of the message, given with it.
    """

    language: str
    sender: Mailbox
    subject: str
    text: str
    html: str
    calendar: str | None = None
    reply_to: Mailbox | None = None
    list_id: str | None = None
    feedback_id: str | None = None
    automatic: bool = False
    attachments: tuple[Attachment, ...] = ()
    slots: Mapping[str, Kind] = field(default_factory=dict)
    first: Mapping[str, Any] = field(default_factory=dict)
    """What `first_words` drew with it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What belongs to one message and never changes between its attempts.

    `stop` holds the address for one click (https) and the one for mail (mailto), or nothing.
    """

    to: Mailbox
    message_id: str
    date: datetime
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A letter ready for splicing: its pieces in order, and where each value goes, once or several times."""

    segments: tuple[bytes, ...]
    places: tuple[tuple[Callable[[Values], bytes], tuple[int, ...]], ...]
    names: frozenset[str]
    """Of the values that stand in it somewhere."""


def compile_letter(draft: Draft) -> Compiled:
    """Encode everything that all recipients share. Raises Malformed where the draft cannot be written."""
    kinds = {**draft.slots, **_OURS}
    pieces = [subject(draft.subject, kinds), *_head(draft), *_body(draft, kinds)]
    segments: list[bytes] = [b""]
    writers: dict[Writer, list[int]] = {}
    for piece in pieces:
        if isinstance(piece, bytes):
            segments[-1] += piece
        else:
            writers.setdefault(piece, []).append(len(segments))
            segments += [b"", b""]
    places = tuple((writer.write, tuple(found)) for writer, found in writers.items())
    names = frozenset(name for writer in writers for name in writer.names)
    return Compiled(tuple(segments), places, names - _OURS.keys())


def splice(letter: Compiled, stamp: Stamp, values: Values) -> bytes:
    """One recipient's message, CRLF throughout; the same arguments give the same bytes.

    Raises Malformed when a value is missing or cannot be written where it belongs.
    """
    if missing := letter.names - values.keys():
        raise Malformed("The letter has a place for “%(name)s”, which nothing fills.", name=min(missing))
    own = {**values, "dtstamp": f"{stamp.date.astimezone(UTC):%Y%m%dT%H%M%SZ}"}
    pieces = list(letter.segments)
    for write, places in letter.places:
        octets = write(own)
        for at in places:
            pieces[at] = octets
    return b"".join([*_stamped(stamp), *pieces])


def compose(draft: Draft, stamp: Stamp, values: Values = MappingProxyType({})) -> bytes:
    """A message made for one recipient alone: a notice, a test."""
    return splice(compile_letter(draft), stamp, values)


def _stamped(stamp: Stamp) -> Iterator[bytes]:
    yield headers.message_id("Message-ID", stamp.message_id)
    yield headers.date("Date", stamp.date)
    yield headers.mailbox("To", stamp.to)
    if stamp.stop:
        yield headers.uris("List-Unsubscribe", *stamp.stop)
        yield b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def _head(draft: Draft) -> Iterator[bytes]:
    yield headers.mailbox("From", draft.sender)
    if draft.reply_to:
        yield headers.mailbox("Reply-To", draft.reply_to)
    if draft.list_id:
        yield headers.token("List-Id", f"<{draft.list_id}>")
    if draft.feedback_id:
        yield headers.token("Feedback-ID", draft.feedback_id)
    if draft.automatic:
        yield b"Auto-Submitted: auto-generated\r\n"
    yield headers.token("Content-Language", draft.language)
    yield b"MIME-Version: 1.0\r\n"


def _body(draft: Draft, kinds: Mapping[str, Kind]) -> Iterator[Piece]:
    if not draft.attachments:
        yield from _alternative(draft, kinds)
        return
    yield f'Content-Type: multipart/mixed; boundary="{_OUTER}"\r\n\r\n--{_OUTER}\r\n'.encode()
    yield from _alternative(draft, kinds)
    for attachment in draft.attachments:
        yield f"--{_OUTER}\r\n".encode()
        yield _attached(attachment)
    yield f"--{_OUTER}--\r\n".encode()


def _alternative(draft: Draft, kinds: Mapping[str, Kind]) -> Iterator[Piece]:
    yield f'Content-Type: multipart/alternative; boundary="{_INNER}"\r\n\r\n'.encode()
    yield from _part("text/plain", words_of_text(draft.text, kinds))
    yield from _part("text/html", words_of_html(draft.html, kinds))
    if draft.calendar is not None:
        method = _METHOD.search(draft.calendar)
        if method is None:
            raise Malformed("The calendar does not say its METHOD.")
        yield from _part("text/calendar", words_of_calendar(draft.calendar, kinds), f"; method={method[1]}")
    yield f"--{_INNER}--\r\n".encode()


def _part(kind: str, pieces: Iterable[Piece], parameters: str = "") -> Iterator[Piece]:
    yield f"--{_INNER}\r\nContent-Type: {kind}; charset=utf-8{parameters}\r\n".encode()
    yield b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    yield from pieces
    yield b"\r\n"


def _attached(attachment: Attachment) -> bytes:
    if not _TYPE.fullmatch(attachment.content_type):
        raise Malformed("“%(value)s” is not a type of file.", value=attachment.content_type)
    name = quote(attachment.filename, safe="")
    head = (
        f"Content-Type: {attachment.content_type}\r\n"
        f"Content-Disposition: attachment;\r\n filename*=utf-8''{name}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encodebytes(attachment.data).replace(b"\n", b"\r\n")
