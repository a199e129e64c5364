"""What every test may ask for: settings, a migrated database, the application, a relay, a server, a browser.

Nothing leaves this machine: an audit hook refuses every connection that is not to loopback.
"""

import ipaddress
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import Browser, Page
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from config import Config
from outreach.accounts.models import Role
from outreach.app import create_app
from outreach.cli import main
from outreach.database import db
from outreach.engine import install_tables
from tests import people
from tests.chromium import MISSING, find_chromium, launch_options
from tests.postgresql import CannotStart, Cluster
from tests.relay import relay  # noqa: F401 - a fixture for all
from tests.server import Server, environment, free_port, serve
from tools import migrations

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Paris."""

_NUMBERS = itertools.count(1)


def _missing(sentence: str) -> NoReturn:
    """Skip on somebody's machine; fail where everything has to be there."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def _stay_home(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_here(host):
        raise PermissionError(f"a test tried to reach {host}: nothing may leave this machine")


def _is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


sys.addaudithook(_stay_home)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `both` once on each database."""
    if metafunc.definition.get_closest_marker("both") and "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database that Alembic brought to the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL server for the session."""
    try:
        running = Cluster()
    except CannotStart as reason:
        _missing(str(reason))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster) -> str:
    """The name of a PostgreSQL database at the newest revision, to be copied; the task engine's tables are in it."""
    url = cluster.create("migrated")
    migrations.upgrade(url)
    install_tables(url)
    return "migrated"


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, or `postgresql` in the second run of what is marked `both`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty DATA_DIR."""
    path = tmp_path / "var"
    path.mkdir()
    return path


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str, data_dir: Path) -> Iterator[str]:
    """A migrated, empty database for one test."""
    if database_kind == "sqlite":
        path = data_dir / "outreach.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"test_{next(_NUMBERS)}"
    yield cluster.create(name, request.getfixturevalue("postgresql_template"))
    cluster.drop(name)


@pytest.fixture
def config(request: pytest.FixtureRequest, database_url: str, data_dir: Path) -> Config:
    """Settings of a small installation that never leaves loopback."""
    settings = Config(
        secret_keys=("a key for tests: old", "a key for tests: new"),
        suppression_key="a suppression key for tests",
        base_url="https://invitations.ville.example",
        data_dir=data_dir,
        database_url=database_url,
        mail_from="congres@ville.example",
        bounce_domain="retours.ville.example",
        loopback_only=True,
        demonstration=True,
        pace_seconds=0,
        log_format="console",
        extra={"TESTING": True, "DISPLAYS_HELD_SECONDS": 0},
    )
    if "relay" in request.fixturenames:
        settings = replace(settings, smtp_url=request.getfixturevalue("relay").url)
    if "live_server" in request.fixturenames:
        port = free_port()
        settings = replace(settings, port=port, base_url=f"http://127.0.0.1:{port}")
    return settings


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application, its context pushed: actions and queries can be called at once.

    The session of this context is the test's own. After it has read, end that (`db.session.rollback()`) before
    `transaction()`; requests of `client` have a session of their own and end the test's by themselves.
    """
    made = create_app(config)
    made.test_client_class = Client
    with made.app_context():
        yield made
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


class Client(FlaskClient):
    """A visitor: each request has its own application context, as on a server.

    Forms are sent as from a page of ours, with its mark against forgery, unless `forged=True`.
    """

    def open(self, *arguments: Any, forged: bool = False, **options: Any) -> TestResponse:
        """Ask; what the test itself had read is read again afterwards."""
        db.session.rollback()
        options.setdefault("buffered", True)
        with self.application.app_context():
            if not forged and options.get("method", "GET") not in {"GET", "HEAD"}:
                options["headers"] = Headers([*Headers(options.get("headers")), ("X-CSRFToken", self._mark())])
            response = super().open(*arguments, **options)
        for one in (response, *response.history):
            one.request.environ["wsgi.input"].close()  # a long form is a file of the system's
        db.session.rollback()
        return response

    def _mark(self) -> str:
        with self.session_transaction() as cookie:
            secret = cookie.setdefault("csrf_token", "of a test")
        serializer = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token")
        return str(serializer.dumps(secret))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., FlaskClient]:
    """`signed_in(Role.READ)` is the browser of a member of staff with these roles, or all of them."""

    def sign_in(*roles: Role) -> FlaskClient:
        browser = app.test_client()
        browser.set_cookie("__Host-staff" if app.config["SESSION_COOKIE_SECURE"] else "staff", people.sign_in(*roles))
        return browser

    return sign_in


class Runner(CliRunner):
    """The command `outreach`, run in this process with the settings and the application of the test."""

    def __init__(self, app: Flask, config: Config) -> None:
        super().__init__(env=environment(config))
        self.app = app

    def run(self, *arguments: str | Path, said: str | bytes | None = None, status: int | None = 0) -> Result:
        """One command line after `outreach`; asserts its exit status unless that is None."""
        db.session.rollback()
        result = self.invoke(main, [str(argument) for argument in arguments], input=said, obj=lambda: self.app)
        db.session.rollback()
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert status is None or result.exit_code == status, result.output
        return result


@pytest.fixture
def runner(app: Flask, config: Config) -> Runner:
    """Whoever types commands: `runner.run("contacts", "import", path)`."""
    return Runner(app, config)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still on Monday 2 March 2026 at 09:00 in Paris, until `clock.shift(...)` or `clock.move_to(...)`."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def live_server(config: Config, tmp_path: Path) -> Iterator[Server]:
    """The web server in a process of its own; `app` beside it shares its database and its addresses."""
    with serve(config, tmp_path / "server.log") as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, kept at home."""
    path = find_chromium()
    if path is None:
        _missing(MISSING)
    return launch_options(path)


@pytest.fixture
def browser_page(browser: Browser, live_server: Server) -> Iterator[Page]:
    """A page of a fresh French Chromium at the address of the live server; errors of a script fail the test."""
    context = browser.new_context(base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris")
    page = context.new_page()
    errors: list[tuple[str, str]] = []
    pages: set[str] = set()
    page.on("pageerror", lambda error: errors.append((page.url, str(error))))
    page.on("console", lambda said: errors.append((said.location["url"], said.text)) if said.type == "error" else None)
    page.on("request", lambda request: pages.add(request.url) if request.is_navigation_request() else None)
    yield page
    context.close()
    assert [(url, text) for url, text in errors if url not in pages or "Failed to load" not in text] == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` asserts that axe finds nothing on it."""

    def assert_accessible(page: Page) -> None:
        results = Axe().run(page)
        found = [
            f"{violation['id']}: {node['html']}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
        assert found == [], page.url

    return assert_accessible
