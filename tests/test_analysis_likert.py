"""Answers on an ordered scale: what is counted, what stays missing, and what is not given of few answers."""

import pandas as pd
import pytest

from fruitmand.analysis.intervals import share_interval
from fruitmand.analysis.likert import MINIMUM_FOR_SHARES, scores, summarise
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.schema import STATES

ITEMS = pd.DataFrame({"item": ["q02", "q01a", "q01b", "q03"], "code": ["ideas", "motivation", "motivation", "themes"]}, dtype="string")
LETTER = {"n": "not_applicable", "u": "not_answered", "x": "not_asked"}
COUNTS = [
    "n_valid",
    "n_not_applicable",
    "n_not_answered",
    "n_not_asked",
    "p1",
    "p2",
    "p3",
    "p4",
    "p5",
    "low",
    "neutral",
    "high",
]


def answers(**people):
    """Return responses: respondent="a character per item", a point or n (not applicable), u (not answered), x (not asked)."""
    rows = [
        (respondent, item, LETTER.get(mark, "answered"), None if mark in LETTER else int(mark))
        for respondent, marks in people.items()
        for item, mark in zip(ITEMS["item"], marks, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["respondent", "item", "state", "value"])
    return frame.astype({"respondent": "string", "item": "string", "state": "string", "value": "Int64"})


def many(counts):
    """Return responses to the first item with so many answers at each point, by as many respondents."""
    points = [point for point, count in enumerate(counts, 1) for _ in range(count)]
    return answers(**{f"r{number:03}": f"{point}nnn" for number, point in enumerate(points)})


def row(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_a_score_is_the_median_of_the_valid_answers_to_the_items_of_a_variable():
    # r2: one of the two items does not apply, so the other alone counts. r3: neither is valid.
    found = scores(answers(r1="3455", r2="1n2u", r3="5nux"), ITEMS)
    expected = pd.DataFrame(
        {"ideas": [3, 1, 5], "motivation": [4.5, 2, None], "themes": [5, None, None]},
        index=pd.Index(["r1", "r2", "r3"], name="respondent", dtype="string"),
        dtype="Float64",
    ).rename_axis(columns="variable")
    pd.testing.assert_frame_equal(found, expected, check_index_type=False, check_column_type=False)


def test_without_a_valid_answer_there_are_respondents_and_no_scores():
    found = scores(answers(r1="nnnn", r2="uuxx"), ITEMS)
    assert found.shape == (2, 3)
    assert found.isna().all(axis=None)
    assert scores(answers(), ITEMS).shape == (0, 3)


def test_a_variable_that_nobody_was_asked_about_has_no_score():
    found = scores(answers(r1="3xxn", r2="xxxx"), ITEMS)
    assert found.columns.tolist() == ["ideas", "themes"]
    assert found["themes"].isna().all(), "asked, and not applicable, is another thing"


def test_states_are_counted_apart_and_the_points_one_by_one():
    table = summarise(answers(r1="3n55", r2="4u5x", r3="4155", r4="2x5n"), ITEMS)
    assert table["item"].tolist() == ["q02", "q01a", "q01b", "q03"], "in the order of the items"
    assert row(table, item="q02")[COUNTS].tolist() == [4, 0, 0, 0, 0, 1, 1, 2, 0, 1, 1, 2]
    assert row(table, item="q01a")[COUNTS].tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0]
    assert row(table, item="q03")[COUNTS].tolist() == [2, 1, 0, 1, 0, 0, 0, 0, 2, 0, 0, 2]
    assert (table[[f"n_{state}" for state in STATES[1:]]].sum(axis=1) + table["n_valid"]).tolist() == [4] * 4


def test_an_item_was_asked_when_anybody_was_asked():
    table = summarise(answers(r1="3xxn", r2="xxux"), ITEMS).set_index("item")
    assert table["asked"].to_dict() == {"q02": True, "q01a": False, "q01b": True, "q03": True}


@pytest.mark.parametrize(
    ("points", "median", "mode"),
    [("3", 3, "3"), ("44", 4, "4"), ("12", 1.5, "1;2"), ("1355", 4, "5"), ("5511", 3, "1;5")],
)
def test_the_middle_and_the_most_frequent_points(points, median, mode):
    found = row(summarise(answers(**{f"r{i}": f"{point}nnn" for i, point in enumerate(points)}), ITEMS), item="q02")
    assert (found["median"], found["mode"]) == (median, mode)


def test_an_unanswered_item_has_counts_of_nothing_and_no_middle():
    for responses in (answers(r1="nuxx"), answers()):
        table = summarise(responses, ITEMS)
        assert len(table) == 4, "a row per item all the same"
        assert table["n_valid"].tolist() == [0] * 4
        assert table[["median", "mode", "high_low", "high_high"]].isna().all(axis=None)


def test_a_published_frequency_table_is_reproduced():
    # IHSN survey catalogue, study 12969, variable Q67C: very negative to very positive, refused and don't know, in per cent of all cases.
    published = {"p1": 7.7, "p2": 11.7, "p3": 4.4, "p4": 29.2, "p5": 15.7, "n_not_answered": 0.2, "n_not_applicable": 31.2}
    cases = {"1": 184, "2": 281, "3": 105, "4": 701, "5": 376, "u": 5, "n": 748}
    marks = [mark for mark, count in cases.items() for _ in range(count)]
    found = row(summarise(answers(**{f"r{i}": f"{mark}xxx" for i, mark in enumerate(marks)}), ITEMS), item="q02")
    assert {column: round(100 * found[column] / len(marks), 1) for column in published} == published
    # Of the 1,647 valid answers the 824th is a 4, for 570 are lower and 1,271 are 4 or lower.
    assert found[["n_valid", "low", "high", "median", "mode"]].tolist() == [1647, 465, 1077, 4, "4"]


def test_the_interval_is_of_the_high_answers_among_the_valid_ones():
    # By hand, Wilson at 17 of 25: z² = 3.8415, centre (.68 + .07683) / 1.15366 = .65602, half (1.95996 / 1.15366) sqrt(.68 · .32 / 25
    # + .0015366) = .17192.
    found = row(summarise(many([1, 2, 5, 10, 7]), ITEMS), item="q02")
    assert found[["low", "neutral", "high"]].tolist() == [3, 5, 17]
    assert (found["high_low"], found["high_high"]) == (pytest.approx(0.4841, abs=1e-4), pytest.approx(0.82794, abs=1e-4))


def test_a_share_has_an_interval_from_ten_valid_answers():
    few = row(summarise(many([0, 0, 0, 9, 0]), ITEMS), item="q02")
    enough = row(summarise(many([0, 0, 3, 7, 0]), ITEMS), item="q02")
    assert MINIMUM_FOR_SHARES == 10
    assert few[["high_low", "high_high"]].isna().all()
    assert tuple(enough[["high_low", "high_high"]]) == (share_interval(7, 10).low, share_interval(7, 10).high)


def test_the_columns_are_these_with_and_without_answers():
    for responses in (answers(r1="1234"), answers()):
        table = summarise(responses, ITEMS)
        assert table.columns.tolist() == ["item", "asked", *COUNTS, "median", "mode", "high_low", "high_high"]
        kinds = table.dtypes.astype(str)
        assert kinds[COUNTS].unique().tolist() == ["Int64"]
        assert kinds[["item", "asked", "mode", "median", "high_low"]].tolist() == ["string", "bool", "string", "Float64", "Float64"]


def test_a_mean_is_given_only_where_it_is_asked_for():
    responses = many([1, 0, 0, 0, 2])
    assert "mean" not in summarise(responses, ITEMS)
    found = summarise(responses, ITEMS, means=True)
    assert row(found, item="q02")["mean"] == pytest.approx(11 / 3)
    assert pd.isna(row(found, item="q03")["mean"]), "of no valid answer there is none"
    assert found.columns.tolist().index("mean") == found.columns.tolist().index("median") + 1


def test_a_scale_of_even_points_has_no_middle():
    found = row(summarise(many([1, 2, 3, 4]), ITEMS, points=4), item="q02")
    assert found[["low", "neutral", "high"]].tolist() == [3, 0, 7]
    assert "p5" not in found


def test_an_answer_off_the_scale_is_refused():
    with pytest.raises(FruitmandError, match="answers must be 1 to 5: 6"):
        summarise(many([0, 0, 0, 0, 0, 1]), ITEMS)


def test_the_callers_frames_are_left_as_they_were():
    responses = answers(r1="1234")
    before, items = responses.copy(), ITEMS.copy()
    scores(responses, ITEMS)
    summarise(responses, ITEMS)
    pd.testing.assert_frame_equal(responses, before)
    pd.testing.assert_frame_equal(items, ITEMS)
