"""The schemas of the raw tables: each kind of rule names the file, the row, the value and what is wanted."""

import pandas as pd
import pandera.pandas as pa
import pytest

from fruitmand.edition import validation
from fruitmand.edition.columns import STANDINGS, VERDICTS
from fruitmand.edition.schema import SCHEMAS
from fruitmand.edition.validation import validate

COLUMNS = list(SCHEMAS["ratings"].columns)
GOOD = [["utrecht", "motivation", "+/+", "learning_climate", "5.2.1"], ["utrecht", "savings", "-/-", "improvement", "5.3"]]


def check(rows, columns=COLUMNS, table="ratings"):
    return validate(table, pd.DataFrame(rows, columns=columns, dtype="string"), f"raw/{table}.csv")[1]


def broken(column, value, table="ratings", row=0):
    """Return the one problem of a valid table in which one cell is broken."""
    names = list(SCHEMAS[table].columns)
    good = [[SCHEMAS[table].columns[name].example for name in names]] if table != "ratings" else [list(line) for line in GOOD]
    assert check(good, names, table) == []
    good[row][names.index(column)] = value
    (problem,) = check(good, names, table)
    assert problem.file == f"raw/{table}.csv"
    return problem


@pytest.mark.parametrize("table", SCHEMAS)
def test_the_examples_of_the_data_dictionary_are_valid(table):
    schema = SCHEMAS[table]
    example = pd.DataFrame([{name: column.example for name, column in schema.columns.items()}], dtype="string")
    assert validate(table, example, table)[1] == []


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_column_is_described(table):
    assert SCHEMAS[table].description
    assert all(column.title for column in SCHEMAS[table].columns.values())


def test_a_valid_table_gets_the_types_of_the_schema():
    frame = pd.DataFrame([["utrecht", "3", "Utrecht", "Utrecht"]], columns=list(SCHEMAS["municipalities"].columns), dtype="string")
    table, problems = validate("municipalities", frame, "f")
    assert problems == []
    assert table["position"].tolist() == [3]
    assert pd.api.types.is_integer_dtype(table["position"])
    assert frame["position"].tolist() == ["3"], "the caller's table stays as it was"


def test_an_empty_table_is_valid():
    assert check([]) == []


def test_a_missing_column_is_named_with_the_column_meant():
    problems = check(GOOD, ["municipality", "variabel", *COLUMNS[2:]])
    assert {(problem.row, problem.value, problem.cause) for problem in problems} == {
        (1, "variable", "did you mean 'variabel'?"),
        (1, "variabel", "did you mean 'variable'?"),
    }


def test_an_unknown_column_is_named():
    (problem,) = check([[*row, "x"] for row in GOOD], [*COLUMNS, "remark"])
    assert (problem.row, problem.value) == (1, "remark")
    assert "not known" in problem.rule


def test_a_moved_column_is_named():
    problems = check([[row[1], row[0], *row[2:]] for row in GOOD], [COLUMNS[1], COLUMNS[0], *COLUMNS[2:]])
    assert problems
    assert all("order" in problem.rule for problem in problems)
    assert COLUMNS[0] in {problem.value for problem in problems} or COLUMNS[1] in {problem.value for problem in problems}


def test_an_empty_cell_is_named_by_line_and_column():
    problem = broken("exhibit", pd.NA, row=1)
    assert problem.row == 3
    assert "'exhibit'" in problem.rule
    assert "empty" in problem.rule


def test_an_optional_cell_may_be_empty_and_stays_missing():
    names = list(SCHEMAS["codings"].columns)
    frame = pd.DataFrame([["s001", "network", pd.NA, "coder_1"]], columns=names, dtype="string")
    table, problems = validate("codings", frame, "f")
    assert problems == []
    assert table["valence"].isna().all()


@pytest.mark.parametrize("value", ["three", "1.5", "1,5", "one"])
def test_text_where_a_whole_number_belongs_is_named(value):
    problem = broken("position", value, "municipalities")
    assert (problem.row, problem.value) == (2, value)
    assert "'position'" in problem.rule
    assert "whole number" in problem.rule


def test_a_number_that_is_too_small_is_named():
    problem = broken("position", "0", "municipalities")
    assert (problem.row, problem.value) == (2, "0")
    assert "1 or more" in problem.rule


def test_a_value_outside_the_list_is_named_with_the_value_meant():
    problem = broken("valence", "suports", "codings")
    assert (problem.row, problem.value) == (2, "suports")
    assert "supports, mixed, opposes" in problem.rule
    assert problem.cause == "did you mean 'supports'?"


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("ratings", "municipality", "Utrecht"),
        ("ratings", "municipality", "utrecht "),
        ("ratings", "municipality", "utrecht\n"),
        ("ratings", "section", "5.2.1.4"),
        ("ratings", "section", "§5"),
        ("segments", "digest", "0f3a5b6c7d8"),
        ("segments", "digest", "0F3A5B6C7D8E"),
        ("segments", "segment_id", "s1"),
        ("exhibits", "sources", "freytag2001;"),
        ("questions", "question", "Central"),
        ("questions", "question", "0"),
        ("questions", "answered_at", "6"),
        ("questions", "answered_at", "6 ¶5;6 ¶7"),
        ("segments", "segment_id", "s0001"),
        ("segments", "segment_id", "s٠٠١"),
        ("segments", "section", "٥"),
        ("items", "item", "q001"),
        ("reviewed", "checked_on", "2026-13-01"),
        ("reviewed", "checked_on", "2026-11-32"),
        ("initiatives", "places", "5.3"),
        ("initiatives", "municipalities", "utrecht, rotterdam"),
        ("recommendations", "segments", "s033;"),
        ("recommendations", "expectations", "learning_climate/utrecht"),
        ("conditions", "bears_on", "Motivation"),
        ("facts", "value", "1.200,5"),
        ("facts", "value", "20–30"),
        ("facts", "value", "about 7"),
        ("partners", "proposed_by", "utrecht;"),
        ("citations", "listed_year", "'02"),
        ("stances", "place", "4.3 ¶3-4"),
    ],
)
def test_a_value_of_another_form_is_named(table, column, value):
    problem = broken(column, value, table)
    assert (problem.row, problem.value) == (2, value)
    assert f"'{column}'" in problem.rule
    assert "of the form" in problem.rule


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("segments", "segment_id", ["s999", "s1000", "s123456"]),
        ("segments", "same_as", ["s1000"]),
        ("codings", "segment_id", ["s1000"]),
        ("sections", "section", ["9", "10", "12.10.11"]),
        ("questions", "question", ["9", "10", "central"]),
        ("questions", "answered_at", ["10.11 ¶12", "6 ¶15-16; 6 ¶18-32"]),
        ("items", "item", ["q99", "q100", "q100a"]),
        ("responses", "item", ["q100"]),
        ("reviewed", "checked_on", ["2026-12-31"]),
        ("reviewed", "verdict", [*VERDICTS, *STANDINGS]),
        ("initiatives", "municipalities", ["g4", "utrecht", "utrecht;rotterdam;g4", pd.NA]),
        ("recommendations", "recommendation", ["r01", "r100"]),
        ("recommendations", "expectations", ["learning_climate/den-haag/a;reasons/utrecht/b"]),
        ("facts", "value", ["7", "0.5", "2-3", "1.5-2.5", "100000+"]),
        ("citations", "listed_year", ["2002", "2002;2004", pd.NA]),
        ("stances", "place", ["4", "4.3 ¶3", "annex", "summary ¶1"]),
    ],
)
def test_every_value_that_a_column_may_hold_is_valid(table, column, values):
    example = {name: spec.example for name, spec in SCHEMAS[table].columns.items()}
    for value in values:
        assert validate(table, pd.DataFrame([example | {column: value}], dtype="string"), table)[1] == []


@pytest.mark.parametrize(
    ("table", "column", "value", "meant"),
    [
        ("initiatives", "status", "carried out", "carried_out"),
        ("initiatives", "due_to_benchmark", "unsaid", ""),
        ("conditions", "source", "finding", "findings"),
        ("conditions", "met", "partially", "partly"),
        ("facts", "hypothetical", "maybe", ""),
        ("roles", "aspect", "asks", "asked"),
        ("citations", "listed", "other year", "other_year"),
        ("reviewed", "verdict", "reservation", ""),
    ],
)
def test_what_the_publication_tells_is_said_in_the_words_of_its_table(table, column, value, meant):
    problem = broken(column, value, table)
    assert (problem.row, problem.value) == (2, value)
    assert f"'{column}'" in problem.rule
    assert "one of" in problem.rule
    assert meant in problem.cause


@pytest.mark.parametrize(("table", "column"), [("initiatives", "count"), ("cut_offs", "yes_from")])
def test_there_is_no_nought_among_counts_that_are_told_nor_among_ranks(table, column):
    assert "1 or more" in broken(column, "0", table).rule


# By hand, as the rule in docs/claims.md has them: what these tables lack says nothing. All others are read in full.
SELECTIVE = {"expectations", "findings", "segments", "codings", "initiatives", "conditions", "facts", "partners", "roles", "definitions"}


def test_the_tables_of_what_stood_out_and_of_what_places_say_are_told_apart_from_those_that_are_read_in_full():
    assert {name for name, schema in SCHEMAS.items() if schema.kind == "selective"} == SELECTIVE
    assert {name for name, schema in SCHEMAS.items() if schema.kind == "text"} == {"stances"}


def test_a_copied_row_is_named_with_its_key():
    problems = check([*GOOD, GOOD[0]])
    assert {problem.row for problem in problems} == {2, 4}
    assert all("utrecht" in problem.value and "motivation" in problem.value for problem in problems)
    assert all("municipality, variable" in problem.rule and "more than once" in problem.rule for problem in problems)


def test_all_problems_are_told_at_once():
    rows = [["Utrecht", "motivation", "+/+", "learning_climate", "5.2.1"], ["utrecht", "savings", "++", "improvement", "V"]]
    assert {(problem.row, problem.value) for problem in check(rows)} == {(2, "Utrecht"), (3, "++"), (3, "V")}


def test_a_text_for_a_number_does_not_hide_other_problems():
    names = list(SCHEMAS["municipalities"].columns)
    problems = check([["Utrecht", "three", "Utrecht", pd.NA], ["den-haag", "two", "Den Haag", "The Hague"]], names, "municipalities")
    assert {(problem.row, problem.value) for problem in problems} == {(2, "Utrecht"), (2, "three"), (2, ""), (3, "two")}


def test_every_schema_is_strict_ordered_and_keyed():
    schemas = [validation._schema(table) for table in SCHEMAS]
    assert all(isinstance(schema, pa.DataFrameSchema) and schema.strict and schema.ordered and schema.unique for schema in schemas)
