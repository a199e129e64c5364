"""The addresses written in one cell: which there are, what noise was taken off, why the cell is refused.

Noise that changes no meaning (spaces around, `mailto:`, `Name <address>`, a full stop at the end) is taken off and
reported. Whatever would be a guess (`@@`, `(at)`, an accent before the @, a space inside) is refused with the guess in
the sentence, for a person to correct. email-validator judges the syntax; the DNS is never asked.
"""

import re
from dataclasses import dataclass

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from outreach.contacts.folding import fold
from outreach.errors import Refusal

ABSENT = (
    frozenset({"-", "--", "/", ".", "?", "0", "x", "n/a", "na", "n/d", "nd", "#n/d", "#n/a", "nc", "n.c."})
    | {"neant", "aucun", "aucune", "inconnu", "inconnue", "sans", "sans objet", "vide", "rien", "absent"}
    | {"null", "none", "nil", "no", "unknown", "not known", "non communique", "non renseigne"}
    | {"pas de mail", "pas d'adresse", "pas d'email"}
)
"""What people write, folded, where there is no address."""

RESERVED = frozenset({"test", "example", "invalid", "localhost", "local"})

_LOCAL = r"[a-z0-9]+(?:[._+-][a-z0-9]+)*"
_LABEL = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PLAIN = re.compile(rf"(?=[^@]{{1,64}}@){_LOCAL}@(?:(?=[^.]{{1,63}}\.){_LABEL}\.)+(?P<top>[a-z]{{2,63}})")
_SPECIAL = frozenset(name.rsplit(".", 1)[-1] for name in SPECIAL_USE_DOMAIN_NAMES)

_SPACES = re.compile(r"[\s\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_WEB_PAGE = re.compile(r"^(https?:/|www\.)", re.IGNORECASE)
_WRITTEN_AT = re.compile(
    r"\s*[(\[{]\s*(?:at|a|arobase|arobas|chez|@)\s*[)\]}]\s*|\s+(?:at|arobase)\s+|@@+", re.IGNORECASE
)
_NAMED = re.compile(r'(?:"[^"]*"|[^;,<>@]*)\s*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>')
_SEPARATORS = re.compile(r"[;,|/\s]+|\s[-–]\s")
_LABELS = frozenset(
    ("ou", "et", "or", "and", "puis", "e-mail", "email", "mail", "mel", "courriel", "adresse", "-", "–")
)
_NOISE = "<>()[]{}\"'«»;,:"


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """What one cell gives: its addresses in order, each once; what was taken off, as (from, to); or why refused."""

    addresses: tuple[str, ...] = ()
    repairs: tuple[tuple[str, str], ...] = ()
    refusal: Refusal | None = None


def read_mailboxes(cell: str, reserved: bool = False) -> Mailboxes:
    """The addresses of a cell. `reserved` also accepts the domains set aside for tests and documentation (RFC 2606)."""
    if is_plain(cell, reserved):
        return Mailboxes((cell,))
    text = _SPACES.sub(" ", cell).strip()
    if not text:
        return Mailboxes()
    if fold(text) in ABSENT:
        return Mailboxes(repairs=((cell, ""),))
    refusal = _refusal_of_cell(text, reserved)
    if refusal:
        return Mailboxes(refusal=refusal)
    parts = _parts(_NAMED.sub(r" \1 ; ", text), reserved)
    if isinstance(parts, Refusal):
        return Mailboxes(refusal=parts)
    found: list[str] = []
    for part in parts:
        verdict = judge(part, reserved)
        if isinstance(verdict, Refusal):
            return Mailboxes(refusal=verdict)
        found.append(verdict)
    addresses = tuple(dict.fromkeys(found))
    written = "; ".join(addresses)
    return Mailboxes(addresses, () if written == cell else ((cell, written),))


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
        return _why(address, local, domain, reserved)
    judged = valid.ascii_email or valid.normalized
    return judged if asked == address else judged.removesuffix("test") + top


def _why(address: str, local: str, domain: str, reserved: bool) -> Refusal:
    """The sentence for an address that is none, with a correction where one is likely."""
    if not local.isascii() and is_plain(f"{fold(local)}@{domain.lower()}", reserved):
        return Refusal("There is an accent before the @: is it %(guess)s?", guess=f"{fold(local)}@{domain.lower()}")
    if "@" in local:
        return Refusal("There are two @ in this address.")
    if "." not in domain.rstrip("."):
        return Refusal("The part after the @ is incomplete: its end is missing (.fr, for instance).")
    if domain.rsplit(".", 1)[-1].lower() in _SPECIAL:
        return Refusal("No mail can be received at %(domain)s: it is reserved for tests.", domain=domain)
    return Refusal("This is not a valid e-mail address.")


def _refusal_of_cell(text: str, reserved: bool) -> Refusal | None:
    """Why a whole cell is refused before its addresses are looked at."""
    if _WEB_PAGE.match(text):
        return Refusal("This is a web page, not an e-mail address.")
    if _WRITTEN_AT.search(text):
        guess = _WRITTEN_AT.sub("@", text)
        if is_plain(guess, reserved):
            return Refusal("The @ is not written as it should be: is it %(guess)s?", guess=guess)
        return Refusal("The @ is not written as it should be.")
    if "@" not in text:
        return Refusal("There is no @ in this address.")
    return None


def _parts(text: str, reserved: bool) -> list[str] | Refusal:
    """The addresses between separators, once labels and punctuation are off; words beside them are not passed over."""
    pieces = [_bare(piece) for piece in _SEPARATORS.split(text)]
    pieces = [piece for piece in pieces if piece and fold(piece).rstrip(":") not in _LABELS]
    if all("@" in piece and not piece.startswith("@") and not piece.endswith("@") for piece in pieces):
        return pieces
    joined = "".join(pieces)
    if len(pieces) == 2 and is_plain(joined, reserved):
        return Refusal("There is a space inside this address: is it %(guess)s?", guess=joined)
    return Refusal("There are words beside the address: leave only the address.")


def _bare(piece: str) -> str:
    """A piece without the punctuation around it, nor `mailto:` and its question mark."""
    piece = piece.strip(_NOISE).removesuffix(".")
    if piece.lower().startswith("mailto:"):
        piece = piece[7:].partition("?")[0]
    return piece.strip(_NOISE).rstrip(".")
