"""Do one job, with every way to fail closed.

A job works in a folder of its own that takes the place of the old one only when all of it is there, with a record of what the job read.
"""

import contextlib
import json
import os
import platform
import shutil
import time
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from fruitmand.edition.errors import FruitmandError, NotebookError
from fruitmand.edition.file_access import DECLARED, watch_reads
from fruitmand.edition.files import notebook_names, replace_folder
from fruitmand.edition.reading import raw_folder
from fruitmand.pipeline import LOADED_NS, jobs
from fruitmand.pipeline.module_graph import NOTEBOOK, forget_notebook, own_files, reached
from fruitmand.pipeline.order import Job
from fruitmand.pipeline.record import changed_since, make_record, write_record


def run_job(job: Job, root: Path) -> None:
    """Do a job into ``data/processed/<edition>/<job>``.

    Raises
    ------
    FruitmandError
        When there is no such job or edition, the parameters are wrong, or the job failed; of a notebook the message names notebook, cell,
        cause, parameters and where the executed copy is. The old result is gone then, and a report stays as it was.
    """
    raw_folder(job.edition)
    started = time.time_ns()
    folder = job.folder(root)
    with _scratch(folder) as scratch:
        own = jobs.find(job.name, root)  # it lists the notebooks, which is no input of every job
        seen = _reads(root)
        if own is not None:
            read, made, modules = set[str](), own(job.edition, scratch), reached([jobs.__name__])
        else:
            read, made = _execute(job, scratch, root), []
            modules = reached([NOTEBOOK, "fruitmand.pipeline.notebook", "fruitmand.pipeline.engine"])
            check_declared(job, scratch, seen | read)
        names = seen | read | own_files(modules, root)
        record = make_record(scratch, folder, job.given, names, elsewhere=made, modules=modules, root=root)
        # What was saved since it was read may be recorded as it is now; without a record the job is done again.
        of_code = {root / path for path in (*record.read, *record.used) if path.startswith("src/") and not path.endswith(".toml")}
        others = {root / path for path in (*record.read, *record.used) if not path.startswith("data/processed/")} - of_code
        if not changed_since(of_code, LOADED_NS) and not changed_since(others, started):
            write_record(record, scratch)
        replace_folder(scratch, folder)


def _execute(job: Job, scratch: Path, root: Path) -> set[str]:
    """Execute a notebook; return what a kernel read."""
    from fruitmand.pipeline import notebook  # noqa: PLC0415 - its libraries are of no use to the other jobs

    path = notebook_path(job, root)
    values = notebook.check(path, job.given)
    forget_notebook()
    try:
        return notebook.execute(path, scratch, values, root, job.engine)
    except NotebookError:
        replace_folder(scratch, job.folder(root))
        raise


def notebook_path(job: Job, root: Path) -> Path:
    """Return the notebook of a job.

    Raises
    ------
    FruitmandError
        When there is no such notebook; a name that leads out of the folder is none.
    """
    path = root / "notebooks" / f"{job.name}.ipynb"
    if Path(job.name).name != job.name or not path.is_file():
        known = sorted([*jobs.NAMES, *notebook_names(root)])
        raise FruitmandError(f"there is no job {job.name!r}; there are: {', '.join(known)}, step_files.STEP")
    return path


def check_declared(job: Job, scratch: Path, names: Iterable[str]) -> None:
    """Check that a notebook read nothing that it does not declare, whenever and however it read it.

    Raises
    ------
    FruitmandError
        With every raw file that is not declared, and everything of another edition or of a step that is not named as earlier.
    """
    declaration = scratch / DECLARED
    if not declaration.is_file():  # a notebook without a step
        return
    declared = json.loads(declaration.read_text(encoding="utf-8"))
    declaration.unlink()
    raw = [f"data/raw/{job.edition}/{pattern}" for pattern in declared["reads"]]
    earlier = [f"data/processed/{job.edition}/{step}/*" for step in declared["earlier"]]
    code = ("src/", "notebooks/", "requirements/", ".venv")
    files = (name for name in names if not name.startswith(code) and name[-1] != "/" and not _hidden(name))
    if odd := sorted(
        {name.partition("#")[0] for name in files if not any(fnmatch(name.partition("#")[0], one) for one in (*raw, *earlier))}
    ):
        raise FruitmandError(
            f"{job.name} reads {', '.join(odd)} but does not declare it: add it to reads or earlier, and to the notebook's Reads"
        )


def _hidden(name: str) -> bool:
    """Return whether a file is one of the build's own: in a scratch folder, or with a dot before its name."""
    return name.startswith("data/processed/") and "/." in name


@cache
def _reads(root: Path) -> set[str]:
    """Return what this process reads in its life: a process that does a job again has some of it in its memory."""
    return watch_reads(root)


def scratch_of(folder: Path, build: int) -> Path:
    """Return where the job of a folder is done for a build, told by its process: beside the folder, on the same disk."""
    return folder.with_name(f".{folder.name}.{_here()}.{build}.scratch")


def _here() -> str:
    return platform.node().replace(".", "-") or "here"


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give a new folder beside a job's folder; it is gone afterwards, and so are those of builds killed on this machine."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.glob(f".*.{_here()}.*.scratch"):
        if not _alive(int(old.name.split(".")[-2])):
            shutil.rmtree(old, ignore_errors=True)
    scratch = scratch_of(folder, os.getppid())
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _alive(pid: int) -> bool:
    """Return whether a process runs, whoever started it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
