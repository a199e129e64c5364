"""The measure of the web beside a sender: the pages are real ones, and the whole campaign leaves."""

import json
import shutil

import pytest
from flask import Flask

from tests.conftest import Runner

_WHERE = "/usr/sbin:/usr/lib/postfix/sbin:/usr/bin"


@pytest.mark.skipif(shutil.which("smtp-sink", path=_WHERE) is None, reason="smtp-sink comes with postfix")
def test_pages_are_read_before_a_campaign_and_while_it_leaves(app: Flask, runner: Runner) -> None:
    asked = ("--messages", "40", "--readers", "2", "--seconds", "1", "--json")
    found = json.loads(runner.run("bench", "beside", *asked).stdout)
    assert list(found) == ["readers", "idle", "sending", "p99_ratio", "sent_per_second"]
    assert found["readers"] == 2
    assert found["idle"]["pages"] > 0
    assert 0 < found["idle"]["p50_ms"] <= found["idle"]["p99_ms"]
    assert found["sent_per_second"] > 0
