"""What the words for an office say."""

import pytest

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.protocol.addressing import form_of_address
from outreach.contacts.protocol.offices import Office, Standing, held_as, kind_of, read_office

F, M, U = Gender.FEMININE, Gender.MASCULINE, Gender.UNKNOWN
HONORARY, FORMER = Standing.HONORARY, Standing.FORMER


@pytest.mark.parametrize(
    ("words", "office"),
    [
        ("Maire", Office(Kind.MAYOR, "mayor")),
        ("Adjointe au maire", Office(Kind.DEPUTY_MAYOR, "deputy_mayor", F)),
        ("1re adjointe au maire", Office(Kind.DEPUTY_MAYOR, "deputy_mayor", F, position=1)),
        ("Troisième adjoint", Office(Kind.DEPUTY_MAYOR, "deputy_mayor", position=3)),
        ("ADJ", Office(Kind.DEPUTY_MAYOR, "deputy_mayor")),
        ("Député", Office(Kind.DEPUTY, "deputy")),
        ("Députée", Office(Kind.DEPUTY, "deputy", F)),
        ("Sénateur", Office(Kind.SENATOR, "senator")),
        ("Sénatrice", Office(Kind.SENATOR, "senator", F)),
        ("Représentante française au Parlement européen", Office(Kind.MEP, "mep", F)),
        ("Député européen", Office(Kind.MEP, "mep")),
        ("Conseillère départementale", Office(Kind.DEPARTMENTAL_COUNCILLOR, "departmental_councillor", F)),
        ("Conseiller régional", Office(Kind.REGIONAL_COUNCILLOR, "regional_councillor")),
        (
            "Président d'un EPCI à fiscalité propre",
            Office(Kind.INTERCOMMUNALITY_PRESIDENT, "intercommunality_president"),
        ),
        (
            "Présidente du conseil départemental",
            Office(Kind.DEPARTMENTAL_COUNCILLOR, "departmental_president", F),
        ),
        ("Préfète", Office(Kind.PREFECT, "prefect", F)),
        ("Sous-préfet", Office(Kind.AUTHORITY, "sub_prefect")),
        ("Présidente", Office(None, "president", F)),
        ("Vice-présidente", Office(None, "vice_president", F)),
        ("Première vice-présidente", Office(None, "vice_president", F, position=1)),
        ("Premier ministre", Office(Kind.AUTHORITY, "prime_minister")),
        ("Première présidente", Office(Kind.AUTHORITY, "first_president", F)),
        ("Directeur adjoint", Office()),
        ("Assistant de la directrice", Office()),
        ("Président d'honneur", Office()),
        ("Maire honoraire", Office(Kind.MAYOR, "mayor", standing=HONORARY)),
        ("Président honoraire", Office(None, "president", standing=HONORARY)),
        ("Ancienne ministre", Office(Kind.INDIVIDUAL, "minister", standing=FORMER)),
        ("Ex-sénateur de la Sarthe", Office(Kind.INDIVIDUAL, "senator", standing=FORMER)),
        ("Consul honoraire", Office(Kind.AUTHORITY, "honorary_consul")),
        ("Madame la Directrice", Office(None, "director", F)),
        ("Co-présidente", Office(None, "president", F)),
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
        ("Conseillers municipaux", None),
        ("Conseiller municipal", Kind.COUNCILLOR),
        ("Zouave", None),
    ],
)
def test_a_kind_is_named_by_its_word_or_by_what_people_say(cell: str, kind: Kind | None) -> None:
    assert kind_of(cell) is kind


SPONSORS = """
M.  | Maire                                                                      | Monsieur le Maire
Mme | Maire                                                                      | Madame la Maire
Mme | Conseillère départementale                                                 | Madame la Conseillère départementale
M.  | Conseiller départemental                                                   | Monsieur le Conseiller départemental
Mme | Conseillère régionale                                                      | Madame la Conseillère régionale
M.  | Conseiller régional                                                        | Monsieur le Conseiller régional
M.  | Député                                                                     | Monsieur le Député
Mme | Députée                                                                    | Madame la Députée
M.  | Maire délégué d'une commune associée ou d'une commune déléguée             | Monsieur le Maire délégué
Mme | Maire déléguée d'une commune associée ou d'une commune déléguée            | Madame la Maire déléguée
M.  | Sénateur                                                                   | Monsieur le Sénateur
Mme | Sénatrice                                                                  | Madame la Sénatrice
M.  | Conseiller métropolitain de Lyon                                           | Monsieur le Conseiller métropolitain
Mme | Conseillère métropolitaine de Lyon                                         | Madame la Conseillère métropolitaine
M.  | Conseiller de Paris                                                        | Monsieur le Conseiller de Paris
Mme | Conseillère de Paris                                                       | Madame la Conseillère de Paris
M.  | Président d'un EPCI à fiscalité propre                                     | Monsieur le Président
Mme | Présidente d'un EPCI à fiscalité propre                                    | Madame la Présidente
M.  | Représentant français au Parlement européen                                | Monsieur le Député européen
Mme | Représentante française au Parlement européen                              | Madame la Députée européenne
M.  | Président du conseil consulaire                                            | Monsieur le Président
Mme | Présidente du conseil consulaire                                           | Madame la Présidente
M.  | Maire d'arrondissement                                                     | Monsieur le Maire
Mme | Maire d'arrondissement                                                     | Madame la Maire
M.  | Conseiller à l'Assemblée des Français de l'étranger                        | Monsieur le Conseiller
Mme | Conseillère à l'Assemblée des Français de l'étranger                       | Madame la Conseillère
Mme | Membre de l'Assemblée de Corse                                             | Madame la Conseillère
M.  | Membre d'une assemblée d'une collectivité territoriale d'outre-mer à statut particulier | Monsieur
"""
"""The 28 civilities and mandates of those who may sponsor a candidate, as the Constitutional Council writes them."""


@pytest.mark.parametrize("line", SPONSORS.strip().splitlines())
def test_the_titles_of_the_constitutional_council_have_their_form(line: str) -> None:
    civility, mandate, address = (cell.strip() for cell in line.split("|"))
    read = read_office(mandate)
    assert read.kind is not None
    assert read.row
    gender = {"M.": M, "Mme": F}[civility]
    assert read.gender in {gender, U}
    form = form_of_address(read.kind, gender, "fr", "Dupont", office=mandate)
    assert form.address == address
    neutral = form_of_address(read.kind, U, "fr", "Dupont", office=mandate)
    assert neutral.address == "Madame, Monsieur"


@pytest.mark.parametrize(
    ("kind", "words", "held"),
    [
        (Kind.MAYOR, "Maire", (None, None, False)),
        (Kind.MAYOR, "", (None, None, False)),
        (Kind.MAYOR, "Maire déléguée", ("delegate_mayor", None, False)),
        (Kind.MAYOR, "Maire honoraire", (None, None, True)),
        (Kind.DEPUTY_MAYOR, "1er adjoint", (None, 1, False)),
        (Kind.DEPARTMENTAL_COUNCILLOR, "Présidente du conseil départemental", ("departmental_president", None, False)),
        (Kind.COUNCILLOR, "Conseillère de Paris", ("paris_councillor", None, False)),
    ],
)
def test_a_mandate_of_a_file_is_kept_with_its_office_rank_and_honour(
    kind: Kind, words: str, held: tuple[str | None, int | None, bool]
) -> None:
    assert held_as(kind, words) == held
