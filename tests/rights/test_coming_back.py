"""Who was erased stays erased: through a backup, through an import; and comes back only by themselves."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import AuditEntry
from outreach.contacts.imports import importing
from outreach.contacts.imports.jobs import Errands
from outreach.contacts.imports.models import Errand
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact, Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.forwarding import actions as forwarding
from outreach.forwarding.models import Registration
from outreach.forwarding.registering import Newcomer
from outreach.invitations.models import Channel, Invitation
from outreach.links import links
from outreach.rights import erasing
from tests import people
from tests.conftest import Runner
from tests.rights.somebody import EMAIL, lea, somebody
from tests.rights.test_erasing import everything

pytestmark = pytest.mark.both
FILE = f"Association;Prénom;Nom;Courriel\nLes Amis;Léa;Vallée;{EMAIL}\nLes Amis;Luc;Martin;luc@amis.test\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "amis.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.mark.usefixtures("app")
def test_erased_then_an_older_backup_put_back_then_still_erased(runner: Runner, tmp_path: Path) -> None:
    one = somebody()
    backup = tmp_path / "monday.zip"
    runner.run("backup", backup)
    with transaction():
        erasing.erase(lea(one), now())
    runner.run("restore", backup, "--replace")
    db.session.expire_all()
    contact = db.session.get_one(Contact, one.contact)
    assert (contact.family_name, contact.erased_at is None) == ("", False)
    left = [line for line in everything().splitlines() if "vallée" in line.casefold() or EMAIL in line]
    assert [line for line in left if not line.startswith("organisation:")] == []
    reasons = db.session.scalars(sa.select(Suppression.reason).where(Suppression.lifted_at.is_(None))).all()
    assert SuppressionReason.ERASURE in reasons


@pytest.mark.usefixtures("app")
def test_one_of_two_at_a_mailbox_stays_erased_through_a_backup(runner: Runner, tmp_path: Path, file: Path) -> None:
    one = somebody()
    with transaction():
        people.contact(Kind.ASSOCIATION, "Noé", "Vallée", EMAIL)
    runner.run("backup", tmp_path / "monday.zip")
    with transaction():
        erasing.erase(lea(one), now())
    runner.run("restore", tmp_path / "monday.zip", "--replace")
    runner.run("contacts", "import", file, "--kind", "association")
    db.session.expire_all()
    names = set(db.session.scalars(sa.select(Contact.given_name).where(Contact.family_name == "Vallée")))
    assert names == {"Noé"}


def test_no_file_brings_them_back(app: Flask, runner: Runner, file: Path) -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
    said = runner.run("contacts", "import", file, "--kind", "association").stdout
    assert "asked to be erased" in said
    assert db.session.scalars(sa.select(Contact.family_name).where(Contact.given_name == "Luc")).all() == ["Martin"]
    assert db.session.scalars(sa.select(Contact.id).where(Contact.given_name == "Léa")).all() == []


@pytest.mark.parametrize("written", [EMAIL, EMAIL.replace("@", "@@"), f"<{EMAIL.upper()}>; nowhere@"])
def test_nothing_is_kept_of_a_row_that_is_refused_because_its_person_was_erased(app: Flask, written: str) -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
    sheet = f"Prénom;Nom;Courriel;Téléphone\nLéa;VALLÉE;{written};02 43 00 00 99\nLuc;MARTIN;luc@@amis.test;\n"
    with transaction():
        file = importing.receive("amis.csv", sheet.encode(), now())
        importing.choose(file, importing.sheet_of(file).header, importing.mapping_of(file), "association", "a friend")
        file.errand = Errand.LOOK
    Errands().run()
    outlook = file.outlook or {}
    kept = [str(outlook), (file.refused or b"").decode("utf-8-sig")]
    assert [row["row"] for row in outlook["refused"]] == [2, 3]
    db.session.rollback()
    with transaction():
        file.errand = Errand.BRING_IN
    Errands().run()
    kept.append((file.refused or b"").decode("utf-8-sig"))
    for text in kept:
        assert "luc@@amis.test" in text
        for trace in ("allée", "ALLÉE", "Léa", "lea.", "LEA.", "00 00 99"):
            assert trace not in text


def register_again(one_relay: int) -> Registration:
    newcomer = Newcomer("Léa", "Vallée", EMAIL, "Les Amis", Kind.ASSOCIATION, "72000")
    relay = db.session.get_one(Invitation, one_relay)
    return forwarding.register(relay, newcomer, Channel.MAIL, "fr", now())


@pytest.mark.usefixtures("app")
def test_they_come_back_by_confirming_their_own_address() -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
    with transaction():
        registration = register_again(one.relay)
    erased = sa.select(Suppression.lifted_at).where(Suppression.digest == links().digest(EMAIL))
    assert db.session.scalar(erased) is None
    db.session.rollback()
    with transaction():
        forwarding.confirm(db.session.get_one(Registration, registration.id), now())
    assert db.session.scalar(erased) is not None
    new = db.session.scalars(sa.select(Contact).where(Contact.family_name == "Vallée")).one()
    assert new.id != one.contact
    assert "erasure.lifted" in db.session.scalars(sa.select(AuditEntry.action)).all()


@pytest.mark.usefixtures("app")
def test_who_came_back_is_not_erased_again_by_a_restore(runner: Runner, tmp_path: Path) -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
        registration = register_again(one.relay)
    with transaction():
        forwarding.confirm(db.session.get_one(Registration, registration.id), now())
    runner.run("backup", tmp_path / "friday.zip")
    runner.run("restore", tmp_path / "friday.zip", "--replace")
    db.session.expire_all()
    assert db.session.scalars(sa.select(Contact.given_name).where(Contact.family_name == "Vallée")).all() == ["Léa"]


@pytest.mark.usefixtures("app")
def test_the_log_names_nobody() -> None:
    one = somebody()
    with transaction():
        erasing.erase(lea(one), now())
    told = [repr(row) for row in db.session.execute(sa.select(AuditEntry.action, AuditEntry.details)).all()]
    assert any("contact.erased" in line for line in told)
    assert [line for line in told if "Vall" in line or "@" in line] == []
