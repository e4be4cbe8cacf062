"""Answers of respondents in the repository: kept out by default, let in by a reason, and the check says which it is."""

import shutil
import subprocess
from pathlib import Path

import pytest
from survey_exports import write_edition

from fruitmand.analysis import survey_from_file
from fruitmand.analysis.survey import analyse
from fruitmand.checks import command, microdata
from fruitmand.checks.microdata import FILES, check_microdata, check_results, where_answers_are
from fruitmand.checks.whole_edition import check_edition
from fruitmand.edition import sealing
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import write
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_results_file import NAME
from fruitmand.outputs import report_files

ROOT = Path(__file__).resolve().parents[1]
CLAIM = """
[[claim]]
id = "c099"
section = "5.2.1"
paragraph = 1
consequence = "number"
statement_nl = "Op de enquête antwoordden 40 mensen."
statement_en = "The survey was answered by 40 people."
test = { table = "responses", where = {}, count = "respondent" }
expect = { equals = 40 }
"""


@pytest.fixture
def edition(tmp_path, monkeypatch):
    """Return a maker of an edition in a repository of its own, with the project's rules of what stays out of it."""

    def run(**settings):
        folder = write_edition(tmp_path)
        monkeypatch.chdir(tmp_path)
        (tmp_path / ".gitignore").write_bytes((ROOT / ".gitignore").read_bytes())
        text = (folder / "edition.toml").read_text()
        for old, new in settings.values():
            assert text.count(old) == 1
            text = text.replace(old, new)
        (folder / "edition.toml").write_text(text)
        for name in ("respondents.csv", "responses.csv", "remarks.csv", ".respondent_keys.csv"):
            (folder / name).write_text("x\n")
        git("init", "-q")
        git("add", "-A")
        return Edition("2026")

    return run


def git(*arguments):
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.split()


def problems(found):
    return [problem.file for problem in check_microdata(found.settings, found.folder, found.label)]


REASON = ('state = "fielded"', 'state = "fielded"\nanswers_published = "All agreed to it."')


def test_answers_and_keys_stay_out_of_the_repository_by_default(edition):
    found = edition()
    assert [name for name in git("ls-files") if "resp" in name or "remark" in name] == []
    assert problems(found) == []
    assert where_answers_are(found.settings) == "answers of respondents: kept out of the repository"


def test_answers_that_were_added_all_the_same_are_a_problem(edition):
    found = edition()
    git("add", "-f", "data/raw/2026/responses.csv", "data/raw/2026/remarks.csv")
    assert problems(found) == ["data/raw/2026/remarks.csv", "data/raw/2026/responses.csv"]


def test_a_reason_lets_answers_in_and_remarks_never(edition):
    found = edition(reason=REASON)
    git("add", "-f", "data/raw/2026/responses.csv", "data/raw/2026/remarks.csv")
    assert problems(found) == ["data/raw/2026/remarks.csv"]
    assert where_answers_are(found.settings) == "answers of respondents: in the repository, because: All agreed to it."


def test_invented_answers_are_published(edition):
    found = edition(synthetic=("synthetic = false", "synthetic = true"))
    git("add", "-f", "data/raw/2026/responses.csv")
    assert (problems(found), where_answers_are(found.settings)) == ([], "answers of respondents: synthetic, so in the repository")


def test_without_a_repository_nothing_is_told(tmp_path, monkeypatch):
    write_edition(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert problems(Edition("2026")) == []


def test_the_synthetic_editions_keep_their_answers_in_the_repository():
    for name in ("respondents.csv", "responses.csv", "remarks.csv"):
        ignored = subprocess.run(["git", "check-ignore", "-q", f"data/raw/synthetic-2026/{name}"], cwd=ROOT, check=False)
        assert ignored.returncode == 1


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the results of the survey of an edition of which the answers stay out of the repository."""
    root = tmp_path_factory.mktemp("results")
    without_repository(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        found = Edition("synthetic-2026")
        return survey_from_file.to_json(analyse(found, draws=20, omega_draws=2, seed=1), found)


@pytest.fixture
def kept(tmp_path, monkeypatch, results):
    """Return the raw folder of that edition in a compendium of its own, with the results that were made from it."""
    folder = without_repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    write(folder / NAME, results)
    return folder


def without_repository(root):
    """Copy an edition, of which the answers stay out of the repository there; return its raw folder."""
    folder = root / "data/raw/synthetic-2026"
    shutil.copytree(ROOT / "data/raw/synthetic-2026", folder)
    change(folder, "synthetic = true", "synthetic = false")
    return folder


def change(folder, old, new, file="edition.toml"):
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def without_answers(folder):
    for name in FILES:
        (folder / name).unlink()


def found_wrong():
    return [problem for problem in check_edition(Edition("synthetic-2026")) if problem.file.endswith((NAME, "responses.csv"))]


def test_results_of_these_answers_are_no_problem_with_or_without_the_answers(kept):
    assert found_wrong() == []
    without_answers(kept)
    assert found_wrong() == []
    assert "responses" not in Edition("synthetic-2026")


def test_results_of_other_answers_are_named_where_the_answers_are(kept):
    with (kept / "responses.csv").open("a") as stream:
        stream.write("\n")
    (problem,) = check_results(Edition("synthetic-2026"))
    assert (problem.value, problem.severity) == ("responses.csv", "unfinished")
    assert "make report EDITION=synthetic-2026" in problem.cause
    without_answers(kept)
    assert found_wrong() == []


def test_results_made_with_other_ratings_or_another_smallest_group_are_named_in_any_copy(kept):
    with (kept / "ratings.csv").open("a") as stream:
        stream.write("\n")
    change(kept, "min_cell = 5", "min_cell = 6")
    for _ in range(2):
        problems = check_results(Edition("synthetic-2026"))
        assert [(problem.value, problem.severity) for problem in problems] == [("ratings.csv", "unfinished"), ("5", "unfinished")]
        if (kept / "responses.csv").exists():
            without_answers(kept)
    assert problems[0].cause.startswith("whoever has the answers: ")


def test_an_edition_with_neither_answers_nor_results_says_in_one_sentence_what_to_do(kept):
    without_answers(kept)
    (kept / NAME).unlink()
    (problem,) = found_wrong()
    assert (problem.file, problem.severity) == ("data/raw/synthetic-2026/responses.csv", "unfinished")
    assert problem.cause == f"import them, or ask whoever has them for {NAME}"
    assert not Edition("synthetic-2026").fielded


def test_results_where_the_answers_are_in_the_repository_are_a_problem(kept):
    change(kept, "synthetic = false", "synthetic = true")
    (problem,) = found_wrong()
    assert problem.cause == "remove the file"


def test_a_published_edition_has_the_results_and_a_copy_without_the_answers_has_its_seal(kept):
    change(kept, 'status = "draft"', 'status = "published"')
    sealing.seal(kept)
    with_answers = found_wrong()
    without_answers(kept)
    edition = Edition("synthetic-2026")
    assert sealing.check(kept, edition.label, kept_out=microdata.kept_out(edition)) == with_answers == []
    (kept / NAME).unlink()
    assert {problem.file.rpartition("/")[2] for problem in found_wrong()} == {NAME, "responses.csv"}


def test_a_published_edition_with_answers_and_without_results_is_told(kept):
    change(kept, 'status = "draft"', 'status = "published"')
    (kept / NAME).unlink()
    (problem,) = check_results(Edition("synthetic-2026"))
    assert problem.severity == "error"
    assert problem.cause == "set status = draft, then make report EDITION=synthetic-2026 makes it anew"


def test_whoever_does_not_have_the_answers_cannot_seal(kept, capsys):
    without_answers(kept)
    assert command.main(["--seal", "synthetic-2026"]) == 1
    assert "whoever has them seals it" in capsys.readouterr().err
    assert not (kept / sealing.NAME).exists()


def test_the_check_says_that_only_the_results_are_here(kept, capsys):
    without_answers(kept)
    assert command.main(["synthetic-2026"]) == 0
    assert f"kept out of the repository, and not here; the report shows their results, {NAME}" in capsys.readouterr().out


def test_a_claim_on_answers_is_wrong_where_they_are_not(kept):
    with (kept / "claims.toml").open("a") as stream:
        stream.write(CLAIM)
    assert [problem for problem in check_edition(Edition("synthetic-2026")) if problem.severity == "error"] == []
    without_answers(kept)
    problems = [problem for problem in check_edition(Edition("synthetic-2026")) if problem.severity == "error"]
    assert problems
    assert all(problem.file.endswith("claims.toml") for problem in problems)


def test_the_results_of_a_published_edition_are_compared_and_never_replaced(kept, tmp_path):
    change(kept, 'status = "draft"', 'status = "published"')
    before, made = (kept / NAME).read_bytes(), tmp_path / "made"
    write(made / NAME, before)
    assert report_files.keep_survey(Edition("synthetic-2026"), made) == []
    write(made / NAME, before.replace(b'"n": 40', b'"n": 41', 1))
    with pytest.raises(FruitmandError, match="is not what its answers give now: set status"):
        report_files.keep_survey(Edition("synthetic-2026"), made)
    assert (kept / NAME).read_bytes() == before
    change(kept, 'status = "published"', 'status = "draft"')
    assert report_files.keep_survey(Edition("synthetic-2026"), made) == [kept / NAME]
    assert (kept / NAME).read_bytes() != before
