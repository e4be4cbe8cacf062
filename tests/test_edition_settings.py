"""edition.toml and models.toml: every problem names the key and what is wrong with it."""

import pytest

from fruitmand.edition.settings import Models, Settings, read_toml

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


def read(tmp_path, text, kind=Models):
    path = tmp_path / "file.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_toml(path, kind, "raw/file.toml")


def one(tmp_path, text):
    found, (problem,) = read(tmp_path, text)
    assert found is None
    assert problem.file == "raw/file.toml"
    return problem


def test_a_good_file_has_no_problems(tmp_path):
    models, problems = read(tmp_path, MODEL)
    assert problems == []
    assert models.model[0].links[0].source == "a"
    assert not models.model[0].nodes[0].below


def test_an_unknown_key_is_named(tmp_path):
    problem = one(tmp_path, MODEL.replace('place = "2.3"', 'place = "2.3"\ncolour = "red"'))
    assert problem.value == "model.0.colour"
    assert "red" in problem.cause


def test_a_wrong_type_is_named_and_not_converted(tmp_path):
    problem = one(tmp_path, MODEL.replace('place = "2.3"', "place = 2.3"))
    assert problem.value == "model.0.place"
    assert "string" in problem.rule
    assert "2.3" in problem.cause


def test_a_missing_key_is_named(tmp_path):
    problem = one(tmp_path, MODEL.replace('place = "2.3"\n', ""))
    assert problem.value == "model.0.place"
    assert "required" in problem.rule


def test_a_value_outside_the_list_is_named(tmp_path):
    problem = one(tmp_path, MODEL.replace('layout = "cycle"', 'layout = "circle"'))
    assert problem.value == "model.0.layout"
    assert "circle" in problem.cause


def test_all_problems_are_told_at_once(tmp_path):
    _, problems = read(tmp_path, MODEL.replace('place = "2.3"', "place = 2.3").replace('layout = "cycle"', "layout = 1"))
    assert {problem.value for problem in problems} == {"model.0.place", "model.0.layout"}


def test_an_empty_file_lacks_every_key(tmp_path):
    _, problems = read(tmp_path, "", Settings)
    assert {problem.value for problem in problems} == set(Settings.model_fields)


def test_a_missing_file_is_one_problem(tmp_path):
    found, (problem,) = read_toml(tmp_path / "none.toml", Models, "raw/none.toml")
    assert found is None
    assert problem.file == "raw/none.toml"
    assert "missing" in problem.rule


@pytest.mark.parametrize(
    "text", ["[[model]\n", "a = 1\na = 2\n", b'place = "\xe9"\n', b"\xff\xfe"], ids=["bracket", "twice", "latin-1", "utf-16"]
)
def test_bad_toml_is_one_problem_that_names_the_file(tmp_path, text):
    assert "TOML" in one(tmp_path, text).rule


def test_a_date_is_a_date_and_a_negative_count_is_refused(root):
    good = (root / "data/raw/2015/edition.toml").read_text(encoding="utf-8")
    assert "count = 12" in good
    broken = good.replace("count = 12", "count = -1").replace("date = 2016-01-17", 'date = "2016-01-17"')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pathlib.Path.read_text", lambda *_, **__: broken)
        _, problems = read_toml(root, Settings, "edition.toml")
    assert {problem.value for problem in problems} == {"interviews.count", "source.date"}
