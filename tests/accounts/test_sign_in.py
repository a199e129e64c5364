"""Who comes in, for how long, and what they are told when they do not."""

from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from outreach.accounts import actions, guard, passwords
from outreach.accounts.models import AuditEntry, Role, StaffSession, Throttle, User
from outreach.accounts.networks import network_of
from outreach.database import db, now, transaction
from outreach.errors import TooMany
from tests import people

PASSWORD = "lanterne violette du quai"
ADDRESS = "camille.martin@ville.example"


@pytest.fixture
def camille(app: Flask) -> User:
    with transaction():
        return people.member(Role.READ, email=ADDRESS, password_hash=passwords.digest(PASSWORD))


def enter(client: FlaskClient, email: str = ADDRESS, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/admin/sign-in", data={"email": email, "password": password, **more})


@pytest.mark.usefixtures("camille")
def test_the_right_password_opens_and_the_cookie_is_tied_to_this_host(client: FlaskClient) -> None:
    answer = enter(client, email=" Camille.Martin@VILLE.example ")
    assert answer.status_code == 302
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-staff="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert client.get("/admin/me").status_code == 200


@pytest.mark.usefixtures("camille")
def test_the_database_holds_no_token(client: FlaskClient) -> None:
    enter(client)
    cookie = client.get_cookie("__Host-staff")
    kept = db.session.scalars(select(StaffSession)).one()
    assert cookie is not None
    assert kept.token_digest != cookie.value
    assert len(cookie.value) >= 43


@pytest.mark.usefixtures("camille")
def test_known_and_unknown_accounts_get_the_same_answer(client: FlaskClient) -> None:
    wrong = enter(client, password="something else")
    unknown = enter(client, email="nobody.here@ville.example", password="something else")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert _without_marks(wrong.text) == _without_marks(unknown.text)


def _without_marks(page: str) -> str:
    lines = [line for line in page.splitlines() if "csrf_token" not in line and "nonce=" not in line]
    return "\n".join(lines).replace(ADDRESS, "").replace("nobody.here@ville.example", "")


def test_as_much_is_computed_for_unknown_accounts() -> None:
    assert not passwords.is_outdated(passwords.DECOY)
    assert not passwords.matches(None, "any password")
    assert not passwords.matches("not a hash", "any password")


def test_a_closed_account_opens_nothing(client: FlaskClient, camille: User) -> None:
    with transaction():
        db.session.get_one(User, camille.id).closed_at = now()
    assert enter(client).status_code == 422


def test_an_old_hash_is_made_anew_at_sign_in(client: FlaskClient, camille: User) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with transaction():
        db.session.get_one(User, camille.id).password_hash = weak
    assert passwords.is_outdated(weak)
    assert enter(client).status_code == 302
    assert not passwords.is_outdated(db.session.scalars(select(User.password_hash)).one())


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/admin/me", "/admin/me"),
        ("/admin/audit?action=account.added", "/admin/audit?action=account.added"),
        ("https://ville.example.attacker.test/admin/me", "/admin/me"),
        ("//attacker.test/admin", "/admin"),
        ("https://attacker.test/", None),
        ("/\\attacker.test", None),
        ("javascript:alert(1)", None),
        ("/admin\r\nSet-Cookie: a=b", None),
        ("/health/live", None),
        ("", None),
        (None, None),
    ],
)
def test_after_the_door_one_stays_in_the_house(wanted: str | None, where: str | None) -> None:
    assert guard.path_within(wanted) == where


@pytest.mark.usefixtures("camille")
def test_whoever_asked_for_a_page_gets_it_after_signing_in(client: FlaskClient) -> None:
    door = client.get("/admin/audit?action=x")
    assert door.location == "/admin/sign-in?next=/admin/audit?action%3Dx"
    assert enter(client, next="/admin/me?lang=en").location == "/admin/me?lang=en"


def test_part_of_a_page_takes_the_whole_page_to_the_door(client: FlaskClient) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "https://invitations.ville.example/admin/audit"}
    assert client.get("/admin/audit?q=x", headers=asked).headers["HX-Redirect"] == "/admin/sign-in?next=/admin/audit"


@pytest.mark.usefixtures("camille")
def test_a_session_ends_after_two_idle_hours(client: FlaskClient, clock: time_machine.Traveller) -> None:
    enter(client)
    clock.shift(timedelta(hours=1, minutes=59))
    assert client.get("/admin/me").status_code == 200
    clock.shift(timedelta(hours=1, minutes=59))
    assert client.get("/admin/me").status_code == 200
    clock.shift(timedelta(hours=2))
    assert client.get("/admin/me").status_code == 302


@pytest.mark.usefixtures("camille")
def test_a_session_ends_after_twelve_hours_however_busy(client: FlaskClient, clock: time_machine.Traveller) -> None:
    enter(client)
    for _hour in range(11):
        clock.shift(timedelta(hours=1))
        assert client.get("/admin/me").status_code == 200
    clock.shift(timedelta(hours=1))
    assert client.get("/admin/me").status_code == 302


@pytest.mark.usefixtures("camille")
def test_signing_out_ends_the_session_itself(client: FlaskClient) -> None:
    enter(client)
    cookie = client.get_cookie("__Host-staff")
    assert cookie is not None
    client.post("/admin/sign-out")
    client.set_cookie("__Host-staff", cookie.value)
    assert client.get("/admin/me").status_code == 302


@pytest.mark.usefixtures("camille")
def test_the_eleventh_try_on_an_account_waits(client: FlaskClient, clock: time_machine.Traveller) -> None:
    for _try in range(10):
        assert enter(client, password="wrong").status_code == 422
    refused = enter(client)
    assert refused.status_code == 429
    assert "15\u00a0min" in refused.text
    clock.shift(timedelta(minutes=15))
    assert enter(client).status_code == 302


@pytest.mark.usefixtures("camille")
def test_a_right_password_forgets_the_wrong_ones(client: FlaskClient) -> None:
    for _round in range(2):
        for _try in range(6):
            enter(client, password="wrong")
        assert enter(client).status_code == 302
        client.post("/admin/sign-out")


@pytest.mark.usefixtures("camille")
def test_bad_guesses_from_elsewhere_do_not_lock_the_holder_out(client: FlaskClient) -> None:
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    form = {"email": ADDRESS, "password": "wrong"}
    answers = [client.post("/admin/sign-in", data=form, environ_base=elsewhere).status_code for _ in range(11)]
    assert answers[-1] == 429
    assert enter(client).status_code == 302


def test_unknown_accounts_are_throttled_alike(client: FlaskClient) -> None:
    for _try in range(10):
        enter(client, email="nobody@ville.example")
    assert enter(client, email="nobody@ville.example").status_code == 429


@pytest.mark.both
def test_a_throttle_counts_and_begins_anew(app: Flask, clock: time_machine.Traveller) -> None:
    for _try in range(3):
        with transaction():
            actions.throttle("lost:1", 3, timedelta(hours=1), now())
    with pytest.raises(TooMany), transaction():
        actions.throttle("lost:1", 3, timedelta(hours=1), now())
    with transaction():
        actions.throttle("lost:2", 3, timedelta(hours=1), now())
    clock.shift(timedelta(hours=1))
    with transaction():
        actions.throttle("lost:1", 3, timedelta(hours=1), now())
    assert db.session.get_one(Throttle, "lost:1").tries == 1


@pytest.mark.usefixtures("camille")
def test_throttles_hold_no_address(client: FlaskClient) -> None:
    enter(client, password="wrong")
    kept = " ".join(db.session.scalars(select(Throttle.bucket)))
    assert "sign-in-account:" in kept
    assert "camille" not in kept
    assert "127.0.0.1" not in kept


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "unknown"),
        ("a proxy's mistake", "unknown"),
    ],
)
def test_a_network_is_what_one_subscriber_holds(address: str | None, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.usefixtures("camille")
def test_a_form_from_elsewhere_is_refused(client: FlaskClient) -> None:
    forged = client.post("/admin/sign-in", data={"email": ADDRESS, "password": PASSWORD}, forged=True)
    assert forged.status_code == 400
    assert client.get("/admin/me").status_code == 302


@pytest.mark.usefixtures("camille")
def test_refused_and_granted_sign_ins_are_in_the_log_without_addresses(client: FlaskClient) -> None:
    enter(client, password="wrong")
    enter(client, email="nobody@ville.example")
    enter(client)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == [*["account.sign_in_refused"] * 2, "account.signed_in"]
    assert all("@" not in repr(entry.details) for entry in entries)
