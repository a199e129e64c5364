"""What one person asks for changes nothing for whoever shares their mailbox, and holds under every name of theirs."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from outreach.contacts.duplicates.models import ContactAlias
from outreach.contacts.imports import errands
from outreach.contacts.imports.models import Errand, ImportFile, ImportState
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.invitations import actions as invitations
from outreach.invitations.models import Origin, Reply
from outreach.rights import erasing
from outreach.rsvp import actions as rsvp
from outreach.rsvp.models import Answer
from outreach.rsvp.submission import Delegate, Submission
from tests import people
from tests.conftest import Runner
from tests.contacts.imports.files import kept, short_file

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]
SHARED = "bureau@les-amis.fr"


def waiting(content: str) -> ImportFile:
    file = ImportFile(filename="c.csv", content=content.encode(), fingerprint="z", mapping={}, summary={})
    file.created_at = now()
    db.session.add(file)
    return file


@pytest.mark.parametrize("by_request", [True, False])
def test_whoever_is_named_at_the_same_mailbox_stays_named(by_request: bool) -> None:
    with transaction():
        people.city()
        event = people.congress()
        gone = people.contact(Kind.ASSOCIATION, "Léa", "Vallée", SHARED)
        for principal, given_name, family_name in (("Ada", "LEA", "Vallee"), ("Eve", "Luc", "Roy")):
            asked = people.contact(Kind.ASSOCIATION, principal, "Petit", f"{principal}@petit.test")
            delegate = Delegate(given_name, family_name, SHARED, "Secrétaire")
            invitation = invitations.invite(event, asked, Origin.AUDIENCE, now())
            rsvp.answer(invitation, Submission(Reply.REPRESENTED, delegate=delegate), now())
        number = gone.id
    with transaction():
        if by_request:
            erasing.erase(db.session.get_one(Contact, number), now())
        else:
            erasing.expire([number], now())
    named = sa.select(Answer.delegate_given_name, Answer.delegate_email).order_by(Answer.id)
    assert [tuple(row) for row in db.session.execute(named)] == [("", ""), ("Luc", SHARED)]


def test_a_waiting_file_that_names_the_neighbour_alone_stays() -> None:
    with transaction():
        gone = people.contact(Kind.ASSOCIATION, "Léa", "Vallée", SHARED)
        people.contact(Kind.ASSOCIATION, "Luc", "Roy", SHARED)
        head = "Prénom;Nom;Courriel\r\n"
        waiting(f"{head}Luc;Roy;{SHARED}\r\n")
        waiting(f"{head}Luc;Roy;{SHARED}\r\nLEA;Vallee;{SHARED}\r\n")
        waiting(f'{head}"Léa";"Vallée\r\n";{SHARED}\r\n')
    with transaction():
        erasing.erase(db.session.get_one(Contact, gone.id), now())
    contents = db.session.scalars(sa.select(ImportFile.content).order_by(ImportFile.id)).all()
    assert [one is not None for one in contents] == [True, False, False]


def test_whoever_looks_at_a_file_that_is_dropped_meanwhile_writes_nothing_of_it() -> None:
    with transaction():
        gone = people.contact(Kind.MAYOR, "Léa", "Vallée", "lea@vallee.test")
    number = kept(short_file("Vallée;Léa;F;lea@vallee.test;Exemple;72000;"))
    with transaction():
        errands.ask(number, Errand.LOOK, None, "fr")
    with transaction():
        claimed = errands.claim(now())
    assert claimed is not None
    with transaction():
        erasing.erase(db.session.get_one(Contact, gone.id), now())
    with pytest.raises(errands.Superseded), transaction():
        errands.settle(claimed)
    db.session.rollback()
    file = db.session.get_one(ImportFile, number)
    assert (file.state, file.errand, file.runner, file.outlook) == (ImportState.DROPPED, None, None, None)


def test_no_file_brings_them_back_to_a_shared_mailbox_by_a_former_name(runner: Runner, tmp_path: Path) -> None:
    with transaction():
        gone = people.contact(Kind.ASSOCIATION, "Léa", "Vallée", SHARED)
        people.contact(Kind.ASSOCIATION, "Luc", "Roy", SHARED)
        former = {"name": "duval lea", "department": "72", "locality": "Exemple"}
        db.session.add(ContactAlias(contact_id=gone.id, kind=Kind.ASSOCIATION, **former))
    with transaction():
        erasing.erase(db.session.get_one(Contact, gone.id), now())
    path = tmp_path / "amis.csv"
    path.write_text(f"Prénom;Nom;Courriel\nLéa;Duval;{SHARED}\nLéa;Vallée;{SHARED}\nLuc;Roy;{SHARED}\n", "utf-8")
    assert "asked to be erased" in runner.run("contacts", "import", path, "--kind", "association").stdout
    db.session.expire_all()
    assert db.session.scalars(sa.select(Contact.given_name).where(Contact.given_name != "")).all() == ["Luc"]
