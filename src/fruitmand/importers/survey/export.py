"""An export in its neutral form: columns and cells, without personal data and without what the tool adds of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fruitmand.edition.errors import Problem
from fruitmand.importers.survey.text_matching import normal, squeezed
from fruitmand.importers.survey.tools import Tool

LONGEST_TITLE = 100


@dataclass(frozen=True)
class Column:
    """A column of an export.

    ``heading`` is what stands over it in the file; ``names`` are what it may be known by (heading, import id, name of a variable),
    ``texts`` the wording of the question where the tool gives it beside a name. ``labels`` are value labels, by code (SPSS alone).
    """

    heading: str
    names: tuple[str, ...]
    texts: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def wording(self) -> tuple[str, ...]:
        """The texts that say more than the names."""
        names = set(map(squeezed, self.names))
        return tuple(text for text in self.texts if squeezed(text) not in names)

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
    """A file as it stands: its headings, and its rows under them. ``reader`` is the kind of file: csv, xlsx or sav."""

    file: str
    reader: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Export:
    """What respondents gave, as neutral columns and rows.

    ``personal`` and ``own`` are the headings of the columns that were left out on reading: personal data, and what the tool adds of its
    own (dates, ids, language). ``read`` counts the rows, ``previews`` those left out as previews or tests. ``problems`` are rows
    that occur twice.
    """

    tool: Tool
    file: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    personal: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    read: int = 0
    previews: int = 0
    problems: tuple[Problem, ...] = ()

    def cell(self, row: Row, place: int) -> str:
        """Return a cell of a row; empty where the tool writes that there is no value."""
        text = row.cells[place]
        return "" if normal(text) in self.tool.no_value else text
