"""The record of a job: what it read and made, and in what the project differs from that."""

import json
import os
import time

import pytest

from fruitmand.edition.file_access import note_key, watch_reads
from fruitmand.edition.files import replace_folder
from fruitmand.pipeline.record import Record, changed_since, digest, make_record, read_record, write_record

TEXTS = """[text]
one = "Een"
two = "Twee"
[format]
words = ["nul"]
"""


@pytest.fixture
def job(tmp_path):
    """Return a project and the folder of a job in it that read a raw file, a module, two texts and a listed folder, and made a table."""
    for name in (
        "data/raw/x/a.csv",
        "src/m.py",
        "requirements/report.txt",
        "data/processed/x/1_a/t.csv",
        "data/processed/x/.1_a.scratch/t.csv",
        "data/processed/x/0/n.json",
        "reports/x/n.json",
        "notes.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    for name in ("texts", "whole"):
        (tmp_path / f"src/{name}.toml").write_text(TEXTS)
    folder, scratch = tmp_path / "data/processed/x/1_a", tmp_path / "data/processed/x/.1_a.scratch"
    read = {
        "data/raw/x/a.csv",
        "src/m.py",
        "data/raw/x/",
        "data/processed/x/0/n.json",
        "data/processed/x/1_a/t.csv",
        "notes.md",
        "src/gone.py",
        "src/texts.toml",
        "src/texts.toml#text.one",
        "src/texts.toml#format.words",
        "src/texts.toml#text.none",
        "src/whole.toml#text.one",
        "src/whole.toml#",
    }
    record = make_record(scratch, folder, {"edition": "x"}, read, elsewhere=["reports/x/n.json"], modules={"pandas", "json"}, root=tmp_path)
    write_record(record, scratch)
    replace_folder(scratch, folder)
    return tmp_path, folder


def test_a_record_holds_sources_data_and_what_other_jobs_made_and_nothing_else(job):
    root, folder = job
    record = read_record(folder)
    wanted = {"data/raw/x", "data/raw/x/a.csv", "src/m.py", "data/processed/x/0/n.json", "requirements/report.txt", "src/whole.toml"}
    assert set(record.read) == wanted
    assert {path: set(keys) for path, keys in record.used.items()} == {"src/texts.toml": {"", "text.one", "format.words", "text.none"}}
    made = {"data/processed/x/1_a/t.csv": folder / "t.csv", "reports/x/n.json": root / "reports/x/n.json"}
    assert record.made == {name: digest(path) for name, path in made.items()}
    assert record.modules == ("pandas",)
    assert record.changes({"edition": "x"}, root) == []


def other(path):
    path.write_text("other")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda root: other(root / "src/m.py"), ["input src/m.py: changed"]),
        (lambda root: (root / "src/m.py").unlink(), ["input src/m.py: is gone"]),
        (lambda root: (root / "data/raw/x/b.csv").write_text("new"), ["input data/raw/x: changed"]),
        (lambda root: (root / "data/processed/x/1_a/t.csv").unlink(), ["output data/processed/x/1_a/t.csv: is gone"]),
        (lambda root: other(root / "data/processed/x/1_a/t.csv"), ["output data/processed/x/1_a/t.csv: changed"]),
        (lambda root: (root / "src/m.py").touch(), []),
        (lambda root: other(root / "notes.md"), []),
        (lambda root: (root / "src/texts.toml").write_text(TEXTS.replace("Een", "Eén")), ["input src/texts.toml, text.one: changed"]),
        (lambda root: (root / "src/texts.toml").write_text(TEXTS.replace("nul", "o")), ["input src/texts.toml, format.words: changed"]),
        (lambda root: (root / "src/texts.toml").write_text(TEXTS + "[x]\n"), []),
        (lambda root: (root / "src/texts.toml").write_text(TEXTS.replace("Twee", "2")), []),
        (lambda root: (root / "src/texts.toml").write_text('text.none = "now"\n' + TEXTS.replace("[text]", "[other]")), None),
        (lambda root: (root / "src/texts.toml").unlink(), ["input src/texts.toml: is gone"]),
        (lambda root: (root / "src/whole.toml").write_text(TEXTS.replace("Twee", "2")), ["input src/whole.toml: changed"]),
    ],
)
def test_what_changed_is_named(job, change, said):
    root, folder = job
    change(root)
    found = read_record(folder).changes({"edition": "x"}, root)
    assert found == said if said is not None else len(found) == 2  # a text that came, and one that went


def test_a_file_whose_size_and_time_are_set_back_is_read_anew(job):
    root, folder = job
    path = root / "src/m.py"
    assert read_record(folder).changes({"edition": "x"}, root) == []
    time.sleep(0.05)  # so that its digest is kept
    assert read_record(folder).changes({"edition": "x"}, root) == []
    before = path.stat()
    path.write_text("src/M.py")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert read_record(folder).changes({"edition": "x"}, root) == ["input src/m.py: changed"]


def test_another_parameter_is_a_change(job):
    root, folder = job
    assert read_record(folder).changes({"edition": "x", "draws": "5"}, root) == ["parameter draws: was None, is '5'"]


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"given": {}})])
def test_a_record_that_was_cut_off_is_none(tmp_path, text):
    (tmp_path / "inputs.json").write_text(text)
    assert read_record(tmp_path) is None
    assert read_record(tmp_path / "nowhere") is None
    assert Record({}, {}, {}).changes({}, tmp_path) == []


def test_what_was_changed_or_is_gone_since_a_moment_is_seen(tmp_path):
    path = tmp_path / "a"
    path.write_text("a")
    time.sleep(0.1)
    now = time.time_ns()
    assert not changed_since([path], now)
    before = path.stat()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # its time stays; that something was done to it does not
    assert changed_since([path], now)
    assert changed_since([tmp_path / "b"], now)


MODES = {"r": True, "rb": True, "r+": True, "w": False, "a": False, "w+": True, "x": False, os.O_RDWR: True, os.O_WRONLY: False}


@pytest.mark.parametrize(("mode", "is_read"), MODES.items())
def test_whatever_can_read_is_noted_and_what_only_writes_is_not(tmp_path, mode, is_read):
    path = tmp_path / "f.txt"
    if mode != "x":
        path.write_text("x")
    seen = watch_reads(tmp_path)
    if isinstance(mode, int):
        os.close(os.open(path, mode))
    else:
        path.open(mode).close()
    assert ("f.txt" in seen) is is_read


def test_a_part_of_a_file_is_noted_by_its_key(tmp_path):
    seen = watch_reads(tmp_path)
    note_key(tmp_path / "t.toml", "a.b")
    assert seen == {"t.toml#a.b"}
