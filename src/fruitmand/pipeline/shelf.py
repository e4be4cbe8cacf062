"""Modules of this project that are imported before the fork and put aside, so that a job has at once those that it uses, and only those.

What a job reads is recorded by the modules that it has imported; so modules that it did not ask for must not be among them.
"""

import builtins
import contextlib
import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PACKAGE = "fruitmand"


class Shelf:
    """A finder and loader of modules that were imported already: a job's import takes one off the shelf, with those that it imports."""

    def __init__(self) -> None:
        self._modules: dict[str, ModuleType] = {}
        self._imports: dict[str, set[str]] = {}

    def fill(self, name: str) -> None:
        """Import a module of the project with all that it imports, and put aside what is new.

        One that cannot be imported is left to the job that wants it, which says what is wrong.
        """
        before = set(sys.modules)
        plain = builtins.__import__

        def noted(wanted: str, *more: Any) -> ModuleType:
            if more:  # from a statement: globals, locals, the names after ``import``, level
                self._imports.setdefault(more[0]["__name__"], set()).update((wanted, *(f"{wanted}.{part}" for part in more[2] or ())))
            return plain(wanted, *more)

        builtins.__import__ = noted  # type: ignore[assignment]
        try:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        finally:
            builtins.__import__ = plain
        for new in sorted(sys.modules.keys() - before):
            if new.partition(".")[0] == _PACKAGE:
                self._put(new)

    def _put(self, name: str) -> None:
        self._modules[name] = sys.modules.pop(name)
        parent, _, own = name.rpartition(".")
        package = sys.modules.get(parent) or self._modules[parent]
        delattr(package, own)  # else ``from package import own`` would find it without an import

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Return the specification of a module on the shelf, loaded by the shelf."""
        if name not in self._modules:
            return None
        spec = self._modules[name].__spec__
        assert spec is not None  # it was imported
        spec.loader = self  # type: ignore[assignment]
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module."""
        return self._modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Import what the module imported when it ran; it does not run again."""
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__  # type: ignore[assignment]
        for name in sorted(self._imports.get(module.__name__, set()) & self._modules.keys()):
            importlib.import_module(name)
