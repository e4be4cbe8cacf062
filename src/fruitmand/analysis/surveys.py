"""A survey as a whole: who answered, how scores spread over groups, and how far the items of a block tell the same."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import pandas as pd

from fruitmand.analysis.reliability import cronbach, omega
from fruitmand.analysis.suppression import Suppressed, suppress
from fruitmand.analysis.triangulation import RULE
from fruitmand.data.errors import FruitmandError
from fruitmand.data.survey import GROUPINGS


def answering(responses: pd.DataFrame) -> list[str]:
    """Return the respondents with at least one valid answer, in the order of the responses."""
    return list(responses[responses["state"] == "answered"]["respondent"].unique())


def count_groups(respondents: pd.DataFrame) -> pd.DataFrame:
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


def spread(scores: pd.DataFrame, groups: Mapping[str, str]) -> pd.DataFrame:
    """Count respondents by score, per variable and group.

    Parameters
    ----------
    scores : DataFrame
        Respondents by variables, as `likert.scores` returns them. A missing score is not counted.
    groups : mapping of str to str
        The group of each respondent; who has none is left out.

    Returns
    -------
    DataFrame
        A row per variable and group, groups in alphabetical order: ``variable, group, n`` (with a score), ``low``, ``neutral``, ``high``
        (cut as `triangulation.RULE` cuts a median), ``median`` (missing when n is 0).
    """
    placed = pd.Series(scores.index.map(groups), index=scores.index)
    rows = []
    for variable in scores.columns:
        for group in sorted(placed.dropna().unique()):
            part = scores.loc[placed == group, variable].dropna()
            low, high = int((part <= RULE.low).sum()), int((part >= RULE.high).sum())
            median = part.median() if len(part) else pd.NA
            rows.append((variable, group, len(part), low, len(part) - low - high, high, median))
    found = pd.DataFrame(rows, columns=["variable", "group", "n", "low", "neutral", "high", "median"])
    return found.astype({"median": "Float64"})


def reliabilities(responses: pd.DataFrame, items: pd.DataFrame, *, draws: int, seed: int) -> pd.DataFrame:
    """Compute alpha and omega of each block, over the items that were asked.

    Returns
    -------
    DataFrame
        A row per block and measure: ``block``, then the fields of `reliability.Reliability`.
    """
    valid = responses[responses["state"] == "answered"].pivot(index="respondent", columns="item", values="value")
    rows = []
    for block, part in items.groupby("block", sort=False):
        asked = [item for item in part["item"] if item in valid.columns]
        matrix = valid[asked].astype("Float64")
        rows += [{"block": block} | asdict(found) for found in (cronbach(matrix), omega(matrix, draws=draws, seed=seed))]
    return pd.DataFrame(rows)


def protect_groups(table: pd.DataFrame, *, keys: Sequence[str], counts: Sequence[str], base: str, min_cell: int) -> Suppressed:
    """Withhold what may not be shown of groups (column ``group``), as `suppression.suppress` does; fail where their total cannot be shown.

    Counts of one column are sizes of groups, which tell nobody's answer.

    Raises
    ------
    FruitmandError
        When a total that the report gives would tell of too few respondents.
    """
    done = suppress(table, keys=keys, group="group", counts=counts, base=base, min_cell=min_cell, unanimous=len(counts) == 1)
    if done.totals:
        lines = "; ".join(" ".join(map(str, line)) for line in done.totals)
        raise FruitmandError(
            f"disclosure: fewer than {min_cell} respondents, or all of one answer, in total of: {lines}. "
            "Leave the item out, or put groups together"
        )
    return done


def protect_spread(found: pd.DataFrame, counts: pd.DataFrame, *, min_cell: int) -> Suppressed:
    """Withhold what may not be shown of scores by municipality: on every variable the municipalities that ``counts`` withholds.

    Those count as one group of which the rest of the report gives nothing, so that totals tell of them together only. Were others withheld
    on one variable than on another, their sizes could be taken from the variables on which they are shown.
    """
    own = counts[(counts["by"] == "municipality") & (counts["withheld"] != "")].set_index("group")["withheld"]
    answers = ["low", "neutral", "high"]
    if own.empty:
        return protect_groups(found, keys=["variable"], counts=answers, base="n", min_cell=min_cell)
    away = found["group"].isin(own.index)
    together = found[away].groupby("variable", sort=False)[["n", *answers]].sum().reset_index().assign(group="")
    done = protect_groups(pd.concat([found[~away], together]), keys=["variable"], counts=answers, base="n", min_cell=min_cell)
    shown = done.table[done.table["group"] != ""]
    gone = found[away].assign(n=pd.NA, low=pd.NA, neutral=pd.NA, high=pd.NA, median=pd.NA, withheld=found["group"].map(own))
    table = pd.concat([shown, gone.astype(shown.dtypes)]).sort_index()
    return replace(done, table=table, smallest=smallest(table["n"]))


def compared(counts: pd.DataFrame) -> list[str]:
    """Return the groupings of which every group is shown; a test over the others would tell the sizes of those that are withheld."""
    return [by for by in GROUPINGS if not (counts.loc[counts["by"] == by, "withheld"] != "").any()]


def protect_items(summary: pd.DataFrame, *, min_cell: int) -> Suppressed:
    """Withhold the answers to items with too few valid answers, or with one answer by all; every row of the summary is of everybody."""
    points = [name for name in summary.columns if name[0] == "p" and name[1:].isdigit()]
    return suppress(summary, keys=["item"], group=None, counts=points, base="n_valid", min_cell=min_cell)


def smallest(sizes: pd.Series) -> int | None:
    """Return the smallest of the sizes of groups that are shown; None when all are missing."""
    shown = sizes.dropna()
    return int(shown.min()) if len(shown) else None


def extremes(counts: pd.DataFrame, by: str) -> tuple[int, int]:
    """Return the sizes of the smallest and the largest group of a grouping that are shown; 0 and 0 when fewer than two are."""
    sizes = counts.loc[(counts["by"] == by) & counts["group"].notna(), "respondents"].dropna()
    return (int(sizes.min()), int(sizes.max())) if len(sizes) > 1 else (0, 0)


def hide(surveyed: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Leave out the survey's ratings of groups that ``shown`` withholds to protect another; those of small groups are silent already."""
    gone = shown[shown["withheld"] == "complementary"]
    keys = pd.MultiIndex.from_frame(gone[["group", "variable"]])
    withheld = pd.MultiIndex.from_frame(surveyed[["municipality", "variable"]]).isin(keys)
    small = surveyed["reason"] == "too_few"
    found = surveyed.copy()
    found.loc[withheld | small, ["n", "median", "symbol"]] = pd.NA
    found.loc[withheld & ~small, "reason"] = "withheld"
    return found
