"""Decides what a pass says: whose it is, of which answer, how many persons on which day; and reads it back.

The text is `KEY-ANSWER-SESSIONxPERSONS-...`: the key of the invitation, the number of the answer, then each day and how
many persons it lets in. It stands, signed, in the link of the QR code, so that a door reads it without network.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TEXT = re.compile(r"([0-9a-f]{20})-(\d{1,18})((?:-\d{1,18}x\d{1,3})*)")


@dataclass(frozen=True, slots=True)
class Pass:
    """Lets so many persons in on each of these days, as long as its answer holds."""

    key: str
    answer: int
    days: Mapping[int, int]
    """Session -> persons."""

    @property
    def text(self) -> str:
        """What is signed; the same answer with the same seats always gives the same text."""
        days = "".join(f"-{number}x{count}" for number, count in sorted(self.days.items()))
        return f"{self.key}-{self.answer}{days}"


def read_pass(text: str) -> Pass | None:
    """The pass of a text whose signature was checked; None for anything else."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    days = (part.split("x") for part in found[3].split("-")[1:])
    return Pass(found[1], int(found[2]), {int(number): int(count) for number, count in days})
