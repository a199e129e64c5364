"""The addresses written in one cell: which there are, what was put right, why the cell is refused.

What changes no meaning (spaces around, `mailto:`, `Name <address>`, a full stop at the end) is taken off and reported.
Whatever is a guess (`@@`, `(at)`, an accent before the @, a space inside, words beside) is refused with the guess in
the sentence and proposed as a repair; it is made only when its kind was chosen. email-validator judges the syntax.
"""

import re
from dataclasses import dataclass

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from outreach.contacts.folding import fold
from outreach.contacts.imports.rows.repairs import HARMLESS, RepairKind
from outreach.errors import N_, Refusal

ABSENT = (
    frozenset({"-", "--", "/", ".", "?", "0", "x", "n/a", "na", "n/d", "nd", "#n/d", "#n/a", "nc", "n.c."})
    | {"neant", "aucun", "aucune", "inconnu", "inconnue", "sans", "sans objet", "vide", "rien", "absent"}
    | {"null", "none", "nil", "no", "unknown", "not known", "non communique", "non renseigne"}
    | {"pas de mail", "pas d'adresse", "pas d'email"}
)
"""What people write, folded, where there is no address."""

LONGEST_PAGE = 300
"""Of a web page, in characters; a longer one goes to the notes."""
RESERVED = frozenset({"test", "example", "invalid", "localhost", "local"})

_LOCAL = r"[a-z0-9]+(?:[._+-][a-z0-9]+)*"
_LABEL = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PLAIN = re.compile(rf"(?=[^@]{{1,64}}@){_LOCAL}@(?:(?=[^.]{{1,63}}\.){_LABEL}\.)+(?P<top>[a-z]{{2,63}})")
_SPECIAL = frozenset(name.rsplit(".", 1)[-1] for name in SPECIAL_USE_DOMAIN_NAMES)

_SPACES = re.compile(r"[\s\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_WEB_PAGE = re.compile(r"^(https?:/|www\.)", re.IGNORECASE)
_DOUBLED_AT = re.compile(r"@(?:\s?@)+")
_WRITTEN_AT = re.compile(
    r"\s*[(\[{<]\s*(?:at|a|à|arobase|arobas|chez|@)\s*[)\]}>]\s*|\s+(?:at|arobase)\s+", re.IGNORECASE
)
_TORN = re.compile(r"(?<=[\w.+-])\s+(?=@\w)|(?<=\w@)\s+(?=\w)|(?<=\w)\s+@\s+(?=\w)")
_NAMED = re.compile(r'(?:"[^"]*"|[^;,<>@]*)\s*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>')
_SEPARATORS = re.compile(r"[;,|/\s]+|\s[-–]\s")
_LABELS = frozenset(
    ("ou", "et", "or", "and", "puis", "e-mail", "email", "mail", "mel", "courriel", "adresse", "-", "–")
)
_NOISE = "<>()[]{}\"'«»;,:"

_SENTENCES = {
    RepairKind.DOUBLED_AT: N_("The @ is not written as it should be: is it %(guess)s?"),
    RepairKind.WRITTEN_AT: N_("The @ is not written as it should be: is it %(guess)s?"),
    RepairKind.ACCENTS: N_("There is an accent before the @: is it %(guess)s?"),
    RepairKind.INNER_SPACE: N_("There is a space inside this address: is it %(guess)s?"),
}
_OTHERWISE = N_("This is not an address as it stands: is it %(guess)s?")


@dataclass(frozen=True, slots=True)
class Mend:
    """What a cell becomes, the kind of repair that makes it so, and whether it was made."""

    after: str
    kind: RepairKind
    applied: bool


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """What one cell gives: its addresses in order, each once; the repair made or proposed; or why it is refused.

    `note` is what was written beside the addresses, `website` a page written instead of one.
    """

    addresses: tuple[str, ...] = ()
    mend: Mend | None = None
    refusal: Refusal | None = None
    note: str = ""
    website: str = ""


def read_mailboxes(cell: str, reserved: bool = False, chosen: frozenset[RepairKind] = HARMLESS) -> Mailboxes:
    """The addresses of a cell. `reserved` also accepts the domains set aside for tests and documentation (RFC 2606).

    A cell that needs a repair of a kind that is not `chosen` is refused, with that repair as a proposal.
    """
    if is_plain(cell, reserved):
        return Mailboxes((cell,))
    text = _SPACES.sub(" ", cell).strip()
    if not text:
        return Mailboxes()
    found = _read(cell, text, reserved)
    if isinstance(found, Refusal):
        return _unreadable(found, text, chosen)
    missing = next((kind for kind in found.kinds if kind not in chosen), None)
    written = "; ".join(found.addresses)
    if missing is not None:
        return Mailboxes((), Mend(written, missing, applied=False), _refusal(missing, written))
    mend = Mend(written, found.kinds[0], applied=True) if found.kinds else None
    return Mailboxes(found.addresses, mend, None, found.note, found.website)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a cell holds once every repair in `kinds` is made, the greatest guess first."""

    addresses: tuple[str, ...]
    kinds: tuple[RepairKind, ...]
    note: str = ""
    website: str = ""


def _read(cell: str, text: str, reserved: bool) -> _Found | Refusal:
    if fold(text) in ABSENT:
        return _Found((), (RepairKind.NOTHING,))
    if _WEB_PAGE.match(text):
        page = text if len(text.split()) == 1 and "@" not in text and len(text) <= LONGEST_PAGE else ""
        return _Found((), (RepairKind.WEB_PAGE,), "" if page else text, page)
    guesses: list[RepairKind] = []
    mended = text
    for pattern, kind in ((_DOUBLED_AT, RepairKind.DOUBLED_AT), (_WRITTEN_AT, RepairKind.WRITTEN_AT)):
        if pattern.search(mended):
            mended = pattern.sub("@", mended)
            guesses.append(kind)
    if "@" not in mended:
        return Refusal("There is no @ in this address.")
    mended = _NAMED.sub(r" \1 ; ", mended)
    joined = _TORN.sub(lambda torn: torn[0].strip(), mended)
    if joined != mended:
        guesses.append(RepairKind.INNER_SPACE)
    pieces, words = _pieces(joined)
    if (
        joined == mended
        and len(pieces) == len(words) == 1
        and is_plain(whole := "".join(_bare(joined).split()), reserved)
    ):
        pieces, words = [whole], []
        guesses.append(RepairKind.INNER_SPACE)
    return _judged(cell, text, pieces, words, guesses, reserved)


def _judged(
    cell: str, text: str, pieces: list[str], words: list[str], guesses: list[RepairKind], reserved: bool
) -> _Found | Refusal:
    """The addresses among the pieces of a cell, with every kind of repair that it took to read them."""
    found: list[str] = []
    for piece in pieces:
        local, _, domain = piece.rpartition("@")
        verdict = judge(piece, reserved)
        plain = fold(local)
        if isinstance(verdict, Refusal) and not local.isascii() and plain.isascii():
            verdict = judge(f"{plain}@{domain}", reserved)
            guesses.append(RepairKind.ACCENTS)
        if isinstance(verdict, Refusal):
            return verdict
        found.append(verdict)
    if words:
        guesses.append(RepairKind.NOTE_BESIDE)
    addresses = tuple(dict.fromkeys(found))
    written = "; ".join(addresses)
    if written == cell:
        return _Found(addresses, ())
    harmless = [] if guesses else [_harmless(text, pieces, written)]
    return _Found(addresses, tuple(dict.fromkeys(guesses + harmless)), " ".join(words))


def _harmless(text: str, pieces: list[str], written: str) -> RepairKind:
    """What the greatest change was, where none is a guess."""
    if len(pieces) > 1:
        return RepairKind.SEVERAL
    if text == written:
        return RepairKind.SPACES
    return RepairKind.DOMAIN if text == pieces[0] else RepairKind.PUNCTUATION


def _unreadable(reason: Refusal, text: str, chosen: frozenset[RepairKind]) -> Mailboxes:
    """A cell that no repair makes readable: refused, or left out and kept as a note when that was chosen."""
    if RepairKind.NO_ADDRESS in chosen:
        return Mailboxes((), Mend("", RepairKind.NO_ADDRESS, applied=True), None, text)
    return Mailboxes((), Mend("", RepairKind.NO_ADDRESS, applied=False), reason)


def _refusal(missing: RepairKind, guess: str) -> Refusal:
    """The sentence for a cell that could be read by a repair that nobody chose."""
    if missing is RepairKind.WEB_PAGE:
        return Refusal("This is a web page, not an e-mail address.")
    if missing is RepairKind.NOTE_BESIDE:
        return Refusal("There are words beside the address: leave only the address.")
    return Refusal(_SENTENCES.get(missing, _OTHERWISE), guess=guess)


def is_plain(address: str, reserved: bool = False) -> bool:
    """True for an address so plain that email-validator accepts it as it stands: the usual case, quickly."""
    match = _PLAIN.fullmatch(address)
    if match is None or len(address) > 254:
        return False
    return match["top"] not in _SPECIAL or (reserved and match["top"] in RESERVED)


def judge(address: str, reserved: bool = False) -> str | Refusal:
    """The address with its domain in the form that travels (lower case, punycode), or why it is none."""
    if is_plain(address, reserved):
        return address
    local, at, domain = address.rpartition("@")
    if not at:
        return Refusal("There is no @ in this address.")
    top = domain.rsplit(".", 1)[-1].lower()
    # The validator knows one reserved domain only; the others have the same syntax.
    asked = f"{local}@{domain[: -len(top)]}test" if reserved and top in RESERVED and "." in domain else address
    try:
        valid = validate_email(asked, check_deliverability=False, allow_smtputf8=False, test_environment=reserved)
    except EmailNotValidError:
        return _why(domain, local)
    judged = valid.ascii_email or valid.normalized
    return judged if asked == address else judged.removesuffix("test") + top


def _why(domain: str, local: str) -> Refusal:
    """The sentence for an address that is none."""
    if "@" in local:
        return Refusal("There are two @ in this address.")
    if "." not in domain.rstrip("."):
        return Refusal("The part after the @ is incomplete: its end is missing (.fr, for instance).")
    if domain.rsplit(".", 1)[-1].lower() in _SPECIAL:
        return Refusal("No mail can be received at %(domain)s: it is reserved for tests.", domain=domain)
    return Refusal("This is not a valid e-mail address.")


def _pieces(text: str) -> tuple[list[str], list[str]]:
    """The addresses between separators, labels and punctuation off, and the words beside them."""
    pieces = [_bare(piece) for piece in _SEPARATORS.split(text)]
    pieces = [
        piece for piece in pieces if piece and fold(piece).rstrip(":") not in _LABELS and fold(piece) not in ABSENT
    ]
    return [piece for piece in pieces if "@" in piece], [piece for piece in pieces if "@" not in piece]


def _bare(piece: str) -> str:
    """A piece without the punctuation around it, nor `mailto:` and its question mark."""
    piece = piece.strip(_NOISE).removesuffix(".")
    if piece.lower().startswith("mailto:"):
        piece = piece[7:].partition("?")[0]
    return piece.strip(_NOISE).rstrip(".")
