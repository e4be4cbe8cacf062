"""The tables of the survey: questionnaire, respondents, answers, score distributions, reliability, comparisons and triangulation."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from fruitmand.analysis.survey_results import SIGNIFICANCE_LEVEL
from fruitmand.edition.schema import STATES
from fruitmand.edition.survey_groups import groups
from fruitmand.report.blocks import Align, Cell, Column, Table
from fruitmand.report.tables_study import by_block, columns
from fruitmand.report.words import Words

COUNTS = ("n_valid", *(f"n_{state}" for state in STATES[1:]))
POINTS = ("p1", "p2", "p3", "p4", "p5")
_SMALLEST_P = 0.0001
SIGNS = {"convergent": "=", "complementary": "±", "divergent": "×", "silent": "·"}


def questionnaire(words: Words) -> Table:
    """List the items by block, with the variable that each measures and whether *not applicable* is offered."""
    rows: list[list[Cell | str]] = []
    block = ""
    for row in by_block(words.edition["items"]).to_dict("records"):
        if row["block"] != block:
            block = row["block"]
            rows.append([words.label(block)])
        offered = words.text(f"ledger.{row['not_applicable']}")
        rows.append([row["item"], words.pick(row, "statement"), words.label(row["code"]), offered])
    heads = columns(words, ("item", "left", 0.08), ("statement_item", "left", 0.5), ("variable", "left", 0.28), ("offered", "center", 0.14))
    return Table(heads, rows)


def respondents(words: Words, sizes: pd.DataFrame) -> Table:
    """Show respondents per municipality, domain and role; a withheld group is marked as such."""
    rows: list[list[Cell | str]] = []
    by = ""
    for row in _municipalities_in_order(words, sizes).to_dict("records"):
        if row["by"] != by:
            by = row["by"]
            rows.append([words.text(f"grouping.{by}")])
        rows.append([group_label(words, by, row["group"]), _count(words, row, "respondents")])
    return Table(columns(words, ("group", "left", 0.6), ("respondents", "right", 0.4)), rows)


def group_label(words: Words, by: str, name: object) -> str:
    """Return the label of a group of respondents."""
    if pd.isna(name):
        return words.text("grouping.unknown")
    return next(words.pick(row) for row in groups(words.edition, words.edition.settings)[by] if row["id"] == name)


def _municipalities_in_order(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with municipalities in their own order, within each variable or grouping; other groups keep their order."""
    order = words.edition["municipalities"].set_index("municipality")["position"]
    over = "by" if "by" in frame else "variable"
    ranks = {name: place for place, name in enumerate(dict.fromkeys(frame[over]))}
    placed = frame.assign(over=frame[over].map(ranks), place=frame["group"].map(order))
    return placed.sort_values(["over", "place"], kind="stable").drop(columns=["over", "place"])


def _count(words: Words, row: dict[Any, Any], column: str) -> str:
    """Return a count as text, or that it is withheld."""
    return words.text("cell.withheld") if row["withheld"] else words.decimal(row[column], 0)


def items(words: Words, summary: pd.DataFrame) -> Table:
    """Show by block, per item, its states, counts, median, mode, and the share that agrees with its interval; its mean where given."""
    blocks = words.edition["items"].set_index("item")["block"]
    rows: list[list[Cell | str]] = []
    for block, of_block in summary.groupby(summary["item"].map(blocks), sort=False):
        rows.append([words.label(str(block))])
        rows += [[_item(words, row["item"]), *_answers(words, row)] for row in of_block.to_dict("records")]
    narrow: list[tuple[str, Align, float]] = [(column, "right", 0.065 if column in COUNTS else 0.035) for column in (*COUNTS, *POINTS)]
    means: list[tuple[str, Align, float]] = [("mean", "right", 0.08)] if "mean" in summary else []
    wide: list[tuple[str, Align, float]] = [("median", "right", 0.08), *means, ("mode", "right", 0.07), ("share_high", "right", 0.13)]
    return Table(columns(words, ("item", "left", 0.28), *narrow, *wide), rows)


def _item(words: Words, item: str) -> str:
    """Return the id of an item with its statement."""
    statements = words.edition["items"].set_index("item")
    return f"{item} {words.pick(statements.loc[item], 'statement')}"


def _answers(words: Words, row: dict[Any, Any]) -> list[str]:
    """Return what is counted of the answers to an item, as texts."""
    return [
        *(words.text("cell.none") if row["withheld"] else words.decimal(row[column], 0) for column in (*COUNTS, *POINTS)),
        _median_text(words, row["median"]),
        *([words.text("cell.none") if pd.isna(row["mean"]) else words.decimal(row["mean"], 2)] if "mean" in row else []),
        _text_or_none(words, row["mode"]).replace(";", ", "),
        _count(words, row, "n_valid") if row["withheld"] else _share_text(words, row),
    ]


def _median_text(words: Words, value: Any) -> str:
    if pd.isna(value):
        return words.text("cell.none")
    return words.decimal(value, next((places for places in (0, 1) if round(value, places) == value), 2))


def _text_or_none(words: Words, value: Any) -> str:
    return words.text("cell.none") if pd.isna(value) else str(value)


def _share_text(words: Words, row: dict[Any, Any]) -> str:
    if not row["n_valid"]:
        return words.text("likert.no_valid" if row["asked"] else "likert.not_asked")
    if pd.isna(row["high_low"]):
        return words.text("cell.too_few")
    low, high = (words.decimal(100 * row[bound], 0) for bound in ("high_low", "high_high"))
    return words.text("cell.share", share=words.decimal(100 * row["high"] / row["n_valid"], 0), low=low, high=high)


def score_distributions(words: Words, distributions: pd.DataFrame) -> Table:
    """Show respondents by score, per variable and municipality; a withheld group is marked as such."""
    rows: list[list[Cell | str]] = []
    variable = ""
    for row in _municipalities_in_order(words, distributions).to_dict("records"):
        if row["variable"] != variable:
            variable = row["variable"]
            rows.append([words.label(variable)])
        if row["withheld"]:
            cells = [_count(words, row, "n"), *[words.text("cell.none")] * 4]
        else:
            cells = [words.decimal(row[column], 0) for column in ("n", "low", "neutral", "high")] + [_median_text(words, row["median"])]
        rows.append([group_label(words, "municipality", row["group"]), *cells])
    heads = columns(
        words,
        ("municipality", "left", 0.44),
        ("n", "right", 0.16),
        ("low_score", "right", 0.1),
        ("middle_score", "right", 0.1),
        ("high_score", "right", 0.1),
        ("median", "right", 0.1),
    )
    return Table(heads, rows)


def reliability(words: Words, reliabilities: pd.DataFrame) -> Table:
    """Show alpha and omega of each block with their intervals and the item-total correlations, or why they are undefined."""
    rows = [
        [
            words.label(row["block"]) if pd.isna(row["item"]) else _item(words, row["item"]),
            words.text(f"measure.{row['measure']}"),
            words.decimal(row["items"], 0),
            words.text("cell.none") if pd.isna(row["n"]) else words.decimal(row["n"], 0),
            *_estimate(words, row, ("value", "low", "high")),
        ]
        for row in reliabilities.to_dict("records")
    ]
    heads = columns(
        words,
        ("block", "left", 0.36),
        ("measure", "left", 0.2),
        ("items", "right", 0.1),
        ("cases", "right", 0.1),
        ("estimate", "right", 0.1),
        ("interval", "right", 0.14),
    )
    return Table(heads, rows)


def _estimate(words: Words, row: dict[Any, Any], names: tuple[str, str, str]) -> list[str]:
    """Return an estimate and its interval as texts; for an undefined estimate the reason."""
    value, low, high = (row[name] for name in names)
    if pd.isna(value):
        return [words.text(f"reason.{row['reason']}"), words.text("cell.none")]
    if pd.isna(low):
        return [words.decimal(value, 2), words.text("cell.none")]
    return [words.decimal(value, 2), words.text("cell.interval", low=words.decimal(low, 2), high=words.decimal(high, 2))]


def comparisons(words: Words, results: pd.DataFrame) -> Table:
    """Show every comparison with its test, effect, p, and p after Holm's correction."""
    rows: list[list[Cell | str]] = []
    for by, of_grouping in results.groupby("by", sort=False):
        rows.append([contrast(words, str(by), of_grouping)])
        if (of_grouping["reason"] == "withheld").all():
            rows.append([words.text("cell.not_compared"), *[words.text("cell.none")] * 7])
            continue
        rows += [_comparison(words, row) for row in of_grouping.to_dict("records")]
    heads = columns(
        words,
        ("variable", "left", 0.22),
        ("groups_n", "right", 0.07),
        ("n", "right", 0.05),
        ("test", "left", 0.21),
        ("effect", "right", 0.09),
        ("interval", "right", 0.16),
        ("p_value", "right", 0.1),
        ("p_adjusted", "right", 0.1),
    )
    return Table(heads, rows)


def contrast(words: Words, by: str, of_grouping: pd.DataFrame) -> str:
    """Return the name of a grouping, which group a positive effect is about, and how many respondents are in no known group."""
    notes = [words.text("cell.first", group=group_label(words, by, name)) for name in of_grouping["first"].dropna().head(1)]
    notes += _left_out(words, of_grouping["left_out"].iloc[0])
    return words.text(f"grouping.{by}") + (f" ({'; '.join(notes)})" if notes else "")


def _left_out(words: Words, respondents: Any) -> list[str]:
    """Say how many respondents are in no known group; nothing when there are none."""
    if pd.isna(respondents):
        return [words.text("cell.left_out_withheld")]
    return [words.text("cell.left_out", respondents=words.decimal(respondents, 0))] if respondents else []


def _comparison(words: Words, row: dict[Any, Any]) -> list[Cell | str]:
    sizes = [words.text("cell.none") if pd.isna(row[name]) else words.decimal(row[name], 0) for name in ("groups", "n")]
    is_significant = not pd.isna(row["p_adjusted"]) and row["p_adjusted"] < SIGNIFICANCE_LEVEL
    adjusted = Cell(p_value(words, row["p_adjusted"]), small=words.text("cell.stands") if is_significant else "")
    return [words.label(row["variable"]), *sizes, _test(words, row["test"]), *effect_texts(words, row), p_value(words, row["p"]), adjusted]


def _test(words: Words, test: Any) -> str:
    """Return the name of a test, and whether all permutations were counted or some were drawn."""
    if pd.isna(test):
        return words.text("cell.none")
    name, _, way = test.rpartition("_")
    return words.text(f"test.{way}", test=words.text(f"test.{name}"))


def effect_texts(words: Words, row: dict[Any, Any]) -> list[str]:
    """Return the effect of a comparison and its interval as texts; for an undefined effect the reason and a dash."""
    return _estimate(words, row, ("effect", "effect_low", "effect_high"))


def p_value(words: Words, value: Any) -> str:
    """Return a p as text, with three digits that count, so that its correction can be computed again; a dash where there is none.

    One below 0.0001 is said to be so.
    """
    if pd.isna(value):
        return words.text("cell.none")
    if value < _SMALLEST_P:
        return words.text("cell.below", value=words.decimal(_SMALLEST_P, 4))
    return words.decimal(value, next(places for places, least in ((3, 0.1), (4, 0.01), (5, 0.001), (6, 0)) if value >= least))


def triangulation(words: Words, pairs: pd.DataFrame, municipalities: Sequence[str]) -> Table:
    """Show per variable and municipality the relation between interviews and survey, with the respondents it is based on."""
    by_pair = pairs.set_index(["variable", "municipality"])
    rows = [
        [words.label(variable), *(_relation(words, by_pair.loc[(variable, municipality)]) for municipality in municipalities)]
        for variable in dict.fromkeys(pairs["variable"])
    ]
    return Table(
        [
            *columns(words, ("variable", "left", 0.28)),
            *(Column(words.municipality(name), "left", 0.72 / len(municipalities)) for name in municipalities),
        ],
        rows,
    )


def _relation(words: Words, row: pd.Series) -> str:
    relation = f"{SIGNS[row['relation']]} {words.text('relation_short.' + row['relation'])}"
    if row["relation"] == "silent":
        reason = words.text(f"reason.{row['reason']}")
        return f"{relation}: {reason}"
    return f"{relation} ({words.decimal(row['n'], 0)})"
