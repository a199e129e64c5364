"""The supervisor keeps processes running and leaves none behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from config import Config
from outreach.cli import main
from outreach.errors import Refusal
from outreach.serving import Program, check_place, our_command, supervise, web_server
from tests.engine.test_clock import until
from tests.server import environment, free_port

_PARENT_AND_CHILD = (
    "import os, pathlib, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "with open(sys.argv[1], 'a') as file: file.write(f'{os.getpid()} {child.pid}\\n')\n"
    "time.sleep(600)\n"
)


@contextmanager
def supervised(program: Program) -> Iterator[None]:
    """A supervisor in a thread."""
    over = threading.Event()
    thread = threading.Thread(target=supervise, args=([program], over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def lines(file: Path) -> list[list[int]]:
    return [[int(word) for word in line.split()] for line in file.read_text().splitlines()] if file.exists() else []


def is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_what_dies_is_started_again_and_what_it_left_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "started"
    with supervised(Program("twice", [sys.executable, "-c", _PARENT_AND_CHILD, str(file)])):
        until(lambda: lines(file))
        first, child = lines(file)[0]
        os.kill(first, signal.SIGKILL)
        until(lambda: len(lines(file)) > 1)
        until(lambda: not is_alive(child))
    until(lambda: not any(is_alive(number) for line in lines(file) for number in line))


def test_the_service_does_not_start_without_its_keys() -> None:
    refused = CliRunner(env={"OUTREACH_SECRET_KEYS": None, "OUTREACH_BASE_URL": None}).invoke(main, ["serve"])
    assert refused.exit_code == 1
    assert "OUTREACH_SECRET_KEYS is missing" in refused.output


def test_the_service_does_not_start_on_a_database_of_another_version(tmp_path: Path) -> None:
    settings = Config(("a key",), "a key", "http://127.0.0.1", data_dir=tmp_path)
    refused = CliRunner(env=environment(settings)).invoke(main, ["serve"])
    assert refused.exit_code == 1
    assert "outreach db upgrade" in refused.output


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as other:
        try:
            until(lambda: _refuses(port, tmp_path))
        finally:
            other.kill()


def _refuses(port: int, folder: Path) -> bool:
    try:
        check_place("127.0.0.1", port, folder)
    except Refusal as refusal:
        return str(port) in str(refusal)
    return False


@pytest.mark.slow
def test_the_web_server_and_the_engine_run_side_by_side(config: Config, tmp_path: Path) -> None:
    spoken = {**os.environ, **environment(config)}
    port = free_port()
    web = web_server("127.0.0.1", port, 1, environment=spoken)
    engine = our_command("engine", "clock", environment=spoken)
    assert web.command[:3] == [sys.executable, "-m", "granian"]
    with supervised(engine):
        until((config.data_dir / "engine.pulse").exists)
