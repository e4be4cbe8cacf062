"""Workbooks to code and to rate in: lists to choose from, locked headings, and the manual in short on a sheet of its own.

The headings are those that the import knows a coding workbook and a ratings workbook by. Cells to be filled in are text, since ``+/+``
typed into another cell is a formula for a spreadsheet.
"""

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
import xlsxwriter

from fruitmand.edition.columns import VALENCES
from fruitmand.outputs.coding_kit.codes import Code, codable

ROWS = 1000
"""Passages that the coding workbook has room for."""
CODES = 3
"""Codes that a passage can have there, as the coding manual says."""
DOCUMENTS = 200
RATERS = ("rater_1", "rater_2")
_ALLOWED = ("format_columns", "format_rows", "sort", "autofilter", "insert_rows", "delete_rows")
_NOTE = 255
"""Characters of the note beside a cell, as spreadsheets allow."""


def coding_workbook(codes: Sequence[Code], documents: Sequence[str], words: Mapping[str, Any], date: datetime.date) -> bytes:
    """Return the workbook in which a coder writes passages and chooses their codes.

    Parameters
    ----------
    codes : sequence of Code
        The codebook.
    documents : sequence of str
        Names of the interviews, as far as they are known; there is a sheet to add others.
    words : mapping of str to Any
        The texts of the kit by language.
    date : date
        The date that the file bears.
    """
    with _book(date) as (buffer, book):
        sheet, names, listed = (book.add_worksheet(name) for name in ("coding", "documents", "codebook"))
        found = codable(codes)
        numbered = [f"{what} {number}" for number in range(1, CODES + 1) for what in ("Code", "Valence")]
        headings = ["document", "passage", *numbered, "memo"]
        _head(book, sheet, headings, [24, 80, *[26, 12] * CODES, 30])
        _open(book, sheet, ROWS, len(headings))
        _choose(sheet, 0, ROWS, f"=documents!$A$2:$A${DOCUMENTS + 1}", stop=False)
        for number in range(CODES):
            _choose(sheet, 2 + 2 * number, ROWS, f"=codebook!$A$2:$A${len(found) + 1}")
            _choose(sheet, 3 + 2 * number, ROWS, list(VALENCES))
        _head(book, names, ["document"], [40])
        _open(book, names, DOCUMENTS, 1)
        free = book.add_format({"locked": False, "num_format": "@"})
        for row, name in enumerate(documents, start=1):
            names.write_string(row, 0, name, free)
        _list(book, listed, _codebook(found, words))
        _manual(book, words, "coding")
    return buffer.getvalue()


def ratings_workbook(
    variables: pd.DataFrame, scales: pd.DataFrame, municipalities: pd.DataFrame, words: Mapping[str, Any], date: datetime.date
) -> bytes:
    """Return the workbook with a sheet for each rater: a row per variable, a column per municipality, and its signs to choose from.

    Parameters
    ----------
    variables, scales, municipalities : DataFrame
        The variables that are rated, in the order of the sheet, the points of the scales, and the municipalities.
    words : mapping of str to Any
        The texts of the kit by language.
    date : date
        The date that the file bears.
    """
    language = next(iter(words))
    points = {scale: rows.sort_values("rank", ascending=False) for scale, rows in scales.dropna(subset="symbol").groupby("scale")}
    with _book(date) as (buffer, book):
        for rater in RATERS:
            sheet = book.add_worksheet(rater)
            headings = ["variable", "label", *municipalities.sort_values("position")[f"label_{language}"]]
            _head(book, sheet, headings, [28, 44, *[14] * len(municipalities)])
            sheet.freeze_panes(1, 2)
            locked = book.add_format({"text_wrap": True, "valign": "top"})
            free = book.add_format({"locked": False, "num_format": "@", "align": "center", "border": 4})
            for number, row in enumerate(variables.to_dict("records"), start=1):
                sheet.write_string(number, 0, row["code"], locked)
                sheet.write_string(number, 1, row[f"label_{language}"], locked)
                for column in range(2, len(headings)):
                    sheet.write_blank(number, column, None, free)
                sheet.data_validation(number, 2, number, len(headings) - 1, _rule(points[row["scale_used"]], language))
        _list(book, book.add_worksheet("scales"), _meanings(variables, points, words))
        _manual(book, words, "ratings")
    return buffer.getvalue()


def _rule(points: pd.DataFrame, language: str) -> dict[str, Any]:
    """Return the signs of a scale to choose from, with what they mean as a note beside the cell."""
    meant = [f"{symbol} {label}" for symbol, label in zip(points["symbol"], points[f"label_{language}"], strict=True) if pd.notna(label)]
    note = {"input_title": "", "input_message": "\n".join(meant)[:_NOTE]} if meant else {}
    return {"validate": "list", "source": list(points["symbol"])} | note


def _codebook(found: Sequence[Code], words: Mapping[str, Any]) -> list[list[str]]:
    heads = ["code", *(f"{what}_{language}" for language in words for what in ("label", "text")), "valence"]
    rows = [
        [code.name, *(of[language] for language in words for of in (code.labels, code.texts)), " / ".join(VALENCES) if code.valued else ""]
        for code in found
    ]
    return [heads, *rows]


def _meanings(variables: pd.DataFrame, points: Mapping[Any, pd.DataFrame], words: Mapping[str, Any]) -> list[list[str]]:
    rows = []
    for row in variables.to_dict("records"):
        for point in points[row["scale_used"]].to_dict("records"):
            said = [row[f"pole_{language}"] if point["symbol"] == "+/+" else None for language in words]
            labels = [point[f"label_{language}"] for language in words]
            rows.append([row["code"], point["symbol"], *("" if pd.isna(text) else str(text) for text in (*labels, *said))])
    return [["rated", "symbol", *(f"word_{language}" for language in words), *(f"meaning_{language}" for language in words)], *rows]


@contextmanager
def _book(date: datetime.date) -> Iterator[tuple[io.BytesIO, Any]]:
    """Yield a workbook of a date and the bytes that it is written to; nothing in it is taken for a formula or a link."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime.datetime.combine(date, datetime.time())})
        yield buffer, book


def _head(book: Any, sheet: Any, headings: Sequence[str], widths: Sequence[int]) -> None:
    """Write the headings, lock them and whatever is not opened, and let everything be sorted and made wider."""
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    sheet.freeze_panes(1, 0)
    sheet.protect(options=dict.fromkeys(_ALLOWED, True))


def _open(book: Any, sheet: Any, rows: int, columns: int) -> None:
    free = book.add_format({"locked": False, "num_format": "@", "text_wrap": True, "valign": "top"})
    for row in range(1, rows + 1):
        for column in range(columns):
            sheet.write_blank(row, column, None, free)


def _choose(sheet: Any, column: int, rows: int, source: str | list[str], *, stop: bool = True) -> None:
    kind = "stop" if stop else "warning"
    sheet.data_validation(1, column, rows, column, {"validate": "list", "source": source, "error_type": kind})


def _list(book: Any, sheet: Any, rows: Sequence[Sequence[str]]) -> None:
    """Write a sheet that is only read."""
    widths = [min(60, max(map(len, column)) + 2) for column in zip(*rows, strict=True)]
    _head(book, sheet, rows[0], widths)
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for number, row in enumerate(rows[1:], start=1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text, body)


def _manual(book: Any, words: Mapping[str, Any], which: str) -> None:
    sheet = book.add_worksheet("manual")
    body = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110)
    for row, line in enumerate(line for said in words.values() for line in said["manual"][which]):
        sheet.write_string(row, 0, line, body)
    sheet.protect(options=dict.fromkeys(_ALLOWED, True))
