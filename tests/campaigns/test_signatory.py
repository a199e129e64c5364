"""Whoever signs: their name and titles, one a line, in the language of the letter and in no other."""

from datetime import UTC, date, datetime

from outreach.campaigns.content import House, Occasion, fixed_values
from outreach.campaigns.letter import compile_letter

TITLES = {"fr": "Adjointe au maire à la Solidarité\nPrésidente déléguée du CCAS", "en": "Deputy Mayor for Solidarity"}
CONGRESS = Occasion(
    title={"fr": "Congrès"},
    question={},
    starts_on=date(2026, 5, 29),
    ends_on=date(2026, 5, 30),
    timezone="Europe/Paris",
    place={"fr": "Palais des congrès"},
    place_address="",
    contact_email="congres@ville.example",
    answer_by=datetime(2026, 5, 22, 15, tzinfo=UTC),
)


def signed(language: str, titles: dict[str, str]) -> str:
    values = fixed_values(CONGRESS, House("Ville d’Exemple", "Dominique LENOIR", titles), language)
    return compile_letter("{closing}\n\n{signatory}\n{signatory_titles}", values, "Congrès").text_for(
        {"closing": "Je vous prie d’agréer…"}
    )


def test_every_title_stands_on_a_line_of_its_own_under_the_name() -> None:
    lines = [line for line in signed("fr", TITLES).splitlines() if line]
    assert lines[1:] == ["Dominique LENOIR", "Adjointe au maire à la Solidarité", "Présidente déléguée du CCAS"]


def test_an_english_letter_has_the_english_titles() -> None:
    assert "Deputy Mayor for Solidarity" in signed("en", TITLES)
    assert "Adjointe" not in signed("en", TITLES)


def test_titles_are_not_borrowed_from_the_other_language() -> None:
    assert "Adjointe" not in signed("en", {"fr": TITLES["fr"]})
