"""papermill engine ``fruitmand``: run a notebook in this very process, for children that are forked from one with all imports done.

It gives the same outputs as a kernel, without the start and the stop of one. It knows no widgets, no ``input()`` and no output that C code
writes past Python; for those there is papermill's own engine.
"""

import contextlib
import io
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from nbclient.exceptions import CellTimeoutError
from papermill.engines import Engine, NotebookExecutionManager
from traitlets.config import Config

_NO_HISTORY = Config(HistoryManager={"enabled": False})


class Outputs:
    """The number and the outputs of the cell that runs, in the order in which they come."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.cell: list[nbformat.NotebookNode] = []

    def add(self, kind: str, **content: Any) -> None:
        """Add an output."""
        self.cell.append(nbformat.v4.new_output(kind, **content))

    def stream(self, name: str, text: str) -> None:
        """Add text of a stream; it goes to the output before when that is of the same stream, as a kernel's client does."""
        if self.cell and self.cell[-1].output_type == "stream" and self.cell[-1].name == name:
            self.cell[-1].text += text
        else:
            self.add("stream", name=name, text=text)


class Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    def __init__(self, outputs: Outputs, name: str) -> None:
        self._outputs, self._name = outputs, name

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Add text to the outputs."""
        if text:
            self._outputs.stream(self._name, text)
        return len(text)


class Publisher(DisplayPublisher):
    """What ``display`` shows."""

    def publish(self, data: dict[str, Any], metadata: dict[str, Any] | None = None, **_: Any) -> None:
        """Add a display to the outputs."""
        self.shell.outputs.add("display_data", data=data, metadata=metadata or {})


class Hook(DisplayHook):
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Write no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Add the value to the outputs."""
        number = self.shell.outputs.number
        self.shell.outputs.add("execute_result", data=format_dict, metadata=md_dict or {}, execution_count=number)


class Shell(InteractiveShell):
    """IPython without a terminal and without a kernel."""

    def __init__(self, **options: Any) -> None:
        self.outputs = Outputs()
        super().__init__(config=_NO_HISTORY, display_pub_class=Publisher, displayhook_class=Hook, **options)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.add("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)

    def run(self, source: str) -> ExecutionResult:
        """Run a cell; its outputs are in ``outputs`` afterwards."""
        self.outputs = Outputs(self.execution_count)
        with contextlib.redirect_stdout(Stream(self.outputs, "stdout")), contextlib.redirect_stderr(Stream(self.outputs, "stderr")):
            return self.run_cell(source, store_history=True)


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
