"""Files as they come, read into one plain table."""

import contextlib
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.files.headers import column_letter, find_header, name_columns
from outreach.contacts.imports.files.opening import read_sheet
from outreach.contacts.imports.files.sheets import SHELL, Limits, Row, Rows, Sheet
from outreach.contacts.imports.rows.repairs import RepairKind
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
        (b"\xfe\xff" + PEOPLE.encode("utf-16-be"), "utf-16"),
        (PEOPLE.encode("utf-16-le"), "utf-16-le"),
        (PEOPLE.encode("utf-16-be"), "utf-16-be"),
        (PEOPLE.encode("cp1252"), "cp1252"),
        (PEOPLE.replace("Œ", "\x81").encode("iso-8859-1"), "iso-8859-1"),
    ],
)
def test_french_encodings_are_told_apart(content: bytes, encoding: str) -> None:
    sheet = read_sheet(content)
    assert (sheet.encoding, sheet.rows[0].cells[0]) == (encoding, "BÉCHU")


def said(sheet: Sheet) -> list[str]:
    return [str(remark) for remark in sheet.remarks]


def test_lines_of_another_encoding_are_read_and_said() -> None:
    content = PEOPLE.encode() + "LÉGER;c@x.fr;Sablé\n".encode("cp1252")
    sheet = read_sheet(content)
    assert (sheet.encoding, cells(sheet)[0][0], cells(sheet)[2]) == ("utf-8", "BÉCHU", ["LÉGER", "c@x.fr", "Sablé"])
    assert said(sheet) == ["The file is in UTF-8, but some lines are read as Windows-1252: 1."]


def test_marks_of_windows_and_characters_that_cannot_be_seen_are_said() -> None:
    sheet = read_sheet("association;ville\nL\x92Amicale\x01;Évron\n".encode())
    assert cells(sheet) == [["L’Amicale", "Évron"]]
    assert said(sheet) == [
        "Characters that cannot be seen were left out: 1.",
        "Marks that only Windows draws (’ … œ) were put into readable characters: 1.",
    ]


def test_accents_written_behind_their_letter_are_joined_to_it() -> None:
    assert cells(read_sheet("nom;ville\nBE\u0301CHU;Angers\n".encode()))[0][0] == "BÉCHU"


def test_what_excel_writes_to_keep_a_zero_is_the_text_inside() -> None:
    assert cells(read_sheet(b'nom;cp\nA;="01410"\n')) == [["A", "01410"]]


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
        (3, "This row has 4 cells, the header 3: the comma of 24,50 cuts it in two."),
        (4, "This row has 2 cells, the header 3."),
    ]


ROWS_WITH_NUMBERS = "1;BÉCHU;Zoé;zoe@x.fr\n2;Maes;An;an@x.fr\n3;Léger;Luc;\n"


def test_a_header_one_name_short_is_laid_where_the_values_say_and_that_is_said() -> None:
    sheet = read_sheet(f"Nom;Prénom;Courriel\n{ROWS_WITH_NUMBERS}".encode())
    assert sheet.header == ["(A)", "Nom", "Prénom", "Courriel"]
    assert cells(sheet)[2] == ["3", "Léger", "Luc", ""]
    assert said(sheet)[0].startswith("The header is one name short: the first column has none")


def test_a_name_missing_at_the_end_is_said() -> None:
    sheet = read_sheet(b"Nom;Courriel\nA;a@x.fr;x\nB;b@x.fr;y\nC;c@x.fr;z\n")
    assert (sheet.header, len(sheet.rows)) == (["Nom", "Courriel", "(C)"], 3)
    assert said(sheet) == [
        "The header is one name short: the last column has none, as its values show. Check each one.",
        "Columns without a name are called by their letter: C.",
    ]


def test_a_header_that_cannot_be_laid_upon_the_rows_refuses_the_file() -> None:
    with pytest.raises(Refusal, match="2 names and the rows have 3 cells: give every column a name"):
        read_sheet(b"Un;Deux\na;b;c\nd;e;f\ng;h;i\n")


def test_separators_at_the_end_of_every_row_are_no_column() -> None:
    sheet = read_sheet(b"Nom;Courriel\nA;a@x.fr;\nB;b@x.fr;\nC;;\n")
    assert (sheet.header, len(sheet.rows), said(sheet)) == (["Nom", "Courriel"], 3, [])


def test_rows_that_end_empty_are_not_shifted_beside_rows_that_are_too_long() -> None:
    """Without a name for its first column, a row whose last cell is empty looks as long as the header."""
    rows = (
        "1;Les Amis;BÉCHU Anne;72000\n2;Club;LE GOFF Luc;\n3;Secours;MAES An;49000\nStructure;Qui;CP\n4;Foyer;X;\n5;A\n"
    )
    sheet = read_sheet(f"Structure;Qui;CP\n{rows}".encode())
    assert sheet.header == ["(A)", "Structure", "Qui", "CP"]
    assert [row.cells[1] for row in sheet.rows] == ["Les Amis", "Club", "Secours", "Foyer"]
    doubtful = read_sheet(b"Un;Deux;Trois\na;b;c\nd;e;f\ng;h;i\nj;k;l;m\nn;o;p;\nq;r;s\nt;u;v;\n")
    assert [row.cells[0] for row in doubtful.rows] == ["a", "d", "g", "q"]
    assert [(one.number, len(one.cells)) for one in doubtful.misfits] == [(5, 4), (6, 4), (8, 4)]


def test_one_cell_too_many_does_not_condemn_the_empty_ends_of_a_whole_file() -> None:
    rows = "".join(f"{n};x;\n" for n in range(20))
    sheet = read_sheet(f"Un;Deux\n{rows}20;x;une note\n".encode())
    assert (len(sheet.rows), [one.number for one in sheet.misfits]) == (20, [22])


def test_a_header_that_comes_again_is_passed_over_and_said() -> None:
    sheet = read_sheet(b"nom;ville\nA;B\nnom;ville\nC;D\n")
    assert cells(sheet) == [["A", "B"], ["C", "D"]]
    assert said(sheet) == ["The header comes again below itself and is passed over: row 3."]


def test_a_misfit_tells_how_it_would_fit() -> None:
    sheet = read_sheet(b"nom,montant,nature\nA,24 975,00,don\nB,1,don\nC,1\nD,x,y,z\nE,1,00,2,00,z\n")
    assert [(m.number, m.kind, m.kind and m.fitted(3)) for m in sheet.misfits] == [
        (2, RepairKind.CUT_AMOUNT, ["A", "24 975,00", "don"]),
        (4, RepairKind.SHORT_ROW, ["C", "1", ""]),
        (5, None, None),
        (6, None, None),
    ]


def test_short_rows_under_a_wide_header_are_not_filled_up_before_it_is_asked_for() -> None:
    header = ";".join(f"colonne {number}" for number in range(200))
    sheet = guarded.read(f"{header}\n{'x;' * 199}x\n".encode() + b"A;1\n" * 50)
    assert sum(len(m.cells) + len(m.mended) for m in sheet.misfits) == 100
    assert sheet.misfits[0].fitted(200) == ["A", "1", *[""] * 198]


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


def test_a_name_made_of_another_and_its_letter_is_still_its_own() -> None:
    assert name_columns(["x", "x (C)", "x"]) == ["x", "x (C)", "x (C) (C)"]


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


def book_of(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book)
    return target.getvalue()


def test_a_cell_merged_over_rows_counts_for_each_of_them_and_that_is_said() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "Associations de Villebourg")
        sheet.write_row(2, 0, ["Commune", "Association", "Courriel"])
        sheet.merge_range(3, 0, 4, 0, "Allonnes")
        sheet.write_row(3, 1, ["A", "a@x.fr"])
        sheet.write_row(4, 1, ["B", "b@x.fr"])
        sheet.write_row(5, 0, ["", "C", "c@x.fr"])

    sheet = read_sheet(book_of(fill))
    assert [(row.number, row.cells[0]) for row in sheet.rows] == [(4, "Allonnes"), (5, "Allonnes"), (6, "")]
    assert said(sheet) == ["Merged cells (1): what each one says counts for every row it covers."]


def test_a_header_of_two_rows_is_read_by_its_lower_names() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "Nom")
        sheet.merge_range(0, 1, 0, 2, "Adresse")
        sheet.write_row(1, 1, ["CP", "Ville"])
        sheet.merge_range(0, 3, 1, 3, "Courriel")
        sheet.write_row(2, 0, ["A", 72000, "Le Mans", "a@x.fr"])

    sheet = read_sheet(book_of(fill))
    assert (sheet.header, sheet.header_number) == (["Nom", "CP", "Ville", "Courriel"], 2)
    assert cells(sheet) == [["A", "72000", "Le Mans", "a@x.fr"]]


def test_a_remark_beside_the_table_of_a_workbook_shifts_nothing() -> None:
    sheet = read_sheet(workbook(["nom", "ville"], ["A", "Le Mans", "", "vu en mars"], ["B", "Laval"]))
    assert sheet.header == ["nom", "ville", "(C)", "(D)"]
    assert cells(sheet) == [["A", "Le Mans", "", "vu en mars"], ["B", "Laval", "", ""]]
    assert said(sheet) == ["Columns without a name are called by their letter: C, D."]


def test_sheets_that_are_hidden_are_neither_offered_nor_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        hidden = book.add_worksheet("Notes internes")
        hidden.write_row(0, 0, ["secret", "secret"])
        hidden.write_row(1, 0, ["secret", "secret"])
        shown = book.add_worksheet("Lisez-moi")
        shown.write(0, 0, "Mis à jour en mars")
        table = book.add_worksheet("Liste")
        table.write_row(0, 0, ["nom", "ville"])
        table.write_row(1, 0, ["A", "B"])
        shown.activate()
        shown.set_first_sheet()
        hidden.hide()

    sheet = read_sheet(book_of(fill))
    assert (sheet.tab, sheet.tabs) == ("Liste", ["Lisez-moi", "Liste"])


def test_a_formula_gives_its_stored_value_and_is_never_evaluated() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["nom", "courriel", "total", "lien"])
        sheet.write(1, 0, "A")
        sheet.write_formula(1, 1, '=A2&"@x.fr"', None, "stored@x.fr")
        sheet.write_formula(1, 2, "=1+1", None, 41)
        sheet.write_formula(1, 3, '=WEBSERVICE("http://127.0.0.1:9/")', None, "#VALUE!")

    assert cells(read_sheet(book_of(fill))) == [["A", "stored@x.fr", "41", ""]]


def test_a_workbook_of_excel_97_is_read() -> None:
    """Written once by the package xlwt: a title over merged cells, a town merged over two rows, days, two sheets."""
    sheet = read_sheet((Path(__file__).parent / "files" / "associations.xls").read_bytes())
    assert (sheet.header_number, sheet.tabs) == (3, ["Associations", "Lisez-moi"])
    assert cells(sheet) == [
        ["Les Amis de l’Œuvre", "Villebourg", "amis@villebourg.example", "2026-03-20"],
        ["Club d’échecs", "Villebourg", "echecs@villebourg.example", "2019-09-01"],
    ]


def open_document(table: str, entities: str = "") -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = (
        f"{entities}<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="F">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", body)
    return target.getvalue()


def ods_row(*words: str, more: str = "") -> str:
    return (
        f"<table:table-row{more}>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>' for word in words
        )
        + "</table:table-row>"
    )


def test_an_open_document_sheet_is_read() -> None:
    sheet = read_sheet(open_document(ods_row("nom", "ville") + ods_row("A", "Évron")))
    assert (sheet.header, cells(sheet), sheet.tabs) == (["nom", "ville"], [["A", "Évron"]], ["F"])


def test_merged_cells_of_an_open_document_are_said() -> None:
    merged = ods_row("A", "Évron").replace("<table:table-cell", '<table:table-cell table:number-rows-spanned="2"', 1)
    assert said(read_sheet(open_document(ods_row("nom", "ville") + merged)))[0].startswith("Cells merged over several")


def test_an_entity_of_an_open_document_is_never_expanded() -> None:
    """The thousand million laughs: ten entities that each name the one before ten times."""
    names = '<!ENTITY l0 "laugh">'
    for n in range(1, 10):
        names += f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">'
    try:
        sheet = guarded.read(open_document(ods_row("nom", "&l9;") + ods_row("A", "B"), f"<!DOCTYPE x [{names}]>"))
    except Refusal:
        return
    assert sum(len(cell) for row in [sheet.header, *cells(sheet)] for cell in row) < 100


def test_an_entity_of_a_workbook_is_never_expanded() -> None:
    whole = workbook(["nom", "ville"], ["haha", "B"])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name == "xl/sharedStrings.xml":
                names = b'<!DOCTYPE x [<!ENTITY a "' + b"laugh" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]>'
                text = text.replace(b"?>", b"?>" + names, 1).replace(b"haha", b"&b;" * 1000)
            after.writestr(name, text)
    try:
        sheet = guarded.read(target.getvalue())
    except Refusal:
        return
    assert max(len(cell) for row in cells(sheet) for cell in row) < 10_000


def test_a_row_of_an_open_document_repeated_a_thousand_million_times_is_refused() -> None:
    repeated = ods_row("A", "B", more=' table:number-rows-repeated="1000000000"')
    with pytest.raises(Refusal):
        guarded.read(open_document(ods_row("nom", "ville") + repeated))


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
        (b"x;" * 1_000_000, "more than 256 columns"),
        (b"nom;ville\nA;" + b"x" * 9_000_000, "cell of row 2 is too long"),
        (b"\0" * 5000, "NUL characters"),
        (bytes(range(256)) * 40, "not a table|NUL"),
        (b"a\n" * 201_000, "more than 200000 rows"),
        (b"a;b\n" + b"x" * 10_000_000, "larger than 10 MB"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        read_sheet(content)


def test_the_child_reads_what_the_parent_would() -> None:
    content = (PEOPLE + "trop;de;cellules;ici\nA;1\nnom;courriel;ville\n").encode("cp1252")
    here, there = read_sheet(content), guarded.read(content)
    assert (here.header, here.rows, said(here)) == (there.header, there.rows, said(there))
    assert [(m.cells, str(m.reason), m.kind, m.mended) for m in here.misfits] == [
        (m.cells, str(m.reason), m.kind, m.mended) for m in there.misfits
    ]
    assert (there.encoding, there.delimiter, there.header_number) == ("cp1252", ";", 1)


def test_a_file_with_no_rows_below_its_header_is_a_table() -> None:
    assert (list(guarded.read(b"nom;ville\n").rows), guarded.read(b"nom;ville\n").header) == ([], ["nom", "ville"])


@given(st.binary(max_size=400) | st.text('a;,\t|"\r\n@1 é', max_size=200).map(str.encode))
def test_whatever_bytes_there_are_a_table_comes_of_them_or_a_sentence(content: bytes) -> None:
    try:
        sheet = read_sheet(content)
    except Refusal:
        return
    assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)
    assert len(set(sheet.header)) == len(sheet.header)


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=40))
@settings(max_examples=15, deadline=None)
def test_a_damaged_workbook_is_a_table_or_a_sentence(at: int, damage: bytes) -> None:
    whole = (Path(__file__).parent / "files" / "associations.xls").read_bytes()
    with contextlib.suppress(Refusal):
        guarded.read(whole[:at] + damage + whole[at + len(damage) :])


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\x1e\x1f", exclude_categories=["Cs"])), min_size=1)))
def test_rows_that_are_put_away_come_back_as_they_were(rows: list[list[str]]) -> None:
    numbered = [Row(number, cells) for number, cells in enumerate(rows, 2)]
    kept = Rows.of(numbered)
    assert (list(kept), len(kept), [kept[n] for n in range(len(kept))]) == (numbered, len(rows), numbered)
    assert list(kept[1:]) == numbered[1:]


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


def lying(content: bytes, said: int) -> bytes:
    """A zip whose headers say that its first member unpacks to fewer bytes than it does."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.infolist()[0].file_size
    return content.replace(size.to_bytes(4, "little"), said.to_bytes(4, "little"))


def test_a_zip_that_lies_about_its_size_is_stopped_by_the_guard() -> None:
    content = lying(zipped("xl/workbook.xml", 60_000_000), 1000)
    with pytest.raises(Refusal):
        guarded.read(content, Limits(size=10_000_000, rows=1000, memory=300_000_000, seconds=3))


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Two thousand million bytes of one cell, which take no room on the disk."""
    path = tmp_path / "one-cell.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(Refusal, match="larger than 100 MB"):
        guarded.contents(path, SHELL)


def test_a_file_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(Refusal, match="takes too long"):
        guarded.read(PEOPLE.encode(), Limits(size=1000, rows=10, seconds=0))


def test_the_shell_may_read_more_than_the_pages() -> None:
    assert len(read_sheet(b"nom;ville\n" + b"a;b\n" * 201_000, SHELL).rows) == 201_000
