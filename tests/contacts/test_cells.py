"""One cell cleaned."""

from datetime import date

import pytest

from outreach.contacts.imports.rows.cells import (
    PostalAddress,
    day,
    language,
    plain,
    postal_block,
    postal_code,
    telephone,
)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("02 41 52 00 30", "0241520030"),
        ("05.59.58.60.73", "0559586073"),
        ("241520030", "0241520030"),
        ("+33602078408", "+33602078408"),
        ("+33 5 59 06 67 00", "+33559066700"),
        ("+33 (0)5 59 06 67 00", "+33559066700"),
        ("0033 5 59 06 67 00", "+33559066700"),
        ("+590 590 85 19 50", "+590590851950"),
        ("3949", "3949"),
        ("0559583525 / 0554662233", "0559583525 / 0554662233"),
        ("0559583525/0554662233", "0559583525 / 0554662233"),
        ("0495770490 ou 0608411548", "0495770490 / 0608411548"),
        ("04 95 22 35 34\n06 47 54 66 86", "0495223534 / 0647546686"),
        ("04 95 36 17 62 - 06 75 96 07 56", "0495361762 / 0675960756"),
        ("06 30 6653 28", "0630665328"),
        ("Tél : 02\u00a041\u00a052\u00a000\u00a030", "0241520030"),
        ("voir le site", ""),
        ("", ""),
    ],
)
def test_a_telephone_number_keeps_its_figures(cell: str, number: str) -> None:
    assert telephone(cell) == number


@pytest.mark.parametrize(
    ("cell", "country", "code"),
    [
        ("49650", "FR", "49650"),
        ("1410", "FR", "01410"),
        ("1410.0", "FR", "01410"),
        ("49650.0", "FR", "49650"),
        ("49 650", "FR", "49650"),
        ("F-49650", "FR", "49650"),
        ("CP", "FR", ""),
        ("SW1A 1AA", "GB", "SW1A 1AA"),
        ("1000", "BE", "1000"),
        ("", "FR", ""),
    ],
)
def test_a_postal_code_gets_its_zero_back(cell: str, country: str, code: str) -> None:
    assert postal_code(cell, country) == code


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("135 rue Albert-Pottier\n49650 Allonnes", PostalAddress("135 rue Albert-Pottier", "49650", "Allonnes")),
        ("\n49140 Jarzé-Villages", PostalAddress("", "49140", "Jarzé-Villages")),
        ("Avenue X\n20304 Ajaccio Cedex 1", PostalAddress("Avenue X", "20304", "Ajaccio Cedex 1")),
        ("A\nB\n49100 Angers", PostalAddress("A\nB", "49100", "Angers")),
        ("Mairie de Corscia 20224 CORSCIA", PostalAddress("Mairie de Corscia", "20224", "CORSCIA")),
        ("CS 70407, 20705 AJACCIO CEDEX 9", PostalAddress("CS 70407", "20705", "AJACCIO CEDEX 9")),
        ("06141 / VENCE CEDEX", PostalAddress("", "06141", "VENCE CEDEX")),
        ("1 place de la mairie", PostalAddress("1 place de la mairie", "", "")),
        ("", PostalAddress()),
    ],
)
def test_a_postal_block_is_taken_apart(cell: str, address: PostalAddress) -> None:
    assert postal_block(cell) == address


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-03-20", date(2026, 3, 20)),
        ("20/03/2026", date(2026, 3, 20)),
        ("1.3.2026", date(2026, 3, 1)),
        ("2026-03-20 00:00", date(2026, 3, 20)),
        ("31/02/2026", None),
        ("mars 2026", None),
        ("", None),
    ],
)
def test_a_day_is_read_in_french_and_iso_order(cell: str, expected: date | None) -> None:
    assert day(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"), [("Français", "fr"), ("EN", "en"), ("anglais", "en"), ("Deutsch", None), ("", None)]
)
def test_a_language_is_one_we_write_in_or_unknown(cell: str, expected: str | None) -> None:
    assert language(cell) == expected


@pytest.mark.parametrize(("cell", "text"), [("  a\u00a0 b\nc ", "a b c"), ("#N/D", ""), ("Inconnu", ""), ("No", "No")])
def test_what_says_nothing_is_nothing(cell: str, text: str) -> None:
    assert plain(cell) == text
