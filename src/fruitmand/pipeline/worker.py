"""A process that does a job and says how it ended: a fork of the build's own, or where forks are not safe a new one.

On Linux a fork has all that its parent has imported. Elsewhere (macOS, whose system libraries do not survive a fork) every job starts
anew: ``python -m fruitmand.pipeline.worker JOB ANSWERS REQUESTS``.
"""

import contextlib
import ctypes
import gc
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path

from fruitmand.edition.command_line import explain
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.pipeline.environment import isolate
from fruitmand.pipeline.module_graph import note_imports
from fruitmand.pipeline.order import Job
from fruitmand.pipeline.run import run_job

FORKS = sys.platform == "linux"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


@dataclass
class Worker:
    """A process with the job that it does: where it answers, where it takes its next job, and what it has said so far."""

    pid: int
    job: Job
    answers: int
    requests: int
    started: float = field(default_factory=time.monotonic)
    said: bytes = b""

    def listen(self) -> dict[str, str] | None:
        """Return the answer when it has come whole, an empty one when the process is gone without, None when it is still to come."""
        more = os.read(self.answers, 1 << 16)
        self.said += more
        if more and not self.said.endswith(b"\n"):
            return None
        answer: dict[str, str] = json.loads(self.said) if self.said.endswith(b"\n") else {}
        self.said = b""
        return answer

    def ask(self, job: Job) -> None:
        """Give the next job to a process that stays."""
        self.job, self.started = job, time.monotonic()
        os.write(self.requests, json.dumps(asdict(job)).encode() + b"\n")

    def end(self) -> int:
        """Wait for the end of the process, and return its exit code, or the signal that killed it as a negative number."""
        os.close(self.requests)
        os.close(self.answers)
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        self.kill()  # what it started and left; its number is not given away before it is waited for
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self) -> None:
        """Kill the process and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def start(job: Job, root: Path, *, stays: bool = False) -> Worker:
    """Start a process that does a job; one that stays takes further jobs until there is nobody left to ask."""
    answers, told = os.pipe()
    asked, requests = os.pipe()
    if FORKS:
        gc.freeze()  # what there is so far is none of the child's garbage
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            gc.enable()
            os.close(answers)
            os.close(requests)
            _leave_with(parent)
            _work(job, root, told, asked if stays else -1)
    else:
        for end in (told, asked):
            os.set_inheritable(end, True)
        words = [sys.executable, "-m", "fruitmand.pipeline.worker", json.dumps(asdict(job)), str(told), str(asked if stays else -1)]
        pid = os.posix_spawn(sys.executable, words, os.environ, setpgroup=0)
    with contextlib.suppress(OSError):  # the child does so as well, whoever comes first
        os.setpgid(pid, pid)
    os.close(told)
    os.close(asked)
    return Worker(pid, job, answers, requests)


def _leave_with(parent: int) -> None:
    """Be killed when the build is killed; Linux alone can tell."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _work(job: Job, root: Path, told: int, asked: int) -> None:
    """Do jobs and answer for each; whatever happens, this process ends here."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for wanted in chain([job], _requests(asked)):
            answer = json.dumps({"error": attempt(wanted, root)}).encode() + b"\n"
            while answer:
                answer = answer[os.write(told, answer) :]
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
    finally:
        os._exit(0)


def _requests(asked: int) -> Iterator[Job]:
    """Yield the jobs that are asked for, until there is nobody left to ask."""
    if asked >= 0:
        with os.fdopen(asked) as stream:
            for line in stream:
                yield Job(**json.loads(line))


def attempt(job: Job, root: Path) -> str:
    """Do a job; return what went wrong, in words for a person, or an empty text."""
    try:
        run_job(job, root)
    except (FruitmandError, OSError, MemoryError) as error:
        return explain(error)
    except BaseException as error:  # whatever it is, the build tells it
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(f"{root}/")]
        place = f"\n  at {Path(own[-1].filename).relative_to(root)} line {own[-1].lineno}, in {own[-1].name}" if own else ""
        return f"{job} failed, and not because of its data: {explain(error)}{place}\n  this is a fault of the compendium; please report it"
    return ""


def main(arguments: list[str]) -> None:
    """Do the job that the command line describes, where forks are not safe."""
    isolate(project_root())
    note_imports()
    job, told, asked = arguments
    _work(Job(**json.loads(job)), project_root(), int(told), int(asked))


if __name__ == "__main__":
    main(sys.argv[1:])
