"""What holds on every page: reading changes nothing, proxies are believed only when told, headers, errors."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Config
from outreach.accounts.models import Role, Throttle
from outreach.app import create_app
from outreach.database import db, transaction
from tests import people
from tests.conftest import Client
from tests.snapshots import changed, snapshot

READ = [
    "/", "/privacy", "/accessibilite", "/logo", "/robots.txt", "/health/live", "/health/ready", "/metrics",
    "/admin/sign-in", "/admin/me", "/admin/users", "/admin/users/new", "/admin/users/1", "/admin/audit",
    "/admin/settings",
]  # fmt: skip


@pytest.mark.both
def test_reading_changes_nothing(app: Flask, signed_in: Callable[..., FlaskClient], client: FlaskClient) -> None:
    with transaction():
        people.city()
    staff = signed_in()
    before = snapshot(db.engine, {"staff_session": {"last_seen_at"}})
    for path in READ:
        for browser in (staff, client):
            assert browser.get(path).status_code in {200, 302}, path
            assert browser.head(path).status_code in {200, 302}, path
    assert changed(before, snapshot(db.engine, {"staff_session": {"last_seen_at"}})) == []


@pytest.mark.parametrize("query", ["endpoint=x", "_method=POST", "_external=1&_scheme=javascript", "values=1&self=2"])
def test_whatever_the_address_says_the_page_opens_and_leads_nowhere_else(client: FlaskClient, query: str) -> None:
    page = client.get(f"/privacy?{query}")
    assert page.status_code == 200
    assert "javascript:" not in page.text


def test_a_way_back_that_is_no_address_is_passed_over(client: FlaskClient) -> None:
    assert client.get("/admin/sign-in?next=http://[").status_code == 200


@pytest.mark.parametrize(("proxies", "buckets"), [(0, 1), (1, 2)])
def test_networks_behind_a_proxy_are_told_apart_only_when_it_is_trusted(
    config: Config, app: Flask, proxies: int, buckets: int
) -> None:
    behind = create_app(replace(config, trusted_proxies=proxies))
    behind.test_client_class = Client
    client = behind.test_client()
    for address in ("192.0.2.1", "192.0.2.2"):
        client.post("/admin/sign-in", data={"email": "a@b.test"}, headers={"X-Forwarded-For": address})
    networks = [name for name in db.session.scalars(select(Throttle.bucket)) if name.startswith("sign-in-network")]
    assert len(networks) == buckets


def test_pages_of_the_office_are_kept_by_nobody_and_framed_by_nobody(signed_in: Callable[..., FlaskClient]) -> None:
    headers = signed_in(Role.READ).get("/admin/me").headers
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_refused_leads_back_to_where_it_was(signed_in: Callable[..., FlaskClient]) -> None:
    staff = signed_in(Role.ADMINISTER)
    here = "https://invitations.ville.example/admin/me"
    page = staff.post("/admin/me/sessions/999/end", headers={"Referer": here})
    assert page.status_code == 404
    assert 'href="/admin/me"' in page.text.partition("<main")[2]
