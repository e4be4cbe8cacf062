"""Read one cell as an answer: a point of the scale, not applicable or not answered; or return why it is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fruitmand.importers.survey.export import Column
from fruitmand.importers.survey.hints import hint
from fruitmand.importers.survey.questionnaire import NOT_ANSWERED, Item
from fruitmand.importers.survey.text_matching import bare, normalise
from fruitmand.importers.survey.tools import LIMESURVEY, QUALTRICS, SPSS, Tool
from fruitmand.importers.survey.values import R_MISSING, VALUES_FILE, Codes, Values, as_code, is_not_applicable

MAX_SHOWN = 40
"""Most characters of a wrong answer that a message shows."""

_DATE = re.compile(
    r"\d{1,2}[-/ ](?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|sept|okt|oct|nov|dec)[a-z]*\.?(?:[-/ ]\d{2,4})?"
    r"|(?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|sept|okt|oct|nov|dec)[a-z]*\.?[-/ ]\d{1,4}"
    r"|\d{4}-\d{2}-\d{2}(?:[T ].*)?|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?(?: .*)?",
    re.IGNORECASE,
)
"""A point of a scale such as 1-5 as a spreadsheet writes it, or a moment."""
_NUMBER_AND_LABEL = re.compile(r"\(?([0-9]{1,3})\)?(?:\s*[-–—=:.)]\s*|\s+)(\D.*)|(\D.*?)\s*\(([0-9]{1,3})\)", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """A state of ``responses.csv``, with the rank when it is ``answered``; ``coded`` when it was read from a number, not from a label."""

    state: str
    value: int | None = None
    coded: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why a cell is no answer to its item; ``whole_column`` when the problem is that of the column rather than of the row.

    ``everywhere`` is when it is the same for every item with this scale, which is told once. ``about`` and ``meaning`` are what
    ``values.csv`` could say of it: what the answer is about, and a guess of what it means.
    """

    value: str
    rule: str
    cause: str
    whole_column: bool = False
    everywhere: bool = False
    about: str = ""
    meaning: str = ""


def read_answer(
    item: Item, column: Column, cell: str, tool: Tool, *, values: Values | None = None, codes: Codes | None = None
) -> Answer | Refusal:
    """Read a cell as the answer to an item.

    What a person said of an answer goes first. Empty cells and what a tool writes for *no value* are not answered. A number is a rank of
    the scale; the number after the last rank is *not applicable* where all ranks occur in the export, else it may be an option that was
    renumbered. Words are a label of the scale in Dutch or English, or *not applicable*; a number before a label must agree with it. Value
    labels of SPSS take precedence over numbers.

    Parameters
    ----------
    item : Item
        What was asked.
    column : Column
        Where the answer stands.
    cell : str
        The answer.
    tool : Tool
        What wrote it.
    values : Values, optional
        What a person said that answers mean.
    codes : Codes, optional
        What the export says about codes that mean several things; it says nothing by default.
    """
    text = bare(column.labels.get(cell, cell))
    if values and (meaning := values.of_item(item, text) or values.of_item(item, cell)):
        if meaning == "not_applicable" and not item.offers_not_applicable:
            return _not_offered(item, text)
        return Answer("answered", int(meaning)) if meaning.isdecimal() else Answer(meaning)
    codes = codes or Codes()
    return _words(item, column, cell, tool, codes) or _number(item, column, text, tool, codes) or _others(item, text, tool)


def _words(item: Item, column: Column, cell: str, tool: Tool, codes: Codes) -> Answer | Refusal | None:
    """Read words; None for what may be a number, or nothing known."""
    text = bare(column.labels.get(cell, cell))
    words = normalise(text)
    if not text or words in tool.no_value or (column.labels and words in NOT_ANSWERED):
        return Answer("not_answered")
    if words in item.points:
        return Answer("answered", item.points[words])
    if is_not_applicable(text, tool):
        return Answer("not_applicable") if item.offers_not_applicable else _not_offered(item, text)
    if text == R_MISSING:
        return Answer("not_answered") if codes.r_missing else _r_missing()
    if cell in column.labels and as_code(text) is None:
        cause = hint(words, item.points) or f"its value label is none of the scale: {item.scale_in_words}; give it one in SPSS"
        rule = f"must be a label of the scale of {item.id}"
        return Refusal(text, rule, cause, whole_column=True, about=item.scale)
    return None


def _number(item: Item, column: Column, text: str, tool: Tool, codes: Codes) -> Answer | Refusal | None:
    """Read a number; None for what is none, or none of the scale."""
    code, ranks = as_code(text), item.ranks
    if code == ranks[-1] + 1:
        if item.scale not in codes.complete:
            return _beyond(item, text)
        return Answer("not_applicable") if item.offers_not_applicable else _not_offered(item, text)
    if code not in ranks:
        return None
    if tool is SPSS and not column.labels:
        rule = "numbers must have value labels, as nothing else says which end of the scale is 1"
        cause = f"give them value labels in SPSS, or say in {VALUES_FILE} what they mean: {item.scale_in_words}"
        return Refusal(text, rule, cause, whole_column=True, everywhere=True, about=item.scale, meaning=text)
    return _rank_of(item, column, code)


def _others(item: Item, text: str, tool: Tool) -> Answer | Refusal:
    return _number_and_label(item, text) or _unknown(item, text, tool)


def _number_and_label(item: Item, text: str) -> Answer | Refusal | None:
    """Read ``4 - agree`` or ``agree (4)``; the number and the label must agree."""
    match = _NUMBER_AND_LABEL.fullmatch(text)
    label = normalise(match[2] or match[3]) if match else ""
    if match is None or label not in item.points:
        return None
    number, rank = int(match[1] or match[4]), item.points[label]
    if number == rank:
        return Answer("answered", rank)
    cause = f"the scale is {item.scale_in_words}; say in {VALUES_FILE} what it means"
    rule = f"the number and the label of an answer to {item.id} must agree"
    return Refusal(text, rule, cause, about=item.scale, meaning=str(rank))


def _not_offered(item: Item, text: str) -> Refusal:
    cause = "items.csv says that it does not; if the survey offered it, correct column not_applicable there"
    return Refusal(text, f"{item.id} must offer 'not applicable' before it can be chosen", cause)


def _r_missing() -> Refusal:
    rule = "it must be known what NA means: a missing value, as R writes it, or not applicable"
    cause = f"no other 'not applicable' is in the file; say it in {VALUES_FILE}"
    return Refusal(R_MISSING, rule, cause, everywhere=True, about="items", meaning="not_answered")


def _beyond(item: Item, text: str) -> Refusal:
    first, last = item.ranks[0], item.ranks[-1]
    said = f"{item.scale},{text},not_applicable"
    rule = f"it must be known what {text} means on the scale {item.scale}: not applicable, or an option that got another number"
    cause = f"not every number from {first} to {last} occurs; export the texts of the choices, or say it in {VALUES_FILE}, such as {said}"
    return Refusal(text, rule, cause, everywhere=True, about=item.scale, meaning="not_applicable")


def _rank_of(item: Item, column: Column, code: int) -> Answer | Refusal:
    """Return the rank of a code without a label of its own: the code itself, or its mirror image where the labels at both ends say so."""
    if all(number == rank for number, rank in _labelled_points(item, column.labels).items()):
        return Answer("answered", code, coded=True)
    if runs_the_other_way(item, column.labels):
        return Answer("answered", item.ranks[0] + item.ranks[-1] - code)
    rule = f"every point of the scale of {item.id} must have a value label"
    return Refusal("", rule, "the labels there are number it another way", whole_column=True)


def runs_the_other_way(item: Item, labels: Mapping[str, str]) -> bool:
    """Return whether value labels number the points of a scale from its other end."""
    points, ranks = _labelled_points(item, labels), item.ranks
    mirror = ranks[0] + ranks[-1]
    turned = all(number + rank == mirror for number, rank in points.items())
    return {ranks[0], ranks[-1]} <= set(points) and turned


def _labelled_points(item: Item, labels: Mapping[str, str]) -> dict[int, int]:
    found = {as_code(code): item.points[normalise(label)] for code, label in labels.items() if normalise(label) in item.points}
    return {code: rank for code, rank in found.items() if code is not None}


def _unknown(item: Item, text: str, tool: Tool) -> Refusal:
    rule = f"must be {item.ranks[0]} to {item.ranks[-1]} or a label of the scale {item.scale}"
    if _DATE.fullmatch(text):
        cause = "a spreadsheet made a date of it, or it stands under another heading than its own: take the tool's own file"
        return Refusal(text, rule, cause, everywhere=True)
    return Refusal(text, rule, _cause(item, text, tool), everywhere=True, about=item.scale)


def _cause(item: Item, text: str, tool: Tool) -> str:
    code = as_code(text)
    if code is None and re.fullmatch(r"[A-Za-z]{1,2}[0-9]{1,3}", text):
        return f"what it stands for is not in the file; export the full answers instead of codes, or say it in {VALUES_FILE}"
    if code is None:
        return hint(normalise(text), item.points) or f"the scale is {item.scale_in_words}"
    if tool is SPSS:
        return "this code has no value label; give it one in SPSS, such as 'niet van toepassing' or 'niet beantwoord'"
    if code < 0 or code > len(item.labels) + 1:
        way = "the texts of the choices instead of numbers" if tool is QUALTRICS else "the full answers instead of codes"
        way = way if tool in (QUALTRICS, LIMESURVEY) else "the labels"
        return f"what it stands for is not in the file; export {way}, or say it in {VALUES_FILE}"
    return f"where points are numbered from 0, every number means another point: say in {VALUES_FILE} what each of them means"
