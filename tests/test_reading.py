"""GET and HEAD change nothing, on any route; and every response carries its security headers."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import World, world
from tests.routes import Route, pages
from tests.snapshots import changed, snapshot

SEEN = {"staff_session": {"last_seen_at"}}
COUNTED = frozenset({"/o/"})
"""Where a GET may change a row: the open counter. The other exception is a session's last-seen."""
EMPTY = {
    "/admin/contacts/imports/<int:import_id>/refused.csv": "no row of the file was refused",
    "/<any(i, a, s, k, u, I, A, S, K, U):door>/": "nothing is left of the token: says so, and leads to a new link",
}
"""Routes that have nothing to show in the world of the tests, and why."""

SignIn = Callable[..., FlaskClient]


def _visit(client: FlaskClient, browser: FlaskClient, one: World, method: str) -> Iterator[tuple[Route, TestResponse]]:
    for route in pages():
        visitor = client if route.access is not None and route.access.why_open else browser
        yield route, visitor.open(route.path(one), method=method)


@pytest.mark.both
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_no_row(client: FlaskClient, signed_in: SignIn, database_url: str, method: str) -> None:
    one, browser = world(), signed_in()
    wrong: list[str] = []
    before = snapshot(database_url, SEEN)
    for route, response in _visit(client, browser, one, method):
        after = snapshot(database_url, SEEN)
        counted = any(route.rule.startswith(path) for path in COUNTED) and method == "GET"
        if changed(before, after) and not counted:
            wrong.append(f"{method} {route.rule} changes {changed(before, after)}")
        if response.status_code >= 400 and route.rule not in EMPTY:
            wrong.append(f"{method} {route.rule} answers {response.status_code}")
        before = after
    assert wrong == []


def test_every_response_carries_its_security_headers(client: FlaskClient, signed_in: SignIn) -> None:
    one, browser = world(), signed_in()
    for route, response in _visit(client, browser, one, "GET"):
        _assert_secure(response, route.rule)
    for path in ("/nothing-here", "/admin/nothing-here", "/i/cut"):
        _assert_secure(client.get(path), path)
        _assert_secure(client.post(path), path)


def test_static_files_are_not_guessed_at_and_kept_long(client: FlaskClient) -> None:
    answer = client.get("/static/css/tokens.css")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_recipients_page_runs_no_script(client: FlaskClient) -> None:
    assert "script-src 'none'" in client.get("/nothing-here").headers["Content-Security-Policy"]


def test_pages_in_the_tests_exist() -> None:
    assert set(EMPTY) <= {route.rule for route in pages()}


def test_errors_speak_both_languages(client: FlaskClient) -> None:
    for language, word in (("fr", "Il n’y a pas de page"), ("en", "There is no page")):
        answer = client.get("/nothing-here", headers={"Accept-Language": language})
        assert answer.status_code == 404
        assert word in answer.text
        assert f'<html lang="{language}"' in answer.text


def _assert_secure(response: TestResponse, where: str) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, where
    assert "unsafe-eval" not in policy, where
    assert "unsafe-inline" not in policy or "sandbox" in policy, where
    assert "frame-ancestors" in policy or policy.endswith("sandbox"), where
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}, where
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert "camera=()" in headers["Permissions-Policy"], where
    assert headers["Strict-Transport-Security"].startswith("max-age="), where
    assert "Cache-Control" in headers, where
    for cookie in headers.getlist("Set-Cookie"):
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}, where
