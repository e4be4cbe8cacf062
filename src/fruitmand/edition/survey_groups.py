"""The groups that respondents of a survey can be in."""

from collections.abc import Mapping

import pandas as pd

from fruitmand.edition.settings import Settings

GROUPINGS = ("municipality", "domain", "role")
"""What respondents can be grouped by: columns of ``respondents.csv``."""


def groups(tables: Mapping[str, pd.DataFrame], settings: Settings) -> dict[str, list[dict[str, str]]]:
    """Return the groups that respondents can be in, by grouping: ``id``, ``label_nl`` and ``label_en`` of each, in their order."""
    municipalities = tables["municipalities"].sort_values("position").rename(columns={"municipality": "id"})
    fields = ("id", "label_nl", "label_en")
    rows = (municipalities.to_dict("records"), *([row.model_dump() for row in found] for found in (settings.domains, settings.roles)))
    return {by: [{field: row[field] for field in fields} for row in found] for by, found in zip(GROUPINGS, rows, strict=True)}
