"""IPython without a terminal and without a kernel: it runs cells and keeps their outputs as a kernel's client would."""

import contextlib
import io
from typing import Any

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
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
