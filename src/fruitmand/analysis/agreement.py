"""Agreement between coders, undefined where it is undefined.

Krippendorff's alpha with a bootstrap interval; beside it, as other studies report them, percent agreement, Fleiss' kappa and Gwet's AC1.

References
----------
Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. *Psychological Bulletin* 76, 378-382.
Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement. *British Journal of Mathematical
and Statistical Psychology* 61, 29-48.
Gwet, K. L. (2014). *Handbook of Inter-Rater Reliability* (4th ed.). Advanced Analytics. Chapters 2 and 5.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import krippendorff
import numpy as np
import numpy.typing as npt
import pandas as pd

from fruitmand.edition.schema import VALENCES

Metric = Literal["nominal", "ordinal"] | Callable[..., Any]
MINIMUM_UNITS = 2
MINIMUM_VALUES = 2
DECIMALS = 9


@dataclass(frozen=True)
class NominalAgreement:
    """Agreement that counts only equal or not: the share of equal pairs of values, Fleiss' kappa and Gwet's AC1.

    What is undefined is None, and ``nominal_reason`` says why.
    """

    share_agree: float | None
    fleiss_kappa: float | None
    gwet_ac1: float | None
    nominal_reason: str


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha of one measure, and beside it the nominal agreement.

    ``alpha``, ``low`` and ``high`` are None when undefined, and ``reason`` says why. ``units`` are the segments with at least two
    values; ``interval_draws`` the bootstrap draws that had a defined alpha. The fields after ``reason`` but ``unit`` are those of
    `NominalAgreement`; kappa and AC1 are not given where values can be equal in part (``partly_equal``). ``unit`` says what was compared:
    ``segments`` that are given to all coders, or ``passages`` that coders marked themselves.
    """

    measure: str
    units: int
    alpha: float | None
    low: float | None
    high: float | None
    interval_draws: int
    reason: str
    share_agree: float | None = None
    fleiss_kappa: float | None = None
    gwet_ac1: float | None = None
    nominal_reason: str = ""
    unit: Literal["segments", "passages"] = "segments"


def alpha(values: npt.ArrayLike, metric: Metric, domain: Sequence[float] | None = None) -> tuple[float | None, str]:
    """Compute Krippendorff's alpha, or say why there is none.

    Parameters
    ----------
    values : array of float, shape (coders, units)
        Missing values are ``nan``; a unit with fewer than two values does not count.
    metric : "nominal", "ordinal" or callable
        Level of measurement, or a distance metric as the ``krippendorff`` package takes it.
    domain : sequence of float, optional
        All values there can be, in order.

    Returns
    -------
    alpha : float or None
        None when alpha is undefined.
    reason : str
        Why it is undefined, in a word the text catalogues know: ``too_few_units`` or ``coded_alike``; else empty.

    Notes
    -----
    Krippendorff, K. (2019). *Content Analysis* (4th ed.), chapter 12. His worked example with four coders, twelve units and
    missing values:

    >>> nan = float("nan")
    >>> a = [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan]
    >>> b = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3]
    >>> c = [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan]
    >>> d = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan]
    >>> round(alpha([a, b, c, d], "nominal")[0], 3)
    0.743
    >>> round(alpha([a, b, c, d], "ordinal")[0], 3)
    0.815
    """
    data = np.asarray(values, dtype=float)
    pairable = data[:, np.sum(~np.isnan(data), axis=0) >= MINIMUM_UNITS]
    if pairable.shape[1] < MINIMUM_UNITS:
        return None, "too_few_units"
    if len(np.unique(pairable[~np.isnan(pairable)])) < MINIMUM_UNITS:
        return None, "coded_alike"
    if callable(metric):  # the package would lay out all pairs of values for every unit: 80 MiB for sets of codes
        values = np.unique(pairable[~np.isnan(pairable)]) if domain is None else np.asarray(domain, float)
        return float(_alphas(pairable, values, metric, np.arange(pairable.shape[1])[np.newaxis])[0]), ""
    return float(krippendorff.alpha(pairable, level_of_measurement=metric, value_domain=domain)), ""


def nominal_agreement(values: npt.ArrayLike, domain: Sequence[float] | None = None) -> NominalAgreement:
    """Compute percent agreement, Fleiss' kappa and Gwet's AC1, or say why there is none.

    The observed agreement is the mean over units of the share of equal pairs of values. By chance, with p the mean share of a value in a
    unit, kappa expects the sum of p² and AC1 the sum of p (1 - p) over the number of values less 1. With two coders this kappa is Scott's
    pi. Where nearly all values are the same, kappa falls though coders agree; AC1 does not.

    Parameters
    ----------
    values : array of float, shape (coders, units)
        Missing values are ``nan``. As Gwet (2014) has it, a unit with one value counts for the p of each value, but not for the observed
        agreement; a unit without values does not count.
    domain : sequence of float, optional
        All values there can be; AC1 depends on how many there are. By default those that occur.

    Returns
    -------
    NominalAgreement
        With reason ``too_few_units`` for fewer than two units with at least two values, or ``coded_alike`` where only one value occurs:
        then kappa is undefined, and AC1 unless the domain has more values.

    Examples
    --------
    Gwet's four raters with missing values (2014, and ``cac.raw4raters`` of his R package irrCAC): .818, kappa .761, AC1 .775.

    >>> nan = float("nan")
    >>> a = [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan]
    >>> b = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3]
    >>> c = [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan]
    >>> d = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan]
    >>> found = nominal_agreement([a, b, c, d])
    >>> round(found.share_agree, 3), round(found.fleiss_kappa, 3), round(found.gwet_ac1, 3)
    (0.818, 0.761, 0.775)
    """
    data = np.asarray(values, dtype=float)
    kinds = np.unique(data[~np.isnan(data)]) if domain is None else np.asarray(domain, float)
    counts = (data.T[..., np.newaxis] == kinds).sum(axis=1).astype(float)  # units by values
    totals = counts.sum(axis=1)
    paired = totals >= MINIMUM_UNITS
    if paired.sum() < MINIMUM_UNITS:
        return NominalAgreement(None, None, None, "too_few_units")
    observed = float(((counts * (counts - 1)).sum(axis=1)[paired] / (totals * (totals - 1))[paired]).mean())
    shares = (counts[totals > 0] / totals[totals > 0, np.newaxis]).mean(axis=0)
    is_alike = np.count_nonzero(shares) < MINIMUM_VALUES
    kappa = None if is_alike else _beyond_chance(observed, float((shares**2).sum()))
    ac1 = None if len(kinds) < MINIMUM_VALUES else _beyond_chance(observed, float((shares * (1 - shares)).sum() / (len(kinds) - 1)))
    return NominalAgreement(round(observed, DECIMALS), kappa, ac1, "coded_alike" if is_alike else "")


def _beyond_chance(observed: float, by_chance: float) -> float:
    return round((observed - by_chance) / (1 - by_chance), DECIMALS)


def measure(name: str, values: npt.ArrayLike, metric: Metric, *, draws: int, seed: int, domain: Sequence[float] | None = None) -> Agreement:
    """Compute alpha with a percentile bootstrap interval of 95 %, and the nominal agreement beside it.

    To nine decimals, so that every processor gives the same. Units are drawn with replacement; draws in which alpha is undefined are left
    out and counted. Units with fewer than two values do not count for alpha; for the nominal agreement, see `nominal_agreement`.

    Parameters
    ----------
    values : array of float, shape (coders, units)
        As for `alpha`.
    draws : int
        Bootstrap draws.
    seed : int
        Seed of the draws.
    """
    data = np.asarray(values, dtype=float)
    nominal = nominal_agreement(data, domain)
    if callable(metric) and nominal.fleiss_kappa is not None:
        nominal = NominalAgreement(nominal.share_agree, None, None, "partly_equal")
    return replace(_alpha_with_interval(name, data, metric, draws=draws, seed=seed, domain=domain), **vars(nominal))


def _alpha_with_interval(
    name: str, values: npt.NDArray[np.float64], metric: Metric, *, draws: int, seed: int, domain: Sequence[float] | None
) -> Agreement:
    data = values[:, np.sum(~np.isnan(values), axis=0) >= MINIMUM_UNITS]
    point, reason = alpha(data, metric, domain) if data.size else (None, "too_few_units")
    if point is None:
        return Agreement(name, data.shape[1], None, None, None, 0, reason)
    units = data.shape[1]
    chosen = np.random.default_rng(seed).integers(0, units, (draws, units))
    defined = _alphas(data, np.unique(data[~np.isnan(data)]) if domain is None else np.asarray(domain, float), metric, chosen)
    if not defined.size:
        return Agreement(name, units, round(point, DECIMALS), None, None, 0, "")
    low, high = (round(float(bound), DECIMALS) for bound in np.percentile(defined, [2.5, 97.5]))
    return Agreement(name, units, round(point, DECIMALS), low, high, int(defined.size), "")


def _alphas(
    data: npt.NDArray[np.float64], domain: npt.NDArray[np.float64], metric: Metric, chosen: npt.NDArray[np.int_]
) -> npt.NDArray[np.float64]:
    """Return alpha of every draw of units at once; undefined ones are left out.

    It is the formula that the ``krippendorff`` package works out for one set of units (Krippendorff, 2019, chapter 12): observed over
    expected disagreement, from the values that each unit got.
    """
    counts = (data.T[..., np.newaxis] == domain).sum(axis=1).astype(float)  # units by values
    draws, units = len(chosen), data.shape[1]
    times = np.bincount((chosen + np.arange(draws)[:, np.newaxis] * units).ravel(), minlength=draws * units).reshape(draws, units) * 1.0
    values = times @ counts
    weights = 1 / (counts.sum(axis=1) - 1)
    if metric == "ordinal":  # its distances depend on how often each value was drawn
        below = np.cumsum(values, axis=1)
        between = np.abs(below[:, :, np.newaxis] - below[:, np.newaxis, :])
        distances = (between + np.sign(domain[:, np.newaxis] - domain) * (values[:, np.newaxis, :] - values[:, :, np.newaxis]) / 2) ** 2
        pairs = times @ (counts[:, :, np.newaxis] * counts[:, np.newaxis, :] * weights[:, np.newaxis, np.newaxis]).reshape(len(counts), -1)
        observed = (pairs * distances.reshape(pairs.shape)).sum(axis=1)
        expected = np.einsum("dv,dvw,dw->d", values, distances, values)
    else:
        v1, v2 = np.meshgrid(domain, domain, indexing="ij")
        fixed = (v1 != v2).astype(float) if metric == "nominal" else np.asarray(metric(v1=v1, v2=v2), np.float64)
        observed = times @ (((counts @ fixed) * counts).sum(axis=1) * weights)
        expected = ((values @ fixed) * values).sum(axis=1)
    expected = expected / (values.sum(axis=1) - 1)
    defined = expected > 0
    return np.asarray(1 - observed[defined] / expected[defined])


def compare_coders(
    codings: pd.DataFrame, coders: Sequence[str], *, draws: int, seed: int, lone: pd.DataFrame | None = None
) -> list[Agreement]:
    """Compare two coders on the segments that both coded.

    Where coders marked passages themselves, in documents that both coded a unit is a passage that either of them marked; who did not mark
    it gave it no codes, so that finding different passages is disagreement too. Two passages are one unit when they overlap by more than
    half of the longer (`settled_fieldwork.same_passages`).

    Three measures: ``code_sets`` (all codes of a segment as a set, with Passonneau's MASI distance), ``first_code`` (the first
    code of a segment, nominal; none is a value of its own) and ``valence`` (of the variables that both gave to a segment, ordinal).

    Parameters
    ----------
    codings : DataFrame
        The rows of all coders, in the order in which each coder gave them.
    coders : sequence of str
        The coders; with fewer than two, every measure is undefined with reason ``no_second_coder``.
    draws, seed : int
        Of the bootstrap.
    lone : DataFrame, optional
        The codes of passages that one of the two alone marked (`Edition.lone_codings`); None when the segments are given to all coders.

    References
    ----------
    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation. LREC.
    """
    names = ("code_sets", "first_code", "valence")
    unit: Literal["segments", "passages"] = "segments" if lone is None else "passages"
    if len(coders) < 2:
        return [Agreement(name, 0, None, None, None, 0, "no_second_coder", nominal_reason="no_second_coder", unit=unit) for name in names]
    one, two, shared = _compared(codings, coders, lone)
    sets = [_codes(part, frozenset).reindex(shared, fill_value=frozenset()) for part in (one, two)]
    firsts = [_codes(part, "first").reindex(shared, fill_value="") for part in (one, two)]
    kinds = list(dict.fromkeys([*sets[0], *sets[1]]))
    codes = sorted(set(firsts[0]) | set(firsts[1]))
    pairs = one.merge(two, on=["segment_id", "code"]).dropna(subset=["valence_x", "valence_y"])
    rank = {valence: float(position) for position, valence in enumerate(reversed(VALENCES))}
    compare = partial(measure, draws=draws, seed=seed)
    found = [
        compare("code_sets", [[kinds.index(s) for s in part] for part in sets], _masi(kinds), domain=range(len(kinds))),
        compare("first_code", [[codes.index(c) for c in part] for part in firsts], "nominal"),
        compare(
            "valence",
            [pairs[f"valence_{side}"].map(rank).to_numpy(float) for side in "xy"],
            "ordinal",
            domain=[0.0, 1.0, 2.0],
        ),
    ]
    return [replace(result, unit=unit) for result in found]


def _compared(codings: pd.DataFrame, coders: Sequence[str], lone: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return the codes of two coders, and what they are compared on: what both coded, and what one of them alone marked."""
    alone = codings.iloc[:0] if lone is None else lone
    marked = set(alone["segment_id"])
    given = pd.concat([codings[~codings["segment_id"].isin(marked)], alone], ignore_index=True)
    one, two = (given[given["coder"] == coder] for coder in coders[:2])
    others = set(two["segment_id"])
    return one, two, [segment for segment in one["segment_id"].unique() if segment in others] + sorted(marked)


def _codes(rows: pd.DataFrame, how: Any) -> pd.Series:
    """Return the codes of each segment of a coder: all of them, or the first that the coder gave."""
    return rows.groupby("segment_id", sort=False)["code"].agg(how).astype(object)


def masi(a: frozenset[str], b: frozenset[str]) -> float:
    """Return Passonneau's MASI distance between two sets: 0 when equal, 1 when disjoint.

    >>> masi(frozenset("ab"), frozenset("ab")), masi(frozenset("a"), frozenset("b"))
    (0.0, 1.0)
    >>> round(masi(frozenset("ab"), frozenset("a")), 3)  # subset: 1 - 1/2 * 2/3
    0.667
    """
    if a == b:
        return 0.0
    common = a & b
    if not common:
        return 1.0
    monotonic = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - len(common) / len(a | b) * monotonic


def _masi(kinds: Sequence[frozenset[str]]) -> Callable[..., Any]:
    distances = np.array([[masi(a, b) for b in kinds] for a in kinds])

    def metric(v1: npt.NDArray[Any], v2: npt.NDArray[Any], **_: Any) -> npt.NDArray[Any]:
        return distances[v1.astype(int), v2.astype(int)]

    return metric
