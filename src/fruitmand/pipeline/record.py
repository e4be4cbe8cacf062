"""What a job of the build read and made: its dependencies as they were, never as somebody remembers them."""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from fruitmand.edition.files import sha256, write

NAME, RULE = "inputs.json", "inputs.mk"
OWN = (NAME, RULE)
_LOCK = "requirements/report.txt"


@dataclass(frozen=True)
class Record:
    """A job's parameters, the digest of every file and folder that it read, and of every file that it made, by path in the project."""

    given: Mapping[str, str]
    read: Mapping[str, str]
    made: Mapping[str, str]

    def changes(self, given: Mapping[str, str], root: Path) -> list[str]:
        """Say in what the project differs from the record, a line for each parameter, input and output; nothing when it does not."""
        lines = [
            f"parameter {name}: was {self.given.get(name)!r}, is {given.get(name)!r}"
            for name in sorted(self.given.keys() | given.keys())
            if self.given.get(name) != given.get(name)
        ]
        for kind, digests in (("input", self.read), ("output", self.made)):
            for path, before in digests.items():
                now = digest(root / path)
                if now != before:
                    lines.append(f"{kind} {path}: {'is gone' if not now else 'changed'}")
        return lines

    def odd_results(self, root: Path) -> Iterator[tuple[str, Path]]:
        """Yield every result of another job, among what was read, that is not as that job's record has it, with that job's folder."""
        jobs: dict[Path, Record | None] = {}
        for path in self.read:
            folder = root.joinpath(*path.split("/")[:4])
            if path.startswith("data/processed/") and folder not in jobs:
                jobs[folder] = read_record(folder)
            made = jobs.get(folder)
            if made is not None and path in made.made and digest(root / path) != made.made[path]:
                yield path, folder


def digest(path: Path) -> str:
    """Return the digest of a file's bytes, or of the names in a folder; empty when there is neither."""
    if path.is_file():
        return sha256(path)
    if path.is_dir():
        names = sorted(name for name in os.listdir(path) if name[0] != ".")  # noqa: PTH208 - names alone
        return hashlib.sha256("\0".join(names).encode()).hexdigest()
    return ""


def read_record(folder: Path) -> Record | None:
    """Return the record of the job that made a folder, or None when there is none."""
    try:
        return Record(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError, TypeError, ValueError):
        return None


def write_record(
    scratch: Path, folder: Path, given: Mapping[str, str], read: Iterable[str], *, elsewhere: Iterable[str], root: Path
) -> list[str]:
    """Write a job's record beside what it made, with the rules by which make knows what the job depends on, and what depends on the job.

    A file that came out as it was keeps its time, so that make does not even begin what depends on nothing else.
    Returns the inputs that people write: all but what other jobs made.

    Parameters
    ----------
    scratch : Path
        Where the job's results are, and the record is written.
    folder : Path
        The job's folder, below ``root``, whose place ``scratch`` will take.
    read : iterable of str
        Paths in the project that were opened or listed; what is no part of the project, or the job's own, is left out.
    elsewhere : iterable of str
        Paths in the project of the files that the job made outside its folder.
    """
    own = f"{folder.relative_to(root)}/"
    inputs = sorted({path.rstrip("/") for path in [*read, _LOCK] if _counts(path, own) and (root / path).exists()})
    here = {f"{own}{path.relative_to(scratch)}": path for path in scratch.rglob("*") if path.is_file()}
    made = {path: root / path for path in elsewhere} | here
    record = Record(dict(given), {path: digest(root / path) for path in inputs}, {name: digest(made[name]) for name in sorted(made)})
    for name, path in here.items():
        _keep_time(root / name, path, record.made[name])
    target, results = f"{own}{NAME}", _escaped(sorted(here))
    known = _escaped(inputs)
    rules = [f"{target}: {' '.join(known)}", *(f"{path}:" for path in known), f"{' '.join(results)}: {target} ;" if results else ""]
    write(scratch / RULE, "\n".join(rules) + "\n")
    write(scratch / NAME, json.dumps(asdict(record), indent=1, ensure_ascii=False) + "\n")
    return [path for path in inputs if not path.startswith("data/processed/")]


def _keep_time(old: Path, new: Path, made: str) -> None:
    """Give a file the time of the one that it replaces when the bytes are the same."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        before = old.stat()
        if before.st_size == new.stat().st_size and sha256(old) == made:
            os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))


def _escaped(paths: Iterable[str]) -> list[str]:
    return [path.replace(" ", "\\ ") for path in paths]


def _counts(path: str, own: str) -> bool:
    """Return whether a path is an input: sources, raw data and what other jobs made, but no environment, cache or list of a whole tree."""
    if path.endswith("/"):
        return path.startswith("data/raw/")
    return (
        path.startswith(("data/", "notebooks/", "src/", "requirements/"))
        and not path.startswith(own)
        and "/__pycache__/" not in path
        and "/." not in path
    )
