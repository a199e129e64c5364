"""How days and hours read."""

from datetime import UTC, date, datetime

import pytest

from outreach.events import wording

FRIDAY, SATURDAY, SUNDAY = date(2024, 2, 2), date(2024, 2, 3), date(2024, 2, 4)


@pytest.mark.parametrize(
    ("first", "last", "french", "english"),
    [
        (
            FRIDAY,
            SATURDAY,
            "les vendredi 2 et samedi 3 février 2024",
            "on Friday 2 and Saturday 3 February 2024",
        ),
        (FRIDAY, FRIDAY, "le vendredi 2 février 2024", "on Friday 2 February 2024"),
        (
            FRIDAY,
            SUNDAY,
            "du vendredi 2 au dimanche 4 février 2024",
            "from Friday 2 to Sunday 4 February 2024",
        ),
        (
            date(2024, 5, 31),
            date(2024, 6, 1),
            "les vendredi 31 mai et samedi 1ᵉʳ juin 2024",
            "on Friday 31 May and Saturday 1 June 2024",
        ),
        (
            date(2023, 12, 31),
            date(2024, 1, 1),
            "les dimanche 31 décembre 2023 et lundi 1ᵉʳ janvier 2024",
            "on Sunday 31 December 2023 and Monday 1 January 2024",
        ),
        (
            date(2024, 1, 30),
            date(2024, 2, 1),
            "du mardi 30 janvier au jeudi 1ᵉʳ février 2024",
            "from Tuesday 30 January to Thursday 1 February 2024",
        ),
    ],
)
def test_dates_read_as_a_person_writes_them(first: date, last: date, french: str, english: str) -> None:
    assert wording.date_phrase(first, last, "fr") == french
    assert wording.date_phrase(first, last, "en") == english


@pytest.mark.parametrize(
    ("first", "last", "french", "english"),
    [
        (FRIDAY, FRIDAY, "ven. 2 février 2024", "Fri 2 February 2024"),
        (FRIDAY, SATURDAY, "ven. 2 et sam. 3 février 2024", "Fri 2 and Sat 3 February 2024"),
        (FRIDAY, SUNDAY, "ven. 2\u00a0– dim. 4 février 2024", "Fri 2\u00a0– Sun 4 February 2024"),
    ],
)
def test_dates_have_a_short_form(first: date, last: date, french: str, english: str) -> None:
    assert wording.short_dates(first, last, "fr") == french
    assert wording.short_dates(first, last, "en") == english


@pytest.mark.parametrize(
    ("hour", "minute", "french", "english"),
    [
        (9, 30, "9\u00a0h\u00a030", "9:30am"),
        (9, 5, "9\u00a0h\u00a005", "9:05am"),
        (12, 0, "12\u00a0h", "12\u00a0noon"),
        (12, 15, "12\u00a0h\u00a015", "12:15pm"),
        (0, 0, "0\u00a0h", "12am"),
        (18, 0, "18\u00a0h", "6pm"),
    ],
)
def test_hours_read_as_on_a_programme(hour: int, minute: int, french: str, english: str) -> None:
    at = datetime(2024, 2, 2, hour, minute, tzinfo=UTC)
    assert wording.clock(at, "fr") == french
    assert wording.clock(at, "en") == english


def test_a_session_says_its_day_and_hours_in_the_zone_of_the_event() -> None:
    starts, ends = datetime(2024, 7, 5, 7, 30, tzinfo=UTC), datetime(2024, 7, 5, 10, 0, tzinfo=UTC)
    times = wording.session_times(starts, ends, "Europe/Paris", "fr")
    assert times.replace("\u00a0", " ") == "ven. 5 juillet, 9 h 30 – 12 h"
    label = wording.session_label({"fr": "L'insertion"}, times, "en")
    assert label.replace("\u00a0", " ") == "L'insertion (ven. 5 juillet, 9 h 30 – 12 h)"


def test_an_instant_reads_in_the_zone_of_the_event() -> None:
    at = datetime(2024, 1, 26, 17, 0, tzinfo=UTC)
    assert wording.instant_phrase(at, "Europe/Paris", "fr") == "vendredi 26 janvier 2024 à 18\u00a0h"
    assert wording.instant_phrase(at, "Europe/Paris", "en") == "Friday 26 January 2024 at 6pm"


@pytest.mark.parametrize(
    ("texts", "language", "said"),
    [
        ({"fr": "Thème", "en": "Theme"}, "en", "Theme"),
        ({"fr": "Thème", "en": ""}, "en", "Thème"),
        ({"de": "Thema"}, "en", "Thema"),
        ({}, "fr", ""),
    ],
)
def test_a_text_without_translation_is_shown_in_the_language_it_has(
    texts: dict[str, str], language: str, said: str
) -> None:
    assert wording.in_language(texts, language) == said
