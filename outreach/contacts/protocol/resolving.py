"""Decides what keeps somebody from being addressed rightly: what a person has to put right before a campaign leaves."""

import re
from enum import StrEnum
from typing import Final

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.names import holds_link
from outreach.contacts.protocol.offices import is_a_womans
from outreach.contacts.protocol.precedence import Quality


class Doubt(StrEnum):
    """Why nobody knows how to address somebody."""

    UNKNOWN_OFFICE = "unknown_office"
    """An authority whose title the table does not have."""
    CONTRADICTION = "contradiction"
    """« M. » and « Présidente »."""
    OWN_FORM = "own_form"
    """A form of their own that cannot open a letter."""
    NO_NAME = "no_name"
    """An authority without a person's name: a desk has no rank."""


_FAMILIAR: Final = re.compile(r"^\s*(bonjour|bonsoir|salut|coucou|hello|hi|hey)\b", re.IGNORECASE)


def doubt(one: Quality, *, gender: Gender, role: str, own_form: str | None, named: bool) -> Doubt | None:
    """What is to be put right before somebody is written to in this quality; None when nothing is."""
    if own_form:
        return Doubt.OWN_FORM if unwritable(own_form) else None
    if one.kind is Kind.AUTHORITY and not one.row:
        return Doubt.UNKNOWN_OFFICE if named else Doubt.NO_NAME
    if named and gender is Gender.MASCULINE and is_a_womans(role):
        return Doubt.CONTRADICTION
    return None


def unwritable(own_form: str) -> bool:
    """Whether a form holds a place to fill, a link, or the greeting of friends."""
    return bool(set("{}<>[]") & set(own_form)) or holds_link(own_form) or bool(_FAMILIAR.match(own_form))
