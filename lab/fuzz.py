"""Import exports that were mutated or damaged, and see that none is read wrongly: ``python -m lab.fuzz [TIMES [SEED]]``.

Every try makes up answers, writes them as an export, and changes that a few times. A change says what must come of it: the same table, a
refusal, or either. Whatever else happens counts as a failure: another table, an error that is no message, a try that takes longer than
`LONGEST_S`, or more memory than `MOST_MIB`.
"""

import contextlib
import csv
import io
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import openpyxl

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import Edition
from fruitmand.importers.survey.assembly import Survey, assemble
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import match_columns
from fruitmand.importers.survey.questionnaire import Questionnaire, read_questionnaire
from fruitmand.importers.survey.values import Values

TIMES = 10_000
LONGEST_S = 20
MOST_MIB = 500
MOST_LINES = 60
NA = "na"

Grid = list[list[str]]
Table = list[tuple[str, str]]


@dataclass
class Try:
    """An export in the making: its cells, the first row of which are the headings, and how it is written.

    ``table`` is the state and value of every item in the order of the rows; ``may_refuse`` and ``must_refuse`` say whether it can be
    refused; ``steps`` names what was done to it.
    """

    grid: Grid
    table: Table
    items: list[int]
    separator: str = ","
    encoding: str = "utf-8"
    ending: str = ".csv"
    before: str = ""
    may_refuse: bool = False
    must_refuse: bool = False
    any_table: bool = False
    steps: list[str] = field(default_factory=list)

    def content(self) -> bytes:
        """Return the file."""
        if self.ending == ".xlsx":
            return self._workbook()
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=self.separator, lineterminator="\r\n").writerows(self.grid)
        return (self.before + stream.getvalue()).encode(self.encoding)

    def _workbook(self) -> bytes:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in self.grid:
            sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in row])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


Mutation = Callable[[Try, Random], None]


def base(questionnaire: Questionnaire, random: Random) -> Try:
    """Return made-up answers of a few people to all items, as a tool may write them: by id or by statement, as numbers or as labels."""
    items = list(questionnaire.items.values())
    side, by_id = random.randrange(2), random.random() < 0.4
    stem = random.choice(["", "Hoe ziet u dit? - ", "To what extent do you agree: - ", "Zeg het eens. - ", "Wat vindt u?-"])
    headings = [item.id if by_id else stem + item.statements[side] for item in items]
    labels, coded = (list(item.points) for item in items), random.random() < 0.4
    words = [dict(zip(item.points.values(), found, strict=True)) for item, found in zip(items, labels, strict=True)]
    grid, table = [["respondent", *headings]], []
    for person in range(random.randint(5, 9)):
        row = [f"R{person}"]
        for place, item in enumerate(items):
            answer: int | str | None = person % 5 + 1 if place == 0 else random.choice([1, 2, 3, 4, 5, None])
            if item.offers_not_applicable and place and random.random() < 0.1:
                answer = NA
            cell = "" if answer is None else "n.v.t." if answer == NA else str(answer) if coded else words[place][int(answer)]
            row.append(cell)
            state = "not_answered" if answer is None else "not_applicable" if answer == NA else "answered"
            table.append((state, str(answer) if state == "answered" else ""))
        grid.append(row)
    return Try(grid, table, list(range(1, len(items) + 1)))


def _write_otherwise(one: Try, random: Random) -> None:
    one.separator, one.encoding = random.choice(",;\t"), random.choice(["utf-8", "utf-8-sig", "utf-16"])
    one.before = f"sep={one.separator}\r\n" if random.random() < 0.2 else ""


def _as_workbook(one: Try, _: Random) -> None:
    one.ending, one.before = ".xlsx", ""


def _dress_headings(one: Try, random: Random) -> None:
    dress = random.choice(["\u200b{}", "{}\u00ad", "<b>{}</b>", " {} ", "1) {}", "4.1 {}", "{} *", "Stelling [{}]", "{}\n"])
    if all(" " in one.grid[0][place] for place in one.items):
        for place in one.items:
            one.grid[0][place] = dress.format(one.grid[0][place])


def _dress_answers(one: Try, random: Random) -> None:
    dress = random.choice([" {} ", "<p>{}</p>", "{}\u200b", "\u00a0{}"])
    for row in one.grid[1:]:
        for place in one.items:
            row[place] = dress.format(row[place]) if row[place] else ""


def _shuffle_columns(one: Try, random: Random) -> None:
    order = random.sample(range(len(one.grid[0])), len(one.grid[0]))
    if {len(row) for row in one.grid} == {len(order)}:
        one.grid = [[row[place] for place in order] for row in one.grid]
        one.items = [order.index(place) for place in one.items]


def _junk(one: Try, random: Random) -> None:
    """Put something in a cell that is no answer."""
    junk = ["7", "-1", "Eens", "None", "null", "A1", "4;5", "3,5", "1-mei", "#N/A", "?", "x" * 500, "Ja", "0", "99", "nan", "4 - oneens"]
    row = random.choice(one.grid[1:])
    row[random.choice([place for place in one.items if place < len(row)])] = random.choice(junk)
    one.must_refuse = True


def _total(one: Try, random: Random) -> None:
    if one.grid[0][0] == "respondent" and len(one.grid[-1]) == len(one.grid[0]):
        one.grid.append([random.choice(["Totaal", "Total", "Gemiddelde", "Som"]), *one.grid[-1][1:]])
        one.must_refuse = True


def _twice(one: Try, random: Random) -> None:
    one.grid.append(list(random.choice(one.grid[1:])))
    one.must_refuse = True


def _r_missing(one: Try, _: Random) -> None:
    """Save it again by R: an empty cell becomes NA, which is missing beside a real *not applicable*, and else a question."""
    empty = [(row, place) for row in one.grid[1:] for place in one.items if not row[place]]
    for row, place in empty:
        row[place] = "NA"
    one.may_refuse |= bool(empty)


def _unknown_column(one: Try, random: Random) -> None:
    for number, row in enumerate(one.grid):
        row.append("x" if number else random.choice(["schoenmaat", "wave", "Q99", "Ik vind van niet", "group"]))
    one.must_refuse = True


def _renumber(one: Try, _: Random) -> None:
    """Take an option away and put it back, so that it gets the next number."""
    cells = [(row, place) for row in one.grid[1:] for place in one.items if row[place] == "4"]
    for row, place in cells:
        row[place] = "6"
    one.must_refuse |= bool(cells)


def _lose_cell(one: Try, random: Random) -> None:
    if one.ending != ".xlsx":
        random.choice(one.grid[1:]).pop()
        one.must_refuse = True


def _same_item_twice(one: Try, random: Random) -> None:
    place = random.choice(one.items)
    for row in one.grid:
        row.append(row[place])
    one.must_refuse = True


def _control(one: Try, random: Random) -> None:
    if one.ending != ".xlsx":
        row, place = random.choice(one.grid[1:]), random.choice(one.items)
        row[place] = f"4{chr(random.choice([1, 7, 27, 127]))}"
        one.must_refuse = True


# In this order: the last one leaves rows of several lengths.
MUTATIONS: tuple[Mutation, ...] = (
    *(_write_otherwise, _dress_headings, _dress_answers, _shuffle_columns, _junk, _total, _twice, _r_missing, _unknown_column),
    *(_renumber, _same_item_twice, _control, _lose_cell),
)


def damage(content: bytes, random: Random) -> bytes:
    """Return a file with a few bytes turned, taken out, repeated or cut off."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(changed))
        match random.randrange(4):
            case 0:
                changed[place] ^= 1 << random.randrange(8)
            case 1:
                del changed[place : place + random.randint(1, 40)]
            case 2:
                changed[place:place] = changed[place : place + random.randint(1, 40)]
            case 3:
                del changed[max(place, 1) :]
        changed = changed or bytearray(b"x")
    return bytes(changed)


def table_of(survey: Survey) -> Table:
    """Return the state and value of every answer, in the order of the rows."""
    responses = survey.tables["responses"]
    return list(zip(responses["state"], responses["value"].astype("string").fillna(""), strict=True))


@contextlib.contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise `TimeoutError` when what is done takes longer."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outcome(one: Try, content: bytes, questionnaire: Questionnaire, folder: Path) -> str:
    """Import a file and return what came of it: *read*, *refused*, or a failure in words."""
    path, numbers = folder / f"export{one.ending}", iter(range(10**8))
    path.write_bytes(content)
    try:
        with limited(LONGEST_S):
            export = read_export(path, lambda found: bool(match_columns(found, questionnaire, {}).items))
            match = match_columns(export, questionnaire, {})
            survey = assemble(export, match, questionnaire, lambda: f"{next(numbers):08}", values=Values())
    except Exception as error:
        return _refusal(one, error)
    if one.must_refuse and not one.any_table:
        return "read what must be refused"
    return "read" if one.any_table or table_of(survey) == _kept(one.table, len(one.items)) else "another table"


def _refusal(one: Try, error: Exception) -> str:
    """Return whether what was raised is a refusal that may be, or a failure in words."""
    if isinstance(error, TimeoutError):
        return f"longer than {LONGEST_S} s"
    if not isinstance(error, DataError):
        return f"no message: {type(error).__name__}: {error}"
    if len(str(error).splitlines()) > MOST_LINES:
        return f"a message of more than {MOST_LINES} lines"
    return "refused" if one.must_refuse or one.may_refuse or one.any_table else f"a right file refused: {error.problems[0]}"


def _kept(table: Table, items: int) -> Table:
    """Return a table without those who answered nothing, whom the import leaves out."""
    people = [table[start : start + items] for start in range(0, len(table), items)]
    return [cell for person in people if any(state != "not_answered" for state, _ in person) for cell in person]


def attempt(number: int, questionnaire: Questionnaire, folder: Path, seed: int) -> tuple[str, list[str]]:
    """Make and import one export; return what came of it, and what was done to it."""
    random = Random(f"{seed} {number}")  # noqa: S311
    one = base(questionnaire, random)
    if number % 10 == 0:
        _as_workbook(one, random)
    for mutation in sorted(random.sample(MUTATIONS, random.randint(0, 3)), key=MUTATIONS.index):
        mutation(one, random)
        one.steps.append(mutation.__name__.strip("_"))
    content = one.content()
    if random.random() < 0.25:
        one.any_table = True
        one.steps.append("damage")
        content = damage(content, random)
    return outcome(one, content, questionnaire, folder), one.steps


@command
def main(arguments: list[str]) -> int:
    """Import as many mutated exports as the command line says; print the failures, and how often each outcome came."""
    if len(arguments) > 2 or not all(argument.isdecimal() for argument in arguments):
        raise FruitmandError("usage: make fuzz [TIMES=EXPORTS], or python -m lab.fuzz [TIMES [SEED]]")
    times, seed = (int(argument) for argument in (*arguments, *(str(TIMES), "1")[len(arguments) :]))
    os.chdir(project_root())
    questionnaire, started = read_questionnaire(Edition("synthetic-2026")), time.monotonic()
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="fruitmand.") as folder:
        for number in range(times):
            said, steps = attempt(number, questionnaire, Path(folder), seed)
            outcomes[said if said in ("read", "refused") else "failed"] += 1
            if said not in ("read", "refused"):
                print(f"{number:>6}  {said}  ({', '.join(steps)})", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    counts = ", ".join(f"{count} {said}" for said, count in outcomes.most_common())
    print(f"{times} exports: {counts}; {time.monotonic() - started:.0f} s, at most {memory:.0f} MiB")
    return 1 if outcomes["failed"] or memory > MOST_MIB else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
