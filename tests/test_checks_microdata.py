"""Answers of respondents in the repository: kept out by default, let in by a reason, and the check says which it is."""

import subprocess
from pathlib import Path

import pytest
from survey_exports import write_edition

from fruitmand.checks.microdata import check_microdata, standing
from fruitmand.edition.reading import Edition

ROOT = Path(__file__).resolve().parents[1]


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
    assert standing(found.settings) == "answers of respondents: kept out of the repository"


def test_answers_that_were_added_all_the_same_are_a_problem(edition):
    found = edition()
    git("add", "-f", "data/raw/2026/responses.csv", "data/raw/2026/remarks.csv")
    assert problems(found) == ["data/raw/2026/remarks.csv", "data/raw/2026/responses.csv"]


def test_a_reason_lets_answers_in_and_remarks_never(edition):
    found = edition(reason=REASON)
    git("add", "-f", "data/raw/2026/responses.csv", "data/raw/2026/remarks.csv")
    assert problems(found) == ["data/raw/2026/remarks.csv"]
    assert standing(found.settings) == "answers of respondents: in the repository, because: All agreed to it."


def test_invented_answers_are_published(edition):
    found = edition(synthetic=("synthetic = false", "synthetic = true"))
    git("add", "-f", "data/raw/2026/responses.csv")
    assert (problems(found), standing(found.settings)) == ([], "answers of respondents: synthetic, so in the repository")


def test_without_a_repository_nothing_is_told(tmp_path, monkeypatch):
    write_edition(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert problems(Edition("2026")) == []


def test_the_synthetic_editions_keep_their_answers_in_the_repository():
    for name in ("respondents.csv", "responses.csv", "remarks.csv"):
        ignored = subprocess.run(["git", "check-ignore", "-q", f"data/raw/synthetic-2026/{name}"], cwd=ROOT, check=False)
        assert ignored.returncode == 1
