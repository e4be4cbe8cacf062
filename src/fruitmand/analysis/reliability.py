"""How far the items of a block tell the same: Cronbach's alpha and McDonald's omega, undefined where there is too little to tell.

Both are classical: they treat the points of a scale as numbers with equal steps. So they stand beside the ordinal results, for comparison
with other studies, and never in place of them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize, root
from scipy.stats import f
from statsmodels.multivariate.factor import Factor

Array = npt.NDArray[np.float64]

MINIMUM_ITEMS = 3
MINIMUM_CASES = 10
MINIMUM_UNIQUENESS = 0.005
FLAT = 1e-10
DECIMALS = 9


@dataclass(frozen=True)
class Reliability:
    """A reliability of one block of items.

    ``value`` is None when undefined, and ``reason`` says why in a word the text catalogues know: ``too_few_items``, ``too_few_cases``,
    ``constant_item``, ``constant_total`` or ``not_converged``; else it is empty. ``low`` and ``high`` are None when there is no interval of
    95 %. ``n`` are the respondents with a valid answer to every item. ``interval_draws`` are the bootstrap draws with a defined value; 0
    where the interval comes from a formula.
    """

    measure: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    items: int
    interval_draws: int
    reason: str


def cronbach_alpha(matrix: pd.DataFrame) -> Reliability:
    """Compute Cronbach's alpha with Feldt's interval.

    A negative alpha is given as it is: some items run against others.

    Parameters
    ----------
    matrix : DataFrame
        Points, respondents (rows) by items (columns). Only respondents without a missing value count.

    Notes
    -----
    Cronbach, L.J. (1951). Coefficient alpha and the internal structure of tests. *Psychometrika* 16, 297-334. The interval is exact for
    normal values, from an F distribution with n - 1 and (n - 1)(items - 1) degrees of freedom: Feldt, L.S., Woodruff, D.J., & Salih, F.A.
    (1987). Statistical inference for coefficient alpha. *Applied Psychological Measurement* 11, 93-103.

    Twelve respondents whose three items differ by a constant tell exactly the same:

    >>> first = pd.Series([1, 2, 3] * 4)
    >>> cronbach_alpha(pd.DataFrame({"a": first, "b": first + 1, "c": first + 2})).value
    1.0
    """
    values = _complete(matrix)
    n, items = values.shape
    reason = _lacking(values) or ("constant_total" if np.ptp(values.sum(axis=1)) == 0 else "")
    if reason:
        return Reliability("alpha", None, None, None, n, items, 0, reason)
    alpha = items / (items - 1) * (1 - values.var(axis=0, ddof=1).sum() / values.sum(axis=1).var(ddof=1))
    bounds = (1 - (1 - alpha) * f.ppf(share, n - 1, (n - 1) * (items - 1)) for share in (0.975, 0.025))
    low, high = (round(float(bound), DECIMALS) for bound in bounds)
    return Reliability("alpha", round(float(alpha), DECIMALS), low, high, n, items, 0, "")


def mcdonald_omega(matrix: pd.DataFrame, *, draws: int, seed: int) -> Reliability:
    """Compute McDonald's omega of one factor, with a percentile bootstrap interval of 95 %.

    Parameters
    ----------
    matrix : DataFrame
        Points, respondents (rows) by items (columns). Only respondents without a missing value count, and there must be more of them than
        items.
    draws : int
        Bootstrap draws of respondents, with replacement. Draws in which omega is undefined are left out and counted; when none is left,
        there is no interval.
    seed : int
        Seed of the draws.

    Notes
    -----
    Squared sum of the loadings over that plus the sum of the uniquenesses, from a one-factor model of the correlations by maximum
    likelihood: McDonald, R.P. (1999). *Test Theory: A Unified Treatment*, chapter 6. The items are standardised first. A uniqueness is at
    least .005, as in R's ``factanal``: without a floor, few respondents often make one of them nought or less.
    """
    values = _complete(matrix)
    n, items = values.shape
    reason = _lacking(values) or ("too_few_cases" if n <= items else "")
    value = None if reason else _omega(values)
    if value is None:
        return Reliability("omega", None, None, None, n, items, 0, reason or "not_converged")
    chosen = np.random.default_rng(seed).integers(0, n, (draws, n))
    found = [drawn for drawn in map(_omega, values[chosen]) if drawn is not None]
    low, high = (round(float(bound), DECIMALS) for bound in np.percentile(found, [2.5, 97.5])) if found else (None, None)
    return Reliability("omega", round(value, DECIMALS), low, high, n, items, len(found), "")


def _complete(matrix: pd.DataFrame) -> Array:
    return matrix.dropna().to_numpy(float)


def _lacking(values: Array) -> str:
    """Return why a reliability of these complete cases is undefined, or an empty string."""
    n, items = values.shape
    if items < MINIMUM_ITEMS:
        return "too_few_items"
    if n < MINIMUM_CASES:
        return "too_few_cases"
    return "constant_item" if (np.ptp(values, axis=0) == 0).any() else ""


def _omega(values: Array) -> float | None:
    """Return omega, or None when an item is constant or no maximum of the likelihood is found."""
    if (np.ptp(values, axis=0) == 0).any():
        return None
    correlations = np.corrcoef(values, rowvar=False)
    items = values.shape[1]
    model = Factor(corr=correlations, n_factor=1, method="ml")  # its own fit knows no floor, and stops at an eighth decimal
    roots, vectors = np.linalg.eigh(correlations)
    start = 0.9 * vectors[:, -1] * np.sqrt(roots[-1])
    floor = np.sqrt(MINIMUM_UNIQUENESS)
    fitted = minimize(
        lambda x: -model.loglike(x),
        np.concatenate([np.sqrt(1 - start**2), start]),  # the parameters of Factor: roots of the uniquenesses, and loadings
        jac=lambda x: -model.score(x),
        method="L-BFGS-B",
        bounds=[(floor, None)] * items + [(None, None)] * items,
        options={"maxiter": 1000, "gtol": 1e-8, "ftol": 1e-14},
    )
    best, inner = fitted.x.copy(), fitted.x != floor

    def slope(x: Array) -> Array:
        best[inner] = x
        return np.asarray(model.score(best)[inner])

    # Where the likelihood is flat can be found to the last decimal, its maximum to the eighth only: processors would differ. Whether it is
    # flat is asked of the slope itself, for the solver calls it a failure when it cannot get any nearer.
    polished = root(slope, best[inner], options={"xtol": 1e-13})
    best[inner] = polished.x
    if np.abs(polished.fun).max() > FLAT or (best[:items] < floor).any():
        return None
    loadings, uniquenesses = best[items:], best[:items] ** 2
    return float(loadings.sum() ** 2 / (loadings.sum() ** 2 + uniquenesses.sum()))
