"""Campaigns as they are written in TOML files, and the commands that read them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outreach.campaigns import queries
from outreach.campaigns.audience import EMPTY
from outreach.campaigns.audiences import actions as audiences
from outreach.campaigns.audiences.rules import read_tree
from outreach.campaigns.files import read_campaign, read_start
from outreach.campaigns.models import Campaign
from outreach.database import db, transaction
from outreach.errors import Refusal
from outreach.events.files import read_toml
from outreach.events.tables import Faulty
from tests import people
from tests.conftest import Runner

CONGRESS = Path(__file__).parents[2] / "outreach" / "demo" / "congress"
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
REMINDER: dict[str, Any] = {
    "event": "congres",
    "name": "Rappel",
    "purpose": "reminder",
    "letters": {code: {"subject": "Rappel", "file": f"{code}.md"} for code in ("fr", "en")},
    "audience": {"kinds": ["mayor"], "departments": ["72"]},
    "calendar": {"start": "2026-03-09T09:00", "batch_size": 50, "pause": "15m"},
}


def test_a_campaign_is_read_whole() -> None:
    said = read_campaign(REMINDER, NOON)
    assert said.rule.kinds == ("mayor",)
    assert said.calendar.starts_at == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert said.calendar.pause.total_seconds() == 900
    assert said.letters["en"].file == "en.md"


def test_the_campaign_of_the_demonstration_is_read_whole() -> None:
    said = read_campaign(read_toml(CONGRESS / "campaign.toml"), NOON)
    assert said.event == read_toml(CONGRESS / "event.toml")["slug"]
    assert all((CONGRESS / letter.file).is_file() for letter in said.letters.values())


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"name": ""}, "name"),
        ({"purpose": "spam"}, "purpose"),
        ({"languages": "french"}, "languages"),
        ({"letters": {"fr": {"subject": "x", "file": "fr.md"}}}, "letters.en"),
        ({"letters": {**REMINDER["letters"], "en": {"file": "en.md"}}}, "letters.en.subject"),
        ({"audience": {"kinds": ["maire"]}}, "audience.kinds"),
        ({"audience": {}}, "audience"),
        ({"calendar": {"pause": "soon"}}, "calendar.pause"),
        ({"calendar": {"start": "lundi"}}, "calendar.start"),
        ({"calendar": {"batch_size": 0}}, "calendar.batch_size"),
        ({"calendar": {"size": 5}}, "calendar.size"),
        ({"calendar": {"hours": "mon 08:00-12:00, mon 14:00-18:00"}}, "calendar.hours"),
        ({"sender": {"email": "ville"}}, "sender.email"),
        ({"from": "ville"}, "from"),
    ],
)
def test_each_fault_names_its_key(change: dict[str, Any], key: str) -> None:
    with pytest.raises(Faulty) as caught:
        read_campaign({**REMINDER, **change}, NOON)
    assert [fault.field for fault in caught.value.faults] == [key]


def test_a_day_that_stands_in_the_hours_twice_is_named() -> None:
    with pytest.raises(Faulty, match="name wed twice"):
        read_campaign({**REMINDER, "calendar": {"hours": "mon-fri 08:00-19:00, wed 08:00-12:00"}}, NOON)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("now", NOON),
        ("2026-03-09T09:00", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("2026-07-09 09:00", datetime(2026, 7, 9, 7, tzinfo=UTC)),
        ("2026-03-09T09:00:00+00:00", datetime(2026, 3, 9, 9, tzinfo=UTC)),
    ],
)
def test_a_start_is_read_on_the_clock_of_the_event(text: str, at: datetime) -> None:
    assert read_start(text, NOON, "Europe/Paris") == at


def test_a_start_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(Refusal, match="lundi"):
        read_start("lundi", NOON, "Europe/Paris")


@pytest.mark.usefixtures("clock")
def test_the_demonstration_goes_from_files_to_a_plan(runner: Runner) -> None:
    with transaction():
        people.ada()
        people.deputy()
        people.mep()
    runner.run("event", "load", CONGRESS / "event.toml")
    assert runner.run("campaign", "create", CONGRESS / "campaign.toml", "--json").output == '{"campaign": 1}\n'
    campaign = db.session.get_one(Campaign, 1)
    french = queries.letter_of(campaign, "fr")
    assert french is not None
    assert french.body == (CONGRESS / "fr.md").read_text(encoding="utf-8")
    db.session.rollback()
    said = runner.run("campaign", "plan", "1", "--start", "now", "--batch-size", "2", "--pause", "20s", "--json").output
    plan = json.loads(said)
    assert plan["recipients"] == 3
    assert [batch["size"] for batch in plan["batches"]] == [2, 1]
    assert plan["batches"][0]["due_at"] == "2026-03-02T09:00:00+01:00"
    assert "3 recipients in 2 batches." in runner.run("campaign", "plan", "1").output


def test_a_plan_without_a_start_is_refused(runner: Runner) -> None:
    runner.run("event", "load", CONGRESS / "event.toml")
    runner.run("campaign", "create", CONGRESS / "campaign.toml")
    assert "--start" in runner.run("campaign", "plan", "1", status=1).output
    assert "has passed" in runner.run("campaign", "plan", "1", "--start", "2020-01-06T09:00", status=1).output
    twice = "mon 08:00-12:00, mon 14:00-18:00"
    assert "name mon twice" in runner.run("campaign", "plan", "1", "--start", "now", "--hours", twice, status=1).output
    assert "10m" in runner.run("campaign", "plan", "1", "--start", "now", "--pause", "x", status=1).output


def test_a_campaign_of_an_unknown_event_is_refused(runner: Runner) -> None:
    assert "load it first" in runner.run("campaign", "create", CONGRESS / "campaign.toml", status=1).output


def test_a_file_may_name_a_saved_audience_and_narrow_it_down() -> None:
    said = read_campaign({**REMINDER, "audience": " Élus "}, NOON)
    assert (said.audience, said.rule) == ("Élus", EMPTY)
    narrowed = read_campaign({**REMINDER, "audience": {"saved": "Élus", "kinds": ["mayor"]}}, NOON)
    assert (narrowed.audience, narrowed.rule.kinds) == ("Élus", ("mayor",))
    with pytest.raises(Faulty, match="write its name"):
        read_campaign({**REMINDER, "audience": {"saved": 3}}, NOON)


def test_the_saved_audience_of_a_file_is_found_by_its_name(runner: Runner, tmp_path: Path) -> None:
    runner.run("event", "load", CONGRESS / "event.toml")
    slug = read_toml(CONGRESS / "event.toml")["slug"]
    for code in ("fr", "en"):
        (tmp_path / f"{code}.md").write_text("{salutation}\n\n…\n", encoding="utf-8")
    file = tmp_path / "campaign.toml"
    letters = "".join(f'[letters.{code}]\nsubject = "x"\nfile = "{code}.md"\n' for code in ("fr", "en"))
    file.write_text(f'event = "{slug}"\nname = "Rappel"\naudience = "Élus"\n{letters}', encoding="utf-8")
    assert "no saved audience “Élus”" in runner.run("campaign", "create", file, status=1).output
    with transaction():
        audience = audiences.save("Élus", read_tree({"kind": ["mayor"]}), NOON).id
    runner.run("campaign", "create", file)
    assert db.session.query(Campaign).one().audience_id == audience
