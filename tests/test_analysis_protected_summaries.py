"""Summaries of a survey: unknown groups are counted, scores are cut at the cut points, and no withheld cell can be derived."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from fruitmand.analysis import protected_summaries
from fruitmand.analysis.likert import scores, summarise
from fruitmand.analysis.protected_summaries import (
    GROUPINGS,
    answering_respondents,
    compare_groups,
    group_size_range,
    group_sizes,
    protect_group_sizes,
    protect_items,
    protect_score_distributions,
    reliabilities,
    score_distributions,
    smallest_compared_group,
    smallest_shown,
    withhold_ratings,
)
from fruitmand.analysis.suppression import TOGETHER, Suppressed
from fruitmand.analysis.triangulation import survey_ratings
from fruitmand.edition.reading import Edition

ITEMS = pd.DataFrame({"item": ["q01", "q02", "q03", "q04"], "block": ["a", "a", "a", "b"], "code": ["v", "v", "w", "x"]})


def answers(rows):
    """Return responses of (respondent, item, value or state)."""
    states = [
        (person, item, given if isinstance(given, str) else "answered", pd.NA if isinstance(given, str) else given)
        for person, item, given in rows
    ]
    return pd.DataFrame(states, columns=["respondent", "item", "state", "value"]).astype({"value": "Int64"})


def test_who_answered_nothing_is_no_respondent_and_not_applicable_is_an_answer():
    responses = answers([("r1", "q01", "not_answered"), ("r1", "q02", "not_asked"), ("r2", "q01", 3), ("r3", "q01", "not_applicable")])
    assert answering_respondents(responses) == ["r2", "r3"]


def test_respondents_of_no_known_group_are_counted_apart():
    people = pd.DataFrame({"municipality": ["a", "a", None], "domain": ["hr", None, None], "role": ["x", "y", "z"]})
    found = group_sizes(people)
    assert list(found["by"].unique()) == list(GROUPINGS)
    assert found.groupby("by")["respondents"].sum().to_dict() == dict.fromkeys(GROUPINGS, 3)
    assert found.loc[found["by"].eq("domain") & found["group"].isna(), "respondents"].tolist() == [2]


def test_scores_are_cut_at_the_cut_points_and_missing_ones_count_nowhere():
    scores = pd.DataFrame({"v": [2.5, 3.0, 3.5, pd.NA, 5.0]}, index=[f"r{n}" for n in range(5)], dtype="Float64")
    found = score_distributions(scores, pd.Series({"r0": "a", "r1": "a", "r2": "a", "r3": "a", "r4": None}))
    assert found.drop(columns=["median"]).values.tolist() == [["v", "a", 3, 1, 1, 1]], "nor does who is in no known group"
    assert found["median"].tolist() == [3.0]


def test_a_group_without_a_score_has_no_median():
    found = score_distributions(pd.DataFrame({"v": [pd.NA, 4]}, index=["r0", "r1"], dtype="Float64"), pd.Series({"r0": "a", "r1": "b"}))
    assert found["n"].tolist() == [0, 1]
    assert pd.isna(found["median"].iloc[0])


def test_reliability_is_of_what_was_asked_and_says_why_there_is_none():
    rows = [(f"r{n}", item, 1 + (n + shift) % 5) for n in range(12) for shift, item in enumerate(["q01", "q02"])]
    rows += [(f"r{n}", "q03", "not_asked") for n in range(12)] + [(f"r{n}", "q04", 3) for n in range(12)]
    found = reliabilities(answers(rows), ITEMS, draws=10, seed=1, min_cell=5)
    assert found[["block", "measure", "items"]].values.tolist() == [
        ["a", "alpha", 2],
        ["a", "omega", 2],
        *[["a", "item_total", 2]] * 2,
        ["b", "alpha", 1],
        ["b", "omega", 1],
        ["b", "item_total", 1],
    ]
    assert set(found["reason"]) == {"too_few_items"}
    assert found["value"].isna().all()


@pytest.mark.parametrize("block", ["learning_capacity", "improvement"])
def test_reliability_of_a_drawn_survey_is_defined(block):
    edition = Edition("synthetic-2026")
    found = reliabilities(edition["responses"], edition["items"], draws=20, seed=1, min_cell=5)
    part = found[found["block"] == block]
    assert (part["reason"] == "").all()
    whole = part[part["item"].isna()]
    assert whole["measure"].tolist() == ["alpha", "omega"]
    assert ((whole["low"] < whole["value"]) & (whole["value"] < whole["high"])).all()
    asked = edition["items"].loc[edition["items"]["block"] == block, "item"]
    assert part["item"].dropna().isin(asked).all()
    assert part.loc[part["item"].notna(), "value"].between(-1, 1).all()


def test_which_item_has_one_answer_is_not_told_of_few_complete_cases():
    rows = [
        (f"r{p}", item, 4 if item == "q03" else 1 + (p + shift) % 5) for p in range(12) for shift, item in enumerate(["q01", "q02", "q03"])
    ]
    rows += [(f"r{p}", "q04", 3) for p in range(12)]
    for min_cell, reasons in ((5, {"constant_item", ""}), (20, {"withheld"})):
        found = reliabilities(answers(rows), ITEMS, draws=10, seed=1, min_cell=min_cell)
        assert set(found.loc[found["block"] == "a", "reason"]) == reasons


@pytest.mark.parametrize(("complete", "n"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_few_complete_cases_are_not_counted_and_do_not_stop_the_report(complete, n):
    rows = [(f"r{p}", item, 1 + p % 5 if p < complete else "not_answered") for p in range(12) for item in ["q01", "q02", "q03"]]
    found = reliabilities(answers([*rows, *((f"r{p}", "q04", 3) for p in range(12))]), ITEMS, draws=10, seed=1, min_cell=5)
    shown = found.loc[found["block"] == "a", "n"]
    assert [None if pd.isna(size) else size for size in shown] == [n] * 5
    assert smallest_shown(shown) == (n or None)


def survey(*people):
    """Return scores and respondents of (municipality, domain, role, {variable: score})."""
    names = [f"r{place:02}" for place in range(len(people))]
    respondents = pd.DataFrame([person[:3] for person in people], columns=list(GROUPINGS), index=names, dtype="string")
    variables = list(dict.fromkeys(variable for *_, given in people for variable in given))
    scores = pd.DataFrame([person[3] for person in people], columns=variables, index=names, dtype="Float64")
    return scores, respondents


def protected(scores, respondents, min_cell=5):
    counts = protect_group_sizes(group_sizes(respondents), min_cell=min_cell).table
    spreads = protect_score_distributions(scores, respondents, counts, min_cell=min_cell)
    return counts, spreads, compare_groups(scores, respondents, counts, spreads, draws=50, seed=1, min_cell=min_cell)


def several(municipality, count, role="x", **given):
    """Return so many respondents of a municipality whose scores differ, of which those given have no score where it says None."""
    return [(municipality, "hr", role, dict.fromkeys(("v", "w"), 1 + place % 5) | given) for place in range(count)]


def test_a_small_group_and_the_one_that_protects_it_are_withheld_and_the_survey_is_silent_on_both():
    scores, people = survey(*several("a", 4), *several("b", 6), *several("c", 9))
    _, spreads, _ = protected(scores, people)
    shown = spreads["municipality"]
    assert shown.table["withheld"].tolist() == ["yes", "yes", ""] * 2
    assert shown.smallest == 9
    rated = survey_ratings(scores, people.rename_axis("respondent").reset_index(), ["v", "w"], ["a", "b", "c"], 5)
    found = withhold_ratings(rated, shown.table)
    assert found["reason"].tolist() == ["withheld"] * 4 + [""] * 2
    assert found[["n", "median", "symbol"]].isna().all(axis=1).tolist() == [True] * 4 + [False] * 2


def test_a_municipality_with_too_few_scores_on_one_variable_is_not_disclosed_by_comparisons_of_that_variable():
    # Municipality a has nine respondents, of whom three have a score on v.
    scores, people = survey(*several("a", 3), *several("a", 6, v=None), *several("b", 9, role="y"), *several("c", 9))
    _, spreads, tested = protected(scores, people)
    table = spreads["municipality"].table
    assert table.loc[table["variable"] == "v", "withheld"].tolist() == ["yes", "yes", ""]
    assert set(table.loc[table["variable"] == "w", "withheld"]) == {""}
    row = tested[(tested["by"] == "municipality") & (tested["variable"] == "v")].iloc[0]
    assert row["reason"] == "withheld"
    assert row.drop(["variable", "by", "reason", "left_out"]).isna().all()
    assert tested.loc[(tested["by"] == "municipality") & (tested["variable"] == "w"), "n"].tolist() == [27]
    assert tested["variable"].tolist() == ["v", "w"] * 3, "in the order of the scores"


@pytest.mark.parametrize("unknown", [1, 2, 6])
def test_those_of_no_known_municipality_are_left_out_of_comparisons_and_their_number_is_told(unknown):
    counts, spreads, tested = protected(*survey(*several("a", 9), *several("b", 8), *several(None, unknown)))
    assert set(spreads["municipality"].table["group"]) == {"a", "b"}
    assert set(counts["withheld"]) == {""}
    of_municipality = tested[tested["by"] == "municipality"]
    assert of_municipality[["n", "left_out"]].values.tolist() == [[17, unknown]] * 2
    assert tested.loc[tested["by"] != "municipality", "left_out"].tolist() == [0] * 4
    assert spreads["municipality"].smallest == smallest_compared_group(of_municipality, spreads) == 8


def test_those_of_no_known_municipality_are_no_group_for_the_minimum():
    sizes = group_sizes(survey(*several("a", 9), *several("b", 8), *several(None, 2))[1])
    assert protect_group_sizes(sizes, min_cell=5).smallest == 8


@pytest.mark.parametrize(
    ("known", "is_withheld"),
    [((3,), True), ((1, 2), True), ((4, 4), True), ((1,) * 5, True), ((2, 3), True), ((3, 9), True), ((9,), False), ((3, 9, 9), False)],
)
def test_how_many_are_of_no_known_municipality_is_withheld_where_it_tells_the_total_of_all_groups(known, is_withheld):
    # Three in a, of 23: that 20 are of no known municipality tells it.
    people = [*several(None, 20), *(one for name, size in zip("abcde", known, strict=False) for one in several(name, size))]
    counts, _, tested = protected(*survey(*people))
    row = counts[(counts["by"] == "municipality") & counts["group"].isna()].iloc[0]
    assert (row["withheld"] != "") == is_withheld
    assert pd.isna(row["respondents"]) == is_withheld
    assert tested.loc[tested["by"] == "municipality", "left_out"].isna().all() == is_withheld


@pytest.mark.parametrize("min_cell", [4, 5])
def test_no_size_follows_from_the_number_of_those_in_no_known_group(min_cell):
    """Try all sizes of two and three groups beside those of none; those that look alike cannot be told apart by anybody."""
    pictures = {}  # of up to seven respondents, of whom no way is missing
    for sizes in (sizes for groups in (1, 2, 3, 4) for sizes in product(range(1, 8 - groups), repeat=groups + 1) if sum(sizes) <= 7):
        frame = pd.DataFrame({"by": "role", "group": [*"wxyz"[: len(sizes) - 1], None], "respondents": sizes})
        shown = tuple(protect_group_sizes(frame, min_cell=min_cell).table["respondents"].fillna(0))
        pictures.setdefault((sum(sizes), shown), []).append(sizes)
    hidden = [(ways, place) for (_, shown), ways in pictures.items() for place, size in enumerate(shown) if not size]
    found = [ways for ways, place in hidden if len({way[place] for way in ways}) == 1]
    assert len(pictures) > 15
    assert {size for ways in found for way in ways for size in way} == {1}, "but for one respondent each, which the total tells"


def test_a_municipality_of_one_opinion_is_shown_and_warned_of():
    scores, people = survey(*several("a", 9, v=5), *several("b", 9), *several("c", 9))
    _, spreads, _ = protected(scores, people)
    assert set(spreads["municipality"].table["withheld"]) == {""}
    assert spreads["municipality"].alike == ("v a",)


@pytest.mark.parametrize("count", [1, 3, 4])
def test_an_edition_with_too_few_respondents_withholds_everything_and_stops_nothing(count):
    counts, spreads, tested = protected(*survey(*several("a", count)))
    assert set(counts["withheld"]) == {"yes"}
    assert all("" not in done.table["withheld"].tolist() and done.smallest is None for done in spreads.values())
    assert set(tested["reason"]) == {"withheld"}
    assert smallest_compared_group(tested, spreads) is None
    assert group_size_range(tested, counts) == (0, 0)


@pytest.mark.parametrize(("score", "reason"), [(4, "constant"), (None, "too_few")])
def test_a_variable_on_which_all_agree_or_nobody_has_a_score_stops_nothing(score, reason):
    people = [*several("a", 9, v=score), *several("b", 9, role="y", v=score)]
    _, spreads, tested = protected(*survey(*people))
    table = spreads["municipality"].table
    assert set(table.loc[table["variable"] == "v", "withheld"]) == {""}
    found = tested[tested["variable"] == "v"].set_index("by")["reason"]
    assert found.to_dict() == {"municipality": reason, "domain": "too_few", "role": reason}, "of one domain there is nothing to compare"


def test_the_smallest_group_of_a_comparison_is_the_smallest_that_it_compares():
    scores, people = survey(*several("a", 7, v=3.5), *several("a", 2), *several("b", 9, role="y"), *several("b", 6, role="y", w=None))
    _, spreads, tested = protected(scores, people)
    assert smallest_compared_group(tested, spreads) == 9
    scores.loc[people["municipality"] == "b", "w"] = [1, 2, 3, 4, 5, *[pd.NA] * 10]
    _, spreads, tested = protected(scores, people)
    assert smallest_compared_group(tested, spreads) == 5


def test_the_group_size_range_is_of_the_compared_grouping_with_the_fewest_groups():
    counts = pd.DataFrame(
        {
            "by": ["municipality"] * 3 + ["role"] * 3 + ["domain"],
            "group": ["a", "b", "c", "x", "y", None, "w"],
            "respondents": [5, 9, 9, 7, 12, 4, 23],
        }
    )
    tested = pd.DataFrame({"by": ["municipality", "role", "domain"], "n": pd.array([23, 19, pd.NA], dtype="Int64")})
    assert group_size_range(tested, counts) == (7, 12)
    assert group_size_range(tested.head(1), counts) == (5, 9)
    assert group_size_range(tested.tail(1), counts) == (0, 0)


def test_sizes_of_groups_are_not_withheld_for_being_of_one_kind():
    sizes = pd.DataFrame({"by": ["role"] * 2, "group": ["x", "y"], "respondents": [7, 9]})
    assert protect_group_sizes(sizes, min_cell=5).table["withheld"].tolist() == ["", ""]


def test_an_item_on_which_all_agree_is_warned_of():
    rows = [(f"r{n}", item, 4 if item == "q01" else 1 + n % 5) for n in range(10) for item in ITEMS["item"]]
    done = protect_items(summarise(answers(rows), ITEMS), ITEMS, min_cell=5)
    assert done.table["withheld"].tolist() == [""] * 4
    assert (done.alike, done.smallest) == (("q01",), 10)


def test_an_item_with_few_answers_is_withheld_with_the_other_items_of_its_variable():
    # Four answered q02 alone: the scores of the variable, which are of q01 and q02, minus the answers to q01 would give theirs back.
    rows = [(f"r{n}", item, 1 + n % 5) for n in range(10) for item in ("q01", "q03", "q04")]
    rows += [(f"s{n}", "q02", 1 + n % 5) for n in range(4)]
    done = protect_items(summarise(answers(rows), ITEMS), ITEMS, min_cell=5)
    assert done.table["withheld"].tolist() == ["yes", "yes", "", ""]
    assert done.table.loc[:1, ["n_valid", "p1", "median"]].isna().all(axis=None)


def test_a_municipality_that_is_withheld_is_withheld_on_every_variable_and_its_grouping_is_not_compared():
    counts, spreads, tested = protected(*survey(*several("a", 6), *several("b", 9), *several("c", 4), *several("d", 9)))
    assert counts.loc[counts["by"] == "municipality", "withheld"].tolist() == ["yes", "", "yes", ""], "the first goes with the small one"
    table = spreads["municipality"].table
    assert table["withheld"].tolist() == ["yes", "", "yes", ""] * 2
    hidden = table[table["withheld"] != ""]
    assert hidden[["n", "low", "neutral", "high", "median"]].isna().all(axis=None)
    assert spreads["municipality"].smallest == 9
    assert set(tested.loc[tested["by"] == "municipality", "reason"]) == {"withheld"}


def test_withheld_municipalities_that_gave_one_answer_together_are_warned_of_and_withhold_no_other():
    # Small a and b, which goes with it, all score high on v, which the total minus c and d tells. A third municipality would tell it too.
    scores, people = survey(*several("a", 4, v=5), *several("b", 6, v=5), *several("c", 9), *several("d", 9))
    done = protected(scores, people)[1]["municipality"]
    assert done.table["withheld"].tolist() == ["yes", "yes", "", ""] * 2
    assert done.alike == (f"v {TOGETHER}",)


def bounds(cells, known, asked):
    """Return the least and the most that each cell asked for can be, for whoever knows these sums, in whole numbers of nought or more.

    ``known`` are (cells that are added, cells that are taken off, outcome).
    """
    place = {cell: index for index, cell in enumerate(cells)}
    matrix = np.zeros((len(known), len(cells)))
    for line, (added, taken, _) in enumerate(known):
        matrix[line, [place[cell] for cell in added]] = 1
        matrix[line, [place[cell] for cell in taken]] = -1
    sums = [outcome for *_, outcome in known]
    rules = {"constraints": LinearConstraint(matrix, sums, sums), "integrality": np.ones(len(cells)), "bounds": Bounds(0, 60)}
    found = {}
    for cell in asked:
        ends = [milp(sign * np.eye(len(cells))[place[cell]], **rules) for sign in (1, -1)]
        assert all(end.success for end in ends), "the truth is a solution"
        found[cell] = (round(ends[0].fun), round(-ends[1].fun))
    return found


people_of = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]), st.just("hr"), st.sampled_from(["x", "y"]),
        st.fixed_dictionaries({v: st.sampled_from([1, 3, 5, 5, None]) for v in ("v", "w")}),
    ),
    min_size=6, max_size=40,
)  # fmt: skip


LEVELS = ("low", "neutral", "high")


def known_to_a_reader(counts, table, totals, people):
    """Return every sum that the published tables tell, as `bounds` takes them, of cells (group, variable, level or absent)."""
    groups, variables = list(counts.index), list(dict.fromkeys(variable for variable, _ in table.index))
    everybody = {(group, v): [(group, v, level) for level in (*LEVELS, "absent")] for group in groups for v in variables}
    known = [([cell for group in groups for cell in everybody[group, v]], [], people) for v in variables]
    for group in groups:  # a group has the same size on every variable, which may be published
        known += [(everybody[group, v], everybody[group, variables[0]], 0) for v in variables[1:]]
        known += [(everybody[group, v], [], int(counts.loc[group, "respondents"])) for v in variables if not counts.loc[group, "withheld"]]
        known += [([(group, v, level)], [], int(table.loc[(v, group), level])) for v in variables for level in LEVELS
                  if (v, group) in table.index and not table.loc[(v, group), "withheld"]]  # fmt: skip
    return known + [([(group, v, level) for group in groups], [], total) for (v, level), total in totals.items()]


def findings(people):
    """Return the withheld cells of which a reader of all tables finds the value, but for those of which all that is withheld is nought.

    Those of no known municipality are no group that is withheld; what they answered is one thing more that the reader does not know.
    """
    scores, respondents = survey(*people)
    counts, spreads, _ = protected(scores, respondents)
    counts = counts[counts["by"] == "municipality"].fillna({"group": "?"}).set_index("group")
    table = spreads["municipality"].table.set_index(["variable", "group"])
    truth = score_distributions(scores, respondents["municipality"].fillna("?")).set_index(["variable", "group"])
    sums = truth.groupby("variable")[list(LEVELS)].sum()
    told = [v for v in scores if sums.loc[v].sum() >= 5]  # else the items withhold the sums
    totals = {(v, level): int(sums.loc[v, level]) for v in told for level in LEVELS}
    cells = [(group, v, level) for group in counts.index for v in scores for level in (*LEVELS, "absent")]
    shown = set(table.index[table["withheld"] == ""])
    hidden = [cell for cell in cells if cell[1::-1] not in shown and cell[0] != "?" and cell[2] != "absent"]
    found = bounds(cells, known_to_a_reader(counts, table, totals, len(scores)), hidden or cells[:1])
    nought = {(v, level) for v, level in totals if not sum(truth.loc[(v, g), level] for g in counts.index if (v, g) not in shown)}
    return [cell for cell in hidden if found[cell][0] == found[cell][1] and cell[1:] not in nought]


@settings(max_examples=25, deadline=None)
@given(people_of)
def test_no_withheld_answer_can_be_derived_from_all_tables_together(people):
    assert findings(people) == []


def test_primary_suppression_alone_can_be_undone(monkeypatch):
    people = [*several("a", 9), *several("b", 8), *several("c", 2)]
    assert findings(people) == []
    monkeypatch.setattr(protected_summaries, "_protect", careless)
    assert findings(people)


def careless(found, _, min_cell):
    """Withhold what is small and nothing else."""
    small = found["n"].between(1, min_cell - 1)
    return Suppressed(found.assign(withheld=np.where(small, "yes", "")), None, ())


def test_of_a_drawn_survey_no_withheld_size_follows_from_what_is_shown():
    edition = Edition("synthetic-2027")
    people = edition["respondents"].set_index("respondent")
    _, spreads, tested = protected(scores(edition["responses"], edition["items"]), people)
    municipalities = {group: set(part["withheld"]) for group, part in spreads["municipality"].table.groupby("group")}
    assert {group for group, marks in municipalities.items() if marks != {""}} == {"lindemeer", "duinrade"}
    assert set(tested.loc[tested["by"] == "municipality", "reason"]) == {"withheld"}
