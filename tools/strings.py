"""Finds the English strings that people read, room by room, in Python and in templates."""

import ast
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "outreach"
TEMPLATES = PACKAGE / "templates"
SHARED = "layouts"
"""The catalogue of what belongs to no room: layouts, error pages, links."""

SINGULAR = frozenset({"_", "gettext", "lazy_gettext", "N_"})
PLURAL = frozenset({"ngettext", "lazy_ngettext"})
WITH_CONTEXT = frozenset({"pgettext", "lazy_pgettext"})
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


class Found(NamedTuple):
    """One string in one place."""

    room: str
    place: str
    message: str | tuple[str, str]
    context: str | None = None


def rooms() -> list[str]:
    """The packages of the house."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def catalogues() -> dict[str, Catalog]:
    """What is to be translated, by catalogue."""
    made: dict[str, Catalog] = {}
    for found in sorted([*_in_python(), *_in_templates()], key=str):
        catalogue = made.setdefault(found.room, Catalog())
        flags = ["python-format"] if "%(" in str(found.message) else []
        catalogue.add(found.message, context=found.context, locations=[(found.place, 0)], flags=flags)
    return made


def sources() -> list[Path]:
    """Every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def templates() -> list[Path]:
    """Every template."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file() and not path.name.startswith("."))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def refusals() -> frozenset[str]:
    """The names of the exceptions that carry a sentence for a person."""
    classes = [node for path in sources() for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    known = {"Refusal"}
    while True:
        more = {one.name for one in classes if known & {getattr(base, "id", "") for base in one.bases}} - known
        if not more:
            return frozenset(known)
        known |= more


def room_of(path: Path) -> str:
    """The catalogue where the strings of a file belong."""
    if path.is_relative_to(TEMPLATES):
        first, *rest = path.relative_to(TEMPLATES).parts
        if first == "emails" and len(rest) > 1:
            return _room_of_email(rest[0])
    else:
        first = path.relative_to(PACKAGE).parts[0]
    return first if first in rooms() else SHARED


@cache
def _room_of_email(name: str) -> str:
    """The room whose code names the folder of that email, else the room that sends."""
    for path in sources():
        strings = (node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant))
        if any(isinstance(value, str) and f"emails/{name}" in value for value in strings):
            return room_of(path)
    return name if name in rooms() else "delivery"


def _in_templates() -> Iterator[Found]:
    for path in templates():
        if path.suffix not in {".html", ".txt", ".mjml", ".xml"}:
            continue
        text = io.BytesIO(path.read_bytes())
        for _line, function, message, _comments in babel_extract(text, tuple(KEYWORDS), (), {"silent": "false"}):
            room, place = room_of(path), path.relative_to(ROOT).as_posix()
            parts = [message] if isinstance(message, str) else [part for part in message or () if part]
            if function == "pgettext":
                yield Found(room, place, parts[1], parts[0])
            elif function == "ngettext":
                yield Found(room, place, (parts[0], parts[1]))
            elif parts:
                yield Found(room, place, parts[0])


def _in_python() -> Iterator[Found]:
    for path in sources():
        known = constants(tree(path))
        room, place = room_of(path), path.relative_to(ROOT).as_posix()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                for message, context in messages(node, known):
                    yield Found(room, place, message, context)


def messages(call: ast.Call, known: dict[str, str]) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """What a call gives to be translated, with its context; `known` are the constants of its module."""
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
    given = [_texts(argument, known) for argument in call.args[:2]]
    if name in SINGULAR or name in refusals():
        for text in given[0] if given else []:
            yield text, None
    elif name in PLURAL and len(given) == 2 and all(given):
        yield (given[0][0], given[1][0]), None
    elif name in WITH_CONTEXT and len(given) == 2 and all(given):
        yield given[1][0], given[0][0]


def _texts(node: ast.expr, known: dict[str, str]) -> list[str]:
    """The strings that an argument may be, as far as can be read."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.Name):
        return [known[node.id]] if node.id in known else []
    if isinstance(node, ast.IfExp):
        return _texts(node.body, known) + _texts(node.orelse, known)
    return []


def constants(module: ast.Module) -> dict[str, str]:
    """The strings that a module gives a name."""
    found: dict[str, str] = {}
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if isinstance(node.value.value, str):
                found |= {target.id: node.value.value for target in targets if isinstance(target, ast.Name)}
    return found
