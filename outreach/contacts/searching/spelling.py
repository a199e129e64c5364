"""Decides which words come close to one that nobody has: a letter too many, too few, another, or two swapped."""

from collections.abc import Iterable, Iterator
from typing import Final

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
SHORTEST: Final = 4
"""Shorter words are not guessed at: everything is close to them."""
LONG: Final = 7
"""A word of so many letters may have two slips."""


def slips(word: str) -> Iterator[str]:
    """Every word that one slip of the hand leads to or from; some of them twice."""
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in LETTERS if letter != tail[0])
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in LETTERS)


def trigrams(word: str) -> list[str]:
    """The fragments of three letters, each once."""
    return list(dict.fromkeys(word[place : place + 3] for place in range(len(word) - 2)))


def gap(word: str, other: str) -> int:
    """How many slips lead from one word to the other; two letters swapped are one (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(word, 1):
        earlier, before, row = before, row, [place]
        for column, their in enumerate(other, 1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != their))
            if place > 1 and column > 1 and letter == other[column - 2] and word[place - 2] == their:
                cost = min(cost, earlier[column - 2] + 1)
            row.append(cost)
    return row[-1]


def closest(word: str, others: Iterable[str], most: int = 4) -> list[str]:
    """Those of the others that a slip or two lead to, the closest first; then what begins with the same letter."""
    allowed = 2 if len(word) >= LONG else 1
    near = [(gap(word, other), other[:1] != word[:1], other) for other in set(others)]
    return [other for slips_made, _first, other in sorted(near) if slips_made <= allowed][:most]
