"""Answers on an ordered scale: counted, with their median and modes, and never with a mean."""

from collections.abc import Iterable
from typing import Any, Literal

import pandas as pd

from fruitmand.analysis.intervals import share_interval
from fruitmand.data.errors import FruitmandError
from fruitmand.data.schema import STATES

PERCENT_FROM = 10
"""The fewest valid answers of which a share is given; below it there are counts only."""


def scores(responses: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Score every respondent on every variable: the median of the valid answers to the variable's items.

    Parameters
    ----------
    responses : DataFrame
        As ``responses.csv``.
    items : DataFrame
        As ``items.csv``.

    Returns
    -------
    DataFrame
        A row per respondent of the responses (the index, in their order) and a column of `Float64` per variable, in the order of the items.
        A score is 1 to 5 and may be a half. It is missing when the respondent has no valid answer to any of the variable's items, for
        whatever reason.
    """
    variable = responses["item"].map(items.set_index("item")["code"])
    valid = responses[(responses["state"] == "answered") & variable.notna()]
    found = valid["value"].astype("Float64").groupby([valid["respondent"], variable[valid.index]]).median().unstack()
    respondents = pd.Index(responses["respondent"].unique(), name="respondent")
    return found.reindex(index=respondents, columns=pd.Index(items["code"].unique(), name="variable")).astype("Float64")


def summarise(
    responses: pd.DataFrame,
    items: pd.DataFrame,
    *,
    level: Literal["item", "variable"],
    groups: pd.Series | None = None,
    points: int = 5,
) -> pd.DataFrame:
    """Summarise the answers to every item or variable, and to each in every group.

    All counts are of answers. A variable with two items has up to two answers of a respondent, so its ``n_valid`` can be more than its
    ``respondents``.

    Parameters
    ----------
    responses : DataFrame
        As ``responses.csv``.
    items : DataFrame
        As ``items.csv``.
    level : "item" or "variable"
        What a row is about.
    groups : Series, optional
        The group (values) of each respondent (index). Who has none, or is not in it, is left out.
    points : int
        Points of the scale.

    Returns
    -------
    DataFrame
        A row per item or variable, in the order of the items, and group, in alphabetical order; also where nobody answered.

        ``item`` or ``variable``; ``group`` if there are groups; ``n_valid, n_not_applicable, n_not_answered, n_not_asked`` (answers in each
        state); ``respondents`` (with a valid answer); ``p1 … p5`` (valid answers at each point); ``low, neutral, high`` (below, at and
        above the middle of the scale); ``median`` (may be a half; missing without a valid answer); ``mode`` (the most frequent points, with
        ``;`` between them; missing without a valid answer); ``high_low, high_high`` (95 % interval of the share that is high, by Wilson);
        ``constant`` (whether there are several valid answers and all are equal).

        The denominator of every share is ``n_valid``. The interval is missing under `PERCENT_FROM` valid answers, and where a respondent
        gave more than one of them: such answers resemble each other, and the interval would be too narrow.

    Raises
    ------
    FruitmandError
        When a valid answer is not on the scale.
    """
    code = items.set_index("item")["code"]
    group: pd.Series | str = "" if groups is None else responses["respondent"].map(groups)
    rows = responses.assign(variable=responses["item"].map(code), group=group).dropna(subset=["variable", "group"])
    named = pd.Index(items["code" if level == "variable" else "item"].unique(), name=level)
    grid = pd.MultiIndex.from_product([named, [""] if groups is None else sorted(groups.dropna().unique())], names=[level, "group"])
    valid = rows[rows["state"] == "answered"]
    scale = range(1, points + 1)
    if strange := sorted(set(valid["value"]) - set(scale)):
        raise FruitmandError(f"answers must be 1 to {points}: {', '.join(map(str, strange))}")
    states, at, by = _count(rows, "state", grid, STATES), _count(valid, "value", grid, scale), valid.groupby(grid.names)
    middle = (points + 1) / 2
    sides = {
        "low": at[[point for point in scale if point < middle]],
        "neutral": at[[point for point in scale if point == middle]],
        "high": at[[point for point in scale if point > middle]],
    }
    table = pd.DataFrame(
        {"n_valid": states["answered"]}
        | {f"n_{state}": states[state] for state in STATES[1:]}
        | {"respondents": by["respondent"].nunique().reindex(grid, fill_value=0)}
        | {f"p{point}": at[point] for point in scale}
        | {side: counts.sum(axis=1) for side, counts in sides.items()}
    ).astype("Int64")
    table["median"] = by["value"].median().reindex(grid).astype("Float64")
    table["mode"] = pd.array([_modes(counts) for counts in at.to_dict("records")], dtype="string")
    bounds = [_bounds(*row) for row in table[["high", "n_valid", "respondents"]].itertuples(index=False)]
    table[["high_low", "high_high"]] = pd.DataFrame(bounds, columns=["low", "high"], index=grid, dtype="Float64")
    table["constant"] = (table["n_valid"] > 1).astype(bool) & ((at > 0).sum(axis=1) == 1)
    table = table.reset_index().astype({level: "string", "group": "string"})
    return table.drop(columns="group") if groups is None else table


def _count(rows: pd.DataFrame, column: str, grid: pd.MultiIndex, kinds: Iterable[Any]) -> pd.DataFrame:
    """Count the rows of every cell of the grid by what a column holds, also where there are none."""
    counts = rows.groupby([*grid.names, column]).size().unstack()
    return counts.reindex(index=grid, columns=list(kinds)).fillna(0).astype(int)


def _modes(counts: dict[Any, int]) -> str | None:
    most = max(counts.values())
    return ";".join(str(point) for point, count in counts.items() if count == most) if most else None


def _bounds(high: int, n: int, respondents: int) -> tuple[float | None, float | None]:
    if n < PERCENT_FROM or n > respondents:
        return None, None
    interval = share_interval(high, n)
    return interval.low, interval.high
