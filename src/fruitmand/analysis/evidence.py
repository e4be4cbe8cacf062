"""The evidence map: which published passages speak for a rating, which against it, and which ratings have none."""

from typing import Literal

import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.checks.references import GROUP

Standing = Literal["supported", "contested", "opposed", "none"]
STANDINGS: tuple[Standing, ...] = ("supported", "contested", "opposed", "none")
_RATING = {"+/+": 1, "+/-": 0, "-/-": -1}
_VALENCE = {"supports": 1, "mixed": 0, "opposes": -1}


def evidence_map(ratings: pd.DataFrame, segments: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """Set every rating beside the passages credited to its municipality and coded with its variable.

    A passage speaks *for* the rating when its valence stands at the rating's point (supports for +/+, mixed for +/-, opposes for -/-),
    *against* it when it stands at the opposite end, and is *mixed* between. For +/- both ends are between.

    Parameters
    ----------
    ratings, segments : DataFrame
        The raw tables.
    codings : DataFrame
        One row per segment and code, as `coding.adjudicated_codings` returns them.

    Returns
    -------
    DataFrame
        A row per rating, in its order: ``municipality``, ``variable``, ``symbol``, ``n_for``, ``n_mixed``, ``n_against``, the segment ids
        of each (``ids_for``, ``ids_mixed``, ``ids_against``, separated by spaces, empty when none), ``n_group`` (passages on the variable
        credited to the four together, which are counted but not weighed), and ``standing``: *supported* when there is a passage for
        and none against, *opposed* when there is one against and none for, *none* when no passage is credited to the municipality,
        else *contested*.
    """
    coded = codings.dropna(subset="valence").merge(segments[["segment_id", "municipality"]], on="segment_id", validate="many_to_one")
    groups = dict(list(coded.groupby(["municipality", "code"])))
    rows = []
    for rating in ratings.itertuples():
        part = groups.get((rating.municipality, rating.variable))
        sides: dict[str, list[str]] = {"for": [], "mixed": [], "against": []}
        if part is not None:
            for segment, valence in zip(part["segment_id"], part["valence"], strict=True):
                distance = abs(_RATING[rating.symbol] - _VALENCE[valence])
                sides[("for", "mixed", "against")[distance]].append(segment)
        group = groups.get((GROUP, rating.variable))
        counts = {f"n_{side}": len(ids) for side, ids in sides.items()}
        ids = {f"ids_{side}": " ".join(found) for side, found in sides.items()}
        rows.append(
            {"municipality": rating.municipality, "variable": rating.variable, "symbol": rating.symbol}
            | counts
            | ids
            | {"n_group": 0 if group is None else len(group), "standing": _standing(sides)}
        )
    return pd.DataFrame(rows)


def _standing(sides: dict[str, list[str]]) -> Standing:
    if not any(sides.values()):
        return "none"
    if sides["for"] and not sides["against"]:
        return "supported"
    if sides["against"] and not sides["for"]:
        return "opposed"
    return "contested"


def count_standings(evidence: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Count ratings by standing per concept: a row per concept with a column per standing."""
    concept = variables(codebook).set_index("code")["concept"]
    table = pd.crosstab(evidence["variable"].map(concept), evidence["standing"])
    table = table.reindex(index=concept.unique(), columns=list(STANDINGS), fill_value=0).astype(int)
    return table.rename_axis("concept").rename_axis(None, axis=1).reset_index()
