"""Two readings of one publication: every difference is decided by somebody and written down, or it stops the build."""

import pandas as pd
import pytest

from fruitmand.checks.double_entry import TWICE, check_readings, coding_states, expectation_text, first_readings
from fruitmand.edition.claims import Expectation

NONE = pd.DataFrame(columns=["table", "key", "column", "first", "second", "decision", "reason_nl", "reason_en"])


def readings(edition, **tables):
    """Return the problems of the edition's two readings with some of its tables replaced."""
    given = {name: edition[name] for name in edition} | tables
    return check_readings(given, edition.claims, edition.coders, edition.label)


def test_the_edition_is_read_twice_in_every_column_that_can_be(edition):
    assert readings(edition) == []
    read = {(row.table, row.column) for row in edition["second_reading"].itertuples()}
    assert read == {(table, column) for table, columns in TWICE.items() for column in columns}


def test_both_coders_coded_every_segment(edition):
    one, two = (set(coding_states(edition["codings"], coder)) for coder in edition.coders)
    assert one == two == set(edition["segments"]["segment_id"])


@pytest.mark.parametrize(
    ("file", "cells", "column", "value"),
    [
        ("ratings.csv", {"municipality": "amsterdam", "variable": "motivation"}, "symbol", "-/-"),
        ("codebook.csv", {"code": "motivation"}, "label_nl", "Motivati"),
        ("scales.csv", {"scale": "agree5", "rank": "3"}, "label_nl", "neutraa"),
    ],
)
def test_a_cell_that_only_one_reader_changed_is_named_with_what_the_other_read(scratch, file, cells, column, value):
    row = scratch.row_of(file, **cells)
    scratch.set(file, row, column, value)
    found = [problem for problem in scratch.problems() if "the second reading has" in problem.rule]
    assert [(problem.file, problem.row, problem.value) for problem in found] == [(f"data/raw/2015/{file}", row, value)]


def test_a_code_that_only_one_coder_changed_is_named_by_row(scratch):
    row = scratch.row_of("codings_coder_1.csv", segment_id="s008", code="motivation")
    scratch.set("codings_coder_1.csv", row, "valence", "opposes")
    (problem,) = scratch.problems()
    assert (problem.file, problem.row, problem.value) == ("data/raw/2015/codings_coder_1.csv", row, "opposes")
    assert "s008 motivation" in problem.rule
    assert "'supports'" in problem.rule


def test_a_difference_that_nobody_decided_is_a_problem_and_a_decision_without_a_difference_too(edition):
    known = edition["adjudications"]
    assert len(readings(edition, adjudications=NONE)) == len(known)
    stale = known.iloc[:1].assign(first="supports", second="opposes", key="s001 motivation", table="codings")
    (problem,) = readings(edition, adjudications=pd.concat([known, stale], ignore_index=True))
    assert (problem.file, problem.row, problem.value) == ("data/raw/2015/adjudications.csv", len(known) + 2, "s001 motivation")
    assert "they do not differ now" in problem.rule


def test_only_codes_may_be_decided_for_the_second_reading_without_a_correction(edition):
    known = edition["adjudications"].copy()
    place = known.index[known["table"] != "codings"][0]
    known.loc[place, "decision"] = "second"
    (problem,) = readings(edition, adjudications=known)
    assert problem.row == place + 2
    assert "must have that" in problem.rule


def test_a_row_that_the_second_reader_lacks_or_alone_has_is_a_problem(edition):
    second = edition["second_reading"]
    (problem,) = readings(edition, second_reading=second.iloc[1:].reset_index(drop=True))
    assert problem.value == second.loc[0, "value"]
    assert "has no such cell" in problem.rule
    alone = pd.concat([second, second.iloc[:1].assign(key="nergens motivation")], ignore_index=True)
    (problem,) = readings(edition, second_reading=alone)
    assert problem.file == "data/raw/2015/second_reading.csv"


def test_an_edition_with_one_reader_and_one_coder_has_nothing_to_compare(edition):
    given = {name: edition[name] for name in edition} | {"second_reading": edition["second_reading"].iloc[:0], "adjudications": NONE}
    assert check_readings(given, edition.claims, edition.coders[:1], edition.label) == []


def test_sets_are_compared_without_their_order():
    assert expectation_text(Expectation(contains=["b", "a"])) == expectation_text(Expectation(contains=["a", "b"]))
    assert expectation_text(Expectation(equals=3)) == '{"equals": 3}'


def test_codes_that_the_publication_does_not_declare_are_not_read_twice(edition):
    keys = {key for table, key, _ in first_readings(edition, edition.claims, edition.label) if table == "codebook"}
    assert "motivation" in keys
    assert not keys & set(edition["codebook"].query("level == 'topic'")["code"])
