"""Events as they are written in TOML files and in forms."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from outreach.database import db, now, transaction
from outreach.errors import Refusal
from outreach.events import actions, queries
from outreach.events.facts import first_friday, read_event
from outreach.events.files import read_toml
from outreach.events.models import Session, SessionKind
from outreach.events.tables import Faulty
from tests.conftest import Runner
from tests.snapshots import changed, snapshot

CONGRESS = Path(__file__).parents[2] / "outreach" / "demo" / "congress" / "event.toml"
TODAY = date(2026, 3, 2)
MEETING: dict[str, Any] = {
    "slug": "reunion",
    "title": {"fr": "Réunion", "en": "Meeting"},
    "first_day": date(2026, 5, 4),
    "place": {"fr": "Mairie"},
    "contact": "congres@ville.example",
}
WORKSHOP: dict[str, Any] = {"title": "Atelier", "from": "9:30", "to": "12:00", "capacity": 20}


@pytest.mark.parametrize(
    ("today", "friday"),
    [
        (date(2023, 12, 4), date(2024, 2, 2)),
        (date(2023, 12, 3), date(2024, 2, 2)),
        (date(2023, 12, 5), date(2024, 2, 9)),
        (date(2026, 3, 2), date(2026, 5, 1)),
    ],
)
def test_auto_is_the_first_friday_at_least_sixty_days_ahead(today: date, friday: date) -> None:
    assert first_friday(today) == friday
    assert friday.weekday() == 4
    assert friday - today >= timedelta(days=60)


def test_the_congress_has_two_days_and_four_themes_in_parallel() -> None:
    facts = read_event(read_toml(CONGRESS), date(2023, 12, 4))
    assert (facts.starts_on, facts.ends_on) == (date(2024, 2, 2), date(2024, 2, 3))
    days = [session for session in facts.sessions if session.kind is SessionKind.DAY]
    workshops = [session for session in facts.sessions if session.kind is SessionKind.WORKSHOP]
    assert len(days) == 2
    assert len({workshop.theme["fr"] for workshop in workshops}) == 4
    assert len({workshop.starts_at for workshop in workshops}) == 2
    assert all(workshop.capacity for workshop in workshops)
    assert all({"fr", "en"} <= session.title.keys() for session in facts.sessions)
    assert facts.answer_by == datetime(2024, 1, 26, 22, 59, tzinfo=UTC)


def test_hours_are_those_of_the_place_in_summer_too() -> None:
    facts = read_event({**MEETING, "session": [WORKSHOP]}, TODAY)
    assert facts.sessions[0].starts_at == datetime(2026, 5, 4, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"slug": "Réunion d'été"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"title": {"en": "Meeting"}}, "title.fr"),
        ({"title": {"fr": 3}}, "title.fr"),
        ({"first_day": "demain"}, "first_day"),
        ({"last_day": date(2026, 5, 3)}, "last_day"),
        ({"days": "two"}, "days"),
        ({"days": 0}, "days"),
        ({"timezone": "Europe/Le_Mans"}, "timezone"),
        ({"contact": "congres"}, "contact"),
        ({"answer_by": date(2026, 5, 6)}, "answer_by"),
        ({"registration_open": "oui"}, "registration_open"),
        ({"plaec": "Mairie"}, "plaec"),
        ({"session": {}}, "session"),
        ({"session": [{**WORKSHOP, "to": "9:00"}]}, "session[1].to"),
        ({"session": [WORKSHOP, {**WORKSHOP, "from": "neuf"}]}, "session[2].from"),
        ({"session": [{**WORKSHOP, "day": 2}]}, "session[1].day"),
        ({"session": [{**WORKSHOP, "date": date(2026, 5, 5)}]}, "session[1].date"),
        ({"session": [{**WORKSHOP, "kind": "atelier"}]}, "session[1].kind"),
        ({"session": [{**WORKSHOP, "capacity": -1}]}, "session[1].capacity"),
        ({"session": [{**WORKSHOP, "seats": 4}]}, "session[1].seats"),
    ],
)
def test_each_fault_names_its_key(change: dict[str, Any], key: str) -> None:
    with pytest.raises(Faulty) as caught:
        read_event({**MEETING, **change}, TODAY)
    assert [fault.field for fault in caught.value.faults] == [key]
    assert f"“{key}”" in str(caught.value)


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(Faulty) as caught:
        read_event({}, TODAY)
    assert {fault.field for fault in caught.value.faults} == {"slug", "title.fr", "first_day", "place.fr", "contact"}


@pytest.mark.both
def test_loading_twice_changes_nothing(app: Flask, database_url: str) -> None:
    table = read_toml(CONGRESS)
    with time_machine.travel(datetime(2026, 3, 2, 8, tzinfo=UTC), tick=False), transaction():
        first = actions.load_event(table).id
    before = snapshot(database_url)
    with time_machine.travel(datetime(2026, 3, 20, 8, tzinfo=UTC), tick=False), transaction():
        assert actions.load_event(table).id == first
    assert changed(before, snapshot(database_url)) == []


def test_loading_a_changed_file_changes_the_event_in_place(app: Flask) -> None:
    with transaction():
        event = actions.load_event({**MEETING, "session": [WORKSHOP, WORKSHOP]})
        kept, revision = [session.id for session in event.sessions], event.revision
    with transaction():
        event = actions.load_event({**MEETING, "days": 2, "session": [{**WORKSHOP, "capacity": 30}]})
        assert [session.id for session in event.sessions] == kept[:1]
        assert event.sessions[0].capacity == 30
        assert event.revision == revision + 1
    assert db.session.query(Session).count() == 1


def test_a_session_is_known_by_what_it_is_wherever_it_stands_in_the_file(app: Flask) -> None:
    one, other, third = ({**WORKSHOP, "title": title} for title in ("Un", "Deux", "Trois"))
    with transaction():
        event = actions.load_event({**MEETING, "session": [one, other]})
        kept = {session.title["fr"]: session.id for session in event.sessions}
    with transaction():
        event = actions.load_event({**MEETING, "session": [third, other, {**one, "from": "8:00"}]})
        found = {session.title["fr"]: session.id for session in event.sessions}
    assert {title: number for title, number in found.items() if title != "Trois"} == kept


def test_sessions_keep_their_names_when_one_is_removed_and_another_added(app: Flask) -> None:
    one, other, third = ({**WORKSHOP, "title": title} for title in ("Un", "Deux", "Trois"))
    early = replace(read_event({**MEETING, "session": [one]}, TODAY).sessions[0], title={"fr": "Quatre"})
    early = replace(early, starts_at=early.starts_at - timedelta(hours=1))
    with transaction():
        event = actions.load_event({**MEETING, "session": [one, other, third]})
        last = next(session for session in event.sessions if session.title["fr"] == "Trois").id
    with transaction():
        event = queries.get_event(event.id)
        actions.remove_session(event, next(one for one in event.sessions if one.title["fr"] == "Deux"))
        actions.add_session(event, early)
    with transaction():
        event = queries.get_event(event.id)
        actions.edit_details(event, replace(queries.facts_of(event), place_address="ailleurs"))
    assert db.session.get_one(Session, last).title == {"fr": "Trois"}


@pytest.mark.parametrize("sessions", [[], [{**WORKSHOP, "capacity": 2}]])
def test_what_people_have_chosen_is_not_taken_away(app: Flask, sessions: list[dict[str, Any]]) -> None:
    with transaction():
        actions.load_event({**MEETING, "session": [WORKSHOP]}).sessions[0].taken = 3
    with pytest.raises(Refusal), transaction():
        actions.load_event({**MEETING, "session": sessions})


def test_events_that_are_on_are_those_not_over(app: Flask) -> None:
    with transaction():
        event = actions.load_event(MEETING)
    assert [one.id for one in queries.open_events(event.ends_on)] == [event.id]
    assert not queries.open_events(event.ends_on + timedelta(days=1))
    db.session.rollback()
    with transaction():
        actions.cancel(queries.get_event(event.id), True)
    assert not queries.open_events(event.ends_on)


def test_the_command_loads_a_file_and_lists_events(runner: Runner) -> None:
    loaded = runner.run("event", "load", CONGRESS, "--json").output
    assert loaded == '{"event": 1}\n'
    assert "congres-national-des-solidarites" in runner.run("event", "list").output
    assert '"slug": "congres-national-des-solidarites"' in runner.run("event", "list", "--json").output


def test_the_command_says_what_is_wrong_with_a_file(runner: Runner, tmp_path: Path) -> None:
    file = tmp_path / "event.toml"
    file.write_text('slug = "x"\ntitle = 3\n', encoding="utf-8")
    said = runner.run("event", "load", file, status=1).output
    assert "“first_day”" in said
    assert "“title”" in said
    file.write_text("slug =", encoding="utf-8")
    assert "not a TOML file" in runner.run("event", "load", file, status=1).output
    assert now().tzinfo is UTC
