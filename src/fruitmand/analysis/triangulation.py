"""Triangulation: compare the ratings from the interviews with ratings from the survey, per municipality and variable."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.schema import SYMBOLS

RELATIONS = ("convergent", "complementary", "divergent", "silent")
"""Between interviews and survey: the same symbol, one step apart, opposite ends of the scale, and one of the two missing."""

_SURVEYED = {"municipality": "string", "variable": "string", "n": "Int64", "median": "Float64", "symbol": "string", "reason": "string"}

MINIMUM_PAIRS = 10
DECIMALS = 9
VARIANCE_TOLERANCE = 1e-12


@dataclass(frozen=True)
class CutPoints:
    """Cut points from a median on five points to three symbols: ``high`` or more is +/+, ``low`` or less is -/-, between them +/-."""

    high: float
    low: float

    def symbol(self, median: float) -> str:
        """Return the symbol of a median.

        >>> [CUT_POINTS.symbol(median) for median in (1, 2.5, 3, 3.5, 5)]
        ['-/-', '-/-', '+/-', '+/+', '+/+']
        """
        best, middle, worst = SYMBOLS
        return best if median >= self.high else worst if median <= self.low else middle


CUT_POINTS = CutPoints(high=3.5, low=2.5)
"""With these, +/+ and -/- mean that at least half of the respondents score on that side of the middle of the scale."""


@dataclass(frozen=True)
class Kappa:
    """Linearly weighted kappa between interviews and survey, with its 95 % interval.

    ``value`` is None when undefined, and ``reason`` says why, as a key of the text catalogues: ``too_few_pairs`` or ``constant`` (one
    side has the same symbol in all pairs). ``low`` and ``high`` are None then too, and, with reason ``no_interval``, when the estimated
    variance is 0, as when all pairs agree. ``n`` counts the pairs with both symbols.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str


def survey_ratings(
    scores: pd.DataFrame | None, respondents: pd.DataFrame | None, variables: list[str], municipalities: list[str], min_cell: int
) -> pd.DataFrame:
    """Rate every municipality on every variable by the median score of its respondents, by `CUT_POINTS`.

    Parameters
    ----------
    scores : DataFrame or None
        As `likert.scores` returns them; None when no survey was fielded. Missing scores do not count.
    respondents : DataFrame or None
        The raw table; None when no survey was fielded. Respondents without a municipality, or with one outside ``municipalities``, do not
        count.
    variables, municipalities : list of str
        The rows to return, in this order: the variables of the first municipality first.
    min_cell : int
        The fewest respondents with a score for a rating.

    Returns
    -------
    DataFrame
        ``municipality, variable, n, median, symbol, reason``. ``n`` counts the respondents with a score, and is missing when the variable
        was not asked. ``median`` and ``symbol`` are missing when there is no rating, and ``reason`` says why: ``not_fielded`` (no survey),
        ``not_asked`` (no item is about the variable) or ``too_few``; else it is empty.

    Raises
    ------
    FruitmandError
        When ``min_cell`` is not at least 1.
    """
    if min_cell < 1:
        raise FruitmandError(f"the smallest group shown must have at least 1 respondent, not {min_cell}")
    pairs = [(municipality, variable) for municipality in municipalities for variable in variables]
    if scores is None or respondents is None:
        rows = [(*pair, pd.NA, pd.NA, pd.NA, "not_fielded") for pair in pairs]
    else:
        municipality_of = respondents.set_index("respondent")["municipality"].reindex(scores.index)
        groups = {name: scores[(municipality_of == name).fillna(False).to_numpy(bool)] for name in municipalities}
        rows = [(municipality, variable, *_rating(groups[municipality], variable, min_cell)) for municipality, variable in pairs]
    return pd.DataFrame(rows, columns=list(_SURVEYED)).astype(_SURVEYED)


def _rating(group: pd.DataFrame, variable: str, min_cell: int) -> tuple[Any, ...]:
    """Return n, median, symbol and reason of a municipality's scores on a variable."""
    if variable not in group:
        return pd.NA, pd.NA, pd.NA, "not_asked"
    valid = group[variable].dropna()
    if len(valid) < min_cell:
        return len(valid), pd.NA, pd.NA, "too_few"
    median = float(valid.median())
    return len(valid), median, CUT_POINTS.symbol(median), ""


def triangulate(ratings: pd.DataFrame, surveyed: pd.DataFrame) -> pd.DataFrame:
    """Compare the interviews' rating of every municipality and variable with the survey's.

    Parameters
    ----------
    ratings : DataFrame
        From the interviews: ``municipality, variable, symbol``. A symbol may be missing, and so may a row.
    surveyed : DataFrame
        As `survey_ratings` returns them; its rows are the rows of the result.

    Returns
    -------
    DataFrame
        ``municipality, variable, interview, survey`` (symbols; missing when there is none), ``n`` (respondents of the survey with a score),
        ``relation`` (one of `RELATIONS`) and ``reason``: for a silent pair the survey's reason, or ``not_rated`` when only the interviews
        have no symbol; empty for the other relations.

    Raises
    ------
    FruitmandError
        When a rating has no row in ``surveyed``, so that it would be lost.
    """
    keys = ["municipality", "variable"]
    pairs = surveyed[[*keys, "symbol", "n", "reason"]].rename(columns={"symbol": "survey"}).astype({"survey": "string"})
    unmatched = pd.MultiIndex.from_frame(ratings[keys]).difference(pd.MultiIndex.from_frame(pairs[keys]))
    if len(unmatched):
        raise FruitmandError("ratings of what the survey has no row for: " + ", ".join(map(" ".join, unmatched)))
    pairs = pairs.merge(ratings[[*keys, "symbol"]].rename(columns={"symbol": "interview"}), on=keys, how="left", validate="one_to_one")
    step = {symbol: float(place) for place, symbol in enumerate(SYMBOLS)}
    distance = (pairs["interview"].map(step) - pairs["survey"].map(step)).abs()
    pairs["relation"] = distance.map(dict(enumerate(RELATIONS))).fillna("silent")
    not_rated = pairs["survey"].notna() & pairs["interview"].isna()
    pairs["reason"] = pairs["reason"].where(pairs["survey"].isna(), "").mask(not_rated, "not_rated")
    texts = dict.fromkeys([*keys, "interview", "survey", "relation", "reason"], "string")
    return pairs.astype(texts)[[*keys, "interview", "survey", "n", "relation", "reason"]]


def weighted_kappa(pairs: pd.DataFrame) -> Kappa:
    """Compute Cohen's (1968) kappa of interviews and survey with linear weights, and its asymptotic interval of 95 %.

    Linear weights are those of Cicchetti and Allison (1971), the standard error is that of Fleiss et al. (1969), both as implemented in
    ``statsmodels``. The interval is truncated at -1 and 1. It assumes independent pairs; as pairs of the same municipality are dependent,
    the true uncertainty is larger.

    Parameters
    ----------
    pairs : DataFrame
        As `triangulate` returns them. Pairs with a missing symbol do not count.

    References
    ----------
    Cicchetti, D. V., & Allison, T. (1971). A new procedure for assessing reliability of scoring EEG sleep recordings. *American Journal of
    EEG Technology* 11, 101-110.
    Cohen, J. (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit. *Psychological
    Bulletin* 70, 213-220.
    Fleiss, J. L., Cohen, J., & Everitt, B. S. (1969). Large sample standard errors of kappa and weighted kappa. *Psychological Bulletin*
    72, 323-327.
    """
    complete = pairs.dropna(subset=["interview", "survey"])
    n = len(complete)
    if n < MINIMUM_PAIRS:
        return Kappa(None, None, None, n, "too_few_pairs")
    if complete["interview"].nunique() == 1 or complete["survey"].nunique() == 1:
        return Kappa(None, None, None, n, "constant")
    table = pd.crosstab(complete["interview"], complete["survey"]).reindex(index=list(SYMBOLS), columns=list(SYMBOLS), fill_value=0)
    with np.errstate(invalid="ignore", divide="ignore"):  # a variance of 0 may be estimated as slightly negative
        estimate = cohens_kappa(table.to_numpy(), wt="linear")
    value = round(float(estimate.kappa), DECIMALS)
    if not estimate.var_kappa > VARIANCE_TOLERANCE:
        return Kappa(value, None, None, n, "no_interval")
    low, high = (round(float(np.clip(bound, -1, 1)), DECIMALS) for bound in (estimate.kappa_low, estimate.kappa_upp))
    return Kappa(value, low, high, n, "")
