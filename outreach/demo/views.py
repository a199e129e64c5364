"""The web inbox of the demonstration: every message that left, as its recipient sees it."""

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import public
from outreach.demo.inbox import Inbox, Kept
from outreach.demo.place import Place
from outreach.errors import NotFound

bp = Blueprint("demo", __name__, url_prefix="/demo/inbox")

WHY = "the demonstration's inbox shows invented people only"
PAGE = 50
FRAMED = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""What a message may do in its frame: be looked at, and open its links in windows of their own."""


@bp.get("/")
@public(WHY)
def inbox() -> ResponseReturnValue:
    """All messages, the newest first; those of one mailbox, or those that hold some words."""
    to, words = request.args.get("to", ""), request.args.get("q", "")
    every = _inbox().entries()
    found = [one for one in reversed(every) if one.matches(words) and to in ("", one.to)]
    page = max(1, request.args.get("page", 1, type=int))
    shown = found[(page - 1) * PAGE : page * PAGE]
    later = page + 1 if page * PAGE < len(found) else None
    return render_template(
        "demo/inbox.html", entries=shown, count=len(found), total=len(every), to=to, q=words, page=page, later=later
    )


@bp.get("/<int:number>")
@public(WHY)
def message(number: int) -> ResponseReturnValue:
    """One message: as it looks, its text part, its headers."""
    return render_template("demo/message.html", message=_message(number))


@bp.get("/<int:number>/html")
@public(WHY)
def body(number: int) -> ResponseReturnValue:
    """The HTML of a message, for a frame that runs nothing. Its links open in windows of their own."""
    g.framed = True
    html = _message(number).html.replace("<head>", '<head><base target="_blank">', 1)
    return Response(html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": FRAMED})


@bp.get("/<int:number>/source")
@public(WHY)
def source(number: int) -> ResponseReturnValue:
    """The octets that were received."""
    return Response(_message(number).source, content_type="text/plain; charset=utf-8")


def _inbox() -> Inbox:
    return Inbox(Place(current_app.extensions["outreach.config"].data_dir).inbox)


def _message(number: int) -> Kept:
    found = _inbox().find(number)
    if found is None:
        raise NotFound("This message is not here any more.")
    return found
