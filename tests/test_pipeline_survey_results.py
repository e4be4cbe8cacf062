"""A copy of the repository without the answers to a survey: it builds the same figures and tables, and says what it was made from."""

import csv
import json
import subprocess

import pytest
from build_fixtures import ROOT, copy_made, set_one_page
from test_pipeline_incremental import clean

from fruitmand.edition.survey_results_file import NAME
from fruitmand.pipeline import published

EDITION = "synthetic-2026"
ANSWERS = ("respondents.csv", "responses.csv", "remarks.csv")
OF_FILES = ("checksums", "provenance")
"""Tables that name the files that were read."""
STEPS = ("1_protocol", "5_survey", "6_claims", "9_provenance")
"""The steps that declare the answers among what they read, the one that they build on, and the one that tells what all others read."""


def build(folder):
    command = [*published.MAKE, f"EDITION={EDITION}"]
    done = subprocess.run(command, cwd=folder, env=clean(), capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder / "reports" / EDITION


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a copy with an edition of which the answers stay out of the repository, built with them."""
    copy = published.copy_project(ROOT, tmp_path_factory.mktemp("survey") / "whole", [EDITION])
    settings = copy / "data/raw" / EDITION / "edition.toml"
    text = settings.read_text(encoding="utf-8")
    assert text.count("synthetic = true") == 1
    settings.write_text(text.replace("synthetic = true", "synthetic = false"), encoding="utf-8")
    notebook = copy / "notebooks/5_survey.ipynb"
    text = notebook.read_text(encoding="utf-8")
    for many, few in (("draws: int = 100000", "draws: int = 100"), ("omega_draws: int = 200", "omega_draws: int = 20")):
        assert text.count(many) == 1
        text = text.replace(many, few)
    notebook.write_text(text, encoding="utf-8")
    for path in (copy / "notebooks").glob("*.ipynb"):
        if path.stem not in STEPS:
            assert not any(name in path.read_text(encoding="utf-8") for name in ANSWERS)
            path.unlink()
    set_one_page(copy)
    build(copy)
    return copy


@pytest.fixture(scope="module")
def clone(whole):
    """Return the same without the answers and all that was made, built anew."""
    copy = copy_made(whole, whole.parent / "clone", ignore=(*ANSWERS, "processed", "reports"))
    build(copy)
    return copy


def report(folder):
    return folder / "reports" / EDITION


def test_figures_tables_and_numbers_have_the_same_bytes_with_and_without_the_answers(whole, clone):
    names = {path.relative_to(report(whole)).as_posix() for path in report(whole).rglob("*") if path.is_file()}
    assert {path.relative_to(report(clone)).as_posix() for path in report(clone).rglob("*") if path.is_file()} == names
    same = {name for name in names if name.endswith((".svg", ".png", ".csv", "numbers.json", NAME))}
    same -= {name for name in names if name.startswith(tuple(f"tables/{table}." for table in OF_FILES))}
    assert {"figures/likert_items.nl.svg", "figures/triangulation_map.en.png", "tables/survey_groups.en.csv", NAME} <= same
    assert [name for name in sorted(same) if (report(whole) / name).read_bytes() != (report(clone) / name).read_bytes()] == []


def test_the_results_among_the_raw_files_are_those_that_passed_the_disclosure_check(whole, clone):
    for folder in (whole, clone):
        record = json.loads((report(folder) / "disclosure.json").read_bytes())
        assert record["verdict"] == "passed"
        assert record["blocks_about_respondents"] > 5
        assert (folder / "data/raw" / EDITION / NAME).read_bytes() == (report(folder) / NAME).read_bytes()


def test_no_respondent_is_named_and_the_answers_are_no_source_where_they_are_not(whole, clone):
    with (whole / "data/raw" / EDITION / "respondents.csv").open(encoding="utf-8", newline="") as stream:
        ids = [row["respondent"] for row in csv.DictReader(stream)]
    text = (clone / "data/raw" / EDITION / NAME).read_text(encoding="utf-8")
    assert len(ids) > 10
    assert [name for name in ids if name in text] == []
    records = json.loads((report(clone) / "provenance.json").read_bytes())
    sources = {source for record in records for block in record["blocks"] for source in block["sources"]}
    assert NAME in sources
    assert not sources & set(ANSWERS)
    assert not {name for record in records for name in record["reads"]} & set(ANSWERS)


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "De antwoorden zelf staan niet in de repository"), ("en", "The answers themselves are not in the")]
)
def test_the_chapter_says_in_every_language_that_the_answers_are_not_there(clone, language, said):
    shown = (clone / "data/processed" / EDITION / "5_survey" / f"shown.{language}.json").read_text(encoding="utf-8")
    assert said in shown


def test_without_answers_and_results_the_report_says_what_to_do(clone, tmp_path):
    copy = copy_made(clone, tmp_path / "copy")
    (copy / "data/raw" / EDITION / NAME).unlink()
    build(copy)
    shown = (copy / "data/processed" / EDITION / "5_survey/shown.en.json").read_text(encoding="utf-8")
    assert "Import the answers, or put their results" in shown
    assert not (report(copy) / NAME).exists()
    assert not list((report(copy) / "figures").glob("likert_items*"))
