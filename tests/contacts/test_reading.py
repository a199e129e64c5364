"""Rows read as contacts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.contacts.imports.files.opening import read_sheet
from outreach.contacts.imports.files.sheets import Row, Rows, Sheet
from outreach.contacts.imports.rows.columns import propose
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults, Reading, Record
from outreach.contacts.imports.rows.repairs import HARMLESS, RepairKind
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.kinds import Gender, Kind, OrganisationKind


def read(
    text: str, kind: Kind | None = None, *, reserved: bool = False, chosen: frozenset[RepairKind] = HARMLESS
) -> list[Reading]:
    sheet = read_sheet(text.encode())
    return list(read_records(sheet, propose(sheet), Defaults(kind, reserved=reserved, repairs=chosen)))


def record(text: str, kind: Kind | None = None) -> Record:
    (reading,) = read(text, kind)
    assert reading.record is not None, reading.refused
    return reading.record


def test_a_mayor_as_the_register_has_them() -> None:
    text = (
        "commune,departement,civilite_sexe,nom,prenom,date_debut_fonction,mairie_adresse,mairie_email,mairie_telephone\n"
        'Ponts-de-Cé,49,F,LE GOFF,Anne,2026-03-20,"7 rue X\n49130 Les Ponts-de-Cé",mairie@x.fr,02 41 00 00 00\n'
    )
    (reading,) = read(text, Kind.MAYOR)
    assert reading.record == Record(
        kind=Kind.MAYOR,
        organisation="Mairie des Ponts-de-Cé",
        organisation_kind=OrganisationKind.MAIRIE,
        given_name="Anne",
        family_name="Le Goff",
        gender=Gender.FEMININE,
        since=date(2026, 3, 20),
        emails=("mairie@x.fr",),
        street="7 rue X",
        postal_code="49130",
        locality="Les Ponts-de-Cé",
        commune="Les Ponts-de-Cé",
        department="49",
        phone="0241000000",
    )
    assert [(r.row, r.column, r.before, r.after) for r in reading.repairs] == [
        (2, "nom", "LE GOFF", "Le Goff"),
        (2, "commune", "Ponts-de-Cé", "Les Ponts-de-Cé"),
    ]


@pytest.mark.parametrize(
    ("circonscription", "constituency", "department"),
    [
        ("12", "Aveyron", "12"),
        ("2A", "Corse-du-Sud", "2A"),
        ("972", "Martinique", "972"),
        ("988", "Nouvelle-Calédonie", "988"),
        ("99", "Français établis hors de France", ""),
        ("Sarthe", "Sarthe", "72"),
    ],
)
def test_a_senator_belongs_to_the_departement_of_the_constituency(
    circonscription: str, constituency: str, department: str
) -> None:
    text = f"nom,prenom,sexe,circonscription,departement_id,email\nAnglars,Jean,M,{circonscription},11,a@senat.fr\n"
    found = record(text, Kind.SENATOR)
    assert (found.constituency, found.department, found.organisation) == (constituency, department, "Sénat")


def test_a_deputy_has_a_numbered_constituency() -> None:
    text = "nom,prenom,civ,departementCode,circo\nDupont,Anne,Mme,72,4\nDurand,Jean,M.,01,1Ère Circonscription\n"
    found = [reading.record for reading in read(text, Kind.DEPUTY)]
    assert [r.constituency for r in found if r] == ["Sarthe, 4e circonscription", "Ain, 1re circonscription"]


LOST_ZEROS = "Association;CP;Ville;Téléphone\nLes Amis;1410;LÉLEX;241520030\n"


def test_a_lost_zero_is_proposed_and_the_cell_stays_as_it_is() -> None:
    (reading,) = read(LOST_ZEROS, Kind.ASSOCIATION)
    assert reading.record is not None
    assert (reading.record.postal_code, reading.record.phone) == ("1410", "241520030")
    assert [(r.column, r.before, r.after, r.kind, r.applied) for r in reading.repairs] == [
        ("CP", "1410", "01410", RepairKind.POSTAL_ZERO, False),
        ("Ville", "LÉLEX", "Lélex", RepairKind.CAPITALS, True),
        ("Téléphone", "241520030", "0241520030", RepairKind.PHONE_ZERO, False),
    ]


def test_a_lost_zero_comes_back_when_that_is_chosen() -> None:
    (reading,) = read(LOST_ZEROS, Kind.ASSOCIATION, chosen=frozenset(RepairKind))
    assert reading.record is not None
    assert (reading.record.postal_code, reading.record.department, reading.record.phone) == (
        "01410",
        "01",
        "0241520030",
    )
    assert all(repair.applied for repair in reading.repairs)


def test_nothing_at_all_is_put_right_when_nothing_is_chosen() -> None:
    text = "nom;prenom;ville;depuis;cp\nBÉCHU;ZOÉ;LE MANS;inconnu;72000\n"
    (reading,) = read(text, Kind.MAYOR, chosen=frozenset())
    assert reading.record is not None
    assert (reading.record.family_name, reading.record.given_name, reading.record.commune) == (
        "BÉCHU",
        "ZOÉ",
        "LE MANS",
    )
    assert {repair.applied for repair in reading.repairs} == {False}


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("nom;prenom;depuis\nA;B;le 31 mars\n", "depuis", "This is not a date."),
        ("nom;prenom;cp;ville\nA;B;7200X;Le Mans\n", "cp", "This is not a postal code."),
    ],
)
def test_what_cannot_be_read_refuses_the_row_unless_it_may_be_left_out(text: str, column: str, reason: str) -> None:
    mapping = {Field.FAMILY_NAME: 0, Field.GIVEN_NAME: 1, Field.SINCE if column == "depuis" else Field.POSTAL_CODE: 2}
    sheet = read_sheet(text.encode())
    (left_out,) = read_records(sheet, mapping, Defaults(Kind.MAYOR))
    assert [(r.column, r.after, r.kind) for r in left_out.repairs] == [(column, "", RepairKind.UNREADABLE)]
    (refused,) = read_records(sheet, mapping, Defaults(Kind.MAYOR, repairs=frozenset()))
    assert [(r.column, str(r.reason)) for r in refused.refused] == [(column, reason)]


@pytest.mark.parametrize(
    ("department", "code", "kinds"),
    [
        ("2A", "2A", []),
        ("971", "971", []),
        ("1", "01", []),
        ("Sarthe (72)", "72", []),
        ("99", "", []),
        ("le centre", "49", [RepairKind.UNREADABLE]),
        ("inconnu", "49", []),
    ],
)
def test_a_departement_is_the_files_own_else_the_postal_codes(
    department: str, code: str, kinds: list[RepairKind]
) -> None:
    mapping = {Field.FAMILY_NAME: 0, Field.POSTAL_CODE: 1, Field.DEPARTMENT: 2}
    sheet = read_sheet(f"nom;cp;dep\nA;49000;{department}\n".encode())
    (reading,) = read_records(sheet, mapping, Defaults(Kind.PARTNER))
    assert reading.record is not None
    assert (reading.record.department, [repair.kind for repair in reading.repairs]) == (code, kinds)


@pytest.mark.parametrize(
    ("cell", "country", "number", "kinds"),
    [
        ("02 41 52 00 30", "FR", "0241520030", []),
        ("590 85 19 50", "FR", "590851950", [RepairKind.PHONE_ZERO]),
        ("471 12 34 56", "BE", "471123456", []),
        ("+33 (0)2 41 00 00 00", "FR", "+33241000000", [RepairKind.PHONE_WORDS]),
        ("02 41 52 00 30 (le matin)", "FR", "0241520030", [RepairKind.PHONE_WORDS]),
        ("inconnu", "FR", "", [RepairKind.NOTHING]),
        ("  ", "FR", "", []),
    ],
)
def test_a_telephone_is_kept_by_its_figures(cell: str, country: str, number: str, kinds: list[RepairKind]) -> None:
    sheet = read_sheet(f"nom;tel\nA;{cell}\n".encode())
    mapping = {Field.FAMILY_NAME: 0, Field.PHONE: 1}
    (reading,) = read_records(sheet, mapping, Defaults(Kind.PARTNER, country))
    assert reading.record is not None
    assert (reading.record.phone, [repair.kind for repair in reading.repairs]) == (number, kinds)


def test_mme_or_m_is_nobodys_gender() -> None:
    found = [reading.record for reading in read("civ;nom;prenom\nMme/M.;A;B\nM. et Mme;C;D\nMme;E;F\n", Kind.MAYOR)]
    assert [one.gender for one in found if one] == [Gender.UNKNOWN, Gender.UNKNOWN, Gender.FEMININE]


def test_a_list_of_councillors_names_its_mayor_and_deputies() -> None:
    text = "commune,nom,prenom,fonction\nAllonnes,A,B,\nAllonnes,C,D,ADJ\nAllonnes,E,F,MAI\n"
    found = [reading.record for reading in read(text, Kind.COUNCILLOR)]
    assert [one.kind for one in found if one] == [Kind.COUNCILLOR, Kind.DEPUTY_MAYOR, Kind.MAYOR]


def test_a_list_of_mairies_names_their_organisation() -> None:
    found = record("département,commune,email\n45,Mairie - Montbouy,m@x.fr\n", Kind.INSTITUTION)
    assert (found.organisation, found.organisation_kind, found.commune) == (
        "Mairie de Montbouy",
        OrganisationKind.MAIRIE,
        "Montbouy",
    )


def test_words_beside_an_address_and_a_web_page_find_their_place() -> None:
    text = "nom;courriel;site;notes\nA;a@x.fr (le matin);;déjà venue\nB;www.b.fr;;\n"
    first, second = read(text, Kind.INDIVIDUAL, chosen=frozenset(RepairKind))
    assert first.record is not None
    assert second.record is not None
    assert (first.record.emails, first.record.notes) == (("a@x.fr",), "déjà venue\nle matin")
    assert (second.record.emails, second.record.website) == ((), "www.b.fr")


def test_letters_read_in_the_wrong_encoding_are_read_again_by_choice() -> None:
    text = "association;ville\nSociÃ©tÃ© lâ€™Avenir;Angers\nJOÃO;Lisbonne\n"
    wrong = read(text, Kind.ASSOCIATION)
    assert [(r.before, r.after, r.applied) for r in wrong[0].repairs] == [
        ("SociÃ©tÃ© lâ€™Avenir", "Société l’Avenir", False)
    ]
    assert wrong[1].repairs == []
    right = read(text, Kind.ASSOCIATION, chosen=frozenset(RepairKind))
    assert right[0].record is not None
    assert right[0].record.organisation == "Société l’Avenir"


def test_a_row_that_a_comma_cut_is_joined_by_choice() -> None:
    text = "association,montant,nature\nA,24 975,00,don\nB,250,don\nC,1\n"
    cut, _, short = read(text, Kind.ASSOCIATION)
    assert cut.record is None
    assert short.record is None
    assert [(r.after, r.kind, r.applied) for r in cut.repairs] == [
        ("A | 24 975,00 | don", RepairKind.CUT_AMOUNT, False)
    ]
    assert [r.kind for r in short.repairs] == [RepairKind.SHORT_ROW]
    joined, _, completed = read(text, Kind.ASSOCIATION, chosen=frozenset(RepairKind))
    assert [one.record.organisation for one in (joined, completed) if one.record] == ["A", "C"]


@pytest.mark.parametrize(
    ("mapping", "cell", "longest"),
    [
        ({Field.TAGS: 1}, "bureau, " + "x" * 61, 60),
        ({Field.STREET: 1}, "rue " * 80, 300),
        ({Field.POSTAL_BLOCK: 1}, f"1 rue X 72000 {'Le Mans ' * 30}", 150),
        ({Field.POSTAL_BLOCK: 1}, f"{'rue X ' * 60} 72000 Le Mans", 300),
        ({Field.PHONE: 1}, " / ".join(f"02 41 00 00 0{n}" for n in range(4)), 40),
        ({Field.WEBSITE: 1}, "x" * 301, 300),
        ({Field.GENDER: 1}, "x" * 201, 200),
    ],
)
def test_whatever_the_tables_cannot_hold_is_refused_and_never_cut(
    mapping: dict[Field, int], cell: str, longest: int
) -> None:
    sheet = Sheet(["nom", "x"], Rows.of([Row(2, ["A", cell])]))
    (reading,) = read_records(sheet, {Field.FAMILY_NAME: 0, **mapping}, Defaults(Kind.PARTNER))
    assert [str(one.reason) for one in reading.refused] == [f"This is longer than {longest} characters."]


def test_spaces_do_not_make_a_cell_too_long() -> None:
    sheet = Sheet(["nom", "site"], Rows.of([Row(2, ["A", "www.x.fr" + " " * 400])]))
    (reading,) = read_records(sheet, {Field.FAMILY_NAME: 0, Field.WEBSITE: 1}, Defaults(Kind.PARTNER))
    assert reading.record is not None
    assert reading.record.website == "www.x.fr"


def test_a_cell_that_is_far_too_long_refuses_its_row_and_is_read_no_further() -> None:
    reading, _ = read(f"nom;courriel\nA;{'a' * 90_000}@x.fr\nB;b@x.fr\n", Kind.INDIVIDUAL)
    assert [str(r.reason) for r in reading.refused] == ["This is longer than 2000 characters."]


@pytest.mark.parametrize(
    ("text", "kind", "refusals"),
    [
        (
            "nom;email\nDupont;mairie@@x.fr\n",
            Kind.INDIVIDUAL,
            [(2, "email", "mairie@@x.fr", "The @ is not written as it should be: is it mairie@x.fr?")],
        ),
        (
            "association;email\n;a@x.fr\n",
            Kind.ASSOCIATION,
            [(2, "association", "", "There is neither an organisation nor a person's name.")],
        ),
        (
            "nom;prenom;email\nDupont;Anne;a@x.fr\n",
            None,
            [(2, "", "", "It is not said what kind of contact this is.")],
        ),
        (
            "nom;prenom;fonction\nDupont;Anne;Zouave\n",
            None,
            [(2, "fonction", "Zouave", "It is not said what kind of contact this is.")],
        ),
        (
            "nom;prenom;pays\nA;B;France\nA;B;France\nA;B;Atlantide\n",
            Kind.INDIVIDUAL,
            [(4, "pays", "Atlantide", "This country is not known to us: write its two-letter code.")],
        ),
        (
            f"association;ville\n{'x' * 301};Le Mans\n",
            Kind.ASSOCIATION,
            [(2, "association", "x" * 200, "This is longer than 300 characters.")],
        ),
        (
            "association;ville\nLes Amis;Le Mans;trop\n",
            Kind.ASSOCIATION,
            [(2, "", "Les Amis | Le Mans | trop", "This row has 3 cells, the header 2.")],
        ),
    ],
)
def test_a_row_is_refused_with_its_line_its_column_and_a_reason(
    text: str, kind: Kind | None, refusals: list[tuple[int, str, str, str]]
) -> None:
    refused = [refused for reading in read(text, kind) for refused in reading.refused]
    assert [(r.row, r.column, r.value, str(r.reason)) for r in refused] == refusals


def test_a_refused_row_gives_no_record_and_the_others_do() -> None:
    readings = read("nom;email\nA B;a@x.fr\nC D;oups\nE F;\n", Kind.INDIVIDUAL)
    assert [(reading.row, reading.record is None) for reading in readings] == [(2, False), (3, True), (4, False)]


def test_the_kind_of_a_row_comes_before_the_kind_of_the_file() -> None:
    text = "kind;nom;prenom\nsenator;A;B\n;C;D\n"
    assert [r.record.kind for r in read(text, Kind.DEPUTY) if r.record] == [Kind.SENATOR, Kind.DEPUTY]


def test_an_office_tells_the_kind_when_nobody_else_does() -> None:
    text = "Civilité;Nom;Prénom;Mandat;Département\nMme;HAYER;Valérie;Conseillère départementale;Mayenne\n"
    found = record(text)
    assert (found.kind, found.gender) == (Kind.DEPARTMENTAL_COUNCILLOR, Gender.FEMININE)
    assert found.organisation == "Conseil départemental (Mayenne)"


@pytest.mark.parametrize(
    ("civility", "office", "gender"),
    [
        ("Mme ", "", Gender.FEMININE),
        ("Monsieur ", "", Gender.MASCULINE),
        ("", "Présidente", Gender.FEMININE),
        ("", "Président", Gender.UNKNOWN),
        ("", "", Gender.UNKNOWN),
    ],
)
def test_a_gender_is_read_and_never_guessed_from_a_given_name(civility: str, office: str, gender: Gender) -> None:
    text = f"Structure;Contact;Fonction\nLes Amis;{civility}Anne BÉCHU;{office}\nX;Y Z;Secrétaire\n"
    found = read(text, Kind.ASSOCIATION)[0].record
    assert found is not None
    assert (found.given_name, found.family_name, found.gender) == ("Anne", "Béchu", gender)


@pytest.mark.parametrize(
    ("kind", "organisation", "house"),
    [
        (Kind.INSTITUTION, "Mairie de Vence", OrganisationKind.MAIRIE),
        (Kind.CCAS, "CCAS de Boucau", OrganisationKind.CCAS),
        (Kind.ASSOCIATION, "Communauté de communes du Perche", OrganisationKind.INTERCOMMUNALITY),
        (Kind.PARTNER, "Boulangerie Y", OrganisationKind.COMPANY),
    ],
)
def test_a_house_is_known_by_its_name(kind: Kind, organisation: str, house: OrganisationKind) -> None:
    assert record(f"organisation;ville\n{organisation};X\n", kind).organisation_kind is house


def test_several_addresses_in_a_cell_are_all_kept_and_the_first_comes_first() -> None:
    found = record("structure;email\nLes Amis;b@x.fr - a@x.fr\n", Kind.ASSOCIATION)
    assert found.emails == ("b@x.fr", "a@x.fr")


def test_tags_and_language_and_country() -> None:
    text = 'organisation,country,language,tags\nThe Friends,Ireland,English,"solidarity, food aid"\n'
    found = record(text, Kind.ASSOCIATION)
    assert (found.country, found.language, found.tags, found.department) == ("IE", "en", ("solidarity", "food aid"), "")


def test_a_contact_without_an_address_is_a_contact() -> None:
    assert record("structure;email\nLes Amis;inconnu\n", Kind.ASSOCIATION).emails == ()


def test_reserved_domains_are_for_the_demonstration() -> None:
    text = "nom;email\nA B;a@association.test\n"
    assert read(text, Kind.INDIVIDUAL)[0].record is None
    assert read(text, Kind.INDIVIDUAL, reserved=True)[0].record is not None


_cell = st.text(max_size=30) | st.sampled_from(
    ["inconnu", "#N/D", "M.", "Mme/M.", "BÉCHU Anne", "241520030", "1410", "a@@x.fr", "a@x.fr ; b@x.fr", "2A", "971"]
)


@given(
    st.lists(st.lists(_cell, min_size=4, max_size=4), max_size=4),
    st.dictionaries(st.sampled_from(Field), st.integers(0, 3)),
    st.sets(st.sampled_from(RepairKind)),
)
def test_every_row_is_a_record_or_refused_with_its_reasons(
    rows: list[list[str]], mapping: dict[Field, int], chosen: set[RepairKind]
) -> None:
    clean = [
        Row(number, ["".join(filter(str.isprintable, cell)) for cell in row]) for number, row in enumerate(rows, 2)
    ]
    sheet = Sheet(["A", "B", "C", "D"], Rows.of(clean), misread=True)
    read = list(read_records(sheet, mapping, Defaults(Kind.PARTNER, repairs=frozenset(chosen))))
    assert [reading.row for reading in read] == [row.number for row in clean]
    for reading in read:
        assert (reading.record is None) == bool(reading.refused)
        assert all(repair.applied == (repair.kind in chosen) for repair in reading.repairs)
        assert all(repair.before != repair.after for repair in reading.repairs)
