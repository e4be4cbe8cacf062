"""What must hold between the raw files: break one cell of a sealed copy, and the message names file, row and value."""

import pytest

from fruitmand.edition import sealing

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


@pytest.mark.parametrize("case", CELLS, ids=lambda case: f"{case[0]}-{case[2]}-{case[3]}")
def test_a_broken_reference_is_named(scratch, case):
    file, cells, column, value, rule = case
    row = scratch.row_of(file, **cells)
    scratch.set(file, row, column, value)
    first = [problem for problem in scratch.problems() if problem.row == row and "second" not in f"{problem.rule} {problem.cause}"]
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
    assert {problem.file for problem in problems} == {"data/raw/2015/ratings.csv"}
    assert len(problems) == 4, "a problem per municipality"
    assert all("yes_no" in problem.rule and "motivation" in problem.rule for problem in problems)


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
    problem, _ = sorted(scratch.problems(), key=lambda found: "second reading" in found.rule)  # the second coder has one
    assert (problem.file, problem.row, problem.value) == ("data/raw/2015/codings_coder_1.csv", row, "position")
    assert "valence" in problem.rule


def test_rows_are_numbered_within_each_coders_file(scratch):
    row = scratch.row_of("codings_coder_2.csv", segment_id="s002", code="position")
    scratch.set("codings_coder_2.csv", row, "valence", "")
    problems = [problem for problem in scratch.problems() if "second reading" not in problem.rule]
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
    first = [problem for problem in scratch.problems() if problem.row and "second reading" not in problem.rule]
    assert {(problem.file.rsplit("/", 1)[1], problem.row, problem.value) for problem in first} == {
        ("agenda.csv", 2, "motivatoin"),
        ("findings.csv", 3, "eindhoven"),
        ("codings_coder_1.csv", 4, "s999"),
        ("codings_coder_2.csv", 5, "convresations"),
    }
