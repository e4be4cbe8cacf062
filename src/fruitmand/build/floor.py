"""The floor under a build's time, for the benchmark: ``python -m fruitmand.build.floor EDITION``.

The cells alone run in forks of a process that has the libraries imported, then the languages are typeset. Nothing is checked, recorded
or put in place. It prints the seconds that this took; the imports are not counted.
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat

from fruitmand.build import serve
from fruitmand.build.shell import Shell

ORDER = (
    ("1_protocol", "2_interviews", "6_claims", "7_evidence"),
    ("3_learning_capacity", "5_survey"),
    ("4_improvement", "8_synthesis"),
    ("9_provenance",),
)
STEPS = tuple(step for steps in ORDER for step in steps)
LAST = ("render.nl", "render.en", *(f"parts.{step}" for step in STEPS))


def job(name: str, edition: str) -> None:
    """Run the cells of a notebook, or render a language."""
    folder = Path("data/processed") / edition / name
    folder.mkdir(parents=True, exist_ok=True)
    if name.startswith(("render", "parts")):
        from fruitmand.build import jobs  # noqa: PLC0415 - after the fork, as a build does

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


def side_by_side(names: Sequence[str], edition: str) -> None:
    """Run jobs in forks, one a processor at a time."""
    waiting = list(names)
    running: set[int] = set()
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            pid = os.fork()
            if pid == 0:
                job(waiting[0], edition)
                os._exit(0)
            waiting.pop(0)
            running.add(pid)
        pid, status = os.wait()
        running.discard(pid)
        if status:
            raise RuntimeError("a job failed")


if __name__ == "__main__":
    for library in (*serve.FIRST, *serve.LIBRARIES):
        serve.prepare(library)
    started = time.monotonic()
    for names in (*ORDER, LAST):
        side_by_side(names, sys.argv[1])
    print(time.monotonic() - started)
