"""Pages of campaigns."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.campaigns import actions, queries
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.planning import Calendar
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from tests import people
from tests.snapshots import changed, snapshot

Browser = Callable[..., FlaskClient]
LETTER = {
    "subject_fr": "Invitation : {event}",
    "body_fr": "{salutation}\n\nVenez {dates}.",
    "subject_en": "Invitation: {event}",
    "body_en": "{salutation}\n\nCome {dates}.",
}
PATHS = ("", "/letter", "/audience", "/calendar", "/settings", "/audience/chosen", "/audience/no_address")

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def draft(app: Flask) -> int:
    with transaction():
        people.city()
        for person in (people.ada, people.ccas, people.deputy, people.mep, people.without_address):
            person()
        campaign = people.campaign(people.congress())
        actions.set_calendar(campaign, Calendar(now() + timedelta(hours=1), 2, timedelta(minutes=10)), now())
        return campaign.id


@pytest.fixture
def signed(draft: int) -> int:
    with transaction():
        user = people.member()
        actions.sign(queries.get_campaign(draft), user.id, now(), 4)
    return draft


def kept(number: int) -> Campaign:
    """The campaign as the database has it now."""
    db.session.expunge_all()
    found = queries.get_campaign(number)
    db.session.expunge_all()
    db.session.rollback()
    return found


def number_of(family_name: str) -> int:
    found = db.session.query(Contact.id).filter_by(family_name=family_name).scalar()
    db.session.rollback()
    assert isinstance(found, int)
    return found


def test_a_campaign_begins_with_its_event_and_its_letter(signed_in: Browser, draft: int) -> None:
    form = {"event": str(kept(draft).event_id), "name": "Rappel", "purpose": "reminder"}
    answer = signed_in(Role.PREPARE).post("/admin/campaigns/new", data=form)
    assert answer.status_code == 302
    assert answer.location.endswith("/letter")
    made = db.session.query(Campaign).order_by(Campaign.id.desc()).first()
    assert made is not None
    assert (made.purpose, made.sender_email, made.state) == ("reminder", "congres@ville.example", "draft")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "event": "1"}, "name"),
        ({"name": "x", "event": ""}, "event"),
        ({"name": "x", "event": "99"}, "event"),
        ({"name": "x", "event": "1", "sender_email": "noreply@ville.example"}, "sender_email"),
    ],
)
def test_faults_of_the_settings_are_shown_beside_their_fields(
    signed_in: Browser, draft: int, form: dict[str, str], field: str
) -> None:
    answer = signed_in(Role.PREPARE).post("/admin/campaigns/new", data=form)
    assert answer.status_code == 422
    assert f"f-{field}-error" in answer.text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_read_in_both_languages_and_change_nothing(
    signed_in: Browser, draft: int, database_url: str, path: str, language: str
) -> None:
    browser = signed_in()
    before = snapshot(database_url)
    answer = browser.get(f"/admin/campaigns/{draft}{path}?lang={language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert browser.get(f"/admin/campaigns/?lang={language}").status_code == 200
    assert changed(before, snapshot(database_url)) == []


def test_both_letters_are_saved_together(signed_in: Browser, draft: int) -> None:
    assert signed_in(Role.PREPARE).post(f"/admin/campaigns/{draft}/letter", data=LETTER).status_code == 302
    letter = queries.letter_of(kept(draft), "en")
    assert letter is not None
    assert letter.body == LETTER["body_en"]


def test_a_letter_is_previewed_as_a_real_recipient_without_being_saved(
    signed_in: Browser, draft: int, database_url: str
) -> None:
    browser, form = signed_in(Role.PREPARE), {**LETTER, "contact": str(number_of("Durand"))}
    before = snapshot(database_url)
    fragment = browser.post(f"/admin/campaigns/{draft}/letter/preview", data=form, headers={"HX-Request": "true"})
    assert fragment.text.lstrip().startswith("<div")
    assert "Madame la Députée," in fragment.text
    assert "Come on " in fragment.text
    whole = browser.post(f"/admin/campaigns/{draft}/letter/preview", data=form)
    assert "<html" in whole.text
    assert "Venez {dates}." in whole.text
    assert "Madame la Députée," in whole.text
    assert changed(before, snapshot(database_url)) == []


def test_a_preview_says_which_placeholder_is_unknown(signed_in: Browser, draft: int) -> None:
    form = {**LETTER, "body_fr": "{salutaion}"}
    answer = signed_in(Role.PREPARE).post(
        f"/admin/campaigns/{draft}/letter/preview", data=form, headers={"HX-Request": "true"}
    )
    assert "{salutaion}" in answer.text
    assert "error" in answer.text


def test_markup_in_a_letter_is_never_html(signed_in: Browser, draft: int) -> None:
    form = {**LETTER, "body_fr": "<script>alert(1)</script><img src=x onerror=alert(1)>", "subject_fr": "<b>x</b>"}
    answer = signed_in(Role.PREPARE).post(
        f"/admin/campaigns/{draft}/letter/preview", data=form, headers={"HX-Request": "true"}
    )
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert "<b>" not in answer.text


def test_an_audience_is_counted_before_it_is_saved(signed_in: Browser, draft: int) -> None:
    browser = signed_in(Role.PREPARE)
    tried = browser.get(f"/admin/campaigns/{draft}/audience?try=1&kinds=deputy&kinds=mep&lang=en").text
    assert '<span class="figure-value">2</span>' in tried
    assert kept(draft).audience == {"everyone": True}
    form = {"kinds": ["deputy", "mep"], "exclude_departments": "Sarthe, 53"}
    assert browser.post(f"/admin/campaigns/{draft}/audience", data=form).status_code == 302
    assert kept(draft).audience == {"kinds": ["deputy", "mep"], "exclude_departments": ["53", "72"]}


def test_a_rule_that_cannot_be_read_is_shown_beside_its_field(signed_in: Browser, draft: int) -> None:
    form = {"departments": "Sarthe, 720", "kinds": ["deputy"], "tags": "congrès 2025"}
    answer = signed_in(Role.PREPARE).post(f"/admin/campaigns/{draft}/audience", data=form)
    assert answer.status_code == 422
    assert "f-departments-error" in answer.text
    assert 'value="Sarthe, 720"' in answer.text, "nothing typed is lost"
    assert 'value="congrès 2025"' in answer.text
    assert kept(draft).audience == {"everyone": True}


def test_each_reason_leads_to_those_left_out(signed_in: Browser, draft: int) -> None:
    browser = signed_in(Role.PREPARE)
    page = browser.get(f"/admin/campaigns/{draft}/audience").text
    assert f"/admin/campaigns/{draft}/audience/no_address" in page
    assert "Jean Noël" in browser.get(f"/admin/campaigns/{draft}/audience/no_address").text
    chosen = browser.get(f"/admin/campaigns/{draft}/audience/chosen").text
    assert "Ada Lefèvre" in chosen
    assert "Jean Noël" not in chosen
    assert browser.get(f"/admin/campaigns/{draft}/audience/whoever").status_code == 404


def test_the_plan_is_shown_before_it_is_saved(signed_in: Browser, draft: int) -> None:
    browser = signed_in(Role.PREPARE)
    tried = "try=1&when=then&starts_at=2026-03-06T18:55&batch_size=3&pause=10m&lang=en"
    page = browser.get(f"/admin/campaigns/{draft}/calendar?{tried}").text
    assert "Fri 6 Mar 2026, 18:55" in page
    assert "Mon 9 Mar 2026, 08:00" in page
    form = {"when": "then", "starts_at": "2026-03-09T09:00", "batch_size": "3", "pause": "1h", "any_hour": "1"}
    assert browser.post(f"/admin/campaigns/{draft}/calendar", data=form).status_code == 302
    campaign = kept(draft)
    assert campaign.starts_at is not None
    assert campaign.starts_at.isoformat() == "2026-03-09T08:00:00+00:00"
    assert (campaign.batch_size, campaign.pause_seconds, campaign.any_hour) == (3, 3600, True)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"batch_size": "0"}, "batch_size"), ({"pause": "x"}, "pause"), ({"starts_at": ""}, "starts_at")],
)
def test_faults_of_the_calendar_are_shown_beside_their_fields(
    signed_in: Browser, draft: int, change: dict[str, str], field: str
) -> None:
    form = {"when": "then", "starts_at": "2026-03-09T09:00", "batch_size": "3", "pause": "1h"}
    answer = signed_in(Role.PREPARE).post(f"/admin/campaigns/{draft}/calendar", data={**form, **change})
    assert answer.status_code == 422
    assert f"f-{field}-error" in answer.text


def test_all_faults_of_the_calendar_are_shown_at_once(signed_in: Browser, draft: int) -> None:
    form = {"when": "then", "starts_at": "", "batch_size": "0", "pause": "x", "late": "soon", "holidays": "moon"}
    answer = signed_in(Role.PREPARE).post(f"/admin/campaigns/{draft}/calendar", data=form)
    assert answer.status_code == 422
    for field in form.keys() - {"when"}:
        assert f"f-{field}-error" in answer.text


def test_what_is_missing_is_said_with_links(signed_in: Browser, draft: int) -> None:
    with transaction():
        actions.edit_letter(queries.get_campaign(draft), "en", "", "", now())
    page = signed_in(Role.PREPARE).get(f"/admin/campaigns/{draft}?lang=en").text
    assert "One thing is missing" in page
    assert f'href="/admin/campaigns/{draft}/letter"' in page


def test_a_saved_change_ends_the_signature(signed_in: Browser, signed: int) -> None:
    browser = signed_in(Role.PREPARE)
    assert "ends the sign-off" in browser.get(f"/admin/campaigns/{signed}/letter?lang=en").text
    browser.post(f"/admin/campaigns/{signed}/letter", data=LETTER)
    assert kept(signed).state is CampaignState.DRAFT
    assert "It ended on" in browser.get(f"/admin/campaigns/{signed}?lang=en").text


def test_the_signature_can_be_taken_back(signed_in: Browser, signed: int) -> None:
    browser = signed_in(Role.SIGN)
    assert browser.post(f"/admin/campaigns/{signed}/void").status_code == 302
    assert kept(signed).state is CampaignState.DRAFT
    assert browser.post(f"/admin/campaigns/{signed}/void", follow_redirects=True).status_code == 200


def test_a_launched_campaign_can_be_read_and_not_edited(signed_in: Browser, signed: int) -> None:
    with transaction():
        actions.launch(queries.get_campaign(signed), now())
    browser = signed_in()
    for path in PATHS:
        assert browser.get(f"/admin/campaigns/{signed}{path}").status_code == 200
    answer = browser.post(f"/admin/campaigns/{signed}/letter", data=LETTER)
    assert answer.status_code == 422
    assert kept(signed).state is CampaignState.RUNNING


@pytest.mark.parametrize("path", ["/letter", "/audience", "/calendar", "/settings"])
def test_editors_are_for_those_who_prepare(signed_in: Browser, draft: int, path: str) -> None:
    assert signed_in(Role.READ).get(f"/admin/campaigns/{draft}{path}").status_code == 403
    assert signed_in(Role.READ).post(f"/admin/campaigns/{draft}{path}").status_code == 403
    assert signed_in(Role.READ).get(f"/admin/campaigns/{draft}").status_code == 200
