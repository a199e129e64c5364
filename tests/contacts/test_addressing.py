"""Forms of address, as a protocol officer would proofread them."""

import pytest

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.protocol.addressing import CLOSINGS, FORMS, LANGUAGES, PRECEDENCE, form_of_address, rank

F, M, U = Gender.FEMININE, Gender.MASCULINE, Gender.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "office", "feminine", "masculine", "unknown"),
    [
        (Kind.PREFECT, "", "Madame la Préfète,", "Monsieur le Préfet,", "Madame, Monsieur,"),
        (Kind.DEPUTY, "", "Madame la Députée,", "Monsieur le Député,", "Madame, Monsieur,"),
        (Kind.SENATOR, "", "Madame la Sénatrice,", "Monsieur le Sénateur,", "Madame, Monsieur,"),
        (Kind.MEP, "", "Madame la Députée européenne,", "Monsieur le Député européen,", "Madame, Monsieur,"),
        (Kind.MAYOR, "", "Madame la Maire,", "Monsieur le Maire,", "Madame, Monsieur,"),
        (Kind.DEPUTY_MAYOR, "", "Madame l’Adjointe au Maire,", "Monsieur l’Adjoint au Maire,", "Madame, Monsieur,"),
        (Kind.INTERCOMMUNALITY_PRESIDENT, "", "Madame la Présidente,", "Monsieur le Président,", "Madame, Monsieur,"),
        (
            Kind.REGIONAL_COUNCILLOR,
            "",
            "Madame la Conseillère régionale,",
            "Monsieur le Conseiller régional,",
            "Madame, Monsieur,",
        ),
        (
            Kind.DEPARTMENTAL_COUNCILLOR,
            "",
            "Madame la Conseillère départementale,",
            "Monsieur le Conseiller départemental,",
            "Madame, Monsieur,",
        ),
        (
            Kind.DEPARTMENTAL_COUNCILLOR,
            "Présidente du conseil départemental",
            "Madame la Présidente,",
            "Monsieur le Président,",
            "Madame, Monsieur,",
        ),
        (Kind.ASSOCIATION, "Présidente", "Madame la Présidente,", "Monsieur le Président,", "Madame, Monsieur,"),
        (
            Kind.ASSOCIATION,
            "vice-président",
            "Madame la Vice-Présidente,",
            "Monsieur le Vice-Président,",
            "Madame, Monsieur,",
        ),
        (Kind.ASSOCIATION, "trésorière", "Madame,", "Monsieur,", "Madame, Monsieur,"),
        (Kind.CCAS, "Président", "Madame la Présidente,", "Monsieur le Président,", "Madame, Monsieur,"),
        (Kind.CCAS, "Directrice", "Madame la Directrice,", "Monsieur le Directeur,", "Madame, Monsieur,"),
        (Kind.INSTITUTION, "directeur général", "Madame la Directrice,", "Monsieur le Directeur,", "Madame, Monsieur,"),
        (Kind.PARTNER, "", "Madame,", "Monsieur,", "Madame, Monsieur,"),
        (Kind.PRESS, "", "Madame,", "Monsieur,", "Madame, Monsieur,"),
        (Kind.INDIVIDUAL, "Présidente", "Madame,", "Monsieur,", "Madame, Monsieur,"),
    ],
)
def test_a_french_letter_opens_so(kind: Kind, office: str, feminine: str, masculine: str, unknown: str) -> None:
    opened = [form_of_address(kind, gender, "fr", "Dupont", office=office).salutation for gender in (F, M, U)]
    assert opened == [feminine, masculine, unknown]


@pytest.mark.parametrize(
    ("kind", "office", "feminine", "masculine", "unknown"),
    [
        (Kind.PREFECT, "", "Dear Prefect,", "Dear Prefect,", "Dear Prefect,"),
        (Kind.DEPUTY, "", "Dear Deputy,", "Dear Deputy,", "Dear Deputy,"),
        (Kind.SENATOR, "", "Dear Senator,", "Dear Senator,", "Dear Senator,"),
        (Kind.MEP, "", "Dear Ms Dupont,", "Dear Mr Dupont,", "Dear Member of the European Parliament,"),
        (Kind.MAYOR, "", "Dear Madam Mayor,", "Dear Mr Mayor,", "Dear Mayor,"),
        (Kind.DEPUTY_MAYOR, "", "Dear Deputy Mayor,", "Dear Deputy Mayor,", "Dear Deputy Mayor,"),
        (Kind.INTERCOMMUNALITY_PRESIDENT, "", "Dear Madam President,", "Dear Mr President,", "Dear President,"),
        (Kind.REGIONAL_COUNCILLOR, "", "Dear Councillor Dupont,", "Dear Councillor Dupont,", "Dear Councillor,"),
        (Kind.ASSOCIATION, "President", "Dear Madam President,", "Dear Mr President,", "Dear President,"),
        (Kind.CCAS, "Director", "Dear Ms Dupont,", "Dear Mr Dupont,", "Dear Director,"),
        (Kind.INDIVIDUAL, "", "Dear Ms Dupont,", "Dear Mr Dupont,", "Dear Sir or Madam,"),
    ],
)
def test_an_english_letter_opens_so(kind: Kind, office: str, feminine: str, masculine: str, unknown: str) -> None:
    opened = [form_of_address(kind, gender, "en", "Dupont", office=office).salutation for gender in (F, M, U)]
    assert opened == [feminine, masculine, unknown]


@pytest.mark.parametrize("kind", [Kind.ASSOCIATION, Kind.CCAS, Kind.INSTITUTION, Kind.PARTNER, Kind.PRESS])
def test_the_mailbox_of_an_organisation_is_nobody_in_particular(kind: Kind) -> None:
    assert form_of_address(kind, U, "fr").salutation == "Mesdames, Messieurs,"
    assert form_of_address(kind, U, "en").salutation == "Dear Sir or Madam,"
    assert form_of_address(kind, U, "en").closing == "Yours faithfully,"


@pytest.mark.parametrize(
    ("own_form", "language", "salutation"),
    [
        ("Madame le maire", "fr", "Madame le maire,"),
        ("Madame la maire,", "fr", "Madame la maire,"),
        ("Madame le maire", "en", "Dear Madam Mayor,"),
        ("Dear Dr Watson,", "en", "Dear Dr Watson,"),
        ("Dear Dr Watson,", "fr", "Madame la Maire,"),
        (None, "fr", "Madame la Maire,"),
        ("", "fr", "Madame la Maire,"),
    ],
)
def test_the_persons_own_form_comes_first_in_its_language(own_form: str | None, language: str, salutation: str) -> None:
    assert form_of_address(Kind.MAYOR, F, language, "Dupont", own_form=own_form).salutation == salutation


@pytest.mark.parametrize(
    ("kind", "gender", "closing"),
    [
        (
            Kind.DEPUTY,
            F,
            "Je vous prie d’agréer, Madame la Députée, l’expression de ma haute considération.",
        ),
        (
            Kind.MAYOR,
            U,
            "Je vous prie d’agréer, Madame, Monsieur, l’expression de ma haute considération.",
        ),
        (
            Kind.INDIVIDUAL,
            M,
            "Je vous prie d’agréer, Monsieur, l’expression de mes salutations distinguées.",
        ),
    ],
)
def test_the_closing_formula_takes_up_the_opening(kind: Kind, gender: Gender, closing: str) -> None:
    assert form_of_address(kind, gender, "fr", "Dupont").closing == closing


@pytest.mark.parametrize(
    ("kind", "gender", "language", "given", "family", "lines"),
    [
        (Kind.DEPUTY, F, "fr", "Marie", "Dupont", ("Madame Marie Dupont", "Députée")),
        (Kind.DEPUTY, M, "en", "Jean", "Dupont", ("Mr Jean Dupont", "Member of the National Assembly")),
        (Kind.DEPUTY, U, "fr", "Dominique", "Dupont", ("Dominique Dupont", "")),
        (Kind.MAYOR, F, "fr", "", "", ("Madame la Maire", "Maire")),
        (Kind.MAYOR, U, "fr", "", "", ("", "Maire")),
        (Kind.ASSOCIATION, U, "fr", "", "", ("", "")),
        (Kind.INDIVIDUAL, F, "en", "Ada", "Byron", ("Ms Ada Byron", "")),
    ],
)
def test_the_envelope(
    kind: Kind, gender: Gender, language: str, given: str, family: str, lines: tuple[str, str]
) -> None:
    form = form_of_address(kind, gender, language, family, given_name=given)
    assert (form.envelope, form.title) == lines


def test_an_unknown_gender_never_gets_a_gendered_form() -> None:
    for kind in Kind:
        for office in ("", "Présidente", "Directeur"):
            form = form_of_address(kind, U, "fr", "Dupont", office=office)
            assert form.address == "Madame, Monsieur"
            assert not {"Ms", "Mr"} & set(form_of_address(kind, U, "en", "Dupont", office=office).address.split())


def test_the_table_is_whole_and_typographic() -> None:
    for form in FORMS.values():
        assert form.closing in CLOSINGS
        assert len(form.words) == len(LANGUAGES) * len(Gender)
        for (language, _), (address, title) in form.words.items():
            assert address
            assert "'" not in address + title
            assert "Mademoiselle" not in address
            assert language == "en" or address[:2] in {"Ma", "Mo", "Me"}


def test_every_kind_has_its_form_in_both_languages() -> None:
    for kind in Kind:
        for gender in Gender:
            for language in LANGUAGES:
                form = form_of_address(kind, gender, language, "Dupont", given_name="Claude")
                assert form.salutation.endswith(",")
                assert "{" not in form.salutation + form.closing + form.title


def test_the_decree_orders_the_offices() -> None:
    assert set(PRECEDENCE) == set(Kind)
    offices = [
        (Kind.PREFECT, ""),
        (Kind.DEPUTY, ""),
        (Kind.SENATOR, ""),
        (Kind.MEP, ""),
        (Kind.REGIONAL_COUNCILLOR, "Présidente du conseil régional"),
        (Kind.DEPARTMENTAL_COUNCILLOR, "Président du conseil départemental"),
        (Kind.MAYOR, ""),
        (Kind.DEPARTMENTAL_COUNCILLOR, ""),
        (Kind.DEPUTY_MAYOR, ""),
    ]
    ranks = [rank(kind, office) for kind, office in offices]
    assert ranks == sorted(set(ranks))
    assert ranks[:7] == [1, 2, 3, 4, 5, 6, 7]


def test_a_deputy_who_is_also_a_councillor_is_addressed_as_deputy() -> None:
    assert min([Kind.DEPARTMENTAL_COUNCILLOR, Kind.DEPUTY, Kind.MAYOR], key=rank) is Kind.DEPUTY
