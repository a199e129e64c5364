"""The recipient's pages: the invitation, the first answer, the answer given, its change and its undoing."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller

from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.events.models import Event, EventState, Session
from outreach.invitations.models import InvitationState, Reply
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose, links
from outreach.rsvp.models import AccessNeeds, Answer
from tests.rsvp.guests import Guest, ada, taken
from tests.snapshots import changed, snapshot

Form = dict[str, object]


def _answers() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Answer)) or 0


def _notices() -> list[Notice]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def _nonce(page: str) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("lang", "word"), [("fr", "Cette invitation est pour"), ("en", "This invitation is for")])
def test_the_page_says_whose_invitation_it_is_what_when_and_where(client: FlaskClient, lang: str, word: str) -> None:
    one = ada()
    page = client.get(one.url(Purpose.INVITATION, lang=lang))
    assert page.status_code == 200
    for words in (word, "Ada Lefèvre", "Palais des Congrès" if lang == "fr" else "Congress and Culture"):
        assert words in page.text
    for reply in Reply:
        assert f'value="{reply.value}"' in page.text
    assert "<script" not in page.text
    assert "Set-Cookie" not in page.headers
    assert len(page.data) < 60_000
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_page_speaks_the_language_of_the_invited_person(client: FlaskClient) -> None:
    one = ada()
    assert '<html lang="fr"' in client.get(one.url(Purpose.INVITATION), headers={"Accept-Language": "en"}).text


def test_a_button_of_the_message_chooses_the_answer_but_gives_none(client: FlaskClient, database_url: str) -> None:
    one = ada()
    before = snapshot(database_url)
    page = client.get(one.url(Purpose.INVITATION, reply="no")).text
    assert re.search(r'id="f-reply-no"[^>]* checked', page)
    assert changed(before, snapshot(database_url)) == []


@pytest.mark.both
def test_yes_is_recorded_thanked_for_and_confirmed(client: FlaskClient) -> None:
    one = ada()
    sent = one.sends(
        client, one.coming(**{"session-0-g1": str(one.workshops[1]), "name-1": "Zoé Roy", "words": "Merci"})
    )
    assert sent.status_code == 303
    invitation = one.invitation()
    assert (invitation.reply, invitation.coming) == (Reply.YES, 2)
    assert (taken(one.days[0]), taken(one.workshops[1])) == (2, 1)
    thanks = client.get(sent.location)
    assert thanks.status_code == 200
    for words in ("Zoé Roy", "Merci", "a•••@association.test"):
        assert words in thanks.text
    assert links().sign(Purpose.ANSWER, one.key) not in thanks.text
    [notice] = _notices()
    assert (notice.purpose, notice.email, notice.language) == (NoticePurpose.CONFIRMATION, "ada@association.test", "fr")
    assert notice.values["reply"] == "yes"
    assert "METHOD:PUBLISH" in notice.values["calendar"]


@pytest.mark.parametrize("reply", ["no", "excused"])
def test_who_does_not_come_needs_to_say_nothing_else(client: FlaskClient, reply: str) -> None:
    one = ada()
    assert one.sends(client, one.form(reply=reply)).status_code == 303
    assert (one.invitation().reply, one.invitation().coming) == (Reply(reply), 0)
    assert _notices()[0].values["calendar"] == ""


def test_once_answered_the_invitation_tells_only_that(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming(**{"name-1": "Zoé Roy"}))
    page = client.get(one.url(Purpose.INVITATION)).text
    assert "Zoé Roy" not in page
    assert "Je viens" not in page
    assert "a reçu une réponse" in page
    assert "Zoé Roy" not in client.get(one.url(Purpose.INVITATION) + "/thanks").text
    again = one.sends(client, one.form(reply="no"))
    assert again.status_code in {200, 409}
    assert (one.invitation().reply, _answers()) == (Reply.YES, 1)


def test_the_seal_of_a_thank_you_page_opens_no_other_and_not_for_long(
    client: FlaskClient, clock: Traveller, app: Flask
) -> None:
    one = ada()
    location = one.sends(client, one.coming()).location
    assert "Ada Lefèvre" in client.get(location).text
    calendar = location.replace("/thanks", "/calendar.ics")
    assert client.get(calendar).mimetype == "text/calendar"
    clock.shift(timedelta(hours=2))
    assert client.get(calendar).status_code == 404
    assert "Je viens" not in client.get(location).text


def test_a_double_tap_is_one_answer_and_one_thank_you(client: FlaskClient) -> None:
    one = ada()
    form = one.coming()
    first, second = one.sends(client, form), one.sends(client, form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert _answers() == 1
    assert len(_notices()) == 1


@pytest.mark.parametrize(
    ("fields", "field", "kept"),
    [
        ({"name-0": ""}, "f-name-0", "Merci"),
        ({"session-0": []}, "f-days-0", "Merci"),
        ({"meal-0": "sans gluten"}, "f-consent-0", "sans gluten"),
        ({"reply": "represented", "delegate-given_name": "Luc"}, "f-delegate-email", "Luc"),
        ({"reply": ""}, "f-reply", "Merci"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_all_is_kept(
    client: FlaskClient, fields: Form, field: str, kept: str
) -> None:
    one = ada()
    page = one.sends(client, one.coming(**{"words": "Merci", **fields}))
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert f'id="{field}"' in page.text
    assert kept in page.text
    assert _answers() == 0


def test_a_session_too_small_for_all_who_come_is_said_beside_it_and_all_is_kept(client: FlaskClient) -> None:
    one = ada()
    room = one.workshops[0]
    both = {"session-0-g1": str(room), "name-1": "Zoé Roy", "session-1-g1": str(room)}
    form = one.coming(**both, words="Merci")
    db.session.rollback()
    with transaction():
        db.session.get_one(Session, room).capacity = 1
    page = one.sends(client, form)
    assert page.status_code == 422
    assert f'id="f-session-0-{room}-error"' in page.text
    assert "1 place en tout" in page.text
    for words in ("Zoé Roy", "Merci"):
        assert words in page.text
    assert taken(one.days[0]) == 0


def test_needs_are_kept_with_consent_only_and_go_with_the_answer(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming(**{"need-0": ["captions"], "meal-0": "sans gluten", "consent": "1"}))
    kept = db.session.scalars(select(AccessNeeds)).one()
    assert (kept.needs, kept.meal) == (["captions"], "sans gluten")
    assert kept.delete_after == one.invitation().event.ends_on + timedelta(days=30)
    one.sends(client, one.coming(nonce=one.form("change")["nonce"]), Purpose.ANSWER)
    db.session.rollback()
    assert db.session.scalars(select(AccessNeeds)).all() == []
    assert _answers() == 2


def test_a_form_without_our_mark_is_shown_again(client: FlaskClient) -> None:
    one = ada()
    page = one.sends(client, one.coming(nonce="", words="Merci"))
    assert page.status_code == 422
    assert "Merci" in page.text
    assert _answers() == 0


def test_a_form_that_comes_back_at_once_is_asked_to_be_confirmed_and_that_page_is_timed_too(
    app: Flask, client: FlaskClient, clock: Traveller
) -> None:
    app.config["PACE_SECONDS"] = 10
    one = ada()
    form = one.coming(words="Merci")
    clock.shift(timedelta(seconds=3))
    page = one.sends(client, form)
    assert page.status_code == 200
    assert "Merci" in page.text
    again = {**form, "nonce": _nonce(page.text)}
    clock.shift(timedelta(seconds=5))
    assert "Merci" in one.sends(client, again).text
    assert _answers() == 0
    clock.shift(timedelta(seconds=11))
    assert one.sends(client, again).status_code == 303
    assert _answers() == 1


def test_a_person_who_takes_their_time_is_not_asked_twice(app: Flask, client: FlaskClient, clock: Traveller) -> None:
    app.config["PACE_SECONDS"] = 10
    one = ada()
    form = one.coming()
    clock.shift(timedelta(hours=3))
    assert one.sends(client, form).status_code == 303


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("withdrawn", "retirée"),
        ("erased", "effacées"),
        ("cancelled", "annulé"),
        ("closed", "closes"),
    ],
)
def test_every_other_state_is_said_in_plain_words(client: FlaskClient, what: str, words: str) -> None:
    one = ada()
    form = one.coming()
    db.session.rollback()
    with transaction():
        _change(one, what)
    page = client.get(one.url(Purpose.INVITATION, lang="fr"))
    assert words in page.text
    assert page.status_code in {200, 410}
    assert "<form" not in page.text
    assert one.sends(client, form).status_code in {200, 410}
    assert _answers() == 0


def _change(one: Guest, what: str) -> None:
    invitation = get_by_key(one.key)
    event = db.session.get_one(Event, one.event)
    if what == "withdrawn":
        invitation.state = InvitationState.WITHDRAWN
    elif what == "erased":
        db.session.get_one(Contact, invitation.contact_id).erased_at = now()
    elif what == "cancelled":
        event.state = EventState.CANCELLED
    else:
        event.answer_by = now() - timedelta(days=1)


def test_a_cut_link_says_what_happened_and_where_to_ask(client: FlaskClient) -> None:
    one = ada()
    page = client.get(one.url(Purpose.INVITATION)[:-5])
    assert page.status_code == 404
    assert "/lost" in page.text


def test_a_link_with_a_full_stop_at_its_end_opens(client: FlaskClient) -> None:
    one = ada()
    assert client.get(one.url(Purpose.INVITATION) + ".").status_code == 200
    assert client.get(one.url(Purpose.INVITATION) + "%3E").status_code == 200


def test_the_answer_is_shown_changed_and_taken_back(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming(**{"name-1": "Zoé Roy"}))
    shown = client.get(one.url(Purpose.ANSWER)).text
    assert "Zoé Roy" in shown
    calendar = client.get(one.url(Purpose.ANSWER) + "/calendar.ics")
    assert "METHOD:PUBLISH" in calendar.text
    changed_to = one.sends(client, one.form("change", reply="excused"), Purpose.ANSWER)
    assert changed_to.status_code == 303
    assert one.invitation().reply is Reply.EXCUSED
    assert "METHOD:CANCEL" in client.get(one.url(Purpose.ANSWER) + "/calendar.ics").text
    undone = one.sends(client, one.form("undo", undo="1"), Purpose.ANSWER)
    assert undone.status_code == 303
    assert one.invitation().reply is None
    assert client.get(undone.location).status_code == 200
    assert client.get(one.url(Purpose.INVITATION)).text.count('name="reply"') == 4
    assert _answers() == 2


def test_sequence_grows_with_every_change(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming())
    numbers = []
    for day in (one.days[1], one.days[0]):
        text = client.get(one.url(Purpose.ANSWER) + "/calendar.ics").text
        numbers.append(max(int(number) for number in re.findall(r"SEQUENCE:(\d+)", text)))
        one.sends(client, one.coming(**{"nonce": one.form("change")["nonce"], "session-0": [str(day)]}), Purpose.ANSWER)
    assert numbers == sorted(set(numbers))
    text = client.get(one.url(Purpose.ANSWER) + "/calendar.ics").text
    assert text.count("STATUS:CANCELLED") == 1


def test_after_the_closing_date_the_answer_is_shown_and_kept(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming(**{"name-1": "Zoé Roy"}))
    form = one.form("change", reply="no")
    db.session.rollback()
    with transaction():
        _change(one, "closed")
    page = client.get(one.url(Purpose.ANSWER)).text
    assert "Zoé Roy" in page
    assert "<form" not in page
    one.sends(client, form, Purpose.ANSWER)
    assert one.invitation().reply is Reply.YES


def test_a_machine_that_looks_changes_nothing(client: FlaskClient, database_url: str) -> None:
    one = ada()
    one.sends(client, one.coming())
    before = snapshot(database_url)
    for purpose in (Purpose.INVITATION, Purpose.ANSWER, Purpose.STOP):
        for method in ("GET", "HEAD"):
            assert client.open(one.url(purpose), method=method).status_code == 200
    assert changed(before, snapshot(database_url)) == []


def test_another_language_keeps_what_was_typed_and_records_nothing(client: FlaskClient, database_url: str) -> None:
    one = ada()
    form = one.coming(**{"name-1": "Zoé Roy", "words": "Merci", "meal-0": "sans sel", "consent-0": "1", "speak": "en"})
    before = snapshot(database_url)
    page = client.post(one.url(Purpose.INVITATION, lang="en"), data=form, forged=True)
    assert page.status_code == 200
    assert '<html lang="en"' in page.text
    for words in ("Zoé Roy", "Merci", "sans sel", "Who comes with you?"):
        assert words in page.text
    assert re.search(r'id="f-reply-yes"[^>]* checked', page.text)
    assert re.search(rf'id="f-session-0-{one.days[0]}"[^>]* checked', page.text)
    assert changed(before, snapshot(database_url)) == []
    one.sends(client, one.coming())
    assert "Zoé Roy" not in client.post(one.url(Purpose.INVITATION, lang="en"), data=form, forged=True).text
    kept = client.post(one.url(Purpose.ANSWER, lang="en"), data=form, forged=True)
    assert "Zoé Roy" in kept.text
    assert "Change my answer" in kept.text


def test_a_refused_change_still_shows_the_answer_given(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming(**{"name-1": "Zoé Roy"}))
    page = one.sends(client, one.form("change", reply="yes"), Purpose.ANSWER)
    assert page.status_code == 422
    assert 'id="errors" autofocus' in page.text
    assert "Zoé Roy" in page.text
