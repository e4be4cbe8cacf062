"""Read the tables by which a person settles what an import cannot know; they stand in the folder of the edition."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from fruitmand.edition.errors import Problem

LONGEST = 2**20
"""Most bytes of such a table."""

Rows = list[tuple[int, tuple[str, ...]]]


def read_manual(path: Path, file: str, columns: Sequence[str]) -> tuple[Rows, list[Problem]]:
    """Return the rows of a table by their number, and what is wrong with it; no rows where there is no such file.

    Parameters
    ----------
    path : Path
        The table.
    file : str
        The same file as messages show it.
    columns : sequence of str
        What its headings must be.
    """
    if not path.exists():
        return [], []
    if not path.is_file() or path.stat().st_size > LONGEST:
        return [], [Problem(file, 0, "", "must be a small table", "it is a folder, or has more than a million characters")]
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [Problem(file, 0, "", "must be a comma-separated table in UTF-8", str(error))]
    if not rows or rows[0] != list(columns):
        return [], [Problem(file, 1, ",".join(rows[0]) if rows else "", f"the columns must be {','.join(columns)}")]
    found: Rows = []
    problems = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) == len(columns):
            found.append((number, tuple(cell.strip() for cell in row)))
        elif row:
            problems.append(Problem(file, number, ",".join(row), f"must have {len(columns)} cells", "a comma without quotes around it"))
    return found, problems
