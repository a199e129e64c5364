"""Debian's Chromium, kept at home: no update, no account, no name resolved but this machine's."""

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Response

MISSING = "Chromium is missing: `make test` installs it, or apt-get install chromium."
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


def find_chromium() -> str | None:
    """Where it is, if it is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
    return found if Path(found).exists() else None


def launch_options(path: str) -> dict[str, Any]:
    """How it is started."""
    return {"executable_path": path, "args": list(OPTIONS)}


def visit(page: Page, path: str) -> Response | None:
    """Go to an address; None when it is no page but a file, or a sandboxed frame, whose scripts would never answer."""
    try:
        answer = page.goto(path)
    except Error as error:
        if "Download is starting" in str(error):
            return None
        raise
    if answer is None or "sandbox" in answer.headers.get("content-security-policy", ""):
        return None
    return answer if answer.headers.get("content-type", "").startswith("text/html") else None
