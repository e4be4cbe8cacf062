"""Where interviews and survey say the same of a municipality, and where they do not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.schema import SYMBOLS

RELATIONS = ("convergent", "complementary", "divergent", "silent")
"""Of the interviews and the survey: the same symbol, one step apart, opposite ends, and one of the two missing."""

_RATED = {"municipality": "string", "variable": "string", "n": "Int64", "median": "Float64", "symbol": "string", "reason": "string"}

MINIMUM_PAIRS = 10
DECIMALS = 9
VARIANCE_TOLERANCE = 1e-12


@dataclass(frozen=True)
class CutPoints:
    """How a median on five points becomes one of three symbols: ``high`` or more is +/+, ``low`` or less is -/-, between them +/-."""

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
"""From five points to three. Where it gives an end, at least half of the respondents score on that side of the middle of the scale."""


@dataclass(frozen=True)
class Kappa:
    """Linearly weighted kappa of interviews and survey.

    ``value`` is None when undefined, and ``reason`` says why in a word the text catalogues know: ``too_few_pairs`` or ``constant`` (a side
    has one symbol for all pairs). ``low`` and ``high`` are None then too, and with reason ``no_interval`` when there is a value but the
    formula's interval has no width, as when all pairs are equal. ``n`` are the pairs that are not silent.
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
        As `fruitmand.analysis.likert.scores` gives them; None when no survey was fielded. Missing scores do not count.
    respondents : DataFrame or None
        As ``respondents.csv``; None when no survey was fielded. Who has no municipality, or one that is not asked for, counts nowhere.
    variables, municipalities : list of str
        The rows to give, in this order: the variables of the first municipality first.
    min_cell : int
        The fewest respondents with a score of whom a rating is given.

    Returns
    -------
    DataFrame
        ``municipality, variable, n, median, symbol, reason``. ``n`` are the respondents with a score; missing when the variable was not
        asked. ``median`` and ``symbol`` are missing when there is no rating, and ``reason`` says why: ``not_fielded`` (no survey),
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
        home = respondents.set_index("respondent")["municipality"].reindex(scores.index)
        groups = {name: scores[(home == name).fillna(False).to_numpy(bool)] for name in municipalities}
        rows = [(municipality, variable, *_rating(groups[municipality], variable, min_cell)) for municipality, variable in pairs]
    return pd.DataFrame(rows, columns=list(_RATED)).astype(_RATED)


def _rating(group: pd.DataFrame, variable: str, min_cell: int) -> tuple[Any, ...]:
    """Return n, median, symbol and reason of a municipality's scores on a variable."""
    if variable not in group:
        return pd.NA, pd.NA, pd.NA, "not_asked"
    given = group[variable].dropna()
    if len(given) < min_cell:
        return len(given), pd.NA, pd.NA, "too_few"
    median = float(given.median())
    return len(given), median, CUT_POINTS.symbol(median), ""


def triangulate(ratings: pd.DataFrame, surveyed: pd.DataFrame) -> pd.DataFrame:
    """Set what the interviews say of a municipality and variable beside what the survey says.

    Parameters
    ----------
    ratings : DataFrame
        What the interviews say: ``municipality, variable, symbol``; a rating may be missing, or its row not be there.
    surveyed : DataFrame
        As `survey_ratings` gives them; its rows are the rows of the result.

    Returns
    -------
    DataFrame
        ``municipality, variable, interview, survey`` (symbols; missing when there is none), ``n`` (respondents of the survey with a score),
        ``relation`` (one of `RELATIONS`) and ``reason``: why it is silent, the survey's reason or else ``not_rated`` when the interviews
        have no symbol; empty for the other relations.

    Raises
    ------
    FruitmandError
        When a rating is of a municipality and variable that ``surveyed`` has no row for: it would be lost.
    """
    keys = ["municipality", "variable"]
    both = surveyed[[*keys, "symbol", "n", "reason"]].rename(columns={"symbol": "survey"}).astype({"survey": "string"})
    lost = pd.MultiIndex.from_frame(ratings[keys]).difference(pd.MultiIndex.from_frame(both[keys]))
    if len(lost):
        raise FruitmandError("ratings of what the survey has no row for: " + ", ".join(map(" ".join, lost)))
    both = both.merge(ratings[[*keys, "symbol"]].rename(columns={"symbol": "interview"}), on=keys, how="left", validate="one_to_one")
    step = {symbol: float(place) for place, symbol in enumerate(SYMBOLS)}
    apart = (both["interview"].map(step) - both["survey"].map(step)).abs()
    both["relation"] = apart.map(dict(enumerate(RELATIONS))).fillna("silent")
    both["reason"] = both["reason"].where(both["survey"].isna(), "").mask(both["survey"].notna() & both["interview"].isna(), "not_rated")
    texts = dict.fromkeys([*keys, "interview", "survey", "relation", "reason"], "string")
    return both.astype(texts)[[*keys, "interview", "survey", "n", "relation", "reason"]]


def weighted_kappa(pairs: pd.DataFrame) -> Kappa:
    """Compute linearly weighted kappa of interviews and survey, with its asymptotic interval of 95 %.

    The interval is cut off at -1 and 1. It takes pairs to be independent, which those of the same municipality are not: the true
    uncertainty is larger.

    Parameters
    ----------
    pairs : DataFrame
        As `triangulate` gives them. Pairs with a missing symbol do not count.

    Notes
    -----
    Cohen, J. (1968). Weighted kappa. *Psychological Bulletin* 70, 213-220, with the weights of Cicchetti and Allison (1971) and the
    standard error of Fleiss, Cohen and Everitt (1969), as ``statsmodels`` has them.
    """
    spoken = pairs.dropna(subset=["interview", "survey"])
    n = len(spoken)
    if n < MINIMUM_PAIRS:
        return Kappa(None, None, None, n, "too_few_pairs")
    if spoken["interview"].nunique() == 1 or spoken["survey"].nunique() == 1:
        return Kappa(None, None, None, n, "constant")
    table = pd.crosstab(spoken["interview"], spoken["survey"]).reindex(index=list(SYMBOLS), columns=list(SYMBOLS), fill_value=0)
    with np.errstate(invalid="ignore", divide="ignore"):  # a variance of nought comes out as that or a little below it
        found = cohens_kappa(table.to_numpy(), wt="linear")
    value = round(float(found.kappa), DECIMALS)
    if not found.var_kappa > VARIANCE_TOLERANCE:
        return Kappa(value, None, None, n, "no_interval")
    low, high = (round(float(np.clip(bound, -1, 1)), DECIMALS) for bound in (found.kappa_low, found.kappa_upp))
    return Kappa(value, low, high, n, "")
