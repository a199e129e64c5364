"""Sends pages and what they load compressed to whoever reads gzip, so that they weigh little on a slow line."""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.datastructures import Accept, Headers
from werkzeug.http import parse_accept_header, parse_set_header

TYPES = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml"})
LEAST, MOST = 1000, 1_000_000
"""Octets: less is not worth it, more is no page of ours."""
OUR_FILES = "/static/"
OFFICE = "/admin"
"""Pages of the office carry the mark of a session beside what an address can make them show: compressed together, the
length of the answer could tell the one from the other (BREACH). Pages of recipients have no cookie to steal."""


@lru_cache(256)
def reads_gzip(accepted: str) -> bool:
    """Whether a reader with that Accept-Encoding (RFC 9110, 12.5.3) takes gzip; one without the header does not."""
    # `*` is every coding that is not named, so gzip; `gzip;q=0` refuses it, whatever `*` says.
    return parse_accept_header(accepted, Accept).quality("gzip") > 0


class Compression:
    """Around the whole application, the server of static files included."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the application, packed where that serves."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(OFFICE):
            return self.app(environ, start_response)
        begun = _Begun()
        body = self.app(environ, begun)
        is_worth_it = begun.is_worth_it
        if is_worth_it:
            varied = parse_set_header(", ".join(begun.headers.getlist("Vary")))
            varied.add("Accept-Encoding")
            begun.headers["Vary"] = varied.to_header()
        is_asked_for = environ["REQUEST_METHOD"] != "HEAD" and reads_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if not (is_worth_it and is_asked_for):
            start_response(begun.status, begun.headers.to_wsgi_list())
            return body
        try:
            content = b"".join(body)
        finally:
            getattr(body, "close", lambda: None)()
        packed = _file(path, content) if path.startswith(OUR_FILES) else _page(content)
        begun.headers["Content-Encoding"] = "gzip"
        begun.headers["Content-Length"] = str(len(packed))
        start_response(begun.status, begun.headers.to_wsgi_list())
        return [packed]


class _Begun:
    """What the application said before its content."""

    status = ""
    headers: Headers

    def __call__(self, status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Any:
        self.status, self.headers = status, Headers(headers)
        return None

    @property
    def is_worth_it(self) -> bool:
        kind = self.headers.get("Content-Type", "").partition(";")[0]
        size = int(self.headers.get("Content-Length", "0"))
        has_body = self.status[:3] not in {"204", "206", "304"}
        return has_body and kind in TYPES and LEAST <= size <= MOST and "Content-Encoding" not in self.headers


def _page(content: bytes) -> bytes:
    return gzip.compress(content, 1, mtime=0)


@lru_cache(128)
def _file(_path: str, content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
