"""See which files this process opens, and which parts of a file are used, so that nobody has to remember what a step reads."""

import os
import sys
import tomllib
from pathlib import Path
from typing import Any

DECLARED = ".declared.json"
"""Which raw files and earlier steps a notebook declares; its step leaves it in the scratch folder for whoever runs the notebook."""
_WRITING = os.O_WRONLY
_LISTING = ("os.listdir", "os.scandir")
_watchers: list[tuple[str, set[str]]] = []
_parsed: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {}


def watch_reads(folder: Path) -> set[str]:
    """Return a set that from now on collects the files below a folder that this process opens to read, and the folders that it lists.

    Names are relative to the folder. That of a listed folder ends with ``/``; of a file of which only a part is used (`note_key`) there
    is one name for every part, ``file#key``, besides. What a library opens without Python, or a subprocess, goes unseen.
    """
    if not _watchers:
        sys.addaudithook(_note)  # one for all, since it is called at every event of any kind
    seen: set[str] = set()
    _watchers.append((f"{os.path.abspath(folder)}/", seen))  # noqa: PTH100 - as in ``_note``
    return seen


def note_key(path: Path, key: str) -> None:
    """Note that a part of a TOML file is used, by its dotted key; an empty key says that the whole file is."""
    _tell(str(path), f"#{key}")


def parse_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds; it is parsed again only when the file has changed, and whoever uses it notes what (`note_key`)."""
    now = os.stat(path)  # noqa: PTH116 - runs at every look-up
    stamp = (now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
    known = _parsed.get(str(path))
    if known is None or known[0] != stamp:
        known = _parsed[str(path)] = stamp, tomllib.loads(path.read_text(encoding="utf-8"))
    return known[1]


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        name, mode, flags = arguments
        if isinstance(mode, str) and set(mode) & set("wax") and "+" not in mode:
            return
        if mode is None and isinstance(flags, int) and flags & os.O_ACCMODE == _WRITING:
            return
    elif event in _LISTING:
        name = arguments[0]
    else:
        return
    if isinstance(name, str | bytes | os.PathLike):
        _tell(os.fsdecode(name), "" if event == "open" else "/")


def _tell(name: str, ending: str) -> None:
    path = os.path.abspath(name)  # noqa: PTH100 - runs at every open, and must not open anything itself
    for prefix, seen in _watchers:
        if path.startswith(prefix):
            seen.add(path.removeprefix(prefix) + ending)
