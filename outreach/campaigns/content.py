"""Decides what a letter's placeholders say: for everybody from the event and the house, for one from their form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from outreach.contacts.protocol.addressing import FormOfAddress
from outreach.events.wording import date_phrase, in_language, instant_phrase, short_dates


@dataclass(frozen=True, slots=True)
class Occasion:
    """What letters say of an event."""

    title: Mapping[str, str]
    question: Mapping[str, str]
    starts_on: date
    ends_on: date
    timezone: str
    place: Mapping[str, str]
    place_address: str
    contact_email: str
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class House:
    """What letters say of whoever writes."""

    name: str
    signatory: str
    titles: Mapping[str, str]


def fixed_values(occasion: Occasion, house: House, language: str) -> dict[str, str]:
    """The values that all recipients of one language share."""
    return {
        "event": in_language(occasion.title, language),
        "question": in_language(occasion.question, language),
        "dates": date_phrase(occasion.starts_on, occasion.ends_on, language),
        "short_dates": short_dates(occasion.starts_on, occasion.ends_on, language),
        "place": in_language(occasion.place, language),
        "place_address": occasion.place_address,
        "contact": occasion.contact_email,
        "answer_by": instant_phrase(occasion.answer_by, occasion.timezone, language),
        "institution": house.name,
        "signatory": house.signatory,
        "signatory_titles": house.titles.get(language, ""),
    }


def recipient_values(form: FormOfAddress, given_name: str, family_name: str, organisation: str) -> dict[str, str]:
    """The values of one recipient in the language of the form."""
    return {
        "salutation": form.salutation,
        "form_of_address": form.address,
        "closing": form.closing,
        "first_name": given_name,
        "last_name": family_name,
        "organisation": organisation,
    }
