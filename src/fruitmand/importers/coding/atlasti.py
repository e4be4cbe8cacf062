"""Read ATLAS.ti's report of quotations (XLSX): a row for each quotation, with all its codes in one cell, one on a line."""

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import clean, split_path
from fruitmand.importers.coding.passages import Coders, Coding, codes_or_none, documents_of, gather
from fruitmand.importers.coding.problems import all_of
from fruitmand.importers.coding.project import Code, CodedProject, Unplaced
from fruitmand.importers.coding.tables import Sheet, even

_GROUP = r"(?<=\S):\s"


def is_quotations(sheet: Sheet) -> bool:
    """Return whether a sheet is a report of quotations."""
    return {"quotation content", "codes", "document"} <= set(sheet.names)


def read_quotations(sheet: Sheet) -> CodedProject:
    """Return the quotations of a report. A line of the cell *Codes* is a code, whatever commas are in it; ``group: code`` is a path.

    A quotation without text, as of a picture or a recording, has no place. The coder is who created the quotation.

    Raises
    ------
    DataError
        When two rows have one id, or a row has no document.
    """
    sheet = even(sheet)
    coders = Coders()
    seen: dict[tuple[str, str], int] = {}
    problems: list[Problem] = []
    codings: list[Coding] = []
    unplaced: list[Unplaced] = []
    for row in sheet.rows:
        document, key = sheet.label(row, "document"), sheet.label(row, "id") or f"row {row.number}"
        quote, memo = sheet.cells(row, "quotation content"), sheet.cells(row, "comment").strip()
        codes = [split_path(line, _GROUP) for line in sheet.cells(row, "codes").split("\n") if clean(line)]
        coder = coders.name(sheet.cells(row, "created by"))
        if not document:
            problems.append(Problem(sheet.file, row.number, "", "must have a value in column 'Document'", "the report was changed"))
        if seen.setdefault((document, key), row.number) != row.number:
            rule = f"must have an id of its own; row {seen[document, key]} has the same"
            problems.append(Problem(sheet.file, row.number, key, rule, "two reports were put together"))
        if not quote.strip():
            why = "the report holds no text of this quotation, as of a picture or a recording"
            unplaced.append(Unplaced(document, f"quotation {key}, row {row.number}", why, tuple(codes), coder))
            continue
        codings += [Coding(document, key, quote, code, coder, key, row.number, memo=memo) for code in codes_or_none(codes)]
    if problems:
        raise all_of(problems)
    gathered = gather(sheet.file, codings)
    used = [coding.code for coding in codings if coding.code] + [code for one in unplaced for code in one.codes]
    return CodedProject(
        f"ATLAS.ti, report of quotations as {sheet.kind.upper()}",
        gathered.passages,
        tuple(Code(path) for path in dict.fromkeys(used)),
        documents_of(codings),
        gathered.uncoded,
        tuple(unplaced),
        (*sheet.notes, *coders.notes(), *gathered.notes),
    )
