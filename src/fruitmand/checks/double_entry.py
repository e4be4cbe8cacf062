"""Compare two readings (independent double entry): the raw tables with a second reading, the first coder with the second.

A difference is an error of one of the two, or a matter of judgement. Of the second kind each one is in ``adjudications.csv``, with what
both read, what was decided and why; any other difference stops the build.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from fruitmand.edition.claims import Claim, Expectation
from fruitmand.edition.errors import Problem
from fruitmand.edition.schema import SCHEMAS

Tables = Mapping[str, pd.DataFrame]
Key = tuple[str, str, str]  # table, key of the row, column

TWICE: Mapping[str, tuple[str, ...]] = {
    "ratings": ("symbol",),
    "expectations": ("label_nl",),
    "findings": ("label_nl",),
    "codebook": ("label_nl", "theory_label_nl", "scale_declared", "scale_used", "question"),
    "scales": ("symbol", "declared_value", "label_nl"),
    "segments": ("municipality",),
    "initiatives": ("status", "due_to_benchmark", "municipalities"),
    "recommendations": ("addressee",),
    "conditions": ("met",),
    "facts": ("value",),
    "partners": ("proposed_by",),
    "definitions": ("disputed_by",),
    "stances": ("stance",),
    "claims": ("expect",),
}
"""The columns that a second reader may read. One that the second reading names is read in full."""

GIVEN, NOT_GIVEN = "given", "not given"


@dataclass(frozen=True)
class Reading:
    """What the first reader has in a cell, and where it stands."""

    value: str
    file: str
    row: int


def check_readings(
    tables: Tables,
    claims: Sequence[Claim],
    coders: Sequence[str],
    label: str,
    *,
    raters: pd.DataFrame | None = None,
    lone: pd.DataFrame | None = None,
) -> list[Problem]:
    """Return a problem for every difference between two readings that no adjudication settles, and for every adjudication without one.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables of the data dictionary, each valid by its own schema.
    claims : sequence of Claim
        Whose expectations are read twice as well.
    coders : sequence of str
        Coders in the order of their files; the first two are compared, on the segments that both coded.
    label : str
        Folder of the files, for the messages.
    raters : DataFrame, optional
        The ratings of all raters, where there may be two.
    lone : DataFrame, optional
        The codes of passages that one of the first two coders alone marked: the other gave none of them.
    """
    first = first_readings(tables, claims, label)
    second = {(r.table, r.key, r.column): _text(r.value) for r in tables["second_reading"].itertuples()}
    read = {(table, column) for table, _, column in second}
    problems = [
        Problem(f"{label}/second_reading.csv", 0, " ".join(key), "the first reading has no such cell", "a row was dropped")
        for key in sorted(second.keys() - first.keys())
    ]
    differences: dict[Key, tuple[Reading, str]] = {}
    for key, reading in first.items():
        if key in second and second[key] != reading.value:
            differences[key] = (reading, second[key])
        elif key not in second and (key[0], key[2]) in read:
            rule = f"{key[1]}, {key[2]}: the second reading has no such cell"
            problems.append(Problem(reading.file, reading.row, reading.value, rule, "one of the two readings is wrong"))
    differences |= _coding_differences(tables["codings"], coders, label)
    differences |= _lone_differences(lone, coders, label)
    of_raters = _rater_differences(raters, label)
    differences |= of_raters
    files = {"claims": "claims.toml", "codings": f"codings_{coders[0] if coders else '<coder>'}.csv"}
    as_they_came = {"codings", *(table for table, _, _ in of_raters)}
    return [*problems, *_adjudicate(differences, tables["adjudications"], files, as_they_came, label)]


def undecided_codes(codings: pd.DataFrame, coders: Sequence[str], adjudications: pd.DataFrame, *, lone: pd.DataFrame | None) -> int:
    """Return on how many codes of a segment the first two coders differ and nothing was decided."""
    decided = set(adjudications[["table", "key", "column"]].itertuples(index=False, name=None))
    return len((_coding_differences(codings, coders, "") | _lone_differences(lone, coders, "")).keys() - decided)


def first_readings(tables: Tables, claims: Sequence[Claim], label: str) -> dict[Key, Reading]:
    """Return every cell of the columns in `TWICE` as the first reader has it; codes that the publication does not declare are left out."""
    found: dict[Key, Reading] = {}
    for table, columns in TWICE.items():
        if table == "claims":
            continue
        frame = tables[table]
        for number, row in enumerate(frame.to_dict("records"), start=2):
            if table == "codebook" and pd.isna(row["declared_at"]):
                continue
            key = " ".join(str(row[part]) for part in SCHEMAS[table].unique)
            for column in columns:
                found[table, key, column] = Reading(_text(row[column]), f"{label}/{table}.csv", number)
    for claim in claims:
        if claim.expect is not None:
            found["claims", claim.id, "expect"] = Reading(expectation_text(claim.expect), f"{label}/claims.toml", 0)
    return found


def expectation_text(expect: Expectation) -> str:
    """Return an expectation as the second reading writes it: one key and its value as JSON, sets in order.

    >>> expectation_text(Expectation(values=["b", "a"]))
    '{"values": ["a", "b"]}'
    """
    value = getattr(expect, expect.key())
    return json.dumps({expect.key(): sorted(value, key=str) if isinstance(value, list) else value}, ensure_ascii=False)


def coding_states(codings: pd.DataFrame, coder: str) -> dict[str, dict[str, tuple[str, int]]]:
    """Return what a coder gave: per segment and code the valence, or ``given`` for a topic, and the row of the coder's file."""
    states: dict[str, dict[str, tuple[str, int]]] = {}
    rows = codings[codings["coder"] == coder].itertuples(index=False)
    for number, row in enumerate(rows, start=2):
        states.setdefault(row.segment_id, {})[row.code] = (_text(row.valence) or GIVEN, number)
    return states


def _coding_differences(codings: pd.DataFrame, coders: Sequence[str], label: str) -> dict[Key, tuple[Reading, str]]:
    if len(coders) < 2:
        return {}
    one, two = (coding_states(codings, coder) for coder in coders[:2])
    file = f"{label}/codings_{coders[0]}.csv"
    differences: dict[Key, tuple[Reading, str]] = {}
    for segment in [name for name in one if name in two]:
        for code in dict.fromkeys([*one[segment], *two[segment]]):
            ours, row = one[segment].get(code, (NOT_GIVEN, 0))
            theirs, _ = two[segment].get(code, (NOT_GIVEN, 0))
            if ours != theirs:
                differences["codings", f"{segment} {code}", "valence"] = (Reading(ours, file, row), theirs)
    return differences


def _lone_differences(lone: pd.DataFrame | None, coders: Sequence[str], label: str) -> dict[Key, tuple[Reading, str]]:
    """Return the codes of passages that one coder alone marked: the other gave none of them."""
    if lone is None:
        return {}
    file = f"{label}/codings_{coders[0]}.csv"
    found: dict[Key, tuple[Reading, str]] = {}
    for row in lone.itertuples():
        state, key = _text(row.valence) or GIVEN, ("codings", f"{row.segment_id} {row.code}", "valence")
        mine = row.coder == coders[0]
        found[key] = (Reading(state if mine else NOT_GIVEN, file, 0), NOT_GIVEN if mine else state)
    return found


def _rater_differences(raters: pd.DataFrame | None, label: str) -> dict[Key, tuple[Reading, str]]:
    """Return the ratings that two raters gave differently; the first in the file is the first reading."""
    found: dict[Key, tuple[Reading, str]] = {}
    if raters is None:
        return found
    for (municipality, variable), part in raters.groupby(["municipality", "variable"], sort=False):
        symbols = part["symbol"].tolist()
        if len(symbols) == 2 and symbols[0] != symbols[1]:
            row = int(str(part.index[0])) + 2
            found["ratings", f"{municipality} {variable}", "symbol"] = (Reading(symbols[0], f"{label}/ratings.csv", row), symbols[1])
    return found


def _adjudicate(
    differences: Mapping[Key, tuple[Reading, str]],
    adjudications: pd.DataFrame,
    files: Mapping[str, str],
    as_they_came: set[str],
    label: str,
) -> Iterator[Problem]:
    """Compare the differences with the adjudications; tables in ``as_they_came`` keep what lost."""
    file, settled = f"{label}/adjudications.csv", set()
    for number, row in enumerate(adjudications.itertuples(), start=2):
        key = (row.table, row.key, row.column)
        settled.add(key)
        reading, other = differences.get(key, (None, ""))
        if reading is None or (reading.value, other) != (_text(row.first), _text(row.second)):
            now = "they do not differ now" if reading is None else f"now they have {reading.value!r} and {other!r}"
            where = f"{reading.file} row {reading.row}" if reading is not None and reading.row else files.get(row.table, f"{row.table}.csv")
            rule = f"was decided between {_text(row.first)!r} and {_text(row.second)!r}; {now}"
            yield Problem(file, number, row.key, rule, f"{where} or the second reading changed")
        elif row.decision == "second" and row.table not in as_they_came:
            rule = f"was decided for {other!r}, and {reading.file} must have that"
            yield Problem(file, number, row.key, rule, "only the codes of coders stay as they came")
    for key, (reading, other) in differences.items():
        if key not in settled:
            rule = f"{key[1]}, {key[2]}: the second reading has {other!r}"
            cause = "one of the two readings is wrong, or the difference is not in adjudications.csv"
            if key[0] in as_they_came:
                rule = f"{key[1]}: the second {'coder' if key[0] == 'codings' else 'rater'} has {other!r}"
                cause = "to be decided in adjudications.csv"
            yield Problem(reading.file, reading.row, reading.value, rule, cause, "unfinished")


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)
