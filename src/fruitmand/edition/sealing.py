"""The checksum manifest that keeps the raw files of a published edition as they are."""

import hashlib
from collections.abc import Collection
from pathlib import Path

from fruitmand.edition.errors import DataError, Problem
from fruitmand.edition.files import write
from fruitmand.edition.raw_text import decode, read_bytes

NAME = "MANIFEST.sha256"


def seal(folder: Path) -> bool:
    """Write the manifest of an edition's raw folder in the form of ``sha256sum``; return whether it changed.

    Raises
    ------
    DataError
        With every file that cannot be read.
    """
    digests, problems = _digests(folder, f"data/raw/{folder.name}")
    if problems:
        raise DataError(problems)
    return write(folder / NAME, "".join(f"{digest}  {name}\n" for name, digest in digests.items()))


def check(folder: Path, file: str, *, kept_out: Collection[str] = ()) -> list[Problem]:
    """Compare an edition's raw folder with its manifest.

    Returns a problem for every file that changed, is missing, cannot be read, or is not in the manifest; and one when there is no manifest.
    Files of ``kept_out`` may be missing, since they stay out of the repository.
    """
    path, manifest = folder / NAME, f"{file}/{NAME}"
    if not path.is_file():
        return [Problem(manifest, 0, "", "a published edition has a manifest", "run `make seal`")]
    content, problems = read_bytes(path, manifest)
    text, odd = decode(content or b"", manifest)
    if problems or odd:
        return [*problems, *odd]
    stated: dict[str, str] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else [], start=1):
        digest, separator, name = line.partition("  ")
        if not separator or len(digest) != 64:
            problems.append(Problem(manifest, number, line, "must be a checksum, two spaces and a file name"))
        elif name in stated:
            problems.append(Problem(manifest, number, name, "is named twice", "a line was copied; run `make seal`"))
        else:
            stated[name] = digest
    present, unread = _digests(folder, file)
    unreadable = {problem.file for problem in unread}
    for name in sorted(stated.keys() | present.keys()):
        place = f"{file}/{name}"
        if name not in stated:
            problems.append(Problem(place, 0, "", "is not in the manifest", "it was added after publication"))
        elif name not in present:
            if place not in unreadable and name not in kept_out:
                problems.append(Problem(place, 0, "", "is in the manifest but missing", "it was deleted or renamed"))
        elif present[name] != stated[name]:
            rule, cause = f"checksum must be {stated[name][:12]}…", "the file was changed after publication"
            problems.append(Problem(place, 0, present[name][:12], rule, cause))
    return problems + unread


def _digests(folder: Path, file: str) -> tuple[dict[str, str], list[Problem]]:
    """Return the digest of every raw file by its name, in order, and a problem for each that cannot be read; hidden ones do not count."""
    digests, problems = {}, []
    for path in sorted(path for path in folder.iterdir() if path.is_file() and path.name != NAME and path.name[0] != "."):
        content, odd = read_bytes(path, f"{file}/{path.name}")
        problems += odd
        if content is not None:
            digests[path.name] = hashlib.sha256(content).hexdigest()
    return digests, problems
