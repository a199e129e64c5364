"""Files of contacts for tests: given through the pages, short ones and ones that the engine process has to do."""

import io
from collections.abc import Iterable

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from outreach.contacts.imports import importing
from outreach.contacts.imports.models import ImportFile
from outreach.database import db, transaction
from tests.contacts.directory import AT

HEADER = "nom;prenom;civilite;courriel;commune;code postal;telephone"
PAGES = "/admin/contacts/imports"


def people(count: int, phone: str = "") -> str:
    """Rows of invented people, one a line."""
    return "\n".join(f"Nom{n:06};Luc;M;luc{n}@ville{n}.example;Ville{n};72000;{phone}" for n in range(count))


def long_file(more: Iterable[str] = (), phone: str = "") -> bytes:
    """A file with more rows than a page itself takes."""
    return "\n".join([HEADER, people(importing.AT_ONCE + 1, phone), *more, ""]).encode()


def short_file(*rows: str) -> bytes:
    """A file of these rows."""
    return "\n".join([HEADER, *rows, ""]).encode()


def kept(content: bytes, name: str = "maires.csv") -> int:
    """Keep a file as somebody sent it, its columns chosen as they are proposed; its number."""
    db.session.rollback()
    with transaction():
        file = importing.receive(name, content, AT)
        header = importing.shape_of(file).header
        importing.choose(file, header, importing.mapping_of(file), file.kind or "mayor", "Annuaire")
        return file.id


def give(office: FlaskClient, content: bytes, name: str = "maires.csv") -> str:
    """Send a file and take the columns as proposed; the address of its preview."""
    sent = office.post(PAGES, data={"file": FileStorage(io.BytesIO(content), name)})
    columns = str(sent.location)
    file = latest()
    chosen = {f"column-{number}": field for field, number in file.mapping.items()}
    return str(office.post(columns, data={"kind": file.kind or "mayor", "source": "Annuaire"} | chosen).location)


def latest() -> ImportFile:
    """The file that came last, read anew."""
    db.session.rollback()
    return db.session.scalars(select(ImportFile).order_by(ImportFile.id.desc())).first() or ImportFile()
