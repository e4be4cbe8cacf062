"""The manifest keeps the raw files of a published edition as they are."""

import shutil
import subprocess
from pathlib import Path

import pytest

from fruitmand.edition import sealing
from fruitmand.edition.errors import DataError


@pytest.fixture
def folder(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.csv").write_text("a\n1\n")
    (raw / "b.csv").write_text("b\n2\n")
    sealing.seal(raw)
    return raw


def one(folder):
    (problem,) = sealing.check(folder, "raw")
    return problem


def test_a_sealed_folder_has_no_problems_and_sealing_again_changes_nothing(folder):
    assert sealing.check(folder, "raw") == []
    assert not sealing.seal(folder)


def test_a_changed_file_is_named(folder):
    (folder / "a.csv").write_text("a\n2\n")
    problem = one(folder)
    assert problem.file == "raw/a.csv"
    assert "checksum" in problem.rule
    assert "changed" in problem.cause


def test_a_missing_file_is_named(folder):
    (folder / "b.csv").unlink()
    assert one(folder).file == "raw/b.csv"
    assert "missing" in one(folder).rule


def test_an_added_file_is_named(folder):
    (folder / "c.csv").write_text("c\n")
    assert one(folder).file == "raw/c.csv"
    assert "not in the manifest" in one(folder).rule


def test_a_renamed_file_is_missing_and_added(folder):
    (folder / "b.csv").rename(folder / "d.csv")
    assert [problem.file for problem in sealing.check(folder, "raw")] == ["raw/b.csv", "raw/d.csv"]


@pytest.mark.parametrize("line", ["0" * 64 + " a.csv", "0" * 63 + "  a.csv", "nonsense", ""])
def test_a_malformed_line_is_named_by_its_number(folder, line):
    path = folder / sealing.NAME
    path.write_text(path.read_text() + line + "\n")
    problem = one(folder)
    assert (problem.file, problem.row, problem.value) == (f"raw/{sealing.NAME}", 3, line)


def test_a_file_that_a_line_names_again_is_named_by_its_number(folder):
    path = folder / sealing.NAME
    path.write_text(path.read_text() * 2)
    assert [(problem.row, problem.value) for problem in sealing.check(folder, "raw")] == [(3, "a.csv"), (4, "b.csv")]


@pytest.mark.parametrize("content", ["één".encode("latin-1"), "a".encode("utf-16"), b"PK\x03\x04"])
def test_a_manifest_that_is_no_text_is_one_problem(folder, content):
    (folder / sealing.NAME).write_bytes(content)
    assert one(folder).file == f"raw/{sealing.NAME}"
    assert "UTF-8" in one(folder).rule


def test_a_manifest_that_was_saved_on_windows_is_understood(folder):
    path = folder / sealing.NAME
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert sealing.check(folder, "raw") == []


def test_a_file_that_may_not_be_read_is_named_once_and_never_sealed(folder, monkeypatch):
    def read(path, real=Path.read_bytes):
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    assert one(folder).file == "raw/a.csv"
    assert "permission" in one(folder).cause
    with pytest.raises(DataError, match=r"a\.csv: cannot be read"):
        sealing.seal(folder)


def test_a_folder_without_manifest_is_one_problem_that_says_what_to_run(folder):
    (folder / sealing.NAME).unlink()
    assert one(folder).file == f"raw/{sealing.NAME}"
    assert "make seal" in one(folder).cause


def test_hidden_files_do_not_count(folder):
    (folder / ".DS_Store").write_text("anything")
    assert sealing.check(folder, "raw") == []


def test_an_empty_folder_can_be_sealed(tmp_path):
    sealing.seal(tmp_path)
    assert sealing.check(tmp_path, "raw") == []


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_sha256sum_reads_the_manifest(folder):
    subprocess.run(["sha256sum", "--check", "--strict", sealing.NAME], cwd=folder, check=True, capture_output=True)
