"""What is rated in an edition, and by which names: its variables with the points of their scales, and its municipalities."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from fruitmand.checks.progress import rated_variables
from fruitmand.edition.columns import SYMBOLS
from fruitmand.edition.errors import suggest
from fruitmand.edition.reading import Edition
from fruitmand.importers.survey.text_matching import normalise

_MINUS = str.maketrans(dict.fromkeys("−–—‑‐﹣－", "-"))


@dataclass(frozen=True)
class Names:
    """Ids by every text that stands for them, the id itself or a label, normalised; a label of several stands for none."""

    what: str
    ids: tuple[str, ...]
    by_text: Mapping[str, str]
    shared: Mapping[str, tuple[str, ...]]
    shown: tuple[str, ...]

    def find(self, text: str) -> str | None:
        """Return the id that a text stands for; None when there is none, or more than one."""
        return self.by_text.get(normalise(text))

    def why_not(self, text: str) -> str:
        """Return why a text stands for no id: several have it, or the near one if there is one."""
        if several := self.shared.get(normalise(text)):
            return f"{' and '.join(several)} have this label; write the id"
        return suggest(text, self.shown)


@dataclass(frozen=True)
class Study:
    """The variables that are rated, the municipalities, and for each variable its symbols by their words, normalised."""

    variables: Names
    municipalities: Names
    words: Mapping[str, Mapping[str, str]]
    symbols: Mapping[str, tuple[str, ...]]

    def symbol(self, variable: str, text: str) -> str | None:
        """Return the symbol of a variable's scale that a text is, as a sign or as the word for it; None when it is neither."""
        found = sign(text) or self.words[variable].get(normalise(text))
        return found if found in self.symbols[variable] else None

    def choices(self, variable: str) -> str:
        """Return the symbols of a variable's scale, for a message."""
        return ", ".join(self.symbols[variable])


def sign(text: str) -> str | None:
    """Return the symbol that a text is, whatever sign it has for a minus and wherever it has blanks.

    >>> sign("+ / −"), sign("−/−"), sign("-/+"), sign("+")
    ('+/-', '-/-', None, None)
    """
    plain = "".join(text.translate(_MINUS).replace("＋", "+").split())
    return plain if plain in SYMBOLS else None


def read_study(edition: Edition) -> Study:
    """Read what is rated from an edition's codebook, scales and municipalities."""
    variables, scales = rated_variables(edition), edition["scales"].dropna(subset="symbol")
    words, symbols = {}, {}
    for row in variables.to_dict("records"):
        points = scales[scales["scale"] == row["scale_used"]].sort_values("rank", ascending=False)
        symbols[row["code"]] = tuple(points["symbol"])
        words[row["code"]] = {
            normalise(label): symbol
            for side in ("nl", "en")
            for label, symbol in zip(points[f"label_{side}"], points["symbol"], strict=True)
            if pd.notna(label)
        }
    towns = edition["municipalities"].sort_values("position")
    return Study(
        _names("a variable that is rated", variables, "code"),
        _names("a municipality of the edition", towns, "municipality"),
        words,
        symbols,
    )


def _names(what: str, rows: pd.DataFrame, key: str) -> Names:
    ids = tuple(rows[key])
    texts: dict[str, list[str]] = {}
    for column in ("label_nl", "label_en"):
        for name, label in zip(ids, rows[column], strict=True):
            if name not in texts.setdefault(normalise(label), []):
                texts[normalise(label)].append(name)
    own = {normalise(name): name for name in ids}
    single = {text: found[0] for text, found in texts.items() if len(found) == 1}
    shared = {text: tuple(found) for text, found in texts.items() if len(found) > 1 and text not in own}
    return Names(what, ids, single | own, shared, tuple(dict.fromkeys([*ids, *rows["label_nl"], *rows["label_en"]])))
