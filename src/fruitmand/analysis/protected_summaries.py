"""Summaries of a whole survey, protected against disclosure: group sizes, score distributions, reliability and group comparisons."""

from dataclasses import asdict, replace

import pandas as pd

from fruitmand.analysis.comparisons import adjust_holm, compare
from fruitmand.analysis.reliability import cronbach_alpha, item_total_correlations, mcdonald_omega
from fruitmand.analysis.suppression import Suppressed, smallest_shown, suppress, withhold
from fruitmand.analysis.triangulation import CUT_POINTS
from fruitmand.edition.survey_groups import GROUPINGS

LEVELS = ["low", "neutral", "high"]


def answering_respondents(responses: pd.DataFrame) -> list[str]:
    """Return the respondents with at least one answer, *not applicable* included, in the order of the responses."""
    return list(responses[responses["state"].isin(["answered", "not_applicable"])]["respondent"].unique())


def group_sizes(respondents: pd.DataFrame) -> pd.DataFrame:
    """Count respondents per group of each grouping.

    Returns
    -------
    DataFrame
        ``by, group, respondents``. Respondents whose group is not known have a row of their own, whose ``group`` is missing.
    """
    parts = [
        respondents.groupby(by, dropna=False).size().rename("respondents").rename_axis("group").reset_index().assign(by=by)
        for by in GROUPINGS
    ]
    return pd.concat(parts, ignore_index=True)[["by", "group", "respondents"]]


def score_distributions(scores: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Count respondents with a low, neutral and high score, per variable and group.

    Parameters
    ----------
    scores : DataFrame
        Respondents by variables, as `likert.scores` returns them. A missing score is not counted.
    groups : Series
        The group of each respondent, indexed by respondent. Respondents whose group is not known do not count.

    Returns
    -------
    DataFrame
        A row per variable and group, groups in alphabetical order: ``variable, group, n`` (respondents with a score), ``low, neutral,
        high`` (respondents, by `triangulation.CUT_POINTS`), ``median`` (missing when n is 0).
    """
    group_of = groups.reindex(scores.index)
    rows = []
    for variable in scores.columns:
        for group in sorted(group_of.dropna().unique()):
            valid = scores.loc[(group_of == group).fillna(False), variable].dropna()
            low, high = int((valid <= CUT_POINTS.low).sum()), int((valid >= CUT_POINTS.high).sum())
            median = valid.median() if len(valid) else pd.NA
            rows.append((variable, group, len(valid), low, len(valid) - low - high, high, median))
    table = pd.DataFrame(rows, columns=["variable", "group", "n", *LEVELS, "median"])
    return table.astype({"variable": "string", "group": "string", "median": "Float64"})


def reliabilities(responses: pd.DataFrame, items: pd.DataFrame, *, draws: int, seed: int, min_cell: int) -> pd.DataFrame:
    """Compute alpha and omega of each block, and the corrected item-total correlation of its items, over the items that were asked.

    Parameters
    ----------
    responses, items : DataFrame
        The raw tables.
    draws, seed : int
        Of the bootstrap interval of omega.
    min_cell : int
        Smallest group that is shown, in respondents.

    Returns
    -------
    DataFrame
        Of each block a row for alpha, for omega and for every item: ``block``, ``item`` (missing for the whole block), then the fields of
        `reliability.Reliability`. With fewer complete cases than ``min_cell`` (but not 0) ``n`` and the estimate are missing, with reason
        ``withheld`` unless there are too few items or cases anyhow: which item has one answer would tell the answers of a small group.
    """
    valid = responses.pivot(index="respondent", columns="item", values="value")
    asked = set(responses.loc[responses["state"] != "not_asked", "item"])
    rows = []
    for block, block_items in items.groupby("block", sort=False):
        matrix = valid[[item for item in block_items["item"] if item in asked]].astype("Float64")
        measures = (cronbach_alpha(matrix), mcdonald_omega(matrix, draws=draws, seed=seed))
        rows += [{"block": block, "item": pd.NA} | asdict(measure) for measure in measures]
        rows += [{"block": block, "item": item} | asdict(found) for item, found in item_total_correlations(matrix).items()]
    table = pd.DataFrame(rows).astype(
        {"item": "string", "n": "Int64", "value": "Float64", "low": "Float64", "high": "Float64", "reason": "string"}
    )
    few = table["n"].between(1, min_cell - 1)
    table.loc[few, ["n", "value", "low", "high"]] = pd.NA
    table.loc[few & ~table["reason"].str.startswith("too_few"), "reason"] = "withheld"
    return table


def protect_group_sizes(sizes: pd.DataFrame, *, min_cell: int) -> Suppressed:
    """Apply cell suppression to `group_sizes`, the number of respondents being the published total of each grouping.

    Those whose group is not known are no group: nobody can be known to be one of them by the group that they are in. How many they are is
    told, however few, but where all groups of a grouping are withheld, of which it would tell the total.
    """
    known = sizes["group"].notna()
    of_known = suppress(sizes[known], keys=["by"], counts=["respondents"], base="respondents", min_cell=min_cell)
    withheld = (of_known.table["withheld"] != "").reindex(sizes.index, fill_value=False)
    telling = withheld[known].groupby(sizes["by"]).all()
    withheld |= ~known & sizes["by"].map(telling).eq(True)
    done = withhold(sizes, ["by", "group"], ["respondents"], "respondents", withheld.tolist())
    return replace(done, smallest=of_known.smallest)


def protect_score_distributions(
    scores: pd.DataFrame, respondents: pd.DataFrame, sizes: pd.DataFrame, *, min_cell: int
) -> dict[str, Suppressed]:
    """Apply cell suppression to the `score_distributions` of every grouping.

    Respondents whose group is not known are left out. Groups whose size is withheld in ``sizes`` are withheld on every variable. If
    different groups were withheld on different variables, their sizes could be read from the variables on which they are shown. Where even
    all groups together have too few scores, every group is withheld; `protect_items` then withholds the answers to the items of that
    variable, so that there is no total either.

    Parameters
    ----------
    scores : DataFrame
        As `likert.scores` returns them.
    respondents : DataFrame
        A column per grouping, indexed by respondent.
    sizes : DataFrame
        The table that `protect_group_sizes` returns.
    min_cell : int
        Smallest group that is shown, in respondents.

    Returns
    -------
    dict of str to Suppressed
        By grouping.
    """
    return {by: _protect(score_distributions(scores, respondents[by]), sizes[sizes["by"] == by], min_cell) for by in GROUPINGS}


def _protect(distributions: pd.DataFrame, sizes: pd.DataFrame, min_cell: int) -> Suppressed:
    already = distributions["group"].isin(sizes.loc[sizes["withheld"] != "", "group"].dropna())
    return suppress(distributions, keys=["variable"], counts=LEVELS, base="n", min_cell=min_cell, withheld=list(already))


def compare_groups(
    scores: pd.DataFrame,
    respondents: pd.DataFrame,
    sizes: pd.DataFrame,
    distributions: dict[str, Suppressed],
    *,
    draws: int,
    seed: int,
    min_cell: int,
) -> pd.DataFrame:
    """Compare every variable between the groups of every grouping, where the score distributions of all groups are shown.

    Respondents whose group is not known, such as those who stopped before they were asked, are left out.

    Parameters
    ----------
    scores, respondents, sizes, min_cell
        As for `protect_score_distributions`.
    distributions : dict of str to Suppressed
        What `protect_score_distributions` returns.
    draws, seed : int
        Of the permutation tests.

    Returns
    -------
    DataFrame
        As `comparisons.adjust_holm` returns it; a comparison that would disclose a withheld group has reason ``withheld`` and no numbers.
        ``left_out`` is how many respondents are in no known group of the grouping, missing where that is withheld.
    """
    frames, position = [], {variable: place for place, variable in enumerate(scores)}
    for by, protected in distributions.items():
        withheld = set(protected.table.loc[protected.table["withheld"] != "", "variable"])
        shown = [variable for variable in scores if variable not in withheld]
        compared = compare(scores[shown], respondents[by], by=by, draws=draws, seed=seed, min_n=min_cell)
        not_compared = pd.DataFrame({"variable": [variable for variable in scores if variable in withheld], "by": by, "reason": "withheld"})
        every = pd.concat([compared, not_compared.astype("string")], ignore_index=True)
        frames.append(every.sort_values("variable", key=lambda names: names.map(position), ignore_index=True))
    unknown = sizes[sizes["group"].isna()].set_index("by")["respondents"].astype("Int64")
    tested = adjust_holm(frames)
    return tested.assign(left_out=[unknown.get(by, 0) for by in tested["by"]]).astype({"left_out": "Int64"})


def smallest_compared_group(comparisons: pd.DataFrame, distributions: dict[str, Suppressed]) -> int | None:
    """Return the size of the smallest group in any comparison with numbers; None when there is no such comparison."""
    reported = comparisons[comparisons["n"].notna()]
    tables = [distributions[by].table.merge(rows[["variable"]], on="variable") for by, rows in reported.groupby("by")]
    return smallest_shown(pd.concat([table["n"] for table in tables])) if tables else None


def protect_items(summary: pd.DataFrame, items: pd.DataFrame, *, min_cell: int) -> Suppressed:
    """Withhold the answers to items with too few valid answers, and with them the answers to the other items of the same variable.

    The scores of a variable are made of all its items, so that the scores minus the other items would disclose the withheld one.

    Parameters
    ----------
    summary : DataFrame
        As `likert.summarise` returns it.
    items : DataFrame
        The raw table.
    min_cell : int
        Fewest valid answers that are shown.
    """
    variable = summary["item"].map(items.set_index("item")["code"])
    small = set(variable[summary["n_valid"].between(1, min_cell - 1)])
    points = [name for name in summary.columns if name[0] == "p" and name[1:].isdigit()]
    return withhold(summary, ["item"], points, "n_valid", list(variable.isin(small) & (summary["n_valid"] > 0)))


def group_size_range(comparisons: pd.DataFrame, sizes: pd.DataFrame) -> tuple[int, int]:
    """Return the smallest and the largest group of the compared grouping with the fewest groups; 0 and 0 when nothing is compared."""
    compared = sizes[sizes["by"].isin(comparisons.loc[comparisons["n"].notna(), "by"]) & sizes["group"].notna()]
    if compared.empty:
        return 0, 0
    fewest = compared["by"].value_counts(sort=False).idxmin()
    respondents = compared.loc[compared["by"] == fewest, "respondents"]
    return int(respondents.min()), int(respondents.max())


def withhold_ratings(surveyed: pd.DataFrame, distributions: pd.DataFrame) -> pd.DataFrame:
    """Withhold the survey's ratings of the groups that are withheld in the protected distributions by municipality.

    Returns
    -------
    DataFrame
        The rows of ``surveyed`` (as `triangulation.survey_ratings` returns them), with ``n, median, symbol`` missing and reason
        ``withheld`` where the group is withheld.
    """
    withheld = distributions[distributions["withheld"] != ""]
    pairs = pd.MultiIndex.from_frame(surveyed[["municipality", "variable"]])
    is_withheld = pairs.isin(pd.MultiIndex.from_frame(withheld[["group", "variable"]]))
    protected = surveyed.copy()
    protected.loc[is_withheld, ["n", "median", "symbol"]] = pd.NA
    protected.loc[is_withheld, "reason"] = "withheld"
    return protected
