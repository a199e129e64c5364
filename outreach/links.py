"""Every signed URL: one salt per purpose, old keys still verify; and the keyed hash of an address."""

import base64
import enum
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, Signer, TimestampSigner
from itsdangerous.encoding import base64_encode, int_to_bytes

from outreach.errors import BadLink

DAMAGED = (
    "This link is incomplete: your mail program may have cut it. Open it again from the message, or ask for a new one."
)


class Purpose(enum.StrEnum):
    """What a link opens; the value is the first part of its path and part of its salt."""

    INVITATION = "i"
    ANSWER = "a"
    OPEN = "o"
    SHARE = "s"
    CONFIRM = "c"
    KIT = "k"
    STOP = "u"
    ENTRY = "p"


def new_key() -> str:
    """A random name of 80 bits in 20 hexadecimal digits, for what links point to."""
    return secrets.token_hex(10)


@dataclass(frozen=True, slots=True)
class Nonce:
    """A form that we made: for which purpose and key, and when."""

    made_at: datetime


class Seal:
    """HMAC-SHA-256 under one key, taken in once: of many short texts it is faster than `hmac.digest`."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod="sha256")

    def digest(self, text: bytes) -> bytes:
        """The 32 octets that only who has the key can work out."""
        sealed = self._keyed.copy()
        sealed.update(text)
        return sealed.digest()


def name_of_key(key: str) -> str:
    """How a row says with which secret key something of it was signed; tells nothing of the key."""
    return Seal(key.encode()).digest(b"outreach.name").hex()[:8]


class Keyring:
    """The keys of an installation and all that is signed with them.

    Tokens are `key.signature` (HMAC-SHA-256, URL-safe, no time in them, so a retried message keeps its bytes).
    They hide nothing: what they carry is a random name.
    """

    def __init__(
        self, secret_keys: Sequence[str], suppression_key: str, base_url: str, mail_domain: str = "localhost"
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.mail_domain = mail_domain
        """The domain that notices name themselves by (RFC 5322, 3.6.4)."""
        self.sender_id = hashlib.sha256(mail_domain.lower().encode()).hexdigest()[:12]
        """What providers count complaints by (Feedback-ID): one for all that this domain sends, and nobody else's."""
        self._suppression = Seal(suppression_key.encode())
        self._given = (suppression_key, base_url, mail_domain)
        self._keys = {name_of_key(key): key for key in secret_keys}
        self.signs_as = name_of_key(secret_keys[-1])
        """The name of the newest key, which signs."""
        self._signers = {
            purpose: Signer(
                list(secret_keys), salt=f"outreach.{purpose}", key_derivation="hmac", digest_method=hashlib.sha256
            )
            for purpose in Purpose
        }
        self._seals = {purpose: Seal(signer.derive_key()) for purpose, signer in self._signers.items()}
        self._nonces = TimestampSigner(
            list(secret_keys), salt="outreach.form", key_derivation="hmac", digest_method=hashlib.sha256
        )
        self._marking = Seal(self._nonces.derive_key())

    def sign(self, purpose: Purpose, key: str) -> str:
        """The token of that key for that purpose; byte for byte what itsdangerous would sign, ten times faster."""
        seal = base64.urlsafe_b64encode(self._seals[purpose].digest(key.encode()))
        return f"{key}.{seal.decode().rstrip('=')}"

    def as_signed(self, name: str) -> "Keyring":
        """The same, signing with the key of that name as it once did; with the newest where that one is gone."""
        if name == self.signs_as or name not in self._keys:
            return self
        return Keyring((*self._keys.values(), self._keys[name]), *self._given)

    def read(self, purpose: Purpose, token: str) -> str:
        """The key inside a token. Raises BadLink when it was cut, altered or signed for something else."""
        key = token.rpartition(".")[0]
        if token.isascii() and hmac.compare_digest(self.sign(purpose, key), token):
            return key
        try:
            return self._signers[purpose].unsign(token).decode()
        except (BadSignature, UnicodeError) as error:
            raise BadLink(DAMAGED) from error

    def url(self, purpose: Purpose, key: str) -> str:
        """The whole address of a link, always on the configured base URL."""
        return self.address(purpose, self.sign(purpose, key))

    def address(self, purpose: Purpose, token: str) -> str:
        """The same of a token that is signed already."""
        return f"{self.base_url}/{purpose}/{token}"

    def device_key(self, purpose: Purpose) -> str:
        """The newest key of one purpose, in hexadecimal digits: checks its tokens elsewhere, and opens nothing else."""
        return self._signers[purpose].derive_key().hex()

    def absolute(self, path: str) -> str:
        """A path of ours as a whole address."""
        return f"{self.base_url}{path}"

    def make_nonce(self, form: str, key: str) -> str:
        """A mark for one form about one key, with the time it was made (for slow people and fast machines).

        Signed as in `sign`.
        """
        made_at = base64_encode(int_to_bytes(self._nonces.get_timestamp())).decode()
        marked = f"{form}:{key}.{made_at}"
        return f"{marked}.{base64_encode(self._marking.digest(marked.encode())).decode()}"

    def read_nonce(self, form: str, key: str, nonce: str) -> Nonce:
        """The mark of a form sent back. Raises BadLink when it is not ours or belongs to another form."""
        try:
            value, made_at = self._nonces.unsign(nonce, return_timestamp=True)
        except (BadSignature, UnicodeError) as error:
            raise BadLink(DAMAGED) from error
        if value.decode() != f"{form}:{key}":
            raise BadLink(DAMAGED)
        return Nonce(made_at)

    def digest(self, address: str) -> str:
        """Keyed hash of a mail address, whatever its case: finds an erased person again without naming them."""
        return self._suppression.digest(address.strip().casefold().encode()).hex()[:40]


def links() -> Keyring:
    """The keyring of the running application."""
    keyring = current_app.extensions["outreach.links"]
    if not isinstance(keyring, Keyring):
        raise TypeError("the application was made without its keyring")
    return keyring
