"""The letter as it is shown to whoever comes through a share link: addressed to nobody in particular."""

from functools import lru_cache
from typing import Final

from markupsafe import Markup

from outreach.campaigns.letter import compile_letter
from outreach.campaigns.models import Letter
from outreach.campaigns.queries import fixed_values_of, get_campaign
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.protocol.addressing import form_of_address

_COMPILED: Final = 32
"""Letters remembered by a process: everybody who comes through a share link reads the same."""


def public_letter(letter: Letter) -> Markup:
    """The HTML of a letter in its generic form; every value in it is escaped."""
    generic = form_of_address(Kind.ASSOCIATION, Gender.UNKNOWN, letter.language)
    values = {
        **fixed_values_of(get_campaign(letter.campaign_id), letter.language),
        "salutation": generic.salutation,
        "form_of_address": generic.address,
        "closing": generic.closing,
        "first_name": "",
        "last_name": "",
        "organisation": "",
    }
    return Markup(_compiled(letter.body, tuple(values.items())))  # noqa: S704 - written and cleaned by compile_letter


@lru_cache(_COMPILED)
def _compiled(body: str, values: tuple[tuple[str, str], ...]) -> str:
    return compile_letter(body, dict(values)).html_for({})
