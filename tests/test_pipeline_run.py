"""Doing a job: however a notebook ends, the build knows. Kernels are real here, so the notebooks are few and small."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from build_fixtures import as_make_gives, compendium, notebook, tree

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.file_access import DECLARED
from fruitmand.pipeline import run
from fruitmand.pipeline.build import Build
from fruitmand.pipeline.order import Job

ENDINGS = {
    "raises": ("open('data/processed/2015/raises/half.csv', 'w').close(); x = 1", "x / 0  # boom", "x = 2"),
    "exits": ("x = 1", "import sys; sys.exit()", "x = 2"),
    "exits_last": ("x = 1", "raise SystemExit(0)"),
    "killed": ("x = 1", "import os; os.kill(os.getpid(), 9)", "x = 2"),
    "leaves": ("x = 1", "import os; os._exit(0)", "x = 2"),
    "hangs": ("x = 1", "while True: __import__('time').sleep(0.01)", "x = 2"),
    "swallows": (
        "from time import sleep",
        "while True:\n    try:\n        for _ in iter(int, 1): sleep(0.01)\n    except Exception: pass",
        "x = 2",
    ),
    "clutters": ("import os; os.mkdir(os.environ['FRUITMAND_SCRATCH'] + '/sub')", "x / 0", "x = 2"),
    "forks": ("x = 1", "import os; os.fork() or __import__('time').sleep(50); os.kill(os.getpid(), 9)", "x = 2"),
    "says_much": ("x = 1", "raise ValueError('\\n'.join(f'problem {n}' for n in range(100)))", "x = 2"),
}
READ = "from pathlib import Path\npath = Path('data/raw/2015/{}.csv')\npath.read_bytes()\n{}"
KEPT_TIME = (
    "import os; before = path.stat(); path.write_bytes(path.read_bytes()); os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))"
)
SAVED = {"quiet": ("agenda", ""), "busy": ("ratings", "path.touch()"), "sly": ("sources", KEPT_TIME)}
"""Notebooks that end well, each with the raw file that it reads, and how it saves that file afterwards."""
ENGINES = ("fruitmand", "kernel")
DIES = {"fruitmand": "killed by SIGKILL", "kernel": "DeadKernelError"}
LEAVES = {"fruitmand": "exit code 0 and without a word", "kernel": "DeadKernelError"}
SWALLOWS = {"fruitmand": "went on after it was told to stop", "kernel": "Timeout"}
CAUSES = {
    "raises": "ZeroDivisionError",
    "clutters": "NameError",
    "exits": "SystemExit",
    "exits_last": "SystemExit",
    "hangs": "Timeout",
    "says_much": "problem 0\n",
}
GOOD = "open('data/raw/2015/ratings.csv').close()\nfrom uuid import uuid4\nseen = edition, len(str(uuid4()))\nprint(seen)"
COMMANDS = """import json, os, sys, time
from pathlib import Path
from fruitmand.pipeline.environment import isolate
isolate(Path.cwd())
from fruitmand import pipeline
from fruitmand.pipeline import build, preload, __main__
build._GRACE_S = 3
for name in preload.needed("raises", None):
    preload.prepare(name)
started = {}
time.sleep(0.1)  # what was written before is older than what is done now
for ending, seconds in json.loads(sys.argv[1]).items():
    pid = os.fork()
    if not pid:
        pipeline.CELL_S = seconds
        for number, end in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"{ending}.{end}", os.O_WRONLY | os.O_CREAT), number)
        sys.exit(__main__.main([ending, *sys.argv[2:]]))
    started[pid] = ending
while started:
    pid, status = os.wait()
    Path(f"{started.pop(pid)}.code").write_text(str(os.waitstatus_to_exitcode(status)))
"""
"""Do jobs side by side, each by a command in a fork of its own, so that what all of them import is imported once."""


def cause_of(ending: str, engine: str) -> str:
    by_engine = {"killed": DIES, "forks": DIES, "leaves": LEAVES, "swallows": SWALLOWS}
    return by_engine[ending][engine] if ending in by_engine else CAUSES[ending]


@pytest.fixture(scope="module", params=ENGINES)
def ended(tmp_path_factory, request):
    """Run every notebook, each by a command of its own; return the compendium, what each command said and the engine."""
    saved = SAVED if request.param == ENGINES[0] else {}
    good = {step: notebook(READ.format(*words)) for step, words in saved.items()}
    root = compendium(tmp_path_factory.mktemp("bad"), **{ending: notebook(*cells) for ending, cells in ENDINGS.items()}, **good)
    for ending in ENDINGS:
        folder = root / "data/processed/2015" / ending
        folder.mkdir(parents=True)
        for leftover in ("executed.ipynb", "numbers.json"):
            (folder / leftover).write_text("{}")
    seconds = {ending: {"hangs": 3, "swallows": 5}.get(ending, 60) for ending in ENDINGS}  # the start counts too, on a busy machine
    command = [sys.executable, "-c", COMMANDS, json.dumps(seconds | dict.fromkeys(saved, 60)), "edition=2015", f"engine={request.param}"]
    subprocess.run(command, cwd=root, env=as_make_gives(), check=True, timeout=120)
    said = {ending: (*((root / f"{ending}.{end}").read_text() for end in ("out", "err", "code")),) for ending in (*ENDINGS, *saved)}
    return root, said, request.param


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_cell_that_does_not_end_well_is_an_error_that_says_everything(ended, ending):
    root, said, engine = ended
    out, text, code = said[ending]
    folder = root / "data/processed/2015" / ending
    assert (out, code) == ("", "1")
    report = text[text.index(f"notebook {ending}.ipynb failed") :]  # above it, a dying kernel may have had its own say
    for part in ("cell: ", cause_of(ending, engine), "edition='2015'", f"2015/{ending}/failed.ipynb"):
        assert part in report
    assert [path.name for path in folder.iterdir()] == ["failed.ipynb"]
    kept = nbformat.read(folder / "failed.ipynb", as_version=4)
    assert {cell.id: cell.get("execution_count") for cell in kept.cells}["c1"]
    assert not list(root.rglob("*.scratch"))


def test_an_error_reaches_the_person_whole_and_bounded(ended):
    text = ended[1]["says_much"][1]
    assert [f"problem {n}" in text for n in (0, 1, 40)] == [True] * 3
    assert "problem 41" not in text
    assert "59 lines more" in text


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_cell_that_did_not_end_well_is_named_by_number_id_and_first_line(ended, ending):
    text = ended[1][ending][1]
    assert f"4 (c2)  {ENDINGS[ending][1].splitlines()[0]}" in text


def test_a_notebook_without_cells_is_an_error_that_names_it(tmp_path, monkeypatch):
    root = compendium(tmp_path, void=nbformat.v4.new_notebook())
    monkeypatch.chdir(root)
    with pytest.raises(FruitmandError, match=r"void\.ipynb"):
        run.run_job(Job("2015", "void"), root)
    assert not list((root / "data/processed/2015").iterdir())


@pytest.mark.parametrize("name", ["nothing", "../notebooks/1_a", "step_files.nothing", "step_files.", "pdf.fr", ""])
def test_a_name_that_is_no_job_or_leads_elsewhere_is_refused(tmp_path, monkeypatch, name):
    root = compendium(tmp_path, **{"1_a": notebook("1")})
    monkeypatch.chdir(root)
    with pytest.raises(
        FruitmandError, match="there are: 1_a, check, pages.en, pages.nl, pdf.en, pdf.nl, report, word.en, word.nl, step_files.STEP"
    ):
        Build(root, cores=1).run_one(Job("2015", name))
    assert not (root / "data/processed").exists()


def test_a_good_run_has_no_clocks_and_is_the_same_in_another_folder_for_another_user(tmp_path):
    # The second run is that of a user whose Jupyter knows another "python3", and whose settings point elsewhere.
    hostile = tmp_path / "hostile"
    spec = hostile / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "Mine", "language": "python"}))
    (hostile / "jupyter_config.py").write_text("raise RuntimeError('read the settings of the user')")
    names = ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    settings = {name: str(hostile) for name in names} | {
        "HOME": str(tmp_path),
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "MPLBACKEND": "nonsense",
    }
    folders, started = [], []
    for name, more, engine in (("one", {}, "fruitmand"), ("an other", settings, "fruitmand"), ("a third", settings, "kernel")):
        root = compendium(tmp_path / name, good=notebook(GOOD))
        folders.append(root / "data/processed/2015/good")
        folders[-1].mkdir(parents=True)
        (folders[-1] / "failed.ipynb").write_text("{}")
        command = [sys.executable, "-m", "fruitmand.pipeline", "good", "edition=2015", f"engine={engine}"]
        started.append(
            subprocess.Popen(command, cwd=root, env=as_make_gives() | more, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
    for process in started:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert "good" in out
    first, *others = map(tree, folders)
    assert set(first) == {"executed.ipynb", "inputs.json", "shown.nl.json", "shown.en.json"}
    assert [made["executed.ipynb"] for made in others] == [first["executed.ipynb"]] * 2
    reads = [set(json.loads(made["inputs.json"])["read"]) for made in (first, *others)]
    assert reads[0] == reads[1] == reads[2] >= {"notebooks/good.ipynb", "data/raw/2015/ratings.csv"}, "both engines read the same"
    text = first["executed.ipynb"].decode()
    assert "('2015', 36)" in text
    for word in ("start_time", "duration", "20\\d\\d-\\d\\d-\\d\\dT", "hostname", str(tmp_path), "version_info", "language_info"):
        assert not re.search(word, text), word
    stored = nbformat.reads(text, as_version=4)
    nbformat.validate(stored)
    assert [cell.id for cell in stored.cells] == ["contract", "parameters", "injected-parameters", "c1"]
    assert text.endswith("\n")


@pytest.mark.parametrize("ended", ENGINES[:1], indirect=True)
def test_an_input_that_is_saved_while_a_job_runs_makes_it_run_again(ended):
    root, said, _ = ended
    for step, kept in (("quiet", True), ("busy", False), ("sly", False)):
        assert said[step][2] == "0"
        assert (root / f"data/processed/2015/{step}/executed.ipynb").is_file()
        assert (root / f"data/processed/2015/{step}/inputs.json").is_file() is kept


def declared(scratch, reads=(), earlier=()):
    (scratch / DECLARED).write_text(json.dumps({"reads": list(reads), "earlier": list(earlier)}), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("data/raw/2015/ratings.csv", True),
        ("data/raw/2015/codings_a.csv", True),
        ("data/raw/2015/edition.toml#title", False),
        ("data/raw/2015/agenda.csv", False),
        ("data/raw/2014/ratings.csv", False),
        ("data/processed/2015/1_a/t.csv", True),
        ("data/processed/2015/2_b/t.csv", False),
        ("data/processed/2014/1_a/t.csv", False),
        ("reports/2015/numbers.json", False),
        ("extra.csv", False),
        ("docs/extra.csv", False),
        ("data/shared/.x.csv", False),
        ("data/raw/2015/", True),
        ("data/processed/2015/.3_c.here.1.scratch/t.csv", True),
        ("src/fruitmand/report/step.py", True),
    ],
)
def test_a_notebook_reads_what_it_declares_of_its_own_edition_and_nothing_else(tmp_path, name, fine):
    declared(tmp_path, ["ratings.csv", "codings_*.csv"], ["1_a"])
    if fine:
        run.check_declared(Job("2015", "3_c"), tmp_path, [name])
    else:
        with pytest.raises(FruitmandError, match=f"3_c reads {name.partition('#')[0]} but does not declare it"):
            run.check_declared(Job("2015", "3_c"), tmp_path, [name])
    assert not (tmp_path / DECLARED).exists()
