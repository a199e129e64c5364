"""The engine process brings a long file in by itself; killed on the way, it leaves nothing half done."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import Config
from outreach.contacts.imports import errands
from outreach.contacts.imports.models import Errand, ImportFile, ImportState, Step
from outreach.contacts.models import Contact
from outreach.contacts.searching.models import SearchText
from outreach.database import db, transaction
from tests.contacts.imports.files import HEADER, kept, people
from tests.faults.processes import ENGINE, Process, started, until

pytestmark = [pytest.mark.both, pytest.mark.slow, pytest.mark.usefixtures("app", "database_kind")]

MANY = 8_000


def asked() -> int:
    """A file that takes the engine some seconds, on its way in."""
    number = kept("\n".join([HEADER, people(MANY), ""]).encode())
    db.session.rollback()
    with transaction():
        errands.ask(number, Errand.BRING_IN, None, "fr")
    return number


def count(table: type[Contact | SearchText]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def is_read(number: int) -> bool:
    """True once the engine is at it, and until it writes."""
    db.session.rollback()
    file = db.session.get_one(ImportFile, number)
    return file.runner is not None and file.step is Step.READING


def is_in(number: int) -> bool:
    db.session.rollback()
    file = db.session.get_one(ImportFile, number)
    return file.state is ImportState.DONE and file.errand is None


@pytest.mark.parametrize("end", [Process.kill, Process.leave], ids=["killed", "asked to end"])
def test_nothing_is_half_done_and_the_next_engine_finishes(app: Flask, config: Config, end: object) -> None:
    number = asked()
    with started(config, *ENGINE) as engine:
        until(lambda: is_read(number), engine)
        assert callable(end)
        end(engine)
    assert count(Contact) == 0
    with started(config, *ENGINE) as engine:
        until(lambda: is_in(number), engine)
        engine.leave()
    assert (count(Contact), count(SearchText)) == (MANY, MANY)
