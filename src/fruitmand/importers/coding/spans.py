"""Cut passages out of the texts of a database and compare each with the text that the tool keeps beside its positions."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.database import whole, words
from fruitmand.importers.coding.line_ends import double_line_ends, plain, plain_position
from fruitmand.importers.coding.problems import all_of

SHOWN = 80


@dataclass(frozen=True)
class Text:
    r"""A document of a database: its name, its text as the tool counts it, and whether positions count UTF-8 bytes or characters."""

    name: str
    text: str
    bytes_counted: bool = False

    @cached_property
    def plain(self) -> str:
        r"""The text with ``\n`` for line ends."""
        return plain(self.text)

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Where each character begins, as the tool counts, and where the last one ends."""
        if not self.bytes_counted:
            return range(len(self.text) + 1)
        return list(accumulate((len(character.encode()) for character in self.text), initial=0))

    @cached_property
    def _double(self) -> list[int]:
        return double_line_ends(self.text)

    def cut(self, start: int, end: int) -> tuple[int, int, str] | None:
        """Return a span in characters of the plain text, and what stands there; None when it is outside the text or within a character."""
        if not 0 <= start < end <= self._starts[-1]:
            return None
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        if (self._starts[first], self._starts[last]) != (start, end):
            return None
        first, last = plain_position(self._double, first), plain_position(self._double, last)
        return first, last, self.plain[first:last]


@dataclass(frozen=True)
class Span:
    """A passage that was cut out: its document, its place in the plain text, and what stands there."""

    document: str
    start: int
    end: int
    quote: str


@dataclass
class Cutter:
    """Cuts passages out of the documents of one database, by their ids, and keeps a problem of each that it cannot."""

    file: str
    texts: Mapping[Any, Text]
    problems: list[Problem] = field(default_factory=list)

    def cut(self, place: str, document: Any, positions: tuple[Any, Any], quoted: str) -> Span | None:
        """Return a passage; None, and a problem, when its document is not there, it is outside the text, or it differs from a quotation."""
        text = self.texts.get(document)
        if text is None:
            self.lacks(place, "document", document)
            return None
        start, end = map(whole, positions)
        found = None if start is None or end is None else text.cut(start, end)
        if found is not None and _same(found[2], quoted):
            return Span(text.name, *found)
        offsets = f"{'bytes' if text.bytes_counted else 'characters'} {positions[0]} to {positions[1]}"
        rule, cause = f"{text.name}, {place} must be a span within the text", "the document was changed after the coding"
        if found is not None:
            rule = f"{text.name}, {place} must hold what the tool quotes: {_short(quoted)!r} is quoted and {_short(found[2])!r} was cut out"
        self.problems.append(Problem(self.file, 0, offsets, rule, f"{cause}, or the database is damaged"))
        return None

    def lacks(self, place: str, what: str, key: Any) -> None:
        """Keep the problem that a coding names something that is not there."""
        cause = "it was deleted, or the database is damaged"
        self.problems.append(Problem(self.file, 0, words(key), f"{place}: there must be a {what} with this id", cause))


def require_names(file: str, names: Sequence[str]) -> None:
    """Refuse documents that share a name, since a passage is known by the name of its document.

    Raises
    ------
    DataError
        When two have one name.
    """
    if double := sorted({name for name in names if names.count(name) > 1}):
        raise all_of([Problem(file, 0, name, "must be the name of one document", "rename one of them in the tool") for name in double])


def _same(one: str, other: str) -> bool:
    """Return whether two texts are the same but for line ends and white space."""
    return one == other or " ".join(one.split()) == " ".join(other.split())


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
