"""Saved audiences: whom they find, why, and what becomes of a campaign that writes to one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.campaigns import actions, queries
from outreach.campaigns.audience import EMPTY, Rule
from outreach.campaigns.audience_queries import chosen
from outreach.campaigns.audiences import actions as saving
from outreach.campaigns.audiences import queries as audiences
from outreach.campaigns.audiences import tallies
from outreach.campaigns.audiences.jobs import count_audience_of, count_audiences
from outreach.campaigns.audiences.models import Audience, AudienceTally
from outreach.campaigns.audiences.rules import Group, read_tree
from outreach.contacts import actions as contacts
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, Mandate, SuppressionReason
from outreach.contacts.searching.indexing import reindex
from outreach.database import db, now, transaction
from outreach.errors import Refusal
from outreach.events.models import Event
from outreach.invitations.actions import invite
from outreach.invitations.models import Origin, Reply
from tests import people

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("clock", "database_kind")]

EVERYBODY = {"Ada Lefèvre", "CCAS d’Exemple", "Inès Durand", "Paul Bêche", "Maeve O’Brien", "Sans Adresse"}
Browser = Callable[..., FlaskClient]


@pytest.fixture
def event(clock: object, app: Flask) -> Event:
    """A directory of six, one without an address; Ada and the deputy are invited, Ada comes and had a letter."""
    with transaction():
        people.city()
        lady, deputy, desk = people.ada(), people.deputy(), people.ccas()
        mayor, _mep = people.mayor(), people.mep()
        nobody = people.without_address()
        nobody.family_name, nobody.given_name, nobody.organisation_id = "Adresse", "Sans", None
        contacts.tag(lady, "presse", now())
        lady.locality, lady.department, desk.locality, desk.department = "Le Mans", "72", "Laval", "53"
        db.session.add(Mandate(contact_id=mayor.id, kind=Kind.SENATOR, until=now().date()))
        db.session.add(Mandate(contact_id=lady.id, kind=Kind.SENATOR, until=now().date() - timedelta(days=1)))
        congress = people.congress()
        coming = invite(congress, lady, Origin.AUDIENCE, now())
        coming.reply = Reply.YES
        invite(congress, deputy, Origin.AUDIENCE, now())
        sent = people.message(people.campaign(congress), coming)
        sent.state, sent.ended_at = type(sent.state)("sent"), now() - timedelta(days=10)
        db.session.flush()
        reindex([lady.id, desk.id, nobody.id])
        return congress


def found(tree: dict[str, Any]) -> set[str]:
    numbers = audiences.members(read_tree(tree), now())
    names = {contact.name for contact in db.session.query(Contact).where(Contact.id.in_(list(numbers)))}
    assert audiences.estimate(read_tree(tree), now()) == audiences.Estimate(len(names))
    db.session.rollback()
    return names


def person(name: str) -> int:
    number = db.session.query(Contact.id).where(Contact.family_name == name).one()[0]
    db.session.rollback()
    return int(number)


@pytest.mark.parametrize(
    ("tree", "who"),
    [
        ({"kind": ["deputy", "mep"]}, {"Inès Durand", "Maeve O’Brien"}),
        ({"mandate": ["senator"]}, {"Paul Bêche"}),
        ({"department": ["53"]}, {"CCAS d’Exemple"}),
        ({"country": ["BE"]}, {"Maeve O’Brien"}),
        ({"inhabitants": {"least": 100_000}}, {"Ada Lefèvre"}),
        ({"inhabitants": {"least": 10_000, "most": 100_000}}, {"CCAS d’Exemple"}),
        ({"language": ["en"]}, {"Maeve O’Brien"}),
        ({"tag": ["presse", "x"]}, {"Ada Lefèvre"}),
        ({"address": ["without"]}, {"Sans Adresse"}),
        ({"address": ["with"]}, EVERYBODY - {"Sans Adresse"}),
        ({"organisation": ["EXEMPLE ccas"]}, {"CCAS d’Exemple"}),
        ({"source": ["nowhere"]}, set()),
        ({"written": {"is": ["never"]}}, EVERYBODY - {"Ada Lefèvre"}),
        ({"written": {"is": ["within"], "days": 11}}, {"Ada Lefèvre"}),
        ({"written": {"is": ["before"], "days": 9}}, {"Ada Lefèvre"}),
        ({"written": {"is": ["before"], "days": 11}}, set()),
        ({"not": {"language": ["en"]}}, EVERYBODY - {"Maeve O’Brien"}),
        ({"not": {"department": ["72"]}}, None),
        ({"any": [{"tag": ["presse"]}, {"kind": ["mep"]}]}, {"Ada Lefèvre", "Maeve O’Brien"}),
        ({"all": [{"address": ["with"]}, {"not": {"any": [{"tag": ["presse"]}, {"kind": ["mep"]}]}}]}, None),
        ({"all": [{"any": []}, {"kind": ["mep"]}]}, set()),
    ],
)
@pytest.mark.usefixtures("event")
def test_a_rule_finds(tree: dict[str, Any], who: set[str] | None) -> None:
    names = found(tree)
    assert names == who if who is not None else names
    assert found({"not": tree}) == EVERYBODY - names, "whoever does not meet a condition meets its contrary"


@pytest.mark.parametrize(
    ("standing", "who"),
    [
        ("invited", {"Ada Lefèvre", "Inès Durand"}),
        ("waiting", {"Inès Durand"}),
        ("answered", {"Ada Lefèvre"}),
        ("yes", {"Ada Lefèvre"}),
        ("no", set()),
    ],
)
def test_a_rule_may_ask_for_answers(event: Event, standing: str, who: set[str]) -> None:
    assert found({"answer": {"event": event.id, "is": [standing]}}) == who


@pytest.mark.usefixtures("event")
def test_whoever_is_erased_is_in_no_audience() -> None:
    with transaction():
        db.session.get_one(Contact, person("Durand")).erased_at = now()
    assert "Inès Durand" not in found({"not": {"tag": ["x"]}})


@pytest.mark.usefixtures("event")
def test_why_somebody_is_in_or_out_is_said_part_by_part() -> None:
    rule = read_tree({"all": [{"kind": ["mayor"]}, {"any": [{"tag": ["x"]}, {"address": ["with"]}]}]})
    judged = audiences.judged(rule, person("Bêche"), now())
    assert [(part.depth, part.met) for part in judged] == [(0, True), (1, True), (1, True), (2, False), (2, True)]
    assert [part.met for part in audiences.judged(rule, person("O’Brien"), now())] == [False, False, True, False, True]


def test_of_many_a_part_is_looked_at(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "FEW", 2)
    monkeypatch.setattr(audiences, "ENOUGH", 3)
    rule = read_tree({"address": ["with"]})
    assert audiences.estimate(rule, now()) == audiences.Estimate(5, about=True)
    assert audiences.estimate(read_tree({"kind": ["mep"]}), now()) == audiences.Estimate(1)
    assert [audiences.rounded(number) for number in (7, 42, 118_432, 996)] == [7, 42, 120_000, 1000]


def save(tree: dict[str, Any], name: str = "Élus") -> Audience:
    with transaction():
        return saving.save(name, read_tree(tree), now(), people.member().id)


def campaign_to(event: Event, audience: Audience, rule: Rule = EMPTY) -> int:
    with transaction():
        made = people.campaign(event)
        actions.set_audience(made, rule, now(), audience_id=audience.id)
        return made.id


def written_to(campaign_id: int) -> set[str]:
    numbers = db.session.scalars(chosen(queries.scope_of(queries.get_campaign(campaign_id)))).all()
    names = {contact.name for contact in db.session.query(Contact).where(Contact.id.in_(numbers))}
    db.session.rollback()
    return names


def test_a_campaign_writes_to_those_of_its_audience_who_can_be_written_to(event: Event) -> None:
    number = campaign_to(event, save({"not": {"kind": ["mep"]}}))
    assert written_to(number) == {"CCAS d’Exemple", "Inès Durand", "Paul Bêche"}, "Ada has answered"
    with transaction():
        contacts.suppress("maire@commune.test", SuppressionReason.OPT_OUT, now())
        saved = queries.get_campaign(number).audience_id
        actions.set_audience(queries.get_campaign(number), Rule(exclude_kinds=("ccas",)), now(), audience_id=saved)
    assert written_to(number) == {"Inès Durand"}


def test_a_signature_holds_for_the_audience_as_it_was(event: Event) -> None:
    audience = save({"kind": ["mayor"]})
    number = campaign_to(event, audience)
    content = queries.content_of(queries.get_campaign(number))
    assert content["saved_audience"] == {"all": [{"kind": ["mayor"]}]}
    db.session.rollback()
    with transaction():
        saving.save("Élus", read_tree({"kind": ["mep"]}), now(), audience=audiences.get_audience(audience.id))
    assert queries.content_of(queries.get_campaign(number)) != content


def test_a_campaign_without_a_saved_audience_is_signed_for_the_same_as_ever(event: Event) -> None:
    with transaction():
        made = people.campaign(event)
        assert "saved_audience" not in queries.content_of(made)


def test_names_are_unique_and_an_audience_in_use_stays(event: Event) -> None:
    audience = save({"kind": ["mayor"]})
    with pytest.raises(Refusal, match="already"):
        save({"kind": ["mep"]})
    with pytest.raises(Refusal, match="name of 120"):
        save({"kind": ["mep"]}, "  ")
    campaign_to(event, audience)
    with pytest.raises(Refusal, match="writes to this audience"), transaction():
        saving.remove(audiences.get_audience(audience.id))
    other = save({"kind": ["mep"]}, "Autres")
    assert other.counted == 1
    with transaction():
        saving.remove(audiences.get_audience(other.id))
    assert [one.name for one in audiences.audiences()] == ["Élus"]


def test_of_a_large_directory_pages_show_the_count_that_was_kept(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    number = campaign_to(event, save({"address": ["with"]}))
    scope = queries.scope_of(queries.get_campaign(number))
    assert tallies.counted(scope).counted_at is None
    count_audience_of(number)
    assert db.session.query(AudienceTally).count() == 0, "a small directory is counted each time"
    monkeypatch.setattr(audiences, "FEW", 2)
    count_audiences()
    kept = tallies.counted(scope)
    assert (kept.chosen, kept.counted_at) == (4, now())
    assert (kept.languages, kept.nameless) == (tallies.tried(scope).languages, tallies.tried(scope).nameless)
    assert set(tallies.samples(scope)) <= set(db.session.scalars(chosen(scope)))
    db.session.rollback()
    with transaction():
        people.campaign(event)
        tallies.forget_old(now() + timedelta(days=3))
    assert db.session.query(AudienceTally).count() == 0


PAGE = {"name": "Maires", "r-join": "all", "r.1-field": "kind", "r.1-value": ["mayor"]}


@pytest.mark.usefixtures("event")
def test_an_audience_is_built_counted_and_saved_on_its_page(signed_in: Browser) -> None:
    browser = signed_in(Role.PREPARE)
    page = browser.post("/admin/audiences/new", data={"r-join": "all", "r-new": "kind", "do": "add:r"})
    assert page.status_code == 200
    assert 'name="r.1-value"' in page.text
    counted = browser.post("/admin/audiences/new", data={**PAGE, "do": "count"})
    assert "Paul Bêche" in counted.text
    assert audiences.find_audience("Maires") is None
    db.session.rollback()
    assert browser.post("/admin/audiences/new", data={**PAGE, "r.1-value": [], "do": "save"}).status_code == 422
    saved = browser.post("/admin/audiences/new", data={**PAGE, "do": "save"})
    number = int(saved.location.rpartition("/")[2])
    assert "Paul Bêche" in browser.get(saved.location).text
    why = browser.get(f"/admin/audiences/{number}/why/{person('O’Brien')}")
    assert "n’en fait pas partie" in why.text or "is not in this audience" in why.text
    lines = browser.post(f"/admin/audiences/{number}/export.csv").text.splitlines()
    assert len(lines) == 2
    assert browser.post(f"/admin/audiences/{number}/export.xlsx").data[:2] == b"PK"
    assert "Maires" in browser.get(f"/admin/audiences/?q={number}").text
    assert browser.post(f"/admin/audiences/{number}/remove").status_code == 302
    assert audiences.audiences() == []


def test_a_campaign_chooses_a_saved_audience_on_its_page(event: Event, signed_in: Browser) -> None:
    audience = save({"kind": ["mayor"]})
    with transaction():
        number = people.campaign(event).id
    browser = signed_in(Role.PREPARE)
    tried = browser.get(f"/admin/campaigns/{number}/audience?try=1&saved={audience.id}")
    assert tried.status_code == 200
    browser.post(f"/admin/campaigns/{number}/audience", data={"saved": audience.id})
    assert queries.get_campaign(number).audience_id == audience.id
    assert written_to(number) == {"Paul Bêche"}
    assert "Élus" in browser.get(f"/admin/campaigns/{number}").text
    assert isinstance(audiences.rule_of(audience.id), Group)
