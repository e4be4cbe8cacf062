"""Build an edition anew in a scratch folder and compare it with what is published: ``python -m fruitmand.pipeline.published EDITION``.

With ``--publish`` the report as it is becomes what is published: its checksums go into ``reports/<edition>.sha256``, and a
picture of it into ``reports/<edition>.png``.
"""

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pypdf import PdfReader

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root, sha256, write
from fruitmand.edition.reading import raw_folder
from fruitmand.outputs.picture import picture
from fruitmand.pipeline.build import LOCK, STAMP
from fruitmand.pipeline.record import NAME, read_record

PICTURED = (1, 4)
"""Pages of the report in the picture of it: the answer, and all ratings."""
PARTS = ("LICENSE", "Makefile", "README.md", "notebooks", "pyproject.toml", "requirements", "src")
"""What a build needs besides the raw data and the environment."""
MAKE = ("make", "--no-print-directory", "-o", ".venv/report.done", "report")
"""Build in a copy, with the environment as it is."""


def copy_project(root: Path, target: Path, editions: Sequence[str], environment: Path | None = None) -> Path:
    """Copy what a build needs into a new folder, with an environment (the project's own, if none is named) as a link."""
    target.mkdir(parents=True)
    for part in PARTS:
        source = root / part
        if source.is_dir():
            shutil.copytree(source, target / part, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", ".ipynb_checkpoints"))
        else:
            shutil.copy2(source, target / part)
    for edition in editions:
        shutil.copytree(root / "data" / "raw" / edition, target / "data" / "raw" / edition)
    (target / ".venv").symlink_to((environment or root / ".venv").resolve())
    return target


def built(folder: Path, edition: str) -> dict[str, str]:
    """Return the checksums of all that a build made of an edition, without the build's own records."""
    made = checksums(folder / "reports" / edition)
    processed = checksums(folder / "data" / "processed" / edition)
    return made | {f"processed/{name}": digest for name, digest in processed.items() if Path(name).name not in (NAME, STAMP, LOCK)}


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder by its relative path."""
    return {str(path.relative_to(folder)): sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def published(root: Path, edition: str) -> dict[str, str]:
    """Return the checksums of an edition's published report.

    Raises
    ------
    FruitmandError
        When the edition has none.
    """
    path = root / "reports" / f"{edition}.sha256"
    if not path.is_file():
        raise FruitmandError(f"edition {edition} is not published: there is no {path.relative_to(root)}; `make publish` writes it")
    lines = (line.partition("  ") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, _, name in lines}


def publish(root: Path, edition: str) -> int:
    """Write the checksums of a report and a picture of its first pages, and return how many files it has."""
    found = checksums(root / "reports" / edition)
    record = read_record(root / "data" / "processed" / edition / "report")
    odd = record.odd_results(root) if record else ["it has no record"]
    odd += [f"{name}: is not of the build" for name in found if record and f"reports/{edition}/{name}" not in record.made]
    if odd or not found:
        raise FruitmandError(f"reports/{edition} is not as it was built ({odd[0] if odd else 'it is empty'}); run `make report` first")
    write(root / "reports" / f"{edition}.sha256", "".join(f"{digest}  {name}\n" for name, digest in found.items()))
    pdf = sorted((root / "reports" / edition).glob("appendix.*.pdf"))[0]  # English, where there is that
    write(root / "reports" / f"{edition}.png", picture(pdf, PICTURED))
    return len(found)


def differences(wanted: dict[str, str], built: Path, copy: Path) -> Iterator[str]:
    """Say how a report differs from the published one: file by file, and in which page, cell or number.

    ``copy`` is a folder with the published files, where they are still there.
    """
    found = checksums(built)
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            yield f"{name} is missing"
        elif name not in wanted:
            yield f"{name} is not published"
        elif found[name] != wanted[name]:
            old = copy / name
            known = old.is_file() and sha256(old) == wanted[name]
            detail = _detail(old, built / name) if known else "the published copy is not here to compare with"
            yield f"{name} differs: {detail}"


def _detail(old: Path, new: Path) -> str:
    match old.suffix:
        case ".pdf":
            pages = [[page.extract_text() for page in PdfReader(path).pages] for path in (old, new)]
            for number, (before, now) in enumerate(zip(*pages, strict=False), start=1):
                if before != now:
                    lines = zip(before.splitlines(), now.splitlines(), strict=False)
                    first = next(((a, b) for a, b in lines if a != b), ("", "more or fewer lines"))
                    return f"first on page {number}: {first[0]!r} is now {first[1]!r}"
            return f"{len(pages[0])} pages and now {len(pages[1])}" if len(pages[0]) != len(pages[1]) else "in its drawings or its metadata"
        case ".csv":
            rows = [list(csv.reader(path.read_text(encoding="utf-8").splitlines())) for path in (old, new)]
            for number, (before, now) in enumerate(zip(*rows, strict=False), start=1):
                if before != now:
                    return f"first in row {number}: {before} is now {now}"
            return f"{len(rows[0])} rows and now {len(rows[1])}"
        case ".json" if old.name == "numbers.json":
            values = [{item["name"]: item["value"] for item in json.loads(path.read_text(encoding="utf-8"))} for path in (old, new)]
            name = next(name for name in sorted(values[0].keys() | values[1].keys()) if values[0].get(name) != values[1].get(name))
            before, now = (side.get(name) for side in values)
            by = f", by {now - before:+g}" if isinstance(before, int | float) and isinstance(now, int | float) else ""
            return f"first in {name}: {before} is now {now}{by}"
    sizes = old.stat().st_size, new.stat().st_size
    return f"{sizes[0]} bytes and now {sizes[1]}" if sizes[0] != sizes[1] else f"in its {sizes[0]} bytes"


def verify(edition: str) -> tuple[int, list[str]]:
    """Build an edition in a scratch folder; return how many files are published, and how the new ones differ."""
    root = project_root()
    raw_folder(edition)
    wanted = published(root, edition)
    with tempfile.TemporaryDirectory(prefix="fruitmand.") as scratch:
        copy = copy_project(root, Path(scratch) / "verify", [edition])
        command = [*MAKE, f"EDITION={edition}"]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise FruitmandError(f"the edition could not be built anew:\n{done.stderr}")
        return len(wanted), list(differences(wanted, copy / "reports" / edition, root / "reports" / edition))


@command
def main(arguments: list[str]) -> int:
    """Verify or publish the edition on the command line."""
    match arguments:
        case ["--publish", edition]:
            raw_folder(edition)
            print(f"published: {publish(project_root(), edition)} files of edition {edition}")
            return 0
        case [edition]:
            count, found = verify(edition)
        case _:
            raise FruitmandError("usage: python -m fruitmand.pipeline.published [--publish] EDITION")
    print("\n".join(found) if found else f"edition {edition}: a build from nothing gave the same bytes in all {count} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
