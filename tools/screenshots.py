"""Pictures every page in both languages, on a telephone and on a desk: screenshots/LANGUAGE/WIDTH/PAGE.png.

Messages as their recipients received them are in screenshots/messages/, light and dark.
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from config import Config
from outreach.app import create_app
from outreach.database import db
from outreach.demo.catcher import catching
from outreach.demo.inbox import Inbox, Kept
from outreach.demo.place import Place
from outreach.demo.web import with_inbox
from tests import chromium, people
from tests.routes import Route, pages, staff_routes
from tests.server import Server, free_port, serve
from tools import migrations, stage

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "screenshots"
LANGUAGES = ("fr", "en")
WIDTHS = {375: 812, 1280: 900}
MESSAGE_WIDTHS = {375: 812, 700: 900}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BEING_WRITTEN = ("campaigns.", "delivery.")
"""Rooms whose pages differ for a campaign that has not left yet."""


@dataclass(frozen=True, slots=True)
class House:
    """A server in the middle of a campaign, and somebody signed in."""

    server: Server
    world: people.World
    draft: int
    token: str
    inbox: Inbox


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Open it in that folder, which is emptied of nothing afterwards."""
    place, port, smtp_port = Place(folder), free_port(), free_port()
    kept = place.keep(port)
    config: Config = place.config(kept, smtp_port)
    migrations.upgrade(config.database)
    app = with_inbox(create_app(replace(config, log_format="console")))
    with app.app_context():
        with catching(Inbox(place.inbox), smtp_port):
            world = stage.populate(kept)
        draft = stage.draft()
        token = people.sign_in()
        with serve(config, folder / "server.log") as server:
            yield House(server, world, draft, token, Inbox(place.inbox))
        db.engine.dispose()


def addresses(opened: House, shown: list[Route], language: str) -> dict[str, str]:
    """Where each picture is taken, by its name."""
    found: dict[str, str] = {"missing": f"/nothing-here?lang={language}"}
    being_written = replace(opened.world, campaign=opened.draft)
    for route in shown:
        try:
            found[route.endpoint] = route.path(opened.world, lang=language)
            if route.endpoint.startswith(BEING_WRITTEN) and "campaign_id" in route.arguments:
                found[f"{route.endpoint}-draft"] = route.path(being_written, lang=language)
        except KeyError as unknown:
            print(f"  {route.endpoint}: tests/routes.py does not know what {unknown} is.")
    return found


def is_for_staff(name: str) -> bool:
    """True for pages that ask who is there; the others are seen by strangers."""
    return name.removesuffix("-draft") in {route.endpoint for route in staff_routes()}


def picture(browser: Browser, opened: House, language: str, width: int, dark: bool, paths: Mapping[str, str]) -> int:
    """Take one set; how many pages there were."""
    taken = 0
    context = browser.new_context(
        base_url=opened.server.url,
        locale="fr-FR" if language == "fr" else "en-GB",
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    for name in sorted(paths, key=is_for_staff):
        if is_for_staff(name):
            context.add_cookies([{"name": "staff", "value": opened.token, "url": opened.server.url}])
        if chromium.visit(page, paths[name]) is None:
            continue
        target = FOLDER / language / f"{width}{'-dark' if dark else ''}" / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target, full_page=True)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            print(f"  {target.relative_to(ROOT)}: wider than its window.")
        taken += 1
    context.close()
    return taken


def messages(inbox: Inbox) -> Iterator[tuple[str, Kept]]:
    """The first message of each sort and language; those of one sort begin with the same words."""
    seen = set()
    for entry in inbox.entries():
        sort = "-".join(re.findall(r"\w+", entry.subject.lower())[:2])
        if (kept := inbox.find(entry.number)) is None:
            continue
        name = f"{dict(kept.headers)['Content-Language'].replace(', ', '-')}-{sort}"
        if name not in seen:
            seen.add(name)
            yield name, kept


def picture_messages(browser: Browser, inbox: Inbox) -> int:
    """Take the messages; how many there were."""
    taken = 0
    for scheme in SCHEMES:
        for width, height in MESSAGE_WIDTHS.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            for name, kept in messages(inbox):
                page.set_content(kept.html)
                target = FOLDER / "messages" / f"{width}-{scheme}" / f"{name}.png"
                target.parent.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=target, full_page=True)
                target.with_suffix(".txt").write_text(kept.text, encoding="utf-8")
                taken += 1
            context.close()
    return taken


def is_shown(route: Route, wanted: list[str]) -> bool:
    """True for a page that is asked for."""
    return route.is_page and (not wanted or any(part in route.endpoint for part in wanted))


def main() -> int:
    """Take the pictures of all pages, or of those whose endpoint holds one of the words given."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("words", nargs="*", help="only endpoints that hold one of these, such as contacts; messages")
    parser.add_argument("--dark", action="store_true", help="as seen in the evening")
    asked = parser.parse_args()
    path = chromium.find_chromium()
    if path is None:
        print(f"No picture taken. {chromium.MISSING}")
        return 1
    if not asked.words:
        shutil.rmtree(FOLDER, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as opened, sync_playwright() as player:
        browser = player.chromium.launch(**chromium.launch_options(path))
        shown = [route for route in pages() if is_shown(route, asked.words)]
        taken = 0
        for language in LANGUAGES:
            paths = addresses(opened, shown, language)
            taken += sum(picture(browser, opened, language, width, asked.dark, paths) for width in WIDTHS)
        if not asked.words or "messages" in asked.words:
            taken += picture_messages(browser, opened.inbox)
        browser.close()
    print(f"{taken} pictures in {FOLDER.relative_to(ROOT)}/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
