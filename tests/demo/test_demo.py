"""The command that a stranger types first: it opens, sends, keeps, and leaves nothing behind."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from outreach.demo.inbox import Inbox
from tests.engine.test_clock import until
from tests.server import ROOT, free_port

pytestmark = pytest.mark.slow


@dataclass
class Demo:
    """A demonstration that runs."""

    folder: Path
    url: str
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.folder / "inbox")

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running(folder: Path, port: int, *options: str) -> Iterator[Demo]:
    """Start it as a person does, wait until it is open, end it as Ctrl-C does."""
    log = folder.parent / "said.txt"
    command = [sys.executable, "-m", "outreach.cli", "demo", "--folder", str(folder), "--port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    demo = Demo(folder, f"http://127.0.0.1:{port}", log, process)
    try:
        until(lambda: process.poll() is not None or "The demonstration is open" in demo.said())
        assert process.poll() is None, demo.said()
        yield demo
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
    assert process.returncode == 0, demo.said()
    assert _processes_of(folder) == []


def _processes_of(folder: Path) -> list[str]:
    """The command lines and environments that name this demonstration."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (place / "environ").read_bytes() and int(place.name) != os.getpid():
                found.append((place / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_it_sends_keeps_what_was_done_and_leaves_no_process(
    tmp_path: Path, browser: Browser, axe: Callable[[Page], None]
) -> None:
    folder, port = tmp_path / "demo", free_port()
    with running(folder, port, "--no-simulation") as demo:
        assert "437 invented contacts" in demo.said()
        assert f"{demo.url}/demo/inbox/" in demo.said()
        until(lambda: len(demo.inbox.entries()) >= 20)
        _look_at(browser, demo, axe)
    first = demo.inbox.entries()
    kept = json.loads((folder / "kept.json").read_text())
    assert (folder / "kept.json").stat().st_mode & 0o077 == 0
    with running(folder, port, "--no-simulation") as demo:
        assert "invented contacts" not in demo.said()
        assert demo.inbox.entries()[: len(first)] == first
        assert all(password in demo.said() for password in kept["passwords"].values())
        until(lambda: len(demo.inbox.entries()) > len(first))
    numbers = [entry.to + entry.message_id for entry in demo.inbox.entries()]
    assert len(numbers) == len(set(numbers))


def _look_at(browser: Browser, demo: Demo, axe: Callable[[Page], None]) -> None:
    """Its inbox in both languages; a message, and where its first button leads."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    for path in ("/demo/inbox/", "/demo/inbox/1"):
        for language in ("fr", "en"):
            page.goto(f"{demo.url}{path}?lang={language}")
            axe(page)
    with context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Je viens").first.click()
    opened.value.wait_for_load_state()
    assert "/i/" in opened.value.url
    assert opened.value.get_by_role("button", name="Envoyer ma réponse").is_visible()
    context.close()


def test_a_demonstration_in_use_is_not_opened_twice(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    with running(folder, port, "--no-simulation"):
        command = [sys.executable, "-m", "outreach.cli", "demo", "--folder", str(folder)]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert "An engine already works" in second.stderr
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/health/live")
        assert connection.getresponse().status == 200
        connection.close()
