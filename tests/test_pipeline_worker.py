"""The processes that do jobs: forks or new ones, gone when the build is gone, and dependent only on the modules that they use."""

import builtins
import json
import signal
import subprocess
import sys
import time

import pytest
from build_fixtures import ROOT, as_make_gives, compendium, notebook

from fruitmand.pipeline import module_graph

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def run(code: str, folder=ROOT) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=as_make_gives(), capture_output=True, text=True, check=False)


@LINUX
def test_there_is_one_thread_when_everything_is_imported_so_that_a_fork_is_safe():
    code = """
from fruitmand.edition.files import project_root
from fruitmand.pipeline.environment import isolate
isolate(project_root())
import os
from fruitmand.pipeline import preload
from fruitmand.pipeline.order import OUTPUTS
names = {name for job in ("check", "1_step", "step_files.1_step", *OUTPUTS, "report") for name in preload.needed(job, None)}
for name in sorted(names):
    preload.prepare(name)
import sys
missing = [name for name in names if name not in sys.modules]
assert not missing, missing
assert len(os.listdir("/proc/self/task")) == 1
"""
    done = run(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("forks", ["True", "False"])
def test_a_job_is_done_in_a_fork_or_where_that_is_not_safe_in_a_new_process(tmp_path, forks):
    root = compendium(tmp_path, good=notebook("print(edition)"), bad=notebook("raise ValueError('no')"))
    code = f"""
import sys
from fruitmand.pipeline import worker, __main__
worker.FORKS = {forks}
for name in ("good", "bad"):
    code = __main__.main([name, "edition=2015"])
    print(name, "ended with", code, file=sys.stderr, flush=True)
"""
    done = run(code, root)
    good, mark, bad = done.stderr.partition("good ended with 0\n")
    assert (done.returncode, good, bool(mark)) == (0, "", True), done.stderr
    record = json.loads((root / "data/processed/2015/good/inputs.json").read_text())
    assert "notebooks/good.ipynb" in record["read"]
    assert bad.endswith("bad ended with 1\n")
    assert "ValueError: no" in bad
    assert (root / "data/processed/2015/bad/failed.ipynb").is_file()


SLOW = """open('began', 'w').close()
import time; time.sleep(60)"""


@LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_ended_leaves_no_process_and_no_folder(tmp_path, number):
    root = compendium(tmp_path, **{"1_slow": notebook(SLOW)})
    command = [sys.executable, "-m", "fruitmand.pipeline", "1_slow", "edition=2015"]
    build = subprocess.Popen(command, cwd=root, env=as_make_gives(), stdout=-1, stderr=-1, text=True, start_new_session=True)
    until = time.monotonic() + 30
    while not (root / "began").is_file() and time.monotonic() < until:
        time.sleep(0.05)
    build.send_signal(number)
    _, err = build.communicate(timeout=10)  # its job had its errors open: it is gone too
    assert build.returncode == {signal.SIGKILL: -9}.get(number, 130)
    assert "Traceback" not in err
    assert bool(list(root.rglob("*.scratch"))) is (number == signal.SIGKILL), "a killed build leaves it to the next one"


NOTED = """
from fruitmand.pipeline import module_graph
module_graph.note_imports()
import importlib, pathlib
importlib.import_module("fruitmand.report.figures_survey")
module_graph.forget_notebook()
exec(chr(10).join(["from fruitmand.analysis import likert", "import pandas as pd"]), {"__name__": "__main__"})
reached = module_graph.reached([module_graph.NOTEBOOK])
files = module_graph.own_files(reached, pathlib.Path.cwd())
assert "src/fruitmand/analysis/likert.py" in files and "src/fruitmand/edition/errors.py" in files, files
assert "src/fruitmand/report/figures_survey.py" not in files
assert "pandas" in reached and "matplotlib" not in reached
assert "matplotlib" in module_graph.reached(["fruitmand.report.figures_survey"])
"""


def test_a_relative_import_is_noted_by_its_whole_name(monkeypatch):
    noted = {}
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)  # as it is, so that it is put back
    monkeypatch.setattr(module_graph, "_imports", noted)
    module_graph.note_imports()
    exec("from .likert import scores", {"__name__": "fruitmand.analysis.x", "__package__": "fruitmand.analysis"})  # noqa: S102
    assert "fruitmand.analysis.likert" in noted["fruitmand.analysis.x"], noted


def test_only_what_is_reached_by_import_statements_counts():
    done = run(NOTED)
    assert done.returncode == 0, done.stderr
    assert module_graph.reached(["json", "fruitmand.nothing"]) == {"json"}
