"""Decides what a length of time reads: "10m", "90 s", "1h30"."""

import re
from datetime import timedelta
from typing import Final

from outreach.errors import Refusal

_DURATION: Final = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?\s*(?:(\d{1,5})\s*s?)?", re.IGNORECASE)
LONGEST: Final = timedelta(days=31)


def read_duration(text: str) -> timedelta:
    """A length of time: a number with h, m or s, or several; a number alone is seconds. Raises Refusal."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not any(found.groups()):
        raise Refusal("“%(text)s” is not a length of time: write 10m, 90s or 1h.", field="pause", text=text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    duration = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if duration > LONGEST:
        raise Refusal("A pause lasts 31 days at most.", field="pause")
    return duration


def spell_duration(seconds: int) -> str:
    """The shortest spelling that `read_duration` reads back: "10m", "1h30m", "45s"."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours}h"] * bool(hours) + [f"{minutes}m"] * bool(minutes) + [f"{left}s"] * bool(left)
    return "".join(parts) or "0s"
