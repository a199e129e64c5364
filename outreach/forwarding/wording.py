"""Words ready to be passed on, in either language whatever the page's: messages, a newsletter, a poster, a card."""

from flask_babel import force_locale
from flask_babel import gettext as _

from outreach.events.models import Event
from outreach.events.wording import date_phrase, in_language, instant_phrase, short_dates
from outreach.forwarding.passing_on import ReadyMessage
from outreach.institution.queries import Face
from outreach.invitations.models import Invitation


def themes(event: Event, tongue: str) -> list[str]:
    """What the event is about, each theme once, in the order of the programme."""
    return list(dict.fromkeys(in_language(one.theme, tongue) for one in event.sessions if one.theme))


def ready_message(invitation: Invitation, tongue: str, link: str, house: str) -> ReadyMessage:
    """Words in the voice of whoever passes it on, signed with their name, with that link and no other."""
    event = invitation.event
    with force_locale(tongue):
        title = in_language(event.title, tongue)
        body = _(
            "Hello,\n\nI thought of you for this event:\n\n%(title)s\n%(dates)s\n%(place)s\n(%(house)s)\n\n"
            "The invitation is open to whoever it concerns. The letter, the programme and registration are here:\n"
            "%(link)s\n\nPlease pass it on in your turn.",
            house=house,
            title=title,
            dates=short_dates(event.starts_on, event.ends_on, tongue),
            place=in_language(event.place, tongue),
            link=link,
        )
        name = invitation.contact.name if invitation.contact else ""
        return ReadyMessage(tongue, _("Invitation: %(title)s", title=title), f"{body}\n\n{name}".rstrip())


def in_short(event: Event, tongue: str) -> str:
    """What, when and where, in one line."""
    days = short_dates(event.starts_on, event.ends_on, tongue)
    return " · ".join((in_language(event.title, tongue), days, in_language(event.place, tongue)))


def short_message(event: Event, tongue: str, link: str) -> ReadyMessage:
    """The same in two lines, for a text message, and for mail programs that take no long address."""
    with force_locale(tongue):
        subject = _("Invitation: %(title)s", title=in_language(event.title, tongue))
        return ReadyMessage(tongue, subject, f"{in_short(event, tongue)}\n{link}")


def newsletter(event: Event, tongue: str, link: str, house: str) -> str:
    """What an association prints in its newsletter: in the third person, complete, with the last day to answer."""
    with force_locale(tongue):
        named = " · ".join(themes(event, tongue))
        paragraphs = (
            in_language(event.title, tongue),
            _(
                "%(house)s invites you, %(dates)s, %(place)s.",
                house=house,
                dates=date_phrase(event.starts_on, event.ends_on, tongue),
                place=", ".join(filter(None, (in_language(event.place, tongue), event.place_address))),
            ),
            in_language(event.question, tongue),
            _("On the programme: %(themes)s", themes=named) if named else "",
            _(
                "Everybody registers in their own name, until %(when)s:\n%(link)s",
                when=instant_phrase(event.answer_by, event.timezone, tongue),
                link=link,
            ),
            _("A question? %(address)s", address=event.contact_email),
        )
        return "\n\n".join(filter(None, paragraphs))


def printed(event: Event, tongue: str, face: Face, link: str = "") -> dict[str, str]:
    """The words of a poster or a card; with a `link`, its QR code too."""
    with force_locale(tongue):
        words = {
            "language": tongue,
            "house": face.name,
            "action": face.action_colour,
            "accent": face.accent_colour,
            "lead": _("invites you"),
            "title": in_language(event.title, tongue),
            "question": in_language(event.question, tongue),
            "dates": short_dates(event.starts_on, event.ends_on, tongue),
            "place": in_language(event.place, tongue),
            "address": event.place_address,
            "themes": "\n".join(themes(event, tongue)),
            "call": _("Read the invitation and register"),
            "hint": _(
                "Point the camera of your telephone at this code. A question? %(address)s", address=event.contact_email
            ),
        }
        return {**words, "link": link} if link else words
