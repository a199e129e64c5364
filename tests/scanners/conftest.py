"""What machines get to see: real messages out of the relay, and the pages behind their links, on a clock of our own."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from time_machine import Traveller
from werkzeug.serving import WSGIRequestHandler, make_server

from config import Config
from tests.relay import Relay
from tests.scanners.messages import Mail, delivered
from tests.server import free_port

PACE = 10


@pytest.fixture
def config(config: Config, relay: Relay) -> Config:
    """As it is run: forms are timed, and links lead to a port of loopback."""
    port = free_port()
    return replace(config, port=port, base_url=f"http://127.0.0.1:{port}", pace_seconds=PACE)


@pytest.fixture
def mail(app: Flask, relay: Relay, clock: Traveller) -> Mail:
    """One message of each kind, as the relay received them."""
    return delivered(relay)


class Silent(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, *_arguments: object) -> None: ...


@pytest.fixture
def served(app: Flask, config: Config) -> Iterator[str]:
    """The application, answering on loopback in a thread of this process: so it reads the same clock as the test."""
    server = make_server("127.0.0.1", config.port, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield config.base_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tab(browser: Browser, served: str) -> Iterator[Page]:
    """A tab of Chromium, scripts on, at the served application."""
    context = browser.new_context(base_url=served, locale="fr-FR")
    yield context.new_page()
    context.close()
