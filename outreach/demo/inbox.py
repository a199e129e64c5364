"""The messages that the catcher received: kept as files, listed in the order in which they came."""

import email.policy
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Final

MOST: Final = 5_000
"""Messages kept; the oldest go first."""
_SLACK: Final = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the list."""

    number: int
    at: str
    to: str
    to_name: str
    sender: str
    sender_name: str
    subject: str
    message_id: str

    @property
    def moment(self) -> datetime:
        """When it was received."""
        return datetime.fromisoformat(self.at)

    def matches(self, words: str) -> bool:
        """True when every word is somewhere in what the list shows."""
        shown = f"{self.to} {self.to_name} {self.subject} {self.sender_name}".casefold()
        return all(word in shown for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class Kept:
    """One message, taken apart for a person to read."""

    entry: Entry
    text: str
    html: str
    calendar: str
    headers: Sequence[tuple[str, str]]
    source: bytes


class Inbox:
    """All mailboxes of the invented world in one folder. One process writes, others read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = folder / "index.jsonl"

    def add(self, recipient: str, octets: bytes, at: datetime) -> Entry:
        """Keep a message that was accepted for this recipient."""
        self._folder.mkdir(parents=True, exist_ok=True)
        known = self.entries()
        message = _parsed(octets)
        number = known[-1].number + 1 if known else 1
        to, sender = _mailbox(message, "To"), _mailbox(message, "From")
        entry = Entry(
            number=number,
            at=at.isoformat(timespec="seconds"),
            to=recipient,
            to_name=to[0],
            sender=sender[1],
            sender_name=sender[0],
            subject=str(message.get("Subject", "")),
            message_id=str(message.get("Message-ID", "")).strip(),
        )
        self._file(number).write_bytes(octets)
        with self._index.open("a", encoding="utf-8") as index:
            index.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
        if len(known) >= MOST + _SLACK:
            self._forget_oldest([*known, entry])
        return entry

    def entries(self) -> list[Entry]:
        """What there is, the oldest first; a line still being written is left out."""
        try:
            lines = self._index.read_text(encoding="utf-8").split("\n")[:-1]
        except FileNotFoundError:
            return []
        return [Entry(**json.loads(line)) for line in lines]

    def find(self, number: int) -> Kept | None:
        """One message, if it is still kept."""
        entry = next((one for one in self.entries() if one.number == number), None)
        if entry is None:
            return None
        octets = self._file(number).read_bytes()
        message = _parsed(octets)
        headers = [(name, " ".join(str(value).split())) for name, value in message.items()]
        parts = {kind: _part(message, kind) for kind in ("text/plain", "text/html", "text/calendar")}
        return Kept(entry, parts["text/plain"], parts["text/html"], parts["text/calendar"], headers, octets)

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06d}.eml"

    def _forget_oldest(self, entries: Sequence[Entry]) -> None:
        for one in entries[:-MOST]:
            self._file(one.number).unlink(missing_ok=True)
        fresh = self._index.with_suffix(".new")
        lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in entries[-MOST:])
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.replace(self._index)


def _parsed(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=email.policy.default)


def _mailbox(message: EmailMessage, header: str) -> tuple[str, str]:
    """Name and address of a header's mailbox.

    Python 3.11's own reading leaves the space between two encoded words, which is no part of the name (RFC 2047, 6.2).
    """
    raw = next((str(value) for name, value in message.raw_items() if name.lower() == header.lower()), "")
    name, address = parseaddr(" ".join(raw.split()))
    return str(make_header(decode_header(name))), address


def _part(message: EmailMessage, kind: str) -> str:
    """The first part of that kind as text."""
    for part in message.walk():
        if part.get_content_type() == kind and isinstance(part, EmailMessage):
            return str(part.get_content())
    return ""
