"""Triangulation: the cut points, every reason of a silent pair, and kappa as published and by hand."""

from itertools import chain, product

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fruitmand.analysis.likert import scores
from fruitmand.analysis.triangulation import CUT_POINTS, RELATIONS, Kappa, survey_ratings, triangulate, weighted_kappa
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.schema import SYMBOLS

HIGH, MIDDLE, LOW = SYMBOLS
RATED = ["municipality", "variable", "n", "median", "symbol", "reason"]


def survey(**people):
    """Return scores and respondents: respondent=(municipality, savings, steering)."""
    index = pd.Index(list(people), name="respondent", dtype="string")
    values = [given[1:] for given in people.values()]
    frame = pd.DataFrame(values, columns=["savings", "steering"], index=index, dtype="Float64")
    respondents = pd.DataFrame({"respondent": list(people), "municipality": [given[0] for given in people.values()]}, dtype="string")
    return frame, respondents


def rated(found, municipality, variable):
    return found[(found["municipality"] == municipality) & (found["variable"] == variable)].iloc[0]


def paired(table):
    """Return pairs from a table of counts: interviews (rows) by survey (columns), in the order of the symbols."""
    rows = [cell for cell, count in zip(product(SYMBOLS, SYMBOLS), chain(*table), strict=True) for _ in range(count)]
    return pd.DataFrame(rows, columns=["interview", "survey"], dtype="string")


def kappa_by_hand(table):
    """Return 1 minus observed over expected distance, from the definition (Cohen, 1968)."""
    n, places = sum(map(sum, table)), range(3)
    observed = sum(abs(i - j) * table[i][j] for i in places for j in places) / n
    expected = sum(abs(i - j) * sum(table[i]) * sum(row[j] for row in table) for i in places for j in places) / n**2
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("median", "symbol"), [(1, LOW), (2.5, LOW), (2.75, MIDDLE), (3, MIDDLE), (3.25, MIDDLE), (3.5, HIGH), (4.5, HIGH), (5, HIGH)]
)
def test_a_median_at_a_cut_point_gets_the_outer_symbol(median, symbol):
    assert CUT_POINTS.symbol(median) == symbol


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12))
def test_an_end_is_given_only_when_half_of_the_respondents_are_on_that_side(points):
    frame, respondents = survey(**{f"r{place}": ("utrecht", point, None) for place, point in enumerate(points)})
    symbol = survey_ratings(frame, respondents, ["savings"], ["utrecht"], 1)["symbol"].iloc[0]
    above, below = sum(point > 3 for point in points), sum(point < 3 for point in points)
    assert {HIGH: 2 * above >= len(points), LOW: 2 * below >= len(points), MIDDLE: True}[symbol]
    assert symbol == HIGH or 2 * above <= len(points), "and always when more than half are"


def test_a_rating_is_of_the_respondents_with_a_score_in_the_municipality():
    frame, respondents = survey(
        r1=("utrecht", 4, 2), r2=("utrecht", 3, 2), r3=("utrecht", None, 3), r4=("rotterdam", 1, 5), r5=(None, 5, 5), r6=("elsewhere", 1, 1)
    )
    found = survey_ratings(frame, respondents, ["savings", "steering", "culture"], ["rotterdam", "utrecht"], 2)
    expected = [
        ["rotterdam", "savings", 1, None, None, "too_few"],
        ["rotterdam", "steering", 1, None, None, "too_few"],
        ["rotterdam", "culture", None, None, None, "not_asked"],
        ["utrecht", "savings", 2, 3.5, HIGH, ""],
        ["utrecht", "steering", 3, 2, LOW, ""],
        ["utrecht", "culture", None, None, None, "not_asked"],
    ]
    types = {"municipality": "string", "variable": "string", "n": "Int64", "median": "Float64", "symbol": "string", "reason": "string"}
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, columns=RATED).astype(types))


def test_respondents_are_met_by_name_and_not_by_place():
    frame, respondents = survey(r1=("utrecht", 5, 5), r2=("rotterdam", 1, 1))
    shuffled = survey_ratings(frame, respondents.iloc[::-1], ["savings"], ["utrecht", "rotterdam"], 1)
    assert shuffled["symbol"].tolist() == [HIGH, LOW]


def test_the_smallest_group_is_rated_and_one_fewer_is_not():
    people = {f"r{number}": ("utrecht", 4, None) for number in range(5)}
    found = survey_ratings(*survey(**people), ["savings", "steering"], ["utrecht"], 5)
    assert found[["n", "reason"]].to_numpy().tolist() == [[5, ""], [0, "too_few"]]
    assert survey_ratings(*survey(**people), ["savings"], ["utrecht"], 6)["reason"].tolist() == ["too_few"]
    with pytest.raises(FruitmandError, match="at least 1 respondent, not 0"):
        survey_ratings(*survey(**people), ["savings"], ["utrecht"], 0)


def test_no_survey_is_another_thing_than_a_survey_nobody_answered():
    none = survey_ratings(None, None, ["savings"], ["utrecht", "rotterdam"], 5)
    assert none["reason"].tolist() == ["not_fielded"] * 2
    assert none[["n", "median", "symbol"]].isna().all(axis=None)
    items = pd.DataFrame({"item": ["q07"], "code": ["savings"]}, dtype="string")
    responses = (
        pd.DataFrame({"respondent": [], "item": [], "state": [], "value": []})
        .astype({"value": "Int64"})
        .astype(dict.fromkeys(["respondent", "item", "state"], "string"))
    )
    respondents = pd.DataFrame({"respondent": [], "municipality": []}, dtype="string")
    nobody = survey_ratings(scores(responses, items), respondents, ["savings"], ["utrecht"], 5)
    assert nobody[["n", "reason"]].to_numpy().tolist() == [[0, "too_few"]]
    assert survey_ratings(None, None, [], [], 5).columns.tolist() == RATED


def surveyed(*rows):
    types = {"municipality": "string", "variable": "string", "n": "Int64", "median": "Float64", "symbol": "string", "reason": "string"}
    return pd.DataFrame(rows, columns=RATED).astype(types)


@pytest.mark.parametrize(
    ("interview", "answer", "relation"),
    [(one, other, RELATIONS[abs(SYMBOLS.index(one) - SYMBOLS.index(other))]) for one, other in product(SYMBOLS, SYMBOLS)],
)
def test_the_relation_is_how_far_the_symbols_are_apart(interview, answer, relation):
    ratings = pd.DataFrame({"municipality": ["utrecht"], "variable": ["savings"], "symbol": [interview]}, dtype="string")
    found = triangulate(ratings, surveyed(["utrecht", "savings", 6, 3, answer, ""]))
    assert found.to_numpy().tolist() == [["utrecht", "savings", interview, answer, 6, relation, ""]]
    assert found.columns.tolist() == ["municipality", "variable", "interview", "survey", "n", "relation", "reason"]


def test_a_missing_side_is_silent_with_its_reason():
    answers = surveyed(
        ["utrecht", "savings", 6, 4, HIGH, ""],
        ["utrecht", "steering", 2, None, None, "too_few"],
        ["rotterdam", "savings", 7, 3, MIDDLE, ""],
        ["rotterdam", "steering", None, None, None, "not_asked"],
    )
    ratings = pd.DataFrame(
        [["utrecht", "steering", LOW], ["rotterdam", "savings", None], ["utrecht", "savings", HIGH]],
        columns=["municipality", "variable", "symbol"],
        dtype="string",
    )
    found = triangulate(ratings, answers)
    assert found["relation"].tolist() == ["convergent", "silent", "silent", "silent"], "in the order of the survey"
    assert found["reason"].tolist() == ["", "too_few", "not_rated", "not_asked"], "rotterdam steering has no interview row either"
    assert found["n"].tolist() == [6, 2, 7, pd.NA]
    assert found["interview"].isna().tolist() == [False, False, True, True]


def test_without_a_survey_all_is_silent_and_without_rows_there_is_nothing():
    ratings = pd.DataFrame({"municipality": ["utrecht"], "variable": ["savings"], "symbol": [HIGH]}, dtype="string")
    found = triangulate(ratings, survey_ratings(None, None, ["savings"], ["utrecht"], 5))
    assert found[["relation", "reason"]].to_numpy().tolist() == [["silent", "not_fielded"]]
    assert triangulate(ratings.head(0), surveyed()).shape == (0, 7)
    assert weighted_kappa(found) == Kappa(None, None, None, 0, "too_few_pairs")


def test_a_rating_without_a_row_of_the_survey_is_not_lost():
    ratings = pd.DataFrame({"municipality": ["utrecht"], "variable": ["culture"], "symbol": [HIGH]}, dtype="string")
    with pytest.raises(FruitmandError, match="utrecht culture"):
        triangulate(ratings, surveyed(["utrecht", "savings", 6, 3, MIDDLE, ""]))


def test_the_published_weighted_kappa_is_reproduced():
    # SAS's printout of a weighted kappa (Cicchetti-Allison weights) of this table, as statsmodels' own tests quote it.
    found = weighted_kappa(paired([[0, 4, 1], [0, 8, 0], [0, 1, 5]]))
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4), found.n) == (0.4701, 0.1845, 0.7558, 19)


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9))
@example([0, 1, 4, 0, 0, 5, 0, 0, 0])  # its variance under independence is nought
def test_kappa_is_the_definition_or_says_why_not(counts):
    table = [counts[:3], counts[3:6], counts[6:]]
    found, n = weighted_kappa(paired(table)), sum(counts)
    rows, columns = sum(any(row) for row in table), sum(any(row[j] for row in table) for j in range(3))
    assert found.n == n
    if n < 10:
        assert (found.value, found.reason) == (None, "too_few_pairs")
    elif min(rows, columns) == 1:
        assert (found.value, found.reason) == (None, "constant")
    else:
        assert found.value == pytest.approx(kappa_by_hand(table))
        assert found.reason == "no_interval" or -1 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize(
    ("table", "value"),
    [([[5, 0, 0], [0, 4, 0], [0, 0, 3]], 1), ([[0, 0, 6], [0, 0, 0], [6, 0, 0]], -1)],
)
def test_pairs_that_leave_no_width_have_no_interval(table, value):
    assert weighted_kappa(paired(table)) == Kappa(value, None, None, 12, "no_interval")


def test_silent_pairs_do_not_count():
    pairs = paired([[3, 1, 0], [1, 3, 1], [0, 1, 2]])
    silent = pd.DataFrame({"interview": [HIGH, None], "survey": [None, LOW]}, dtype="string")
    assert weighted_kappa(pd.concat([pairs, silent])) == weighted_kappa(pairs)
    assert weighted_kappa(pairs).n == 12


def test_one_symbol_on_a_side_leaves_nothing_to_agree_about():
    assert weighted_kappa(paired([[6, 4, 2], [0, 0, 0], [0, 0, 0]])) == Kappa(None, None, None, 12, "constant")
    assert weighted_kappa(paired([[6, 0, 0], [4, 0, 0], [2, 0, 0]])).reason == "constant"
