"""Each token opens its own door and no other."""

import hashlib
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from outreach.errors import BadLink
from outreach.links import Keyring, Purpose, links
from tests.people import world
from tests.routes import doors
from tests.snapshots import changed, snapshot

DOORS = frozenset(Purpose)
"""What tokens open."""
SILENT = frozenset({Purpose.OPEN})
"""Doors that answer the same to every token, and do nothing for a wrong one."""
SHUT: dict[str, str] = {}
"""Doors that stay shut in the world of the tests even with the right token, and why."""


def _cut(token: str) -> str:
    return token[:-3]


def _lengthen(token: str) -> str:
    return f"x{token}"


def _swap(token: str) -> str:
    return token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]


def _without_signature(token: str) -> str:
    return token.partition(".")[0]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("asked", Purpose)
@pytest.mark.parametrize("signed", Purpose)
def test_a_token_is_read_for_its_own_purpose_only(signed: Purpose, asked: Purpose) -> None:
    token = links().sign(signed, "k3y")
    if signed is asked:
        assert links().read(asked, token) == "k3y"
    else:
        with pytest.raises(BadLink):
            links().read(asked, token)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("damage", [_cut, _lengthen, _swap, _without_signature])
def test_a_damaged_token_opens_nothing(damage: Callable[[str], str]) -> None:
    with pytest.raises(BadLink):
        links().read(Purpose.ANSWER, damage(links().sign(Purpose.ANSWER, "k3y")))


def test_a_token_signed_with_an_older_key_still_opens(app: Flask) -> None:
    keyring = type(links())(("a key for tests: old",), "another", "https://invitations.ville.example")
    assert links().read(Purpose.ANSWER, keyring.sign(Purpose.ANSWER, "k3y")) == "k3y"
    assert "a key for tests: old" in app.config["SECRET_KEY_FALLBACKS"]


def test_the_doors_are_these() -> None:
    assert {route.purpose for route in doors()} == DOORS


@pytest.mark.both
def test_only_the_right_token_opens_a_door(client: FlaskClient, database_url: str) -> None:
    one = world()
    before = snapshot(database_url)
    wrong: list[str] = []
    for route in doors():
        for purpose in Purpose:
            if purpose is route.purpose:
                continue
            for method in sorted(route.methods - {"OPTIONS"}):
                answer = client.open(route.path(one, token=links().sign(purpose, route.key(one))), method=method)
                if answer.status_code != (200 if route.purpose in SILENT else 404):
                    wrong.append(f"{method} {route.rule} answers {answer.status_code} to a token for {purpose.name}")
    assert wrong == []
    assert changed(before, snapshot(database_url)) == []


def test_the_right_token_opens_its_door(client: FlaskClient) -> None:
    one = world()
    for route in doors():
        if "GET" in route.methods and route.rule not in SHUT:
            assert client.get(route.path(one)).status_code == 200, route.rule


@pytest.mark.parametrize(("form", "key"), [("answer", "a" * 20), ("register", ""), ("été", "a.b")])
def test_the_mark_of_a_form_is_what_itsdangerous_signs_with_the_newest_key(form: str, key: str) -> None:
    keys = Keyring(("an old key", "the newest key"), "another key", "http://127.0.0.1")
    signer = TimestampSigner("the newest key", "outreach.form", key_derivation="hmac", digest_method=hashlib.sha256)
    mark = keys.make_nonce(form, key)
    value, made_at = signer.unsign(mark, return_timestamp=True)
    assert (value.decode(), made_at) == (f"{form}:{key}", keys.read_nonce(form, key, mark).made_at)
