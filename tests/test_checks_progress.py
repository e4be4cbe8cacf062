"""``make check``: all that is wrong at once, what is not there yet apart from it, and the next step."""

import dataclasses

import pytest

from fruitmand.checks import command, progress
from fruitmand.checks.progress import next_step, rated_variables, summarised, to_do
from fruitmand.edition.errors import Problem
from fruitmand.edition.reading import Edition


def said(edition):
    return [str(one) for one in to_do(edition)]


def test_a_publication_lacks_nothing(edition):
    assert to_do(edition) == []
    assert next_step(edition, [], wrong=False) == "make report EDITION=2015"


@pytest.mark.usefixtures("scratch")
def test_a_sound_edition_is_told_in_two_lines(capsys):
    assert command.main(["2015"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    first, last = out.splitlines()
    assert first.startswith("data/raw/2015: ")
    assert first.endswith("nothing is wrong")
    assert last == "next: make report EDITION=2015"


def test_all_that_is_wrong_is_listed_at_once_and_comes_before_the_next_step(scratch, capsys):
    scratch.set("ratings.csv", 3, "symbol", "++")
    scratch.set("scales.csv", 2, "rank", "x")
    assert command.main(["2015"]) == 1
    out, err = capsys.readouterr()
    assert "ratings.csv row 3: '++'" in err
    assert "scales.csv row 2: 'x'" in err
    assert out == "next: put right what is listed, then make check EDITION=2015\n"


def test_what_is_to_be_filled_in_is_one_line_with_keys_and_rows(draft):
    path = draft / "edition.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = lines.index("[title]") + 2
    lines[row - 1] = 'nl = "FILL IN"  # a note'
    path.write_text("\n".join(["# FILL IN what says so", *lines, '# x = "FILL IN"']), encoding="utf-8")
    first, *_ = to_do(Edition("2026"))
    assert str(first) == f"data/raw/2026/edition.toml: to be filled in: title.nl (row {row + 1})"
    assert next_step(Edition("2026"), [first], wrong=False) == "fill in data/raw/2026/edition.toml; make report EDITION=2026 shows a draft"


def test_the_steps_come_in_the_order_of_the_work(draft):
    found = Edition("2026")
    for file in ("respondents", "responses", "remarks"):
        (draft / f"{file}.csv").unlink(missing_ok=True)
    first, second, third = to_do(found)
    assert [str(one) for one in (first, second)] == [
        "data/raw/2026/codings_<coder>.csv: no interview is coded",
        "data/raw/2026/ratings.csv: nothing is rated",
    ]
    assert "no answers" in str(third)
    assert next_step(found, [first, second, third], wrong=False).startswith("make coding-kit EDITION=2026, code the interviews")
    assert next_step(found, [second, third], wrong=False).startswith("fill in a copy of reports/2026-coding-kit/ratings.xlsx")
    assert next_step(found, [third], wrong=False).startswith("make import FILE=… EDITION=2026")
    assert next_step(found, [dataclasses.replace(first, how="")], wrong=False) == "make report EDITION=2026"


def test_one_coder_and_passages_without_paraphrase_are_told(draft):
    (draft / "codings_anna.csv").write_text("segment_id,code,valence,coder\ns001,motivation,supports,anna\n")
    rows = ["s001,,", "s002,Zin.,", "s003,,Sentence.", "s004,,"]
    (draft / "segments.csv").write_text("\n".join(["segment_id,paraphrase_nl,paraphrase_en", *rows]))
    assert said(Edition("2026"))[:2] == [
        "data/raw/2026/codings_<coder>.csv: anna is the only coder, so that agreement is not measured",
        "data/raw/2026/segments.csv: 2 of 4 passages have no paraphrase: s001, s004",
    ]
    (draft / "codings_bo.csv").write_text("segment_id,code,valence,coder\n")
    assert "only coder" not in "".join(said(Edition("2026")))


def test_missing_ratings_are_counted_for_each_rater(draft):
    found = Edition("2026")
    wanted = len(found["municipalities"]) * len(rated_variables(found))
    (draft / "ratings.csv").write_text(
        "municipality,variable,symbol,rater,segments\namsterdam,motivation,+/+,anna,\namsterdam,motivation,-/-,bo,\namsterdam,room_for_ideas,-/-,bo,\n"
    )
    lines = [line for line in said(found) if "ratings.csv" in line]
    assert [line.partition(" are missing: ")[0] for line in lines] == [
        f"data/raw/2026/ratings.csv: {wanted - 1} of {wanted} ratings by anna",
        f"data/raw/2026/ratings.csv: {wanted - 2} of {wanted} ratings by bo",
    ]
    assert "amsterdam room_for_ideas, " in lines[0]
    assert lines[0].endswith(", …")


def test_what_cannot_be_read_does_not_stop_the_list(draft):
    (draft / "ratings.csv").write_bytes(b"\xff\xfe\x00")
    (draft / "segments.csv").mkdir()
    (draft / "codings_anna.csv").write_text("segment_id,code,valence,coder\n")
    assert any("nothing is rated" in line for line in said(Edition("2026")))
    (draft / "scales.csv").unlink()
    assert not any("ratings.csv" in line for line in said(Edition("2026")))
    (draft / "edition.toml").write_text('title = {nl = "x"}\n[title]\nnl = "FILL IN"')
    assert said(Edition("2026")) == ["data/raw/2026/edition.toml: to be filled in: title.nl (row 3)"]


def test_problems_of_one_kind_are_one_line():
    alike = [Problem("ratings.csv", 0, name, "has no rating") for name in ("a", "b", "c", "d")]
    other = Problem("ratings.csv", 2, "e", "is odd", "why")
    assert summarised([*alike, other]) == ["ratings.csv: has no rating, 4 times: a, b, c, …", "ratings.csv row 2: 'e' is odd (why)"]
    assert summarised([]) == []


def test_what_is_unfinished_stops_a_published_edition_and_no_draft(draft, capsys, monkeypatch):
    problem = Problem("data/raw/2026/ratings.csv", 0, "", "there are no ratings yet")
    object.__setattr__(problem, "severity", "unfinished")
    monkeypatch.setattr(command, "check_edition", lambda _: [problem])
    monkeypatch.setattr(Edition, "__iter__", lambda _: iter(["municipalities"]))
    monkeypatch.setattr(progress, "_coding", lambda _: iter(()))
    (draft / "codings_anna.csv").write_text("segment_id,code,valence,coder\n")
    assert command.main(["2026"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("ratings.csv") == 1, "told once"
    path = draft / "edition.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('status = "draft"', 'status = "published"'), encoding="utf-8")
    assert command.main(["2026"]) == 1
    assert "there are no ratings yet" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--seal"]])
def test_a_command_line_that_is_no_command_shows_the_usage(capsys, arguments):
    assert command.main(arguments) == 1
    assert "make check EDITION=" in capsys.readouterr().err or arguments == ["--seal"]
