"""What is written on an envelope, line by line."""

from collections.abc import Sequence
from typing import NamedTuple

from outreach.contacts.geography import COUNTRIES
from outreach.contacts.protocol.addressing import FormOfAddress


class Destination(NamedTuple):
    """Where a letter on paper goes."""

    organisation: str = ""
    street: str = ""
    """One line or several."""
    postal_code: str = ""
    locality: str = ""
    country: str = "FR"


def envelope_lines(form: FormOfAddress, role: str, to: Destination, language: str) -> Sequence[str]:
    """The lines from the name to the country, without empty ones; the town in capitals, as the post asks (NF Z 10-011).

    `role` is what the contact's record says; it comes before the title of the table.
    """
    title = role if role and (language == "fr" or not form.title) else form.title
    lines = [form.envelope, title, to.organisation, *to.street.splitlines()]
    lines.append(f"{to.postal_code} {to.locality.upper()}".strip())
    country = COUNTRIES.get(to.country)
    if country and to.country != "FR":
        lines.append((country.french if language == "fr" else country.english).upper())
    kept = [line.strip() for line in lines if line.strip()]
    return tuple(dict.fromkeys(kept))
