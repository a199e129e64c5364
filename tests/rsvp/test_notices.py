"""The words of confirmations, lost links and delegates' invitations, in both languages."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.database import db, transaction
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.mime import Draft
from outreach.delivery.letters.notice_letters import notice_draft
from outreach.delivery.models import Notice, NoticePurpose
from outreach.institution.queries import institution
from outreach.invitations.forms import mark
from outreach.invitations.queries import get_by_key, get_invitation
from outreach.links import Purpose, links
from tests.rsvp.guests import Guest, ada
from tests.rsvp.test_delegates import LUC

SENDER = Mailbox("Ville d’Exemple", "congres@ville.example")


def _draft(purpose: NoticePurpose) -> Draft:
    db.session.rollback()
    notice = db.session.scalars(select(Notice).where(Notice.purpose == purpose)).one()
    return notice_draft(notice, get_invitation(notice.invitation_id), institution(), links(), SENDER)


def _speaking(one: Guest, language: str) -> Guest:
    db.session.rollback()
    with transaction():
        get_by_key(one.key).language = language
    return one


@pytest.mark.parametrize(
    ("language", "reply", "words"),
    [
        ("fr", "yes", "bien noté votre venue"),
        ("fr", "no", "vous ne viendrez pas"),
        ("fr", "excused", "vous vous excusez"),
        ("fr", "represented", "Luc Roy vous représente"),
        ("en", "yes", "noted that you are coming"),
        ("en", "no", "noted that you are not coming"),
        ("en", "excused", "ask to be excused"),
        ("en", "represented", "Luc Roy represents you"),
    ],
)
def test_each_answer_is_confirmed_in_its_own_words_and_can_be_undone(
    client: FlaskClient, language: str, reply: str, words: str
) -> None:
    one = _speaking(ada(), language)
    assert one.sends(client, one.coming(reply=reply, **LUC)).status_code == 303
    draft = _draft(NoticePurpose.CONFIRMATION)
    assert draft.language == language
    assert "\n" not in draft.subject
    for part in (draft.text, draft.html):
        assert words in part
        for purpose in (Purpose.ANSWER, Purpose.KIT, Purpose.STOP):
            assert links().url(purpose, one.key) in part
    assert bool(draft.calendar) is (reply == "yes")
    assert f'lang="{language}"' in draft.html
    assert len(draft.html.encode()) < 60_000


def test_the_confirmation_lists_who_comes_to_what(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming(**{"name-1": "Zoé Roy", "session-1-g1": str(one.workshops[2])}))
    draft = _draft(NoticePurpose.CONFIRMATION)
    for part in (draft.text, draft.html):
        assert "Zoé Roy" in part
        assert "L’insertion" in part


def test_a_delegate_reads_whom_they_represent(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.form(reply="represented", **LUC))
    draft = _draft(NoticePurpose.OWN_INVITATION)
    assert "Ada Lefèvre ne peut pas venir" in draft.text
    assert "/i/" in draft.text
    assert links().sign(Purpose.ANSWER, one.key) not in draft.text + draft.html


@pytest.mark.parametrize("answered", [False, True])
def test_a_lost_link_comes_back_as_what_it_opens(client: FlaskClient, answered: bool) -> None:
    one = ada()
    if answered:
        one.sends(client, one.form(reply="no"))
    client.post("/lost", data={"nonce": mark("lost"), "email": "ada@association.test"}, forged=True)
    draft = _draft(NoticePurpose.LOST_LINK)
    wanted, other = Purpose.INVITATION, Purpose.ANSWER
    if answered:
        wanted, other = other, wanted
    for part in (draft.text, draft.html):
        assert links().url(wanted, one.key) in part
        assert links().url(other, one.key) not in part
