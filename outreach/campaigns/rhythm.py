"""Decides how hours, public holidays and ramp are written down; what is usual is not, so old signatures still hold."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from outreach.campaigns.holidays import Place
from outreach.campaigns.hours import USUAL_HOURS, OfficeHours, read_week, spell_week
from outreach.campaigns.planning import Calendar, Ramp
from outreach.errors import Refusal

NO_HOLIDAYS: Final = "none"
"""Written where a place would stand: messages leave on public holidays too."""
HOLIDAYS: Final = (*Place, NO_HOLIDAYS)
_RAMP: Final = re.compile(r"(?P<first>\d{1,7})(?:\s*\+\s*(?P<growth>\d{1,4})\s*%?)?")


def as_rhythm(calendar: Calendar) -> dict[str, Any] | None:
    """What is unusual about a calendar, as it is kept and signed; None where nothing is."""
    hours, found = calendar.hours, {}
    if not calendar.any_hour and hours.week != USUAL_HOURS.week:
        found["hours"] = spell_week(hours.week)
    if not calendar.any_hour and hours.place is not USUAL_HOURS.place:
        found["holidays"] = spell_place(hours.place)
    if calendar.ramp is not None:
        found["ramp"] = spell_ramp(calendar.ramp)
    return found or None


def with_rhythm(calendar: Calendar, rhythm: Mapping[str, Any] | None, zone: str) -> Calendar:
    """The calendar with what was kept, on the clock of a zone."""
    return replace(calendar, hours=hours_of(rhythm, zone), ramp=read_ramp((rhythm or {}).get("ramp", "")))


def hours_of(rhythm: Mapping[str, Any] | None, zone: str) -> OfficeHours:
    """The hours that were kept, on the clock of a zone."""
    kept = rhythm or {}
    week = read_week(kept["hours"]) if "hours" in kept else USUAL_HOURS.week
    return OfficeHours(zone, week, read_place(kept["holidays"]) if "holidays" in kept else USUAL_HOURS.place)


def read_place(text: str) -> Place | None:
    """Whose public holidays no message leaves on; None for nobody's. Raises Refusal."""
    name = text.strip().lower()
    if name == NO_HOLIDAYS:
        return None
    if name not in list(Place):
        raise Refusal("“%(text)s” is no place whose public holidays we know.", field="holidays", text=text[:60])
    return Place(name)


def spell_place(place: Place | None) -> str:
    """As `read_place` reads it."""
    return place.value if place else NO_HOLIDAYS


def read_ramp(text: str) -> Ramp | None:
    """A ramp as people write it: "500+50%" is 500 on the first day, then half as many again each day. Raises Refusal.

    None for nothing, or `none`. Without growth each day takes as many as the first.
    """
    written = text.strip().lower()
    if written in {"", "none"}:
        return None
    found = _RAMP.fullmatch(written)
    if found is None:
        raise Refusal("“%(text)s” is no ramp: write 500+50%% or none.", field="ramp_first", text=text[:60])
    ramp = Ramp(int(found["first"]), int(found["growth"] or 0))
    ramp.check()
    return ramp


def spell_ramp(ramp: Ramp) -> str:
    """As `read_ramp` reads it."""
    return f"{ramp.first}+{ramp.growth}%"


def tolerance(calendar: Calendar) -> dict[str, int]:
    """How late a campaign may be, where that is not the usual: a part of what is signed."""
    usual = calendar.late_tolerance == Calendar(None, 1, timedelta(0)).late_tolerance
    return {} if usual else {"late_tolerance_seconds": int(calendar.late_tolerance.total_seconds())}
