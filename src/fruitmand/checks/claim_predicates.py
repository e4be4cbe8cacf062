"""Check that the predicates of claims name tables, columns, values and settings that there are."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from fruitmand.edition.claims import Claim, Pair, Query, Setting, Where
from fruitmand.edition.errors import Problem, suggest

# Columns whose values are ids: a predicate may not name one that does not occur anywhere in the edition.
_IDS = {
    "variable": ("codebook", "code"),
    "code": ("codebook", "code"),
    "municipality": ("municipalities", "municipality"),
    "exhibit": ("exhibits", "exhibit"),
    "symbol": ("scales", "symbol"),
    "section": ("sections", "section"),
}


def check_claims(claims: Sequence[Claim], tables: Mapping[str, pd.DataFrame], settings: Mapping[str, object], label: str) -> list[Problem]:
    """Return every problem of the claims: ids that come twice, and names in predicates that are not there.

    Parameters
    ----------
    claims : sequence of Claim
    tables : mapping of str to DataFrame
        The raw tables of the edition.
    settings : mapping
        The edition's settings, nested.
    label : str
        Folder of the file, for the messages.
    """
    file, problems, seen = f"{label}/claims.toml", [], set()
    for claim in claims:
        if claim.id in seen:
            problems.append(Problem(file, 0, claim.id, "id occurs more than once", "a claim was copied"))
        seen.add(claim.id)
        problems += [Problem(file, 0, f"{claim.id}: {value}", rule, cause) for value, rule, cause in _wrong(claim.test, tables, settings)]
    return problems


def check_words(claims: Sequence[Claim], settings: Mapping[str, object], label: str) -> list[Problem]:
    """Return a problem for every claim on a setting that expects a word which the settings of its own edition do not have anywhere."""
    words, problems = set(_leaves(settings)), []
    for claim in claims:
        wanted = claim.expect.equals if claim.expect is not None and isinstance(claim.test, Setting) else None
        if isinstance(wanted, str) and wanted not in words:
            rule, cause = "is no word of edition.toml", suggest(wanted, words)
            problems.append(Problem(f"{label}/claims.toml", 0, f"{claim.id}: {wanted}", rule, cause))
    return problems


def _leaves(value: object) -> Iterator[str]:
    """Yield every word and text of nested settings."""
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _leaves(item)
        case list():
            for item in value:
                yield from _leaves(item)


def _wrong(
    test: Query | Setting | Pair | None, tables: Mapping[str, pd.DataFrame], settings: Mapping[str, object]
) -> Iterator[tuple[str, str, str]]:
    match test:
        case Pair():
            yield from _wrong(test.left, tables, settings)
            yield from _wrong(test.right, tables, settings)
        case Setting():
            value: object = settings
            for part in test.setting.split("."):
                value = value.get(part) if isinstance(value, Mapping) else None
            if value is None:
                yield test.setting, "is not a setting of edition.toml", ""
        case Query():
            if test.table not in tables:
                yield test.table, "is not a raw table", suggest(test.table, tables)
                return
            frame = tables[test.table]
            for column in filter(None, (test.count, test.values)):
                if column not in frame.columns:
                    yield column, f"is not a column of {test.table}.csv", suggest(column, frame.columns)
            for where in (test.where, test.of or {}):
                yield from _where(where, test.table, frame, tables)


def _where(where: Where, name: str, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, str, str]]:
    for column, wanted in where.items():
        if column not in frame.columns:
            yield column, f"is not a column of {name}.csv", suggest(column, frame.columns)
            continue
        table, key = _IDS.get(column, (name, column))
        known = {str(value) for values in (tables[table][key], frame[column]) for value in values.unique() if not pd.isna(value)}
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if str(value) not in known | {""}:
                yield str(value), f"is no {column} of the edition", suggest(str(value), known)
