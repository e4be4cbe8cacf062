"""Suggest the label that somebody may have meant, never one that says the opposite."""

from collections.abc import Iterable
from difflib import SequenceMatcher

NEAR = 0.75
"""How alike two texts must be, from 0 to 1, for one to be suggested for the other."""

ALMOST = 0.9
"""How alike two words must be to count as one with a slip of the pen."""

_DENIALS = frozenset({"niet", "geen", "nee", "noch", "nooit", "not", "no", "none", "never", "nor", "don't", "dont", "cannot", "won't"})
_OPPOSITES = ("on", "in", "un", "dis", "non", "niet-", "non-")
_POLES = (frozenset({"zeer", "heel", "helemaal", "volledig", "strongly", "very", "totally", "completely"}),)


def nearest(words: str, labels: Iterable[str]) -> str:
    """Return the label nearest to a text, both normalised; empty when none is near that has the same meaning to it.

    >>> labels = ["helemaal oneens", "oneens", "neutraal", "mee eens", "zeer mee eens"]
    >>> nearest("eens", labels), nearest("helemaal mee eens", labels), nearest("none", labels), nearest("zeer mee een", labels)
    ('', '', '', 'zeer mee eens')
    >>> nearest("strongly agre", ["strongly agree", "strongly disagree"]), nearest("disagre", ["agree"])
    ('strongly agree', '')
    """
    close = [(SequenceMatcher(None, words, label).ratio(), label) for label in sorted(labels) if not _contradict(words, label)]
    ratio, label = max(close, default=(0.0, ""))
    return label if ratio >= NEAR else ""


def hint(words: str, labels: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest label, or an empty text."""
    near = nearest(words, labels)
    return f"did you mean {near!r}?" if near else ""


def _contradict(one: str, other: str) -> bool:
    """Return whether two texts may say opposite things, or one of them says more strongly what the other says."""
    first, second = set(one.split()), set(other.split())
    if bool(first & _DENIALS) != bool(second & _DENIALS):
        return True
    if any(bool(first & pole) != bool(second & pole) for pole in _POLES):
        return True
    pairs = {(word, stem) for one_way in ((first, second), (second, first)) for word in one_way[0] for stem in one_way[1]}
    return any(word.startswith(prefix) and _alike(word, prefix + stem) for prefix in _OPPOSITES for word, stem in pairs)


def _alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other).ratio() > ALMOST
