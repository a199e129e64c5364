"""What people need in order to take part: each by their own consent, for one role, gone when it is taken back."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import Role
from outreach.database import db
from outreach.links import Purpose
from outreach.rsvp.models import AccessNeeds, Participant
from outreach.rsvp.needs import Need
from tests.rsvp.guests import Guest, ada

SignIn = Callable[..., FlaskClient]
HERS = {"need-0": ["captions"], "consent-0": "1"}
HIS = {"name-1": "Luc Roy", "need-1": ["easy_read", "guide"], "meal-1": "sans gluten", "note-1": "ma canne"}


def _kept() -> dict[str, tuple[list[str], str, str]]:
    db.session.rollback()
    rows = db.session.execute(select(Participant.name, AccessNeeds).join(AccessNeeds.__table__))
    return {name: (needs.needs, needs.meal, needs.note) for name, needs in rows}


def _changes(one: Guest, client: FlaskClient, **fields: object) -> int:
    form = one.coming(**{"nonce": one.form("change")["nonce"], **fields})
    return one.sends(client, form, Purpose.ANSWER).status_code


@pytest.mark.both
def test_each_person_has_needs_of_their_own_by_a_consent_of_their_own(client: FlaskClient) -> None:
    one = ada()
    assert one.sends(client, one.coming(**HERS, **HIS, **{"consent-1": "1"})).status_code == 303
    assert _kept() == {
        "Ada Lefèvre": (["captions"], "", ""),
        "Luc Roy": (["guide", "easy_read"], "sans gluten", "ma canne"),
    }


def test_nobody_consents_for_somebody_else(client: FlaskClient) -> None:
    one = ada()
    page = one.sends(client, one.coming(**HERS, **HIS))
    assert page.status_code == 422
    assert 'href="#f-consent-1"' in page.text
    assert 'href="#f-consent-0"' not in page.text
    for words in ("sans gluten", "ma canne", "Luc Roy"):
        assert words in page.text
    assert _kept() == {}


def test_no_box_is_ticked_beforehand(client: FlaskClient) -> None:
    page = client.get(ada().url(Purpose.INVITATION)).text
    boxes = [part.partition(">")[0] for part in page.split("<input")[1:]]
    consents = [box for box in boxes if 'name="consent-' in box]
    assert len(consents) == 5
    assert not [box for box in consents if "checked" in box]
    assert {need.value for need in Need} == {
        box.split('value="')[1].partition('"')[0] for box in boxes if 'name="need-0"' in box
    }


def test_a_consent_is_taken_back_by_unticking_its_box_whatever_the_form_still_holds(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming(**HERS, **HIS, **{"consent-1": "1"}))
    page = client.get(one.url(Purpose.ANSWER)).text
    assert 'name="agreed-0" value="1"' in page
    assert 'name="agreed-1" value="1"' in page
    still = {"need-0": ["captions"], "agreed-0": "1", "agreed-1": "1", "consent-1": "1"}
    assert _changes(one, client, **still, **HIS) == 303
    assert list(_kept()) == ["Luc Roy"]
    assert "Sous-titrage" not in client.get(one.url(Purpose.ANSWER)).text.partition("<form")[0]


def test_the_file_of_needs_opens_to_those_who_see_answers_and_to_nobody_else(signed_in: SignIn) -> None:
    one = ada()
    for role in Role:
        answer = signed_in(role).get(f"/admin/answers/needs.csv?event={one.event}")
        assert answer.status_code == (200 if role is Role.READ else 403), role
