"""Read a file as it stands, whatever the tool: separated text, a workbook or an SPSS file."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat

from fruitmand.data.errors import DataError, Problem
from fruitmand.data.intake.export import Column, Row, Sheet

SEPARATORS = (",", ";", "\t")
KINDS = (".csv", ".xlsx", ".sav")


def read_sheet(path: Path) -> Sheet:
    """Read a CSV (UTF-8; separated by commas, semicolons or tabs), XLSX (first sheet) or SAV file.

    Cells are texts without white space around them; whole numbers have no decimals. Missing cells are empty texts. User-defined missing
    values of SPSS stay values.

    Raises
    ------
    DataError
        When the file is of another kind, cannot be read, is empty, or has rows of different lengths.
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


def _read_csv(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cause = f"byte {error.start} is not; a spreadsheet saved it in another encoding: take the tool's own file, or save as 'CSV UTF-8'"
        raise DataError([Problem(path.name, 0, "", "must be UTF-8", cause)]) from None
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
    return grid


def _separated(text: str, separator: str) -> list[tuple[int, tuple[str, ...]]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return []
    return [(number, tuple(cell.strip() for cell in row)) for number, row in enumerate(rows, start=1) if row]


def _read_xlsx(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise DataError([Problem(path.name, 0, "", "must be a workbook (XLSX)", f"it cannot be read: {error}")]) from None
    rows = [tuple(map(_text, row)) for row in book.worksheets[0].iter_rows(values_only=True)]
    return [(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]


def _read_sav(path: Path) -> Sheet:
    try:
        frame, meta = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True)
    except pyreadstat.ReadstatError as error:
        raise DataError([Problem(path.name, 0, "", "must be an SPSS file", f"it cannot be read: {error}")]) from None
    columns = tuple(_variable(name, meta.column_names_to_labels.get(name), meta.variable_value_labels.get(name, {})) for name in frame)
    values: Sequence[Sequence[Any]] = frame.to_numpy(dtype=object).tolist()
    if not values:
        raise DataError([Problem(path.name, 0, "", "must have cases", "the export is empty")])
    return Sheet(path.name, "sav", columns, tuple(Row(number, tuple(map(_text, row))) for number, row in enumerate(values, start=1)))


def _variable(name: str, label: str | None, labels: dict[Any, str]) -> Column:
    return Column(name, (name,), (label,) if label else (), {_text(code): text for code, text in labels.items()})


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
