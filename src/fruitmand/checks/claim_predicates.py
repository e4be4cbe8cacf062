"""Check that the predicates of claims name tables, columns, values and settings that there are, and find what can be compared."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from fruitmand.edition.claims import Claim, Expectation, Pair, Query, Setting, Where
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
_NUMBERS = ("quantifier", "at_least", "at_most")
"""The expectations that only a number can meet."""
CUT_OFF = "counts_as"
"""A column that a test on the ratings may name: whether the symbol counts as yes, by the one cut-off of its scale in ``cut_offs.csv``."""


def tested_table(tables: Mapping[str, pd.DataFrame], test: Query) -> pd.DataFrame:
    """Return the raw table of a test; of the ratings with the column `CUT_OFF`, where the test names it."""
    frame = tables[test.table]
    if test.table != "ratings" or CUT_OFF not in {*test.where, *(test.of or {})}:
        return frame
    scale = dict(zip(tables["codebook"]["code"], tables["codebook"]["scale_used"], strict=True))
    yes_from = dict(zip(tables["cut_offs"]["scale"], tables["cut_offs"]["yes_from"], strict=True))
    points = {
        (row.scale, row.symbol): "yes" if row.rank >= yes_from[row.scale] else "no"
        for row in tables["scales"].dropna(subset="symbol").itertuples()
        if row.scale in yes_from
    }
    counts = [points.get((scale.get(name), symbol)) for name, symbol in zip(frame["variable"], frame["symbol"], strict=True)]
    return frame.assign(**{CUT_OFF: counts})


def check_claims(claims: Sequence[Claim], tables: Mapping[str, pd.DataFrame], settings: Mapping[str, object], label: str) -> list[Problem]:
    """Return every problem of the claims: ids that come twice, names in predicates that are not there, and what cannot be compared.

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
        wrong = list(_wrong(claim.test, tables, settings)) or list(_unlike(claim, settings))
        problems += [Problem(file, 0, f"{claim.id}: {value}", rule, cause) for value, rule, cause in wrong]
    return problems


def check_setting_values(claims: Sequence[Claim], settings: Mapping[str, object], label: str) -> list[Problem]:
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
            value = _setting(test.setting, settings)
            if value is None:
                yield test.setting, "is not a setting of edition.toml", ""
            elif not _found_by(test, settings):
                yield test.setting, "is no word, number, true or false of edition.toml, and no list of them", "it is a table or a date"
        case Query():
            if test.table not in tables:
                yield test.table, "is not a raw table", suggest(test.table, tables)
                return
            frame = tested_table(tables, test)
            if CUT_OFF in frame and not (odd := frame[frame[CUT_OFF].isna()]).empty:
                yield odd.iloc[0]["variable"], "has ratings on a scale without a cut-off in cut_offs.csv", "a row is missing there"
            for column in (test.count, test.values):
                if column is not None and column not in frame.columns:
                    yield column, f"is not a column of {test.table}.csv", suggest(column, frame.columns)
            for where in (test.where, test.of or {}):
                yield from _where(where, test.table, frame, tables)
            yield from _wrong(test.also, tables, settings)


def _where(where: Where, name: str, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, str, str]]:
    for column, wanted in where.items():
        if column not in frame.columns:
            yield column, f"is not a column of {name}.csv", suggest(column, frame.columns)
            continue
        table, key = _IDS.get(column, ("", ""))
        ids = tables[table][key] if table else ("yes", "no") if column == CUT_OFF else ()
        known = {str(value) for value in {*ids, *frame[column]} if not pd.isna(value)}
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if str(value) not in known | {""}:
                yield str(value), f"is no {column} of the edition", suggest(str(value), known)


def _setting(path: str, settings: Mapping[str, object]) -> object:
    value: object = settings
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _found_by(test: Query | Setting, settings: Mapping[str, object]) -> str:
    """Return what a test finds: a number, a word or several values; empty when it finds nothing that can be compared."""
    if isinstance(test, Query):
        return "several values" if test.values is not None else "a number"
    match _setting(test.setting, settings):
        case bool() | str():
            return "a word"
        case int():
            return "a number"
        case list() as values if all(isinstance(value, str | int) for value in values):
            return "several values"
    return ""


def _unlike(claim: Claim, settings: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """Yield what a claim expects of a test that finds something of another kind: a number of words, one word of several values."""
    if isinstance(claim.test, Pair):
        for side in (claim.test.left, claim.test.right):
            if (found := _found_by(side, settings)) != "a number":
                yield _named(side), f"is {found}, and only numbers can be compared by relation", "count, or take another setting"
    elif claim.test is not None:
        found, expect = _found_by(claim.test, settings), claim.expect
        if expect is not None and found != (needed := _needed(expect) or found):
            rule = f"finds {found}, and {expect.key()} = {getattr(expect, expect.key())} can only be met by {needed}"
            yield _named(claim.test), rule, "the test or the expectation is wrong"


def _needed(expect: Expectation) -> str:
    """Return what a test has to find for an expectation, empty when anything can meet it; true and false are words."""
    if expect.key() == "equals":
        return "a number" if type(expect.equals) is int else "a word"
    return "a number" if expect.key() in _NUMBERS else ""


def _named(test: Query | Setting) -> str:
    return test.setting if isinstance(test, Setting) else f"{test.table}.{test.values or test.count or 'rows'}"
