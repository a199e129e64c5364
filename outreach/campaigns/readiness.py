"""Decides whether a campaign may leave: every reason why not, each with the page where it can be put right."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from outreach.campaigns.letter import compile_letter, used_placeholders
from outreach.campaigns.lifecycle import CampaignPurpose
from outreach.campaigns.placeholders import NAMED, OPEN, PLACEHOLDERS
from outreach.contacts.imports.rows.mailboxes import judge
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.protocol.addressing import form_of_address
from outreach.errors import Refusal

LANGUAGES: Final = ("fr", "en")
STALE: Final = timedelta(hours=1)
"""A start is in the past when it is this long gone; before that, "now" is still now."""

_NOBODY_READS: Final = re.compile(r"(no|do[-_.]?not|ne[-_.]?pas)[-_.]?(reply|repondre|rep)\b", re.IGNORECASE)


_OF_HOUSE: Final = frozenset({"institution", "signatory", "signatory_titles"})
"""Placeholders that are filled in from the settings of the institution."""

_FAMILIAR: Final = re.compile(
    r"^\W*(bonjour|bonsoir|salut|cher|chère|hello|hi|dear)\b[^\n]{0,40}\{(first_name|last_name)\}",
    re.IGNORECASE | re.MULTILINE,
)
"""The opening of a mailing, not of a letter: « Bonjour {first_name} »."""


@dataclass(frozen=True, slots=True)
class Words:
    """A letter in one language, with the values that all its recipients share."""

    subject: str
    body: str
    fixed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preparation:
    """What there is of a campaign before it leaves."""

    campaign_id: int
    event_id: int
    purpose: CampaignPurpose
    letters: Mapping[str, Words]
    sender_email: str
    reply_to: str
    starts_at: datetime | None
    event_over: bool
    recipients: int
    nameless: int
    kinds: frozenset[Kind]
    unaddressed: int = 0
    """Recipients whom nobody knows how to address."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a campaign may not leave, and the page where that is put right."""

    refusal: Refusal
    endpoint: str
    arguments: Mapping[str, int]


def obstacles(prepared: Preparation, now: datetime) -> list[Obstacle]:
    """Every reason why the campaign may not leave, in the order of its steps."""
    here = {"campaign_id": prepared.campaign_id}
    steps = (
        ("campaigns.letter", _of_letters(prepared)),
        ("campaigns.settings", _of_sender(prepared)),
        ("campaigns.audience", _of_audience(prepared)),
        ("campaigns.whom_to_address", _of_addressing(prepared)),
        ("campaigns.calendar", _of_calendar(prepared, now)),
    )
    found = [Obstacle(refusal, endpoint, here) for endpoint, refusals in steps for refusal in refusals]
    found += [Obstacle(refusal, "institution.settings", {}) for refusal in _of_house(prepared)]
    if prepared.event_over:
        over = Refusal("The event is over or cancelled.")
        found.append(Obstacle(over, "events.edit", {"event_id": prepared.event_id}))
    return found


def check_mailbox(address: str) -> Refusal | None:
    """Why answers sent to this address would not be read, if so."""
    if not address:
        return Refusal("The campaign has no sender: give a mailbox that answers can reach.")
    verdict = judge(address, reserved=True)
    if isinstance(verdict, Refusal):
        return Refusal("The sender “%(address)s” is not a mail address.", address=address)
    local, _at, domain = verdict.rpartition("@")
    if domain.startswith("localhost") or domain.endswith(".invalid"):
        return Refusal("No answer can reach the sender “%(address)s”.", address=address)
    if _NOBODY_READS.match(local):
        return Refusal(
            "Nobody reads “%(address)s”: the sender must be a mailbox that answers can reach.", address=address
        )
    return None


def _of_letters(prepared: Preparation) -> Iterator[Refusal]:
    for language in LANGUAGES:
        words = prepared.letters.get(language)
        name = language.upper()
        if words is None or not words.body.strip():
            yield Refusal("The letter has no text in this language: %(language)s.", language=name)
        elif not words.subject.strip():
            yield Refusal("The letter has no subject in this language: %(language)s.", language=name)
        else:
            yield from _of_words(words, name, prepared.nameless)


def _of_words(words: Words, language: str, nameless: int) -> Iterator[Refusal]:
    try:
        used = used_placeholders(words.subject, words.body)
        compile_letter(words.body, words.fixed, words.subject)
    except Refusal as refusal:
        yield refusal
        return
    if _FAMILIAR.search(words.body):
        yield Refusal(
            "The letter greets people by their name (%(language)s): write {salutation}, which addresses each of them "
            "as protocol wants.",
            language=language,
        )
    for name in sorted(used):
        if not PLACEHOLDERS[name].per_recipient and name not in _OF_HOUSE and not words.fixed.get(name):
            yield Refusal("Nothing is known for {%(name)s} (%(language)s).", name=name, language=language)
    if nameless and used & NAMED:
        yield Refusal(
            "The letter names people (%(language)s), but %(count)d of its recipients have no name.",
            language=language,
            count=nameless,
        )


def _of_house(prepared: Preparation) -> Iterator[Refusal]:
    """What a letter says of whoever signs it, in each of its languages: titles are not borrowed from the other."""
    for language, words in prepared.letters.items():
        for name in sorted(_OF_HOUSE & set(OPEN.findall(f"{words.subject} {words.body}"))):
            if not words.fixed.get(name):
                yield Refusal(
                    "Nothing is known for {%(name)s} (%(language)s): write it in the settings of the institution.",
                    name=name,
                    language=language.upper(),
                )


def _of_sender(prepared: Preparation) -> Iterator[Refusal]:
    for address in dict.fromkeys([prepared.sender_email, prepared.reply_to or prepared.sender_email]):
        if refusal := check_mailbox(address):
            yield refusal


def _of_audience(prepared: Preparation) -> Iterator[Refusal]:
    if not prepared.recipients:
        yield Refusal("Nobody would receive this campaign: choose its recipients.")
    for kind in sorted(prepared.kinds):
        if not all(_has_form(kind, language) for language in LANGUAGES):
            yield Refusal("There is no form of address for this kind of recipient: %(kind)s.", kind=kind.value)


def _of_addressing(prepared: Preparation) -> Iterator[Refusal]:
    if prepared.unaddressed:
        yield Refusal(
            "Nobody can tell how to address %(count)d of the recipients: see who they are and put it right.",
            count=prepared.unaddressed,
        )


def _of_calendar(prepared: Preparation, now: datetime) -> Iterator[Refusal]:
    if prepared.starts_at is None:
        yield Refusal("The campaign has no date of departure.")
    elif prepared.starts_at < now - STALE:
        yield Refusal("The date of departure is in the past: %(date)s.", date=prepared.starts_at)


def _has_form(kind: Kind, language: str) -> bool:
    try:
        return all(form_of_address(kind, gender, language).salutation for gender in Gender)
    except KeyError:
        return False
