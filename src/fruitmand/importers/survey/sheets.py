"""Read the files that survey tools write: separated text (CSV), workbooks (XLSX) and SPSS files (SAV)."""

import csv
import io
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import openpyxl
import pandas as pd
import pyreadstat

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers.survey.answers import MAX_SHOWN
from fruitmand.importers.survey.export import Column, Row, Sheet

SEPARATORS = (",", ";", "\t")
KINDS = (".csv", ".xlsx", ".sav")

Grid = list[tuple[int, tuple[str, ...]]]
"""Rows by their number in the file; the first are the headings."""
Read = TypeVar("Read")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PROTECTED = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB] 2.2: how .xls begins, and a workbook with a password
# Reading a damaged SPSS file may crash the interpreter (pyreadstat 1.3), which nothing in the same process can catch.
_TRY = "import sys, pyreadstat; pyreadstat.read_sav(sys.argv[1], user_missing=True, output_format='dict')"


def read_sheet(path: Path) -> Sheet:
    """Read a CSV (UTF-8; separated by commas, semicolons or tabs), XLSX (first sheet) or SAV file.

    Cells are texts without white space around them; whole numbers have no decimals. Missing cells are empty texts. User-defined missing
    values of SPSS stay values.

    Raises
    ------
    DataError
        When the file is of another kind, cannot be read, is empty, has rows of different lengths, or holds control characters.
    """
    match path.suffix.lower():
        case ".csv":
            grid = _read_csv(path)
        case ".xlsx":
            grid = _read_xlsx(path)
        case ".sav":
            return _read_sav(path)
        case suffix:
            cause = f"export the answers again as one of these; {suffix or 'a file without an ending'} is not read"
            raise DataError([Problem(path.name, 0, "", f"must be one of {', '.join(KINDS)}", cause)])
    if len(grid) < 2:
        raise DataError([Problem(path.name, 0, "", "must have a row of headings and rows of answers", "the export is empty")])
    (_, headings), *rows = grid
    columns = tuple(Column(heading, (heading,)) for heading in headings)
    return Sheet(path.name, path.suffix.lower()[1:], columns, tuple(Row(number, cells) for number, cells in rows))


def _read_csv(path: Path) -> Grid:
    content = _readable(path, "a file that can be read", path.read_bytes)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cause = f"byte {error.start} is not; a spreadsheet saved it in another encoding: take the tool's own file, or save as 'CSV UTF-8'"
        raise DataError([Problem(path.name, 0, "", "must be UTF-8", cause)]) from None
    if "\0" in text.partition("\n")[0]:
        cause = "there are NUL bytes in its first line, as in UTF-16 ('Unicode text'): take the tool's own file, or save as 'CSV UTF-8'"
        raise DataError([Problem(path.name, 0, "", "must be UTF-8", cause)])
    if not text.strip():
        return []
    tables = [table for separator in SEPARATORS if (table := _separated(text, separator))]
    if not any(len(table[0][1]) > 1 for table in tables) and len(tables) < len(SEPARATORS):
        raise DataError([Problem(path.name, 0, "", "must be a table separated by commas, semicolons or tabs", "quotes do not match")])
    # The separator of the file gives rows of one length and several columns; another one at most gives the former.
    grid = max(tables, key=lambda table: (len({len(cells) for _, cells in table}) == 1 and len(table[0][1]) > 1, len(table[0][1])))
    width = len(grid[0][1])
    if uneven := [(number, cells) for number, cells in grid if len(cells) != width]:
        rule, cause = f"must have {width} cells, as the headings", "a separator in an answer without quotes around it"
        raise DataError([Problem(path.name, number, "", rule, f"it has {len(cells)}; {cause}") for number, cells in uneven])
    return _checked(path, grid)


def _separated(text: str, separator: str) -> Grid:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return []
    return [(number, tuple(row)) for number, row in enumerate(rows, start=1) if row]


def _read_xlsx(path: Path) -> Grid:
    def read() -> list[list[tuple[Any, ...]]]:
        with path.open("rb") as stream, warnings.catch_warnings():  # openpyxl leaves a damaged file open that it opened itself
            warnings.simplefilter("ignore")  # of styles and other parts in which no answers stand
            book = openpyxl.load_workbook(stream, data_only=True)
        return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[:1]]

    sheets = _readable(path, "a workbook (XLSX)", read)
    if not sheets:
        raise DataError([Problem(path.name, 0, "", "must have a worksheet", "it has none, or charts alone; export the answers again")])
    rows = [tuple(map(_text, row)) for row in sheets[0]]
    return _checked(path, [(number, cells) for number, cells in enumerate(rows, start=1) if any(cell.strip() for cell in cells)])


def _read_sav(path: Path) -> Sheet:
    def read() -> tuple[tuple[Column, ...], list[list[Any]]]:
        subprocess.run([sys.executable, "-I", "-c", _TRY, path.resolve()], capture_output=True, check=True)  # noqa: S603
        frame, meta = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True)
        wording, labels = meta.column_names_to_labels, meta.variable_value_labels
        columns = tuple(_variable(name, wording.get(name), labels.get(name, {})) for name in frame)
        return columns, frame.to_numpy(dtype=object).tolist()

    columns, values = _readable(path, "an SPSS file", read)
    if not values:
        raise DataError([Problem(path.name, 0, "", "must have cases", "the export is empty")])
    grid = [(number, tuple(map(_text, row))) for number, row in enumerate([[column.heading for column in columns], *values])]
    return Sheet(path.name, "sav", columns, tuple(Row(number, cells) for number, cells in _checked(path, grid)[1:]))


def _readable(path: Path, kind: str, read: Callable[[], Read]) -> Read:
    """Read a file with a library; any error of that library becomes a problem of the file, reported without any of its content."""
    head = b""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_PROTECTED))
        return read()
    except Exception as error:
        if isinstance(error, OSError) and error.strerror:
            cause = f"it cannot be opened: {error.strerror}"
        elif head == _PROTECTED:
            cause = "it cannot be read: it has a password or is of the old kind (.xls); save it as .xlsx without a password"
        else:
            cause = "it cannot be read: it is damaged, not whole, protected or a file of another kind; export the answers again"
        raise DataError([Problem(path.name, 0, "", f"must be {kind}", cause)]) from None


def _checked(path: Path, grid: Grid) -> Grid:
    """Return cells without white space around them; refuse control characters, which no respondent types."""
    if problems := list(_controls(path, grid)):
        raise DataError(problems)
    return [(number, tuple(cell.strip() for cell in cells)) for number, cells in grid]


def _controls(path: Path, grid: Grid) -> Iterable[Problem]:
    cause = "the file was damaged, or saved in another encoding: take the tool's own file, or take it out in a copy of the export"
    for number, cells in grid:
        for heading, cell in zip(grid[0][1], cells, strict=True):
            if found := _CONTROL.search(cell):
                rule = f"a cell may hold no control character but tabs and line ends, and this one in column {heading[:MAX_SHOWN]!r} does"
                yield Problem(path.name, number, f"U+{ord(found[0]):04X}", rule, cause)


def _variable(name: str, label: str | None, labels: dict[Any, str]) -> Column:
    return Column(name, (name,), (label,) if label else (), {_text(code): text for code, text in labels.items()})


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
