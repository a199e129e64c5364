"""The command `outreach rights`: what is held on an address is printed, corrected, erased."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, ContactChange
from outreach.database import db, transaction
from outreach.journal.entries import Erased, line_of, read_line
from outreach.journal.files import journal
from tests import people
from tests.conftest import Runner
from tests.rights.somebody import EMAIL, somebody

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]


def test_everything_held_on_an_address_is_printed(runner: Runner) -> None:
    somebody()
    said = runner.run("rights", "show", EMAIL.upper()).stdout
    for words in ("trésorière de la Vallée", "Ami Vallée", "sans sel", "Vallée vous salue", "Fichier de Léa Vallée"):
        assert words in said
    (copy,) = json.loads(runner.run("rights", "show", EMAIL, "--json").stdout)["persons"]
    assert copy["addresses"][0] == EMAIL
    assert copy["tables"]["message"][0]["reply_text"] == f"450 4.2.1 <{EMAIL}> busy"
    assert copy["organisation"] == "Les Amis de la Vallée"


def test_nothing_held_is_said(runner: Runner) -> None:
    assert json.loads(runner.run("rights", "show", "nobody@nowhere.test", "--json").stdout) == {"persons": []}
    assert "Nothing is held" in runner.run("rights", "show", "nobody@nowhere.test").stdout


def test_a_correction_keeps_what_it_was(runner: Runner) -> None:
    one = somebody()
    told = json.loads(
        runner.run(
            *("rights", "correct", EMAIL, "--set", "family_name=Duval", "--set", "email=lea@duval.test", "--json")
        ).stdout
    )
    assert told == {"contact": one.contact, "changed": ["family_name", "email"]}
    in_use = sa.select(Address.email).where(Address.contact_id == one.contact, Address.retired_at.is_(None))
    assert db.session.scalars(in_use).all() == ["lea@duval.test"]
    assert "Vallée" in db.session.scalars(sa.select(ContactChange.before)).all()
    assert "Write FIELD=VALUE" in runner.run("rights", "correct", EMAIL, "--set", "erased_at=x", status=1).stderr


def test_where_several_have_the_address_one_says_which(runner: Runner) -> None:
    one = somebody()
    with transaction():
        people.contact(Kind.ASSOCIATION, "Noé", "Vallée", EMAIL)
    assert "Several have this address" in runner.run("rights", "erase", EMAIL, "--yes", status=1).stderr
    told = json.loads(runner.run("rights", "erase", EMAIL, "--contact", str(one.contact), "--yes", "--json").stdout)
    assert told["erased"] == [one.contact]
    assert len(told["stay"]) == 1
    told = json.loads(runner.run("rights", "erase", EMAIL, "--everybody", "--yes", "--json").stdout)
    assert told["stay"] == []
    assert left_of(runner, EMAIL) == {"suppression", "rights_request"}


def test_erasing_asks_first(runner: Runner) -> None:
    one = somebody()
    runner.run("rights", "erase", EMAIL, said="n\n", status=1)
    assert db.session.scalar(sa.select(Contact.erased_at).where(Contact.id == one.contact)) is None


def test_what_is_kept_of_an_address_without_a_contact_is_shown_and_erased(runner: Runner) -> None:
    people.world()
    (copy,) = json.loads(runner.run("rights", "show", people.NEWCOMER.email, "--json").stdout)["persons"]
    assert copy["tables"]["registration"][0]["family_name"] == "Petit"
    runner.run("rights", "erase", people.NEWCOMER.email, "--yes")
    assert left_of(runner, people.NEWCOMER.email) == {"suppression"}


def left_of(runner: Runner, address: str) -> set[str]:
    """The tables that still know the keyed hash of an address; they hold nothing else of it."""
    (copy,) = json.loads(runner.run("rights", "show", address, "--json").stdout)["persons"]
    assert address not in json.dumps(copy["tables"])
    return set(copy["tables"])


def test_the_journal_names_the_contact_by_number_and_those_joined_to_it(runner: Runner) -> None:
    one = somebody()
    runner.run("rights", "erase", EMAIL, "--yes")
    entries = [entry for entry in journal().read() if isinstance(entry, Erased)]
    assert len(entries) == 2
    assert entries[0].contact == one.contact
    assert read_line(line_of(entries[0])) == entries[0]
    assert "@" not in line_of(entries[0])


def test_what_was_corrected_holds_through_the_next_file_and_is_read_as_the_form_reads_it(
    runner: Runner, tmp_path: Path
) -> None:
    with transaction():
        number = people.contact(Kind.PARTNER, "Ada", "Lovelance", "ada@ruche.test").id
    path = tmp_path / "partners.csv"
    path.write_text("Prénom;Nom;Courriel;Téléphone\nAda;Lovelance;ada@ruche.test;0243000000\n", "utf-8")
    told = ("--set", "family_name=Lovelace", "--set", "phone=02 43 11 11 11")
    runner.run("rights", "correct", "ada@ruche.test", *told)
    runner.run("contacts", "import", path, "--kind", "partner")
    db.session.expire_all()
    kept = db.session.execute(sa.select(Contact.id, Contact.family_name, Contact.phone)).all()
    assert [tuple(row) for row in kept] == [(number, "Lovelace", "0243111111")]
    for wrong in ("language=français", "salutation={x}", "phone=demain", "postal_code=7", f"notes={'x' * 10_001}"):
        runner.run("rights", "correct", "ada@ruche.test", "--set", wrong, status=1)
