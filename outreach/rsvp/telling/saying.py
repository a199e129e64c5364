"""What a confirmation says of an answer, as the plain values that its words are written from."""

from collections.abc import Sequence
from typing import Any

from outreach.events.models import Event, Session, SessionKind
from outreach.events.wording import in_language, instant_phrase, session_times
from outreach.invitations.models import Reply
from outreach.rsvp.submission import Person


def said(
    event: Event,
    language: str,
    *,
    reply: Reply,
    name: str,
    persons: Sequence[Person],
    waiting: Sequence[dict[str, Any]] = (),
    entry: str = "",
    delegate: str = "",
    by_staff: bool = False,
    calendar: str = "",
) -> dict[str, Any]:
    """`persons` with the seats they have and what is kept of their needs; `entry` is the text of their pass."""
    sessions = {one.id: one for one in event.sessions}
    seated = any(one.sessions for one in persons)
    return {
        "reply": reply.value,
        "name": name,
        "persons": [_comes(one, sessions, event.timezone, language) for one in persons if one.name],
        "waiting": [*waiting],
        "only_waiting": bool(waiting) and not seated,
        "nothing_left": reply is Reply.YES and bool(sessions) and not (waiting or seated),
        "pass": entry,
        "needs": any(one.confides for one in persons),
        "delegate": delegate,
        "by_staff": by_staff,
        "answer_by": instant_phrase(event.answer_by, event.timezone, language),
        "calendar": calendar,
    }


def _comes(one: Person, sessions: dict[int, Session], zone: str, language: str) -> dict[str, Any]:
    chosen = sorted((sessions[number] for number in sorted(one.sessions)), key=lambda each: each.starts_at)
    return {
        "name": one.name,
        "sessions": [
            {
                "title": in_language(each.title, language),
                "times": session_times(each.starts_at, each.ends_at, zone, language),
                "day": each.kind is SessionKind.DAY,
            }
            for each in chosen
        ],
    }
