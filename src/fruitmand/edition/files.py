"""Where things are, and the one way to write a file."""

import contextlib
import ctypes
import errno
import filecmp
import hashlib
import os
import shutil
import sys
from pathlib import Path

from fruitmand.edition.errors import FruitmandError


def project_root() -> Path:
    """Return the compendium's top folder: the nearest folder at or above the working directory with ``data/raw``.

    Raises
    ------
    FruitmandError
        When neither the working directory nor any folder above it holds ``data/raw``.
    """
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "raw").is_dir():
            return folder
    raise FruitmandError(f"no compendium found: neither {here} nor a folder above it has a data/raw folder")


def notebook_names(root: Path) -> list[str]:
    """Return the names of the notebooks, which are those of the steps, in the order of their numbers."""
    found = (path.stem for path in (root / "notebooks").glob("[0-9]*_*.ipynb") if path.stem.partition("_")[0].isdecimal())
    return sorted(found, key=lambda name: (int(name.partition("_")[0]), name))


def write(path: Path, content: str | bytes) -> bool:
    """Write a file whole or not at all, and leave it untouched when its content would stay the same.

    Text is written as UTF-8 with the line ends it has. Returns whether the file changed.
    """
    payload = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == payload:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(payload)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def copy_or_keep(source: str, new: str, old: Path) -> None:
    """Copy a file to a new place, or give the old copy that place too when it has the same bytes; it keeps its time then.

    For a folder that takes the place of another (`replace_folder`), in which most files are as they were.
    """
    with contextlib.suppress(OSError):  # there is no old one, or the disk knows no links
        if not old.is_symlink() and filecmp.cmp(source, old, shallow=False):
            os.link(old, new)
            return
    Path(new).unlink(missing_ok=True)  # never into what may be a link
    shutil.copy2(source, new)


def replace_folder(new: Path, target: Path) -> None:
    """Put a folder in the place of another in one stroke, so that whoever looks sees the whole old one or the whole new one.

    The old one is then where the new one was, and is removed. Where the system cannot exchange two folders (it is not Linux), there is
    a moment without either; a failure in it brings the old one back.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        new.rename(target)
    except OSError as error:  # there is an old one; no look beforehand tells, since another process may put one here meanwhile
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
    else:
        return
    if not _exchange(new, target):
        old = new.with_name(f"{new.name}.old")
        target.rename(old)
        try:
            new.rename(target)
        except OSError:
            old.rename(target)
            raise
        new = old
    shutil.rmtree(new)


def _exchange(one: Path, two: Path) -> bool:
    """Exchange two paths by ``renameat2``; return False where there is no such call."""
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if call is None:
        return False
    if call(here, os.fsencode(one), here, os.fsencode(two), exchange) == 0:
        return True
    if ctypes.get_errno() in (errno.ENOSYS, errno.EINVAL):  # an old kernel, or a file system that cannot
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(one))


def sha256(path: Path) -> str:
    """Return the SHA-256 checksum of a file as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cache_folder(root: Path) -> Path:
    """Return the folder, made where it is not there, for what libraries keep between builds; it goes with the environment."""
    folder = root / ".venv" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
