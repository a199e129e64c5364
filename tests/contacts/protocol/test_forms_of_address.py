"""Forms of address, as a protocol officer would proofread them: the text files beside this one."""

from pathlib import Path

import pytest

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.protocol.addressing import Person, form_for, form_of_address
from outreach.contacts.protocol.offices import Standing
from outreach.contacts.protocol.precedence import Quality
from outreach.contacts.protocol.table import CLOSINGS, FORMS, LANGUAGES

F, M, U = Gender.FEMININE, Gender.MASCULINE, Gender.UNKNOWN


def lines(name: str) -> list[tuple[str, ...]]:
    """The lines of a table in a file beside this one, each cell without the spaces around it, without the heads."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    rows = [tuple(cell.strip() for cell in line.split("|")) for line in text.splitlines() if "|" in line]
    return rows[1:]


def said(kind_and_words: str) -> tuple[Kind, str]:
    kind, _colon, words = kind_and_words.partition(":")
    return Kind(kind), words.strip()


@pytest.mark.parametrize(("office", "feminine", "masculine"), lines("french_letters.txt"))
def test_a_french_letter_opens_so(office: str, feminine: str, masculine: str) -> None:
    kind, words = said(office)
    opened = [form_of_address(kind, gender, "fr", "Dupont", office=words).salutation for gender in (F, M)]
    assert opened == [feminine, masculine]


@pytest.mark.parametrize(("office", "feminine", "masculine", "unknown"), lines("english_letters.txt"))
def test_an_english_letter_opens_so(office: str, feminine: str, masculine: str, unknown: str) -> None:
    kind, words = said(office)
    opened = [form_of_address(kind, gender, "en", "Dupont", office=words).salutation for gender in (F, M, U)]
    assert opened == [feminine, masculine, unknown]


@pytest.mark.parametrize(
    ("row", "standing", "to_her", "to_him", "her_title", "his_title"), lines("honorary_and_former.txt")
)
def test_honorary_and_former_titles_read_so(
    row: str, standing: str, to_her: str, to_him: str, her_title: str, his_title: str
) -> None:
    held = Quality(Kind.INDIVIDUAL, row, Standing(standing), place="Le Mans")
    forms = [form_for(held, Person(gender, "Dupont", "Claude"), "fr") for gender in (F, M)]
    assert [form.salutation for form in forms] == [to_her, to_him]
    assert [form.title for form in forms] == [her_title, his_title]


@pytest.mark.parametrize(
    ("row", "title", "salutation"),
    [
        ("mayor", "Maire du Mans", "Madame le Maire,"),
        ("deputy", "Député", "Madame le Député,"),
        ("deputy_mayor", "Adjoint au maire", "Madame l’Adjoint au Maire,"),
        ("prefect", "Préfet", "Madame le Préfet,"),
        ("minister", "Ministre", "Madame le Ministre,"),
        ("president", "Président", "Madame le Président,"),
        ("person", "", "Madame,"),
        ("bishop", "Évêque", "Madame l’Évêque,"),
    ],
)
def test_a_woman_who_asked_for_it_has_her_title_in_the_masculine(row: str, title: str, salutation: str) -> None:
    she = Person(F, "Dupont", "Marie", masculine_title=True)
    form = form_for(Quality(Kind.MAYOR, row, place="Le Mans"), she, "fr")
    assert (form.title, form.salutation) == (title, salutation)
    assert form.envelope == "Madame Marie Dupont"


@pytest.mark.parametrize("gender", [M, U])
def test_the_masculine_is_a_choice_for_women_only(gender: Gender) -> None:
    plain, asked = (
        form_for(Quality(Kind.MAYOR, "mayor"), Person(gender, "D", masculine_title=one), "fr") for one in (False, True)
    )
    assert plain == asked


@pytest.mark.parametrize(
    ("row", "position", "gender", "language", "title"),
    [
        ("deputy_mayor", 1, F, "fr", "Première adjointe au maire"),
        ("deputy_mayor", 1, M, "fr", "Premier adjoint au maire"),
        ("deputy_mayor", 3, F, "fr", "3ᵉ adjointe au maire"),
        ("departmental_vice_president", 1, F, "fr", "Première vice-présidente du conseil départemental"),
        ("departmental_vice_president", 2, M, "fr", "2ᵉ vice-président du conseil départemental"),
        ("deputy_mayor", 1, F, "en", "First Deputy Mayor"),
        ("deputy_mayor", 4, U, "en", "4th Deputy Mayor"),
        ("deputy_mayor", None, M, "fr", "Adjoint au maire"),
    ],
)
def test_the_first_of_several_is_told_on_the_envelope(
    row: str, position: int | None, gender: Gender, language: str, title: str
) -> None:
    assert form_for(Quality(Kind.DEPUTY_MAYOR, row, position=position), Person(gender, "D"), language).title == title


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
    ("kind", "words", "gender", "closing"),
    [
        (
            Kind.AUTHORITY,
            "Ministre",
            F,
            "Je vous prie d’agréer, Madame la Ministre, l’expression de ma très haute considération.",
        ),
        (Kind.DEPUTY, "", F, "Je vous prie d’agréer, Madame la Députée, l’expression de ma haute considération."),
        (Kind.MAYOR, "", U, "Je vous prie d’agréer, Madame, Monsieur, l’expression de ma haute considération."),
        (
            Kind.AUTHORITY,
            "Évêque",
            M,
            "Je vous prie d’agréer, Monseigneur, l’expression de ma respectueuse considération.",
        ),
        (
            Kind.CCAS,
            "Présidente",
            F,
            "Je vous prie d’agréer, Madame la Présidente, l’expression de ma considération distinguée.",
        ),
        (Kind.INDIVIDUAL, "", M, "Je vous prie d’agréer, Monsieur, l’expression de mes salutations distinguées."),
    ],
)
def test_the_closing_formula_takes_up_the_opening(kind: Kind, words: str, gender: Gender, closing: str) -> None:
    assert form_of_address(kind, gender, "fr", "Dupont", office=words).closing == closing


@pytest.mark.parametrize(
    ("kind", "gender", "language", "given", "family", "first_lines"),
    [
        (Kind.DEPUTY, F, "fr", "Marie", "Dupont", ("Madame Marie Dupont", "Députée")),
        (Kind.DEPUTY, M, "en", "Jean", "Dupont", ("Mr Jean Dupont", "Member of the National Assembly")),
        (Kind.DEPUTY, U, "fr", "Dominique", "Dupont", ("Dominique Dupont", "Membre de l’Assemblée nationale")),
        (Kind.MAYOR, F, "fr", "", "", ("Madame la Maire", "Maire")),
        (Kind.MAYOR, U, "fr", "", "", ("", "Maire")),
        (Kind.ASSOCIATION, U, "fr", "", "", ("", "")),
        (Kind.INDIVIDUAL, F, "en", "Ada", "Byron", ("Ms Ada Byron", "")),
    ],
)
def test_the_envelope_begins_so(
    kind: Kind, gender: Gender, language: str, given: str, family: str, first_lines: tuple[str, str]
) -> None:
    form = form_of_address(kind, gender, language, family, given_name=given)
    assert (form.envelope, form.title) == first_lines


RANKS_OF_ARMIES = {"general", "admiral", "colonel", "commander"}
"""« Général » is the same for everybody."""


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("row", [row for row in FORMS if row != "desk"])
def test_an_unknown_gender_never_gets_a_gendered_form(row: str, standing: Standing) -> None:
    somebody = Person(U, "Dupont", "Claude")
    french = form_for(Quality(Kind.INDIVIDUAL, row, standing), somebody, "fr")
    assert french.address == "Madame, Monsieur" or row in RANKS_OF_ARMIES
    assert french.envelope == "Claude Dupont"
    hers, his = (FORMS[row].title("fr", gender) for gender in (F, M))
    if hers != his and standing is Standing.HELD:
        assert french.title not in {hers, his} - {""}
    english = form_for(Quality(Kind.INDIVIDUAL, row, standing), somebody, "en")
    assert not {"Ms", "Mr", "Madam", "Mrs"} & set(english.address.replace("Sir or Madam", "").split())


def test_the_table_is_whole_and_typographic() -> None:
    for form in FORMS.values():
        assert form.closing in CLOSINGS
        assert len(form.words) == len(LANGUAGES) * len(Gender)
        for (language, _), (address, title) in form.words.items():
            assert address
            assert "'" not in address + title
            assert "Mademoiselle" not in address
            assert "Bonjour" not in address
            opening = {"Madame", "Monsieur", "Mesdames,", "Madame,", "Monseigneur", "Mon"}
            assert language == "en" or address.split()[0] in opening or form.name in RANKS_OF_ARMIES


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_form_in_both_languages(kind: Kind) -> None:
    for gender in Gender:
        for language in LANGUAGES:
            form = form_of_address(kind, gender, language, "Dupont", given_name="Claude")
            assert form.salutation.endswith(",")
            assert "{" not in form.salutation + form.closing + form.title


def test_nobody_is_greeted_by_a_first_name() -> None:
    for row in FORMS:
        for gender in Gender:
            for language in LANGUAGES:
                form = form_for(Quality(Kind.INDIVIDUAL, row), Person(gender, "Dupont", "Camille"), language)
                assert "Camille" not in form.salutation + form.closing
                assert not form.salutation.casefold().startswith(("bonjour", "cher", "hello", "hi "))
