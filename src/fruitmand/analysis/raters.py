"""Two raters: how far their ratings agree, and how their differences were settled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from fruitmand.analysis.numbers import Number
from fruitmand.edition.columns import SYMBOLS
from fruitmand.edition.reading import Edition

_KEYS = ["municipality", "variable"]
_DIFFERENCES = [*_KEYS, "first", "second", "decision", "reason_nl", "reason_en"]


@dataclass(frozen=True)
class Comparison:
    """The ratings that two raters both gave: how many are the same, one step apart and opposite, and their weighted kappa.

    ``kappa``, ``low`` and ``high`` are missing where they are undefined, with the ``reason`` (as `triangulation.Kappa` has them).
    ``differences`` has a row per rating on which they differ: ``first``, ``second`` (symbols), ``decision`` (a symbol; missing while
    undecided) and the reasons.
    """

    raters: tuple[str, ...] = ()
    pairs: int = 0
    same: int = 0
    one_step: int = 0
    opposite: int = 0
    kappa: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = "too_few_pairs"
    differences: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_DIFFERENCES))


def of(edition: Edition) -> pd.DataFrame:
    """Return the ratings of an edition as its raters gave them: none where the publication does not tell who rated."""
    given = edition.rater_ratings
    return pd.DataFrame(columns=[*_KEYS, "symbol", "rater"]) if given is None else given


def compare(ratings: pd.DataFrame, adjudications: pd.DataFrame) -> Comparison:
    """Compare the first two raters of the file on the municipalities and variables that both rated.

    Parameters
    ----------
    ratings : DataFrame
        A row per rater, municipality and variable: ``municipality, variable, symbol, rater``. A missing symbol does not count.
    adjudications : DataFrame
        The raw table, of which the rows of table ``ratings`` settle differences.
    """
    if "rater" not in ratings:
        return Comparison()
    given = ratings.dropna(subset=["symbol", "rater"])
    names = tuple(map(str, given["rater"].unique()))[:2]
    if len(names) < 2:
        return Comparison(names)
    sides = [given[given["rater"] == name].set_index(_KEYS)["symbol"] for name in names]
    both = pd.concat(sides, axis=1, keys=["first", "second"], join="inner").reset_index()
    if both.empty:
        return Comparison(names)
    step = {symbol: place for place, symbol in enumerate(SYMBOLS)}
    apart = (both["first"].map(step) - both["second"].map(step)).abs()
    from fruitmand.analysis.triangulation import weighted_kappa  # noqa: PLC0415 - statsmodels takes long to import

    kappa = weighted_kappa(both.rename(columns={"first": "interview", "second": "survey"}))
    same, one_step, opposite = (int((apart == distance).sum()) for distance in range(3))
    settled = _settled(both[apart > 0], adjudications)
    return Comparison(names, len(both), same, one_step, opposite, kappa.value, kappa.low, kappa.high, kappa.reason, settled)


def _settled(different: pd.DataFrame, adjudications: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings that differ with what was decided and why; what was not decided has no decision."""
    rows = adjudications[adjudications["table"] == "ratings"].set_index("key")
    settled: list[dict[str, Any]] = []
    for row in different.to_dict("records"):
        key = f"{row['municipality']} {row['variable']}"
        decided = {"decision": pd.NA, "reason_nl": pd.NA, "reason_en": pd.NA}
        if key in rows.index:
            found = rows.loc[key]
            decision = str(found["decision"])
            symbol = row.get(decision, decision) if decision in ("first", "second") else decision
            decided = {"decision": symbol, "reason_nl": found["reason_nl"], "reason_en": found["reason_en"]}
        settled.append(row | decided)
    return pd.DataFrame(settled, columns=_DIFFERENCES)


def rater_numbers(compared: Comparison) -> Iterator[Number]:
    """Name how many ratings both raters gave, and on how many they differ."""
    yield Number("raters.pairs", compared.pairs, None, "ratings.csv")
    yield Number("raters.differences", len(compared.differences), compared.pairs, "ratings.csv")


def sources(adjudications: pd.DataFrame) -> list[str]:
    """Return the raw files that the differences between raters rest on."""
    settled = (adjudications["table"] == "ratings").any()
    return ["ratings.csv", *(["adjudications.csv"] if settled else [])]
