"""An export independent of its tool: columns and rows, without personal data and without columns that the tool adds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fruitmand.edition.errors import Problem
from fruitmand.importers.survey.text_matching import alphanumeric, normalise
from fruitmand.importers.survey.tools import Tool

LONGEST_TITLE = 100


@dataclass(frozen=True)
class Column:
    """A column of an export.

    ``heading`` is its heading in the file; ``names`` are what it can be matched by (heading, import id, name of a variable), ``texts`` the
    wording of the question where the tool writes it beside a name. ``labels`` are value labels by code (SPSS only).
    """

    heading: str
    names: tuple[str, ...]
    texts: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def wording(self) -> tuple[str, ...]:
        """The texts that differ from the names."""
        names = set(map(alphanumeric, self.names))
        return tuple(text for text in self.texts if alphanumeric(text) not in names)

    @property
    def title(self) -> str:
        """The heading and the wording, for messages."""
        text = " - ".join([self.heading, *self.wording])
        return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


@dataclass(frozen=True)
class Row:
    """A row of an export: its number in the file as a spreadsheet (or SPSS) shows it, and a text per column; empty where it has none.

    ``finished`` is false when the tool says that the respondent did not reach the end.
    """

    number: int
    cells: tuple[str, ...]
    finished: bool = True


@dataclass(frozen=True)
class Sheet:
    """A table of a file as it is: its columns and its rows. ``reader`` is the kind of file: csv, tsv, txt, xlsx or sav.

    ``name`` is that of the sheet, where a workbook has several; ``notes`` are for the researcher; ``problems`` keep it from being read.
    """

    file: str
    reader: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    name: str = ""
    hidden: bool = False
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Export:
    """What respondents answered, as columns and rows that do not depend on the tool.

    ``personal_columns`` and ``tool_columns`` are the headings of the columns that were left out on reading: personal data, and what the
    tool adds (dates, ids, language). ``rows_read`` counts the rows, ``previews`` those left out as previews or tests. ``problems`` are what
    keeps it from being imported: rows that occur twice or are no respondent, cells without a plain value. ``notes`` are for the researcher.
    ``keys`` has a text for every row by which it is known again in a later export of the same survey.
    ``sheet`` is the name of the sheet, where a workbook has several.
    """

    tool: Tool
    file: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    personal_columns: tuple[str, ...] = ()
    tool_columns: tuple[str, ...] = ()
    rows_read: int = 0
    previews: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    sheet: str = ""

    def cell(self, row: Row, place: int) -> str:
        """Return a cell of a row; empty where the tool writes that there is no value."""
        text = row.cells[place]
        return "" if normalise(text) in self.tool.no_value else text
