"""Workbooks: plain values alone are read, from the one sheet that holds the answers and can be seen."""

import datetime

import openpyxl
import pytest
from openpyxl.styles import Font

from fruitmand.edition.errors import DataError
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.sheets import read_sheets


@pytest.fixture
def write(tmp_path):
    """Return a writer of a workbook: rows by sheet, and what is done to it before it is saved."""

    def run(sheets, change=None):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        if change:
            change(book)
        book.save(tmp_path / "export.xlsx")
        return tmp_path / "export.xlsx"

    return run


TABLE = [["respondent", "q01a", "municipality"], [1, 4, "Utrecht"], [2, 5, "Utrecht"]]
OTHER = [["Leeswijzer"], ["Let op"]]


def has_item(export):
    return any(column.heading == "q01a" for column in export.columns)


def refused(path, fits=has_item):
    """Return what keeps a workbook from being imported: what is raised on reading, or is to be raised with all that is wrong."""
    with pytest.raises(DataError) as caught:
        raise DataError(read_export(path, fits).problems)
    assert caught.value.problems
    return str(caught.value)


@pytest.mark.parametrize("formula", ["=2+2", "=Blad2!A1", '=IF(A2=1,"4","")'])
def test_a_formula_is_no_plain_value_and_is_told_with_its_cell(write, formula):
    told = refused(write({"Data": [TABLE[0], [1, formula, "Utrecht"]]}))
    assert "formulas in B2; paste the sheet as values" in told


def test_many_formulas_are_counted(write):
    told = refused(write({"Data": [TABLE[0], *([n, "=1+1", "Utrecht"] for n in range(9))]}))
    assert "formulas in B2, B3, B4, B5 and 5 more" in told


def test_merged_cells_among_the_answers_are_refused_and_above_them_are_not(write):
    assert "merged cells in C2:C3" in refused(write({"Data": TABLE}, lambda book: book["Data"].merge_cells("C2:C3")))
    headings = [["respondent", "q01a", "Vraag", None], [1, 4, "a", "b"]]
    path = write({"Data": headings}, lambda book: book["Data"].merge_cells("C1:D1"))
    assert [row.cells for row in read_sheets(path)[0].rows] == [("1", "4", "a", "b")]


def test_an_error_of_the_spreadsheet_is_refused(write):
    def spoil(book):
        book["Data"]["B2"].value, book["Data"]["B2"].data_type = "#N/A", "e"

    assert "errors in B2" in refused(write({"Data": TABLE}, spoil))


def test_the_only_sheet_that_fits_is_read_and_named(write):
    export = read_export(write({"Leeswijzer": OTHER, "Antwoorden": TABLE}), has_item)
    assert (export.sheet, len(export.rows)) == ("Antwoorden", 2)
    assert export.notes[-1] == "sheets with cells that were not read: 'Leeswijzer'"


def test_a_hidden_sheet_is_not_read_and_is_told(write):
    stale = [TABLE[0], [1, 1, "Utrecht"]]
    path = write({"Oud": stale, "Nieuw": TABLE}, lambda book: setattr(book["Oud"], "sheet_state", "hidden"))
    export = read_export(path, has_item)
    assert (export.sheet, export.notes[-1]) == ("Nieuw", "sheets with cells that were not read: 'Oud' (hidden)")


def test_answers_in_hidden_sheets_alone_are_refused(write):
    path = write({"Oud": TABLE, "Leeswijzer": OTHER}, lambda book: setattr(book["Oud"], "sheet_state", "veryHidden"))
    assert "sheet 'Oud' is hidden" in refused(path)


def test_two_sheets_with_answers_are_listed(write):
    assert "answers stand in the sheets 'Een', 'Twee'" in refused(write({"Een": TABLE, "Twee": TABLE}))


def test_formulas_in_another_sheet_do_not_matter(write):
    export = read_export(write({"Antwoorden": TABLE, "Telling": [["Som", "q"], ["=1+1", "=SUM(A1)"]]}), has_item)
    assert (export.sheet, export.problems) == ("Antwoorden", ())


def test_cells_without_a_value_take_no_rows(write):
    path = write({"Data": TABLE}, lambda book: setattr(book["Data"]["A1048576"], "font", Font(bold=True)))
    assert [row.number for row in read_sheets(path)[0].rows] == [2, 3]


def test_rows_far_below_are_read_with_their_numbers(write):
    def below(book):
        for column, value in enumerate([3, 2, "Utrecht"], start=1):
            book["Data"].cell(90_000, column, value)

    assert [row.number for row in read_sheets(write({"Data": TABLE}, below))[0].rows] == [2, 3, 90_000]


def test_dates_times_and_truths_are_texts(write):
    row = [datetime.datetime(2026, 5, 1, 9, 30), datetime.date(2026, 5, 1), True, 4.0, 4.5, "4"]  # noqa: DTZ001
    path = write({"Data": [["a", "b", "c", "d", "e", "f"], row]})
    assert [row.cells for row in read_sheets(path)[0].rows] == [("2026-05-01 09:30:00", "2026-05-01 00:00:00", "TRUE", "4", "4.5", "4")]


def test_a_sheet_that_is_wider_than_any_survey_is_refused(write):
    told = refused(write({"Data": TABLE}, lambda book: book["Data"].cell(2, 6000, 4)))
    assert "more than 5,000 columns" in told
