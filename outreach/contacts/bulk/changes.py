"""Decides what may be changed on many contacts at once, and when that has to be confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from outreach.contacts.bulk.asking import Use
from outreach.contacts.geography import department_of
from outreach.contacts.kinds import Kind
from outreach.contacts.tagging import read_tag
from outreach.errors import Refusal

FEW: Final = 100
"""More contacts than this are changed once their number is typed."""


class What(StrEnum):
    """What is changed."""

    TAG = "tag"
    UNTAG = "untag"
    KIND = "kind"
    LANGUAGE = "language"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, the same for all of them."""

    what: What
    value: str
    """A tag, a kind, a code; "" for a language or a département that is not known."""


def read_change(form: Mapping[str, str]) -> Change:
    """What a form says. Raises Refusal with the field to correct."""
    wanted = form.get("what", "")
    if wanted not in list(What):
        raise Refusal("Choose what is to change.", field="what")
    what = What(wanted)
    match what:
        case What.TAG | What.UNTAG:
            return Change(what, read_tag(form.get("tag", "")))
        case What.KIND:
            return Change(what, _kind(form.get("kind", "")))
        case What.LANGUAGE:
            language = form.get("language", "")
            return Change(what, language if language in {"fr", "en"} else "")
        case What.DEPARTMENT:
            return Change(what, _department(form.get("department", "")))


def check_confirmed(count: int, typed: str) -> None:
    """Refuse to change many contacts before somebody has typed how many they are."""
    if count == 0:
        raise Refusal("Nobody is chosen: there is nothing to change.")
    if count > FEW and "".join(typed.split()).replace("\u202f", "").replace(",", "") != str(count):
        raise Refusal("To change all of them, type their number: %(count)d.", field="confirmation", count=count)


def check_another(old: str, new: str) -> None:
    """Refuse to give a tag the name that it has."""
    if old == new:
        raise Refusal("The tag has this name already.", field="tag")


def check_renaming(count: int, uses: Sequence[Use], typed: str | None) -> None:
    """Refuse to rename a tag before it was confirmed, where many have it or a rule names it; None: nobody was asked."""
    if typed is None and (count > FEW or uses):
        raise Refusal("Look at what depends on this tag, and confirm.", field="confirmation")
    check_confirmed(count, typed or "")


def check_tag_stays(uses: Sequence[Use]) -> None:
    """Refuse to take a tag off everybody while rules name it: whoever it kept out would be written to."""
    if uses:
        names = ", ".join(f"“{use.name}”" for use in uses)
        raise Refusal("Nobody would have this tag, and it is asked for by %(names)s: change that first.", names=names)


def _kind(text: str) -> str:
    if text not in list(Kind):
        raise Refusal("Choose a kind of contact in the list.", field="kind")
    return text


def _department(text: str) -> str:
    code = department_of(text) if text.strip() else ""
    if text.strip() and not code:
        raise Refusal("Write a département like 72 or Sarthe.", field="department")
    return code
