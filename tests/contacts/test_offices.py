"""What the words for an office say."""

import pytest

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.protocol.offices import Office, kind_of, read_office

F, U = Gender.FEMININE, Gender.UNKNOWN


@pytest.mark.parametrize(
    ("words", "office"),
    [
        ("Maire", Office(Kind.MAYOR)),
        ("Adjointe au maire", Office(Kind.DEPUTY_MAYOR, "", F)),
        ("ADJ", Office(Kind.DEPUTY_MAYOR)),
        ("Député", Office(Kind.DEPUTY)),
        ("Députée", Office(Kind.DEPUTY, "", F)),
        ("Sénateur", Office(Kind.SENATOR)),
        ("Sénatrice", Office(Kind.SENATOR, "", F)),
        ("Représentante française au Parlement européen", Office(Kind.MEP)),
        ("Député européen", Office(Kind.MEP)),
        ("Conseillère départementale", Office(Kind.DEPARTMENTAL_COUNCILLOR, "", F)),
        ("Conseiller régional", Office(Kind.REGIONAL_COUNCILLOR)),
        ("Président d'un EPCI à fiscalité propre", Office(Kind.INTERCOMMUNALITY_PRESIDENT, "president")),
        ("Présidente du conseil départemental", Office(Kind.DEPARTMENTAL_COUNCILLOR, "president", F)),
        ("Préfète", Office(Kind.PREFECT, "", F)),
        ("Sous-préfet", Office()),
        ("Présidente", Office(None, "president", F)),
        ("Vice-présidente", Office(None, "vice_president", F)),
        ("Directeur adjoint", Office()),
        ("Assistant de la directrice", Office()),
        ("Président d'honneur", Office()),
        ("Madame la Directrice", Office(None, "director", F)),
        ("Co-présidente", Office(None, "president")),
        ("Directrice du CCAS", Office(Kind.CCAS, "director", F)),
        ("", Office()),
    ],
)
def test_an_office_is_read_from_its_words(words: str, office: Office) -> None:
    assert read_office(words) == office


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("deputy_mayor", Kind.DEPUTY_MAYOR),
        ("deputy mayor", Kind.DEPUTY_MAYOR),
        ("association", Kind.ASSOCIATION),
        ("Associations", Kind.ASSOCIATION),
        ("CCAS", Kind.CCAS),
        ("Presse", Kind.PRESS),
        ("Zouave", None),
    ],
)
def test_a_kind_is_named_by_its_word_or_by_what_people_say(cell: str, kind: Kind | None) -> None:
    assert kind_of(cell) is kind
