"""Read one cell as an answer: a point of the scale, not applicable or not answered; or return why it is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fruitmand.edition.errors import suggest
from fruitmand.importers.survey.export import Column
from fruitmand.importers.survey.questionnaire import NOT_ANSWERED, NOT_APPLICABLE, Item
from fruitmand.importers.survey.text_matching import normalise
from fruitmand.importers.survey.tools import LIMESURVEY, QUALTRICS, SPSS, Tool

MAX_SHOWN = 40
"""Most characters of a wrong answer that a message shows."""


@dataclass(frozen=True)
class Answer:
    """A state of ``responses.csv``, with the rank when it is ``answered``; ``coded`` when it was read from a number, not from a label."""

    state: str
    value: int | None = None
    coded: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why a cell is no answer to its item; ``whole_column`` when the problem is that of the column rather than of the row."""

    value: str
    rule: str
    cause: str
    whole_column: bool = False


def read_answer(item: Item, column: Column, cell: str, tool: Tool) -> Answer | Refusal:
    """Read a cell as the answer to an item.

    Empty cells and what a tool writes for *no value* are not answered. A number is a rank of the scale, and the number after the last rank
    is *not applicable*. Words are a label of the scale in Dutch or English, or *not applicable*. Value labels of SPSS take precedence over
    numbers.
    """
    text = column.labels.get(cell, cell)
    words = normalise(text)
    if not words or words in tool.no_value or (column.labels and words in NOT_ANSWERED):
        return Answer("not_answered")
    if words in item.points:
        return Answer("answered", item.points[words])
    ranks = sorted(set(item.points.values()))
    number = re.fullmatch(r"(-?\d+)(?:[.,]0+)?", text)
    code = int(number[1]) if number else None
    if words in NOT_APPLICABLE | tool.not_applicable or (code is not None and code == ranks[-1] + 1):
        return Answer("not_applicable") if item.offers_not_applicable else _not_offered(item, text)
    if cell in column.labels:
        cause = suggest(words, item.points) or "its value label is none of the scale; give it one in SPSS"
        return Refusal(text, f"must be a label of the scale of {item.id}", cause, whole_column=True)
    if code in ranks:
        return _ambiguous_code(item, column) or Answer("answered", code, coded=True)
    return Refusal(
        text[:MAX_SHOWN], f"must be {ranks[0]} to {ranks[-1]} or a label of the scale of {item.id}", _cause(item, text, code, tool)
    )


def _not_offered(item: Item, text: str) -> Refusal:
    cause = "items.csv says that it does not; if the survey offered it, correct column not_applicable there"
    return Refusal(text[:MAX_SHOWN], f"{item.id} must offer 'not applicable' before it can be chosen", cause)


def _ambiguous_code(item: Item, column: Column) -> Refusal | None:
    """Refuse a code without a label when the labels number the points differently, so that its point is unknown."""
    points = _labelled_points(item, column.labels)
    if all(code == str(rank) for code, rank in points.items()):
        return None
    return Refusal(
        "",
        f"every point of the scale of {item.id} must have a value label",
        "the labels there are number it another way",
        whole_column=True,
    )


def _labelled_points(item: Item, labels: Mapping[str, str]) -> dict[str, int]:
    return {code: item.points[normalise(label)] for code, label in labels.items() if normalise(label) in item.points}


def _cause(item: Item, text: str, code: int | None, tool: Tool) -> str:
    if code is None:
        return suggest(normalise(text), item.points) or "export the answers as numbers 1 to 5, or in the words of the scale"
    if tool is SPSS:
        return "this code has no value label; give it one in SPSS, such as 'niet van toepassing' or 'niet beantwoord'"
    if code < 0 or code > len(item.labels) + 1:
        way = "the texts of the choices instead of numbers" if tool is QUALTRICS else "the full answers instead of codes"
        return f"what {code} stands for is not in the file; export {way if tool in (QUALTRICS, LIMESURVEY) else 'the labels'}"
    return "it is no point of the scale"
