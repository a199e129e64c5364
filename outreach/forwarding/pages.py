"""What the pages for passing on show, as plain values for their templates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from outreach.database import now
from outreach.errors import Refusal
from outreach.events.models import Event, EventState
from outreach.events.wording import date_phrase, in_language, short_dates
from outreach.forwarding import queries, wording
from outreach.forwarding.letters import public_letter
from outreach.forwarding.models import Registration
from outreach.forwarding.passing_on import tagged
from outreach.forwarding.registering import KINDS, Newcomer, check_open, check_waits
from outreach.i18n import language, sentence
from outreach.invitations.forms import mark
from outreach.invitations.models import Channel, Invitation, InvitationState
from outreach.invitations.pace import Pace
from outreach.links import Purpose, links


def channel(text: str | None) -> Channel:
    """The way a share link says it came by; a plain link when it says none that we know."""
    return Channel(text) if text in {known.value for known in Channel} else Channel.LINK


def sentences(errors: Mapping[str, Refusal], pace: Pace) -> dict[str, str]:
    """What is wrong with a form, field by field, in the reader's language."""
    found = {name: sentence(refusal) for name, refusal in errors.items()}
    if pace is Pace.UNKNOWN and not found:
        found[""] = _("This page had been open for a long time. Please check what you typed, then send it again.")
    return found


def landing(through: Invitation, token: str, newcomer: Newcomer, errors: Mapping[str, str]) -> dict[str, Any]:
    """The page of a share link."""
    event, tongue, via = through.event, language(), channel(request.args.get("via"))
    organisation = through.contact.organisation if through.named_as_relay and through.contact else None
    letter = queries.letter_of(event.id, tongue)
    return {
        **facts(event),
        "token": token,
        "newcomer": newcomer,
        "errors": errors,
        "relay": organisation.name if organisation and queries.may_be_named(through) else None,
        "summary": f"{short_dates(event.starts_on, event.ends_on, tongue)} · {in_language(event.place, tongue)}",
        "page_url": tagged(links().url(Purpose.SHARE, through.key), via),
        "card_url": links().absolute(url_for("forwarding.preview", token=_clean(through), language=tongue)),
        "letter": public_letter(letter) if letter else None,
        "themes": wording.themes(event, tongue),
        "closed": closed(through),
        "kinds": kind_choices(),
        "nonce": mark("register", through.key),
        "via": via.value,
    }


def _clean(through: Invitation) -> str:
    return links().sign(Purpose.SHARE, through.key)


def kind_choices() -> list[tuple[str, str]]:
    """In what quality one may register, in the reader's language."""
    words = (
        _("Association"),
        _("CCAS (municipal social-action centre)"),
        _("Institution"),
        _("Partner"),
        _("Press"),
        _("In my own name"),
    )
    return [(kind.value, word) for kind, word in zip(KINDS, words, strict=True)]


def confirmation(registration: Registration, token: str) -> dict[str, Any]:
    """The page that asks whether an address is one's own."""
    stopped = _stopped(registration)
    return {
        **facts(registration.invitation.event),
        "token": token,
        "address": "" if stopped else registration.email,
        "done": registration.confirmed_at is not None,
        "closed": stopped or closed(registration.through),
        "nonce": mark("confirm", registration.invitation.key),
    }


def _stopped(registration: Registration) -> str:
    """Why a registration cannot be confirmed any more, or an empty string."""
    try:
        check_waits(registration.invitation.state)
    except Refusal as refusal:
        return sentence(refusal)
    return ""


def facts(event: Event) -> dict[str, Any]:
    """What, when and where."""
    tongue = language()
    return {
        "event": event,
        "title": in_language(event.title, tongue),
        "question": in_language(event.question, tongue),
        "dates": date_phrase(event.starts_on, event.ends_on, tongue),
        "place": in_language(event.place, tongue),
    }


def closed(through: Invitation) -> str:
    """Why nobody can register through somebody's share link, or an empty string."""
    event = through.event
    return why_closed(event.state, through.state, registration_open=event.registration_open, answer_by=event.answer_by)


def why_closed(event: EventState, through: InvitationState, *, registration_open: bool, answer_by: datetime) -> str:
    """The same of an event and a share link in those states."""
    try:
        check_open(event, through, registration_open=registration_open, answer_by=answer_by, now=now())
    except Refusal as refusal:
        return sentence(refusal)
    return ""
