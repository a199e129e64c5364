"""A relay that lets its words drip is waited for no longer than one that says nothing."""

import contextlib
import socket
import ssl
import threading

import pytest

from outreach.delivery.states import Failure, Outcome, Phase
from outreach.delivery.wire.opening import Opened, Timeouts, Unavailable, open_connection
from outreach.delivery.wire.replies import Extensions
from outreach.delivery.wire.route import parse_route
from outreach.delivery.wire.smtp import Connection, Envelope

PATIENCE = Timeouts(command=60, after_dot=600)


def test_patience_with_a_command_ends_though_its_answer_has_begun() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    connection = Connection(Opened(ours, Extensions()), PATIENCE, 0)
    connection.push(Envelope(1, "b@rebond.test", "ada@association.test", b"Bonjour\r\n"), 0)
    for instant in range(10, 60, 10):
        theirs.sendall(b"250-a moment\r\n")
        connection.read(instant)
        connection.check(instant)
        assert not connection.closed
    connection.check(60)
    assert connection.outcomes == [Outcome(1, Phase.MAIL, Failure.TIMEOUT)]
    theirs.close()


def test_patience_begins_anew_with_each_whole_answer() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    connection = Connection(Opened(ours, Extensions(pipelining=True)), PATIENCE, 0)
    connection.push(Envelope(1, "b@rebond.test", "ada@association.test", b"Bonjour\r\n"), 0)
    theirs.sendall(b"250 2.1.0 Ok\r\n")
    connection.read(50)
    connection.check(100)
    assert not connection.closed
    connection.close()
    theirs.close()


def test_a_greeting_that_drips_makes_the_relay_unavailable() -> None:
    over = threading.Event()

    def drip(door: socket.socket) -> None:
        guest, _ = door.accept()
        with guest, contextlib.suppress(OSError):  # until the guest has left
            while not over.wait(0.05):
                guest.sendall(b"220-a moment\r\n")

    with socket.create_server(("127.0.0.1", 0)) as door:
        relay = threading.Thread(target=drip, args=(door,))
        relay.start()
        route = parse_route(f"smtp://127.0.0.1:{door.getsockname()[1]}", loopback_only=True)
        try:
            with pytest.raises(Unavailable) as ended:
                open_connection(route, Timeouts(command=0.5), ssl.create_default_context(), "here.test")
        finally:
            over.set()
            relay.join()
    assert (ended.value.phase, ended.value.answer) == (Phase.CONNECT, Failure.TIMEOUT)
