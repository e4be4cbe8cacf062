"""Check a raw table against its schema, and say everything that is wrong in words that point at the place."""

import re
from collections.abc import Iterator
from functools import cache

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from fruitmand.edition.columns import IN_WORDS, Column, Schema
from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.raw_text import faults, is_plain
from fruitmand.edition.schema import BY_BASIS
from fruitmand.edition.settings import Basis

_WHOLE = re.compile(r"-?[0-9]{1,15}")
"""A whole number as people and spreadsheets write it; pandas takes ``1e3``, ``1.0`` and the digits of other scripts as well.

Spreadsheets keep 15 digits.
"""


def validate(table: str, frame: pd.DataFrame, file: str, basis: Basis = "publication") -> tuple[pd.DataFrame, list[Problem]]:
    """Check a raw table against its schema.

    Parameters
    ----------
    table : str
        Name of the schema.
    frame : DataFrame
        The cells as text, missing cells as missing.
    file : str
        Name of the file, for the messages.
    basis : "publication" or "fieldwork"
        Of the edition: whose schema of that name.

    Returns
    -------
    frame : DataFrame
        The table with the schema's types, and with its additional columns also where the file lacks them; the input itself when there are
        problems.
    problems : list of Problem
        Everything that is wrong, empty when nothing is.
    """
    schema, form, given = _schema(table, basis), BY_BASIS[basis][table], frame
    cells = [*_headings(frame, file), *_cells(form, frame, file)]
    frame = completed(frame, form)
    missing = [name for name in schema.columns if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in schema.columns]
    if missing or unknown:
        problems = [Problem(file, 1, name, "column is missing", suggest(name, unknown)) for name in missing]
        problems += [Problem(file, 1, name, "column is not known", suggest(name, missing)) for name in unknown]
        return given, [*(problem for _, problem in cells), *problems]
    told = {(problem.row, column) for column, problem in cells}
    try:
        valid, found = schema.validate(frame, lazy=True), []
    except pandera.errors.SchemaErrors as error:
        valid, found = given, list(_problems(schema, error.failure_cases, frame, file, told))
    problems = [*(problem for _, problem in cells), *found]
    return (given, problems) if problems else (valid, [])


def completed(frame: pd.DataFrame, form: Schema) -> pd.DataFrame:
    """Return a table with the additional columns that it lacks, empty and where the schema has them."""
    absent = [name for name, column in form.columns.items() if column.additional and name not in frame.columns]
    if not absent:
        return frame
    wanted = [name for name in form.columns if name in frame.columns]
    in_order = [name for name in frame.columns if name in form.columns] == wanted
    order = [name for name in form.columns if name in absent or name in wanted] if in_order else [*frame.columns, *absent]
    unknown = [name for name in frame.columns if name not in order]
    return frame.assign(**{name: pd.Series(pd.NA, index=frame.index, dtype="string") for name in absent})[[*order, *unknown]]


def _headings(frame: pd.DataFrame, file: str) -> Iterator[tuple[str, Problem]]:
    for name in frame.columns:
        yield from ((name, Problem(file, 1, fault.around, f"a heading {fault.rule}", fault.cause)) for fault in faults(name))


def _cells(form: Schema, frame: pd.DataFrame, file: str) -> Iterator[tuple[str, Problem]]:
    """Yield the column of every cell that may not be in any table, and the problem: of its characters, blanks alone, no whole number."""
    rows = [_row(index) for index in frame.index]
    for name in frame.columns:
        column = form.columns.get(name)
        whole = column is not None and column.dtype == "Int64"
        for row, text in zip(rows, frame[name].tolist(), strict=True):
            if not isinstance(text, str):  # missing, or a number already
                continue
            if not is_plain(text):
                found = [(fault.around, fault.rule, fault.cause) for fault in faults(text)]
            elif text.isspace():
                found = [(text, "holds blanks alone", "leave the cell empty")]
            elif whole and not _WHOLE.fullmatch(text):
                found = [(text, "must be a whole number", "text where a number belongs")]
            else:
                continue
            yield from ((name, Problem(file, row, value, f"column {name!r} {rule}", cause)) for value, rule, cause in found)


def _row(index: object) -> int:
    return int(str(index)) + 2


@cache
def _schema(table: str, basis: Basis = "publication") -> pa.DataFrameSchema:
    """Return a schema in the words of the library that checks it."""
    form = BY_BASIS[basis][table]
    columns = {name: _column(column) for name, column in form.columns.items()}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=list(form.unique))


def _column(column: Column) -> pa.Column:
    checks = []
    if column.allowed:
        rule = "one of: " + ", ".join(column.allowed)
        checks.append(pa.Check.isin(list(column.allowed), name=rule, error=rule))
    if column.pattern:
        rule = f"of the form {IN_WORDS.get(column.pattern, column.pattern)}, as {column.example!r}"
        checks.append(pa.Check.str_matches(rf"(?:{column.pattern})\Z", name=rule, error=rule))
    if column.minimum is not None:
        rule = f"{column.minimum} or more"
        checks.append(pa.Check.ge(column.minimum, name=rule, error=rule))
    return pa.Column(column.dtype, checks, nullable=column.optional, coerce=True)


def _problems(
    schema: pa.DataFrameSchema, failures: pd.DataFrame, frame: pd.DataFrame, file: str, told: set[tuple[int, str]]
) -> Iterator[Problem]:
    """Yield what the library found, in words; one problem for a cell, and none for those ``told`` already."""
    seen = set(told)
    for failure in failures.itertuples():
        row = 0 if pd.isna(failure.index) else _row(failure.index)
        check, value = str(failure.check), "" if pd.isna(failure.failure_case) else str(failure.failure_case)
        column = str(failure.column)
        if value.startswith("TypeError("):  # a bound checked on text; the cells that are no numbers are named already
            continue
        if check == "multiple_fields_uniqueness":
            key = ", ".join(schema.unique or [])
            value, rule, cause = (
                ", ".join(map(str, frame.loc[row - 2, schema.unique])),
                f"({key}) occurs more than once",
                "a row was copied",
            )
            column = "unique"
        elif check == "not_nullable":
            rule, cause = f"column {column!r} may not be empty", "a cell was left blank"
        elif check.startswith(("coerce_dtype", "dtype")):  # the cells that are no numbers are told already
            continue
        elif check == "column_ordered":
            rule, cause = "columns must stand in the schema's order", "a column was moved"
        else:
            allowed = check.removeprefix("one of: ").split(", ") if check.startswith("one of: ") else []
            rule, cause = f"column {column!r} must be {check}", suggest(value, allowed)
        if (row, column) not in seen:
            seen.add((row, column))
            yield Problem(file, row, value, rule, cause)
