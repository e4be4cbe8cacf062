"""Agreement between two raters: weighted kappa of the symbols that both gave."""

import pandas as pd

from fruitmand.analysis.triangulation import Kappa, weighted_kappa


def rating_pairs(rater_ratings: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings that two raters gave, side by side.

    Parameters
    ----------
    rater_ratings : DataFrame
        The ratings of all raters (`Edition.rater_ratings`). What one rater alone rated is left out.

    Returns
    -------
    DataFrame
        ``municipality``, ``variable``, ``first``, ``second``: the symbols of the raters in the order of their names.
    """
    rows = rater_ratings.dropna(subset="rater").sort_values("rater", kind="stable")
    groups = rows.groupby(["municipality", "variable"], sort=False)["symbol"].agg(list)
    pairs = [(*key, *symbols) for key, symbols in groups.items() if len(symbols) == 2]
    return pd.DataFrame(pairs, columns=["municipality", "variable", "first", "second"], dtype="string")


def compare_raters(rater_ratings: pd.DataFrame) -> Kappa:
    """Compute the linearly weighted kappa of two raters, as `triangulation.weighted_kappa` does.

    Ratings by one rater alone do not count. Undefined with reason ``no_second_rater`` when there are no pairs at all.

    Parameters
    ----------
    rater_ratings : DataFrame
        The ratings of all raters (`Edition.rater_ratings`).
    """
    pairs = rating_pairs(rater_ratings)
    if pairs.empty:
        return Kappa(None, None, None, 0, "no_second_rater")
    return weighted_kappa(pairs.rename(columns={"first": "interview", "second": "survey"}))
