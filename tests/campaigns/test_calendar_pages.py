"""Hours, public holidays, ramp and lateness: in the pages, in files and from the command line."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.campaigns import actions, queries
from outreach.campaigns.files import read_campaign
from outreach.campaigns.hours import spell_week
from outreach.campaigns.lifecycle import digest
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning import Ramp
from outreach.campaigns.rhythm import HOLIDAYS
from outreach.database import db, now, transaction
from outreach.events.tables import Faulty
from tests import people
from tests.campaigns.test_campaign_files import NOON, REMINDER
from tests.conftest import Runner

SignedIn = Callable[..., FlaskClient]
FORM = {
    "when": "then",
    "starts_at": "2026-03-09T09:00",
    "batch_size": "3",
    "pause": "1h",
    "week": "1",
    "holidays": "alsace-moselle",
    "ramp_first": "4",
    "ramp_growth": "50",
    "late": "2h",
    **{f"open_{day}": "1" for day in (0, 5)},
    **{f"opens_{day}": "10:00" for day in range(7)},
    **{f"closes_{day}": "12:00" for day in range(7)},
}
PLAIN = {"when": "then", "starts_at": "2026-03-09T09:00", "batch_size": "3", "pause": "1h"}


@pytest.fixture
def draft(clock: time_machine.Traveller, app: Flask) -> int:
    with transaction():
        people.city()
        for person in (people.ada, people.ccas, people.deputy, people.mayor, people.mep):
            person()
        return people.campaign(people.congress()).id


def kept(number: int) -> Campaign:
    db.session.rollback()
    return queries.get_campaign(number)


def address(number: int) -> str:
    return f"/admin/campaigns/{number}/calendar"


def test_the_form_keeps_hours_holidays_ramp_and_lateness_and_shows_them_again(signed_in: SignedIn, draft: int) -> None:
    client = signed_in(Role.PREPARE)
    assert client.post(address(draft), data=FORM).status_code == 302
    campaign = kept(draft)
    assert campaign.rhythm == {
        "hours": "mon 10:00-12:00, sat 10:00-12:00",
        "holidays": "alsace-moselle",
        "ramp": "4+50%",
    }
    assert campaign.late_tolerance_seconds == 7200
    page = client.get(f"{address(draft)}?lang=en").text
    assert 'name="open_5" value="1" checked' in page
    assert 'name="open_1" value="1">' in page
    assert 'name="opens_0" value="10:00"' in page
    assert '<option value="alsace-moselle" selected>' in page
    assert 'name="ramp_first" type="number" value="4"' in page
    assert 'name="late" type="text" value="2h"' in page


def test_the_plan_with_its_end_is_shown_before_anything_is_saved(signed_in: SignedIn, draft: int) -> None:
    page = signed_in(Role.PREPARE).get(address(draft), query_string={**FORM, "try": "1", "lang": "en"}).text
    assert "Mon 9 Mar 2026, 10:00" in page
    assert "Mon 9 Mar 2026, 11:00" in page
    assert "Sat 14 Mar 2026, 10:00" in page
    assert "reckons with the hours" in page
    assert kept(draft).starts_at is None


def test_a_form_that_does_not_speak_of_them_leaves_everything_as_usual(signed_in: SignedIn, draft: int) -> None:
    assert signed_in(Role.PREPARE).post(address(draft), data=PLAIN).status_code == 302
    campaign = kept(draft)
    assert campaign.rhythm is None
    assert campaign.late_tolerance_seconds == 86_400
    assert spell_week(queries.kept_calendar(campaign).hours.week) == "mon-fri 08:00-19:00"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"open_0": "", "open_5": ""}, "hours"),
        ({"closes_0": "09:00"}, "hours"),
        ({"opens_0": "early"}, "hours"),
        ({"holidays": "atlantis"}, "holidays"),
        ({"ramp_first": "0"}, "ramp_first"),
        ({"ramp_first": "ten"}, "ramp_first"),
        ({"ramp_growth": "2000"}, "ramp_growth"),
        ({"late": "soon"}, "late"),
        ({"late": "0s"}, "late"),
    ],
)
def test_faults_are_shown_beside_their_fields(
    signed_in: SignedIn, draft: int, change: dict[str, str], field: str
) -> None:
    answer = signed_in(Role.PREPARE).post(address(draft), data={**FORM, **change})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert f'href="#f-{field}"' in answer.text
    assert kept(draft).rhythm is None


def test_the_days_are_named_in_the_readers_language(signed_in: SignedIn, draft: int) -> None:
    client = signed_in(Role.PREPARE)
    assert "Mercredi, de" in client.get(f"{address(draft)}?lang=fr").text
    assert "Wednesday, from" in client.get(f"{address(draft)}?lang=en").text


def test_a_signature_made_before_there_was_a_rhythm_still_holds(draft: int) -> None:
    campaign = kept(draft)
    assert campaign.starts_at is None
    content = queries.content_of(campaign)
    assert set(content["calendar"]) == {"starts_at", "batch_size", "pause_seconds", "any_hour"}


@pytest.mark.parametrize(
    "change", [{"rhythm": {"ramp": "10+0%"}}, {"rhythm": {"holidays": "none"}}, {"late_tolerance_seconds": 60}]
)
def test_hours_holidays_ramp_and_lateness_are_signed(draft: int, change: dict[str, Any]) -> None:
    before = digest(queries.content_of(kept(draft)))
    db.session.rollback()
    with transaction():
        campaign = queries.get_campaign(draft)
        for name, value in change.items():
            setattr(campaign, name, value)
    assert digest(queries.content_of(kept(draft))) != before


def test_a_changed_rhythm_ends_a_signature(draft: int) -> None:
    with transaction():
        campaign = queries.get_campaign(draft)
        calendar = queries.kept_calendar(campaign, now())
        actions.set_calendar(campaign, calendar, now())
        actions.sign(campaign, people.member(Role.SIGN).id, now(), 5)
        actions.set_calendar(campaign, calendar, now())
        assert campaign.signed_digest is not None, "nothing has changed"
        actions.set_calendar(campaign, replace(calendar, ramp=Ramp(10)), now())
        assert campaign.signed_digest is None


def test_a_file_says_the_same() -> None:
    calendar = {
        "hours": "mon-thu 09:00-17:00, fri 09:00-12:00",
        "holidays": "reunion",
        "ramp": "500+50%",
        "late_tolerance": "2h",
    }
    said = read_campaign({**REMINDER, "calendar": calendar}, NOON, "Indian/Reunion").calendar
    assert spell_week(said.hours.week) == calendar["hours"]
    assert (said.hours.place, said.hours.zone, said.ramp) == ("reunion", "Indian/Reunion", Ramp(500, 50))
    assert said.late_tolerance == timedelta(hours=2)


@pytest.mark.parametrize(
    ("calendar", "key"),
    [
        ({"hours": "always"}, "calendar.hours"),
        ({"holidays": "atlantis"}, "calendar.holidays"),
        ({"ramp": "fast"}, "calendar.ramp"),
        ({"late_tolerance": "soon"}, "calendar.late_tolerance"),
    ],
)
def test_a_file_that_is_wrong_says_where(calendar: dict[str, str], key: str) -> None:
    with pytest.raises(Faulty) as faulty:
        read_campaign({**REMINDER, "calendar": calendar}, NOON)
    assert [fault.values["key"] for fault in faulty.value.faults] == [key]


def test_the_command_knows_holidays_by_the_names_that_files_use(runner: Runner, draft: int) -> None:
    for place in HOLIDAYS:
        runner.run("campaign", "plan", str(draft), "--start", "2026-03-09T09:00", "--holidays", str(place))


def test_the_command_sets_them_one_by_one_and_keeps_the_rest(runner: Runner, draft: int) -> None:
    week = "mon-fri 09:00-12:00"
    plan = ("campaign", "plan", str(draft))
    runner.run(*plan, "--start", "2026-03-09T09:00", "--hours", week, "--batch-size", "3", "--pause", "2h")
    runner.run(*plan, "--ramp", "2+0%", "--holidays", "none", "--late", "90m")
    said = json.loads(runner.run(*plan, "--json").stdout)
    assert [(batch["due_at"], batch["size"]) for batch in said["batches"]] == [
        ("2026-03-09T09:00:00+01:00", 2),
        ("2026-03-10T09:00:00+01:00", 2),
        ("2026-03-11T09:00:00+01:00", 1),
    ]
    assert said["ends_at"] == "2026-03-11T09:00:01+01:00"
    assert kept(draft).rhythm == {"hours": week, "ramp": "2+0%", "holidays": "none"}
    assert kept(draft).late_tolerance_seconds == 5400
    runner.run(*plan, "--ramp", "none", "--any-hour")
    assert (kept(draft).rhythm, kept(draft).any_hour) == (None, True)
    assert "Mon 09 Mar 2026 09:00:00 (Europe/Paris)" in runner.run(*plan).stdout
    assert kept(draft).starts_at == datetime(2026, 3, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--hours", "always"], 1),
        (["--ramp", "fast"], 1),
        (["--late", "soon"], 1),
        (["--late", "1m"], 1),
        (["--holidays", "atlantis"], 2),
    ],
)
def test_the_command_says_what_it_cannot_read(runner: Runner, draft: int, options: list[str], status: int) -> None:
    runner.run("campaign", "plan", str(draft), "--start", "now", *options, status=status)
    assert kept(draft).rhythm is None
