"""While a long file is being indexed, whoever searches is told how many contacts are not found yet."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.contacts.imports import errands
from outreach.contacts.imports.models import Errand, ImportFile, ImportState, Step
from outreach.database import db, transaction
from tests.contacts.directory import AT, add

pytestmark = pytest.mark.usefixtures("app")


def waiting_file() -> int:
    """A file whose contacts are in, and wait to be found; its number."""
    with transaction():
        file = ImportFile(
            state=ImportState.DONE,
            filename="maires.csv",
            fingerprint="f",
            mapping={},
            summary={"new": 1200},
            created_at=AT,
            errand=Errand.INDEX,
        )
        db.session.add(file)
        db.session.flush()
        return file.id


def test_nobody_is_missing_while_no_file_waits() -> None:
    assert errands.count_not_found() == 0


def test_what_is_left_is_counted_down_as_the_engine_tells() -> None:
    number = waiting_file()
    assert errands.count_not_found() == 1200
    db.session.rollback()
    with transaction():
        claimed = errands.claim(AT, number)
    assert claimed is not None
    errands.beat(claimed, AT, Step.WRITING, 800, 1150)
    assert errands.count_not_found() == 350
    db.session.rollback()
    with transaction():
        errands.settle(claimed)
    assert errands.count_not_found() == 0


def test_whoever_searches_is_told_and_whoever_leafs_is_not(signed_in: Callable[[Role], FlaskClient]) -> None:
    add("Roy", "Ada")
    waiting_file()
    browser = signed_in(Role.READ)
    said = "Contacts that it does not find yet: 1,200."
    assert said in browser.get("/admin/contacts/?q=roy&lang=en").text
    assert said not in browser.get("/admin/contacts/?lang=en").text
