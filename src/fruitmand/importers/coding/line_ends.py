r"""Texts with ``\n`` for line ends, whatever the system, and where a position of the text as it stood is in them."""

import re
from bisect import bisect_left
from collections.abc import Sequence


def plain(text: str) -> str:
    r"""Return a text with ``\n`` for line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def double_line_ends(text: str) -> list[int]:
    r"""Return the place of the ``\n`` in every line end of two characters."""
    return [found.start() + 1 for found in re.finditer("\r\n", text)]


def plain_position(double: Sequence[int], position: int) -> int:
    r"""Return where a position is in the plain text, given the line ends of two characters.

    >>> double = double_line_ends("een\r\ntwee")
    >>> [plain_position(double, position) for position in (0, 3, 5, 9)]
    [0, 3, 4, 8]
    """
    return position - bisect_left(double, position)
