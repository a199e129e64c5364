"""Every route of the application, with an address that leads somewhere in a given world."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from config import Config
from outreach.accounts.guard import Access, access_of
from outreach.app import create_app
from outreach.links import Purpose, links
from tests.people import World

FILES = (".gif", ".png", ".svg", ".csv", ".xlsx", ".ics", ".json", ".pdf", ".eml")
MACHINES = ("/health/", "/metrics", "/logo", "/robots")
LISTENING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Route:
    """One rule of the address map."""

    rule: str
    endpoint: str
    methods: frozenset[str]
    arguments: frozenset[str]
    access: Access | None

    @property
    def writes(self) -> list[str]:
        """The methods that may change something."""
        return sorted(self.methods - LISTENING)

    @property
    def is_page(self) -> bool:
        """True for what a person looks at: not a picture, a file or figures for machines."""
        is_file = self.rule.endswith(FILES) or re.search(r"\.<[^/]*>$", self.rule)
        return "GET" in self.methods and not is_file and not self.rule.startswith(MACHINES)

    @property
    def purpose(self) -> Purpose | None:
        """What a token in its path is for."""
        first = self.rule.split("/")[1]
        return Purpose(first) if "token" in self.arguments and first in set(Purpose) else None

    def path(self, world: World, **given: object) -> str:
        """An address in that world; what is `given` besides its arguments becomes the query.

        Raises KeyError for an argument that nobody has taught this module.
        """
        values = {name: self._value(name, world) for name in self.arguments - given.keys()} | given
        if self._is_after_an_answer:
            values["seal"] = links().make_nonce("thanks", world.answered)
        built = self._werkzeug().build(values)
        assert built is not None, f"no address for {self.rule} with {values}"
        return built[1]

    def _value(self, name: str, world: World) -> object:
        if name == "token" and self.purpose is not None:
            return links().sign(self.purpose, self.key(world))
        if name == "session_id":
            return world.workshop if self.rule.startswith("/admin/events/") else world.staff_session
        return _values(world)[name]

    def key(self, world: World) -> str:
        """What a token of this door names."""
        if self.purpose is Purpose.CONFIRM:
            return world.pending
        if self.purpose is Purpose.OPEN:
            return f"{world.campaign}-fr"
        if self.purpose is Purpose.ENTRY:
            return f"{world.answered}-0"
        has_answer = self.purpose is Purpose.ANSWER or self._is_after_an_answer
        return world.answered if has_answer else world.key

    @property
    def _is_after_an_answer(self) -> bool:
        return self.rule.startswith("/i/<token>/")

    def _werkzeug(self) -> Rule:
        return next(rule for rule in _app().url_map.iter_rules() if (rule.rule, rule.endpoint) == self._identity)

    @property
    def _identity(self) -> tuple[str, str]:
        return self.rule, self.endpoint


def _values(world: World) -> dict[str, object]:
    """What fills the arguments of an address, by name. A new name is added here."""
    numbers = {
        "contact": world.ada,
        "event": world.event,
        "campaign": world.campaign,
        "invitation": world.invitation,
        "message": world.message,
        "notice": world.notice,
        "report_id": world.report,
        "organisation": world.organisation,
        "mandate": world.mandate,
        "user": world.user,
        "import": world.import_file,
        "audience": world.audience,
        "suppression": world.suppression,
        "request": world.rights_request,
        "address": world.address,
        "pair": world.pair,
        "merge": world.merge,
    }
    return {
        **numbers,
        **{f"{name}_id": value for name, value in numbers.items()},
        "number": world.campaign,
        "language": "fr",
        "kind": "svg",
        "form": "csv",
        "key": world.key,
        "door": "i",
        "rest": f"{links().sign(Purpose.INVITATION, world.key)}/",
        "verdict": "chosen",
        "origin": "file",
    }


@cache
def _app() -> Flask:
    folder = Path(tempfile.gettempdir())
    return create_app(Config(("a key",), "a key", "https://invitations.ville.example", data_dir=folder))


@cache
def routes() -> tuple[Route, ...]:
    """All of them, in the order of their addresses."""
    app = _app()
    return tuple(
        Route(
            rule.rule,
            rule.endpoint,
            frozenset(rule.methods or ()),
            frozenset(rule.arguments),
            access_of(app.view_functions[rule.endpoint]),
        )
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if rule.endpoint != "static"
    )


def pages() -> Iterator[Route]:
    """Those that can be looked at."""
    return (route for route in routes() if "GET" in route.methods)


def staff_routes() -> Iterator[Route]:
    """Those for staff."""
    return (route for route in routes() if route.access is not None and not route.access.why_open)


def doors() -> Iterator[Route]:
    """Those that a signed token opens."""
    return (route for route in routes() if route.purpose is not None)
