"""Ask the build's own server to run a job: ``python -IS client.py MAKE_PID JOB name=value …``; the first one takes or starts it.

Only the smallest part of the standard library is imported, since this runs once for every job: ``_socket`` is what ``socket`` is made of,
and takes half of the time.
"""

import os
import stat
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOL_SOCKET, socket

PLACE = "idle"
_OF_MAKE = ("MAKE", "MFLAGS", "EDITION=", "OLDPWD=", "SHLVL=", "PYTHONHASHSEED=")
_SHORT = 60
_ANSWER_S = 2.0  # a server that waits answers at once


def main() -> int:
    """Hand the job to the server, with this process's output and errors; return the job's exit code."""
    try:
        folder = private_folder(sys.argv[1])
    except PermissionError as error:
        print(error, file=sys.stderr)
        return 1
    connection = _connect(f"{folder}/socket") or _start(folder)
    streams = b"".join(fd.to_bytes(4, sys.byteorder) for fd in (1, 2))
    connection.sendmsg([message(os.getcwd(), *sys.argv[2:])], [(SOL_SOCKET, SCM_RIGHTS, streams)])  # noqa: PTH109
    answer = connection.recv(1)
    if not answer:
        print(f"the build's server ended while it ran {sys.argv[2]} (was it killed, or is memory full?)", file=sys.stderr)
    return answer[0] if answer else 1


def folder_of(name: str) -> str:
    """Return where the server of a make is, by the make's number, or the one that waits; a socket's path must be short."""
    place = os.environ.get("TMPDIR", "")
    return f"{place if 0 < len(place) < _SHORT else '/tmp'}/fruitmand-{os.getuid()}-{name}"  # noqa: S108 - checked before it is used


def private_folder(name: str) -> str:
    """Return the same folder, made where it is not there.

    Raises
    ------
    PermissionError
        When somebody else made it, or can write in it.
    """
    folder = folder_of(name)
    os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} must be a folder that is this user's alone")
    return folder


def message(*words: str) -> bytes:
    """Return words as they are sent: their length, then the words."""
    sent = "\0".join(words).encode(errors="surrogateescape")
    return len(sent).to_bytes(4, "big") + sent


def circumstances() -> str:
    """Return what this process hands down to those that it starts, without what make and the shell set anew every time."""
    mask = os.umask(0o077)
    os.umask(mask)
    found = [name_value for name, value in sorted(os.environ.items()) if not (name_value := f"{name}={value}").startswith(_OF_MAKE)]
    try:  # what Linux tells besides
        for path in ("/proc/self/limits", "/proc/self/cgroup"):
            with open(path) as file:  # noqa: PTH123
                found.append(file.read())
        found += [os.readlink(f"/proc/self/ns/{kind}") for kind in ("mnt", "net", "pid", "user")]  # noqa: PTH115
        found.append(str(sorted(os.sched_getaffinity(0))))
    except (OSError, AttributeError):
        pass
    return "\n".join([str(mask), str(os.nice(0)), str(os.getgroups()), *found])


def _connect(path: str) -> socket | None:
    connection = socket(AF_UNIX)
    try:
        connection.connect(path)
    except OSError:
        return None
    return connection


def _start(folder: str) -> socket:
    """Take the server that waits, or start one, unless another job just did, and wait until it listens."""
    import fcntl  # noqa: PLC0415 - only the first client needs it

    with open(f"{folder}/lock", "w") as lock:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (connection := _connect(f"{folder}/socket")) is not None:
            return connection
        if not _taken(folder):
            ready, told = os.pipe()
            os.set_inheritable(told, True)
            command = [sys.executable, "-m", "fruitmand.pipeline.serve", folder, sys.argv[1], str(told)]
            os.posix_spawn(sys.executable, command, {**os.environ, "PYTHONHASHSEED": "0"})  # it is read when an interpreter starts
            os.close(told)
            os.read(ready, 1)
        connection = _connect(f"{folder}/socket")
    if connection is None:
        sys.exit("the build's server did not start")
    return connection


def _taken(folder: str) -> bool:
    """Take the server that waits, for this make alone; return whether there is one that is still right."""
    try:
        os.rename(f"{private_folder(PLACE)}/socket", f"{folder}/taken")  # noqa: PTH104 - one of several makes gets it
    except OSError:
        return False
    connection = _connect(f"{folder}/taken") or socket(AF_UNIX)
    connection.settimeout(_ANSWER_S)
    try:
        connection.sendall(message("", os.getcwd(), folder, sys.argv[1], circumstances()))  # noqa: PTH109
        answered = bool(connection.recv(1))
    except OSError:
        answered = False
    if not answered:
        try:
            os.unlink(f"{folder}/taken")  # noqa: PTH108 - from here on it cannot come any more
        except FileNotFoundError:  # it came at the last moment
            return True
    return answered


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # there is nothing to tidy up
