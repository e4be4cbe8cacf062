"""Reading an edition: everything that is wrong is told before anything is read, and the command line says so."""

import shutil
import subprocess
import sys

import pytest

from fruitmand.checks import command
from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition import sealing
from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.edition.reading import editions, raw_folder


def draft(scratch):
    path = scratch.raw / "edition.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('status = "published"', 'status = "draft"'), encoding="utf-8")


def test_an_edition_that_does_not_exist_is_an_error_that_lists_those_there_are(scratch):
    shutil.copytree(scratch.raw, scratch.raw.parent / "2020")
    assert editions() == ["2015", "2020"]
    for read in (raw_folder, read_edition):
        with pytest.raises(FruitmandError, match="1999.*2015, 2020"):
            read("1999")


def test_a_folder_without_settings_is_no_edition(scratch):
    (scratch.raw.parent / "notes").mkdir()
    assert editions() == ["2015"]


def test_a_copied_folder_is_told_by_its_settings(scratch):
    shutil.copytree(scratch.raw, scratch.raw.parent / "2026")
    with pytest.raises(DataError) as caught:
        read_edition("2026")
    (problem,) = caught.value.problems
    assert (problem.file, problem.value) == ("data/raw/2026/edition.toml", "2015")
    assert "2026" in problem.rule


def test_a_table_is_handed_out_as_a_copy(edition):
    table = edition["ratings"]
    table.loc[0, "symbol"] = "-/-"
    assert edition["ratings"].loc[0, "symbol"] == "+/+"


def test_empty_cells_are_missing(edition):
    assert edition["segments"]["municipality"].isna().any()
    assert not (edition["segments"] == "").any(axis=None)


def test_words_that_look_missing_are_words(scratch):
    # pandas reads "NA", "null" and "nan" as missing unless told otherwise.
    for row, word in enumerate(["NA", "null", "nan"], start=2):
        scratch.set("sources.csv", row, "citation", word)
    assert read_edition("2015")["sources"]["citation"].tolist()[:3] == ["NA", "null", "nan"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_another_encoding_is_named(scratch, encoding):
    path = scratch.raw / "scales.csv"
    path.write_bytes((path.read_text(encoding="utf-8") + "sufficient3,4,,,één,one,,\n").encode(encoding))
    sealing.seal(scratch.raw)
    (problem,) = scratch.problems()
    assert problem.file == "data/raw/2015/scales.csv"
    assert "UTF-8" in problem.rule


def test_line_ends_of_windows_are_read_alike(scratch, edition):
    path = scratch.raw / "ratings.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    sealing.seal(scratch.raw)
    assert read_edition("2015")["ratings"].equals(edition["ratings"])


@pytest.mark.parametrize("file", ["ratings.csv", "edition.toml", "models.toml"])
def test_a_missing_file_is_named(scratch, file):
    if file != "edition.toml":
        (scratch.raw / file).unlink()
        sealing.seal(scratch.raw)
        assert [problem.file for problem in scratch.problems()] == [f"data/raw/2015/{file}"]
    else:
        (scratch.raw / file).write_text("")
        assert {problem.file for problem in scratch.problems()} == {f"data/raw/2015/{file}"}


def test_an_empty_file_is_no_table(scratch):
    (scratch.raw / "ratings.csv").write_text("")
    sealing.seal(scratch.raw)
    (problem,) = scratch.problems()
    assert problem.file == "data/raw/2015/ratings.csv"
    assert "table" in problem.rule


@pytest.mark.parametrize("rows", ["one", "first", "all"])
def test_a_row_with_a_cell_too_many_is_a_problem_of_its_file(scratch, rows):
    chosen = {"one": slice(4, 5), "first": slice(1, 2), "all": slice(1, None)}[rows]
    scratch.edit("ratings.csv", lambda lines: [line.append("x") for line in lines[chosen]])
    assert {problem.file for problem in scratch.problems()} == {"data/raw/2015/ratings.csv"}


def test_an_empty_line_is_named_by_its_number(scratch):
    path = scratch.raw / "ratings.csv"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([*lines[:5], "", *lines[5:]]))
    sealing.seal(scratch.raw)
    assert {problem.row for problem in scratch.problems()} == {6}


def test_problems_of_settings_models_and_tables_are_told_at_once(scratch):
    (scratch.raw / "models.toml").write_text("[[model]]\n")
    text = (scratch.raw / "edition.toml").read_text(encoding="utf-8")
    (scratch.raw / "edition.toml").write_text(text.replace("synthetic = false", 'synthetic = "no"'), encoding="utf-8")
    scratch.set("ratings.csv", 3, "symbol", "++")
    (scratch.raw / "scales.csv").unlink()
    assert {problem.file.rsplit("/", 1)[1] for problem in scratch.problems()} == {
        "models.toml",
        "edition.toml",
        "ratings.csv",
        "scales.csv",
    }


def test_a_published_edition_needs_its_manifest_and_a_draft_does_not(scratch):
    (scratch.raw / sealing.NAME).unlink()
    assert [problem.file for problem in scratch.problems()] == [f"data/raw/2015/{sealing.NAME}"]
    draft(scratch)
    assert scratch.problems() == []


def test_a_published_edition_does_not_change(scratch):
    path = scratch.raw / "questions.csv"
    path.write_bytes(path.read_bytes().replace(b"VvB", b"vvb", 1))
    (problem,) = scratch.problems()
    assert problem.file == "data/raw/2015/questions.csv"
    assert "checksum" in problem.rule


def test_an_edition_without_codings_is_refused(scratch):
    for path in scratch.raw.glob("codings_*.csv"):
        path.unlink()
    sealing.seal(scratch.raw)
    (problem,) = scratch.problems()
    assert "codings_" in problem.file


def test_one_coder_is_enough(scratch):
    (scratch.raw / "codings_coder_2.csv").unlink()
    scratch.edit("adjudications.csv", lambda lines: lines.__setitem__(slice(None), [row for row in lines if row[0] != "codings"]))
    assert read_edition("2015").coders == ("coder_1",)


def test_a_coders_file_holds_that_coders_rows_alone(scratch):
    scratch.set("codings_coder_2.csv", 5, "coder", "coder_1")
    (problem,) = scratch.problems()
    assert problem.file == "data/raw/2015/codings_coder_2.csv"
    assert "coder_2" in problem.rule


@pytest.mark.usefixtures("scratch")
def test_a_sound_edition_is_checked_with_exit_code_0(capsys):
    assert command.main(["2015"]) == 0
    out, err = capsys.readouterr()
    assert "2 coders" in out
    assert err == ""


@pytest.mark.parametrize("arguments", [[], ["1999"], ["2015", "2020"], ["--seal"], ["--seal", "1999"], ["--sael", "2015"]])
@pytest.mark.usefixtures("scratch")
def test_a_wrong_command_line_has_exit_code_1_and_no_traceback(capsys, arguments):
    assert command.main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()


def test_an_unsound_edition_has_exit_code_1_and_its_problems_on_the_error_channel(scratch, capsys):
    scratch.set("ratings.csv", 3, "symbol", "++")
    assert command.main(["2015"]) == 1
    assert "data/raw/2015/ratings.csv row 3: '++'" in capsys.readouterr().err


def test_sealing_makes_a_changed_edition_sound(scratch, capsys):
    path = scratch.raw / "questions.csv"
    path.write_bytes(path.read_bytes().replace("1.4 ¶3".encode(), "1.4 ¶4".encode(), 1))  # a place, which both languages share
    assert command.main(["2015"]) == 1
    assert command.main(["--seal", "2015"]) == 0
    assert command.main(["2015"]) == 0
    capsys.readouterr()


def test_the_module_runs_by_its_name(scratch):
    scratch.set("ratings.csv", 3, "symbol", "++")
    run = subprocess.run([sys.executable, "-m", "fruitmand.checks.command", "2015"], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "ratings.csv row 3" in run.stderr
    assert "Traceback" not in run.stderr
