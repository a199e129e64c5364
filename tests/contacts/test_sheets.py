"""Files as they come, read into one plain table."""

import io
import json
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from outreach.contacts.imports import guarded
from outreach.contacts.imports.headers import column_letter, find_header, name_columns
from outreach.contacts.imports.sheets import SHELL, Limits, Sheet, read_sheet
from outreach.errors import Refusal

PEOPLE = "nom;courriel;ville\nBÉCHU;a@x.fr;Angers\nŒuvre;b@x.fr;Le Mans\n"


def cells(sheet: Sheet) -> list[list[str]]:
    return [row.cells for row in sheet.rows]


def workbook(*rows: list[object], name: str = "Feuil1", more: str = "") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if more:
            book.add_worksheet(more).write_row(0, 0, ["autre", "feuille"])
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PEOPLE.encode(), "utf-8"),
        (PEOPLE.encode("utf-8-sig"), "utf-8"),
        (PEOPLE.encode("utf-16"), "utf-16"),
        (PEOPLE.encode("cp1252"), "cp1252"),
        (PEOPLE.replace("Œ", "\x81").encode("iso-8859-1"), "iso-8859-1"),
    ],
)
def test_french_encodings_are_told_apart(content: bytes, encoding: str) -> None:
    sheet = read_sheet(content)
    assert (sheet.encoding, sheet.rows[0].cells[0]) == (encoding, "BÉCHU")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_and_line_ends(delimiter: str, end: str) -> None:
    sheet = read_sheet(PEOPLE.replace(";", delimiter).replace("\n", end).encode())
    assert sheet.delimiter == delimiter
    assert cells(sheet) == [["BÉCHU", "a@x.fr", "Angers"], ["Œuvre", "b@x.fr", "Le Mans"]]


def test_mixed_line_ends_and_a_separator_said_in_the_first_line() -> None:
    sheet = read_sheet(b"sep=;\r\na;b\r\n1,5;x\n2,5;y\r3,5;z")
    assert cells(sheet) == [["1,5", "x"], ["2,5", "y"], ["3,5", "z"]]


def test_a_row_is_numbered_as_a_spreadsheet_shows_it() -> None:
    sheet = read_sheet(b'Liste des maires;;\n;;\nnom;adresse;ville\nA;"1 rue X\n72000 Le Mans";L\n\nB;2 rue Y;M\n')
    assert sheet.header == ["nom", "adresse", "ville"]
    assert sheet.header_number == 3
    assert [(row.number, row.cells[0]) for row in sheet.rows] == [(4, "A"), (6, "B")]


def test_a_row_that_does_not_fit_is_said_and_never_shifted() -> None:
    sheet = read_sheet(b"nom,montant,nature\nA,250,don\nB,24,50,don\nC,1\nD,2,don,,\n")
    assert cells(sheet) == [["A", "250", "don"], ["D", "2", "don"]]
    assert [(m.number, str(m.reason)) for m in sheet.misfits] == [
        (3, "This row has 4 cells, the header 3."),
        (4, "This row has 2 cells, the header 3."),
    ]


def test_a_list_of_addresses_needs_no_header() -> None:
    sheet = read_sheet(b"a@x.fr\nb@x.fr\n")
    assert (sheet.header, cells(sheet), sheet.header_number) == (["(A)"], [["a@x.fr"], ["b@x.fr"]], 0)


@pytest.mark.parametrize(
    ("records", "position"),
    [
        ([["nom", "email"], ["A", "a@x.fr"]], 0),
        ([["Liste", ""], ["au 1er mars", ""], ["nom", "email"], ["A", "a@x.fr"]], 2),
        ([["A", "a@x.fr"], ["B", "b@x.fr"]], None),
        ([["nom", "", "ville"], ["A", "x", "L"]], 0),
        ([["nom", "2022", "2023", "ville"], ["A", "1", "2", "L"]], None),
        ([["nom", "objet", "2023", "ville"], ["A", "1", "2", "L"]], 0),
        ([], None),
    ],
)
def test_the_header_is_found_below_titles(records: list[list[str]], position: int | None) -> None:
    assert find_header(records) == position


def test_every_column_has_one_name() -> None:
    assert name_columns(["Nom", "", "Montant\nde la subvention", "Nom"]) == [
        "Nom",
        "(B)",
        "Montant de la subvention",
        "Nom (D)",
    ]
    assert [column_letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_workbook_gives_figures_and_days_as_people_read_them() -> None:
    content = workbook(
        ["code", "taux", "jour", "heure", "vrai", "vide"],
        [64150, 0.25, date(2026, 3, 20), datetime(2026, 3, 20, 9, 30), True, None],  # noqa: DTZ001 - sheets have no zone
        [22530001100015, -1, "", "", "", "é"],
    )
    sheet = read_sheet(content)
    assert cells(sheet)[0][:3] == ["64150", "0.25", "2026-03-20"]
    assert cells(sheet)[0][4:] == ["true", ""]
    assert cells(sheet)[1][0] == "22530001100015"


def test_another_sheet_of_a_workbook_can_be_asked_for() -> None:
    content = workbook(["nom", "ville"], ["A", "B"], more="Archives")
    assert read_sheet(content).tabs == ["Feuil1", "Archives"]
    assert read_sheet(content, tab="Archives").header == ["autre", "feuille"]
    with pytest.raises(Refusal, match="no sheet named Rien"):
        read_sheet(content, tab="Rien")


def test_an_open_document_sheet_is_read() -> None:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    row = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>'
        for word in ("nom", "ville")
    )
    body = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="F"><table:table-row>{row}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", body)
    assert read_sheet(target.getvalue()).header == ["nom", "ville"]


def zipped(name: str, size: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"\0" * size)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b" \n \n", "The file is empty"),
        (b";;;\n;;;\n", "The file is empty"),
        (b"a;b\n1;\0\n", "NUL characters"),
        (b"%PDF-1.7 ...", "not a table"),
        (b"\x89PNG\r\n\x1a\n", "not a table"),
        (b"<!DOCTYPE html><table></table>", "web page"),
        (b"PK\x03\x04 nothing more", "cannot be read"),
        (zipped("word/document.xml", 10), "cannot be read"),
        (zipped("xl/workbook.xml", 20_000_000), "unpacks to far more"),
        (b"\xd0\xcf\x11\xe0 nothing more", "cannot be read"),
        (b'nom;ville\nA;"B\nC;D\n', "quotation mark opened in row 2"),
        (b'nom;ville\nA;"' + b"x\n" * 500 + b'";\n', "quotation mark opened in row 2"),
        (b"nom;ville\nA;" + b"x" * 200_000, "cell of row 2 is too long"),
        (b";".join([b"x"] * 300) + b"\n", "more than 256 columns"),
        (b"a\n" * 201_000, "more than 200000 rows"),
        (b"a;b\n" + b"x" * 10_000_000, "larger than 10 MB"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        read_sheet(content)


def test_the_child_reads_what_the_parent_would() -> None:
    content = (PEOPLE + "trop;de;cellules;ici\n").encode("cp1252")
    here, there = read_sheet(content), guarded.read(content)
    assert json.dumps(here.header + cells(here)[0]) == json.dumps(there.header + cells(there)[0])
    assert str(here.misfits[0].reason) == str(there.misfits[0].reason)
    assert (there.encoding, there.delimiter, there.header_number) == ("cp1252", ";", 1)


def test_the_child_passes_a_refusal_on() -> None:
    with pytest.raises(Refusal, match="more than 256 columns"):
        guarded.read(b";".join([b"x"] * 300))


def test_a_sheet_of_a_thousand_million_cells_is_stopped_by_the_guard() -> None:
    """One cell in the last row and one in the last column make a workbook that nobody's memory holds."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "z")
    with pytest.raises(Refusal):
        guarded.read(target.getvalue())


def test_a_file_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(Refusal, match="takes too long"):
        guarded.read(PEOPLE.encode(), Limits(size=1000, rows=10, seconds=0))


def test_the_shell_may_read_more_than_the_pages() -> None:
    assert len(read_sheet(b"nom;ville\n" + b"a;b\n" * 201_000, SHELL).rows) == 201_000
