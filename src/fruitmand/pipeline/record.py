"""What a job of the build read and made: its dependencies as they were, never as somebody remembers them."""

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fruitmand.edition.file_access import parse_toml
from fruitmand.edition.files import sha256, write

NAME = "inputs.json"
_LOCK = "requirements/report.txt"
_STEADY_NS = 10_000_000  # a file changed twice within a tick of the system's clock keeps its stamp
_digests: dict[Path, tuple[tuple[int, ...], str]] = {}


@dataclass(frozen=True)
class Record:
    """A job's parameters, and the digest of every file and folder that it read, and of every file that it made, by path in the project.

    Of a TOML file in ``used`` only some keys were used: it has the digest of each by its dotted key, and of the whole file by an empty
    one. ``modules`` are the modules and libraries that are reached from the job's own by import statements.
    """

    given: Mapping[str, str]
    read: Mapping[str, str]
    made: Mapping[str, str]
    used: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    modules: tuple[str, ...] = ()

    def changes(self, given: Mapping[str, str], root: Path) -> list[str]:
        """Say in what the project differs from the record, a line for each parameter, input and output; nothing when it does not."""
        lines = [
            f"parameter {name}: was {self.given.get(name)!r}, is {given.get(name)!r}"
            for name in sorted(self.given.keys() | given.keys())
            if self.given.get(name) != given.get(name)
        ]
        for path, before in self.read.items():
            if (now := digest(root / path)) != before:
                lines.append(f"input {path}: {'changed' if now else 'is gone'}")
        for path, keys in self.used.items():
            if (now := digest(root / path)) != keys[""]:
                odd = [key for key, before in keys.items() if now and key and _key_digest(root / path, key) != before]
                lines += [f"input {path}, {key}: changed" for key in odd] if now else [f"input {path}: is gone"]
        return lines + [f"output {path}" for path in self.odd_results(root)]

    def odd_results(self, root: Path) -> list[str]:
        """Return every file that the job made and that is not as it was made, with what happened to it."""
        now = {path: digest(root / path) for path in self.made}
        return [f"{path}: {'changed' if now[path] else 'is gone'}" for path, before in self.made.items() if now[path] != before]


def digest(path: Path) -> str:
    """Return the digest of a file's bytes, or of the names in a folder; empty when there is neither.

    The bytes are read anew only when inode, size or one of the times changed; the time of the last change of any kind cannot be set back.
    """
    try:
        now = os.stat(path)  # noqa: PTH116 - of thousands of files
        if path.is_dir():
            names = sorted(name for name in os.listdir(path) if name[0] != ".")  # noqa: PTH208 - names alone
            return hashlib.sha256("\0".join(names).encode(errors="surrogateescape")).hexdigest()
        stamp = (now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
        known = _digests.get(path)
        if known is None or known[0] != stamp:
            known = stamp, sha256(path)
            if time.time_ns() - now.st_ctime_ns > _STEADY_NS:
                _digests[path] = known
        return known[1]
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _key_digest(path: Path, key: str) -> str:
    """Return the digest of the part of a TOML file at a dotted key; that of nothing where the file has no such part."""
    try:
        value: Any = parse_toml(path)
    except ValueError:  # whoever uses it says what is wrong
        return ""
    for name in key.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return hashlib.sha256(repr(value).encode()).hexdigest()


def read_record(folder: Path) -> Record | None:
    """Return the record of the job that made a folder, or None when there is none."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return Record(**content | {"modules": tuple(content["modules"])})
    except (FileNotFoundError, NotADirectoryError, TypeError, ValueError, KeyError):
        return None


def make_record(
    scratch: Path,
    folder: Path,
    given: Mapping[str, str],
    read: Iterable[str],
    *,
    elsewhere: Iterable[str],
    modules: Iterable[str],
    root: Path,
) -> Record:
    """Return a job's record, before its folder is in its place.

    Parameters
    ----------
    scratch : Path
        Where the job's results are.
    folder : Path
        The job's folder, below ``root``, whose place ``scratch`` will take.
    read : iterable of str
        Paths in the project that were opened or listed, and keys of files (``file#key``), as `watch_reads` notes them; what is no part
        of the project, or the job's own, is left out.
    elsewhere : iterable of str
        Paths in the project of the files that the job made outside its folder.
    modules : iterable of str
        The modules and libraries that are reached from the job's own.
    """
    own = f"{folder.relative_to(root)}/"
    names = {name.rstrip("/") if "#" not in name else name for name in [*read, _LOCK] if _counts(name, own)}
    used_keys: dict[str, set[str]] = {}
    for name in names:
        path, mark, key = name.partition("#")
        if mark:
            used_keys.setdefault(path, set()).add(key)
    used = {
        path: {"": digest(root / path)} | {key: _key_digest(root / path, key) for key in sorted(keys)}
        for path, keys in sorted(used_keys.items())
        if "" not in keys and (root / path).is_file()
    }
    inputs = sorted({name.partition("#")[0] for name in names} - used.keys())
    here = {f"{own}{path.relative_to(scratch)}": path for path in scratch.rglob("*") if path.is_file()}
    made = {path: root / path for path in elsewhere} | here
    return Record(
        dict(given),
        {path: found for path in inputs if (found := digest(root / path))},
        {name: digest(made[name]) for name in sorted(made)},
        used,
        tuple(sorted(set(modules) - sys.stdlib_module_names)),
    )


def write_record(record: Record, folder: Path) -> None:
    """Write a job's record into its folder."""
    write(folder / NAME, json.dumps(asdict(record), indent=1, ensure_ascii=False) + "\n")


def changed_since(paths: Iterable[Path], moment_ns: int) -> bool:
    """Return whether a file or folder was changed at or after a moment: its bytes, its name or its times."""
    for path in paths:
        try:
            if os.stat(path).st_ctime_ns >= moment_ns - _STEADY_NS:  # noqa: PTH116 - of thousands of files
                return True
        except OSError:
            return True
    return False


def _counts(path: str, own: str) -> bool:
    """Return whether a path is an input: sources, raw data and what other jobs made, but no environment, cache or list of a whole tree."""
    if path.endswith("/"):
        return path == "notebooks/" or (path.startswith("data/raw/") and path != "data/raw/")
    return (
        path.startswith(("data/", "notebooks/", "src/", "requirements/"))
        and not path.startswith(own)
        and "/__pycache__/" not in path
        and "/." not in path
    )
