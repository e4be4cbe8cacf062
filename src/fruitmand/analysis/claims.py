"""Test the claims of a publication against the raw tables: verdicts are computed, never typed."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Literal

import pandas as pd

from fruitmand.checks.claim_predicates import check_claims, tested_table
from fruitmand.edition.claims import Claim, Expectation, Pair, Query, Scalar, Setting, Where
from fruitmand.edition.columns import Verdict
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import SCHEMAS

RetestOutcome = Literal["still_holds", "no_longer_holds", "still_fails", "holds_now", "not_asked", "unchecked"]
_BORNE_OUT = ("holds", "holds_for_most", "points_to")
Value = Scalar | frozenset[Scalar] | tuple[int, int]
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Finding:
    """The result of a test: a number or word, a set of values, or a pair of numbers; and the denominator where it has one."""

    value: Value
    of: int | None = None


@dataclass(frozen=True)
class Judgement:
    """The verdict on a claim, and the finding it is based on; None when the claim cannot be checked."""

    claim: Claim
    verdict: Verdict
    finding: Finding | None


def judge(claims: Sequence[Claim], tables: Tables, settings: Mapping[str, object]) -> list[Judgement]:
    """Compute the verdict on every claim, in their order, by one rule: what is true first ends it.

    1. Without a test: *unchecked*.
    2. Tested on data that were read from the very place of the statement: *circular*.
    3. A reference that does not hold: *slip*.
    4. The test needs an assumption: *points_to* or *points_away*, never more.
    5. The data are as the text says: *holds*.
    6. A plural without a number, which more than half bear out: *holds_for_most*.
    7. The table names only what stood out, and lacks what the text says: *not_visible*.
    8. A plural without a number, or two places of the text: *tension*.
    9. Else: *contradicted*, whatever the distance.

    Parameters
    ----------
    claims : sequence of Claim
        With their predicates.
    tables : mapping of str to DataFrame
        The raw tables that the predicates name.
    settings : mapping
        The edition's settings, nested.
    """
    return [_judge(claim, tables, settings) for claim in claims]


def _judge(claim: Claim, tables: Tables, settings: Mapping[str, object]) -> Judgement:
    if claim.test is None or claim.expect is None:
        return Judgement(claim, "unchecked", None)
    finding = evaluate(claim.test, tables, settings)
    return Judgement(claim, _verdict(claim, claim.expect, finding), finding)


def _verdict(claim: Claim, expect: Expectation, finding: Finding) -> Verdict:
    met, plural, kinds = meets(finding, expect), expect.quantifier == "plural", kinds_of_data(claim.test)
    most = plural and _quantity(_number(finding.value), finding.of or 0, "majority")
    rule: tuple[tuple[bool, Verdict], ...] = (
        (claim.place in _paragraphs(claim.tested_at), "circular"),
        (claim.consequence == "reference" and not met, "slip"),
        (bool(claim.assumes_en), "points_to" if met else "points_away"),
        (met, "holds"),
        (most, "holds_for_most"),
        ("selective" in kinds and _falls_short(finding, expect), "not_visible"),
        (plural or "text" in kinds, "tension"),
    )
    return next((verdict for applies, verdict in rule if applies), "contradicted")


def kinds_of_data(test: Query | Setting | Pair | None) -> set[str]:
    """Return of what kinds the data of a test are: *exhaustive*, *selective* (what stood out) or *text* (what places of the text say)."""
    match test:
        case Query():
            return {SCHEMAS[test.table].kind} | (kinds_of_data(test.also) if test.also is not None else set())
        case Pair():
            return kinds_of_data(test.left) | kinds_of_data(test.right)
    return {"exhaustive"}


def _paragraphs(places: str) -> list[str]:
    """Return the paragraphs of some places, one by one.

    >>> _paragraphs("6 ¶28-30; 7 ¶2")
    ['6 ¶28', '6 ¶29', '6 ¶30', '7 ¶2']
    """
    found = []
    for section, first, last in re.findall(r"([0-9.]+|annex|summary) ¶([0-9]+)(?:-([0-9]+))?", places):
        found += [f"{section} ¶{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def _falls_short(finding: Finding, expect: Expectation) -> bool:
    """Return whether the data have less than the text says, and nothing besides: what a table that is not complete cannot refute."""
    value = finding.value
    if isinstance(value, frozenset):
        return expect.key() == "contains" or (expect.key() == "values" and value < frozenset(expect.values or ()))
    if isinstance(value, tuple | str | bool):
        return False
    if expect.quantifier is not None:
        n = max(finding.of or 0, 1)  # where the table names nobody at all, it lacks what the text says as well
        return value < {"none": 0, "one": 1, "some": 1, "half": n / 2}.get(expect.quantifier, n)
    return value < int(expect.equals or expect.at_least or 0)


def retest(claims: Sequence[Claim], old: Edition, new: Edition) -> list[tuple[Claim, RetestOutcome]]:
    """Test an edition's claims on the data of another edition.

    Parameters
    ----------
    claims : sequence of Claim
        The claims of ``old``.
    old, new : Edition
        The edition that makes the claims, and the edition whose data they are tested on.

    Returns
    -------
    list of (Claim, str)
        *still_holds* and *no_longer_holds* for claims that the data bore out, if only for most or under an assumption; *still_fails* and
        *holds_now* for the others; *not_asked* where the new edition lacks what the predicate names, or has no case in its denominator;
        *unchecked* where there is no predicate, or it only looks at the place of the statement itself.
    """
    results: list[tuple[Claim, RetestOutcome]] = []
    for before in judge(claims, old, old.settings.facts()):
        claim = before.claim
        if before.verdict in ("unchecked", "circular"):
            results.append((claim, "unchecked"))
        elif check_claims([claim], new, new.settings.facts(), new.label):
            results.append((claim, "not_asked"))
        else:
            after = _judge(claim, new, new.settings.facts())
            held, holds = before.verdict in _BORNE_OUT, after.verdict in _BORNE_OUT
            empty = after.finding is not None and after.finding.of == 0
            outcome: RetestOutcome = ("still_holds" if holds else "no_longer_holds") if held else ("holds_now" if holds else "still_fails")
            results.append((claim, "not_asked" if empty else outcome))
    return results


def verdict_table(judgements: Sequence[Judgement]) -> pd.DataFrame:
    """Return judgements as a table: ``claim, section, paragraph, consequence, verdict, found`` (the finding as text)."""
    return pd.DataFrame(
        {
            "claim": [j.claim.id for j in judgements],
            "section": [j.claim.section for j in judgements],
            "paragraph": [j.claim.paragraph for j in judgements],
            "consequence": [j.claim.consequence for j in judgements],
            "verdict": [j.verdict for j in judgements],
            "found": ["" if j.finding is None else _as_text(j.finding) for j in judgements],
        }
    )


def _as_text(finding: Finding) -> str:
    value = finding.value
    if isinstance(value, frozenset):
        return "; ".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return f"{value[0]} | {value[1]}"
    return str(value) if finding.of is None else f"{value} of {finding.of}"


def claims_by_exhibit(claims: Sequence[Claim], ratings: pd.DataFrame) -> dict[str, list[str]]:
    """Return for every exhibit with ratings the ids of the claims whose predicate names the exhibit or one of its variables."""
    ids: dict[str, list[str]] = {}
    for exhibit, exhibit_ratings in ratings.groupby("exhibit", sort=False):
        names = {str(exhibit), *exhibit_ratings["variable"]}
        ids[str(exhibit)] = [claim.id for claim in claims if names & set(_names_in(claim.test))]
    return ids


def claims_about(claims: Sequence[Claim], variables: Collection[str]) -> list[str]:
    """Return the ids of the claims whose predicate names one of these variables."""
    return [claim.id for claim in claims if set(variables) & set(_names_in(claim.test))]


def _names_in(test: Query | Setting | Pair | None) -> list[str]:
    if isinstance(test, Pair):
        return [*_names_in(test.left), *_names_in(test.right)]
    if not isinstance(test, Query):
        return []
    conditions = [test.where.get(column, []) for column in ("exhibit", "variable", "code")]
    named = [str(value) for values in conditions for value in (values if isinstance(values, list) else [values])]
    return [*named, *_names_in(test.also)]


def evaluate(test: Query | Setting | Pair, tables: Tables, settings: Mapping[str, object]) -> Finding:
    """Evaluate the test of a predicate on the tables and settings.

    Missing cells are never counted, and never part of a set of values.
    """
    match test:
        case Setting():
            return Finding(_setting(test.setting, settings))
        case Pair():
            left, right = (evaluate(side, tables, settings).value for side in (test.left, test.right))
            return Finding((_number(left), _number(right)))
        case Query():
            return _query(test, tables)


def _query(test: Query, tables: Tables) -> Finding:
    if test.rows:
        table = tested_table(tables, test)
        return Finding(sum(selected(table, test.where)), None if test.of is None else sum(selected(table, test.of)))
    found = _distinct(test, tables, "where")
    if test.count is None:
        return Finding(found)
    return Finding(len(found), None if test.of is None else len(_distinct(test, tables, "of")))


def _distinct(test: Query, tables: Tables, rows: Literal["where", "of"]) -> frozenset[Scalar]:
    """Return the distinct values in the rows that count, or in those of the denominator, of a test and of what is added to it."""
    where = test.where if rows == "where" else test.of
    found = frozenset[Scalar]()
    if where is not None:
        table = tested_table(tables, test)
        cells = compress(table[str(test.count or test.values)], selected(table, where))
        found = frozenset(part for cell in cells if not pd.isna(cell) for part in _parts(cell))
    return found if test.also is None else found | _distinct(test.also, tables, rows)


def selected(table: pd.DataFrame, where: Where) -> list[bool]:
    """Return for every row whether each column named in ``where`` has one of its values; ``""`` selects missing cells."""
    found = [True] * len(table)
    for column, condition in where.items():
        values = {str(value) for value in (condition if isinstance(condition, list) else [condition])}
        found = [so_far and ("" if pd.isna(cell) else str(cell)) in values for so_far, cell in zip(found, table[column], strict=True)]
    return found


def _parts(value: object) -> list[Scalar]:
    return list(value.split(";")) if isinstance(value, str) else [int(str(value))]


def _setting(path: str, settings: Mapping[str, object]) -> Value:
    value: object = settings
    for part in path.split("."):
        value = value[part] if isinstance(value, Mapping) else None
    if isinstance(value, list):
        return frozenset(value)
    if isinstance(value, bool | int | str):
        return value
    raise TypeError(f"setting {path!r} is neither a word, a number nor a list of them")


def _number(value: Value) -> int:
    if isinstance(value, int):
        return value
    raise TypeError(f"only numbers can be compared, not {value!r}")


def meets(finding: Finding, expect: Expectation) -> bool:
    """Return whether a finding is what was expected.

    >>> meets(Finding(3, 4), Expectation(quantifier="majority")), meets(Finding(2, 4), Expectation(quantifier="majority"))
    (True, False)
    """
    value = finding.value
    values = value if isinstance(value, frozenset) else frozenset([value]) if isinstance(value, str | int) else frozenset()
    match expect.key():
        case "equals":
            return type(value) is type(expect.equals) and value == expect.equals
        case "quantifier":
            met = _quantity(_number(value), finding.of or 0, str(expect.quantifier))
        case "values" | "within" | "contains" as key:
            expected = frozenset(getattr(expect, key))
            met = {"values": values == expected, "within": values <= expected, "contains": values >= expected}[key]
        case "at_least":
            met = _number(value) >= int(expect.at_least or 0)
        case "at_most":
            met = _number(value) <= int(expect.at_most or 0)
        case _:
            left, right = value if isinstance(value, tuple) else (0, 0)
            met = {"<": left < right, "<=": left <= right, "=": left == right, ">": left > right, ">=": left >= right, "!=": left != right}[
                str(expect.relation)
            ]
    return met


def _quantity(k: int, n: int, word: str) -> bool:
    return {
        "all": k == n > 0,
        "plural": k == n > 0,
        "none": k == 0,
        "half": 2 * k == n > 0,
        "majority": 2 * k > n,
        "more_than_half": 2 * k > n,
        "some": k > 0,
        "one": k == 1,
    }[word]


def files_read(test: Query | Setting | Pair | None) -> set[str]:
    """Return the raw files that a claim's test reads."""
    match test:
        case Query():
            return {"codings_*.csv" if test.table == "codings" else f"{test.table}.csv"} | (
                files_read(test.also) if test.also is not None else set()
            )
        case Pair():
            return files_read(test.left) | files_read(test.right)
    return {"edition.toml"}


def source_files(claims: Sequence[Claim], files: Sequence[str]) -> list[str]:
    """Return the files that the test of at least one claim reads, in the order of ``files``."""
    read_by_tests = {file for claim in claims for file in files_read(claim.test)}
    return [file for file in files if file in read_by_tests]
