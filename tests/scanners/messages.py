"""Messages as they leave, and the links in them."""

import re
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import urlsplit

from sqlalchemy import select

from outreach.database import db, now, transaction
from outreach.delivery.service import sender
from outreach.forwarding import actions as forwarding
from outreach.invitations.models import Channel, Invitation
from outreach.rsvp.telling.notice_actions import send_lost_links
from tests import people
from tests.delivery import campaigns
from tests.relay import Received, Relay

NEIGHBOUR = "zoe.petit@voisins.test"
"""Of somebody who came through a share link and confirmed."""
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """What the relay received."""

    messages: list[Received]
    relay: Relay

    def links(self, host: str = "127.0.0.1") -> list[str]:
        """Every address of ours in any of them, once, in alphabetical order."""
        found = {link for one in self.messages for link in links_of(one)}
        return sorted(link for link in found if urlsplit(link).hostname == host)

    def link(self, door: str, recipient: str = "") -> str:
        """The first one that opens this door (`i`, `a`, `c`, `k`, `u`, `o`), to somebody or to anybody."""
        return next(
            link
            for one in self.messages
            if not recipient or one.recipient == recipient
            for link in links_of(one)
            if urlsplit(link).path.startswith(f"/{door}/")
        )


def links_of(message: Received) -> list[str]:
    """Every address in a message: header, text, HTML (pictures too) and calendar, in that order."""
    parts = (one for one in message.message.walk() if one.get_content_maintype() == "text")
    texts = [str(message.message["List-Unsubscribe"] or "")]
    texts += [unescape(str(one.get_content())).replace("\r\n ", "").replace("\n ", "") for one in parts]
    return list(dict.fromkeys(link.rstrip(".,)>") for text in texts for link in _ADDRESS.findall(text)))


def delivered(relay: Relay) -> Mail:
    """Five invitations, a confirmation, a lost link, the check of an address and a newcomer's own invitation."""
    campaigns.launched(batch_size=10)
    with transaction() as session:
        by_name = {one.contact.family_name: one for one in session.scalars(select(Invitation)) if one.contact}
        ada, mayor = by_name["Lefèvre"], by_name["Bêche"]
        people.answer_yes(mayor)
        forwarding.register(ada, people.NEWCOMER, Channel.MAIL, "fr", now())
        neighbour = replace(people.NEWCOMER, given_name="Zoé", email=NEIGHBOUR)
        forwarding.confirm(forwarding.register(ada, neighbour, Channel.MAIL, "fr", now()), now())
        send_lost_links("ada@association.test", now())
    with sender() as post:
        while post.send_due():
            pass
    db.session.rollback()
    assert any(one.recipient == NEIGHBOUR and "/i/" in str(links_of(one)) for one in relay.received)
    return Mail(list(relay.received), relay)
