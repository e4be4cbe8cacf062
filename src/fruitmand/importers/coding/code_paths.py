"""Codes as tools write them in one text, and the path that they mean."""

import re
from collections.abc import Collection

from fruitmand.importers.coding.project import CodePath

ARROWS = r"\s>\s|->|::|\\"
_DOT = r"(?<=[^\s.])\.(?=[^\s.])"
_WITHIN_NUMBER = re.compile(r"(?<=\d)\.(?=\d)")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")


def clean(text: str) -> str:
    r"""Return a name without white space around it, and with single spaces within.

    >>> clean(" wij\u00a0 leren\n")
    'wij leren'
    """
    return _SPACES.sub(" ", text).strip()


def split_path(text: str, pattern: str = ARROWS) -> CodePath:
    """Return the path in a text; a text with an empty part is one name, since nobody meant a code without a name.

    >>> split_path("learning > motivation")
    ('learning', 'motivation')
    >>> split_path("exam->home")
    ('exam', 'home')
    >>> split_path("-> see above")
    ('-> see above',)
    """
    parts = tuple(clean(part) for part in re.split(pattern, text))
    return parts if all(parts) else (clean(text),)


def split_dots(text: str) -> CodePath:
    """Return the path in a name of which dots are levels; a dot beside a space or between digits is part of the name.

    >>> split_dots("learning.motivation")
    ('learning', 'motivation')
    >>> split_dots("phase 1.2 e.g. this")
    ('phase 1.2 e.g. this',)
    """
    if " " in text and re.search(r"\b\w\.\w\.\s", text):
        return (clean(text),)
    kept = _WITHIN_NUMBER.sub("\0", text)
    return tuple(part.replace("\0", ".") for part in split_path(kept, _DOT))


def split_known(name: str, siblings: Collection[str]) -> CodePath:
    """Return the path in a name of a flat codebook: at ``::`` always, at a dot where what stands before it is a code as well.

    >>> split_known("learning.motivation", {"learning"})
    ('learning', 'motivation')
    >>> split_known("St.Louis", {"learning"})
    ('St.Louis',)
    """
    path = split_path(name, "::")
    if len(path) == 1:
        before, dot, last = name.rpartition(".")
        if dot and last.strip() and clean(before) in siblings:
            return (*split_known(before, siblings), clean(last))
    return path
