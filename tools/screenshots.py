"""Pictures every page in both languages, on a telephone and on a desk: screenshots/LANGUAGE/WIDTH/PAGE.png."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from config import Config
from outreach.app import create_app
from outreach.database import db
from tests import chromium, people
from tests.routes import Route, pages
from tests.server import Server, free_port, serve
from tools import migrations

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = {375: 812, 1280: 900}
LANGUAGES = ("fr", "en")


@contextmanager
def house(folder: Path) -> Iterator[tuple[Server, people.World, str]]:
    """A server on a database with one of everything, and the token of somebody signed in."""
    port = free_port()
    config = Config(
        secret_keys=("a key for pictures",),
        suppression_key="a key for pictures",
        base_url=f"http://127.0.0.1:{port}",
        port=port,
        data_dir=folder,
        loopback_only=True,
        demonstration=True,
    )
    migrations.upgrade(config.database)
    app = create_app(replace(config, log_format="console"))
    with app.app_context():
        world = people.world()
        token = people.sign_in()
        with serve(config, folder / "server.log") as server:
            yield server, world, token
        db.engine.dispose()


def picture(browser: Browser, server: Server, token: str, addresses: dict[str, dict[str, str]], dark: bool) -> int:
    """Take them all; how many were taken."""
    taken = 0
    for language, paths in addresses.items():
        for width, height in WIDTHS.items():
            context = browser.new_context(
                base_url=server.url,
                locale="fr-FR" if language == "fr" else "en-GB",
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            context.add_cookies([{"name": "staff", "value": token, "url": server.url}])
            page = context.new_page()
            for name, path in paths.items():
                if chromium.visit(page, path) is None:
                    continue
                target = ROOT / "screenshots" / language / f"{width}{'-dark' if dark else ''}" / f"{name}.png"
                target.parent.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=target, full_page=True)
                taken += 1
            context.close()
    return taken


def is_shown(route: Route, wanted: list[str]) -> bool:
    """True for a page that is asked for."""
    return route.is_page and (not wanted or any(part in route.endpoint for part in wanted))


def main() -> int:
    """Take the pictures of all pages, or of those whose endpoint holds one of the words given."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("words", nargs="*", help="only endpoints that hold one of these, such as contacts")
    parser.add_argument("--dark", action="store_true", help="as seen in the evening")
    asked = parser.parse_args()
    path = chromium.find_chromium()
    if path is None:
        print(f"No picture taken. {chromium.MISSING}")
        return 1
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as (server, world, token):
        shown = [route for route in pages() if is_shown(route, asked.words)]
        addresses = {
            language: {route.endpoint: route.path(world, lang=language) for route in shown}
            | {"missing": f"/nothing-here?lang={language}"}
            for language in LANGUAGES
        }
        with sync_playwright() as player:
            browser = player.chromium.launch(**chromium.launch_options(path))
            taken = picture(browser, server, token, addresses, asked.dark)
            browser.close()
    print(f"{taken} pictures of {len(shown) + 1} pages in screenshots/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
