"""One clock for a database on PostgreSQL: another stands by, on any machine, and takes over when it dies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from outreach.campaigns.models import CampaignState
from outreach.database import transaction
from outreach.presence import Doing, Kind, Presence
from tests.delivery.campaigns import ADDRESSES, launched, state
from tests.engine.test_locks import cut_advisory_connections
from tests.engine.test_workers import present
from tests.faults.processes import Process, started, until
from tests.relay import Relay

PROMISED = 30.0
"""Seconds within which another clock is at work."""


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@contextmanager
def two(config: Config, folder: Path) -> Iterator[tuple[Process, Process]]:
    """A clock, and one that stands by on another machine: with a DATA_DIR of its own."""
    kind = Kind.ENGINE if config.engine == "embedded" else Kind.CLOCK
    with started(config, "clock") as first:
        until(lambda: doing(kind) == [at_work(kind)], first)
        with started(replace(config, data_dir=folder), "clock") as second:
            until(lambda: Doing.STANDING_BY in doing(kind), second)
            yield first, second


def at_work(kind: Kind) -> Doing:
    return Doing.WAITING if kind is Kind.ENGINE else Doing.TICKING


def doing(kind: Kind) -> list[Doing]:
    return [row.doing for row in present(kind)]


def row_of(process: Process) -> Presence:
    [row] = [row for row in present(Kind.CLOCK) + present(Kind.ENGINE) if row.pid == process._process.pid]
    return row


@pytest.mark.parametrize("engine", ["embedded", "procrastinate"])
def test_another_clock_takes_over_within_half_a_minute_of_a_kill(
    app: Flask, config: Config, tmp_path: Path, engine: str
) -> None:
    with two(replace(config, engine=engine), tmp_path / "other") as (first, second):
        first.kill()
        killed = time.monotonic()
        until(lambda: row_of(second).doing is not Doing.STANDING_BY, second)
        assert time.monotonic() - killed < PROMISED


def test_what_is_due_leaves_by_the_hand_of_the_one_that_took_over(
    app: Flask, config: Config, relay: Relay, tmp_path: Path
) -> None:
    with two(config, tmp_path / "other") as (first, second):
        first.kill()
        number = launched(batch_size=5)
        until(lambda: state(number) is CampaignState.FINISHED, second)
    assert sorted(relay.recipients) == ADDRESSES


def test_a_clock_whose_connection_was_dropped_stands_by_or_takes_its_place_again(app: Flask, config: Config) -> None:
    config = replace(config, engine="procrastinate")
    with started(config, "clock") as clock:
        until(lambda: doing(Kind.CLOCK) == [Doing.TICKING], clock)
        cut_advisory_connections()
        until(lambda: "lost its place" in clock.said(), clock)
        until(lambda: clock.said().count("at work") == 2, clock)
        clock.leave()
        assert "has stopped" in clock.said()
    assert present(Kind.CLOCK) == []


def test_an_engine_that_stands_by_can_be_stopped(app: Flask, config: Config, tmp_path: Path) -> None:
    with two(config, tmp_path / "other") as (_first, second):
        second.leave()
        assert "has stopped" in second.said()


def test_a_row_of_a_process_that_died_long_ago_is_dropped(app: Flask, config: Config) -> None:
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO presence (name, kind, machine, pid, threads, queues, started_at, seen_at, doing, settled) "
                "VALUES ('w', 'worker', 'm', 1, 1, '', now(), now() - interval '2 days', 'sending', 0)"
            )
        )
    with started(config, "clock") as clock:
        until(lambda: not present(Kind.WORKER), clock)
