"""A survey as a whole: who answered, how scores spread over groups, and how far the items of a block tell the same."""

from dataclasses import asdict

import pandas as pd

from fruitmand.analysis.comparisons import adjust_holm, compare
from fruitmand.analysis.reliability import cronbach_alpha, mcdonald_omega
from fruitmand.analysis.suppression import Suppressed, smallest_shown, suppress, withhold
from fruitmand.analysis.triangulation import CUT_POINTS
from fruitmand.edition.survey_groups import GROUPINGS

LEVELS = ["low", "neutral", "high"]


def answering_respondents(responses: pd.DataFrame) -> list[str]:
    """Return the respondents who answered something, *not applicable* included, in the order of the responses."""
    return list(responses[responses["state"].isin(["answered", "not_applicable"])]["respondent"].unique())


def group_sizes(respondents: pd.DataFrame) -> pd.DataFrame:
    """Count respondents per group of each grouping.

    Returns
    -------
    DataFrame
        ``by, group, respondents``; respondents whose group is not known are a group that is missing, when there are any.
    """
    parts = [
        respondents.groupby(by, dropna=False).size().rename("respondents").rename_axis("group").reset_index().assign(by=by)
        for by in GROUPINGS
    ]
    return pd.concat(parts, ignore_index=True)[["by", "group", "respondents"]]


def score_distributions(scores: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Count respondents by score, per variable and group.

    Parameters
    ----------
    scores : DataFrame
        Respondents by variables, as `likert.scores` returns them. A missing score is not counted.
    groups : Series
        The group of each respondent, by respondent. Respondents whose group is not known are a group that is missing, when there are any.

    Returns
    -------
    DataFrame
        A row per variable and group, groups in alphabetical order: ``variable, group, n`` (with a score), ``low``, ``neutral``, ``high``
        (cut as `triangulation.CUT_POINTS` cuts a median), ``median`` (missing when n is 0).
    """
    placed = groups.reindex(scores.index)
    names = [*sorted(placed.dropna().unique()), *([None] if placed.isna().any() else [])]
    rows = []
    for variable in scores.columns:
        for group in names:
            part = scores.loc[placed.isna() if group is None else (placed == group).fillna(False), variable].dropna()
            low, high = int((part <= CUT_POINTS.low).sum()), int((part >= CUT_POINTS.high).sum())
            median = part.median() if len(part) else pd.NA
            rows.append((variable, group, len(part), low, len(part) - low - high, high, median))
    found = pd.DataFrame(rows, columns=["variable", "group", "n", *LEVELS, "median"])
    return found.astype({"variable": "string", "group": "string", "median": "Float64"})


def reliabilities(responses: pd.DataFrame, items: pd.DataFrame, *, draws: int, seed: int, min_cell: int) -> pd.DataFrame:
    """Compute alpha and omega of each block, over the items that were asked.

    Returns
    -------
    DataFrame
        A row per block and measure: ``block``, then the fields of `reliability.Reliability`; ``n`` and the
        estimate are missing when ``n`` is under ``min_cell`` but not 0.
    """
    valid = responses.pivot(index="respondent", columns="item", values="value")
    asked = set(responses.loc[responses["state"] != "not_asked", "item"])
    rows = []
    for block, part in items.groupby("block", sort=False):
        matrix = valid[[item for item in part["item"] if item in asked]].astype("Float64")
        rows += [{"block": block} | asdict(found) for found in (cronbach_alpha(matrix), mcdonald_omega(matrix, draws=draws, seed=seed))]
    table = pd.DataFrame(rows).astype({"n": "Int64", "value": "Float64", "low": "Float64", "high": "Float64", "reason": "string"})
    few = table["n"].between(1, min_cell - 1)
    table.loc[few, ["n", "value", "low", "high"]] = pd.NA
    table.loc[few & (table["reason"] == ""), "reason"] = "withheld"
    return table


def protect_group_sizes(counts: pd.DataFrame, *, min_cell: int) -> Suppressed:
    """Withhold the sizes of groups that are too small, and others so that the number of respondents does not give them back."""
    return suppress(counts, keys=["by"], counts=["respondents"], base="respondents", min_cell=min_cell)


def protect_score_distributions(
    scores: pd.DataFrame, respondents: pd.DataFrame, counts: pd.DataFrame, *, min_cell: int
) -> dict[str, Suppressed]:
    """Spread the scores over the groups of every grouping, and withhold what may not be shown.

    Groups whose size ``counts`` withholds are withheld on every variable, so that totals tell of them together only. Were others withheld
    on one variable than on another, their sizes could be taken from the variables on which they are shown. Where so few have a score that
    even all of them together may not be shown, every group is withheld; the answers to the statements about that variable are then withheld
    by `protect_items`, so that there is no total either.
    """
    return {by: _protect(score_distributions(scores, respondents[by]), counts[counts["by"] == by], min_cell) for by in GROUPINGS}


def _protect(found: pd.DataFrame, counts: pd.DataFrame, min_cell: int) -> Suppressed:
    hidden = counts.loc[counts["withheld"] != "", "group"].fillna(_UNKNOWN)
    away = found["group"].fillna(_UNKNOWN).isin(hidden)
    return suppress(found, keys=["variable"], counts=LEVELS, base="n", min_cell=min_cell, withheld=list(away))


_UNKNOWN = "(unknown)"
"""Stands for the missing group where groups are looked up; no id of a group has brackets."""


def compare_groups(
    scores: pd.DataFrame, respondents: pd.DataFrame, spreads: dict[str, Suppressed], *, draws: int, seed: int, min_cell: int
) -> pd.DataFrame:
    """Compare every variable between the groups of every grouping, where the spread of the same scores could be shown of all groups.

    Returns
    -------
    DataFrame
        As `comparisons.adjust_holm` returns it; a comparison that would disclose a withheld group has reason ``withheld`` and no numbers.
    """
    rows, places = [], {variable: place for place, variable in enumerate(scores)}
    for by, done in spreads.items():
        hidden = set(done.table.loc[done.table["withheld"] != "", "variable"])
        whole = compare(scores[[v for v in scores if v not in hidden]], respondents[by], by=by, draws=draws, seed=seed, min_n=min_cell)
        rest = pd.DataFrame({"variable": [v for v in scores if v in hidden], "by": by, "reason": "withheld"})
        both = pd.concat([whole, rest.astype("string")], ignore_index=True)
        rows.append(both.sort_values("variable", key=lambda names: names.map(places), ignore_index=True))
    return adjust_holm(rows)


def smallest_compared_group(tested: pd.DataFrame, spreads: dict[str, Suppressed]) -> int | None:
    """Return the size of the smallest group of which a comparison tells; None when there are none."""
    told = tested[tested["n"].notna()]
    tables = [spreads[by].table.merge(part[["variable"]], on="variable") for by, part in told.groupby("by")]
    return smallest_shown(pd.concat([table["n"] for table in tables])) if tables else None


def protect_items(summary: pd.DataFrame, items: pd.DataFrame, *, min_cell: int) -> Suppressed:
    """Withhold the answers to items with too few valid answers, and with them those to the other items of the same variable.

    The scores of a variable are of all its items, so that one item and the scores would give another back.
    """
    variable = summary["item"].map(items.set_index("item")["code"])
    small = set(variable[summary["n_valid"].between(1, min_cell - 1)])
    points = [name for name in summary.columns if name[0] == "p" and name[1:].isdigit()]
    return withhold(summary, ["item"], points, "n_valid", list(variable.isin(small) & (summary["n_valid"] > 0)))


def group_size_range(tested: pd.DataFrame, counts: pd.DataFrame) -> tuple[int, int]:
    """Return the smallest and the largest size of a group in the compared grouping with the fewest groups; 0 and 0 without any."""
    compared = counts[counts["by"].isin(tested.loc[tested["n"].notna(), "by"]) & counts["group"].notna()]
    if compared.empty:
        return 0, 0
    fewest = compared["by"].value_counts(sort=False).idxmin()
    sizes = compared.loc[compared["by"] == fewest, "respondents"]
    return int(sizes.min()), int(sizes.max())


def withhold_ratings(surveyed: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Leave out the survey's ratings of the groups that ``shown`` withholds."""
    gone = shown[shown["withheld"] != ""]
    withheld = pd.MultiIndex.from_frame(surveyed[["municipality", "variable"]]).isin(pd.MultiIndex.from_frame(gone[["group", "variable"]]))
    found = surveyed.copy()
    found.loc[withheld, ["n", "median", "symbol"]] = pd.NA
    found.loc[withheld, "reason"] = "withheld"
    return found
