"""Read the files that survey tools write: separated text, workbooks (XLSX) and SPSS files (SAV)."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers.limits import MAX_ROWS, too_large
from fruitmand.importers.survey.answers import MAX_SHOWN
from fruitmand.importers.survey.export import Column, Row, Sheet
from fruitmand.importers.survey.separated import read_separated
from fruitmand.importers.survey.spss import read_spss
from fruitmand.importers.survey.text_matching import clipped
from fruitmand.importers.workbook import Grid, Worksheet, odd_cells, read_workbook

TEXT = (".csv", ".tsv", ".txt")
KINDS = (".csv", ".tsv", ".xlsx", ".sav")

Read = TypeVar("Read")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PROTECTED = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB] 2.2: how .xls begins, and a workbook with a password


def read_sheets(path: Path) -> list[Sheet]:
    """Read separated text, every sheet of a workbook (XLSX), or an SPSS file.

    Cells are texts without white space around them; whole numbers have no decimals. Missing cells are empty texts. What an SPSS file
    declares missing is empty, unless its label says that it is *not applicable*.

    Raises
    ------
    DataError
        When the file is of another kind, cannot be read, is empty, is larger than any survey, has rows of different lengths, or holds
        control characters.
    """
    suffix = path.suffix.lower()
    if suffix in TEXT:
        return [_sheet(path, _checked(path, _readable(path, "a file that can be read", lambda: read_separated(path))))]
    if suffix == ".xlsx":
        return _workbook(path)
    if suffix == ".sav":
        columns, grid, notes = _readable(path, "an SPSS file", lambda: read_spss(path))
        if len(grid) < 2:
            raise DataError([Problem(path.name, 0, "", "must have cases", "the export is empty")])
        return [_sheet(path, _checked(path, grid), columns, notes=notes)]
    if suffix == ".zip":
        raise DataError([Problem(path.name, 0, "", f"must be one of {', '.join(KINDS)}", "it is a zip: unpack it and give the CSV in it")])
    cause = f"export the answers again as one of these; {suffix or 'a file without an ending'} is not read"
    raise DataError([Problem(path.name, 0, "", f"must be one of {', '.join(KINDS)}", cause)])


def _workbook(path: Path) -> list[Sheet]:
    sheets = _readable(path, "a workbook (XLSX)", lambda: read_workbook(path))
    if not sheets:
        raise DataError([Problem(path.name, 0, "", "must have a worksheet", "it has none, or charts alone; export the answers again")])
    tables = [sheet for sheet in sheets if len(sheet.grid) > 1]
    if not tables:
        raise DataError([_empty(path)])
    return [_sheet(path, _stripped(sheet.grid), worksheet=sheet, several=len(sheets) > 1) for sheet in tables]


def _sheet(
    path: Path,
    grid: Grid,
    columns: tuple[Column, ...] = (),
    *,
    worksheet: Worksheet | None = None,
    several: bool = False,
    notes: tuple[str, ...] = (),
) -> Sheet:
    if len(grid) < 2:
        raise DataError([_empty(path)])
    if len(grid) > MAX_ROWS:
        raise too_large(path, f"it has more than {MAX_ROWS:,} rows")
    (_, headings), *rows = grid
    columns = columns or tuple(Column(heading, (heading,)) for heading in headings)
    table = tuple(Row(number, cells) for number, cells in rows)
    if worksheet is None:
        return Sheet(path.name, path.suffix.lower()[1:], columns, table, notes=notes)
    problems = (*odd_cells(path.name, worksheet.name, worksheet.places), *_controls(path, worksheet.grid))
    name = worksheet.name if several else ""
    return Sheet(path.name, "xlsx", columns, table, name, worksheet.hidden, notes, problems)


def _empty(path: Path) -> Problem:
    return Problem(path.name, 0, "", "must have a row of headings and rows of answers", "the export is empty")


def _readable(path: Path, kind: str, read: Callable[[], Read]) -> Read:
    """Read a file with a library; any error of that library becomes a problem of the file, reported without any of its content."""
    head = b""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_PROTECTED))
        return read()
    except DataError:
        raise
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
    return _stripped(grid)


def _stripped(grid: Grid) -> Grid:
    return [(number, tuple(cell.strip() for cell in cells)) for number, cells in grid]


def _controls(path: Path, grid: Grid) -> Iterator[Problem]:
    cause = "the file was damaged, or saved in another encoding: take the tool's own file, or take it out in a copy of the export"
    for number, cells in grid:
        for heading, cell in zip(grid[0][1], cells, strict=True):
            if found := _CONTROL.search(cell):
                column = clipped(heading, MAX_SHOWN)
                rule = f"a cell may hold no control character but tabs and line ends, and this one in column {column!r} does"
                yield Problem(path.name, number, f"U+{ord(found[0]):04X}", rule, cause)
