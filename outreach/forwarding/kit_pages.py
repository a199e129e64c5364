"""What the page for passing on shows, as plain values for its template."""

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from outreach.events.models import Event
from outreach.forwarding import queries, wording
from outreach.forwarding.drafts import unsent
from outreach.forwarding.drawing import Drawing
from outreach.forwarding.pages import closed, facts
from outreach.forwarding.passing_on import (
    facebook_address,
    fitting_mail_address,
    linkedin_address,
    sms_address,
    tagged,
    whatsapp_address,
    x_address,
)
from outreach.i18n import LANGUAGES, language
from outreach.institution.queries import institution
from outreach.invitations.forms import mark
from outreach.invitations.models import Channel, Invitation
from outreach.links import Purpose, links

CHANNELS: dict[Drawing, Channel] = {"poster": Channel.POSTER, "card": Channel.CARD}


@dataclass(frozen=True, slots=True)
class Words:
    """All that is ready in one language: texts to copy, and addresses that open a program with its text."""

    language: str
    message: str
    short: str
    newsletter: str
    mail: str
    whatsapp: str
    linkedin: str
    facebook: str
    x: str
    sms: str
    sheet: str


def kit(invitation: Invitation, token: str) -> dict[str, Any]:
    """Everything ready for passing an invitation on, the language of the page first."""
    organisation = invitation.contact.organisation if invitation.contact else None
    house, first = institution().name, language()
    return {
        **facts(invitation.event),
        "token": token,
        "share_url": share_url(invitation),
        "ready": [words(invitation, tongue, house) for tongue in sorted(LANGUAGES, key=lambda one: one != first)],
        "brought": queries.brought_by(invitation),
        "organisation": organisation.name if organisation and queries.may_be_named(invitation) else None,
        "named": invitation.named_as_relay,
        "saved": request.args.get("saved", type=int),
        "closed": closed(invitation),
        "nonce": mark("kit", invitation.key),
    }


def naming(named: bool) -> str:
    """What somebody chose about being named, in a sentence."""
    return str(_("My organisation may be named on the page of my link") if named else _("My organisation is not named"))


def words(invitation: Invitation, tongue: str, house: str) -> Words:
    """What is ready in one language. Everything in it carries the share link, and each way its own mark on it."""
    event = invitation.event

    def link(channel: Channel) -> str:
        return tagged(share_url(invitation), channel)

    by_mail = wording.ready_message(invitation, tongue, link(Channel.MAIL), house)
    return Words(
        language=tongue,
        message=wording.ready_message(invitation, tongue, share_url(invitation), house).body,
        short=wording.in_short(event, tongue),
        newsletter=wording.newsletter(event, tongue, link(Channel.NEWSLETTER), house),
        mail=fitting_mail_address((by_mail, wording.short_message(event, tongue, link(Channel.MAIL)))),
        whatsapp=whatsapp_address(wording.ready_message(invitation, tongue, link(Channel.WHATSAPP), house)),
        linkedin=linkedin_address(link(Channel.LINKEDIN)),
        facebook=facebook_address(link(Channel.FACEBOOK)),
        x=x_address(wording.in_short(event, tongue), link(Channel.X)),
        sms=sms_address(wording.short_message(event, tongue, link(Channel.SMS)).body),
        sheet=link(Channel.SHEET),
    )


def share_url(invitation: Invitation) -> str:
    """The public link of an invitation, without a mark."""
    return links().url(Purpose.SHARE, invitation.key)


def draft(invitation: Invitation, tongue: str) -> bytes:
    """The ready message as a file that mail programs open as a draft."""
    link = tagged(share_url(invitation), Channel.MAIL)
    return unsent(wording.ready_message(invitation, tongue, link, institution().name))


def printed(invitation: Invitation, kind: Drawing, tongue: str) -> dict[str, str]:
    """The words of somebody's poster or card, with the code of their share link."""
    link = tagged(share_url(invitation), CHANNELS[kind])
    return wording.printed(invitation.event, tongue, institution(), link)


def pictured(event: Event, tongue: str) -> dict[str, str]:
    """The words of the card that stands for a share link wherever it is pasted: the same for everybody's."""
    return wording.printed(event, tongue, institution())
