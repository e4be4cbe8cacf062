"""A raw table is read as it stands or not at all: what broke its shape is told by row, with what likely did it."""

import csv
import io

import pandas as pd
import pytest
from build_fixtures import RAW
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.edition.raw_table import read_table
from fruitmand.edition.schema import SCHEMAS
from fruitmand.edition.validation import validate

HEADER = "municipality,position,label_nl,label_en"
ROWS = ["utrecht,1,Utrecht,Utrecht", 'den-haag,2,"Den Haag, aan zee","The Hague, by the sea"']
GOOD = "\n".join([HEADER, *ROWS, ""])
CELLS = pd.DataFrame(list(csv.reader(ROWS)), columns=HEADER.split(","))


def read(text, name="municipalities"):
    return read_table(text if isinstance(text, bytes) else text.encode(), name, f"raw/{name}.csv", known=False)


def one(text):
    _, (problem,) = read(text)
    assert problem.file == "raw/municipalities.csv"
    return problem


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_table_is_read_with_the_mark_and_the_line_ends_of_any_program(start, ends):
    frame, problems = read(start + GOOD.replace("\n", ends))
    assert problems == []
    assert frame["label_nl"].tolist() == ["Utrecht", "Den Haag, aan zee"]
    assert frame["position"].tolist() == [1, 2]


@pytest.mark.parametrize(("sign", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_another_separator_is_told_instead_of_columns_that_are_missing(sign, word, quoting, start):
    buffer = io.StringIO(start)
    buffer.seek(len(start))
    csv.writer(buffer, delimiter=sign, quoting=quoting).writerows(csv.reader([HEADER, *ROWS]))
    problem = one(buffer.getvalue())
    assert problem.row == 1
    assert problem.value.strip('"').startswith("municipality")
    assert f"Excel saved it with {word}" in problem.cause
    assert "CSV UTF-8" in problem.cause


def test_the_line_by_which_excel_knows_its_separator_is_told():
    problem = one(f"sep=;\n{GOOD.replace(',', ';')}")
    assert (problem.row, problem.value) == (1, "sep=;")
    assert "remove the line" in problem.cause


@pytest.mark.parametrize("text", ["", "\n", "\n\n", "  \n", "\ufeff", "\ufeff\r\n"])
def test_a_file_without_anything_is_empty(text):
    assert one(text).cause == "the file is empty"


def test_a_header_alone_is_a_table_without_rows():
    frame, problems = read(f"{HEADER}\n")
    assert problems == []
    assert list(frame) == HEADER.split(",")
    assert frame.empty


@pytest.mark.parametrize(("line", "word"), [("", "left blank"), (",,,", "cleared"), ("utrecht", "cells were lost"), ("a,1,A,A,x", "comma")])
def test_a_row_of_another_shape_is_told_by_its_number_and_hides_no_other(line, word):
    _, problems = read("\n".join([HEADER, ROWS[0], line, "Haarlem,3,Haarlem,Haarlem", ""]))
    assert [problem.row for problem in problems] == [3, 4]
    assert word in problems[0].cause
    assert "'municipality' must be of the form" in problems[1].rule


def test_a_row_that_is_one_cell_in_quotation_marks_is_told():
    problem = one("\n".join([HEADER, '"utrecht,1,""Utrecht"",Utrecht"', ""]))
    assert problem.row == 2
    assert "in quotation marks" in problem.cause


def test_a_quotation_mark_that_is_not_closed_is_told_where_it_opens():
    problem = one("\n".join([HEADER, ROWS[0], 'den-haag,2,"Den Haag,The Hague', *["haarlem,3,Haarlem,Haarlem"] * 10, ""]))
    assert problem.row == 3
    assert "not closed" in problem.cause
    long = one("\n".join([HEADER, ROWS[0], 'den-haag,2,"Den Haag,The Hague', *["haarlem,3,Haarlem,Haarlem"] * 10_000, ""]))
    assert long.row == 3
    assert len(str(long)) < 300


def test_a_heading_that_is_missing_or_comes_twice_is_told():
    problem = one(GOOD.replace("\n", ",\n"))
    assert (problem.row, problem.value) == (1, "")
    assert "heading" in problem.rule
    problem = one(GOOD.replace("label_en", "label_nl", 1))
    assert (problem.row, problem.value) == (1, "label_nl")
    assert "more than once" in problem.rule


SIGNS = ["\u202e", "\x00", "e\u0301", "\ufffd", "\u200b", " "]


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_cell_and_no_heading_of_any_table_holds_what_cannot_be_seen(name):
    columns = SCHEMAS[name].columns
    rows = [{column: sign if sign == " " else f"{spec.example}{sign}" for column, spec in columns.items()} for sign in SIGNS]
    _, problems = validate(name, pd.DataFrame(rows, dtype="string"), "f")
    for line, sign in enumerate(SIGNS, start=2):
        of_row = [problem for problem in problems if problem.row == line]
        assert [problem.rule.split("'")[1] for problem in of_row] == list(columns), sign
        assert all(" holds " in problem.rule for problem in of_row), sign
    assert len(problems) == len(SIGNS) * len(columns)
    for sign, row in zip(SIGNS, rows, strict=True):
        headings = pd.DataFrame([row], dtype="string").rename(columns=lambda column, sign=sign: f"{column}{sign}")
        told = [problem for problem in validate(name, headings, "f")[1] if problem.rule.startswith("a heading holds")]
        assert len(told) == (0 if sign == " " else len(row)), sign


def test_every_broken_cell_is_told_at_once_whatever_else_is_wrong():
    _, problems = read(GOOD.replace("Utrecht,Utrecht", "Utr\xadecht,Utre\u0301cht").replace("den-haag,2", "den-ha\u200bag,two"))
    assert [(problem.row, problem.rule.split("'")[1]) for problem in sorted(problems)] == [
        (2, "label_en"),
        (2, "label_nl"),
        (3, "municipality"),
        (3, "position"),
    ]


@pytest.mark.parametrize(
    "value", ["1.0", "1e3", "٣", "𝟙", " 1", "1_000", "0x10", "True", "½", "1" * 16, "1" * 400, "nan", "inf", "<NA>", "+1"]
)
def test_only_digits_are_a_whole_number(value):
    _, (problem,) = read(GOOD.replace("utrecht,1", f"utrecht,{value}"))
    assert (problem.row, problem.value) == (2, value)
    assert "'position' must be a whole number" in problem.rule


@pytest.mark.parametrize("path", sorted(RAW.glob("*.csv")), ids=lambda path: path.name)
def test_bytes_that_are_known_give_the_same_table(path):
    name = "codings" if path.stem.startswith("codings_") else path.stem
    checked, problems = read_table(path.read_bytes(), name, path.name, known=False)
    assert problems == []
    pd.testing.assert_frame_equal(read_table(path.read_bytes(), name, path.name, known=True)[0], checked)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(cells=st.lists(st.text(st.characters(exclude_categories=["C", "Z", "M"]), min_size=1, max_size=8), min_size=2, max_size=2))
def test_any_text_in_a_cell_is_read_as_it_stands_the_first_time_and_later(cells):
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([HEADER.split(","), ["utrecht", "1", *cells]])
    frame, problems = read(buffer.getvalue())
    if not problems:  # Unicode keeps some signs for older texts
        assert frame.loc[0, ["label_nl", "label_en"]].tolist() == cells
        known, _ = read_table(buffer.getvalue().encode(), "municipalities", "f", known=True)
        pd.testing.assert_frame_equal(known, frame)


def test_a_hundred_thousand_rows_are_read_and_a_message_stays_short():
    rows = [f"s{number},motivation,supports,coder_1" for number in range(1000, 101_000)]
    header = ",".join(SCHEMAS["codings"].columns)
    frame, problems = read("\n".join([header, *rows, ""]), "codings")
    assert problems == []
    assert len(frame) == 100_000
    _, problems = read("\n".join([header, *(row.replace("supports", "suports") for row in rows[:20_000]), ""]), "codings")
    assert len(problems) == 20_000
    assert "did you mean 'supports'?" in problems[-1].cause


def test_a_very_long_cell_is_no_more_than_a_cell():
    frame, problems = read(GOOD.replace("Utrecht,Utrecht", f"{'x' * 100_000},Utrecht"))
    assert problems == []
    assert len(frame.loc[0, "label_nl"]) == 100_000
    problem = one(GOOD.replace("Utrecht,Utrecht", f"{'x' * 200_000},Utrecht"))
    assert problem.row == 2
    assert "longer than" in problem.cause
