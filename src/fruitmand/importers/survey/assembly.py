"""Assemble the raw tables of a survey: respondents under random pseudonyms, the state of every item, remarks without personal data."""

import re
import secrets
import string
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import pandas as pd

from fruitmand.edition.errors import DataError, Problem, suggest
from fruitmand.edition.raw_text import clean
from fruitmand.edition.schema import SCHEMAS, STATES
from fruitmand.edition.survey_groups import GROUPINGS
from fruitmand.edition.validation import validate
from fruitmand.importers.survey.answers import MAX_SHOWN, Answer, Refusal, read_answer
from fruitmand.importers.survey.consent import Consent, read_consents
from fruitmand.importers.survey.export import Export, Row
from fruitmand.importers.survey.matching import CONSENT, MANUAL_FILE, ColumnMatch
from fruitmand.importers.survey.personal import personal_data_in
from fruitmand.importers.survey.proposals import NotUnderstoodError
from fruitmand.importers.survey.questionnaire import Questionnaire
from fruitmand.importers.survey.shifted import in_words, is_like_an_id, shifted_rows
from fruitmand.importers.survey.text_matching import clipped, normalise
from fruitmand.importers.survey.tools import LIMESURVEY, QUALTRICS
from fruitmand.importers.survey.values import ALL_ITEMS, R_MISSING, VALUES_FILE, Codes, Values, codes_of, guess

TABLES = ("respondents", "responses", "remarks")
ID_LETTERS = string.digits + string.ascii_lowercase
ID_LENGTH = 8
MAX_LIMESURVEY_CODE = 5
"""Most characters that LimeSurvey has for the code of an answer."""
MOST_DISTINCT = 500
"""Most different answers that are looked at to say why they are none."""
SHOWN = 5
"""Most other answers that the message about a column shows."""
LONGEST_VALUE = 100
"""Most characters of an answer that is proposed to be settled; a longer one is a remark, and of one person."""

_People = list[dict[str, str | None]]
_Answers = list[tuple[str, str, Answer]]
_Remarks = list[tuple[str, str | None, str]]


@dataclass(frozen=True)
class Survey:
    """The three raw tables by name, sorted by random ids, and what the report of the import needs.

    ``empty`` counts the respondents left out because they answered nothing, ``unfinished`` those kept who did not reach the end;
    ``consent`` counts the rows by (text, how it was read), empty where consent was not asked for; ``coded`` says whether any answer was
    read from a number. ``keys`` has what every respondent is known again by in a later export, by pseudonym.
    """

    tables: dict[str, pd.DataFrame]
    empty: int
    unfinished: int
    consent: Mapping[tuple[str, Consent], int]
    coded: bool
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """How many were left out because they did not consent."""
        return sum(count for (_, consent), count in self.consent.items() if consent == "no")


def random_letters() -> str:
    """Return eight random letters and digits from a cryptographically secure source."""
    return "".join(secrets.choice(ID_LETTERS) for _ in range(ID_LENGTH))


def assemble(
    export: Export,
    match: ColumnMatch,
    questionnaire: Questionnaire,
    new_id: Callable[[], str] = random_letters,
    *,
    problems: Iterable[Problem] = (),
    values: Values | None = None,
    codes: Codes | None = None,
) -> Survey:
    """Assemble the tables of a survey.

    Respondents who were asked for consent and did not give it are left out with all their answers and remarks; consent that is neither yes
    nor no is a problem. Respondents without any answer are left out; *not applicable* is an answer. An item without a column is not asked,
    an item with an empty cell is not answered. Rows are sorted by pseudonym and remarks by their own ids, which hides the order of
    submission.

    Parameters
    ----------
    export, match, questionnaire
        What was read, what its columns are, and what the edition asks.
    new_id : callable
        Returns an id at every call; one that is taken is skipped.
    problems : iterable of Problem
        Problems found before.
    values, codes
        What a person said that answers mean, and what the whole export says about its codes, when these are some of its rows.

    Raises
    ------
    DataError
        With all problems of the export at once: of its columns, and of the cells that are no answer, in one line a column.
    """
    codes = codes or codes_of(export, match.items, questionnaire)
    reader = _Reader(export, match, questionnaire, [*problems, *export.problems, *match.problems], values or Values(), codes)
    consents = reader.consents()
    consenting = [row for row, (_, consent) in zip(export.rows, consents, strict=True) if consent != "no"] if consents else export.rows
    people, answers, remarks, unfinished, keys = _collect(reader, consenting, new_id)
    found = [*reader.wrong, *reader.refusals()]
    if not people and not found:
        found.append(_nobody(export, refused=len(export.rows) - len(consenting)))
    if found:
        raise NotUnderstoodError(list(set(found)), match.unknown, reader.unknown(), match.examples)
    tables = {
        "respondents": _typed("respondents", people),
        "responses": _typed("responses", [(pseudonym, item, answer.state, answer.value) for pseudonym, item, answer in answers]),
        "remarks": _typed("remarks", remarks),
    }
    coded = any(answer.coded for *_, answer in answers)
    return Survey(tables, len(consenting) - len(people), unfinished, Counter(consents), coded, keys)


def _collect(reader: "_Reader", rows: Iterable[Row], new_id: Callable[[], str]) -> tuple[_People, _Answers, _Remarks, int, dict[str, str]]:
    """Read the rows under new ids; return respondents, answers, remarks, how many respondents did not reach the end, and their keys."""
    key_of = {row.number: key for row, key in zip(reader.export.rows, reader.export.keys, strict=False)}
    keys: dict[str, str] = {}
    people: _People = []
    answers: _Answers = []
    remarks: _Remarks = []
    unfinished = 0
    new_pseudonym, new_remark_id = _without_repeats(new_id), _without_repeats(new_id)
    for row in rows:
        if len(reader.distinct) > MOST_DISTINCT:  # this is another file: what is wrong is told well enough
            break
        row_answers, person = reader.answers(row), reader.person(row)
        remarks += [("m" + new_remark_id(), block, text) for block, text in reader.remarks(row)]
        if any(answer.state != "not_answered" for answer in row_answers.values()):
            pseudonym = "r" + new_pseudonym()
            keys[pseudonym] = key_of.get(row.number, "")
            unfinished += not row.finished
            people.append({"respondent": pseudonym, **person})
            answers += [(pseudonym, item, row_answers.get(item, Answer("not_asked"))) for item in reader.questionnaire.items]
    return people, answers, remarks, unfinished, keys


def _nobody(export: Export, *, refused: int) -> Problem:
    why = {("is a preview or test", "are previews or tests"): export.previews, ("has no consent", "have no consent"): refused}
    told = " and ".join(f"{count} {one if count == 1 else many}" for (one, many), count in why.items() if count)
    cause = (f"{told}: " if told else "") + f"none of its {export.rows_read} rows has one to keep"
    return Problem(export.file, 0, "", "must have a respondent with an answer", cause)


def count_states(survey: Survey) -> dict[str, int]:
    """Count the responses in each state, also where there are none."""
    counts = Counter(survey.tables["responses"]["state"])
    return {state: counts[state] for state in STATES}


def _without_repeats(new_id: Callable[[], str]) -> Callable[[], str]:
    taken: set[str] = set()

    def distinct() -> str:
        new = next(letters for letters in iter(new_id, None) if letters not in taken)
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
    """Reads rows, and collects the problems of what cannot be read: in ``wrong``, and in ``refused`` those of a column together."""

    export: Export
    match: ColumnMatch
    questionnaire: Questionnaire
    wrong: list[Problem]
    values: Values
    codes: Codes
    refused: dict[tuple[int, str], list[tuple[int, str, Refusal]]] = field(default_factory=lambda: defaultdict(list))
    distinct: set[str] = field(default_factory=set)
    read: dict[tuple[str, str], Answer | Refusal] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)

    def answers(self, row: Row) -> dict[str, Answer]:
        answers = {}
        for item, place in self.match.items.items():
            column, cell = self.export.columns[place], row.cells[place]
            if (item, cell) not in self.read:
                asked = self.questionnaire.items[item]
                self.read[item, cell] = read_answer(asked, column, cell, self.export.tool, values=self.values, codes=self.codes)
            answer = self.read[item, cell]
            if isinstance(answer, Refusal):
                named = column.heading == item and not answer.everywhere
                self._refuse(row, place, answer, "" if named else column.heading)
            else:
                answers[item] = answer
        return answers

    def _refuse(self, row: Row, place: int, refusal: Refusal, heading: str) -> None:
        """Keep a refusal with those that are told in the same line; ``heading`` is empty where the rule says which column it is."""
        group = (-1, f"{refusal.rule} {refusal.cause}") if refusal.everywhere else (place, refusal.rule)
        self.distinct.add(refusal.value)
        self.refused[group].append((row.number, clipped(heading, MAX_SHOWN), refusal))

    def refusals(self) -> Iterator[Problem]:
        """Yield what was refused, in one line for all cells with the same fault, of a column or of all columns with the same scale."""
        shifted = self._shifted()
        if shifted:
            rule = "the answers of a row must stand under their headings"
            looks = "looks" if len(shifted) == 1 else "look"
            if len(shifted) < len(self.export.rows):
                cause = (
                    f"{in_words(shifted)} {looks} shifted by one cell, since ids of the tool stand there: repair it in a copy of the export"
                )
            else:
                cause = "all rows have an id in the place of an answer: the column is no item, or all rows are shifted by one cell"
            yield Problem(self.export.file, shifted[0], "", rule, cause)
        for group in self.refused.values():
            refused = [told for told in group if told[0] not in shifted]
            if not refused:
                continue
            row, heading, first = refused[0]
            counts = Counter(refusal.value for *_, refusal in refused)
            columns = len({name for _, name, _ in refused})
            rule = first.rule + (f", in column {heading!r}" if heading and columns == 1 else "")
            among = f" in {columns} columns" if columns > 1 else ""
            more = f"; it is so{among}" if among else ""
            if len(refused) > 1 and not first.whole_column:
                shown = ", ".join(f"{clipped(value, MAX_SHOWN)!r} ({count})" for value, count in counts.most_common(SHOWN))
                rest = f" and {len(counts) - SHOWN} others" if len(counts) > SHOWN else ""
                more = f"; {len(refused)} answers{among}: {shown}{rest}"
            yield Problem(self.export.file, 0 if first.whole_column else row, clipped(first.value, MAX_SHOWN), rule, first.cause + more)

    def _shifted(self) -> list[int]:
        """Return the rows that do not stand under their headings."""
        last = {item.scale: item.ranks[-1] for item in self.questionnaire.items.values()}
        refused = [(row, refusal) for group in self.refused.values() for row, _, refusal in group]
        return shifted_rows((row, one.value) for row, one in refused if one.about in last and is_like_an_id(one.value, last[one.about]))

    def unknown(self) -> dict[tuple[str, str], str]:
        """Return what ``values.csv`` could say, by (what it is about, answer): a guess, or nothing."""
        found: dict[tuple[str, str], str] = {}
        others: dict[str, set[str]] = defaultdict(set)
        shifted = self._shifted()
        told = [refusal for group in self.refused.values() for row, _, refusal in group if row not in shifted]
        refusals = [refusal for refusal in told if refusal.about and len(refusal.value) <= LONGEST_VALUE]
        for refusal in refusals:
            others[refusal.about].add(refusal.value)
        items = {item.scale: item for item in self.questionnaire.items.values()}
        for refusal in refusals:
            about, value = refusal.about, refusal.value
            meaning = refusal.meaning
            if about in items and not meaning:
                meaning = guess(items[about], value, sorted(others[about]))
            found.setdefault((about, value), meaning)
        for about in others.keys() & items.keys():
            if "0" in others[about]:  # numbered from 0, each number is another point than it looks
                found |= {(about, str(rank - 1)): str(rank) for rank in items[about].ranks}
        found |= {(CONSENT, text): "" for text in self.unclear if len(text) <= LONGEST_VALUE}
        return {key: meaning for key, meaning in found.items() if key[1]}

    def consents(self) -> list[tuple[str, Consent]]:
        """Return what every row answers to the question for consent; empty when there is no such column."""
        if CONSENT not in self.match.fields:
            return []
        consents, problems = read_consents(self.export, self.match.fields[CONSENT], self.values)
        self.wrong.extend(problems)
        self.unclear.update(text for text, consent in consents if consent == "unclear")
        return consents

    def person(self, row: Row) -> dict[str, str | None]:
        return {name: self._field(name, place, row) for name, place in self.match.fields.items() if name in GROUPINGS}

    def _field(self, name: str, place: int, row: Row) -> str | None:
        values, cell = self.questionnaire.fields[name], self.export.cell(row, place)
        text = self.export.columns[place].labels.get(cell, cell)
        said = self.values.of_field(name, text) or self.values.of_field(name, cell)
        if said or not text:
            return None if said in ("", "not_answered") else said
        value = values.get(normalise(text)) or self._short(text, values)
        if not value and not self._is_missing(text):
            source = "municipalities.csv" if name == "municipality" else f"the {name}s of edition.toml"
            add = f"add it to {source} if it is not there yet"
            ids = ", ".join(dict.fromkeys(values.values()))
            way = "the texts of the choices" if self.export.tool is QUALTRICS else "labels"
            near_it = suggest(normalise(text), values)
            cause = near_it or f"{add}, export {way} if these are codes, or say it in {VALUES_FILE}; there are: {ids}"
            if not ids:
                cause = f"there are none: put the {name}s in edition.toml, or say 'ignore' of this column in {MANUAL_FILE}"
            rule = f"{name} must be an id or a label of {source}"
            near = next(iter(get_close_matches(normalise(text), values, n=1)), "")
            self._refuse(row, place, Refusal(text, rule, cause, about=name, meaning=values.get(near, "")), "")
        return value

    def _is_missing(self, text: str) -> bool:
        """Return whether a text is a missing value of R: where NA means that in the items, it does elsewhere."""
        return text == R_MISSING and (self.codes.r_missing or self.values.meanings.get((ALL_ITEMS, normalise(text))) == "not_answered")

    def _short(self, text: str, values: Mapping[str, str]) -> str | None:
        """Return the value of a LimeSurvey code, which is at most the first five characters of an id; None when it fits several."""
        values_with_code = {value for value in values.values() if re.sub(r"[^a-z0-9]", "", value)[:MAX_LIMESURVEY_CODE] == text}
        return min(values_with_code) if self.export.tool is LIMESURVEY and len(values_with_code) == 1 else None

    def remarks(self, row: Row) -> Iterator[tuple[str | None, str]]:
        for place, block in self.match.remarks.items():
            text = clean(self.export.cell(row, place))
            for kind in personal_data_in(text):
                heading = clipped(self.export.columns[place].heading, MAX_SHOWN)
                rule = f"a remark may not hold {kind}, and this one in column {heading!r} does"
                self.wrong.append(Problem(self.export.file, row.number, "", rule, "take it out in a copy of the export and import that"))
            if text and not self._is_missing(text):
                yield block or None, text
