"""Answers on an ordered scale: what is counted, what stays missing, and what is not given of few answers."""

import pandas as pd
import pytest

from fruitmand.analysis.intervals import share_interval
from fruitmand.analysis.likert import PERCENT_FROM, scores, summarise
from fruitmand.data.errors import FruitmandError
from fruitmand.data.schema import STATES

ITEMS = pd.DataFrame({"item": ["q02", "q01a", "q01b", "q03"], "code": ["ideas", "motivation", "motivation", "themes"]}, dtype="string")
LETTER = {"n": "not_applicable", "u": "not_answered", "x": "not_asked"}
COUNTS = [
    "n_valid",
    "n_not_applicable",
    "n_not_answered",
    "n_not_asked",
    "respondents",
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


def test_states_are_counted_apart_and_the_points_one_by_one():
    table = summarise(answers(r1="3n55", r2="4u5x", r3="4155", r4="2x5n"), ITEMS, level="item")
    assert table["item"].tolist() == ["q02", "q01a", "q01b", "q03"], "in the order of the items"
    assert row(table, item="q02")[COUNTS].tolist() == [4, 0, 0, 0, 4, 0, 1, 1, 2, 0, 1, 1, 2]
    assert row(table, item="q01a")[COUNTS].tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0]
    assert row(table, item="q03")[COUNTS].tolist() == [2, 1, 0, 1, 2, 0, 0, 0, 0, 2, 0, 0, 2]
    assert (table[[f"n_{state}" for state in STATES[1:]]].sum(axis=1) + table["n_valid"]).tolist() == [4] * 4


def test_a_variable_counts_answers_and_says_how_many_respondents_gave_them():
    table = summarise(answers(r1="3455", r2="4n1u", r3="4nux"), ITEMS, level="variable")
    assert table["variable"].tolist() == ["ideas", "motivation", "themes"]
    # motivation has two items: answers 4 and 5 of r1, 1 of r2 and none of r3.
    assert row(table, variable="motivation")[COUNTS].tolist() == [3, 2, 1, 0, 2, 1, 0, 0, 1, 1, 1, 0, 2]
    assert row(table, variable="motivation")["median"] == 4


@pytest.mark.parametrize(
    ("points", "median", "mode", "constant"),
    [("3", 3, "3", False), ("44", 4, "4", True), ("12", 1.5, "1;2", False), ("1355", 4, "5", False), ("5511", 3, "1;5", False)],
)
def test_the_middle_and_the_most_frequent_points(points, median, mode, constant):
    found = row(summarise(answers(**{f"r{i}": f"{point}nnn" for i, point in enumerate(points)}), ITEMS, level="item"), item="q02")
    assert (found["median"], found["mode"], found["constant"]) == (median, mode, constant)


def test_an_unanswered_item_has_counts_of_nothing_and_no_middle():
    for responses in (answers(r1="nuxx"), answers()):
        table = summarise(responses, ITEMS, level="item")
        assert len(table) == 4, "a row per item all the same"
        assert table["n_valid"].tolist() == [0] * 4
        assert table[["median", "mode", "high_low", "high_high"]].isna().all(axis=None)
        assert not table["constant"].any()


def test_a_published_frequency_table_is_reproduced():
    # IHSN survey catalogue, study 12969, variable Q67C: very negative to very positive, refused and don't know, in per cent of all cases.
    published = {"p1": 7.7, "p2": 11.7, "p3": 4.4, "p4": 29.2, "p5": 15.7, "n_not_answered": 0.2, "n_not_applicable": 31.2}
    cases = {"1": 184, "2": 281, "3": 105, "4": 701, "5": 376, "u": 5, "n": 748}
    marks = [mark for mark, count in cases.items() for _ in range(count)]
    found = row(summarise(answers(**{f"r{i}": f"{mark}xxx" for i, mark in enumerate(marks)}), ITEMS, level="item"), item="q02")
    assert {column: round(100 * found[column] / len(marks), 1) for column in published} == published
    # Of the 1,647 valid answers the 824th is a 4, for 570 are lower and 1,271 are 4 or lower.
    assert found[["n_valid", "low", "high", "median", "mode"]].tolist() == [1647, 465, 1077, 4, "4"]


def test_the_interval_is_of_the_high_answers_among_the_valid_ones():
    # By hand, Wilson at 17 of 25: z² = 3.8415, centre (.68 + .07683) / 1.15366 = .65602, half (1.95996 / 1.15366) sqrt(.68 · .32 / 25
    # + .0015366) = .17192.
    found = row(summarise(many([1, 2, 5, 10, 7]), ITEMS, level="item"), item="q02")
    assert found[["low", "neutral", "high"]].tolist() == [3, 5, 17]
    assert (found["high_low"], found["high_high"]) == (pytest.approx(0.4841, abs=1e-4), pytest.approx(0.82794, abs=1e-4))


def test_a_share_has_an_interval_from_ten_valid_answers():
    few = row(summarise(many([0, 0, 0, 9, 0]), ITEMS, level="item"), item="q02")
    enough = row(summarise(many([0, 0, 3, 7, 0]), ITEMS, level="item"), item="q02")
    assert PERCENT_FROM == 10
    assert few[["high_low", "high_high"]].isna().all()
    assert tuple(enough[["high_low", "high_high"]]) == (share_interval(7, 10).low, share_interval(7, 10).high)


def test_answers_of_the_same_respondent_get_no_interval():
    twice = summarise(answers(**{f"r{number:02}": "n45n" for number in range(12)}), ITEMS, level="variable")
    once = summarise(answers(**{f"r{number:02}": "n4nn" for number in range(12)}), ITEMS, level="variable")
    assert row(twice, variable="motivation")[["n_valid", "respondents"]].tolist() == [24, 12]
    assert row(twice, variable="motivation")[["high_low", "high_high"]].isna().all()
    assert row(once, variable="motivation")[["high_low", "high_high"]].notna().all()


def test_groups_have_their_own_rows_and_who_has_no_group_is_left_out():
    groups = pd.Series({"r1": "hr", "r2": "finance", "r3": pd.NA, "r5": "hr", "r9": "law"}, dtype="string")
    responses = answers(r1="1nnn", r2="2nnn", r3="3nnn", r4="4nnn", r5="5nnn")
    table = summarise(responses, ITEMS, level="item", groups=groups)
    assert table[["item", "group"]].to_numpy().tolist()[:4] == [["q02", "finance"], ["q02", "hr"], ["q02", "law"], ["q01a", "finance"]]
    assert row(table, item="q02", group="hr")[["n_valid", "p1", "p5", "median"]].tolist() == [2, 1, 1, 3]
    assert row(table, item="q02", group="law")["n_valid"] == 0
    assert table["n_valid"].sum() == 3
    assert "group" not in summarise(responses, ITEMS, level="item")


def test_the_columns_are_these_with_and_without_answers_and_groups():
    columns = [*COUNTS, "median", "mode", "high_low", "high_high", "constant"]
    for responses in (answers(r1="1234"), answers()):
        assert summarise(responses, ITEMS, level="variable").columns.tolist() == ["variable", *columns]
        assert summarise(responses, ITEMS, level="item", groups=pd.Series({"r1": "hr"})).columns.tolist() == ["item", "group", *columns]
        plain = summarise(responses, ITEMS, level="item").dtypes.astype(str)
        assert plain[COUNTS].unique().tolist() == ["Int64"]
        assert plain[["item", "mode", "median", "high_low", "constant"]].tolist() == ["string", "string", "Float64", "Float64", "bool"]


def test_a_scale_of_even_points_has_no_middle():
    found = row(summarise(many([1, 2, 3, 4]), ITEMS, level="item", points=4), item="q02")
    assert found[["low", "neutral", "high"]].tolist() == [3, 0, 7]
    assert "p5" not in found


def test_an_answer_off_the_scale_is_refused():
    with pytest.raises(FruitmandError, match="answers must be 1 to 5: 6"):
        summarise(many([0, 0, 0, 0, 0, 1]), ITEMS, level="item")


def test_the_callers_frames_are_left_as_they_were():
    responses = answers(r1="1234")
    before, items = responses.copy(), ITEMS.copy()
    scores(responses, ITEMS)
    summarise(responses, ITEMS, level="variable", groups=pd.Series({"r1": "hr"}))
    pd.testing.assert_frame_equal(responses, before)
    pd.testing.assert_frame_equal(items, ITEMS)
