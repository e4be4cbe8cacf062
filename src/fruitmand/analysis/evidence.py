"""The evidence map: which published passages support a rating, which oppose it, and which ratings have no passage."""

import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.edition.columns import STANDINGS, Standing

_SYMBOL_POINTS = {"+/+": 1, "+/-": 0, "-/-": -1}
_VALENCE_POINTS = {"supports": 1, "mixed": 0, "opposes": -1}
_SIDES = ("for", "mixed", "against")
_COUNTED = [f"{what}_{side}" for what in ("n", "ids") for side in _SIDES]
_COLUMNS = ["municipality", "variable", "symbol", *_COUNTED, "ids_higher", "n_group", "standing"]


def evidence_map(ratings: pd.DataFrame, segments: pd.DataFrame, codings: pd.DataFrame, *, group: str | None) -> pd.DataFrame:
    """Compare every rating with the passages that are attributed to its municipality and coded with its variable.

    A passage is *for* the rating when its valence is at the rating's point (supports for +/+, mixed for +/-, opposes for -/-), *against* it
    when it is at the opposite end, and *mixed* when it is one step away. So no passage can be against a +/-.

    Parameters
    ----------
    ratings, segments : DataFrame
        The raw tables.
    codings : DataFrame
        One row per segment and code, as `coding.adjudicated_codings` returns them.
    group : str or None
        Id of all municipalities together, None when the edition has none.

    Returns
    -------
    DataFrame
        A row per rating, in its order: ``municipality``, ``variable``, ``symbol``, ``n_for``, ``n_mixed``, ``n_against``, the segment ids
        of each (``ids_for``, ``ids_mixed``, ``ids_against``, separated by spaces, empty when none), ``ids_higher`` (those that point higher
        than the rating, of any side), ``n_group`` (passages on the variable that are attributed to the group, which are counted but do not
        bear on the standing), and ``standing``: *supported* when
        there is a passage for and none against, *opposed* when there is one against and none for, *contested* when there is one of each,
        *mixed* when there are only mixed ones, *none* when no passage is attributed to the municipality. A code without valence (a topic)
        does not count.
    """
    coded = codings.dropna(subset="valence").merge(segments[["segment_id", "municipality"]], on="segment_id", validate="many_to_one")
    passages_on = dict(list(coded.groupby(["municipality", "code"])))
    rows = []
    for rating in ratings.itertuples():
        passages = passages_on.get((rating.municipality, rating.variable))
        sides: dict[str, list[str]] = {side: [] for side in _SIDES}
        higher: list[str] = []
        if passages is not None:
            for segment, valence in zip(passages["segment_id"], passages["valence"], strict=True):
                distance = _VALENCE_POINTS[valence] - _SYMBOL_POINTS[rating.symbol]
                sides[_SIDES[abs(distance)]].append(segment)
                higher += [segment] if distance > 0 else []
        of_group = None if group is None else passages_on.get((group, rating.variable))
        rows.append(
            {"municipality": rating.municipality, "variable": rating.variable, "symbol": rating.symbol}
            | {f"n_{side}": len(segments_on_side) for side, segments_on_side in sides.items()}
            | {f"ids_{side}": " ".join(segments_on_side) for side, segments_on_side in sides.items()}
            | {"ids_higher": " ".join(higher)}
            | {"n_group": 0 if of_group is None else len(of_group), "standing": _standing(sides)}
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def _standing(sides: dict[str, list[str]]) -> Standing:
    if sides["for"]:
        return "contested" if sides["against"] else "supported"
    if sides["against"]:
        return "opposed"
    return "mixed" if sides["mixed"] else "none"


def count_standings(evidence: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Count ratings by standing per concept: a row per concept with a column per standing."""
    concept = variables(codebook).set_index("code")["concept"]
    table = pd.crosstab(evidence["variable"].map(concept), evidence["standing"])
    table = table.reindex(index=concept.unique(), columns=list(STANDINGS), fill_value=0).astype(int)
    return table.rename_axis("concept").rename_axis(None, axis=1).reset_index()
