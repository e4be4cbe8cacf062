"""Reliability: published values, independent libraries, and undefined where there are too few items or cases."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy.optimize import minimize
from sklearn.decomposition import FactorAnalysis

from fruitmand.analysis import reliability
from fruitmand.analysis.reliability import Reliability, cronbach_alpha, item_total_correlations, mcdonald_omega

BOOTSTRAP = {"draws": 40, "seed": 1}
# R's datasets::attitude (Chatterjee & Price, 1977): rating, complaints, privileges, learning, raises, critical, advance.
ATTITUDE = pd.DataFrame(
    [
        [43, 51, 30, 39, 61, 92, 45], [63, 64, 51, 54, 63, 73, 47], [71, 70, 68, 69, 76, 86, 48], [61, 63, 45, 47, 54, 84, 35],
        [81, 78, 56, 66, 71, 83, 47], [43, 55, 49, 44, 54, 49, 34], [58, 67, 42, 56, 66, 68, 35], [71, 75, 50, 55, 70, 66, 41],
        [72, 82, 72, 67, 71, 83, 31], [67, 61, 45, 47, 62, 80, 41], [64, 53, 53, 58, 58, 67, 34], [67, 60, 47, 39, 59, 74, 41],
        [69, 62, 57, 42, 55, 63, 25], [68, 83, 83, 45, 59, 77, 35], [77, 77, 54, 72, 79, 77, 46], [81, 90, 50, 72, 60, 54, 36],
        [74, 85, 64, 69, 79, 79, 63], [65, 60, 65, 75, 55, 80, 60], [65, 70, 46, 57, 75, 85, 46], [50, 58, 68, 54, 64, 78, 52],
        [50, 40, 33, 34, 43, 64, 33], [64, 61, 52, 62, 66, 80, 41], [53, 66, 52, 50, 63, 80, 37], [40, 37, 42, 58, 50, 57, 49],
        [63, 54, 42, 48, 66, 75, 33], [66, 77, 66, 63, 88, 76, 72], [78, 75, 58, 74, 80, 78, 49], [48, 57, 44, 45, 51, 83, 38],
        [85, 85, 71, 71, 77, 74, 55], [82, 82, 39, 59, 64, 78, 39],
    ],
    columns=["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"],
)  # fmt: skip
# R's datasets::ability.cov (Smith & Stanley, 1983; n = 112), as correlations below the diagonal.
ABILITY = [0.4662649, 0.5516632, 0.5723364, 0.3403250, 0.1929992, 0.4450901, 0.5764799, 0.2629229, 0.3540252, 0.1839645]
ABILITY += [0.5144058, 0.2392766, 0.3564715, 0.2188370, 0.7913779]
# R's psych::bfi: five scales of five items on six points, 2800 respondents. Only what alpha depends on: the covariances on and below the
# diagonal, by row, of all who answered both items (as psych does by default), after A1, C4, C5, E1, E2, O2 and O5 were reversed.
BFI = {
    "A": [1.98172, 0.56023, 1.37363, 0.48584, 0.74163, 1.69477, 0.30507, 0.58215,
          0.69613, 2.18931, 0.32124, 0.57609, 0.82804, 0.57372, 1.58385],
    "C": [1.54094, 0.69972, 1.73804, 0.49142, 0.60370, 1.66037, 0.57996, 0.68819,
          0.59687, 1.89095, 0.50346, 0.63997, 0.71402, 1.06753, 2.65215],
    "E": [2.66181, 1.22462, 2.57670, 0.71907, 0.82560, 1.82985, 0.99595, 1.20465,
          0.82627, 2.12436, 0.65758, 0.79967, 0.69210, 0.61487, 1.78160],
    "N": [2.46778, 1.69689, 2.32850, 1.40084, 1.34339, 2.56930, 0.98296, 0.93800,
          1.30740, 2.46391, 0.96102, 0.86682, 1.11235, 1.01026, 2.62002],
    "O": [1.27584, 0.37777, 2.44970, 0.54453, 0.49972, 1.49060, 0.24633, 0.13055,
          0.28951, 1.49145, 0.35786, 0.67473, 0.50162, 0.28928, 1.76348],
}  # fmt: skip
# The same of E, of the 2713 respondents who answered all five of its items.
BFI_COMPLETE = [2.66475, 1.22755, 2.58310, 0.70538, 0.82043, 1.82891, 0.99985, 1.20723]
BFI_COMPLETE += [0.82559, 2.13543, 0.65110, 0.81010, 0.69248, 0.61698, 1.78693]


def values_with(correlations, n):
    """Return normal values of n respondents whose correlations are exactly these."""
    drawn = np.random.default_rng(1).standard_normal((n, len(correlations)))
    unrelated, _ = np.linalg.qr(drawn - drawn.mean(axis=0))
    return pd.DataFrame(unrelated @ np.linalg.cholesky(correlations).T)


def personality(covariances, n):
    """Return normal values of n respondents to five items whose covariances are in the proportions of these."""
    lower = np.zeros((5, 5))
    lower[np.tril_indices(5)] = covariances
    return values_with(lower + np.tril(lower, -1).T, n)


def fivepoint(n, items, loading, seed):
    """Return five-point answers to items that share a factor."""
    rng = np.random.default_rng(seed)
    latent = loading * rng.standard_normal((n, 1)) + np.sqrt(1 - loading**2) * rng.standard_normal((n, items))
    return pd.DataFrame(np.clip(np.round(3.5 + latent), 1, 5)).astype("Int64")


def lowest(start, correlations):
    bounds = [(reliability.MINIMUM_UNIQUENESS, 1)] * len(start)
    return minimize(lambda x: reliability._misfit(x, correlations)[:2], start, jac=True, method="L-BFGS-B", bounds=bounds).fun


def test_the_transcribed_data_have_their_published_means():
    assert ATTITUDE.mean().round(2).tolist() == [64.63, 66.60, 53.13, 56.37, 64.63, 74.77, 42.93]


def test_the_published_alpha_and_interval_are_reproduced():
    # R's psych, alpha(attitude): raw alpha .8431, Feldt's interval of 95 % .739 to .916.
    found = cronbach_alpha(ATTITUDE)
    assert (round(found.value, 4), round(found.low, 3), round(found.high, 3)) == (0.8431, 0.739, 0.916)
    assert (found.measure, found.n, found.items, found.interval_draws, found.reason) == ("alpha", 30, 7, 0, "")


@pytest.mark.parametrize(("scale", "alpha"), [("A", 0.7030184), ("C", 0.7267350), ("E", 0.7617328), ("N", 0.8139629), ("O", 0.6001725)])
def test_the_published_alphas_of_five_scales_are_reproduced(scale, alpha):
    # The raw alphas that R's psych gives of its bfi, as printed in the readme of the R package regcleaner (jimmyrigby94/regcleaner), under
    # "Item Analysis". They have seven decimals; the covariances above have five, so the sixth of an alpha is open.
    found = cronbach_alpha(personality(BFI[scale], 2800))
    assert (found.value, found.n, found.items) == (pytest.approx(alpha, abs=2e-6), 2800, 5)


def test_the_published_interval_of_many_respondents_is_reproduced():
    # R's psych, alpha of scale A of its bfi, as printed in the notebook Wk5_Reliability_demonstration of the course CaseyGio/Psyc6263:
    # Feldt .69, .7 and .72. Psych takes all 2800 respondents for n.
    found = cronbach_alpha(personality(BFI["A"], 2800))
    assert (round(found.low, 2), round(found.value, 2), round(found.high, 2)) == (0.69, 0.70, 0.72)


def test_complete_cases_have_the_published_alpha_omega_and_alphas_without_an_item():
    # The reference of Alpha in the R package bruceR, on scale E of bfi with 2713 valid cases: alpha .761, omega .763 and what alpha would
    # be without each item. Its omega is of one factor by minimum residuals; here it is by maximum likelihood, the same to three decimals.
    matrix = personality(BFI_COMPLETE, 2713)
    assert (round(cronbach_alpha(matrix).value, 3), round(mcdonald_omega(matrix, draws=0, seed=1).value, 3)) == (0.761, 0.763)
    without = [round(cronbach_alpha(matrix.drop(columns=item)).value, 3) for item in matrix]
    assert without == [0.725, 0.688, 0.728, 0.701, 0.742]


@pytest.mark.parametrize("matrix", [ATTITUDE, fivepoint(12, 4, 0.6, 1), fivepoint(40, 9, 0.4, 2)], ids=["attitude", "twelve", "forty"])
def test_another_library_gives_the_same_alpha(matrix):
    value, interval = pingouin.cronbach_alpha(matrix.astype(float))
    found = cronbach_alpha(matrix)
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == pytest.approx(tuple(interval), abs=5e-4)  # it rounds to three decimals


def test_the_published_factor_gives_its_omega():
    # R's factanal(factors = 1, covmat = ability.cov): these loadings and uniquenesses; omega from them by its definition.
    loadings, uniquenesses = [0.682, 0.384, 0.502, 0.300, 0.877, 0.849], [0.535, 0.853, 0.748, 0.910, 0.232, 0.280]
    published = sum(loadings) ** 2 / (sum(loadings) ** 2 + sum(uniquenesses))  # .7840
    correlations = np.eye(6)
    correlations[np.tril_indices(6, -1)] = ABILITY
    correlations = correlations + correlations.T - np.eye(6)
    assert mcdonald_omega(values_with(correlations, 112), draws=0, seed=1).value == pytest.approx(published, abs=3e-4)


def test_equal_correlations_have_the_omega_of_spearman_and_brown():
    # k items that all correlate r: loadings √r, uniquenesses 1 - r, so omega = k r / (1 + (k - 1) r) = 2 / 2.5.
    correlations = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    assert mcdonald_omega(values_with(correlations, 20), draws=0, seed=1).value == pytest.approx(4 * 0.5 / 2.5, abs=1e-9)


def test_another_library_gives_the_same_omega():
    standard = (ATTITUDE - ATTITUDE.mean()) / ATTITUDE.std(ddof=0)
    peer = FactorAnalysis(1, tol=1e-12, max_iter=50_000, svd_method="lapack").fit(standard.to_numpy())
    common = peer.components_[0].sum() ** 2
    assert mcdonald_omega(ATTITUDE, draws=0, seed=1).value == pytest.approx(common / (common + peer.noise_variance_.sum()), abs=1e-6)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    first, again = (mcdonald_omega(ATTITUDE, **BOOTSTRAP) for _ in range(2))
    other = mcdonald_omega(ATTITUDE, draws=40, seed=2)
    assert first == again
    assert first.value == other.value
    assert (first.low, first.high) != (other.low, other.high)
    assert first.low < first.value < first.high
    assert (first.n, first.items, first.interval_draws) == (30, 7, 40)


def test_without_draws_there_is_no_interval():
    found = mcdonald_omega(ATTITUDE, draws=0, seed=1)
    assert (found.low, found.high, found.interval_draws, found.reason) == (None, None, 0, "")


def test_few_respondents_have_an_omega_in_nearly_every_draw():
    # Twelve respondents often leave an item without any uniqueness of its own; the floor holds it.
    found = mcdonald_omega(fivepoint(12, 6, 0.7, 3), **BOOTSTRAP)
    assert 0 < found.low <= found.high < 1
    assert found.interval_draws >= 30


def test_draws_with_a_constant_item_are_left_out_and_counted():
    # One respondent alone differs on the last item: a draw without that respondent, about 1 in e, has no omega.
    matrix = fivepoint(12, 4, 0.7, 3).assign(rare=[5] + [4] * 11)
    found = mcdonald_omega(matrix, draws=100, seed=1)
    assert 45 < found.interval_draws < 80


def test_respondents_with_a_missing_answer_do_not_count():
    gaps = fivepoint(14, 4, 0.6, 1)
    complete = gaps.drop(index=[2, 5])
    gaps.loc[2, 0] = gaps.loc[5, 3] = pd.NA
    assert cronbach_alpha(gaps) == cronbach_alpha(complete)
    assert mcdonald_omega(gaps, **BOOTSTRAP) == mcdonald_omega(complete, **BOOTSTRAP)
    assert cronbach_alpha(gaps).n == 12


FIVE = fivepoint(10, 3, 0.5, 4)


@pytest.mark.parametrize(
    ("matrix", "n", "items", "reason"),
    [
        (fivepoint(20, 2, 0.5, 1), 20, 2, "too_few_items"),
        (fivepoint(9, 3, 0.5, 1), 9, 3, "too_few_cases"),
        (fivepoint(2, 5, 0.5, 1), 2, 5, "too_few_cases"),
        (fivepoint(1, 3, 0.5, 1), 1, 3, "too_few_cases"),
        (FIVE.mask(FIVE > 0), 0, 3, "too_few_cases"),  # nobody answered
        (FIVE.head(0), 0, 3, "too_few_cases"),
        (pd.DataFrame(), 0, 0, "too_few_items"),
        (FIVE.assign(same=4), 10, 4, "constant_item"),
        (FIVE * 0 + 5, 10, 3, "constant_item"),
    ],
)
def test_an_undefined_reliability_is_undefined_with_its_reason(matrix, n, items, reason):
    assert cronbach_alpha(matrix) == Reliability("alpha", None, None, None, n, items, 0, reason)
    assert mcdonald_omega(matrix, **BOOTSTRAP) == Reliability("omega", None, None, None, n, items, 0, reason)
    found = item_total_correlations(matrix)
    assert len(found) == items
    if reason.startswith("too_few"):
        assert set(found.values()) <= {Reliability("item_total", None, None, None, n, items, 0, reason)}


def test_the_published_item_total_correlations_are_reproduced():
    # R's psych, alpha(attitude), column r.drop.
    found = item_total_correlations(ATTITUDE)
    published = {
        "rating": 0.67,
        "complaints": 0.74,
        "privileges": 0.56,
        "learning": 0.71,
        "raises": 0.79,
        "critical": 0.27,
        "advance": 0.46,
    }
    assert {item: round(result.value, 2) for item, result in found.items()} == published
    assert {(result.measure, result.n, result.items, result.low, result.reason) for result in found.values()} == {
        ("item_total", 30, 7, None, "")
    }


def test_only_the_item_with_one_answer_has_no_item_total_correlation():
    found = item_total_correlations(fivepoint(12, 3, 0.5, 4).assign(same=4))
    assert [result.reason for result in found.values()] == ["", "", "", "constant_item"]
    assert [result.value is None for result in found.values()] == [False, False, False, True]


def test_an_item_whose_others_cancel_out_has_no_item_total_correlation():
    points = pd.Series([1, 2, 3, 4, 5] * 2)
    found = item_total_correlations(pd.DataFrame({"a": points, "b": 6 - points, "c": [1, 2] * 5}))
    assert (found["c"].value, found["c"].reason) == (None, "constant_rest")


def test_respondents_with_any_missing_answer_do_not_count_for_any_item():
    gaps = fivepoint(14, 4, 0.6, 1)
    complete = gaps.drop(index=[2, 5])
    gaps.loc[2, 0] = gaps.loc[5, 3] = pd.NA
    assert item_total_correlations(gaps) == item_total_correlations(complete)


@pytest.mark.parametrize("seed", [2, 5, 6, 8])
def test_omega_is_of_a_higher_maximum_than_the_principal_component_leads_to(seed):
    values = fivepoint(20, 6, 0.3, seed).to_numpy(float)
    correlations = np.corrcoef(values, rowvar=False)
    starts = reliability._starts(correlations)
    everywhere = [*(np.clip(1 - 0.97 * row**2, 0.005, 1) for row in correlations), *np.random.default_rng(seed).uniform(0.005, 1, (20, 6))]
    alone, found, best = (min(lowest(start, correlations) for start in some) for some in (starts[:1], starts, everywhere))
    assert found < alone - 1e-6
    assert found <= best + 1e-6


def test_omega_needs_more_respondents_than_items():
    matrix = fivepoint(10, 10, 0.5, 1)
    assert mcdonald_omega(matrix, **BOOTSTRAP).reason == "too_few_cases"
    assert cronbach_alpha(matrix).value is not None


def test_items_that_cancel_out_have_no_alpha():
    points = pd.Series([1, 2, 3, 4, 5] * 2)
    turning = pd.DataFrame({"a": points, "b": 6 - points, "c": [1, 2] * 5, "d": [2, 1] * 5})
    assert cronbach_alpha(turning).reason == "constant_total"


def test_items_that_run_against_each_other_have_a_negative_alpha():
    # Item variances 2.222 · 2 + .278, sum of squares of the total only c's: alpha = 3/2 (1 - 4.722 / .278) = -24.
    points = pd.Series([1, 2, 3, 4, 5] * 2)
    assert cronbach_alpha(pd.DataFrame({"a": points, "b": 6 - points, "c": [1, 2] * 5})).value == pytest.approx(-24)


def test_items_that_are_the_same_have_an_alpha_of_one_and_the_omega_that_the_floor_leaves():
    # The variance of the sum of three standardised equal items is 9, of which the floor keeps 3 · .005 unique.
    points = pd.Series([1, 2, 3, 4, 5] * 2)
    same = pd.DataFrame(dict.fromkeys("abc", points))
    assert cronbach_alpha(same) == Reliability("alpha", 1, 1, 1, 10, 3, 0, "")
    found = mcdonald_omega(same, **BOOTSTRAP)
    assert (found.value, found.low, found.high) == (pytest.approx(1 - 0.015 / 9, abs=1e-9),) * 3
