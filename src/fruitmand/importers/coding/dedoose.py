"""Read Dedoose's export of excerpts: a row for each excerpt, and a column for each code that says whether it was applied."""

import re

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import split_path
from fruitmand.importers.coding.passages import Coders, Coding, codes_or_none, documents_of, gather
from fruitmand.importers.coding.problems import all_of
from fruitmand.importers.coding.project import Code, CodedProject, CodePath, Unplaced
from fruitmand.importers.coding.tables import Row, Sheet, even

_COLUMN = re.compile(r"Code:\s*(.+?)\s*Applied", re.IGNORECASE)
_YES = ("true", "1", "yes")
_NO = ("false", "0", "no", "")


def is_excerpts(sheet: Sheet) -> bool:
    """Return whether a sheet is an export of excerpts."""
    return {"media title", "excerpt copy"} <= set(sheet.names)


def read_excerpts(sheet: Sheet) -> CodedProject:
    """Return the excerpts; codes come from the column of each code, where levels are separated by a backslash.

    Raises
    ------
    DataError
        When a row has no document, a column of a code holds neither true nor false, or codes in one cell cannot be told apart.
    """
    sheet = even(sheet)
    columns = {
        place: split_path(found[1], r"\\") for place, name in enumerate(sheet.headings) if (found := _COLUMN.fullmatch(name.strip()))
    }
    coders = Coders()
    problems: list[Problem] = []
    codings: list[Coding] = []
    unplaced: list[Unplaced] = []
    for row in sheet.rows:
        document, quote = sheet.label(row, "media title"), sheet.cells(row, "excerpt copy")
        coder = coders.name(sheet.cells(row, "excerpt creator"))
        codes = _applied(sheet, row, columns, problems) if columns else _combined(sheet, row, problems)
        if not document:
            problems.append(Problem(sheet.file, row.number, "", "must have a value in column 'Media Title'", "the export was changed"))
        if not quote.strip():
            why = "the export holds no text of this excerpt, as of a recording"
            unplaced.append(Unplaced(document, f"row {row.number}", why, tuple(codes), coder))
            continue
        codings += [Coding(document, row.number, quote, code, coder, f"row {row.number}", row.number) for code in codes_or_none(codes)]
    if problems:
        raise all_of(problems)
    gathered = gather(sheet.file, codings)
    used = [*columns.values(), *(coding.code for coding in codings if coding.code)]
    return CodedProject(
        f"Dedoose, excerpts as {sheet.kind.upper()}",
        gathered.passages,
        tuple(Code(path) for path in dict.fromkeys(used)),
        documents_of(codings),
        gathered.uncoded,
        tuple(unplaced),
        (*sheet.notes, *coders.notes(), *gathered.notes),
    )


def _applied(sheet: Sheet, row: Row, columns: dict[int, CodePath], problems: list[Problem]) -> list[CodePath]:
    codes = []
    for place, path in columns.items():
        value = row.cells[place].strip().casefold()
        if value not in (*_YES, *_NO):
            rule = f"column {sheet.headings[place]!r} must hold true or false"
            problems.append(Problem(sheet.file, row.number, row.cells[place], rule, "cells moved, or the export was changed"))
        if value in _YES:
            codes.append(path)
    return codes


def _combined(sheet: Sheet, row: Row, problems: list[Problem]) -> list[CodePath]:
    cell = sheet.label(row, "codes applied combined")
    if "," in cell:
        cause = "a comma separates codes and may be part of one; export the excerpts with a column for each code"
        problems.append(Problem(sheet.file, row.number, cell, "codes in one cell must be told apart", cause))
    return [split_path(cell, r"\\")] if cell else []
