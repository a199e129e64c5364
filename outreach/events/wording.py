"""Decides how days, hours and sessions read in a letter and on a page, in French and in English."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_WEEKDAYS: Final = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHORT_WEEKDAYS: Final = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS: Final = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_NBSP: Final = "\u00a0"


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in that language, else in the first one that has it, French before the others; "" when none has."""
    return next((texts[code] for code in (language, "fr", *texts) if texts.get(code)), "")


def day_phrase(day: date, language: str, *, month: bool = True, year: bool = True) -> str:
    """« vendredi 2 février 2024 », "Friday 2 February 2024"; without its month or year where the next day says it."""
    return _day(day, language, _WEEKDAYS, month=month, year=year)


def short_day(day: date, language: str, *, month: bool = True, year: bool = True) -> str:
    """« ven. 2 février 2024 », "Fri 2 February 2024"."""
    return _day(day, language, _SHORT_WEEKDAYS, month=month, year=year)


def date_phrase(starts_on: date, ends_on: date, language: str) -> str:
    """When the event takes place, as it follows its name in a sentence.

    « les vendredi 2 et samedi 3 février 2024 », "on Friday 2 and Saturday 3 February 2024"; one day: « le vendredi
    2 février 2024 »; more than two: « du vendredi 2 au dimanche 4 février 2024 ».
    """
    first, last = _pair(starts_on, ends_on, language, _WEEKDAYS)
    french = language == "fr"
    if starts_on == ends_on:
        return f"le {last}" if french else f"on {last}"
    if ends_on - starts_on == timedelta(days=1):
        return f"les {first} et {last}" if french else f"on {first} and {last}"
    return f"du {first} au {last}" if french else f"from {first} to {last}"


def short_dates(starts_on: date, ends_on: date, language: str) -> str:
    """The same in short, standing alone: « ven. 2 et sam. 3 février 2024 », « ven. 2 – dim. 4 février 2024 »."""
    first, last = _pair(starts_on, ends_on, language, _SHORT_WEEKDAYS)
    if starts_on == ends_on:
        return last
    if ends_on - starts_on == timedelta(days=1):
        return f"{first} {'et' if language == 'fr' else 'and'} {last}"
    return f"{first}{_NBSP}– {last}"


def clock(at: datetime, language: str) -> str:
    """The hour of a local time: « 9 h 30 », « 12 h »; "9:30am", "12 noon"."""
    if language == "fr":
        minutes = f"{_NBSP}{at.minute:02}" if at.minute else ""
        return f"{at.hour}{_NBSP}h{minutes}"
    if (at.hour, at.minute) == (12, 0):
        return f"12{_NBSP}noon"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def clock_range(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """From one instant to another in the hours of a zone: « 9 h 30 – 12 h », "9:30am – 12 noon"."""
    starts, ends = (clock(at.astimezone(ZoneInfo(zone)), language) for at in (starts_at, ends_at))
    return f"{starts}{_NBSP}– {ends}"


def instant_phrase(at: datetime, zone: str, language: str) -> str:
    """An instant in words: « vendredi 26 janvier 2024 à 18 h », "Friday 26 January 2024 at 6pm"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_phrase(local.date(), language)} {'à' if language == 'fr' else 'at'} {clock(local, language)}"


def session_times(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """When a session is: « ven. 2 février, 9 h 30 – 12 h »."""
    day = short_day(starts_at.astimezone(ZoneInfo(zone)).date(), language, year=False)
    return f"{day}, {clock_range(starts_at, ends_at, zone, language)}"


def session_label(title: Mapping[str, str], times: str, language: str) -> str:
    """A session in one line: « L'insertion (ven. 2 février, 9 h 30 – 12 h) »."""
    return f"{in_language(title, language)} ({times})"


def _day(day: date, language: str, weekdays: Mapping[str, tuple[str, ...]], *, month: bool, year: bool) -> str:
    number = "1ᵉʳ" if language == "fr" and day.day == 1 else str(day.day)
    words = [weekdays[language][day.weekday()], number]
    if month:
        words.append(_MONTHS[language][day.month - 1])
    if year:
        words.append(str(day.year))
    return " ".join(words)


def _pair(first: date, last: date, language: str, weekdays: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    """Both days; the first leaves out the month and the year that the last one says."""
    same_year = first.year == last.year
    same_month = same_year and first.month == last.month
    return (
        _day(first, language, weekdays, month=not same_month, year=not same_year),
        _day(last, language, weekdays, month=True, year=True),
    )
