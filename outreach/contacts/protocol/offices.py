"""What the words for an office say: which kind of contact, which function, and sometimes which gender."""

import re
from dataclasses import dataclass
from functools import lru_cache

from outreach.contacts.folding import fold
from outreach.contacts.kinds import Gender, Kind


@dataclass(frozen=True, slots=True)
class Office:
    """An office read from its words; `function` is a row of the forms of address (president, director, ...)."""

    kind: Kind | None = None
    function: str = ""
    gender: Gender = Gender.UNKNOWN


# The words are folded, and the first row that matches decides: an adjointe au maire is no maire.
_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"parlement europeen|deput\w+ europeen|\bmep\b|eurodepute|european parliament", Kind.MEP),
    (r"\bdeputy mayor|\badjointe? au maire|\bmaire adjointe?|^adj$|^adjointe?$", Kind.DEPUTY_MAYOR),
    (r"\bdeputee?s?\b|national assembly|\bdeputy$", Kind.DEPUTY),
    (r"\bsenat(eur|rice)s?\b|\bsenators?\b", Kind.SENATOR),
    (r"(?<!sous-)\bprefete?\b|\bprefect\b", Kind.PREFECT),
    (
        r"\bepci\b|communaute (de communes|d'agglomeration|urbaine)|intercommunal|\bmetropole\b",
        Kind.INTERCOMMUNALITY_PRESIDENT,
    ),
    (r"conseill\w+ regional|conseil regional|regional council", Kind.REGIONAL_COUNCILLOR),
    (
        r"conseill\w+ departemental|conseil departemental|conseil general|departmental council",
        Kind.DEPARTMENTAL_COUNCILLOR,
    ),
    (r"^mai$|\bmaire\b|\bmairesse\b|\bmayor(ess)?\b", Kind.MAYOR),
    (r"\bccas\b|\bcias\b|centre communal d'action sociale", Kind.CCAS),
    (r"\bassociations?\b", Kind.ASSOCIATION),
    (r"\bpresse\b|\bjournaliste\b|\bpress\b|\bjournalist\b", Kind.PRESS),
    (r"\bpartenaires?\b|\bpartners?\b|\bentreprise\b", Kind.PARTNER),
    (r"\binstitutions?\b", Kind.INSTITUTION),
    (r"\bparticulier\b|\bindividual\b", Kind.INDIVIDUAL),
)

# Only at the beginning: an assistant of the director is no director; nor is a deputy or honorary one.
_FUNCTIONS: tuple[tuple[str, str], ...] = (
    (r"vice[- ]president", "vice_president"),
    (r"(co[- ]?)?presidente?\b|chair(man|woman|person)?\b", "president"),
    (r"direct(eur|rice|or)\b", "director"),
    (r"secretaire generale?\b|(general secretary|secretary general)\b", "secretary_general"),
)
_CIVILITY = re.compile(r"^(madame|monsieur|mme|m\.)? ?(la |le |l'|the )?")
_NOT_IN_FULL = re.compile(r"\b(adjointe?|d'honneur|honoraire|honorary|deleguee?)\b")

_FEMININE = re.compile(
    r"^(madame (la |l'))?(vice[- ])?"
    r"(presidente|directrice|deputee|senatrice|prefete|conseillere|adjointe|secretaire generale|chairwoman|mairesse)\b"
)


@lru_cache(maxsize=4096)
def read_office(text: str) -> Office:
    """What « Présidente du conseil départemental » says. Only a feminine title tells the gender."""
    plain = fold(text)
    kind = next((kind for pattern, kind in _KINDS if re.search(pattern, plain)), None)
    said = _CIVILITY.sub("", plain)
    function = next((name for pattern, name in _FUNCTIONS if re.match(pattern, said)), "")
    if _NOT_IN_FULL.search(plain):
        function = ""
    return Office(kind, function, Gender.FEMININE if _FEMININE.search(plain) else Gender.UNKNOWN)


def kind_of(text: str) -> Kind | None:
    """The kind a cell names: our own word for it ("deputy_mayor") or the words people use; None when it is neither."""
    try:
        return Kind(fold(text).replace(" ", "_"))
    except ValueError:
        return read_office(text).kind
