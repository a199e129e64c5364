"""The page for passing on and its files: poster, card, QR code, draft; and the card that stands for a share link."""

import io
from pathlib import Path

from flask import Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import public
from outreach.database import now, transaction
from outreach.forwarding import actions, drawing, kit_pages
from outreach.forwarding.base_views import bp
from outreach.forwarding.passing_on import tagged
from outreach.i18n import language
from outreach.invitations.door_views import open_door, read_token, speak_to
from outreach.invitations.forms import once_more, pace_of
from outreach.invitations.models import Channel
from outreach.invitations.pace import Pace
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose, links


@bp.get("/k/<token>")
@public("the kit is opened from somebody's own message, and shows a count and words to copy")
def kit(token: str) -> ResponseReturnValue:
    """Everything ready for passing the invitation on, in both languages; its script only adds buttons."""
    invitation = open_door(Purpose.KIT, token)
    speak_to(invitation)
    g.own_script = True
    return render_template("forwarding/kit.html", **kit_pages.kit(invitation, token))


@bp.post("/k/<token>")
@public("whoever holds somebody's own kit says whether they may be named")
def name_me(token: str) -> ResponseReturnValue:
    """Agree, or not any more, to be named on the landing page of one's share link."""
    key = read_token(Purpose.KIT, token)
    named = bool(request.form.get("named"))
    if (pace := pace_of("kit", key, now())) is not Pace.HUMAN:
        speak_to(get_by_key(key))
        return once_more("kit", key, kit_pages.naming(named), pace=pace)
    with transaction():
        actions.agree_to_be_named(get_by_key(key), named)
    return redirect(url_for("forwarding.kit", token=token, lang=language(), saved=1), 303)


@bp.get("/k/<token>/qr.<any(svg, png):kind>")
@public("the drawing of a share link, which is public")
def qr(token: str, kind: str) -> ResponseReturnValue:
    """The share link as a QR code, to print: SVG or PNG, 16 pixels a module."""
    key = read_token(Purpose.KIT, token)
    code, out = drawing.qr(tagged(links().url(Purpose.SHARE, key), Channel.QR)), io.BytesIO()
    if kind == "svg":
        code.save(out, kind="svg", scale=8, border=4, xmldecl=False, nl=False)
        return Response(out.getvalue(), mimetype="image/svg+xml")
    code.save(out, kind="png", scale=16, border=4)
    return Response(out.getvalue(), mimetype="image/png")


@bp.get("/k/<token>/poster-<any(fr, en):language>.pdf")
@public("a poster of what the share link shows to everybody")
def poster(token: str, language: str) -> ResponseReturnValue:
    """An A4 poster of the event with the code of the share link."""
    invitation = open_door(Purpose.KIT, token)
    content = drawing.drawn("poster", kit_pages.printed(invitation, "poster", language), _shelf())
    return _file(content, "application/pdf", f"{invitation.event.slug}-{language}.pdf")


@bp.get("/k/<token>/card-<any(fr, en):language>.png")
@public("a picture of what the share link shows to everybody")
def card(token: str, language: str) -> ResponseReturnValue:
    """A picture of 1200 x 630 pixels with the code of the share link."""
    invitation = open_door(Purpose.KIT, token)
    content = drawing.drawn("card", kit_pages.printed(invitation, "card", language), _shelf())
    return _file(content, "image/png", f"{invitation.event.slug}-{language}.png")


@bp.get("/k/<token>/message-<any(fr, en):language>.eml")
@public("the words of the kit as a draft, with the share link and no other")
def draft(token: str, language: str) -> ResponseReturnValue:
    """The ready message as a draft for a mail program."""
    invitation = open_door(Purpose.KIT, token)
    return _file(kit_pages.draft(invitation, language), "message/rfc822", f"{invitation.event.slug}-{language}.eml")


@bp.get("/s/<token>/card-<any(fr, en):language>.png")
@public("the picture that stands for a share link, which is public, wherever it is pasted")
def preview(token: str, language: str) -> ResponseReturnValue:
    """The event as a picture of 1200 x 630 pixels, for networks and messengers that show a link by its picture."""
    invitation = open_door(Purpose.SHARE, token)
    content = drawing.drawn("card", kit_pages.pictured(invitation.event, language), _shelf())
    return Response(content, mimetype="image/png", headers={"Cache-Control": "public, max-age=86400"})


def _shelf() -> Path:
    return drawing.shelf(Path(current_app.config["DATA_DIR"]))


def _file(content: bytes, mimetype: str, name: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
