"""Read the tables that MAXQDA exports (XLSX), with headings in English, German or Dutch: coded segments, and the code system."""

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import clean, split_path
from fruitmand.importers.coding.passages import Coders, Coding, documents_of, gather
from fruitmand.importers.coding.problems import all_of
from fruitmand.importers.coding.project import Code, CodedProject
from fruitmand.importers.coding.tables import Row, Sheet, even

_DOCUMENT = {"document name": "English", "dokumentname": "German", "documentnaam": "Dutch"}
_GROUP = ("document group", "dokumentgruppe", "documentgroep")
_CODE = ("code",)
_BEGIN = ("beginning", "begin", "anfang")
_END = ("end", "ende", "einde", "eind")
_SEGMENT = ("segment",)
_CODER = ("created by", "erstellt von", "gemaakt door", "aangemaakt door", "author", "autor", "auteur")
_WEIGHT = ("weight score", "weight", "gewicht", "gewichtsscore", "gewichtscore")
_MEMOS = ("comment", "comments", "kommentar", "commentaar", "opmerking", "opmerkingen", "memo", "memos", "memo's")
_LISTS = {"list of codes": "English", "liste der codes": "German", "lijst van codes": "Dutch", "codelijst": "Dutch"}
_MEMO = ("memo", "code memo", "codememo", "memos")
_FREQUENCY = ("frequency", "häufigkeit", "frequentie", "coded segments", "codings", "codierungen", "coderingen")
_ROOTS = ("code system", "codesystem", "codesysteem")
_ARROW = r"\s>\s"


def is_segments(sheet: Sheet) -> bool:
    """Return whether a sheet lists coded segments."""
    return all(sheet.places(*names) for names in (tuple(_DOCUMENT), _CODE, _SEGMENT))


def is_code_system(sheet: Sheet) -> bool:
    """Return whether a sheet is a code system: its first column is a list of codes."""
    return sheet.names[:1] != () and sheet.names[0] in _LISTS


def read_segments(sheet: Sheet) -> CodedProject:
    """Return the coded segments. A row is a code of a segment; rows with one document, begin, end and text are one segment.

    Documents of one name in several groups are told apart by their group. Begin and end are numbers of paragraphs and stay out. Columns of
    comments and memos are kept apart by their headings, and by their letters where two headings are the same; so is a weight that is not 0.

    Raises
    ------
    DataError
        When a row has no document, code or text.
    """
    sheet = even(sheet)
    coders = Coders()
    problems: list[Problem] = []
    codings: list[Coding] = []
    groups: dict[str, set[str]] = {}
    for row in sheet.rows:
        groups.setdefault(sheet.label(row, *_DOCUMENT), set()).add(sheet.label(row, *_GROUP))
    for row in sheet.rows:
        name, group = sheet.label(row, *_DOCUMENT), sheet.label(row, *_GROUP)
        document = f"{group} > {name}" if group and len(groups[name]) > 1 else name
        quote, code = sheet.cells(row, *_SEGMENT), sheet.label(row, *_CODE)
        for what, value in (("document", name), ("segment", quote.strip()), ("code", code)):
            if not value:
                cause = "a selection in a picture or a recording has no text: leave it out of the export" if what == "segment" else ""
                problems.append(Problem(sheet.file, row.number, "", f"must have a {what}", cause))
        span = (sheet.label(row, *_BEGIN), sheet.label(row, *_END), quote)
        coder = coders.name(sheet.cells(row, *_CODER))
        codings.append(Coding(document, span, quote, split_path(code, _ARROW), coder, "", row.number, memo=_memo(sheet, row)))
    if problems:
        raise all_of(problems)
    gathered = gather(sheet.file, codings, repeats=True)
    notes = ["Positions are paragraphs, not characters, and are not kept."]
    if not sheet.places(*_CODER):
        notes.append("The export has no column for who coded.")
    language = next(_DOCUMENT[name] for name in sheet.names if name in _DOCUMENT)
    return CodedProject(
        f"MAXQDA, coded segments as {sheet.kind.upper()} ({language} headings)",
        gathered.passages,
        tuple(Code(path) for path in dict.fromkeys(coding.code for coding in codings if coding.code)),
        documents_of(codings),
        gathered.uncoded,
        notes=(*notes, *sheet.notes, *coders.notes(), *gathered.notes),
    )


def _memo(sheet: Sheet, row: Row) -> str:
    """Return comments, memos and a weight of a row, each after its heading."""
    texts = []
    for place in sheet.places(*_MEMOS, *_WEIGHT):
        text = clean(row.cells[place])
        if not text or (sheet.names[place] in _WEIGHT and text == "0"):
            continue
        double = sheet.names.count(sheet.names[place]) > 1
        texts.append(f"{clean(sheet.headings[place])}{f' (column {_letter(place)})' if double else ''}: {text}")
    return "\n".join(texts)


def _letter(place: int) -> str:
    """Return a column as a spreadsheet names it.

    >>> _letter(13), _letter(26)
    ('N', 'AA')
    """
    return ("" if place < 26 else _letter(place // 26 - 1)) + chr(ord("A") + place % 26)


def read_code_system(sheet: Sheet) -> CodedProject:
    """Return the codes of a code system: a code stands as many columns to the right as there are codes above it.

    Raises
    ------
    DataError
        When a row has no code, or is deeper than the row above allows.
    """
    sheet = even(sheet)
    levels = min(sheet.places(*_MEMO, *_FREQUENCY) or [len(sheet.headings)])
    problems: list[Problem] = []
    codes: list[Code] = []
    path: list[str] = []
    for row in sheet.rows:
        depth = next((place for place in range(levels) if clean(row.cells[place])), None)
        if depth is None or depth > len(path):
            rule = "must have a code" if depth is None else "must stand at most one column to the right of the code above"
            problems.append(Problem(sheet.file, row.number, "", rule, "the export was changed"))
            continue
        path = [*path[:depth], clean(row.cells[depth])]
        below = path[1:] if path[0].casefold() in _ROOTS else path
        if below:
            codes.append(Code(tuple(below), sheet.cells(row, *_MEMO).strip()))
    if problems:
        raise all_of(problems)
    tool = f"MAXQDA, code system as {sheet.kind.upper()} ({_LISTS[sheet.names[0]]} headings)"
    return CodedProject(tool, codes=tuple(codes), notes=("It is a codebook, with no coded passage.", *sheet.notes))
