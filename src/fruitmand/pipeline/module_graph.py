"""See which modules import which, so that a job depends on the modules that it uses and on no others.

All jobs are forks of one process that has imported much more than any of them needs; so what is imported tells nothing. What counts is
what is reached from a job's own modules by their import statements. ``importlib.import_module`` goes unseen.
"""

import builtins
import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType

PACKAGE = "fruitmand"
NOTEBOOK = "__main__"
"""The name under which the cells of a notebook run."""

_imports: dict[str, set[str]] = {}


def note_imports() -> None:
    """From now on note what the modules of this project, and the cells of notebooks, import."""
    plain = builtins.__import__

    def noted(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - as whoever calls it may write it
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if globals is not None:
            importer = globals.get("__name__")
            if isinstance(importer, str) and (importer.startswith(PACKAGE) or importer == NOTEBOOK):
                whole = importlib.util.resolve_name("." * level + name, str(globals["__package__"])) if level else name
                _imports.setdefault(importer, set()).update((whole, *(f"{whole}.{part}" for part in fromlist or ())))
        return plain(name, globals, locals, fromlist or (), level)

    builtins.__import__ = noted


def forget_notebook() -> None:
    """Forget what was imported under the name of a notebook's cells; it was the command's own."""
    _imports.pop(NOTEBOOK, None)


def reached(modules: Iterable[str]) -> set[str]:
    """Return modules, and those that are reached from them by import statements; libraries by their first name, and nothing beyond them."""
    found, todo = set[str](), list(modules)
    while todo:
        name = todo.pop()
        if name.split(".")[0] not in (PACKAGE, NOTEBOOK):
            found.add(name.split(".")[0])
        elif name in found or (name not in sys.modules and name != NOTEBOOK):  # a name of a module, and not a module
            continue
        else:
            found.add(name)
            todo += [*_imports.get(name, ()), *([name.rpartition(".")[0]] if "." in name else [])]
    return found


def own_files(modules: Iterable[str], root: Path) -> set[str]:
    """Return the files of modules of this project, relative to its folder."""
    prefix = f"{root}/"
    files = (getattr(sys.modules.get(name), "__file__", None) for name in modules if name.split(".")[0] == PACKAGE)
    paths = (os.path.abspath(file) for file in files if file)  # noqa: PTH100 - a link is not followed, as in the records
    return {path.removeprefix(prefix) for path in paths if path.startswith(prefix)}
