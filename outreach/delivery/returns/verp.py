"""Addresses that say whose message came back: `b+` for what returns, `u+` for a wish to stop sent by mail."""

import binascii
import hmac
from base64 import b32decode, b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from outreach.errors import Refusal

_MAC: Final = 10
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
        self._keys = {
            door: [hmac.digest(key.encode(), f"outreach.return.{door}".encode(), "sha256") for key in secret_keys]
            for door in Door
        }

    def make(self, door: Door, key: str) -> str:
        """The address for a key of at most 28 octets."""
        payload = key.encode()
        if not 0 < len(payload) <= _LONGEST:
            raise ValueError(key)
        signed = payload + _mac(self._keys[door][-1], payload)
        return f"{door}+{b32encode(signed).decode().rstrip('=').lower()}@{self.domain}"

    def read(self, address: str) -> Returned:
        """The door and key. Raises Forged when it is not an address that we made, whole and for this domain."""
        local, _, domain = address.strip().strip("<>").rpartition("@")
        prefix, _, text = local.partition("+")
        if domain.lower() != self.domain.lower() or prefix.lower() not in set(Door):
            raise Forged("“%(address)s” is not a return address of this service.", address=address)
        door = Door(prefix.lower())
        payload, mac = _decoded(text)
        if not any(hmac.compare_digest(_mac(key, payload), mac) for key in self._keys[door]):
            raise Forged("“%(address)s” is not a return address of this service.", address=address)
        return Returned(door, payload.decode())


def _mac(key: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, payload, "sha256")[:_MAC]


def _decoded(text: str) -> tuple[bytes, bytes]:
    try:
        signed = b32decode(text.upper() + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return b"", b""
    return signed[:-_MAC], signed[-_MAC:]
