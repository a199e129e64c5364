"""The random histories of one campaign once more: many of them, and on both databases."""

import pytest
from flask import Flask

from tests.delivery.test_histories import run

pytestmark = pytest.mark.both


def test_the_promises_hold_in_every_history(app: Flask, seed: int) -> None:
    run(40 + seed)
