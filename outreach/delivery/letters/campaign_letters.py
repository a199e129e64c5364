"""A campaign's letter as it leaves: compiled once for each variant, with slots where recipients differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _

from outreach.campaigns.letter import CompiledLetter, compile_letter
from outreach.campaigns.models import Campaign, LanguageMode
from outreach.campaigns.placeholders import PLACEHOLDERS, Piece, Slot
from outreach.campaigns.queries import fixed_values_of
from outreach.delivery.letters import mime
from outreach.delivery.letters.first_words import drawn
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.layout import draw, write
from outreach.delivery.letters.slots import Kind, slot
from outreach.errors import Refusal
from outreach.events.calendars import Day, Entry, calendar
from outreach.events.models import Event, SessionKind
from outreach.events.wording import in_language, instant_phrase, short_dates
from outreach.institution.queries import Face
from outreach.links import Keyring, Purpose

PERSONAL: Final = tuple(one.name for one in PLACEHOLDERS.values() if one.per_recipient)
BOTH: Final = "both"
PIXEL: Final = "pixel"
"""The slot of what the image in a letter says."""
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_TOKENS: Final = {"invitation": Purpose.INVITATION, "kit": Purpose.KIT, "stop": Purpose.STOP}


@dataclass(frozen=True, slots=True)
class Variant:
    """In which languages the letter is written, and whether displays of it are counted."""

    languages: tuple[str, ...]
    counted: bool

    @property
    def name(self) -> str:
        """What the counter of displays calls it: `fr`, `en` or `both`."""
        return BOTH if len(self.languages) > 1 else self.languages[0]


def variant_for(campaign: Campaign, language: str | None, *, counted: bool) -> Variant:
    """The recipient's language where there is such a letter; every language otherwise, or when the campaign says so."""
    written = tuple(letter.language for letter in campaign.letters)
    if campaign.language_mode is LanguageMode.RECIPIENT and language in written:
        return Variant((str(language),), counted)
    return Variant(written, counted)


def variants_of(campaign: Campaign) -> tuple[Variant, ...]:
    """Every variant that a recipient of the campaign can get."""
    languages = [None, *(letter.language for letter in campaign.letters)]
    found = (variant_for(campaign, language, counted=counted) for language in languages for counted in (False, True))
    return tuple(dict.fromkeys(found))


def draft(campaign: Campaign, face: Face, keyring: Keyring, variant: Variant) -> mime.Draft:
    """The letter of one variant, ready to be compiled. Raises Refusal when a language has no letter."""
    letters = {letter.language: letter for letter in campaign.letters}
    if missing := [language for language in variant.languages if language not in letters]:
        raise Refusal("There is no letter in this language: %(language)s.", language=missing[0])
    compiled = {
        language: compile_letter(letters[language].body, fixed_values_of(campaign, language), letters[language].subject)
        for language in variant.languages
    }
    blocks = [_block(campaign.event, keyring, language, compiled[language]) for language in variant.languages]
    subject = " / ".join(_marked(compiled[language].subject, language) for language in variant.languages)
    values = {
        "lang": variant.languages[0],
        "subject": subject,
        "institution": face,
        "blocks": blocks,
        "pixel_url": keyring.absolute(f"/o/{slot(PIXEL)}.gif") if variant.counted else None,
    }
    marks = {block["letter_mark"]: _marked(compiled[block["language"]].html, block["language"]) for block in blocks}
    sender_domain = campaign.sender_email.rpartition("@")[2]
    return mime.Draft(
        language=", ".join(variant.languages),
        sender=Mailbox(campaign.sender_name, campaign.sender_email),
        subject=subject,
        text=write("letter/body.txt", values),
        html=draw("letter/body.mjml", values, marks),
        calendar=_calendar(campaign.event, keyring, variant.languages[0], sender_domain),
        reply_to=Mailbox("", campaign.reply_to) if campaign.reply_to else None,
        list_id=f"{campaign.event.slug}.{sender_domain}",
        feedback_id=f"{campaign.id}:{campaign.purpose}:{campaign.event_id}:{keyring.sender_id}",
        slots=_slots(variant.languages),
        first=drawn(variant.languages, face),
    )


def tokens(keyring: Keyring, key: str) -> dict[str, str]:
    """The signed parts of one recipient's links."""
    return {name: keyring.sign(purpose, key) for name, purpose in _TOKENS.items()}


def shown(keyring: Keyring, campaign_id: int, languages: Sequence[str], key: str) -> str:
    """What the image in a letter says when it is fetched: of which campaign, in which language; and of whom, by a key.

    Without a key it is the same for everybody.
    """
    letter = f"{campaign_id}-{BOTH if len(languages) > 1 else languages[0]}"
    return keyring.sign(Purpose.OPEN, f"{letter}-{key}" if key else letter)


def _block(event: Event, keyring: Keyring, language: str, letter: CompiledLetter) -> dict[str, Any]:
    """What the template shows in one language."""
    invitation = keyring.absolute(f"/i/{slot('invitation')}?lang={language}")
    return {
        "language": language,
        "letter_mark": f"LETTER-{language}-HERE",
        "letter_text": _marked(letter.text, language).strip(),
        "title": in_language(event.title, language),
        "short_dates": short_dates(event.starts_on, event.ends_on, language),
        "dates_alone": short_dates(event.starts_on, event.ends_on, language),
        "place": in_language(event.place, language),
        "place_address": event.place_address,
        "yes_url": f"{invitation}&reply=yes",
        "no_url": f"{invitation}&reply=no",
        "kit_url": keyring.absolute(f"/k/{slot('kit')}?lang={language}"),
        "stop_url": keyring.absolute(f"/u/{slot('stop')}?lang={language}"),
        "privacy_url": keyring.absolute(f"/u/{slot('stop')}/why?lang={language}"),
        "words": _words(event, language),
    }


def _words(event: Event, language: str) -> dict[str, str]:
    with force_locale(language):
        return {
            "further_down": _("This letter follows in English, further down."),
            "when": _("When"),
            "where": _("Where"),
            "yes": _("I am coming"),
            "yes_colon": _("I am coming:"),
            "no": _("I cannot come"),
            "no_colon": _("I cannot come, or somebody will represent me:"),
            "answer_by": _(
                "Please answer by %(moment)s. You can change your answer until then.",
                moment=instant_phrase(event.answer_by, event.timezone, language),
            ),
            "pass_on": _(
                "This invitation is meant to travel: please pass it on to your network. "
                "A page with ready words, a link and a poster code is waiting for you."
            ),
            "pass_on_button": _("Pass the invitation on"),
            "why": _(
                "You receive this message because your address is in our directory (source: %(source)s).",
                source=slot(f"source_{language}"),
            ),
            "rights": _("You may ask to see, correct or erase what we hold about you."),
            "first": slot(f"notice_{language}"),
            "privacy": _("Why I receive this, and my rights"),
            "privacy_colon": _("Why I receive this, and my rights:"),
            "stop": _("Stop writing to me"),
            "stop_colon": _("Stop writing to me:"),
        }


def _marked(pieces: Sequence[Piece], language: str) -> str:
    """A compiled text whose slots are marks that the message is spliced at."""
    return "".join(slot(f"{piece.name}_{language}") if isinstance(piece, Slot) else piece for piece in pieces)


def _slots(languages: Sequence[str]) -> Mapping[str, Kind]:
    words = {f"{name}_{language}": Kind.WORDS for language in languages for name in (*PERSONAL, "source", "notice")}
    return {**words, **dict.fromkeys(_TOKENS, Kind.PARAMETER), "key": Kind.WORDS, PIXEL: Kind.PARAMETER}


def _calendar(event: Event, keyring: Keyring, language: str, host: str) -> str:
    """One entry for each day of the event, for whoever opens it before answering."""
    days = [one for one in event.sessions if one.kind is SessionKind.DAY]
    zone = ZoneInfo(event.timezone)
    spans = [(one.id, one.starts_at, one.ends_at) for one in days] or [
        (0, datetime.combine(event.starts_on, time(9), zone), datetime.combine(event.ends_on, time(18), zone))
    ]
    entry = Entry(
        key=slot("key"),
        host=host,
        sequence=event.revision,
        stamp=_EPOCH,
        zone=event.timezone,
        title=in_language(event.title, language),
        place=", ".join(filter(None, (in_language(event.place, language), event.place_address))),
        url=keyring.absolute(f"/i/{slot('invitation')}?lang={language}"),
        language=language,
    )
    written = calendar(entry, [Day(number, starts_at, ends_at) for number, starts_at, ends_at in spans])
    return written.replace(f"DTSTAMP:{_EPOCH:%Y%m%dT%H%M%SZ}", f"DTSTAMP:{slot('dtstamp')}")
