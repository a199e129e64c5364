"""Two contacts side by side: what is shown, chosen, merged, undone; and links that go on opening."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import Role
from outreach.contacts.duplicates.finding import look_through
from outreach.contacts.duplicates.models import ContactMerge, DuplicatePair, PairState
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.invitations.actions import invite
from outreach.invitations.models import Invitation, Origin, Reply
from outreach.links import Purpose, links
from outreach.rights.erasing import erase
from tests import people

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def office(signed_in: SignIn) -> FlaskClient:
    return signed_in(Role.PREPARE)


def alike() -> tuple[int, int, int]:
    """(pair, who stays, who goes): both invited to one event."""
    with transaction():
        people.city()
        event = people.congress()
        one = people.contact(Kind.INDIVIDUAL, "Ada", "Lefèvre", "ada@association.test")
        other = people.contact(Kind.INDIVIDUAL, "A.", "LEFEVRE", "lefevre@maison.test")
        other.phone = "02 43 00 00 00"
        for contact in (one, other):
            invite(event, contact, Origin.AUDIENCE, now())
        numbers = one.id, other.id
    look_through()
    pair = db.session.scalars(select(DuplicatePair.id)).one()
    db.session.rollback()
    return pair, *numbers


def key_of(contact_id: int) -> str:
    key = db.session.scalars(select(Invitation.key).where(Invitation.contact_id == contact_id)).one()
    db.session.rollback()
    return key


def test_the_list_says_why_and_how_much(office: FlaskClient) -> None:
    alike()
    page = office.get("/admin/contacts/duplicates?lang=en").text
    assert "same family name, given name begins alike, same commune" in page
    assert "0.86" in page
    assert "0,86" in office.get("/admin/contacts/duplicates?lang=fr").text


def test_the_differences_are_shown_and_a_choice_is_kept(office: FlaskClient) -> None:
    pair, stays, goes = alike()
    page = office.get(f"/admin/contacts/duplicates/{pair}?lang=en").text
    assert all(words in page for words in ("Ada", "A.", "differs", "02 43 00 00 00", "1 invitation"))
    office.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays, "family_name": "absorbed"})
    one = db.session.get_one(Contact, stays)
    assert (one.given_name, one.family_name, one.phone) == ("Ada", "LEFEVRE", "02 43 00 00 00")
    assert db.session.get_one(Contact, goes).merged_into_id == stays


def test_the_other_one_may_stay(office: FlaskClient) -> None:
    pair, stays, goes = alike()
    office.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": goes})
    assert db.session.get_one(Contact, stays).merged_into_id == goes


def test_a_merge_is_undone_from_its_page(office: FlaskClient) -> None:
    pair, stays, goes = alike()
    said = office.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays}, follow_redirects=True)
    assert "Make them two again" in office.get(said.request.path + "?lang=en").text
    number = db.session.scalars(select(ContactMerge.id)).one()
    db.session.rollback()
    office.post(f"/admin/contacts/merges/{number}/undo")
    assert db.session.get_one(Contact, goes).merged_into_id is None
    assert db.session.scalars(select(DuplicatePair.state)).one() is PairState.OPEN


def test_these_are_different_is_kept(office: FlaskClient) -> None:
    pair, _, _ = alike()
    office.post(f"/admin/contacts/duplicates/{pair}/decide")
    assert db.session.scalars(select(DuplicatePair.state)).one() is PairState.DIFFERENT
    db.session.rollback()
    assert "Nobody is in the directory twice" in office.get("/admin/contacts/duplicates?lang=en").text
    office.post(f"/admin/contacts/duplicates/{pair}/decide", data={"reopen": "1"})
    assert db.session.scalars(select(DuplicatePair.state)).one() is PairState.OPEN


def test_whoever_only_reads_decides_nothing(signed_in: SignIn) -> None:
    pair, stays, _ = alike()
    reader = signed_in(Role.READ)
    assert "Merge them" not in reader.get(f"/admin/contacts/duplicates/{pair}?lang=en").text
    assert reader.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays}).status_code == 403


def test_the_page_of_who_was_absorbed_leads_to_who_absorbed_it(office: FlaskClient) -> None:
    pair, stays, goes = alike()
    assert "Compare with" in office.get(f"/admin/contacts/{goes}?lang=en").text
    office.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays})
    assert office.get(f"/admin/contacts/{goes}").headers["Location"] == f"/admin/contacts/{stays}"
    assert "merged into this one" in office.get(f"/admin/contacts/{stays}?lang=en").text
    assert office.get(f"/admin/contacts/{stays}/history").status_code == 200


@pytest.mark.parametrize("purpose", [Purpose.INVITATION, Purpose.SHARE, Purpose.KIT, Purpose.STOP])
def test_a_link_of_either_opens_the_one_invitation(office: FlaskClient, client: FlaskClient, purpose: Purpose) -> None:
    pair, stays, goes = alike()
    keys = key_of(stays), key_of(goes)
    office.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays})
    kept, gone = (links().sign(purpose, key) for key in keys)
    assert client.get(f"/{purpose.value}/{kept}").status_code == 200
    moved = client.get(f"/{purpose.value}/{gone}?lang=en")
    assert (moved.status_code, moved.headers["Location"]) == (302, f"/{purpose.value}/{kept}?lang=en")


def test_an_answer_on_a_page_opened_before_the_merge_is_recorded(office: FlaskClient, client: FlaskClient) -> None:
    pair, stays, goes = alike()
    gone = links().sign(Purpose.INVITATION, key_of(goes))
    client.get(f"/i/{gone}")
    office.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays})
    page = client.get(f"/i/{gone}", follow_redirects=True)
    mark = page.text.split('name="nonce" value="')[1].split('"')[0]
    client.post(page.request.path, data={"reply": "no", "nonce": mark})
    invitation = db.session.scalars(select(Invitation).where(Invitation.contact_id == stays)).one()
    assert invitation.reply is Reply.NO


def test_one_click_of_a_mail_program_stops_the_one_person(office: FlaskClient, client: FlaskClient) -> None:
    pair, stays, goes = alike()
    gone = links().sign(Purpose.STOP, key_of(goes))
    office.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays})
    assert client.post(f"/u/{gone}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    page = office.get(f"/admin/contacts/{stays}?lang=en").text
    assert "cannot be written to by e-mail" in page


def test_erasing_somebody_empties_those_they_absorbed(office: FlaskClient) -> None:
    pair, stays, goes = alike()
    office.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays})
    with transaction():
        erase(db.session.get_one(Contact, stays), now())
    gone = db.session.get_one(Contact, goes)
    assert (gone.family_name, gone.phone) == ("", "")
    assert db.session.scalars(select(ContactMerge.moved)).one() == []


def test_two_who_do_not_look_alike_are_merged_by_hand(office: FlaskClient) -> None:
    with transaction():
        people.city()
        one = people.contact(Kind.INDIVIDUAL, "Ada", "Lefèvre", "ada@association.test").id
        other = people.contact(Kind.MAYOR, "Zoé", "Byron", "zoe@mairie.test").id
    assert "Merge with another contact" in office.get(f"/admin/contacts/{one}?lang=en").text
    page = office.get(f"/admin/contacts/{one}/merge?q=byron&lang=en").text
    assert "Zoé Byron" in page
    assert "Compare with Ada" not in office.get(f"/admin/contacts/{one}/merge?q=ada&lang=en").text
    assert office.post(f"/admin/contacts/{one}/merge", data={"other": one}).status_code == 400
    assert office.post(f"/admin/contacts/{one}/merge", data={"other": 99}).status_code == 404
    pair = office.post(f"/admin/contacts/{one}/merge", data={"other": other}).location
    look_through()
    assert office.post(f"/admin/contacts/{other}/merge", data={"other": one}).location.partition("?")[0] in pair
    assert "Put together by hand" in office.get(f"{pair}&lang=en").text
    number = db.session.scalars(select(DuplicatePair.id)).one()
    db.session.rollback()
    office.post(f"/admin/contacts/duplicates/{number}/merge", data={"keep": one})
    assert db.session.get_one(Contact, other, populate_existing=True).merged_into_id == one
