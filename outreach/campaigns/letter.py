"""Decides what a letter's markup becomes: safe HTML, a faithful plain text, and the places that values fill.

The markup is a small part of Markdown: paragraphs, *emphasis*, **strong**, lists, headings, quotations, rules and
links. HTML is not markup here. What is compiled keeps a slot wherever the recipients differ.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from outreach.campaigns.placeholders import OPEN, PLACEHOLDERS, Piece, Slot, fill, names_in, split
from outreach.campaigns.plaintext import to_text
from outreach.errors import Refusal

LONGEST_BODY: Final = 40_000

_BLOCKS: Final = {"heading", "list", "blockquote", "hr"}
_INLINE: Final = {"newline", "escape", "link", "autolink", "emphasis", "entity"}
_TAGS: Final = {"p", "br", "em", "strong", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "hr", "a"}
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}

# Each placeholder is one private character while the markup is read: nothing in Markdown or HTML touches it.
_FIRST: Final = 0xE000
_NAMES: Final = tuple(PLACEHOLDERS)
_MARKS: Final = {name: chr(_FIRST + at) for at, name in enumerate(_NAMES)}
_RESERVED: Final = re.compile("[\ue000-\ue0ff]")
_BEFORE: Final = re.compile(r"(?<=[^\s]) (?=[;:!?»](?:\s|[*_)»]|$))", re.MULTILINE)
_AFTER: Final = re.compile("« ")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class CompiledLetter:
    """A letter in one language: HTML fragment, plain text and subject, as words and slots by turns."""

    html: tuple[Piece, ...]
    text: tuple[Piece, ...]
    subject: tuple[Piece, ...]

    @property
    def slots(self) -> frozenset[str]:
        """The names of the places left to fill."""
        return frozenset(
            piece.name for pieces in (self.html, self.text, self.subject) for piece in pieces if isinstance(piece, Slot)
        )

    def html_for(self, values: Mapping[str, str]) -> str:
        """The HTML fragment of one recipient; values are words, never markup."""
        return fill(self.html, {name: _as_html(value) for name, value in values.items()})

    def text_for(self, values: Mapping[str, str]) -> str:
        """The plain text of one recipient."""
        return fill(self.text, values)

    def subject_for(self, values: Mapping[str, str]) -> str:
        """The subject of one recipient, on one line."""
        return " ".join(fill(self.subject, values).split("\n"))


def compile_letter(body: str, fixed: Mapping[str, str], subject: str = "") -> CompiledLetter:
    """Read the markup once; write the values that all recipients share, keep a slot for every other placeholder.

    Values are written as words: they are never read as markup nor for placeholders. Raises Refusal naming an unknown
    placeholder, one inside the address of a link, or a body that is too long.
    """
    if len(body) > LONGEST_BODY:
        raise Refusal("The letter is too long: %(limit)d characters at most.", limit=LONGEST_BODY)
    tokens = _parse(body)
    markup = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    safe = nh3.clean(markup, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return CompiledLetter(
        html=_merged(_unmarked(safe), {name: _as_html(value) for name, value in fixed.items()}),
        text=_merged(_unmarked(to_text(tokens)), fixed),
        subject=_merged(tuple(split(_typeset(_clean(subject)).replace("\n", " "))), _on_one_line(fixed)),
    )


def used_placeholders(*texts: str) -> frozenset[str]:
    """The placeholders that these texts use. Raises Refusal naming one that is not in the list."""
    return frozenset(name for text in texts for name in names_in(text))


def _make_markdown() -> MarkdownIt:
    options = {"html": False, "breaks": True, "linkify": False, "typographer": False}
    return MarkdownIt("zero", options).enable(sorted(_BLOCKS | _INLINE))


_MARKDOWN: Final = _make_markdown()


def _parse(body: str) -> list[Token]:
    clean = _typeset(_clean(body))
    names_in(clean)
    tokens = _MARKDOWN.parse(OPEN.sub(lambda found: _MARKS[found[1]], clean))
    for token in tokens:
        if token.type.startswith("heading"):
            # The letter stands in a page that has its own first heading.
            token.tag = f"h{min(4, int(token.tag[1]) + 1)}"
        for child in token.children or []:
            address = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
            if re.search("%EE%8[0-3]", address, re.IGNORECASE) or _RESERVED.search(address):
                raise Refusal("A placeholder cannot stand inside the address of a link.")
    return tokens


def _typeset(text: str) -> str:
    """Spaces that must not break, where French typography has them and a keyboard has not."""
    return _BEFORE.sub("\u202f", _AFTER.sub("«\u202f", text))


def _clean(text: str) -> str:
    """One kind of line end, and no character that means something to us or nothing to a reader."""
    return _CONTROL.sub("", _RESERVED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _unmarked(text: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for part in re.split(f"({_RESERVED.pattern})", text):
        if _RESERVED.fullmatch(part):
            pieces.append(Slot(_NAMES[ord(part) - _FIRST]))
        elif part:
            pieces.append(part)
    return tuple(pieces)


def _merged(pieces: tuple[Piece, ...], fixed: Mapping[str, str]) -> tuple[Piece, ...]:
    """The pieces with the fixed values written in, neighbouring words joined."""
    merged: list[Piece] = []
    for piece in pieces:
        written = fixed.get(piece.name, piece) if isinstance(piece, Slot) else piece
        if isinstance(written, str) and merged and isinstance(merged[-1], str):
            merged[-1] += written
        else:
            merged.append(written)
    return tuple(merged)


def _as_html(value: str) -> str:
    return html.escape(value).replace("\n", "<br>")


def _on_one_line(values: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(value.split("\n")) for name, value in values.items()}
