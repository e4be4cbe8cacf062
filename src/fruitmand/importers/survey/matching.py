"""Which column is which item, field of a respondent, or remark: by hand, by id, or by the words of the heading."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.survey_groups import GROUPINGS
from fruitmand.importers.survey.consent import STATEMENTS
from fruitmand.importers.survey.export import Column, Export
from fruitmand.importers.survey.questionnaire import Questionnaire
from fruitmand.importers.survey.text_matching import normal, readings, tokens
from fruitmand.importers.survey.tools import SPSS

IGNORE, REMARKS, CONSENT = "ignore", "remarks", "consent"
BY_HAND = "columns.csv"

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

_WORD = r"(opmerking(en)?|toelichting(en)?|remarks?|comments?)"
_NAME = re.compile(rf"{_WORD}\d*")
_REMARK = re.compile(
    rf"((eventuele|overige|andere|algemene|verdere|uw|ruimte voor|any|other|further|general|additional|your|space for) )*{_WORD}\b"
    rf"|(heeft u|hebt u|heb je|wilt u|wil je|do you have|have you|would you like)\b.*\b{_WORD}\b"
)


@dataclass(frozen=True)
class Match:
    """What the columns of an export are, by position: of each item, of each field, and of remarks the block (empty when under none).

    Among the fields may be ``consent``.

    ``ignored`` are the headings left out by hand; ``reworded`` the items that were known by their id while the text of the column is
    not their statement.
    """

    items: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_by_hand(folder: Path, label: str, known: Questionnaire) -> tuple[dict[str, str], list[Problem]]:
    """Read ``columns.csv``, which says by hand what a heading is: an item, a field, ``remarks`` or ``ignore``; empty when it is not there.

    A remark under a block is ``remarks_<block>``.
    """
    path, file = folder / BY_HAND, f"{label}/{BY_HAND}"
    if not path.is_file():
        return {}, []
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return {}, [Problem(file, 0, "", "must be a comma-separated table in UTF-8", str(error))]
    if not rows or rows[0] != ["heading", "item"]:
        return {}, [Problem(file, 1, ",".join(rows[0]) if rows else "", "the columns must be heading,item")]
    allowed = {*known.items, *HEADINGS, REMARKS, *(f"{REMARKS}_{block}" for block in known.blocks), IGNORE}
    found: dict[str, str] = {}
    problems = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != 2 or row[1] not in allowed:
            value = row[1] if len(row) == 2 else ",".join(row)
            cause = suggest(value, allowed) or f"an item, {', '.join(HEADINGS)}, {REMARKS} or {IGNORE}"
            problems.append(Problem(file, number, value, "must be a heading and what its column is", cause))
        elif normal(row[0]) in found:
            problems.append(Problem(file, number, row[0], "a heading must stand here once"))
        else:
            found[normal(row[0])] = row[1]
    return found, problems


def match_columns(export: Export, known: Questionnaire, by_hand: Mapping[str, str]) -> Match:
    """Find out what every column of an export is.

    What is said by hand goes first; then an item is known by its id in a name, or by its statement in Dutch or English; then come the
    fields of a respondent, and remarks. A column that is none of these is a problem, as are an item or a field with two columns, a name
    and a text that point at different items, and a file without any item.
    """
    match, header = Match(), 0 if export.tool is SPSS else 1
    used: set[str] = set()
    for place, column in enumerate(export.columns):
        by = {normal(name) for name in (column.heading, *column.names, *column.texts)} & set(by_hand)
        used |= by
        target, cause = (by_hand[min(by)], "") if by else _target(column, known)
        if not target:
            match.problems.append(
                Problem(export.file, header, column.title, "it is not known what this column is", cause or _advice(column, known))
            )
        elif target == IGNORE:
            match.ignored.append(column.heading)
        elif target.startswith(REMARKS):
            match.remarks[place] = target.removeprefix(REMARKS).lstrip("_") or _block(column, known)
        elif (other := (match.fields | match.items).get(target)) is not None:
            way = f"say what one of them is instead, or '{IGNORE}', in {known.folder}/{BY_HAND}"
            rule = f"{target} must have one column, and this is another"
            match.problems.append(Problem(export.file, header, column.title, rule, f"the first is {export.columns[other].title!r}; {way}"))
        else:
            (match.fields if target in HEADINGS else match.items)[target] = place
            if target in known.items and not by and column.wording and target not in _by_text(column, known):
                match.reworded.append(target)
    file = f"{known.folder}/{BY_HAND}"
    headings = {normal(column.heading): column.heading for column in export.columns}
    match.problems.extend(
        Problem(file, 0, heading, "is no heading of the export", suggest(heading, headings) or f"the export is {export.file}")
        for heading in sorted(set(by_hand) - used)
    )
    if not match.items:
        cause = "no heading has the id or the statement of an item: is this the export of this edition's survey?"
        match.problems.append(Problem(export.file, 0, "", "must have a column of at least one item of items.csv", cause))
    return match


def _target(column: Column, known: Questionnaire) -> tuple[str, str]:
    """Return what a column is, or an empty text with the reason where that is more than that nothing fits."""
    named = [target for name in _name_parts(column) if (target := _named(name, known))]
    told = _by_text(column, known)
    if len(told) > 1:
        return "", f"its text fits {' and '.join(sorted(told))}; say which in {known.folder}/{BY_HAND}"
    text = next(iter(told), "")
    name = named[0] if named else ""
    if name and text and name != text:
        return "", f"its name says {name} and its text {text}; say which in {known.folder}/{BY_HAND}"
    # Tools number questions Q1, Q2, …, which may look like an item's id: then the text must be the item's too.
    if name in known.items and not text and column.wording and not any(name in part for part in column.names):
        return "", f"its name is like {name}, but its text is not the statement of that item; say what it is in {known.folder}/{BY_HAND}"
    return (text or name or (REMARKS if _is_remark(column) else "")), ""


def _name_parts(column: Column) -> Iterator[list[str]]:
    for name in column.names:
        for reading in (*readings(name), name.rpartition("-")[2]):  # ODK writes group-name
            if parts := tokens(reading):
                yield parts


def _named(parts: Sequence[str], known: Questionnaire) -> str:
    last = parts[-1]
    return last if last in known.items else next((name for name, usual in HEADINGS.items() if last in usual), "")


def _by_text(column: Column, known: Questionnaire) -> set[str]:
    found = {reading for text in (*column.names, *column.texts) for reading in readings(text)}
    items = {item.id for item in known.items.values() if found & set(map(normal, item.statements))}
    if any(normal(text).endswith(tuple(STATEMENTS)) for text in (*column.names, *column.texts)):
        return items | {CONSENT}  # in an XLSForm all information stands before it
    return items or {name for name, usual in HEADINGS.items() if found & set(usual)}


def _is_remark(column: Column) -> bool:
    parts = [parts for parts in _name_parts(column) if _NAME.fullmatch(parts[0]) or _NAME.fullmatch(parts[-1])]
    return bool(parts) or any(_REMARK.match(reading) for text in (*column.names, *column.texts) for reading in readings(text))


def _block(column: Column, known: Questionnaire) -> str:
    """Return the block that a remark stands under: the one whose id or label is in its heading, empty when none or more are."""
    texts = [normal(text) for text in (*column.names, *column.texts)]
    signs = {block: [block, block.replace("_", " "), *map(normal, labels)] for block, labels in known.blocks.items()}
    found = [block for block, words in signs.items() if any(word in text for word in words for text in texts)]
    if number := next((match[1] for text in texts if (match := re.fullmatch(r"remarks([1-9])", text))), ""):
        found = list(known.blocks)[int(number) - 1 : int(number)]  # as LimeSurvey codes have no room for the name of a block
    return found[0] if len(found) == 1 else ""


def _advice(column: Column, known: Questionnaire) -> str:
    near = {normal(statement): item for item in known.items.values() for statement in item.statements}
    for text in (*column.texts, column.heading):
        for reading in readings(text):
            if close := get_close_matches(reading, near, n=1, cutoff=0.75):
                item = near[close[0]]
                return f"did you mean {item.id}, {close[0]!r}? then say so in {known.folder}/{BY_HAND}"
    return f"it is no item, {', '.join(GROUPINGS)} or remarks; say what it is, or '{IGNORE}', in {known.folder}/{BY_HAND}"
