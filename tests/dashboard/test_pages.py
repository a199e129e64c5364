"""What the pages of the dashboard show, and to whom."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from outreach.accounts.models import Role
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, transaction
from outreach.delivery import figures
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.events.queries import get_event
from outreach.invitations.queries import get_invitation
from outreach.tracking.models import DisplayCount, Reader
from tests import people
from tests.conftest import MORNING, Runner
from tests.dashboard.crowd import Crowd, crowd

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def six(app: Flask, clock: time_machine.Traveller) -> Crowd:
    return crowd()


def mailing(six: Crowd, state: MessageState = MessageState.SENT) -> int:
    """The campaign that wrote to Ada, its figures kept."""
    with transaction():
        made = people.campaign(get_event(six.event))
        made.state = CampaignState.RUNNING
        message = people.message(made, get_invitation(six.ada))
        message.state, message.email, message.ended_at = state, "ada@association.test", MORNING
        message.reply_code, message.reply_status, message.reply_text = 550, "5.1.1", "No such user"
        figures.recount(made.id)
        db.session.add(
            DisplayCount(campaign_id=made.id, language="fr", on=MORNING.date(), reader=Reader.PERSON, count=41)
        )
        return made.id


def test_a_house_without_an_event_is_told_what_to_do_first(signed_in: SignIn) -> None:
    page = signed_in().get("/admin/?lang=en").text
    assert "No event yet" in page


def test_the_next_open_event_is_shown(six: Crowd, signed_in: SignIn) -> None:
    page = signed_in().get("/admin/?lang=fr").text
    assert "2ᵉ Congrès national des Solidarités" in page
    assert "sur 5 invités" in page


def test_every_number_of_people_leads_to_them(six: Crowd, signed_in: SignIn) -> None:
    page = signed_in(Role.READ).get("/admin/").text
    for query in ("show=waiting", "reply=yes", "kind=mayor", "department=69", f"session={six.session}", "depth=1"):
        assert f"{query}&#34;" in page or f'{query}"' in page, query


def test_who_may_not_see_answers_gets_numbers_and_no_names(six: Crowd, signed_in: SignIn) -> None:
    page = signed_in(Role.PREPARE).get("/admin/?lang=en").text
    assert "have answered" in page
    assert "/admin/answers" not in page
    assert "Bob Lyonnais" not in page
    assert "Needs to arrange" not in page


def test_needs_are_counted_for_those_who_see_answers_without_naming_anybody(six: Crowd, signed_in: SignIn) -> None:
    page = signed_in(Role.READ).get("/admin/?lang=en").text
    assert "Wheelchair access" in page
    assert "sans sel" not in page


def test_displays_are_called_displays(six: Crowd, signed_in: SignIn) -> None:
    mailing(six)
    page = signed_in(Role.READ).get("/admin/?lang=en").text
    assert "displayed 41 times" in page
    assert "delivered" not in page.lower()


def test_the_dashboard_looks_again_only_while_a_campaign_runs(six: Crowd, signed_in: SignIn) -> None:
    number, browser = mailing(six), signed_in()
    page = browser.get("/admin/").text
    assert "every 5s" in page
    part = browser.get("/admin/", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="live"')
    with transaction():
        campaign = db.session.get(Campaign, number)
        assert campaign is not None
        campaign.state = CampaignState.FINISHED
    assert "every 5s" not in browser.get("/admin/").text


def test_a_campaign_says_accepted_and_never_delivered(six: Crowd, signed_in: SignIn) -> None:
    page = signed_in().get(f"/admin/campaigns/{mailing(six)}/progress?lang=en").text
    assert "Accepted, not returned" in page
    assert "1 of 1" in page
    assert "delivered" not in page.lower()


def test_a_refusal_is_shown_in_the_relays_words_with_its_remedy(six: Crowd, signed_in: SignIn) -> None:
    number = mailing(six, MessageState.REJECTED)
    page = signed_in().get(f"/admin/campaigns/{number}/progress?state=rejected&lang=en").text
    assert "550 5.1.1 No such user" in page
    assert "The address does not exist" in page
    assert "Ada Lefèvre" in page


def test_a_message_in_doubt_waits_for_whoever_signs(six: Crowd, signed_in: SignIn) -> None:
    number = mailing(six, MessageState.IN_DOUBT)
    message_id = db.session.scalar(select(Message.id).where(Message.campaign_id == number))
    db.session.rollback()
    path = f"/admin/campaigns/{number}/progress"
    tick = f'name="message" value="{message_id}"'
    assert tick in signed_in(Role.SIGN).get(path).text
    assert tick not in signed_in(Role.READ).get(path).text


def test_doubts_that_were_ticked_are_decided_about_and_lead_back_to_the_page(six: Crowd, signed_in: SignIn) -> None:
    number = mailing(six, MessageState.IN_DOUBT)
    message_id = db.session.scalar(select(Message.id).where(Message.campaign_id == number))
    db.session.rollback()
    home = f"/admin/campaigns/{number}/progress?state=in_doubt"
    ticked = {"message": str(message_id), "verdict": "failed", "state": "in_doubt", "home": home}
    browser = signed_in(Role.SIGN)
    path = f"/admin/campaigns/{number}/messages/decide"
    assert "Give up: 1 message" in browser.post(f"{path}?lang=en", data=ticked).text
    assert browser.post(path, data={**ticked, "confirmed": "1"}).location == home
    assert browser.post(path, data={**ticked, "home": "https://elsewhere.example/"}).location != home


def test_a_contacts_history_is_one_timeline(six: Crowd, signed_in: SignIn) -> None:
    mailing(six)
    ada = get_invitation(six.ada).contact_id
    db.session.rollback()
    page = signed_in(Role.READ).get(f"/admin/contacts/{ada}/history?lang=en").text
    for words in ("Message of the campaign", "Answered: coming", "Bob Lyonnais came through", "Invited to 2nd"):
        assert words in page
    assert "Answered: coming" not in signed_in(Role.PREPARE).get(f"/admin/contacts/{ada}/history?lang=en").text


def test_the_tree_opens_level_by_level(six: Crowd, signed_in: SignIn) -> None:
    browser = signed_in(Role.READ)
    page = browser.get("/admin/travel").text
    assert f'hx-get="/admin/travel/{six.ada}"' in page
    assert "Cléo Nantaise" not in page.split('id="tree"')[1]
    part = browser.get(f"/admin/travel/{six.bob}", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<ul")
    assert "Cléo Nantaise" in part
    whole = browser.get(f"/admin/travel/{six.bob}").text
    assert "Ada Lefèvre" in whole


def test_the_call_list_has_numbers_and_leads_to_entering_an_answer(six: Crowd, signed_in: SignIn) -> None:
    with transaction():
        deputy = get_invitation(six.deputy).contact
        assert deputy is not None
        deputy.phone = "02 43 00 00 00"
    page = signed_in(Role.READ).get("/admin/answers/?show=waiting&kind=deputy&department=72").text
    assert 'href="tel:0243000000"' in page
    assert f"/admin/answers/{six.deputy}" in page


def test_answers_open_in_french_excel(six: Crowd, signed_in: SignIn) -> None:
    with transaction():
        ada = get_invitation(six.ada).contact
        assert ada is not None
        ada.phone = "+33 2 43"
    answer = signed_in(Role.READ).get("/admin/answers/export.csv?lang=fr")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=reponses-congres-")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["Nom"] for row in rows] == ["Bob Lyonnais", "Paul Bêche", "Ada Lefèvre"]
    assert rows[2]["Téléphone"] == "'+33 2 43"
    assert rows[2]["Répondu le"] == "02/03/2026 10:00"
    assert "sans sel" not in answer.text


def test_answers_come_as_a_workbook_too(six: Crowd, signed_in: SignIn) -> None:
    answer = signed_in(Role.READ).get("/admin/answers/export.xlsx?show=waiting&lang=en")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet] == ["Name", "Inès Durand", "Cléo Nantaise"]


def test_needs_have_an_export_of_their_own(six: Crowd, signed_in: SignIn) -> None:
    text = signed_in(Role.READ).get("/admin/answers/needs.csv?lang=en").data.decode("utf-8-sig")
    assert "Personne 1;Ada Lefèvre;Wheelchair access;sans sel;" in text


def test_the_chain_is_exported_with_whoever_passed_it_on(six: Crowd, signed_in: SignIn) -> None:
    text = signed_in(Role.READ).get("/admin/travel/export.csv?lang=en").data.decode("utf-8-sig")
    assert "Cléo Nantaise;;Bob Lyonnais;2;Mail;04/03/2026 09:00;;" in text


def test_answers_are_exported_by_a_command(six: Crowd, runner: Runner, tmp_path: Path) -> None:
    slug = get_event(six.event).slug
    assert "Bob Lyonnais" in runner.run("export", "answers", "--event", slug).stdout
    target = tmp_path / "answers.xlsx"
    runner.run(
        "export", "answers", "--event", str(six.event), "--format", "xlsx", "--output", target, "--language", "en"
    )
    sheet = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet] == ["Name", "Bob Lyonnais", "Paul Bêche", "Ada Lefèvre"]
    assert "There is no event" in runner.run("export", "answers", "--event", "none", status=1).output
