"""Execute a notebook by papermill, and find every way in which papermill lets a failure pass."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from fruitmand import pipeline
from fruitmand.edition.errors import FruitmandError, NotebookError
from fruitmand.edition.files import write
from fruitmand.pipeline.engine import from_journal
from fruitmand.pipeline.order import LANGUAGES
from fruitmand.pipeline.parameters import check_parameters
from fruitmand.report.blocks import shown_blocks

LINES = 40
"""How many lines of a cell's error are told."""


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
        argv = [sys.executable, "-m", "fruitmand.pipeline.kernel", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="fruitmand", language="python")


def check(path: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """Return a notebook's parameters with their types; a wrong, unknown or missing one is an error before anything runs."""
    values = check_parameters(path, given)
    if "edition" not in values:
        raise FruitmandError(f"{path.name} has no parameter 'edition'")
    return values


def execute(path: Path, scratch: Path, values: dict[str, Any], root: Path, engine: str) -> set[str]:
    """Execute a notebook into a scratch folder: ``executed.ipynb`` without its clocks, and the blocks that it shows, by language.

    Parameters
    ----------
    path : Path
        The notebook.
    scratch : Path
        Folder for the executed copy and for what the notebook writes.
    values : dict
        Its parameters.
    root : Path
        The project.
    engine : str
        ``fruitmand`` runs it in this very process, ``kernel`` in a stock kernel. Both give the same bytes.

    Returns
    -------
    set of str
        What a kernel read, relative to the project; empty when this process ran the notebook, and so read all by itself.

    Raises
    ------
    NotebookError
        When a cell failed or did not run to its end; the scratch folder then holds ``failed.ipynb`` alone.
    """
    draft = scratch / ".draft.ipynb"
    os.environ["FRUITMAND_SCRATCH"] = str(scratch)
    try:
        cause, read = (_in_this_process if engine == "fruitmand" else _in_kernel)(path, draft, values, root)
    finally:
        del os.environ["FRUITMAND_SCRATCH"]
    if cause:
        raise failed(path, scratch, values, cause)
    draft.unlink()
    return read


def failed(path: Path, scratch: Path, values: Mapping[str, Any], cause: str) -> NotebookError:
    """Leave nothing in a scratch folder but ``failed.ipynb``, as far as the notebook came; return the error that says what happened."""
    draft, journal = scratch / ".draft.ipynb", scratch / pipeline.JOURNAL
    document = nbformat.read(draft if draft.is_file() else path, as_version=4)
    if not draft.is_file() and journal.is_file():
        document = from_journal(_injected(path, values), journal)
    for leftover in scratch.iterdir():
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    nbformat.write(document, scratch / "failed.ipynb")
    copy = Path("data/processed", str(values["edition"]), path.stem, "failed.ipynb")
    return NotebookError(_failure(path, document, cause, values, copy))


def _in_this_process(path: Path, draft: Path, values: dict[str, Any], root: Path) -> tuple[str, set[str]]:
    """Run papermill in this process, which is a fork of the build's own; if it dies the build finds the journal."""
    journal = draft.with_name(pipeline.JOURNAL)
    cause = _papermill(path, draft, values, root, engine_name="fruitmand", request_save_on_cell_execute=False, journal=str(journal))
    if not cause:
        journal.unlink(missing_ok=True)
    return cause, set()


def _injected(path: Path, values: Mapping[str, Any]) -> nbformat.NotebookNode:
    """Return a notebook with its parameters injected, as papermill runs it."""
    document = load_notebook_node(str(path))
    return parameterize_notebook(document, dict(values), kernel_name="python3", language="python")


def _in_kernel(path: Path, draft: Path, values: dict[str, Any], root: Path) -> tuple[str, set[str]]:
    """Run papermill with a kernel; the kernel writes down what it read when it stops."""
    reads = draft.with_name(".reads.json")
    os.environ["FRUITMAND_READS"] = str(reads)
    cause = _papermill(path, draft, values, root, kernel_manager_class=OwnKernelManager)
    found = set(json.loads(reads.read_text(encoding="utf-8"))) if reads.is_file() else set()
    reads.unlink(missing_ok=True)
    if not cause and not found:
        cause = "the kernel stopped without saying what it read"
    return cause, found


def _papermill(path: Path, draft: Path, values: dict[str, Any], root: Path, **engine: Any) -> str:
    """Run papermill; return the cause of a failure, or an empty text when all cells ran to their end and the executed copy is written."""
    try:
        document = papermill.execute_notebook(
            str(path),
            str(draft),
            parameters=values,
            cwd=str(root),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            execution_timeout=pipeline.CELL_S,
            **engine,
        )
        if number := _first_unfinished(document):
            errors = [output for output in document.cells[number - 1].outputs if output.output_type == "error"]
            return _said(errors[0].ename, errors[0].evalue) if errors else "the cell did not run to its end (was the kernel stopped?)"
        write(draft.with_name("executed.ipynb"), nbformat.writes(_without_clocks(document)) + "\n")
        shown = shown_blocks(document.cells)
        for language in LANGUAGES:  # also when there is nothing to show, so that what comes later is seen
            write(draft.with_name(f"shown.{language}.json"), json.dumps(shown.get(language, []), ensure_ascii=False) + "\n")
    except PapermillExecutionError as error:
        return _said(error.ename, error.evalue)
    except BaseException as error:  # a dead kernel, a time-out, a full disk: whatever it is, the user gets the same five lines
        return _said(type(error).__name__, str(error))
    return ""


def _said(kind: str, message: str) -> str:
    """Return what an error says: all of its lines, or as many as a person reads, and how many there are besides."""
    first, *rest = message.strip().splitlines() or ["no message"]
    more = [f"  … and {len(rest) - LINES} lines more, all of them in the executed copy"] if len(rest) > LINES else []
    return "\n".join([f"{kind}: {first}", *rest[:LINES], *more])


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


def _failure(path: Path, document: nbformat.NotebookNode, cause: str, values: Mapping[str, Any], copy: Path) -> str:
    position = _first_unfinished(document)
    cell = document.cells[position - 1] if position else None
    stored = nbformat.read(path, as_version=4)
    numbers = {item.id: number for number, item in enumerate(stored.cells, start=1)}
    where = f"{numbers.get(cell.id, '?')} ({cell.id})" if cell else "?"
    cause = cause.strip().replace("\n", "\n              ")
    first_line = cell.source.strip().splitlines()[0] if cell and cell.source.strip() else ""
    given = ", ".join(f"{name}={value!r}" for name, value in values.items())
    return (
        f"notebook {path.name} failed\n  cell:       {where}  {first_line}\n  cause:      {cause}\n"
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
