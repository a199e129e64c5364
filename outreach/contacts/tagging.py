"""Decides what may be a tag."""

from typing import Final

from outreach.errors import Refusal

LONGEST_TAG: Final = 60


def read_tag(text: str) -> str:
    """A tag as it is kept. Raises Refusal when it is empty or too long."""
    word = " ".join(text.split())
    if not word:
        raise Refusal("Type the word to put on this contact.", field="tag")
    if len(word) > LONGEST_TAG:
        raise Refusal("A tag has %(most)d characters at most.", field="tag", most=LONGEST_TAG)
    return word
