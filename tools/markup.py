"""Reads every state of every public page, and every sort of message, with the Nu HTML checker; fails on any error."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from config import Config
from outreach.app import create_app
from outreach.database import db
from outreach.i18n import LANGUAGES
from tests import chromium
from tests.accessibility.states import states
from tests.server import free_port, serve
from tools import migrations
from tools.screenshots import house, messages

JAR: Final = Path(".venv/web/node_modules/vnu-jar/build/dist/vnu.jar")


@dataclass(frozen=True, slots=True)
class Fault:
    """One error, where it is and what it says."""

    document: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.document}, line {self.line}: {self.words}"


def missing() -> str:
    """Why nothing can be read here; empty when it can."""
    if shutil.which("java") is None or not JAR.exists():
        return "The Nu HTML checker is missing: it needs java and npm (apt-get install default-jre-headless npm)."
    return "" if chromium.find_chromium() else chromium.MISSING


def pages(folder: Path) -> None:
    """Every state of every public page, as a file of that folder, in both languages."""
    for language in LANGUAGES:
        place = folder / f"var-{language}"
        place.mkdir()
        port = free_port()
        config = Config(
            ("a key",), "a key", f"http://127.0.0.1:{port}", data_dir=place, loopback_only=True, demonstration=True,
            pace_seconds=0, port=port, log_format="console",
        )  # fmt: skip
        migrations.upgrade(config.database)
        with create_app(config).app_context(), serve(config, place / "server.log"), sync_playwright() as player:
            browser = player.chromium.launch(**chromium.launch_options(str(chromium.find_chromium())))
            page = browser.new_page(base_url=config.base_url)
            for state in states():
                name = re.sub(r"\W+", "-", state.name)
                (folder / f"{language}-{name}.html").write_text(state.show(page, language), encoding="utf-8")
            browser.close()
            db.session.remove()
            db.engine.dispose()


def letters(folder: Path) -> None:
    """The HTML part of a message of every sort, as a file of that folder."""
    with house(folder / "house") as opened:
        for name, kept in messages(opened.inbox):
            (folder / f"message-{name}.html").write_text(kept.html, encoding="utf-8")


def read(folder: Path) -> list[Fault]:
    """What the checker says of the files of that folder."""
    files = sorted(str(file) for file in folder.glob("*.html"))
    command = ["java", "-jar", str(JAR), "--format", "json", "--errors-only", *files]
    said = subprocess.run(command, check=False, capture_output=True, text=True).stderr
    found: list[dict[str, Any]] = json.loads(said)["messages"]
    return [Fault(Path(one["url"]).stem, one.get("lastLine", 0), one["message"]) for one in found]


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    if reason := missing():
        print(f"Nothing read. {reason}")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages(folder)
        letters(folder)
        faults = read(folder)
        count = len(list(folder.glob("*.html")))
    for fault in faults:
        print(fault)
    print(f"{count} documents, {len(faults)} errors.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
