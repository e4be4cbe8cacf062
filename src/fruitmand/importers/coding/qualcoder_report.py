"""Read QualCoder's report of codings, by file or by case, with and without variables.

A row has the categories of its code, the nearest first. The CSV is ragged: it leaves out the categories that a code does not have, so that
variables slide under *Category*. Its rows are realigned by their length; where a spreadsheet has padded them, that can no longer be done.
"""

import re

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import clean
from fruitmand.importers.coding.passages import Coders, Coding, documents_of, gather
from fruitmand.importers.coding.problems import all_of, refusal
from fruitmand.importers.coding.project import Code, CodedProject, Unplaced
from fruitmand.importers.coding.tables import Row, Sheet, even

_XLSX = "take the report as XLSX, or the project (.qdpx)"
_TEXT = re.compile(r"ctid:\d+")
_PICTURES = {"imid": "a selection in a picture has no text", "avid": "a selection in a recording has a time, not a place in a text"}


def is_report(sheet: Sheet) -> bool:
    """Return whether a sheet is a report of codings."""
    return {"coder", "coded", "id", "codename"} <= set(sheet.names)


def read_report(sheet: Sheet) -> CodedProject:
    """Return the codings of a report. It has no positions: rows of one coder with the same text in a document are one passage.

    Raises
    ------
    DataError
        When rows cannot be realigned, or lack a file, a code or a text.
    """
    if places := sheet.odd.get("formulas"):
        cause = "QualCoder writes a text that begins with '=' as a formula, and a spreadsheet loses it; take the report as CSV, or a .qdpx"
        raise refusal(sheet.file, f"must hold no formula, and does in {places}", cause)
    sheet = even(_realigned(sheet) if sheet.kind == "csv" else sheet)
    coders = Coders()
    codings, unplaced, repeated = _rows(sheet, coders)
    gathered = gather(sheet.file, codings, repeats=True)
    notes = ["The report has no positions: what one coder coded in the same text of a document is taken as one passage."]
    if repeated:
        notes.append(f"Rows that repeat a coding under another case, and count once: {repeated}.")
    by = "case" if "case" in sheet.names else "file"
    return CodedProject(
        f"QualCoder, report of codings by {by} as {sheet.kind.upper()}",
        gathered.passages,
        tuple(Code(path) for path in dict.fromkeys(coding.code for coding in codings if coding.code)),
        documents_of(codings),
        gathered.uncoded,
        tuple(unplaced),
        (*notes, *sheet.notes, *coders.notes(), *gathered.notes),
    )


def _rows(sheet: Sheet, coders: Coders) -> tuple[list[Coding], list[Unplaced], int]:
    """Return the codings of a report, those without a text, and how many rows repeat one: a report by case has it under each case."""
    problems: list[Problem] = []
    codings: list[Coding] = []
    unplaced: list[Unplaced] = []
    seen: dict[str, tuple[str, ...]] = {}
    own = [place for place, name in enumerate(sheet.names) if name not in ("case", "category") and not name.startswith("casevar_")]
    repeated = 0
    for row in sheet.rows:
        document, key, code = sheet.label(row, "file", "filename"), sheet.label(row, "id"), sheet.label(row, "codename")
        quote, coder = sheet.cells(row, "coded"), coders.name(sheet.cells(row, "coder"))
        categories = [clean(row.cells[place]) for place in sheet.places("category")]
        path = (*reversed([category for category in categories if category]), code)
        content = tuple(row.cells[place] for place in own)
        if key in seen:
            repeated += 1
            if seen[key] != content:
                rule = "rows with one id must be the same coding"
                problems.append(Problem(sheet.file, row.number, key, rule, f"the report was changed; {_XLSX}"))
            continue
        seen[key] = content
        if (kind := key.partition(":")[0]) in _PICTURES:
            unplaced.append(Unplaced(document, key, _PICTURES[kind], (path,), coder))
            continue
        for name, value in (("file", document), ("codename", code), ("coded", quote.strip())):
            if not value:
                problems.append(Problem(sheet.file, row.number, "", f"must have a value in column {name!r}", "the report was changed"))
        if not _TEXT.fullmatch(key):
            problems.append(
                Problem(sheet.file, row.number, key, "must have an id such as 'ctid:12' in column 'id'", f"cells moved; {_XLSX}")
            )
        codings.append(Coding(document, quote, quote, path, coder, key, row.number, memo=sheet.cells(row, "coded_memo").strip()))
    if problems:
        raise all_of(problems)
    return codings, unplaced, repeated


def _realigned(sheet: Sheet) -> Sheet:
    """Return a ragged report with a cell for every heading."""
    places = sheet.places("category")
    if not places:
        return sheet
    first, levels, width = places[0], len(places), len(sheet.headings)
    after = width - places[-1] - 1
    if places != list(range(first, first + levels)):
        raise refusal(sheet.file, "must have its columns 'Category' side by side", f"the report was changed; {_XLSX}")
    if after and _is_padded(sheet, first, levels):
        cause = f"a spreadsheet has filled up its rows, so that variables stand under 'Category'; {_XLSX}"
        raise refusal(sheet.file, "must be the CSV as QualCoder wrote it", cause)
    rows: list[Row] = []
    problems: list[Problem] = []
    for row in sheet.rows:
        missing = width - len(row.cells)
        if not 0 <= missing <= levels:
            rule = f"must have {width - levels} to {width} cells; it has {len(row.cells)}"
            problems.append(Problem(sheet.file, row.number, "", rule, f"the row was cut off or changed; {_XLSX}"))
            continue
        place = len(row.cells) - after
        rows.append(Row(row.number, (*row.cells[:place], *[""] * missing, *row.cells[place:])))
    if problems:
        raise all_of(problems)
    return Sheet(sheet.file, sheet.kind, sheet.name, sheet.headings, tuple(rows), sheet.odd, sheet.notes)


def _is_padded(sheet: Sheet, first: int, levels: int) -> bool:
    """Return whether rows were filled up: as QualCoder writes them, a row of full length has a category at every level."""
    full = [row.cells for row in sheet.rows if len(row.cells) >= len(sheet.headings)]
    gaps = any(not cell.strip() for cells in full for cell in cells[first : first + levels])
    return gaps or (len(full) == len(sheet.rows) and any(not cells[-1].strip() for cells in full))
