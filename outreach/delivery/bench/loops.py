"""How others send, message after message: Flask-Mail's own loop, and smtplib's, with letters as personal as ours."""

import smtplib
import time
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Contact
from outreach.database import db
from outreach.delivery.letters.preview import shown
from outreach.delivery.mailer import Words, loop_of_flask_mail


def personal_letters(number: int) -> list[Words]:
    """What the last campaign says to its first recipients, not yet made into messages."""
    campaign = db.session.scalars(select(Campaign).order_by(Campaign.id.desc()).limit(1)).one()
    contacts = db.session.scalars(select(Contact).order_by(Contact.id).limit(number)).all()
    made = [shown(campaign, contact).octets for contact in contacts]
    db.session.rollback()
    return [_words(message_from_bytes(octets, EmailMessage, policy=policy.default)) for octets in made]


def _words(message: EmailMessage) -> Words:
    parts = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    return Words(
        recipient=message["To"].addresses[0].addr_spec,
        sender=message["From"].addresses[0].addr_spec,
        subject=str(message["Subject"]),
        text=parts["text/plain"],
        html=parts["text/html"],
        calendar=parts["text/calendar"],
    )


def flask_mail_rate(port: int, letters: Sequence[Words]) -> float:
    """Messages per second of Flask-Mail as its manual has it: one connection, one message built and sent at a time."""
    begun = time.perf_counter()
    loop_of_flask_mail(port, letters)
    return len(letters) / (time.perf_counter() - begun)


def smtplib_rate(port: int, letters: Sequence[Words]) -> float:
    """The same of Python's own library."""
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for letter in letters:
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = letter.sender, letter.recipient, letter.subject
            message.set_content(letter.text)
            message.add_alternative(letter.html, subtype="html")
            message.add_alternative(letter.calendar, subtype="calendar", params={"method": "PUBLISH"})
            connection.send_message(message)
    return len(letters) / (time.perf_counter() - begun)
