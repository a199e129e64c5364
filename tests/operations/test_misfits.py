"""Numbers that no column holds, NULs and dates beyond time are somebody's mistake or game: never a fault of ours."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.database import db
from tests.people import world
from tests.routes import routes
from tests.snapshots import changed, snapshot

HUGE = 2**63
NUMBERED = ("_id", "number")
SEEN = {"staff_session": {"last_seen_at"}}


@pytest.mark.both
def test_an_address_with_a_number_beyond_all_numbers_leads_nowhere(
    app: Flask, signed_in: Callable[..., FlaskClient]
) -> None:
    one, staff = world(), signed_in()
    before = snapshot(db.engine, SEEN)
    for route in routes():
        for argument in route.arguments:
            if argument.endswith(NUMBERED):
                for method in route.methods - {"OPTIONS"}:
                    answer = staff.open(route.path(one, **{argument: HUGE}), method=method)
                    assert 300 <= answer.status_code < 500, (method, route.rule)
    assert changed(before, snapshot(db.engine, SEEN)) == []


@pytest.mark.both
def test_a_question_with_a_number_beyond_all_numbers_is_answered(
    app: Flask, signed_in: Callable[..., FlaskClient]
) -> None:
    world()
    page = signed_in().get("/admin/audit", query_string={"after": HUGE})
    assert page.status_code == 404
    assert "<h1" in page.text


@pytest.mark.both
def test_a_form_with_a_nul_is_not_read(app: Flask, client: FlaskClient, database_kind: str) -> None:
    for email in ("a\0@b.test", "\0"):
        assert client.post("/admin/sign-in", data={"email": email, "password": "x"}).status_code == 400
    assert client.get("/?q=%00").status_code == 400


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/admin/campaigns/1/calendar", "batch_size", "9" * 5000),
        ("/admin/campaigns/1/calendar", "starts_at", "0001-01-01"),
        ("/admin/settings", "retention_months", "9" * 5000),
        ("/admin/events/new", "timezone", "x" * 5000),
        ("/admin/events/new", "companions_max", "9" * 5000),
        ("/admin/events/new", "first_day", "0001-01-01"),
    ],
)
def test_a_field_beyond_reason_is_refused_beside_it(
    signed_in: Callable[..., FlaskClient], path: str, field: str, value: str
) -> None:
    world()
    page = signed_in().post(path, data={field: value})
    assert page.status_code in {400, 422}
    assert "<form" in page.text
