"""Runs by seed: SEEDS=20 in the environment asks for twenty, three is usual."""

import os
import random

import pytest

SEEDS = int(os.environ.get("SEEDS", "3"))


def pytest_report_header() -> str:
    """Which runs these are, so that a failure can be had again."""
    return f"seeds: {', '.join(map(str, range(1, SEEDS + 1)))}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever asks for `chance` runs once for each seed."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, SEEDS + 1))


@pytest.fixture
def chance(seed: int) -> random.Random:
    """What decides at random in this run, the same in every run of its seed."""
    return random.Random(seed)
