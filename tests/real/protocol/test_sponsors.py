"""Titles as the Constitutional Council publishes them, brought in as a file: each has its form of address."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.contacts.kinds import Gender
from outreach.contacts.models import Contact
from outreach.contacts.names import gender_of
from outreach.contacts.protocol.addressing import form_of_address
from outreach.contacts.protocol.offices import read_office
from outreach.contacts.protocol.resolving import doubt
from outreach.contacts.queries import form_for, quality_of
from outreach.database import db
from tests.conftest import Runner

FILE = (
    Path(__file__).resolve().parents[4] / "shared" / "data" / "protocole" / "parrainages2022-civilite-mandat-sample.csv"
)

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the folder of real files is not here")


def sponsors() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_each_civility_and_mandate_has_its_form() -> None:
    forms = {(one["Civilité"], one["Mandat"]) for one in sponsors()}
    assert len(forms) == 28
    for civility, mandate in forms:
        read, gender = read_office(mandate), gender_of(civility)
        assert read.kind, mandate
        assert read.row, mandate
        assert read.gender in {gender, Gender.UNKNOWN}
        form = form_of_address(read.kind, gender, "fr", "Dupont", office=mandate)
        assert form.address.startswith({"M.": "Monsieur", "Mme": "Madame"}[civility])
        assert form.title


@pytest.mark.usefixtures("app")
def test_the_file_comes_in_and_nobody_is_in_doubt(runner: Runner) -> None:
    runner.run("contacts", "import", FILE)
    people = db.session.scalars(select(Contact)).all()
    assert len(people) > 1_900
    opened = Counter(form_for(one, "fr").address for one in people)
    assert opened.keys() <= EXPECTED
    assert opened["Monsieur le Maire"] > 1_000
    for one in people:
        quality = quality_of(one)
        role, own = one.role_label, one.salutation
        assert doubt(quality, gender=one.gender, role=role, own_form=own, named=True) is None


WOMEN = (
    "la Maire|la Maire déléguée|la Députée|la Sénatrice|la Députée européenne|la Présidente|la Conseillère|"
    "la Conseillère départementale|la Conseillère régionale|la Conseillère métropolitaine|la Conseillère de Paris"
)
MEN = (
    "le Maire|le Maire délégué|le Député|le Sénateur|le Député européen|le Président|le Conseiller|"
    "le Conseiller départemental|le Conseiller régional|le Conseiller métropolitain|le Conseiller de Paris"
)
EXPECTED = {f"Madame {one}" for one in WOMEN.split("|")} | {f"Monsieur {one}" for one in MEN.split("|")} | {"Monsieur"}
