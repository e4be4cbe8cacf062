"""Normalise headings, statements and labels, so that they match in spite of white space, case, quotes, punctuation and markup."""

import html
import itertools
import re
import unicodedata
from collections.abc import Iterator

LONGEST = 10_000
"""Most characters of a heading that may be a statement; information before a question for consent has two thousand."""
MOST_PARTS = 200
"""Most separators at which a heading is taken apart."""

_ALIKE = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-"})
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_INVISIBLE = re.compile(r"[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_NUMBER = re.compile(r"\(?(?:[a-z]{1,2}\.?)?\d+(?:[.\-]\d+)*[a-z]?[.):]*\s+(?=\S)|\(?[a-z][.)]\s+(?=\S)")
_SEPARATOR = re.compile(r"\s[-|>/]\s|[-/.:?!;|>)\]]\s*")


def normalise(text: str) -> str:
    r"""Return a text without what tools change in it: markup, white space, case, typographic quotes, signs at its end, what is invisible.

    >>> normalise("Over wat “VvB” uit\xadwijst,\xa0krijgen  wij genoeg terug te horen.")
    'over wat "vvb" uitwijst, krijgen wij genoeg terug te horen'
    """
    return bare(text.replace("…", "...")).casefold().rstrip(" .,:;!?*")


def bare(text: str) -> str:
    r"""Return a text as a reader sees it: without markup and what is invisible, and white space alike.

    >>> bare("<p>4 -\xa0Agree\u200b</p>")
    '4 - Agree'
    """
    seen = _TAG.sub(" ", _INVISIBLE.sub("", html.unescape(text)).translate(_ALIKE))
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def clipped(text: str, most: int) -> str:
    """Return a text on one line and at most so long; one that is cut short ends in three dots.

    >>> clipped("a long text", 6), clipped("short", 6)
    ('a lon…', 'short')
    """
    seen = " ".join(text.split())
    return seen if len(seen) <= most else f"{seen[: most - 1]}…"


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing at all; a question mark or a full stop is something, and not known what.

    >>> is_blank("<p>&nbsp;</p>"), is_blank("?"), is_blank(".")
    (True, False, False)
    """
    return not bare(text)


def alphanumeric(text: str) -> str:
    """Return the letters and digits of a heading in lower case, as tools differ in the rest of the names of their own columns.

    >>> alphanumeric("Duration (in seconds)"), alphanumeric("_submission_time")
    ('durationinseconds', 'submissiontime')
    """
    return re.sub(r"[^a-z0-9]", "", normalise(text))


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


def candidate_texts(text: str) -> Iterator[str]:
    """Yield every text that a heading may stand for, normalised: the whole heading, and the parts that may name a row of a grid.

    Tools write a row of a grid as ``stem [row]``, ``[row] stem``, ``stem - row``, ``stem-row``, ``group/row``, ``code. text`` or
    ``4.1 text``. A row may contain these separators itself, so that every position where it could begin is tried.

    >>> list(candidate_texts("Your view. - We reach our goals."))
    ['your view. - we reach our goals', '- we reach our goals', 'we reach our goals', 'your view']
    """
    if len(text) > LONGEST:
        return
    heading = normalise(text)
    if "_" in heading and " " not in heading:  # LimeSurvey can write its spaces so
        heading = heading.replace("_", " ")
    candidates = [heading]
    if heading.endswith("]"):
        candidates += [heading[match.end() : -1] for match in itertools.islice(re.finditer(r"\[", heading), MOST_PARTS)]
    if heading.startswith("["):
        candidates += [heading[1 : match.start()] for match in itertools.islice(re.finditer(r"\]", heading), MOST_PARTS)]
    candidates += [heading[match.end() :] for match in itertools.islice(_SEPARATOR.finditer(heading), MOST_PARTS)]
    candidates += [heading[: match.start()] for match in itertools.islice(re.finditer(r"[.:] ", heading), 1)]
    candidates += [reading.rstrip("]") for reading in candidates if heading.endswith("]")]
    candidates += [reading[match.end() :] for reading in candidates if (match := _NUMBER.match(reading))]
    yield from (reading for reading in dict.fromkeys(map(normalise, candidates)) if any(map(str.isalnum, reading)))


def tokens(name: str) -> list[str]:
    """Return the parts of a variable name in lower case, without the numbers that tools add at its end; empty for a text of several words.

    >>> tokens("G01Q01[q01a]"), tokens("improvement/Q07_1"), tokens("We reach our goals")
    (['g01q01', 'q01a'], ['improvement', 'q07'], [])
    """
    if re.search(r"\s", name.strip()):
        return []
    parts = [part for part in re.split(r"[^a-z0-9]+", normalise(name)) if part]
    while len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    return parts
