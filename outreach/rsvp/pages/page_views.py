"""What the pages of this room show, as plain values for their templates."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from outreach.contacts.queries import form_for
from outreach.events.models import Event, Session, SessionKind
from outreach.events.wording import (
    clock_range,
    date_phrase,
    in_language,
    instant_phrase,
    session_label,
    session_times,
)
from outreach.i18n import language, sentence
from outreach.invitations.forms import mark
from outreach.invitations.models import Invitation, Reply
from outreach.links import Purpose, links
from outreach.rsvp import queries
from outreach.rsvp.answering import LONGEST, NotAccepted, Slot, parallel
from outreach.rsvp.models import Answer
from outreach.rsvp.needs import Need
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.waiting.queries import places_told

Errors = Mapping[str, str]
STAFF = "staff"
"""The name of the office's form."""


def invited(invitation: Invitation) -> dict[str, Any]:
    """Whose invitation it is, and what, when and where it is for."""
    event, tongue, contact = invitation.event, language(), invitation.contact
    return {
        "invitation": invitation,
        "event": event,
        "title": in_language(event.title, tongue),
        "question": in_language(event.question, tongue),
        "dates": date_phrase(event.starts_on, event.ends_on, tongue),
        "place": in_language(event.place, tongue),
        "answer_by": instant_phrase(event.answer_by, event.timezone, tongue),
        "salutation": form_for(contact, tongue).salutation if contact else "",
        "name": contact.name if contact else "",
        "house": contact.organisation.name if contact and contact.organisation else "",
        "share_token": links().sign(Purpose.SHARE, invitation.key),
        "kit_token": links().sign(Purpose.KIT, invitation.key),
    }


def form(
    invitation: Invitation, submission: Submission, errors: Errors, *, name: str, current: Answer | None = None
) -> dict[str, Any]:
    """A form to answer, filled with what is known or was typed; `name` is what its mark is made for."""
    event = invitation.event
    held = queries.seats_of(current.id) if current else {}
    programme = queries.programme(event)
    sessions = {one.id: one for one in event.sessions}
    workshops = [slot for slot in programme.slots if slot not in programme.days]
    return {
        **invited(invitation),
        "submission": submission,
        "persons": _persons(event, submission),
        "errors": errors,
        "nonce": mark(name, invitation.key),
        "replies": _replies() if name != STAFF else [(reply.value, word) for reply, word in office_words().items()],
        "days": [_choice(sessions[slot.id], event, held) for slot in programme.days],
        "groups": [_group(sessions, group, event, held) for group in parallel(workshops)],
        "needs": [(need.value, word) for need, word in need_words().items()],
        "longest": LONGEST,
    }


def sentences(refused: NotAccepted) -> dict[str, str]:
    """What is wrong with an answer, field by field, in the reader's language."""
    found: dict[str, str] = {}
    for fault in refused.faults:
        found.setdefault(fault.field or "", sentence(fault))
    return found


def given(answer: Answer, event: Event) -> dict[str, Any]:
    """An answer in words."""
    tongue = language()
    sessions = {one.id: one for one in event.sessions}
    return {
        "reply": answer.reply.value,
        "words": reply_words()[answer.reply],
        "at": instant_phrase(answer.at, event.timezone, tongue),
        "delegate": answer.delegate_name,
        "message": answer.words,
        "waiting": places_told(answer, event, tongue),
        "persons": [_lines(one, sessions, event) for one in queries.submission_of(answer).persons if one.name],
    }


def history(invitation: Invitation) -> list[dict[str, Any]]:
    """Every answer of an invitation for the office, the latest first: what, when, by which way, entered by whom."""
    names = queries.names_of_staff(invitation.id)
    return [
        {"at": one.at, "title": office_words()[one.reply], "by": names.get(one.id), "replaced": one.replaced_at}
        for one in queries.answers(invitation.id)
    ]


def undo_words() -> str:
    """What undoing an answer is called."""
    return str(_("Take my answer back"))


def reply_words() -> dict[Reply, str]:
    """An answer in a few words, as its giver says it."""
    return {
        Reply.YES: _("I am coming"),
        Reply.NO: _("I am not coming"),
        Reply.EXCUSED: _("I cannot come and ask to be excused"),
        Reply.REPRESENTED: _("Somebody will represent me"),
    }


def need_words() -> dict[Need, str]:
    """What can be arranged for."""
    return {
        Need.HEARING_LOOP: _("Hearing loop"),
        Need.SIGN_LANGUAGE: _("French sign language"),
        Need.CAPTIONS: _("Live captions"),
        Need.WHEELCHAIR: _("Wheelchair access"),
        Need.GUIDE: _("A guide, or room for a guide dog"),
        Need.EASY_READ: _("Easy-to-read documents"),
        Need.OTHER: _("Something else (say it below)"),
    }


def seats_words(left: int | None) -> str:
    """The seats left in a session; nothing where there is no limit."""
    if left is None:
        return ""
    if left <= 0:
        return str(_("full: choose it to go on the waiting list"))
    return str(ngettext("%(num)d seat left", "%(num)d seats left", left))


def office_words() -> dict[Reply, str]:
    """An answer in a word, as the office says it of somebody."""
    return {
        Reply.YES: _("Comes"),
        Reply.NO: _("Does not come"),
        Reply.EXCUSED: _("Asks to be excused"),
        Reply.REPRESENTED: _("Is represented"),
    }


def _replies() -> list[tuple[str, str, str]]:
    hints = {
        Reply.EXCUSED: _("You would have liked to be there."),
        Reply.REPRESENTED: _("They receive an invitation of their own."),
    }
    return [(reply.value, word, hints.get(reply, "")) for reply, word in reply_words().items()]


def _persons(event: Event, submission: Submission) -> Sequence[Person]:
    """The invited person, those typed, and blank places for as many companions as may come."""
    most = max([event.companions_max, *(one.position for one in submission.companions)])
    return [submission.person(position) for position in range(most + 1)]


def _choice(one: Session, event: Event, held: Mapping[int, int]) -> dict[str, Any]:
    """A session that one may choose, with the seats left for whoever asks."""
    tongue = language()
    when = session_times if one.kind is SessionKind.DAY else clock_range
    title, theme = in_language(one.title, tongue), in_language(one.theme, tongue)
    left = None if one.capacity is None else max(one.capacity - one.taken, 0) + held.get(one.id, 0)
    return {
        "id": one.id,
        "title": title,
        "theme": "" if theme in title else theme,
        "times": when(one.starts_at, one.ends_at, event.timezone, tongue),
        "room": one.room,
        "left": left,
        "seats": seats_words(left),
    }


def _group(
    sessions: Mapping[int, Session], slots: Sequence[Slot], event: Event, held: Mapping[int, int]
) -> dict[str, Any]:
    """Sessions at the same time, of which one may be chosen; hours that are those of all are said once."""
    first = sessions[slots[0].id]
    choices = [_choice(sessions[slot.id], event, held) for slot in slots]
    if len({one["times"] for one in choices}) == 1:
        choices = [{**one, "times": ""} for one in choices]
    return {
        "number": first.id,
        "when": session_times(first.starts_at, first.ends_at, event.timezone, language()),
        "choices": choices,
    }


def _lines(one: Person, sessions: Mapping[int, Session], event: Event) -> dict[str, Any]:
    """Somebody who comes, and to what."""
    tongue = language()
    chosen = sorted((sessions[number] for number in one.sessions), key=lambda each: (each.starts_at, each.kind))
    return {
        "name": one.name,
        "sessions": [
            session_label(each.title, session_times(each.starts_at, each.ends_at, event.timezone, tongue), tongue)
            for each in chosen
        ],
        "needs": [need_words()[need] for need in one.needs],
        "meal": one.meal,
        "note": one.note,
    }
