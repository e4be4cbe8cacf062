"""The one command of the import: it tells files apart by what they hold, and says what it took them for."""

import os
import subprocess
import sys

import pytest
from build_fixtures import ROOT
from coding_edition import highlights, read_rows, write_edition
from coding_exports import database, project_xml, qdpx, workbook
from survey_exports import FORMATS, Person, answer_all
from survey_exports import write_edition as write_survey_edition

from fruitmand.importers import dispatch
from fruitmand.importers.__main__ import main
from fruitmand.importers.coding.reading import is_coded

ROW = ("1", "kamperveen", "network", "wij kennen elkaar")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = write_edition(tmp_path / "compendium")
    monkeypatch.chdir(tmp_path / "compendium")
    return made


@pytest.mark.parametrize("name", FORMATS)
def test_no_answers_to_a_survey_are_taken_for_coded_interviews(tmp_path, name):
    assert not is_coded(FORMATS[name].write(tmp_path, [Person(answer_all(3), remark="Een tekst.")]))


def test_answers_go_to_the_import_of_the_survey(tmp_path, monkeypatch, capsys):
    made = write_survey_edition(tmp_path / "compendium")
    monkeypatch.chdir(tmp_path / "compendium")
    assert main([str(FORMATS["plain"].write(tmp_path, [Person(answer_all(3))])), "2026"]) == 0
    assert capsys.readouterr().out.startswith("export.csv is taken for answers to the survey\n  recognised export.csv")
    assert len(read_rows(made / "respondents.csv")) == 1


def test_coded_interviews_are_told_by_their_content_and_not_by_their_name(folder, tmp_path, capsys):
    assert main([str(highlights(tmp_path / "answers.csv", ROW)), "2031", "Ann"]) == 0
    assert capsys.readouterr().out.startswith("answers.csv is taken for coded interviews\n  Taguette, highlights as CSV\n")
    assert (folder / "codings_ann.csv").is_file()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("a.pdf", lambda path: path.write_bytes(b"%PDF-1.7"), "it is a PDF"),
        ("a.docx", lambda path: qdpx(path, "", {"word/document.xml": "<w/>"}, "x"), "it is a Word document"),
        ("a.db", lambda path: database(path, "CREATE TABLE a (b)"), "the database of Taguette, QualCoder or RQDA"),
        ("a.html", lambda path: path.write_text("<!DOCTYPE html><p>a"), "it is a web page"),
        ("a.qdpx", lambda path: path.write_bytes(qdpx(path, project_xml("")).read_bytes()[:40]), "a.qdpx"),
    ],
)
def test_a_file_that_can_be_no_table_is_named_for_what_it_is(tmp_path, capsys, name, write, words):
    write(tmp_path / name)
    assert main([str(tmp_path / name), "2031"]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_damaged_coded_interviews_are_not_taken_for_answers(tmp_path, capsys):
    (tmp_path / "a.csv").write_text('id,document,tag,content\n1,kamperveen,network,"wij\n', encoding="utf-8")
    assert main([str(tmp_path / "a.csv"), "2031", "ann"]) == 1
    told = capsys.readouterr()
    assert told.out == "a.csv is taken for coded interviews\n"
    assert "must be a row of separated text" in told.err


def test_ratings_go_to_their_own_import(folder, tmp_path, monkeypatch, capsys):
    given = []
    monkeypatch.setattr(dispatch, "is_ratings", lambda path: path.suffix == ".xlsx")
    monkeypatch.setattr(dispatch, "import_ratings", lambda *arguments: given.append(arguments) or "  done")
    file = workbook(tmp_path / "r.xlsx", [["variable", "kamperveen"], ["motivation", "+/+"]])
    assert main([str(file), folder.name, "rater"]) == 0
    assert capsys.readouterr().out == "r.xlsx is taken for ratings\n  done\nnext: make check EDITION=2031\n"
    assert given == [(file, "2031", "rater")]


@pytest.mark.parametrize("arguments", [[], ["", "2031"], ["a.csv"], ["a.csv", "2031", "ann", "1", "bob"]])
def test_the_command_says_how_it_is_used(capsys, arguments):
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("usage: make import FILE=… EDITION=… [CODER=…]")


def test_a_file_in_the_compendium_is_refused_but_not_one_that_was_made_for_it(folder, tmp_path, capsys):
    assert main([str(highlights(folder / "a.csv", ROW)), "2031", "ann"]) == 1
    assert "lies in the compendium" in capsys.readouterr().err
    (folder / "a.csv").unlink()
    processed = folder.parents[1] / "processed"
    processed.mkdir()
    assert main([str(highlights(processed / "a.csv", ROW)), "2031", "ann"]) == 0
    assert main([str(tmp_path / "none.csv"), "2031"]) == 1
    assert "there is no file" in capsys.readouterr().err
    assert main([str(tmp_path), "2031"]) == 1
    assert "is a folder" in capsys.readouterr().err


def test_an_edition_that_is_not_there_is_told_first(folder, tmp_path, capsys):
    assert main([str(tmp_path / "none.csv"), "1999"]) == 1
    assert capsys.readouterr() == ("", f"there is no edition '1999'; there are: {folder.name}\n")


def test_the_module_runs():
    command = [sys.executable, "-W", "error", "-m", "fruitmand.importers"]
    places = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=places, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("usage: ")
