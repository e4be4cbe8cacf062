"""The project's one base error, and the error that lists everything wrong with an edition's files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal

LINES = 50
"""How many problems the text of one error shows; the error itself keeps them all."""
CHARACTERS = 240
"""How much of a value, a rule or a cause a message shows."""
CHOICES = 400
"""Among more values than this no near one is looked for: it takes long, and among that many there is always one."""


class FruitmandError(Exception):
    """Base of every error this project raises on purpose; its text is meant for the user."""


class NotebookError(FruitmandError):
    """A notebook that did not run to its end; what it left is kept for a look."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with one place in a file.

    ``row`` is the row as a spreadsheet numbers it (the header is row 1), which is the line of the file unless a cell above has several
    lines; 0 when the whole file is meant. As text a long value, rule or cause is cut short. An ``unfinished`` problem is of something that
    is still to be done: it stops a published edition, and not a draft.
    """

    file: str
    row: int
    value: str
    rule: str
    cause: str = ""
    severity: Literal["error", "unfinished"] = "error"

    def __str__(self) -> str:
        place = f"{self.file} row {self.row}" if self.row else self.file
        value = f": {_short(self.value)!r}" if self.value else ":"
        cause = f" ({_short(self.cause)})" if self.cause else ""
        return f"{place}{value} {_short(self.rule)}{cause}"


def blocking(problems: Sequence[Problem], *, draft: bool) -> list[Problem]:
    """Return the problems that stop an edition: all of a published one, and of a draft those that are errors."""
    return [problem for problem in problems if not draft or problem.severity == "error"]


def _short(text: str) -> str:
    return text if len(text) <= CHARACTERS else f"{text[: CHARACTERS - 1]}…"


class DataError(FruitmandError):
    """All problems of an edition's raw files at once.

    ``problems`` has every one, in the order of files and rows; the text shows the first `LINES` and says how many more there are.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        lines = [f"  {problem}" for problem in self.problems[:LINES]]
        if (more := len(self.problems) - LINES) > 0:
            lines.append(f"  … and {more} more")
        noun = "problem" if len(self.problems) == 1 else "problems"
        super().__init__("\n".join([f"{len(self.problems)} {noun} in the raw data:", *lines]))


def suggest(value: str, allowed: Collection[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest allowed value, or an empty string when none is near, or there are too many to tell."""
    return _suggest(value, frozenset(allowed)) if len(allowed) <= CHOICES else ""


@lru_cache(maxsize=1000)
def _suggest(value: str, allowed: frozenset[str]) -> str:
    near = get_close_matches(value, sorted(allowed), n=1)
    return f"did you mean {near[0]!r}?" if near else ""
