"""One engine for each installation, however the last one ended."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach.presence import EngineState, SecondEngine, beat, engine_state, last_beat, only_engine

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

_ENGINE = (
    "import sys, pathlib\nfrom outreach.presence import only_engine\n"
    "with only_engine(pathlib.Path(sys.argv[1])):\n    print('here', flush=True)\n    sys.stdin.read()\n"
)


@contextmanager
def engine_elsewhere(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """An engine in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", _ENGINE, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "here\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_second_engine_is_refused_and_told_which_process_is_the_first(tmp_path: Path) -> None:
    with engine_elsewhere(tmp_path) as first, pytest.raises(SecondEngine) as refused, only_engine(tmp_path):
        pass
    assert f"process {first.pid}" in str(refused.value)


def test_a_killed_engine_leaves_the_place_free(tmp_path: Path) -> None:
    with engine_elsewhere(tmp_path) as first:
        first.send_signal(signal.SIGKILL)
        first.wait()
        with only_engine(tmp_path):
            assert engine_state(tmp_path, NOON) is EngineState.RUNNING


def test_an_engine_that_left_may_come_back(tmp_path: Path) -> None:
    for _ in range(2):
        with only_engine(tmp_path / "var"):
            pass
    assert engine_state(tmp_path / "var", NOON) is EngineState.STOPPED


def test_where_no_engine_ever_ran_nothing_is_known(tmp_path: Path) -> None:
    assert engine_state(tmp_path, NOON) is EngineState.UNKNOWN
    assert last_beat(tmp_path) is None


def test_an_engine_that_no_longer_ticks_is_stuck(tmp_path: Path) -> None:
    with only_engine(tmp_path):
        beat(tmp_path, NOON)
        assert last_beat(tmp_path) == NOON
        assert engine_state(tmp_path, NOON + timedelta(seconds=30)) is EngineState.RUNNING
        assert engine_state(tmp_path, NOON + timedelta(minutes=2)) is EngineState.STUCK
