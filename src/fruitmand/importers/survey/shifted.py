"""Recognise rows whose cells do not stand under their own headings: what is there in the place of an answer is an id of the tool."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from fruitmand.importers.survey.values import as_code

TIMES = 10
"""How many times the last point of a scale a number is no slip for a point."""
SHOWN = 5
"""How many ranges of rows a message names."""

_CODE_OF_MISSING = re.compile(r"(66|77|88)\d?|9[0-9]|(666|777|888|999)\d?|99[0-9]|999[0-9]")
"""Numbers that surveys agree on for a missing value; they are no ids, though one may occur once."""


def is_like_an_id(value: str, last: int) -> bool:
    """Return whether a number is far beyond a scale that ends in ``last``, and no usual code of a missing value.

    >>> [is_like_an_id(value, 5) for value in ("102", "99", "999", "-95", "7", "1e3")]
    [True, False, False, False, False, False]
    """
    code = as_code(value)
    return code is not None and code > TIMES * last and not _CODE_OF_MISSING.fullmatch(str(code))


def shifted_rows(found: Iterable[tuple[int, str]]) -> list[int]:
    """Return the rows of numbers that are like ids, given as (row, number): none where a number comes twice, as an id never does."""
    cells = list(found)
    unique = max(Counter(value for _, value in cells).values(), default=0) == 1
    return sorted({row for row, _ in cells}) if unique else []


def in_words(rows: Sequence[int]) -> str:
    """Return rows in words, those that follow each other as a range.

    >>> in_words([4, 5, 6, 9]), in_words([4])
    ('rows 4-6, 9', 'row 4')
    """
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and row == ranges[-1][-1] + 1:
            ranges[-1].append(row)
        else:
            ranges.append([row])
    shown = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in ranges[:SHOWN])
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}" + (", …" if len(ranges) > SHOWN else "")
