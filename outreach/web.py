"""What every page shares: security headers, assets, error pages, the helpers of templates."""

import hashlib
import secrets
from collections.abc import MutableMapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import (
    Response,
    abort,
    current_app,
    g,
    has_request_context,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from outreach.accounts.guard import path_within, signed_in
from outreach.database import db, is_busy
from outreach.errors import Refusal
from outreach.i18n import LANGUAGES, language, sentence
from outreach.institution.queries import NOBODY, Face, institution
from outreach.logs import log

STATIC = Path(__file__).parent / "static"
STAFF = "/admin"


def csp_nonce() -> str:
    """The mark that lets this page's own style and script elements through."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def has_endpoint(name: str) -> bool:
    """True when the application has that page."""
    return name in current_app.view_functions


@cache
def _stamp(path: str) -> str:
    file = STATIC / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else ""


def asset(path: str) -> str:
    """The address of one of our static files, which changes with its content."""
    return f"/static/{path}?v={_stamp(path)}"


def is_staff_page() -> bool:
    """True for the pages of the office."""
    return request.path.startswith(STAFF)


def follow_language() -> None:
    """On pages of the office the switch `?lang=` holds from page to page; elsewhere nothing is remembered."""
    if not is_staff_page():
        return
    if (asked := request.args.get("lang")) in LANGUAGES and session.get("language") != asked:
        session["language"] = asked
    if chosen := session.get("language"):
        g.language = chosen
    signed_in()


def refuse_nul() -> None:
    """Nobody types a NUL, PostgreSQL stores none, and no message can carry one."""
    given = (*request.args.items(multi=True), *request.form.items(multi=True)) if request.endpoint else ()
    if any("\0" in part for pair in given for part in pair):
        abort(400)


def security_headers(response: Response) -> Response:
    """Nothing from elsewhere, nothing inline without a nonce, no frames, no referrer from pages with a token."""
    if g.get("framed"):
        policy = (
            "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
            "sandbox allow-popups"
        )
    else:
        # One page of recipients adds buttons with a file of ours; the others run nothing.
        scripts = f"'self' 'nonce-{csp_nonce()}'" if is_staff_page() else "'self'" if g.get("own_script") else "'none'"
        policy = (
            f"default-src 'none'; script-src {scripts}; style-src 'self' 'nonce-{csp_nonce()}'; img-src 'self' data:; "
            "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin" if is_staff_page() else "no-referrer")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def static_headers(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    """Files are what their names say, whatever a browser makes of their bytes."""
    headers["X-Content-Type-Options"] = "nosniff"


def page_of_refusal(refusal: Refusal) -> ResponseReturnValue:
    """A page that says what was declined and why."""
    return _error_page(refusal.status, sentence(refusal))


def page_of_http_error(error: HTTPException) -> ResponseReturnValue:
    """A page instead of the server's bare error."""
    if error.code is None or error.code < 400:
        return error.get_response()
    sentences = {
        400: _("The form could not be read. Go back, reload the page and try again."),
        404: _(
            "There is no page at this address. If you came from a message, open its link again: "
            "your mail program may have cut it."
        ),
        405: _("This page does not accept what was sent to it."),
        413: _("This file is too large. The limit is 10 MB."),
        429: _("Too many tries. Wait a few minutes, then try again."),
    }
    return _error_page(
        error.code,
        sentences.get(error.code, _("Something went wrong on our side. Nothing was lost; please try again.")),
    )


def page_of_misfit(error: OverflowError | DataError) -> ResponseReturnValue:
    """An address or a form with a number or a text that no column holds: nothing is there, and nothing is kept."""
    db.session.rollback()
    log.warning("the database takes no such value", exc_info=error)
    return page_of_http_error(NotFound() if request.method in {"GET", "HEAD"} else BadRequest())


def page_of_busy(error: OperationalError) -> ResponseReturnValue:
    """Somebody else held what was asked for, for longer than we wait: what was typed can be sent again as it is."""
    db.session.rollback()
    if not is_busy(error):
        raise error
    log.warning("somebody else holds what was asked for", exc_info=error)
    if is_staff_page():
        said = _(
            "Somebody is working on these contacts, or a long task runs. Nothing was changed; try again in a moment."
        )
    else:
        said = _("Many people are answering at this moment. Nothing was changed; try again in a moment.")
    # A file cannot be put into a form again, and no page repeats a password.
    typed = [] if request.files or request.blueprint == "accounts" else list(request.form.items(multi=True))
    page = make_response(_error_page(503, said, [pair for pair in typed if pair[0] != "csrf_token"]))
    page.headers["Retry-After"] = "5"
    return page


def _error_page(status: int, message: str, again: Sequence[tuple[str, str]] = ()) -> ResponseReturnValue:
    try:
        member = signed_in() if is_staff_page() else None
        template = "accounts/refusal.html" if member else "layouts/error.html"
        page = render_template(template, status=status, message=message, way_out=_way_out(), again=again)
    except SQLAlchemyError:  # the database is away: the page that says so must not need it
        g.institution, g.staff = NOBODY, None
        page = render_template("layouts/error.html", status=status, message=message, again=again)
    return page, status


def _way_out() -> tuple[str, str] | None:
    """Back to the page of the office that the person came from, after a form was refused."""
    before = path_within(request.referrer) if is_staff_page() and request.method == "POST" else None
    return (_("Go back"), before) if before else None


def template_context() -> dict[str, Any]:
    """What every template may use."""
    asked = has_request_context()
    return {
        "csp_nonce": csp_nonce,
        "has_endpoint": has_endpoint,
        "asset": asset,
        "institution": face() if asked else institution(),
        "current_staff": signed_in() if asked else None,
        "lang": language(),
        "switch_language_url": switch_language_url,
    }


def face() -> Face:
    """Whose house this is, read once for each request."""
    if "institution" not in g:
        g.institution = institution()
    known: Face = g.institution
    return known


def switch_language_url(to: str) -> str:
    """This same page in another language; the reader's own arguments stay arguments, whatever they are called."""
    if request.endpoint is None:
        return url_for("public.home", lang=to)
    return f"{url_for(request.endpoint, **(request.view_args or {}))}?{urlencode({**request.args, 'lang': to})}"
