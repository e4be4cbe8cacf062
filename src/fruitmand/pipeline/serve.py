"""The build's own server: it imports the libraries once, then forks for every job: ``… fruitmand.pipeline.serve FOLDER MAKE_PID FD``.

It serves one make; when that is gone it waits for some minutes in the idle place, where the next make may take it. Of this project every
job has the engine, which papermill loads, and what it needs to run at all; the other modules are on a shelf, so that a job has, and
records, only those that it uses.
"""

import contextlib
import gc
import importlib
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, Pipe

from fruitmand.edition.files import project_root
from fruitmand.pipeline.client import PLACE, private_folder
from fruitmand.pipeline.environment import isolate
from fruitmand.pipeline.idle import Memory, alive
from fruitmand.pipeline.libraries import FIRST, LATER, LIBRARIES, OWN, prepare
from fruitmand.pipeline.message import receive
from fruitmand.pipeline.shelf import Shelf

STAY_S = 300.0
"""How long the server waits for the next make."""
_ALIVE_S = 0.1
_LOOK_S, _TAKEN_S = 1.0, 2.0  # a client takes the socket, then it asks
_KEPT = 2  # one for each language


@dataclass
class Job:
    """A job that runs: the process group, what it was asked for, and the connection that waits for its exit code."""

    pid: int
    words: tuple[str, ...]
    connection: socket.socket


@dataclass
class Kept:
    """A process that works for the jobs of one document, and the connection to it."""

    pid: int
    connection: Connection


class Server:
    """A server: where it listens, its jobs, and what it keeps between makes."""

    def __init__(self, folder: str, make: int, memory: Memory) -> None:
        self.folder, self.make, self.memory = folder, make, memory
        self.jobs: dict[int, Job] = {}
        self.kept: dict[tuple[str, ...], Kept] = {}
        self.wanted: list[Callable[[], object]] = []
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{folder}/socket")  # noqa: PTH108 - of a server that was killed
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(f"{folder}/socket")
        self.listening.listen(64)
        self.number = os.lstat(f"{folder}/socket").st_ino
        self.woken, self.wake = socket.socketpair()
        self.wake.setblocking(False)
        signal.set_wakeup_fd(self.wake.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Serve one make after the other, until none has come for a while or what is imported is no longer right."""
        for name in FIRST:
            prepare(name)
        shelf = Shelf()
        sys.meta_path.insert(0, shelf)
        for own in (Shelf, Memory, prepare, private_folder, receive):  # they are of no module that jobs use
            del sys.modules[own.__module__]
        self.wanted = [*(partial(prepare, name) for name in LIBRARIES), *(partial(shelf.fill, name) for name in OWN)]
        while True:
            try:
                self._serve()
            finally:  # no job outlives its make, so that the next one finds a quiet place
                self._end_all()
            if not self._wait():
                break

    def _serve(self) -> None:
        """Take jobs, import libraries while there are none to take, and tell the ends of jobs, as long as the make lives."""
        while alive(self.make):
            waiting = [self.listening, self.woken, *(job.connection for job in self.jobs.values())]
            ready = select.select(waiting, [], [], 0 if self.wanted else _ALIVE_S)[0]
            if self.wanted and not ready:  # the first jobs need few libraries, and run while the others are imported
                self.wanted.pop(0)()
            for source in ready:
                if source is self.listening:
                    self._accept()
                elif source is self.woken:
                    self.woken.recv(64)
                else:  # the client is gone: its make was interrupted
                    for job in [job for job in self.jobs.values() if job.connection is source]:
                        _kill(job)
            self._bury()

    def _bury(self) -> None:
        """Tell the ends of jobs, and forget the processes that ended."""
        for pid, code in _ended():
            if pid in self.jobs:
                self._tell(self.jobs.pop(pid), code)
            for words in [words for words, kept in self.kept.items() if kept.pid == pid]:
                self._drop(words)

    def _accept(self) -> None:
        """Fork for the next job; do nothing when its client is gone before it has said what it wants."""
        connection, _ = self.listening.accept()
        words, fds = receive(connection)
        if len(fds) == 2 and len(words) > 1:
            kept = self._keeper(words) if words[1].startswith("render.") else None
            pid = self._fork(partial(_run, words, connection, fds, kept), kept)
            self.jobs[pid] = Job(pid, words, connection)
        else:
            connection.close()
        for fd in fds:
            os.close(fd)

    def _fork(self, work: Callable[[], int], kept: Connection | None) -> int:
        """Return the process that does a piece of work and ends with its exit code; of the server's connections it has one at most."""
        gc.freeze()  # what there is so far is none of the child's garbage
        if pid := os.fork():
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            return pid
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        gc.enable()
        for end in (self.listening, self.woken, self.wake, *(job.connection for job in self.jobs.values())):
            end.close()
        for other in (one.connection for one in self.kept.values() if one.connection is not kept):
            other.close()
        os._exit(work())

    def _keeper(self, words: tuple[str, ...]) -> Connection:
        """Return the connection to the process that works for a document, which stays for the next time."""
        if words not in self.kept:
            if len(self.kept) == _KEPT:
                self._drop(next(iter(self.kept)))
            ours, theirs = Pipe()
            self.kept[words] = Kept(self._fork(partial(_keep, theirs), None), ours)
            theirs.close()
        return self.kept[words].connection

    def _drop(self, words: tuple[str, ...]) -> None:
        if words in self.kept:
            self.kept.pop(words).connection.close()

    def _tell(self, job: Job, code: int) -> None:
        """Tell a client how its job ended."""
        if code:  # an answer for it may still be under way
            self._drop(job.words)
        with contextlib.suppress(OSError):
            job.connection.send(bytes([code]))
        job.connection.close()

    def _end_all(self) -> None:
        for job in self.jobs.values():
            _kill(job)
        for pid, job in self.jobs.items():
            os.waitpid(pid, 0)
            self._tell(job, 128 + signal.SIGKILL)
        self.jobs.clear()

    def _wait(self) -> bool:
        """Wait in the idle place, which is for one server of a user's; return whether a make has come."""
        if not self._listens():
            return False
        place = private_folder(PLACE)
        os.rename(f"{self.folder}/socket", f"{place}/socket")  # noqa: PTH104 - whoever waited there goes
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = place
        for name in LATER:
            prepare(name)
        self.memory.complete()
        until, seen = time.monotonic() + STAY_S, time.monotonic()
        while time.monotonic() < min(until, seen + _TAKEN_S) and self.memory.there():
            ready = select.select([self.listening, self.woken], [], [], _LOOK_S)[0]
            if self.woken in ready:
                self.woken.recv(64)
                self._bury()
            if self.listening in ready and (asked := self._asked()) is not None:
                return asked
            if self._listens():
                seen = time.monotonic()
        return False

    def _asked(self) -> bool | None:
        """Return whether the make that asks for this server can have it; None when it was no make."""
        connection, _ = self.listening.accept()
        words, fds = receive(connection)
        for fd in fds:  # a late job of the make that is gone
            os.close(fd)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            if len(words) != 5 or words[0]:
                return None
            _, where, folder, make, circumstances = words
            if self.memory.serves(where, circumstances):
                os.rename(f"{folder}/taken", f"{folder}/socket")  # noqa: PTH104 - fails when the client gave up
                self.folder, self.make = folder, int(make)
                with contextlib.suppress(OSError):  # else it sees that the socket is there
                    connection.send(b"!")
                return True
        return False

    def leave(self) -> None:
        """Leave no folder behind, but that of a server that has come instead."""
        if self._listens():
            shutil.rmtree(self.folder, ignore_errors=True)

    def _listens(self) -> bool:
        try:
            return os.lstat(f"{self.folder}/socket").st_ino == self.number
        except OSError:
            return False


def _run(words: tuple[str, ...], connection: socket.socket, fds: list[int], kept: Connection | None) -> int:
    """Run a job in the child; whatever happens, there is an exit code and the streams are flushed."""
    code = 1
    try:
        connection.close()
        os.dup2(fds[0], 1)
        os.dup2(fds[1], 2)
        os.chdir(words[0])
        if kept is not None:
            importlib.import_module("fruitmand.outputs.kept").given = kept  # type: ignore[attr-defined]
        code = importlib.import_module("fruitmand.pipeline.run").main(list(words[1:]))
    except BaseException:  # the child must never return into the server's loop
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
    return code


def _keep(connection: Connection) -> int:
    """Work for jobs in the child as long as somebody has the other end; nothing else stays open, above all no client's output."""
    _close_all_but(connection.fileno())
    with contextlib.suppress(BaseException):  # a job does without it
        importlib.import_module("fruitmand.outputs.kept").work(connection)
    return 0


def _close_all_but(fd: int) -> None:
    os.closerange(3, fd)
    os.closerange(fd + 1, 1024)


def _ended() -> list[tuple[int, int]]:
    """Return the jobs that ended since, with their exit codes as a shell writes them."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (done := os.waitpid(-1, os.WNOHANG))[0]:
            code = os.waitstatus_to_exitcode(done[1])
            found.append((done[0], 128 - code if code < 0 else code))
    return found


def _kill(job: Job) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(job.pid, signal.SIGKILL)


def main(folder: str, make: str, told: str) -> int:
    """Detach from the terminal, then serve; an import makes much that stays and no garbage, so that looking for it would be in vain."""
    gc.disable()
    memory = Memory(project_root())
    isolate(memory.root)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1):
        os.dup2(null, fd)
    _close_all_but(int(told))  # make's own pipes, so that nobody waits for this process to end
    server = Server(folder, int(make), memory)
    os.dup2(null, 2)  # from here on errors go to the jobs' own streams
    os.write(int(told), b"!")
    os.close(int(told))
    try:
        server.serve()
    finally:
        server.leave()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
