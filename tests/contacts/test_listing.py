"""The list of contacts: searched, filtered, sorted, walked page by page both ways."""

from dataclasses import replace

import pytest
from flask import Flask

from outreach.contacts import actions, queries
from outreach.contacts.kinds import Kind
from outreach.contacts.models import SuppressionReason
from outreach.contacts.searching import filters, listing, search
from outreach.contacts.searching.filters import Cursor, Filters, Order, Reach
from outreach.database import transaction
from tests.contacts.directory import AT, add

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]


def names(**asked: str) -> list[str]:
    return [one.name for one in listing.page(Filters.parse(asked)).contacts]


@pytest.fixture
def cast(app: Flask) -> None:
    secours = {"kind": Kind.ASSOCIATION, "organisation": "Secours du Cœur"}
    add("Béchu", "Zoé", "mairie@allonnes.example", kind=Kind.MAYOR, postal_code="49650", locality="Allonnes")
    add("Martin", "Léa", "lea@secours.example", postal_code="72000", locality="Le Mans", language="fr", **secours)
    add("", "", postal_code="72100", locality="Le Mans", **secours)
    add("Maes", "An", "an.maes@stad.example", kind=Kind.MEP, country="BE", language="en")


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Zoé Béchu", "An Maes", "Léa Martin", "Secours du Cœur"]),
        ({"direction": "desc"}, ["Secours du Cœur", "Léa Martin", "An Maes", "Zoé Béchu"]),
        ({"sort": "added", "direction": "desc"}, ["An Maes", "Secours du Cœur", "Léa Martin", "Zoé Béchu"]),
        ({"q": "BECHU"}, ["Zoé Béchu"]),
        ({"q": "ma"}, ["Zoé Béchu", "An Maes", "Léa Martin", "Secours du Cœur"]),
        ({"q": "mar"}, ["Léa Martin"]),
        ({"q": "secours  cœ"}, ["Léa Martin", "Secours du Cœur"]),
        ({"q": "lea@secours.example"}, ["Léa Martin"]),
        ({"q": "allonnes"}, ["Zoé Béchu"]),
        ({"q": "nobody"}, []),
        ({"q": "secours", "department": "72", "kind": "association", "language": "fr"}, ["Léa Martin"]),
        ({"kind": "mayor"}, ["Zoé Béchu"]),
        ({"department": "72"}, ["Léa Martin", "Secours du Cœur"]),
        ({"country": "BE"}, ["An Maes"]),
        ({"language": "none"}, ["Zoé Béchu", "Secours du Cœur"]),
        ({"language": "en"}, ["An Maes"]),
        ({"reach": "with"}, ["Zoé Béchu", "An Maes", "Léa Martin"]),
        ({"reach": "without"}, ["Secours du Cœur"]),
        (
            {"kind": "made up", "department": "00", "sort": "x"},
            ["Zoé Béchu", "An Maes", "Léa Martin", "Secours du Cœur"],
        ),
    ],
)
def test_what_is_asked_for_is_what_is_listed(asked: dict[str, str], found: list[str]) -> None:
    assert names(**asked) == found


@pytest.mark.usefixtures("cast")
def test_a_condition_that_is_frequent_finds_the_same_as_one_that_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    rare = [names(q="ma"), names(q="secours le", kind="association"), names(q="s", tag="x")]
    monkeypatch.setattr(search, "NARROW", 1)
    assert [names(q="ma"), names(q="secours le", kind="association"), names(q="s", tag="x")] == rare


def test_tags_and_suppressions_are_filters() -> None:
    number = add("Martin", "Léa", "lea@a.example")
    add("Bonnet", "Luc", "luc@a.example")
    with transaction():
        actions.tag(queries.get_contact(number), "bureau", AT)
        actions.tag(queries.get_contact(number), "atelier", AT)
        actions.suppress("luc@a.example", SuppressionReason.OPT_OUT, AT)
    assert names(tag="bureau") == ["Léa Martin"]
    assert names(reach="suppressed") == ["Luc Bonnet"]
    assert [one.suppressed for one in listing.page(Filters()).contacts] == [True, False]
    assert list(search.tags()) == ["atelier", "bureau"]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_join_without_gap_both_ways(order: Order, descending: bool) -> None:
    for name in ["Noël", "Noel", "Noel", "Adam", "O'Neil", "Zoé", "Éloi"]:
        add(name)
    asked = Filters(order=order, descending=descending)
    whole = [one.id for one in listing.everyone(asked, size=2)]
    assert len(whole) == 7
    walked, page = [], listing.page(asked, size=3)
    assert page.preceding is None
    pages = [page]
    while pages[-1].following:
        pages.append(listing.page(replace(asked, after=pages[-1].following), size=3))
    walked = [one.id for page in pages for one in page.contacts]
    assert walked == whole
    back = listing.page(replace(asked, before=pages[-1].preceding), size=3)
    assert [one.id for one in back.contacts] == whole[3:6]
    first = listing.page(replace(asked, before=back.preceding), size=3)
    assert [one.id for one in first.contacts] == whole[:3]
    assert first.preceding is None


def test_beyond_ten_thousand_nobody_counts_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNTED", 3)
    for number in range(4):
        add(f"Nom{number}")
    page = listing.page(Filters(), size=2)
    assert (page.count, page.more) == (3, True)
    assert not listing.page(Filters(q="nom2"), size=2).more


def test_nobody_looks_at_everybody_for_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "EXAMINED", 2)
    for number in range(4):
        add(f"Nom{number}", "", *(["a@a.example"] if number != 1 else []))
    page = listing.page(Filters(reach=Reach.WITH))
    assert (len(page.contacts), page.count, page.more) == (3, 1, True)
    page = listing.page(Filters(reach=Reach.WITHOUT, kind=Kind.MAYOR))
    assert (page.contacts, page.count, page.more) == ([], 0, False)


def test_a_link_that_was_cut_leads_to_the_beginning() -> None:
    assert Cursor.parse("W10x") is None
    assert Cursor.parse("é") is None
    assert Cursor.parse(str(Cursor("o'neil", 12))) == Cursor("o'neil", 12)
    assert not Filters().narrowed
    assert Filters(reach=Reach.WITH).narrowed
    assert len(Filters(q="a b c d e f g h").words) == filters.MOST_WORDS
