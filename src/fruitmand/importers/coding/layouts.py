"""Read tables that no tool makes: a coding workbook, codes side by side in columns, a plain table, and codes of segments by coder."""

import re

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import clean, split_path
from fruitmand.importers.coding.passages import Coders, Coding, Gathered, codes_or_none, documents_of, gather
from fruitmand.importers.coding.problems import all_of, refusal
from fruitmand.importers.coding.project import Code, CodedProject, CodePath
from fruitmand.importers.coding.tables import Row, Sheet, even

DOCUMENT = ("document", "document name", "file", "filename", "file name", "interview", "source", "transcript", "bestand", "documentnaam")
RESPONSE = ("responseid", "response id", "response_id", "respondent", "respondentid", "respondent id", "participant")
QUOTE = ("passage", "quote", "quotation", "segment", "text", "excerpt", "content", "fragment", "citaat", "tekst")
CODE = ("code", "codes", "tag", "tags", "label", "labels")
CODER = ("coder", "coded by", "coded_by", "rater", "annotator", "codeur", "gecodeerd door")
ID = ("id", "segment_id", "segment id", "passage_id", "quotation id", "row id")
MEMO = ("memo", "comment", "comments", "note", "notes", "opmerking", "toelichting")
START, END = ("start", "begin", "start_offset"), ("end", "einde", "end_offset")
VALENCE = ("valence",)
_WIDE = re.compile(r"code[ _]?(\d+)")
_VALENCE = re.compile(r"valence[ _]?(\d+)")
_UNITS = ("segment", "segment_id", "segment id", "unit", "unit_id")


def is_wide(sheet: Sheet) -> bool:
    """Return whether a sheet has codes in columns ``Code 1``, ``Code 2`` and so on."""
    return any(_WIDE.fullmatch(name) for name in sheet.names)


def is_plain(sheet: Sheet) -> bool:
    """Return whether a sheet has a column for a passage and one for its code."""
    return bool(sheet.places(*QUOTE)) and bool(sheet.places(*CODE))


def is_by_coder(sheet: Sheet) -> bool:
    """Return whether a sheet has a row for each segment and a column for each coder, and nothing else."""
    known = {*DOCUMENT, *RESPONSE, *QUOTE, *CODE, *CODER, *MEMO, *START, *END}
    return sheet.names[:1] != () and sheet.names[0] in _UNITS and len(sheet.names) > 1 and not known & set(sheet.names[1:])


def read_wide(sheet: Sheet) -> CodedProject:
    """Return a table of a row for each passage, with its codes side by side.

    A column of valences with the number of a column of codes belongs to it. A row without a text is left out, by name. Where a table has no
    column for the document, every response is a document of its own.

    Raises
    ------
    DataError
        When it cannot be known which column holds the passages, or a coded row has no text.
    """
    sheet = even(sheet)
    quote = _quote_column(sheet)
    coders = Coders()
    problems: list[Problem] = []
    codings: list[Coding] = []
    left_out: list[str] = []
    for row in sheet.rows:
        given = _side_by_side(sheet, row, problems)
        document = sheet.label(row, *DOCUMENT) or sheet.label(row, *RESPONSE, *ID)
        if not row.cells[quote].strip():
            if given:
                rule = "a row with codes must have a text"
                problems.append(
                    Problem(sheet.file, row.number, " > ".join(given[0][0]), rule, "the text was lost, or stands in another row")
                )
            left_out.append(f"row {row.number}{f' ({document})' if document else ''}")
            continue
        key, memo = sheet.label(row, *ID) or f"row {row.number}", sheet.cells(row, *MEMO).strip()
        coder, text, valences = coders.name(sheet.cells(row, *CODER)), row.cells[quote], dict(given)
        for code in codes_or_none(list(valences)):
            valence = valences[code] if code else ""
            codings.append(Coding(document, row.number, text, code, coder, key, row.number, memo=memo, valence=valence))
    if problems:
        raise all_of(problems)
    notes = [f"Left out, since they have no text: {', '.join(left_out)}."] if left_out else []
    notes += _beside_their_parent(codings)
    tool = "Coding workbook" if sheet.kind == "xlsx" and sheet.name.casefold() == "coding" else "Table with codes side by side"
    return _project(tool, sheet, codings, gather(sheet.file, codings), (*notes, *coders.notes()))


def _beside_their_parent(codings: list[Coding]) -> list[str]:
    """Return a sentence when rows have a code as well as one below it: some researchers mean both, some the lower one alone."""
    rows: dict[int | None, set[CodePath]] = {}
    for coding in codings:
        rows.setdefault(coding.row, set()).add(coding.code or ())
    found = [
        f"{' > '.join(coding.code)!r} in row {coding.row}"
        for coding in codings
        if coding.code and any(len(other) > len(coding.code) and other[: len(coding.code)] == coding.code for other in rows[coding.row])
    ]
    shown = f"{', '.join(found[:5])}{', …' if len(found) > 5 else ''}"
    return [f"Codes beside one below them in the same row, which both count: {shown}."] if found else []


def _quote_column(sheet: Sheet) -> int:
    named = sheet.places(*QUOTE)
    known = {*DOCUMENT, *RESPONSE, *ID, *CODER, *MEMO, *VALENCE, *START, *END}
    others = [place for place, name in enumerate(sheet.names) if name and name not in known and not re.fullmatch(_NUMBERED_COLUMN, name)]
    if len(named) == 1:
        return named[0]
    if not named and len(others) == 1:
        return others[0]
    shown = ", ".join(repr(sheet.headings[place]) for place in named or others)
    cause = f"it may be any of {shown}; name one of them 'passage'" if named or others else "there is none; name it 'passage'"
    raise refusal(sheet.file, "must have one column with the passages", cause)


_NUMBERED_COLUMN = rf"{_WIDE.pattern}|{_VALENCE.pattern}"


def _side_by_side(sheet: Sheet, row: Row, problems: list[Problem]) -> list[tuple[CodePath, str]]:
    """Return the codes of a row with their valences; an equal code in two columns counts once."""
    valences = {found[1]: clean(row.cells[place]) for place, name in enumerate(sheet.names) if (found := _VALENCE.fullmatch(name))}
    given: dict[CodePath, str] = {}
    for place, name in enumerate(sheet.names):
        if found := _WIDE.fullmatch(name):
            code, valence = clean(row.cells[place]), valences.get(found[1], "")
            if code:
                given.setdefault(split_path(code), valence)
            elif valence:
                rule = f"a valence must have a code beside it, in column {sheet.headings[place]!r}"
                problems.append(Problem(sheet.file, row.number, valence, rule, "the code was left out, or stands in another column"))
    return list(given.items())


def read_plain(sheet: Sheet) -> CodedProject:
    """Return a plain table with columns for the passage and its code, and as it may be the document, coder, id and positions.

    Several codes in one cell stand on lines of their own or are separated by semicolons. Without an id or positions, rows of one coder with
    the same text in a document are one passage.

    Raises
    ------
    DataError
        When a row has no text or no document, or its positions are not those of a text of that length.
    """
    sheet = even(sheet)
    for names in (DOCUMENT, QUOTE, CODE, CODER):
        if len(places := sheet.places(*names)) > 1:
            shown = ", ".join(repr(sheet.headings[place]) for place in places)
            raise refusal(sheet.file, f"must have one column of the kind {names[0]!r}", f"it may be any of {shown}; leave one of them")
    coders = Coders()
    problems: list[Problem] = []
    codings: list[Coding] = []
    for row in sheet.rows:
        codings += _plain_row(sheet, row, coders, problems)
    if problems:
        raise all_of(problems)
    by_text = not sheet.places(*ID) and not (sheet.places(*START) and sheet.places(*END))
    notes = [] if not by_text else ["It has no ids and no positions: what one coder coded in the same text of a document is one passage."]
    if not sheet.places(*DOCUMENT):
        notes.append("It has no column for the document.")
    if not sheet.places(*CODER):
        notes.append("It has no column for who coded.")
    return _project("Plain table", sheet, codings, gather(sheet.file, codings, repeats=by_text), (*notes, *coders.notes()))


def _plain_row(sheet: Sheet, row: Row, coders: Coders, problems: list[Problem]) -> list[Coding]:
    quote, document, key = sheet.cells(row, *QUOTE), sheet.label(row, *DOCUMENT), sheet.label(row, *ID)
    start, end = _positions(sheet, row, quote, problems)
    if not quote.strip():
        problems.append(Problem(sheet.file, row.number, key, "must have a passage", "the text was lost, or stands in another row"))
    if sheet.places(*DOCUMENT) and not document:
        problems.append(
            Problem(sheet.file, row.number, key, "must name its document", "a cell was left empty to mean the one above; fill it")
        )
    codes = [split_path(code) for code in re.split(r"[\n;]", sheet.cells(row, *CODE)) if clean(code)]
    segment = key or ((start, end) if start is not None else quote)
    memo, coder = sheet.cells(row, *MEMO).strip(), coders.name(sheet.cells(row, *CODER))
    valence = sheet.label(row, *VALENCE)
    return [Coding(document, segment, quote, code, coder, key, row.number, start, end, memo, valence) for code in codes_or_none(codes)]


def _positions(sheet: Sheet, row: Row, quote: str, problems: list[Problem]) -> tuple[int | None, int | None]:
    texts = sheet.label(row, *START), sheet.label(row, *END)
    if not any(texts):
        return None, None
    if not all(text.isascii() and text.isdigit() and len(text) < 16 for text in texts) or int(texts[1]) - int(texts[0]) != len(quote):
        rule = f"start and end must span the {len(quote)} characters of the passage, the end exclusive"
        problems.append(Problem(sheet.file, row.number, " to ".join(texts), rule, "they are in another unit, or the passage was changed"))
        return None, None
    return int(texts[0]), int(texts[1])


def read_by_coder(sheet: Sheet) -> CodedProject:
    """Return a table that has a row for each segment and a column for each coder; it holds no texts.

    Raises
    ------
    DataError
        When a row has no segment, or two rows have the same.
    """
    sheet = even(sheet)
    coders = Coders()
    seen: dict[str, int] = {}
    problems: list[Problem] = []
    codings: list[Coding] = []
    names = [coders.name(heading) for heading in sheet.headings[1:]]
    if "" in names or len(set(names)) < len(names):
        raise refusal(
            sheet.file, "every column must have the name of another coder", f"the headings are {', '.join(map(repr, sheet.headings))}"
        )
    for row in sheet.rows:
        key = clean(row.cells[0])
        if not key or seen.setdefault(key, row.number) != row.number:
            rule = f"must have a segment of its own; row {seen[key]} has the same" if key else "must have a segment"
            problems.append(Problem(sheet.file, row.number, key, rule))
        for name, cell in zip(names, row.cells[1:], strict=True):
            codes = [split_path(code) for code in re.split(r"[\n;]", cell) if clean(code)]
            codings += [Coding("", key, "", code, name, key, row.number) for code in codes]
    if problems:
        raise all_of(problems)
    return _project("Codes of segments by coder", sheet, codings, gather(sheet.file, codings), ("It holds no text of the passages.",))


def _project(tool: str, sheet: Sheet, codings: list[Coding], gathered: Gathered, notes: tuple[str, ...]) -> CodedProject:
    return CodedProject(
        f"{tool} as {sheet.kind.upper()}",
        gathered.passages,
        tuple(Code(path) for path in dict.fromkeys(coding.code for coding in codings if coding.code)),
        documents_of(codings),
        gathered.uncoded,
        notes=(*notes, *sheet.notes, *gathered.notes),
    )
