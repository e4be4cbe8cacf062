"""What the bench measures of this project: a report from nothing, after a change, when nothing changed, and from no environment at all."""

import contextlib
import os
import queue
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import notebook_names
from fruitmand.pipeline.published import MAKE, copy_project
from lab.bench_machine import clean_environment, compile_code, processes, timed, weigh

WATCH = (*MAKE[:-1], "watch")
BUILT = "built in"
"""What `make watch` says after a build."""
_PATIENCE_S, _LEAVE_S = 300.0, 30.0
_NO_OPS = 7


@dataclass(frozen=True)
class Edit:
    """A change of a file: a text that is in it once or more becomes another."""

    path: Path
    old: str
    new: str

    @contextlib.contextmanager
    def made(self) -> Iterator[None]:
        """Make the change a second after the build before, since nobody changes a file sooner, and take it back."""
        before = self.path.read_text(encoding="utf-8")
        time.sleep(1)
        self.path.write_text(before.replace(self.old, self.new, 1), encoding="utf-8")
        yield
        self.path.write_text(before, encoding="utf-8")

    def check_effect(self, made: Path) -> None:
        """Raise when no executed notebook shows the change: then nothing was built."""
        if self.new.strip() not in shown(made):
            raise FruitmandError(f"a change of {self.path.name} is not in the notebooks executed after it")


def shown(made: Path) -> str:
    """Return the text of the executed notebooks of an edition."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(made.glob("*/executed.ipynb")))


def raw_edit(folder: Path, edition: str) -> Edit:
    """Return a change of ``sources.csv``, which two notebooks read: a year of a citation."""
    path = folder / "data" / "raw" / edition / "sources.csv"
    year = re.search(r"\((\d{4})\)", path.read_text(encoding="utf-8"))
    if year is None:
        raise FruitmandError(f"{path.name} has no year to change")
    return Edit(path, year[0], f"({year[1]}, reprint)")


def text_edit(folder: Path, edition: str) -> Edit:
    """Return a change of one Dutch text: a heading that the report of an edition shows, in the one catalogue that has it."""
    seen = shown(folder / "data" / "processed" / edition)
    catalogues = [path for part in (f"data/raw/{edition}", "src") for path in sorted((folder / part).rglob("*nl.toml"))]
    lines = {path: path.read_text(encoding="utf-8").split("\n") for path in catalogues}
    held = Counter(line for found in lines.values() for line in found if line.startswith("## "))
    for path, found in lines.items():
        for line in found:
            if held[line] == 1 and line in seen:
                return Edit(path, f"{line}\n", f"{line} (herzien)\n")
    raise FruitmandError("no Dutch catalogue has a heading of its own that the report shows")


def as_draft(folder: Path, edition: str, name: str) -> None:
    """Make an edition's raw folder a draft of another name, which may change."""
    path = folder / "edition.toml"
    settings = path.read_text(encoding="utf-8").replace(f'edition = "{edition}"', f'edition = "{name}"')
    path.write_text(settings.replace('status = "published"', 'status = "draft"'), encoding="utf-8")


def draft_copy(root: Path, target: Path, edition: str) -> Path:
    """Return a copy of the project with one edition, as a draft, and with its code compiled."""
    copy = copy_project(root, target, [edition])
    as_draft(copy / "data" / "raw" / edition, edition, edition)
    compile_code(copy / "src")
    return copy


class Ours:
    """The measurements of this project, in copies of it."""

    def __init__(self, root: Path, scratch: Path, edition: str) -> None:
        self.root, self.scratch, self.edition = root, scratch, edition
        self.copy = draft_copy(root, scratch / "ours", edition)
        self.made = self.copy / "data" / "processed" / edition

    def turn(self) -> dict[str, float]:
        """Build from nothing, and after a change of a raw file and of a text, each in a process of its own."""
        self._clear()
        found = {"full": self._build()}
        for name, find in (("raw", raw_edit), ("text", text_edit)):
            edit = find(self.copy, self.edition)
            with edit.made():
                found[name] = self._build()
                edit.check_effect(self.made)
            self._build()
        return found

    def watched(self) -> dict[str, float]:
        """Build after the same changes under ``make watch``: seconds from saving to its line."""
        self._clear()
        found: dict[str, float] = {}
        with watching([*WATCH, f"EDITION={self.edition}"], self.copy) as lines:
            wait_for(lines, BUILT)
            for name, find in (("raw, watched", raw_edit), ("text, watched", text_edit)):
                edit = find(self.copy, self.edition)
                with edit.made():
                    started = time.monotonic()
                    wait_for(lines, BUILT)
                    found[name] = time.monotonic() - started
                    edit.check_effect(self.made)
                wait_for(lines, BUILT)
        return found

    def notebooks(self) -> dict[str, float]:
        """Build from nothing until the last notebook has run, with all that is done beside them: what the peers do, and no outputs."""
        self._clear()
        started = time.monotonic()
        with watching([*MAKE, f"EDITION={self.edition}"], self.copy) as lines:
            wait_for(lines, f" {notebook_names(self.copy)[-1]} ")
            return {"notebooks": time.monotonic() - started}

    def floor(self) -> dict[str, float]:
        """Run the cells alone and typeset what they show, with all imports done before."""
        self._clear()
        places = {"PYTHONPATH": f"{self.copy / 'src'}{os.pathsep}{self.root}", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        command = [".venv/bin/python", "-m", "lab.floor", self.edition]
        done = subprocess.run(command, cwd=self.copy, env=clean_environment(places), capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise FruitmandError(f"the cells alone failed:\n{done.stderr[-2000:]}")
        return {"floor": float(done.stdout)}

    def setup(self) -> dict[str, float]:
        """Build a report where there is no environment yet, and no cache of packages."""
        with self._stranger() as (folder, caches):
            return {"set-up": timed(["make", "--no-print-directory", "report", f"EDITION={self.edition}"], folder, caches)}

    def setup_by_pip(self, notebooks: str) -> dict[str, float]:
        """Make the environment by venv and pip, and run the notebooks by papermill's command line; ``notebooks`` are its commands."""
        with self._stranger() as (folder, caches):
            pip = ".venv/bin/python -m pip install --quiet"
            made = f'"{sys.executable}" -m venv .venv\n{pip} --require-hashes -r requirements/report.txt'
            own = f"{pip} --no-deps --no-build-isolation -e ."
            return {"set-up by pip": timed(["bash", "-ec", f"{made}\n{own}\n{notebooks}"], folder, caches)}

    @contextlib.contextmanager
    def _stranger(self) -> Iterator[tuple[Path, dict[str, str]]]:
        """Give a copy as somebody gets it, without an environment, and variables that name empty caches."""
        home = self.scratch / "stranger"
        folder = copy_project(self.root, home / "project", [self.edition])
        (folder / ".venv").unlink()
        yield folder, {"UV_CACHE_DIR": f"{home}/uv", "PIP_CACHE_DIR": f"{home}/pip"}
        shutil.rmtree(home)

    def nothing(self) -> tuple[float, int]:
        """Build when nothing changed, with a Python that leaves a trace; return the seconds, and how often it was started.

        Raises
        ------
        FruitmandError
            When a full build leaves no trace: then none proves nothing.
        """
        trace = self.scratch / "started"
        self._clear()
        with traced(self.copy / ".venv", trace):
            self._build()
            if not trace.exists():
                raise FruitmandError("a build does not start the Python of .venv/bin, so nobody sees whether one is started")
            self._build()
            trace.unlink(missing_ok=True)
            took = statistics.median(self._build() for _ in range(_NO_OPS))
        return took, len(trace.read_text().splitlines()) if trace.exists() else 0

    def memory(self) -> tuple[float, int]:
        """Return the memory of a full build in MiB, and how many of its processes stay after it."""
        self._clear()
        return weigh([*MAKE, f"EDITION={self.edition}"], self.copy)

    def editions(self, count: int) -> float:
        """Build so many copies of the edition at once, from nothing; return the seconds for each."""
        folder = copy_project(self.root, self.scratch / f"editions-{count}", [])
        compile_code(folder / "src")
        names = [f"{self.edition}-{number:03}" for number in range(1, count + 1)]
        for name in names:
            target = folder / "data" / "raw" / name
            shutil.copytree(self.root / "data" / "raw" / self.edition, target)
            as_draft(target, self.edition, name)
        took = timed([*MAKE, f"EDITION={' '.join(names)}"], folder)
        shutil.rmtree(folder)
        return took / count

    def _build(self) -> float:
        return timed([*MAKE, f"EDITION={self.edition}"], self.copy)

    def _clear(self) -> None:
        shutil.rmtree(self.made.parent, ignore_errors=True)
        shutil.rmtree(self.copy / "reports", ignore_errors=True)


@contextlib.contextmanager
def traced(environment: Path, trace: Path) -> Iterator[None]:
    """Put in the place of a link to an environment one like it whose Pythons write a line to a file before they start."""
    real = environment.resolve()
    environment.unlink()
    (environment / "bin").mkdir(parents=True)
    for path in (*(path for path in real.iterdir() if path.name != "bin"), *(real / "bin").iterdir()):
        new = environment / path.relative_to(real)
        if re.fullmatch(r"python[\d.]*", path.name):
            new.write_text(f'#!/bin/sh\necho started >> "{trace}"\nexec "{path}" "$@"\n')
            new.chmod(0o755)
        else:
            new.symlink_to(path)
    yield
    shutil.rmtree(environment)
    environment.symlink_to(real)


Lines = queue.Queue[str | None]


@contextlib.contextmanager
def watching(command: list[str], folder: Path) -> Iterator[Lines]:
    """Give the lines of a command while it runs, None when it has ended; then end it, if it has not, as Ctrl-C does.

    Raises
    ------
    FruitmandError
        When it, or a process that it started, does not end; then they are killed.
    """
    lines: Lines = queue.Queue()

    def read(stream: IO[str]) -> None:
        for line in stream:
            lines.put(line)
        lines.put(None)

    with subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        threading.Thread(target=read, args=(process.stdout,), daemon=True).start()
        try:
            yield lines
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LEAVE_S)
            left = [int(folder.name) for folder in processes(process.pid)]
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            if left:
                raise FruitmandError(f"{' '.join(command)} does not end with Ctrl-C: {len(left)} of its processes stayed")


def wait_for(lines: Lines, said: str) -> None:
    """Wait for a line with a text.

    Raises
    ------
    FruitmandError
        When the command ends first, or takes too long; the message has its last lines.
    """
    before: list[str] = []
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            line = None
        if line is None:
            raise FruitmandError(f"no line with {said!r} came; the last were:\n{''.join(before[-20:])}")
        if said in line:
            return
        before.append(line)
