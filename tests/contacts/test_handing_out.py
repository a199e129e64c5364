"""While a list is read in order to leave as a file, everybody else goes on writing."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event

from outreach.campaigns.audiences.models import Audience
from outreach.contacts.kinds import Kind
from outreach.database import db, now, transaction
from tests.conftest import Runner
from tests.contacts.directory import add

SignIn = Callable[..., FlaskClient]


@contextmanager
def others_write(path: Path) -> Iterator[list[bool]]:
    """Somebody else tries to write whenever contacts are read: whether they could, each time."""
    could: list[bool] = []

    def attempt(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM contact" not in statement:
            return
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                could.append(True)
            except sqlite3.OperationalError:
                could.append(False)

    event.listen(db.engine, "after_cursor_execute", attempt)
    try:
        yield could
    finally:
        event.remove(db.engine, "after_cursor_execute", attempt)


@pytest.fixture
def audience(app: Flask) -> int:
    """An audience of everybody who is a mayor; there is one."""
    add("Martin", kind=Kind.MAYOR)
    rule = {"all": [{"kind": ["mayor"]}]}
    with transaction():
        made = Audience(name="Maires", tree=rule, created_at=now(), changed_at=now())
        db.session.add(made)
        db.session.flush()
        return made.id


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("whose", ["contacts", "audiences/{audience}"])
def test_nobody_waits_while_a_list_leaves(
    audience: int, signed_in: SignIn, data_dir: Path, ending: str, whose: str
) -> None:
    browser = signed_in()
    with others_write(data_dir / "outreach.db") as could:
        answer = browser.post(f"/admin/{whose.format(audience=audience)}/export.{ending}")
    assert answer.status_code == 200
    assert could
    assert all(could)


def test_nobody_waits_while_the_command_reads_the_directory(audience: int, runner: Runner, data_dir: Path) -> None:
    with others_write(data_dir / "outreach.db") as could:
        assert "Martin" in runner.run("contacts", "export").stdout
    assert could
    assert all(could)


def test_nobody_waits_while_the_contacts_of_an_audience_that_is_saved_are_counted(
    audience: int, signed_in: SignIn, data_dir: Path
) -> None:
    browser = signed_in()
    form = {"name": "Maires", "r-join": "all", "r.1-field": "kind", "r.1-value": ["mayor"], "do": "save"}
    with others_write(data_dir / "outreach.db") as could:
        answer = browser.post(f"/admin/audiences/{audience}/edit", data=form)
    assert answer.status_code == 302
    assert could
    assert all(could)
    assert db.session.get_one(Audience, audience).counted == 1
