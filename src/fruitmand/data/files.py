"""Where things are, and the one way to write a file."""

import hashlib
import os
from pathlib import Path

from fruitmand.data.errors import FruitmandError


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


def sha256(path: Path) -> str:
    """Return the SHA-256 checksum of a file as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
