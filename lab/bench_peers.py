"""The peers of the bench: tools that a researcher would pick to run the same notebooks, each given what it wants from one list of tasks.

All but ploomber and jupyter-cache, which run notebooks in a way of their own, start papermill's command line.
"""

import json
import os
import re
import shlex
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fruitmand.edition.errors import FruitmandError
from lab.bench_machine import STEADY, timed
from lab.bench_notebooks import Notebook, notebooks
from lab.bench_ours import draft_copy, raw_edit

JOBS = 2
_QUIET = {"DVC_NO_ANALYTICS": "true", "PLOOMBER_STATS_ENABLED": "false", "PLOOMBER_VERSION_CHECK_DISABLED": "true"}


@dataclass(frozen=True)
class Task:
    """A notebook to run by papermill's command line; paths are relative to the project."""

    name: str
    source: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    command: str


def tasks(root: Path, edition: str, python: Path) -> list[Task]:
    """Return a task for every notebook, with all that it reads and what others read of its results."""
    steps = notebooks(root)
    read = {file for step in steps for file in step.results}
    return [_task(root, edition, python, step, sorted(read)) for step in steps]


def _task(root: Path, edition: str, python: Path, step: Notebook, read: Sequence[str]) -> Task:
    source, made = f"notebooks/{step.name}.ipynb", f"data/processed/{edition}"
    raw = {str(path.relative_to(root)) for pattern in step.raw for path in (root / "data/raw" / edition).glob(pattern)}
    executed = f"{made}/{step.name}/executed.ipynb"
    results = [f"{made}/{file}" for file in read if file.startswith(f"{step.name}/")]
    inputs = (source, *sorted(raw), *(f"{made}/{file}" for file in step.results))
    quiet = ["--no-progress-bar", "--no-log-output", "-k", "python3"]
    command = [str(python), "-m", "papermill", *quiet, "-r", "edition", edition, source, executed]
    return Task(step.name, source, inputs, (executed, *results), shlex.join(command))


@dataclass(frozen=True)
class Peer:
    """A tool: the file it wants and what that holds, what prepares it, what runs all that is to be run, and how many jobs at a time.

    ``sees`` says whether it runs what a changed raw file calls for, and nothing else.
    """

    name: str
    file: str
    content: Callable[[Sequence[Task]], str]
    run: str
    prepare: str = "true"
    jobs: int = JOBS
    sees: bool = True
    environment: str = ".venv-bench"


def script(todo: Sequence[Task]) -> str:
    """Return a shell script that runs the notebooks one after the other."""
    return "\n".join(f"mkdir -p {shlex.quote(str(Path(task.outputs[0]).parent))}\n{task.command}" for task in todo)


def snakefile(todo: Sequence[Task]) -> str:
    """Return a Snakefile."""
    rules = [f"rule all:\n    input: {[file for task in todo for file in task.outputs]}\n"]
    rules += [
        f"rule step_{task.name}:\n    input: {list(task.inputs)}\n    output: {list(task.outputs)}\n    shell: {task.command!r}\n"
        for task in todo
    ]
    return "\n".join(rules)


def dodo(todo: Sequence[Task]) -> str:
    """Return a ``dodo.py`` for doit."""
    found = [{"name": t.name, "actions": [t.command], "file_dep": list(t.inputs), "targets": list(t.outputs)} for t in todo]
    return f"TASKS = {found}\n\n\ndef task_notebook():\n    yield from TASKS\n"


def dvc_stages(todo: Sequence[Task]) -> str:
    """Return a ``dvc.yaml``."""
    return json.dumps({"stages": {t.name: {"cmd": t.command, "deps": list(t.inputs), "outs": list(t.outputs)} for t in todo}})


_PYTASK = """
import subprocess
from pathlib import Path

from pytask import task

for name, command, inputs, outputs in TASKS:

    @task(id=name)
    def run(command=command, depends_on=[Path(file) for file in inputs], produces=[Path(file) for file in outputs]):
        subprocess.run(command, shell=True, check=True)
"""


def pytask_module(todo: Sequence[Task]) -> str:
    """Return a module of tasks for pytask."""
    return f"TASKS = {[(task.name, task.command, task.inputs, task.outputs) for task in todo]}\n{_PYTASK}"


def ploomber_pipeline(todo: Sequence[Task]) -> str:
    """Return a ``pipeline.yaml`` for ploomber, which runs papermill within itself."""
    executor = {"dotted_path": "ploomber.executors.Parallel", "processes": JOBS}
    found: list[dict[str, object]] = []
    for task in todo:
        upstream = [other.name for other in todo if set(other.outputs) & set(task.inputs)]
        found.append({"source": task.source, "name": task.name, "product": task.outputs[0], "upstream": upstream})
        found[-1] |= {"papermill_params": {"kernel_name": "python3"}, "static_analysis": "disable"}
    return json.dumps({"meta": {"extract_upstream": False, "extract_product": False}, "executor": executor, "tasks": found})


PEERS = (
    Peer("papermill", "run.sh", script, "bash -e run.sh", jobs=1, sees=False, environment=".venv-lab"),
    Peer("Snakemake", "Snakefile", snakefile, f"snakemake --quiet all --cores {JOBS}"),
    Peer("doit", "dodo.py", dodo, f"doit --process {JOBS}"),
    Peer("DVC", "dvc.yaml", dvc_stages, "dvc repro", "dvc init --no-scm", jobs=1),
    Peer("pytask", "task_notebooks.py", pytask_module, f"pytask -n {JOBS} --parallel-backend threads"),
    Peer("ploomber", "pipeline.yaml", ploomber_pipeline, "ploomber build --force", sees=False),
    Peer(
        "jupyter-cache",
        "",
        script,
        "jcache project execute --timeout 600",
        "mkdir .jupyter_cache && jcache notebook add notebooks/*.ipynb",
        jobs=1,
        sees=False,
    ),
)
"""DVC and jupyter-cache run one notebook at a time. After a change papermill runs all again, and so do ploomber and jupyter-cache as they
are used here, since they look at code and not at raw files."""


def measure(peer: Peer, root: Path, scratch: Path, edition: str) -> dict[str, float]:
    """Run the notebooks by a peer in a fresh copy of the project, and once more after a change of a raw file; return the seconds.

    Raises
    ------
    FruitmandError
        When it fails, does not run every notebook, or does not see the change.
    """
    folder = draft_copy(root, scratch / peer.name, edition)
    made = folder / "data" / "processed" / edition
    for notebook in (folder / "notebooks").glob("*.ipynb"):  # for those that give a notebook no parameters
        text = notebook.read_text(encoding="utf-8")
        notebook.write_text(re.sub(r'edition: str = \\"[^"]*\\"', rf'edition: str = \\"{edition}\\"', text), encoding="utf-8")
    todo = tasks(folder, edition, root / peer.environment / "bin" / "python")
    if peer.file:
        (folder / peer.file).write_text(peer.content(todo), encoding="utf-8")
    for task in todo:
        (made / task.name).mkdir(parents=True)
    path = f"{root / peer.environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    places = STEADY | _QUIET | {"PATH": path, "PYTHONPATH": f"{folder}/src", "JUPYTERCACHE": f"{folder}/.jupyter_cache"}
    timed(["bash", "-ec", peer.prepare], folder, places)
    found = {peer.name: timed(["bash", "-ec", peer.run], folder, places)}
    if missing := [task.name for task in todo if not (made / task.name / "numbers.json").is_file()]:
        raise FruitmandError(f"{peer.name} did not run {', '.join(missing)}")
    if peer.sees:
        edit = raw_edit(folder, edition)
        with edit.made():
            found[f"{peer.name}, raw"] = timed(["bash", "-ec", peer.run], folder, places)
            edit.check_effect(made)
    shutil.rmtree(folder)
    return found
