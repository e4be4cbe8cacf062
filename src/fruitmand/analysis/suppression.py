"""Cell suppression: withhold small groups of respondents, and further groups so that totals do not disclose them.

Groups in the same line of a table (the same values of all keys) add up to a total, which counts as published.

Primary suppression
    A group is withheld when fewer than the minimum of respondents are in it.

Complementary (secondary) suppression
    A single withheld group would follow from the total by subtraction. So further groups are withheld as long as the withheld groups of a
    line are one group, are too few respondents together, or have a total that implies the size of each. The next group in the order of the
    rows is taken: an order that has nothing to do with sizes, so that it discloses nothing about them. Where no group is left, all are
    withheld and the total itself may be of too few respondents: whoever publishes it has to suppress it as a table of its own.

What is withheld depends on sizes alone. If it depended on answers too, such as on whether the withheld groups gave one and the same, then
which groups are withheld would tell that. The withheld groups of a line are together of at least the minimum of respondents, and are as one
group of which the total is shown: where everybody in it gave the same answer, that is disclosed as it is of any other group, and warned of.

A reader who knows these rules cannot derive the size of a withheld group when the minimum is four or more, except where all withheld groups
are of one respondent each, and of their answers nothing but what their total tells.

References
----------
Hundepool, A., Domingo-Ferrer, J., Franconi, L., Giessing, S., Schulte Nordholt, E., Spicer, K., & de Wolf, P.-P. (2012). *Statistical
Disclosure Control*. Wiley. Section 4.4, secondary cell suppression.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from fruitmand.edition.errors import FruitmandError

YES = "yes"
TOGETHER = "(withheld groups together)"
"""What stands for the withheld groups of a line, of which the total follows from what is shown."""


@dataclass(frozen=True)
class Suppressed:
    """A table after suppression, the smallest group of respondents that it shows (None when it shows none), and its homogeneous groups.

    ``table`` has the caller's rows and columns, with missing cells where a group is withheld (in every column but its names), and a column
    ``withheld``: ``yes``, or empty. It does not say whether a group was suppressed for its size or to protect another, as that would
    disclose its size. ``alike`` names the groups shown in which all respondents gave the same answer (group disclosure): whoever knows that
    somebody belongs to such a group knows the answer. The withheld groups of a line are one of them, named `TOGETHER`.
    """

    table: pd.DataFrame
    smallest: int | None
    alike: tuple[str, ...]


def suppress(
    table: pd.DataFrame, *, keys: Sequence[str], counts: Sequence[str], base: str, min_cell: int, withheld: Sequence[bool] | None = None
) -> Suppressed:
    """Apply primary and complementary suppression to a table of counts.

    Parameters
    ----------
    table : DataFrame
        A row per line and group (column ``group``). Totals over a key must not be published.
    keys : sequence of str
        Columns that name a line, such as the variable. A missing group is a group too.
    counts : sequence of str
        Columns with the respondents per answer, one column an answer, all valid answers together. A single column is
        the size of the group.
    base : str
        Column with the respondents of the group, as many as are counted. A row whose base is missing or 0 is of nobody: it is shown as it
        is and protects no other.
    min_cell : int
        Smallest group that is shown, in respondents.
    withheld : sequence of bool, optional
        Rows of groups that are withheld already, because another table withholds them.

    Raises
    ------
    FruitmandError
        When a count is missing or negative while there is a base, a base is missing while there is a count, the counts do not add up to
        the base, or a line has a group twice.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["q1"] * 3, "group": ["a", "b", "c"], "no": [2, 3, 9], "yes": [1, 4, 8], "n": [3, 7, 17]})
    >>> done = suppress(table, keys=["item"], counts=["no", "yes"], base="n", min_cell=5)
    >>> done.table["yes"].tolist(), done.table["withheld"].tolist()
    ([<NA>, <NA>, 8], ['yes', 'yes', ''])
    >>> done.smallest
    17
    """
    _require(table, names := [*keys, "group"], list(counts), base)
    frame = table.reset_index(drop=True)
    sizes = [0 if pd.isna(size) else int(size) for size in frame[base]]
    suppressed = {row for row, is_withheld in enumerate(withheld or ()) if is_withheld}
    lines = [[row for row in line if sizes[row]] for line in _lines(frame, list(keys))]
    for rows in lines:
        already = [place for place, row in enumerate(rows) if row in suppressed]
        suppressed |= {rows[place] for place in withheld_groups([sizes[row] for row in rows], min_cell, already)}
    done = withhold(table, names, counts, base, [row in suppressed for row in range(len(frame))])
    together = [frame.loc[remainder] for rows in lines if (remainder := [row for row in rows if row in suppressed])]
    told = [rows for rows in together if len(counts) > 1 and rows[base].sum() >= min_cell]
    alike = [rows.iloc[0][list(keys)] for rows in told if _is_homogeneous(rows[list(counts)].sum().tolist())]
    return replace(done, alike=(*done.alike, *(" ".join([*map(str, line), TOGETHER]) for line in alike)))


def withheld_groups(sizes: Sequence[int], min_cell: int, already: Collection[int] = ()) -> list[int]:
    """Return the places of the groups of one line that are withheld, by the rules of this module.

    Parameters
    ----------
    sizes : sequence of int
        Respondents of each group; none is 0.
    min_cell : int
        Smallest group that is shown, in respondents.
    already : collection of int
        Places of groups that another table withholds.

    Examples
    --------
    >>> withheld_groups([3, 7, 17], 5), withheld_groups([4, 4, 9], 5)
    ([0, 1], [0, 1, 2])
    """
    withheld = [place for place, size in enumerate(sizes) if size < min_cell or place in already]
    shown = [place for place in range(len(sizes)) if place not in withheld]
    while shown and not _total_is_safe([sizes[place] for place in withheld], min_cell):
        withheld.append(shown.pop(0))
    return sorted(withheld)


def _total_is_safe(sizes: Sequence[int], min_cell: int) -> bool:
    """Return whether the total of withheld groups of these sizes may be known."""
    total, are_small = sum(sizes), all(size < min_cell for size in sizes)
    implies_sizes = total <= len(sizes) or (are_small and total >= len(sizes) * (min_cell - 1))  # all of one, or all as large as can be
    return not sizes or (len(sizes) > 1 and total >= min_cell and not implies_sizes)


def _is_homogeneous(answers: Sequence[int]) -> bool:
    return sum(1 for count in answers if count) == 1


def _lines(frame: pd.DataFrame, keys: list[str]) -> list[list[int]]:
    """Return the row numbers of every line."""
    lines = [tuple(None if pd.isna(value) else value for value in (frame.at[row, key] for key in keys)) for row in range(len(frame))]
    return [[row for row, line_of_row in enumerate(lines) if line_of_row == line] for line in dict.fromkeys(lines)]


def withhold(table: pd.DataFrame, names: Collection[str], counts: Sequence[str], base: str, withheld: Sequence[bool]) -> Suppressed:
    """Blank the cells of the rows that are withheld, except the columns with their names.

    Parameters
    ----------
    table, counts, base
        As for `suppress`.
    names : collection of str
        Columns that are shown in every row.
    withheld : sequence of bool
        Whether each row is withheld.
    """
    blank = pd.Series(list(withheld), dtype=bool, index=table.index)
    columns: dict[str, Any] = {}
    for name in table.columns:
        values = table[name]
        columns[name] = values if name in names else values.astype(_NULLABLE.get(values.dtype.kind, values.dtype)).mask(blank)
    shown = pd.DataFrame(columns | {"withheld": pd.Series("", index=table.index, dtype="string").mask(blank, YES)})
    homogeneous = [
        len(counts) > 1 and _is_homogeneous([0 if pd.isna(count) else count for count in row]) for row in shown[list(counts)].to_numpy()
    ]
    alike = [" ".join(str(value) for value in row if not pd.isna(value)) for row in shown.loc[homogeneous, list(names)].to_numpy()]
    return Suppressed(shown, smallest_shown(shown[base]), tuple(alike))


def smallest_shown(sizes: pd.Series) -> int | None:
    """Return the smallest size of the groups that are shown; None when all are missing or 0."""
    shown = sizes[(sizes > 0).fillna(False)]
    return int(shown.min()) if len(shown) else None


_NULLABLE = {"i": "Int64", "u": "Int64", "f": "Float64", "b": "boolean"}
"""Nullable types by the kind of the type."""


def _require(table: pd.DataFrame, names: list[str], counts: list[str], base: str) -> None:
    if names and table.duplicated(names).any():
        raise FruitmandError(f"a table to be published has a row twice with the same {' and '.join(names)}")
    known, counted = table[base].notna(), table[counts].notna()
    people = table[known & (table[base] != 0)]
    if (known & ~counted.all(axis=1) & (table[base] != 0)).any() or (~known & (table[counts].fillna(0) != 0).any(axis=1)).any():
        raise FruitmandError(f"a table to be published has counts without {base}, or {base} without counts")
    if (people[base] < 0).any() or (people[counts] < 0).any(axis=None):
        raise FruitmandError("a table to be published has a negative count")
    if (table[counts].fillna(0).sum(axis=1) != table[base].fillna(0)).any():
        raise FruitmandError(f"a table to be published has counts that do not add up to {base}, the respondents of the group")
