"""Decides whether what a stranger typed reads as somebody's name: our messages and pages repeat nothing else."""

import re
import unicodedata
from typing import Final

WORDS, LETTERS = 8, 80
"""More than these is no name: « Marie-Anne de la Tour du Pin Chambly de La Charce » still is one."""
_DOMAIN: Final = re.compile(r"[^\W\d_]{4,}\.\w|\.[a-zà-ÿ]")
"""What mail programs may turn into a link; « St.Pierre » and « J.-B. » are none."""
_BETWEEN: Final = frozenset(" -\u2010\u2011'’ʼ./·")


def is_name(text: str) -> bool:
    """True for letters of any script with what joins them; false for digits, signs, addresses and whole sentences."""
    if not text or len(text) > LETTERS or len(text.split()) > WORDS or _DOMAIN.search(text):
        return False
    kinds = [unicodedata.category(one)[0] for one in text if one not in _BETWEEN]
    return "L" in kinds and set(kinds) <= {"L", "M"}
