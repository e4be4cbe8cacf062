"""Read the answers to the question for consent: as yes, as no, or as unclear, which stops the import."""

import re
from collections import defaultdict
from typing import Literal, cast

from fruitmand.edition.errors import Problem
from fruitmand.importers.survey.answers import MAX_SHOWN
from fruitmand.importers.survey.export import Column, Export, Row
from fruitmand.importers.survey.hints import hint
from fruitmand.importers.survey.questionnaire import NOT_ANSWERED
from fruitmand.importers.survey.text_matching import clipped, is_blank, normalise
from fruitmand.importers.survey.tools import LIMESURVEY, QUALTRICS, SPSS, Tool
from fruitmand.importers.survey.values import VALUES_FILE, Values

Consent = Literal["yes", "no", "unclear"]

STATEMENTS = frozenset(
    map(
        normalise,
        (
            "Ik heb deze informatie gelezen en doe vrijwillig mee.",
            "I have read this information and take part of my own free will.",
        ),
    )
)
"""The statements of consent in the questionnaire that `make instrument` writes."""

YES = STATEMENTS | {
    *("1", "y", "j", "yes", "ja", "true", "waar", "ok", "agree", "agreed", "akkoord", "mee eens", "i agree", "i consent", "i accept"),
    *("i do", "i give consent", "i give my consent", "i take part", "i participate", "i want to take part", "i agree to take part"),
    *("i agree to participate", "i consent to take part", "i consent to participate", "ik stem toe", "ik stem in", "ik ga akkoord"),
    *("ik ben akkoord", "ik ben het eens", "ik doe mee", "ik doe vrijwillig mee", "ik wil meedoen", "ik neem deel", "ik geef toestemming"),
    "ik geef mijn toestemming",
}
"""Answers that give consent, normalised; ``1`` and ``ok`` are what Qualtrics and XLSForm tools write for the statement."""

NO = NOT_ANSWERED | {
    *("", "0", "n", "no", "nee", "false", "onwaar", "disagree", "decline", "declined", "oneens", "niet akkoord", "niet mee eens"),
    *("not agreed", "i disagree", "i decline", "i refuse", "i object", "ik weiger", "ik doe niet mee", "ik doe liever niet mee"),
    *("ik stem niet toe", "ik stem niet in", "ik ga niet akkoord", "ik ben niet akkoord", "ik ben het niet eens", "ik wil niet meedoen"),
    *("ik neem niet deel", "ik neem geen deel", "ik geef geen toestemming", "geen toestemming", "no consent"),
}
"""Answers that refuse consent, normalised."""

_GLADLY = frozenset({"graag", "natuurlijk", "zeker", "gladly", "of course", "please", "certainly"})
_YES = re.compile(r"(ja|yes)[ ,]+(.*)")  # more words may take it back, or set a condition, unless they consent themselves
_NO = re.compile(r"(nee|no)[ ,].*|i (do not|don't|will not|won't|would rather not|am not)( .*)?")

RULE = (
    "consent must be yes ('yes', 'ja', 1, 'I agree', 'akkoord' and the like, or 'yes, I agree') or no (empty, 'no', 'nee', 0, or beginning"
    " with 'no', 'nee' or 'I do not'); see docs/survey.md"
)
SETTLE = f"say in {VALUES_FILE} whether it is yes or no"
EXAMPLE = "a line such as consent,2,no"
SHOWN = 5
"""Most other answers that a message shows."""


def read_consents(export: Export, place: int, values: Values) -> tuple[list[tuple[str, Consent]], list[Problem]]:
    """Return the answer of every row as (text, how it is read), and a problem for the column when any of them is unclear."""
    column, unclear_rows = export.columns[place], defaultdict[str, list[Row]](list)
    consents: list[tuple[str, Consent]] = []
    for row in export.rows:
        cell = export.cell(row, place)
        text = column.labels.get(cell, cell)
        said = values.of_field("consent", text) or values.of_field("consent", cell)
        consent = cast("Consent", said) or _code_without_label(column, cell) or _consent_of(text)
        consents.append((text, consent))
        if consent == "unclear":
            unclear_rows[column.labels.get(cell, cell)].append(row)
    if not unclear_rows:
        return consents, []
    (text, rows), *others = unclear_rows.items()
    more = f"; {len(rows)} rows have it" if len(rows) > 1 else ""
    if others:
        shown = ", ".join(f"{clipped(other, MAX_SHOWN)!r} ({len(other_rows)})" for other, other_rows in others[:SHOWN])
        more += f"; as unclear are {shown}" + (f" and {len(others) - SHOWN} others" if len(others) > SHOWN else "")
    return consents, [Problem(export.file, rows[0].number, clipped(text, MAX_SHOWN), RULE, _cause(text, export.tool) + more)]


def _code_without_label(column: Column, cell: str) -> Literal["unclear", ""]:
    """Return ``unclear`` for an SPSS code without a value label in a column that has labels."""
    return "unclear" if column.labels and cell and cell not in column.labels else ""


def _consent_of(text: str) -> Consent:
    """Read a text as consent. Numbers other than 1 and 0 are unclear: 2 is no in one survey and yes in another.

    >>> [_consent_of(text) for text in ("Ja, ik doe mee.", "OK", "Nee", "I don't take part", "", "2", "Ja, maar liever niet")]
    ['yes', 'yes', 'no', 'no', 'no', 'unclear', 'unclear']
    """
    words = re.sub(r"^(\d+)[.,]0+$", r"\1", normalise(text))
    if not words and not is_blank(text):
        return "unclear"
    if words in NO or _NO.fullmatch(words):
        return "no"
    agreement = _YES.fullmatch(words)
    return "yes" if words in YES or (agreement and normalise(agreement[2]) in YES | _GLADLY) else "unclear"


def _cause(text: str, tool: Tool) -> str:
    words = normalise(text)
    if _YES.fullmatch(words):
        return f"it begins with yes, but what follows may take that back; {SETTLE}"
    if not re.fullmatch(r"-?[a-z]{0,2}\d+([.,]\d+)?", words):
        near = (
            hint(words, (YES | NO) - STATEMENTS - {"1", "0", ""}) or "it is none of these; if it is an answer to the question for consent,"
        )
        return f"{near} {SETTLE}"
    if tool is SPSS:
        return f"this code has no value label; give it one in SPSS, such as 'ja' or 'nee', or {SETTLE}: {EXAMPLE}"
    way = {QUALTRICS: "the texts of the choices", LIMESURVEY: "the full answers"}.get(tool, "the labels")
    return f"what {words} stands for is not in the file; export {way} instead of codes, or {SETTLE}: {EXAMPLE}"
