"""Whom a campaign writes to, and why each other contact is left out."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from outreach.campaigns.audience import EMPTY, Rule, read_rule, replies_wanted
from outreach.campaigns.audience_queries import (
    CHOSEN,
    Scope,
    chosen,
    count_audience,
    page_of_contacts,
    samples,
)
from outreach.campaigns.lifecycle import CampaignPurpose
from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts import actions as contacts
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, Mandate, SuppressionReason
from outreach.database import db, now, transaction
from outreach.errors import Refusal
from outreach.events.models import Event
from outreach.events.tables import Faulty
from outreach.invitations.actions import invite, withdraw
from outreach.invitations.models import Origin, Reply
from tests import people

pytestmark = pytest.mark.both
EVERYONE = Rule(everyone=True)


@pytest.fixture
def event(app: Flask) -> Event:
    with transaction():
        made = people.congress()
        for person in (people.ada, people.ccas, people.deputy, people.mayor, people.mep, people.without_address):
            person()
    return made


def scope(event: Event, rule: Rule = EVERYONE, purpose: CampaignPurpose = CampaignPurpose.INVITATION) -> Scope:
    return Scope(rule, event.id, purpose, now().date())


def names(asked: Scope, verdict: str = CHOSEN) -> set[str]:
    numbers, _following = page_of_contacts(asked, verdict)
    found = {contact.name for contact in db.session.query(Contact).where(Contact.id.in_(numbers))}
    db.session.rollback()
    return found


def person(name: str) -> Contact:
    return db.session.query(Contact).where(Contact.family_name == name).one()


def left_out(asked: Scope) -> dict[str, int]:
    counted = count_audience(asked)
    assert counted.chosen == len(db.session.scalars(chosen(asked)).all())
    for reason, count in counted.left_out.items():
        numbers, _following = page_of_contacts(asked, reason)
        assert len(numbers) == count, reason
    db.session.rollback()
    return {reason.value: count for reason, count in counted.left_out.items()}


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        (EVERYONE, {"Ada Lefèvre", "CCAS d’Exemple", "Inès Durand", "Paul Bêche", "Maeve O’Brien"}),
        (EMPTY, set()),
        (Rule(kinds=("deputy", "mep")), {"Inès Durand", "Maeve O’Brien"}),
        (Rule(kinds=("mep",), departments=("72",)), set()),
        (Rule(regions=("Pays de la Loire",), kinds=("mayor",)), {"Paul Bêche"}),
        (Rule(countries=("BE",)), {"Maeve O’Brien"}),
        (Rule(languages=("en", "unknown")), {"Maeve O’Brien"}),
        (Rule(exclude_kinds=("deputy", "mayor", "ccas")), {"Ada Lefèvre", "Maeve O’Brien"}),
        (Rule(exclude_departments=("72",)), {"Maeve O’Brien"}),
    ],
)
def test_a_rule_chooses(event: Event, rule: Rule, who: set[str]) -> None:
    assert names(scope(event, rule)) == who


def test_each_contact_left_out_has_one_reason(event: Event) -> None:
    with transaction():
        contacts.suppress("ines.durand@assemblee.test", SuppressionReason.OPT_OUT, now())
        contacts.suppress("maire@commune.test", SuppressionReason.BOUNCE, now())
        contacts.suppress("ccas@commune.test", SuppressionReason.COMPLAINT, now(), event_id=event.id)
        contacts.suppress("maeve.obrien@europe.test", SuppressionReason.STAFF, now())
    assert names(scope(event)) == {"Ada Lefèvre"}
    assert left_out(scope(event)) == {
        "no_address": 1,
        "opted_out": 1,
        "complained": 1,
        "bounced": 1,
        "set_aside": 1,
    }


def test_those_the_rule_does_not_speak_of_are_counted_apart(event: Event) -> None:
    rule = Rule(departments=("72",), exclude_kinds=("mayor",))
    assert left_out(scope(event, rule)) == {"not_chosen": 1, "excluded": 1, "no_address": 1}


def test_an_opt_out_from_another_event_does_not_count(event: Event) -> None:
    with transaction():
        other = people.congress()
        contacts.suppress("ada@association.test", SuppressionReason.OPT_OUT, now(), event_id=other.id)
    assert "Ada Lefèvre" in names(scope(event))


def test_an_invitation_is_not_sent_to_whoever_answered_or_came_through_somebody(event: Event) -> None:
    with transaction():
        for name, origin in (("Lefèvre", Origin.AUDIENCE), ("Durand", Origin.SHARE), ("Bêche", Origin.AUDIENCE)):
            invite(event, person(name), origin, now())
        invite(event, person("O’Brien"), Origin.AUDIENCE, now()).reply = Reply.NO
        withdraw(invite(event, person("Bêche"), Origin.AUDIENCE, now()))
    assert left_out(scope(event)) == {"withdrawn": 1, "answered": 1, "invited": 1, "no_address": 1}


def test_a_second_mailing_of_the_invitation_leaves_out_whoever_had_the_first(event: Event) -> None:
    with transaction():
        mailing = people.campaign(event)
        people.message(mailing, invite(event, person("Lefèvre"), Origin.AUDIENCE, now()))
    assert "Ada Lefèvre" in names(scope(event)), "a draft that was signed once has sent nothing"
    db.session.rollback()
    with transaction() as session:
        session.get_one(Campaign, mailing.id).state = CampaignState.SIGNED
    again = replace(scope(event), campaign_id=mailing.id)
    assert "Ada Lefèvre" in names(again)
    assert "Ada Lefèvre" not in names(scope(event))
    assert left_out(scope(event))["invited"] == 1


def test_a_reminder_is_for_those_who_have_not_answered(event: Event) -> None:
    with transaction():
        invite(event, person("Lefèvre"), Origin.AUDIENCE, now())
        invite(event, person("Durand"), Origin.SHARE, now())
        invite(event, person("Bêche"), Origin.AUDIENCE, now()).reply = Reply.YES
    reminder = scope(event, purpose=CampaignPurpose.REMINDER)
    assert names(reminder) == {"Ada Lefèvre", "Inès Durand"}
    assert left_out(reminder) == {"not_invited": 3, "answered": 1}


def test_thanks_are_for_those_who_came(event: Event) -> None:
    with transaction():
        invite(event, person("Lefèvre"), Origin.AUDIENCE, now())
        invite(event, person("Bêche"), Origin.AUDIENCE, now()).reply = Reply.YES
        invite(event, person("Durand"), Origin.AUDIENCE, now()).reply = Reply.NO
    assert names(scope(event, purpose=CampaignPurpose.THANKS)) == {"Paul Bêche"}
    everyone = scope(event, Rule(everyone=True, replies=("none", "no")), CampaignPurpose.CHANGE)
    assert names(everyone) == {"Ada Lefèvre", "Inès Durand"}
    assert left_out(everyone)["reply"] == 1


def test_an_office_counts_while_it_is_held(event: Event) -> None:
    today = now().date()
    with transaction():
        db.session.add(Mandate(contact_id=person("Lefèvre").id, kind=Kind.SENATOR, constituency="Sarthe"))
        over = today - timedelta(days=1)
        db.session.add(Mandate(contact_id=person("Bêche").id, kind=Kind.MAYOR, constituency="Exemple", until=over))
    assert names(scope(event, Rule(kinds=("senator", "mayor")))) == {"Ada Lefèvre"}


def test_recipients_are_counted_by_language_and_can_be_shown_by_example(event: Event) -> None:
    counted = count_audience(scope(event))
    assert counted.languages == {"fr": 4, "en": 1}
    assert counted.nameless == 1
    assert set(counted.kinds) == {Kind.ASSOCIATION, Kind.CCAS, Kind.DEPUTY, Kind.MAYOR, Kind.MEP}
    assert len(samples(scope(event))) == 5


def test_a_list_of_those_left_out_is_read_page_by_page(event: Event) -> None:
    seen: list[int] = []
    after = ""
    while True:
        numbers, following = page_of_contacts(scope(event), CHOSEN, after, size=2)
        seen += numbers
        if following is None:
            break
        after = str(following)
    assert sorted(seen) == sorted(db.session.scalars(chosen(scope(event))).all())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kinds": ["mairie"]}, "audience.kinds"),
        ({"departments": ["720"]}, "audience.departments"),
        ({"languages": "de"}, "audience.languages"),
        ({"regions": ["Maine"]}, "audience.regions"),
        ({"everyone": "yes"}, "audience.everyone"),
        ({"tags": 5}, "audience.tags"),
        ({"kind": ["mayor"]}, "audience.kind"),
    ],
)
def test_a_rule_that_cannot_be_read_says_which_key(values: dict[str, Any], said: str) -> None:
    with pytest.raises(Faulty) as caught:
        read_rule(values)
    assert isinstance(caught.value, Refusal)
    assert f"“{said}”" in str(caught.value)


def test_a_rule_reads_back() -> None:
    values = {"kinds": ["mayor", "ccas"], "departments": ["Sarthe", "2a"], "tags": "presse", "exclude_tags": ["x"]}
    rule = read_rule(values)
    assert rule.departments == ("2A", "72")
    assert read_rule(rule.as_dict()) == rule
    assert read_rule({}) == EMPTY
    assert EMPTY.is_empty
    assert replies_wanted(Rule(replies=("yes",)), CampaignPurpose.REMINDER) == ("none",)
