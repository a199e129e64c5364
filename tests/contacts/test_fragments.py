"""Search by any fragment: what finds a contact, what comes first, and what a typing error is taken for."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach.contacts import actions, queries
from outreach.contacts.folding import fold
from outreach.contacts.kinds import Kind
from outreach.contacts.searching import listing, ranking, search, spelling
from outreach.contacts.searching.filters import Filters
from outreach.contacts.searching.findable import findable
from outreach.contacts.searching.fragments import has_trigrams
from outreach.contacts.searching.indexing import reindex, unindex
from outreach.contacts.searching.models import SearchPosting, SearchText, SearchWord, drop_index, make_index
from outreach.contacts.searching.typos import close_words
from outreach.database import db, transaction
from tests.contacts.directory import AT, add

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]


def found(**asked: str) -> list[str]:
    names = [one.name for one in listing.page(Filters.parse(asked)).contacts]
    db.session.rollback()
    return names


def count(table: type) -> int:
    rows = db.session.scalar(select(func.count()).select_from(table)) or 0
    db.session.rollback()
    return rows


def test_every_fragment_of_three_letters_finds_its_contact(app: Flask) -> None:
    add("Lefèvre", "Anaïs", "a.lefevre@mairie-l-aigle.example", locality="L’Aigle")
    for text in ("Lefèvre", "Anaïs", "Aigle", "lefevre", "mairie", "example"):
        for first in range(len(text) - 2):
            for last in range(first + 3, len(text) + 1):
                assert found(q=text[first:last].upper()) == ["Anaïs Lefèvre"], text[first:last]


@pytest.mark.parametrize("typed", ["ix-en-pro", "AIX EN", "en provence", "x en p", "prov aix"])
def test_a_fragment_may_reach_from_one_word_into_the_next(typed: str) -> None:
    add("Martin", "Léa", locality="Aix-en-Provence")
    assert found(q=typed) == ["Léa Martin"]


def test_one_or_two_letters_begin_a_word() -> None:
    add("Martin", "Léa")
    add("Amar", "Zoé")
    assert found(q="ma") == ["Léa Martin"]
    assert found(q="mar") == ["Léa Martin", "Zoé Amar"]


def test_the_very_word_comes_first_then_its_beginning_then_its_inside() -> None:
    add("Ademar", "Guy")
    add("Marchand", "Eve")
    add("Zorn", "Mar")
    add("Mar", "Luc")
    assert found(q="mar") == ["Luc Mar", "Mar Zorn", "Eve Marchand", "Guy Ademar"]
    assert found(q="mar", sort="name") == ["Guy Ademar", "Luc Mar", "Eve Marchand", "Mar Zorn"]
    assert found(q="mar", kind="mayor") == []


def test_every_word_typed_has_to_be_found() -> None:
    add("Martin", "Léa", locality="Le Mans")
    add("Martin", "Luc", locality="Laval")
    assert found(q="artin mans") == ["Léa Martin"]
    assert found(q="la martin", kind="individual") == ["Luc Martin"]


@pytest.mark.parametrize(
    ("most", "worth_counting", "worth_reading"),
    [(0, 0, 1), (2, 0, 1_000), (50_000, 0, 1_000), (50_000, 0, 1), (50_000, 1_000, 4)],
)
def test_whichever_list_leads_the_same_contacts_are_found(
    most: int, worth_counting: int, worth_reading: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("Martin", "Marchand", "Amar", "Durand")):
        kind = Kind.MAYOR if number % 2 else Kind.INDIVIDUAL
        add(name, "Léa", locality="Le Mans", kind=kind, department="72" if number else "49", country="FR")
    monkeypatch.setattr(ranking, "FREQUENT", most)
    monkeypatch.setattr(search, "NARROW", most)
    monkeypatch.setattr(search, "WORTH_COUNTING", worth_counting)
    monkeypatch.setattr(search, "WORTH_READING", worth_reading)
    for order in ("best", "name"):
        assert sorted(found(q="mar mans", sort=order)) == ["Léa Amar", "Léa Marchand", "Léa Martin"]
        assert found(q="mar", kind="mayor", sort=order) == ["Léa Marchand"]
        assert sorted(found(q="mans lea", department="72", sort=order)) == ["Léa Amar", "Léa Durand", "Léa Marchand"]
        assert found(q="mans", kind="individual", department="72", sort=order) == ["Léa Amar"]
        assert found(q="mar mans", kind="mayor", department="49", country="FR", sort=order) == []


def test_pages_of_the_best_join_without_gap_and_say_when_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST", 5)
    for number in range(4):
        add(f"Martin{number}")
    asked = Filters.parse({"q": "martin"})
    first = listing.page(asked, size=3)
    assert (len(first.contacts), first.count, first.more, first.preceding) == (3, 4, False, None)
    second = listing.page(Filters.parse({"q": "martin", "after": str(first.following)}), size=3)
    assert (len(second.contacts), second.following) == (1, None)
    back = listing.page(Filters.parse({"q": "martin", "before": str(second.preceding)}), size=3)
    assert back.contacts == first.contacts
    db.session.rollback()
    for number in range(4, 8):
        add(f"Martin{number}")
    assert listing.page(asked).more
    assert len(list(listing.everyone(asked))) == 8


@pytest.mark.parametrize("typed", ["dupnot", "dupond", "dupontt", "dupon", "upont", "Durand dupnot"])
def test_a_typing_error_is_forgiven_where_nobody_was_found(typed: str) -> None:
    add("Dupont", "Durand")
    assert found(q=typed) == ["Durand Dupont"]


def test_two_slips_are_forgiven_in_a_long_word() -> None:
    add("", "", organisation="Association Montgolfière")
    assert found(q="mongolfiere") == ["Association Montgolfière"]
    page = listing.page(Filters.parse({"q": "montgolgfierre"}))
    assert page.meant is not None
    assert page.meant.filters.q == "montgolfiere"


def test_nothing_is_guessed_for_what_somebody_has_or_for_very_little() -> None:
    add("Dupont", "Jean")
    add("Dupond", "Luc", kind=Kind.MAYOR)
    assert found(q="dupont", kind="mayor") == []
    assert found(q="xyz") == []
    assert close_words("dup") == []
    assert listing.page(Filters.parse({"q": "dupons"})).meant.others == ["dupont"]  # type: ignore[union-attr]


def test_what_a_contact_is_found_by_follows_it() -> None:
    number = add("Martin", "Léa", "lea@secours.example", postal_code="72000", locality="Le Mans")
    with transaction():
        contact = queries.get_contact(number)
        actions.edit_contact(contact, at=AT, family_name="Besnard", emails=["lea.b@aide.example"])
    assert found(q="martin") == found(q="secours") == []
    assert found(q="esnar") == found(q="aide") == ["Léa Besnard"]
    words = set(db.session.scalars(select(SearchWord.word)))
    assert words == {"besnard", "lea", "le", "mans", "b", "aide", "example"}
    assert (db.session.scalars(select(SearchText.inhabitants)).one() or 0) > 100_000


def test_a_word_that_nobody_has_any_more_is_forgotten() -> None:
    first, second = add("Martin", "Léa"), add("Martin", "Luc")
    with transaction():
        unindex([first])
    assert count(SearchWord) == 2
    with transaction():
        unindex([second])
    assert (count(SearchWord), count(SearchPosting), count(SearchText)) == (0, 0, 0)
    assert found(q="martin") == []
    with transaction():
        reindex([first, second])
    assert len(found(q="martin")) == 2


def test_without_an_index_of_trigrams_the_words_are_looked_through() -> None:
    add("Lefèvre", "Anaïs")
    assert has_trigrams()
    db.session.rollback()
    with transaction() as session:
        drop_index(session.connection())
    assert not has_trigrams()
    db.session.rollback()
    assert found(q="efev") == found(q="lefevrr") == ["Anaïs Lefèvre"]
    with transaction() as session:
        assert make_index(session.connection())
    assert has_trigrams()


@given(st.text(max_size=40))
def test_what_is_found_by_is_folded_words_with_spaces_around(text: str) -> None:
    words = findable(text, "", "", "", None, ()).words
    assert words == "" or (words.startswith(" ") and words.endswith(" "))
    assert "  " not in words
    assert fold(words) == words.strip()


@pytest.mark.parametrize(
    ("word", "other", "slips"),
    [("dupont", "dupont", 0), ("dupnot", "dupont", 1), ("dupon", "dupont", 1), ("martin", "marin", 1), ("ab", "", 2)],
)
def test_slips_are_counted(word: str, other: str, slips: int) -> None:
    assert spelling.gap(word, other) == slips
    assert slips != 1 or other in set(spelling.slips(word))
