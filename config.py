"""Every setting, its environment variable and its default; the only reader of the environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class ConfigError(Exception):
    """The settings cannot be used; the sentence says which one and why."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one installation. Every field is read from `OUTREACH_` + its name in capitals."""

    secret_keys: tuple[str, ...]
    """Keys that sign links and sessions, newest last; older ones still verify. Comma-separated."""
    suppression_key: str
    """Key of the hashes that keep erased people out. Never rotated."""
    base_url: str
    """Where recipients reach us; every link in a message begins with it."""
    data_dir: Path = Path("var")
    """Where the embedded database, the locks and the journal live."""
    journal: str = ""
    """File of the journal, outside the database; empty means `journal.jsonl` in `data_dir`."""
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in `data_dir`."""
    smtp_url: str = "smtp://127.0.0.1:1025"
    """The relay: smtp://, smtp+starttls:// or smtps://, with user and password where it asks for them."""
    mail_from: str = "invitations@localhost.localdomain"
    """The mailbox in From when a campaign names none."""
    bounce_domain: str = "localhost.localdomain"
    """Domain of envelope senders and of opt-outs by mail."""
    bounces_imap_url: str = ""
    """The mailbox to which reports come, imaps://user:password@host/INBOX; empty: they are read by command only."""
    timezone: str = "Europe/Paris"
    """Zone in which staff read times."""
    engine: str = "embedded"
    """How jobs run: `embedded` (threads of the engine process) or `procrastinate` (workers; needs PostgreSQL)."""
    pace_seconds: int = 10
    """A form sent sooner than this after its page was made is asked to be confirmed (link scanners)."""
    connections: int = 10
    """Connections to the relay at most."""
    messages_per_connection: int = 1000
    """Messages sent on one connection before it is replaced."""
    loopback_only: bool = False
    """Refuse any relay that is not on this machine (tests and demonstration)."""
    demonstration: bool = False
    """True in the demonstration: reserved domains are accepted, pages say so."""
    metrics_token: str = ""
    """When set, /metrics asks for `Authorization: Bearer` this."""
    log_format: str = "json"
    """`json` for machines, `console` for people."""
    host: str = "127.0.0.1"
    """Where the web server listens."""
    port: int = 8000
    """Port of the web server."""
    trusted_proxies: int = 0
    """Reverse proxies in front of us, each adding to X-Forwarded-For; 0 believes no such header."""
    web_workers: int = 1
    """Web processes."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Values handed to Flask as they are (tests only)."""

    def __post_init__(self) -> None:
        if self.engine == "procrastinate" and not self.database.startswith("postgresql"):
            raise ConfigError(
                "OUTREACH_ENGINE=procrastinate needs PostgreSQL: set OUTREACH_DATABASE_URL, "
                "for instance to postgresql+psycopg://outreach@localhost/outreach."
            )

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'outreach.db').resolve()}"

    @property
    def journal_file(self) -> Path:
        """The path of the journal in force."""
        return Path(self.journal) if self.journal else self.data_dir / "journal.jsonl"

    @property
    def secure(self) -> bool:
        """True when the public address is https, so that cookies and headers may insist on it."""
        return urlsplit(self.base_url).scheme == "https"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read the environment.

        Raises ConfigError when SECRET_KEYS, SUPPRESSION_KEY or BASE_URL is missing, or a value cannot be read.
        """
        settings = {key[9:].lower(): value for key, value in environ.items() if key.startswith("OUTREACH_")}
        for name in ("secret_keys", "suppression_key", "base_url"):
            if not settings.get(name, "").strip():
                raise ConfigError(f"OUTREACH_{name.upper()} is missing: the service does not start without it.")
        values: dict[str, Any] = {
            name: _read(name, settings[name]) for name in cls.__dataclass_fields__ if name in settings
        }
        return cls(**values)

    def environment(self) -> dict[str, str]:
        """The environment of a process of ours with these settings, beside all that it inherits."""
        spoken = {name: _written(getattr(self, name)) for name in type(self).__dataclass_fields__ if name != "extra"}
        return {**os.environ, **{f"OUTREACH_{name.upper()}": value for name, value in spoken.items()}}


def _written(value: object) -> str:
    """A setting as it is written in the environment."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _yes_or_no(text: str) -> bool:
    word = text.strip().lower()
    if word not in {"1", "true", "yes", "on", "0", "false", "no", "off", ""}:
        raise ValueError("write yes or no")
    return word in {"1", "true", "yes", "on"}


def _address(text: str) -> str:
    """Every link is this and a path from the root, so it holds a scheme, a host, perhaps a port, and nothing else."""
    address = text.strip().rstrip("/")
    parts = urlsplit(address)
    bare = parts.username is None and not (parts.path or parts.query or parts.fragment or set(address) & set(" ?#"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or not bare or parts.port == 0:
        raise ValueError("write it as https://invitations.example.org, without anything after the host")
    return address


def _engine(text: str) -> str:
    if (name := text.strip()) not in {"embedded", "procrastinate"}:
        raise ValueError("there are two: embedded, procrastinate")
    return name


_READERS: dict[str, Callable[[str], object]] = {
    "secret_keys": lambda text: tuple(key.strip() for key in text.split(",") if key.strip()),
    "base_url": _address,
    "engine": _engine,
    "data_dir": Path,
    "pace_seconds": int,
    "connections": int,
    "messages_per_connection": int,
    "port": int,
    "trusted_proxies": int,
    "web_workers": int,
    "loopback_only": _yes_or_no,
    "demonstration": _yes_or_no,
}


def _read(name: str, text: str) -> object:
    try:
        return _READERS.get(name, str)(text)
    except ValueError as error:
        raise ConfigError(f"OUTREACH_{name.upper()} cannot be read: {text!r} ({error}).") from error
