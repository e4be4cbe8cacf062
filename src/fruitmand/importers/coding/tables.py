r"""Read a table as a tool or a spreadsheet wrote it: separated text in any usual encoding, or the sheets of a workbook.

A formula is never run: it is noted with its place, as merged cells and errors are, for the reader of the layout to refuse. Cells are texts
as they stand, with ``\n`` for line ends; numbers that are whole have no decimals.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers import workbook
from fruitmand.importers.coding.code_paths import clean
from fruitmand.importers.coding.line_ends import plain
from fruitmand.importers.coding.problems import all_of, refusal
from fruitmand.importers.workbook import MERGED_ACROSS, Worksheet, odd_cells

SEPARATORS = (",", ";", "\t")
LARGEST = 64_000_000
"""Bytes of a table as text."""
_UNEXPORTED = "a separator or a quotation mark in a text, or a row that was cut off; take the tool's own file and do not change it"


@dataclass(frozen=True)
class Row:
    """A row by its number as a spreadsheet shows it, the headings being row 1, with a text for each cell."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: the headings as they stand, the rows below, and where cells are no plain values, by what they are; of kind csv or xlsx."""

    file: str
    kind: str
    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    odd: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The headings in small letters, without white space around them, to compare."""
        return tuple(clean(heading).casefold() for heading in self.headings)

    def places(self, *names: str) -> list[int]:
        """Return where columns with one of some headings are."""
        return [place for place, name in enumerate(self.names) if name in names]

    def cells(self, row: Row, *names: str) -> str:
        """Return the cell of a row under the first column that has one of some headings; empty when there is none."""
        return next((row.cells[place] for place in self.places(*names) if place < len(row.cells)), "")

    def label(self, row: Row, *names: str) -> str:
        """Return a cell that is a name: white space around it and doubled within it does not count."""
        return clean(self.cells(row, *names))


def read_workbook(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook that have headings.

    Raises
    ------
    DataError
        When it cannot be read, or is larger than any export.
    """
    try:
        sheets = [_sheet(path.name, sheet) for sheet in workbook.read_workbook(path) if sheet.grid]
    except DataError:
        raise
    except Exception:  # whatever a damaged file leads to
        raise refusal(path.name, "must be a workbook (XLSX)", "it is damaged, not whole or protected; export it again") from None
    if not sheets:
        raise refusal(path.name, "must have a sheet with headings and rows", "the workbook is empty; export it again")
    return sheets


def read_separated(content: bytes, file: str) -> list[Sheet]:
    """Return a text as a table, once for each separator that it can have; the one with most columns first.

    Raises
    ------
    DataError
        When it is no text, or no table.
    """
    text, notes = _decode(content, file)
    marked = re.match(r"sep=(.)\r?\n", text)
    body = text[marked.end() :] if marked else text
    grids: list[tuple[str, list[list[str]]]] = []
    problems: list[Problem] = []
    for separator in (marked[1],) if marked else SEPARATORS:
        rows: list[list[str]] = []
        try:
            rows.extend(csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True))
        except csv.Error as error:
            problems.append(Problem(file, len(rows) + 1, "", f"must be a row of separated text: {error}", _UNEXPORTED))
            continue
        grids.append((separator, rows))
    if not any(len(row) > 1 for _, rows in grids for row in rows):
        if problems:
            raise all_of(problems[:1])
        raise refusal(
            file, "must be a table separated by commas, semicolons or tabs", "it has one column; it is no export of coded passages"
        )
    first = 2 if marked else 1
    sheets = [_separated(file, rows, first, notes) for _, rows in grids]
    return sorted(filter(None, sheets), key=lambda sheet: -len(sheet.headings))


def _separated(file: str, rows: list[list[str]], first: int, notes: tuple[str, ...]) -> Sheet | None:
    numbered = [Row(number, tuple(map(plain, row))) for number, row in enumerate(rows, start=first) if any(cell.strip() for cell in row)]
    if not numbered:
        return None
    return Sheet(file, "csv", "", numbered[0].cells, tuple(numbered[1:]), notes=notes)


def even(sheet: Sheet) -> Sheet:
    """Return a sheet of which every row has a cell for each heading; empty cells at the end do not count.

    Raises
    ------
    DataError
        When a row has more cells or fewer, or a cell holds a formula or an error, or is merged with another.
    """
    if sheet.odd:
        raise all_of(odd_cells(sheet.file, sheet.name, sheet.odd))
    width = len(sheet.headings)
    rows: list[Row] = []
    problems: list[Problem] = []
    for row in sheet.rows:
        cells = row.cells
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != width:
            problems.append(
                Problem(sheet.file, row.number, "", f"must have {width} cells, as the headings; it has {len(cells)}", _UNEXPORTED)
            )
        rows.append(Row(row.number, cells))
    if problems:
        raise all_of(problems)
    return Sheet(sheet.file, sheet.kind, sheet.name, sheet.headings, tuple(rows), notes=sheet.notes)


def _decode(content: bytes, file: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file and what to say of its encoding: UTF-8, UTF-16, or that of Windows when it is neither."""
    if len(content) > LARGEST:
        raise refusal(file, f"must be at most {LARGEST // 1_000_000} MB", "it is no export of coded interviews")
    even_zeros, odd_zeros = content[:4000:2].count(0), content[1:4000:2].count(0)
    encoding, notes = "utf-8-sig", ()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif max(even_zeros, odd_zeros) > len(content[:4000]) / 5:
        encoding = "utf-16-le" if odd_zeros > even_zeros else "utf-16-be"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig" or content.startswith(b"\xef\xbb\xbf"):
            raise refusal(
                file,
                f"must be text in {encoding.removesuffix('-sig').upper()}",
                f"byte {error.start} is not: the file is damaged or cut off",
            ) from None
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise refusal(
                file, "must be a text, a workbook, a database or a project", "its bytes are none of these; export it again"
            ) from None
        return _no_binary(text, file), ("It is not UTF-8, and was read in the encoding of Windows (cp1252): check letters with accents.",)
    return _no_binary(text, file), notes


def _no_binary(text: str, file: str) -> str:
    found = re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text)
    if found:
        row = text.count("\n", 0, found.start()) + 1
        rule = "must be a text, a workbook, a database or a project"
        raise DataError(
            [Problem(file, 0, "", rule, f"line {row} has the control character U+{ord(found[0]):04X}: it is damaged, or of another kind")]
        )
    return text


def _sheet(file: str, sheet: Worksheet) -> Sheet:
    headings, *rows = [Row(number, tuple(map(plain, cells))) for number, cells in sheet.grid]
    odd = {kind: where for kind, where in sheet.places.items() if kind != MERGED_ACROSS}
    return Sheet(file, "xlsx", sheet.name, headings.cells, tuple(rows), odd)
