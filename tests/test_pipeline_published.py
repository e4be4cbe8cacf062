"""The published report: its files are in the repository, and a build gives them back."""

import shutil
import subprocess

import pytest
from build_fixtures import ROOT
from PIL import Image
from pypdf import PdfWriter

from fruitmand.edition.errors import FruitmandError
from fruitmand.pipeline import published
from fruitmand.pipeline.record import Record, write_record


def tracked_reports() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "reports/2015"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.split()


def test_the_published_files_in_the_repository_have_their_published_checksums():
    wanted = published.published(ROOT, "2015")
    names = [name.removeprefix("reports/2015/") for name in tracked_reports()]
    assert {name for name in wanted if not name.endswith((".docx", ".xlsx"))} == set(names)
    assert {name: published.sha256(ROOT / "reports/2015" / name) for name in names} == {name: wanted[name] for name in names}


def test_a_difference_is_named_by_cell_number_and_page(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, cell, value in ((old, "a", 3), (new, "b", 5)):
        (folder / "tables").mkdir(parents=True)
        (folder / "tables/t.csv").write_text(f"x,y\n1,{cell}\n")
        (folder / "numbers.json").write_text(f'[{{"name": "n.a", "value": 1}}, {{"name": "n.b", "value": {value}}}]')
    (old / "gone.svg").write_text("x")
    (new / "more.svg").write_text("x")
    for folder, language in ((old, "en"), (new, "nl")):
        with PdfWriter(folder / "p.pdf") as pages:
            pages.append(ROOT / f"reports/2015/appendix.{language}.pdf", pages=(0, 2), import_outline=False)
    found = list(published.differences(published.checksums(old), new, old))
    assert found[:2] == ["gone.svg is missing", "more.svg is not published"]
    assert found[2] == "numbers.json differs: first in n.b: 3 is now 5, by +2"
    assert found[3].startswith("p.pdf differs: first on page 1: ")
    assert found[4] == "tables/t.csv differs: first in row 2: ['1', 'a'] is now ['1', 'b']"
    assert list(published.differences(published.checksums(old), old, old)) == []


def test_what_was_not_built_is_not_published(tmp_path):
    (tmp_path / "reports/2015").mkdir(parents=True)
    with pytest.raises(FruitmandError, match="make report"):
        published.publish(tmp_path, "2015")
    assert not (tmp_path / "reports/2015.sha256").exists()


def test_a_file_that_no_build_made_is_not_published(tmp_path):
    (tmp_path / "reports/2015").mkdir(parents=True)
    (tmp_path / "reports/2015/numbers.json").write_text("[]")
    folder = tmp_path / "data/processed/2015/report"
    folder.mkdir(parents=True)
    for name in ("appendix.en.pdf", "appendix.nl.pdf"):
        shutil.copy(ROOT / "reports/2015" / name, tmp_path / "reports/2015")
    made = {f"reports/2015/{name}": digest for name, digest in published.checksums(tmp_path / "reports/2015").items()}
    write_record(Record({}, {}, made), folder)
    assert published.publish(tmp_path, "2015") == 3
    with Image.open(tmp_path / "reports/2015.png") as picture:
        assert picture.width > picture.height, "two pages stand beside each other"
    (tmp_path / "reports/2015/secret.txt").write_text("x")
    with pytest.raises(FruitmandError, match="secret.txt: is not of the build"):
        published.publish(tmp_path, "2015")


def test_without_the_published_copy_only_the_file_is_named(tmp_path):
    (tmp_path / "a.svg").write_text("x")
    assert list(published.differences({"a.svg": "0" * 64}, tmp_path, tmp_path / "nowhere")) == [
        "a.svg differs: the published copy is not here to compare with"
    ]
