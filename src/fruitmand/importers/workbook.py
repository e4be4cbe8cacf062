"""Read a workbook (XLSX) as a stream: the plain values of every sheet, and what in it is no plain value.

The usual library fills gaps between rows and keeps all styles, so that a few bytes can take gigabytes; it does not tell a formula without a
value from an empty cell, nor which cells were merged. This one keeps the cells that hold something.

References
----------
ECMA-376, *Office Open XML file formats*, part 1, §18 (SpreadsheetML).
"""

import datetime
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from fruitmand.edition.errors import Problem
from fruitmand.importers.limits import MAX_CELLS, MAX_COLUMNS, MAX_UNPACKED, check_size, too_large

Grid = list[tuple[int, tuple[str, ...]]]
"""Rows by their number in the file; the first are the headings."""

CHUNK = 2**16
MAX_TYPES = 2**20
SHOWN = 4
"""Most cells that a message names."""

_MAIN = b"spreadsheetml.sheet.main+xml"
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of the built-in formats of dates and times (§18.8.30)."""
_FORMAT_TEXT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


@dataclass
class Worksheet:
    """A sheet: the rows that hold something, all of one length, and the cells that are no plain value: their number by what they are.

    ``examples`` names the first of them.
    """

    name: str
    hidden: bool
    grid: Grid = field(default_factory=list)
    odd: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, place: str) -> None:
        """Count a cell that is no plain value."""
        self.odd[kind] += 1
        if self.odd[kind] <= SHOWN:
            self.examples.setdefault(kind, []).append(place)

    @property
    def places(self) -> dict[str, str]:
        """The first cells that are no plain value, and how many more there are, by what they are."""
        more = {kind: f" and {count - SHOWN} more" if count > SHOWN else "" for kind, count in self.odd.items()}
        return {kind: ", ".join(self.examples[kind]) + more[kind] for kind in self.odd}


MERGED_ACROSS = "merged cells of one row"
"""They leave no row without a value; some programs show a level of codes so."""
_WAYS = {
    "formulas": "paste the sheet as values, and look whether they are right",
    "merged cells": "undo the merging, and fill in every cell",
    MERGED_ACROSS: "undo the merging, and fill in every cell",
    "errors": "correct them, or clear these cells",
}


def odd_cells(file: str, sheet: str, places: Mapping[str, str]) -> list[Problem]:
    """Return a problem for every kind of cell of a sheet that is no plain value; ``places`` are those of the `Worksheet`."""
    rule = f"must have plain values alone in sheet {sheet!r}"
    return [Problem(file, 0, "", rule, f"{kind} in {where}; {_WAYS[kind]}") for kind, where in places.items()]


def read_workbook(path: Path) -> list[Worksheet]:
    """Read all sheets of a workbook that have cells, in their order; sheets of charts alone are left out.

    Raises
    ------
    DataError
        When it is larger than any export.
    Exception
        Whatever a damaged file leads to.
    """
    check_size(path)
    with zipfile.ZipFile(path) as book:
        with book.open("[Content_Types].xml") as stream:
            if _MAIN not in stream.read(MAX_TYPES):
                raise ValueError("no workbook")
        parts = _Parts(path, book)
        related = _related(parts)
        sheets, epoch = _sheets(parts, related)
        if not sheets:
            return []
        named = dict(related.values())  # what is named and not there is a fault, which getinfo tells
        strings = _strings(parts, named["sharedStrings"]) if "sharedStrings" in named else []
        dates = _date_styles(parts, named["styles"]) if "styles" in named else set()
        return [_Cells(parts, Worksheet(name, hidden), strings, dates, epoch).read(part) for name, hidden, part in sheets]


@dataclass
class _Parts:
    """The parts of a workbook, each parsed in pieces, and none unpacked beyond the limit."""

    path: Path
    book: zipfile.ZipFile

    def parse(self, name: str, start: Start, end: End | None = None, text: Callable[[str], None] | None = None) -> None:
        if self.book.getinfo(name).file_size > MAX_UNPACKED:
            raise too_large(self.path, f"{name} in it has more than {MAX_UNPACKED / 2**20:.0f} MiB when it is unpacked")
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(" ")[2], attributes)
        parser.EndElementHandler = (lambda tag: end(tag.rpartition(" ")[2])) if end else None
        parser.CharacterDataHandler = text
        parser.EntityDeclHandler = _no_entities
        with self.book.open(name) as stream:
            while piece := stream.read(CHUNK):
                parser.Parse(piece, False)
        parser.Parse(b"", True)


def _no_entities(*_: object) -> None:
    raise ValueError("no program writes entities into a workbook")


def _related(parts: _Parts) -> dict[str, tuple[str, str]]:
    """Return the parts that the workbook names, by their id: the kind, and the name in the file."""
    related: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes["Target"]
            name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            related[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], name)

    parts.parse("xl/_rels/workbook.xml.rels", start)
    return related


def _sheets(parts: _Parts, related: Mapping[str, tuple[str, str]]) -> tuple[list[tuple[str, bool, str]], datetime.datetime]:
    """Return the worksheets as (name, whether it is hidden, part), and the day from which dates count."""
    found: list[tuple[str, bool, str]] = []
    settings: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            settings.update(attributes)
        if tag == "sheet":
            kind, part = related[next(value for name, value in attributes.items() if name.rpartition(" ")[2] == "id")]
            if kind == "worksheet":
                found.append((attributes["name"], attributes.get("state", "visible") != "visible", part))

    parts.parse("xl/workbook.xml", start)
    since_1904 = settings.get("date1904", "0") in ("1", "true")
    return found, datetime.datetime(1904, 1, 1) if since_1904 else datetime.datetime(1899, 12, 30)  # noqa: DTZ001


def _strings(parts: _Parts, part: str) -> list[str]:
    """Return the shared strings, without the reading aids of Japanese (§18.4.6)."""
    strings: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(tag: str, _: dict[str, str]) -> None:
        if tag in inside:
            inside[tag] = True

    def text(piece: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(piece)

    def end(tag: str) -> None:
        if tag in inside:
            inside[tag] = False
        if tag == "si":
            strings.append(_unescaped("".join(pieces)))
            pieces.clear()
            if len(strings) > MAX_CELLS:
                raise too_large(parts.path, f"it has more than {MAX_CELLS:,} texts")

    parts.parse(part, start, end, text)
    return strings


def _date_styles(parts: _Parts, part: str) -> set[str]:
    """Return the numbers of the styles that show a number as a date or a time."""
    formats: set[int] = set(_DATES)
    styles: list[bool] = []
    inside = [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and re.search(r"[dmyhs]", _FORMAT_TEXT.sub("", attributes["formatCode"]).lower()):
            formats.add(int(attributes["numFmtId"]))
        inside[0] |= tag == "cellXfs"
        if tag == "xf" and inside[0]:
            styles.append(int(attributes.get("numFmtId", "0")) in formats)

    def end(tag: str) -> None:
        inside[0] &= tag != "cellXfs"

    parts.parse(part, start, end)
    return {str(number) for number, is_date in enumerate(styles) if is_date}


@dataclass
class _Cells:
    """Reads the cells of one sheet while it is parsed."""

    parts: _Parts
    sheet: Worksheet
    strings: list[str]
    dates: set[str]
    epoch: datetime.datetime
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    cell: dict[str, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    row: int = 0
    column: int = 0
    count: int = 0
    first: int = 0
    reading: bool = False
    aside: bool = False

    def read(self, part: str) -> Worksheet:
        self.parts.parse(part, self._start, self._end, self._text)
        width = max((max(cells) for cells in self.rows.values()), default=0)
        if width * len(self.rows) > MAX_CELLS:
            raise too_large(self.parts.path, f"its sheet {self.sheet.name!r} has more than {MAX_CELLS:,} cells")
        columns = range(1, width + 1)
        self.sheet.grid = [(row, tuple(cells.get(column, "") for column in columns)) for row, cells in sorted(self.rows.items())]
        return self.sheet

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "row":
                self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            case "c":
                self.column = column_of(attributes["r"]) if "r" in attributes else self.column + 1
                self.cell = attributes
            case "f":
                self.sheet.note("formulas", self._place())
            case "v" | "t":
                self.reading = True
            case "rPh":
                self.aside = True
            case "mergeCell":
                self.first = self.first or min(self.rows, default=0)  # merged cells come after all others
                above, _, below = attributes["ref"].partition(":")
                if row_of(below or above) > self.first:  # above the rows they are fine
                    self.sheet.note(MERGED_ACROSS if row_of(above) == row_of(below) else "merged cells", attributes["ref"])

    def _text(self, piece: str) -> None:
        if self.reading and not self.aside:
            self.pieces.append(piece)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.reading = False
        elif tag == "rPh":
            self.aside = False
        elif tag == "c":
            if text := self._value("".join(self.pieces)):
                self._keep(text)
            self.pieces.clear()

    def _value(self, text: str) -> str:
        """Return a cell as text: whole numbers without decimals, dates and times as such."""
        if not text:
            return ""
        match self.cell.get("t", "n"):
            case "s":
                return self.strings[int(text)]
            case "n" if self.cell.get("s") in self.dates:
                return str((self.epoch + datetime.timedelta(days=float(text))).replace(microsecond=0))
            case "n":
                number = float(text)
                return str(int(number)) if number.is_integer() else str(number)
            case "b":
                return "TRUE" if text == "1" else "FALSE"
            case "e":
                self.sheet.note("errors", self._place())
        return _unescaped(text)

    def _keep(self, text: str) -> None:
        self.count += 1
        if self.count > MAX_CELLS or self.column > MAX_COLUMNS:
            raise too_large(self.parts.path, f"its sheet {self.sheet.name!r} has more than {MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells")
        if text.strip():
            self.rows.setdefault(self.row, {})[self.column] = text

    def _place(self) -> str:
        return self.cell.get("r", f"row {self.row}")


def column_of(reference: str) -> int:
    """Return the number of the column of a cell.

    >>> column_of("A1"), column_of("AB12")
    (1, 28)
    """
    letters = _REFERENCE.fullmatch(reference)
    if not letters:
        raise ValueError(reference)
    number = 0
    for letter in letters[1]:
        number = number * 26 + ord(letter) - 64
    return number


def row_of(reference: str) -> int:
    """Return the number of the row of a cell; 0 where there is none.

    >>> row_of("AB12")
    12
    """
    match = _REFERENCE.fullmatch(reference)
    return int(match[2]) if match else 0


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
