"""Internal consistency of a block of items: Cronbach's alpha and McDonald's omega, undefined where there are too few items or cases.

Both treat the points of a scale as numbers at equal distances. So they are reported beside the ordinal results, for comparison with other
studies, and never in place of them.
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
GRADIENT_TOLERANCE = 1e-10
DECIMALS = 9


@dataclass(frozen=True)
class Reliability:
    """A reliability coefficient of one block of items, with its 95 % interval.

    ``value`` is None when undefined, and ``reason`` says why, as a key of the text catalogues: ``too_few_items``, ``too_few_cases``,
    ``constant_item``, ``constant_total`` or ``not_converged``; else it is empty. ``low`` and ``high`` are None when there is no interval.
    ``n`` counts the complete cases: respondents with a valid answer to every item. ``interval_draws`` counts the bootstrap draws with a
    defined value; 0 where the interval comes from a formula.
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
    """Compute Cronbach's (1951) alpha with Feldt's interval of 95 %.

    A negative alpha is returned as it is: some items correlate negatively with others. The interval is exact for normal values, from an F
    distribution with n - 1 and (n - 1)(items - 1) degrees of freedom (Feldt et al., 1987).

    Parameters
    ----------
    matrix : DataFrame
        Points, respondents (rows) by items (columns). Cases with a missing value are excluded listwise.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. *Psychometrika* 16, 297-334.
    Feldt, L. S., Woodruff, D. J., & Salih, F. A. (1987). Statistical inference for coefficient alpha. *Applied Psychological Measurement*
    11, 93-103.

    Examples
    --------
    Three items that differ by a constant are perfectly consistent:

    >>> first = pd.Series([1, 2, 3] * 4)
    >>> cronbach_alpha(pd.DataFrame({"a": first, "b": first + 1, "c": first + 2})).value
    1.0
    """
    values = _complete(matrix)
    n, items = values.shape
    reason = _undefined_because(values) or ("constant_total" if np.ptp(values.sum(axis=1)) == 0 else "")
    if reason:
        return Reliability("alpha", None, None, None, n, items, 0, reason)
    alpha = items / (items - 1) * (1 - values.var(axis=0, ddof=1).sum() / values.sum(axis=1).var(ddof=1))
    bounds = (1 - (1 - alpha) * f.ppf(share, n - 1, (n - 1) * (items - 1)) for share in (0.975, 0.025))
    low, high = (round(float(bound), DECIMALS) for bound in bounds)
    return Reliability("alpha", round(float(alpha), DECIMALS), low, high, n, items, 0, "")


def mcdonald_omega(matrix: pd.DataFrame, *, draws: int, seed: int) -> Reliability:
    """Compute McDonald's (1999) omega of one factor, with a percentile bootstrap interval of 95 %.

    Omega is the squared sum of the loadings, divided by itself plus the sum of the uniquenesses, in a one-factor model of the correlations
    (so of standardised items) by maximum likelihood. Uniquenesses are at least .005, as in R's ``factanal``: without that bound, Heywood
    cases (a uniqueness of 0 or less) are common in small samples.

    Parameters
    ----------
    matrix : DataFrame
        Points, respondents (rows) by items (columns). Cases with a missing value are excluded listwise; there must be more cases than
        items.
    draws : int
        Bootstrap draws of respondents, with replacement. Draws in which omega is undefined are left out; when none is left, there is no
        interval.
    seed : int
        Seed of the draws.

    References
    ----------
    McDonald, R. P. (1999). *Test Theory: A Unified Treatment*. Erlbaum. Chapter 6.
    """
    values = _complete(matrix)
    n, items = values.shape
    reason = _undefined_because(values) or ("too_few_cases" if n <= items else "")
    value = None if reason else _omega(values)
    if value is None:
        return Reliability("omega", None, None, None, n, items, 0, reason or "not_converged")
    chosen = np.random.default_rng(seed).integers(0, n, (draws, n))
    bootstrap = [omega for omega in map(_omega, values[chosen]) if omega is not None]
    low, high = (round(float(bound), DECIMALS) for bound in np.percentile(bootstrap, [2.5, 97.5])) if bootstrap else (None, None)
    return Reliability("omega", round(value, DECIMALS), low, high, n, items, len(bootstrap), "")


def _complete(matrix: pd.DataFrame) -> Array:
    return matrix.dropna().to_numpy(float)


def _undefined_because(values: Array) -> str:
    """Return why a reliability of these complete cases is undefined; empty when it is defined."""
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
    model = Factor(corr=correlations, n_factor=1, method="ml")  # its own fit has no lower bound, and stops at the eighth decimal
    roots, vectors = np.linalg.eigh(correlations)
    start = 0.9 * vectors[:, -1] * np.sqrt(roots[-1])
    lower_bound = np.sqrt(MINIMUM_UNIQUENESS)
    fitted = minimize(
        lambda x: -model.loglike(x),
        np.concatenate([np.sqrt(1 - start**2), start]),  # the parameters of Factor: roots of the uniquenesses, and loadings
        jac=lambda x: -model.score(x),
        method="L-BFGS-B",
        bounds=[(lower_bound, None)] * items + [(None, None)] * items,
        options={"maxiter": 1000, "gtol": 1e-8, "ftol": 1e-14},
    )
    estimate, free = fitted.x.copy(), fitted.x != lower_bound

    def gradient(x: Array) -> Array:
        estimate[free] = x
        return np.asarray(model.score(estimate)[free])

    # The root of the gradient is accurate to the last decimal, the maximum of the likelihood to the eighth only, so that processors would
    # differ. Convergence is judged by the gradient itself, as the solver reports a failure when it cannot improve any further.
    solved = root(gradient, estimate[free], options={"xtol": 1e-13})
    estimate[free] = solved.x
    if np.abs(solved.fun).max() > GRADIENT_TOLERANCE or (estimate[:items] < lower_bound).any():
        return None
    loadings, uniquenesses = estimate[items:], estimate[:items] ** 2
    return float(loadings.sum() ** 2 / (loadings.sum() ** 2 + uniquenesses.sum()))
