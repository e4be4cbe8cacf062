"""Small groups of respondents in a table of counts: which are withheld, and which others so that no total gives them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from fruitmand.data.errors import FruitmandError

Reason = Literal["small", "unanimous", "complementary"]


@dataclass(frozen=True)
class Suppressed:
    """A table that may be published, and the smallest group of respondents that it shows, None when it shows none.

    ``table`` has the caller's rows and columns, with missing cells where a group is withheld (in every column but its names), and a column
    ``withheld`` that says so: empty, ``small`` or ``complementary``. A unanimous group is ``complementary`` there, since the word itself
    would tell how everybody answered.
    """

    table: pd.DataFrame
    smallest: int | None


def suppress(
    table: pd.DataFrame,
    *,
    keys: Sequence[str],
    group: str | None,
    counts: Sequence[str],
    base: str,
    min_cell: int,
    unanimous: bool = False,
) -> Suppressed:
    """Withhold small and unanimous groups, and as many others as it takes to keep a total from giving them back.

    Groups in the same line (the same values of all keys) add up to a total, and the total counts as published. A group is withheld when
    fewer than ``min_cell`` respondents are in it, or when all its valid answers are the same. Then, as long as the withheld groups of a
    line are one group (or only one of them has valid answers), or together fewer than ``min_cell`` respondents, or together unanimous,
    the next smallest group goes with them; of groups as small the first. What a total minus the published groups tells is then what a
    published group of that size would tell: no withheld count but where the withheld groups together have none. Where no group is left
    to go with them, all are withheld and the total tells of so few itself: whoever publishes it has to suppress it as a table of its own.

    Parameters
    ----------
    table : DataFrame
        A row per line and group, in one way only: no published total may be summed over a key.
    keys : sequence of str
        Columns that name a line, such as the item.
    group : str or None
        Column that names the groups; a missing group is a group too. None when each row is a total by itself.
    counts : sequence of str
        Columns with the respondents per answer, one column an answer, all valid answers together.
    base : str
        Column with the respondents of the group, at least as many as are counted: those with a valid answer, for a table of answers.
    min_cell : int
        Smallest group that is shown, in respondents.
    unanimous : bool
        Whether unanimous groups are shown all the same.

    Missing data: a row without a base, or with a base of 0, is of nobody; it is shown as it is and protects nothing.

    Raises
    ------
    FruitmandError
        When a count is missing or negative while there is a base, a base is missing while there is a count, the counts are more than the
        base, or a line has a group twice.

    References
    ----------
    Hundepool, A. et al. (2012). Statistical disclosure control. Wiley. Section 4.4, secondary cell suppression.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["q1"] * 3, "town": ["a", "b", "c"], "no": [2, 3, 9], "yes": [1, 4, 8], "n": [3, 7, 17]})
    >>> done = suppress(table, keys=["item"], group="town", counts=["no", "yes"], base="n", min_cell=5)
    >>> done.table["yes"].tolist(), done.table["withheld"].tolist()
    ([<NA>, <NA>, 8], ['small', 'complementary', ''])
    >>> done.smallest
    17
    """
    names = [*keys, *([] if group is None else [group])]
    _require(table, names, list(counts), base)
    frame = table.reset_index(drop=True)
    sizes = [0 if pd.isna(size) else int(size) for size in frame[base]]
    answers = [[0 if pd.isna(count) else int(count) for count in row] for row in frame[list(counts)].itertuples(index=False)]
    reasons: dict[int, Reason] = {}
    for rows in _lines(frame, list(keys), group):
        people = [row for row in rows if sizes[row]]
        reasons |= {row: reason for row in people if (reason := _own_reason(sizes[row], answers[row], min_cell, unanimous))}
        if group is None:
            continue
        hidden = [row for row in people if row in reasons]
        others = sorted((row for row in people if row not in reasons), key=lambda row: sizes[row])
        while others and not _safe([sizes[row] for row in hidden], [answers[row] for row in hidden], min_cell, unanimous):
            hidden.append(others.pop(0))
            reasons[hidden[-1]] = "complementary"
    shown = [size for row, size in enumerate(sizes) if size and row not in reasons]
    return Suppressed(_without(frame, names, reasons).set_axis(table.index), min(shown, default=None))


def _own_reason(size: int, answers: Sequence[int], min_cell: int, unanimous: bool) -> Reason | None:
    if size < min_cell:
        return "small"
    return "unanimous" if _alike(answers) and not unanimous else None


def _alike(answers: Sequence[int]) -> bool:
    return sum(1 for count in answers if count) == 1


def _safe(sizes: Sequence[int], answers: Sequence[Sequence[int]], min_cell: int, unanimous: bool) -> bool:
    """Tell whether a total may be published beside groups that are withheld, which it then tells together."""
    if not sizes:
        return True
    together = [sum(column) for column in zip(*answers, strict=True)]
    answering = sum(1 for group in answers if any(group))  # which groups answered at all may be known
    return answering != 1 and sum(sizes) >= min_cell and (unanimous or not _alike(together))


def _lines(frame: pd.DataFrame, keys: list[str], group: str | None) -> list[list[int]]:
    """Return the rows of every line; without groups each row is a line."""
    if group is None:
        return [[row] for row in range(len(frame))]
    named = [tuple(None if pd.isna(value) else value for value in (frame.at[row, key] for key in keys)) for row in range(len(frame))]
    return [[row for row, other in enumerate(named) if other == line] for line in dict.fromkeys(named)]


def _without(frame: pd.DataFrame, names: list[str], reasons: dict[int, Reason]) -> pd.DataFrame:
    """Return the frame with missing cells in the rows of the reasons, in every column but the names."""
    hidden = pd.Series([row in reasons for row in range(len(frame))], dtype=bool)
    columns: dict[str, Any] = {}
    for name in frame.columns:
        values = frame[name]
        columns[name] = values if name in names else values.astype(_NULLABLE.get(values.dtype.kind, values.dtype)).mask(hidden)
    public = {"small": "small", "unanimous": "complementary", "complementary": "complementary"}
    said = pd.Series([public[reasons[row]] if row in reasons else "" for row in range(len(frame))], dtype="string")
    return pd.DataFrame(columns | {"withheld": said})


_NULLABLE = {"i": "Int64", "u": "Int64", "f": "Float64", "b": "boolean"}
"""Types that can be missing, by the kind of the type."""


def _require(table: pd.DataFrame, names: list[str], counts: list[str], base: str) -> None:
    if names and table.duplicated(names).any():
        raise FruitmandError(f"a table to be published has a row twice with the same {' and '.join(names)}")
    known, counted = table[base].notna(), table[counts].notna()
    people = table[known & (table[base] != 0)]
    if (known & ~counted.all(axis=1) & (table[base] != 0)).any() or (~known & (table[counts].fillna(0) != 0).any(axis=1)).any():
        raise FruitmandError(f"a table to be published has counts without {base}, or {base} without counts")
    if (people[base] < 0).any() or (people[counts] < 0).any(axis=None):
        raise FruitmandError("a table to be published has a negative count")
    if (table[counts].fillna(0).sum(axis=1) > table[base].fillna(0)).any():
        raise FruitmandError(f"a table to be published counts more answers than {base}, the respondents of the group")
