"""Whoever waits to write has a turn: in the order in which they came, and not for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from outreach.accounts.models import Throttle
from outreach.database import db, is_busy, now, transaction
from outreach.turns import Turns

MANY = 40


def _await_line(turns: Turns, length: int) -> None:
    while len(turns) < length:
        threading.Event().wait(0.001)


def test_each_has_its_turn_in_the_order_in_which_they_came() -> None:
    turns, order = Turns(60), list[int]()

    def wait(number: int) -> None:
        with turns.turn():
            order.append(number)

    with ThreadPoolExecutor(MANY) as crowd, turns.turn():
        waiting = []
        for number in range(MANY):
            waiting.append(crowd.submit(wait, number))
            _await_line(turns, number + 1)
        assert order == []
    for one in waiting:
        one.result()
    assert order == list(range(MANY))


def test_a_turn_that_does_not_come_is_given_up_as_busy_and_the_others_go_on() -> None:
    turns = Turns(0.01)
    with turns.turn(), pytest.raises(OperationalError) as said, turns.turn():
        pass
    assert is_busy(said.value)
    with turns.turn():
        assert len(turns) == 0


def test_a_fault_ends_the_turn() -> None:
    turns, again = Turns(0.01), list[str]()
    with pytest.raises(ValueError, match="of its own"), turns.turn():
        raise ValueError("of its own")
    with turns.turn():
        again.append("came")
    assert again == ["came"]


def test_two_turns_never_overlap() -> None:
    turns, inside, most = Turns(60), list[int](), list[int]()

    def enter(number: int) -> None:
        for _time in range(20):
            with turns.turn():
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(enter, range(8)))
    assert set(most) == {1}
    assert len(most) == 8 * 20


def test_whoever_writes_waits_for_the_one_before_and_loses_nothing(app: Flask) -> None:
    def count(number: int) -> None:
        with app.app_context(), transaction() as session:
            session.add(Throttle(bucket=f"{number}", tries=1, started_at=now()))

    with ThreadPoolExecutor(MANY) as crowd:
        list(crowd.map(count, range(MANY)))
    assert db.session.query(Throttle).count() == MANY
