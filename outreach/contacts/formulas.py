"""The mark that keeps a cell of a file we write from being a formula, and how it comes off when the file comes back."""

import re
from typing import Final

_SIGNS: Final = r"[=+\-@＝＋－＠]"
"""A spreadsheet takes what begins with one of these for a formula; the wide ones in some languages."""
_BEGINS: Final = re.compile(rf"'*[ \"]*(?:{_SIGNS}|[\t\r\n])")
"""How a cell begins that a spreadsheet would calculate, whether or not it is marked already."""
_CUT: Final = re.compile(rf"([,\t\r\n][\s\"]*)(?='*{_SIGNS})")
_CUT_AND_MARKED: Final = re.compile(rf"([,\t\r\n][\s\"]*)'(?='*{_SIGNS})")


def safe(value: object) -> str:
    """The text of a cell, with an apostrophe wherever a spreadsheet would see a cell begin with a formula.

    That is at its beginning; and behind a comma, a tab or a line end, for an Excel whose locale separates by commas
    cuts our cells there, quoted or not: a quotation mark counts at the beginning of a cell only. At our own
    semicolons none does, and nothing is changed there. An apostrophe that stands there already gets one more, so that
    `as_it_was` gives back exactly this value.
    """
    text = "" if value is None else str(value)
    return _CUT.sub(r"\1'", f"'{text}" if _BEGINS.match(text) else text)


def as_it_was(text: str) -> str:
    """The cell that `safe` was given, for what it gave."""
    if "'" not in text:
        return text
    bare = _CUT_AND_MARKED.sub(r"\1", text)
    return bare[1:] if bare[0] == "'" and _BEGINS.match(bare) else bare
