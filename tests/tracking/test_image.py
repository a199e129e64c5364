"""The image of a message: always the same, and a counter that names nobody."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from outreach.database import db, now, transaction
from outreach.institution.models import Institution, MeasuringMode
from outreach.links import Purpose, links
from outreach.tracking.actions import count_display
from outreach.tracking.models import DisplayCount, Reader
from tests.people import World, world
from tests.tracking.test_machines import IPHONE


def _url(campaign: int, language: str = "fr") -> str:
    return f"/o/{links().sign(Purpose.OPEN, f'{campaign}-{language}')}.gif"


def _counts() -> dict[tuple[int, str, Reader], int]:
    db.session.rollback()
    rows = db.session.scalars(select(DisplayCount))
    return {(row.campaign_id, row.language, row.reader): row.count for row in rows}


def _look(client: FlaskClient, url: str, method: str = "GET", agent: str = IPHONE) -> None:
    answer = client.open(url, method=method, headers={"User-Agent": agent})
    assert answer.status_code == 200
    assert answer.mimetype == "image/gif"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    if method == "GET":
        assert len(answer.data) == 43
        assert answer.data.startswith(b"GIF89a")


@pytest.mark.both
def test_displays_are_counted_by_campaign_language_and_reader(client: FlaskClient) -> None:
    one = world()
    for language in ("fr", "fr", "both"):
        _look(client, _url(one.campaign, language))
    _look(client, _url(one.campaign), agent="Mozilla/5.0")
    assert _counts() == {
        (one.campaign, "fr", Reader.PERSON): 2,
        (one.campaign, "both", Reader.PERSON): 1,
        (one.campaign, "fr", Reader.MACHINE): 1,
    }


def test_the_image_is_the_same_while_the_database_is_locked(app: Flask, client: FlaskClient) -> None:
    one = world()
    db.engine.dispose()
    event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=0"))
    with sqlite3.connect(str(db.engine.url.database), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        _look(client, _url(one.campaign))
        other.execute("ROLLBACK")
    assert _counts() == {}


def test_head_counts_nothing(client: FlaskClient) -> None:
    one = world()
    _look(client, _url(one.campaign), "HEAD")
    assert _counts() == {}


def test_a_strange_link_gives_the_same_image(client: FlaskClient) -> None:
    one = world()
    for url in ("/o/x.gif", _url(999_999), f"/o/{links().sign(Purpose.OPEN, 'x-fr')}.gif", f"/o/{one.key}.gif"):
        _look(client, url)
    assert _counts() == {}


def test_nothing_is_counted_where_the_institution_measures_nothing(client: FlaskClient) -> None:
    one = world()
    with transaction():
        db.session.get_one(Institution, 1).measuring = MeasuringMode.OFF
    _look(client, _url(one.campaign))
    assert _counts() == {}


@pytest.mark.both
def test_two_at_once_are_two(app: Flask) -> None:
    one: World = world()
    day = now().date()

    def look(_number: int) -> None:
        with app.app_context(), transaction():
            count_display(one.campaign, "fr", day, Reader.PERSON)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(look, range(24)))
    assert _counts() == {(one.campaign, "fr", Reader.PERSON): 24}
