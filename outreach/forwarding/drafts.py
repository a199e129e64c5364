"""A message as a file that mail programs open as a draft, for people whose program opens no `mailto:` address."""

import re
from base64 import encodebytes

from outreach.delivery.letters.headers import token, unstructured
from outreach.forwarding.passing_on import ReadyMessage


def unsent(message: ReadyMessage) -> bytes:
    """An RFC 5322 message without sender, recipient or date; `X-Unsent: 1` makes mail programs open it to be sent."""
    body = message.body.replace("\n", "\r\n").encode()
    return b"".join(
        (
            token("X-Unsent", "1"),
            unstructured("Subject", re.sub(r"[\r\n\0]+", " ", message.subject)),
            token("MIME-Version", "1.0"),
            token("Content-Language", message.language),
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            encodebytes(body).replace(b"\n", b"\r\n"),
        )
    )
