"""Whether the items of an edition make a questionnaire: their scales, blocks and variables are there, and every point has a label."""

from collections.abc import Iterator

import pandas as pd

from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.reading import Edition


def problems_of_items(edition: Edition) -> Iterator[Problem]:
    """Yield what keeps the items from being a questionnaire that can be made, and whose answers can be read."""
    items, scales, codebook = edition["items"], edition["scales"], set(edition["codebook"]["code"])
    file, used = f"{edition.label}/items.csv", set(items["scale"])
    if items.empty:
        yield Problem(file, 0, "", "must hold at least one item", "without items there is no questionnaire")
    for column, known, rule in (
        ("scale", set(scales["scale"]), "must be in scales.csv"),
        ("block", codebook, "must be in codebook.csv"),
        ("code", codebook, "must be in codebook.csv"),
    ):
        for index, value in items[column].items():
            if value not in known:
                yield Problem(file, int(str(index)) + 2, str(value), rule, suggest(str(value), known))
    file, cause = f"{edition.label}/scales.csv", "a scale that items use must say what each point means"
    for index, row in scales[scales["scale"].isin(used)].iterrows():
        for name in edition.settings.languages:
            if pd.isna(row[f"label_{name}"]):
                yield Problem(file, int(str(index)) + 2, str(row["scale"]), f"label_{name} must not be empty", cause)
