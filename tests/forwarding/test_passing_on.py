"""Passing an invitation on: the landing page, registration, confirmation, the chain and the kit."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.actions import lift, suppress
from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.events.models import Event, EventState
from outreach.forwarding import actions, queries
from outreach.forwarding.jobs import forget_unconfirmed
from outreach.forwarding.models import Arrival, Registration
from outreach.invitations.actions import invite
from outreach.invitations.models import Channel, Invitation, InvitationState, Origin
from outreach.links import Purpose, links
from outreach.rsvp.delegate_actions import invite_delegate, release_delegates
from outreach.rsvp.submission import Delegate
from tests import people

pytestmark = pytest.mark.both

MORE = (people.mayor, people.deputy)

BOB = {"given_name": "Bob", "family_name": "Marchand", "email": "bob@reseau.test", "kind": "association"}


@dataclass(frozen=True)
class World:
    """Ada is invited, and has a share link."""

    invitation: int
    key: str


@pytest.fixture
def world(app: Flask) -> World:
    with transaction():
        people.city()
        lady, event = people.ada(), people.congress()
        mailing = people.campaign(event)
        mailing.state, mailing.launched_at = CampaignState.RUNNING, now()
        invitation = invite(event, lady, Origin.AUDIENCE, now())
        return World(invitation.id, invitation.key)


def path(purpose: Purpose, key: str) -> str:
    return f"/{purpose}/{links().sign(purpose, key)}"


def nonce(page: TestResponse) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def words(page: TestResponse) -> str:
    """What a page says, without the mark of its styles."""
    return re.sub(r'nonce="[^"]+"', "", page.text)


def register(client: FlaskClient, key: str, **typed: str) -> TestResponse:
    """Come through somebody's share link and register."""
    page = client.get(path(Purpose.SHARE, key), query_string={"via": "whatsapp", "lang": "en"})
    form = {**BOB, **typed, "nonce": nonce(page), "via": "whatsapp"}
    return client.post(path(Purpose.SHARE, key), data=form, query_string={"lang": "en"})


def confirm(client: FlaskClient, times: int = 1) -> TestResponse:
    """Open the link of the latest registration's message, and press its button."""
    pending = db.session.scalars(
        select(Invitation)
        .join(Registration, Registration.invitation_id == Invitation.id)
        .order_by(Registration.id.desc())
    ).first()
    assert pending is not None
    mark = nonce(client.get(path(Purpose.CONFIRM, pending.key)))
    return [client.post(path(Purpose.CONFIRM, pending.key), data={"nonce": mark}) for _ in range(times)][-1]


def registered() -> Registration:
    return db.session.scalars(select(Registration).order_by(Registration.id.desc())).first()  # type: ignore[return-value]


def notices(purpose: NoticePurpose) -> int:
    return db.session.scalar(select(func.count(Notice.id)).where(Notice.purpose == purpose)) or 0


def test_a_registration_counts_once_its_address_is_confirmed(client: FlaskClient, world: World) -> None:
    assert "bob@reseau.test" in register(client, world.key).text
    assert registered().confirmed_at is None
    assert db.session.get_one(Invitation, world.invitation).brought == 0
    assert notices(NoticePurpose.ADDRESS_CHECK) == 1
    assert confirm(client).status_code == 200
    own = registered().invitation
    ada = db.session.get_one(Invitation, world.invitation)
    assert (own.state, own.parent_id, own.root_id, own.depth) == (InvitationState.OPEN, ada.id, ada.id, 1)
    assert (ada.brought, registered().arrival, registered().channel) == (1, Arrival.NEW, Channel.WHATSAPP)
    assert own.contact is not None
    assert own.contact.name == "Bob Marchand"


def test_confirming_twice_counts_once(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    assert confirm(client, times=2).status_code == 200
    assert db.session.get_one(Invitation, world.invitation).brought == 1
    assert notices(NoticePurpose.OWN_INVITATION) == 1


def test_opening_the_pages_changes_nothing(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    for purpose, key in (
        (Purpose.SHARE, world.key),
        (Purpose.KIT, world.key),
        (Purpose.CONFIRM, registered().invitation.key),
    ):
        assert client.get(path(purpose, key)).status_code == 200
        assert client.head(path(purpose, key)).status_code == 200
    assert registered().confirmed_at is None


def test_the_chain_goes_on_from_a_newcomer(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    confirm(client)
    bob = registered().invitation.key
    register(client, bob, given_name="Chloé", family_name="Petit", email="chloe@reseau.test")
    confirm(client)
    chloe = registered().invitation
    assert (chloe.depth, chloe.root_id) == (2, world.invitation)


def test_somebody_already_invited_is_reached_again(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    confirm(client)
    bob = registered().invitation.key
    register(client, bob, given_name="ADA", family_name="Lefevre", email="ada@association.test")
    confirm(client)
    assert registered().arrival is Arrival.AGAIN
    assert registered().invitation.state is InvitationState.MERGED
    ada = db.session.get_one(Invitation, world.invitation)
    assert (ada.reached_again, ada.parent_id) == (1, None)
    assert notices(NoticePurpose.LOST_LINK) == 1


def test_a_delegate_whom_nobody_sends_any_more_comes_in_their_own_name(client: FlaskClient, world: World) -> None:
    with transaction():
        ada = db.session.get_one(Invitation, world.invitation)
        own = invite_delegate(ada, Delegate("Bob", "Marchand", "bob@reseau.test"), "fr", now())
        release_delegates(ada)
        number = own.id
        assert own.state is InvitationState.WITHDRAWN
    register(client, world.key)
    confirm(client)
    db.session.rollback()
    own = db.session.get_one(Invitation, number)
    assert registered().arrival is Arrival.AGAIN
    assert (own.state, own.represents_id) == (InvitationState.OPEN, None)
    assert notices(NoticePurpose.LOST_LINK) == 1


def test_one_s_own_link_counts_nothing(client: FlaskClient, world: World) -> None:
    register(client, world.key, given_name="Ada", family_name="Lefèvre", email="ada@association.test")
    confirm(client)
    ada = db.session.get_one(Invitation, world.invitation)
    assert (ada.reached_again, ada.brought) == (0, 0)


@pytest.mark.parametrize("given_name", ["Ada", "A."])
def test_one_s_own_link_counts_nothing_at_another_of_one_s_mailboxes_either(
    client: FlaskClient, world: World, given_name: str
) -> None:
    with transaction():
        lady = db.session.get_one(Invitation, world.invitation).contact
        assert lady is not None
        db.session.add(
            Address(
                contact_id=lady.id,
                email="ada@maison.test",
                digest=links().digest("ada@maison.test"),
                source="a list for tests",
                collected_on=now().date(),
            )
        )
    register(client, world.key, given_name=given_name, family_name="Lefèvre", email="Ada@maison.test")
    confirm(client)
    ada = db.session.get_one(Invitation, world.invitation)
    assert (ada.reached_again, ada.brought) == (0, 0)


def test_a_colleague_at_the_same_mailbox_registers_without_counting_as_brought(
    client: FlaskClient, world: World
) -> None:
    register(client, world.key, given_name="Léo", family_name="Lefèvre", email="ada@association.test")
    confirm(client)
    assert registered().arrival is Arrival.NEW
    assert db.session.get_one(Invitation, world.invitation).brought == 0
    assert (registered().invitation.depth, registered().invitation.parent_id) == (0, None)


def test_the_answer_is_the_same_for_people_we_know(client: FlaskClient, world: World) -> None:
    stranger = words(register(client, world.key))
    known = words(register(client, world.key, given_name="Ada", family_name="Lefèvre", email="ada@association.test"))
    assert stranger.replace("bob@reseau.test", "") == known.replace("ada@association.test", "")


def test_a_filled_trap_registers_nobody_and_says_nothing(client: FlaskClient, world: World) -> None:
    assert register(client, world.key, website="https://spam.example").status_code == 200
    assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_beyond_the_cap_nothing_happens_and_nothing_tells_so(client: FlaskClient, world: World) -> None:
    pages = [words(register(client, world.key, family_name=f"Marchand {letter}")) for letter in "ABCDEF"]
    assert pages[0] == pages[5]
    assert db.session.scalar(select(func.count(Registration.id))) == 5


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"given_name": "  "}, "given_name"),
        ({"kind": "senator"}, "kind"),
        ({"organisation": "x" * 301}, "organisation"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, world: World, wrong: dict[str, str], field: str
) -> None:
    page = register(client, world.key, **wrong)
    assert page.status_code == 422
    assert f'id="f-{field}-error"' in page.text
    assert 'value="Marchand"' in page.text
    assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_a_form_sent_faster_than_a_person_types_is_asked_again(app: Flask, client: FlaskClient, world: World) -> None:
    app.config["PACE_SECONDS"] = 10
    page = register(client, world.key)
    assert "Please confirm" in page.text
    assert "bob@reseau.test" in page.text
    assert db.session.scalar(select(func.count(Registration.id))) == 0
    with time_machine.travel(now() + timedelta(seconds=11)):
        form = {**BOB, "nonce": nonce(page)}
        client.post(path(Purpose.SHARE, world.key), data=form)
    assert registered().email == "bob@reseau.test"


def test_a_closed_event_says_so_and_takes_nobody(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    mark = nonce(client.get(path(Purpose.SHARE, world.key)))
    with transaction() as session:
        session.execute(update(Event).values(registration_open=False))
    page = client.get(path(Purpose.SHARE, world.key), query_string={"lang": "en"})
    assert "Registration for this event is closed." in page.text
    assert "<form" not in page.text
    pending = registered().invitation.key
    assert (
        "Registration for this event is closed."
        in client.get(path(Purpose.CONFIRM, pending), query_string={"lang": "en"}).text
    )
    late = {**BOB, "email": "late@reseau.test", "nonce": mark}
    assert client.post(path(Purpose.SHARE, world.key), data=late, query_string={"lang": "en"}).status_code == 400
    assert registered().email == "bob@reseau.test"


def test_nobody_registers_who_could_no_longer_answer(client: FlaskClient, world: World) -> None:
    with transaction() as session:
        session.execute(update(Event).values(answer_by=now() - timedelta(minutes=1)))
    page = client.get(path(Purpose.SHARE, world.key), query_string={"lang": "en"})
    assert "Registration for this event is closed." in page.text


def test_a_cancelled_event_confirms_nobody(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    mark = nonce(client.get(path(Purpose.CONFIRM, registered().invitation.key)))
    with transaction() as session:
        session.execute(update(Event).values(state=EventState.CANCELLED))
    answer = client.post(path(Purpose.CONFIRM, registered().invitation.key), data={"nonce": mark})
    assert answer.status_code == 400
    assert registered().confirmed_at is None


def test_whoever_stops_instead_of_confirming_is_asked_no_more(client: FlaskClient, world: World) -> None:
    said = words(register(client, world.key))
    client.post(path(Purpose.STOP, registered().invitation.key), data={"List-Unsubscribe": "One-Click"})
    assert words(register(client, world.key)) == said
    assert words(register(client, world.key, given_name="Robert")) == said.replace("Bob", "Robert")
    assert notices(NoticePurpose.ADDRESS_CHECK) == 1


def elsewhere() -> str:
    """The share link of the mayor, who is invited to another event."""
    db.session.rollback()
    with transaction():
        other = people.congress()
        return invite(other, people.mayor(), Origin.AUDIENCE, now()).key


def stop(client: FlaskClient, scope: str) -> None:
    """Stop, from the message that asks to confirm the latest registration, what is asked for."""
    url = path(Purpose.STOP, registered().invitation.key)
    assert client.post(url, data={"nonce": nonce(client.get(url)), "wish": scope}).status_code in (200, 303)


def test_a_stop_of_one_event_holds_for_that_event_alone_and_longer_than_its_registration(
    client: FlaskClient, world: World
) -> None:
    register(client, world.key)
    stop(client, "event")
    with transaction():
        forget_unconfirmed(now() + timedelta(days=31))
    register(client, world.key)
    assert notices(NoticePurpose.ADDRESS_CHECK) == 0
    register(client, elsewhere())
    assert notices(NoticePurpose.ADDRESS_CHECK) == 1


def test_a_stop_of_everything_holds_for_every_event_for_good(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    stop(client, "everything")
    with transaction():
        forget_unconfirmed(now() + timedelta(days=31))
    for key in (world.key, elsewhere()):
        register(client, key)
    assert notices(NoticePurpose.ADDRESS_CHECK) == 0


@pytest.mark.parametrize("scope", ["event", "everything"])
def test_a_wish_that_the_office_lifted_keeps_nobody_from_registering(
    client: FlaskClient, world: World, scope: str
) -> None:
    register(client, world.key)
    stop(client, scope)
    with transaction():
        (wish,) = db.session.scalars(select(Suppression)).all()
        lift(wish, now())
    register(client, world.key, given_name="Robert")
    assert notices(NoticePurpose.ADDRESS_CHECK) == 2


def test_what_was_stopped_is_confirmed_no_more_and_shows_no_address(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    pending = registered().invitation.key
    url = path(Purpose.CONFIRM, pending)
    mark = nonce(client.get(url))
    assert client.post(path(Purpose.STOP, pending), data={"List-Unsubscribe": "One-Click"}).status_code == 200
    page = client.get(url, query_string={"lang": "en"})
    assert "This registration was stopped or erased." in page.text
    assert "bob@reseau.test" not in page.text
    assert client.post(url, data={"nonce": mark}).status_code == 400
    db.session.rollback()
    assert registered().confirmed_at is None
    assert registered().invitation.state is InvitationState.WITHDRAWN


def test_what_is_confirmed_already_keeps_its_page(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    confirm(client)
    page = client.get(path(Purpose.CONFIRM, registered().invitation.key), query_string={"lang": "en"})
    assert "This address is confirmed already." in page.text


def test_a_choice_sent_as_fast_as_a_machine_is_not_said_to_be_kept(
    app: Flask, client: FlaskClient, world: World
) -> None:
    app.config["PACE_SECONDS"] = 10
    kit = path(Purpose.KIT, world.key)
    mark = nonce(client.get(kit))
    page = client.post(kit, data={"nonce": mark, "named": "1"}, query_string={"lang": "en"}, follow_redirects=True)
    assert "Your choice is kept." not in page.text


@pytest.mark.parametrize(
    ("shown", "other", "words"), [("fr", "en", "Please confirm"), ("en", "fr", "Veuillez confirmer")]
)
def test_a_page_that_asks_to_confirm_keeps_what_was_typed_in_the_other_language(
    app: Flask, client: FlaskClient, world: World, shown: str, other: str, words: str
) -> None:
    app.config["PACE_SECONDS"] = 10
    url = path(Purpose.SHARE, world.key)
    form = {**BOB, "organisation": "Les Amis d’Élise", "nonce": nonce(client.get(url)), "via": "whatsapp"}
    page = client.post(url, data=form, query_string={"lang": shown})
    assert f'form="patient" formaction="?lang={other}"' in page.text
    typed = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    assert typed["organisation"] == "Les Amis d’Élise"
    again = client.post(url, data={**typed, "speak": other}, query_string={"lang": other})
    assert words in again.text
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', again.text))
    assert {**typed, "nonce": ""} == {**kept, "nonce": ""}
    assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_asking_for_the_other_language_confirms_nothing(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    url = path(Purpose.CONFIRM, registered().invitation.key)
    form = {"nonce": nonce(client.get(url)), "speak": "fr"}
    assert "Veuillez confirmer" in client.post(url, data=form, query_string={"lang": "fr"}).text
    db.session.rollback()
    assert registered().confirmed_at is None


def test_the_landing_page_shows_the_letter_and_names_nobody(client: FlaskClient, world: World) -> None:
    page = client.get(path(Purpose.SHARE, world.key), query_string={"lang": "fr"})
    assert "J’ai l’honneur de vous inviter" in page.text
    assert "Mesdames, Messieurs," in page.text
    assert "Lefèvre" not in page.text
    assert "Jardins" not in page.text


def test_a_relay_is_named_only_after_agreeing(client: FlaskClient, world: World) -> None:
    kit = path(Purpose.KIT, world.key)
    client.post(kit, data={"nonce": nonce(client.get(kit)), "named": "1"})
    assert "Les Jardins partagés" in client.get(path(Purpose.SHARE, world.key)).text
    client.post(kit, data={"nonce": nonce(client.get(kit))})
    assert "Les Jardins partagés" not in client.get(path(Purpose.SHARE, world.key)).text


def test_the_kit_carries_only_the_share_link(client: FlaskClient, world: World) -> None:
    page = client.get(path(Purpose.KIT, world.key)).text
    shared = links().sign(Purpose.SHARE, world.key)
    assert unquote(page).count(f"/s/{shared}") >= 5
    assert links().sign(Purpose.INVITATION, world.key) not in unquote(page)
    assert links().sign(Purpose.ANSWER, world.key) not in unquote(page)


def test_a_count_is_told_from_three_upwards(client: FlaskClient, world: World) -> None:
    for brought, told in ((2, False), (3, True)):
        with transaction() as session:
            session.execute(update(Invitation).where(Invitation.id == world.invitation).values(brought=brought))
        assert ('class="reach"' in client.get(path(Purpose.KIT, world.key)).text) is told


def test_a_relay_is_thanked_once_and_not_before_the_third(client: FlaskClient, world: World) -> None:
    for number, name in enumerate(("Anne", "Bruno", "Carl", "Dora"), start=1):
        register(client, world.key, given_name=name, email=f"{name}@reseau.test")
        confirm(client)
        assert notices(NoticePurpose.THANKS) == (number >= 3)
    thanks = db.session.scalars(select(Notice).where(Notice.purpose == NoticePurpose.THANKS)).one()
    assert (thanks.email, thanks.invitation_id) == ("ada@association.test", world.invitation)
    assert thanks.values["brought"] == 3
    assert "Anne" not in str(thanks.values)


def test_a_relay_who_wants_no_more_messages_is_not_thanked(client: FlaskClient, world: World) -> None:
    with transaction():
        suppress("ada@association.test", SuppressionReason.OPT_OUT, now())
    for name in ("Anne", "Bruno", "Carl"):
        register(client, world.key, given_name=name, email=f"{name}@reseau.test")
        confirm(client)
    assert db.session.get_one(Invitation, world.invitation).brought == 3
    assert notices(NoticePurpose.THANKS) == 0


def test_the_message_that_checks_an_address_repeats_nothing_that_was_typed(client: FlaskClient, world: World) -> None:
    register(client, world.key, given_name="Gagnez", family_name="Vite", organisation="Cliquez ici")
    check = db.session.scalars(select(Notice).where(Notice.purpose == NoticePurpose.ADDRESS_CHECK)).one()
    assert check.values == {}


def test_an_organisation_that_named_itself_is_never_named_by_us(client: FlaskClient, world: World) -> None:
    register(client, world.key, organisation="Votez pour moi")
    confirm(client)
    own = registered().invitation.key
    db.session.rollback()
    with transaction() as session:
        session.execute(update(Invitation).values(named_as_relay=True))
    assert "Votez pour moi" not in client.get(path(Purpose.SHARE, own)).text
    assert "Votez pour moi" not in client.get(path(Purpose.KIT, own)).text
    assert "Les Jardins partagés" in client.get(path(Purpose.SHARE, world.key)).text


def test_an_organisation_that_named_itself_once_is_not_named_at_another_event(
    client: FlaskClient, world: World
) -> None:
    register(client, world.key, organisation="Votez pour moi")
    confirm(client)
    db.session.rollback()
    with transaction():
        other = invite(people.congress(), registered().invitation.contact, Origin.AUDIENCE, now())
        other.named_as_relay = True
        key = other.key
    assert "Votez pour moi" not in client.get(path(Purpose.SHARE, key)).text


def test_a_message_passed_on_as_it_was_registers_through_its_share_link(client: FlaskClient, world: World) -> None:
    page = client.get(path(Purpose.INVITATION, world.key), query_string={"lang": "en"}).text
    assert f"{path(Purpose.SHARE, world.key)}?lang=en&amp;via=forward#register" in page


def test_somebody_who_comes_back_through_their_own_newcomer_makes_no_loop(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    confirm(client)
    bob = registered().invitation
    register(client, bob.key, given_name="Chloé", family_name="Petit", email="chloe@reseau.test")
    confirm(client)
    chloe = registered().invitation
    register(client, chloe.key)
    confirm(client)
    assert registered().arrival is Arrival.AGAIN
    assert (bob.parent_id, bob.depth, chloe.brought) == (world.invitation, 1, 0)


def test_two_registrations_confirmed_at_once_make_one_person(app: Flask, client: FlaskClient, world: World) -> None:
    with transaction():
        event = db.session.scalars(select(Event)).one()
        relays = [world.key, *(invite(event, who(), Origin.AUDIENCE, now()).key for who in MORE)]
    for key in relays:
        register(client, key)
    keys = db.session.scalars(
        select(Invitation.key).join(Registration, Registration.invitation_id == Invitation.id)
    ).all()
    db.session.rollback()

    def press(key: str) -> None:
        with app.app_context(), transaction():
            actions.confirm(queries.get_registration(key), now())

    with ThreadPoolExecutor(len(keys)) as crowd:
        list(crowd.map(press, keys))
    arrivals = sorted(str(one.arrival) for one in db.session.scalars(select(Registration)))
    assert arrivals == ["again", "again", "new"]
    assert db.session.scalar(select(func.count(Contact.id)).where(Contact.family_name == "Marchand")) == 1
    assert db.session.scalar(select(func.sum(Invitation.brought))) == 1


@pytest.mark.parametrize(("kind", "starts"), [("svg", b'<svg xmlns="http://www.w3.org/2000/svg"'), ("png", b"\x89PNG")])
def test_the_code_can_be_printed(client: FlaskClient, world: World, kind: str, starts: bytes) -> None:
    assert client.get(f"{path(Purpose.KIT, world.key)}/qr.{kind}").data.startswith(starts)


def test_a_draft_s_letter_is_shown_to_nobody(client: FlaskClient, world: World) -> None:
    with transaction() as session:
        session.execute(update(Campaign).values(state=CampaignState.DRAFT))
    assert "honneur" not in client.get(path(Purpose.SHARE, world.key)).text


def test_no_contact_is_made_before_confirmation(client: FlaskClient, world: World) -> None:
    before = db.session.scalar(select(func.count(Contact.id)))
    register(client, world.key)
    assert db.session.scalar(select(func.count(Contact.id))) == before


def test_who_never_confirms_is_forgotten_after_a_month(client: FlaskClient, world: World) -> None:
    register(client, world.key)
    register(client, world.key, given_name="Zoé", email="zoe@reseau.test")
    confirm(client)
    for days, forgotten in ((29, 0), (31, 1)):
        with transaction():
            assert forget_unconfirmed(now() + timedelta(days=days)) == forgotten
    assert [one.given_name for one in db.session.scalars(select(Registration))] == ["Zoé"]
    assert notices(NoticePurpose.ADDRESS_CHECK) == 1
