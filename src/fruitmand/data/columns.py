"""How a column of a raw table is described: type, allowed values, unit, example."""

from collections.abc import Iterable

import pandera.pandas as pa

SYMBOLS = ("+/+", "+/-", "-/-")
LEVELS = ("concept", "dimension", "variable", "topic")
VALENCES = ("supports", "mixed", "opposes")
RESPONDENTS = ("one", "another", "two", "several", "all")
LAYERS = ("findings", "conclusion", "analysis", "summary")
POLARITIES = ("higher_is_better", "higher_is_worse")

ID = r"[a-z][a-z0-9_]*"
SLUG = r"[a-z][a-z0-9-]*"
SECTION = r"\d(\.\d){0,2}"


def column(
    title: str,
    example: str,
    *,
    dtype: str = "string",
    allowed: Iterable[str] | None = None,
    pattern: str = "",
    minimum: int | None = None,
    optional: bool = False,
    unit: str = "",
) -> pa.Column:
    """Describe a column: its title, an example, and what it may hold. A missing cell is allowed only when ``optional``."""
    checks = []
    if allowed is not None:
        rule = "one of: " + ", ".join(allowed)
        checks.append(pa.Check.isin(list(allowed), name=rule, error=rule))
    if pattern:
        rule = f"of the form {pattern}"
        checks.append(pa.Check.str_matches(rf"(?:{pattern})\Z", name=rule, error=rule))
    if minimum is not None:
        rule = f"{minimum} or more"
        checks.append(pa.Check.ge(minimum, name=rule, error=rule))
    return pa.Column(dtype, checks, nullable=optional, coerce=True, title=title, metadata={"example": example, "unit": unit})


def labels(what: str, nl: str, en: str, *, prefix: str = "label", optional: bool = False) -> dict[str, pa.Column]:
    """Describe a pair of columns with the same words in Dutch and in English."""
    return {
        f"{prefix}_nl": column(f"{what}, in Dutch", nl, optional=optional),
        f"{prefix}_en": column(f"{what}, in English", en, optional=optional),
    }


def table(description: str, columns: dict[str, pa.Column], unique: list[str]) -> pa.DataFrameSchema:
    """Describe a table: its columns in order, no others, and its key."""
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=unique, description=description)
