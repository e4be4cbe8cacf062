"""Interrupt builds at random moments and see that nothing half written stays: ``python -m lab.faults EDITION [FAULTS [SEED]]``.

After every interruption the published report must be whole, and the next build must end with the same bytes. Processes are found in
``/proc``, so this needs Linux.
"""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

from fruitmand.edition import validation_cache
from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import raw_folder
from fruitmand.pipeline.build import LOCK
from fruitmand.pipeline.published import MAKE, built, checksums, copy_project

FAULTS = 50
KINDS = ("interrupt", "end the make", "kill the make", "kill the build", "kill a job", "disk full", "memory full")
LEFT_S = 5.0
"""How long what a struck build leaves may go on."""


def processes() -> Iterator[tuple[int, list[str]]]:
    """Yield every process that runs, with its state, parent, group, session and what else Linux tells of it."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it is gone by now
            yield int(path.parent.name), path.read_text().rpartition(")")[2].split()


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    return [number for number, (_, parent, *_) in processes() if int(parent) == pid]


def limits(kind: str, random: Random) -> Callable[[], None] | None:
    """Return what limits a build's files or memory before it starts, for the kinds that do so."""
    if kind == "disk full":
        size = random.randrange(20_000, 900_000)
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    if kind == "memory full":
        size = random.randrange(250, 700) << 20
        return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))
    return None


def strike(kind: str, make: subprocess.Popen[str], random: Random) -> None:
    """Do to a running build what its kind says; a target that is gone already is left alone."""
    build = next(iter(children(make.pid)), 0)
    try:
        match kind:
            case "interrupt":
                os.killpg(make.pid, signal.SIGINT)
            case "end the make":
                os.kill(make.pid, signal.SIGTERM)
            case "kill the make":
                os.kill(make.pid, signal.SIGKILL)
            case "kill the build" if build:
                os.kill(build, signal.SIGKILL)
            case "kill a job" if build and (jobs := children(build)):
                job = random.choice(jobs)
                os.kill(random.choice([job, *children(job)]), signal.SIGKILL)
    except ProcessLookupError:
        pass


def interrupted(folder: Path, edition: str, kind: str, moment: float, random: Random) -> str:
    """Build in a folder with a fault at a moment, in seconds from the start; return how the build ended."""
    make = subprocess.Popen(  # noqa: S603
        [*MAKE, f"EDITION={edition}"],
        cwd=folder,
        start_new_session=True,
        preexec_fn=limits(kind, random),  # noqa: PLW1509 - this process has one thread
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        make.wait(timeout=moment)
    except subprocess.TimeoutExpired:
        strike(kind, make, random)
    make.communicate(timeout=300)  # until nobody has its errors open any more
    until = time.monotonic() + LEFT_S
    while (left := of_session(make.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    if left:
        raise FruitmandError(f"{kind}: {len(left)} processes still run after {LEFT_S:.0f} s")
    return "ended well" if make.returncode == 0 else f"failed with {make.returncode}"


def of_session(session: int) -> list[int]:
    """Return the processes of a session that still run."""
    return [number for number, (state, _, _, own, *_) in processes() if int(own) == session and state != "Z"]


def leftovers(folder: Path) -> list[str]:
    """Return what no build should leave: scratch folders and temporary files, all of them hidden; a check's record and a lock are too."""
    roots = (folder / "data" / "processed", folder / "reports")
    hidden = (path for root in roots for path in root.rglob(".*") if path.name not in (validation_cache.NAME, LOCK))
    return sorted(str(path.relative_to(folder)) for path in hidden)


@command
def main(arguments: list[str]) -> int:
    """Interrupt as many builds as the command line says; print a line a fault, and whether all were recovered from."""
    started, lost = time.monotonic(), 0
    if len(arguments) not in (1, 2, 3) or sys.platform != "linux":
        raise FruitmandError("usage: make faults [EDITION=…] [TIMES=FAULTS [SEED]], on Linux")
    edition, faults, seed = (*arguments, *(str(FAULTS), "1")[len(arguments) - 1 :])
    raw_folder(edition)
    random = Random(int(seed))  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="fruitmand.") as scratch:
        folder = copy_project(project_root(), Path(scratch) / "faults", [edition])
        before = time.monotonic()
        subprocess.run([*MAKE, f"EDITION={edition}"], cwd=folder, check=True, capture_output=True)  # noqa: S603
        usual, wanted = time.monotonic() - before, built(folder, edition)
        for number in range(int(faults)):
            kind, moment = KINDS[number % len(KINDS)], random.uniform(0.1, usual)
            said, good = strike_and_recover(folder, edition, kind, moment, random=random, wanted=wanted)
            lost += not good
            print(f"{number + 1:>3}  {kind:<16} at {moment:5.2f} s  {said}", flush=True)
    print(f"{int(faults) - lost} of {faults} interruptions recovered from to the same bytes; {time.monotonic() - started:.0f} s")
    return 1 if lost else 0


def strike_and_recover(
    folder: Path, edition: str, kind: str, moment: float, *, random: Random, wanted: Mapping[str, str]
) -> tuple[str, bool]:
    """Strike a build that begins with nothing but the published report; return how it ended, and whether the next one made all good."""
    shutil.rmtree(folder / "data" / "processed" / edition)
    published = {name: digest for name, digest in wanted.items() if not name.startswith("processed/")}
    ended = interrupted(folder, edition, kind, moment, random)
    whole = checksums(folder / "reports" / edition) == published
    again = subprocess.run([*MAKE, f"EDITION={edition}"], cwd=folder, check=False, capture_output=True, text=True)  # noqa: S603
    same, left = built(folder, edition) == wanted, leftovers(folder)
    good = whole and again.returncode == 0 and same and not left
    told = f"report whole {whole}, next build {again.returncode}, same bytes {same}, left over {left} {again.stderr[-300:]}"
    return f"{ended:<16}  {'recovered' if good else f'LOST: {told}'}", good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
