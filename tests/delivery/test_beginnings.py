"""A batch that begins is in the journal before any of it leaves."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from outreach.database import now
from outreach.delivery.service import sender
from outreach.journal.entries import Begun
from outreach.journal.files import journal
from tests.delivery.campaigns import launched, state
from tests.relay import Relay

pytestmark = pytest.mark.both


def begun() -> list[tuple[int, int]]:
    return [(entry.campaign, entry.batch) for entry in journal().read() if isinstance(entry, Begun)]


def test_each_batch_is_written_once_when_it_begins(app: Flask, relay: Relay) -> None:
    number = launched(batch_size=3)
    assert begun() == []
    with sender() as post:
        post.send_due()
        first = begun()
        assert [campaign for campaign, _batch in first] == [number]
        with time_machine.travel(now() + timedelta(minutes=11)):
            post.send_due()
            post.send_due()
    assert len(relay.received) == 5
    assert len(begun()) == len(set(begun())) == 2
    assert begun()[:1] == first


def test_nothing_leaves_while_the_journal_cannot_be_written(app: Flask, relay: Relay) -> None:
    number = launched()
    journal().path.unlink(missing_ok=True)
    journal().path.mkdir()
    with sender() as post, pytest.raises(Exception, match="nothing leaves until it can"):
        post.send_due()
    assert relay.received == []
    journal().path.rmdir()
    with sender() as post:
        post.send_due()
    assert len(relay.received) == 3
    assert state(number) == "running"
