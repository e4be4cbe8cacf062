"""Begin an edition with what an earlier one has: ``python -m fruitmand.importers.new_edition EDITION FROM``.

It stands among the importers, since like them it brings raw tables into ``data/raw``; what it imports is an earlier edition. It copies
the instruments (codebook, scales, cut-offs, agenda, items), never what was found with them. Places in the earlier edition get its name in
front, since they are no places of the new one, and ``used_at``, a section of the earlier publication, is left empty. The scale that the
earlier edition used is the one that the new one declares.
"""

import csv
import io
import json
import os
import re
import shutil
import sys
import tempfile
import tomllib
from importlib.resources import files
from pathlib import Path

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root, write
from fruitmand.edition.reading import Edition, editions

NAME = r"[a-z0-9][a-z0-9-]*"
CARRIED = {
    "municipalities": "municipalities",
    "codebook": "codes",
    "scales": "points of scales",
    "cut_offs": "cut-offs",
    "agenda": "questions",
    "items": "statements",
}
"""The tables that come along, and what their rows are."""
_PLACES = ("place", "declared_at", "symbol_declared_at")
_SECTIONS = ("used_at",)
_HISTORY = ("was", "since", "until")
"""The last columns of the codebook, which say what became of a code; they are there to be filled in."""


def new_edition(name: str, origin: str) -> dict[str, int]:
    """Write ``data/raw/<name>`` with the instruments of an earlier edition, whole or not at all; return the rows of every table.

    Cells that are missing stay missing, and a table that is empty or absent is not written.

    Raises
    ------
    FruitmandError
        When the name is no name of an edition or is taken, or there is no edition to begin with.
    DataError
        When a table of the earlier edition breaks its schema.
    """
    root = project_root()
    target = root / "data" / "raw" / name
    if not re.fullmatch(NAME, name) or name.endswith("-"):
        raise FruitmandError(f"{name!r} is no name of an edition: it has small letters, digits and hyphens, as 2026 or pilot-2026")
    if os.path.lexists(target):
        raise FruitmandError(f"data/raw/{name} is there already, and nothing was changed; choose another name, or move that folder away")
    if origin not in editions():
        asked = f"there is no edition {origin!r} to begin with" if origin else "name the edition to begin with"
        raise FruitmandError(f"{asked}: FROM= one of {', '.join(editions())}")
    earlier = Edition(origin)
    tables = {table: carried for table in CARRIED if len(carried := _carried(earlier, table)) > 1}
    scratch = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=root / "data"))
    try:
        scratch.chmod(0o755)  # temporary folders are readable by their owner only
        write(scratch / "edition.toml", _settings(name, earlier))
        for table, rows in tables.items():
            buffer = io.StringIO()
            csv.writer(buffer, lineterminator="\n").writerows(rows)
            write(scratch / f"{table}.csv", buffer.getvalue())
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {table: len(rows) - 1 for table, rows in tables.items()}


def _carried(earlier: Edition, table: str) -> list[list[str]]:
    """Return the rows of a table as the new edition has them, headings first; none when the earlier one has no such file.

    Of every code it says since which year it is there, with room for its id before and for when it ended. Codes that ended stay in the
    codebook, for the record.
    """
    if not len(earlier[table]) or not (earlier.folder / f"{table}.csv").is_file():
        return []
    with (earlier.folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        headings, *rows = csv.reader(stream)
    if table == "codebook":
        _instrument(headings, rows)
    return [headings, *([_cell(earlier, *named) for named in zip(headings, row, strict=True)] for row in rows)]


def _instrument(headings: list[str], rows: list[list[str]]) -> None:
    """Make a codebook one to go on with: with all columns of its codes' history, and the scales that were used as the declared ones."""
    for place, heading in enumerate(_HISTORY, start=len(headings) - len(set(_HISTORY) & set(headings))):
        if heading not in headings:
            headings.insert(place, heading)
            for row in rows:
                row.insert(place, "")
    if {"scale_declared", "scale_used"} <= set(headings):
        declared, used = headings.index("scale_declared"), headings.index("scale_used")
        for row in rows:
            row[declared] = row[used] if row[declared] else ""


def _cell(earlier: Edition, heading: str, text: str) -> str:
    if heading in _SECTIONS:
        return ""
    if heading == "since":
        return text or str(earlier.settings.year)
    if heading in _PLACES and text and not text.startswith("edition "):
        return f"edition {earlier.name}, {text}"
    return text


def _settings(name: str, earlier: Edition) -> str:
    year = re.search(r"[0-9]{4}", name)
    values = {
        "NAME": name,
        "ORIGIN": earlier.name,
        "YEAR": year[0] if year else str(earlier.settings.year + 1),
        "MIN_CELL": str(earlier.settings.disclosure.min_cell),
        "WORDING": _wording(earlier),
    }
    text = (files("fruitmand.importers") / "new_edition.toml").read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _wording(earlier: Edition) -> str:
    """Return what the earlier edition says of the words in its codebook and items, which came along."""
    said = tomllib.loads((earlier.folder / "edition.toml").read_text(encoding="utf-8-sig")).get("wording", {})
    lines = [f"{key} = {json.dumps(said[key], ensure_ascii=False)}\n" for key in ("names", "same") if said.get(key)]
    return "".join(["[wording]                   # words that are the same in both languages\n", *lines, "\n"]) if lines else ""


@command
def main(arguments: list[str]) -> int:
    """Begin the edition on the command line, and say what came along and what to do next."""
    match arguments:
        case [name, origin]:
            rows = new_edition(name, origin)
        case _:
            raise FruitmandError("usage: make edition EDITION=… FROM=…, or python -m fruitmand.importers.new_edition EDITION FROM")
    came = ", ".join(f"{count} {CARRIED[table]}" for table, count in rows.items())
    print(f"data/raw/{name} is a draft; from {origin} came {came}")
    todo = "fill in edition.toml, put right municipalities.csv, items.csv if you hold a survey, and in codebook.csv what changed"
    print(f"next: {todo}; then make check EDITION={name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
