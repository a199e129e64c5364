"""« Votre réponse est enregistrée » is said when it is, and then only."""

from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from time_machine import Traveller

from outreach.invitations.models import Reply
from outreach.links import Purpose
from tests.rsvp.guests import Guest, ada
from tests.rsvp.test_answer_page import _nonce

SAVED, UNDONE = "Votre réponse est enregistrée.", "Votre réponse est annulée"


def changed(client: FlaskClient) -> tuple[Guest, str]:
    """Ada, who has changed her answer, and the address where that leads."""
    one = ada()
    one.sends(client, one.coming())
    said = one.sends(client, one.form("change", reply="excused"), Purpose.ANSWER)
    assert said.status_code == 303
    return one, said.location


def test_a_change_that_is_kept_says_so(client: FlaskClient) -> None:
    _one, there = changed(client)
    assert SAVED in unescape(client.get(there).text)


@pytest.mark.parametrize(
    "fields", [{"reply": "yes", "name-0": "Ada", "session-0": []}, {"reply": "yes", "nonce": ""}, {"speak": "en"}]
)
def test_a_change_that_is_not_kept_says_nothing_of_the_kind(client: FlaskClient, fields: dict[str, object]) -> None:
    one, there = changed(client)
    page = client.post(there, data={**one.form("change", reply="no"), **fields}, forged=True)
    assert page.status_code in {200, 422}
    assert SAVED not in unescape(page.text)
    assert one.invitation().reply is Reply.EXCUSED


@pytest.mark.parametrize("left_open", [timedelta(days=3), None])
def test_an_answer_is_taken_back_from_an_old_page_after_one_more_press(
    client: FlaskClient, clock: Traveller, left_open: timedelta | None
) -> None:
    one, there = changed(client)
    form = one.form("undo", undo="1")
    if left_open is None:
        form["nonce"] = ""
    else:
        clock.shift(left_open)
    page = client.post(there, data=form, forged=True)
    assert SAVED not in unescape(page.text)
    assert "Veuillez confirmer" in page.text
    assert one.invitation().reply is Reply.EXCUSED
    again = client.post(there, data={**form, "nonce": _nonce(page.text)}, forged=True)
    assert one.invitation().reply is None
    assert UNDONE in unescape(client.get(again.location).text)


def test_what_does_not_hold_any_more_is_not_said_again(client: FlaskClient) -> None:
    one, there = changed(client)
    undone = one.sends(client, one.form("undo", undo="1"), Purpose.ANSWER).location
    assert SAVED not in unescape(client.get(there).text)
    one.sends(client, one.form("change", reply="no"), Purpose.ANSWER)
    assert UNDONE not in unescape(client.get(undone).text)
