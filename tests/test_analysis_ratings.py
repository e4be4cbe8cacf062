"""Ratings: the order of the thesis, missing ratings that stay missing, counts that add up."""

import pandas as pd
import pytest

from fruitmand.analysis.ratings import count_by_municipality, count_by_variable, scale_changes, variables

# Counted by hand in the printed tables of 5.2.1, 5.2.3 and 5.3: +/+, +/- and -/- over the four municipalities.
PRINTED = {
    "motivation": (3, 1, 0),
    "room_for_ideas": (2, 2, 0),
    "organisational_barriers": (0, 1, 3),
    "savings": (0, 1, 3),
    "steering": (0, 0, 4),
    "position": (4, 0, 0),
    "readiness_for_change": (0, 2, 2),
    "complacency": (3, 1, 0),
    "blame_culture": (0, 0, 4),
}


@pytest.fixture
def book(edition):
    return edition["codebook"]


@pytest.fixture
def ratings(edition):
    return edition["ratings"]


@pytest.fixture
def municipalities(edition):
    return edition["municipalities"]


def without(ratings, municipality, variable):
    return ratings[~((ratings["municipality"] == municipality) & (ratings["variable"] == variable))]


def test_a_variable_knows_its_concept_with_or_without_a_dimension(book):
    rows = variables(book).set_index("code")
    assert rows.loc["motivation", ["concept", "dimension"]].tolist() == ["learning_capacity", "learning_climate"]
    assert rows.loc["position", ["concept", "dimension"]].tolist() == ["outcomes", "outcomes"]
    assert variables(book, "risks")["code"].tolist() == rows[rows["concept"] == "risks"].index.tolist()
    assert variables(book, "no_such_concept").empty


def test_concepts_have_six_four_five_and_five_variables(book):
    # Tables 3, 4, 1 and 2 of the thesis.
    assert variables(book)["concept"].value_counts(sort=False).to_dict() == {
        "learning_capacity": 6,
        "improvement": 4,
        "outcomes": 5,
        "risks": 5,
    }


def test_a_missing_rating_is_not_counted(ratings, book, municipalities):
    some = without(ratings, "utrecht", "savings")
    row = count_by_variable(some, book).set_index("variable").loc["savings"]
    assert row["n"] == 3
    assert row[["high", "middle", "low"]].tolist() == [0, 1, 2]  # Utrecht's printed rating is -/-
    counts = count_by_municipality(some, book, municipalities).set_index(["concept", "municipality"])
    assert counts.loc[("improvement", "utrecht"), "n"] == 3


def test_a_variable_that_nobody_rated_keeps_its_row(ratings, book):
    some = ratings[ratings["variable"] != "savings"]
    row = count_by_variable(some, book).set_index("variable").loc["savings"]
    assert row[["high", "middle", "low", "n"]].tolist() == [0, 0, 0, 0]


def test_no_ratings_at_all_are_counted_as_none(ratings, book, municipalities):
    none = ratings.iloc[:0]
    assert count_by_variable(none, book)["n"].tolist() == [0] * 20
    assert count_by_municipality(none, book, municipalities)["n"].tolist() == [0] * 16


def test_one_municipality_is_enough(ratings, book, municipalities):
    one = municipalities[municipalities["municipality"] == "utrecht"]
    only = ratings[ratings["municipality"] == "utrecht"]
    assert set(count_by_variable(only, book)["n"]) == {1}
    assert count_by_municipality(only, book, one)["n"].tolist() == [6, 4, 5, 5]


def test_an_unanimous_variable_has_one_count(ratings, book):
    rows = count_by_variable(ratings, book).set_index("variable")
    assert rows.loc["steering", ["high", "middle", "low"]].tolist() == [0, 0, 4]


def test_the_counts_are_those_of_the_printed_tables(ratings, book):
    rows = count_by_variable(ratings, book).set_index("variable")
    assert {name: tuple(rows.loc[name, ["high", "middle", "low"]]) for name in PRINTED} == PRINTED


def test_counts_add_up_to_n(ratings, book, municipalities):
    by_variable, by_municipality = count_by_variable(ratings, book), count_by_municipality(ratings, book, municipalities)
    for table in (by_variable, by_municipality):
        assert (table[["high", "middle", "low"]].sum(axis=1) == table["n"]).all()
        assert table["n"].sum() == 80
    # Section 5.2, Utrecht: +/+ and +/+, +/- and +/+, +/+ and +/-.
    utrecht = by_municipality.set_index(["concept", "municipality"]).loc[("learning_capacity", "utrecht")]
    assert utrecht.tolist() == [4, 2, 0, 6]


def test_the_callers_tables_stay_as_they_were(ratings, book, municipalities):
    before = ratings.copy(), book.copy(), municipalities.copy()
    (
        count_by_variable(ratings, book),
        count_by_municipality(ratings, book, municipalities),
        variables(book),
    )
    assert all(now.equals(then) for now, then in zip((ratings, book, municipalities), before, strict=True))


def test_the_improvement_variables_of_2015_use_another_scale_than_declared(edition, book):
    # Table 4 measures improvement as yes or no; the result table in 5.3 prints three symbols. (Table 3 measures the organisational
    # barrier as much, fair or little: other words than for its neighbours, but three points as in its result table.)
    changes = scale_changes(book, edition["scales"])
    assert changes["variable"].tolist() == ["savings", "steering", "working_method", "goal_attainment"]
    assert changes["points_declared"].tolist() == [2, 2, 2, 2]
    assert changes["points_used"].tolist() == [3, 3, 3, 3]


def test_a_scale_that_is_not_declared_has_not_changed(edition, book):
    book["scale_declared"] = pd.NA
    assert scale_changes(book, edition["scales"]).empty
