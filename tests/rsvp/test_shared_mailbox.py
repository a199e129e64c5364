"""Whoever was invited at the mailbox of their organisation gets what they are told of their answer there too."""

import pytest
import time_machine
from sqlalchemy import select, update

from outreach.contacts.actions import suppress
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.states import MessageState
from outreach.events.actions import cancel
from outreach.events.models import Event
from outreach.events.queries import get_event
from outreach.invitations.models import Reply
from outreach.invitations.queries import get_by_key
from outreach.invitations.stop_actions import Scope, stop
from outreach.rsvp import actions
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.telling_jobs import tell_those_who_come
from tests import people
from tests.rsvp.guests import Guest, guest
from tests.rsvp.test_telling import LATER

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]

FIRST, OTHER = "accueil@ruche.test", "bureau@ruche.test"


def luc(state: MessageState | None = MessageState.SENT) -> Guest:
    """Of La Ruche, without an address of his own; a message to him went to its second mailbox."""
    with transaction():
        people.city()
        event = people.congress()
        people.contact(Kind.ASSOCIATION, "", "", FIRST, OTHER, house="La Ruche")
        one = guest(event, people.contact(Kind.ASSOCIATION, "Luc", "Roy", house="La Ruche"))
        if state is not None:
            sent = people.message(people.campaign(event), get_by_key(one.key))
            sent.state, sent.email = state, OTHER
        return one


def comes(one: Guest) -> None:
    db.session.rollback()
    with transaction():
        given = Submission(Reply.YES, (Person(0, "Luc Roy", (one.days[0],)),))
        actions.answer(get_by_key(one.key), given, now())


def called_off(clock: time_machine.Traveller) -> int:
    db.session.rollback()
    with transaction() as session:
        cancel(get_event(session.scalars(select(Event.id)).one()), is_cancelled=True)
    clock.shift(LATER)
    return tell_those_who_come()


def told() -> list[tuple[NoticePurpose, str | None]]:
    db.session.rollback()
    return [(one.purpose, one.email) for one in db.session.scalars(select(Notice).order_by(Notice.id))]


def test_the_confirmation_and_the_news_go_where_the_invitation_went(clock: time_machine.Traveller) -> None:
    one = luc()
    comes(one)
    assert called_off(clock) == 1
    assert told() == [(NoticePurpose.CONFIRMATION, OTHER), (NoticePurpose.EVENT_NEWS, OTHER)]


def test_a_mailbox_that_is_used_no_more_gives_way_to_another_of_the_organisation() -> None:
    one = luc()
    with transaction() as session:
        session.execute(update(Address).where(Address.email == OTHER).values(retired_at=now()))
    comes(one)
    assert told() == [(NoticePurpose.CONFIRMATION, FIRST)]


@pytest.mark.parametrize("scope", Scope)
def test_nobody_is_written_to_there_who_asked_for_silence(clock: time_machine.Traveller, scope: Scope) -> None:
    one = luc()
    with transaction():
        stop(get_by_key(one.key), scope, now())
    comes(one)
    assert called_off(clock) == 0
    assert told() == []


def test_nor_at_a_mailbox_that_wants_no_mail() -> None:
    one = luc()
    with transaction():
        for email in (FIRST, OTHER):
            suppress(email, SuppressionReason.OPT_OUT, now())
    comes(one)
    assert told() == []


def test_nor_where_no_invitation_went(clock: time_machine.Traveller) -> None:
    one = luc(state=None)
    comes(one)
    assert called_off(clock) == 0
    assert told() == []


def test_nor_in_the_place_of_an_address_of_one_s_own() -> None:
    one = luc()
    with transaction() as session:
        invitation = get_by_key(one.key)
        assert invitation.contact_id is not None
        email = "luc@ruche.test"
        session.add(
            Address(
                contact_id=invitation.contact_id,
                email=email,
                digest="of his own",
                source="a list for tests",
                collected_on=now().date(),
            )
        )
    comes(one)
    assert told() == [(NoticePurpose.CONFIRMATION, email)]
    db.session.rollback()
    assert db.session.scalars(select(Message.email)).all() == [OTHER]
