"""Comparisons of groups: published tests and effects, peers, intervals that hold the truth, and undefined where they are undefined."""

from itertools import combinations

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from fruitmand.analysis import comparisons
from fruitmand.analysis.comparisons import adjust_holm, compare, detectable_delta

NUMBERS = ["statistic", "p", "effect", "effect_low", "effect_high"]

# Hollander & Wolfe (1973), p. 69: permeability of the human chorioamnion at term and at 12 to 26 weeks, as in R's wilcox.test.
PERMEABILITY = {
    "a_term": [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
    "b_before": [1.15, 0.88, 0.90, 0.74, 1.21],
}
# Hollander & Wolfe (1973), p. 116: half-time of mucociliary clearance in three groups, as in R's kruskal.test.
CLEARANCE = {
    "normal": [2.9, 3.0, 2.5, 2.6, 3.2],
    "obstructive": [3.8, 2.7, 4.0, 2.4],
    "asbestosis": [2.8, 3.4, 3.7, 2.2, 2.0],
}
# Hollander & Wolfe (1999), table 6.3: length of young gizzard shad at four sites; coin's vignette gives chi-squared 22.852, df 3,
# p 4.335e-05 with these ties.
SHAD = {
    "one": [46, 28, 46, 37, 32, 41, 42, 45, 38, 44],
    "two": [42, 60, 32, 42, 45, 58, 27, 51, 42, 52],
    "three": [38, 33, 26, 25, 28, 28, 26, 27, 27, 27],
    "four": [31, 30, 27, 29, 30, 25, 25, 24, 27, 30],
}
# Brunner & Munzel (2000): pain on the third day after surgery. By lawstat, whose function follows the corrected formula of Neubert and
# Brunner (2007): relative effect .788961, statistic 3.1375 on 17.683 degrees of freedom.
PAIN = {"treated": [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1], "untreated": [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]}
# Agresti (2002), table 2.8: income (rows) and job satisfaction, four points; 1331 concordant and 849 discordant pairs, gamma .221.
JOBS = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]


def ordinal(table):
    """Return samples from a table of counts: a group per row, a point per column."""
    return {f"row_{row}": [point for point, count in enumerate(counts, 1) for _ in range(count)] for row, counts in enumerate(table)}


def frames(samples):
    scores = pd.DataFrame({"x": [value for values in samples.values() for value in values]}, dtype="Float64")
    groups = pd.Series([name for name, values in samples.items() for _ in values], dtype="string")
    return scores, groups


def compared(samples, **settings):
    scores, groups = frames(samples)
    (row,) = compare(scores, groups, by="municipality", **({"seed": 1} | settings)).to_dict("records")
    return row


def test_the_published_two_sample_test_is_exact():
    # W = 35, one-sided exact p .1272; the distribution has no ties and is symmetric.
    row = compared(PERMEABILITY)
    assert (row["test"], row["statistic"], row["first"]) == ("mann_whitney_exact", 35, "a_term")
    assert round(row["p"], 4) == 2 * 0.1272
    assert row["effect"] == pytest.approx(2 * 35 / 50 - 1)


# Both ways of the job satisfaction are in the reference of CMHtest in R's vcdExtra, CMHtest(JobSat, rscores="midrank", cscores="midrank"):
# row mean scores differ, chi-squared 4.1200, df 3, p .248799; column mean scores 3.3108, p .346144. It is the H of Kruskal and Wallis with
# ties: both are n - 1 times the share of the sum of squares of the midranks that is between groups.
@pytest.mark.parametrize(
    ("samples", "statistic", "p"),
    [
        (CLEARANCE, 0.77143, 0.68),
        (SHAD, 22.852, 4.335e-05),
        (ordinal(JOBS), 4.1200, 0.248799),
        (ordinal(zip(*JOBS, strict=True)), 3.3108, 0.346144),
    ],
)
def test_the_published_test_of_more_groups_is_reproduced(samples, statistic, p):
    row = compared(samples, min_n=4)
    n = sum(map(len, samples.values()))
    assert row["test"] == ("kruskal_wallis_exact" if samples is CLEARANCE else "kruskal_wallis_permutation")
    assert row["statistic"] == pytest.approx(statistic, abs=5e-4)
    assert row["p"] == pytest.approx(p, abs=0.035), "the exact p, or 2000 permutations, against the chi-squared approximation"
    assert row["effect"] == pytest.approx(statistic / (n - 1), abs=5e-5)
    assert row["effect_low"] <= row["effect"] <= row["effect_high"]


# Kruskal & Wallis (1952), table 6.1, as in the tables of textbooks since (Siegel, 1956, table O): H and its exact p for sizes; ranks with
# that H. The p of textbooks has three decimals.
@pytest.mark.parametrize(
    ("ranks", "statistic", "p"),
    [
        ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 7.2, 0.004),
        ([[1, 2, 4], [3, 5, 6], [7, 8, 9]], 6.4889, 0.011),
        ([[1, 2], [3, 4], [5, 6]], 4.5714, 0.067),
        ([[1, 2, 3], [4, 5], [6, 7]], 5.3571, 0.029),
    ],
)
def test_the_exact_p_of_more_groups_is_that_of_the_published_table(ranks, statistic, p):
    row = compared(dict(zip("abcd", ranks, strict=False)), min_n=2)
    assert row["test"] == "kruskal_wallis_exact"
    assert row["statistic"] == pytest.approx(statistic, abs=5e-5)
    assert row["p"] == pytest.approx(p, abs=5e-4)


def test_the_exact_p_of_more_groups_is_that_of_all_arrangements_also_with_ties():
    one, two, three = [1, 2, 2], [2, 3, 5, 5], [4, 5, 5]
    peer = stats.permutation_test(
        (one, two, three), lambda *groups: stats.kruskal(*groups).statistic, n_resamples=np.inf, vectorized=False, alternative="greater"
    )
    assert compared({"a": one, "b": two, "c": three}, min_n=3)["p"] == pytest.approx(peer.pvalue)


def test_more_groups_than_can_be_counted_are_permuted_by_chance_and_agree_with_the_exact_test(monkeypatch):
    exact = compared(CLEARANCE, min_n=4)
    monkeypatch.setattr(comparisons, "MAXIMUM_ARRANGEMENTS", 252_251)  # 14! / (5! 4! 5!) less one
    drawn = compared(CLEARANCE, min_n=4)
    assert (exact["test"], drawn["test"]) == ("kruskal_wallis_exact", "kruskal_wallis_permutation")
    assert exact["p"] == pytest.approx(drawn["p"], abs=0.04)
    assert {name: value for name, value in exact.items() if name not in {"test", "p"}} == {
        name: value for name, value in drawn.items() if name not in {"test", "p"}
    }


def test_the_order_and_the_seed_do_not_change_an_exact_p():
    turned = dict(zip(CLEARANCE, list(CLEARANCE.values())[::-1], strict=True))
    assert compared(CLEARANCE, min_n=4)["p"] == pytest.approx(compared(turned, min_n=4, seed=2)["p"])


def test_pairs_of_groups_have_the_concordant_minus_discordant_pairs_that_are_published():
    samples = ordinal(JOBS)
    higher = 0
    for low, high in combinations(samples, 2):
        row = compared({low: samples[low], high: samples[high]})
        higher -= row["effect"] * len(samples[low]) * len(samples[high])
    assert higher == pytest.approx(1331 - 849)


def test_the_interval_of_delta_is_that_of_brunner_and_munzel_on_the_logit_scale():
    # From the published effect p, statistic and degrees of freedom: the standard error is (p - 1/2) / 3.1375, on the logit scale divided
    # by p (1 - p); delta of the treated is 1 - 2 p.
    row = compared(PAIN)
    p, error, t = 0.788961, 0.288961 / 3.1375, stats.t.ppf(0.975, 17.683)
    bounds = [1 - 2 / (1 + np.exp(-(np.log(p / (1 - p)) + side * t * error / (p * (1 - p))))) for side in (1, -1)]
    assert row["effect"] == pytest.approx(1 - 2 * p, abs=2e-6)
    assert [row["effect_low"], row["effect_high"]] == pytest.approx(bounds, abs=1e-4)


def test_the_exact_p_is_that_of_all_permutations_also_with_ties():
    one, two = [1, 2, 2, 4, 5], [2, 3, 4, 4, 5, 5]
    ranks = stats.rankdata(one + two)
    sums = np.array([ranks[list(chosen)].sum() for chosen in combinations(range(11), 5)])
    expected = np.mean(np.abs(sums - 30) >= abs(ranks[:5].sum() - 30) - 1e-9)
    assert compared({"a": one, "b": two})["p"] == pytest.approx(expected)


def test_another_library_gives_the_same_statistics_and_effect():
    rng = np.random.default_rng(4)
    one, two, three = rng.integers(1, 6, 20), rng.integers(2, 6, 24), rng.integers(1, 5, 18)
    row, peer = compared({"a": one, "b": two}), pingouin.mwu(one, two)
    assert row["statistic"] == peer["U_val"].item()
    assert abs(row["effect"]) == pytest.approx(abs(peer["RBC"].item()))
    long = pd.DataFrame({"x": [*one, *two, *three], "g": ["a"] * 20 + ["b"] * 24 + ["c"] * 18})
    assert compared({"a": one, "b": two, "c": three})["statistic"] == pytest.approx(pingouin.kruskal(long, dv="x", between="g")["H"].item())


def test_many_scores_are_permuted_by_chance_and_agree_with_the_exact_test():
    rng = np.random.default_rng(2)
    one, two = rng.integers(1, 6, 50), rng.integers(1, 6, 50)
    exact, drawn = compared({"a": one, "b": two}), compared({"a": [*one, 3], "b": two})
    assert (exact["test"], drawn["test"]) == ("mann_whitney_exact", "mann_whitney_permutation")
    assert exact["p"] == pytest.approx(drawn["p"], abs=0.06)
    assert exact["p"] == pytest.approx(stats.mannwhitneyu(one, two, use_continuity=False).pvalue, abs=0.02)


def test_the_direction_of_an_effect_follows_the_names_of_the_groups():
    row, turned = compared({"a": [1, 2, 3, 3, 4], "b": [3, 4, 4, 5, 5]}), compared({"b": [1, 2, 3, 3, 4], "a": [3, 4, 4, 5, 5]})
    assert row["effect"] < 0 < turned["effect"]
    assert (row["first"], turned["first"]) == ("a", "a")
    assert row["p"] == turned["p"]
    assert [row["effect_low"], row["effect_high"]] == pytest.approx([-turned["effect_high"], -turned["effect_low"]])


def test_groups_that_do_not_overlap_have_an_interval_with_a_width():
    # Newcombe's bound θ solves (1 - θ)² = z² θ(1-θ)(1 + 4(1-θ)/(2-θ) + 4θ/(1+θ)) / 25 for two groups of five.
    row = compared({"a": [4, 4, 5, 5, 5], "b": [1, 1, 2, 2, 3]})
    theta = (row["effect_low"] + 1) / 2
    assert (row["effect"], row["effect_high"]) == (1, 1)
    assert (1 - theta) ** 2 == pytest.approx(
        1.959964**2 * theta * (1 - theta) * (1 + 4 * (1 - theta) / (2 - theta) + 4 * theta / (1 + theta)) / 25, rel=1e-5
    )
    turned = compared({"b": [4, 4, 5, 5, 5], "a": [1, 1, 2, 2, 3]})
    assert (turned["effect_low"], turned["effect_high"]) == (-1, pytest.approx(-row["effect_low"]))


def test_the_bounds_of_epsilon_squared_are_where_the_noncentral_f_says():
    row, n = compared(SHAD), 40
    f = row["effect"] / 3 / ((1 - row["effect"]) / 36)
    for bound, chance in ((row["effect_low"], 0.975), (row["effect_high"], 0.025)):
        assert stats.ncf.cdf(f, 3, 36, n * bound / (1 - bound)) == pytest.approx(chance, abs=1e-6)


def test_less_difference_than_chance_is_no_proof_of_none():
    # Equal groups have an F of 0; the upper end is that of an F of 1.
    row = compared({name: [1, 2, 3, 4, 5] for name in "abc"})
    assert (row["effect"], row["effect_low"], row["p"], row["reason"]) == (0, 0, 1, "")
    assert stats.ncf.cdf(1, 2, 12, 15 * row["effect_high"] / (1 - row["effect_high"])) == pytest.approx(0.025, abs=1e-6)


def test_groups_without_spread_have_a_test_but_no_interval():
    row = compared({"a": [1] * 5, "b": [3] * 5, "c": [5] * 5})
    assert (row["effect"], row["reason"]) == (1, "constant_within_groups")
    assert row["p"] < 0.01
    assert pd.isna(row["effect_low"])
    assert pd.isna(row["effect_high"])


@pytest.mark.parametrize(
    ("samples", "reason", "groups", "n"),
    [
        ({"a": [3] * 5, "b": [3] * 6}, "constant", 2, 11),
        ({"a": [3] * 5, "b": [3] * 6, "c": [3] * 7}, "constant", 3, 18),
        ({"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4]}, "too_few", None, None),
        ({"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, None]}, "too_few", None, None),
        ({"a": [1, 2, 3, 4, 5]}, "too_few", None, None),
        ({"a": [1]}, "too_few", None, None),
        ({"a": [None] * 5, "b": [None] * 5}, "too_few", None, None),
        ({}, "too_few", None, None),
    ],
)
def test_what_cannot_be_compared_is_undefined_with_its_reason(samples, reason, groups, n):
    row = compared(samples)
    assert row["reason"] == reason
    assert [None if pd.isna(row[name]) else row[name] for name in ("groups", "n")] == [groups, n]
    assert all(pd.isna(row[name]) for name in [*NUMBERS, "test", "first"])


def test_a_group_with_too_few_scores_is_not_compared_and_not_disclosed():
    row = compared(PERMEABILITY | {"c_few": [9.0, 9.0, 9.0, 9.0]})
    assert row["reason"] == "too_few"
    assert all(pd.isna(value) for name, value in row.items() if name not in ("variable", "by", "reason"))


def test_missing_scores_and_groups_do_not_count():
    scores, groups = frames(PERMEABILITY)
    scores = pd.concat([scores, pd.DataFrame({"x": [pd.NA, 1.0]}, index=[100, 101], dtype="Float64")])
    groups = pd.concat([groups, pd.Series(["a_term", pd.NA, "a_term"], index=[100, 101, 500], dtype="string")])
    (row,) = compare(scores, groups, by="age", seed=1).to_dict("records")
    assert (row["n"], row["statistic"]) == (15, 35)


def test_a_variable_does_not_change_the_results_of_another_nor_the_callers_frames():
    scores, groups = frames(SHAD)
    wide = pd.concat([pd.DataFrame({"before": scores["x"].sample(frac=1, random_state=1).to_numpy()}), scores], axis=1)
    copies = wide.copy(), groups.copy()
    alone, beside = compare(scores, groups, by="site", seed=3), compare(wide, groups, by="site", seed=3)
    pd.testing.assert_frame_equal(alone, beside.iloc[1:].reset_index(drop=True))
    pd.testing.assert_frame_equal(wide, copies[0])
    pd.testing.assert_series_equal(groups, copies[1])


def test_the_same_seed_gives_the_same_bytes_and_another_another_p():
    scores, groups = frames(ordinal(JOBS))
    first, again, other = (compare(scores, groups, by="g", seed=seed, draws=500, min_n=4) for seed in (1, 1, 2))
    assert first.to_csv() == again.to_csv()
    assert first["p"].item() != other["p"].item()
    assert first["effect"].item() == other["effect"].item()


def test_holm_counts_all_defined_tests_and_only_those():
    # Holm (1979): sorted p times 3, 2 and 1, never falling: .01·3, .02·2 raised to .03 if lower, .2.
    left = compare(*frames(PERMEABILITY), by="x", seed=1)
    known = left.assign(p=pd.array([0.02], dtype="Float64"))
    other = pd.concat([left.assign(p=pd.array([value], dtype="Float64")) for value in (0.01, 0.2)], ignore_index=True)
    undefined = compare(*frames({"a": [1]}), by="y", seed=1)
    found = adjust_holm([known, undefined, other])
    assert list(found["p"].fillna(-1)) == [0.02, -1, 0.01, 0.2]
    assert list(found["p_adjusted"].fillna(-1)) == pytest.approx([0.04, -1, 0.03, 0.2])
    assert "p_adjusted" not in known


def test_nothing_to_compare_gives_empty_tables_with_all_columns():
    nothing = compare(pd.DataFrame(index=["r1"]), pd.Series(dtype="string"), by="role", seed=1)
    assert len(nothing) == 0
    full = compare(*frames(PERMEABILITY), by="age", seed=1)
    for frames_ in ([], [nothing], [nothing, nothing]):
        found = adjust_holm(frames_)
        assert len(found) == 0
        assert list(found) == [*full, "p_adjusted"]
        assert dict(found.dtypes) == dict(adjust_holm([full]).dtypes)


def test_the_detectable_effect_is_found_about_as_often_as_it_says():
    # Two normals with a delta of d differ by √2 Φ⁻¹((1 + d) / 2). Noether's variance is that without effect, so the power is a bit higher.
    shift = 2**0.5 * stats.norm.ppf((1 + detectable_delta(20, 20).delta) / 2)
    rng = np.random.default_rng(1)
    one, two = rng.standard_normal((1000, 20)), rng.standard_normal((1000, 20)) + shift
    power = np.mean(stats.mannwhitneyu(one, two, axis=1, method="asymptotic").pvalue < 0.05)
    assert 0.76 < power < 0.88


def test_more_scores_show_smaller_effects_and_too_few_show_none():
    assert detectable_delta(100, 100).delta < detectable_delta(20, 20).delta < detectable_delta(10, 30).delta < 1
    assert detectable_delta(10, 30).delta == detectable_delta(30, 10).delta
    for sizes in ((5, 0), (3, 3)):
        assert (detectable_delta(*sizes).delta, detectable_delta(*sizes).reason) == (None, "too_few")
