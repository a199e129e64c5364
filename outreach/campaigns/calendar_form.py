"""Decides what the form of a campaign's calendar says, and what it shows of one that is kept."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from outreach.campaigns.durations import read_duration, spell_duration
from outreach.campaigns.files import read_start
from outreach.campaigns.hours import USUAL_HOURS, USUAL_SPAN, OfficeHours, Span, Week, week_of
from outreach.campaigns.planning import LARGEST_BATCH, STEEPEST, USUAL_TOLERANCE, Calendar, Ramp
from outreach.campaigns.rhythm import read_place, spell_place
from outreach.errors import Refusal
from outreach.events.tables import Faulty

T = TypeVar("T")


def read_calendar(form: Mapping[str, str], now: datetime, zone: str) -> Calendar:
    """When a form says that the campaign leaves. Raises Faulty with every fault and its field.

    What a form does not speak of is as usual: hours (marked `week`), public holidays, no ramp, a day's tolerance.
    """
    faults: list[Refusal] = []

    def said(read: Callable[[], T], usual: T) -> T:
        try:
            return read()
        except Refusal as fault:
            faults.append(fault)
            return usual

    at_once = form.get("when") == "now"
    any_hour = form.get("any_hour") is not None
    usual_week = any_hour or "week" not in form
    calendar = Calendar(
        starts_at=said(lambda: read_start("now" if at_once else form.get("starts_at", ""), now, zone), now),
        batch_size=said(lambda: _whole(form, "batch_size", LARGEST_BATCH, least=1), 1),
        pause=said(lambda: read_duration(form.get("pause", "")), timedelta(0)),
        any_hour=any_hour,
        hours=OfficeHours(
            zone,
            said(lambda: USUAL_HOURS.week if usual_week else _read_week(form), USUAL_HOURS.week),
            said(lambda: read_place(form.get("holidays") or spell_place(USUAL_HOURS.place)), None),
        ),
        ramp=said(lambda: _read_ramp(form), None),
        late_tolerance=said(lambda: _read_late(form.get("late", "").strip()), USUAL_TOLERANCE),
    )
    said(calendar.check, None)
    if faults:
        raise Faulty(faults)
    return calendar


def calendar_fields(calendar: Calendar) -> dict[str, str]:
    """A calendar as the form shows it."""
    fields = {
        "starts_at": _local(calendar.starts_at, calendar.hours.zone),
        "batch_size": str(calendar.batch_size),
        "pause": spell_duration(int(calendar.pause.total_seconds())),
        "late": spell_duration(int(calendar.late_tolerance.total_seconds())),
        "week": "1",
        "holidays": spell_place(calendar.hours.place),
    }
    if calendar.any_hour:
        fields["any_hour"] = "1"
    if calendar.ramp:
        fields |= {"ramp_first": str(calendar.ramp.first), "ramp_growth": str(calendar.ramp.growth)}
    for day, span in enumerate(calendar.hours.week):
        shown = span or USUAL_SPAN
        fields |= {f"opens_{day}": f"{shown.opens:%H:%M}", f"closes_{day}": f"{shown.closes:%H:%M}"}
        if span:
            fields[f"open_{day}"] = "1"
    return fields


def next_working_morning(now: datetime, zone: str) -> str:
    """Nine o'clock tomorrow, on the clock of the zone: a start to begin with."""
    tomorrow = now.astimezone(ZoneInfo(zone)) + timedelta(days=1)
    return tomorrow.strftime("%Y-%m-%dT09:00")


def _local(starts_at: datetime | None, zone: str) -> str:
    return starts_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if starts_at else ""


def _read_week(form: Mapping[str, str]) -> Week:
    days = [day for day in range(7) if form.get(f"open_{day}")]
    return week_of({day: Span(_time(form, f"opens_{day}"), _time(form, f"closes_{day}")) for day in days})


def _time(form: Mapping[str, str], name: str) -> time:
    try:
        return time.fromisoformat(form.get(name, "").strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise Refusal("Give each day its first and its last hour, like 08:00 and 19:00.", field="hours") from error


def _read_ramp(form: Mapping[str, str]) -> Ramp | None:
    if not form.get("ramp_first", "").strip():
        return None
    growth = form.get("ramp_growth", "").strip()
    first = _whole(form, "ramp_first", LARGEST_BATCH, least=1)
    return Ramp(first, _whole(form, "ramp_growth", STEEPEST) if growth else 0)


def _read_late(text: str) -> timedelta:
    try:
        return read_duration(text) if text else USUAL_TOLERANCE
    except Refusal as refusal:
        raise Refusal("“%(text)s” is no length of time: write 24h or 30m.", field="late", text=text[:60]) from refusal


_LIMITS: Final = {
    "batch_size": "A batch holds from 1 to %(most)d messages.",
    "ramp_first": "The first day takes from 1 to %(most)d messages.",
    "ramp_growth": "Each day takes from 0 to %(most)d per cent more.",
}


def _whole(form: Mapping[str, str], name: str, most: int, *, least: int = 0) -> int:
    text = form.get(name, "").strip()
    if not text.isdecimal() or len(text) > len(str(most)) or not least <= int(text) <= most:
        raise Refusal(_LIMITS[name], field=name, most=most)
    return int(text)
