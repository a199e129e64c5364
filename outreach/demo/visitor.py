"""Somebody with a browser: opens pages of the real server, fills their forms, sends them back."""

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile",
)
SCANNER: Final = "ExampleLinkScanner/1.0 (scans links before people see them)"
TIMEOUT: Final = 30


@dataclass(slots=True)
class Control:
    """A field of a form, and what it would send as it stands."""

    name: str
    kind: str
    value: str
    chosen: bool = True


@dataclass(slots=True)
class Form:
    """A form of a page."""

    action: str
    controls: list[Control] = field(default_factory=list)

    def options(self, name: str) -> list[str]:
        """The values that may be chosen under that name."""
        return [one.value for one in self.controls if one.name == name and one.value]

    def names(self, prefix: str) -> list[str]:
        """The names that begin so, each once, in order."""
        return list(dict.fromkeys(one.name for one in self.controls if one.name.startswith(prefix)))

    def filled(self, values: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
        """What is sent back: what stands there, but for the names given."""
        kept = [(one.name, one.value) for one in self.controls if one.chosen and one.name not in values]
        typed = [
            (name, value) for name, given in values.items() for value in ([given] if isinstance(given, str) else given)
        ]
        return [*kept, *typed]


@dataclass(slots=True)
class Page:
    """A page as it was received."""

    url: str
    status: int
    links: list[str]
    images: list[str]
    forms: list[Form]
    text: str

    @property
    def form(self) -> Form | None:
        """The form to fill in: the one that carries our mark."""
        return next((one for one in self.forms if one.names("nonce")), None)


class Visitor:
    """One person at one network address of loopback; nothing is remembered between pages."""

    def __init__(self, base_url: str, number: int, agent: str = AGENTS[0]) -> None:
        parts = urlsplit(base_url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._from = f"127.0.{2 + number // 250 % 250}.{1 + number % 250}"
        self._agent = agent

    def get(self, url: str) -> Page:
        """Open a page. Raises OSError or HTTPException when the server does not answer."""
        return self._ask("GET", url, None)

    def send(self, page: Page, values: Mapping[str, str | Sequence[str]]) -> Page | None:
        """Fill in the form of a page and send it, following where it leads; None when there is none."""
        if page.form is None:
            return None
        return self._ask("POST", urljoin(page.url, page.form.action), urlencode(page.form.filled(values)))

    def _ask(self, method: str, url: str, body: str | None) -> Page:
        status, location, text = self._exchange(method, url, body)
        if status in {302, 303} and location:
            url = urljoin(url, location)
            status, _location, text = self._exchange("GET", url, None)
        return read_page(url, status, text)

    def _exchange(self, method: str, url: str, body: str | None) -> tuple[int, str | None, str]:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"User-Agent": self._agent, "Accept": "text/html", "Accept-Language": "fr"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = self._connection()
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location"), answer.read().decode(errors="replace")
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        """From an address of one's own where the system has all of 127.0.0.0/8 (Linux), else from the usual one."""
        own = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT, source_address=(self._from, 0))
        try:
            own.connect()
        except OSError:
            own.close()
            return http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT)
        return own


def read_page(url: str, status: int, text: str) -> Page:
    """Take a page apart."""
    reader = _Reader()
    reader.feed(text)
    return Page(url, status, [urljoin(url, link) for link in reader.links], reader.images, reader.forms, text)


class _Reader(HTMLParser):
    """Finds links, images and forms."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[str] = []
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element begins."""
        values = {name: value or "" for name, value in attrs}
        match tag:
            case "a":
                self.links.append(values.get("href", ""))
            case "img":
                self.images.append(values.get("src", ""))
            case "form":
                self._open = Form(values.get("action", ""))
                self.forms.append(self._open)
            case "input" | "textarea" | "select" | "option" if self._open is not None and "disabled" not in values:
                self._control(self._open, tag, values)

    def handle_endtag(self, tag: str) -> None:
        """One element ends."""
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""

    def _control(self, form: Form, tag: str, values: Mapping[str, str]) -> None:
        name, kind = values.get("name", ""), values.get("type", "text") if tag == "input" else tag
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.controls.append(Control(self._select, tag, values.get("value", ""), "selected" in values))
        elif name and kind not in {"submit", "button", "file"}:
            chosen = kind not in {"radio", "checkbox"} or "checked" in values
            form.controls.append(Control(name, kind, values.get("value", ""), chosen))
