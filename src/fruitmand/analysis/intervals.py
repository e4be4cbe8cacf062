"""The interval of a share: how far a share among few answers can be from the share among many."""

from dataclasses import dataclass
from typing import Literal

from scipy.stats import binomtest

from fruitmand.edition.errors import FruitmandError

DECIMALS = 9


@dataclass(frozen=True)
class Interval:
    """Two bounds of a share, 0 to 1."""

    low: float
    high: float


def share_interval(k: int, n: int, method: Literal["wilson", "exact"] = "wilson", confidence: float = 0.95) -> Interval:
    """Compute the interval of the share of ``k`` among ``n``, to nine decimals.

    Parameters
    ----------
    k, n : int
        How many, and of how many. Missing answers are in neither.
    method : "wilson" or "exact"
        Wilson's score interval without continuity correction, which covers about as often as it says; or Clopper and Pearson's, which
        covers at least as often and so is wider.
    confidence : float
        How often the interval should cover the share.

    Raises
    ------
    FruitmandError
        When ``n`` is 0, for there is no share of nothing, or ``k`` is not 0 to ``n``.

    Notes
    -----
    Newcombe, R.G. (1998). Two-sided confidence intervals for the single proportion: comparison of seven methods. *Statistics in Medicine*
    17, 857-872. His first example, 81 of 263, by methods 3 and 5 of his table I:

    >>> wilson, exact = share_interval(81, 263), share_interval(81, 263, "exact")
    >>> round(wilson.low, 4), round(wilson.high, 4)
    (0.2553, 0.3662)
    >>> round(exact.low, 4), round(exact.high, 4)
    (0.2527, 0.3676)
    """
    if n < 1 or not 0 <= k <= n:
        raise FruitmandError(f"there is no share of {k} among {n}: it takes at least one answer, and no more of a kind than there are")
    found = binomtest(k, n).proportion_ci(confidence_level=confidence, method=method)
    return Interval(round(float(found.low), DECIMALS), round(float(found.high), DECIMALS))
