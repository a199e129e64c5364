"""Erasing somebody leaves nothing of them anywhere, keeps the rows, and lets no file bring them back."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Config
from outreach.contacts.imports.models import ImportFile, ImportState
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.database import affected, db, now, transaction
from outreach.delivery import figures
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.links import links
from outreach.rights import erasing
from outreach.rights.impersonal import impersonal
from outreach.rights.inventory import FILES, HELD
from outreach.rights.person import Person
from outreach.schema import metadata
from tests import people
from tests.rights.somebody import EMAIL, REFUSED, lea, somebody

MARK = "Zqxjkvbp"
LEFT_BY_TESTS = {"institution", "user_account", "campaign", "event", "letter", "session"}


def texts() -> Iterator[sa.Column[Any]]:
    """Every column that can hold text of any length."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                continue
            if isinstance(column.type, sa.String | sa.JSON | sa.LargeBinary):
                yield column


def personal(table: str) -> frozenset[str]:
    held = frozenset(name for one in HELD if one.name == table for name in one.personal)
    return held | FILES.get(table, frozenset())


def test_every_text_of_the_schema_is_declared_personal_or_not() -> None:
    unknown = [str(one) for one in texts() if one.name not in personal(one.table.name) | impersonal(one.table.name)]
    assert unknown == [], (
        "say in rights/inventory.py what erasing leaves of it, or in rights/impersonal.py why it is not"
    )


def test_no_column_is_declared_twice_and_none_that_is_gone() -> None:
    known = {str(one) for one in texts()}
    twice = [str(one) for one in texts() if one.name in personal(one.table.name) & impersonal(one.table.name)]
    declared = {f"{table.name}.{name}" for table in metadata.sorted_tables for name in impersonal(table.name)}
    assert twice == []
    assert declared - known == set()


def everything() -> str:
    """Every row of every table, as text."""
    db.session.rollback()
    rows = []
    for table in metadata.sorted_tables:
        rows += [f"{table.name}: {dict(row)!r}" for row in db.session.execute(sa.select(table)).mappings()]
    db.session.rollback()
    return "\n".join(rows)


def marked(column: sa.ColumnElement[Any], name: str) -> object:
    """Something to look for, as long as the column takes."""
    if isinstance(column.type, sa.JSON):
        return {"to": MARK} if name != "needs" else [MARK]
    longest = getattr(column.type, "length", None) or 100
    return MARK[:longest] if longest < 20 else f"{MARK} {name}"[:longest]


KEPT_APART = {"address.digest", "registration.digest", "search_posting.word_id"}
"""What the rows are found by stays as it is until they are erased."""


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_nothing_of_them_is_left_anywhere() -> None:
    one = somebody()
    filled = set()
    with transaction():
        contact = lea(one)
        person = Person.of_contact(contact)
        for held in HELD:
            columns = [column for column in held.table.__table__.columns if column in set(texts())]
            values = {
                c.name: marked(c, c.name) for c in columns if c.name in held.personal and str(c) not in KEPT_APART
            }
            if values:
                changed = affected(db.session.execute(sa.update(held.table).where(held.of(person)).values(values)))
                filled |= {f"{held.name}.{name}" for name in values if changed}
        db.session.expire_all()
    everywhere = {
        f"{held.name}.{c.name}"
        for held in HELD
        for c in held.table.__table__.columns
        if c in set(texts()) and c.name in held.personal
    }
    assert everywhere - filled - KEPT_APART == set(), "somebody() has no row there"
    assert MARK in everything()
    with transaction():
        erasing.erase(lea(one), now())
    left = [line for line in everything().splitlines() if MARK.casefold() in line.casefold()]
    assert left == []


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_a_real_person_is_gone_from_every_table() -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
    left = [line for line in everything().splitlines() if "vallée" in line.casefold() or "vallee" in line.casefold()]
    assert [line for line in left if not line.startswith("organisation:")] == []


def test_nothing_is_left_in_the_file_of_the_database(app: Flask, config: Config) -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
    erasing.settle()
    db.session.remove()
    files = list(config.data_dir.glob("outreach.db*"))
    for word in (EMAIL, "trésorière", "préfère le matin", "sans sel", "+33 2 43 00 00 00"):
        assert [path.name for path in files if word.encode() in path.read_bytes()] == []


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_the_rows_stay_so_that_counts_hold() -> None:
    one = somebody()
    tables = ["contact", "address", "mandate", "invitation", "message", "notice", "answer", "participant", "seat"]
    with transaction():
        before = {name: _count(name) for name in tables}
    with transaction():
        erasing.erase(lea(one), now())
    with transaction():
        assert {name: _count(name) for name in tables} == before
        assert db.session.get_one(Contact, one.contact).erased_at is not None
        assert db.session.get_one(Message, one.message).state is MessageState.SUPPRESSED
        assert figures.counts(one.campaign)[MessageState.SUPPRESSED] == 1


def _count(name: str) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(metadata.tables[name])) or 0


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_only_a_keyed_hash_says_that_they_were_here() -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
    digest = links().digest(EMAIL)
    kept = db.session.scalars(sa.select(Suppression).where(Suppression.digest == digest)).one()
    assert (kept.reason, kept.email, kept.note) == (SuppressionReason.ERASURE, None, "")
    assert {line.split(":")[0] for line in everything().splitlines() if digest in line} == {
        "suppression",
        "rights_request",
    }


@pytest.mark.usefixtures("app")
def test_files_that_name_them_go_and_others_stay() -> None:
    one = somebody()
    with transaction():
        db.session.add(_file(b"Nom;Courriel\r\nMartin Luc;luc@ruche.test\r\n"))
        erasing.erase(lea(one), now())
    waiting, refused, other = db.session.scalars(sa.select(ImportFile).order_by(ImportFile.id)).all()
    assert (waiting.content, waiting.shape, waiting.outlook) == (None, None, None)
    assert refused.refused is not None
    assert b"Martin" in refused.refused
    assert b"Vall" not in refused.refused
    assert other.content is not None


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_files_are_looked_through_before_anybody_has_to_wait() -> None:
    one = somebody()
    with transaction():
        db.session.add(_file(b"Nom;Courriel\r\nMartin Luc;luc@ruche.test\r\n"))
    looked = erasing.look_through([one.contact])
    assert not db.session().in_transaction()
    read: list[str] = []
    listen = lambda _c, _cursor, statement, *_more: read.append(statement)  # noqa: E731 - of one line
    with transaction():
        sa.event.listen(db.engine, "before_cursor_execute", listen)
        erasing.erase(lea(one), now(), looked=looked)
        sa.event.remove(db.engine, "before_cursor_execute", listen)
    assert any("FROM import_file" in one for one in read)
    assert not [one for one in read if one.startswith("SELECT import_file.content")]
    assert [file.content is None for file in files()] == [True, True, False]
    assert b"Vall" not in (files()[1].refused or b"")


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_what_an_import_keeps_meanwhile_is_neither_lost_nor_overlooked() -> None:
    one = somebody()
    with transaction():
        db.session.add(_file(b"Nom;Courriel\r\nMartin Luc;luc@ruche.test\r\n"))
    looked = erasing.look_through([one.contact])
    with transaction():
        waiting, _refused, other = files()
        waiting.state, waiting.content = ImportState.DONE, None
        waiting.refused = REFUSED.replace("Martin", "Bonnet").encode()
        other.state, other.content, other.refused = ImportState.DONE, None, b"Nom\r\nMartin\r\n"
        db.session.add(_file(b"Nom;Courriel\r\nVall\xc3\xa9e L\xc3\xa9a;" + EMAIL.encode()))
    with transaction():
        erasing.erase(lea(one), now(), looked=looked)
    waiting, refused, other, late = files()
    assert [b"Bonnet" in (waiting.refused or b""), b"Martin" in (refused.refused or b"")] == [True, True]
    assert [b"Vall" in (file.refused or b"") for file in files()] == [False, False, False, False]
    assert (other.refused, other.state) == (b"Nom\r\nMartin\r\n", ImportState.DONE)
    assert (late.content, late.state) == (None, ImportState.DROPPED)


def files() -> Sequence[ImportFile]:
    """The files that are kept, as they are now."""
    db.session.expire_all()
    return db.session.scalars(sa.select(ImportFile).order_by(ImportFile.id)).all()


def _file(content: bytes) -> ImportFile:
    return ImportFile(filename="c.csv", content=content, fingerprint="z", mapping={}, summary={}, created_at=now())


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_others_at_the_same_mailbox_stay() -> None:
    one = somebody()
    with transaction():
        neighbour = people.contact(Kind.ASSOCIATION, "Noé", "Vallée", EMAIL)
        erasing.erase(lea(one), now())
    kept = db.session.get_one(Contact, neighbour.id)
    assert (kept.given_name, kept.erased_at) == ("Noé", None)
    assert db.session.scalars(sa.select(Address.email).where(Address.contact_id == kept.id)).one() == EMAIL
    reasons = db.session.scalars(sa.select(Suppression.reason).where(Suppression.digest == links().digest(EMAIL))).all()
    assert SuppressionReason.ERASURE not in reasons


@pytest.mark.usefixtures("app")
def test_what_a_sender_wrote_since_is_emptied_again() -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
        late = db.session.get_one(Message, one.message)
        late.email, late.merged = EMAIL, {"to": "Léa Vallée"}
    with transaction():
        erasing.rewrite(now() - timedelta(days=1))
    db.session.expire_all()
    assert db.session.get_one(Message, one.message).email is None
    assert EMAIL not in everything()
