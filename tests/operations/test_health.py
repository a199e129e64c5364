"""What machines ask: alive, ready, numbers."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from config import Config
from outreach.app import create_app
from outreach.campaigns.models import Batch, Campaign, CampaignState
from outreach.dashboard import health_queries
from outreach.database import db, now, transaction
from outreach.delivery import brake
from outreach.delivery.models import CampaignFigure, Message
from outreach.delivery.states import MessageState
from outreach.presence import only_engine
from tests import people


def test_alive_asks_nothing_of_the_database(client: FlaskClient, data_dir: Path) -> None:
    (data_dir / "outreach.db").unlink()
    assert client.get("/health/live").text == "ok\n"


@pytest.mark.both
def test_ready_when_the_database_is_at_the_newest_revision(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json == {"ready": True, "database": "ok", "migrations": "ok", "engine": "unknown"}


@pytest.mark.both
def test_not_ready_while_the_database_is_behind(app: Flask, client: FlaskClient) -> None:
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert client.get("/health/ready").status_code == 503
    with transaction() as session:
        session.execute(text("DROP TABLE alembic_version"))
    answer = client.get("/health/ready")
    assert answer.json == {"ready": False, "database": "ok", "migrations": "behind", "engine": "unknown"}


def test_not_ready_without_its_database(config: Config) -> None:
    away = create_app(replace(config, database_url="sqlite:////nowhere/at/all.db", extra={}))
    answer = away.test_client().get("/health/ready")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "unreachable"
    page = away.test_client().get("/?lang=en")
    assert page.status_code == 500
    assert "Something went wrong" in page.text


def test_the_engine_is_reported_while_it_lives(client: FlaskClient, data_dir: Path) -> None:
    with only_engine(data_dir):
        assert client.get("/health/ready").json["engine"] == "running"  # type: ignore[index]
    assert client.get("/health/ready").json["engine"] == "stopped"  # type: ignore[index]


def test_requests_are_counted_by_route_and_never_by_address(client: FlaskClient) -> None:
    client.get("/privacy?who=ada")
    client.get("/privacy")
    client.get("/nowhere/ada@association.test")
    page = client.get("/metrics").text
    assert 'outreach_requests_total{method="GET",route="/privacy",status="200"} 2.0' in page
    assert 'outreach_requests_total{method="GET",route="none",status="404"} 1.0' in page
    assert "ada" not in page


@pytest.mark.both
def test_messages_are_counted_from_the_kept_figures(app: Flask, client: FlaskClient) -> None:
    world = people.world()
    with transaction():
        db.session.query(CampaignFigure).delete()
        for writer, count in (("one", 40), ("two", 2)):
            figure = CampaignFigure(campaign_id=world.campaign, state=MessageState.SENT, writer=writer, count=count)
            db.session.add(figure)
        brake.pull(now(), "a trial")
    page = client.get("/metrics").text
    assert 'outreach_messages{state="sent"} 42.0' in page
    assert 'outreach_messages{state="in_doubt"} 0.0' in page
    assert "outreach_brake 1.0" in page


@pytest.mark.both
def test_the_queue_ages_only_while_its_campaign_runs(app: Flask) -> None:
    world = people.world()
    late = now() - timedelta(minutes=5)
    with transaction():
        db.session.execute(update(Batch).values(due_at=late))
        db.session.execute(update(Message).values(state=MessageState.QUEUED, due_at=late))
        db.session.execute(update(Campaign).values(state=CampaignState.RUNNING))
    at = now()
    assert health_queries.load(at).queue_age == pytest.approx((at - late).total_seconds())
    db.session.rollback()
    with transaction():
        db.session.execute(update(Campaign).where(Campaign.id == world.campaign).values(state=CampaignState.PAUSED))
    assert health_queries.load(at).queue_age == 0


def test_metrics_may_ask_for_a_token(config: Config) -> None:
    client = create_app(replace(config, metrics_token="a token")).test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer a token"}).status_code == 200
