"""OpenDKIM signs what passes Postfix; dkimpy verifies what arrived, given the key instead of a name server."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import dkim

from tests.mailloop.servers import running

DOMAIN = "ville.example"
SELECTOR = "essai"


@dataclass(frozen=True, slots=True)
class Signer:
    """A milter at a socket, and the record that a name server would publish for it."""

    socket: Path
    record: bytes

    def verify(self, raw: bytes) -> bool:
        """The signature covers these bytes, under the key of this signer."""
        name = f"{SELECTOR}._domainkey.{DOMAIN}.".encode()
        return bool(dkim.verify(raw, dnsfunc=lambda asked, timeout=5: self.record if asked == name else None))


def signed_headers(raw: bytes) -> set[str]:
    """The names of the headers that the signature of a message covers, in small letters."""
    signature = str(message_from_bytes(raw)["DKIM-Signature"])
    tags = dict(tag.strip().split("=", 1) for tag in signature.split(";") if tag.strip())
    return set("".join(tags["h"].split()).lower().split(":"))


@contextmanager
def signer(folder: Path) -> Iterator[Signer]:
    """OpenDKIM with a key of its own, signing whatever comes from DOMAIN."""
    place = folder / "opendkim"
    place.mkdir()
    subprocess.run(
        ["/usr/sbin/opendkim-genkey", "-b", "2048", "-D", place, "-d", DOMAIN, "-s", SELECTOR],
        check=True,
        capture_output=True,
    )
    socket = place / "milter"
    settings = place / "opendkim.conf"
    settings.write_text(_settings(place, socket))
    for path in (place, *place.iterdir()):
        shutil.chown(path, "opendkim", "opendkim")
    place.chmod(0o755)
    record = "".join(re.findall(r'"([^"]*)"', (place / f"{SELECTOR}.txt").read_text()))
    with running(["/usr/sbin/opendkim", "-f", "-x", settings], folder / "opendkim.log", socket.exists):
        yield Signer(socket, record.encode())


def _settings(place: Path, socket: Path) -> str:
    """RFC 8058 wants both headers of the one-click button signed; OpenDKIM leaves the second out unless it is told."""
    return f"""\
Mode s
Domain {DOMAIN}
Selector {SELECTOR}
KeyFile {place / SELECTOR}.private
Canonicalization relaxed/relaxed
SignHeaders *,+List-Unsubscribe-Post,+Feedback-ID
OversignHeaders From
InternalHosts 127.0.0.0/8
RequireSafeKeys no
Socket local:{socket}
UMask 000
UserID opendkim
Syslog no
"""
