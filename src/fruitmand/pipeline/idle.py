"""Between two makes: where the server waits for the next one, and whether what it has imported is still what is on disk."""

import contextlib
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from fruitmand.pipeline.client import PLACE, circumstances, folder_of

Stamp = tuple[int, int, int] | None


def stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    """Return inode, time of the last change in nanoseconds and size of every file, or None where there is none."""
    found: dict[str, Stamp] = {}
    for path in paths:
        try:
            now = os.stat(path)  # noqa: PTH116 - of two thousand files
            found[path] = now.st_ino, now.st_mtime_ns, now.st_size
        except OSError:
            found[path] = None
    return found


def sources(root: Path) -> list[str]:
    """Return the files that make up the project's code, and by which its environment is known."""
    own = [f"{folder}/{file}" for folder, _, files in os.walk(root / "src") if not folder.endswith("__pycache__") for file in files]
    return [*own, f"{root}/.venv/report.done", f"{root}/.venv/pyvenv.cfg"]


class Memory:
    """What a server has in its memory, as it was on disk: made when nothing of the project has been imported yet."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._circumstances = circumstances()
        self._folder = os.stat(root).st_ino  # noqa: PTH116
        self._sources = stamps(sources(root))
        self._libraries: dict[str, Stamp] = {}

    def complete(self) -> None:
        """Note the libraries that have been imported since."""
        files = {file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
        self._libraries |= stamps(files - self._libraries.keys())

    def there(self) -> bool:
        """Return whether the project and its environment are still the ones that there were."""
        with contextlib.suppress(OSError):
            if os.stat(self.root).st_ino == self._folder:  # noqa: PTH116
                done = f"{self.root}/.venv/report.done"
                return stamps([done])[done] == self._sources[done]
        return False

    def serves(self, folder: str, now: str) -> bool:
        """Return whether a make in a folder, under the circumstances that its client told, would start the same server."""
        return (
            Path(folder) == self.root
            and now == self._circumstances
            and self.there()
            and stamps(sources(self.root)) == self._sources
            and stamps(self._libraries) == self._libraries
        )


def alive(pid: int) -> bool:
    """Return whether a make still runs."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):  # gone, or its number went to another user
        return False
    return True


def server_of(make: str) -> int:
    """Return the process that serves a make, or the one that waits for the next; 0 when there is none. This needs Linux."""
    with socket.socket(socket.AF_UNIX) as asking, contextlib.suppress(OSError):
        asking.connect(f"{folder_of(make)}/socket")
        return int.from_bytes(asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[:4], sys.byteorder)
    return 0


def dismiss() -> None:
    """Let the next make start a server of its own: end the one that waits, and those of makes that are gone, which are about to."""
    start = Path(folder_of(""))
    names = [path.name.removeprefix(start.name) for path in start.parent.glob(f"{start.name}*")]
    gone = [name for name in names if not Path(f"/proc/{name}").exists()]
    for name in (*gone, PLACE):  # the one that waits last, since others come there
        while server := server_of(name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(server, signal.SIGTERM)
            time.sleep(0.02)
        shutil.rmtree(folder_of(name), ignore_errors=True)
