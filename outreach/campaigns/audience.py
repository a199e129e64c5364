"""Decides whom a campaign writes to: a rule, how it reads in words, and the reasons for leaving somebody out."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from outreach.campaigns.lifecycle import CampaignPurpose
from outreach.contacts.geography import COUNTRIES, DEPARTMENTS, REGIONS, department_of
from outreach.contacts.kinds import Kind
from outreach.contacts.tagging import LONGEST_TAG
from outreach.errors import N_
from outreach.events.tables import Table

LANGUAGES: Final = ("fr", "en", "unknown")
REPLIES: Final = ("none", "yes", "no", "excused", "represented")


class Reason(enum.StrEnum):
    """Why somebody is left out; the first that holds is the one that is said."""

    NOT_CHOSEN = "not_chosen"
    ERASED = "erased"
    EXCLUDED = "excluded"
    WITHDRAWN = "withdrawn"
    NOT_INVITED = "not_invited"
    ANSWERED = "answered"
    REPLY = "reply"
    INVITED = "invited"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"
    COMPLAINED = "complained"
    BOUNCED = "bounced"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which contacts a campaign is for. Within one criterion any value will do; every criterion given must hold."""

    everyone: bool = False
    kinds: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    exclude_kinds: tuple[str, ...] = ()
    exclude_departments: tuple[str, ...] = ()
    exclude_tags: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when it says nothing at all: then it chooses nobody, never everybody by mistake."""
        return self == EMPTY

    def departments_wanted(self) -> tuple[str, ...]:
        """The départements named, and those of the regions named."""
        inside = (code for code, one in DEPARTMENTS.items() if one.region in self.regions)
        return tuple(dict.fromkeys([*self.departments, *inside]))

    def as_dict(self) -> dict[str, Any]:
        """The rule as it is kept: what is empty is left out."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value if value is True else list(value) for name, value in found.items() if value}


EMPTY: Final = Rule()


def read_rule(values: Mapping[str, Any], path: str = "audience") -> Rule:
    """The rule that a table says. Raises Faulty, with every fault and its key."""
    table = Table(values, path)
    rule = Rule(
        everyone=table.truth("everyone", default=False),
        kinds=_words(table, "kinds", Kind),
        departments=_departments(table, "departments"),
        regions=_words(table, "regions", REGIONS),
        tags=_tags(table, "tags"),
        languages=_words(table, "languages", LANGUAGES),
        countries=_words(table, "countries", COUNTRIES),
        replies=_words(table, "replies", REPLIES),
        exclude_kinds=_words(table, "exclude_kinds", Kind),
        exclude_departments=_departments(table, "exclude_departments"),
        exclude_tags=_tags(table, "exclude_tags"),
    )
    table.finish()
    table.settle()
    return rule


def replies_wanted(rule: Rule, purpose: CampaignPurpose) -> tuple[str, ...]:
    """The answers that the mailing is for; a reminder is only ever for those who have given none."""
    if purpose is CampaignPurpose.REMINDER:
        return ("none",)
    if purpose is CampaignPurpose.THANKS and not rule.replies:
        return ("yes",)
    return rule.replies


def _list(table: Table, name: str) -> list[str]:
    value = table.raw(name)
    if value is None:
        return []
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not all(isinstance(one, str | int) for one in value):
        table.refuse(name, N_('“%(key)s” should be a list of texts: ["…", "…"].'))
        return []
    return [str(one).strip() for one in value if str(one).strip()]


def _words(table: Table, name: str, known: Iterable[str]) -> tuple[str, ...]:
    options = [str(option) for option in known]
    found = _list(table, name)
    for word in found:
        if word not in options:
            table.refuse(
                name, N_("“%(key)s” holds “%(word)s”; it knows %(options)s."), word=word, options=", ".join(options)
            )
    return tuple(sorted({word for word in found if word in options}))


def _departments(table: Table, name: str) -> tuple[str, ...]:
    codes = []
    for word in _list(table, name):
        code = department_of(word)
        if not code:
            table.refuse(name, N_("“%(key)s” holds “%(word)s”: write a département like 72 or Sarthe."), word=word)
        codes.append(code)
    return tuple(sorted({code for code in codes if code}))


def _tags(table: Table, name: str) -> tuple[str, ...]:
    found = _list(table, name)
    for word in found:
        if len(word) > LONGEST_TAG:
            table.refuse(name, N_("“%(key)s” holds a tag that is too long."))
    return tuple(sorted(set(found)))
