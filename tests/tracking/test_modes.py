"""How displays are measured: the strictest of all who have a say wins when the image is fetched."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from time_machine import Traveller

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.events.models import Event
from outreach.institution.measuring import Pixel, of_person, pixel, stricter, strictest
from outreach.institution.models import Institution, MeasuringMode
from outreach.invitations.models import PersonalDisplay
from outreach.links import Purpose, links
from outreach.tracking.actions import keep_displays
from outreach.tracking.buffer import Display
from outreach.tracking.models import DisplayCount, Reader
from tests import people
from tests.delivery import campaigns
from tests.people import World, world
from tests.relay import Relay
from tests.tracking.test_machines import IPHONE

OFF, AGGREGATE, LAST_OPEN, INDIVIDUAL = MeasuringMode
DAY = date(2026, 3, 2)


@pytest.fixture
def one(app: Flask, clock: Traveller) -> World:
    """Ada's message was sent an hour ago, from a house that may know as much as she lets it."""
    made = world()
    with transaction():
        db.session.execute(update(Message).values(ended_at=now()))
    decide(Institution, measuring=INDIVIDUAL)
    clock.shift(timedelta(hours=1))
    return made


def decide(table: type[Any], **values: object) -> None:
    """Write something into every row of a table."""
    with transaction() as session:
        session.execute(update(table).values(**values))


def look(client: FlaskClient, one: World, agent: str = IPHONE) -> None:
    """Fetch the image of Ada's own copy."""
    token = links().sign(Purpose.OPEN, f"{one.campaign}-fr-{one.key}")
    answer = client.get(f"/o/{token}.gif", headers={"User-Agent": agent})
    assert answer.data.startswith(b"GIF89a")


def known(one: World) -> tuple[dict[Reader, int], date | None, list[tuple[date, date, int]]]:
    """The counter, Ada's last day, and the displays of her messages."""
    db.session.rollback()
    counter: Counter[Reader] = Counter()
    for row in db.session.scalars(select(DisplayCount)):
        counter[row.reader] += row.count
    displays = [(row.first_on, row.last_on, row.count) for row in db.session.scalars(select(PersonalDisplay))]
    return dict(counter), db.session.get_one(Contact, one.ada).last_displayed_on, displays


@pytest.mark.both
def test_without_her_agreement_the_last_day_is_kept_and_nothing_of_each_message(
    client: FlaskClient, one: World, clock: Traveller
) -> None:
    look(client, one)
    assert known(one) == ({Reader.PERSON: 1}, DAY, [])
    clock.shift(timedelta(days=2))
    look(client, one)
    assert known(one)[1] == DAY + timedelta(days=2)


@pytest.mark.both
def test_with_her_agreement_the_days_of_each_message_are_kept(
    client: FlaskClient, one: World, clock: Traveller
) -> None:
    decide(Contact, measured_since=now())
    look(client, one)
    clock.shift(timedelta(days=1))
    look(client, one)
    counter, last, displays = known(one)
    assert (sum(counter.values()), last, displays) == (2, DAY + timedelta(days=1), [(DAY, DAY + timedelta(days=1), 2)])


@pytest.mark.parametrize("table", [Institution, Event, Campaign])
@pytest.mark.parametrize(("mode", "expected"), [(OFF, ({}, None, [])), (AGGREGATE, ({Reader.PERSON: 1}, None, []))])
def test_whoever_is_strictest_wins_when_the_image_is_fetched(
    client: FlaskClient, one: World, table: type[Any], mode: MeasuringMode, expected: object
) -> None:
    decide(Contact, measured_since=now())
    decide(table, measuring=mode)
    look(client, one)
    assert known(one) == expected


def test_a_refusal_holds_for_what_she_has_received_already(client: FlaskClient, one: World) -> None:
    stop = f"/u/{links().sign(Purpose.STOP, one.key)}"
    form = {"nonce": links().make_nonce("stop", one.key)}
    client.post(stop, data={**form, "wish": "agreed"}, forged=True)
    look(client, one)
    assert len(known(one)[2]) == 1
    client.post(stop, data={**form, "wish": "unmeasured"}, forged=True)
    assert known(one)[1:] == (None, []), "and what was known is forgotten"
    look(client, one)
    counter, *rest = known(one)
    assert (sum(counter.values()), rest) == (1, [None, []])


@pytest.mark.both
def test_an_agreement_is_dated_given_on_a_page_of_its_own_and_withdrawn_there(client: FlaskClient, one: World) -> None:
    stop = f"/u/{links().sign(Purpose.STOP, one.key)}"
    form = {"nonce": links().make_nonce("stop", one.key)}
    assert "J’accepte" in client.get(stop).text
    client.post(stop, data={**form, "wish": "agreed"}, forged=True)
    db.session.rollback()
    assert db.session.get_one(Contact, one.ada).measured_since == now()
    look(client, one)
    assert "Je n’accepte plus" in client.get(stop).text
    client.post(stop, data={**form, "wish": "withdrawn"}, forged=True)
    look(client, one)
    assert known(one)[2] == []
    assert known(one)[1] == DAY, "the last day needs no agreement"


def test_no_agreement_is_asked_for_where_the_house_would_not_use_it(client: FlaskClient, one: World) -> None:
    decide(Event, measuring=AGGREGATE)
    assert "J’accepte" not in client.get(f"/u/{links().sign(Purpose.STOP, one.key)}").text


def test_within_ten_seconds_of_sending_it_was_a_machine(client: FlaskClient, one: World) -> None:
    decide(Message, ended_at=now() - timedelta(seconds=9))
    look(client, one)
    assert known(one) == ({Reader.MACHINE: 1}, None, [])


def test_machines_leave_no_day(client: FlaskClient, one: World) -> None:
    look(client, one, agent="")
    assert known(one) == ({Reader.MACHINE: 1}, None, [])


@pytest.mark.both
@pytest.mark.parametrize(
    ("mode", "images"), [(OFF, set()), (AGGREGATE, {"crowd"}), (LAST_OPEN, {"own"}), (INDIVIDUAL, {"own"})]
)
def test_the_image_in_a_message_is_that_of_the_mode_and_none_where_nothing_is_measured(
    app: Flask, relay: Relay, mode: MeasuringMode, images: set[str]
) -> None:
    campaigns.launched(batch_size=5)
    decide(Institution, measuring=mode)
    with sender() as post:
        assert post.send_due() == 5
    found = {url for one in relay.received for url in _images(one.part("text/html"))}
    kinds = {"own" if url.partition("-")[2].count("-") else "crowd" for url in found}
    assert kinds == images
    assert len(found) == {"own": 5, "crowd": 2}.get("".join(images), 0)


def test_a_refusal_holds_for_what_is_queued(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    decide(Contact, not_measured=True)
    with sender() as post:
        post.send_due()
    assert [url for one in relay.received for url in _images(one.part("text/html"))] == []


def test_a_refusal_holds_for_what_the_relay_put_off(app: Flask, relay: Relay, clock: Traveller) -> None:
    campaigns.launched(batch_size=5)
    relay.say("dot", "451 4.3.0 Later", times=5)
    with sender() as post:
        post.send_due()
        decide(Contact, not_measured=True)
        clock.shift(timedelta(hours=2))
        post.send_due()
    assert len(relay.received) == 5
    assert [url for one in relay.received for url in _images(one.part("text/html"))] == []


@pytest.mark.both
def test_two_who_count_the_same_letters_at_once_do_not_wait_crosswise(app: Flask, one: World) -> None:
    days = [Display(one.campaign, "fr", DAY + timedelta(days=number), Reader.PERSON) for number in range(400)]

    def count(batch: list[Display]) -> None:
        with app.app_context(), transaction():
            keep_displays(dict.fromkeys(batch, 1), AGGREGATE)

    with ThreadPoolExecutor(2) as crowd:
        list(crowd.map(count, [days, days[::-1], days, days[::-1]]))
    db.session.rollback()
    assert {row.count for row in db.session.scalars(select(DisplayCount))} == {4}


@pytest.mark.both
def test_a_copy_is_counted_with_its_own_campaign_only(client: FlaskClient, one: World) -> None:
    with transaction():
        event = db.session.get_one(Event, one.event)
        other = people.campaign(event).id
    decide(Contact, measured_since=now())
    with transaction():
        display = Display(one.campaign, "fr", DAY, Reader.PERSON, one.key, now())
        crossed = Display(other, "fr", DAY, Reader.PERSON, one.key, now())
        keep_displays({display: 1, crossed: 1}, INDIVIDUAL)
    assert known(one) == ({Reader.PERSON: 1}, DAY, [(DAY, DAY, 1)])


def _images(html: str) -> list[str]:
    return [piece.partition(".gif")[0].split(".")[0] for piece in html.split("/o/")[1:]]


def test_the_strictest_is_decided_without_asking_anybody_else() -> None:
    assert strictest([INDIVIDUAL, None, AGGREGATE]) is AGGREGATE
    assert strictest([]) is OFF
    assert of_person(refused=True, agreed=True) is OFF
    assert of_person(refused=False, agreed=False) is LAST_OPEN
    assert [pixel(mode) for mode in MeasuringMode] == [Pixel.NONE, Pixel.CROWD, Pixel.PERSONAL, Pixel.PERSONAL]
    assert stricter(Pixel.PERSONAL, Pixel.NONE) is Pixel.NONE
