"""Write the tables of an import: all of them in one stroke, by one import at a time, and none of them when it is interrupted."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import replace_folder, write

PREFIX = ".import"


@contextlib.contextmanager
def one_import(folder: Path) -> Iterator[str]:
    """Hold the edition for one import, and yield a note about one before that did not finish; what it left is removed.

    Raises
    ------
    FruitmandError
        When another import into the same edition is at work.
    """
    data = folder.parents[1]
    lock_file = data / f"{PREFIX}.{folder.name}.lock"
    with lock_file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FruitmandError(f"another import into data/raw/{folder.name} is at work; nothing was changed") from None
        left = sorted(data.glob(f"{PREFIX}.{folder.name}.*.part"))
        for part in left:
            shutil.rmtree(part, ignore_errors=True)
        names = ", ".join(f"data/{part.name}" for part in left)
        yield (
            f"an import before this one did not finish; nothing of it was in the edition, and what it left ({names}) is removed"
            if left
            else ""
        )


def store(folder: Path, contents: Mapping[str, str]) -> None:
    """Write files into a folder so that whoever looks sees all of them new or all of them old, also after a crash.

    A copy of the folder is made beside it, with links to the files that stay, and takes its place.

    Raises
    ------
    OSError
        When the disk is full or the folder cannot be written to; nothing is changed then.
    """
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


def _link(source: str, target: str) -> None:
    """Give a file a second name, or copy it where the disk knows no links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)
