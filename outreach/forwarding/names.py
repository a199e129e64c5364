"""Decides whether what a stranger typed reads as somebody's name: our messages and pages repeat nothing else."""

import unicodedata
from typing import Final

WORDS, LETTERS = 8, 80
"""More than these is no name: « Marie-Anne de la Tour du Pin Chambly de La Charce » still is one."""
_BETWEEN: Final = frozenset(" -'’ʼ./·")


def is_name(text: str) -> bool:
    """True for letters of any script with what joins them; false for digits, signs, addresses and whole sentences."""
    if not text or len(text) > LETTERS or len(text.split()) > WORDS:
        return False
    kinds = [unicodedata.category(one)[0] for one in text if one not in _BETWEEN]
    return "L" in kinds and set(kinds) <= {"L", "M"}
