"""Intervals of a proportion: published bounds, an independent library, and none where the proportion is undefined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from fruitmand.analysis.intervals import Interval, share_interval
from fruitmand.edition.errors import FruitmandError

PEERS = {"wilson": "wilson", "exact": "beta"}  # the names that statsmodels gives them


@pytest.mark.parametrize(
    ("k", "n", "wilson", "exact"),
    [
        # Newcombe, R.G. (1998), Statistics in Medicine 17, 857-872, table I, methods 3 and 5.
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_the_published_bounds_are_reproduced(k, n, wilson, exact):
    for method, published in (("wilson", wilson), ("exact", exact)):
        found = share_interval(k, n, method)
        assert (round(found.low, 4), round(found.high, 4)) == published


@given(n=st.integers(1, 80), share=st.floats(0, 1), method=st.sampled_from(sorted(PEERS)), confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_another_library_gives_the_same_bounds(n, share, method, confidence):
    k = round(share * n)
    found = share_interval(k, n, method, confidence)
    assert (found.low, found.high) == pytest.approx(proportion_confint(k, n, 1 - confidence, PEERS[method]), abs=1e-9)
    assert 0 <= found.low <= k / n <= found.high <= 1


def test_one_answer_has_an_interval_by_hand():
    # Wilson at 1 of 1, z = 1.959964: low = 1 / (1 + z²) = 0.2065, high 1. Exact: 0.025 to the power 1/1, and 1.
    assert (round(share_interval(1, 1).low, 4), share_interval(1, 1).high) == (0.2065, 1)
    assert share_interval(1, 1, "exact") == Interval(pytest.approx(0.025), 1)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_there_is_no_share_of_nothing_and_none_of_more_than_all(k, n):
    with pytest.raises(FruitmandError, match=f"the proportion {k} of {n} is undefined"):
        share_interval(k, n)
