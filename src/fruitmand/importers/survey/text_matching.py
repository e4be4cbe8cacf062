"""How headings, statements and labels are compared: what is the same but for white space, case, quotes and punctuation."""

import html
import itertools
import re
import unicodedata
from collections.abc import Iterator

_ALIKE = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-"})
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def normal(text: str) -> str:
    r"""Return a text without what tools change in it: markup, white space, case, typographic quotes, punctuation at its end.

    >>> normal("Over wat “VvB” uitwijst,\xa0krijgen  wij genoeg terug te horen.")
    'over wat "vvb" uitwijst, krijgen wij genoeg terug te horen'
    """
    plain = unicodedata.normalize("NFKC", _TAG.sub(" ", html.unescape(text)).translate(_ALIKE).replace("…", "..."))
    return " ".join(plain.split()).casefold().rstrip(" .,:;!?")


def squeezed(text: str) -> str:
    """Return the letters and digits of a heading in lower case, as tools differ in the rest of the names of their own columns.

    >>> squeezed("Duration (in seconds)"), squeezed("_submission_time")
    ('durationinseconds', 'submissiontime')
    """
    return re.sub(r"[^a-z0-9]", "", normal(text))


def listed(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


def readings(text: str) -> Iterator[str]:
    """Yield every text that a heading may stand for, normalised: itself, and the part of it that names a row of a grid.

    Tools write a row of a grid as ``stem [row]``, ``[row] stem``, ``stem - row``, ``group/row`` or ``code. text``. A row may hold such
    signs itself, so that every place where it could begin is tried.

    >>> list(readings("What do you think? [We reach our goals.]"))
    ['what do you think? [we reach our goals.]', 'we reach our goals']
    """
    whole = normal(text)
    found = [whole]
    if whole.endswith("]"):
        found += [whole[match.end() : -1] for match in re.finditer(r"\[", whole)]
    if whole.startswith("["):
        found += [whole[1 : match.start()] for match in re.finditer(r"\]", whole)]
    found += [whole[match.end() :] for match in re.finditer(r" - |/|[.:] ", whole)]
    found += [whole[: match.start()] for match in itertools.islice(re.finditer(r"[.:] ", whole), 1)]
    yield from (reading for reading in dict.fromkeys(map(normal, found)) if reading)


def tokens(name: str) -> list[str]:
    """Return the parts of a name in lower case, without the numbers that tools add at its end; none when it is a text of several words.

    >>> tokens("G01Q01[q01a]"), tokens("improvement/Q07_1"), tokens("We reach our goals")
    (['g01q01', 'q01a'], ['improvement', 'q07'], [])
    """
    if re.search(r"\s", name.strip()):
        return []
    parts = [part for part in re.split(r"[^a-z0-9]+", normal(name)) if part]
    while len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    return parts
