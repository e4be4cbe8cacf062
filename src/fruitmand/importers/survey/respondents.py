"""The rows of an export: which are previews, who reached the end, which occur twice or are no respondent, and how one is known again."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from fruitmand.edition.errors import Problem
from fruitmand.importers.survey.export import Column, Row, Sheet
from fruitmand.importers.survey.text_matching import alphanumeric, normalise
from fruitmand.importers.survey.tools import CASTOR, LIMESURVEY, QUALTRICS, REDCAP, SPSS, SUBMITTED, Tool

KEY_SEPARATOR = "\x1f"

_TOTAL = re.compile(
    r"(eind|sub)?(totaal|totalen|total|totals)|grand total|gemiddelden?|gem|average|averages|mean|means|mediaan|median|som|sum|aantal"
    r"|count|counts|standaarddeviatie|standard deviation|std|sd|min|max|minimum|maximum"
)
_TIMES = frozenset(
    {"timestamp", "tijdstempel", "starttime", "completiontime", "begintijd", "startdate", "enddate", "submitdate", "date", "datum"}
)


def known_as(column: Column) -> set[str]:
    """Return every name and text of a column as `alphanumeric`."""
    return {alphanumeric(name) for name in (*column.names, *column.texts)}


def status_place(columns: Sequence[Column], tool: Tool) -> int | None:
    """Return the place of the column by which Qualtrics tells tests from responses: that of its import id, else the first of that name.

    A survey may have data of its own in a column of the same name.
    """
    if tool not in (QUALTRICS, SPSS):
        return None
    by_id = [place for place, column in enumerate(columns) if "status" in column.names[1:]]
    by_name = [place for place, column in enumerate(columns) if "status" in known_as(column)]
    return next(iter([*by_id, *by_name]), None)


def is_preview(columns: Sequence[Column], row: Row, tool: Tool) -> bool:
    """Return whether a response of Qualtrics is a preview or a test: status 1 or 2, also as part of a sum such as 9 or 17, or in words."""
    place = status_place(columns, tool)
    if place is not None:
        status = alphanumeric(columns[place].labels.get(row.cells[place], row.cells[place]))
        if (status.isdecimal() and int(status[-9:]) & 3) or re.search("preview|test|voorbeeld", status):
            return True
    return tool in (QUALTRICS, SPSS) and "preview" in _cells(columns, row, "distributionchannel")


def is_finished(columns: Sequence[Column], row: Row, tool: Tool) -> bool:
    """Return whether the tool does not say that the respondent broke off; R writes an empty date of submission as NA."""
    if tool in (LIMESURVEY, SPSS) and {"", "na"} & set(_cells(columns, row, *SUBMITTED)):
        return False
    if tool is CASTOR:
        return "" not in _cells(columns, row, "surveycompletedon")
    if tool is REDCAP:
        states = [row.cells[place] for place, column in enumerate(columns) if re.fullmatch(r"\w+_complete|Complete\?", column.heading)]
        return not states or all(alphanumeric(state) in ("2", "complete") for state in states)
    return tool not in (QUALTRICS, SPSS) or not {"0", "false", "onwaar"} & set(_cells(columns, row, "finished"))


def _cells(columns: Sequence[Column], row: Row, *names: str) -> list[str]:
    matching = [(column, row.cells[place]) for place, column in enumerate(columns) if known_as(column) & set(names)]
    return [alphanumeric(column.labels.get(cell, cell)) for column, cell in matching]


def id_place(columns: Sequence[Column], tool: Tool) -> int | None:
    """Return the place of the column with the tool's id of a response."""
    return next((place for name in tool.id_columns for place, column in enumerate(columns) if name in known_as(column)), None)


def keys_of(columns: Sequence[Column], rows: Sequence[Row], tool: Tool) -> tuple[str, ...]:
    """Return for every row what it is known by in a later export: a digest of its id, or of all of its cells where there is none."""
    place = id_place(columns, tool)
    told = (normalise(row.cells[place]) if place is not None and row.cells[place] else KEY_SEPARATOR.join(row.cells) for row in rows)
    return tuple(hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest() for key in told)


def row_problems(sheet: Sheet, rows: Sequence[Row], tool: Tool) -> Iterator[Problem]:
    """Yield a problem for every row that occurs twice, by its id or in all its cells, and for every one that is a total of others."""
    place, known = id_place(sheet.columns, tool), _can_be_told_apart(sheet.columns, tool)
    first_by_id: dict[str, int] = {}
    first_by_cells: dict[tuple[str, ...], int] = {}
    for row in rows:
        if total := _total_in(row):
            rule = "a row must be a respondent, and this looks like a total of others"
            yield Problem(sheet.file, row.number, total, rule, "take it out in a copy of the export")
        response = normalise(row.cells[place]) if place is not None else ""
        if response and response in first_by_id:
            cause = f"row {first_by_id[response]} has it too; keep one of the two in a copy of the export"
            heading = sheet.columns[place or 0].heading
            yield Problem(sheet.file, row.number, "", f"column {heading!r} must have another id in every row", cause)
        elif not response and known and row.cells in first_by_cells and any(row.cells):
            cause = f"row {first_by_cells[row.cells]} is the same in every cell; keep one of the two in a copy of the export"
            yield Problem(sheet.file, row.number, "", "a respondent must stand here once", cause)
        first_by_id.setdefault(response, row.number)
        first_by_cells.setdefault(row.cells, row.number)


def alike(columns: Sequence[Column], rows: Sequence[Row], tool: Tool) -> Iterator[str]:
    """Say how many rows are the same as another where a file has neither ids nor times, by which copies would be known."""
    count = len(rows) - len({row.cells for row in rows})
    if count and not _can_be_told_apart(columns, tool):
        copies = "1 row is" if count == 1 else f"{count} rows are"
        yield f"{copies} the same as another, and the file has no ids or times: look whether they were copied"


def _can_be_told_apart(columns: Sequence[Column], tool: Tool) -> bool:
    return id_place(columns, tool) is not None or any(known_as(column) & _TIMES for column in columns)


def _total_in(row: Row) -> str:
    """Return the word in the first cell of a row that says that the row sums up others; empty when there is none."""
    first = next(filter(None, row.cells), "")
    return first if _TOTAL.fullmatch(normalise(first)) else ""
