"""A letter as one real recipient would read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.campaigns.audience_queries import Scope
from outreach.campaigns.audiences.tallies import samples
from outreach.campaigns.content import recipient_values
from outreach.campaigns.letter import compile_letter
from outreach.campaigns.lifecycle import is_editable
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import fixed_values_of, samples_written_to, scope_of
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.protocol.addressing import form_of_address
from outreach.contacts.queries import form_for, get_contact
from outreach.contacts.searching.listing import Listed, listed
from outreach.errors import NotFound, Refusal

LANGUAGES = ("fr", "en")
MOST_PEOPLE = 30


@dataclass(frozen=True, slots=True)
class Preview:
    """One language of a letter for one recipient: what it shows, or why it cannot be shown."""

    language: str
    subject: str = ""
    html: str = ""
    text: str = ""
    refusal: Refusal | None = None


def people(scope: Scope) -> Sequence[Listed]:
    """Real recipients to preview a letter as, one of every kind and language."""
    return listed(samples(scope)[:MOST_PEOPLE])


def preview(campaign: Campaign, language: str, subject: str, body: str, contact_id: int | None) -> Preview:
    """The letter in one language as that contact reads it; as a desk without a name when there is none."""
    try:
        letter = compile_letter(body, fixed_values_of(campaign, language), subject)
    except Refusal as refusal:
        return Preview(language, refusal=refusal)
    values = _values_of(contact_id, language)
    return Preview(language, letter.subject_for(values), letter.html_for(values), letter.text_for(values))


def previews(campaign: Campaign, contact_id: int | None, said: dict[str, tuple[str, str]]) -> list[Preview]:
    """Both languages side by side; `said` holds a subject and a body by language, typed or kept."""
    return [preview(campaign, language, *said[language], contact_id) for language in LANGUAGES]


def words_of(campaign: Campaign) -> dict[str, tuple[str, str]]:
    """Subject and body by language, as they are kept."""
    kept = {letter.language: (letter.subject, letter.body) for letter in campaign.letters}
    return {language: kept.get(language, ("", "")) for language in LANGUAGES}


def people_of(campaign: Campaign) -> Sequence[Listed]:
    """Real recipients of a campaign to preview its letter as."""
    if is_editable(campaign.state):
        return people(scope_of(campaign))
    return listed(samples_written_to(campaign)[:MOST_PEOPLE])


def _values_of(contact_id: int | None, language: str) -> dict[str, str]:
    try:
        contact = get_contact(contact_id or 0)
    except NotFound:
        return recipient_values(form_of_address(Kind.ASSOCIATION, Gender.UNKNOWN, language), "", "", "")
    house = contact.organisation.name if contact.organisation else ""
    return recipient_values(form_for(contact, language), contact.given_name, contact.family_name, house)
