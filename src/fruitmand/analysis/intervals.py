"""Confidence interval of a proportion: Wilson's score interval, or the exact interval of Clopper and Pearson."""

from dataclasses import dataclass
from typing import Literal

from scipy.stats import binomtest

from fruitmand.edition.errors import FruitmandError

DECIMALS = 9


@dataclass(frozen=True)
class Interval:
    """The bounds of a confidence interval of a proportion, 0 to 1."""

    low: float
    high: float


def share_interval(k: int, n: int, method: Literal["wilson", "exact"] = "wilson", confidence: float = 0.95) -> Interval:
    """Compute the confidence interval of the proportion ``k`` of ``n``, to nine decimals.

    Parameters
    ----------
    k, n : int
        Cases that count, and all cases. Missing answers are in neither.
    method : "wilson" or "exact"
        Wilson's (1927) score interval without continuity correction, whose coverage is close to nominal; or the interval of Clopper and
        Pearson (1934), whose coverage is at least nominal, so that it is wider.
    confidence : float
        Nominal coverage, 0 to 1.

    Raises
    ------
    FruitmandError
        When ``n`` is 0, where the proportion is undefined, or ``k`` is not 0 to ``n``.

    References
    ----------
    Clopper, C. J., & Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case of the binomial. *Biometrika*
    26, 404-413.
    Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion: comparison of seven methods. *Statistics in Medicine*
    17, 857-872.
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the American Statistical
    Association* 22, 209-212.

    Examples
    --------
    Newcombe's first example, 81 of 263, by methods 3 and 5 of his table I:

    >>> wilson, exact = share_interval(81, 263), share_interval(81, 263, "exact")
    >>> round(wilson.low, 4), round(wilson.high, 4)
    (0.2553, 0.3662)
    >>> round(exact.low, 4), round(exact.high, 4)
    (0.2527, 0.3676)
    """
    if n < 1 or not 0 <= k <= n:
        raise FruitmandError(f"the proportion {k} of {n} is undefined: n must be at least 1, and k from 0 to n")
    bounds = binomtest(k, n).proportion_ci(confidence_level=confidence, method=method)
    return Interval(round(float(bounds.low), DECIMALS), round(float(bounds.high), DECIMALS))
