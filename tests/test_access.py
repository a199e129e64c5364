"""Who may use what: every route says it, and holds to it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from tests.people import world
from tests.routes import routes, staff_routes
from tests.snapshots import changed, snapshot

SIGN_IN = frozenset({"accounts.sign_in", "accounts.enter"})
OPEN = SIGN_IN | {
    "forwarding.ask_to_confirm",
    "forwarding.card",
    "forwarding.confirm",
    "forwarding.draft",
    "forwarding.kit",
    "forwarding.landing",
    "forwarding.name_me",
    "forwarding.poster",
    "forwarding.preview",
    "forwarding.qr",
    "forwarding.register",
    "health.live",
    "health.metrics",
    "health.ready",
    "invitations.stop",
    "invitations.stop_now",
    "invitations.why",
    "public.accessibility",
    "public.home",
    "public.logo",
    "public.privacy",
    "public.robots",
    "rsvp.answer",
    "rsvp.answer_first",
    "rsvp.calendar",
    "rsvp.change",
    "rsvp.choose",
    "rsvp.cut",
    "rsvp.entry_pass",
    "rsvp.first_calendar",
    "rsvp.invitation",
    "rsvp.lost",
    "rsvp.mended",
    "rsvp.seats",
    "rsvp.send_lost",
    "rsvp.thanks",
    "tracking.opened",
}
"""The endpoints that anybody may use. Adding one here is a decision."""

SignIn = Callable[..., FlaskClient]


def test_every_route_says_who_may_use_it() -> None:
    assert [route.rule for route in routes() if route.access is None] == []


def test_the_open_routes_are_these() -> None:
    assert {route.endpoint for route in routes() if route.access and route.access.why_open} == OPEN


def test_what_is_open_is_outside_the_office() -> None:
    inside = {route.endpoint for route in routes() if route.rule.startswith("/admin")}
    assert inside & OPEN == SIGN_IN
    assert {route.endpoint for route in staff_routes()} == inside - OPEN


def test_nobody_gets_into_the_office_without_signing_in(client: FlaskClient, database_url: str) -> None:
    one = world()
    before = snapshot(database_url)
    for route in staff_routes():
        for method in sorted(route.methods - {"OPTIONS"}):
            answer = client.open(route.path(one), method=method)
            assert answer.status_code == 302, (method, route.rule)
            assert answer.location.startswith("/admin/"), route.rule
    assert changed(before, snapshot(database_url)) == []


def test_a_role_opens_its_own_routes_only(signed_in: SignIn, database_url: str) -> None:
    one = world()
    browsers = {role: signed_in(role) for role in Role}
    before = snapshot(database_url)
    for route in staff_routes():
        assert route.access is not None
        for role in set(Role) - (route.access.roles or set(Role)):
            for method in sorted(route.methods - {"OPTIONS"}):
                answer = browsers[role].open(route.path(one), method=method)
                assert answer.status_code == 403, (role, method, route.rule)
    assert changed(before, snapshot(database_url)) == []


def test_a_form_of_the_office_from_elsewhere_is_refused(signed_in: SignIn, database_url: str) -> None:
    one = world()
    browser = signed_in()
    before = snapshot(database_url)
    for route in staff_routes():
        for method in route.writes:
            answer = browser.open(route.path(one), method=method, forged=True)
            assert answer.status_code == 400, (method, route.rule)
    assert changed(before, snapshot(database_url)) == []


@pytest.mark.usefixtures("database_url")
def test_a_session_that_is_over_opens_nothing(client: FlaskClient) -> None:
    client.set_cookie("__Host-staff", "a token that nobody has")
    one = world()
    for route in staff_routes():
        if "GET" in route.methods:
            assert client.get(route.path(one)).status_code == 302, route.rule
