"""See which files this process opens, so that nobody has to remember what a step reads."""

import os
import sys
from pathlib import Path

_WRITING = os.O_WRONLY | os.O_RDWR
_LISTING = ("os.listdir", "os.scandir")
_watchers: list[tuple[str, set[str]]] = []


def watch_reads(folder: Path) -> set[str]:
    """Return a set that from now on collects the files below a folder that this process opens to read, and the folders that it lists.

    Names are relative to the folder; that of a listed folder ends with ``/``. Libraries that open files without Python go unseen.
    """
    if not _watchers:
        sys.addaudithook(_note)  # one for all, since it is called at every event of any kind
    seen: set[str] = set()
    _watchers.append((f"{os.path.abspath(folder)}/", seen))  # noqa: PTH100 - as in ``_note``
    return seen


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        name, mode, flags = arguments
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & _WRITING):
            return
    elif event in _LISTING:
        name = arguments[0]
    else:
        return
    if isinstance(name, str | bytes | os.PathLike):
        path = os.path.abspath(os.fsdecode(name))  # noqa: PTH100 - runs at every open, and must not open anything itself
        for prefix, seen in _watchers:
            if path.startswith(prefix):
                seen.add(path.removeprefix(prefix) + ("" if event == "open" else "/"))


def loaded_modules(package: str, root: Path) -> set[str]:
    """Return the files below ``root`` of all modules of a package that this process has imported, relative to it.

    Only the package is walked: to touch every module that there is makes a fork copy the memory in which they are.
    """
    prefix = f"{root}/"
    found, names = set[str](), [package]
    for name in names:
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if file and (path := os.path.abspath(file)).startswith(prefix):  # noqa: PTH100 - as above
            found.add(path.removeprefix(prefix))
        if hasattr(module, "__path__"):
            names += [f"{name}.{own}" for own in vars(module)]
    return found
