"""The record of a job: what it read and made, and in what the project differs from that."""

import json

import pytest

from fruitmand.edition.files import replace_folder
from fruitmand.pipeline.record import Record, digest, read_record, write_record


@pytest.fixture
def job(tmp_path):
    """Return a project and the folder of a job in it that read a raw file, a module and a listed folder, and made a table."""
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
    folder, scratch = tmp_path / "data/processed/x/1_a", tmp_path / "data/processed/x/.1_a.scratch"
    read = {
        "data/raw/x/a.csv",
        "src/m.py",
        "data/raw/x/",
        "data/processed/x/0/n.json",
        "data/processed/x/1_a/t.csv",
        "notes.md",
        "src/gone.py",
    }
    write_record(scratch, folder, {"edition": "x"}, read, elsewhere=["reports/x/n.json"], root=tmp_path)
    replace_folder(scratch, folder)
    return tmp_path, folder


def test_a_record_holds_sources_data_and_what_other_jobs_made_and_nothing_else(job):
    root, folder = job
    record = read_record(folder)
    wanted = {"data/raw/x", "data/raw/x/a.csv", "src/m.py", "data/processed/x/0/n.json", "requirements/report.txt"}
    assert set(record.read) == wanted
    made = {"data/processed/x/1_a/t.csv": folder / "t.csv", "reports/x/n.json": root / "reports/x/n.json"}
    assert record.made == {name: digest(path) for name, path in made.items()}
    assert record.changes({"edition": "x"}, root) == []


def test_make_gets_what_was_read_and_may_find_it_gone(job):
    rule, *phony, made = (job[1] / "inputs.mk").read_text().splitlines()
    read = ["data/processed/x/0/n.json", "data/raw/x", "data/raw/x/a.csv", "requirements/report.txt", "src/m.py"]
    assert rule == f"data/processed/x/1_a/inputs.json: {' '.join(read)}"
    assert phony == [f"{path}:" for path in read]
    assert made == "data/processed/x/1_a/t.csv: data/processed/x/1_a/inputs.json ;"


def test_a_result_that_is_the_same_keeps_its_time_and_another_does_not(job):
    root, folder = job
    same = (folder / "t.csv").read_text()
    for content, kept in ((same, True), (same.upper(), False), ("longer", False)):
        before = (folder / "t.csv").stat().st_mtime_ns
        scratch = root / "scratch"
        scratch.mkdir(exist_ok=True)
        (scratch / "t.csv").write_text(content)
        write_record(scratch, folder, {"edition": "x"}, [], elsewhere=[], root=root)
        replace_folder(scratch, folder)
        assert ((folder / "t.csv").stat().st_mtime_ns == before) == kept


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda root: (root / "src/m.py").write_text("other"), ["input src/m.py: changed"]),
        (lambda root: (root / "src/m.py").unlink(), ["input src/m.py: is gone"]),
        (lambda root: (root / "data/raw/x/b.csv").write_text("new"), ["input data/raw/x: changed"]),
        (lambda root: (root / "data/processed/x/1_a/t.csv").unlink(), ["output data/processed/x/1_a/t.csv: is gone"]),
        (lambda root: (root / "src/m.py").touch(), []),
        (lambda root: (root / "notes.md").write_text("other"), []),
    ],
)
def test_what_changed_is_named(job, change, said):
    root, folder = job
    change(root)
    assert read_record(folder).changes({"edition": "x"}, root) == said


def test_another_parameter_is_a_change(job):
    root, folder = job
    assert read_record(folder).changes({"edition": "x", "draws": "5"}, root) == ["parameter draws: was None, is '5'"]


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"given": {}})])
def test_a_record_that_was_cut_off_is_none(tmp_path, text):
    (tmp_path / "inputs.json").write_text(text)
    assert read_record(tmp_path) is None
    assert read_record(tmp_path / "nowhere") is None
    assert Record({}, {}, {}).changes({}, tmp_path) == []
