"""The floor under a build's time, for the bench: ``python -m lab.floor EDITION``.

The cells of every notebook run, and their results are typeset, in forks of one process that has all of the code imported, each job as soon
as it can. Nothing is checked, recorded or put in place. It prints the seconds that this took. A round before finds out what is imported,
and is not counted, nor is importing it.
"""

import contextlib
import gc
import importlib
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import nbformat

from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition import validation_cache
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import notebook_names, project_root
from fruitmand.edition.reading import Edition
from fruitmand.pipeline import order
from fruitmand.pipeline.shell import Shell
from fruitmand.report.blocks import shown_blocks

Work = Callable[[], None]


def jobs(root: Path, edition: str) -> dict[str, tuple[Work, tuple[str, ...]]]:
    """Return every job by name: what does it, and the jobs that it waits for."""
    made = root / "data" / "processed" / edition
    steps, languages = notebook_names(root), Edition(edition).settings.languages
    found: dict[str, tuple[Work, tuple[str, ...]]] = {}
    for name, waits in sorted(order.jobs(root).items(), key=lambda job: job[0] not in steps):  # what others wait for comes first
        kind, _, what = name.partition(".")
        if name in steps:
            found[name] = (partial(_cells, root, edition, name), tuple(other for other in waits if other != "check"))
        elif kind == "step_files" or what in languages:
            found[name] = (partial(_output, kind, what, edition, made / name), waits)
    return found


def _cells(root: Path, edition: str, step: str) -> None:
    folder = root / "data" / "processed" / edition / step
    folder.mkdir(parents=True)
    os.environ["FRUITMAND_SCRATCH"] = str(folder)
    document = nbformat.v4.reads((root / "notebooks" / f"{step}.ipynb").read_text(encoding="utf-8"))
    asked = next(place for place, cell in enumerate(document.cells) if "parameters" in cell.metadata.get("tags", []))
    document.cells.insert(asked + 1, nbformat.v4.new_code_cell(f"edition = {edition!r}"))
    shell = Shell.instance()
    for cell in document.cells:
        if cell.cell_type == "code":
            if not shell.run(cell.source).success:
                raise RuntimeError(f"{step}: {cell.source}")
            cell.outputs, cell.execution_count = shell.outputs.cell, shell.outputs.number
    (folder / "executed.ipynb").write_text(nbformat.v4.writes(document), encoding="utf-8")
    for language, shown in shown_blocks(document.cells).items():
        (folder / f"shown.{language}.json").write_text(json.dumps(shown), encoding="utf-8")


def _output(kind: str, what: str, edition: str, folder: Path) -> None:
    from fruitmand.outputs import report_files  # noqa: PLC0415 - the first round finds out what it imports

    report_files.WRITERS[kind](edition, what, folder)


def side_by_side(todo: Mapping[str, tuple[Work, tuple[str, ...]]], log: Path) -> float:
    """Run all jobs in forks, one a processor at a time, each as soon as those that it waits for are done; return the seconds.

    What a fork had imported at its end goes to a file in ``log``.
    """
    started = time.monotonic()
    waiting, running, done = list(todo), dict[int, str](), set[str]()
    while waiting or running:
        ready = [name for name in waiting if done.issuperset(todo[name][1])]
        for name in ready[: (os.cpu_count() or 1) - len(running)]:
            pid = os.fork()
            if pid == 0:
                _fork(todo[name][0], log / name)
            waiting.remove(name)
            running[pid] = name
        pid, status = os.wait()
        done.add(running.pop(pid))
        if status:
            raise FruitmandError("a job of the floor failed")
    return time.monotonic() - started


def _fork(work: Work, log: Path) -> None:
    code = 1
    try:
        work()
        log.write_text("\n".join(sys.modules), encoding="utf-8")
        code = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)  # whatever happens, the fork does not go on in its parent's place


def main(arguments: list[str]) -> int:
    """Run all jobs twice, the second time with everything imported, and print how long that took."""
    root, edition = project_root(), arguments[0]
    todo, made = jobs(root, edition), root / "data" / "processed" / edition
    checked = {file: digest for file, digest in read_edition(edition).reads.items() if file.endswith(".csv")}
    with tempfile.TemporaryDirectory() as name:
        log = Path(name)
        _afresh(made, checked)
        side_by_side(todo, log)
        for module in dict.fromkeys(line for path in log.iterdir() for line in path.read_text(encoding="utf-8").split("\n")):
            with contextlib.suppress(Exception), warnings.catch_warnings(action="ignore"):  # some modules exist within a job only
                importlib.import_module(module)
        gc.collect()
        gc.disable()
        gc.freeze()
        _afresh(made, checked)
        print(side_by_side(todo, log))
    return 0


def _afresh(made: Path, checked: Mapping[str, str]) -> None:
    """Leave nothing but what is known of the raw files, which so need no check."""
    shutil.rmtree(made, ignore_errors=True)
    validation_cache.remember(made / "check", checked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
