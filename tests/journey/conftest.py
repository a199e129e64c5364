"""A service at work: its web server, its engine, its mailboxes, and people with browsers of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from config import Config
from tests.journey.service import Mailboxes, Service
from tests.relay import Relay
from tests.server import Server

Visitor = Callable[..., Page]


@pytest.fixture
def service(config: Config, live_server: Server, tmp_path: Path) -> Service:
    """The installation behind the live server; its engine is started by `service.engine()`."""
    assert live_server.config == config
    return Service(config, tmp_path / "engine.log")


@pytest.fixture
def mailboxes(relay: Relay) -> Mailboxes:
    """Everybody's mail."""
    return Mailboxes(relay)


@pytest.fixture
def visitor(browser: Browser, live_server: Server) -> Iterator[Visitor]:
    """`visitor("en-GB")` is the page of somebody's own browser, with a script or without; a script's fault fails."""
    opened: list[Page] = []
    faults: list[str] = []

    def visit(locale: str = "fr-FR", *, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url, locale=locale, timezone_id="Europe/Paris", java_script_enabled=script
        )
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        opened.append(page)
        return page

    yield visit
    for page in opened:
        page.context.close()
    assert faults == []
