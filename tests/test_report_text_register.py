"""The register of texts whose translation was verified: a change of one text calls for a comparison of both."""

from build_fixtures import ROOT

from fruitmand.report.text_register import NAME, check_register, read_texts, written


def test_every_text_was_read_in_both_languages():
    folder = ROOT / "src/fruitmand/report/text"
    nl, en = (read_texts(folder, language) for language in ("nl", "en"))
    assert check_register(nl, en, (folder / NAME).read_text(encoding="utf-8")) == []
    assert {key.split(".")[0] for key in nl} >= {"text", "instrument", "2015/text", "synthetic-2026/text"}
    assert len(nl) > 500


def test_a_text_that_changed_came_or_went_is_named():
    nl, en = {"a": "ja", "b": "nee", "c": "oud"}, {"a": "yes", "b": "no", "c": "old"}
    register = written(nl, en)
    assert check_register(nl, en, register) == []
    problems = check_register({"a": "ja", "b": "nee!", "d": "nieuw"}, {"a": "yes", "b": "no", "d": "new"}, register)
    assert [(problem.value, problem.rule.split(" since")[0]) for problem in problems] == [
        ("b", "changed"),
        ("c", "is gone"),
        ("d", "is new"),
    ]
