"""The measure of the web: the pages are those of the congress, and every answer is recorded."""

import json

from flask import Flask

from tests.conftest import Runner


def test_pages_are_measured_beside_a_view_that_says_hello(app: Flask, runner: Runner) -> None:
    asked = ("--seconds", "0.2", "--answers", "120", "--rate", "40", "--connections", "4", "--json")
    found = json.loads(runner.run("bench", "web", *asked).stdout)
    assert list(found) == ["connections", "hello_per_second", "bare_per_second", "pages", "answers"]
    assert list(found["pages"]) == ["answer page", "share landing", "open pixel"]
    assert all(page["ratio"] > 0 for page in found["pages"].values())
    assert found["pages"]["answer page"]["octets"] > 10_000
    assert (found["answers"]["replies"], found["answers"]["errors"]) == (70, 0)
