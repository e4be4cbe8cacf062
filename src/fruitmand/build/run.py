"""Run one step: a notebook, executed by papermill, with every way to fail closed.

Usage: ``python -m fruitmand.build.run STEP edition=EDITION [name=value …]``
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.exceptions import PapermillExecutionError

from fruitmand.build.parameters import check_parameters
from fruitmand.data.edition import raw_folder
from fruitmand.data.errors import FruitmandError
from fruitmand.data.files import project_root, write

TIMEOUT_S = 600


class OwnKernelManager(AsyncKernelManager):
    """Start the kernel of this very interpreter, whatever kernels the user has registered.

    It talks over sockets in a folder of its own, not over ports, for which kernels that start side by side would race.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._sockets = tempfile.TemporaryDirectory(prefix="fm-")
        super().__init__(transport="ipc", ip=f"{self._sockets.name}/k", **kwargs)

    async def cleanup_resources(self, restart: bool = False) -> None:
        """Remove the folder of the sockets with the kernel."""
        await super().cleanup_resources(restart=restart)
        if not restart:
            self._sockets.cleanup()

    async def start_kernel(self, **kwargs: Any) -> None:
        """Keep the kernel's own log lines out of the build's output; what a cell prints is in the executed copy."""
        await super().start_kernel(**(kwargs | {"stderr": subprocess.DEVNULL}))

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return a kernel specification that is nowhere on disk."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="fruitmand", language="python")


def run_step(step: str, given: dict[str, str]) -> Path:
    """Execute a notebook into ``data/processed/<edition>/<step>/executed.ipynb``.

    The executed copy appears only when every code cell ran to its end. Otherwise it is kept as ``failed.ipynb`` in the same folder.

    Raises
    ------
    FruitmandError
        When there is no such step or edition, the parameters are wrong, or a cell failed; the message names notebook, cell, cause,
        parameters and where the executed copy is.
    """
    root = project_root()
    notebook = root / "notebooks" / f"{step}.ipynb"
    if not notebook.is_file():
        steps = ", ".join(sorted(path.stem for path in notebook.parent.glob("*.ipynb")))
        raise FruitmandError(f"there is no step {step!r}; there are: {steps}")
    values = check_parameters(notebook, given)
    if "edition" not in values:
        raise FruitmandError(f"{notebook.name} needs to know its edition: give edition=EDITION")
    raw_folder(values["edition"])
    folder = root / "data" / "processed" / values["edition"] / step
    executed, failed, draft = folder / "executed.ipynb", folder / "failed.ipynb", folder / ".draft.ipynb"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cause = _execute(notebook, draft, values, root)
    document = nbformat.read(draft, as_version=4) if draft.is_file() else nbformat.read(notebook, as_version=4)
    draft.unlink(missing_ok=True)
    if cause or _first_unfinished(document):
        for leftover in folder.iterdir():
            leftover.unlink()
        nbformat.write(document, failed)
        raise FruitmandError(_failure(notebook, document, cause, values, failed.relative_to(root)))
    write(executed, nbformat.writes(_without_clocks(document)) + "\n")
    return executed


def _execute(notebook: Path, draft: Path, values: dict[str, Any], root: Path) -> str:
    """Run papermill; return the cause of a failure, or an empty text."""
    try:
        papermill.execute_notebook(
            str(notebook),
            str(draft),
            parameters=values,
            cwd=str(root),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            execution_timeout=TIMEOUT_S,
            kernel_manager_class=OwnKernelManager,
        )
    except PapermillExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    except Exception as error:  # a dead kernel, a time-out, a full disk: whatever it is, the user gets the same five lines
        return f"{type(error).__name__}: {str(error).strip() or 'no message'}"
    return ""


def _first_unfinished(document: nbformat.NotebookNode) -> int:
    """Return the number of the first code cell that did not run to its end without an error, or 0 when all did.

    papermill reports success after ``sys.exit()`` in a cell, and leaves the cells behind it without a run.
    """
    for number, cell in enumerate(document.cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        errors = [output for output in cell.outputs if output.output_type == "error"]
        done = cell.metadata.get("papermill", {}).get("status") == "completed" and "shell.execute_reply" in cell.metadata.get(
            "execution", {}
        )
        if errors or cell.execution_count is None or not done:
            return number
    return 0


def _failure(notebook: Path, document: nbformat.NotebookNode, cause: str, values: dict[str, Any], copy: Path) -> str:
    position = _first_unfinished(document)
    cell = document.cells[position - 1] if position else None
    errors = [output for output in (cell.get("outputs", []) if cell else []) if output.output_type == "error"]
    if not cause:
        cause = f"{errors[0].ename}: {errors[0].evalue}" if errors else "the cell did not run to its end (was the kernel stopped?)"
    stored = nbformat.read(notebook, as_version=4)
    numbers = {item.id: number for number, item in enumerate(stored.cells, start=1)}
    where = f"{numbers.get(cell.id, '?')} ({cell.id})" if cell else "?"
    cause = cause.strip().splitlines()[0]
    first_line = cell.source.strip().splitlines()[0] if cell and cell.source.strip() else ""
    given = ", ".join(f"{name}={value!r}" for name, value in values.items())
    return (
        f"notebook {notebook.name} failed\n  cell:       {where}  {first_line}\n  cause:      {cause}\n"
        f"  parameters: {given}\n  look at:    {copy}"
    )


def _without_clocks(document: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs between two equal runs: times, random ids, the Python version of the kernel."""
    document.metadata = nbformat.from_dict({"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}})
    for cell in document.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if "injected-parameters" in tags:
            cell.id = "injected-parameters"
    return document


def _isolate(root: Path) -> None:
    """Keep the user's Jupyter, IPython and matplotlib settings out of the build, and its hashing and threads steady."""
    for name in [name for name in os.environ if name.startswith(("JUPYTER_", "IPYTHON"))]:
        del os.environ[name]
    cache = root / ".venv" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    steady = {
        "IPYTHONDIR": str(cache / "ipython"),
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": "",
        "TZ": "UTC",
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    os.environ.update(steady)
    os.environ.pop("PYTHONPATH")


def main(arguments: list[str]) -> int:
    """Run the step that the command line names; print a line with its time, or the five lines of its failure."""
    started = time.monotonic()
    try:
        if not arguments or any("=" not in argument for argument in arguments[1:]):
            raise FruitmandError("usage: python -m fruitmand.build.run STEP edition=EDITION [name=value …]")
        _isolate(project_root())
        given = dict(argument.split("=", 1) for argument in arguments[1:])
        run_step(arguments[0], given)
    except FruitmandError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"  {arguments[0]:<24}{time.monotonic() - started:5.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
