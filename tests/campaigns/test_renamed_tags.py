"""A tag that gets another name, or that nobody has any more: who was kept out by it stays out."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import Role
from outreach.campaigns.audience import Rule
from outreach.campaigns.audience_queries import chosen
from outreach.campaigns.audiences import actions as saving
from outreach.campaigns.audiences.models import Audience
from outreach.campaigns.audiences.rules import read_tree
from outreach.campaigns.audiences.tags import TagRules
from outreach.campaigns.lifecycle import CampaignState
from outreach.campaigns.models import Campaign, SignOff
from outreach.campaigns.queries import scope_of
from outreach.contacts import actions as contacts
from outreach.contacts.bulk import actions as bulk
from outreach.contacts.bulk.changes import Change, What
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.errors import Refusal
from tests import people

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "clock", "database_kind")]
Browser = Callable[..., FlaskClient]
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NOT_PRESS: dict[str, Any] = {"all": [{"address": ["with"]}, {"not": {"tag": ["presse", "radio"]}}]}


@pytest.fixture
def made() -> dict[str, int]:
    """Ada has the tag “presse”; one campaign leaves it out by an audience, one by its own rule, one is over."""
    with transaction():
        people.city()
        lady, mayor, user = people.ada(), people.mayor(), people.member()
        contacts.tag(lady, "presse", now())
        contacts.tag(mayor, "élus", now())
        audience = saving.save("Without the press", read_tree(NOT_PRESS), now(), user.id)
        event = people.congress()
        by_audience, by_rule, over = (people.campaign(event) for _ in range(3))
        by_audience.audience, by_audience.audience_id, by_audience.state = {}, audience.id, CampaignState.DRAFT
        by_rule.audience = Rule(everyone=True, exclude_tags=("presse",)).as_dict()
        over.audience, over.state = by_rule.audience, CampaignState.STOPPED
        by_rule.state, by_audience.name, by_rule.name, over.name = CampaignState.SIGNED, "Saved", "Own", "Over"
        db.session.add(SignOff(campaign_id=by_rule.id, user_id=user.id, at=now(), digest="x", content={}))
        db.session.flush()
        return {"user": user.id, "ada": lady.id, "saved": by_audience.id, "own": by_rule.id, "over": over.id}


def recipients(campaign_id: int) -> set[str]:
    scope = scope_of(db.session.get_one(Campaign, campaign_id))
    names = set(db.session.scalars(select(Contact.family_name).where(Contact.id.in_(chosen(scope)))))
    db.session.rollback()
    return names


def rename(made: dict[str, int], new: str) -> None:
    with transaction():
        bulk.rename_tag("presse", new, now(), made["user"], TagRules())


@pytest.mark.parametrize("new", ["journalistes", "élus"])
def test_whoever_a_tag_kept_out_stays_out_under_its_new_name(made: dict[str, int], new: str) -> None:
    assert recipients(made["saved"]) == recipients(made["own"]) == {"Bêche"}
    rename(made, new)
    kept = set() if new == "élus" else {"Bêche"}
    assert recipients(made["saved"]) == recipients(made["own"]) == kept
    tree = db.session.scalars(select(Audience.tree)).one()
    assert tree == {"all": [{"address": ["with"]}, {"not": {"tag": [new, "radio"]}}]}


def test_a_signature_ends_with_the_name_of_a_tag_and_what_is_over_stays_as_it_was(made: dict[str, int]) -> None:
    rename(made, "journalistes")
    signed, over = db.session.get_one(Campaign, made["own"]), db.session.get_one(Campaign, made["over"])
    assert signed.state is CampaignState.DRAFT
    assert db.session.scalars(select(SignOff.voided_at)).one() is not None
    assert over.audience == {"everyone": True, "exclude_tags": ["presse"]}


def test_a_tag_that_a_rule_names_is_not_taken_off_everybody(made: dict[str, int]) -> None:
    with pytest.raises(Refusal, match="Without the press") as caught, transaction():
        bulk.change_all([made["ada"]], Change(What.UNTAG, "presse"), now(), made["user"], TagRules())
    assert "Own" in str(caught.value)
    assert "Over" not in str(caught.value)
    assert "Lefèvre" not in recipients(made["own"])
    with transaction():
        mayor = db.session.scalars(select(Contact).where(Contact.family_name == "Bêche")).one()
        contacts.tag(mayor, "presse", now())
    with transaction():  # somebody still has it: this one is let in by choice
        assert bulk.change_all([made["ada"]], Change(What.UNTAG, "presse"), now(), made["user"], TagRules()) == 1


def test_the_page_says_what_depends_on_a_tag_before_it_is_renamed(made: dict[str, int], signed_in: Browser) -> None:
    browser = signed_in(Role.PREPARE)
    asked = {"tag": "presse", "new": "journalistes"}
    page = browser.post("/admin/contacts/tags/rename?lang=en", data=asked)
    assert page.status_code == 200
    for words in ("Without the press", "Own", "it has to be signed off again"):
        assert words in page.text
    assert db.session.get_one(Campaign, made["own"]).state is CampaignState.SIGNED
    db.session.rollback()
    assert browser.post("/admin/contacts/tags/rename", data={**asked, "confirmation": "1"}).status_code == 302
    rule = scope_of(db.session.get_one(Campaign, made["own"])).rule
    assert rule.exclude_tags == ("journalistes",)


def test_many_who_have_a_tag_are_typed_before_it_is_renamed(signed_in: Browser) -> None:
    with transaction():
        user = people.member().id
        numbers = [people.contact(Kind.PRESS, "", f"Nom{number}").id for number in range(101)]
        bulk.change_all(numbers, Change(What.TAG, "radio"), now(), user, TagRules())
    browser = signed_in(Role.PREPARE)
    asked = {"tag": "radio", "new": "ondes"}
    assert "101" in browser.post("/admin/contacts/tags/rename", data=asked).text
    assert browser.post("/admin/contacts/tags/rename", data={**asked, "confirmation": "11"}).status_code == 422
    assert browser.post("/admin/contacts/tags/rename", data={**asked, "confirmation": "101"}).status_code == 302
