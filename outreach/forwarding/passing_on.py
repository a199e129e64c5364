"""Words and addresses ready to pass an invitation on: mail, WhatsApp, LinkedIn, copy."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from outreach.invitations.models import Channel


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
    return f"mailto:?subject={quote(message.subject)}&body={quote(body)}"


def whatsapp_address(message: ReadyMessage) -> str:
    """Opens WhatsApp with the text; the person chooses to whom."""
    return f"https://wa.me/?{urlencode({'text': message.body}, quote_via=quote)}"


def linkedin_address(url: str) -> str:
    """Opens LinkedIn's own page for sharing an address."""
    return f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': url})}"
