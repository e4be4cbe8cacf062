"""A survey as a whole: groups are counted with those not known, scores are cut by the one rule, blocks are of what was asked."""

import pandas as pd
import pytest

from fruitmand.analysis.likert import scores, summarise
from fruitmand.analysis.surveys import (
    GROUPINGS,
    answering,
    compared,
    count_groups,
    extremes,
    hide,
    protect_groups,
    protect_items,
    protect_spread,
    reliabilities,
    spread,
)
from fruitmand.data.edition import Edition
from fruitmand.data.errors import FruitmandError

ITEMS = pd.DataFrame({"item": ["q01", "q02", "q03", "q04"], "block": ["a", "a", "a", "b"], "code": ["v", "v", "w", "x"]})


def answers(rows):
    """Return responses of (respondent, item, value or state)."""
    states = [
        (person, item, given if isinstance(given, str) else "answered", pd.NA if isinstance(given, str) else given)
        for person, item, given in rows
    ]
    return pd.DataFrame(states, columns=["respondent", "item", "state", "value"]).astype({"value": "Int64"})


def test_who_gave_no_valid_answer_did_not_answer():
    responses = answers([("r1", "q01", "not_answered"), ("r1", "q02", "not_applicable"), ("r2", "q01", 3)])
    assert answering(responses) == ["r2"]


def test_respondents_of_no_known_group_are_counted_apart():
    people = pd.DataFrame({"municipality": ["a", "a", None], "domain": ["hr", None, None], "role": ["x", "y", "z"]})
    found = count_groups(people)
    assert list(found["by"].unique()) == list(GROUPINGS)
    assert found.groupby("by")["respondents"].sum().to_dict() == dict.fromkeys(GROUPINGS, 3)
    assert found.loc[found["by"].eq("domain") & found["group"].isna(), "respondents"].tolist() == [2]


def test_scores_are_cut_as_the_rule_says_and_missing_ones_count_nowhere():
    scores = pd.DataFrame({"v": [2.5, 3.0, 3.5, pd.NA, 5.0]}, index=[f"r{n}" for n in range(5)], dtype="Float64")
    found = spread(scores, {"r0": "a", "r1": "a", "r2": "a", "r3": "a"})
    assert found.drop(columns="median").values.tolist() == [["v", "a", 3, 1, 1, 1]]
    assert found["median"].tolist() == [3.0]


def test_a_group_without_a_score_has_no_median():
    found = spread(pd.DataFrame({"v": [pd.NA, 4]}, index=["r0", "r1"], dtype="Float64"), {"r0": "a", "r1": "b"})
    assert found["n"].tolist() == [0, 1]
    assert pd.isna(found["median"].iloc[0])


def test_reliability_is_of_what_was_asked_and_says_why_there_is_none():
    rows = [(f"r{n}", item, 1 + (n + shift) % 5) for n in range(12) for shift, item in enumerate(["q01", "q02"])]
    rows += [(f"r{n}", "q03", "not_asked") for n in range(12)] + [(f"r{n}", "q04", 3) for n in range(12)]
    found = reliabilities(answers(rows), ITEMS, draws=10, seed=1)
    assert found[["block", "measure", "items"]].values.tolist() == [
        ["a", "alpha", 2],
        ["a", "omega", 2],
        ["b", "alpha", 1],
        ["b", "omega", 1],
    ]
    assert set(found["reason"]) == {"too_few_items"}
    assert found["value"].isna().all()


@pytest.mark.parametrize("block", ["learning_capacity", "improvement"])
def test_reliability_of_a_drawn_survey_is_defined(block):
    edition = Edition("synthetic-2026")
    found = reliabilities(edition.table("responses"), edition.table("items"), draws=20, seed=1)
    part = found[found["block"] == block]
    assert (part["reason"] == "").all()
    assert ((part["low"] < part["value"]) & (part["value"] < part["high"])).all()


GROUPS = pd.DataFrame({"variable": ["v"] * 3, "group": ["a", "b", "c"], "n": [4, 6, 9], "low": [1, 2, 3], "high": [3, 4, 6]})


def test_a_small_group_and_the_one_that_protects_it_are_withheld_and_the_survey_is_silent_on_both():
    done = protect_groups(GROUPS, keys=["variable"], counts=["low", "high"], base="n", min_cell=5)
    assert done.table["withheld"].tolist() == ["small", "complementary", ""]
    assert done.smallest == 9
    rated = {"municipality": ["a", "b", "c"], "variable": ["v"] * 3, "n": [4, 6, 9], "median": [None, 3.0, 3.5]}
    surveyed = pd.DataFrame(rated | {"symbol": [None, "+/-", "+/+"], "reason": ["too_few", "", ""]})
    found = hide(surveyed, done.table)
    assert found["reason"].tolist() == ["too_few", "withheld", ""]
    assert found[["n", "median", "symbol"]].isna().all(axis=1).tolist() == [True, True, False]


def test_the_extremes_of_a_grouping_are_of_groups_that_are_shown():
    counts = pd.DataFrame({"by": ["role"] * 4 + ["domain"], "group": ["x", "y", "z", None, "w"], "respondents": [7, pd.NA, 12, 3, 9]})
    assert extremes(counts, "role") == (7, 12)
    assert extremes(counts, "domain") == (0, 0)


def test_sizes_of_groups_are_not_withheld_for_being_of_one_kind():
    sizes = pd.DataFrame({"by": ["role"] * 2, "group": ["x", "y"], "respondents": [7, 9]})
    done = protect_groups(sizes, keys=["by"], counts=["respondents"], base="respondents", min_cell=5)
    assert done.table["withheld"].tolist() == ["", ""]


def test_a_total_of_too_few_stops_the_build_and_names_its_line():
    with pytest.raises(FruitmandError, match=r"fewer than 5 respondents.*: v\. Leave"):
        protect_groups(GROUPS.head(1), keys=["variable"], counts=["low", "high"], base="n", min_cell=5)


def test_an_item_on_which_all_agree_is_withheld():
    rows = [(f"r{n}", item, 4 if item == "q01" else 1 + n % 5) for n in range(10) for item in ITEMS["item"]]
    done = protect_items(summarise(answers(rows), ITEMS, level="item"), min_cell=5)
    assert done.table["withheld"].tolist() == ["complementary", "", "", ""]
    assert done.smallest == 10


def test_a_town_that_is_withheld_is_withheld_on_every_variable_and_its_grouping_is_not_compared():
    counts = pd.DataFrame(
        {
            "by": ["municipality"] * 4 + ["role"] * 2,
            "group": ["a", "b", "c", "d", "x", "y"],
            "withheld": ["complementary", "", "small", "", "", ""],
        }
    )
    rows = [
        ("v", "a", 9, 3),
        ("v", "b", 9, 4),
        ("v", "c", 4, 2),
        ("v", "d", 9, 5),
        ("w", "a", 9, 3),
        ("w", "b", 7, 2),
        ("w", "c", 4, 1),
        ("w", "d", 9, 3),
    ]
    found = pd.DataFrame(
        [(variable, group, n, low, 1, n - low - 1, 3.0) for variable, group, n, low in rows],
        columns=["variable", "group", "n", "low", "neutral", "high", "median"],
    )
    done = protect_spread(found, counts, min_cell=5)
    hidden = done.table[done.table["withheld"] != ""]
    assert hidden[["variable", "group", "withheld"]].values.tolist() == [
        ["v", "a", "complementary"],
        ["v", "c", "small"],
        ["w", "a", "complementary"],
        ["w", "c", "small"],
    ]
    assert hidden[["n", "low", "neutral", "high", "median"]].isna().all(axis=None)
    assert done.smallest == 7
    assert compared(counts) == ["domain", "role"]


def test_of_a_drawn_survey_no_withheld_size_follows_from_what_is_shown():
    edition = Edition("synthetic-2027")
    people = edition.table("respondents").set_index("respondent")
    counts = protect_groups(count_groups(people), keys=["by"], counts=["respondents"], base="respondents", min_cell=5).table
    shown = protect_spread(spread(scores(edition.table("responses"), edition.table("items")), people["municipality"]), counts, min_cell=5)
    towns = {group: set(part["withheld"]) for group, part in shown.table.groupby("group")}
    assert towns["lindemeer"] == {"small"}
    assert {group for group, marks in towns.items() if marks != {""}} == {"lindemeer", "duinrade"}
    assert "municipality" not in compared(counts)
