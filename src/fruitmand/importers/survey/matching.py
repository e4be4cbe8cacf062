"""Match the columns of an export to items, fields of a respondent and remarks: manually, by id, or by the text of the heading."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.survey_groups import GROUPINGS
from fruitmand.importers.survey.consent import STATEMENTS, YES
from fruitmand.importers.survey.export import Column, Export
from fruitmand.importers.survey.personal import personal_data_in
from fruitmand.importers.survey.proposals import BESIDE
from fruitmand.importers.survey.questionnaire import Questionnaire
from fruitmand.importers.survey.settled_by_hand import read_settled
from fruitmand.importers.survey.text_matching import candidate_texts, clipped, normalise, tokens
from fruitmand.importers.survey.tools import SPSS

IGNORE, REMARKS, CONSENT = "ignore", "remarks", "consent"
MANUAL_FILE = "columns.csv"
HEADINGS_WITHIN = 10
"""In how many rows headings are looked for, where those of the first row are none."""
MOST_UNKNOWN, SHORT = 10, 16
"""How many columns that are like nothing are told one by one, and how much of each is shown where they are more."""
FEW, LONGEST_EXAMPLE = 7, 80
"""Most different answers of a column of which two may be shown, and most characters of an example."""
MOST_READINGS, LONGEST_READING = 20, 400
"""In how many parts of a heading, and in how long ones, a statement is looked for that is only like it."""

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "municipality": (
        *("municipality", "your municipality", "in which municipality do you work", "for which municipality do you work"),
        *("which municipality do you work for", "gemeente", "uw gemeente", "in welke gemeente werkt u", "voor welke gemeente werkt u"),
        *("bij welke gemeente werkt u",),
    ),
    "domain": (
        *("domain", "your domain", "in which domain do you work"),
        *("domein", "uw domein", "vakgebied", "uw vakgebied", "werkveld", "in welk domein werkt u", "in welk vakgebied werkt u"),
    ),
    CONSENT: ("consent", "informed consent", "toestemming"),
    "role": (
        *("role", "your role", "what is your role", "position", "your position", "what is your position", "function"),
        *("rol", "uw rol", "wat is uw rol", "functie", "uw functie", "wat is uw functie"),
    ),
}
"""Usual headings of the fields of a respondent, and of the question for consent; normalised."""

_NO_ITEM = "it is no item"
_UNKNOWN = "it is not known what this column is"
_WORD = r"(opmerking(en)?|toelichting(en)?|remarks?|comments?)"
_AUTOMATIC = re.compile(r"(Q|QID|V|VAR|Vraag |Question )[0-9]+([_.#-][0-9]+)*(_TEXT)?")  # a lower-case q is an id of this project
_NAME = re.compile(rf"{_WORD}\d*")
_REMARK = re.compile(
    rf"((eventuele|overige|andere|algemene|verdere|uw|ruimte voor|any|other|further|general|additional|your|space for) )*{_WORD}\b"
    rf"|(heeft u|hebt u|heb je|wilt u|wil je|do you have|have you|would you like)\b.*\b{_WORD}\b"
)


@dataclass(frozen=True)
class ColumnMatch:
    """What the columns of an export are.

    ``items`` and ``fields`` (of a respondent, and ``consent``) have the position of their column; ``remarks`` has the block of each column
    with remarks, empty when it belongs to none. ``ignored`` are the headings left out manually, ``ignored_consent`` the one of them that
    asks for consent; ``said`` is what manual matches made of a heading, and ``absent`` has those that this export does not have.
    ``unknown`` has every heading of which it is not known what it is, with a guess (an item) or nothing, and ``examples`` what may tell a
    person; ``pending`` are these columns with the reason and the guess, until all columns are looked at.
    """

    items: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    ignored_consent: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    pending: list[tuple[int, str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_manual_matches(folder: Path, label: str, questionnaire: Questionnaire) -> tuple[dict[str, str], list[Problem]]:
    """Read the manual matches of an edition: ``columns.csv``, with a heading and what its column is in every row.

    That is an item, a field, ``remarks`` (``remarks_<block>`` for the remarks on a block) or ``ignore``.

    Parameters
    ----------
    folder : Path
        Folder of the edition.
    label : str
        The same folder as messages show it.

    Returns
    -------
    matches : dict of str to str
        What a column is, by its normalised heading; empty when there is no such file.
    problems : list of Problem
        What is wrong with the file.
    """
    file = f"{label}/{MANUAL_FILE}"
    rows, problems = read_settled(folder / MANUAL_FILE, file, ("heading", "item"), BESIDE)
    allowed = {*questionnaire.items, *HEADINGS, REMARKS, *(f"{REMARKS}_{block}" for block in questionnaire.blocks), IGNORE}
    matches: dict[str, str] = {}
    for number, (heading, target) in rows:
        if target not in allowed:
            cause = "confirm it: take the question mark away" if target.startswith("?") else suggest(target, allowed)
            cause = cause or f"an item, {', '.join(HEADINGS)}, {REMARKS} or {IGNORE}"
            problems.append(Problem(file, number, target, "must be a heading and what its column is", cause))
        elif matches.setdefault(normalise(heading), target) != target:
            problems.append(Problem(file, number, heading, "a heading must stand here once"))
    return matches, problems


def match_columns(export: Export, questionnaire: Questionnaire, manual: Mapping[str, str]) -> ColumnMatch:
    """Match every column of an export.

    Manual matches take precedence; one of a heading that the export does not have serves another export. Then an item is matched by its
    id in a name, or by its statement in Dutch or English, which goes before a number that a tool gave; then the fields of a respondent, and
    remarks. A column without a match is a problem, as are an item or a field with two columns, an id over another text than its statement,
    a name and a text that point to different items, and a file without any item.
    """
    match = ColumnMatch()
    used: set[str] = set()
    for place, column in enumerate(export.columns):
        said = {normalise(name) for name in (column.heading, *column.names, *column.texts)} & set(manual)
        used |= said
        if said:
            match.said[column.heading] = manual[min(said)]
        _place(match, export, questionnaire, place, manual[min(said)] if said else "")
    match.absent.extend(sorted(set(manual) - used))
    _say_unknown(match, export, questionnaire)
    if not match.items:
        _say_no_item(match, export, questionnaire)
    return match


def _say_no_item(match: ColumnMatch, export: Export, questionnaire: Questionnaire) -> None:
    """Say once that no column is an item, in the place of what would be said of every column."""
    cause = "no heading has the id or the statement of an item: is this the export of this edition's survey?"
    rows = export.rows[:HEADINGS_WITHIN]
    if below := next((row.number for row in rows if sum(_is_item(cell, questionnaire) for cell in row.cells) > 1), 0):
        match.unknown.clear()
        cause = f"row {below} has the headings; take out what stands above it, in a copy of the export"
    elif match.unknown:
        cause += f" if it is, say in {questionnaire.folder}/{MANUAL_FILE} which column is which item"
    match.problems.append(Problem(export.file, 0, "", "must have a column of at least one item of items.csv", cause))


def _say_unknown(match: ColumnMatch, export: Export, questionnaire: Questionnaire) -> None:
    """Say of which columns it is not known what they are; many that are like nothing in one line, and no guess of an item that is there."""
    file, header = f"{questionnaire.folder}/{MANUAL_FILE}", 0 if export.tool is SPSS else 1
    like_nothing: list[Problem] = []
    for place, reason, near in match.pending:
        column = export.columns[place]
        taken = near in match.items
        match.unknown[column.heading] = "" if taken else near
        cause = (
            f"it is like {near}, of which {export.columns[match.items[near]].title!r} is the column; say what it is in {file}"
            if taken
            else reason
        )
        problem = Problem(export.file, header, column.title, _UNKNOWN, cause)
        (like_nothing if cause.startswith(_NO_ITEM) else match.problems).append(problem)
    for place, column in enumerate(export.columns):
        if column.heading in match.unknown:
            match.examples[column.heading] = _example(export, place)
    if len(like_nothing) > MOST_UNKNOWN:
        shown = ", ".join(repr(clipped(problem.value, SHORT)) for problem in like_nothing[:MOST_UNKNOWN])
        cause = f"say what each is, or '{IGNORE}', in {file}: {shown} and {len(like_nothing) - MOST_UNKNOWN} more"
        like_nothing = [Problem(export.file, header, "", f"it is not known what {len(like_nothing)} columns are", cause)]
    if match.items:
        match.problems.extend(like_nothing)


def _example(export: Export, place: int) -> str:
    """Return what a column asks, or two answers that several respondents gave; nothing that may be told of one person."""
    column = export.columns[place]
    if column.wording:
        return clipped(" - ".join(column.wording), LONGEST_EXAMPLE)
    counts = Counter(cell for row in export.rows if (cell := export.cell(row, place)))
    shared = [cell for cell, count in counts.most_common(2) if count > 1]
    if len(counts) > FEW or not shared or any(personal_data_in(cell) for cell in counts):
        return ""
    return f"answers such as {' and '.join(clipped(cell, SHORT) for cell in shared)}"


def _is_item(cell: str, questionnaire: Questionnaire) -> bool:
    return bool(cell) and _target(Column(cell, (cell,)), questionnaire)[0] in questionnaire.items


def _place(match: ColumnMatch, export: Export, questionnaire: Questionnaire, place: int, said: str) -> None:
    """Add one column to a match; ``said`` is what a person said that it is."""
    column, header, file = export.columns[place], 0 if export.tool is SPSS else 1, f"{questionnaire.folder}/{MANUAL_FILE}"
    target, cause, near = (said, "", "") if said else _target(column, questionnaire)
    if not target:
        match.pending.append((place, cause, near))
    elif target == IGNORE:
        match.ignored.append(column.heading)
        if _target(column, questionnaire)[0] == CONSENT:
            match.ignored_consent.append(column.heading)
    elif target.startswith(REMARKS):
        match.remarks[place] = target.removeprefix(REMARKS).lstrip("_") or _block(column, questionnaire)
    elif (first := (match.fields | match.items).get(target)) is not None:
        way = f"say what one of them is instead, or '{IGNORE}', in {file}"
        if normalise(export.columns[first].title) == normalise(column.title):  # nothing that is said of a heading tells them apart
            way = "in a copy of the export put the two together, or give the one that does not count another heading"
        else:
            match.unknown.update({export.columns[first].heading: target, column.heading: IGNORE})
        rule = f"{target} must have one column, and this is another"
        match.problems.append(Problem(export.file, header, column.title, rule, f"the first is {export.columns[first].title!r}; {way}"))
    else:
        (match.fields if target in HEADINGS else match.items)[target] = place


def _target(column: Column, questionnaire: Questionnaire) -> tuple[str, str, str]:
    """Return what a column is; when that is unknown an empty text, the reason, and a guess of the item that it may be."""
    by_name = [target for parts in _candidate_names(column) if (target := _target_of_name(parts, questionnaire))]
    by_text, file = _targets_of_text(column, questionnaire), f"{questionnaire.folder}/{MANUAL_FILE}"
    if len(by_text) > 1:
        return "", f"its text fits {' and '.join(sorted(by_text))}; say which in {file}", ""
    text_target = next(iter(by_text), "")
    name_target = by_name[0] if by_name else ""
    if name_target in questionnaire.items and not text_target and column.wording:
        # The id of an item, or a number that a tool gave (Q1, Q2, …) and that looks like one, over another question.
        near = _near(column, questionnaire)
        unlike = f"its name is like {name_target}, but its text is not the statement of that item"
        cause = f"{unlike}; if it is the same, say so in {file}, or correct items.csv"
        return "", cause, name_target if near in ("", name_target) else near
    if name_target and text_target and name_target != text_target and not _has_number_alone(column):
        return "", f"its name says {name_target} and its text {text_target}; say which in {file}", ""
    if target := text_target or name_target or (REMARKS if _is_remark(column) else ""):
        return target, "", ""
    near = _near(column, questionnaire)
    if near:
        statements = " or ".join(map(repr, map(normalise, questionnaire.items[near].statements)))
        return "", f"did you mean {near}, {statements}? then say so in {file}, or correct items.csv", near
    return "", f"{_NO_ITEM}, {', '.join(GROUPINGS)} or remarks; say what it is, or '{IGNORE}', in {file}", ""


def _has_number_alone(column: Column) -> bool:
    """Return whether the names of a column are numbers that a tool gave, such as Q10_1, which say nothing beside a statement."""
    return all(_AUTOMATIC.fullmatch(name) for name in column.names)


def _candidate_names(column: Column) -> Iterator[list[str]]:
    for name in column.names:
        for reading in (*candidate_texts(name), name.rpartition("-")[2]):  # ODK writes group-name
            if parts := tokens(reading):
                yield parts


def _target_of_name(parts: Sequence[str], questionnaire: Questionnaire) -> str:
    last = parts[-1]
    if len(parts) > 1 and parts[-2] == CONSENT and last in YES:
        return CONSENT  # the choice of a question with several answers: intro/consent/ok
    return last if last in questionnaire.items else next((name for name, usual in HEADINGS.items() if last in usual), "")


def _targets_of_text(column: Column, questionnaire: Questionnaire) -> set[str]:
    candidates = {reading for text in (*column.names, *column.texts) for reading in candidate_texts(text)}
    items = {item.id for item in questionnaire.items.values() if candidates & set(map(normalise, item.statements))}
    if any(normalise(text).endswith(tuple(STATEMENTS)) for text in (*column.names, *column.texts)):
        return items | {CONSENT}  # in an XLSForm all information stands before it
    return items or {name for name, usual in HEADINGS.items() if candidates & set(usual)}


def _is_remark(column: Column) -> bool:
    parts = [parts for parts in _candidate_names(column) if _NAME.fullmatch(parts[0]) or _NAME.fullmatch(parts[-1])]
    return bool(parts) or any(_REMARK.match(reading) for text in (*column.names, *column.texts) for reading in candidate_texts(text))


def _block(column: Column, questionnaire: Questionnaire) -> str:
    """Return the block whose id or label is in the heading of remarks; empty when there is none or more than one."""
    texts = [normalise(text) for text in (*column.names, *column.texts)]
    names_of = {block: [block, block.replace("_", " "), *map(normalise, labels)] for block, labels in questionnaire.blocks.items()}
    blocks = [block for block, words in names_of.items() if any(word in text for word in words for text in texts)]
    if number := next((match[1] for text in texts if (match := re.fullmatch(r"remarks([1-9])", text))), ""):
        blocks = list(questionnaire.blocks)[int(number) - 1 : int(number)]  # as LimeSurvey codes have no room for the name of a block
    return blocks[0] if len(blocks) == 1 else ""


def _near(column: Column, questionnaire: Questionnaire) -> str:
    """Return the item with a statement like the text of a column; empty when there is none."""
    statements = {normalise(statement): item.id for item in questionnaire.items.values() for statement in item.statements}
    for text in (*column.texts, column.heading):
        for reading in _shortened(candidate_texts(text)):
            if close := get_close_matches(reading, statements, n=1, cutoff=0.75):
                return statements[close[0]]
    return ""


def _shortened(readings: Iterable[str]) -> Iterator[str]:
    """Yield the readings of a heading that may be a statement; of a longer one it would take minutes to say what it is like."""
    return (reading for reading in itertools.islice(readings, MOST_READINGS) if len(reading) <= LONGEST_READING)
