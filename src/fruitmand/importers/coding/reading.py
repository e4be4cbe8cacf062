"""Read coded interviews from whatever a tool of qualitative research exported; what the file is, is told by its content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fruitmand.edition.errors import DataError
from fruitmand.edition.signatures import is_zip
from fruitmand.importers.coding import (
    atlasti,
    dedoose,
    layouts,
    maxqda,
    nvivo,
    qualcoder_database,
    qualcoder_report,
    rqda_database,
    taguette_database,
    taguette_tables,
)
from fruitmand.importers.coding.archive import LARGEST, Archive
from fruitmand.importers.coding.database import MAGIC, Database
from fruitmand.importers.coding.markup import local_name, parse
from fruitmand.importers.coding.problems import refusal
from fruitmand.importers.coding.project import CodedProject
from fruitmand.importers.coding.refi_codebook import read_codebook
from fruitmand.importers.coding.refi_project import project_members, read_project
from fruitmand.importers.coding.refused_files import first_bytes
from fruitmand.importers.coding.tables import Sheet, read_separated, read_workbook

KNOWN = "REFI-QDA (.qdpx, .qdc), Taguette, QualCoder, ATLAS.ti, MAXQDA, Dedoose, RQDA, or a table of document, passage, code and coder"


@dataclass(frozen=True)
class _Layout:
    fits: Callable[[Sheet], bool]
    read: Callable[[Sheet], CodedProject]


# A layout of a tool comes before one that any table may have.
_LAYOUTS = (
    _Layout(taguette_tables.is_highlights, taguette_tables.read_highlights),
    _Layout(taguette_tables.is_codebook, taguette_tables.read_codebook),
    _Layout(qualcoder_report.is_report, qualcoder_report.read_report),
    _Layout(atlasti.is_quotations, atlasti.read_quotations),
    _Layout(maxqda.is_segments, maxqda.read_segments),
    _Layout(maxqda.is_code_system, maxqda.read_code_system),
    _Layout(dedoose.is_excerpts, dedoose.read_excerpts),
    _Layout(nvivo.is_matrix, nvivo.read_matrix),
    _Layout(layouts.is_wide, layouts.read_wide),
    _Layout(layouts.is_plain, layouts.read_plain),
    _Layout(layouts.is_by_coder, layouts.read_by_coder),
)
_DATABASES = (
    (taguette_database.TABLES, taguette_database.read_taguette),
    (qualcoder_database.TABLES, qualcoder_database.read_qualcoder),
    (rqda_database.TABLES, rqda_database.read_rqda),
)


def read_coded(path: Path) -> CodedProject:
    """Return what a file of coded interviews holds: passages with codes and coders, the codebook, and what could not be placed.

    Nothing is written and nothing is unpacked to disk. A passage is compared with what the export quotes wherever it quotes it.

    Raises
    ------
    DataError
        When the file is not one that is known, is damaged, or says two things of one passage; with all that is wrong at once.
    """
    head = first_bytes(path)
    if head.startswith(MAGIC):
        project = _read_database(path)
    elif is_zip(head):
        project = _read_zip(path)
    elif (start := _begin(head)).startswith("<"):
        project = _read_markup(path, start)
    else:
        project = _read_sheets(read_separated(_bounded(path), path.name), path.name)
    if project.unplaced:
        note = f"Selections without a place in a text, listed with the reason: {len(project.unplaced)}."
        project = replace(project, notes=(*project.notes, note))
    if len(project.coders) == 1 and project.passages:
        note = f"All codings are by one coder, {project.coders[0]!r}: agreement is not measured."
        project = replace(project, notes=(*project.notes, note))
    return project


def is_coded(path: Path) -> bool:
    """Return whether a file is for this reader: not a table whose columns are of no known layout, nor an SPSS file.

    A file of a kind that can be no table, such as a document or a picture, counts as one for this reader, which says what it is.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip() or head.startswith((b"$FL2", b"$FL3")):
        return False
    if head.startswith(MAGIC) or _begin(head).startswith("<"):
        return True
    try:
        if is_zip(first_bytes(path)):
            with path.open("rb") as stream, Archive(stream, path.name) as archive:
                if "xl/workbook.xml" not in archive.members:
                    return True
            sheets: Sequence[Sheet] = read_workbook(path)
        else:
            sheets = read_separated(_bounded(path), path.name)
    except DataError:
        return path.suffix.casefold() not in (".csv", ".tsv", ".txt", ".xlsx") or _begins_as_coded(head, path.name)
    return _is_known(sheets)


def _is_known(sheets: Sequence[Sheet]) -> bool:
    return any(layout.fits(sheet) for layout in _LAYOUTS for sheet in sheets)


def _begins_as_coded(head: bytes, file: str) -> bool:
    """Return whether the headings of a text are of a known layout, although its rows cannot be read."""
    try:
        return _is_known(read_separated(head.partition(b"\n")[0], file))
    except DataError:
        return False


def _begin(head: bytes) -> str:
    """Return how a file begins as text, whatever its encoding, without a byte order mark and white space."""
    return head.decode("latin-1").replace("\0", "").lstrip("\xef\xbb\xbf\xff\xfe \t\r\n")[:300]


def _bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise refusal(path.name, f"must be at most {LARGEST // 1_000_000} MB", "it is no export of coded interviews")
    return content


def _read_database(path: Path) -> CodedProject:
    base = Database(path)
    try:
        for tables, read in _DATABASES:
            if tables <= set(base.tables):
                return read(base)
    finally:
        base.close()
    raise refusal(
        path.name,
        "must be the database of Taguette, QualCoder or RQDA",
        "it is another one; export a REFI-QDA project (.qdpx) from the tool",
    )


def _read_zip(path: Path) -> CodedProject:
    with path.open("rb") as stream, Archive(stream, path.name) as archive:
        names = set(archive.members)
        if project_members(names):
            return read_project(archive)
    if "xl/workbook.xml" in names:
        return _read_sheets(read_workbook(path), path.name)
    folded = {name.casefold() for name in names}
    if "word/document.xml" in folded:
        raise refusal(path.name, "must be an export of coded passages", "it is a Word document; export the passages as XLSX, CSV or .qdpx")
    if "mimetype" in folded and "content.xml" in folded:
        raise refusal(path.name, "must be an export of coded passages", "it is an OpenDocument file; save it as XLSX")
    if any(name.endswith((".qde", ".qdpx")) for name in folded):
        cause = "the project stands in a folder of it: it was unpacked and packed again; take the file that the tool exported"
        raise refusal(path.name, "must have a project (.qde) at its root", cause)
    raise refusal(path.name, "must be a project (.qdpx) or a workbook (XLSX)", "it is another zip file; unpack it and give the file in it")


def _read_markup(path: Path, start: str) -> CodedProject:
    if start.casefold().startswith(("<!doctype html", "<html")):
        raise refusal(path.name, "must be an export of coded passages", "it is a web page; export the passages as CSV, XLSX or .qdpx")
    root = parse(_bounded(path), path.name)
    if local_name(root) == "CodeBook":
        return read_codebook(root, path.name)
    if local_name(root) == "Project":
        raise refusal(
            path.name, "must be the whole project (.qdpx)", "it is the part without the texts (.qde); give the .qdpx that it stands in"
        )
    raise refusal(path.name, f"must be one of {KNOWN}", f"it is XML of another kind, {local_name(root)!r}")


def _read_sheets(sheets: Sequence[Sheet], file: str) -> CodedProject:
    """Read the sheet of a workbook, or the reading of a text with one separator, of which the layout is known."""
    for layout in _LAYOUTS:
        fitting = [sheet for sheet in sheets if layout.fits(sheet)]
        names = [sheet.name for sheet in fitting]
        own = [sheet for sheet in fitting if sheet.name.casefold() == "coding"]
        if len(fitting) > 1 and fitting[0].kind == "xlsx" and not own:
            raise refusal(
                file,
                "must have one sheet with coded passages",
                f"sheets {', '.join(map(repr, names))} all look like one; leave one of them",
            )
        for sheet in own or fitting:
            if sheet.rows:
                return layout.read(sheet)
            raise refusal(file, "must have rows below its headings", "nothing was coded, or the export is empty")
    headings = ", ".join(repr(heading[:40]) for heading in sheets[0].headings[:12])
    raise refusal(file, f"must be one of {KNOWN}", f"its columns are {headings}")
