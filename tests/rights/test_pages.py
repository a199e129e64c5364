"""Pages of people's rights: everything held is shown, corrected, erased, and nothing personal is in the log."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import AuditEntry, Role
from outreach.contacts.actions import suppress
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.contacts.rights import rules
from outreach.contacts.rights.origins import OriginKind
from outreach.database import db, now, transaction
from outreach.rights.models import RightsRequest, Wish
from tests import people
from tests.rights.somebody import EMAIL, somebody

SignIn = Callable[..., FlaskClient]
pytestmark = pytest.mark.usefixtures("app")


def test_everything_held_on_somebody_is_shown(signed_in: SignIn) -> None:
    one = somebody()
    page = signed_in(Role.ADMINISTER, Role.READ).get(f"/admin/rights/contacts/{one.contact}?lang=fr").text
    said = ("trésorière de la Vallée", EMAIL, "Fichier de Léa Vallée", "Ami Vallée", "sans sel", "Boucle magnétique")
    for words in (*said, "Vallée vous salue", "busy", "Léa Vallée a écrit", "amie Vallée", "Les Amis de la Vallée"):
        assert words in page, words


def test_looking_for_an_address_leads_to_the_person(signed_in: SignIn) -> None:
    one = somebody()
    answer = signed_in(Role.ADMINISTER).post("/admin/rights/find", data={"address": EMAIL.upper()})
    assert answer.location.endswith(f"/contacts/{one.contact}")


def test_several_at_one_address_are_listed_and_said_to_share_it(signed_in: SignIn) -> None:
    one = somebody()
    with transaction():
        people.contact(Kind.ASSOCIATION, "Noé", "Vallée", EMAIL)
    browser = signed_in(Role.ADMINISTER)
    assert "Noé Vallée" in browser.post("/admin/rights/find", data={"address": EMAIL}).text
    assert "Noé Vallée" in browser.get(f"/admin/rights/contacts/{one.contact}/erase").text


def test_the_copy_holds_every_column_and_is_noted_in_the_log(signed_in: SignIn) -> None:
    one = somebody()
    browser = signed_in(Role.ADMINISTER, Role.READ)
    copy = json.loads(browser.post(f"/admin/rights/contacts/{one.contact}/copy").text)
    assert copy["tables"]["contact"][0]["notes"] == "Léa Vallée préfère le matin"
    assert copy["tables"]["access_needs"][0]["meal"] == "sans sel, dit Vallée"
    assert {"address", "mandate", "contact_change", "message", "notice", "answer", "registration"} <= copy[
        "tables"
    ].keys()
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "rights.copied")).one()
    assert (entry.subject_id, entry.details, copy["withheld"]) == (one.contact, {}, [])


def test_what_somebody_needs_is_read_by_no_administrator_who_may_not_see_answers(signed_in: SignIn) -> None:
    one = somebody()
    browser = signed_in(Role.ADMINISTER)
    page = browser.get(f"/admin/rights/contacts/{one.contact}?lang=fr").text
    assert "n’est lu que par les personnes autorisées à voir les réponses" in page
    written = browser.post(f"/admin/rights/contacts/{one.contact}/copy").text
    for words in ("sans sel", "Boucle magnétique", "hearing_loop"):
        assert words not in page, words
        assert words not in written, words
    copy = json.loads(written)
    assert copy["withheld"] == ["access_needs"]
    assert set(copy["tables"]["access_needs"][0]) == {"participant_id", "consented_at", "delete_after"}


def test_erasing_asks_for_a_word(signed_in: SignIn) -> None:
    one = somebody()
    browser = signed_in(Role.ADMINISTER)
    path = f"/admin/rights/contacts/{one.contact}/erase"
    assert browser.post(path, data={"confirmation": "non"}).status_code == 422
    assert browser.post(path, data={"confirmation": "effacer"}).status_code == 302
    assert db.session.get_one(Contact, one.contact).erased_at is not None
    assert browser.get(f"/admin/rights/contacts/{one.contact}").status_code == 404


def test_the_others_at_the_mailbox_go_only_when_chosen(signed_in: SignIn) -> None:
    one = somebody()
    with transaction():
        noe = people.contact(Kind.ASSOCIATION, "Noé", "Vallée", EMAIL).id
        zoe = people.contact(Kind.ASSOCIATION, "Zoé", "Vallée", EMAIL).id
        elsewhere = people.contact(Kind.ASSOCIATION, "Ève", "Loin", "eve@loin.test").id
    told = {"confirmation": "EFFACER", "neighbour": [noe, elsewhere]}
    signed_in(Role.ADMINISTER).post(f"/admin/rights/contacts/{one.contact}/erase", data=told)
    erased = set(db.session.scalars(sa.select(Contact.id).where(Contact.erased_at.is_not(None))))
    assert {one.contact, noe} <= erased
    assert erased.isdisjoint({zoe, elsewhere})


def test_what_is_kept_of_an_address_that_no_contact_has_is_erased(signed_in: SignIn) -> None:
    with transaction():
        suppress("ancien@quelque-part.test", SuppressionReason.BOUNCE, now(), note="Parti en mai")
    browser, told = signed_in(Role.ADMINISTER), {"address": "ancien@quelque-part.test"}
    for confirmation in ("", "non"):
        refused = browser.post("/admin/rights/address/erase", data={**told, "confirmation": confirmation})
        assert refused.status_code == 422
        assert "Tapez exactement le mot" in refused.text
    assert browser.post("/admin/rights/address/erase", data={**told, "confirmation": "effacer"}).status_code == 302
    (kept,) = db.session.scalars(sa.select(Suppression)).all()
    assert (kept.reason, kept.note) == (SuppressionReason.ERASURE, "")


def test_an_address_that_a_contact_has_is_erased_with_the_contact_only(signed_in: SignIn) -> None:
    one = somebody()
    told = {"address": EMAIL, "confirmation": "EFFACER"}
    refused = signed_in(Role.ADMINISTER).post("/admin/rights/address/erase", data=told)
    assert refused.status_code == 422
    assert "effacez plutôt ce contact" in refused.text
    assert f"/contacts/{one.contact}" in refused.text
    assert db.session.get_one(Contact, one.contact).erased_at is None


def test_a_request_is_to_be_answered_within_a_month(signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTER)
    told = {"wish": "access", "received_on": "2026-01-31", "name": "Léa Vallée", "email": EMAIL}
    place = browser.post("/admin/rights/requests", data=told).location
    kept = db.session.scalars(sa.select(RightsRequest)).one()
    assert (kept.wish, kept.due_on.isoformat()) == (Wish.ACCESS, "2026-02-28")
    assert "en retard" in browser.get("/admin/rights?lang=fr").text
    assert browser.post(f"{place}/answer", data={"answer": " "}).status_code == 422
    assert browser.post(f"{place}/answer", data={"answer": "Copie envoyée."}).status_code == 302
    assert browser.post(f"{place}/answer", data={"answer": "Encore."}).status_code == 422
    assert "en retard" not in browser.get("/admin/rights?lang=fr").text


def test_a_rule_reaches_new_addresses_and_those_of_its_source_once_applied(signed_in: SignIn) -> None:
    one = somebody()
    browser = signed_in(Role.ADMINISTER)
    told = {"basis": "legitimate_interest", "months": "6", "words_fr": "", "words_en": "From {source}."}
    assert browser.post("/admin/rights/sources/register", data=told).status_code == 302
    assert browser.post("/admin/rights/sources/register", data={**told, "words_fr": "{who}"}).status_code == 422
    source = "Fichier de Léa Vallée"
    browser.post("/admin/rights/sources", data={"name": source, "kind": "register"})
    browser.post("/admin/rights/sources", data={"name": source, "apply": "1"})
    kept = db.session.scalars(sa.select(Address).where(Address.contact_id == one.contact)).one()
    assert kept.legal_basis == "legitimate_interest"
    assert kept.retain_until is not None
    assert 150 < (kept.retain_until - kept.collected_on).days < 190
    db.session.rollback()
    with transaction():
        assert rules.rule_for(source).kind is OriginKind.REGISTER
        assert 150 < (rules.terms_for(source, now().date()).until - now().date()).days < 190


def test_a_source_is_given_words_of_its_own(signed_in: SignIn) -> None:
    somebody()
    browser, name = signed_in(Role.ADMINISTER), "Fichier de Léa Vallée"
    told = {"name": name, "words_fr": "D’une carte ({source}).", "words_en": ""}
    assert browser.post("/admin/rights/source", data={**told, "words_fr": "{who}"}).status_code == 422
    assert browser.post("/admin/rights/source", data={**told, "name": "nothing"}).status_code == 404
    assert browser.post("/admin/rights/source", data=told).status_code == 302
    assert "D’une carte" in browser.get("/admin/rights/source", query_string={"name": name}).text


def test_source_basis_and_date_of_an_address_are_corrected_and_the_change_kept(signed_in: SignIn) -> None:
    one, browser = somebody(), signed_in(Role.PREPARE)
    number = db.session.scalars(sa.select(Address.id).where(Address.contact_id == one.contact)).one()
    path = f"/admin/rights/addresses/{number}"
    told = {"source": "RNE", "basis": "consent", "collected_on": "2026-01-05", "retain_until": "2027-01-05"}
    assert browser.post(path, data=told).status_code == 302
    kept = db.session.get_one(Address, number)
    assert (kept.source, kept.legal_basis, str(kept.retain_until)) == ("RNE", "consent", "2027-01-05")
    assert browser.post(path, data={**told, "retain_until": "2099-01-01"}).status_code == 422
    assert "RNE" in browser.get(f"/admin/contacts/{one.contact}").text


def test_the_register_of_processing_follows_the_settings(signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTER)
    with transaction():
        people.city()
    told = {"import_days": "7", "detail_months": "9", "audit_months": "24", "purpose_en": "Inviting the whole country."}
    assert browser.post("/admin/rights/keeping", data={**told, "audit_months": "3"}).status_code == 422
    assert browser.post("/admin/rights/keeping", data=told).status_code == 302
    english = browser.get("/admin/rights/processing?lang=en").text
    assert "Inviting the whole country." in english
    assert "9 months" in english
    assert "Délégué à la protection des données" in browser.get("/admin/rights/processing?lang=fr").text
