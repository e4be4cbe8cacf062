"""How a column of a raw table is described: type, allowed values, unit, example."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal, get_args

SYMBOLS = ("+/+", "+/-", "-/-")
LEVELS = ("concept", "dimension", "variable", "topic")
VALENCES = ("supports", "mixed", "opposes")
RESPONDENTS = ("one", "another", "two", "several", "all")
LAYERS = ("findings", "conclusion", "analysis", "summary")
POLARITIES = ("higher_is_better", "higher_is_worse")

Verdict = Literal[
    "holds",
    "holds_for_most",
    "points_to",
    "circular",
    "not_visible",
    "points_away",
    "tension",
    "contradicted",
    "slip",
    "unchecked",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""All verdicts, from what bears a claim out to what does not; last what nobody can tell."""
Standing = Literal["supported", "mixed", "contested", "opposed", "none"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)

AUTHOR = "author"
"""Stands for the author among those who say something."""

ID = r"[a-z][a-z0-9_]*"
SLUG = r"[a-z][a-z0-9-]*"
SECTION = r"[0-9]+(\.[0-9]+){0,2}"
_PLACE = rf"(?:{SECTION}|summary|annex) ¶[0-9]+(-[0-9]+)?"
PLACES = rf"{_PLACE}(; {_PLACE})*"
SEGMENT = r"s([0-9]{3}|[1-9][0-9]{3,})"
CLAIM = r"c([0-9]{3}|[1-9][0-9]{3,})"
ITEM = r"q([0-9]{2}|[1-9][0-9]{2,})[a-z]?"
DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
IN_WORDS = {
    SEGMENT: "s and three digits or more",
    CLAIM: "c and three digits or more",
    ITEM: "small q, two digits or more, and perhaps a small letter",
}
"""Patterns as messages say them."""


@dataclass(frozen=True)
class Column:
    """What a column of a raw table is, and what it may hold; a missing cell only when it is ``optional``.

    An ``additional`` column may itself be absent from the file; all its cells are missing then. It is optional as well.
    ``dtype`` is the pandas type. A cell must be one of ``allowed``, match ``pattern`` as a whole, and be ``minimum`` or more, where given.
    """

    title: str
    example: str
    _: KW_ONLY
    dtype: str = "str"
    allowed: Sequence[str] = ()
    pattern: str = ""
    minimum: int | None = None
    optional: bool = False
    additional: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Schema:
    """A raw table: its columns in order, no others, and the columns of its key.

    ``kind`` is *exhaustive* when what the table lacks is not so, *selective* when it names only what stood out, so that what it lacks says
    nothing, and *text* when its rows are what places of the publication say. The file of an ``optional`` table may be absent; it is empty
    then.
    """

    description: str
    columns: Mapping[str, Column]
    unique: Sequence[str]
    kind: Literal["exhaustive", "selective", "text"] = "exhaustive"
    optional: bool = False

    @property
    def types(self) -> dict[str, str]:
        """The pandas type of every column."""
        return {name: column.dtype for name, column in self.columns.items()}


def labels(what: str, nl: str, en: str, *, prefix: str = "label", optional: bool = False) -> dict[str, Column]:
    """Describe a pair of columns with the same words in Dutch and in English."""
    return {
        f"{prefix}_nl": Column(f"{what}, in Dutch", nl, optional=optional),
        f"{prefix}_en": Column(f"{what}, in English", en, optional=optional),
    }
