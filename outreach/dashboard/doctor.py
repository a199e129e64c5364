"""The checks of an installation: what is well, what is doubtful, what is wrong, and what to do about it."""

import shutil
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from outreach.delivery.returns import mailbox
from outreach.delivery.states import Failure
from outreach.delivery.wire.opening import Timeouts, Unavailable, open_connection
from outreach.delivery.wire.route import Security, parse_route
from outreach.errors import Refusal
from outreach.presence import Company, EngineState

KEY_LENGTH = 32
LITTLE_ROOM = 200 * 2**20
SOME_ROOM = 2**30
CLOCK_DRIFT = 5.0
PATIENCE = Timeouts(connect=10.0, command=10.0)
RESERVED = ("localhost", "localdomain", "local", "test", "example", "invalid", "internal")


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, how it is, and what to do when it is not well."""

    name: str
    state: State
    says: str
    remedy: str = ""


class Settings(Protocol):
    """The settings that are looked at; the application's have more."""

    @property
    def secret_keys(self) -> tuple[str, ...]: ...
    @property
    def suppression_key(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def smtp_url(self) -> str: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def bounce_domain(self) -> str: ...
    @property
    def bounces_imap_url(self) -> str: ...
    @property
    def loopback_only(self) -> bool: ...
    @property
    def demonstration(self) -> bool: ...


def ok(name: str, says: str) -> Finding:
    """All is well."""
    return Finding(name, State.OK, says)


def warning(name: str, says: str, remedy: str) -> Finding:
    """Works, and should be looked at."""
    return Finding(name, State.WARNING, says, remedy)


def failure(name: str, says: str, remedy: str) -> Finding:
    """Does not work."""
    return Finding(name, State.FAILURE, says, remedy)


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Everything that the settings alone tell."""
    yield check_base_url(settings.base_url)
    yield from check_keys(settings)
    yield check_senders(settings)
    yield check_room(settings.data_dir)
    yield check_relay(settings)
    yield from check_returns(settings)
    yield Finding("dns", State.SKIPPED, "SPF, DKIM and DMARC of the sending domain are not looked up yet.")


def check_database(answers: str, revision: str, drift: float | None) -> Iterator[Finding]:
    """From `readiness()`, and how many seconds the clock of the database server is away from ours."""
    if answers != "ok":
        yield failure("database", "The database cannot be reached.", "Check OUTREACH_DATABASE_URL and that it runs.")
        return
    yield ok("database", "The database answers.")
    if revision == "ok":
        yield ok("migrations", "Its tables are those of this version.")
    else:
        yield failure("migrations", "Its tables are not those of this version.", "Run `outreach db upgrade`.")
    if drift is None:
        yield ok("clock", "The database is a file on this machine: there is one clock.")
    elif abs(drift) <= CLOCK_DRIFT:
        yield ok("clock", f"The clock of the database is {abs(drift):.1f} s away from ours.")
    else:
        yield failure("clock", f"The clock of the database is {abs(drift):.0f} s away from ours.", "Run NTP on both.")


def check_search(has_trigrams: bool) -> Finding:
    """Fragments of words are looked up in an index of trigrams; without one every word is looked through."""
    if has_trigrams:
        return ok("search", "Fragments of words are looked up in an index of trigrams.")
    return warning(
        "search",
        "The database has no index of trigrams: a search looks through every word, and forgives one slip, not two.",
        "On PostgreSQL, as its owner: CREATE EXTENSION pg_trgm;"
        " CREATE INDEX search_word_trigram ON search_word USING gin (word gin_trgm_ops);",
    )


def clock_drift(theirs: datetime | None, ours: datetime) -> float | None:
    """Seconds between two clocks."""
    return (theirs - ours).total_seconds() if theirs else None


def check_base_url(url: str) -> Finding:
    """Links in messages must be https: tokens travel in them."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return failure("base_url", f"{url!r} is not a web address.", "Set OUTREACH_BASE_URL to https://your.host.")
    if parts.scheme == "https":
        return ok("base_url", f"Links begin with {url}.")
    if is_loopback(parts.hostname):
        return ok("base_url", f"Links begin with {url}: fine on this machine, useless anywhere else.")
    return failure("base_url", f"Links begin with {url}, in the clear.", "Set OUTREACH_BASE_URL to an https address.")


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Keys are long and not one another."""
    short = [key for key in (*settings.secret_keys, settings.suppression_key) if len(key) < KEY_LENGTH]
    make = 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    if settings.suppression_key in settings.secret_keys:
        yield failure("keys", "The suppression key is also a secret key, which will be rotated.", make)
    elif short and not settings.demonstration:
        yield failure("keys", f"{len(short)} of the keys are shorter than {KEY_LENGTH} characters.", make)
    elif short:
        yield warning("keys", f"{len(short)} of the keys are short: fine for a demonstration only.", make)
    else:
        yield ok("keys", f"{len(settings.secret_keys)} secret keys and the suppression key are long enough.")


def check_senders(settings: Settings) -> Finding:
    """From and envelope sender should be of one organisation, or DMARC finds no alignment by SPF."""
    domain = settings.mail_from.rpartition("@")[2].lower().rstrip(">")
    bounces = settings.bounce_domain.lower()
    if "@" not in settings.mail_from or "." not in domain:
        return failure("senders", f"{settings.mail_from!r} is not a mailbox.", "Set OUTREACH_MAIL_FROM.")
    if domain.rsplit(".", 1)[-1] in RESERVED and not settings.demonstration:
        return failure("senders", f"{domain} is not a domain that mail comes from.", "Set OUTREACH_MAIL_FROM.")
    if not (bounces == domain or bounces.endswith(f".{domain}") or domain.endswith(f".{bounces}")):
        return warning(
            "senders",
            f"Messages come from {domain} and return to {bounces}: SPF will not align for DMARC.",
            f"Set OUTREACH_BOUNCE_DOMAIN to a subdomain such as returns.{domain}.",
        )
    return ok("senders", f"Messages come from {domain} and return to {bounces}.")


def check_room(folder: Path) -> Finding:
    """There is room for the database to grow."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return failure("disk", f"{folder} cannot be used: {error.strerror}.", "Create it, or set OUTREACH_DATA_DIR.")
    said = f"{free // 2**20} MB are free in {folder}."
    if free < LITTLE_ROOM:
        return failure("disk", said, "Make room: the database cannot grow.")
    return warning("disk", said, "Make room before a large campaign.") if free < SOME_ROOM else ok("disk", said)


def check_relay(settings: Settings) -> Finding:
    """The very opening that sending uses: connection, EHLO, verified TLS, sign-in."""
    try:
        route = parse_route(settings.smtp_url, loopback_only=settings.loopback_only)
        opened = open_connection(route, PATIENCE, ssl.create_default_context(), settings.bounce_domain)
    except Refusal as refusal:
        return failure("relay", str(refusal), "Set OUTREACH_SMTP_URL.")
    except Unavailable as away:
        return failure("relay", f"The relay failed at {away.phase}: {away.answer}.", _remedy(away))
    except OSError as error:
        return failure("relay", f"The relay cannot be found: {error.strerror or error}.", "Set OUTREACH_SMTP_URL.")
    opened.socket.close()
    name = f"{route.host}:{route.port}"
    if route.security is Security.NONE and not is_loopback(route.host):
        said = f"{name} answers, and messages would travel in the clear."
        return warning("relay", said, "Use smtp+starttls:// or smtps:// in OUTREACH_SMTP_URL.")
    secured = "without TLS, on this machine" if route.security is Security.NONE else "with a verified certificate"
    pipelining = "" if opened.extensions.pipelining else "; it does not know PIPELINING, so sending will be slow"
    return ok("relay", f"{name} answers {secured}{pipelining}.")


def check_returns(settings: Settings) -> Iterator[Finding]:
    """The mailbox to which reports come can be read, where one is set; nothing in it is marked."""
    if not settings.bounces_imap_url:
        return
    try:
        place = mailbox.parse_place(settings.bounces_imap_url, loopback_only=settings.loopback_only)
        with mailbox.opened(place) as box:
            yield ok("returns", f"{place} can be read; unread mails: {box.count()}.")
    except Refusal as refusal:
        yield failure("returns", str(refusal), "Set OUTREACH_BOUNCES_IMAP_URL.")


def check_people(administrators: int, named: bool, privacy_email: str) -> Iterator[Finding]:
    """Somebody is in charge, and pages say whose house it is."""
    if administrators:
        yield ok("administrators", f"{administrators} accounts may administer.")
    else:
        yield warning("administrators", "Nobody may administer.", "Run `outreach user add … --role administer`.")
    if not named:
        yield warning("institution", "Pages do not say whose house it is.", "Sign in and fill in the settings.")
    elif not privacy_email:
        yield warning("institution", "No mailbox for personal data is named.", "Name one in the settings: it is due.")
    else:
        yield ok("institution", "Pages say whose house it is and whom to ask about personal data.")


def check_engine(found: Company, calls_workers: bool) -> Iterator[Finding]:
    """Something sends. `outreach send --due` from cron needs no engine."""
    name, where = ("The clock", "for this database") if calls_workers else ("The engine", "on this machine")
    match found.engine:
        case EngineState.RUNNING:
            yield ok("engine", f"{name} works {where}.")
        case EngineState.STUCK:
            yield failure("engine", f"{name} holds its lock and has not moved for a minute.", "Restart it.")
        case _ if calls_workers:
            yield warning("engine", "No clock runs: retries and late batches wait.", "Start `outreach clock`.")
        case _:
            yield warning("engine", "No engine runs on this machine: nothing leaves by itself.", "Start the service.")
    if calls_workers and found.workers:
        yield ok("workers", f"{found.workers} workers were seen within a minute.")
    elif calls_workers:
        yield failure("workers", "No worker is at work: nothing leaves.", "Start `outreach worker`, on any machine.")


def is_sound(findings: Iterable[Finding]) -> bool:
    """True when nothing fails."""
    return all(finding.state is not State.FAILURE for finding in findings)


def is_loopback(host: str) -> bool:
    """True for this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _remedy(away: Unavailable) -> str:
    match away.answer:
        case Failure.CERTIFICATE:
            return "Its certificate is not trusted, has expired or bears another name: use the name it was made for."
        case Failure.NO_TLS:
            return "It does not offer STARTTLS: use smtps://, or ask whoever runs it."
        case Failure.NO_AUTH:
            return "It offers no sign-in that we know: remove the password, or ask whoever runs it."
        case Failure.DISCONNECTED | Failure.TIMEOUT:
            return "Check host and port in OUTREACH_SMTP_URL, that the relay runs, and the firewall."
        case _:
            return "Check user, password and rights in OUTREACH_SMTP_URL with whoever runs the relay."
