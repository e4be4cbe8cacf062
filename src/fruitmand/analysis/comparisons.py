"""Compare groups of respondents: permutation rank tests, effect sizes with 95 % intervals, Holm's correction, and detectable effects.

Two groups
    The test is the Mann-Whitney test on the exact permutation distribution of the rank sum, given the ties (Streitberg & Röhmel, 1986);
    with more than `MAXIMUM_EXACT` scores the permutations are drawn at random. ``p`` is two-sided: it counts rank sums at least as far from
    their mean as the observed one; ``statistic`` is U of the first group. The effect is Cliff's (1993) delta: the probability that a score
    of the first group is the higher one minus the probability that it is the lower one. Its interval is that of Brunner and Munzel (2000)
    with t on the logit scale. When the groups do not overlap, their variances are 0, and the interval is Newcombe's (2006, method 5). The
    interval covers too rarely when a group of about five is compared with a far larger one whose scores crowd at an end of the scale (at a
    delta of .8 between 6 and 34, in .80 of 1000 samples rather than .95).

More groups
    The test is the Kruskal-Wallis test; ``statistic`` is H, corrected for ties. ``p`` is the share of all ways to deal the ranks over the
    groups that give an H of at least the observed one, given the ties; with more than `MAXIMUM_ARRANGEMENTS` ways (three groups of seven
    have fewer, four of five more) the permutations are drawn at random. The effect is rank epsilon squared, H / (n - 1) (Tomczak &
    Tomczak, 2014), from 0 to 1. Without any effect its expectation is (k - 1) / (n - 1), with k groups.
    Its interval is for the value in a large population, so without that chance part: the noncentralities that agree with the F of the
    ranks (Steiger, 2004), over themselves plus n. The upper bound takes an F under 1 for 1: otherwise groups that happen to differ less
    than expected by chance would have an interval of hardly any width, which suggests a precision that is not there (Morey et al., 2016).
    The interval covers a little too rarely when groups crowd at an end of the scale (.85 at an epsilon squared of .5). A percentile
    bootstrap is no alternative: it hardly ever covers 0, also when 0 is the true value.

References
----------
Brunner, E., & Munzel, U. (2000). The nonparametric Behrens-Fisher problem. *Biometrical Journal* 42, 17-25.
Cliff, N. (1993). Dominance statistics. *Psychological Bulletin* 114, 494-509.
Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian Journal of Statistics* 6, 65-70.
Kruskal, W. H., & Wallis, W. A. (1952). Use of ranks in one-criterion variance analysis. *Journal of the American Statistical Association*
47, 583-621.
Mann, H. B., & Whitney, D. R. (1947). On a test of whether one of two random variables is stochastically larger than the other. *Annals of
Mathematical Statistics* 18, 50-60.
Morey, R. D., Hoekstra, R., Rouder, J. N., Lee, M. D., & Wagenmakers, E.-J. (2016). The fallacy of placing confidence in confidence
intervals. *Psychonomic Bulletin & Review* 23, 103-123.
Newcombe, R. G. (2006). Confidence intervals for an effect size measure based on the Mann-Whitney statistic. Part 2. *Statistics in
Medicine* 25, 559-573.
Steiger, J. H. (2004). Beyond the F test. *Psychological Methods* 9, 164-182.
Streitberg, B., & Röhmel, J. (1986). Exact distributions for permutation and rank tests. *Statistical Software Newsletter* 12, 10-17.
Tomczak, M., & Tomczak, E. (2014). The need to report effect size estimates revisited. *Trends in Sport Sciences* 21, 19-25.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from math import factorial, lcm, prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit, logit, ncfdtr
from statsmodels.stats.multitest import multipletests

Ranks = npt.NDArray[np.float64]

CONFIDENCE = 0.95
DECIMALS = 9
MAXIMUM_EXACT = 100  # scores of two groups up to which all permutations are counted; beyond it they are drawn
MAXIMUM_ARRANGEMENTS = 400_000_000  # ways to deal scores over more groups up to which all are counted; beyond it they are drawn
DTYPES = {
    **dict.fromkeys(("variable", "by", "first", "test", "reason"), "string"),
    **dict.fromkeys(("groups", "n"), "Int64"),
    **dict.fromkeys(("statistic", "p", "effect", "effect_low", "effect_high"), "Float64"),
}


@dataclass(frozen=True)
class Comparison:
    """One variable compared between the groups of one grouping: a row of what `compare` returns."""

    variable: str
    by: str
    groups: int | None = None
    n: int | None = None
    first: str | None = None
    test: str | None = None
    statistic: float | None = None
    p: float | None = None
    effect: float | None = None
    effect_low: float | None = None
    effect_high: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class DetectableDelta:
    """The smallest Cliff's delta in absolute value that two groups of these sizes would detect.

    ``delta`` is None, with a ``reason``, when the groups are too small to detect even a delta of 1.
    """

    first: int
    second: int
    delta: float | None
    reason: str


def compare(scores: pd.DataFrame, groups: pd.Series, *, by: str, draws: int = 2000, seed: int, min_n: int = 5) -> pd.DataFrame:
    """Compare each variable between the groups of one grouping.

    Parameters
    ----------
    scores : DataFrame
        A row per respondent (the index) and a column per variable. Missing scores, and scores of respondents without a group, do not count.
    groups : Series
        Group of each respondent, indexed by respondent.
    by : str
        Id of the grouping.
    draws : int
        Random permutations, where not all permutations are counted.
    seed : int
        Seed of the permutations; every variable starts from it, so that its result does not depend on the other variables.
    min_n : int
        Valid scores that every group needs. When one has fewer, the variable is not compared, as the result would disclose that group.

    Returns
    -------
    DataFrame
        A row per variable: ``variable, by, groups`` (how many), ``n`` (scores compared), ``first`` (of two groups, the first in
        alphabetical order), ``test, statistic, p, effect, effect_low, effect_high, reason``. Numbers have nine decimals. ``reason`` is
        empty, or says why test and effect are missing (``too_few``: fewer than two groups, or a group with too few scores, so that
        ``groups`` and ``n`` are missing too; ``constant``: all scores are equal), or why only the interval is missing
        (``constant_within_groups``). Tests, effects and intervals are described in the module's docstring.

    Examples
    --------
    Permeability of the human placenta at term and before (Hollander & Wolfe, 1973, p. 69); U is 35 and the one-sided p .1272:

    >>> term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    >>> before = [1.15, 0.88, 0.90, 0.74, 1.21]
    >>> scores = pd.DataFrame({"permeability": term + before})
    >>> result = compare(scores, pd.Series(["a_term"] * 10 + ["b_before"] * 5), by="age", seed=1)
    >>> result[["test", "statistic", "p", "effect"]].round(4).values.tolist()
    [['mann_whitney_exact', 35.0, 0.2544, 0.4]]

    Bottle caps made by three machines (Kruskal & Wallis, 1952, section 1.2); H is 5.656 and the exact p .049:

    >>> caps = pd.DataFrame({"caps": [340, 345, 330, 342, 338, 339, 333, 344, 347, 343, 349, 355]})
    >>> result = compare(caps, pd.Series(["a"] * 5 + ["b"] * 3 + ["c"] * 4), by="machine", seed=1, min_n=3)
    >>> result[["test", "statistic", "p"]].round(3).values.tolist()
    [['kruskal_wallis_exact', 5.656, 0.049]]
    """
    group_of = groups.reindex(scores.index)
    rows = [_compare_variable(str(variable), by, scores[variable], group_of, draws=draws, seed=seed, min_n=min_n) for variable in scores]
    return _table(rows)


def adjust_holm(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Concatenate comparisons and add ``p_adjusted``, by Holm's (1979) step-down method over all of them.

    Comparisons without a ``p`` do not count as tests, and their ``p_adjusted`` is missing. Tests outside these frames are not adjusted for.
    With B random permutations no p is under 1 / (B + 1), so B must be over twenty times the number of tests for any adjusted p to be under
    5 %.

    Parameters
    ----------
    frames : sequence of DataFrame
        As `compare` returns them.
    """
    joined = pd.concat([_table([]), *frames], ignore_index=True)
    defined = joined["p"].notna().to_numpy(bool)
    adjusted = pd.Series(pd.NA, index=joined.index, dtype="Float64")
    if defined.any():
        adjusted[defined] = multipletests(joined.loc[defined, "p"].to_numpy(float), method="holm")[1].round(DECIMALS)
    return joined.assign(p_adjusted=adjusted)


def detectable_delta(first: int, second: int, *, power: float = 0.8, level: float = 0.05) -> DetectableDelta:
    """Return the smallest Cliff's delta that a two-sided Mann-Whitney test of two groups detects with this power.

    Noether's (1987) approximation, solved for delta: 2 (z₁ + z₂) / √(12 m n / (m + n)), with normal quantiles of the level and the power.
    It uses the variance under the null hypothesis without ties; with ties, as in answers on five points, that is an upper bound.

    Parameters
    ----------
    first, second : int
        Valid scores in each group.
    power : float
        Probability of a significant test when delta is the true value, 0 to 1.
    level : float
        Two-sided significance level.

    Returns
    -------
    DetectableDelta
        Without ``delta`` when the groups are too small to detect any (``reason`` ``too_few``).

    References
    ----------
    Noether, G. E. (1987). Sample size determination for some common nonparametric tests. Journal of the American Statistical Association,
    82, 645-647.

    Examples
    --------
    By hand, for a delta of .4 at a one-sided 5 % with power .9 and equal groups: (1.645 + 1.282)² / (12 · ¼ · .2²) = 71.4 scores in all.

    >>> detectable_delta(36, 36, power=0.9, level=0.10).delta < 0.4 < detectable_delta(35, 35, power=0.9, level=0.10).delta
    True
    >>> round(detectable_delta(20, 20).delta, 3), detectable_delta(2, 2).reason
    (0.511, 'too_few')
    """
    if min(first, second) < 1:
        return DetectableDelta(first, second, None, "too_few")
    quantiles = stats.norm.ppf(1 - level / 2) + stats.norm.ppf(power)
    delta = 2 * float(quantiles) / np.sqrt(12 * first * second / (first + second))
    return (
        DetectableDelta(first, second, round(float(delta), DECIMALS), "") if delta < 1 else DetectableDelta(first, second, None, "too_few")
    )


def _table(rows: Sequence[Comparison]) -> pd.DataFrame:
    columns = [field.name for field in fields(Comparison)]
    return pd.DataFrame([vars(row) for row in rows], columns=columns).astype(DTYPES).round(DECIMALS)


def _compare_variable(variable: str, by: str, scores: pd.Series, groups: pd.Series, *, draws: int, seed: int, min_n: int) -> Comparison:
    names = sorted(groups.dropna().unique())
    valid = {name: scores[(groups == name).fillna(False)].dropna().to_numpy(float) for name in names}
    if len(valid) < 2 or min(map(len, valid.values())) < min_n:
        return Comparison(variable, by, reason="too_few")
    samples = list(valid.values())
    row = Comparison(variable, by, len(samples), sum(map(len, samples)))
    if len(np.unique(np.concatenate(samples))) < 2:
        return replace(row, reason="constant")
    ranks = np.split(stats.rankdata(np.concatenate(samples)), np.cumsum([len(sample) for sample in samples])[:-1])
    if len(samples) == 2:
        return replace(row, first=next(iter(valid)), **_two_groups(ranks[0], ranks[1], draws, seed))
    return replace(row, **_several_groups(ranks, draws, seed))


def _two_groups(ranks_first: Ranks, ranks_second: Ranks, draws: int, seed: int) -> dict[str, Any]:
    exact = len(ranks_first) + len(ranks_second) <= MAXIMUM_EXACT
    u = ranks_first.sum() - len(ranks_first) * (len(ranks_first) + 1) / 2
    low, high = _delta_interval(ranks_first, ranks_second)
    return {
        "test": "mann_whitney_exact" if exact else "mann_whitney_permutation",
        "statistic": float(u),
        "p": _exact_permutation_p(ranks_first, ranks_second) if exact else _random_permutation_p([ranks_first, ranks_second], draws, seed),
        "effect": float(2 * u / (len(ranks_first) * len(ranks_second)) - 1),
        "effect_low": low,
        "effect_high": high,
    }


def _several_groups(ranks: Sequence[Ranks], draws: int, seed: int) -> dict[str, Any]:
    n = sum(map(len, ranks))
    exact = factorial(n) // prod(factorial(len(group)) for group in ranks) <= MAXIMUM_ARRANGEMENTS
    share = float(_sum_of_squares_between(*ranks) / ((np.concatenate(ranks) - (n + 1) / 2) ** 2).sum())
    result = {
        "test": "kruskal_wallis_exact" if exact else "kruskal_wallis_permutation",
        "statistic": share * (n - 1),
        "p": _exact_arrangement_p(ranks) if exact else _random_permutation_p(ranks, draws, seed),
        "effect": share,
    }
    if all(np.ptp(group) == 0 for group in ranks):
        return result | {"reason": "constant_within_groups"}
    f = share / (len(ranks) - 1) / ((1 - share) / (n - len(ranks)))
    tail_probability = (1 - CONFIDENCE) / 2
    bounds = ((f, 1 - tail_probability), (max(f, 1.0), tail_probability))
    low, high = (_noncentrality(f_bound, len(ranks) - 1, n - len(ranks), probability) for f_bound, probability in bounds)
    return result | {"effect_low": low / (low + n), "effect_high": high / (high + n)}


def _sum_of_squares_between(*groups: Ranks, axis: int = -1) -> Ranks:
    """Return the sum of squares between groups of ranks."""
    mean_rank = (sum(group.shape[axis] for group in groups) + 1) / 2
    return np.asarray(sum(group.shape[axis] * (group.mean(axis=axis) - mean_rank) ** 2 for group in groups))


def _random_permutation_p(ranks: Iterable[Ranks], draws: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    test = stats.permutation_test(tuple(ranks), _sum_of_squares_between, vectorized=True, n_resamples=draws, alternative="greater", rng=rng)
    return float(test.pvalue)


def _exact_permutation_p(ranks_first: Ranks, ranks_second: Ranks) -> float:
    """Return the share of all permutations whose rank sum is at least as far from its mean, by counting the rank sums of all subsets."""
    doubled = np.rint(2 * np.concatenate([ranks_first, ranks_second])).astype(int)  # ranks of ties are whole or half
    size, n = len(ranks_first), len(doubled)
    counts = np.zeros((size + 1, doubled.sum() + 1))
    counts[0, 0] = 1
    for rank in doubled:
        counts[1:, rank:] += counts[:-1, :-rank]
    is_extreme = np.abs(np.arange(counts.shape[1]) - size * (n + 1)) >= abs(doubled[:size].sum() - size * (n + 1))
    return float(counts[size, is_extreme].sum() / counts[size].sum())


def _exact_arrangement_p(ranks: Sequence[Ranks]) -> float:
    """Return the share of all ways to deal the ranks over groups of these sizes whose sum of squares between is at least as large.

    The ranks are dealt one by one; ways that leave every group with as many ranks and the same sum are counted together. In whole numbers,
    so that equal sums of squares are equal.
    """
    sizes = [len(group) for group in ranks]
    groups, doubled = len(sizes), [np.rint(2 * group).astype(np.int64) for group in ranks]  # ranks of ties are whole or half
    dealt: npt.NDArray[np.int64] = np.zeros((1, 2 * groups), dtype=np.int64)  # ranks in each group, then their sums
    ways: Ranks = np.ones(1)
    for rank in np.concatenate(doubled):
        options, counts = [], []
        for group, size in enumerate(sizes):
            has_room = dealt[:, group] < size
            option = dealt[has_room]
            option[:, [group, groups + group]] += [1, rank]
            options.append(option)
            counts.append(ways[has_room])
        dealt, same = _distinct_rows(np.concatenate(options))
        ways = np.asarray(np.bincount(same, np.concatenate(counts)), float)
    weights = np.array([lcm(*sizes) // size for size in sizes])
    observed = (np.array([group.sum() for group in doubled]) ** 2 * weights).sum()
    is_extreme = (dealt[:, groups:] ** 2 * weights).sum(axis=1) >= observed
    return float(ways[is_extreme].sum() / ways.sum())


def _distinct_rows(table: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
    """Return the distinct rows of a table, and for each row its place among them; much faster than numpy's own unique by rows."""
    whole_rows = table.view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()
    _, first, same = np.unique(whole_rows, return_index=True, return_inverse=True)
    return table[first], same


def _delta_interval(ranks_first: Ranks, ranks_second: Ranks) -> tuple[float, float]:
    """Return Brunner and Munzel's interval of delta, with t on the logit scale; Newcombe's where the groups do not overlap."""
    m, n = len(ranks_first), len(ranks_second)
    dominance = (np.sign(ranks_first[:, np.newaxis] - ranks_second) + 1) / 2
    probability = float(dominance.mean())
    if probability in (0, 1):
        return _newcombe_interval(probability, m, n)
    variances = np.array([dominance.mean(axis=1).var(ddof=1) / m, dominance.mean(axis=0).var(ddof=1) / n])
    degrees = variances.sum() ** 2 / (variances**2 / [m - 1, n - 1]).sum()
    width = stats.t.ppf((1 + CONFIDENCE) / 2, degrees) * np.sqrt(variances.sum()) / (probability * (1 - probability))
    low, high = (2 * expit(logit(probability) + side * width) - 1 for side in (-1, 1))
    return float(low), float(high)


def _newcombe_interval(probability: float, m: int, n: int) -> tuple[float, float]:
    """Return Newcombe's interval of delta when all scores of one group are above (probability 1) or below (0) those of the other."""
    z, half = stats.norm.ppf((1 + CONFIDENCE) / 2), (m + n) / 2 - 1

    def excess(theta: float) -> float:
        variance = theta * (1 - theta) * (1 + half * (1 - theta) / (2 - theta) + half * theta / (1 + theta)) / (m * n)
        return float((theta - probability) ** 2 - z**2 * variance)

    # The excess is 0 at the observed probability, negative from there up to the other bound, and 0 again at that bound.
    bound = 2 * brentq(excess, 1e-9, 1 - 1e-9) - 1
    return (-1.0, bound) if probability == 0 else (bound, 1.0)


def _noncentrality(f: float, between: int, within: int, probability: float) -> float:
    """Return the noncentrality at which an F up to this one has this probability; 0 when even the central F is less likely."""

    def excess(candidate: float) -> float:
        return float(ncfdtr(between, within, candidate, f)) - probability

    if excess(0.0) <= 0:
        return 0.0
    upper = 1.0
    while excess(upper) > 0:
        upper *= 2
    return float(brentq(excess, 0.0, upper, xtol=1e-12))
