"""Pages open to everybody: whose house it is, personal data, accessibility, the logo."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import public
from outreach.errors import NotFound
from outreach.institution import queries

bp = Blueprint("public", __name__)

A_DAY = 86_400

PREVIEWERS = ("facebookexternalhit", "Facebot", "WhatsApp", "LinkedInBot", "Twitterbot")
"""Programs of messengers and networks that draw a link as a card for whoever pastes it."""


@bp.get("/")
@public("whoever types the address should learn whose house it is")
def home() -> ResponseReturnValue:
    """Whose house it is."""
    return render_template("institution/home.html")


@bp.get("/privacy")
@public("the law asks that everybody can read it (articles 13 and 14 GDPR)")
def privacy() -> ResponseReturnValue:
    """What is done with personal data, and the rights one has."""
    return render_template("institution/privacy.html")


@bp.get("/accessibilite")
@public("the law asks that everybody can read it (RGAA 4.1)")
def accessibility() -> ResponseReturnValue:
    """The declaration of accessibility."""
    return render_template("institution/accessibility.html")


@bp.get("/logo")
@public("it stands on pages and in messages that everybody may read")
def logo() -> ResponseReturnValue:
    """The city's picture; caches may keep it, for its address changes with it."""
    found = queries.logo()
    if found is None:
        raise NotFound("There is no logo.")
    response = Response(found.content, mimetype=found.kind)
    response.set_etag(found.mark)
    response.cache_control.public = True
    response.cache_control.max_age = A_DAY
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response.make_conditional(request)


@bp.get("/robots.txt")
@public("search engines ask for it before anything else")
def robots() -> ResponseReturnValue:
    """Nothing here is for search engines; who shows a picture of a pasted share link may read that page (RFC 9309)."""
    named = "".join(f"User-agent: {name}\n" for name in PREVIEWERS)
    return Response(f"{named}Allow: /s/\nDisallow: /\n\nUser-agent: *\nDisallow: /\n", mimetype="text/plain")
