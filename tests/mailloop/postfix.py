"""Postfix: the relay that takes our messages. It asks no name server and has no client that leaves this machine."""

import shutil
import smtplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mailloop.servers import running

_QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "saved", "trace")
_SHARED = (("private", "root", 0o700), ("public", "postdrop", 0o710), ("maildrop", "postdrop", 0o1730))
_DAEMONS = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
pipe unix - n n - 2 pipe flags=DOR user=nobody argv=/bin/sh {place}/pipe.sh
"""
# Postfix runs this as nobody, who may not enter every checkout: the test reads in its place, and tells with what
# status. It is 75 (EX_TEMPFAIL) where the report is to be tried again later.
_PIPE = """\
report=$(mktemp -d {place}/pipe/XXXXXX) && mkfifo "$report/status" && cat > "$report/part" \
    && mv "$report/part" "$report/whole" && read status < "$report/status" || exit 75
exit "$status"
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is who for this relay."""

    listed: Mapping[str, Sequence[str]]
    """Domains whose mailboxes it knows: anybody else there is refused in the dialogue."""
    trusting: Sequence[str]
    """Domains for which it takes everything; their server says later who does not exist."""
    slow: str
    """A domain whose server does not answer yet: `Postfix.hurry` brings it back."""
    returns: str
    """The domain to which reports return; each is delivered, and given to the pipe as well."""
    moved: Mapping[str, str]
    """Mailboxes that pass everything on."""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running relay."""

    folder: Path
    port: int
    lmtp: Path
    log: Path

    def greets(self) -> bool:
        """It talks SMTP."""
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as client:
                return client.noop()[0] == 250
        except OSError:
            return False

    def waiting(self) -> int:
        """How many messages are in its queue."""
        places = [self.folder / "queue" / name for name in ("maildrop", "incoming", "active", "deferred")]
        return sum(1 for place in places for path in place.rglob("*") if path.is_file())

    def hurry(self) -> None:
        """The server of the slow domain answers from now on."""
        (self.folder / "late").symlink_to(self.lmtp)

    def open_pipe(self) -> None:
        """Let the pipe take what waits for it; until then it defers everything."""
        (self.folder / "pipe").mkdir()
        (self.folder / "pipe").chmod(0o777)

    def read_pipe(self, read: Callable[[bytes], int]) -> int:
        """Let `read` have what stands in the pipe, and Postfix its exit status; how many reports there were."""
        reports = list(self.folder.glob("pipe/*/whole"))
        for report in reports:
            status = read(report.read_bytes())
            report.unlink()
            report.with_name("status").write_text(f"{status}\n")
        return len(reports)


@contextmanager
def postfix(folder: Path, port: int, milter: Path, lmtp: Path, plan: Plan) -> Iterator[Postfix]:
    """A relay on loopback that signs by that milter and gives what is for a mailbox to that socket."""
    place = folder / "postfix"
    _folders(place)
    (place / "main.cf").write_text(_settings(place, milter, lmtp, plan))
    (place / "master.cf").write_text(_DAEMONS.format(port=port, place=place))
    (place / "pipe.sh").write_text(_PIPE.format(place=place))
    _tables(place, lmtp, plan)
    log = folder / "postfix.log"
    made = Postfix(place, port, lmtp, log)
    # `postfix start` and `start-fg` put their children out of reach, and look after folders that are not ours.
    with running(["/usr/lib/postfix/sbin/master", "-c", place, "-s"], log, made.greets):
        yield made


def _folders(place: Path) -> None:
    for name in ("", "queue", "data", *(f"queue/{name}" for name in _QUEUES)):
        (place / name).mkdir()
        if name not in ("", "queue"):
            shutil.chown(place / name, "postfix", "root")
            (place / name).chmod(0o700)
    for name, group, mode in _SHARED:
        made = place / "queue" / name
        made.mkdir()
        shutil.chown(made, "postfix", group)
        made.chmod(mode)
    (place / "queue" / "pid").mkdir()


def _tables(place: Path, lmtp: Path, plan: Plan) -> None:
    known = [address for addresses in plan.listed.values() for address in addresses]
    known += [f"@{domain}" for domain in (*plan.trusting, plan.slow, plan.returns, f"pipe.{plan.returns}")]
    (place / "mailboxes").write_text("".join(f"{address} here\n" for address in known))
    routes = {plan.slow: f"lmtp:unix:{place}/late", f"pipe.{plan.returns}": "pipe:"}
    (place / "routes").write_text("".join(f"{domain} {route}\n" for domain, route in routes.items()))
    copied = plan.returns.replace(".", "\\.")
    both = f"/^(.+)@{copied}$/ $1@{plan.returns}, $1@pipe.{plan.returns}\n"
    passed_on = "".join(f"/^{address}$/ {target}\n" for address, target in plan.moved.items())
    (place / "passed_on").write_text(both + passed_on)


def _settings(place: Path, milter: Path, lmtp: Path, plan: Plan) -> str:
    domains = [*plan.listed, *plan.trusting, plan.slow, plan.returns, f"pipe.{plan.returns}"]
    return f"""\
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
maillog_file = {place.parent}/postfix.log
maillog_file_prefixes = {place.parent}
myhostname = relais.ville.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
disable_dns_lookups = yes
lmtp_host_lookup = native
mydestination =
alias_maps =
local_recipient_maps =
local_transport = error:5.1.1 there are no local mailboxes
default_transport = error:5.4.4 nothing leaves this machine
relay_transport = error:5.4.4 nothing leaves this machine
virtual_transport = lmtp:unix:{lmtp}
virtual_mailbox_domains = {" ".join(domains)}
virtual_mailbox_maps = texthash:{place}/mailboxes
virtual_alias_maps = regexp:{place}/passed_on
transport_maps = texthash:{place}/routes
pipe_destination_recipient_limit = 1
smtpd_milters = unix:{milter}
milter_default_action = tempfail
delay_warning_time = 1s
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
notify_classes =
"""
