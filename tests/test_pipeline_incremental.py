"""Only what changed: which jobs run after a change, what stops the chain, and builds that get in each other's way."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from build_fixtures import ROOT

from fruitmand.pipeline import published
from lab import faults, identical

EDITION = "2015"


def clean() -> dict[str, str]:
    """Return the surroundings without what an outer make hands down."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}


def make(folder: Path, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run([*published.MAKE, *more], cwd=folder, env=clean(), capture_output=True, text=True, check=False, timeout=180)


def ran(done: subprocess.CompletedProcess) -> set[str]:
    """Return the jobs that a build ran, and not those that it found unchanged."""
    assert done.returncode == 0, done.stderr
    return {job for job, took in re.findall(rf"(?m)^  {EDITION}  (\S+) +(\S+)", done.stdout) if took != "unchanged"}


def begun(done: subprocess.CompletedProcess) -> set[str]:
    """Return the jobs that a build ran, and those that it found unchanged."""
    return set(re.findall(rf"(?m)^  {EDITION}  (\S+) ", done.stdout))


def readers(folder: Path, path: str) -> set[str]:
    """Return the jobs whose record names a path among what they read."""
    records = (folder / "data/processed" / EDITION).glob("*/inputs.json")
    return {record.parent.name for record in records if path in json.loads(record.read_text(encoding="utf-8"))["read"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a copy of the project with a draft of the edition, built."""
    copy = published.copy_project(ROOT, tmp_path_factory.mktemp("incremental") / "copy", [EDITION])
    settings = copy / "data/raw" / EDITION / "edition.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('status = "published"', 'status = "draft"'), encoding="utf-8")
    assert "9_provenance" in ran(make(copy, "report"))
    return copy


def test_when_nothing_changed_no_python_starts(folder, tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho started\nexit 1\n")
    fake.chmod(0o755)
    done = make(folder, "report", f"PY={fake}")
    assert done.returncode == 0
    assert "started" not in done.stdout
    assert "othing to be done" in done.stdout


def test_a_time_that_changed_runs_nothing(folder):
    for path in (folder / "data/raw" / EDITION).iterdir():
        path.touch()
    (folder / "src/fruitmand/report/step.py").touch()
    done = make(folder, "report")
    assert ran(done) == set()
    assert "unchanged" in done.stdout


def test_after_a_change_of_a_raw_file_the_steps_run_that_read_it(folder):
    name = f"data/raw/{EDITION}/sources.csv"
    assert readers(folder, name) == {"check", "1_protocol", "9_provenance"}
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8").replace("(2001)", "(2001, reprint)"), encoding="utf-8")
    why = make(folder, "-o", "report", "why", "STEP=1_protocol")
    assert f"input {name}: changed" in why.stdout
    both = {"1_protocol", "9_provenance", "parts.9_provenance"}  # the first shows nothing that changed
    done = make(folder, "report")
    assert ran(done) == {"check", *both, "render.nl", "render.en", "report"}
    assert begun(done) == ran(done)  # others read nothing that came out otherwise
    assert "nothing changed" in make(folder, "why", "STEP=1_protocol").stdout


def test_an_output_that_stays_the_same_stops_the_chain(folder):
    name = "src/fruitmand/report/tables_claims.py"
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    users = readers(folder, name)
    assert users == {"6_claims", "7_evidence"}
    verdicts = folder / "data/processed" / EDITION / "6_claims/verdicts.csv"
    before = verdicts.stat()
    done = make(folder, "report")
    assert ran(done) == users
    assert begun(done) <= users | {"render.nl", "render.en", "report", *(f"parts.{step}" for step in users)}
    assert verdicts.stat().st_mtime_ns == before.st_mtime_ns
    assert verdicts.stat().st_ino != before.st_ino  # it was made anew
    assert begun(make(folder, "report")) == set()


def test_after_a_change_of_a_notebook_it_runs_and_what_shows_it(folder):
    path = folder / "notebooks/5_survey.ipynb"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["cells"][-1]["source"].insert(0, "# a remark\n")
    path.write_text(json.dumps(document), encoding="utf-8")
    assert ran(make(folder, "report")) == {
        "5_survey",
        "9_provenance",
        "parts.5_survey",
        "parts.9_provenance",
        "render.nl",
        "render.en",
        "report",
    }


def test_who_read_what_is_made_no_more_begins_anew(folder):
    rule = folder / "data/processed" / EDITION / "3_learning_capacity/inputs.mk"
    lines, gone = rule.read_text(encoding="utf-8").splitlines(), f"data/processed/{EDITION}/1_protocol/gone.csv"
    rule.write_text("\n".join([f"{lines[0]} {gone}", f"{gone}:", *lines[1:]]) + "\n", encoding="utf-8")
    assert begun(make(folder, "report")) == {"3_learning_capacity"}


def test_what_somebody_changed_in_a_report_is_put_right_by_the_next(folder):
    before = published.built(folder, EDITION)
    report = folder / "reports" / EDITION
    path = next(report.glob("tables/*.csv"))
    path.write_text("mine\n", encoding="utf-8")
    (folder / "data/processed" / EDITION / "report/inputs.json").unlink()
    other = report / "appendix.nl.pdf"
    kept = other.stat()
    assert ran(make(folder, "report")) == {"report"}
    assert published.built(folder, EDITION) == before
    assert (other.stat().st_ino, other.stat().st_mtime_ns) == (kept.st_ino, kept.st_mtime_ns)  # it is as it was, and so is its time
    assert {found.stat().st_nlink for found in report.rglob("*") if found.is_file()} == {1}


@pytest.mark.parametrize("change", ["changed", "deleted"])
def test_a_result_that_is_not_as_it_was_made_is_told_and_made_anew(folder, change):
    before = published.built(folder, EDITION)
    path = folder / "data/processed" / EDITION / "1_protocol/numbers.json"
    if change == "deleted":
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8").replace("1", "7", 1), encoding="utf-8")
    told = make(folder, "report")
    assert told.returncode != 0
    assert "1_protocol/numbers.json" in told.stderr
    assert "not as their jobs made them" in told.stderr
    assert "1_protocol" in ran(make(folder, "report"))
    assert published.built(folder, EDITION) == before


def test_what_is_left_of_a_step_that_is_gone_stops_no_build(folder):
    made = folder / "data/processed" / EDITION
    old, rule = made / "6_of_old", made / "8_synthesis/inputs.mk"
    shutil.copytree(made / "6_claims", old)
    text = (old / "inputs.mk").read_text(encoding="utf-8")
    (old / "inputs.mk").write_text(text.replace("6_claims", "6_of_old"), encoding="utf-8")
    (old / "inputs.json").unlink()
    lines, gone = rule.read_text(encoding="utf-8").splitlines(), f"{old.relative_to(folder)}/verdicts.csv"
    rule.write_text("\n".join([f"{lines[0]} {gone}", f"{gone}:", *lines[1:]]) + "\n", encoding="utf-8")
    assert ran(make(folder, "report")) == set()
    shutil.rmtree(old)


def test_a_new_file_in_the_raw_folder_is_seen(folder):
    (folder / "data/raw" / EDITION / "codings_coder_3.csv").write_text("segment_id,code,valence,coder\n", encoding="utf-8")
    assert {"check", "2_interviews", "7_evidence"} <= ran(make(folder, "report"))


def test_why_names_the_jobs_that_there_are(folder):
    done = make(folder, "why", "STEP=10_nothing")
    assert done.returncode != 0
    assert "10_nothing" in done.stderr
    assert "2_interviews" in done.stderr


def test_a_report_that_was_deleted_comes_back(folder):
    before = published.built(folder, EDITION)
    subprocess.run(["rm", "-rf", f"reports/{EDITION}"], cwd=folder, check=True)
    assert ran(make(folder, "report")) == {"report"}
    assert published.built(folder, EDITION) == before


def test_a_parameter_of_ones_own_does_not_stay_in_the_next_report(folder):
    before = published.built(folder, EDITION)
    command = [".venv/bin/python", "-m", "fruitmand.pipeline.run", "2_interviews", f"edition={EDITION}", "draws=20"]
    surroundings = clean() | {"PYTHONPATH": f"{folder}/src"}
    assert subprocess.run(command, cwd=folder, env=surroundings, check=False).returncode == 0
    assert published.built(folder, EDITION) != before
    assert "2_interviews" in ran(make(folder, "report"))
    assert published.built(folder, EDITION) == before


def test_a_client_that_dies_early_does_no_harm_to_the_server(tmp_path):
    code = "import os; from fruitmand.build import serve; serve.LIBRARIES = serve.OWN = ()"
    code += f"; serve.main({str(tmp_path)!r}, '{os.getpid()}', str(os.dup(1)))"
    command = [sys.executable, "-c", code]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert server.stdout.read(1) == b"!"
    for _ in range(3):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"{tmp_path}/socket")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(f"{tmp_path}/socket")
        client.settimeout(30)
        words = "\0".join([str(tmp_path), "nothing"]).encode()
        with (tmp_path / "out").open("w") as out:
            socket.send_fds(client, [len(words).to_bytes(4, "big") + words], [out.fileno(), out.fileno()])
            assert client.recv(1) == b"\x01"
    server.kill()
    server.communicate()


def test_a_stock_kernel_gives_a_step_the_same_bytes_and_reads_the_same(folder):
    made = folder / "data/processed" / EDITION / "7_evidence"
    before, read = published.checksums(made), json.loads((made / "inputs.json").read_text(encoding="utf-8"))["read"]
    (made / "inputs.json").unlink()
    command = [".venv/bin/python", "-m", "fruitmand.pipeline.run", "7_evidence", f"edition={EDITION}", "engine=kernel"]
    surroundings = clean() | {"PYTHONPATH": f"{folder}/src"}
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads((made / "inputs.json").read_text(encoding="utf-8"))["read"] == read
    assert published.checksums(made) == before


def test_no_step_waits_for_another_in_vain(folder):
    made = folder / "data/processed" / EDITION
    earlier = {path.parent.name: json.loads(path.read_text(encoding="utf-8"))["earlier"] for path in made.glob("*/provenance.json")}
    numbers = {step: json.loads((made / step / "numbers.json").read_text(encoding="utf-8")) for step in earlier}
    named = {step: {number["name"] for number in found} for step, found in numbers.items()}
    used = {step: {number["name"] for number in found if number["used"]} for step, found in numbers.items()}
    read = {step: json.loads((made / step / "inputs.json").read_text(encoding="utf-8"))["read"] for step in earlier}

    def needs(step: str, other: str) -> bool:
        tables = [name for name in read[step] if name.startswith(f"data/processed/{EDITION}/{other}/") and "numbers.json" not in name]
        return bool(tables or used[step] & named[other].difference(*(named[first] for first in earlier[other])))

    in_vain = {(step, other) for step, others in earlier.items() for other in others if not needs(step, other)}
    assert in_vain == {("8_synthesis", "5_survey")}  # which it needs when there was a survey


def test_two_builds_at_once_do_not_harm_each_other(folder):
    before = published.built(folder, EDITION)
    subprocess.run(["rm", "-rf", "data/processed"], cwd=folder, check=True)
    both = [subprocess.Popen([*published.MAKE], cwd=folder, env=clean(), stdout=-1, stderr=-1, text=True) for _ in range(2)]
    said = [process.communicate(timeout=180) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert published.built(folder, EDITION) == before
    assert faults.leftovers(folder) == []


def test_a_build_that_was_struck_is_recovered_from(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    monkeypatch.setattr(faults, "KINDS", ("kill a job", "interrupt", "disk full"))
    for name in [name for name in os.environ if name.startswith(("MAKE", "MFLAGS"))]:
        monkeypatch.delenv(name)
    assert faults.main([EDITION, "3"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("3 of 3")
    assert sum("recovered" in line for line in said) == 4


def test_a_fault_that_stays_is_told(tmp_path):
    (tmp_path / "reports/2015").mkdir(parents=True)
    (tmp_path / "data/processed/2015/.1_a.5.scratch").mkdir(parents=True)
    assert faults.leftovers(tmp_path) == ["data/processed/2015/.1_a.5.scratch"]


def test_the_settings_of_the_matrix_meet_every_value_and_every_python():
    found = list(identical.settings(["3.11", "3.12", "3.13"], identical.BUILDS))
    assert len(set(found)) == identical.BUILDS >= 24
    for name, values in (
        ("folder", identical.FOLDERS),
        ("zone", identical.ZONES),
        ("locale", identical.LOCALES),
        ("seed", identical.SEEDS),
    ):
        assert {getattr(setting, name) for setting in found} == set(values)
    assert {(setting.python, setting.jobs) for setting in found} == {(p, j) for p in ("3.11", "3.12", "3.13") for j in identical.JOBS}
