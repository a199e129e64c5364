"""Postal codes, départements and countries."""

import pytest

from outreach.contacts.geography import COUNTRIES, DEPARTMENTS, country_of, department_of, department_of_postal_code


@pytest.mark.parametrize(
    ("postal_code", "department"),
    [
        ("72000", "72"),
        ("49100", "49"),
        ("01410", "01"),
        ("20000", "2A"),
        ("20167", "2A"),
        ("20304", "2A"),
        ("20705", "2A"),
        ("20224", "2B"),
        ("20600", "2B"),
        ("97110", "971"),
        ("97200", "972"),
        ("97300", "973"),
        ("97425", "974"),
        ("97600", "976"),
        ("97500", "975"),
        ("97133", "977"),
        ("97150", "978"),
        ("98800", "988"),
        ("98000", ""),  # Monaco
        ("00100", ""),
        ("7200", ""),
        ("SW1A 1AA", ""),
        ("", ""),
    ],
)
def test_a_postal_code_gives_the_departement(postal_code: str, department: str) -> None:
    assert department_of_postal_code(postal_code) == department


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("1", "01"),
        ("01", "01"),
        ("49", "49"),
        ("2a", "2A"),
        ("2B", "2B"),
        ("974", "974"),
        ("Sarthe", "72"),
        ("72 - Sarthe", "72"),
        ("SARTHE (72)", "72"),
        ("Sarthe 44", ""),
        ("Corse-du-Sud - 2A", "2A"),
        ("Guadeloupe 971", "971"),
        ("Paris 15", ""),
        ("COTE D'OR", "21"),
        ("99", ""),
        ("ZZ", ""),
        ("", ""),
    ],
)
def test_a_departement_is_read_as_people_write_it(text: str, department: str) -> None:
    assert department_of(text) == department


def test_there_are_101_departements_and_six_collectivities() -> None:
    assert len(DEPARTMENTS) == 107
    assert DEPARTMENTS["72"].name == "Sarthe"
    assert DEPARTMENTS["72"].region == "Pays de la Loire"
    assert DEPARTMENTS["2A"].region == "Corse"


@pytest.mark.parametrize(
    ("text", "code"), [("Belgique", "BE"), ("Germany", "DE"), ("fr", "FR"), ("UK", "GB"), ("Atlantide", "")]
)
def test_a_country_is_read_in_both_languages(text: str, code: str) -> None:
    assert country_of(text) == code


def test_every_country_has_both_names() -> None:
    assert all(country.french and country.english for country in COUNTRIES.values())
    assert len(COUNTRIES) == 43
    assert COUNTRIES["GB"].french == "Royaume-Uni"
