"""The floor under a build's time, for the benchmark: ``python -m lab.floor EDITION``.

The cells alone run, and their results are typeset, in forks of a process that has libraries and modules imported, each job as soon as it
can. Nothing is checked, recorded or put in place. It prints the seconds that this took; the imports are not counted.
"""

import gc
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import nbformat

from fruitmand.pipeline import libraries
from fruitmand.pipeline.shell import Shell

_FIRST = ("1_protocol", "2_interviews", "6_claims", "7_evidence")
_STEPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_FIRST, ()),
    "3_learning_capacity": ("1_protocol",),
    "5_survey": ("1_protocol",),
    "4_improvement": ("3_learning_capacity",),
    "8_synthesis": (*_FIRST, "3_learning_capacity", "5_survey"),
    "9_provenance": ("4_improvement", "8_synthesis"),
}
JOBS: Mapping[str, tuple[str, ...]] = {
    **_STEPS,
    "render.nl": ("9_provenance",),
    "render.en": ("9_provenance",),
    **{f"parts.{step}": (step,) for step in _STEPS},
}
"""Every job, and those that it waits for."""


def job(name: str, edition: str) -> None:
    """Run the cells of a notebook, or render a language."""
    folder = Path("data/processed") / edition / name
    folder.mkdir(parents=True, exist_ok=True)
    if name.startswith(("render", "parts")):
        from fruitmand.pipeline import jobs  # noqa: PLC0415 - after the fork, as a build does

        typeset = jobs.find(name)
        assert typeset is not None
        typeset(edition, folder)
        return
    os.environ["FRUITMAND_SCRATCH"] = str(folder)
    shell, document = Shell.instance(), nbformat.read(f"notebooks/{name}.ipynb", as_version=4)
    for cell in document.cells:
        if cell.cell_type == "code":
            if not shell.run(cell.source).success:
                raise RuntimeError(f"{name}: {cell.source}")
            cell.outputs, cell.execution_count = shell.outputs.cell, shell.outputs.number
    nbformat.write(document, folder / "executed.ipynb")


def side_by_side(edition: str) -> None:
    """Run all jobs in forks, one a processor at a time, each as soon as those that it waits for are done."""
    waiting, running, done = list(JOBS), dict[int, str](), set[str]()
    while waiting or running:
        ready = [name for name in waiting if done.issuperset(JOBS[name])]
        for name in ready[: (os.cpu_count() or 1) - len(running)]:
            pid = os.fork()
            if pid == 0:
                job(name, edition)
                os._exit(0)
            waiting.remove(name)
            running[pid] = name
        pid, status = os.wait()
        done.add(running.pop(pid))
        if status:
            raise RuntimeError("a job failed")


if __name__ == "__main__":
    gc.disable()
    for library in (*libraries.FIRST, *libraries.LIBRARIES, *libraries.OWN):
        libraries.prepare(library)
    gc.freeze()
    started = time.monotonic()
    side_by_side(sys.argv[1])
    print(time.monotonic() - started)
