"""The mark that a public form carries: made for one form about one invitation, with its time; and what it is for."""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app, render_template, request

from outreach.errors import BadLink
from outreach.invitations.pace import Pace, judge
from outreach.links import links

FIELD = "nonce"


def mark(form: str, key: str) -> str:
    """A fresh mark, for the hidden field `nonce` of a form about that invitation."""
    return links().make_nonce(form, key)


def pace_of(form: str, key: str, at: datetime) -> Pace:
    """How fast the form of this request came back."""
    try:
        made_at = links().read_nonce(form, key, request.form.get(FIELD, "")).made_at
    except BadLink:
        made_at = None
    return judge(made_at, at, timedelta(seconds=current_app.config["PACE_SECONDS"]))


def once_more(form: str, key: str, answer: str, leaving: Collection[str] = ()) -> str:
    """The page that asks whoever was very quick to confirm `answer`; it keeps all they typed and is timed too."""
    left = {FIELD, *leaving}
    return render_template(
        "invitations/once_more.html",
        answer=answer,
        typed=[(name, value) for name, value in request.form.items(multi=True) if name not in left],
        nonce=mark(form, key),
        seconds=current_app.config["PACE_SECONDS"],
    )
