"""Calendar files that calendar programs read right."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from outreach.events.calendars import Day, Entry, calendar, method

ENTRY = Entry(
    key="0123456789abcdef0123",
    host="invitations.ville.example",
    sequence=3,
    stamp=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
    zone="Europe/Paris",
    title="2ᵉ Congrès national des Solidarités, à Exemple ; avec virgule",
    place="Palais des Congrès",
    url="https://invitations.ville.example/a/" + "x" * 64,
    language="fr",
)
FIRST = Day(7, datetime(2026, 5, 29, 7, 0, tzinfo=UTC), datetime(2026, 5, 29, 15, 0, tzinfo=UTC), details="L’insertion")
SECOND = replace(
    FIRST, number=8, starts_at=FIRST.starts_at + timedelta(days=1), ends_at=FIRST.ends_at + timedelta(days=1)
)


def test_each_day_is_an_entry_with_a_name_of_its_own() -> None:
    events = Calendar.from_ical(calendar(ENTRY, [FIRST, SECOND])).walk("VEVENT")
    assert [str(one["uid"]) for one in events] == [f"{ENTRY.key}-{n}@invitations.ville.example" for n in (7, 8)]
    assert {one["sequence"] for one in events} == {3}
    assert [one.start for one in events if isinstance(one, Event)] == [FIRST.starts_at, SECOND.starts_at]
    assert str(events[0]["summary"]) == ENTRY.title


def test_the_zone_is_in_the_file() -> None:
    text = calendar(ENTRY, [FIRST])
    assert "BEGIN:VTIMEZONE" in text
    assert "DTSTART;TZID=Europe/Paris:20260529T090000" in text
    assert "TZOFFSETTO:+0200" in text


def test_it_asks_nobody_for_a_reply() -> None:
    text = calendar(ENTRY, [FIRST, replace(SECOND, cancelled=True)])
    assert "METHOD:PUBLISH" in text
    assert text.count("STATUS:CANCELLED") == 1
    assert "ATTENDEE" not in text
    assert "ORGANIZER" not in text


def test_when_no_day_is_left_all_are_cancelled() -> None:
    assert method([replace(FIRST, cancelled=True)]) == "CANCEL"
    assert "METHOD:CANCEL" in calendar(ENTRY, [replace(FIRST, cancelled=True)])


def test_without_a_day_there_is_no_file() -> None:
    assert calendar(ENTRY, []) == ""


def test_the_same_answer_gives_the_same_bytes() -> None:
    assert calendar(ENTRY, [FIRST]) == calendar(ENTRY, [FIRST])


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200))
def test_no_line_is_longer_than_75_octets_and_words_survive(words: str) -> None:
    text = calendar(replace(ENTRY, title=words), [FIRST])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert str(Calendar.from_ical(text).walk("VEVENT")[0]["summary"]) == words


ZONES = st.sampled_from(["Europe/Paris", "UTC", "Indian/Reunion"])


@settings(deadline=None)
@given(st.text(st.sampled_from('aé;,:\\"\n’ '), max_size=120), ZONES)
def test_marks_and_line_breaks_survive_in_every_zone(words: str, zone: str) -> None:
    day = replace(FIRST, details=words)
    event = Calendar.from_ical(calendar(replace(ENTRY, place=words, zone=zone), [day])).walk("VEVENT")[0]
    assert str(event["location"]) == words
    assert str(event["description"]) == (f"{words}\n\n{ENTRY.url}" if words else ENTRY.url)
    assert isinstance(event, Event)
    assert (event.start, event.end) == (FIRST.starts_at, FIRST.ends_at)
