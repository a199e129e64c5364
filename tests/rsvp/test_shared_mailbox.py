"""Whoever was invited at the mailbox of their organisation gets what they are told of their answer there too."""

from datetime import datetime

import pytest
import time_machine
from sqlalchemy import select, update

from outreach.contacts.actions import suppress
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.notice_letters import notice_draft
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.states import MessageState
from outreach.events.actions import announce, cancel
from outreach.events.models import Event, News
from outreach.events.queries import get_event
from outreach.institution.queries import institution
from outreach.invitations.models import Reply
from outreach.invitations.queries import get_by_key, get_invitation
from outreach.invitations.stop_actions import Scope, stop
from outreach.links import Purpose, links
from outreach.rsvp import actions
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.telling.jobs import tell_those_who_come
from tests import people
from tests.rsvp.guests import Guest, guest
from tests.rsvp.test_telling import LATER

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]

FIRST, OTHER = "accueil@ruche.test", "bureau@ruche.test"


OWN = "luc@roy.test"
COMES = ("votre venue", "vous venez", "you are coming", "you were coming", "coming to now", "access needs", "repas")


def had(one: Guest, **values: datetime) -> None:
    """Give him an address of his own."""
    db.session.rollback()
    with transaction() as session:
        number = get_by_key(one.key).contact_id
        assert number is not None
        told_by = {"source": "a list for tests", "collected_on": now().date()}
        session.add(Address(contact_id=number, email=OWN, digest=links().digest(OWN), **told_by, **values))


def left() -> None:
    db.session.rollback()
    with transaction() as session:
        session.execute(update(Notice).values(state=MessageState.SENT))


def notices() -> list[Notice]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


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


def test_what_went_to_an_address_of_one_s_own_does_not_go_to_the_mailbox_later(clock: time_machine.Traveller) -> None:
    one = luc()
    had(one, retired_at=now())
    with transaction() as session:
        session.execute(update(Message).values(email=OWN))
    comes(one)
    assert called_off(clock) == 0
    assert told() == []


def test_nor_what_went_to_the_mailbox_before_it_went_to_an_address_of_one_s_own() -> None:
    one = luc()
    had(one, retired_at=now())
    with transaction():
        event = get_event(one.event)
        later = people.message(people.campaign(event), get_by_key(one.key))
        later.state, later.email = MessageState.SENT, OWN
    comes(one)
    assert told() == []


@pytest.mark.parametrize("reason", [SuppressionReason.OPT_OUT, SuppressionReason.COMPLAINT])
def test_nobody_is_written_to_there_who_said_no_at_an_address_they_had(
    clock: time_machine.Traveller, reason: SuppressionReason
) -> None:
    one = luc()
    had(one, retired_at=now())
    with transaction():
        suppress(OWN, reason, now())
    comes(one)
    assert called_off(clock) == 0
    assert told() == []


def test_an_address_that_bounced_gives_way_to_the_mailbox(clock: time_machine.Traveller) -> None:
    one = luc()
    had(one)
    with transaction():
        suppress(OWN, SuppressionReason.BOUNCE, now())
    comes(one)
    assert called_off(clock) == 1
    assert told() == [(NoticePurpose.CONFIRMATION, OTHER), (NoticePurpose.EVENT_NEWS, OTHER)]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("what", News)
def test_what_everybody_there_reads_is_nobody_s_answer(
    clock: time_machine.Traveller, language: str, what: News
) -> None:
    one = luc()
    with transaction():
        get_by_key(one.key).language = language
    db.session.rollback()
    with transaction():
        persons = (
            Person(0, "Luc Roy", (one.days[0],)),
            Person(1, "Zoé Petit", (one.days[0],), note="vegan", agrees=True),
        )
        actions.answer(get_by_key(one.key), Submission(Reply.YES, persons), now())
    if what is News.REINSTATED:
        assert called_off(clock) == 1
        left()
    db.session.rollback()
    with transaction():
        announce(get_event(one.event), what, now())
    clock.shift(LATER)
    assert tell_those_who_come() == 1
    for notice in notices():
        draft = notice_draft(
            notice, get_invitation(notice.invitation_id), institution(), links(), Mailbox("", "v@ville.example")
        )
        assert draft.language == language
        assert draft.attachments == ()
        kept = "".join([*draft.calendar.split("\r\n ")]) if draft.calendar else ""
        for part in (draft.subject, draft.text, draft.html, kept):
            for private in (links().sign(Purpose.ANSWER, one.key), "/seats", "Zoé", "Petit", "vegan", *COMES):
                assert private not in part
        for part in (draft.text, draft.html):
            assert get_event(one.event).contact_email in part
            assert links().url(Purpose.STOP, one.key) in part


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
