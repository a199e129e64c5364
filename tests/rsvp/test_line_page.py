"""The organiser sees the waiting lists and says who goes first."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.contacts.kinds import Kind
from outreach.rsvp.waiting.models import PlaceState
from outreach.rsvp.waiting.queries import ranks
from tests.rsvp.test_waiting import Hall, state, tick

Browser = Callable[..., FlaskClient]


@pytest.mark.usefixtures("clock")
def test_the_organiser_sees_seats_taken_offered_and_waited_for(signed_in: Browser) -> None:
    hall = Hall(seats=3)
    waiting = [hall.waits() for _ in range(2)]
    hall.answer(hall.seated, companions=1)
    tick()
    browser = signed_in(Role.READ)
    page = browser.get(f"/admin/events/{hall.event_id}/waiting").text
    row = page[page.index(f'href="#line-{hall.room}"') :].partition("</tr>")[0]
    figures = [cell.split("<")[0] for cell in row.split('class="num"')[1:]]
    assert [text.split(">")[1] for text in figures] == ["3", "2", "1", "1"]
    assert page.index("proposée jusqu’au") < page.index("en attente<")
    assert [state(one) for one in waiting] == [PlaceState.OFFERED, PlaceState.WAITING]
    programme = browser.get(f"/admin/events/{hall.event_id}").text
    assert f"/admin/events/{hall.event_id}/waiting" in programme
    assert "dont 1 proposée" in programme


@pytest.mark.usefixtures("clock")
def test_the_organiser_lets_a_kind_go_first(signed_in: Browser) -> None:
    hall = Hall()
    hall.waits()
    mayor = hall.waits(kind=Kind.MAYOR)
    browser = signed_in(Role.READ, Role.PREPARE)
    sent = browser.post(f"/admin/events/{hall.event_id}/waiting", data={"rank-mayor": "1", "rank-press": "3"})
    assert sent.status_code == 303
    assert ranks(hall.event_id) == {Kind.MAYOR: 1}
    assert "selected>en premier" in browser.get(f"/admin/events/{hall.event_id}/waiting").text
    hall.frees()
    tick()
    assert state(mayor) is PlaceState.OFFERED


def test_whoever_only_reads_sets_no_order(signed_in: Browser) -> None:
    hall = Hall()
    sent = signed_in(Role.READ).post(f"/admin/events/{hall.event_id}/waiting", data={"rank-mayor": "1"})
    assert sent.status_code == 403
    assert ranks(hall.event_id) == {}
