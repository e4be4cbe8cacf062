"""See which files this process opens, so that nobody has to remember what a step reads."""

import os
import sys
from pathlib import Path

_WRITING = os.O_WRONLY | os.O_RDWR


def watch_reads(folder: Path) -> set[str]:
    """Return a set that from now on collects the files below a folder that this process opens to read, and the folders that it lists.

    Names are relative to the folder; that of a listed folder ends with ``/``. Libraries that open files without Python go unseen.
    """
    seen: set[str] = set()
    prefix = f"{os.path.abspath(folder)}/"  # noqa: PTH100 - as in ``note``

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            name, mode, flags = arguments
            reading = not (isinstance(mode, str) and set(mode) & set("wax+")) and not (isinstance(flags, int) and flags & _WRITING)
        else:
            name, reading = arguments[0] if arguments else None, event in ("os.listdir", "os.scandir")
        if reading and isinstance(name, str | bytes | os.PathLike):
            path = os.path.abspath(os.fsdecode(name))  # noqa: PTH100 - runs at every open, and must not open anything itself
            if path.startswith(prefix):
                seen.add(path.removeprefix(prefix) + ("" if event == "open" else "/"))

    sys.addaudithook(note)
    return seen


def loaded_modules(package: str, root: Path) -> set[str]:
    """Return the files below ``root`` of all modules of a package that this process has imported, relative to it.

    Only the package is walked: to touch every module that there is makes a fork copy the memory in which they are.
    """
    prefix = f"{root}/"
    found, names = set[str](), [package]
    for name in names:
        module = sys.modules.get(name)
        if file := getattr(module, "__file__", None):
            path = os.path.abspath(file)  # noqa: PTH100 - as above
            found |= {path.removeprefix(prefix)} if path.startswith(prefix) else set()
        if hasattr(module, "__path__"):
            names += [f"{name}.{own}" for own in vars(module)]
    return found
