"""Read SPSS files: value labels, and what is declared missing."""

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers.limits import MAX_CELLS, MAX_COLUMNS, MAX_UNPACKED, check_size, too_large
from fruitmand.importers.survey.export import Column
from fruitmand.importers.survey.questionnaire import NOT_APPLICABLE
from fruitmand.importers.survey.text_matching import normalise
from fruitmand.importers.survey.tools import LIMESURVEY_HEADINGS
from fruitmand.importers.workbook import Grid

LONGEST_S = 60
"""Seconds after which a file counts as damaged."""

# Reading a damaged SPSS file may crash the interpreter (pyreadstat 1.3), which nothing in the same process can catch.
_TRY = """
import sys, pyreadstat
_, meta = pyreadstat.read_sav(sys.argv[1], metadataonly=True)
width = sum(meta.variable_storage_width.values()) or 1
rows = min(int(sys.argv[2]) // max(len(meta.column_names), 1), int(sys.argv[3]) // width) + 1
pyreadstat.read_sav(sys.argv[1], user_missing=True, output_format="dict", row_limit=rows)
print(rows)
"""


def read_spss(path: Path) -> tuple[tuple[Column, ...], Grid, tuple[str, ...]]:
    """Return the variables, the names of the variables followed by the cases, and notes for the researcher.

    A value that is declared missing in SPSS is not answered, unless its label says that it is *not applicable*.

    Raises
    ------
    DataError
        When the file is larger than any survey, or one that LimeSurvey broke.
    Exception
        Whatever a damaged file leads to.
    """
    check_size(path)
    limits = (str(MAX_CELLS), str(MAX_UNPACKED))
    command = [sys.executable, "-I", "-c", _TRY, str(path.resolve()), *limits]
    try:
        tried = subprocess.run(command, capture_output=True, check=True, timeout=LONGEST_S)  # noqa: S603
    except subprocess.CalledProcessError:
        if _is_of_limesurvey(path):
            cause = (
                "LimeSurvey writes SPSS files that nothing can read in languages other than English; take Responses, Export results,"
                " and there CSV with 'Question code' headings and full answers"
            )
            raise DataError([Problem(path.name, 0, "", "must be an SPSS file", cause)]) from None
        raise
    limit = int(tried.stdout)
    frame, meta = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True, row_limit=limit)
    if len(frame) >= limit or len(frame.columns) > MAX_COLUMNS:
        raise too_large(path, f"it has more than {MAX_COLUMNS:,} variables, {MAX_CELLS:,} cells or {MAX_UNPACKED / 2**20:.0f} MiB")
    wording, labels = meta.column_names_to_labels, meta.variable_value_labels
    columns = tuple(_variable(str(name), wording.get(name), labels.get(name, {})) for name in frame)
    notes, by_column = [], []
    for column, name in zip(columns, frame, strict=True):
        cells, declared = _declared(column, [*frame[name]], meta.missing_ranges.get(name, []))
        by_column.append(cells)
        if declared:
            shown = ", ".join(f"{text!r} ({count})" for text, count in declared.items())
            notes.append(f"declared missing in SPSS, so not answered, in {column.heading}: {shown}")
    grid = [(0, tuple(column.heading for column in columns))]
    grid += [(number, cells) for number, cells in enumerate(zip(*by_column, strict=True), start=1)]
    return columns, grid, tuple(notes)


def _declared(column: Column, values: Sequence[Any], ranges: Sequence[Mapping[str, Any]]) -> tuple[list[str], Counter[str]]:
    """Return the cells without those that are declared missing, and how many of each there were."""
    cells, declared = [], Counter[str]()
    for value in values:
        cell = as_text(value)
        label = column.labels.get(cell, cell)
        if cell and normalise(label) not in NOT_APPLICABLE and any(_within(value, one["lo"], one["hi"]) for one in ranges):
            declared[label] += 1
            cell = ""
        cells.append(cell)
    return cells, declared


def _within(value: Any, low: Any, high: Any) -> bool:
    return isinstance(value, str) == isinstance(low, str) and bool(low <= value <= high)


def _is_of_limesurvey(path: Path) -> bool:
    """Return whether an SPSS file has a heading that LimeSurvey alone writes, in any of its languages."""
    head = path.read_bytes()[:100_000].decode("utf-8", "replace")
    return head.startswith("$FL") and sum(heading in head for heading in LIMESURVEY_HEADINGS) > 1


def _variable(name: str, label: str | None, labels: Mapping[Any, str]) -> Column:
    return Column(name, (name,), (label,) if label else (), {as_text(code): text for code, text in labels.items()})


def as_text(value: Any) -> str:
    """Return a value as text: nothing for a missing one, and whole numbers without decimals."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
