"""The project's one base error, and the error that lists everything wrong with an edition's files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class FruitmandError(Exception):
    """Base of every error this project raises on purpose; its text is meant for the user."""


class NotebookError(FruitmandError):
    """A notebook that did not run to its end; what it left is kept for a look."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with one place in a file.

    ``row`` is the line of the file (the header is line 1), or 0 when the whole file is meant.
    """

    file: str
    row: int
    value: str
    rule: str
    cause: str = ""

    def __str__(self) -> str:
        place = f"{self.file} row {self.row}" if self.row else self.file
        value = f": {self.value!r}" if self.value else ":"
        cause = f" ({self.cause})" if self.cause else ""
        return f"{place}{value} {self.rule}{cause}"


class DataError(FruitmandError):
    """All problems of an edition's raw files at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        noun = "problem" if len(self.problems) == 1 else "problems"
        super().__init__(f"{len(self.problems)} {noun} in the raw data:\n{lines}")


def suggest(value: str, allowed: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest allowed value, or an empty string when none is near."""
    near = get_close_matches(value, sorted(allowed), n=1)
    return f"did you mean {near[0]!r}?" if near else ""
