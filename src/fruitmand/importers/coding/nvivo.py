"""Recognise the tables that NVivo exports: counts, and no passages."""

import re

from fruitmand.importers.coding.problems import refusal
from fruitmand.importers.coding.project import CodedProject
from fruitmand.importers.coding.tables import Sheet

_NUMBERED = re.compile(r"(\d+|[A-Z]{1,3})\s*:\s+\S")


def is_matrix(sheet: Sheet) -> bool:
    """Return whether a sheet is a matrix of counts: no first heading, rows such as ``1 : Code``; or a list of codes with counts."""
    numbered = [row for row in sheet.rows if _NUMBERED.match(row.cells[0].strip())] if sheet.rows else []
    counts = {"name", "files", "references"} <= set(sheet.names)
    return counts or (bool(numbered) and sheet.names[:1] == ("",) and 2 * len(numbered) > len(sheet.rows))


def read_matrix(sheet: Sheet) -> CodedProject:
    """Refuse a table of counts.

    Raises
    ------
    DataError
        Always.
    """
    cause = "export the project from NVivo as REFI-QDA project (.qdpx) instead"
    raise refusal(sheet.file, "must hold passages: it is an NVivo table of how often codes were given", cause)
