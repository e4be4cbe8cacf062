"""Build editions: in one process that imports what is needed, forks a job at a time for every processor, and ends.

A job is done when the jobs that it waits for are done and its record differs from the project. What comes out as it was stops the chain
there, since the next job's record does not differ then.
"""

import contextlib
import fcntl
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path

from fruitmand import pipeline
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import replace_folder, write
from fruitmand.edition.reading import raw_folder
from fruitmand.pipeline.jobs import find
from fruitmand.pipeline.order import Job, jobs
from fruitmand.pipeline.preload import FIRST, needed, prepare
from fruitmand.pipeline.record import Record, changed_since, read_record
from fruitmand.pipeline.run import notebook_path, scratch_of
from fruitmand.pipeline.worker import Worker, start

STAMP = "built"
"""A file beside an edition's results that is younger than all that they were made from; make looks no further."""
LOCK = ".lock"
"""A file that a build locks as long as it works on an edition."""
_TICK_S = 0.5
_GRACE_S = 10.0
_KINDS = ("check", "", "pages", "pdf", "step_files", "word", "report")  # what others wait for comes first


class Plan:
    """The jobs of one edition that are still to be done: all of them, or one that somebody asked for."""

    def __init__(self, edition: str, graph: Mapping[str, tuple[str, ...]], asked: Job | None = None) -> None:
        raw_folder(edition)
        self.edition, self.asked, self.ran, self.errors = edition, asked, 0, 0
        self.names = tuple(graph)
        self._rank = {name: (_rank(name), place) for place, name in enumerate(graph)}
        self._sorter = TopologicalSorter(graph)
        self._sorter.prepare()
        self._ready: list[str] = []

    def ready(self) -> list[str]:
        """Return the jobs that wait for no other, in the order in which they should be done; none after an error."""
        self._ready = sorted([*self._ready, *self._sorter.get_ready()], key=self._rank.__getitem__)
        return [] if self.errors else self._ready

    def job(self, name: str) -> Job:
        """Return a job by its name."""
        return self.asked or Job(self.edition, name)

    def take(self, name: str) -> None:
        """Take a job out of those that are ready."""
        self._ready.remove(name)

    def done(self, name: str) -> None:
        """Note that a job is done."""
        self._sorter.done(name)

    @property
    def complete(self) -> bool:
        """Whether all jobs are done."""
        return not self._sorter.is_active()


def _rank(name: str) -> int:
    kind = name.partition(".")[0]
    return _KINDS.index(kind if kind in _KINDS else "")


class Build:
    """A build of some editions; where it is told to keep them, the processes that typeset stay for the next build."""

    def __init__(self, root: Path, *, cores: int, keep: bool = False) -> None:
        self.root, self.cores, self.keep = root, cores, keep
        self.running: dict[int, Worker] = {}
        self.resident: dict[tuple[str, str], Worker] = {}
        self.imported: set[str] = set()
        self._parent = os.getppid()

    def run(self, editions: Sequence[str]) -> bool:
        """Build editions, each as far as it goes; return whether all came to their end.

        Raises
        ------
        FruitmandError
            When there is no such edition, or the notebooks name no order.
        """
        graph = jobs(self.root)
        return self._run([Plan(edition, graph) for edition in dict.fromkeys(editions)])

    def run_one(self, job: Job) -> bool:
        """Do one job, of which those that it builds on are done; return whether it came to its end.

        Raises
        ------
        FruitmandError
            When there is no such edition or job, or a parameter is wrong.
        """
        if find(job.name, self.root) is None:
            notebook_path(job, self.root)
        return self._run([Plan(job.edition, {job.name: ()}, job)])

    def _run(self, plans: list[Plan]) -> bool:
        with contextlib.ExitStack() as alone:
            for edition in sorted(plan.edition for plan in plans):
                alone.enter_context(_alone(self.root / "data" / "processed" / edition))
            return self._run_alone(plans)

    def _run_alone(self, plans: list[Plan]) -> bool:
        started = time.time_ns()
        self.plans = plans
        asked = (plan.asked for plan in plans if plan.asked)
        self._stale: dict[Job, Record | None] = {job: read_record(job.folder(self.root)) for job in asked}  # done in any case
        for name in FIRST:
            self._import(name)
        self._ahead = self._foreseen()
        try:
            while self._start() or self.running:
                self._wait()
        finally:
            self._end_all()
        for plan in self.plans:
            self._finish(plan, started)
        return not any(plan.errors for plan in self.plans)

    def _start(self) -> bool:
        """Start every job that can be started now; return whether there is one that could be, once it has what it needs."""
        again = True
        while again:
            again, waiting = False, False
            for plan in self.plans:
                for name in list(plan.ready()):
                    job = plan.job(name)
                    if not self._is_stale(job):
                        plan.take(name)
                        plan.done(name)
                        again = True
                    elif len(self.running) < self.cores and self._has_all(job):
                        plan.take(name)
                        self._do(job)
                    else:
                        waiting = True
        return waiting

    def _is_stale(self, job: Job) -> bool:
        """Return whether a job is to be done; tell when somebody changed what it made before."""
        if job not in self._stale:
            record = read_record(job.folder(self.root))
            if record is not None and not record.changes(job.given, self.root):
                return False
            if record is not None and (odd := record.odd_results(self.root)):
                for line in odd:
                    print(f"  {job.edition}  {line}; it is made anew", file=sys.stderr)
            self._stale[job] = record
        return True

    def _has_all(self, job: Job) -> bool:
        """Return whether what a job needs is imported. The check imports its own, while the build goes on."""
        missing = [] if job.name == "check" else [name for name in needed(job.name, self._stale[job]) if name not in self.imported]
        self._ahead = [*missing, *(name for name in self._ahead if name not in missing)] if missing else self._ahead
        return not missing

    def _foreseen(self) -> list[str]:
        """Return what jobs will need that differ from their records now, and then those that show what they make."""
        names: dict[str, None] = {}
        for plan in self.plans:
            records = {name: read_record(plan.job(name).folder(self.root)) for name in plan.names}
            stale = [name for name, record in records.items() if record is None or record.changes(plan.job(name).given, self.root)]
            shown = [name for name in records if stale and name.partition(".")[0] in ("pages", "pdf")]
            names |= {module: None for name in [*stale, *shown] if name != "check" for module in needed(name, records[name])}
        return [name for name in names if name not in self.imported]

    def _import(self, name: str) -> None:
        if name not in self.imported:
            prepare(name)
            self.imported.add(name)

    def _do(self, job: Job) -> None:
        sys.stdout.flush()
        stays = self.keep and job.name.startswith("pdf.")
        worker = self.resident.get((job.edition, job.name))
        if worker is not None:
            try:
                worker.ask(job)
            except BrokenPipeError:  # it was killed while it waited
                del self.resident[job.edition, job.name]
                worker.end()
                worker = None
        if worker is None:
            worker = start(job, self.root, stays=stays)
            if stays:
                self.resident[job.edition, job.name] = worker
        self.running[worker.answers] = worker

    def _wait(self) -> None:
        """Hear the jobs that ended; import something while there are none."""
        heard = select.select(list(self.running), [], [], 0 if self._ahead else _TICK_S)[0]
        for end in heard:
            worker = self.running[end]
            if (answer := worker.listen()) is not None:
                del self.running[end]
                self._tell(worker, answer)
        if not heard and self._ahead:
            self._import(self._ahead.pop(0))
        for worker in list(self.running.values()):
            if self._overdue(worker) or os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                worker.kill()
        if os.getppid() != self._parent:
            raise KeyboardInterrupt  # make was killed

    def _tell(self, worker: Worker, answer: dict[str, str]) -> None:
        """Tell how a job ended, and let those that wait for it begin."""
        job, plan = worker.job, next(plan for plan in self.plans if plan.edition == worker.job.edition)
        late = not answer and self._overdue(worker)
        key = (job.edition, job.name)
        if not answer or key not in self.resident:
            self.resident.pop(key, None)
            code = worker.end()
            answer = answer or {"error": self._died(worker, code, late=late)}
        self._stale.pop(job)
        if answer["error"]:
            plan.errors += 1
            print(answer["error"], file=sys.stderr, flush=True)
            return
        _say(f"  {job.edition}  {job.name:<28}{time.monotonic() - worker.started:5.2f} s")
        plan.ran += 1
        plan.done(job.name)

    def _died(self, worker: Worker, code: int, *, late: bool) -> str:
        """Return what to say of a process that ended without an answer; of a notebook the copy is kept as far as it came."""
        job = worker.job
        cause = f"killed by {signal.Signals(-code).name}" if code < 0 else f"the process ended with exit code {code} and without a word"
        if late:
            cause = f"the cell took longer than {pipeline.CELL_S} s, went on after it was told to stop, and was killed"
        elif code == -signal.SIGKILL:
            cause += " (memory full?)"
        scratch = scratch_of(job.folder(self.root), os.getpid())
        try:
            if find(job.name, self.root) is not None or not scratch.is_dir():
                return f"{job}: {cause}"
            from fruitmand.pipeline import notebook  # noqa: PLC0415 - imported by then, since a notebook was run

            path = notebook_path(job, self.root)
            error = notebook.failed(path, scratch, notebook.check(path, job.given), cause)
            replace_folder(scratch, job.folder(self.root))
            return str(error)
        except (FruitmandError, OSError, ValueError) as error:
            return f"{job}: {cause}; what it left could not be kept: {error}"
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _overdue(self, worker: Worker) -> bool:
        """Return whether a notebook's cell goes on although its time is over."""
        try:
            last = (scratch_of(worker.job.folder(self.root), os.getpid()) / pipeline.JOURNAL).stat().st_mtime
        except OSError:
            return False
        return time.time() - last > pipeline.CELL_S + _GRACE_S

    def _finish(self, plan: Plan, started: int) -> None:
        """Leave the mark by which make knows that an edition is built, unless something was changed meanwhile."""
        stamp = self.root / "data" / "processed" / plan.edition / STAMP
        if plan.errors or not plan.complete or plan.asked:
            stamp.unlink(missing_ok=True)
            return
        if not plan.ran:
            _say(f"  {plan.edition}  nothing to be done")
        stamp.unlink(missing_ok=True)  # the mark is young, whatever was there
        write(stamp, f"edition {plan.edition} is built\n")
        paths = list(sources(self.root, plan.edition))
        code = [path for path in paths if path.is_relative_to(self.root / "src") and path.suffix != ".toml"]
        if changed_since(paths, started) or changed_since(code, pipeline.LOADED_NS):
            stamp.unlink()  # last, so that what is saved after this look is younger than the mark

    def _end_all(self) -> None:
        """Kill what still runs and remove what it left, after an interruption."""
        for worker in self.running.values():
            worker.kill()
            worker.end()
            self.resident.pop((worker.job.edition, worker.job.name), None)
            shutil.rmtree(scratch_of(worker.job.folder(self.root), os.getpid()), ignore_errors=True)
        self.running.clear()

    def dismiss(self) -> None:
        """Let the processes go that stayed."""
        for worker in self.resident.values():
            worker.kill()
            worker.end()
        self.resident.clear()


def _say(text: str) -> None:
    """Tell a person; a build goes on when nobody listens any longer."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other build works on an edition: what one job reads must not be replaced before it is recorded."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"  {folder.name}  another build is at work on this edition; waiting for it", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # in words, since the processes that stay hold the file as well


def sources(root: Path, edition: str) -> Iterator[Path]:
    """Yield every file and folder that people write and an edition is built from."""
    for part in ("src", "notebooks", "requirements", f"data/raw/{edition}"):
        for folder, folders, files in os.walk(root / part, followlinks=True):
            folders[:] = [name for name in folders if name != "__pycache__" and name[0] != "." and not name.endswith(".egg-info")]
            if part != "src":  # Python puts compiled modules there
                yield Path(folder)
            yield from (Path(folder, name) for name in files if name[0] != "." and name[-1] != "~")  # editors put theirs there
