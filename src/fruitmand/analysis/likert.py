"""Answers on a Likert scale: scores per variable, and frequencies, median, modes and share of agreement per item."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from fruitmand.analysis.intervals import share_interval
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.schema import STATES

MINIMUM_FOR_SHARES = 10
"""The fewest valid answers for which a share is reported; below it there are counts only."""


def scores(responses: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Score every respondent on every variable: the median of the valid answers to the variable's items.

    Parameters
    ----------
    responses, items : DataFrame
        The raw tables.

    Returns
    -------
    DataFrame
        A row per respondent of the responses (the index, in their order) and a column of `Float64` per variable that any respondent was
        asked about (without respondents: per variable of the items), in the order of the items. A score is 1 to 5 points and may be a half.
        It is missing when the respondent has no valid answer to any of the variable's items, for whatever reason.
    """
    variable = responses["item"].map(items.set_index("item")["code"])
    asked = set(variable[responses["state"] != "not_asked"]) if len(responses) else set(items["code"])
    valid = responses[(responses["state"] == "answered") & variable.notna()]
    medians = valid["value"].astype("Float64").groupby([valid["respondent"], variable[valid.index]]).median().unstack()
    respondents = pd.Index(responses["respondent"].unique(), name="respondent")
    variables = pd.Index([code for code in items["code"].unique() if code in asked], name="variable")
    return medians.reindex(index=respondents, columns=variables).astype("Float64")


def summarise(responses: pd.DataFrame, items: pd.DataFrame, *, points: int = 5, means: bool = False) -> pd.DataFrame:
    """Summarise the answers to every item.

    Parameters
    ----------
    responses, items : DataFrame
        The raw tables.
    points : int
        Points of the scale.
    means : bool
        Whether to add ``mean`` after ``median``; a mean assumes that the points are at equal distances.

    Returns
    -------
    DataFrame
        A row per item, in the order of the items, also where nobody answered: ``item``; ``asked`` (whether any respondent was asked; true
        without responses); ``n_valid, n_not_applicable, n_not_answered, n_not_asked`` (respondents in each state); ``p1 … p5`` (valid
        answers at each point); ``low, neutral, high`` (below, at and above the middle of the scale); ``median`` (may be a half; missing
        without a valid answer); ``mode`` (the most frequent points, joined by ``;``; missing without a valid answer); ``high_low,
        high_high`` (95 % Wilson interval of the share that is high). The denominator of every share is ``n_valid``; under
        `MINIMUM_FOR_SHARES` valid answers the interval is missing.

    Raises
    ------
    FruitmandError
        When a valid answer is not on the scale.
    """
    ids = pd.Index(items["item"], name="item")
    valid = responses[responses["state"] == "answered"]
    scale = range(1, points + 1)
    if outside := sorted(set(valid["value"]) - set(scale)):
        raise FruitmandError(f"answers must be 1 to {points}: {', '.join(map(str, outside))}")
    states = _count(responses, "state", ids, STATES)
    counts = _count(valid, "value", ids, scale)
    table = _frequencies(states, counts)
    table.insert(0, "asked", states.drop(columns="not_asked").any(axis=1) | responses.empty)
    for statistic in ("median", "mean") if means else ("median",):
        table[statistic] = valid.groupby("item")["value"].agg(statistic).reindex(ids).astype("Float64")
    table["mode"] = pd.array([_modes(row) for row in counts.to_dict("records")], dtype="string")
    bounds = [_bounds(*row) for row in table[["high", "n_valid"]].itertuples(index=False)]
    table[["high_low", "high_high"]] = pd.DataFrame(bounds, columns=["low", "high"], index=ids, dtype="Float64")
    return table.reset_index().astype({"item": "string"})


def _frequencies(states: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return how many respondents are in each state, at each point of the scale, and on each side of its middle."""
    middle = (min(counts.columns) + max(counts.columns)) / 2
    sides = {
        "low": counts[[point for point in counts if point < middle]],
        "neutral": counts[[point for point in counts if point == middle]],
        "high": counts[[point for point in counts if point > middle]],
    }
    return pd.DataFrame(
        {"n_valid": states["answered"]}
        | {f"n_{state}": states[state] for state in STATES[1:]}
        | {f"p{point}": counts[point] for point in counts}
        | {side: at_points.sum(axis=1) for side, at_points in sides.items()}
    ).astype("Int64")


def _count(rows: pd.DataFrame, column: str, ids: pd.Index, values: Iterable[Any]) -> pd.DataFrame:
    """Cross-tabulate items by the values of a column, with 0 where there are none."""
    counts = rows.groupby(["item", column]).size().unstack()
    return counts.reindex(index=ids, columns=list(values)).fillna(0).astype(int)


def _modes(counts: dict[Any, int]) -> str | None:
    most = max(counts.values())
    return ";".join(str(point) for point, count in counts.items() if count == most) if most else None


def _bounds(high: int, n: int) -> tuple[float | None, float | None]:
    """Return the interval of the share that is high, or None for both bounds under the minimum of valid answers."""
    if n < MINIMUM_FOR_SHARES:
        return None, None
    interval = share_interval(high, n)
    return interval.low, interval.high
