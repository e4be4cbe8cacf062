"""What must hold between the raw files: break one cell of a sealed copy, and the message names file, row and value."""

from types import SimpleNamespace

import pandas as pd
import pytest
from build_fixtures import ROOT, apart, raw_table
from conftest import Scratch

from fruitmand.checks.references import check_partners, check_references
from fruitmand.edition import sealing
from fruitmand.edition.schema import SCHEMAS
from fruitmand.edition.settings import Group, Recommendations, Survey, Wording

A_MOTIVATION = {"municipality": "amsterdam", "variable": "motivation"}

CELLS = [  # file, a row by its cells, column, broken value, word of the rule
    ("codebook.csv", {"code": "motivation"}, "parent", "learning_climat", "codebook"),
    ("codebook.csv", {"code": "motivation"}, "scale_declared", "sufficent3", "scales.csv"),
    ("codebook.csv", {"code": "motivation"}, "question", "11", "agenda"),
    ("agenda.csv", {"question": "1"}, "code", "network", "variable"),  # a topic is in the codebook and no variable
    ("agenda.csv", {"question": "1"}, "code", "motivatoin", "variable"),
    ("agenda.csv", {"question": "1"}, "block", "learning", "codebook"),
    ("municipalities.csv", {"municipality": "utrecht"}, "position", "1", "more than once"),
    ("codebook.csv", {"code": "learning_practices"}, "position", "1", "more than once"),
    ("questions.csv", {"question": "2"}, "position", "1", "more than once"),
    ("sections.csv", {"section": "5.2.2"}, "position", "1", "more than once"),
    ("sections.csv", {"section": "5.2.2"}, "parent", "5.9", "sections.csv"),
    ("exhibits.csv", {"exhibit": "benchmarking_cycle"}, "sources", "freytag2002", "sources.csv"),
    ("questions.csv", {"question": "2"}, "rests_on", "network", "variable"),
    ("expectations.csv", {"municipality": "amsterdam", "letter": "b"}, "municipality", "eindhoven", "municipalities.csv"),
    ("expectations.csv", {"municipality": "amsterdam", "letter": "b"}, "municipality", "g4", "municipalities.csv"),
    ("expectations.csv", {"municipality": "amsterdam", "letter": "b"}, "exhibit", "learning_climat", "exhibits.csv"),
    ("findings.csv", {"exhibit": "reasons"}, "municipality", "eindhoven", "municipalities.csv"),
    ("findings.csv", {"exhibit": "reasons"}, "exhibit", "reason", "exhibits.csv"),
    ("ratings.csv", A_MOTIVATION, "exhibit", "learning_climat", "exhibits.csv"),
    ("ratings.csv", A_MOTIVATION, "municipality", "eindhoven", "municipalities.csv"),
    ("ratings.csv", A_MOTIVATION, "variable", "motivatoin", "variable"),
    ("ratings.csv", A_MOTIVATION, "section", "5.3", "5.2.1"),
    ("segments.csv", {"segment_id": "s006"}, "municipality", "eindhoven", "municipalities.csv"),  # its paraphrase names no town
    ("segments.csv", {"segment_id": "s010"}, "same_as", "s010", "earlier"),
    ("segments.csv", {"segment_id": "s010"}, "same_as", "s011", "earlier"),
    ("codings_coder_2.csv", {"segment_id": "s002"}, "segment_id", "s999", "segments.csv"),
    ("codings_coder_2.csv", {"segment_id": "s002", "code": "position"}, "code", "positoin", "codebook"),
    (
        "codings_coder_2.csv",
        {"segment_id": "s002", "code": "position"},
        "code",
        "outcomes",
        "codebook",
    ),  # a concept is no code for a passage
    ("codings_coder_2.csv", {"segment_id": "s006", "code": "conversations"}, "valence", "supports", "valence"),
]


@pytest.fixture(scope="module")
def told(problems_of):
    """Return what reading says of every broken cell: the line of its row, and the problems with that line in any file.

    Cells on lines of other numbers are broken in one copy, since their problems are told apart by the line.
    """
    sound = Scratch(ROOT)
    found = {}
    for lines in apart(CELLS, lambda case: sound.row_of(case[0], **case[1])):

        def break_cells(scratch, lines=lines):
            for row, (file, _, column, value, _) in lines.items():
                scratch.set(file, row, column, value)

        problems = problems_of(break_cells)
        found |= {CELLS.index(case): (row, [problem for problem in problems if problem.row == row]) for row, case in lines.items()}
    return found


@pytest.mark.parametrize("case", CELLS, ids=lambda case: f"{case[0]}-{case[2]}-{case[3]}")
def test_a_broken_reference_is_named(told, case):
    file, _, _, value, rule = case
    _, problems = told[CELLS.index(case)]
    first = [problem for problem in problems if "second" not in f"{problem.rule} {problem.cause}"]
    assert [(problem.file, problem.value) for problem in first] == [(f"data/raw/2015/{file}", value)]
    assert rule in first[0].rule


def test_the_copy_is_sound_before_it_is_broken(scratch):
    assert scratch.problems() == []


def test_a_near_id_is_suggested(scratch):
    scratch.set("ratings.csv", 2, "variable", "motivatoin")
    assert "did you mean 'motivation'?" in {problem.cause for problem in scratch.problems()}


def test_a_conceptual_figure_that_is_no_exhibit_is_named(scratch):
    path = scratch.raw / "models.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('id = "learning_cycle"', 'id = "learning_circle"'), encoding="utf-8")
    sealing.seal(scratch.raw)
    (problem,) = scratch.problems()
    assert (problem.file, problem.value) == ("data/raw/2015/models.toml", "learning_circle")
    assert "learning_cycle" in problem.cause


def test_one_unknown_id_in_a_list_is_named_alone(scratch):
    row = scratch.row_of("questions.csv", question="4")
    scratch.set("questions.csv", row, "rests_on", "savings;steerng;efficiency")
    (problem,) = scratch.problems()
    assert (problem.row, problem.value) == (row, "steerng")


def test_a_rating_off_its_scale_is_named(scratch):
    # The scale yes_no has words and no symbols, so that no symbol is on it.
    scratch.set("codebook.csv", scratch.row_of("codebook.csv", code="motivation"), "scale_used", "yes_no")
    problems = [problem for problem in scratch.problems() if "second" not in problem.cause and "second" not in problem.rule]
    ratings = [problem for problem in problems if problem.file == "data/raw/2015/ratings.csv"]
    assert len(ratings) == 4, "a problem per municipality"
    assert all("yes_no" in problem.rule and "motivation" in problem.rule for problem in ratings)
    # Nor has it a cut-off, which the claims that ask for one say.
    others = [problem for problem in problems if problem not in ratings]
    assert all(problem.file.endswith("claims.toml") and "cut-off" in problem.rule for problem in others)


def test_an_unknown_scale_is_named(scratch):
    row = scratch.row_of("codebook.csv", code="motivation")
    scratch.set("codebook.csv", row, "scale_used", "sufficient4")
    assert ("data/raw/2015/codebook.csv", row, "sufficient4") in {(p.file, p.row, p.value) for p in scratch.problems()}


def test_a_dropped_rating_is_named_by_municipality_and_variable(scratch):
    row = scratch.row_of("ratings.csv", municipality="utrecht", variable="savings")
    scratch.edit("ratings.csv", lambda lines: lines.pop(row - 1))
    problems = scratch.problems()
    # The second reading has the cell still, and says so.
    assert [problem.file for problem in problems] == ["data/raw/2015/ratings.csv", "data/raw/2015/second_reading.csv"]
    for problem in problems:
        assert "utrecht" in problem.value
        assert "savings" in problem.value


@pytest.mark.parametrize("language", ["label_nl", "label_en"])
def test_one_letter_has_one_label_in_a_table(scratch, language):
    row = scratch.row_of("expectations.csv", exhibit="learning_climate", municipality="den-haag", letter="c")
    scratch.set("expectations.csv", row, language, "iets anders")
    problems = scratch.problems()
    assert ("data/raw/2015/expectations.csv", row, "iets anders") in {(problem.file, problem.row, problem.value) for problem in problems}
    assert any("(c)" in problem.rule for problem in problems)
    assert any("second reading" in problem.rule for problem in problems) == (language == "label_nl"), "the second reader read Dutch"


def test_the_same_letter_may_mean_something_else_in_another_table(edition):
    labels = edition["expectations"].groupby("letter")["label_nl"].nunique()
    assert labels["a"] > 1


@pytest.mark.parametrize("end", [0, 5])
def test_a_passage_ends_after_it_starts(scratch, end):
    row = scratch.row_of("segments.csv", segment_id="s001")
    scratch.edit("segments.csv", lambda lines: lines[row - 1].__setitem__(slice(5, 7), ["5", str(end or 1)]))
    (problem,) = scratch.problems()
    assert (problem.file, problem.row, problem.value) == ("data/raw/2015/segments.csv", row, f"5-{end or 1}")


def test_a_variable_without_valence_is_named(scratch):
    row = scratch.row_of("codings_coder_1.csv", segment_id="s002", code="position")
    scratch.set("codings_coder_1.csv", row, "valence", "")
    problem, _ = sorted(scratch.problems(), key=lambda found: "the second" in found.rule)  # the second coder has one
    assert (problem.file, problem.row, problem.value) == ("data/raw/2015/codings_coder_1.csv", row, "position")
    assert "valence" in problem.rule


def test_rows_are_numbered_within_each_coders_file(scratch):
    row = scratch.row_of("codings_coder_2.csv", segment_id="s002", code="position")
    scratch.set("codings_coder_2.csv", row, "valence", "")
    problems = [problem for problem in scratch.problems() if "the second" not in problem.rule]
    assert [(problem.file, problem.row) for problem in problems] == [("data/raw/2015/codings_coder_2.csv", row)]


def test_the_first_coder_codes_every_segment_and_the_second_need_not(scratch):
    def drop(lines):
        lines[1:] = [line for line in lines[1:] if line[0] != "s002"]

    scratch.edit("codings_coder_2.csv", drop)
    assert scratch.problems() == []
    scratch.edit("codings_coder_1.csv", drop)
    (problem,) = scratch.problems()
    assert (problem.file, problem.value) == ("data/raw/2015/codings_coder_1.csv", "s002")


def test_several_problems_in_several_files_are_told_at_once(scratch):
    scratch.set("agenda.csv", 2, "code", "motivatoin")
    scratch.set("findings.csv", 3, "municipality", "eindhoven")
    scratch.set("codings_coder_1.csv", 4, "segment_id", "s999")
    scratch.set("codings_coder_2.csv", 5, "code", "convresations")
    first = [problem for problem in scratch.problems() if problem.row and "the second" not in problem.rule]
    assert {(problem.file.rsplit("/", 1)[1], problem.row, problem.value) for problem in first} == {
        ("agenda.csv", 2, "motivatoin"),
        ("findings.csv", 3, "eindhoven"),
        ("codings_coder_1.csv", 4, "s999"),
        ("codings_coder_2.csv", 5, "convresations"),
    }


# A hand-made edition in which every reference holds: two towns, a concept with one variable, a topic, one expectation, one coded segment.
SOUND = {name: raw_table(name) for name in SCHEMAS} | {
    "municipalities": raw_table("municipalities", {"municipality": "a", "position": 1}, {"municipality": "b", "position": 2}),
    "scales": raw_table("scales", {"scale": "s3", "rank": 2, "symbol": "+/+"}, {"scale": "s3", "rank": 1, "symbol": "-/-"}),
    "codebook": raw_table(
        "codebook",
        {"code": "con", "level": "concept", "position": 1},
        {"code": "v", "level": "variable", "parent": "con", "position": 1, "scale_used": "s3"},
        {"code": "t", "level": "topic", "parent": "con", "position": 2},
    ),
    "exhibits": raw_table("exhibits", {"exhibit": "one", "section": "5.1"}),
    "ratings": raw_table(
        "ratings", *({"municipality": name, "variable": "v", "symbol": "+/+", "exhibit": "one", "section": "5.1"} for name in ("a", "b"))
    ),
    "expectations": raw_table(
        "expectations",
        {"exhibit": "one", "municipality": "a", "letter": "a", "label_nl": "x", "label_en": "x", "section": "5.1"},
    ),
    "segments": raw_table("segments", {"segment_id": "s001", "start": 1, "end": 2}),
    "codings": raw_table("codings", {"segment_id": "s001", "code": "t", "coder": "one"}),
}

MORE = [  # table and column; cells that are right; a wrong cell, and the word in it that is not there
    ("initiatives", "municipalities", ["a", "a;b", "g4", "a;g4", pd.NA], "a;c", "c"),
    ("initiatives", "municipalities", ["b"], "author", "author"),  # an author takes part in nothing
    ("recommendations", "segments", ["s001", pd.NA], "s001;s002", "s002"),
    ("recommendations", "expectations", ["one/a/a", pd.NA], "one/b/a", "one/b/a"),  # the town holds no such expectation
    ("recommendations", "expectations", ["one/a/a"], "one/a/b", "one/a/b"),
    ("conditions", "bears_on", ["v", "v;t;con", pd.NA], "v;w", "w"),
    ("partners", "proposed_by", ["a;b", "g4", "author", "author;a", pd.NA], "nobody", "nobody"),
    ("definitions", "disputed_by", ["a", "g4", "author", pd.NA], "c", "c"),
    ("cut_offs", "scale", ["s3"], "s4", "s4"),
]


@pytest.mark.parametrize("case", MORE, ids=lambda case: f"{case[0]}-{case[1]}-{case[3]}")
def test_what_else_the_publication_tells_refers_to_what_there_is(case):
    table, column, right, wrong, word = case
    for cell in right:
        assert check_references(SOUND | {table: raw_table(table, {column: cell})}, ("one",), "raw", group="g4") == []
    rows = raw_table(table, {column: right[0]}, {column: wrong})
    (problem,) = check_references(SOUND | {table: rows}, ("one",), "raw", group="g4")
    assert (problem.file, problem.row, problem.value) == (f"raw/{table}.csv", 3, word)
    assert column in problem.rule


SETTINGS = SimpleNamespace(
    partners=[SimpleNamespace(id="king"), SimpleNamespace(id="g4")],
    domains=[SimpleNamespace(id="finance")],
    group=Group(id="g4", label_nl="Samen", label_en="Together"),
    wording=Wording(inhabitants={"a": ["Aer"]}),
    recommendations=Recommendations(by_addressee={"king": 2, "researchers": 1}),
    survey=Survey(scale_annex="s3"),
)
NAMED = [  # table and column; words that are right; one that is wrong, and what was meant
    ("roles", "partner", ["king", "g4"], "kign", "king"),
    ("roles", "partner", ["king"], "researchers", ""),  # who have no role, only recommendations
    ("recommendations", "addressee", ["king", "g4", "researchers"], "researcher", "researchers"),
    ("initiatives", "domain", ["finance", "general", "other"], "finances", "finance"),
    ("initiatives", "domain", ["general"], "king", ""),
]


@pytest.mark.parametrize("case", NAMED, ids=lambda case: f"{case[0]}-{case[1]}-{case[3]}")
def test_partners_and_domains_are_those_of_the_settings(case):
    table, column, right, wrong, meant = case
    assert check_partners(SOUND | {table: raw_table(table, *({column: word} for word in right))}, SETTINGS, "raw") == []
    (problem,) = check_partners(SOUND | {table: raw_table(table, {column: right[0]}, {column: wrong})}, SETTINGS, "raw")
    assert (problem.file, problem.row, problem.value) == (f"raw/{table}.csv", 3, wrong)
    assert "edition.toml" in problem.rule
    assert f"'{meant}'" in problem.cause if meant else problem.cause == ""


def test_an_edition_that_tells_nothing_else_has_nothing_to_refer_to():
    assert check_partners(SOUND, SETTINGS, "raw") == []
    assert check_references(SOUND, ("one",), "raw", group="g4") == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ({"group": Group(id="a", label_nl="A", label_en="A")}, "a"),
        ({"wording": Wording(inhabitants={"c": ["Cer"]})}, "c"),
        ({"recommendations": Recommendations(by_addressee={"kign": 1})}, "kign"),
        ({"survey": Survey(scale_annex="s4")}, "s4"),
        ({"survey": Survey(scale_announced="s4")}, "s4"),
    ],
)
def test_an_id_that_only_the_settings_name_is_one_that_there_is(part, value):
    (problem,) = check_partners(SOUND, SimpleNamespace(**vars(SETTINGS) | part), "raw")
    assert (problem.file, problem.value) == ("raw/edition.toml", value)
