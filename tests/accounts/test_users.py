"""Accounts: opened, changed, closed; and one's own."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts import actions, passwords, queries
from outreach.accounts.models import AuditEntry, Role, StaffSession, User
from outreach.database import db, now, transaction
from outreach.errors import Refusal
from tests.conftest import Runner

PASSWORD = "lanterne violette du quai"
NEWCOMER = {"email": "Jo.Petit@ville.example", "name": "Jo  Petit", "roles": ["prepare", "sign"], "language": "en"}


@pytest.fixture
def administrator(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in(Role.ADMINISTER)


def account(email: str = "jo.petit@ville.example", *roles: Role) -> User:
    kept = passwords.digest(PASSWORD)
    with transaction():
        return actions.add_user(email, "Jo Petit", roles or [Role.READ], kept, now())


def shown_password(page: str) -> str:
    return page.partition("<code>")[2].partition("</code>")[0]


def test_the_first_administrator_comes_by_command(runner: Runner, client: FlaskClient) -> None:
    said = runner.run(
        *("user", "add", "c.martin@ville.example", "--name", "Camille Martin", "--role", "administer"),
        *("--password-stdin", "--json"),
        said=f"{PASSWORD}\n",
    )
    report = json.loads(said.output)
    assert report["email"] == "c.martin@ville.example"
    assert (report["roles"], report["password"]) == (["administer"], None)
    client.post("/admin/sign-in", data={"email": "c.martin@ville.example", "password": PASSWORD})
    assert client.get("/admin/users").status_code == 200


def test_a_password_made_by_the_command_is_replaced_at_once(runner: Runner, client: FlaskClient) -> None:
    said = runner.run("user", "add", "c@ville.example", "--name", "C", "--role", "read", "--json")
    given = json.loads(said.output)["password"]
    client.post("/admin/sign-in", data={"email": "c@ville.example", "password": given})
    assert client.get("/admin/audit").location == "/admin/me"
    assert client.post("/admin/me", data={"name": "X"}).location == "/admin/me"
    assert db.session.scalars(select(User.name)).one() == "C"
    client.post("/admin/me/password", data={"current": given, "password": PASSWORD, "again": PASSWORD})
    assert client.post("/admin/me", data={"name": "X"}).status_code == 302
    assert client.get("/admin/audit").status_code == 403


def test_the_same_address_twice_is_refused_with_a_sentence(runner: Runner) -> None:
    command = ("user", "add", "c@ville.example", "--name", "C", "--role", "read")
    runner.run(*command)
    again = runner.run(*command, status=1)
    assert "c@ville.example already has an account." in again.output


def test_a_command_without_role_is_misused(runner: Runner) -> None:
    runner.run("user", "add", "c@ville.example", "--name", "C", status=2)


def test_an_administrator_opens_an_account_and_hands_its_password_over(
    administrator: FlaskClient, client: FlaskClient
) -> None:
    page = administrator.post("/admin/users/new", data=NEWCOMER)
    password = shown_password(page.text)
    user = queries.find_user("jo.petit@ville.example")
    assert user is not None
    assert (user.name, user.roles, user.language) == ("Jo Petit", ["prepare", "sign"], "en")
    opened = client.post("/admin/sign-in", data={"email": NEWCOMER["email"], "password": password})
    assert opened.status_code == 302
    assert "Choose your own" in client.get("/admin/me").text
    assert password not in administrator.get("/admin/users").text


@pytest.mark.parametrize(
    ("wrong", "field"), [({"email": "no at"}, "email"), ({"name": " "}, "name"), ({"roles": []}, "roles")]
)
def test_what_is_wrong_is_said_beside_the_field(
    administrator: FlaskClient, wrong: dict[str, object], field: str
) -> None:
    page = administrator.post("/admin/users/new", data={**NEWCOMER, **wrong})
    assert page.status_code == 400
    assert f'id="f-{field}-error"' in page.text
    assert "jo.petit" not in administrator.get("/admin/users").text.lower()


def test_roles_that_are_taken_away_are_gone_at_the_next_page(app: Flask, administrator: FlaskClient) -> None:
    user = account("jo.petit@ville.example", Role.ADMINISTER)
    jo = app.test_client()
    jo.post("/admin/sign-in", data={"email": user.email, "password": PASSWORD})
    assert jo.get("/admin/users").status_code == 200
    administrator.post(f"/admin/users/{user.id}", data={"name": "Jo Petit", "roles": ["read"], "language": "fr"})
    assert jo.get("/admin/users").status_code == 403


def test_closing_an_account_asks_for_its_address_and_ends_its_sessions(app: Flask, administrator: FlaskClient) -> None:
    user = account()
    jo = app.test_client()
    jo.post("/admin/sign-in", data={"email": user.email, "password": PASSWORD})
    assert administrator.post(f"/admin/users/{user.id}/close", data={"confirmation": "jo"}).status_code == 400
    assert jo.get("/admin/me").status_code == 200
    administrator.post(f"/admin/users/{user.id}/close", data={"confirmation": user.email})
    assert jo.get("/admin/me").status_code == 302
    administrator.post(f"/admin/users/{user.id}/reopen")
    assert jo.get("/admin/me").status_code == 302
    assert queries.get_user(user.id).closed_at is None


def test_the_last_administrator_stays(administrator: FlaskClient) -> None:
    only = db.session.scalars(select(User)).one()
    url = f"/admin/users/{only.id}"
    assert administrator.post(url, data={"name": "C", "roles": ["read"]}).status_code == 400
    assert administrator.post(f"{url}/close", data={"confirmation": only.email}).status_code == 400
    account("b@ville.example", Role.ADMINISTER)
    assert administrator.post(url, data={"name": "C", "roles": ["read"], "language": "fr"}).status_code == 302


@pytest.mark.both
def test_two_administrators_who_remove_each_other_at_once_leave_one(app: Flask) -> None:
    first, second = account("a@ville.example", Role.ADMINISTER), account("b@ville.example", Role.ADMINISTER)
    together = threading.Barrier(2)

    def close(user_id: int, by: int) -> bool:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    actions.close_user(user_id, now(), by)
            except Refusal:
                return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, (first.id, second.id), (second.id, first.id)))
    assert sorted(done) == [False, True]
    assert queries.administrators() == 1


def test_the_office_writes_while_a_password_is_compared_or_made(
    app: Flask, administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = account()
    held: list[bool] = []

    class Watched(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            held.append(db.session().in_transaction())
            return str(super().hash(password, salt=salt))

    monkeypatch.setattr(passwords, "_HASHER", Watched())
    jo = app.test_client()
    jo.post("/admin/sign-in", data={"email": user.email, "password": PASSWORD})
    change = {"current": PASSWORD, "password": "un pont deux rivières", "again": "un pont deux rivières"}
    assert jo.post("/admin/me/password", data=change).status_code == 302
    administrator.post(f"/admin/users/{user.id}/password")
    administrator.post("/admin/users/new", data={**NEWCOMER, "email": "x@ville.example"})
    assert held == [False, False, False]


def test_a_reset_password_ends_sessions_and_replaces_the_old_one(app: Flask, administrator: FlaskClient) -> None:
    user = account()
    jo = app.test_client()
    jo.post("/admin/sign-in", data={"email": user.email, "password": PASSWORD})
    made = shown_password(administrator.post(f"/admin/users/{user.id}/password").text)
    assert jo.get("/admin/me").status_code == 302
    assert jo.post("/admin/sign-in", data={"email": user.email, "password": PASSWORD}).status_code == 422
    assert jo.post("/admin/sign-in", data={"email": user.email, "password": made}).status_code == 302


def test_a_new_password_ends_the_other_sessions_only(app: Flask) -> None:
    user = account()
    here, there = app.test_client(), app.test_client()
    for browser in (here, there):
        browser.post("/admin/sign-in", data={"email": user.email, "password": PASSWORD})
    change = {"current": PASSWORD, "password": "un pont deux rivières", "again": "un pont deux rivières"}
    assert here.post("/admin/me/password", data={**change, "current": "wrong"}).status_code == 400
    assert here.post("/admin/me/password", data={**change, "again": "other"}).status_code == 400
    assert here.post("/admin/me/password", data=change).status_code == 302
    assert here.get("/admin/me").status_code == 200
    assert there.get("/admin/me").status_code == 302


def test_one_ends_one_s_own_sessions_and_nobody_else_s(app: Flask, administrator: FlaskClient) -> None:
    user = account()
    here, there = app.test_client(), app.test_client()
    for browser in (here, there):
        browser.post("/admin/sign-in", data={"email": user.email, "password": PASSWORD})
    first, second = db.session.scalars(
        select(StaffSession.id).where(StaffSession.user_id == user.id).order_by(StaffSession.id)
    )
    assert administrator.post(f"/admin/me/sessions/{second}/end").status_code == 404
    assert there.get("/admin/me").status_code == 200
    assert here.post(f"/admin/me/sessions/{second}/end").status_code == 302
    assert there.get("/admin/me").status_code == 302
    there.post("/admin/sign-in", data={"email": user.email, "password": PASSWORD})
    there.post("/admin/me/sessions/end-others")
    assert here.get("/admin/me").status_code == 302
    assert there.get("/admin/me").status_code == 200
    assert first < second


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "jo.petit@ville.example", "Petit Petit Petit", "x" * 201]
)
def test_a_password_that_is_guessed_is_refused(password: str) -> None:
    with pytest.raises(Refusal):
        passwords.judge(password, "jo.petit@ville.example", "Jo Petit")


def test_made_passwords_are_good_ones() -> None:
    made = {passwords.make_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.judge(password, "jo.petit@ville.example", "")


def test_pages_speak_the_language_of_the_person_until_another_is_asked_for(administrator: FlaskClient) -> None:
    assert '<html lang="fr"' in administrator.get("/admin/users").text
    assert '<html lang="en"' in administrator.get("/admin/users?lang=en").text
    assert '<html lang="en"' in administrator.get("/admin/me").text
    administrator.post("/admin/me", data={"name": "Camille Martin", "language": "fr"})
    assert '<html lang="fr"' in administrator.get("/admin/me").text


def test_a_refusal_keeps_the_office_around_it_for_whoever_is_signed_in(
    signed_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    page = signed_in(Role.READ).get("/admin/users")
    assert page.status_code == 403
    assert "/admin/sign-out" in page.text
    assert "/admin/sign-out" not in client.get("/admin/nowhere").text
    assert "/admin/sign-out" in signed_in(Role.READ).get("/admin/nowhere").text


def test_every_change_of_an_account_is_in_the_log_under_its_author(administrator: FlaskClient) -> None:
    user = account()
    author = db.session.scalars(select(User.id).where(User.id != user.id)).one()
    administrator.post(f"/admin/users/{user.id}", data={"name": "Jo", "roles": ["sign"], "language": "fr"})
    administrator.post(f"/admin/users/{user.id}/password")
    administrator.post(f"/admin/users/{user.id}/close", data={"confirmation": user.email})
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.user_id == author).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == [
        "account.edited",
        "account.sessions_revoked",
        "account.password_reset",
        "account.sessions_revoked",
        "account.closed",
    ]
    assert {entry.subject_id for entry in entries} == {user.id}
    assert entries[0].details == {"roles_before": ["read"], "roles": ["sign"]}
