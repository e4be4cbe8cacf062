"""Read the export of a survey tool: recognise the tool, and leave out personal data, columns of the tool, and previews."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers.survey.export import Column, Export, Row, Sheet
from fruitmand.importers.survey.personal import personal_columns
from fruitmand.importers.survey.sheets import read_sheet
from fruitmand.importers.survey.text_matching import alphanumeric, normalise
from fruitmand.importers.survey.tools import LIMESURVEY, QUALTRICS, SPSS, Tool, recognise


def read_export(path: Path) -> Export:
    """Read an export of any tool.

    Columns with personal data and columns that the tool adds are left out on reading; dates are not kept. Previews and tests are left out
    and counted. Cells without an answer are empty.

    Raises
    ------
    DataError
        When the file cannot be read as a table.
    """
    sheet = read_sheet(path)
    tool = (
        SPSS if sheet.reader == "sav" else QUALTRICS if _has_import_ids(sheet) else recognise([column.heading for column in sheet.columns])
    )
    if tool is QUALTRICS:
        sheet = _qualtrics(sheet)
    if tool is LIMESURVEY:
        sheet = replace(sheet, columns=tuple(map(_code_and_text, sheet.columns)))
    if not sheet.rows:
        raise DataError([Problem(path.name, 0, "", "must have rows of answers", "the export is empty")])
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
    except (json.JSONDecodeError, AttributeError):
        return ""


def _code_and_text(column: Column) -> Column:
    """Split the heading ``code. text``, which LimeSurvey writes when both codes and texts are exported."""
    match = re.fullmatch(r"(?s)([A-Za-z]\w*(?:\[\w+\])*)\. (.+)", column.heading)
    return replace(column, names=(column.heading, match[1]), texts=(match[2],)) if match else column


def _without_tool(sheet: Sheet, tool: Tool) -> Export:
    """Leave out personal data, columns of the tool, empty columns without a heading, and previews."""
    personal_places = personal_columns(sheet.columns)
    blank_places = {
        place for place, column in enumerate(sheet.columns) if not column.heading and not any(row.cells[place] for row in sheet.rows)
    }
    tool_places = {place for place, column in enumerate(sheet.columns) if _is_own(column, tool)} - personal_places
    kept_places = [place for place in range(len(sheet.columns)) if place not in personal_places | tool_places | blank_places]
    real_rows = [row for row in sheet.rows if not _is_preview(sheet.columns, row, tool)]
    return Export(
        tool=tool,
        file=sheet.file,
        columns=tuple(sheet.columns[place] for place in kept_places),
        rows=tuple(
            Row(row.number, tuple(row.cells[place] for place in kept_places), _is_finished(sheet.columns, row, tool)) for row in real_rows
        ),
        personal_columns=tuple(sheet.columns[place].title for place in sorted(personal_places)),
        tool_columns=tuple(sheet.columns[place].heading for place in sorted(tool_places)),
        rows_read=len(sheet.rows),
        previews=len(sheet.rows) - len(real_rows),
        problems=tuple(_duplicates(sheet, real_rows, tool)),
    )


def _known_as(column: Column) -> set[str]:
    return {alphanumeric(name) for name in (*column.names, *column.texts)}


def _is_own(column: Column, tool: Tool) -> bool:
    return bool(_known_as(column) & (tool.own_columns | set(tool.id_columns))) or re.fullmatch(tool.own_pattern, column.heading) is not None


def _cells(columns: tuple[Column, ...], row: Row, *names: str) -> list[str]:
    matching = [(column, row.cells[place]) for place, column in enumerate(columns) if _known_as(column) & set(names)]
    return [alphanumeric(column.labels.get(cell, cell)) for column, cell in matching]


def _is_preview(columns: tuple[Column, ...], row: Row, tool: Tool) -> bool:
    """Return whether a response of Qualtrics is a preview or a test: status 1 or 2, also as part of a sum such as 9 or 17, or in words."""
    if tool not in (QUALTRICS, SPSS):
        return False
    status = _cells(columns, row, "status")
    by_status = any((cell.isdigit() and int(cell) & 3) or re.search("preview|test|voorbeeld", cell) for cell in status)
    return by_status or "preview" in _cells(columns, row, "distributionchannel")


def _is_finished(columns: tuple[Column, ...], row: Row, tool: Tool) -> bool:
    if tool is LIMESURVEY:
        return "" not in _cells(columns, row, "submitdate", "datesubmitted", "datumingediend", "datumverzonden")
    return tool not in (QUALTRICS, SPSS) or not {"0", "false", "onwaar"} & set(_cells(columns, row, "finished"))


def _duplicates(sheet: Sheet, rows: Iterable[Row], tool: Tool) -> Iterable[Problem]:
    places = [place for name in tool.id_columns for place, column in enumerate(sheet.columns) if name in _known_as(column)]
    first: dict[str, int] = {}
    for row in rows if places else ():
        response = normalise(row.cells[places[0]])
        if response and response in first:
            cause = f"row {first[response]} has it too; keep one of the two in a copy of the export"
            yield Problem(
                sheet.file, row.number, "", f"column {sheet.columns[places[0]].heading!r} must have another id in every row", cause
            )
        elif response:
            first[response] = row.number
