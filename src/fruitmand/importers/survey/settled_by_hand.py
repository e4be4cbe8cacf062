"""Read the tables in which a person settles by hand what an import cannot know: ``columns.csv`` and ``values.csv`` of an edition."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from fruitmand.edition.errors import Problem

LONGEST = 2**20
"""Most bytes of such a table."""

SEPARATORS = (",", ";")

Rows = list[tuple[int, tuple[str, ...]]]


def read_settled(path: Path, file: str, columns: Sequence[str], beside: str = "") -> tuple[Rows, list[Problem]]:
    """Return the rows of a table by their number, and what is wrong with it; no rows where there is no such file.

    The separator may be a semicolon, as Excel writes it where the comma is a decimal sign.

    Parameters
    ----------
    path : Path
        The table.
    file : str
        The same file as messages show it.
    columns : sequence of str
        What its headings must be.
    beside : str
        Heading of a last column that may be there, and is not read.
    """
    if not path.exists():
        return [], []
    if not path.is_file() or path.stat().st_size > LONGEST:
        return [], [Problem(file, 0, "", "must be a small table", "it is a folder, or has more than a million characters")]
    try:
        text = path.read_bytes().decode("utf-8-sig")
        separator = max(SEPARATORS, key=text.partition("\n")[0].count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except UnicodeDecodeError:
        cause = "Excel saved it in another encoding: save it as “CSV UTF-8”"
        return [], [Problem(file, 0, "", "must be a table in UTF-8", cause)]
    except csv.Error as error:
        return [], [Problem(file, 0, "", "must be a comma-separated table in UTF-8", str(error))]
    rows = [_without_empty_ends(row, len(columns)) for row in rows]
    headings = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if headings not in ([*columns], [*columns, beside]):
        return [], [Problem(file, 1, ",".join(rows[0]) if rows else "", f"the columns must be {','.join(columns)}")]
    found: Rows = []
    problems = []
    for number, row in enumerate(rows[1:], start=2):
        if len(columns) <= len(row) <= len(headings):
            found.append((number, tuple(cell.strip() for cell in row[: len(columns)])))
        elif any(row):
            sign = "comma" if separator == "," else "semicolon"
            problems.append(Problem(file, number, ",".join(row), f"must have {len(columns)} cells", f"a {sign} without quotes around it"))
    return found, problems


def _without_empty_ends(row: list[str], width: int) -> list[str]:
    """Return a row without the empty cells that a spreadsheet puts beside a table."""
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    return row if any(cell.strip() for cell in row) else []
