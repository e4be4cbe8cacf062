"""What answers mean that the import cannot know: ``values.csv``, which a person confirms, and what an export says about its own codes."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fruitmand.edition.errors import Problem, suggest
from fruitmand.importers.survey.export import Export
from fruitmand.importers.survey.questionnaire import NOT_APPLICABLE, Item, Questionnaire
from fruitmand.importers.survey.settled_by_hand import read_settled
from fruitmand.importers.survey.text_matching import bare, normalise
from fruitmand.importers.survey.tools import Tool

VALUES_FILE = "values.csv"
ALL_ITEMS = "items"
CONSENT = "consent"
STATES = ("not_applicable", "not_answered")
R_MISSING = "NA"
"""What R writes for a missing value, and some people for *not applicable*."""


Said = tuple[str, str]
"""What a row of ``values.csv`` is about, and the answer, normalised."""


@dataclass(frozen=True)
class Values:
    """What answers mean, by (what they are about, normalised answer).

    They are about an item, a scale, all ``items``, a field of a respondent or ``consent``.
    """

    meanings: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of_item(self, item: Item, text: str) -> str:
        """Return a rank, ``not_applicable`` or ``not_answered``; empty where nothing is said of this answer."""
        key = self.key(item, text)
        return self.meanings[key] if key else ""

    def key(self, item: Item, text: str) -> tuple[str, str] | None:
        """Return by what an answer to an item is known: what is said of the item goes before what is said of its scale."""
        keys = ((about, normalise(text)) for about in (item.id, item.scale, ALL_ITEMS))
        return next((key for key in keys if key in self.meanings), None)

    def of_field(self, name: str, text: str) -> str:
        """Return the id of a group, ``yes`` or ``no`` for consent, or ``not_answered``; empty where nothing is said of this answer."""
        return self.meanings.get((name, normalise(text)), "")


@dataclass(frozen=True)
class Codes:
    """What an export as a whole says about codes that mean several things.

    ``r_missing`` is whether NA is a missing value of R, as a real *not applicable* stands beside it; ``complete`` are the scales of which
    every point occurs as a number, so that the number after the last is no option that was renumbered.
    """

    r_missing: bool = False
    complete: frozenset[str] = frozenset()


def read_values(folder: Path, label: str, questionnaire: Questionnaire) -> tuple[Values, list[Problem]]:
    """Read what answers mean: ``values.csv``, with what an answer is about, the answer, and its meaning in every row.

    Parameters
    ----------
    folder : Path
        Folder of the edition.
    label : str
        The same folder as messages show it.

    Returns
    -------
    values : Values
        Empty when there is no such file.
    problems : list of Problem
        What is wrong with the file.
    """
    file = f"{label}/{VALUES_FILE}"
    rows, problems = read_settled(folder / VALUES_FILE, file, ("about", "value", "meaning"))
    allowed = _meanings(questionnaire)
    meanings: dict[tuple[str, str], str] = {}
    for number, (about, value, meaning) in rows:
        if about not in allowed:
            cause = suggest(about, allowed) or f"there are: {', '.join(allowed)}"
            problems.append(Problem(file, number, about, "must be an item, a scale, items, a field of a respondent or consent", cause))
        elif meaning not in allowed[about]:
            cause = "confirm it: take the question mark away" if meaning.startswith("?") else f"it can be: {', '.join(allowed[about])}"
            problems.append(Problem(file, number, meaning, f"must say what {value!r} of {about} means", cause))
        elif meanings.setdefault((about, normalise(value)), meaning) != meaning:
            problems.append(Problem(file, number, value, "an answer must have one meaning", "it has another one above"))
    return Values(meanings), problems


def _meanings(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Return what an answer can mean, by what it is about."""
    items = questionnaire.items.values()
    ranks = {item.scale: tuple(map(str, item.ranks)) for item in items} | {item.id: tuple(map(str, item.ranks)) for item in items}
    fields = {name: tuple(dict.fromkeys(values.values())) for name, values in questionnaire.fields.items()}
    allowed = {about: (*points, *STATES) for about, points in ranks.items()} | {ALL_ITEMS: STATES}
    return allowed | {name: (*ids, "not_answered") for name, ids in fields.items()} | {CONSENT: ("yes", "no")}


def uses(values: Values, export: Export, items: Mapping[str, int], fields: Mapping[str, int], asked: Mapping[str, Item]) -> Counter[Said]:
    """Count the cells of an export that each row of ``values.csv`` speaks of.

    Parameters
    ----------
    values, export
        What a person said, and what was read.
    items, fields
        Position of the column of each item, and of each field of a respondent and consent.
    asked
        The items.
    """
    used: Counter[Said] = Counter()
    for places in (items, fields):
        for name, place in places.items():
            labels = export.columns[place].labels
            for cell, count in Counter(row.cells[place] for row in export.rows).items():
                texts = (bare(labels.get(cell, cell)), cell)
                found = (values.key(asked[name], text) if name in asked else (name, normalise(text)) for text in texts)
                key = next((key for key in found if key in values.meanings), None)
                used.update({key: count} if key else {})
    return used


def codes_of(export: Export, places: Mapping[str, int], questionnaire: Questionnaire) -> Codes:
    """Return what an export says about codes that mean several things.

    Parameters
    ----------
    export : Export
        What was read.
    places : mapping
        Position of the column of each item.
    questionnaire : Questionnaire
        What the edition asks.
    """
    seen: dict[str, set[str]] = {}
    for name, place in places.items():
        labels = export.columns[place].labels
        cells = {bare(labels.get(cell, cell)) for cell in {row.cells[place] for row in export.rows}}
        seen.setdefault(questionnaire.items[name].scale, set()).update(cells)
    ranks = {questionnaire.items[name].scale: questionnaire.items[name].ranks for name in places}
    numbers = {scale: {code for cell in cells if (code := as_code(cell)) is not None} for scale, cells in seen.items()}
    complete = frozenset(scale for scale, points in ranks.items() if set(points) <= numbers[scale])
    words = any(is_not_applicable(cell, export.tool) for cells in seen.values() for cell in cells)
    beyond = any(scale in complete and ranks[scale][-1] + 1 in numbers[scale] for scale in ranks)
    return Codes(words or beyond, complete)


def is_not_applicable(text: str, tool: Tool) -> bool:
    """Return whether a text says *not applicable*; a code of a tool is meant as it is written, since NA may be R's missing value."""
    return normalise(text) in NOT_APPLICABLE or text in tool.not_applicable


def as_code(text: str) -> int | None:
    """Return a text as the whole number that it is, also with decimals of zero.

    >>> as_code("4"), as_code("4,0"), as_code("4.5"), as_code("vier")
    (4, 4, None, None)
    """
    number = re.fullmatch(r"(-?[0-9]{1,9})(?:[.,]0+)?", text)
    return int(number[1]) if number else None


def guess(item: Item, value: str, others: Sequence[str]) -> str:
    """Return the rank that a code may stand for: the number in A1, AO01 or D4, where all codes are of one kind and there is one a point.

    It is a proposal for a person, who knows in which order the survey had its answers.

    >>> item = Item("q", "", "", (), {"low": 1, "high": 2}, ("low", "high"), True)
    >>> guess(item, "AO02", ["AO01", "AO02"]), guess(item, "AO02", ["AO02", "AO03"]), guess(item, "Eens", ["Eens"])
    ('2', '', '')
    """
    parts = [re.fullmatch(r"([A-Za-z]+)0*([0-9]{1,3})", other) for other in others]
    own = re.fullmatch(r"([A-Za-z]+)0*([0-9]{1,3})", value)
    if not own or not all(parts) or len({part[1] for part in parts if part}) != 1:
        return ""
    return own[2] if {int(part[2]) for part in parts if part} <= set(item.ranks) else ""
