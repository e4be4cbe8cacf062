"""Run commands for the bench: how long they take, what memory their processes take together, and whether any stays behind."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from fruitmand.edition.errors import FruitmandError

STEADY = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
"""What a build sets for itself, for those who run the notebooks in another way."""
_SAMPLE_S = 0.05
_MARK = "FRUITMAND_BENCH"


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a command's variables: those of this process, but for what a make hands on and what keeps Python from writing byte code."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    return {name: value for name, value in os.environ.items() if name not in left_out} | dict(more or {})


def timed(command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None) -> float:
    """Return how long a command takes, in seconds.

    Raises
    ------
    FruitmandError
        When it fails; the message has what it said.
    """
    started = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=clean_environment(more), capture_output=True, text=True, check=False)  # noqa: S603
    took = time.monotonic() - started
    if done.returncode:
        raise FruitmandError(f"{' '.join(command)[:200]} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return took


def compile_code(*folders: Path) -> None:
    """Compile the Python files below folders to byte code; those that no Python can read are left, since nobody imports them."""
    command = [sys.executable, "-m", "compileall", "-qq", "-j0", *map(str, folders)]
    subprocess.run(command, env=clean_environment(), check=False)  # noqa: S603


def weigh(command: Sequence[str], folder: Path) -> tuple[float, int]:
    """Return the largest memory that the processes of a command took together (Pss, in MiB), and how many stay a second after its end.

    They are those of its session, and those with its mark among their variables, wherever they went. It needs Linux.

    Raises
    ------
    FruitmandError
        When the command fails.
    """
    mark, peak = uuid4().hex, 0.0
    output = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=clean_environment({_MARK: mark}), stdout=output, stderr=output, start_new_session=True
    ) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_pss, processes(process.pid, mark))))
            time.sleep(_SAMPLE_S)
    if process.returncode:
        raise FruitmandError(f"{' '.join(command)[:200]} failed")
    time.sleep(1)
    return peak / 1024, len(processes(process.pid, mark))


def processes(session: int, mark: str = "") -> list[Path]:
    """Return the folders in ``/proc`` of the processes of a session, and of those with a mark among their variables."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, of_session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            marked = mark != "" and mark.encode() in (folder / "environ").read_bytes()
            if state != "Z" and (marked or int(of_session) == session):
                found.append(folder)
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


def _pss(process: Path) -> int:
    try:
        found = re.search(r"(?m)^Pss:\s+(\d+)", (process / "smaps_rollup").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0
