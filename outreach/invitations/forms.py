"""The guard of every public form: a mark of what it is for and when it was drawn, and a field that people never see.

A page draws it with the macro `guard` of `invitations/_guard.html`; whoever receives the form asks `pace_of`. What does
not come from a person's hands is answered with `once_more`, which keeps all that was typed: nobody loses a form.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app, render_template, request

from outreach.errors import BadLink
from outreach.invitations.pace import MARKS_ROUND_DOWN, Pace, judge
from outreach.links import links

FIELD, POT = "nonce", "website"
SPEAK = "speak"
"""The button that asks for the same page in another language, with all that was typed: it records nothing."""


def mark(form: str, key: str = "") -> str:
    """A fresh mark, for the hidden field `nonce` of a form about that invitation; of nobody's where there is no key."""
    return links().make_nonce(form, key)


def pace_of(form: str, key: str, at: datetime) -> Pace:
    """How fast the form of this request came back, and whether it fills what people do not see.

    Whoever only asks for another language is asked to confirm in that one.
    """
    try:
        made_at = links().read_nonce(form, key, request.form.get(FIELD, "")).made_at
    except BadLink:
        made_at = None
    pace = judge(made_at, at, _wait(), trapped=bool(request.form.get(POT)))
    return Pace.TOO_FAST if pace is Pace.HUMAN and request.form.get(SPEAK) else pace


def once_more(form: str, key: str, answer: str, leaving: Collection[str] = (), pace: Pace = Pace.TOO_FAST) -> str:
    """The page that asks to confirm `answer`, and why; it keeps all that was typed, is timed and guarded too."""
    left = {FIELD, POT, SPEAK, *leaving}
    return render_template(
        "invitations/once_more.html",
        answer=answer,
        late=pace is Pace.UNKNOWN,
        typed=[(name, value) for name, value in request.form.items(multi=True) if name not in left],
        nonce=mark(form, key),
        seconds=int((_wait() + MARKS_ROUND_DOWN).total_seconds()),
    )


def _wait() -> timedelta:
    return timedelta(seconds=current_app.config["PACE_SECONDS"])
