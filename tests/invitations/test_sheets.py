"""A page with holes: filled for each reader, the same packed, forgotten when there are too many."""

import gzip

import pytest

from outreach.invitations.sheets import Sheet, Sheets, hole

PAGE = f"<p>{hole('name')}, {hole('name')} : « {hole('seats12')} »</p>" + "une page assez longue " * 40


@pytest.mark.parametrize("name", ["Ada", "", "Inès", "x" * 70_000])
def test_both_ways_give_the_page_of_the_reader(name: str) -> None:
    sheet, values = Sheet(PAGE), {"name": name, "seats12": "3 places", "unused": "nothing"}
    page = PAGE.replace(hole("name"), name).replace(hole("seats12"), "3 places").encode()
    assert sheet.filled(values) == page
    assert gzip.decompress(sheet.packed(values)) == page


def test_what_fills_a_hole_stays_text() -> None:
    assert Sheet(hole("name")).filled({"name": '<b>"&'}) == b"&lt;b&gt;&#34;&amp;"


def test_a_page_without_holes_is_one_too() -> None:
    sheet = Sheet("<p>Bonjour</p>")
    assert sheet.filled({}) == gzip.decompress(sheet.packed({})) == b"<p>Bonjour</p>"


def test_some_holes_may_be_filled_for_many() -> None:
    of_many = Sheet(PAGE).partly({"seats12": "<3>"})
    assert of_many.filled({"name": "Ada"}) == Sheet(PAGE).filled({"name": "Ada", "seats12": "<3>"})


def test_of_the_sheets_with_some_holes_filled_one_is_kept() -> None:
    sheet = Sheet(PAGE)
    three = sheet.partly({"seats12": "3"})
    assert sheet.partly({"seats12": "3"}) is three
    assert b"2" in sheet.partly({"seats12": "2"}).filled({"name": "Ada"})
    assert sheet.partly({"seats12": "3"}) is not three


def test_a_hole_that_nothing_fills_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Sheet(PAGE).filled({"name": "Ada"})


def test_the_lengths_of_packed_pages_tell_nothing_of_what_is_in_the_holes() -> None:
    sheet = Sheet(PAGE)
    alike = [sheet.packed({"name": name, "seats12": "3"}) for name in ("page assez", "qjxkzvwhyb")]
    assert len(alike[0]) == len(alike[1])


def test_the_sheet_asked_for_longest_ago_goes() -> None:
    kept = Sheets(most=2)
    for key in ("one", "two"):
        kept.keep(key, Sheet(key))
    assert kept.find("one") is not None
    kept.keep("three", Sheet("three"))
    assert (kept.find("two"), len(kept)) == (None, 2)
    assert kept.find("one") is not None
