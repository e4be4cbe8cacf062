"""Read the export of a survey tool: recognise the tool, and leave out personal data, columns of the tool, and previews."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers.survey.export import Column, Export, Row, Sheet
from fruitmand.importers.survey.personal import personal_columns
from fruitmand.importers.survey.respondents import alike, is_finished, is_preview, keys_of, known_as, row_problems, status_place
from fruitmand.importers.survey.sheets import read_sheets
from fruitmand.importers.survey.text_matching import alphanumeric, normalise
from fruitmand.importers.survey.tools import KOBO, LIMESURVEY, QUALTRICS, SEED, SPSS, SUBMITTED, SURVEYMONKEY, Tool, recognise

STATEMENT_WORDS = 3
"""Fewest words in the second row of headings of a grid."""

_ANSWER_COLUMN = frozenset({"response", "open-ended response", "antwoord", "open antwoord"})
"""What SurveyMonkey writes under a question that is no grid."""
_ABBREVIATED = re.compile(r"(?<!\.)\.\.\s*\]?$")  # a question may end in three


def read_export(path: Path, fits: Callable[[Export], bool] = lambda _: True) -> Export:
    """Read an export of any tool.

    Columns with personal data and columns that the tool adds are left out on reading; dates are not kept. Previews and tests are left out
    and counted. Cells without an answer are empty. Of a workbook with several sheets the one that fits is read; a hidden one never is.

    Parameters
    ----------
    path : Path
        The file.
    fits : callable
        Whether what a sheet holds is what is looked for.

    Raises
    ------
    DataError
        When the file cannot be read as a table, or more than one sheet fits.
    """
    sheets = read_sheets(path)
    if len(sheets) == 1 and not sheets[0].hidden:
        return _interpret(sheets[0])
    chosen = [sheet for sheet in sheets if _fits(sheet, fits)]
    shown = [sheet for sheet in chosen if not sheet.hidden]
    if len(shown) > 1:
        names = ", ".join(repr(sheet.name) for sheet in shown)
        cause = f"answers stand in the sheets {names}; keep one of them in a copy"
        raise DataError([Problem(path.name, 0, "", "must have one sheet with answers", cause)])
    if chosen and not shown:
        cause = f"sheet {chosen[0].name!r} is hidden, and may be an old copy; show it in a copy of the file if it is the one"
        raise DataError([Problem(path.name, 0, "", "must have a sheet with answers that can be seen", cause)])
    export = _interpret(next(iter(shown), sheets[0]))
    others = ", ".join(f"{sheet.name!r}{' (hidden)' if sheet.hidden else ''}" for sheet in sheets if sheet.name != export.sheet)
    return replace(export, notes=(*export.notes, f"sheets with cells that were not read: {others}")) if others else export


def _fits(sheet: Sheet, fits: Callable[[Export], bool]) -> bool:
    try:
        return fits(_interpret(sheet))
    except DataError:
        return False


def _interpret(sheet: Sheet) -> Export:
    headings = [column.heading for column in sheet.columns]
    tool = SPSS if sheet.reader == "sav" else QUALTRICS if _has_import_ids(sheet) else recognise(headings)
    if tool is QUALTRICS:
        sheet = _qualtrics(sheet)
    elif tool is LIMESURVEY:
        if abbreviated := [heading for heading in headings if _ABBREVIATED.search(heading)]:
            cause = f"{abbreviated[0]!r} and {len(abbreviated) - 1} more are cut short; export again with the headings 'Question code'"
            raise DataError([Problem(sheet.file, 1, "", "must have whole headings", cause)])
        sheet = replace(sheet, columns=tuple(map(_code_and_text, sheet.columns)))
    elif tool is SURVEYMONKEY or _has_two_headings(sheet):
        sheet = _two_headings(sheet)
    if not sheet.rows:
        raise DataError([Problem(sheet.file, 0, "", "must have rows of answers", "the export is empty")])
    return _without_tool(sheet, tool)


def _qualtrics(sheet: Sheet) -> Sheet:
    """Read texts and import ids from the second and third row. A legacy export has no third; some researchers delete both by hand."""
    extra = [row.cells for row in sheet.rows[:2]]
    if _has_import_ids(sheet):
        ids = [_import_id(cell) for cell in extra[1]]
    elif extra and _is_wording(sheet.columns, extra[0]):
        extra, ids = extra[:1], [""] * len(sheet.columns)
    else:
        return sheet
    columns = [
        Column(column.heading, tuple(filter(None, (column.heading, name))), tuple(filter(None, (text,))))
        for column, text, name in zip(sheet.columns, extra[0], ids, strict=True)
    ]
    return replace(sheet, columns=tuple(columns), rows=sheet.rows[len(extra) :])


def _has_import_ids(sheet: Sheet) -> bool:
    return len(sheet.rows) > 1 and any("ImportId" in cell for cell in sheet.rows[1].cells)


def _is_wording(columns: tuple[Column, ...], cells: tuple[str, ...]) -> bool:
    if "responseid" in map(alphanumeric, cells):
        return True
    date_columns = ("startdate", "enddate", "recordeddate")
    dates = [cell for column, cell in zip(columns, cells, strict=True) if alphanumeric(column.heading) in date_columns]
    return bool(dates) and not any(re.search(r"\d", cell) for cell in dates)


def _import_id(cell: str) -> str:
    try:
        return str(json.loads(cell).get("ImportId", ""))
    except (json.JSONDecodeError, AttributeError, RecursionError):
        return ""


def _code_and_text(column: Column) -> Column:
    """Split the heading ``code. text``, which LimeSurvey writes when both codes and texts are exported."""
    match = re.fullmatch(r"(?s)([A-Za-z]\w*(?:\[\w+\])*)\. (.+)", column.heading)
    return replace(column, names=(column.heading, match[1]), texts=(match[2],)) if match else column


def _has_two_headings(sheet: Sheet) -> bool:
    """Return whether the statements stand in the second row, under one heading for all of them: its first cell is empty then."""
    if not sheet.rows or sheet.rows[0].cells[0]:
        return False
    under = [cell for column, cell in zip(sheet.columns, sheet.rows[0].cells, strict=True) if not column.heading and cell]
    return len(under) > 1 and all(len(cell.split()) >= STATEMENT_WORDS for cell in under)


def _two_headings(sheet: Sheet) -> Sheet:
    """Put together two rows of headings: the question, which stands above the first of its columns alone, and the rows of its grid."""
    if not sheet.rows or sheet.rows[0].cells[0]:
        return sheet
    stems: list[str] = []
    for column in sheet.columns:
        stems.append(column.heading or (stems[-1] if stems else ""))
    columns = [
        Column(stem, (stem,)) if not below or normalise(below) in _ANSWER_COLUMN else Column(below, (below,), (stem,))
        for stem, below in zip(stems, sheet.rows[0].cells, strict=True)
    ]
    return replace(sheet, columns=tuple(columns), rows=sheet.rows[1:])


def _without_tool(sheet: Sheet, tool: Tool) -> Export:
    """Leave out personal data, columns of the tool, empty columns without a heading, and previews."""
    columns = sheet.columns
    personal_places = personal_columns(columns)
    blank_places = {place for place, column in enumerate(columns) if not column.heading and not any(row.cells[place] for row in sheet.rows)}
    tool_places = _own_places(columns, tool, personal_places) - personal_places
    others = _other_status(columns, tool)
    kept_places = [place for place in range(len(columns)) if place not in personal_places | tool_places | blank_places]
    real_rows = [row for row in sheet.rows if not is_preview(columns, row, tool)]
    return Export(
        tool=tool,
        file=sheet.file,
        columns=tuple(columns[place] for place in kept_places),
        rows=tuple(Row(row.number, tuple(row.cells[place] for place in kept_places), is_finished(columns, row, tool)) for row in real_rows),
        personal_columns=tuple(columns[place].title for place in sorted(personal_places)),
        tool_columns=tuple(columns[place].heading for place in sorted(tool_places)),
        rows_read=len(sheet.rows),
        previews=len(sheet.rows) - len(real_rows),
        problems=(*sheet.problems, *row_problems(sheet, real_rows, tool)),
        notes=(*sheet.notes, *others, *alike(columns, real_rows, tool), *_completed_alone(sheet, tool)),
        keys=keys_of(columns, real_rows, tool),
        sheet=sheet.name,
    )


def _own_places(columns: Sequence[Column], tool: Tool, personal_places: set[int]) -> set[int]:
    """Return the places of the columns that the tool adds."""
    names = tool.own_columns | set(tool.id_columns)
    own = {place for place, column in enumerate(columns) if known_as(column) & names or re.fullmatch(tool.own_pattern, column.heading)}
    if tool is LIMESURVEY:  # its word for the seed may be a question as well, but its own columns come first
        for place, column in enumerate(columns):
            if known_as(column) & SEED and place - 1 in own | personal_places:
                own.add(place)
    if tool is KOBO:  # a choice of a question with several answers: question/choice, beside the question itself
        headings = {column.heading for column in columns}
        own |= {place for place, column in enumerate(columns) if column.heading.rpartition("/")[0] in headings - {""}}
    return own


def _other_status(columns: Sequence[Column], tool: Tool) -> Iterator[str]:
    """Say which columns are named as the one that tells tests from responses, and are another's."""
    place = status_place(columns, tool)
    for other, column in enumerate(columns):
        if place is not None and other != place and "status" in known_as(column):
            yield f"a second column {column.heading!r} (number {other + 1}) was left out; it says nothing about tests"


def _completed_alone(sheet: Sheet, tool: Tool) -> Iterator[str]:
    places = [place for place, column in enumerate(sheet.columns) if known_as(column) & SUBMITTED and tool in (LIMESURVEY, SPSS)]
    if places and all(alphanumeric(row.cells[places[0]]) not in ("", "na") for row in sheet.rows):
        yield "all responses were submitted: if 'completed responses only' was chosen, who broke off is not in it; export all to have them"
