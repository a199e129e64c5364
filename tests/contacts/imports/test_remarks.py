"""What is said of a file beside its columns, before anybody looks at its rows."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from outreach.accounts.models import Role
from tests.contacts.imports.files import PAGES

pytestmark = pytest.mark.usefixtures("app")

NUMBERED = "Nom;Prénom;Courriel\n1;BÉCHU;Zoé;zoe@x.example\n2;Maes;An;an@x.example\n3;Léger;Luc;\n"


@pytest.fixture
def office(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in(Role.PREPARE)


def test_a_header_one_name_short_is_said_beside_the_columns(office: FlaskClient) -> None:
    sent = office.post(PAGES, data={"file": FileStorage(io.BytesIO(NUMBERED.encode()), "maires.csv")})
    page = office.get(str(sent.location)).text
    assert "Il manque un nom dans l’en-tête" in page
    assert "Les colonnes sans nom sont désignées par leur lettre\u202f: A." in page


def test_a_file_without_oddities_is_shown_without_remarks(office: FlaskClient) -> None:
    content = b"Nom;Courriel\nA;a@x.example\n"
    sent = office.post(PAGES, data={"file": FileStorage(io.BytesIO(content), "maires.csv")})
    assert 'class="notice' not in office.get(str(sent.location)).text
