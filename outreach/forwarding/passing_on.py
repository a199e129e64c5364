"""Words and addresses ready to pass an invitation on: mail, WhatsApp, LinkedIn, Facebook, X, SMS, a draft."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from outreach.invitations.models import Channel

MAILTO_LIMIT: Final = 1900
"""Characters of a `mailto:` address, encoded: what Outlook and Windows still take whole (they stop at about 2,000)."""


@dataclass(frozen=True, slots=True)
class ReadyMessage:
    """The text of one language, in the voice of whoever passes it on, with the share link in it."""

    language: str
    subject: str
    body: str


def tagged(share_url: str, channel: Channel) -> str:
    """The share link that says by which way it was passed on."""
    return f"{share_url}?{urlencode({'via': channel.value})}"


def mail_address(message: ReadyMessage) -> str:
    """A `mailto:` address with subject and body (RFC 6068: percent-encoded, lines end in CRLF)."""
    body = message.body.replace("\n", "\r\n")
    return f"mailto:?subject={quote(message.subject, safe='')}&body={quote(body, safe='')}"


def fitting_mail_address(messages: Iterable[ReadyMessage]) -> str:
    """The `mailto:` address of the first of these, the longest first, that mail programs take whole; else the last."""
    address = ""
    for message in messages:
        address = mail_address(message)
        if len(address) <= MAILTO_LIMIT:
            break
    return address


def whatsapp_address(message: ReadyMessage) -> str:
    """Opens WhatsApp with the text; the person chooses to whom."""
    return f"https://wa.me/?{urlencode({'text': message.body}, quote_via=quote)}"


def linkedin_address(url: str) -> str:
    """Opens LinkedIn's own page for sharing an address."""
    return f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': url})}"


def facebook_address(url: str) -> str:
    """Opens Facebook's own page for sharing an address; the person adds their words there."""
    return f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': url})}"


def x_address(text: str, url: str) -> str:
    """Opens X with a text, which X cuts at 280 characters, and an address, which counts as 23."""
    room = 280 - 23 - 1
    words = text if len(text) <= room else f"{text[: room - 1].rstrip()}…"
    return f"https://x.com/intent/post?{urlencode({'text': words, 'url': url}, quote_via=quote)}"


def sms_address(text: str) -> str:
    """Opens the telephone's text messages; `?&` is what both Android and iOS read (RFC 5724 knows no body)."""
    return f"sms:?&body={quote(text, safe='')}"
