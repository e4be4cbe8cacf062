"""Find the passages of a REFI-QDA text: in which unit the tool counted, and whether what was cut out is what it quotes.

The standard counts Unicode code points and says nothing about line ends. Some tools count UTF-16 units, in which an emoji is two; some
count a line end of Windows as one. So a text is read in each of these ways, the standard's first, and the way holds in
which every passage agrees with its quotation, and most of them wholly and not in their beginning alone.

A tool quotes a passage in the selection's name, whole or its beginning; but a researcher may name it otherwise (*key moment*), and some
tools number them (*line:6*). Such a label is told from a quotation that has come to differ by its form, see `Names`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from fruitmand.importers.coding.line_ends import double_line_ends, plain, plain_position

SHORTEST_QUOTE = 8
"""Characters from which on a name that stands somewhere in the text is a quotation and not a label."""
LABEL_WORDS = 4
"""Words of the longest label; a longer name is a quotation."""
ALIKE = 0.6
"""Share of characters from which on a name and a passage are the same sentence, changed."""
CUT = 20
"""A tool cuts names at one length, or at the last word before it; a name that is this much shorter than the longest is whole."""
_ELLIPSIS = re.compile(r"\s*(\.\.\.|…|\[\.\.\.\]|\[…\])\s*$")


@dataclass(frozen=True)
class Selection:
    """A selection as the export has it: its positions in the tool's unit, its name, and what to call it in a message."""

    start: int
    end: int
    name: str
    place: str


@dataclass(frozen=True)
class Names:
    """What a project's names of selections are: whether ``all`` or ``most`` quote the passage, and the length of the ``longest``."""

    all: bool
    most: bool
    longest: int

    def agree(self, name: str, piece: str) -> bool:
        """Return whether a name is a passage or, where it may have been cut, its beginning; white space counts as a space."""
        core, words = _core(name), _words(piece)
        whole = core == _words(name) and len(name) < self.longest - CUT
        return words == _words(name) or (bool(core) and not whole and words.startswith(core))

    def is_quotation(self, name: str, piece: str, text: str) -> bool:
        """Return whether a name that is not the passage was meant to be."""
        core = _core(name)
        if self.all or len(core.split()) > LABEL_WORDS or (len(core) >= SHORTEST_QUOTE and core in text):
            return bool(core)
        return self.most and SequenceMatcher(None, core, _words(piece)[: len(core) + CUT]).ratio() >= ALIKE


@dataclass(frozen=True)
class Placed:
    r"""The texts of a document's selections, and their positions in characters of the text with ``\n`` for line ends.

    ``mismatches`` are the selections that do not hold what the export quotes, each with what was cut out, ``labels`` those with a name of
    another kind; ``checked`` says how many agree, ``whole`` how many of them to their end, ``unit`` names the unit when it is not the
    standard's, and ``unsure`` is true when the unit matters and nothing tells it.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    mismatches: tuple[tuple[Selection, str], ...]
    labels: tuple[str, ...]
    checked: int
    whole: int
    unit: str = ""
    unsure: bool = False


@dataclass(frozen=True)
class _Way:
    """A way to count: ``cut`` gives the places in the text of a start and an end, or None when they are outside it."""

    unit: str
    text: str
    cut: Callable[[int], int | None]


def place(text: str, selections: Sequence[Selection], names: Names) -> Placed:
    """Place the selections of a document. Positions outside the text count as a mismatch, with an empty text cut out."""
    found = [_in_one_way(way, selections, names) for way in _ways(text)]
    agreeing = [placed for placed in found if not placed.mismatches and (placed.checked or not placed.unit)]
    best = max(agreeing, key=lambda placed: (placed.whole, placed.checked), default=found[0])  # the first of equals
    unsure = len(found) > 1 and bool(selections) and not best.checked and not best.mismatches
    return replace(best, unsure=unsure)


def read_names(texts: Sequence[tuple[str, Sequence[Selection]]], *, always: bool) -> tuple[Names, int]:
    """Return what the names of a project's selections are, and how many quote their passage; ``always`` when the tool always does."""
    longest = max((len(selection.name) for _, selections in texts for selection in selections), default=0)
    loose = Names(always, always, 0)
    quoting = total = 0
    for text, selections in texts:
        named = [selection for selection in selections if selection.name]
        total += len(named)
        quoting += max(sum(loose.agree(one.name, _slice(way, one) or "") for one in named) for way in _ways(text))
    return Names(always, 2 * quoting >= total > 0, longest), quoting


def _ways(text: str) -> list[_Way]:
    short = plain(text)
    ways = [_Way("", text, _points(text))]
    astral = not text.isascii() and max(text, default="") > "\uffff"
    if astral:
        ways.append(_Way("UTF-16 units", text, _units(text)))
    if short != text:
        ways.append(_Way("characters, a line end as one", short, _points(short)))
        if astral:
            ways.append(_Way("UTF-16 units, a line end as one", short, _units(short)))
    return ways


def _points(text: str) -> Callable[[int], int | None]:
    return lambda position: position if 0 <= position <= len(text) else None


def _units(text: str) -> Callable[[int], int | None]:
    places: dict[int, int] = {}
    unit = 0
    for number, character in enumerate(text):
        places[unit] = number
        unit += 2 if character > "\uffff" else 1
    places[unit] = len(text)
    return places.get  # a position within a pair is nowhere


def _slice(way: _Way, selection: Selection) -> str | None:
    start, end = way.cut(selection.start), way.cut(selection.end)
    return None if start is None or end is None or start >= end else way.text[start:end]


def _in_one_way(way: _Way, selections: Sequence[Selection], names: Names) -> Placed:
    words = _words(way.text)
    double = double_line_ends(way.text)
    spans, mismatches, labels, checked, whole = [], [], [], 0, 0
    for selection in selections:
        piece = _slice(way, selection)
        if piece is None:
            mismatches.append((selection, ""))
            spans.append((0, 0))
            continue
        if names.agree(selection.name, piece):
            checked += 1
            whole += _words(piece) == _words(selection.name)
        elif selection.name and names.is_quotation(selection.name, piece, words):
            mismatches.append((selection, piece))
        elif selection.name:
            labels.append(selection.name)
        start = plain_position(double, way.cut(selection.start) or 0)
        spans.append((start, plain_position(double, way.cut(selection.end) or 0)))
    return Placed(plain(way.text), tuple(spans), tuple(mismatches), tuple(labels), checked, whole, way.unit)


def _words(text: str) -> str:
    return " ".join(text.split())


def _core(name: str) -> str:
    return _words(_ELLIPSIS.sub("", name))
