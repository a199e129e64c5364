"""The page of an invitation is drawn once for many: it says each one's own words, and what is so now."""

import gzip
import re
from collections.abc import Callable

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import create_engine, update
from sqlalchemy import event as listening

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.events.models import Event, EventState, Session
from outreach.institution.models import Accessibility, Institution
from outreach.invitations.models import Invitation, InvitationState
from outreach.invitations.queries import get_by_key
from outreach.invitations.sheet_views import sheets
from outreach.links import Purpose
from tests import people
from tests.rsvp.guests import Guest, ada, guest

_OWN = re.compile(r'nonce="?[^">]+"|nonce-[\w-]+|value="answer:[^"]+"')
"""What no two pages have in common: marks of time and of chance."""


def _event(one: Guest) -> Event:
    return db.session.get_one(Event, one.event)


def _workshop(one: Guest) -> Session:
    return db.session.get_one(Session, one.workshops[0])


def _contact(one: Guest) -> Contact:
    contact = get_by_key(one.key).contact
    assert contact is not None
    return contact


def _house(_one: Guest) -> Institution:
    return db.session.get_one(Institution, 1)


def _page(client: FlaskClient, one: Guest, **query: str) -> str:
    return _OWN.sub("", client.get(one.url(Purpose.INVITATION, **query)).text)


def _drawn_whole(app: Flask, one: Guest, **query: str) -> str:
    """As somebody with a cookie of ours reads it: drawn for them alone."""
    known = app.test_client()
    known.set_cookie(app.config["SESSION_COOKIE_NAME"], "of another visit")
    return _page(known, one, **query)


def test_each_reads_their_own_name(client: FlaskClient) -> None:
    one = ada()
    with transaction():
        other = guest(get_by_key(one.key).event, people.deputy())
    first, second = (client.get(whose.url(Purpose.INVITATION)).text for whose in (one, other))
    assert 'value="Ada Lefèvre"' in first
    assert 'value="Inès Durand"' in second
    assert "Madame la Députée," in second
    assert "Ada" not in second
    assert one.key not in second


def test_a_name_stays_text(client: FlaskClient) -> None:
    with transaction():
        people.city()
        one = guest(people.congress(), people.contact(Kind.MAYOR, "<b>", '"Bêche"', "maire@commune.test"))
    page = client.get(one.url(Purpose.INVITATION)).text
    assert 'value="&lt;b&gt; &#34;Bêche&#34;"' in page
    assert "<b>" not in page


@pytest.mark.both
@pytest.mark.parametrize(
    ("who", "query"),
    [
        (people.ada, {}),
        (people.deputy, {"lang": "en"}),
        (people.mayor, {"reply": "yes"}),
        (people.mep, {"reply": "excused", "lang": "fr"}),
        (people.ccas, {}),
    ],
)
def test_the_sheet_says_what_the_whole_page_says(
    app: Flask, client: FlaskClient, who: Callable[[], Contact], query: dict[str, str]
) -> None:
    with transaction():
        people.city()
        event = people.congress()
        others, one = guest(event, people.contact(Kind.PRESS, "Zoé", "Prim", "zoe@press.test")), guest(event, who())
    for seats in (0, 11, 12):
        with transaction():
            _workshop(one).taken = seats
        _page(client, others, **query)
        assert _page(client, one, **query) == _drawn_whole(app, one, **query)


def _rename(one: Guest) -> None:
    _contact(one).family_name = "Nouveaunom"


def _retitle(one: Guest) -> None:
    _event(one).title = {"fr": "Un autre congrès", "en": "Another congress"}


def _move(one: Guest) -> None:
    _event(one).place = {"fr": "Ailleurs", "en": "Elsewhere"}


def _fill(one: Guest) -> None:
    _workshop(one).taken = 12


def _take_one(one: Guest) -> None:
    _workshop(one).taken += 1


def _other_room(one: Guest) -> None:
    _workshop(one).room = "Salle 4"


def _other_city(one: Guest) -> None:
    _house(one).name = "Ville voisine"


def _compliant(one: Guest) -> None:
    _house(one).accessibility = Accessibility.PARTIAL


def _withdraw(one: Guest) -> None:
    get_by_key(one.key).state = InvitationState.WITHDRAWN


def _cancel(one: Guest) -> None:
    _event(one).state = EventState.CANCELLED


def _close(one: Guest) -> None:
    _event(one).answer_by = now()


def _erase(one: Guest) -> None:
    _contact(one).erased_at = now()


@pytest.mark.both
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_rename, "Nouveaunom"),
        (_retitle, "Another congress"),
        (_move, "Elsewhere"),
        (_fill, "full: choose it to go on the waiting list"),
        (_take_one, "11 seats left"),
        (_other_room, "Salle 4"),
        (_other_city, "Ville voisine"),
        (_compliant, "partially compliant"),
        (_withdraw, "withdrawn"),
        (_cancel, "cancelled"),
        (_close, "closed"),
        (_erase, "erased"),
    ],
)
def test_a_change_shows_in_the_very_next_page(
    app: Flask, client: FlaskClient, change: Callable[[Guest], None], says: str
) -> None:
    one = ada()
    before = _page(client, one, lang="en")
    with transaction():
        change(one)
    after = _page(client, one, lang="en")
    assert says not in before
    assert says in after
    assert after == _drawn_whole(app, one, lang="en")


def test_an_answer_closes_the_page_at_once(client: FlaskClient) -> None:
    one = ada()
    assert 'name="reply"' in _page(client, one)
    assert one.sends(client, one.coming()).status_code == 303
    assert 'name="reply"' not in _page(client, one)


def test_the_invitation_that_was_joined_leads_to_the_other(client: FlaskClient) -> None:
    one = ada()
    with transaction():
        other = guest(_event(one), people.deputy())
    _page(client, one)
    with transaction():
        get_by_key(one.key).joined_to_id = get_by_key(other.key).id
    led = client.get(one.url(Purpose.INVITATION))
    assert led.status_code == 302
    assert other.key in led.headers["Location"]


def test_packed_it_is_the_same(client: FlaskClient) -> None:
    one = ada()
    plain = client.get(one.url(Purpose.INVITATION))
    packed = client.get(one.url(Purpose.INVITATION), headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert _OWN.sub("", gzip.decompress(packed.data).decode()) == _OWN.sub("", plain.text)
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 4
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_who_refuses_gzip_gets_none(client: FlaskClient) -> None:
    page = client.get(ada().url(Purpose.INVITATION), headers={"Accept-Encoding": "gzip;q=0, *"})
    assert "Content-Encoding" not in page.headers
    assert 'value="Ada Lefèvre"' in page.text


@pytest.mark.parametrize("known", ["xx", "de", "zh"])
def test_a_language_that_is_none_of_ours_is_not_spoken(app: Flask, client: FlaskClient, known: str) -> None:
    one = ada()
    with transaction():
        _contact(one).language = known
        get_by_key(one.key).language = None
    for page in (_page(client, one), _drawn_whole(app, one)):
        assert '<html lang="fr"' in page
        assert 'value="Ada Lefèvre"' in page


def test_what_was_full_while_it_was_drawn_is_shown_to_nobody_else(app: Flask, client: FlaskClient) -> None:
    one = ada()
    workshop, beside = one.workshops[0], create_engine(db.engine.url)

    def take(seats: int) -> None:
        with beside.begin() as connection:
            connection.execute(update(Session).where(Session.id == workshop).values(taken=seats))

    seats = iter([12])

    def filled_up(*_: object) -> None:
        for taken in seats:
            take(taken)

    def freed(_app: Flask, **_: object) -> None:
        take(0)

    db.session.remove()
    listening.listen(db.engine, "rollback", filled_up)  # of the first reading; then the page is drawn
    with template_rendered.connected_to(freed, app):
        assert "full: choose it" in _page(client, one, lang="en")
    beside.dispose()
    assert "full: choose it" not in _page(client, one, lang="en")


def test_the_policy_of_a_page_lets_its_own_colours_through_and_no_two_pages_share_it(client: FlaskClient) -> None:
    one = ada()
    marks = []
    for _time in range(2):
        page = client.get(one.url(Purpose.INVITATION))
        found = re.search(r'<style nonce="([^"]+)"', page.text)
        assert found is not None
        assert f"'nonce-{found[1]}'" in page.headers["Content-Security-Policy"]
        marks.append(found[1])
    assert marks[0] != marks[1]


def test_many_readers_need_one_sheet(app: Flask, client: FlaskClient) -> None:
    one = ada()
    with transaction():
        event = _event(one)
        guests = [
            guest(event, people.contact(Kind.ASSOCIATION, "Ida", f"Nom{n}", f"ida{n}@a.test", house="La Maison"))
            for n in range(4)
        ]
    with app.app_context():
        for each in [one, *guests]:
            assert each.key in client.get(each.url(Purpose.INVITATION)).text
        assert len(sheets()) == 1


def test_seats_that_are_taken_one_by_one_need_no_more_sheets(app: Flask, client: FlaskClient) -> None:
    one = ada()
    for seats in range(4):
        with transaction():
            _workshop(one).taken = seats
        assert f"{12 - seats} seats left" in _page(client, one, lang="en")
    with app.app_context():
        assert len(sheets()) == 1


def test_a_query_of_another_page_leaves_nothing_behind(app: Flask, client: FlaskClient) -> None:
    assert client.get(ada().url(Purpose.INVITATION, via="mail")).status_code == 200
    with app.app_context():
        assert len(sheets()) == 0


def test_no_row_is_written_by_looking(client: FlaskClient) -> None:
    one = ada()
    before = one.invitation().answered_at, one.invitation().reply
    _page(client, one)
    again: Invitation = one.invitation()
    assert (again.answered_at, again.reply) == before == (None, None)
