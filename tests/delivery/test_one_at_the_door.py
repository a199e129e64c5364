"""However many senders there are, a password or a certificate that is refused is tried a few times in all."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from outreach.database import db, transaction
from outreach.delivery import brake, figures
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.faults import crowd
from tests.faults.judge import judge
from tests.relay import Relay

pytestmark = pytest.mark.both

PLANNED = 1200
SENDERS = 4


def at_once(app: Flask, work: Callable[[Sender], object]) -> None:
    """Four senders begin at the same moment."""
    together = threading.Barrier(SENDERS)

    def begin() -> None:
        with app.app_context(), sender() as post:
            together.wait()
            work(post)

    threads = [threading.Thread(target=begin) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def attempts(relay: Relay) -> int:
    return sum(line.startswith("AUTH") for line in relay.commands)


def three_times(post: Sender) -> None:
    """What an engine does, tick after tick."""
    for _ in range(3):
        post.send_due()


def test_a_wrong_password_is_tried_three_times_at_most_and_put_right(app: Flask, relay: Relay) -> None:
    campaign = crowd.launched(PLANNED)
    relay.users, relay.delay = {"ville": "juste"}, 0.05
    app.config["SMTP_URL"] = f"smtp://ville:faux@127.0.0.1:{relay.port}"
    at_once(app, three_times)
    assert relay.received == relay.dropped == []
    assert 1 <= attempts(relay) <= 3
    standstill = brake.standstill()
    assert standstill is not None
    assert "535" in standstill.reason
    assert dict(figures.counts(campaign)) == {MessageState.QUEUED: PLANNED}
    db.session.rollback()
    app.config["SMTP_URL"] = f"smtp://ville:juste@127.0.0.1:{relay.port}"
    relay.delay = 0
    with transaction():
        brake.let_go()
    at_once(app, lambda post: post.send_due())
    found = judge(campaign, relay, PLANNED)
    assert (found.states, found.twice, found.wrong) == ({MessageState.SENT: PLANNED}, 0, [])


def test_a_password_changed_while_a_sender_is_connected_is_not_tried_once_for_each_further_connection(
    app: Flask, relay: Relay
) -> None:
    app.config["CONNECTIONS"] = 20
    app.config["SMTP_URL"] = f"smtp://ville:juste@127.0.0.1:{relay.port}"
    relay.users, relay.limit, relay.delay = {"ville": "juste"}, 2, 0.01
    campaign = crowd.launched(PLANNED)
    changed: list[int] = []

    def change(step: str, _to: str | None, _count: int) -> None:
        if step == "mail" and not changed and len(relay.received) >= 100:
            relay.users, relay.limit = {"ville": "neuf"}, None
            changed.append(sum(line.startswith("AUTH") for line in list(relay.commands)))

    with sender() as post:
        relay.script = change
        post.send_due()
    found = judge(campaign, relay, PLANNED)
    assert not found.wrong
    assert set(found.states) == {MessageState.SENT, MessageState.QUEUED}
    assert attempts(relay) - changed[0] <= 3
    standstill = brake.standstill()
    assert standstill is not None
    assert "535" in standstill.reason
