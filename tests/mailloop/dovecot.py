"""Dovecot: the mailboxes of the recipients, and the mailbox to which returns come, read by IMAP."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mailloop.servers import running

PASSWORD = "un mot de passe de test"
_AWAY = """\
require ["vacation"];
vacation :days 1 :subject "Absence du bureau" :addresses ["{address}"]
"Bonjour, je suis absente jusqu’au 15 septembre. Votre message ne sera pas transmis.";
"""
# A server that answers mailing lists too: there are some, and ours must be read as what they are.
_AWAY_WHATEVER = """\
require ["vacation", "editheader"];
deleteheader "List-Id";
deleteheader "List-Unsubscribe";
deleteheader "List-Unsubscribe-Post";
"""


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """Who has a mailbox here. `polite` ones are away and answer no mailing list, `away` ones answer everybody.

    `others` are further names of the first of the ordinary ones.
    """

    ordinary: Sequence[str]
    full: Sequence[str] = ()
    away: Sequence[str] = ()
    polite: Sequence[str] = ()
    others: Sequence[str] = ()

    def everybody(self) -> list[str]:
        """All of them."""
        return [*self.ordinary, *self.full, *self.away, *self.polite]


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server."""

    folder: Path
    port: int
    lmtp: Path

    def received(self, address: str) -> list[bytes]:
        """What lies in that mailbox, oldest first, as it was stored."""
        box = self.folder / "mail" / address
        found = [path for name in ("new", "cur") for path in (box / name).glob("*")]
        return [path.read_bytes() for path in sorted(found, key=lambda path: path.name)]


@contextmanager
def dovecot(folder: Path, port: int, relay_port: int, boxes: Mailboxes) -> Iterator[Dovecot]:
    """Dovecot with these mailboxes: mail comes in at its socket, IMAP is at `port`, answers leave by `relay_port`."""
    place = folder / "dovecot"
    for name in ("", "run", "state", "mail", "homes", "sieve"):
        (place / name).mkdir()
    for name in ("mail", "homes", "sieve"):
        shutil.chown(place / name, "mail", "mail")
    for address in boxes.everybody():
        _answer(place / "sieve" / f"{address}.sieve", address, boxes)
    users = [_user(address, boxes) for address in boxes.everybody()]
    shared = f"userdb_mail=maildir:{place}/mail/{boxes.ordinary[0]}"
    users += [_line(address, shared) for address in boxes.others]
    (place / "users").write_text("".join(users))
    settings = place / "dovecot.conf"
    settings.write_text(_settings(place, port, relay_port))
    made = Dovecot(place, port, place / "lmtp")
    log = folder / "dovecot.log"
    with running(["/usr/sbin/dovecot", "-F", "-c", settings], log, made.lmtp.is_socket):
        yield made


def _answer(script: Path, address: str, boxes: Mailboxes) -> None:
    if address in boxes.polite:
        script.write_text(_AWAY.format(address=address))
    elif address in boxes.away:
        vacation = _AWAY.format(address=address).partition("\n")[2]
        script.write_text(_AWAY_WHATEVER + vacation)


def _user(address: str, boxes: Mailboxes) -> str:
    return _line(address, "userdb_quota_rule=*:storage=1K" if address in boxes.full else "")


def _line(address: str, extra: str) -> str:
    return f"{address}:{{PLAIN}}{PASSWORD}::::::{extra}\n"


def _settings(place: Path, port: int, relay_port: int) -> str:
    users = f"scheme=plain username_format=%u {place / 'users'}"
    return f"""\
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {place}/run
state_dir = {place}/state
log_path = {place.parent}/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{place}/mail/%u
mail_home = {place}/homes/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
recipient_delimiter = +
lmtp_hdr_delivery_address = final
submission_host = 127.0.0.1:{relay_port}
postmaster_address = postmaster@boites.example
hostname = boites.example
passdb {{
  driver = passwd-file
  args = {users}
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {place / "users"}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener {place}/lmtp {{
    mode = 0666
  }}
}}
protocol lmtp {{
  mail_plugins = quota sieve
}}
plugin {{
  quota = maildir:Boîte
  quota_rule = *:storage=1G
  sieve = file:{place}/sieve/%u.sieve
  sieve_extensions = +editheader
}}
"""
