"""Every real file given through the pages: it comes in as its preview says, or a sentence says why not."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from outreach.contacts.imports.jobs import Errands
from outreach.contacts.imports.models import ImportFile, ImportState
from outreach.contacts.models import Contact
from outreach.database import db

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
FIGURE = re.compile(r'figure-value">([\d,]+)</span> <span class="figure-label">(.*?)</span>')

pytestmark = [
    pytest.mark.slow,
    # The client of the tests leaves the temporary file of a large upload to the collector of garbage.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(not SHARED.is_dir(), reason="The real files are not beside the repository."),
]


def files() -> Iterator[str]:
    for folder in ("elus", "associations", "contacts"):
        yield from (str(path.relative_to(SHARED)) for path in sorted((SHARED / folder).rglob("*")) if path.is_file())


def last() -> ImportFile:
    db.session.rollback()
    return db.session.scalars(select(ImportFile)).one()


@pytest.mark.parametrize("path", list(files()) if SHARED.is_dir() else [])
def test_a_file_comes_in_as_its_preview_says_or_is_refused(
    signed_in: Callable[..., FlaskClient], app: Flask, path: str
) -> None:
    app.config["DEMONSTRATION"] = False
    office, content = signed_in(), (SHARED / path).read_bytes()
    sent = office.post("/admin/contacts/imports?lang=en", data={"file": FileStorage(io.BytesIO(content), path)})
    if sent.status_code == 422:
        assert "ask for the same list as CSV or XLSX" in sent.text
        return
    file = last()
    chosen = {f"column-{number}": field for field, number in file.mapping.items()}
    kind = file.kind or ("association" if path.startswith("associations") else "institution")
    preview = str(office.post(sent.location, data={"kind": kind, "source": file.source} | chosen).location)
    Errands().run()
    shown = {name: int(number.replace(",", "")) for number, name in FIGURE.findall(office.get(preview).text)}
    rows = shown["new"] + shown["identical"] + shown["said twice"] + shown["refused"]
    assert rows == (last().shape or {})["rows"] > 0
    if shown["new"] == 0:
        assert shown["refused"] == rows
        return
    office.post(preview)
    Errands().run()
    file = last()
    assert (file.state, file.summary["new"], file.summary["refused"]) == (
        ImportState.DONE,
        shown["new"],
        shown["refused"],
    )
    assert db.session.scalar(select(func.count()).select_from(Contact)) == shown["new"]
