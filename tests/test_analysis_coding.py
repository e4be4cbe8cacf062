"""Coding: passages are not segments, topics have no valence, empty cells are 0, codes saturate in the order of the text."""

import pandas as pd
import pytest

from fruitmand.analysis.coding import NOBODY, adjudicated_codings, attribution_counts, code_frequencies, code_saturation, coverage, passages

UNCHANGED = pd.DataFrame(columns=["segment_id", "code", "before", "after"])
COLUMNS = ["segment_id", "municipality", "section", "paragraph", "start", "end", "kind"]


@pytest.fixture
def book(edition):
    return edition["codebook"]


@pytest.fixture
def municipalities(edition):
    return edition["municipalities"]


@pytest.fixture
def segments():
    """Return four segments: one passage attributed to two municipalities, one to the four together, one to nobody."""
    rows = [
        ("s001", "utrecht", "5.1", 1, 0, 50, "quotation"),
        ("s002", "rotterdam", "5.1", 1, 0, 50, "quotation"),
        ("s003", "g4", "5.1", 1, 60, 90, "reported"),
        ("s004", pd.NA, "5.2.1", 1, 0, 50, "reported"),  # the same characters of another paragraph
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture
def codings():
    """Return codes: motivation for all but the third, a topic for the third, two codes for the fourth."""
    rows = [
        ("s001", "motivation", "supports"),
        ("s002", "motivation", "opposes"),
        ("s003", "network", pd.NA),
        ("s004", "motivation", "supports"),
        ("s004", "savings", "mixed"),
    ]
    return pd.DataFrame(rows, columns=["segment_id", "code", "valence"]).assign(coder="coder_1")


def test_a_passage_attributed_to_two_municipalities_is_two_segments_and_one_passage(segments, codings, book):
    assert len(passages(segments)) == 3
    row = code_frequencies(segments, codings, book).set_index("code").loc["motivation"]
    assert row[["segments", "passages", "quotations"]].tolist() == [3, 2, 2]


def test_valences_are_counted_per_segment(segments, codings, book):
    row = code_frequencies(segments, codings, book).set_index("code").loc["motivation"]
    assert row[["supports", "mixed", "opposes"]].tolist() == [2, 0, 1]


def test_valences_of_a_topic_are_missing_and_not_zero(segments, codings, book):
    table = code_frequencies(segments, codings, book).set_index("code")
    assert table.loc["network", "segments"] == 1
    topics = table[table["level"] == "topic"]
    assert len(topics) == 12
    assert topics[["supports", "mixed", "opposes"]].isna().all(axis=None)
    assert table[table["level"] == "variable"][["supports", "mixed", "opposes"]].notna().all(axis=None)


def test_a_code_that_nobody_gave_has_a_row_of_zeros(segments, codings, book):
    table = code_frequencies(segments, codings, book)
    assert table["code"].tolist() == book[book["level"].isin(["variable", "topic"])]["code"].tolist()
    assert table.set_index("code").loc["steering", ["segments", "passages", "quotations", "supports"]].tolist() == [0, 0, 0, 0]


def test_valences_of_a_variable_add_up_to_its_segments(edition, book):
    codings = edition["codings"]
    table = code_frequencies(edition["segments"], codings[codings["coder"] == "coder_1"], book)
    rows = table[table["level"] == "variable"]
    assert (rows[["supports", "mixed", "opposes"]].sum(axis=1) == rows["segments"]).all()
    assert (table["passages"] <= table["segments"]).all()
    assert (table["quotations"] <= table["segments"]).all()


def test_a_segment_listed_twice_is_an_error(segments, codings, book):
    with pytest.raises(pd.errors.MergeError):
        code_frequencies(pd.concat([segments, segments]), codings, book)


def test_codes_that_stand_are_the_first_coders_but_where_decided_otherwise():
    rows = [
        ("codings", "s001 motivation", "valence", "supports", "mixed", "second"),
        ("codings", "s001 savings", "valence", "not given", "opposes", "second"),
        ("codings", "s001 network", "valence", "not given", "given", "second"),
        ("codings", "s002 steering", "valence", "mixed", "not given", "second"),
        ("codings", "s002 position", "valence", "not given", "mixed", "first"),
        ("ratings", "utrecht motivation", "symbol", "+/+", "+/-", "first"),
    ]
    decided = pd.DataFrame(rows, columns=["table", "key", "column", "first", "second", "decision"])
    given = [("s001", "motivation", "supports"), ("s002", "steering", "mixed"), ("s002", "other", None)]
    first = pd.DataFrame([(*row, "a") for row in given], columns=["segment_id", "code", "valence", "coder"]).astype("string")
    both = pd.concat([first, first.assign(coder="b", valence="opposes")], ignore_index=True)
    found = adjudicated_codings(both, ["a", "b"], decided, UNCHANGED)
    assert found.fillna("").to_numpy().tolist() == [
        ["s001", "motivation", "mixed", "agreed"],
        ["s001", "savings", "opposes", "agreed"],
        ["s001", "network", "", "agreed"],
        ["s002", "other", "", "agreed"],
    ]
    assert adjudicated_codings(both, ["a", "b"], decided.iloc[:0], UNCHANGED)["valence"].fillna("").tolist() == ["supports", "mixed", ""]


def test_what_a_later_reader_changed_stands_also_where_it_was_adjudicated():
    given = [("s001", "motivation", "supports"), ("s002", "steering", "mixed"), ("s002", "other", None)]
    first = pd.DataFrame([(*row, "a") for row in given], columns=["segment_id", "code", "valence", "coder"]).astype("string")
    decided = pd.DataFrame(
        [("codings", "s001 motivation", "valence", "supports", "mixed", "second")],
        columns=["table", "key", "column", "first", "second", "decision"],
    )
    changed = pd.DataFrame(
        [
            ("s001", "motivation", "mixed", "opposes"),
            ("s001", "network", "not given", "given"),
            ("s002", "other", "given", "not given"),
        ],
        columns=UNCHANGED.columns,
    )
    assert adjudicated_codings(first, ["a"], decided, changed).fillna("").to_numpy().tolist() == [
        ["s001", "motivation", "opposes", "agreed"],
        ["s001", "network", "", "agreed"],
        ["s002", "steering", "mixed", "agreed"],
    ]


def test_coverage_is_zero_where_no_passage_was_published(segments, codings, book, municipalities):
    table = coverage(segments, codings, book, municipalities, group="g4").set_index("variable")
    assert table.columns.tolist() == ["question", "amsterdam", "den-haag", "utrecht", "rotterdam", "g4", NOBODY]
    assert table.loc["motivation"].tolist() == [1, 0, 0, 1, 1, 0, 1]
    assert table.loc["steering"].tolist()[1:] == [0, 0, 0, 0, 0, 0]
    assert "network" not in table.index
    assert table.drop(columns="question").sum().sum() == 4


def test_a_variable_that_the_agenda_does_not_ask_has_no_question(segments, codings, book, municipalities):
    table = coverage(segments, codings, book, municipalities, group="g4").set_index("variable")
    assert table["question"].notna().sum() == 10
    assert pd.isna(table.loc["position", "question"])


def test_codes_are_first_seen_in_the_order_of_the_text(segments, codings, book):
    table = code_saturation(segments, codings.iloc[::-1], book)
    assert table["code"].tolist() == ["motivation", "network", "savings"]
    assert table["segment_id"].tolist() == ["s001", "s003", "s004"]
    assert table["order"].tolist() == [1, 3, 4]
    assert table["seen"].tolist() == [1, 2, 3]
    assert table["section"].tolist() == ["5.1", "5.1", "5.2.1"]


def test_the_order_of_the_text_is_not_the_order_of_the_ids(segments, codings, book):
    turned = segments.iloc[::-1]
    assert code_saturation(turned, codings, book)["segment_id"].tolist() == ["s004", "s004", "s003"]


def test_a_code_that_was_never_given_is_not_seen(segments, codings, book):
    assert "steering" not in code_saturation(segments, codings, book)["code"].tolist()


def test_the_overview_counts_quotations_and_reported_speech(segments, municipalities):
    table = attribution_counts(segments, municipalities, group="g4").set_index("municipality")
    assert table.index.tolist() == ["amsterdam", "den-haag", "utrecht", "rotterdam", "g4", NOBODY]
    assert table.loc["amsterdam"].tolist() == [0, 0, 0]
    assert table.loc["utrecht"].tolist() == [1, 1, 0]
    assert table.loc[NOBODY].tolist() == [1, 0, 1]
    assert table["segments"].sum() == len(segments)


def test_without_any_coding_all_counts_are_zero(segments, codings, book, municipalities):
    none, no_codes = segments.iloc[:0], codings.iloc[:0]
    assert passages(none).empty
    assert code_frequencies(none, no_codes, book)["segments"].sum() == 0
    assert coverage(none, no_codes, book, municipalities, group="g4").drop(columns="question").sum().to_numpy()[1:].sum() == 0
    assert code_saturation(none, no_codes, book).empty
    assert attribution_counts(none, municipalities, group="g4")["segments"].tolist() == [0] * 6


def test_the_callers_tables_stay_as_they_were(segments, codings, book, municipalities):
    before = segments.copy(), codings.copy(), book.copy()
    (
        code_frequencies(segments, codings, book),
        coverage(segments, codings, book, municipalities, group="g4"),
        code_saturation(segments, codings, book),
    )
    attribution_counts(segments, municipalities, group="g4"), passages(segments)
    assert all(now.equals(then) for now, then in zip((segments, codings, book), before, strict=True))
