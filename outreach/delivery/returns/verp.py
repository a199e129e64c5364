"""Addresses that say whose message came back: `b+` for what returns, `u+` for a wish to stop sent by mail."""

import binascii
import hmac
from base64 import b32decode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from outreach.errors import Refusal
from outreach.links import Seal, name_of_key

_MAC: Final = 10
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = tuple(first + second for first in _LETTERS for second in _LETTERS)
_LONGEST: Final = 28
"""Octets of a key that fit a local part of 64: two for the door, 62 of base32."""


class Door(StrEnum):
    """What a mail to such an address means."""

    BOUNCE = "b"
    STOP = "u"


class Forged(Refusal):
    """An address that looks like one of ours and is not."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What an address of ours says."""

    door: Door
    key: str


class ReturnAddresses:
    """Makes and reads them. The newest key, the last, signs; all verify. Letters may change case on the way."""

    def __init__(self, secret_keys: Sequence[str], domain: str) -> None:
        self.domain = domain
        self._keys = {name_of_key(key): key for key in secret_keys}
        self._seals = {
            door: [Seal(Seal(key.encode()).digest(f"outreach.return.{door}".encode())) for key in secret_keys]
            for door in Door
        }

    def as_signed(self, name: str) -> "ReturnAddresses":
        """The same, signing with the key of that name; with the newest where that one is kept no more."""
        known = self._keys.get(name)
        return ReturnAddresses((*self._keys.values(), known), self.domain) if known else self

    def make(self, door: Door, key: str) -> str:
        """The address for a key of at most 28 octets."""
        payload = key.encode()
        if not 0 < len(payload) <= _LONGEST:
            raise ValueError(key)
        return f"{door}+{_encoded(payload + _mac(self._seals[door][-1], payload))}@{self.domain}"

    def read(self, address: str) -> Returned:
        """The door and key. Raises Forged when it is not an address that we made, whole and for this domain."""
        local, _, domain = address.strip().strip("<>").rpartition("@")
        prefix, _, text = local.partition("+")
        if domain.lower() != self.domain.lower() or prefix.lower() not in set(Door):
            raise Forged("“%(address)s” is not a return address of this service.", address=address)
        door = Door(prefix.lower())
        payload, mac = _decoded(text)
        if not any(hmac.compare_digest(_mac(seal, payload), mac) for seal in self._seals[door]):
            raise Forged("“%(address)s” is not a return address of this service.", address=address)
        return Returned(door, payload.decode())


def _mac(seal: Seal, payload: bytes) -> bytes:
    return seal.digest(payload)[:_MAC]


def _encoded(octets: bytes) -> str:
    """Base32 in small letters without padding; by ten bits at once, for there is one to make for every message."""
    count = -(-len(octets) * 8 // 5)
    number = int.from_bytes(octets, "big") << (-len(octets) * 8 % 10)
    pairs = range(-(-len(octets) * 8 // 10) * 10 - 10, -10, -10)
    return "".join([_PAIRS[number >> shift & 1023] for shift in pairs])[:count]


def _decoded(text: str) -> tuple[bytes, bytes]:
    try:
        signed = b32decode(text.upper() + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return b"", b""
    return signed[:-_MAC], signed[-_MAC:]
