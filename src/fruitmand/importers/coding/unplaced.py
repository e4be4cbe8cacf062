"""The list of what an export holds and the edition does not: outside the repository, since it quotes."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from fruitmand.edition.files import write
from fruitmand.importers.coding.assembly import Coded
from fruitmand.importers.coding.project import CodedProject, Unplaced

NAME = "unplaced.txt"
_SECTION = "== "


def not_placed(project: CodedProject, spellings: Sequence[str], uncoded: Sequence[Coded]) -> dict[str, list[str]]:
    """Return what is not in the edition of what a coder selected, by kind, a line each.

    Highlights without a code, passages whose codes are all ignored or give a valence alone, selections in a PDF, a recording or a picture,
    and documents in which nothing was coded.
    """
    mine = set(spellings)
    coded = {passage.document for passage in project.passages if passage.coder in mine}
    return {
        "highlights without a code": [
            _line(f"{one.document} ({one.source_id})", one.quote) for one in project.uncoded if one.coder in mine or not one.coder
        ],
        "passages without a code of the codebook": [
            _line(f"{one.place}: {', '.join(' > '.join(path) for path, _ in one.given)}", one.passage.quote) for one in uncoded
        ],
        "selections without a place in a text": [_selection(one) for one in project.unplaced if one.coder in mine or not one.coder],
        "documents in which nothing was coded": [
            document.name for document in project.documents if document.text is not None and document.name not in coded
        ],
    }


def write_unplaced(folder: Path, coder: str, file: str, found: Mapping[str, Sequence[str]]) -> Path:
    """Write the list of a coder into the file of all coders, and return that file; the lists of the others stay."""
    path = folder / NAME
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    sections = {
        part.partition(":")[0]: part for part in re.split(rf"^{_SECTION}", before, flags=re.MULTILINE) if part.strip() and ":" in part
    }
    lines = [f"{coder}: {file}"]
    for kind, entries in found.items():
        if entries:
            lines += [f"  {kind}: {len(entries)}", *(f"    {entry}" for entry in entries)]
    sections[coder] = "\n".join(lines if len(lines) > 1 else [*lines, "  everything has its place"]) + "\n"
    write(path, "".join(f"{_SECTION}{sections[name]}" for name in sorted(sections)))
    return path


def _line(place: str, quote: str) -> str:
    return f"{' '.join(place.split())}: {' '.join(quote.split())}"


def _selection(one: Unplaced) -> str:
    codes = f" [{', '.join(' > '.join(path) for path in one.codes)}]" if one.codes else ""
    return _line(f"{one.document}, {one.where}{codes}", one.why)
