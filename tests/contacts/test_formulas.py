"""Cells of the files we write: none is a formula for a spreadsheet, and all come back as they were."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.contacts.exporting import csv_lines, workbook
from outreach.contacts.formulas import as_it_was, safe
from outreach.contacts.imports import importing
from outreach.contacts.imports.files.opening import read_sheet
from outreach.contacts.imports.files.sheets import Row, Rows, Sheet

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
TYPED = st.text(st.sampled_from("=+-@＝'\",;|\t\n \r\u00a0aé1"), max_size=12)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("x,=1+1", "x,'=1+1"),
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        (' "=1+1', "' \"=1+1"),
        ("\t=1+1", "'\t'=1+1"),
        ("note\n-2+3", "note\n'-2+3"),
        ('x,""=1+1', 'x,""\'=1+1'),
        ("＝1+1", "'＝1+1"),
        ("Réf. 12 ; - 3 places | + 1", "Réf. 12 ; - 3 places | + 1"),
        ("Aix-en-Provence, Saint-Jean", "Aix-en-Provence, Saint-Jean"),
        ("l'Île; 'x", "l'Île; 'x"),
        (None, ""),
    ],
)
def test_a_cell_is_marked_where_a_spreadsheet_would_see_a_formula_begin(typed: str | None, kept: str) -> None:
    assert safe(typed) == kept
    assert as_it_was(kept) == (typed or "")


@given(TYPED)
def test_what_was_marked_comes_back_as_it_was(typed: str) -> None:
    assert as_it_was(safe(typed)) == typed


@given(TYPED)
def test_no_spreadsheet_sees_a_formula_whichever_separator_its_locale_has(typed: str) -> None:
    line = "".join(csv_lines(["a", "b"], [["z", typed]])).removeprefix("\ufeff")
    ours = csv.reader(io.StringIO(line, newline=""), delimiter=";")
    others = [csv.reader(io.StringIO(line, newline=None), delimiter=one, quoting=csv.QUOTE_NONE) for one in ",\t"]
    cells = [cell for rows in (ours, *others) for row in rows for cell in row]
    assert not [cell for cell in cells if cell.strip(' "').startswith(SIGNS)]


def refused(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Sheet:
    """A sheet of these rows, as it comes back from the file of refused rows that is made of all of them."""
    numbered = [Row(number, list(cells)) for number, cells in enumerate(rows, 2)]
    sheet = Sheet(list(header), Rows.of(numbered))
    return read_sheet(importing.refused_rows(sheet, [(row.number, "Pourquoi") for row in numbered], "fr"))


@given(st.lists(st.tuples(TYPED, TYPED, TYPED), min_size=1, max_size=4))
def test_refused_rows_come_back_cell_for_cell(rows: list[tuple[str, str, str]]) -> None:
    back = refused(["Nom, prénom, titre", "+ d'infos", "'Note"], rows)
    assert back.header == ["Nom, prénom, titre", "+ d'infos", "'Note", "Motif du refus"]
    assert [row.cells for row in back.rows] == [[*cells, "Pourquoi"] for cells in rows]


def test_what_looks_like_a_figure_written_as_a_formula_comes_back_too() -> None:
    assert refused(["Nom", "Note"], [["Martin", '="007"'], ["Roux", 'x="1"']]).rows[0].cells[1] == '="007"'


def test_refused_rows_saved_as_a_workbook_come_back_too() -> None:
    marked = [["'=x", "Pourquoi"], ["a ; -b", "Pourquoi"]]
    sheet = read_sheet(
        workbook("Refus", ["Nom", "Motif du refus"], [[as_it_was(one) for one in row] for row in marked])
    )
    assert [row.cells[0] for row in sheet.rows] == ["=x", "a ; -b"]


def test_a_file_of_somebody_else_keeps_its_apostrophes() -> None:
    sheet = read_sheet(b"Nom;Note\nMartin;'=x\nRoux;'-3\n")
    assert [row.cells[1] for row in sheet.rows] == ["'=x", "'-3"]


def test_rows_refused_a_second_time_have_one_column_of_reasons() -> None:
    again = refused(["Nom", "Motif du refus", "Note"], [["Martin", "Avant", "-"]])
    assert again.header == ["Nom", "Note", "Motif du refus"]
    assert again.rows[0].cells == ["Martin", "-", "Pourquoi"]
