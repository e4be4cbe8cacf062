"""What was checked before: the same bytes give the same table without a second check, other bytes are checked whatever the record says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from build_fixtures import ROOT

from fruitmand.edition import schema, validation, validation_cache
from fruitmand.edition.errors import DataError
from fruitmand.edition.reading import Edition, editions
from fruitmand.pipeline import jobs


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return a compendium with the raw data of 2015 of which the check has been recorded."""
    shutil.copytree(ROOT / "data" / "raw" / "2015", tmp_path / "data" / "raw" / "2015")
    monkeypatch.chdir(tmp_path)
    jobs.check("2015", tmp_path / "data" / "processed" / "2015" / "check")
    return tmp_path


@pytest.mark.parametrize("name", editions())
def test_a_table_that_was_checked_is_the_same_without_a_check(name, monkeypatch):
    monkeypatch.setattr(validation_cache, "recall", lambda *_: {})
    whole = Edition(name)
    frames = {table: whole[table] for table in whole}
    monkeypatch.setattr(validation_cache, "recall", lambda *_: whole.reads)
    monkeypatch.setattr("fruitmand.edition.validation.validate", None)
    again = Edition(name)
    for table, frame in frames.items():
        pd.testing.assert_frame_equal(again[table], frame, obj=table)


def test_the_check_records_every_table_and_a_step_reads_them_unchecked(root, monkeypatch):
    known = validation_cache.recall(root / "data" / "processed" / "2015" / "check")
    assert known == {file: digest for file, digest in Edition("2015").reads.items() if file.endswith(".csv")} | known
    assert {path.name for path in (root / "data/raw/2015").glob("*.csv")} - {"manifest.csv"} <= set(known)
    monkeypatch.setattr("fruitmand.edition.validation.validate", None)
    assert len(Edition("2015")["ratings"]) == 80


def test_the_next_check_checks_the_table_that_changed_and_after_new_libraries_all(root, monkeypatch):
    path = root / "data" / "raw" / "2015" / "sources.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("(2001)", "(2001, reprint)"), encoding="utf-8")
    settings = path.with_name("edition.toml")
    settings.write_text(settings.read_text(encoding="utf-8").replace('"published"', '"draft"'), encoding="utf-8")
    seen = []
    monkeypatch.setattr(validation, "validate", lambda *asked, do=validation.validate: seen.append(asked[0]) or do(*asked))
    jobs.check("2015", root / "data" / "processed" / "2015" / "check")
    assert seen == ["sources"]
    (root / "requirements").mkdir()
    (root / "requirements" / "report.txt").write_text("pandas==99\n", encoding="utf-8")
    validation_cache._rules.cache_clear()
    jobs.check("2015", root / "data" / "processed" / "2015" / "check")
    assert set(seen) == {name for name in Edition("2015") if name not in schema.SURVEY}
    validation_cache._rules.cache_clear()


def test_a_file_that_changed_since_the_check_is_checked(root):
    path = root / "data" / "raw" / "2015" / "ratings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("+/+", "+", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"ratings\.csv row \d+"):
        Edition("2015")["ratings"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"rules": "other", "files": {"ratings.csv": "0"}}', '{"rules": null}'])
def test_a_record_of_other_rules_or_of_nothing_counts_for_nothing(tmp_path, content):
    (tmp_path / validation_cache.NAME).write_text(content, encoding="utf-8")
    assert validation_cache.recall(tmp_path) == {}
    assert validation_cache.recall(tmp_path / "nowhere") == {}


def test_every_module_that_a_check_of_a_table_imports_is_among_the_rules(tmp_path, monkeypatch):
    asks = "import sys, fruitmand.edition.raw_table, fruitmand.edition.validation; print(*sys.modules)"
    places = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run([sys.executable, "-c", asks], env=places, check=True, capture_output=True, text=True)
    used = {name.removeprefix("fruitmand.edition.") for name in run.stdout.split() if name.startswith("fruitmand.edition.")}
    assert {"validation", "raw_table", "raw_text", "columns", "schema", "schema_study"} <= used
    assert {name for name in run.stdout.split() if name.startswith("fruitmand.")} == {f"fruitmand.edition.{name}" for name in used} | {
        "fruitmand.edition"
    }
    room = Path(validation_cache.__file__).parent
    shutil.copytree(room, tmp_path / "room", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(validation_cache, "__file__", str(tmp_path / "room" / "validation_cache.py"))
    before = validation_cache._rules.__wrapped__()
    for name in sorted(used):
        path = tmp_path / "room" / f"{name}.py"
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert validation_cache._rules.__wrapped__() != before, name
        path.write_bytes(content)
    assert validation_cache._rules.__wrapped__() == before


def test_the_record_is_kept_by_the_rules_that_it_was_made_by(tmp_path, monkeypatch):
    validation_cache.remember(tmp_path, {"ratings.csv": "0"})
    assert validation_cache.recall(tmp_path) == {"ratings.csv": "0"}
    assert json.loads((tmp_path / validation_cache.NAME).read_text(encoding="utf-8"))["files"] == {"ratings.csv": "0"}
    monkeypatch.setattr(validation_cache, "_rules", lambda: "other")
    assert validation_cache.recall(tmp_path) == {}
