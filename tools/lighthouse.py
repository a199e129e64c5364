"""Judges the pages of recipients with Lighthouse 12, as a slow telephone loads them; fails under the bar."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from outreach.database import db
from outreach.links import Purpose, links
from tests import chromium
from tools.screenshots import House, house

LEAST: Final = 98
CATEGORIES: Final = ("performance", "accessibility", "best-practices")
TRIES: Final = 3
"""A busy machine slows a page down: the best of so many counts."""
PROGRAM: Final = Path(".venv/web/node_modules/lighthouse/cli/index.js")
PATIENCE: Final = 240


@dataclass(frozen=True, slots=True)
class Judged:
    """The marks of one page, out of 100, and what kept them from being higher."""

    marks: Mapping[str, int]
    octets: int
    faults: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """True when every mark reaches the bar."""
        return min(self.marks.values()) >= LEAST


def addresses(opened: House) -> Iterator[tuple[str, str]]:
    """The pages, each with its name."""
    world = opened.world
    for name, purpose, key in (
        ("invitation", Purpose.INVITATION, world.key),
        ("answer given", Purpose.ANSWER, world.answered),
        ("share landing", Purpose.SHARE, world.key),
        ("stop", Purpose.STOP, world.key),
    ):
        yield name, f"/{purpose.value}/{links().sign(purpose, key)}?lang=fr"


def missing() -> str:
    """Why nothing can be judged here; empty when it can."""
    if shutil.which("node") is None or not PROGRAM.exists():
        return "Lighthouse is missing: it needs node and npm (apt-get install nodejs npm)."
    return "" if chromium.find_chromium() else chromium.MISSING


def judge(url: str, folder: Path) -> Judged:
    """Load a page as Lighthouse does; nothing leaves this machine, whatever the page asks for."""
    out = folder / "report.json"
    flags = ["--headless=new", *chromium.OPTIONS, f"--user-data-dir={folder / 'profile'}"]
    spoken = " ".join(f"'{flag}'" if " " in flag else flag for flag in flags)
    command = ["node", str(PROGRAM), url, "--quiet", "--no-enable-error-reporting", f"--chrome-flags={spoken}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={out}"]
    environment = {**os.environ, "CHROME_PATH": str(chromium.find_chromium()), "CI": "1"}
    subprocess.run(command, check=True, env=environment, timeout=PATIENCE, stdout=subprocess.DEVNULL)
    return _read(json.loads(out.read_text(encoding="utf-8")))


def best(url: str, folder: Path) -> Judged:
    """The best of a few tries; one that passes is enough."""
    found: list[Judged] = []
    while len(found) < TRIES and not (found and found[-1].passes):
        with suppress(subprocess.TimeoutExpired):
            found.append(judge(url, folder))
    return max(found, key=lambda one: min(one.marks.values()))


def _read(report: dict[str, Any]) -> Judged:
    audits = report["audits"]
    weighed = [one for category in CATEGORIES for one in report["categories"][category]["auditRefs"] if one["weight"]]
    low = [audits[one["id"]] for one in weighed if (audits[one["id"]]["score"] or 0) < 1]
    return Judged(
        {category: round(100 * (report["categories"][category]["score"] or 0)) for category in CATEGORIES},
        int(audits["total-byte-weight"].get("numericValue") or 0),
        tuple(f"{one['title']} {one.get('displayValue', '')}".strip() for one in low if one["score"] is not None),
    )


def main() -> int:
    """Print a table; 1 when a mark is under the bar or nothing could be judged."""
    if reason := missing():
        print(f"Nothing judged. {reason}")
        return 1
    failed = 0
    with tempfile.TemporaryDirectory() as folder, house(Path(folder) / "house") as opened:
        print(f"{'page':<16}{''.join(f'{category:>16}' for category in CATEGORIES)}{'bytes':>10}")
        for name, path in addresses(opened):
            db.session.rollback()
            found = best(opened.server.url + path, Path(folder))
            failed += not found.passes
            marks = "".join(f"{found.marks[category]:>16}" for category in CATEGORIES)
            print(f"{name:<16}{marks}{found.octets:>10,}{'' if found.passes else f'   under {LEAST}'}")
            for fault in found.faults:
                print(f"    {fault}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
