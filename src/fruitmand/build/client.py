"""Ask the build's own server to run a job: ``python -IS client.py MAKE_PID JOB name=value …``; the first one starts it.

Only the smallest part of the standard library is imported, since this runs once for every job: ``_socket`` is what ``socket`` is made of,
and takes half of the time.
"""

import os
import stat
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOL_SOCKET, socket


def main() -> int:
    """Hand the job to the server, with this process's output and errors; return the job's exit code."""
    folder = f"/tmp/fruitmand-{os.getuid()}-{sys.argv[1]}"  # noqa: S108 - checked below
    os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        print(f"{folder} must be a folder that is this user's alone", file=sys.stderr)
        return 1
    connection = _connect(f"{folder}/socket") or _start(folder)
    words = "\0".join([os.getcwd(), *sys.argv[2:]]).encode()  # noqa: PTH109
    streams = b"".join(fd.to_bytes(4, sys.byteorder) for fd in (1, 2))
    connection.sendmsg([len(words).to_bytes(4, "big") + words], [(SOL_SOCKET, SCM_RIGHTS, streams)])
    answer = connection.recv(1)
    if not answer:
        print(f"the build's server ended while it ran {sys.argv[2]} (was it killed, or is memory full?)", file=sys.stderr)
    return answer[0] if answer else 1


def _connect(path: str) -> socket | None:
    connection = socket(AF_UNIX)
    try:
        connection.connect(path)
    except OSError:
        return None
    return connection


def _start(folder: str) -> socket:
    """Start the server, unless another job just did, and wait until it listens."""
    import fcntl  # noqa: PLC0415 - only the first client needs it

    with open(f"{folder}/lock", "w") as lock:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (connection := _connect(f"{folder}/socket")) is not None:
            return connection
        ready, told = os.pipe()
        os.set_inheritable(told, True)
        command = [sys.executable, "-m", "fruitmand.build.serve", folder, sys.argv[1], str(told)]
        os.posix_spawn(sys.executable, command, {**os.environ, "PYTHONHASHSEED": "0"})  # it is read when an interpreter starts
        os.close(told)
        os.read(ready, 1)
        connection = _connect(f"{folder}/socket")
    if connection is None:
        sys.exit("the build's server did not start")
    return connection


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # there is nothing to tidy up
