"""Put a survey together: respondents under random pseudonyms, a state for each of their items, and remarks that nobody can be traced by."""

import re
import secrets
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from fruitmand.edition.errors import DataError, Problem, suggest
from fruitmand.edition.schema import SCHEMAS, STATES
from fruitmand.edition.survey_groups import GROUPINGS
from fruitmand.edition.validation import validate
from fruitmand.importers.survey.answers import SHOWN, Answer, Refusal, read_answer
from fruitmand.importers.survey.consent import Consent, read_consents
from fruitmand.importers.survey.export import Export, Row
from fruitmand.importers.survey.matching import CONSENT, Match
from fruitmand.importers.survey.personal import personal_data_in
from fruitmand.importers.survey.questionnaire import Questionnaire
from fruitmand.importers.survey.text_matching import normal
from fruitmand.importers.survey.tools import LIMESURVEY, QUALTRICS

TABLES = ("respondents", "responses", "remarks")
LETTERS = string.digits + string.ascii_lowercase
LENGTH = 8
CODE = 5
"""Most characters that LimeSurvey has for the code of an answer."""

_People = list[dict[str, str | None]]
_Answers = list[tuple[str, str, Answer]]
_Remarks = list[tuple[str, str | None, str]]


@dataclass(frozen=True)
class Survey:
    """The three raw tables by name, in the order of random ids.

    ``empty`` counts the respondents left out because they answered nothing, ``unfinished`` those kept who did not reach the end;
    ``consent`` counts the rows by the words that were read as consent and as refusal, empty where nobody was asked; ``coded`` says
    whether answers were read from numbers.
    """

    tables: dict[str, pd.DataFrame]
    empty: int
    unfinished: int
    consent: Mapping[tuple[str, Consent], int]
    coded: bool

    @property
    def refused(self) -> int:
        """How many were left out because they did not consent."""
        return sum(count for (_, said), count in self.consent.items() if said == "no")


def random_letters() -> str:
    """Return eight letters and digits that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def assemble(
    export: Export, match: Match, known: Questionnaire, mint: Callable[[], str] = random_letters, problems: Iterable[Problem] = ()
) -> Survey:
    """Put the tables of a survey together.

    Who was asked for consent and did not give it is left out, with all that was given; what is neither yes nor no is a problem. A
    respondent without any answer is left out; *not applicable* is an answer. An item without a column is not asked, one with an empty
    cell is not answered. Rows are sorted by pseudonym, so that nothing of the order of submission is left; remarks by their own ids.

    Parameters
    ----------
    export, match, known
        What was read, what its columns are, and what the edition asks.
    mint : callable
        Makes ids; one that was made before is made again.
    problems : iterable of Problem
        What was found wrong before.

    Raises
    ------
    DataError
        With everything wrong in the export: its columns, and each cell that is no answer.
    """
    reader = _Reader(export, match, known, [*problems, *export.problems, *match.problems])
    consents = reader.consents()
    consenting = [row for row, (_, consent) in zip(export.rows, consents, strict=True) if consent != "no"] if consents else export.rows
    people, answers, remarks, unfinished = _collect(reader, consenting, mint)
    if not people and not reader.wrong:
        reader.wrong.append(_nobody(export, refused=len(export.rows) - len(consenting)))
    if reader.wrong:
        raise DataError(list(set(reader.wrong)))
    tables = {
        "respondents": _typed("respondents", people),
        "responses": _typed("responses", [(pseudonym, item, answer.state, answer.value) for pseudonym, item, answer in answers]),
        "remarks": _typed("remarks", remarks),
    }
    coded = any(answer.coded for *_, answer in answers)
    return Survey(tables, len(consenting) - len(people), unfinished, Counter(consents), coded)


def _collect(reader: "_Reader", rows: Iterable[Row], mint: Callable[[], str]) -> tuple[_People, _Answers, _Remarks, int]:
    """Read the rows under new ids; return respondents, answers, remarks, and how many respondents did not reach the end."""
    people: _People = []
    answers: _Answers = []
    remarks: _Remarks = []
    unfinished = 0
    new_pseudonym, new_remark_id = _distinct(mint), _distinct(mint)
    for row in rows:
        row_answers, person = reader.answers(row), reader.person(row)
        remarks += [("m" + new_remark_id(), block, text) for block, text in reader.remarks(row)]
        if any(answer.state != "not_answered" for answer in row_answers.values()):
            pseudonym = "r" + new_pseudonym()
            unfinished += not row.finished
            people.append({"respondent": pseudonym, **person})
            answers += [(pseudonym, item, row_answers.get(item, Answer("not_asked"))) for item in reader.known.items]
    return people, answers, remarks, unfinished


def _nobody(export: Export, *, refused: int) -> Problem:
    cause = f"none of its {export.read} rows has one to keep" + (f", {refused} for want of consent" if refused else "")
    return Problem(export.file, 0, "", "must have a respondent with an answer", cause)


def states(survey: Survey) -> dict[str, int]:
    """Count the responses by state, of every state."""
    found = Counter(survey.tables["responses"]["state"])
    return {state: found[state] for state in STATES}


def _distinct(mint: Callable[[], str]) -> Callable[[], str]:
    taken: set[str] = set()

    def distinct() -> str:
        new = next(letters for letters in iter(mint, None) if letters not in taken)
        taken.add(new)
        return new

    return distinct


def _typed(name: str, rows: Sequence[object]) -> pd.DataFrame:
    columns = list(SCHEMAS[name].columns)
    frame = pd.DataFrame(rows, columns=columns).astype({column: "Int64" if column == "value" else "string" for column in columns})
    checked, problems = validate(name, frame.sort_values(columns[0], kind="stable", ignore_index=True), f"{name}.csv")
    if problems:
        raise DataError(problems)
    return checked


@dataclass(frozen=True)
class _Reader:
    """Reads rows, and gathers in ``wrong`` what cannot be read."""

    export: Export
    match: Match
    known: Questionnaire
    wrong: list[Problem]

    def answers(self, row: Row) -> dict[str, Answer]:
        found = {}
        for item, place in self.match.items.items():
            column = self.export.columns[place]
            answer = read_answer(self.known.items[item], column, row.cells[place], self.export.tool)
            if isinstance(answer, Refusal):
                rule = answer.rule if column.heading == item else f"{answer.rule}, in column {column.heading[:SHOWN]!r}"
                self.wrong.append(Problem(self.export.file, 0 if answer.whole else row.number, answer.value, rule, answer.cause))
            else:
                found[item] = answer
        return found

    def consents(self) -> list[tuple[str, Consent]]:
        """Return what every row says to the question for consent; nothing when there is no such column."""
        if CONSENT not in self.match.fields:
            return []
        said, problems = read_consents(self.export, self.match.fields[CONSENT])
        self.wrong.extend(problems)
        return said

    def person(self, row: Row) -> dict[str, str | None]:
        return {name: self._field(name, place, row) for name, place in self.match.fields.items() if name in GROUPINGS}

    def _field(self, name: str, place: int, row: Row) -> str | None:
        values, cell = self.known.fields[name], self.export.cell(row, place)
        text = self.export.columns[place].labels.get(cell, cell)
        found = values.get(normal(text)) or self._short(text, values)
        if text and not found:
            source = "municipalities.csv" if name == "municipality" else f"the {name}s of edition.toml"
            ids = ", ".join(dict.fromkeys(values.values()))
            way = "the texts of the choices" if self.export.tool is QUALTRICS else "labels"
            cause = suggest(normal(text), values) or f"there are: {ids}; export {way} if these are codes"
            rule = f"{name} must be an id or a label of {source}"
            self.wrong.append(Problem(self.export.file, row.number, text[:SHOWN], rule, cause))
        return found

    def _short(self, text: str, values: Mapping[str, str]) -> str | None:
        """Return what a code of LimeSurvey stands for: it has five characters at most, the first of an id, when that is one alone."""
        found = {value for value in values.values() if re.sub(r"[^a-z0-9]", "", value)[:CODE] == text}
        return min(found) if self.export.tool is LIMESURVEY and len(found) == 1 else None

    def remarks(self, row: Row) -> Iterator[tuple[str | None, str]]:
        for place, block in self.match.remarks.items():
            text = self.export.cell(row, place).replace("\r\n", "\n").replace("\r", "\n")
            for kind in personal_data_in(text):
                rule = f"a remark may not hold {kind}, and this one in column {self.export.columns[place].heading[:SHOWN]!r} does"
                self.wrong.append(Problem(self.export.file, row.number, "", rule, "take it out in a copy of the export and import that"))
            if text:
                yield block or None, text
