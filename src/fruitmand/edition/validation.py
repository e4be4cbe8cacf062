"""Check a raw table against its schema, and say everything that is wrong in words that point at the place."""

from collections.abc import Iterator
from functools import cache

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from fruitmand.edition.columns import Column
from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.schema import SCHEMAS


def validate(table: str, frame: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Check a raw table against its schema.

    Parameters
    ----------
    table : str
        Name of the schema.
    frame : DataFrame
        The cells as text, missing cells as missing.
    file : str
        Name of the file, for the messages.

    Returns
    -------
    frame : DataFrame
        The table with the schema's types; the input itself when there are problems.
    problems : list of Problem
        Everything that is wrong, empty when nothing is.
    """
    schema = _schema(table)
    missing = [name for name in schema.columns if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in schema.columns]
    if missing or unknown:
        problems = [Problem(file, 1, name, "column is missing", suggest(name, unknown)) for name in missing]
        problems += [Problem(file, 1, name, "column is not known", suggest(name, missing)) for name in unknown]
        return frame, problems
    try:
        return schema.validate(frame, lazy=True), []
    except pandera.errors.SchemaErrors as error:
        return frame, list(_problems(schema, error.failure_cases, frame, file))


@cache
def _schema(table: str) -> pa.DataFrameSchema:
    """Return a schema in the words of the library that checks it."""
    columns = {name: _column(column) for name, column in SCHEMAS[table].columns.items()}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=list(SCHEMAS[table].unique))


def _column(column: Column) -> pa.Column:
    checks = []
    if column.allowed:
        rule = "one of: " + ", ".join(column.allowed)
        checks.append(pa.Check.isin(list(column.allowed), name=rule, error=rule))
    if column.pattern:
        rule = f"of the form {column.pattern}"
        checks.append(pa.Check.str_matches(rf"(?:{column.pattern})\Z", name=rule, error=rule))
    if column.minimum is not None:
        rule = f"{column.minimum} or more"
        checks.append(pa.Check.ge(column.minimum, name=rule, error=rule))
    return pa.Column(column.dtype, checks, nullable=column.optional, coerce=True)


def _problems(schema: pa.DataFrameSchema, failures: pd.DataFrame, frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    seen: set[tuple[int, str]] = set()
    for failure in failures.itertuples():
        row = 0 if pd.isna(failure.index) else int(failure.index) + 2
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
        elif check.startswith(("coerce_dtype", "dtype")):
            rule, cause = f"column {column!r} must be a whole number", "text where a number belongs"
        elif check == "column_ordered":
            rule, cause = "columns must stand in the schema's order", "a column was moved"
        else:
            allowed = check.removeprefix("one of: ").split(", ") if check.startswith("one of: ") else []
            rule, cause = f"column {column!r} must be {check}", suggest(value, allowed)
        if (row, column) not in seen:
            seen.add((row, column))
            yield Problem(file, row, value, rule, cause)
