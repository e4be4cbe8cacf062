"""Run one job of the build, a notebook or a part of the report, with every way to fail closed.

Usage: ``python -m fruitmand.pipeline.run JOB edition=EDITION [engine=kernel] [name=value …]``

A job works in a folder of its own that takes the place of the old one only when all of it is there, with a record of what the job read.
When nothing that the record names has changed, the job does not run at all.
"""

import contextlib
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fruitmand.edition.errors import FruitmandError, NotebookError
from fruitmand.edition.file_access import loaded_modules, watch_reads
from fruitmand.edition.files import project_root, replace_folder
from fruitmand.edition.reading import raw_folder
from fruitmand.pipeline import LOADED, jobs
from fruitmand.pipeline.environment import isolate
from fruitmand.pipeline.record import NAME, Record, read_record, write_record

ENGINES = ("fruitmand", "kernel")
_THIS = "src/fruitmand/pipeline/run.py"  # by another name where it was started as a command


def run_job(job: str, given: Mapping[str, str], engine: str = "fruitmand") -> bool:
    """Run a job into ``data/processed/<edition>/<job>``; return False when it had nothing to do.

    Raises
    ------
    FruitmandError
        When there is no such job or edition, the parameters are wrong, or the job failed; of a notebook the message names notebook, cell,
        cause, parameters and where the executed copy is. The old result is gone then, and a report stays as it was.
    """
    root = project_root()
    work = _work(job, given, root)
    folder = root / "data" / "processed" / given["edition"] / job
    started = time.time_ns()
    before = read_record(folder)
    if before is not None and not before.changes(given, root):
        with contextlib.suppress(FileNotFoundError):  # another build has just put its own result here
            os.utime(folder / NAME)
        return False
    if before is not None:
        _as_made(before, root)
    with _scratch(folder) as scratch:
        try:
            read, made = work(scratch, engine)
        except NotebookError:
            replace_folder(scratch, folder)
            raise
        sources = write_record(scratch, folder, given, read | {_THIS}, elsewhere=made, root=root)
        # What was saved since it was read may be recorded as it is now; and a parameter of one's own is no setting of the next build.
        since = {path: LOADED if path.startswith("src/") else started for path in sources if (root / path).is_file()}
        if any((root / path).stat().st_mtime_ns >= moment for path, moment in since.items()):
            (scratch / NAME).unlink()
        elif set(given) - {"edition"}:
            os.utime(scratch / NAME, (0, 0))
        replace_folder(scratch, folder)  # with its record, since another build may do the same job at this moment
    return True


def _as_made(record: Record, root: Path) -> None:
    """Stop when a result of another job is not as that job made it, and have the next build make it anew."""
    odd = list(record.odd_results(root))
    for _, job in odd:
        (job / NAME).unlink(missing_ok=True)
    if odd:
        lines = "\n".join(f"  {path}" for path, _ in odd)
        cause = "were they changed or deleted? the next build makes them anew"
        raise FruitmandError(f"these results are not as their jobs made them ({cause}):\n{lines}")


Work = Callable[[Path, str], tuple[set[str], list[str]]]


def _work(job: str, given: Mapping[str, str], root: Path) -> Work:
    """Return what does a job: it takes the folder to write in and the engine, and returns what was read, and made elsewhere."""
    if "edition" not in given:
        raise FruitmandError(f"{job} needs to know its edition: give edition=EDITION")
    raw_folder(given["edition"])
    if (own := jobs.find(job)) is not None:
        return lambda scratch, _: _own(own, given["edition"], scratch, root)
    path = root / "notebooks" / f"{job}.ipynb"
    if not path.is_file():
        known = sorted([*jobs.JOBS, *(found.stem for found in path.parent.glob("*.ipynb"))])
        raise FruitmandError(f"there is no job {job!r}; there are: {', '.join(known)}")
    from fruitmand.pipeline import notebook  # noqa: PLC0415 - its libraries are of no use to the other jobs

    values = notebook.check(path, given)
    return lambda scratch, engine: _step(path, scratch, values, root, engine)


def _step(path: Path, scratch: Path, values: dict[str, Any], root: Path, engine: str) -> tuple[set[str], list[str]]:
    """Execute a notebook."""
    from fruitmand.pipeline import notebook  # noqa: PLC0415 - as above

    seen = watch_reads(root)
    read = notebook.execute(path, scratch, values, root, engine)
    return read | seen | loaded_modules("fruitmand", root), []


def _own(job: jobs.Job, edition: str, scratch: Path, root: Path) -> tuple[set[str], list[str]]:
    """Do a job of this project's own in this process."""
    seen = watch_reads(root)
    made = job(edition, scratch)
    return seen | loaded_modules("fruitmand", root), made


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give a new folder beside a job's folder, on the same disk; it is gone afterwards, and so are those of jobs killed on this machine."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    here = platform.node().replace(".", "-") or "here"
    for old in folder.parent.glob(f".*.{here}.*.scratch"):
        if not _alive(int(old.name.split(".")[-2])):
            shutil.rmtree(old, ignore_errors=True)
    scratch = folder.with_name(f".{folder.name}.{here}.{os.getpid()}.scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def main(arguments: list[str]) -> int:
    """Run the job that the command line names; print a line with its time, or what is wrong."""
    started = time.monotonic()
    try:
        if not arguments or any("=" not in argument for argument in arguments[1:]):
            raise FruitmandError("usage: python -m fruitmand.pipeline.run JOB edition=EDITION [engine=kernel] [name=value …]")
        isolate(project_root())
        given = dict(argument.split("=", 1) for argument in arguments[1:])
        engine = given.pop("engine", "fruitmand")
        if engine not in ENGINES:
            raise FruitmandError(f"there is no engine {engine!r}; there are: {', '.join(ENGINES)}")
        ran = run_job(arguments[0], given, engine)
    except (FruitmandError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    took = f"{time.monotonic() - started:5.2f} s" if ran else "unchanged"
    print(f"  {given['edition']}  {arguments[0]:<26}{took}\n", end="", flush=True)  # in one write, since jobs end side by side
    return 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # seed and threads are fixed when an interpreter and its libraries start
        isolate(project_root())
        os.execve(sys.executable, [sys.executable, "-m", "fruitmand.pipeline.run", *sys.argv[1:]], os.environ)  # noqa: S606
    sys.exit(main(sys.argv[1:]))
