"""Tell a table of ratings from other tables, and read it: wide, with variables down and municipalities across or the other way, or long."""

from collections.abc import Iterator
from dataclasses import dataclass

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import clean
from fruitmand.importers.coding.tables import Row, Sheet
from fruitmand.importers.ratings.study import Names, Study, sign

VARIABLE = ("variable", "variabele", "code")
MUNICIPALITY = ("municipality", "gemeente")
SYMBOL = ("symbol", "rating", "sign", "oordeel", "beoordeling", "teken")
RATER = ("rater", "beoordelaar")
SEGMENTS = ("segments", "passages", "passage")
LABEL = ("label", "label_nl", "label_en", "name", "naam", "definition", "definitie", "explanation", "toelichting")
"""Columns of a wide table that say what its rows are, and are not read."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table that is a rating or may be one: whose it is and what it says; ``segments`` and ``rater`` of long tables."""

    place: str
    row: int
    municipality: str
    variable: str
    text: str
    sheet: str
    segments: str = ""
    rater: str = ""


def is_long(sheet: Sheet) -> bool:
    """Return whether a sheet has a row for each rating."""
    return all(sheet.places(*names) for names in (VARIABLE, MUNICIPALITY, SYMBOL))


def is_wide(sheet: Sheet) -> bool:
    """Return whether a sheet has a cell for each rating: a column of variables comes first, or signs fill most of what is filled."""
    if is_long(sheet) or len(sheet.names) < 2:
        return False
    if sheet.names[0] in VARIABLE[:2]:
        return True
    if sheet.names[0] not in ("", *VARIABLE, *MUNICIPALITY):
        return False
    cells = [cell for row in sheet.rows for place, cell in _across(sheet, row) if cell.strip()]
    return 2 * sum(sign(cell) is not None for cell in cells) > len(cells)


def read_cells(sheet: Sheet, study: Study, place: str) -> tuple[list[Cell], list[Problem]]:
    """Return the cells of a table of ratings, empty ones too, and every name in it that is not known or comes twice.

    Parameters
    ----------
    sheet : Sheet
        A table that is long or wide.
    study : Study
        The variables and municipalities by their names.
    place : str
        Name of the file and the sheet, for the messages.
    """
    cells, problems = (_long if is_long(sheet) else _wide)(sheet, study, place)
    seen: dict[tuple[str, str, str], int] = {}
    for cell in cells:
        key = (cell.municipality, cell.variable, cell.rater)
        if seen.setdefault(key, cell.row) != cell.row:
            rule = f"is rated in row {seen[key]} as well"
            problems.append(Problem(place, cell.row, f"{cell.municipality} {cell.variable}", rule, "a row was copied"))
    return cells, problems


def _across(sheet: Sheet, row: Row) -> Iterator[tuple[int, str]]:
    """Yield place and text of the cells of a wide table's row that may be ratings."""
    for place, text in enumerate(row.cells[: len(sheet.names)]):  # a row of another kind of table may have more
        if place and sheet.names[place] and sheet.names[place] not in LABEL:
            yield place, text


def _wide(sheet: Sheet, study: Study, place: str) -> tuple[list[Cell], list[Problem]]:
    turned = sheet.names[0] in MUNICIPALITY
    if sheet.names[0] not in (*MUNICIPALITY, *VARIABLE):
        found = sum(study.municipalities.find(row.cells[0]) is not None for row in sheet.rows)
        turned = found > sum(study.variables.find(row.cells[0]) is not None for row in sheet.rows)
    down, across = (study.municipalities, study.variables) if turned else (study.variables, study.municipalities)
    problems: list[Problem] = []
    heads: dict[int, str] = {}
    for column, heading in enumerate(sheet.headings):
        filled = any(row.cells[column].strip() for row in sheet.rows)
        if column and sheet.names[column] not in LABEL and (clean(heading) or filled):
            name = _known(across, clean(heading), Problem(place, 1, clean(heading), ""), problems)
            if name in heads.values():
                problems.append(Problem(place, 1, clean(heading), "occurs in more than one column", "a column was copied"))
            elif name:
                heads[column] = name
    cells: list[Cell] = []
    first: dict[str, int] = {}
    for row in sheet.rows:
        name = _known(down, clean(row.cells[0]), Problem(place, row.number, clean(row.cells[0]), ""), problems)
        if name and first.setdefault(name, row.number) != row.number:
            problems.append(Problem(place, row.number, name, f"stands in row {first[name]} as well", "a row was copied"))
        elif name:
            pairs = [((name, head) if turned else (head, name), row.cells[column]) for column, head in heads.items()]
            cells += [Cell(place, row.number, *pair, text, sheet.name) for pair, text in pairs]
    return cells, problems


def _long(sheet: Sheet, study: Study, place: str) -> tuple[list[Cell], list[Problem]]:
    problems: list[Problem] = []
    cells: list[Cell] = []
    for row in sheet.rows:
        texts = [sheet.label(row, *names) for names in (MUNICIPALITY, VARIABLE)]
        known = [
            _known(names, text, Problem(place, row.number, text, ""), problems)
            for names, text in zip((study.municipalities, study.variables), texts, strict=True)
        ]
        if known[0] and known[1]:
            segments, rater = sheet.label(row, *SEGMENTS).replace(" ", ""), sheet.label(row, *RATER)
            cells.append(Cell(place, row.number, known[0], known[1], sheet.cells(row, *SYMBOL), sheet.name, segments, rater))
    return cells, problems


def _known(names: Names, text: str, at: Problem, problems: list[Problem]) -> str | None:
    """Return the id that a text stands for, or None with a problem more."""
    if (found := names.find(text)) is None:
        problems.append(Problem(at.file, at.row, at.value, f"must be {names.what}, by its id or its label", names.why_not(text)))
    return found
