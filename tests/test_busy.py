"""Somebody holds for long what a page wants to change: the page says so, and nothing that was typed is lost."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update

from outreach.accounts.models import StaffSession
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from tests import people

SignIn = Callable[..., FlaskClient]

TYPED = {
    "kind": "partner",
    "gender": "feminine",
    "given_name": 'Ada "la vraie" <b>',
    "family_name": "Lefort",
    "emails": "ada@maison.example",
    "country": "FR",
}


@contextmanager
def held(number: int, kind: str, path: Path) -> Iterator[None]:
    """Somebody else works on this contact, and does not end."""
    if kind == "postgresql":
        with db.engine.begin() as other:
            other.execute(text("SELECT id FROM contact WHERE id = :id FOR UPDATE"), {"id": number})
            yield
        return
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            writer.execute("ROLLBACK")
    writer.close()


@pytest.fixture
def app(app: Flask, database_kind: str) -> Flask:
    """On SQLite it waits a tenth of a second for a lock, where an installation waits half a minute."""
    if database_kind == "sqlite":
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=100"))
    return app


def one() -> int:
    with transaction():
        return people.contact(Kind.PARTNER, "Ada", "Lefort", "ada@maison.example").id


@pytest.mark.both
@pytest.mark.parametrize(("tongue", "said"), [("fr", "Réessayez dans un instant"), ("en", "try again in a moment")])
def test_whoever_waits_in_vain_is_told_and_may_send_the_same_again(
    app: Flask, signed_in: SignIn, database_kind: str, data_dir: Path, tongue: str, said: str
) -> None:
    number, browser = one(), signed_in()
    with held(number, database_kind, data_dir / "outreach.db"):
        answer = browser.post(f"/admin/contacts/{number}/edit?lang={tongue}", data=TYPED)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert said in answer.text
    for name, value in {**TYPED, "given_name": "Ada &#34;la vraie&#34; &lt;b&gt;"}.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in answer.text
    assert db.session.get_one(Contact, number).given_name == "Ada"


def test_no_page_repeats_a_password(app: Flask, client: FlaskClient, data_dir: Path) -> None:
    with held(one(), "sqlite", data_dir / "outreach.db"):
        answer = client.post("/admin/sign-in", data={"email": "ada@ville.example", "password": "a secret of mine"})
    assert answer.status_code == 503
    assert "a secret of mine" not in answer.text


def test_nobody_waits_to_read_a_page_of_the_office_while_somebody_writes(
    app: Flask, signed_in: SignIn, data_dir: Path
) -> None:
    number, browser = one(), signed_in()
    with transaction() as session:
        session.execute(update(StaffSession).values(last_seen_at=now() - timedelta(minutes=30)))
    with held(number, "sqlite", data_dir / "outreach.db"):
        assert browser.get(f"/admin/contacts/{number}").status_code == 200
    assert browser.get("/admin/contacts/").status_code == 200
    assert db.session.scalars(select(StaffSession.last_seen_at)).one() > now() - timedelta(minutes=1)
