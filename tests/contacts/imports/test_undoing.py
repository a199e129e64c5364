"""An import taken back: who came goes, what changed is as before; whoever was written to, and corrections, stay."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, insert, select, update

from outreach.accounts.models import AuditEntry
from outreach.contacts import actions, queries
from outreach.contacts.imports.bringing import entering, undoing
from outreach.contacts.imports.bringing.entering import Bringer
from outreach.contacts.imports.bringing.undoing import Taken
from outreach.contacts.imports.jobs import reasons
from outreach.contacts.imports.models import ImportState
from outreach.contacts.kinds import Kind
from outreach.contacts.models import (
    Address,
    Contact,
    ContactChange,
    ContactTag,
    Mandate,
    Organisation,
    Suppression,
    SuppressionReason,
)
from outreach.contacts.searching import listing
from outreach.contacts.searching.filters import Filters
from outreach.database import db, now, transaction
from outreach.delivery.models import Message
from outreach.invitations import actions as invitations
from outreach.invitations.models import Invitation, Origin
from outreach.rights import erasing
from tests import people
from tests.contacts.directory import AT
from tests.contacts.imports.files import give, kept, latest, short_file
from tests.snapshots import changed, snapshot

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]

FIRST = "Béchu;Zoé;F;mairie@allonnes.example;Allonnes;49650;0241520030"
MOVED = "Béchu;Zoé;F;zoe@lemans.example;Le Mans;72000;0299999999"
OTHER = "Martin;Léa;F;lea@a.example;Le Mans;72000;"
MOST = ("contact", "address", "mandate", "organisation", "contact_tag", "search_text", "search_posting")


def bring(*rows: str) -> int:
    """Bring a file of these rows in; its number."""
    number = kept(short_file(*rows))
    entering.bring_in(number, Bringer(True, reasons))
    db.session.rollback()
    return number


def undo(number: int) -> Taken:
    db.session.rollback()
    with transaction():
        return undoing.undo(undoing.undoable(number), now(), None)


def person(name: str) -> Contact:
    db.session.rollback()
    number = db.session.scalars(select(Contact.id).where(Contact.family_name == name)).one()
    return queries.get_contact(number)


def names() -> list[str]:
    db.session.rollback()
    return [one.name for one in listing.everyone(Filters())]


def test_everybody_who_came_goes_and_leaves_nothing_behind() -> None:
    before = snapshot(db.engine)
    number = bring(FIRST, OTHER)
    assert undo(number) == Taken(removed=2, kept=0, restored=0, left=0)
    assert names() == []
    left = {name for name in changed(before, snapshot(db.engine)) if not name.startswith("search_word")}
    assert left == {"address_source", "audit_entry", "column_mapping", "import_file"}
    file = latest()
    assert (file.state, file.undone_at is not None, file.refused) == (ImportState.UNDONE, True, None)


def test_what_was_changed_is_as_before_and_found_by_its_old_words() -> None:
    bring(FIRST)
    tables = snapshot(db.engine)
    again = FIRST.replace("0241520030", "0299999999").replace("49650", "49700").replace("Béchu;", "Béchu;")
    number = bring(again.replace("mairie@allonnes.example", "mairie@allonnes.example ou zoe@b.example"))
    assert {one.email for one in person("Béchu").in_use} == {"mairie@allonnes.example", "zoe@b.example"}
    assert undo(number).restored == 3
    mayor = person("Béchu")
    assert (mayor.phone, mayor.postal_code) == ("0241520030", "49650")
    assert [one.email for one in mayor.addresses] == ["mairie@allonnes.example"]
    after = snapshot(db.engine)
    assert {name for name in MOST if name != "contact"} & set(changed(tables, after)) == set()


def test_the_history_keeps_both_and_the_next_file_may_change_it_again() -> None:
    bring(FIRST)
    number = bring(FIRST.replace("0241520030", "0299999999"))
    undo(number)
    told = db.session.execute(
        select(ContactChange.before, ContactChange.after)
        .where(ContactChange.field == "phone")
        .order_by(ContactChange.id)
    ).all()
    assert [tuple(one) for one in told] == [("0241520030", "0299999999"), ("0299999999", "0241520030")]
    bring(FIRST.replace("0241520030", "0299999999"))
    assert person("Béchu").phone == "0299999999"


def test_mandates_and_organisations_that_came_with_it_go() -> None:
    bring("Béchu;Zoé;F;zoe@a.example;;;")
    assert person("Béchu").organisation is None
    number = bring("Béchu;Zoé;F;zoe@a.example;Allonnes;49650;")
    assert (person("Béchu").mandates[0].constituency, db.session.scalar(select(func.count(Organisation.id)))) == (
        "Allonnes",
        1,
    )
    undo(number)
    mayor = person("Béchu")
    assert (mayor.organisation, mayor.department, mayor.locality) == (None, None, "")
    assert [one.constituency for one in mayor.mandates] == [""]
    assert db.session.scalar(select(func.count(Organisation.id))) == 0


def test_a_correction_by_hand_since_then_stays_and_so_does_whom_it_was_made_on() -> None:
    bring(FIRST)
    number = bring(FIRST.replace("0241520030", "0299999999").replace("49650", "49700"), OTHER)
    hands = {person("Béchu").id: {"phone": "0600000000"}, person("Martin").id: {"notes": "Rappeler en mai."}}
    for contact_id, values in hands.items():
        db.session.rollback()
        with transaction():
            user = people.member()
            actions.edit_contact(queries.get_contact(contact_id), at=AT, user_id=user.id, **values)  # type: ignore[arg-type]
    assert undo(number) == Taken(removed=0, kept=1, restored=1, left=1)
    assert (person("Béchu").phone, person("Béchu").postal_code) == ("0600000000", "49650")
    assert person("Martin").notes == "Rappeler en mai."


def test_somebody_who_was_invited_meanwhile_stays() -> None:
    number = bring(FIRST, OTHER)
    contact_id = person("Martin").id
    db.session.rollback()
    with transaction():
        invitations.invite(people.congress(), queries.get_contact(contact_id), Origin.AUDIENCE, now())
    assert undo(number) == Taken(removed=1, kept=1, restored=0, left=0)
    assert names() == ["Léa Martin"]


def test_somebody_who_was_erased_meanwhile_stays_empty() -> None:
    bring("Béchu;Zoé;F;zoe@a.example;;;", OTHER)
    number = bring("Béchu;Zoé;F;zoe@a.example;Allonnes;49650;", OTHER.replace(";72000;", ";72000;0243000001"))
    zoe = person("Béchu").id
    assert "mandate" in db.session.scalars(select(ContactChange.field).where(ContactChange.contact_id == zoe)).all()
    db.session.rollback()
    with transaction():
        erasing.erase(queries.get_contact(zoe), now())
    empty = snapshot(db.engine)
    assert undo(number).restored == 1
    assert names() == ["Léa Martin"]
    assert person("Martin").phone == ""
    assert {"mandate", "address", "search_posting"}.isdisjoint(changed(empty, snapshot(db.engine)))
    kept_empty = select(Contact.sort_name, Contact.postal_code).where(Contact.id == zoe)
    assert tuple(db.session.execute(kept_empty).one()) == ("", "")


@pytest.mark.parametrize("reason", [SuppressionReason.OPT_OUT, SuppressionReason.ERASURE])
def test_wishes_and_erasures_stay_in_force(reason: SuppressionReason) -> None:
    number = bring(OTHER)
    db.session.rollback()
    with transaction():
        actions.suppress("lea@a.example", reason, AT)
    undo(number)
    db.session.rollback()
    assert db.session.scalars(select(Suppression.lifted_at)).all() == [None]


Office = Callable[..., FlaskClient]


def test_the_page_says_what_would_happen_and_does_it_once(signed_in: Office, app: Flask) -> None:
    office = signed_in()
    preview = give(office, short_file(FIRST, OTHER))
    office.post(preview)
    undoing_page = f"{preview}/undo"
    assert undoing_page in office.get(preview).text
    before = snapshot(db.engine)
    assert "nouveaux contacts retirés" in office.get(undoing_page).text
    assert changed(before, snapshot(db.engine)) == []
    assert office.post(undoing_page).location == preview
    assert names() == []
    assert "L’import a été annulé" in office.get(preview).text
    assert office.post(undoing_page).status_code == 400
    assert "déjà été annulé" in office.get(undoing_page).text
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.details["removed"]) == ("contacts.import_undone", 2)


def test_once_a_message_was_sent_it_is_refused_with_a_sentence(signed_in: Office, app: Flask) -> None:
    world, office = people.world(), signed_in()
    preview = give(office, short_file("Lefèvre;Ada;F;ada@association.test;;;0299999999"))
    office.post(preview)
    imported = latest()
    assert imported.summary["changed"] + imported.summary["new"] == 1
    db.session.rollback()
    with transaction():
        message = db.session.get_one(Message, world.message)
        db.session.get_one(Invitation, message.invitation_id).contact_id = db.session.scalars(
            select(ContactChange.contact_id).where(ContactChange.import_id == imported.id)
        ).first()
        message.intent_at = now() + timedelta(seconds=1)
    assert "1 de ses contacts ont reçu un message" in office.get(f"{preview}/undo").text
    refused = office.post(f"{preview}/undo")
    assert refused.status_code == 400
    assert latest().state is ImportState.DONE


def test_tags_and_addresses_of_a_known_contact_go_back() -> None:
    header = "nom;prenom;courriel;categorie;mots cles"
    db.session.rollback()
    first = kept("\n".join([header, "Martin;Léa;lea@a.example;Presse;radio", ""]).encode())
    entering.bring_in(first, Bringer(True, reasons))
    second = kept("\n".join([header, "Martin;Léa;lea@a.example ou lm@b.example;Presse;radio,locale", ""]).encode())
    entering.bring_in(second, Bringer(True, reasons))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(ContactTag)) == 2
    undo(second)
    db.session.rollback()
    assert list(db.session.scalars(select(ContactTag.tag))) == ["radio"]
    assert list(db.session.scalars(select(Address.email))) == ["lea@a.example"]
    assert db.session.scalar(select(func.count()).select_from(Mandate)) == 0


def test_an_import_of_more_changes_than_a_statement_takes_parameters_is_undone() -> None:
    """SQLite takes 32,766 parameters in one statement."""
    with transaction():
        numbers = [people.contact(Kind.PARTNER, "Zoé", f"Béchu{one}", house="Avant").id for one in range(300)]
    number = bring(OTHER)
    with transaction():
        told = {"at": now(), "import_id": number, "field": "organisation", "before": "Avant", "after": "Après"}
        rows = [{"contact_id": one, **told} for one in numbers for _again in range(110)]
        db.session.execute(insert(ContactChange), rows)
        db.session.execute(update(Contact).values(organisation_id=None))
    assert undo(number).restored == 33_000
    db.session.rollback()
    moved_back = select(func.count()).select_from(Contact).where(Contact.organisation_id.is_not(None))
    assert db.session.scalar(moved_back) == 300


def test_undoing_asks_a_few_statements_however_many_it_takes_back() -> None:
    first = bring(*(f"Nom{name};Zoé;F;;Le Mans;72000;" for name in "abcdefghijkl"))
    again = bring(*(f"Nom{name};Zoé;F;nom{name}@lemans.example;Le Mans;72000;" for name in "abcdefghijkl"))
    statements: list[str] = []
    listen = lambda *told: statements.append(told[2])  # noqa: E731 - a listener
    event.listen(db.engine, "before_cursor_execute", listen)
    undo(again)
    event.remove(db.engine, "before_cursor_execute", listen)
    assert len([one for one in statements if one.startswith("DELETE FROM address")]) == 1
    assert db.session.scalar(select(func.count()).select_from(Address)) == 0
    assert first
