"""Running a step: however a notebook ends, the build knows. Kernels are real here, so the notebooks are few and small."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from build_fixtures import compendium, notebook, tree

from fruitmand.edition.errors import FruitmandError
from fruitmand.pipeline import notebook as runner
from fruitmand.pipeline import run

ENDINGS = {
    "raises": ("open('data/processed/2015/raises/half.csv', 'w').close(); x = 1", "x / 0  # boom", "x = 2"),
    "exits": ("x = 1", "import sys; sys.exit()", "x = 2"),
    "exits_last": ("x = 1", "raise SystemExit(0)"),
    "killed": ("x = 1", "import os; os.kill(os.getpid(), 9)", "x = 2"),
    "hangs": ("x = 1", "while True: pass", "x = 2"),
}
CAUSES = {"raises": "ZeroDivisionError", "exits": "SystemExit", "exits_last": "SystemExit", "hangs": "Timeout"}
DEATHS = {"fruitmand": "killed by SIGKILL", "kernel": "DeadKernelError"}
ENGINES = tuple(DEATHS)
GOOD = "open('data/raw/2015/ratings.csv').close()\nfrom uuid import uuid4\nseen = edition, len(str(uuid4()))\nprint(seen)"


@pytest.fixture(scope="module", params=ENGINES)
def ended(tmp_path_factory, request):
    """Run every bad notebook side by side, each by a command of its own; return the compendium, what each command said and the engine."""
    root = compendium(tmp_path_factory.mktemp("bad"), **{ending: notebook(*cells) for ending, cells in ENDINGS.items()})
    started = {}
    for ending in ENDINGS:
        folder = root / "data/processed/2015" / ending
        folder.mkdir(parents=True)
        for leftover in ("executed.ipynb", "numbers.json"):
            (folder / leftover).write_text("{}")
        seconds = 1 if ending == "hangs" else 60
        code = f"import sys; from fruitmand.pipeline import run, notebook; notebook.TIMEOUT_S = {seconds}; sys.exit(run.main(sys.argv[1:]))"
        command = [sys.executable, "-c", code, ending, "edition=2015", f"engine={request.param}"]
        started[ending] = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = {ending: (*process.communicate(timeout=60), process.returncode) for ending, process in started.items()}
    return root, said, request.param


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_cell_that_does_not_end_well_is_an_error_that_says_everything(ended, ending):
    root, said, engine = ended
    out, text, code = said[ending]
    folder = root / "data/processed/2015" / ending
    assert (out, code) == ("", 1)
    report = text[text.index(f"notebook {ending}.ipynb failed") :]  # above it, a dying kernel may have had its own say
    for part in ("cell: ", CAUSES.get(ending, DEATHS[engine]), "edition='2015'", f"2015/{ending}/failed.ipynb"):
        assert part in report
    assert [path.name for path in folder.iterdir()] == ["failed.ipynb"]
    kept = nbformat.read(folder / "failed.ipynb", as_version=4)
    assert {cell.id: cell.get("execution_count") for cell in kept.cells}["c1"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_cell_that_did_not_end_well_is_named_by_number_id_and_first_line(ended, ending):
    text = ended[1][ending][1]
    assert f"4 (c2)  {ENDINGS[ending][1].splitlines()[0]}" in text


def test_a_notebook_without_cells_is_an_error_that_names_it(tmp_path, monkeypatch):
    root = compendium(tmp_path, void=nbformat.v4.new_notebook())
    monkeypatch.chdir(root)
    with pytest.raises(FruitmandError, match=r"void\.ipynb"):
        run.run_job("void", {"edition": "2015"})
    assert not (root / "data/processed").exists()


def test_a_good_run_has_no_clocks_and_is_the_same_in_another_folder_for_another_user(tmp_path):
    # The second run is that of a user whose Jupyter knows another "python3", and whose settings point elsewhere.
    hostile = tmp_path / "hostile"
    spec = hostile / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "Mine", "language": "python"}))
    (hostile / "jupyter_config.py").write_text("raise RuntimeError('read the settings of the user')")
    names = ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    settings = {name: str(hostile) for name in names} | {"HOME": str(tmp_path), "TZ": "Asia/Tokyo", "MPLBACKEND": "nonsense"}
    folders, started = [], []
    for name, more, engine in (("one", {}, "fruitmand"), ("an other", settings, "fruitmand"), ("a third", settings, "kernel")):
        root = compendium(tmp_path / name, good=notebook(GOOD))
        folders.append(root / "data/processed/2015/good")
        folders[-1].mkdir(parents=True)
        (folders[-1] / "failed.ipynb").write_text("{}")
        command = [sys.executable, "-m", "fruitmand.pipeline.run", "good", "edition=2015", f"engine={engine}"]
        started.append(
            subprocess.Popen(command, cwd=root, env=os.environ | more, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
    for process in started:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert "good" in out
    first, *others = map(tree, folders)
    assert set(first) == {"executed.ipynb", "inputs.json", "inputs.mk"}
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


def test_the_command_prints_the_failure_and_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(compendium(tmp_path, bad=notebook("1")))
    monkeypatch.setattr(run, "isolate", lambda _: None)
    monkeypatch.setattr(runner, "_in_fork", lambda *_: ("OSError: the disk is full", set()))
    assert run.main(["bad", "edition=2015"]) == 1
    said = capsys.readouterr().err
    for part in ("bad.ipynb", "the disk is full", "failed.ipynb"):
        assert part in said
    assert "Traceback" not in said


def test_an_input_that_is_saved_while_a_job_runs_makes_it_run_again(tmp_path):
    cell = "from pathlib import Path\npath = Path('data/raw/2015/ratings.csv')\npath.read_bytes()\n{}"
    root = compendium(tmp_path, quiet=notebook(cell.format("")), busy=notebook(cell.format("path.touch()")))
    for step, kept in (("quiet", True), ("busy", False)):
        command = [sys.executable, "-m", "fruitmand.pipeline.run", step, "edition=2015"]
        assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0
        assert (root / f"data/processed/2015/{step}/executed.ipynb").is_file()
        assert (root / f"data/processed/2015/{step}/inputs.json").is_file() is kept
