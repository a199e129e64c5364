"""The engine is killed between two offers of the waiting lists: the next goes on, and asks nobody twice."""

import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from config import Config
from outreach.database import db, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.events.models import Session
from outreach.invitations.queries import get_by_key
from outreach.rsvp.waiting.jobs import move_waiting_lists
from outreach.rsvp.waiting.models import PlaceState
from tests.rsvp.guests import Guest, taken
from tests.rsvp.test_waiting import Hall, state
from tests.server import ROOT


def offered() -> list[int]:
    """The invitations to which seats were offered, in order."""
    db.session.rollback()
    written = select(Notice.invitation_id).where(Notice.purpose == NoticePurpose.SEAT_OFFER).order_by(Notice.id)
    found = list(db.session.scalars(written))
    db.session.rollback()
    return found


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_a_kill_between_two_offers_loses_none_and_doubles_none(config: Config) -> None:
    hall = Hall()
    rooms = hall.seated.workshops[:2]
    people: list[Guest] = []
    for room in rooms:
        hall.room = room
        hall.limit(1)
        if room != rooms[0]:
            hall.waits()  # and has the one seat
        people.append(hall.waits())
    db.session.rollback()
    with transaction():
        for room in rooms:
            db.session.get_one(Session, room).capacity = 2
    numbers = [get_by_key(one.key).id for one in people]
    db.session.rollback()
    killed = subprocess.run(
        [sys.executable, "-m", "tests.rsvp.mover"], cwd=ROOT, env=config.environment(), capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert offered() == numbers[:1]
    assert [state(one) for one in people] == [PlaceState.OFFERED, PlaceState.WAITING]
    db.session.rollback()
    assert move_waiting_lists() == 1
    assert move_waiting_lists() == 0
    assert offered() == numbers
    assert [state(one) for one in people] == [PlaceState.OFFERED, PlaceState.OFFERED]
    assert [taken(room) for room in rooms] == [2, 2]
