"""The files of an import are written in one stroke, by one import at a time, and an interrupted one leaves nothing half."""

import os
import signal
import subprocess
import sys

import pytest
from build_fixtures import ROOT
from coding_edition import highlights, read_rows, write_edition

from fruitmand.importers import storing
from fruitmand.importers.__main__ import main
from fruitmand.importers.storing import one_import, store

PLACES = os.environ | {"PYTHONPATH": str(ROOT / "src")}
ROWS = [(str(n), "kamperveen", "network", f"zin {n}") for n in range(30)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = write_edition(tmp_path / "compendium")
    monkeypatch.chdir(tmp_path / "compendium")
    return made


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def left_over(folder):
    return [path.name for path in folder.parents[1].glob(".import.*.part")]


def test_all_files_are_new_or_none_is(folder, monkeypatch):
    before = contents(folder)
    real = storing.write

    def full(path, content):
        if path.name == "b.csv":
            raise OSError("no space left")
        return real(path, content)

    monkeypatch.setattr(storing, "write", full)
    with pytest.raises(OSError, match="no space left"):
        store(folder, {"a.csv": "1\n", "b.csv": "2\n"})
    assert (contents(folder), left_over(folder)) == (before, [])
    monkeypatch.setattr(storing, "write", real)
    assert store(folder, {"a.csv": "1\n", "b.csv": "2\n"}) == ["a.csv", "b.csv"]
    assert contents(folder) == before | {"a.csv": b"1\n", "b.csv": b"2\n"}
    assert store(folder, {"a.csv": "1\n", "b.csv": "3\n"}) == ["b.csv"]


def test_a_folder_in_which_nothing_changes_is_left_alone(folder):
    store(folder, {"a.csv": "1\n"})
    before = folder.stat().st_ino
    assert store(folder, {"a.csv": "1\n"}) == []
    assert folder.stat().st_ino == before


def test_links_and_hidden_files_in_the_folder_stay_what_they_are(folder, tmp_path):
    (tmp_path / "remarks.csv").write_text("x\n")
    (folder / "remarks.csv").symlink_to(tmp_path / "remarks.csv")
    (folder / ".keys").write_text("y\n")
    store(folder, {"a.csv": "1\n"})
    assert (folder / "remarks.csv").is_symlink()
    assert (folder / ".keys").read_text() == "y\n"


def import_until(file, *arguments):
    """Import in a fork of this process that kills itself when it has written a file; return how the fork ended."""
    real = storing.write

    def half(path, content):
        real(path, content)
        if path.name == file:
            os.kill(os.getpid(), signal.SIGKILL)

    pid = os.fork()
    if not pid:
        try:
            storing.write = half
            main([str(argument) for argument in arguments])
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("file", ["segments.csv", "codings_ann.csv", "codes.csv"])
def test_a_killed_import_leaves_nothing_half_and_the_next_one_cleans_up(folder, tmp_path, file):
    given = highlights(tmp_path / "ann.csv", *ROWS)
    before = contents(folder)
    assert import_until(file, given, "2031", "ann") == -signal.SIGKILL
    assert contents(folder) == before
    assert len(left_over(folder)) == 1
    with one_import(folder):
        assert left_over(folder) == []


def test_a_second_import_waits_for_the_first(folder, tmp_path):
    files = [highlights(tmp_path / f"{name}.csv", *ROWS) for name in ("ann", "bob")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": PLACES}
    with one_import(folder):
        both = [
            subprocess.Popen([sys.executable, "-m", "fruitmand.importers", str(file), "2031", file.stem], stderr=subprocess.PIPE, **pipes)
            for file in files
        ]
        waiting = "another import into data/raw/2031 is at work; waiting for it\n"
        assert [process.stderr.readline() for process in both] == [waiting, waiting]
        assert not (folder / "segments.csv").exists()
    told = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert {row["coder"] for row in read_rows(folder / "segments.csv")} == {""}, "the second saw what the first wrote"
    assert len(read_rows(folder / "segments.csv")) == len(ROWS)


def test_a_folder_that_may_not_be_written_to_is_told(folder, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="cannot be written to"):
        store(folder, {"a.csv": "1\n"})
