"""Lanes: each family of destinations at its own pace, whoever sends, and none waits for another."""

import socketserver
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import dns.message
import dns.resolver
import dns.rrset
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts import actions as contacts
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.delivery import launching, leasing
from outreach.delivery.letters.composing import MessageComposer
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.ownership import Ownership
from outreach.delivery.pacing import lanes
from outreach.delivery.pacing.families import Family
from outreach.delivery.pacing.jobs import forget_destinations, look_up_destinations
from outreach.delivery.pacing.models import Lane, MailDomain
from outreach.delivery.sending import Sender
from outreach.delivery.service import return_addresses, sender
from outreach.delivery.states import MessageState
from outreach.delivery.wire.clerk import Book
from outreach.delivery.wire.smtp import Envelope
from outreach.errors import Refusal
from outreach.invitations.models import Invitation
from outreach.links import links
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both


def launched(**crowd: int) -> int:
    """A campaign that is due now, to so many people at each provider besides the cast: `orange_fr=30`."""
    with transaction():
        for name, count in crowd.items():
            for place in range(count):
                address = f"{name}.{place}@{name.replace('_', '.')}"
                people.contact(Kind.INDIVIDUAL, "Une", f"Personne {place}", address)
    return campaigns.launched(batch_size=10_000)


def limit(**per_hour: int | None) -> None:
    with transaction():
        lanes.set_limits({Family(name): count for name, count in per_hour.items()})


def lease(limit: int = 500, owner: str = "one") -> Counter[str]:
    """How many of each lane one lease takes."""
    with transaction():
        return Counter(one.lane.value for one in leasing.lease(Message, owner, limit, now()) if one.lane)


def lanes_of(*states: MessageState) -> Counter[str]:
    db.session.rollback()
    found = Counter(lane.value for lane in db.session.scalars(select(Message.lane).where(Message.state.in_(states))))
    db.session.rollback()
    return found


def test_the_lane_is_known_when_the_messages_are_written(app: Flask) -> None:
    launched(orange_fr=2, wanadoo_fr=1, gmail_com=1, laposte_net=1, yahoo_fr=1, neuf_fr=1, hotmail_fr=1, free_fr=1)
    assert lanes_of(MessageState.QUEUED) == {
        **dict.fromkeys(["gmail", "laposte", "yahoo", "sfr", "microsoft", "free"], 1),
        "orange": 3,
        "others": 5,
    }


def test_a_lane_lets_through_what_it_may_and_holds_no_other(clock: time_machine.Traveller, app: Flask) -> None:
    launched(orange_fr=30, gmail_com=20)
    limit(orange=600)
    assert lease() == {"orange": 11, "gmail": 20, "others": 5}
    assert lease() == {}
    clock.shift(timedelta(seconds=6))
    assert lease() == {"orange": 1}
    clock.shift(timedelta(hours=1))
    assert lease() == {"orange": 11}, "a rest gives no more than a minute's worth at once"
    limit(orange=None)
    assert lease() == {"orange": 7}


def test_a_lease_takes_from_every_lane_however_full_one_is(app: Flask) -> None:
    launched(orange_fr=60, gmail_com=60)
    assert lease(30) == {"gmail": 10, "orange": 10, "others": 5}


def test_four_senders_share_one_limit(app: Flask, relay: Relay) -> None:
    launched(orange_fr=120, gmail_com=40)
    limit(orange=600)
    took: list[Counter[str]] = []
    at_once = threading.Barrier(4)

    def work(name: str) -> None:
        with app.app_context():
            at_once.wait()
            took.extend(lease(20, name) for _ in range(5))
            db.session.remove()

    with time_machine.travel(now(), tick=False):
        threads = [threading.Thread(target=work, args=(f"sender {number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    total = sum(took, Counter())
    assert total == {"orange": 11, "gmail": 40, "others": 5}
    assert lanes_of(MessageState.LEASED) == total


def test_a_slow_lane_leaves_at_its_pace_while_the_fast_ones_are_long_gone(
    clock: time_machine.Traveller, app: Flask, relay: Relay
) -> None:
    number = launched(orange_fr=6, gmail_com=30)
    limit(orange=60)
    with sender() as post:
        assert post.send_due() == 2 + 30 + 5
        for _minute in range(4):
            clock.shift(timedelta(minutes=1))
            assert post.send_due() == 1
    assert len(relay.recipients) == len(set(relay.recipients)) == 41
    assert campaigns.state(number) is CampaignState.FINISHED


def test_what_was_leased_and_did_not_leave_is_given_back_to_its_lane(
    clock: time_machine.Traveller, app: Flask, relay: Relay
) -> None:
    launched(orange_fr=30)
    limit(orange=600)
    relay.say("connect", "421 4.3.2 Too busy", times=1)
    with sender() as post:
        assert post.send_due() == 0
    clock.shift(timedelta(seconds=1))
    assert lease() == {"orange": 11, "others": 5}


def test_notices_go_first_and_through_no_lane(clock: time_machine.Traveller, app: Flask, relay: Relay) -> None:
    launched(orange_fr=10)
    limit(orange=1, others=1)
    with transaction() as session:
        invitation = session.scalars(select(Invitation).order_by(Invitation.id)).first()
        assert invitation is not None
        for place in range(5):
            email, key = f"nouvelle.{place}@orange.fr", str(place)
            notify(NoticePurpose.ADDRESS_CHECK, invitation, key, "fr", email, {"name": "Ada"}, now())
    with sender() as post:
        assert post.send_due() == 5 + 2
    assert sorted(relay.recipients[:5]) == [f"nouvelle.{place}@orange.fr" for place in range(5)]
    assert set(db.session.scalars(select(Notice.state))) == {MessageState.SENT}


def test_an_address_that_was_changed_since_goes_through_the_lane_of_the_new_one(
    clock: time_machine.Traveller, app: Flask
) -> None:
    launched(orange_fr=4)
    with transaction() as session:
        moved = session.scalars(select(Contact).where(Contact.given_name == "Ada")).one()
        contacts.edit_contact(moved, at=now(), emails=["ada@orange.fr"])
        left = session.scalars(select(Contact).where(Contact.family_name == "Personne 0")).one()
        contacts.edit_contact(left, at=now(), emails=["partie@gmail.com"])
    limit(orange=60)
    assert lease() == {"orange": 2, "others": 4}
    assert lease() == {"gmail": 1}
    assert lanes_of(MessageState.QUEUED, MessageState.LEASED) == {"orange": 4, "gmail": 1, "others": 4}


def test_what_its_lane_holds_back_is_not_late_but_what_nobody_looked_after_is(
    clock: time_machine.Traveller, app: Flask, relay: Relay
) -> None:
    number = launched(orange_fr=60)
    limit(orange=1)
    with sender() as post:
        for _hour in range(26):
            with transaction():
                assert launching.hold_late(now()) == 0
            post.send_due()
            clock.shift(timedelta(hours=1))
    clock.shift(timedelta(hours=26))
    with transaction():
        assert launching.hold_late(now()) == 1
    assert campaigns.state(number) is CampaignState.PAUSED


@pytest.mark.parametrize("per_hour", [0, -1, 1_000_001])
def test_a_limit_that_means_nothing_is_refused(app: Flask, per_hour: int) -> None:
    with pytest.raises(Refusal), transaction():
        lanes.set_limits({Family.ORANGE: per_hour})


def test_a_limit_is_kept_and_lifted_and_recorded(app: Flask) -> None:
    with transaction():
        assert lanes.set_limits({Family.ORANGE: 500, Family.GMAIL: None}) == [Family.ORANGE]
    with transaction():
        assert lanes.set_limits({Family.ORANGE: 500}) == []
        assert lanes.set_limits({Family.ORANGE: None}) == [Family.ORANGE]
    assert lanes.limits() == {}
    assert db.session.scalars(select(Lane.family)).all() == [Family.ORANGE]


class Answers(socketserver.BaseRequestHandler):
    """A name server that knows two domains."""

    MX = {"mairie.test.": "aspmx.l.google.com.", "ccas.test.": "smtp-in.orange.fr."}  # noqa: RUF012

    def handle(self) -> None:
        octets, socket = self.request
        asked = dns.message.from_wire(octets)
        name = asked.question[0].name
        answer = dns.message.make_response(asked)
        if host := self.MX.get(str(name)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "MX", f"10 {host}"))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], server.server_address[1]
        yield made
        server.shutdown()
        thread.join()


class Broken:
    """A mailer that fails before it has offered anything to the relay."""

    most = 1

    def deliver(self, letters: Iterable[Envelope], _book: Book) -> None:
        assert next(iter(letters))
        raise ZeroDivisionError

    def limit(self, connections: int) -> None: ...
    def leave_off(self) -> None: ...
    def close(self) -> None: ...


def test_a_fault_uses_up_no_lane(clock: time_machine.Traveller, app: Flask, data_dir: Path) -> None:
    launched(orange_fr=30)
    limit(orange=600)
    with Ownership(db.engine, data_dir) as owner:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                Sender(Broken(), owner, [MessageComposer(links(), return_addresses())]).send_due()
    assert lease()["orange"] == 11


def test_a_domain_is_looked_up_and_its_messages_change_lanes_when_their_turn_comes(
    clock: time_machine.Traveller, app: Flask, resolver: dns.resolver.Resolver
) -> None:
    launched(mairie_test=3, ccas_test=2, gmail_com=1)
    assert lanes_of(MessageState.QUEUED) == {"gmail": 1, "others": 10}
    assert look_up_destinations(resolver) == 6
    assert look_up_destinations(resolver) == 0
    limit(orange=1000)
    assert lease() == {"others": 5, "gmail": 1}
    assert lease() == {"gmail": 3, "orange": 2}
    clock.shift(timedelta(days=31))
    assert look_up_destinations(resolver) == 6, "they are asked for again"


@pytest.mark.both
def test_a_domain_at_which_nobody_is_written_to_any_more_is_forgotten(app: Flask) -> None:
    campaigns.launched()
    assert forget_destinations() == 0
    with transaction() as session:
        lady = session.scalars(select(Contact).where(Contact.given_name == "Ada")).one()
        contacts.edit_contact(lady, at=now(), emails=["ada@ailleurs.test"])
    assert forget_destinations() == 1
    known = set(db.session.scalars(select(MailDomain.domain)))
    db.session.rollback()
    assert "association.test" not in known
    assert {"commune.test", "gmail.com"} <= known


def test_without_dns_nothing_is_learnt_and_nothing_is_asked_where_nothing_may_leave(app: Flask) -> None:
    launched(mairie_test=3)
    silent = dns.resolver.Resolver(configure=False)
    silent.nameservers, silent.port = ["127.0.0.1"], 9
    assert look_up_destinations(silent) == 0
    assert look_up_destinations() == 0
    assert db.session.scalars(select(MailDomain.looked_up_at).where(MailDomain.looked_up_at.is_not(None))).all() == []


def test_messages_that_wait_since_before_there_were_lanes_leave_too(app: Flask) -> None:
    launched(orange_fr=2)
    with transaction() as session:
        session.execute(update(Message).values(lane=Family.OTHERS))
    assert lease() == {"others": 7}
    assert db.session.scalars(select(Campaign.state)).all() == [CampaignState.RUNNING]
