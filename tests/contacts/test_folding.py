"""Text as it is compared and searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.contacts.folding import fold, squeeze, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Béchu", "bechu"),
        ("BÉCHU", "bechu"),
        ("  L’Œuvre   d'ÉTÉ ", "l'oeuvre d'ete"),
        ("Ex æquo", "ex aequo"),
        ("Estrebœuf", "estreboeuf"),
        ("Saint\u2011Étienne", "saint-etienne"),
        ("Le\u00a0Mans", "le mans"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("", ""),
    ],
)
def test_folding_leaves_plain_letters(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more_for_latin_text(text: str) -> None:
    latin = "".join(c for c in text if ord(c) < 0x250)
    assert fold(fold(latin)) == fold(latin)


@given(st.text(alphabet=st.characters(max_codepoint=0x17F)))
def test_case_never_matters(text: str) -> None:
    assert fold(text.upper().lower()) == fold(text.upper().lower().upper())


def test_words_are_what_a_search_looks_up() -> None:
    assert words("Mairie d'Angers — Hôtel-de-Ville, d'Angers") == ("mairie", "d", "angers", "hotel", "de", "ville")


def test_squeezed_headers_compare_equal() -> None:
    assert squeeze("Code postal") == squeeze("code_postal") == squeeze("CodePostal") == "codepostal"
