"""A campaign that meets dead addresses, or that nobody wants, pauses itself and says why."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.kinds import Kind
from outreach.database import db, now, transaction
from outreach.delivery import breaker, figures, launching
from outreach.delivery.breaker import Watch
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState, Verdict
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

SignedIn = Callable[..., FlaskClient]
OF_US = Verdict(MessageState.REJECTED, policy=True)
TAKEN = Verdict(MessageState.SENT)
NO_SUCH = Verdict(MessageState.REJECTED, suppress=True)


def met(number: int, writer: str, *answers: Verdict) -> None:
    """What one sender's book writes down after these answers."""
    with transaction():
        watch = Watch(writer)
        for one in answers:
            watch.see(number, one)
        watch.write(now())


def answered(number: int, **states: int) -> None:
    """So many more messages ended so, as another sender has counted them."""
    with transaction():
        figures.move({(number, MessageState(state)): count for state, count in states.items()}, "another sender")


def reason(number: int) -> str:
    db.session.rollback()
    found = db.session.scalars(select(Campaign.pause_reason).where(Campaign.id == number)).one()
    db.session.rollback()
    return found


@pytest.mark.both
def test_twenty_refusals_of_us_in_a_row_pause_the_campaign_whoever_met_them(app: Flask) -> None:
    number = campaigns.launched()
    for writer in ("one", "two", "three"):
        met(number, writer, *[OF_US] * 6)
    assert campaigns.state(number) is CampaignState.RUNNING
    met(number, "four", OF_US, OF_US)
    assert campaigns.state(number) is CampaignState.PAUSED
    assert reason(number) == breaker.REFUSED


@pytest.mark.both
def test_one_message_that_is_taken_begins_the_run_anew(app: Flask) -> None:
    number = campaigns.launched()
    met(number, "one", *[OF_US] * 19)
    met(number, "two", TAKEN)
    met(number, "one", *[OF_US] * 19)
    assert campaigns.state(number) is CampaignState.RUNNING


@pytest.mark.both
def test_what_was_not_even_tried_says_nothing_about_the_relay(app: Flask) -> None:
    number = campaigns.launched()
    met(number, "one", *[OF_US] * 19)
    met(number, "one", Verdict(MessageState.QUEUED), OF_US)
    assert campaigns.state(number) is CampaignState.PAUSED


@pytest.mark.both
def test_too_many_dead_addresses_pause_the_campaign_whoever_met_them(app: Flask) -> None:
    number = campaigns.launched()
    answered(number, sent=189, rejected=10)
    met(number, "one", *[NO_SUCH] * 5)
    met(number, "two", *[NO_SUCH] * 5)
    assert campaigns.state(number) is CampaignState.RUNNING, "of fewer than two hundred"
    answered(number, rejected=1)
    met(number, "one", NO_SUCH)
    assert campaigns.state(number) is CampaignState.PAUSED
    assert reason(number) == breaker.BOUNCED


@pytest.mark.both
def test_what_comes_back_later_counts_too(app: Flask) -> None:
    number = campaigns.launched()
    answered(number, sent=200)
    with transaction():
        assert not breaker.check(number, now())
    answered(number, sent=-11, bounced=11)
    with transaction():
        assert breaker.check(number, now())
    assert campaigns.state(number) is CampaignState.PAUSED
    with transaction():
        assert not breaker.check(number, now()), "it is paused already"


@pytest.mark.both
def test_a_person_who_resumes_it_knows_and_only_what_follows_counts(app: Flask) -> None:
    number = campaigns.launched()
    answered(number, sent=180, bounced=20)
    with transaction():
        assert breaker.check(number, now())
    with transaction() as session:
        launching.resume(session.get_one(Campaign, number), now())
    answered(number, sent=199)
    with transaction():
        assert not breaker.check(number, now())
    answered(number, sent=-11, bounced=11)
    with transaction():
        assert not breaker.check(number, now()), "199 since then"
    answered(number, sent=1)
    with transaction():
        assert breaker.check(number, now())


@pytest.mark.both
def test_a_relay_that_refuses_us_is_soon_given_no_more(app: Flask, relay: Relay) -> None:
    with transaction():
        for place in range(60):
            people.contact(Kind.INDIVIDUAL, "Une", f"Personne {place}", f"p{place}@ailleurs.test")
    number = campaigns.launched(batch_size=100)
    app.config["CONNECTIONS"] = 2
    relay.delay = 0.05
    relay.say("rcpt", "550 5.7.1 We do not want you")
    with sender() as post:
        post.send_due()
    assert campaigns.state(number) is CampaignState.PAUSED
    counts = figures.counts(number)
    assert 20 <= counts[MessageState.REJECTED] < 65, (
        "what it refuses while the book is written is a matter of its speed"
    )
    assert counts[MessageState.QUEUED] == 65 - counts[MessageState.REJECTED]
    assert reason(number) == breaker.REFUSED


@pytest.mark.both
def test_dead_addresses_in_the_dialogue_are_counted_as_they_are_met(app: Flask, relay: Relay) -> None:
    number = campaigns.launched(batch_size=5)
    answered(number, sent=189, rejected=10)
    met(number, "another sender", *[NO_SUCH] * 10)
    relay.say("rcpt", "550 5.1.1 Unknown here", to="ada@association.test")
    with sender() as post:
        post.send_due()
    assert campaigns.state(number) is CampaignState.PAUSED


def test_the_page_of_the_campaign_says_why_in_the_readers_language(signed_in: SignedIn, app: Flask) -> None:
    client = signed_in()
    number = campaigns.launched()
    answered(number, sent=180, bounced=20)
    with transaction():
        breaker.check(number, now() + timedelta(seconds=1))
    assert "More than five addresses in a hundred" in client.get(f"/admin/campaigns/{number}?lang=en").text
    assert "Plus de cinq adresses sur cent" in client.get(f"/admin/campaigns/{number}?lang=fr").text


@pytest.mark.both
def test_dead_addresses_among_the_first_hundreds_count_though_all_that_follows_is_taken(app: Flask) -> None:
    number = campaigns.launched()
    answered(number, sent=139, rejected=60)
    met(number, "one", *[NO_SUCH] * 60)
    assert campaigns.state(number) is CampaignState.RUNNING, "of fewer than two hundred"
    answered(number, sent=1)
    met(number, "two", TAKEN)
    assert campaigns.state(number) is CampaignState.PAUSED
    assert reason(number) == breaker.BOUNCED


@pytest.mark.both
def test_what_another_sender_has_delivered_meanwhile_begins_the_run_anew_in_every_book(app: Flask) -> None:
    number = campaigns.launched()
    taken = Watch("two")
    for _ in range(3):
        with transaction():
            taken.see(number, TAKEN)
            taken.write(now())
        met(number, "one", *[OF_US] * 10)
    assert campaigns.state(number) is CampaignState.RUNNING
