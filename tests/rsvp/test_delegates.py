"""Somebody who comes in another's place: an invitation of their own, in their own rank, and right counts."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from outreach.contacts.actions import suppress
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.invitations.models import Invitation, InvitationState, Origin, Reply
from outreach.links import Purpose
from outreach.rsvp.models import Answer
from outreach.rsvp.queries import submission_of
from tests.rsvp.guests import Guest, ada

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
