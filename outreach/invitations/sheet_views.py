"""Shows pages that are drawn once for everybody who reads the same: who gets one, and how it is sent.

A sheet is looked for by all that it says (`opened_queries.Opened.mark`, read in the request itself), so whatever is
changed shows in the very next page of every process; there is no time to wait for and nothing to be told.
"""

from collections.abc import Mapping
from functools import cache
from itertools import permutations, product
from typing import Final, cast

from flask import Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from outreach.accounts.guard import cookie_name
from outreach.compression import reads_gzip
from outreach.i18n import LANGUAGES
from outreach.invitations.models import Channel, Reply
from outreach.invitations.sheets import Sheet, Sheets
from outreach.web import csp_nonce

_WISHES: Final = {"lang": LANGUAGES, "reply": tuple(Reply), "via": tuple(Channel)}
"""What our own links ask of a page."""
_PLAIN: Final = {"Vary": "Accept-Encoding"}
_PACKED: Final = {"Content-Encoding": "gzip", **_PLAIN}


@cache
def _queries(wishes: tuple[str, ...]) -> frozenset[bytes]:
    """Every query that our own links to a page have: it may depend on them, and there are few."""
    chosen = (names for most in range(len(wishes) + 1) for names in permutations(wishes, most))
    return frozenset(
        "&".join(f"{name}={value}" for name, value in zip(names, values, strict=True)).encode()
        for names in chosen
        for values in product(*(_WISHES[name] for name in names))
    )


def install(state: BlueprintSetupState) -> None:
    """Each application keeps the sheets of its own."""
    cast("Flask", state.app).extensions["outreach.sheets"] = Sheets()


def sheets() -> Sheets:
    """Those of the running application."""
    kept: Sheets = current_app.extensions["outreach.sheets"]
    return kept


def is_anybody(*wishes: str) -> bool:
    """True for a reader of whom the page knows nothing but the link: no cookie of ours, no query but these wishes."""
    ours = {cookie_name(), current_app.config["SESSION_COOKIE_NAME"]}
    is_known = bool(ours & request.cookies.keys()) or "HX-Request" in request.headers
    return not is_known and request.query_string in _queries(wishes)


def wish(name: str) -> str:
    """What the query of a reader who `is_anybody` asks for; "" for nothing."""
    return request.args.get(name, "")


def place() -> tuple[str, bytes]:
    """Where the page is shown: what its own links depend on."""
    return request.script_root, request.query_string


def send(sheet: Sheet, values: Mapping[str, str]) -> Response:
    """The page of one reader, packed for whoever reads gzip; with a policy of its own."""
    filled = {**values, "csp": csp_nonce()}
    if request.method == "GET" and reads_gzip(request.headers.get("Accept-Encoding", "")):
        return Response(sheet.packed(filled), mimetype="text/html", headers=_PACKED)
    return Response(sheet.filled(filled), mimetype="text/html", headers=_PLAIN)
