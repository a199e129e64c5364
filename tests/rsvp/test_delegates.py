"""Somebody who comes in another's place: an invitation of their own, in their own rank, and right counts."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from outreach.contacts.actions import suppress
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.events.models import Event
from outreach.invitations.models import Invitation, InvitationState, Origin, Reply
from outreach.links import Purpose
from outreach.merging.actions import merge
from outreach.rsvp.delegate_actions import PER_DAY
from outreach.rsvp.models import Answer
from outreach.rsvp.queries import submission_of
from tests import people
from tests.rsvp.guests import Guest, ada, guest

LUC = {"delegate-given_name": "Luc", "delegate-family_name": "Roy", "delegate-email": "luc@association.test"}


def _delegate(one: Guest, client: FlaskClient, **who: str) -> Invitation | None:
    form = one.form(**{"reply": "represented", **LUC, **who})
    assert one.sends(client, form).status_code == 303
    return _own()


def _own() -> Invitation | None:
    db.session.rollback()
    return db.session.scalars(select(Invitation).where(Invitation.origin == Origin.DELEGATE)).one_or_none()


@pytest.mark.both
def test_a_delegate_gets_an_invitation_of_their_own(client: FlaskClient) -> None:
    one = ada()
    own = _delegate(one, client, **{"delegate-role": "Trésorier"})
    assert own is not None
    assert own.represents_id == one.invitation().id
    assert own.parent_id is None
    contact = db.session.get_one(Contact, own.contact_id)
    assert (contact.name, contact.kind, contact.role_label) == ("Luc Roy", Kind.INDIVIDUAL, "Trésorier")
    assert (one.invitation().reply, one.invitation().coming) == (Reply.REPRESENTED, 0)
    notices = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(notice.purpose, notice.email) for notice in notices] == [
        (NoticePurpose.OWN_INVITATION, "luc@association.test"),
        (NoticePurpose.CONFIRMATION, "ada@association.test"),
    ]
    assert notices[0].values["represents"] == "Ada Lefèvre"


@pytest.mark.both
def test_a_delegate_who_opted_out_is_not_written_to(client: FlaskClient) -> None:
    one = ada()
    with transaction():
        suppress("luc@association.test", SuppressionReason.OPT_OUT, now())
    assert _delegate(one, client) is not None
    assert [notice.purpose for notice in db.session.scalars(select(Notice))] == [NoticePurpose.CONFIRMATION]


def test_a_given_name_of_two_words_stays_whole_when_the_answer_is_changed(client: FlaskClient) -> None:
    one = ada()
    own = _delegate(one, client, **{"delegate-given_name": "Jean Luc"})
    assert own is not None
    db.session.rollback()
    given = submission_of(db.session.scalars(select(Answer)).one()).delegate
    assert (given.given_name, given.family_name, given.name) == ("Jean Luc", "Roy", "Jean Luc Roy")


def test_only_who_comes_is_counted(client: FlaskClient) -> None:
    one = ada()
    own = _delegate(one, client)
    assert own is not None
    luc = Guest(own.key, one.event, one.days, one.workshops)
    assert luc.sends(client, luc.coming(**{"name-0": "Luc Roy"})).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.sum(Invitation.coming))) == 1


def test_naming_somebody_else_takes_the_first_invitation_back(client: FlaskClient) -> None:
    one = ada()
    first = _delegate(one, client)
    assert first is not None
    other = {"reply": "represented", **LUC, "delegate-given_name": "Léa", "delegate-email": "lea@association.test"}
    one.sends(client, one.form("change", **other), Purpose.ANSWER)
    db.session.rollback()
    states = {
        invitation.contact.name: invitation.state
        for invitation in db.session.scalars(select(Invitation).where(Invitation.origin == Origin.DELEGATE))
        if invitation.contact
    }
    assert states == {"Luc Roy": InvitationState.WITHDRAWN, "Léa Roy": InvitationState.OPEN}
    one.sends(client, one.form("change", reply="represented", **LUC), Purpose.ANSWER)
    db.session.rollback()
    assert db.session.get_one(Invitation, first.id).state is InvitationState.OPEN


def test_a_delegate_who_answered_stays_invited_when_the_principal_comes_after_all(client: FlaskClient) -> None:
    one = ada()
    own = _delegate(one, client)
    assert own is not None
    luc = Guest(own.key, one.event, one.days, one.workshops)
    luc.sends(client, luc.coming(**{"name-0": "Luc Roy"}))
    one.sends(client, one.coming(nonce=one.form("change")["nonce"]), Purpose.ANSWER)
    again = _own()
    assert again is not None
    assert again.state is InvitationState.OPEN
    assert db.session.scalar(select(func.sum(Invitation.coming))) == 2


def test_nobody_represents_themselves(client: FlaskClient) -> None:
    one = ada()
    names = {"delegate-given_name": "Ada", "delegate-family_name": "Lefevre", "delegate-email": "ada@association.test"}
    page = one.sends(client, one.form(reply="represented", **names))
    assert page.status_code == 422
    assert one.invitation().reply is None


def _named(given_name: str, family_name: str, email: str) -> dict[str, str]:
    return {"delegate-given_name": given_name, "delegate-family_name": family_name, "delegate-email": email}


def _guest_of(own: Invitation | None, one: Guest) -> Guest:
    assert own is not None
    return Guest(own.key, one.event, one.days, one.workshops)


def _coming() -> int:
    db.session.rollback()
    counted = select(func.sum(Invitation.coming)).where(Invitation.state == InvitationState.OPEN)
    return db.session.scalar(counted) or 0


def test_oneself_at_another_address_is_nobody_else(client: FlaskClient) -> None:
    one = ada()
    page = one.sends(client, one.form(reply="represented", **_named("ADA", "Lefevre", "ada@maison.test")))
    assert page.status_code == 422
    assert 'href="#f-delegate-email"' in page.text
    assert "ada@maison.test" in page.text
    assert _own() is None


def test_a_delegate_has_their_own_rank_and_never_that_of_whom_they_replace(client: FlaskClient) -> None:
    with transaction():
        people.city()
        lady, assistant = guest(people.congress(), people.deputy()), people.mayor()
        named = _named(assistant.given_name, assistant.family_name, "maire@commune.test")
    page = client.get(lady.url(Purpose.INVITATION, lang="fr")).text
    assert "Madame la Députée," in page
    assert lady.sends(client, lady.form(reply="represented", **_named("Léo", "Roux", "leo@assemblee.test"))).location
    stranger = _guest_of(_own(), lady)
    page = client.get(stranger.url(Purpose.INVITATION, lang="fr")).text
    assert "Léo Roux" in page
    assert "Député" not in page
    lady.sends(client, lady.form("change", reply="represented", **named), Purpose.ANSWER)
    db.session.rollback()
    own = db.session.scalars(select(Invitation).where(Invitation.represents_id.is_not(None))).one()
    page = client.get(_guest_of(own, lady).url(Purpose.INVITATION, lang="fr")).text
    assert "Monsieur le Maire," in page
    assert "Député" not in page


@pytest.mark.both
def test_who_stands_in_for_two_goes_on_standing_in_for_the_other(client: FlaskClient) -> None:
    one = ada()
    with transaction():
        other = guest(db.session.get_one(Event, one.event), people.mayor())
    first = _delegate(one, client)
    assert first is not None
    other.sends(client, other.form(reply="represented", **LUC))
    one.sends(client, one.form("change", reply="no"), Purpose.ANSWER)
    own = _own()
    assert own is not None
    assert (own.state, own.represents_id) == (InvitationState.OPEN, other.invitation().id)
    other.sends(client, other.form("undo", undo="1"), Purpose.ANSWER)
    own = _own()
    assert own is not None
    assert (own.state, own.represents_id) == (InvitationState.WITHDRAWN, None)


@pytest.mark.both
def test_the_answer_changes_after_two_records_of_the_delegate_were_merged(client: FlaskClient) -> None:
    one = ada()
    with transaction():
        other = guest(db.session.get_one(Event, one.event), people.mayor())
    other.sends(client, other.coming(**{"name-0": "Paul Bêche"}))
    own = _delegate(one, client)
    assert own is not None
    stays, goes = other.invitation().contact_id, own.contact_id
    assert stays is not None
    assert goes is not None
    db.session.rollback()
    with transaction():
        merge(stays, goes, {}, now())
    again = _own()
    assert again is not None
    assert again.state is InvitationState.MERGED
    assert one.sends(client, one.form("change", reply="no"), Purpose.ANSWER).status_code == 303
    assert one.invitation().reply is Reply.NO
    assert (other.invitation().state, other.invitation().represents_id) == (InvitationState.OPEN, None)


def test_somebody_invited_already_keeps_their_invitation_and_their_answer(client: FlaskClient) -> None:
    one = ada()
    with transaction():
        mayor = people.mayor()
        other = guest(db.session.get_one(Event, one.event), mayor)
        named = _named(mayor.given_name, mayor.family_name, "maire@commune.test")
    other.sends(client, other.coming(**{"name-0": "Paul Bêche"}))
    one.sends(client, one.form(reply="represented", **named))
    kept = other.invitation()
    assert (kept.origin, kept.reply, kept.represents_id) == (Origin.AUDIENCE, Reply.YES, one.invitation().id)
    assert (_own(), _coming()) == (None, 1)
    one.sends(client, one.coming(nonce=one.form("change")["nonce"]), Purpose.ANSWER)
    kept = other.invitation()
    assert (kept.state, kept.reply, kept.represents_id) == (InvitationState.OPEN, Reply.YES, None)
    assert _coming() == 2


def test_a_delegate_may_send_somebody_else_and_one_person_is_counted(client: FlaskClient) -> None:
    one = ada()
    luc = _guest_of(_delegate(one, client), one)
    lea = _named("Léa", "Petit", "lea@association.test")
    assert luc.sends(client, luc.form(reply="represented", **lea)).status_code == 303
    db.session.rollback()
    own = db.session.scalars(select(Invitation).where(Invitation.represents_id == luc.invitation().id)).one()
    third = _guest_of(own, one)
    third.sends(client, third.coming(**{"name-0": "Léa Petit"}))
    assert _coming() == 1


def test_nobody_is_sent_back_and_forth(client: FlaskClient) -> None:
    one = ada()
    luc = _guest_of(_delegate(one, client), one)
    page = luc.sends(client, luc.form(reply="represented", **_named("Ada", "Lefèvre", "ada@association.test")))
    assert page.status_code == 422
    assert "Vous représentez vous-même cette personne" in page.text
    assert luc.invitation().reply is None


def test_the_form_writes_to_a_few_people_a_day_only(client: FlaskClient) -> None:
    one = ada()
    for number in range(PER_DAY):
        who = _named("Luc", f"Roy{'abcdefghij'[number]}", f"luc{number}@association.test")
        one.sends(client, one.form("change", reply="represented", **who), Purpose.ANSWER)
    page = one.sends(
        client, one.form("change", reply="represented", **_named("Zoé", "Roy", "zoe@association.test")), Purpose.ANSWER
    )
    assert page.status_code == 422
    assert "zoe@association.test" in page.text
    db.session.rollback()
    own = Notice.purpose == NoticePurpose.OWN_INVITATION
    assert db.session.scalar(select(func.count()).select_from(Notice).where(own)) == PER_DAY
    again = one.form("change", reply="represented", **_named("Luc", "Roya", "luc0@association.test"))
    assert one.sends(client, again, Purpose.ANSWER).status_code == 303


@pytest.mark.parametrize("field", ["delegate-given_name", "delegate-family_name"])
@pytest.mark.parametrize("name", ["Gagnez 1000 euros", "Piege.Com", "https://piege.test", "Vous avez gagné !"])
def test_the_form_sends_nobody_what_no_name_holds(client: FlaskClient, field: str, name: str) -> None:
    one = ada()
    page = one.sends(client, one.form(**{"reply": "represented", **LUC, field: name}))
    assert page.status_code == 422
    assert f'id="f-{field}-error"' in page.text
    assert _own() is None
    assert db.session.scalars(select(Notice)).all() == []


def test_a_chain_of_delegates_writes_to_no_more_people_than_one_person(client: FlaskClient) -> None:
    one = ada()
    luc = _guest_of(_delegate(one, client), one)
    for letter in "ABCDEF"[:PER_DAY]:
        who = _named("Jean", f"Roy {letter}", f"jean.{letter}@association.test")
        page = luc.sends(client, luc.form("change", reply="represented", **who), Purpose.ANSWER)
    assert page.status_code == 422
    db.session.rollback()
    own = Notice.purpose == NoticePurpose.OWN_INVITATION
    assert db.session.scalar(select(func.count()).select_from(Notice).where(own)) == PER_DAY


def test_a_delegate_who_is_no_longer_needed_reads_why(client: FlaskClient) -> None:
    one = ada()
    luc = _guest_of(_delegate(one, client), one)
    one.sends(client, one.form("change", reply="no"), Purpose.ANSWER)
    page = client.get(luc.url(Purpose.INVITATION, lang="fr"))
    assert page.status_code == 410
    assert "a depuis répondu autrement" in page.text
    assert "Lefèvre" not in page.text
