"""What a screen reader is told of a page: Chromium's own accessibility tree, in the order of reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

SILENT = {"none", "generic", "InlineTextBox", "StaticText", "LineBreak", "RootWebArea", "paragraph", "ListMarker"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that is announced."""

    role: str
    name: str
    description: str = ""
    invalid: bool = False
    focused: bool = False


NOTHING = Spoken("", "")


def spoken(page: Page) -> list[Spoken]:
    """All that is announced, but for bare text."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    root = next(node for node in nodes.values() if "parentId" not in node)
    return list(_walk(root, nodes))


def of(page: Page, *roles: str) -> list[tuple[str, str]]:
    """Role and name of what has one of these roles, in the order of reading."""
    return [(one.role, one.name) for one in spoken(page) if one.role in roles]


def focused(page: Page) -> Spoken:
    """What has the focus."""
    return next((one for one in spoken(page) if one.focused), NOTHING)


def _walk(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> Iterator[Spoken]:
    if not node.get("ignored") and (role := _text(node, "role")) not in SILENT:
        yield Spoken(
            role,
            _text(node, "name"),
            _text(node, "description"),
            _property(node, "invalid") == "true",
            _property(node, "focused") is True,
        )
    for child in node.get("childIds", ()):
        if child in nodes:
            yield from _walk(nodes[child], nodes)


def _text(node: dict[str, Any], part: str) -> str:
    return str(node.get(part, {}).get("value", ""))


def _property(node: dict[str, Any], name: str) -> Any:
    return next((one["value"].get("value") for one in node.get("properties", ()) if one["name"] == name), None)
