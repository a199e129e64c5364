"""How many people live in a commune, by its name and département.

From the npm package @etalab/decoupage-administratif (MIT licence, Etalab), slimmed by tools/populations.py into
communes.txt: a line for each département, its code and then name and inhabitants of each commune.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

from outreach.contacts.folding import fold

_POST = re.compile(r"\bcedex\b.*|\b\d.*$")
"""What the post adds to a commune: « Le Mans Cedex 9 », « Paris 12e »."""
_SHORT = {"st": "saint", "ste": "sainte"}
_LETTERS = re.compile(r"[a-z]+")


def commune_key(name: str) -> str:
    """One spelling for a commune: « St-Étienne Cedex 1 » gives "saintetienne"."""
    return "".join(_SHORT.get(word, word) for word in _LETTERS.findall(_POST.sub("", fold(name))))


@lru_cache(maxsize=65_536)
def inhabitants(locality: str, department: str | None) -> int | None:
    """How many people live there by the census; None for a place that is no commune of that département."""
    if not locality or not department:
        return None
    return _communes().get(department, {}).get(commune_key(locality))


def names() -> set[str]:
    """Every commune, by the spelling that they are compared by."""
    return {name for communes in _communes().values() for name in communes}


@cache
def _communes() -> dict[str, dict[str, int]]:
    """Read when it is first asked for: 35,000 communes, some 5 MB."""
    lines = (files("outreach.contacts.searching") / "communes.txt").read_text(encoding="ascii").splitlines()
    split = (line.split() for line in lines)
    return {
        code: {name: int(count) for name, _, count in (one.partition(":") for one in rest)} for code, *rest in split
    }
