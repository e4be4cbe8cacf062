"""Agreement: published and hand-computed values, and undefined where it is undefined."""

import krippendorff
import numpy as np
import pandas as pd
import pytest

from fruitmand.analysis import agreement
from fruitmand.analysis.agreement import NominalAgreement, alpha, compare_coders, masi, measure, nominal_agreement

NAN = float("nan")
# Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability, example C: four observers, twelve units, missing values.
EXAMPLE = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
# Fleiss (1971), table 1: of 30 patients the diagnoses by six psychiatrists, a digit for each of five diagnoses.
FLEISS = [
    "00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006",
    "10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203",
    "00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006",
]  # fmt: skip
BOOTSTRAP = {"draws": 200, "seed": 1}


def coded(**segments):
    """Return the codings of two coders: segment=[codes of the first, codes of the second], a code with or without ":valence"."""
    rows = [
        (segment, *[*code.split(":"), pd.NA][:2], coder)
        for segment, pair in segments.items()
        for coder, codes in zip(("coder_1", "coder_2"), pair, strict=True)
        for code in codes.split()
    ]
    return pd.DataFrame(rows, columns=["segment_id", "code", "valence", "coder"])


def compared(codings, coders=("coder_1", "coder_2"), **settings):
    return {result.measure: result for result in compare_coders(codings, coders, **(BOOTSTRAP | settings))}


@pytest.mark.parametrize(("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815)])
def test_the_published_example_is_reproduced(metric, published):
    value, reason = alpha(EXAMPLE, metric)
    assert round(value, 3) == published
    assert reason == ""
    result = measure("example", EXAMPLE, metric, **BOOTSTRAP)
    assert round(result.alpha, 3) == published
    assert result.units == 11, "the twelfth unit has one value"
    assert result.low < result.alpha < result.high <= 1


def test_the_kappa_that_fleiss_published_is_reproduced():
    # Fleiss (1971): observed .5556, by chance .2201, kappa .430.
    values = np.array([np.repeat(range(5), [int(count) for count in patient]) for patient in FLEISS]).T
    found = nominal_agreement(values)
    assert (round(found.share_agree, 4), round(found.fleiss_kappa, 3), found.nominal_reason) == (0.5556, 0.430, "")


def test_the_ac1_that_gwet_published_is_reproduced_where_kappa_falls():
    # Gwet (2002), "Kappa statistic is not satisfactory": of 125 subjects 118 twice positive, 7 once; AC1 .9408, Scott's pi -.0288.
    found = nominal_agreement([[1] * 118 + [1] * 5 + [0] * 2, [1] * 118 + [0] * 5 + [1] * 2])
    assert (round(found.share_agree, 3), round(found.gwet_ac1, 4), round(found.fleiss_kappa, 4)) == (0.944, 0.9408, -0.0288)


def test_published_coefficients_with_missing_values_are_reproduced():
    # Gwet's R package irrCAC on these values (cac.raw4raters): .8181818, Fleiss' kappa .76117, AC1 .77544.
    found = measure("example", EXAMPLE, "nominal", **BOOTSTRAP)
    assert [round(value, 5) for value in (found.share_agree, found.fleiss_kappa, found.gwet_ac1)] == [0.81818, 0.76117, 0.77544]


@pytest.mark.parametrize(
    ("values", "domain", "expected"),
    [
        ([[1, 1, 1], [1, 1, 1]], None, (1, None, None, "coded_alike")),
        ([[1, 1, 1], [1, 1, 1]], [1, 2, 3], (1, None, 1, "coded_alike")),  # AC1 expects no agreement by chance where a value never varies
        ([[1, 2, NAN], [NAN, 2, 1]], None, (None, None, None, "too_few_units")),
        ([[NAN, NAN], [NAN, NAN]], None, (None, None, None, "too_few_units")),
        ([[1, 2, 3]], None, (None, None, None, "too_few_units")),
        ([[], []], None, (None, None, None, "too_few_units")),
    ],
)
def test_an_undefined_coefficient_is_undefined_with_its_reason(values, domain, expected):
    assert nominal_agreement(values, domain) == NominalAgreement(*expected)


def test_sets_have_a_percent_agreement_but_no_kappa():
    result = compared(coded(s1=["motivation network", "motivation"], s2=["network", "network"]))["code_sets"]
    assert (result.share_agree, result.fleiss_kappa, result.gwet_ac1, result.nominal_reason) == (0.5, None, None, "partly_equal")


def test_a_nominal_example_by_hand():
    # Values a a, b b, c c, a b: of 8 values 3 a, 3 b, 2 c. Observed disagreement 2/8; expected 2 (3·3 + 3·2 + 3·2) / (8·7) = 3/4.
    value, _ = alpha([[0, 1, 2, 0], [0, 1, 2, 1]], "nominal")
    assert value == pytest.approx(1 - (2 / 8) / (3 / 4))  # 2/3


def test_perfect_agreement_is_one_with_an_interval_of_one():
    result = measure("perfect", [[0, 1, 2, 0, 1, 2]] * 2, "nominal", **BOOTSTRAP)
    assert (result.alpha, result.low, result.high) == (1, 1, 1)


def test_disagreement_beyond_chance_is_negative():
    # Values 0 1, 1 0: observed 1; expected 2 (2·2) / (4·3) = 2/3.
    assert alpha([[0, 1], [1, 0]], "nominal")[0] == pytest.approx(1 - 1 / (2 / 3))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([[1, 1, 1], [1, 1, 1]], "coded_alike"),
        ([[1, 1, 2], [1, 1, NAN]], "coded_alike"),  # the one other value is of a unit with one value
        ([[1, 2, NAN], [NAN, 2, 1]], "too_few_units"),
        ([[1], [2]], "too_few_units"),
        ([[NAN, NAN], [NAN, NAN]], "too_few_units"),
        ([[1, 2, 3]], "too_few_units"),
        ([[], []], "too_few_units"),
    ],
)
def test_an_undefined_alpha_is_undefined_with_its_reason(values, reason):
    assert alpha(values, "nominal") == (None, reason)
    result = measure("undefined", values, "nominal", **BOOTSTRAP)
    assert (result.alpha, result.low, result.high, result.interval_draws) == (None, None, None, 0)
    assert result.reason == reason


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    first, again = (measure("m", EXAMPLE, "nominal", draws=200, seed=1) for _ in range(2))
    other = measure("m", EXAMPLE, "nominal", draws=200, seed=2)
    assert first == again
    assert first.alpha == other.alpha
    assert (first.low, first.high) != (other.low, other.high)


def test_draws_without_an_alpha_are_left_out_and_counted():
    # Two units: half of the draws take one unit twice, in which all is coded alike.
    result = measure("two", [[0, 1], [0, 1]], "nominal", draws=400, seed=1)
    assert 150 < result.interval_draws < 250
    assert (result.low, result.high) == (1, 1)


@pytest.mark.parametrize("metric", ["nominal", "ordinal"])
def test_the_draws_have_the_alpha_that_the_library_gives_each_of_them(metric):
    chosen = np.random.default_rng(3).integers(0, 12, (40, 12))
    data = np.array(EXAMPLE, float)
    data = data[:, (~np.isnan(data)).sum(axis=0) >= 2]
    chosen = chosen % data.shape[1]
    one_by_one = [alpha(data[:, picked], metric, range(1, 6))[0] for picked in chosen]
    at_once = agreement._alphas(data, np.arange(1.0, 6.0), metric, chosen)
    assert at_once == pytest.approx([value for value in one_by_one if value is not None])


def test_draws_of_sets_have_the_alpha_that_the_library_gives_each_of_them():
    kinds = [frozenset(names) for names in ("ab", "a", "c", "bc")]
    data, metric = np.array([[0, 1, 2, 3, 0.0, 2], [1, 1, 2, 2, 3, 2]]), agreement._masi(kinds)
    chosen = np.random.default_rng(4).integers(0, 6, (30, 6))
    one_by_one = [krippendorff.alpha(data[:, picked], level_of_measurement=metric, value_domain=range(4)) for picked in chosen]
    assert len(set(one_by_one)) > 10
    assert agreement._alphas(data, np.arange(4.0), metric, chosen) == pytest.approx(one_by_one)
    assert [alpha(data[:, picked], metric, range(4))[0] for picked in chosen] == pytest.approx(one_by_one)


def test_without_draws_there_is_no_interval():
    result = measure("m", EXAMPLE, "nominal", draws=0, seed=1)
    assert (result.low, result.high, result.interval_draws) == (None, None, 0)
    assert round(result.alpha, 3) == 0.743


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        # Passonneau (2006), section 2: 1 minus Jaccard times 1 (equal), 2/3 (subset), 1/3 (overlap) or 0 (disjoint).
        ("ab", "ab", 0),
        ("ab", "a", 1 - 1 / 2 * 2 / 3),
        ("abc", "a", 1 - 1 / 3 * 2 / 3),
        ("ab", "bc", 1 - 1 / 3 * 1 / 3),
        ("abc", "bcd", 1 - 2 / 4 * 1 / 3),
        ("a", "b", 1),
        ("", "a", 1),
        ("", "", 0),
    ],
)
def test_masi_weighs_overlap_by_kind(a, b, distance):
    assert masi(frozenset(a), frozenset(b)) == pytest.approx(distance)
    assert masi(frozenset(b), frozenset(a)) == pytest.approx(distance)


def test_the_alpha_of_sets_by_hand():
    # Sets {a,b} {a} and {c} {c}. MASI of {a,b} and {a} is 2/3, of either and {c} 1. Observed (2 · 2/3) / 4 = 1/3; expected
    # 2 (2/3 + 2·1 + 2·1) / (4·3) = 7/9. Alpha is 1 - 3/7 = 4/7.
    result = compared(coded(s1=["motivation:mixed savings:mixed", "motivation:mixed"], s2=["network", "network"]))["code_sets"]
    assert result.units == 2
    assert result.alpha == pytest.approx(4 / 7)


def test_sets_have_no_order():
    result = compared(coded(s1=["network definitions", "definitions network"], s2=["other", "other"]))
    assert result["code_sets"].alpha == 1
    assert result["first_code"].alpha < 1


def test_the_first_code_is_the_first_that_a_coder_gave():
    # First codes b b, a a, c c, b a: as in the nominal example by hand.
    codings = coded(s1=["b a", "b"], s2=["a", "a b"], s3=["c", "c"], s4=["b a", "a b"])
    assert compared(codings)["first_code"].alpha == pytest.approx(2 / 3)


def test_the_valence_is_compared_as_an_order_by_hand():
    # opposes mixed, mixed mixed, supports supports: of 6 values 1, 3 and 2. Squared ordinal distances (Krippendorff 2011):
    # opposes to mixed (1+3 - (1+3)/2)² = 4, mixed to supports (3+2 - 5/2)² = 6.25, opposes to supports (6 - 3/2)² = 20.25.
    # Observed 2·4/6 = 4/3; expected 2 (3·4 + 6·6.25 + 2·20.25) / (6·5) = 6. Alpha is 1 - 2/9.
    codings = coded(s1=["savings:opposes", "savings:mixed"], s2=["savings:mixed", "savings:mixed"], s3=["steering:supports"] * 2)
    result = compared(codings)["valence"]
    assert result.units == 3
    assert result.alpha == pytest.approx(7 / 9)


def test_only_variables_that_both_gave_have_a_valence_to_compare():
    codings = coded(s1=["savings:mixed network", "steering:mixed network"], s2=["other", "other"])
    result = compared(codings)["valence"]
    assert (result.units, result.alpha, result.reason) == (0, None, "too_few_units")


def test_segments_of_one_coder_do_not_count():
    codings = coded(s1=["network", "network"], s2=["other", "other"], s3=["definitions", ""], s4=["", "definitions"])
    assert compared(codings)["code_sets"].units == 2
    assert compared(codings)["code_sets"].alpha == 1


def test_coders_who_share_no_segment_have_too_few_units():
    results = compared(coded(s1=["network", ""], s2=["", "network"]))
    assert {(result.units, result.alpha, result.reason) for result in results.values()} == {(0, None, "too_few_units")}


def test_all_coded_alike_is_undefined_and_not_one():
    results = compared(coded(s1=["savings:mixed"] * 2, s2=["savings:mixed"] * 2, s3=["savings:mixed"] * 2))
    assert {(result.units, result.alpha, result.reason) for result in results.values()} == {(3, None, "coded_alike")}


@pytest.mark.parametrize("coders", [(), ("coder_1",)])
def test_without_a_second_coder_nothing_is_measured(coders):
    results = compared(coded(s1=["network", "network"]), coders)
    assert set(results) == {"code_sets", "first_code", "valence"}
    assert {(result.alpha, result.reason) for result in results.values()} == {(None, "no_second_coder")}
    assert {(result.share_agree, result.gwet_ac1, result.nominal_reason) for result in results.values()} == {
        (None, None, "no_second_coder")
    }


def test_agreement_does_not_depend_on_which_coder_comes_first(edition):
    one, two = (compared(edition["codings"], coders, draws=0) for coders in (edition.coders, edition.coders[::-1]))
    for name in one:
        assert one[name].alpha == pytest.approx(two[name].alpha)
        assert one[name].units == two[name].units


def test_the_nominal_alpha_of_2015_agrees_with_the_formula(edition):
    # Observed over expected disagreement, written out for two coders without missing values.
    codings = edition["codings"].drop_duplicates(["coder", "segment_id"]).pivot(index="segment_id", columns="coder", values="code")
    pairs = codings.dropna().to_numpy()
    counts = pd.Series(pairs.ravel()).value_counts().to_numpy()
    n = counts.sum()
    observed = 2 * (pairs[:, 0] != pairs[:, 1]).sum() / n
    expected = (n**2 - np.square(counts).sum()) / (n * (n - 1))
    result = compared(edition["codings"], draws=0)["first_code"]
    assert result.units == len(pairs) >= 40
    assert result.alpha == pytest.approx(1 - observed / expected)
