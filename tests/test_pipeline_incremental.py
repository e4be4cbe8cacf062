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
from build_fixtures import ROOT, copy_made, set_one_page
from fieldwork_edition import NAME as SMALL
from fieldwork_edition import write_fieldwork

from fruitmand.pipeline import published, why
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
    """Return a project that is built."""
    return copy_made(made, tmp_path / "copy")


NEW_CODER = f"data/raw/{EDITION}/codings_coder_3.csv"


@pytest.fixture(scope="module")
def shortened(made, tmp_path_factory) -> SimpleNamespace:
    """Keep four notebooks, among them the one that reads what all others wrote, add a raw file, and build; return what was done."""
    folder = copy_made(made, tmp_path_factory.mktemp("incremental") / "short")
    for path in (folder / "notebooks").glob("*.ipynb"):
        if path.stem not in ("1_protocol", "2_interviews", "7_evidence", "9_provenance"):
            path.unlink()
            for job in (path.stem, f"step_files.{path.stem}"):
                shutil.rmtree(folder / "data/processed" / EDITION / job)
    (folder / NEW_CODER).write_text("segment_id,code,valence,coder\n", encoding="utf-8")
    return SimpleNamespace(folder=folder, ran=ran(make(folder)))


@pytest.fixture
def short(shortened, tmp_path) -> Path:
    """Return a copy of the project with four notebooks, built."""
    return copy_made(shortened.folder, tmp_path / "short")


@pytest.fixture
def small(tmp_path) -> Path:
    """Return a project with a small edition of fieldwork and three notebooks, among them the one that reads what all others wrote."""
    copy = published.copy_project(ROOT, tmp_path / "small", [])
    write_fieldwork(copy, coded=True)
    for path in (copy / "notebooks").glob("*.ipynb"):
        if path.stem not in ("1_protocol", "6_claims", "9_provenance"):
            path.unlink()
    set_one_page(copy)
    return copy


@pytest.fixture(scope="module")
def edited(made, tmp_path_factory) -> SimpleNamespace:
    """Edit a raw file with its size and time kept, and build; return what was said and done on the way."""
    folder = copy_made(made, tmp_path_factory.mktemp("incremental") / "edited")
    name = f"data/raw/{EDITION}/sources.csv"
    path = folder / name
    before, text = path.stat(), path.read_text(encoding="utf-8")
    assert "(2001)" in text
    path.write_text(text.replace("(2001)", "(2011)"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    readers_before = readers(folder, name)
    why_before = make(folder, "-o", "report", "why", "STEP=1_protocol").stdout
    done = make(folder)
    return SimpleNamespace(folder=folder, name=name, readers=readers_before, why=why_before, ran=ran(done))


BUILT_ON = {"6_claims", "7_evidence", "8_synthesis", *(f"step_files.{step}" for step in ("6_claims", "7_evidence", "8_synthesis"))}
"""Two steps, the step that reads what they wrote, and what readers get of the three."""


@pytest.fixture(scope="module")
def remarked(made, tmp_path_factory) -> SimpleNamespace:
    """Write a remark into a module, and one into a notebook that does not use it, and build twice; return what was done."""
    folder = copy_made(made, tmp_path_factory.mktemp("incremental") / "remarked")
    name = "src/fruitmand/report/tables_claims.py"
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    users = readers(folder, name)
    path = folder / "notebooks/5_survey.ipynb"
    document = json.loads(path.read_text(encoding="utf-8"))
    next(cell for cell in reversed(document["cells"]) if cell["cell_type"] == "code")["source"].insert(0, "# a remark\n")
    path.write_text(json.dumps(document), encoding="utf-8")
    return SimpleNamespace(users=users, ran=ran(make(folder)), ran_again=ran(make(folder)))


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


def test_after_a_change_of_a_raw_file_the_steps_run_that_read_it(edited, monkeypatch, capsys):
    assert edited.readers == {"check", "1_protocol", "9_provenance"}
    assert f"input {edited.name}: changed" in edited.why
    shown = {"9_provenance", "step_files.9_provenance", "pages.nl", "pages.en", "report"}  # and only on the web: nothing is set anew
    assert edited.ran == {"check", "1_protocol", *shown}
    monkeypatch.chdir(edited.folder)
    assert why.main([EDITION, "1_protocol"]) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_a_file_that_was_edited_with_its_size_and_time_kept_is_seen(edited):
    assert "9_provenance" in edited.ran


def test_a_text_in_one_language_is_set_in_that_language_alone(folder):
    path = folder / "src/fruitmand/report/text/nl.toml"
    sound = path.read_text(encoding="utf-8")
    key = re.search(r'(?m)^claims_unchecked = """\n#+ [^\n]+\n\n([^\n]+)', sound)  # one that the edition does not say in its own words
    path.write_text(sound.replace(key[1], f"{key[1]} Anders.", 1), encoding="utf-8")
    done = ran(make(folder))
    step = "6_claims"
    # Only the web shows it, and the provenance names a text by its heading.
    assert done == {step, f"step_files.{step}", "9_provenance", "pages.nl", "report"}
    assert "text." in "".join(json.loads((folder / "data/processed" / EDITION / step / "inputs.json").read_text())["used"][TEXTS])
    for file in (path, path.with_name("en.toml")):
        file.write_text(file.read_text(encoding="utf-8") + '\n[unused]\nword = "niets"\n', encoding="utf-8")
    assert ran(make(folder)) == {"report"}, "nobody uses the text; the report compares the languages whole"
    with text_edit(folder, EDITION).made():
        done = ran(make(folder))
    assert done > {"pages.nl", "pdf.nl", "word.nl", "report"}, "one that is printed"
    assert not [name for name in done if name.endswith(".en")]


def test_an_output_that_stays_the_same_stops_the_chain(remarked):
    assert remarked.users == {"6_claims", "7_evidence"}
    assert remarked.ran & BUILT_ON == remarked.users, "of these and all that is built on them, these alone"
    assert remarked.ran_again == set()


def test_after_a_change_of_a_notebook_it_runs_and_what_shows_it(remarked):
    assert remarked.ran - remarked.users == {
        "5_survey",
        "9_provenance",
        "step_files.5_survey",
        "step_files.9_provenance",
        "pages.nl",
        "pages.en",
        "report",
    }


@pytest.fixture(scope="module")
def spoiled(made, tmp_path_factory) -> SimpleNamespace:
    """Change a file of a report, change what one step made and remove what another made, and build; return what was said and done."""
    folder = copy_made(made, tmp_path_factory.mktemp("incremental") / "spoiled")
    report, processed = folder / "reports" / EDITION, folder / "data/processed" / EDITION
    table, other = next(report.glob("tables/*.csv")), report / "appendix.nl.pdf"
    before, kept = published.built(folder, EDITION), other.stat()
    table.write_text("mine\n", encoding="utf-8")
    numbers = processed / "1_protocol/numbers.json"
    numbers.write_text(numbers.read_text(encoding="utf-8").replace("1", "7", 1), encoding="utf-8")
    (processed / "3_first_concept/numbers.json").unlink()
    done = make(folder)
    return SimpleNamespace(
        report=report,
        table=table.relative_to(folder),
        kept=(kept, other.stat()),
        said=done.stderr,
        ran=ran(done),
        before=before,
        after=published.built(folder, EDITION),
    )


def test_what_somebody_changed_in_a_report_is_told_and_put_right(spoiled):
    assert f"{spoiled.table}: changed; it is made anew" in spoiled.said
    assert spoiled.ran - {"1_protocol", "3_first_concept"} == {"report"}
    assert spoiled.after == spoiled.before
    before, after = spoiled.kept
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)  # another file is as it was, and so is its time
    assert {found.stat().st_nlink for found in spoiled.report.rglob("*") if found.is_file()} == {1}


@pytest.mark.parametrize(("step", "change"), [("1_protocol", "changed"), ("3_first_concept", "is gone")])
def test_a_result_that_is_not_as_it_was_made_is_told_and_made_anew(spoiled, step, change):
    assert f"{step}/numbers.json: {change}; it is made anew" in spoiled.said
    assert step in spoiled.ran
    assert spoiled.ran == {"1_protocol", "3_first_concept", "report"}, "and nothing that is built on them"
    assert spoiled.after == spoiled.before


def test_a_notebook_that_comes_or_goes_reaches_the_report(short):
    before = published.built(short, EDITION)
    path = short / "notebooks/10_extra.ipynb"
    source = json.loads((short / "notebooks/9_provenance.ipynb").read_text(encoding="utf-8"))
    opened = "from fruitmand.report.step import Step\nstep = Step('10_extra', edition, 'nl')\nstep.close()"
    cell = {"cell_type": "code", "execution_count": None, "outputs": []}
    cells = [
        cell | {"id": "e0", "metadata": {"tags": ["parameters"]}, "source": f"edition: str = '{EDITION}'  # folder"},
        cell | {"id": "e1", "metadata": {}, "source": opened},
    ]
    path.write_text(json.dumps(source | {"cells": cells}), encoding="utf-8")
    pages = {f"step_files.{path.stem}" for path in (short / "notebooks").glob("*.ipynb")}  # each lists all notebooks
    shown_in = {"9_provenance", "pages.nl", "pages.en", "report"}  # the first lists the notebooks before it
    assert ran(make(short)) == {"10_extra"} | pages | shown_in
    assert (short / f"reports/{EDITION}/notebooks/10_extra.nl.html").is_file()
    path.unlink()
    for job in ("10_extra", "step_files.10_extra"):
        shutil.rmtree(short / f"data/processed/{EDITION}/{job}")
    assert ran(make(short)) == (pages - {"step_files.10_extra"}) | shown_in
    assert published.built(short, EDITION) == before


def test_a_text_catalogue_that_cannot_be_read_is_named(small):
    path = small / "src/fruitmand/report/text/nl.toml"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound + "\n[broken\n", encoding="utf-8")
    done = make(small, f"EDITION={SMALL}")
    path.write_text(sound, encoding="utf-8")
    assert done.returncode != 0
    assert "nl.toml cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
    assert make(small, f"EDITION={SMALL}").returncode == 0


def test_what_is_left_of_a_step_that_is_gone_stops_no_build(folder):
    old = folder / "data/processed" / EDITION / "6_of_old"
    shutil.copytree(folder / "data/processed" / EDITION / "6_claims", old)
    assert ran(make(folder)) == set()
    shutil.rmtree(old)


def test_a_new_file_in_the_raw_folder_is_seen(shortened):
    assert {"check", "2_interviews", "7_evidence"} <= shortened.ran


def test_a_file_that_is_gone_from_the_raw_folder_is_seen(short):
    (short / NEW_CODER).unlink()
    assert {"check", "2_interviews", "7_evidence"} <= ran(make(short))


@pytest.mark.parametrize("name", ["10_nothing", "../2015/2_interviews"])
def test_why_names_the_jobs_that_there_are(made, monkeypatch, capsys, name):
    monkeypatch.chdir(made)
    assert why.main([EDITION, name]) != 0
    said = capsys.readouterr().err
    assert f"{name} of edition" in said
    assert "2_interviews" in said.replace(name, "")


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


def test_no_step_waits_for_another_in_vain(made):
    processed = made / "data/processed" / EDITION
    earlier = {path.parent.name: json.loads(path.read_text(encoding="utf-8"))["earlier"] for path in processed.glob("*/provenance.json")}
    numbers = {step: json.loads((processed / step / "numbers.json").read_text(encoding="utf-8")) for step in earlier}
    named = {step: {number["name"] for number in found} for step, found in numbers.items()}
    used = {step: {number["name"] for number in found if number["used"]} for step, found in numbers.items()}
    read = {step: json.loads((processed / step / "inputs.json").read_text(encoding="utf-8"))["read"] for step in earlier}

    def needs(step: str, other: str) -> bool:
        tables = [name for name in read[step] if name.startswith(f"data/processed/{EDITION}/{other}/") and "numbers.json" not in name]
        return bool(tables or used[step] & named[other].difference(*(named[first] for first in earlier[other])))

    in_vain = {(step, other) for step, others in earlier.items() for other in others if not needs(step, other)}
    # The synthesis needs the survey where there was one, and the interviews where the edition does not say in its own words what they gave.
    assert in_vain == {("8_synthesis", "5_survey"), ("8_synthesis", "2_interviews")}


def test_a_build_that_was_struck_is_recovered_from(small, monkeypatch, capsys):
    monkeypatch.chdir(small)
    size = SimpleNamespace(randrange=lambda *_: 20_000)  # less than a page of the web: the disk is full in any case
    monkeypatch.setattr(faults, "limits", lambda kind, _, do=faults.limits: do(kind, size))
    monkeypatch.setattr(faults, "KINDS", ("kill a job", "interrupt", "disk full", "kill the build"))
    for name in [name for name in os.environ if name.startswith(("MAKE", "MFLAGS"))]:
        monkeypatch.delenv(name)
    assert faults.main([SMALL, "4"]) == 0
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
