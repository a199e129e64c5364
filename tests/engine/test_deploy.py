"""What is in deploy/ runs commands that exist, comes back whatever its status, and needs no rights."""

import re
from configparser import RawConfigParser
from pathlib import Path

import click
import pytest

from config import Config
from outreach.cli import main
from outreach.delivery.wire.opening import Timeouts
from outreach.serving import PATIENCE

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_of_ours_for_ever_and_without_rights(unit: Path) -> None:
    parsed = RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(unit.read_text(encoding="utf-8"))
    service = dict(parsed["Service"])
    program, *words = service["ExecStart"].split()
    assert program.endswith("/bin/outreach")
    command = main.get_command(click.Context(main), words[0])
    assert command is not None
    command.make_context(words[0], words[1:])
    assert service["Restart"] == "always"
    assert (service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == ("yes", "")
    assert parsed["Unit"]["StartLimitIntervalSec"] == "0"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_gives_the_supervisor_its_time_and_the_supervisor_gives_the_relay_its_own(unit: Path) -> None:
    given = re.search(r"^TimeoutStopSec=(\d+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert given is not None
    assert int(given[1]) > PATIENCE > Timeouts().leaving


def test_there_is_a_unit_for_each_kind_of_process() -> None:
    names = [unit.name for unit in UNITS]
    assert names == ["outreach-clock.service", "outreach-web.service", "outreach-worker@.service", "outreach.service"]


def test_the_example_of_settings_is_read() -> None:
    lines = (DEPLOY / "outreach.env.example").read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    read = Config.from_env({**settings, "OUTREACH_SECRET_KEYS": "a key", "OUTREACH_SUPPRESSION_KEY": "another"})
    assert read.engine == "procrastinate"
    assert {name.removeprefix("OUTREACH_").lower() for name in settings} <= set(Config.__dataclass_fields__)
