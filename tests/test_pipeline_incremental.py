"""Only what changed: which jobs run after a change, what stops the chain, and builds that get in each other's way."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from build_fixtures import ROOT, set_one_page

from fruitmand.pipeline import published
from fruitmand.pipeline.order import LANGUAGES
from fruitmand.pipeline.record import NAME
from lab import faults, identical
from lab.bench_ours import text_edit

EDITION = "2015"
TEXTS = "src/fruitmand/report/text/nl.toml"


def clean() -> dict[str, str]:
    """Return the environment without what an outer make hands down."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}


def make(folder: Path, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run([*published.MAKE, *more], cwd=folder, env=clean(), capture_output=True, text=True, check=False, timeout=180)


def ran(done: subprocess.CompletedProcess) -> set[str]:
    """Return the jobs that a build did; a second look finds nothing to be done."""
    assert done.returncode == 0, done.stderr
    return set(re.findall(rf"(?m)^  {EDITION}  (\S+) +\d", done.stdout))


def readers(folder: Path, path: str) -> set[str]:
    """Return the jobs whose record names a path among what they read."""
    records = (folder / "data/processed" / EDITION).glob("*/inputs.json")
    return {record.parent.name for record in records if path in json.loads(record.read_text(encoding="utf-8"))["read"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Return a copy of the project with a draft of the edition, built; every test takes a copy of its own."""
    copy = published.copy_project(ROOT, tmp_path_factory.mktemp("incremental") / "made", [EDITION])
    settings = copy / "data/raw" / EDITION / "edition.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('status = "published"', 'status = "draft"'), encoding="utf-8")
    set_one_page(copy)
    assert "9_provenance" in ran(make(copy))
    return copy


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """Return a project that is built: nothing in it is newer than what says so."""
    copy = shutil.copytree(made, tmp_path / "copy", symlinks=True)
    for path in (*(copy / "src").rglob("*.pyc"), copy / "data/processed" / EDITION / "built"):
        path.touch()
    return copy


@pytest.fixture
def short(folder) -> Path:
    """Return the project with three of its notebooks, among them the first and the one that reads what all others wrote."""
    for path in (folder / "notebooks").glob("*.ipynb"):
        if path.stem not in ("1_protocol", "5_survey", "9_provenance"):
            path.unlink()
    return folder


def test_when_nothing_changed_no_python_starts(folder, tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho started\nexit 1\n")
    fake.chmod(0o755)
    done = make(folder, f"PY={fake}")
    assert done.returncode == 0
    assert "started" not in done.stdout
    assert "nothing to be done" in done.stdout
    (folder / "src/fruitmand/report/step.py").touch()
    assert "started" in make(folder, f"PY={fake}").stdout


def test_a_time_that_changed_runs_nothing(folder):
    for path in (folder / "data/raw" / EDITION).iterdir():
        path.touch()
    (folder / "src/fruitmand/report/step.py").touch()
    done = make(folder)
    assert ran(done) == set()
    assert "nothing to be done" in done.stdout


def test_after_a_change_of_a_raw_file_the_steps_run_that_read_it(folder):
    name = f"data/raw/{EDITION}/sources.csv"
    assert readers(folder, name) == {"check", "1_protocol", "9_provenance"}
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8").replace("(2001)", "(2001, reprint)"), encoding="utf-8")
    why = make(folder, "-o", "report", "why", "STEP=1_protocol")
    assert f"input {name}: changed" in why.stdout
    shown = {"9_provenance", "parts.9_provenance", "pages.nl", "pages.en", "report"}  # and only on the web: nothing is set anew
    assert ran(make(folder)) == {"check", "1_protocol", *shown}
    assert "nothing changed" in make(folder, "why", "STEP=1_protocol").stdout


def test_a_file_that_was_edited_with_its_size_and_time_kept_is_seen(folder):
    path = folder / f"data/raw/{EDITION}/sources.csv"
    before, text = path.stat(), path.read_text(encoding="utf-8")
    assert "(2001)" in text
    path.write_text(text.replace("(2001)", "(2011)"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert "9_provenance" in ran(make(folder))


def test_a_text_in_one_language_is_set_in_that_language_alone(folder):
    path = folder / "src/fruitmand/report/text/nl.toml"
    sound = path.read_text(encoding="utf-8")
    key = re.search(r'(?m)^claims_unchecked = """\n#+ [^\n]+\n\n([^\n]+)', sound)  # one that the edition does not say in its own words
    path.write_text(sound.replace(key[1], f"{key[1]} Anders.", 1), encoding="utf-8")
    done = ran(make(folder))
    step = "6_claims"
    # Only the web shows it, and the provenance names a text by its heading.
    assert done == {step, f"parts.{step}", "9_provenance", "pages.nl", "report"}
    assert "text." in "".join(json.loads((folder / "data/processed" / EDITION / step / "inputs.json").read_text())["used"][TEXTS])
    for file in (path, path.with_name("en.toml")):
        file.write_text(file.read_text(encoding="utf-8") + '\n[unused]\nword = "niets"\n', encoding="utf-8")
    assert ran(make(folder)) == {"report"}, "nobody uses the text; the report compares the languages whole"
    with text_edit(folder, EDITION).made():
        done = ran(make(folder))
    assert done > {"pages.nl", "pdf.nl", "word.nl", "report"}, "one that is printed"
    assert not [name for name in done if name.endswith(".en")]


def test_an_output_that_stays_the_same_stops_the_chain(folder):
    name = "src/fruitmand/report/tables_claims.py"
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    users = readers(folder, name)
    assert users == {"6_claims", "7_evidence"}
    assert ran(make(folder)) == users
    assert ran(make(folder)) == set()


def test_after_a_change_of_a_notebook_it_runs_and_what_shows_it(folder):
    path = folder / "notebooks/5_survey.ipynb"
    document = json.loads(path.read_text(encoding="utf-8"))
    next(cell for cell in reversed(document["cells"]) if cell["cell_type"] == "code")["source"].insert(0, "# a remark\n")
    path.write_text(json.dumps(document), encoding="utf-8")
    assert ran(make(folder)) == {
        "5_survey",
        "9_provenance",
        "parts.5_survey",
        "parts.9_provenance",
        "pages.nl",
        "pages.en",
        "report",
    }


def test_what_somebody_changed_in_a_report_is_told_and_put_right(folder):
    before = published.built(folder, EDITION)
    report = folder / "reports" / EDITION
    path = next(report.glob("tables/*.csv"))
    path.write_text("mine\n", encoding="utf-8")
    other = report / "appendix.nl.pdf"
    kept = other.stat()
    done = make(folder)
    assert ran(done) == {"report"}
    assert f"{path.relative_to(folder)}: changed; it is made anew" in done.stderr
    assert published.built(folder, EDITION) == before
    assert (other.stat().st_ino, other.stat().st_mtime_ns) == (kept.st_ino, kept.st_mtime_ns)  # it is as it was, and so is its time
    assert {found.stat().st_nlink for found in report.rglob("*") if found.is_file()} == {1}


@pytest.mark.parametrize("change", ["changed", "is gone"])
def test_a_result_that_is_not_as_it_was_made_is_told_and_made_anew(folder, change):
    before = published.built(folder, EDITION)
    path = folder / "data/processed" / EDITION / "1_protocol/numbers.json"
    if change == "is gone":
        path.unlink()
    else:
        path.write_text(path.read_text(encoding="utf-8").replace("1", "7", 1), encoding="utf-8")
    done = make(folder)
    assert f"1_protocol/numbers.json: {change}; it is made anew" in done.stderr
    assert ran(done) == {"1_protocol"}
    assert published.built(folder, EDITION) == before


def test_a_notebook_that_comes_or_goes_reaches_the_report(folder):
    before = published.built(folder, EDITION)
    path = folder / "notebooks/10_extra.ipynb"
    source = json.loads((folder / "notebooks/9_provenance.ipynb").read_text(encoding="utf-8"))
    opened = "from fruitmand.report.step import Step\nstep = Step('10_extra', edition, 'nl')\nstep.close()"
    cell = {"cell_type": "code", "execution_count": None, "outputs": []}
    cells = [
        cell | {"id": "e0", "metadata": {"tags": ["parameters"]}, "source": f"edition: str = '{EDITION}'  # folder"},
        cell | {"id": "e1", "metadata": {}, "source": opened},
    ]
    path.write_text(json.dumps(source | {"cells": cells}), encoding="utf-8")
    pages = {f"parts.{path.stem}" for path in (folder / "notebooks").glob("*.ipynb")}  # each lists all notebooks
    shown_in = {"9_provenance", "pages.nl", "pages.en", "report"}  # the first lists the notebooks before it
    assert ran(make(folder)) == {"10_extra"} | pages | shown_in
    assert (folder / f"reports/{EDITION}/notebooks/10_extra.nl.html").is_file()
    path.unlink()
    for job in ("10_extra", "parts.10_extra"):
        shutil.rmtree(folder / f"data/processed/{EDITION}/{job}")
    assert ran(make(folder)) == (pages - {"parts.10_extra"}) | shown_in
    assert published.built(folder, EDITION) == before


def test_a_text_catalogue_that_cannot_be_read_is_named(short):
    path = short / "src/fruitmand/report/text/nl.toml"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound + "\n[broken\n", encoding="utf-8")
    done = make(short)
    path.write_text(sound, encoding="utf-8")
    assert done.returncode != 0
    assert "nl.toml cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
    assert make(short).returncode == 0


def test_what_is_left_of_a_step_that_is_gone_stops_no_build(folder):
    old = folder / "data/processed" / EDITION / "6_of_old"
    shutil.copytree(folder / "data/processed" / EDITION / "6_claims", old)
    assert ran(make(folder)) == set()
    shutil.rmtree(old)


def test_a_new_file_in_the_raw_folder_is_seen(folder):
    path = folder / "data/raw" / EDITION / "codings_coder_3.csv"
    path.write_text("segment_id,code,valence,coder\n", encoding="utf-8")
    assert {"check", "2_interviews", "7_evidence"} <= ran(make(folder))
    path.unlink()
    assert {"check", "2_interviews", "7_evidence"} <= ran(make(folder))


def test_why_names_the_jobs_that_there_are(folder):
    for name in ("10_nothing", "../2015/2_interviews"):
        done = make(folder, "why", f"STEP={name}")
        assert done.returncode != 0
        assert f"{name} of edition" in done.stderr
        assert "2_interviews" in done.stderr


def test_a_report_that_was_deleted_comes_back(folder):
    before = published.built(folder, EDITION)
    subprocess.run(["rm", "-rf", f"reports/{EDITION}"], cwd=folder, check=True)
    assert ran(make(folder)) == {"report"}
    assert published.built(folder, EDITION) == before


def test_a_parameter_of_ones_own_does_not_stay_in_the_next_report(folder):
    before = published.built(folder, EDITION)
    command = [".venv/bin/python", "-m", "fruitmand.pipeline", "2_interviews", f"edition={EDITION}", "draws=20"]
    environment = clean() | {"PYTHONPATH": f"{folder}/src"}
    assert subprocess.run(command, cwd=folder, env=environment, check=False).returncode == 0
    assert published.built(folder, EDITION) != before
    assert "2_interviews" in ran(make(folder))
    assert published.built(folder, EDITION) == before


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_watch_builds_on_save_in_the_foreground_and_leaves_nothing_behind(folder):
    command = ["make", "--no-print-directory", "-o", ".venv/report.done", "watch", f"EDITION={EDITION}"]
    watch = subprocess.Popen(command, cwd=folder, env=clean(), stdout=-1, stderr=-2, start_new_session=True, bufsize=0)

    def next_build() -> set[str]:
        jobs = []
        while select.select([watch.stdout], [], [], 120)[0] and (line := watch.stdout.readline().decode()):
            if "built in" in line:
                return set(jobs)
            jobs += line.split()[1:2]
        raise AssertionError(jobs)

    try:
        next_build()
        before = published.built(folder, EDITION)
        with text_edit(folder, EDITION).made():
            assert "pdf.nl" in next_build()
            kept = {pid for pid in faults.of_session(watch.pid) if pid != watch.pid}
            assert len(kept) == len(LANGUAGES)
        assert "pdf.nl" in next_build()
        assert kept <= set(faults.of_session(watch.pid)), "the processes that typeset are the same"
        assert published.built(folder, EDITION) == before
        os.killpg(watch.pid, signal.SIGINT)
        watch.communicate(timeout=20)
        assert faults.of_session(watch.pid) == []
    finally:
        for pid in faults.of_session(watch.pid):
            os.kill(pid, signal.SIGKILL)
        watch.communicate()
    assert ran(make(folder)) == set()


def checksums(made: Path) -> dict[str, str]:
    """Return the checksums of what a job made, without its record."""
    return {name: digest for name, digest in published.checksums(made).items() if name != NAME}


def test_a_stock_kernel_gives_a_step_the_same_bytes_and_reads_the_same(folder):
    made = folder / "data/processed" / EDITION / "7_evidence"
    before, read = checksums(made), json.loads((made / "inputs.json").read_text(encoding="utf-8"))["read"]
    (made / "inputs.json").unlink()
    command = [".venv/bin/python", "-m", "fruitmand.pipeline", "7_evidence", f"edition={EDITION}", "engine=kernel"]
    environment = clean() | {"PYTHONPATH": f"{folder}/src"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads((made / "inputs.json").read_text(encoding="utf-8"))["read"] == read
    assert checksums(made) == before


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
    # The synthesis needs the survey where there was one, and the interviews where the edition does not say in its own words what they gave.
    assert in_vain == {("8_synthesis", "5_survey"), ("8_synthesis", "2_interviews")}


def test_two_builds_at_once_do_not_harm_each_other(folder):
    before = published.built(folder, EDITION)
    subprocess.run(["rm", "-rf", "data/processed"], cwd=folder, check=True)
    both = [subprocess.Popen([*published.MAKE], cwd=folder, env=clean(), stdout=-1, stderr=-1, text=True) for _ in range(2)]
    said = [process.communicate(timeout=180) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert published.built(folder, EDITION) == before
    assert faults.leftovers(folder) == []


def test_a_build_that_was_struck_is_recovered_from(short, monkeypatch, capsys):
    monkeypatch.chdir(short)
    small = SimpleNamespace(randrange=lambda *_: 100_000)  # less than a page of the web: the disk is full in any case
    monkeypatch.setattr(faults, "limits", lambda kind, _, do=faults.limits: do(kind, small))
    monkeypatch.setattr(faults, "KINDS", ("kill a job", "interrupt", "disk full", "kill the build"))
    for name in [name for name in os.environ if name.startswith(("MAKE", "MFLAGS"))]:
        monkeypatch.delenv(name)
    assert faults.main([EDITION, "4"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("4 of 4")
    assert sum("recovered" in line for line in said) == 5
    assert [line for line in said if "disk full" in line and "failed with" in line]


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
    assert {(setting.python, setting.cores) for setting in found} == {(p, j) for p in ("3.11", "3.12", "3.13") for j in identical.CORES}
