"""The words of notices, from templates/emails/<purpose>/: subject.txt, body.txt, body.mjml."""

import zlib
from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

import segno
from flask_babel import force_locale

from outreach.delivery.letters.first_words import FIRST
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.layout import draw, write
from outreach.delivery.letters.mime import Attachment, Draft
from outreach.delivery.models import Notice
from outreach.events.wording import date_phrase, in_language, short_dates
from outreach.institution.queries import Face
from outreach.invitations.models import Invitation
from outreach.links import Keyring, Purpose

MAP: Final = "https://www.openstreetmap.org/search?query="
"""Finds a place on a map that takes no note of who looks; nothing of the reader is in the link."""
OCTETS: Final = "octets"
"""Under this name a row keeps what was offered to the relay, until it is settled."""


def packed(octets: bytes) -> str:
    """A message small enough for its row, a fifth of its size; a row takes text only."""
    return b64encode(zlib.compress(octets, 9)).decode()


def unpacked(text: str) -> bytes:
    """The message that was packed."""
    return zlib.decompress(b64decode(text))


def notice_draft(notice: Notice, invitation: Invitation, face: Face, keyring: Keyring, sender: Mailbox) -> Draft:
    """A notice in its language; the same row always gives the same words."""
    values = context(notice, invitation, face, keyring)
    folder = notice.purpose.value
    with force_locale(notice.language):
        subject = " ".join(write(f"{folder}/subject.txt", values).split())
        values["subject"] = subject
        return Draft(
            language=notice.language,
            sender=Mailbox(face.name or sender.name, sender.address),
            subject=subject,
            text="\n".join(filter(None, [write(f"{folder}/body.txt", values).rstrip(), values.get(FIRST)])) + "\n",
            html=draw(f"{folder}/body.mjml", values),
            calendar=notice.values.get("calendar") or None,
            reply_to=Mailbox("", invitation.event.contact_email),
            automatic=True,
            attachments=_pass(values["pass_url"]),
        )


def _pass(url: str) -> tuple[Attachment, ...]:
    """The pass as a picture, for whoever shows it without network; nothing for who has none."""
    if not url:
        return ()
    drawn = BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="png", scale=6, border=4)
    return (Attachment("pass.png", "image/png", drawn.getvalue()),)


def context(notice: Notice, invitation: Invitation, face: Face, keyring: Keyring) -> dict[str, Any]:
    """What every notice may say: the event, the recipient's own links, and the values kept with the row."""
    event, language = invitation.event, notice.language
    urls = {
        f"{purpose.name.lower()}_url": f"{keyring.url(purpose, invitation.key)}?lang={language}"
        for purpose in (
            Purpose.INVITATION,
            Purpose.ANSWER,
            Purpose.SHARE,
            Purpose.KIT,
            Purpose.CONFIRM,
            Purpose.STOP,
        )
    }
    return {
        **notice.values,
        **urls,
        "lang": language,
        "institution": face,
        "event": event,
        "title": in_language(event.title, language),
        "dates": date_phrase(event.starts_on, event.ends_on, language),
        "short_dates": short_dates(event.starts_on, event.ends_on, language),
        "place": in_language(event.place, language),
        "map_url": f"{MAP}{quote(f'{in_language(event.place, language)}, {event.place_address}')}"
        if event.place_address
        else "",
        "pass_url": keyring.url(Purpose.ENTRY, held) if (held := notice.values.get("pass")) else "",
        "seats_url": f"{keyring.url(Purpose.ANSWER, invitation.key)}/seats?lang={language}",
        "privacy_url": f"{keyring.url(Purpose.STOP, invitation.key)}/why?lang={language}",
    }
