"""Makes tools/caniemail.json: which HTML and CSS the mail programs of our recipients know, from npm's caniemail.

Run `python -m tools.caniemail` on a machine with npm after changing the version; commit what it writes.
"""

import json
import tempfile
from pathlib import Path
from typing import Any, Final

from tools.vendor import Package, fetch

PACKAGE: Final = Package("caniemail", "2.0.2", "caniemail", "MIT", ("data/caniemail.json",))
FAMILIES: Final = ("apple-mail", "free-fr", "gmail", "laposte", "orange", "outlook", "sfr", "yahoo")
FILE: Final = Path(__file__).with_name("caniemail.json")
REMARK: Final = (
    "Support of HTML and CSS by mail programs, from the npm package caniemail 2.0.2 (MIT; the facts are those of"
    " caniemail.com). For each program, in their order, a letter for its newest version: y yes, a partly, n no,"
    " u unknown, - not tried."
)


def slimmed(table: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """The programs, and by feature a letter for each of them."""
    asked = [one for one in table["data"] if one["category"] in {"html", "css"}]
    programs = sorted(
        {(family, platform) for one in asked for family in FAMILIES for platform in one["stats"].get(family, ())}
    )
    letters = {
        one["slug"]: "".join(_newest(one["stats"].get(family, {}).get(platform, {})) for family, platform in programs)
        for one in asked
    }
    return [" ".join(program) for program in programs], dict(sorted(letters.items()))


def known() -> dict[str, dict[str, str]]:
    """By feature and program, what the file says: y, a, n, u or -."""
    table = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: dict(zip(table["programs"], said, strict=True)) for name, said in table["features"].items()}


def _newest(versions: dict[str, str]) -> str:
    return list(versions.values())[-1][0] if versions else "-"


def main() -> None:
    """Fetch the package and write the file."""
    with tempfile.TemporaryDirectory() as scratch:
        source = fetch(PACKAGE, Path(scratch)) / PACKAGE.files[0]
        table = json.loads(source.read_text(encoding="utf-8"))
    programs, letters = slimmed(table)
    as_of = table["last_update_date"][:10]
    written = {"about": REMARK, "as_of": as_of, "programs": programs, "features": letters}
    FILE.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {len(letters)} features of {len(programs)} programs as of {as_of}.")


if __name__ == "__main__":
    main()
