"""Read separated text: commas, semicolons or tabs, in UTF-8 or as Unicode text (UTF-16 with its mark)."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers.limits import MAX_CELLS, MAX_COLUMNS, check_size, too_large
from fruitmand.importers.workbook import Grid

SEPARATORS = (",", ";", "\t")
HEAD = 200_000
"""Characters in which the marks of a format are looked for."""

_SEP_LINE = re.compile(r'"?sep=(.)"?[ ,;\t]*\r?\n', re.IGNORECASE)
_NO_ANSWERS = {
    re.compile(r"\A[^\r\n]*\bclass\"?\t\"?type/scale\b"): "the structure of a LimeSurvey survey, without answers",
    re.compile(r'[\r\n]"?id"?\t[^\r\n]*\bstartlanguage\b|\{question_not_shown\}'): "LimeSurvey's VV file, which has codes without labels",
}
"""By what a file of LimeSurvey is known that is no table of answers, and what it is."""


@dataclass(frozen=True)
class _Shape:
    """What a text is when it is taken apart at one separator: the cells of its headings, and whether all rows have as many."""

    separator: str
    width: int
    even: bool


def read_separated(path: Path) -> Grid:
    """Read a file of separated text; the separator is the one that gives rows of one length.

    Raises
    ------
    DataError
        When the file is too large, of another encoding, of a format that loses answers, or has rows of different lengths.
    """
    check_size(path)
    text = _text(path)
    if not text.strip():
        return []
    if kind := next((kind for pattern, kind in _NO_ANSWERS.items() if pattern.search(text[:HEAD])), ""):
        cause = f"it is {kind}; take Responses, Export, Export results, and there CSV with 'Question code' headings and full answers"
        raise DataError([Problem(path.name, 0, "", "must be a table of answers", cause)])
    first, separators = 1, list(SEPARATORS)
    if line := _SEP_LINE.match(text):
        first, separators, text = 2, [line[1]], text[line.end() :]
    shapes = [shape for separator in separators if (shape := _shape(path, text, separator))]
    if not any(shape.width > 1 for shape in shapes) and len(shapes) < len(separators):
        raise DataError([Problem(path.name, 0, "", "must be a table separated by commas, semicolons or tabs", "quotes do not match")])
    # The separator of the file gives rows of one length and several columns; another one at most gives the former.
    shape = max(shapes, key=lambda shape: (shape.even and shape.width > 1, shape.width))
    grid = [(number, tuple(row)) for number, row in enumerate(_rows(text, shape.separator), start=first) if row]
    if not shape.even:
        raise DataError(list(_uneven(path, grid)))
    return grid


def _text(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            cause = "it begins as UTF-16 ('Unicode text') and goes on as something else: export the answers again"
            raise DataError([Problem(path.name, 0, "", "must be text", cause)]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cause = f"byte {error.start} is not; a spreadsheet saved it in another encoding: take the tool's own file, or save as 'CSV UTF-8'"
        raise DataError([Problem(path.name, 0, "", "must be UTF-8", cause)]) from None
    if "\0" in text.partition("\n")[0]:
        cause = "there are NUL bytes in its first line, as in UTF-16 ('Unicode text'): take the tool's own file, or save as 'CSV UTF-8'"
        raise DataError([Problem(path.name, 0, "", "must be UTF-8", cause)])
    return text


def _shape(path: Path, text: str, separator: str) -> _Shape | None:
    """Return what the text is with a separator, without keeping its rows; None when quotes do not match."""
    width, even, cells = 0, True, 0
    try:
        for row in _rows(text, separator):
            if not row:
                continue
            width = width or len(row)
            even &= len(row) == width
            cells += len(row)
            if cells > MAX_CELLS or width > MAX_COLUMNS:
                raise too_large(path, f"it has more than {MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells")
    except csv.Error:
        return None
    return _Shape(separator, width, even) if width else None


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _uneven(path: Path, grid: Grid) -> Iterator[Problem]:
    """Yield a problem for the first row of another length, and how many there are."""
    width = len(grid[0][1])
    odd = [(number, len(cells)) for number, cells in grid if len(cells) != width]
    number, cells = odd[0]
    more = f"; {len(odd)} rows have another number, the last is row {odd[-1][0]}" if len(odd) > 1 else ""
    why = "a separator in an answer without quotes around it"
    if all(len(row) == width + 1 and not row[-1] for _, row in grid[1:]):
        why = "every row ends in a separator and the headings do not; put one there too, in a copy of the export"
    cause = f"it has {cells}; {why}{more}"
    yield Problem(path.name, number, "", f"must have {width} cells, as the headings", cause)
