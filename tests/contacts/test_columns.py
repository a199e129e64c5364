"""Which column holds what."""

import pytest

from outreach.contacts.imports.files.opening import read_sheet
from outreach.contacts.imports.rows.columns import by_name, dump, fingerprint, load, propose
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults
from outreach.contacts.imports.rows.vocabulary import NAMES, Field
from outreach.contacts.kinds import Kind
from outreach.errors import Refusal


def proposed(text: str) -> dict[str, str]:
    sheet = read_sheet(text.encode())
    return {field.value: sheet.header[index] for field, index in propose(sheet).items()}


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        (
            "Civilité;Nom;Prénom;Courriel;CP;Ville\nMme;BÉCHU;Anne;a@x.fr;72000;Le Mans\n",
            {
                "gender": "Civilité",
                "family_name": "Nom",
                "given_name": "Prénom",
                "email": "Courriel",
                "postal_code": "CP",
                "commune": "Ville",
            },
        ),
        (
            "First name,Last name,E-mail,Country,Language\nAda,Byron,ada@x.uk,UK,English\n",
            {
                "given_name": "First name",
                "family_name": "Last name",
                "email": "E-mail",
                "country": "Country",
                "language": "Language",
            },
        ),
        (
            "Structure;Adresse;Contact\nMairie;1 rue X 72000 Le Mans;BÉCHU Anne\n",
            {"organisation": "Structure", "postal_block": "Adresse", "full_name": "Contact"},
        ),
        (
            "Structure;Adresse;Contact\nMairie;1 rue X;a@x.fr\n",
            {"organisation": "Structure", "street": "Adresse", "email": "Contact"},
        ),
        ("Nom;Téléphone\nAssociation Les Amis;0243000000\n", {"organisation": "Nom", "phone": "Téléphone"}),
        ("Nom;Téléphone\nAnne BÉCHU;0243000000\n", {"full_name": "Nom", "phone": "Téléphone"}),
        ("x;y\na@x.fr;z\nb@x.fr;z\n", {"email": "x"}),
        ("mail;autre\nvoir le site;z\n", {}),
        ("x;depuis\na@x.fr;inconnu\n", {"email": "x"}),
        (
            (
                "1;M.;BÉCHU Anne;0241000000;12 rue X;72000;Le Mans;a@x.fr;https://x.fr\n"
                "2;Mme;LE GOFF Zoé;02 41 00 00 01;3 avenue Y;49000;Angers;b@x.fr;www.y.fr\n"
            ),
            {
                "gender": "(B)",
                "full_name": "(C)",
                "phone": "(D)",
                "street": "(E)",
                "postal_code": "(F)",
                "commune": "(G)",
                "email": "(H)",
                "website": "(I)",
            },
        ),
        (
            (
                "Qui;Joindre;Au titre de\nMme Anne Béchu;+33 2 41 00 00 00;Maire\n"
                "M. Luc Le Goff;0241000001;Présidente du conseil départemental\n"
            ),
            {"full_name": "Qui", "phone": "Joindre", "office": "Au titre de"},
        ),
        (
            "Lieu;Où\nMairie;7 rue X 72000 Le Mans\nClub;8 rue Y\n49000 Angers\n".replace("Y\n", "Y, "),
            {"postal_block": "Où"},
        ),
    ],
)
def test_a_mapping_is_proposed_from_names_and_values(text: str, mapping: dict[str, str]) -> None:
    assert proposed(text) == mapping


@pytest.mark.parametrize(
    "column",
    [
        "Groupe politique",
        "groupe",
        "date_naissance",
        "Date de naissance",
        "profession",
        "Nuance politique",
        "Libellé de la catégorie socio-professionnelle",
        "code_insee",
        "SIRET",
        "departement_id",
        "id",
        "result_city",
    ],
)
def test_what_is_private_or_internal_is_not_proposed(column: str) -> None:
    assert column not in proposed(f"{column};email\nSarthe;a@x.fr\n").values()


@pytest.mark.parametrize("values", [["DVG", "LR", "RN"], ["Les Républicains", "Groupe Socialiste", "Horizons"]])
def test_parties_are_not_imported_whatever_their_column_is_called(values: list[str]) -> None:
    text = "nom;prenom;remarques\n" + "".join(f"A;B;{value}\n" for value in values)
    sheet = read_sheet(text.encode())
    assert Field.NOTES not in propose(sheet)
    with pytest.raises(Refusal, match="The column remarques is never imported"):
        list(read_records(sheet, {Field.FAMILY_NAME: 0, Field.NOTES: 2}, Defaults(Kind.MAYOR)))


def test_a_column_of_remarks_that_names_a_party_once_is_taken() -> None:
    assert proposed("nom;remarques\nA;LR\nB;absente en mai\nC;rappeler\n")["notes"] == "remarques"


def test_two_columns_never_share_a_field() -> None:
    assert proposed("email;courriel;nom;prenom\na@x.fr;b@x.fr;A;B\n") == {
        "email": "email",
        "family_name": "nom",
        "given_name": "prenom",
    }


def test_a_mapping_is_kept_by_the_names_of_the_columns() -> None:
    header = ["Nom", 'Courriel "pro"', "Ville"]
    mapping = {Field.EMAIL: 1, Field.FAMILY_NAME: 0}
    assert load(dump(mapping, header), header) == mapping
    assert load(dump(mapping, header), ["Ville", "NOM", "courriel pro"]) == {Field.EMAIL: 2, Field.FAMILY_NAME: 1}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"email": "Absent"}, "There is no column named Absent in this file."),
        ({"courriel": "Nom"}, "There is no field named courriel."),
        ({"notes": "Groupe"}, "The column Groupe is never imported."),
        ({"notes": "Date de naissance"}, "The column Date de naissance is never imported."),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(written: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refusal) as refusal:
        by_name(written, ["Nom", "Groupe", "Date de naissance"])
    assert str(refusal.value) == sentence


def test_a_mapping_that_is_no_toml_is_refused() -> None:
    with pytest.raises(Refusal, match="not valid TOML"):
        load("email = ", ["email"])


def test_files_of_one_shape_share_a_fingerprint() -> None:
    assert fingerprint(["Nom", "Code postal"]) == fingerprint(["NOM ", "code_postal"])
    assert fingerprint(["Nom", "Ville"]) != fingerprint(["Ville", "Nom"])


def test_every_field_but_none_has_its_words() -> None:
    assert all(NAMES[field] for field in Field)
