"""Decides whether two addresses name the same commune, also where communes were joined since.

communes_nouvelles.json comes from the npm package @etalab/decoupage-administratif (MIT licence, Etalab), slimmed by
tools/communes.py: by département, the name of each commune that was joined to another.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from outreach.contacts.folding import fold

_CEDEX = re.compile(r"\bcedex\b.*$")
_ROUND = re.compile(r"\b\d+(er|e|eme)?( arrondissement)?$")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_SPELT = {"st": "saint", "ste": "sainte", "s/": "sur", "ss": "sous"}
_ARTICLES = frozenset({"le", "la", "les", "l"})
_FILE = "communes_nouvelles.json"


@lru_cache(maxsize=65_536)
def plain_place(name: str) -> str:
    """A commune as it is compared: no accents, hyphens, cedex, arrondissement or article, « St » written out."""
    plain = _CEDEX.sub("", fold(name)).strip()
    plain = _NOT_A_LETTER.sub(" ", plain.replace("s/", "sur ")).strip()
    plain = _ROUND.sub("", plain).strip() or plain
    parts = [_SPELT.get(part, part) for part in plain.split()]
    for end in (0, -1):
        if len(parts) > 1 and parts[end] in _ARTICLES:
            del parts[end]
    return " ".join(parts)


@lru_cache(maxsize=65_536)
def commune(name: str, department: str) -> str:
    """The commune of today: Beaupréau, in Maine-et-Loire, is Beaupréau-en-Mauges. "" without a name."""
    plain = plain_place(name)
    return _joined().get(department, {}).get(plain, plain)


@lru_cache(maxsize=1)
def _joined() -> Mapping[str, Mapping[str, str]]:
    path = files("outreach.contacts") / _FILE
    found: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found
