"""The bars for the code hold, and the measures notice what they are for."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tools import bars
from tools.syntax import Module

ROOT = Path(__file__).resolve().parent.parent
Check = Callable[[Iterable[Module]], Iterator[str]]


def test_the_house_is_within_its_bars() -> None:
    _figures, wrong = bars.measure()
    assert wrong == []


def test_rooms_import_downwards_only() -> None:
    done = subprocess.run([".venv/bin/lint-imports", "--no-logo"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (bars.too_long, "events/views.py", "\n" * 301),
        (bars.too_long, "events/views.py", "def long() -> None:\n" + "    print()\n" * 40),
        (bars.local_imports, "events/views.py", "def late() -> None:\n    import os\n"),
        (bars.impure, "rsvp/answering.py", "from flask import request"),
        (bars.impure, "rsvp/answering.py", "import sqlalchemy as sa"),
        (bars.impure, "rsvp/answering.py", "from flask_babel import gettext"),
        (bars.impure, "rsvp/keeping.py", "import sqlalchemy\nimport flask"),
        (bars.impure, "events/actions.py", "from flask_babel import gettext"),
        (bars.impure, "events/import_models.py", "import flask"),
        (bars.misplaced, "events/jobs.py", "from flask_mail import Message"),
        (bars.misplaced, "events/jobs.py", "from apscheduler.schedulers.background import BackgroundScheduler"),
        (bars.misplaced, "events/views.py", "from config import Config"),
        (bars.environment, "events/views.py", "import os\nos.environ['HOME']"),
        (bars.environment, "events/views.py", "from os import getenv"),
        (bars.commits, "events/actions.py", "db.session.commit()"),
        (bars.commits, "events/actions.py", "with transaction():\n    pass"),
        (bars.querying_views, "events/views.py", "from sqlalchemy import select"),
        (bars.querying_views, "events/views.py", "db.session.execute(statement)"),
        (bars.backrefs, "events/models.py", "event = relationship(backref='sessions')"),
    ],
)
def test_a_measure_notices_what_it_is_for(check: Check, name: str, text: str) -> None:
    assert list(check([_module(name, text)])) != []


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (bars.too_long, "events/views.py", "def long() -> None:\n" + "    print()\n" * 39),
        (bars.impure, "rsvp/answering.py", "from datetime import datetime"),
        (bars.impure, "rsvp/keeping.py", "import sqlalchemy"),
        (bars.impure, "rsvp/speaking.py", "from flask_babel import gettext"),
        (bars.impure, "events/actions.py", "import sqlalchemy as sa"),
        (bars.impure, "events/views.py", "from flask import request"),
        (bars.misplaced, "app.py", "from config import Config\nfrom flask_mail import Mail"),
        (bars.commits, "events/views.py", "with transaction():\n    pass"),
        (bars.commits, "events/actions.py", "db.session.flush()"),
        (bars.querying_views, "events/views.py", "with transaction():\n    queries.event(1)"),
    ],
)
def test_a_measure_lets_the_rest_pass(check: Check, name: str, text: str) -> None:
    assert list(check([_module(name, text)])) == []


def test_two_modules_that_import_each_other_are_noticed() -> None:
    first = _module("a.py", "from outreach.b import two")
    second = _module("b.py", "import outreach.a")
    assert list(bars.cycles([first, second])) != []
    assert list(bars.cycles([first])) == []


def test_the_body_of_a_view_is_measured_without_its_docstring() -> None:
    view = '@bp.post("/")\ndef answer() -> str:\n    """Answer."""\n    one()\n    return two()\n'
    assert bars.views([_module("rsvp/views.py", view + "def _other() -> None:\n    three()\n")]) == [2]


def test_fakes_are_counted() -> None:
    text = "def test_x(monkeypatch):\n    monkeypatch.setattr(a, 'b', 1)\n    with patch('c'):\n        Mock()\n"
    assert bars.tests_and_mocks([_module("test_x.py", text)]) == (1, 3)


@pytest.mark.parametrize(
    ("line", "ok"),
    [
        ('<p style="color: red">', False),
        ('<button onclick="go()">', False),
        ("<style>p { color: red }</style>", False),
        ("<script>go()</script>", False),
        ('<style nonce="{{ csp_nonce() }}">', True),
        ("<script src=\"{{ asset('vendor/htmx.js') }}\" defer></script>", True),
        ('<link rel="stylesheet" href="x">', True),
        ("<p>A letter in another style = another page</p>", True),
    ],
)
def test_pages_carry_no_style_nor_script_of_their_own(line: str, ok: bool) -> None:
    assert (bars.INLINE.search(line) is None) is ok


@pytest.mark.parametrize(
    ("line", "ok"),
    [
        (f"see {Path('/', 'home', 'ada', 'notes.md')}", False),
        (f"cd {Path('/', 'root', 'project')}", False),
        ("--index-url" + " https://example.org/simple", False),
        ("https://" + "pypi" + ".org/simple/flask", False),
        ("https://invitations.ville.example/work/now", True),
        ("var/outreach.db", True),
    ],
)
def test_what_names_a_machine_is_noticed(line: str, ok: bool) -> None:
    assert (bars.MACHINE.search(line) is None) is ok


def test_make_lists_every_command() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert phony is not None
    rules = re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE)
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    listed = re.findall(r"^  make ([a-z-]+) +\S", shown, re.MULTILINE)
    assert sorted(listed) == sorted(rules) == sorted(phony[1].split())
    assert "demo-reset" in listed


def _module(name: str, text: str) -> Module:
    return Module(bars.PACKAGE / name, ast.parse(text), len(text.splitlines()))
