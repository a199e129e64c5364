"""Decides how a letter reads as plain text: every word, every link written out, lists with dashes."""

from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

_RULE: Final = "———"


def to_text(tokens: Sequence[Token]) -> str:
    """The plain text of parsed markup; blocks stand apart by one empty line, items of a tight list by none."""
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return writer.text()


class _Writer:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._margins: list[str] = []
        self._counters: list[int | None] = []
        self._mark = ""
        self._gap = False

    def take(self, token: Token) -> None:
        """One token after the other."""
        match token.type:
            case "bullet_list_open":
                self._counters.append(None)
            case "ordered_list_open":
                self._counters.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._counters.pop()
                self._gap = not self._counters
            case "list_item_open":
                self._open_item()
            case "list_item_close" | "blockquote_close":
                self._margins.pop()
                self._gap = self._gap or token.type == "blockquote_close"
            case "blockquote_open":
                self._margins.append("> ")
            case "hr":
                self._write(_RULE)
                self._gap = True
            case "inline":
                self._write(_words(token.children or []))
            case "paragraph_close" | "heading_close":
                self._gap = not token.hidden

    def text(self) -> str:
        """What has been written."""
        return "\n".join(self._lines) + "\n" if self._lines else ""

    def _open_item(self) -> None:
        count = self._counters[-1]
        self._mark = "- " if count is None else f"{count}. "
        if count is not None:
            self._counters[-1] = count + 1
        self._margins.append(" " * len(self._mark))

    def _write(self, words: str) -> None:
        margin = "".join(self._margins)
        if self._gap and self._lines:
            self._lines.append(margin.rstrip() if ">" in margin else "")
        self._gap = False
        for line in words.split("\n"):
            start = margin[: len(margin) - len(self._mark)] + self._mark if self._mark else margin
            self._lines.append((start + line).rstrip(" "))
            self._mark = ""


def _words(children: Sequence[Token]) -> str:
    """Inline markup as words; a link that does not show its address says it in brackets."""
    written: list[str] = []
    links: list[tuple[str, int]] = []
    for child in children:
        if child.type == "text":
            written.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            written.append("\n")
        elif child.type == "link_open":
            links.append((str(child.attrs.get("href", "")), len(written)))
        elif child.type == "link_close":
            address, start = links.pop()
            bare = address.removeprefix("mailto:")
            if "".join(written[start:]).removeprefix("mailto:") not in {address, bare}:
                written.append(f" ({bare})")
    return "".join(written)
