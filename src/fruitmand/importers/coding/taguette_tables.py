"""Read the tables that Taguette exports: highlights, and the codebook."""

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import split_dots
from fruitmand.importers.coding.passages import Coding, documents_of, gather
from fruitmand.importers.coding.problems import all_of, refusal
from fruitmand.importers.coding.project import Code, CodedProject
from fruitmand.importers.coding.tables import Sheet, even

HIGHLIGHTS = ("id", "document", "tag", "content")
WITHOUT_ID = ("document", "tag", "content")
CODEBOOK = ("tag", "description")


def is_highlights(sheet: Sheet) -> bool:
    """Return whether a sheet is an export of highlights, of any version."""
    return set(sheet.names) in (set(HIGHLIGHTS), set(WITHOUT_ID))


def is_codebook(sheet: Sheet) -> bool:
    """Return whether a sheet is an export of the codebook."""
    return sheet.names[:2] == CODEBOOK and "content" not in sheet.names


def read_highlights(sheet: Sheet) -> CodedProject:
    """Return the highlights of an export: rows with one id are one passage, and a row without a tag is not coded.

    Raises
    ------
    DataError
        When the export has no ids, when a quotation in a workbook has become a formula, or when a row is not in order.
    """
    if "id" not in sheet.names:
        cause = "whether rows with the same text are one passage cannot be known; export the highlights as CSV from Taguette 1.0 or later"
        raise refusal(sheet.file, "must have a column 'id': it is an old Taguette export", cause)
    if places := sheet.odd.get("formulas"):
        cause = "Taguette writes a quotation that begins with '=' as a formula, and a spreadsheet loses it; export the highlights as CSV"
        raise refusal(sheet.file, f"must hold no formula, and does in {places}", cause)
    sheet = even(sheet)
    problems: list[Problem] = []
    codings: list[Coding] = []
    documents: dict[str, str] = {}
    for row in sheet.rows:
        key, document, tag = sheet.label(row, "id"), sheet.label(row, "document"), sheet.label(row, "tag")
        quote = sheet.cells(row, "content")
        for name, value in (("id", key), ("document", document), ("content", quote.strip())):
            if not value:
                problems.append(Problem(sheet.file, row.number, "", f"must have a value in column {name!r}", "the export was changed"))
        if documents.setdefault(key, document) != document:
            rule = f"must be in the document of the other rows with id {key!r}, {documents[key]!r}"
            problems.append(Problem(sheet.file, row.number, document, rule, "the export was changed, or two exports were put together"))
        codings.append(Coding(document, key, quote, split_dots(tag) if tag else None, "", key, row.number))
    if problems:
        raise all_of(problems)
    gathered = gather(sheet.file, codings)
    codes = dict.fromkeys(coding.code for coding in codings if coding.code)
    return CodedProject(
        f"Taguette, highlights as {sheet.kind.upper()}",
        gathered.passages,
        tuple(Code(code) for code in codes),
        documents_of(codings),
        gathered.uncoded,
        notes=("Taguette keeps no coder with a highlight.", *sheet.notes, *gathered.notes),
    )


def read_codebook(sheet: Sheet) -> CodedProject:
    """Return the tags of a codebook with their descriptions.

    Raises
    ------
    DataError
        When a row has no tag, two have the same, or a description has become a formula.
    """
    sheet = even(sheet)
    seen: dict[str, int] = {}
    problems: list[Problem] = []
    codes: list[Code] = []
    for row in sheet.rows:
        tag = sheet.label(row, "tag")
        if not tag or tag in seen:
            rule = f"must have a tag of its own; row {seen[tag]} has the same" if tag else "must have a tag"
            problems.append(Problem(sheet.file, row.number, tag, rule, "the export was changed, or two were put together"))
        seen.setdefault(tag, row.number)
        codes.append(Code(split_dots(tag), sheet.cells(row, "description").strip()))
    if problems:
        raise all_of(problems)
    notes = ("It is a codebook, with no coded passage.", *sheet.notes)
    return CodedProject(f"Taguette, codebook as {sheet.kind.upper()}", codes=tuple(codes), notes=notes)
