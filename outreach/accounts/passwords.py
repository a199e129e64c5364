"""Passwords: how they are judged, made and kept (argon2id with the parameters of RFC 9106).

Keeping and comparing are slow on purpose: both are done before a transaction, never inside one.
"""

import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from outreach.errors import Refusal

SHORTEST = 12
LONGEST = 200
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that is read for another one: passwords are copied by hand."""
DECOY = "$argon2id$v=19$m=65536,t=3,p=4$dbfIjT51EwZPbuhj3Yiomw$cEiqNZQceOnNc4XdEnxrAmp6zqYFK30c/C2X7tApOyo"
"""Compared with when there is no account, so that the answer takes as long; nobody knows its password."""

_HASHER = PasswordHasher()


def digest(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(password)


def accept(password: str, email: str, name: str) -> str:
    """What is kept of a password that somebody chose. Refuses one that is easily guessed."""
    judge(password, email, name)
    return digest(password)


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody typed to change their own password: the present one, and the new one twice."""

    present: str
    password: str
    again: str

    def accept(self, email: str, name: str, *, known: bool) -> str:
        """What is kept of the new password. Refuses unless the present one was `known`, and the same one again."""
        if self.password != self.again:
            raise Refusal("The two new passwords differ; type the same one twice.", field="again")
        if not known:
            raise Refusal("This is not your present password.", field="current")
        if self.password == self.present:
            raise Refusal("This is the password you already have; choose another one.", field="password")
        return accept(self.password, email, name)


def matches(kept: str | None, password: str) -> bool:
    """True when this is the password. Takes as long when nothing is kept."""
    given = password[: LONGEST + 1]
    try:
        return _HASHER.verify(kept or DECOY, given) and kept is not None
    except VerifyMismatchError:
        return False
    except InvalidHashError:
        return matches(None, password)


def is_outdated(kept: str) -> bool:
    """True when the password should be kept anew, with the parameters of today."""
    return _HASHER.check_needs_rehash(kept)


def make_password() -> str:
    """A password to hand over: five groups of four letters and digits, 99 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(5))


def judge(password: str, email: str, name: str, field: str = "password") -> None:
    """Refuse a password that is easily guessed: short, repeated, or made of the person's own name."""
    if len(password) < SHORTEST:
        raise Refusal("A password has at least %(number)d characters.", field=field, number=SHORTEST)
    if len(password) > LONGEST:
        raise Refusal("A password has at most %(number)d characters.", field=field, number=LONGEST)
    if len(set(password.casefold())) < 5:
        raise Refusal("This password repeats the same characters; mix them more.", field=field)
    own = [part for part in (*email.casefold().split("@"), *name.casefold().split()) if len(part) > 3]
    rest = password.casefold()
    for part in own:
        rest = rest.replace(part, "")
    if len(rest) < SHORTEST // 2:
        raise Refusal("This password is mostly your own name or address; choose another one.", field=field)
