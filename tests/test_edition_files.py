"""Errors and files: what a message names, and how a file is written."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fruitmand.edition import files
from fruitmand.edition.errors import CHARACTERS, CHOICES, LINES, DataError, FruitmandError, Problem, suggest
from fruitmand.edition.files import copy_or_keep, project_root, sha256, write

PAST = 1_000_000_000_000_000_000  # ns; a time that no write of today can give


def test_a_problem_names_file_row_value_rule_and_cause():
    assert (
        str(Problem("f.csv", 14, "motivatoin", "is not in the codebook", "a typo"))
        == "f.csv row 14: 'motivatoin' is not in the codebook (a typo)"
    )


def test_a_problem_with_a_whole_file_names_no_row():
    assert str(Problem("f.csv", 0, "", "file is missing")) == "f.csv: file is missing"


def test_all_problems_stand_in_one_error_in_the_order_of_the_files():
    error = DataError([Problem("b.csv", 2, "y", "rule"), Problem("a.csv", 10, "x", "rule"), Problem("a.csv", 9, "x", "rule")])
    lines = str(error).splitlines()
    assert "3 problems" in lines[0]
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["a.csv row 9", "a.csv row 10", "b.csv row 2"]
    assert isinstance(error, FruitmandError)


def test_one_problem_is_told_in_the_singular():
    assert str(DataError([Problem("a.csv", 2, "", "rule")])).startswith("1 problem in")


def test_many_problems_are_counted_and_the_first_are_shown():
    error = DataError([Problem("a.csv", row, "", "rule") for row in range(2, 1002)])
    first, *shown, last = str(error).splitlines()
    assert first == "1000 problems in the raw data:"
    assert shown == [f"  a.csv row {row}: rule" for row in range(2, 2 + LINES)]
    assert last == f"  … and {1000 - LINES} more"
    assert len(error.problems) == 1000
    just = DataError([Problem("a.csv", row, "", "rule") for row in range(LINES)])
    assert len(str(just).splitlines()) == 1 + LINES
    assert "more" not in str(just)


def test_a_message_stays_short_whatever_the_cell_holds():
    long = "x" * 50_000
    problem = Problem("a.csv", 2, long, long, long)
    assert len(str(problem)) < 3 * CHARACTERS + 50
    assert problem.value == long
    assert str(Problem("a.csv", 2, "x" * CHARACTERS, "rule")) == f"a.csv row 2: '{'x' * CHARACTERS}' rule"


def test_what_cannot_be_seen_in_a_value_is_written_out():
    assert str(Problem("a.csv", 2, "a\u202eb\x00", "rule")) == r"a.csv row 2: 'a\u202eb\x00' rule"


def test_a_near_value_is_suggested_and_a_far_one_is_not():
    assert "'motivation'" in suggest("motivatoin", ["savings", "motivation"])
    assert suggest("zzz", ["savings", "motivation"]) == ""
    assert suggest("motivation", []) == ""
    assert suggest("s1000", [f"s{number}" for number in range(1001, 1002 + CHOICES)]) == ""


def test_a_file_is_written_with_its_folders(tmp_path):
    path = tmp_path / "a" / "b" / "c.txt"
    assert write(path, "één\r\ntwee\n")
    assert path.read_bytes() == "één\r\ntwee\n".encode()


@settings(derandomize=True, max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(), st.text(st.characters(exclude_categories=["Cs"]))))
def test_what_is_written_is_what_is_read(tmp_path, content):
    path = tmp_path / "any"
    write(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert not write(path, content)


def test_an_unchanged_file_is_left_untouched(tmp_path):
    path = tmp_path / "same.txt"
    write(path, "same")
    os.utime(path, ns=(PAST, PAST))
    before = path.stat()
    assert not write(path, b"same")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert write(path, "other")
    assert path.stat().st_mtime_ns != PAST


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_nothing_half_written_stays_when_writing_fails(tmp_path, monkeypatch, step):
    path = tmp_path / "file.txt"
    write(path, "old")
    real = type(path).write_bytes

    def fail(self, _):
        if step == "write_bytes":
            real(self, b"ha")  # the disk is full halfway
        raise OSError("no space left")

    monkeypatch.setattr(type(path), step, fail)
    with pytest.raises(OSError, match="no space left"):
        write(path, "a new and longer text")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["file.txt"]


def test_the_checksum_is_sha256(tmp_path):
    # The empty message: FIPS 180-4, NIST's example values.
    (tmp_path / "empty").write_bytes(b"")
    assert sha256(tmp_path / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (tmp_path / "some").write_bytes(b"some")
    assert sha256(tmp_path / "some") == hashlib.sha256(b"some").hexdigest()


def test_the_compendium_is_found_from_any_folder_in_it(scratch, monkeypatch):
    assert project_root() == scratch.root
    monkeypatch.chdir(scratch.raw)
    assert project_root() == scratch.root


def test_outside_a_compendium_the_error_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FruitmandError, match=tmp_path.name):
        project_root()


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_takes_the_place_of_another_whole(tmp_path, monkeypatch, exchanges):
    if not exchanges:
        monkeypatch.setattr(files, "_exchange", lambda *_: False)
    new, target = tmp_path / "new", tmp_path / "there" / "target"
    for text in ("first", "second"):
        new.mkdir()
        (new / f"{text}.txt").write_text(text)
        files.replace_folder(new, target)
        assert [path.name for path in target.iterdir()] == [f"{text}.txt"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]
        assert [path.name for path in target.parent.iterdir()] == ["target"]


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_that_another_process_put_there_at_this_moment_is_replaced(tmp_path, monkeypatch, exchanges):
    if not exchanges:
        monkeypatch.setattr(files, "_exchange", lambda *_: False)
    new, target = tmp_path / "new", tmp_path / "target"
    for folder in (new, target):
        folder.mkdir()
        (folder / folder.name).touch()
    monkeypatch.setattr(Path, "exists", lambda _: False)
    files.replace_folder(new, target)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    new, target = tmp_path / "new", tmp_path / "target"
    for folder in (new, target):
        folder.mkdir()
        (folder / folder.name).touch()
    monkeypatch.setattr(files, "_exchange", lambda *_: False)
    real, calls = Path.rename, []

    def rename(self, other):
        calls.append(other)
        if len(calls) == 3:  # the old one is away, and the new one is to take its place
            raise OSError(28, "No space left on device")
        return real(self, other)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="No space"):
        files.replace_folder(new, target)
    assert [path.name for path in target.iterdir()] == ["target"]


@pytest.mark.parametrize("links", [True, False])
def test_a_copy_that_has_the_same_bytes_is_kept_and_another_is_left_alone(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links here")))
    source, old = tmp_path / "source", tmp_path / "old"
    source.write_text("new")
    for content, kept in (("new", links), ("odd", False), (None, False)):
        new = tmp_path / f"new of {content}"
        old.unlink(missing_ok=True)
        if content:
            old.write_text(content)
        copy_or_keep(str(source), str(new), old)
        assert new.read_text() == "new"
        assert (content is not None and new.samefile(old)) == kept
        assert not content or old.read_text() == content
