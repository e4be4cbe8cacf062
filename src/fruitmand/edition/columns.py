"""How a column of a raw table is described: type, allowed values, unit, example."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

SYMBOLS = ("+/+", "+/-", "-/-")
LEVELS = ("concept", "dimension", "variable", "topic")
VALENCES = ("supports", "mixed", "opposes")
RESPONDENTS = ("one", "another", "two", "several", "all")
LAYERS = ("findings", "conclusion", "analysis", "summary")
POLARITIES = ("higher_is_better", "higher_is_worse")

GROUP = "g4"

ID = r"[a-z][a-z0-9_]*"
SLUG = r"[a-z][a-z0-9-]*"
SECTION = r"[0-9]+(\.[0-9]+){0,2}"
PLACES = rf"{SECTION} ¶[0-9]+(-[0-9]+)?(; {SECTION} ¶[0-9]+(-[0-9]+)?)*"
SEGMENT = r"s([0-9]{3}|[1-9][0-9]{3,})"
CLAIM = r"c([0-9]{3}|[1-9][0-9]{3,})"
ITEM = r"q([0-9]{2}|[1-9][0-9]{2,})[a-z]?"
DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"


@dataclass(frozen=True)
class Column:
    """What a column of a raw table is, and what it may hold; a missing cell only when it is ``optional``.

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
    unit: str = ""


@dataclass(frozen=True)
class Schema:
    """A raw table: its columns in order, no others, and the columns of its key."""

    description: str
    columns: Mapping[str, Column]
    unique: Sequence[str]

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
