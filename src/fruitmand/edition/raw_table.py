"""Read a raw table: the shape of a comma-separated file first, so that every message names the right row, then its cells by the schema."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from fruitmand.edition.errors import Problem
from fruitmand.edition.raw_text import decode
from fruitmand.edition.schema import BY_BASIS
from fruitmand.edition.settings import Basis

_RULE = "must be a comma-separated table"
_HEADER = 60
"""Characters of a header shown."""
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SAVE = "as “CSV UTF-8 (comma delimited)” with a comma as the list separator of the system, or export the sheet from another program"

Rows = list[list[str]]


def read_table(content: bytes, name: str, file: str, *, known: bool, basis: Basis = "publication") -> tuple[pd.DataFrame, list[Problem]]:
    """Read a raw table from the bytes of its file.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str
        Name of the schema.
    file : str
        Name of the file, for the messages.
    known : bool
        Whether these bytes were found right before, by the same rules; then they are read without a check.
    basis : "publication" or "fieldwork"
        Of the edition: whose schema of that name.

    Returns
    -------
    frame : DataFrame
        The table with the schema's types, empty cells as missing; not to be used when there are problems.
    problems : list of Problem
        Everything that is wrong, empty when nothing is.
    """
    text, problems = decode(content, file)
    if problems:
        return pd.DataFrame(), problems
    form = BY_BASIS[basis][name]
    if known:
        types: Any = form.types
        frame = pd.read_csv(io.StringIO(text), dtype=types, keep_default_na=False, na_values=[""], skip_blank_lines=False)
        absent: Any = {column: pd.Series(index=frame.index, dtype=kind) for column, kind in types.items() if column not in frame}
        return (frame.assign(**absent)[list(types)] if absent else frame), []
    columns = list(form.columns)
    if problem := _other_form(text, columns, file):
        return pd.DataFrame(), [problem]
    rows, problems = _parse(text, file)
    problems = problems or list(_headings(rows[0], file))
    if problems:
        return pd.DataFrame(), problems
    odd = {problem.row: problem for problem in _shapes(rows, file)}
    sound = [number for number in range(2, len(rows) + 1) if number not in odd]
    from fruitmand.edition.validation import validate  # noqa: PLC0415 - a table that was checked before is read without its libraries

    cells = [[cell or None for cell in rows[number - 1]] for number in sound]
    given = pd.DataFrame(cells, pd.Index([number - 2 for number in sound]) if odd else None, pd.Index(rows[0]), "string")
    frame, found = validate(name, given, file, basis)
    return frame, [*odd.values(), *found]


def _other_form(text: str, columns: Sequence[str], file: str) -> Problem | None:
    """Return the problem of a file without a table, or of one whose cells are not separated by commas."""
    if not text.strip():
        return Problem(file, 0, "", f"{_RULE} with a header", "the file is empty")
    first = text.partition("\n")[0]
    if first.strip('" ').lower().startswith("sep="):
        return Problem(file, 1, first, "the first row must be the header", "Excel reads its separator here; remove the line")
    found = {sign: sum(cell.strip('" ') in columns for cell in first.split(sign)) for sign in (",", *_SEPARATORS)}
    sign = max(found, key=lambda sign: found[sign])
    if sign == ",":
        return None
    return Problem(
        file,
        1,
        first if len(first) <= _HEADER else f"{first[:_HEADER]}…",
        _RULE,
        f"Excel saved it with {_SEPARATORS[sign]}; save it {_SAVE}",
    )


def _parse(text: str, file: str) -> tuple[Rows, list[Problem]]:
    rows: Rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append(row)  # one by one: how many there are before an error tells its row
    except csv.Error as error:
        lost = "a quotation mark that is not closed, or not doubled within a text"
        if "limit" in str(error):
            lost = f"a cell is longer than {csv.field_size_limit()} characters, or a quotation mark is not closed"
        return rows, [Problem(file, len(rows) + 1, "", _RULE, lost)]
    return rows, []


def _headings(header: Sequence[str], file: str) -> Iterator[Problem]:
    for name, count in Counter(header).items():
        if not name.strip():
            rule, cause = f"{_RULE} with a heading over every column", "a comma at the end of the row, or cells beside the table"
            yield Problem(file, 1, name, rule, cause)
        elif count > 1:
            yield Problem(file, 1, name, "column occurs more than once", "a column was copied")


def _shapes(rows: Rows, file: str) -> Iterator[Problem]:
    width = len(rows[0])
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            cause = "its cells were cleared, and the row was not deleted" if row else "a line was left blank"
            yield Problem(file, number, "", "row is empty", cause)
        elif len(row) == 1 and "," in row[0]:
            cause = "the whole row is in quotation marks: Excel showed the file in one column and saved it so"
            yield Problem(file, number, row[0], _RULE, cause)
        elif len(row) != width:
            cause = "a text with a comma is not in quotation marks" if len(row) > width else "cells were lost, or the row was broken in two"
            yield Problem(file, number, row[0], f"the row must have {width} cells, as the header has; it has {len(row)}", cause)
