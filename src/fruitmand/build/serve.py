"""The build's own server: it imports the libraries once, then forks for every job: ``python -m fruitmand.build.serve FOLDER MAKE_PID FD``.

It lives as long as the make that it serves. Of this project every job has the engine, which papermill loads, and what it needs to run at
all; the other modules are on a shelf, so that a job has, and records, only those that it uses.
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
from dataclasses import dataclass
from functools import partial

from fruitmand.build.shelf import Shelf
from fruitmand.build.surroundings import isolate
from fruitmand.data.files import project_root

FIRST = ("pydantic", "pandas", "fruitmand.build.run")
"""What every job needs; the check, with which a build begins, imports pandera besides, while the server goes on."""
LIBRARIES = (
    "IPython.core.interactiveshell",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "papermill",
    "papermill.engines",
    "nbformat",
    "nbclient",
    "pandas.core.methods.to_dict",
    "pandas.io.formats.csvs",
    "pandas.io.formats.string",
    "tomllib",
    "babel.numbers",
    "babel.dates",
    "matplotlib.figure",
    "matplotlib.font_manager",
    "matplotlib.backends.backend_svg",
    "matplotlib.backends.backend_agg",
    "matplotlib.style",
    "seaborn",
    "krippendorff",
    "nbconvert.exporters",
    "jinja2.ext",
    "pygments.formatters",
    "pygments.lexers.python",
    "pygments.styles.default",
    "pypandoc",
    "typst",
    "xlsxwriter",
    "pypdf",
)
"""What the other jobs need, in their order."""
OWN = (
    "fruitmand.build.notebook",
    "fruitmand.page.step",
    "fruitmand.page.figures",
    "fruitmand.page.tables",
    "fruitmand.page.tiles",
    "fruitmand.page.overviews",
    "fruitmand.page.ledger",
    "fruitmand.page.coverage",
    "fruitmand.page.surveys",
    "fruitmand.analysis.named",
    "fruitmand.analysis.coding",
    "fruitmand.analysis.review",
    "fruitmand.build.disclosure",
    "fruitmand.build.report",
)
"""Modules of the project for the shelf; those that import scipy are left to the few jobs that need them."""
_ALIVE_S = 0.5
_CLIENT_S = 5.0  # a client says at once what it wants


@dataclass
class Job:
    """A job that runs: the process group, and the connection that waits for its exit code."""

    pid: int
    connection: socket.socket


def serve(folder: str, make: int, told: int) -> None:
    """Serve until the make that asked for it is gone."""
    listening = socket.socket(socket.AF_UNIX)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(f"{folder}/socket")  # noqa: PTH108 - of a server that was killed
    listening.bind(f"{folder}/socket")
    listening.listen(64)
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    os.dup2(0, 2)  # from here on errors go to the jobs' own streams
    os.write(told, b"!")
    os.close(told)
    jobs: dict[int, Job] = {}
    try:
        for name in FIRST:
            prepare(name)
        _serve(make, listening, woken, wake, jobs)
    finally:  # no job outlives its make, so that the next one finds a quiet place
        for job in jobs.values():
            _kill(job)
        for job in jobs.values():
            os.waitpid(job.pid, 0)


def _serve(make: int, listening: socket.socket, woken: socket.socket, wake: socket.socket, jobs: dict[int, Job]) -> None:
    """Take jobs, import libraries while there are none to take, and tell the ends of jobs, as long as the make lives."""
    shelf = Shelf()
    sys.meta_path.insert(0, shelf)
    del sys.modules[Shelf.__module__]  # it is no module that jobs use
    wanted = [*(partial(prepare, name) for name in LIBRARIES), *(partial(shelf.fill, name) for name in OWN)]
    while _alive(make):
        waiting = [listening, woken, *(job.connection for job in jobs.values())]
        ready = select.select(waiting, [], [], 0 if wanted else _ALIVE_S)[0]
        if wanted and not ready:  # the first jobs need few libraries, and run while the others are imported
            wanted.pop(0)()
        for source in ready:
            if source is listening:
                if (taken := _accept(listening, [woken, wake])) is not None:
                    jobs[taken.pid] = taken
            elif source is woken:
                woken.recv(64)
            else:  # the client is gone: its make was interrupted
                for job in [job for job in jobs.values() if job.connection is source]:
                    _kill(job)
        for pid, code in _ended():
            job = jobs.pop(pid)
            with contextlib.suppress(OSError):
                job.connection.send(bytes([code]))
            job.connection.close()


def prepare(name: str) -> None:
    """Import a library, and make it do what it puts off until it is used.

    seaborn does without scipy and statsmodels where they are not installed. It is imported as if they were not: they take six times as
    long to import as all of seaborn, and of seaborn only the heat map is used. Who asks for them afterwards gets them.
    """
    absent = {"scipy", "statsmodels"} - sys.modules.keys() if name == "seaborn" else ()
    sys.modules |= dict.fromkeys(absent)  # type: ignore[arg-type]
    module = importlib.import_module(name)
    for library in absent:
        del sys.modules[library]
    if name == "babel.numbers":
        for language in ("nl", "en"):
            module.format_decimal(1.5, locale=language)
    if name == "nbformat":
        for relaxed in (False, True):
            module.validate(module.v4.new_notebook(), relax_add_props=relaxed)
    if name == "pygments.lexers.python":
        module.PythonLexer()


def _accept(listening: socket.socket, others: list[socket.socket]) -> Job | None:
    """Fork for the next job; return None when its client is gone before it has said what it wants."""
    connection, _ = listening.accept()
    connection.settimeout(_CLIENT_S)
    message = b""
    fds: list[int] = []
    with contextlib.suppress(OSError):
        message, fds, _, _ = socket.recv_fds(connection, 65536, 2)
        while len(message) < int.from_bytes(message[:4], "big") + 4 and (more := connection.recv(65536)):
            message += more
    if len(fds) < 2 or len(message) < int.from_bytes(message[:4], "big") + 4:
        for fd in fds:
            os.close(fd)
        connection.close()
        return None
    gc.freeze()  # what there is so far is none of the child's garbage
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        gc.enable()
        for end in (listening, connection, *others):
            end.close()
        os.dup2(fds[0], 1)
        os.dup2(fds[1], 2)
        os._exit(_run(message[4:].decode().split("\0")))
    for fd in fds:
        os.close(fd)
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)
    return Job(pid, connection)


def _run(words: list[str]) -> int:
    """Run a job in the child; whatever happens, there is an exit code and the streams are flushed."""
    code = 1
    try:
        os.chdir(words[0])
        code = importlib.import_module("fruitmand.build.run").main(words[1:])
    except BaseException:  # the child must never return into the server's loop
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
    return code


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


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):  # gone, or its number went to another user
        return False
    return True


def main(folder: str, make: str, told: str) -> int:
    """Detach from the terminal, then serve; an import makes much that stays and no garbage, so that looking for it would be in vain."""
    gc.disable()
    isolate(project_root())
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1):
        os.dup2(null, fd)
    os.closerange(3, int(told))
    os.closerange(int(told) + 1, 1024)  # make's own pipes, so that nobody waits for this process to end
    try:
        serve(folder, int(make), int(told))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
