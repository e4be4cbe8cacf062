"""Write what an import made of an edition: all files in one stroke, one import at a time, and nothing when it is interrupted."""

import contextlib
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import replace_folder, write

PREFIX = ".import"


@contextlib.contextmanager
def one_import(folder: Path, *, wait: bool = True) -> Iterator[str]:
    """Hold an edition's raw folder for one import; yield a note about one before that did not finish, of which what it left is removed.

    Parameters
    ----------
    folder : Path
        The raw folder of the edition.
    wait : bool
        Whether to wait until an import that is at work is done.

    Raises
    ------
    FruitmandError
        When another import is at work and this one does not wait.
    """
    data, busy = folder.parents[1], f"another import into data/raw/{folder.name} is at work"
    with (data / f"{PREFIX}.{folder.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise FruitmandError(f"{busy}; nothing was changed") from None
            print(f"{busy}; waiting for it", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        left = sorted(data.glob(f"{PREFIX}.{folder.name}.*.part"))
        for part in left:
            shutil.rmtree(part, ignore_errors=True)
        names = ", ".join(f"data/{part.name}" for part in left)
        note = f"an import before this one did not finish; nothing of it was in the edition, and what it left ({names}) is removed"
        yield note if left else ""


def store(folder: Path, contents: Mapping[str, str]) -> list[str]:
    """Write files into a folder, so that whoever looks sees all of them new or all of them old, and return the names of those that changed.

    A copy of the folder is made beside the raw folders, with links to the files that stay, and takes its place, unless nothing
    changes.

    Raises
    ------
    OSError
        When the disk is full or the folder cannot be written to; nothing is changed then.
    """
    changed = [name for name, text in contents.items() if not _has(folder / name, text)]
    if not changed:
        return []
    if not os.access(folder, os.W_OK):
        raise PermissionError(13, "the folder cannot be written to", str(folder))
    new = Path(tempfile.mkdtemp(prefix=f"{PREFIX}.{folder.name}.", suffix=".part", dir=folder.parents[1]))
    try:
        shutil.copytree(folder, new, symlinks=True, dirs_exist_ok=True, copy_function=_link)
        for name, content in contents.items():
            write(new / name, content)
        replace_folder(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return changed


def _has(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _link(source: str, target: str) -> None:
    """Give a file a second name, or copy it where the disk knows no links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)
