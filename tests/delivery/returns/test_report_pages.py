"""What came back, shown: on the message's page, in the history of the contact, and each report by itself."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.database import db, transaction
from outreach.delivery.returns import intake, recording
from outreach.delivery.returns.sources import Found
from outreach.invitations.models import Invitation
from tests.delivery.returns import house
from tests.delivery.returns.house import ADA
from tests.delivery.returns.letters import status_report

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def returned(app: Flask) -> int:
    """Ada's message, which came back with words that would be markup."""
    message = house.message_to(ADA, house.accepted())
    number = message.id
    raw = status_report("550 5.1.1 <script>alert(1)</script> unknown", to=house.return_address(message), recipient=ADA)
    db.session.rollback()
    assert intake.take(Found("retours.mbox", raw)).kept
    return number


def report_of(number: int) -> int:
    (kept,) = house.kept()
    assert kept.message_id == number
    found = kept.id
    db.session.rollback()
    return found


def test_a_report_is_shown_as_understood_and_as_it_came_never_as_markup(returned: int, signed_in: SignIn) -> None:
    page = signed_in(Role.PREPARE).get(f"/admin/reports/{report_of(returned)}?lang=en").text
    assert "nobody has this address" in page
    assert "for good" in page
    assert "This address is written to no more." in page
    assert "retours.mbox" in page
    assert "Undelivered Mail Returned to Sender" in page
    assert "MAILER-DAEMON@relais.example" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_a_report_is_shown_in_french(returned: int, signed_in: SignIn) -> None:
    page = signed_in(Role.SIGN).get(f"/admin/reports/{report_of(returned)}?lang=fr").text
    assert "personne n’a cette adresse" in page
    assert "Comment il a été compris" in page


@pytest.mark.parametrize("role", [Role.READ, Role.ADMINISTER])
def test_whoever_neither_prepares_nor_signs_reads_no_report(returned: int, signed_in: SignIn, role: Role) -> None:
    number = report_of(returned)
    assert signed_in(role).get(f"/admin/reports/{number}").status_code == 403
    page = signed_in(role).get(f"/admin/messages/{returned}?lang=en").text
    assert "What came back" in page
    assert f"/admin/reports/{number}" not in page


def test_the_page_of_a_message_leads_to_what_came_back(returned: int, signed_in: SignIn) -> None:
    page = signed_in(Role.PREPARE).get(f"/admin/messages/{returned}?lang=en").text
    assert f"/admin/reports/{report_of(returned)}" in page
    assert "Returned: it did not reach its recipient" in page


def test_the_history_of_a_contact_leads_to_what_came_back(returned: int, signed_in: SignIn) -> None:
    invitation = house.kept()[0].invitation_id
    contact = db.session.get_one(Invitation, invitation).contact_id
    db.session.rollback()
    page = signed_in(Role.PREPARE).get(f"/admin/contacts/{contact}/history?lang=en").text
    assert f"/admin/reports/{report_of(returned)}" in page
    assert "Came back: returned: it did not reach its recipient" in page
    assert (
        f"/admin/reports/{report_of(returned)}"
        not in signed_in(Role.READ).get(f"/admin/contacts/{contact}/history").text
    )


def test_the_words_of_a_report_go_with_the_person(returned: int, signed_in: SignIn) -> None:
    number, invitation = report_of(returned), house.kept()[0].invitation_id
    db.session.rollback()
    with transaction():
        recording.forget([invitation])
    page = signed_in(Role.PREPARE).get(f"/admin/reports/{number}?lang=en").text
    assert "Its words were erased with the person." in page
    assert ADA not in page


def test_a_report_that_is_gone_is_not_found(app: Flask, signed_in: SignIn) -> None:
    assert signed_in(Role.PREPARE).get("/admin/reports/999").status_code == 404
