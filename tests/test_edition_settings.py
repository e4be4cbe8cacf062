"""edition.toml and models.toml: every problem names the key and what is wrong with it."""

import pytest

from fruitmand.edition.raw_toml import read_toml
from fruitmand.edition.settings import Disclosure, Models, Settings

MODEL = """
[[model]]
id = "cycle"
layout = "cycle"
place = "2.3"
nodes = [
  { id = "a", label_nl = "A", label_en = "A", detail_nl = "a", detail_en = "a" },
  { id = "b", label_nl = "B", label_en = "B", detail_nl = "b", detail_en = "b" },
]
links = [{ from = "a", to = "b" }]
"""


def read(text, kind=Models):
    return read_toml(text if isinstance(text, bytes) else text.encode(), kind, "raw/file.toml")


def one(text):
    found, (problem,) = read(text)
    assert found is None
    assert problem.file == "raw/file.toml"
    return problem


def test_a_good_file_has_no_problems():
    models, problems = read(MODEL)
    assert problems == []
    assert models.model[0].links[0].source == "a"
    assert not models.model[0].nodes[0].below


def test_an_unknown_key_is_named():
    problem = one(MODEL.replace('place = "2.3"', 'place = "2.3"\ncolour = "red"'))
    assert (problem.value, problem.rule) == ("model.0.colour", "there is no such key; docs/data-dictionary.md has those that there are")
    assert "red" in problem.cause


def test_a_wrong_type_is_named_and_not_converted():
    problem = one(MODEL.replace('place = "2.3"', "place = 2.3"))
    assert problem.value == "model.0.place"
    assert "string" in problem.rule
    assert "2.3" in problem.cause


def test_a_missing_key_is_named():
    problem = one(MODEL.replace('place = "2.3"\n', ""))
    assert problem.value == "model.0.place"
    assert "required" in problem.rule


def test_a_value_outside_the_list_is_named():
    problem = one(MODEL.replace('layout = "cycle"', 'layout = "circle"'))
    assert problem.value == "model.0.layout"
    assert "circle" in problem.cause


def test_all_problems_are_told_at_once():
    _, problems = read(MODEL.replace('place = "2.3"', "place = 2.3").replace('layout = "cycle"', "layout = 1"))
    assert {problem.value for problem in problems} == {"model.0.place", "model.0.layout"}


def test_an_empty_file_lacks_every_key():
    _, problems = read("", Settings)
    assert {problem.value for problem in problems} == {name for name, field in Settings.model_fields.items() if field.is_required()}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("[[model]\n", 1),
        ("\na = 1\na = 2\n", 3),
        (f"a = {'9' * 5000}\n", 0),
        (f"a = {'[' * 5000}{']' * 5000}\n", 0),
        (f"{'a.' * 5000}a = 1\n", 0),
    ],
    ids=["bracket", "twice", "more digits than Python reads", "lists in lists", "tables in tables"],
)
def test_bad_toml_is_one_problem_that_names_the_file(text, row):
    problem = one(text)
    assert "TOML" in problem.rule
    assert problem.row == row
    assert len(str(problem)) < 400


@pytest.mark.parametrize(
    "content", [b'place = "\xe9"\n', b"\xff\xfe", MODEL.encode("utf-16-be")], ids=["latin-1", "a mark alone", "utf-16"]
)
def test_another_encoding_is_named_with_what_to_do(content):
    problem = one(content)
    assert "UTF-8" in problem.rule
    assert "save it as UTF-8" in problem.cause


def test_the_mark_that_editors_put_at_the_start_is_understood():
    models, problems = read(b"\xef\xbb\xbf" + MODEL.replace("\n", "\r\n").encode())
    assert problems == []
    assert models.model[0].id == "cycle"


def test_a_character_that_cannot_be_seen_is_named_by_its_row_also_in_a_comment():
    text = MODEL.replace('place = "2.3"', 'place = "2.\u200b3"  # as\u202e told')
    _, problems = read(text)
    assert {problem.row for problem in problems} == {5}
    assert [word for problem in problems for word in ("U+200B", "U+202E") if word in problem.rule] == ["U+202E", "U+200B"]


def test_a_character_written_by_its_number_is_named_by_its_key():
    problem = one(MODEL.replace('place = "2.3"', r'place = "2\u0000.3"'))
    assert problem.value == "model.0.place: 2\x00.3"
    assert "control character, U+0000" in problem.rule
    problem = one(MODEL.replace('place = "2.3"', 'place = "2.3"\n"pla\\u202ece" = 1'))
    assert "a key holds" in problem.rule


def test_a_number_that_no_other_program_reads_is_refused():
    assert one(MODEL.replace('place = "2.3"', f"place = 0x{'f' * 4000}")).value == "model.0.place"


def test_an_id_that_comes_twice_is_named(root):
    assert "more than once: cycle" in one(MODEL + MODEL).rule
    assert "more than once: a" in one(MODEL.replace('id = "b"', 'id = "a"').replace('to = "b"', 'to = "a"')).rule
    good = (root / "data/raw/2015/edition.toml").read_text(encoding="utf-8")
    _, problems = read(good.replace('id = "finance"', 'id = "hr"').replace('["nl", "en"]', '["nl", "nl"]'), Settings)
    assert {problem.value for problem in problems} == {"domains", "languages"}


def test_a_date_is_a_date_and_a_negative_count_is_refused(root):
    good = (root / "data/raw/2015/edition.toml").read_text(encoding="utf-8")
    assert "count = 12" in good
    broken = good.replace("count = 12", "count = -1").replace("date = 2016-01-17", 'date = "2016-01-17"')
    _, problems = read(broken, Settings)
    assert {problem.value for problem in problems} == {"interviews.count", "source.date"}


@pytest.mark.parametrize(("least", "is_refused"), [(0, True), (2, True), (3, True), (4, False), (5, False)])
def test_a_smallest_group_below_which_the_rules_tell_sizes_is_refused_with_what_it_tells(least, is_refused):
    _, problems = read(f'min_cell = {least}\nreason_nl = "a"\nreason_en = "a"', Disclosure)
    assert [problem.value for problem in problems] == ["min_cell"] * is_refused
    assert all("4 or more" in problem.rule and "work out from a total" in problem.rule for problem in problems)
