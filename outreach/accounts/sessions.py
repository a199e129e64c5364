"""How long a browser stays signed in, and what is kept of its token."""

import hashlib
import secrets
from datetime import datetime, timedelta

LIFETIME = timedelta(hours=12)
"""A working day: after it everybody signs in again, busy or not."""
IDLE = timedelta(hours=2)
"""A browser left alone for longer, a lunch and a meeting, is signed out."""
SEEN_EVERY = timedelta(minutes=1)
"""How finely we note that somebody is still there."""


def new_token() -> str:
    """What a browser keeps: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """What the database knows of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_over(last_seen_at: datetime, expires_at: datetime, revoked_at: datetime | None, at: datetime) -> bool:
    """True when a session no longer opens anything."""
    return revoked_at is not None or expires_at <= at or at - last_seen_at >= IDLE
