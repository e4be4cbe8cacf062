"""papermill engine ``fruitmand``: run a notebook in this very process, which is a fork of one with all imports done.

Who imports this module can name the engine to papermill. It gives the same outputs as a kernel, without the start and the stop of one.
It knows no widgets, no ``input()`` and no output that C code writes past Python; for those there is papermill's own engine.
"""

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import nbformat
from nbclient.exceptions import CellTimeoutError
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from fruitmand.pipeline.shell import Shell


class InProcessEngine(Engine):
    """Run the cells of a notebook one after the other in this process."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        _kernel_name: str,
        *,
        journal: str = os.devnull,
        execution_timeout: int | None = None,
        **_: Any,
    ) -> None:
        """Run the notebook that papermill manages, up to the first cell that raises; papermill finds the error in its outputs.

        ``journal`` is a file that gets a line for every cell when it starts and when it ends: what is left when the process is killed.

        Raises
        ------
        CellTimeoutError
            When a cell takes longer than ``execution_timeout`` seconds.
        """
        Shell.clear_instance()
        shell = Shell.instance()  # the one that ``display`` talks to
        with Path(journal).open("w", encoding="utf-8") as log:
            cls._run_cells(nb_man, shell, log, execution_timeout)

    @staticmethod
    def _run_cells(nb_man: NotebookExecutionManager, shell: Shell, log: TextIO, execution_timeout: int | None) -> None:
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            _note(log, index, cell)
            if cell.cell_type == "code" and cell.source.strip():
                cell.execution_count = shell.execution_count
                with _limit(execution_timeout, cell):
                    result = shell.run(cell.source)
                cell.outputs = shell.outputs.cell
                cell.metadata["execution"] = {"shell.execute_reply": nb_man.now().isoformat()}  # as a kernel's client notes it
                if not result.success:
                    nb_man.cell_exception(cell, index)
                    break
            nb_man.cell_complete(cell, index)
            _note(log, index, cell)


def _note(log: TextIO, index: int, cell: nbformat.NotebookNode) -> None:
    log.write(json.dumps([index, cell]) + "\n")
    log.flush()


def from_journal(document: nbformat.NotebookNode, journal: Path) -> nbformat.NotebookNode:
    """Return a notebook with the cells as a journal has them; a last line that was cut off is left out."""
    for line in journal.read_text(encoding="utf-8").splitlines():
        with contextlib.suppress(ValueError):
            index, cell = json.loads(line)
            document.cells[index] = nbformat.from_dict(cell)
    return document


@contextlib.contextmanager
def _limit(seconds: int | None, cell: nbformat.NotebookNode) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise CellTimeoutError.error_from_timeout_and_cell("the cell took too long", seconds or 0, cell)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds or 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


papermill_engines.register("fruitmand", InProcessEngine)
