"""What a survey found, ready to be shown: tables with the small groups withheld, and the numbers of the texts."""

from dataclasses import dataclass

import pandas as pd

from fruitmand.analysis.numbers import Number

SIGNIFICANCE_LEVEL = 0.05
"""A comparison of groups counts as significant when its p-value, adjusted by Holm, is below this."""

ALPHA_THRESHOLD = 0.7
"""The statements of a block belong together when all of the interval of Cronbach's alpha is at least this (Nunnally, 1978)."""


@dataclass(frozen=True)
class Draws:
    """The random draws of an analysis: permutations of a comparison, bootstrap draws for the interval of omega, and the seed of both."""

    comparisons: int
    omega: int
    seed: int


@dataclass(frozen=True)
class Result:
    """A table made from the answers to a survey, with what a block made of it has to say; without a table it was not measured.

    ``n`` is how many respondents, or ratings, it is about. ``smallest`` is the smallest group of respondents that it shows, None when it
    shows none; in the groups of ``alike`` everybody gave the same answer.
    """

    table: pd.DataFrame | None = None
    n: int | None = None
    smallest: int | None = None
    alike: tuple[str, ...] = ()


NOT_MEASURED = Result()


@dataclass(frozen=True)
class Survey:
    """The results of a survey; of an edition without one they are all `NOT_MEASURED`, and nothing stands in their place.

    ``municipalities`` are those on which interviews and survey are compared, in their order; ``numbers`` are those of the texts.
    """

    respondents: Result = NOT_MEASURED
    items: Result = NOT_MEASURED
    groups: Result = NOT_MEASURED
    reliability: Result = NOT_MEASURED
    comparisons: Result = NOT_MEASURED
    triangulation: Result = NOT_MEASURED
    municipalities: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
