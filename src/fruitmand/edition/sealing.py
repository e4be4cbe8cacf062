"""The checksum manifest that keeps the raw files of a published edition as they are."""

from pathlib import Path

from fruitmand.edition.errors import Problem
from fruitmand.edition.files import sha256, write

NAME = "MANIFEST.sha256"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name != NAME and path.name[0] != ".")


def seal(folder: Path) -> bool:
    """Write the manifest of an edition's raw folder in the form of ``sha256sum``; return whether it changed."""
    lines = [f"{sha256(path)}  {path.name}\n" for path in _files(folder)]
    return write(folder / NAME, "".join(lines))


def check(folder: Path, file: str) -> list[Problem]:
    """Compare an edition's raw folder with its manifest.

    Returns a problem for every file that changed, is missing, or is not in the manifest; and one when there is no manifest.
    """
    path = folder / NAME
    if not path.is_file():
        return [Problem(f"{file}/{NAME}", 0, "", "a published edition has a manifest", "run `make seal`")]
    problems, stated = [], {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        digest, separator, name = line.partition("  ")
        if not separator or len(digest) != 64:
            problems.append(Problem(f"{file}/{NAME}", number, line, "must be a checksum, two spaces and a file name"))
        else:
            stated[name] = digest
    present = {item.name: item for item in _files(folder)}
    for name in sorted(stated.keys() | present.keys()):
        if name not in present:
            problems.append(Problem(f"{file}/{name}", 0, "", "is in the manifest but missing", "it was deleted or renamed"))
        elif name not in stated:
            problems.append(Problem(f"{file}/{name}", 0, "", "is not in the manifest", "it was added after publication"))
        elif (actual := sha256(present[name])) != stated[name]:
            problems.append(
                Problem(
                    f"{file}/{name}", 0, actual[:12], f"checksum must be {stated[name][:12]}…", "the file was changed after publication"
                )
            )
    return problems
