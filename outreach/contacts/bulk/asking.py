"""The port to what asks for a tag: the rules of the rooms above, which say who is written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Use:
    """A saved audience or a campaign whose rule names a tag."""

    name: str
    signed: bool = False
    """Signed off and not launched yet: a change of its rule ends the signature."""


class Rules(Protocol):
    """All rules that may name a tag."""

    def naming(self, tag: str) -> Sequence[Use]:
        """What names it and may still choose recipients; campaigns that are over are left out."""

    def rename(self, old: str, new: str, at: datetime, user_id: int) -> None:
        """Let every rule that names the tag name the other one instead; signatures given before it end."""
