"""The published ratings: counted by variable and by municipality, and the changes of their scales."""

import pandas as pd

from fruitmand.edition.schema import SYMBOLS


def variables(codebook: pd.DataFrame, concept: str | None = None) -> pd.DataFrame:
    """Return the variables of the codebook in the codebook's order, with their concept and dimension.

    Parameters
    ----------
    codebook : DataFrame
        The raw codebook.
    concept : str, optional
        Only the variables of this concept.

    Returns
    -------
    DataFrame
        The codebook's rows at level *variable* plus ``concept`` and ``dimension``; ``dimension`` equals ``concept`` where a
        variable is directly under its concept.
    """
    parent = {code: parent for code, parent in zip(codebook["code"], codebook["parent"], strict=True) if not pd.isna(parent)}
    rows = codebook[codebook["level"] == "variable"]
    rows = rows.assign(dimension=rows["parent"], concept=[parent.get(dimension, dimension) for dimension in rows["parent"]])
    return (rows if concept is None else rows[rows["concept"] == concept]).reset_index(drop=True)


def count_by_variable(ratings: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Count the municipalities at each symbol.

    Returns
    -------
    DataFrame
        A row per variable in the codebook's order: ``variable``, ``concept``, ``high`` (+/+), ``middle`` (+/-), ``low`` (-/-) and
        ``n`` (municipalities rated; missing ratings are not counted).
    """
    return _count(ratings, "variable", variables(codebook)).loc[:, ["variable", "concept", "high", "middle", "low", "n"]]


def count_by_municipality(ratings: pd.DataFrame, codebook: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """Count the ratings at each symbol per municipality and concept.

    Returns
    -------
    DataFrame
        A row per concept and municipality: ``concept``, ``municipality``, ``high``, ``middle``, ``low``, ``n`` (variables rated; missing
        ratings are not counted).
    """
    concept = variables(codebook).set_index("code")["concept"]
    rated = ratings.assign(concept=ratings["variable"].map(concept))
    in_order = municipalities.sort_values("position")["municipality"]
    grid = pd.MultiIndex.from_product([concept.unique(), in_order], names=["concept", "municipality"])
    table = pd.crosstab([rated["concept"], rated["municipality"]], rated["symbol"]).reindex(grid, fill_value=0)
    return _by_level(table).reset_index()


def _count(ratings: pd.DataFrame, key: str, order: pd.DataFrame) -> pd.DataFrame:
    table = pd.crosstab(ratings[key], ratings["symbol"]).reindex(order["code"].tolist(), fill_value=0)
    return _by_level(table).rename_axis(key).reset_index().assign(concept=order["concept"].to_numpy())


def _by_level(table: pd.DataFrame) -> pd.DataFrame:
    """Rename the columns from symbols to levels, and add their total as ``n``."""
    counts = table.reindex(columns=list(SYMBOLS), fill_value=0)
    counts.columns = pd.Index(["high", "middle", "low"])
    return counts.assign(n=counts.sum(axis=1)).astype(int)


def scale_changes(codebook: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """List the variables whose result table uses another scale than the one declared.

    Returns
    -------
    DataFrame
        ``variable``, ``scale_declared``, ``points_declared``, ``scale_used``, ``points_used``; variables for which nothing declares no
        scale are left out.
    """
    points = scales.groupby("scale").size()
    rows = variables(codebook).dropna(subset="scale_declared")
    rows = rows[rows["scale_declared"] != rows["scale_used"]]
    return pd.DataFrame(
        {
            "variable": rows["code"].to_numpy(),
            "scale_declared": rows["scale_declared"].to_numpy(),
            "points_declared": rows["scale_declared"].map(points).astype(int).to_numpy(),
            "scale_used": rows["scale_used"].to_numpy(),
            "points_used": rows["scale_used"].map(points).astype(int).to_numpy(),
        }
    )


def concepts(codebook: pd.DataFrame) -> pd.DataFrame:
    """List the concepts that have variables, in the codebook's order.

    Returns
    -------
    DataFrame
        A row per concept: ``concept``, ``variables`` (how many), ``asked`` (whether the interview agenda asks at least one of them) and
        ``divided`` (whether the variables stand under dimensions).
    """
    book = variables(codebook)
    rows = [
        {
            "concept": str(concept),
            "variables": len(part),
            "asked": bool(part["question"].notna().any()),
            "divided": bool((part["dimension"] != part["concept"]).any()),
        }
        for concept, part in book.groupby("concept", sort=False)
    ]
    kinds = {"concept": "str", "variables": "int", "asked": "bool", "divided": "bool"}
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def result_tables(ratings: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """List the tables in which ratings are shown, by concept and within it in the codebook's order.

    Returns
    -------
    DataFrame
        A row per table: ``concept``, ``exhibit`` (a dimension or the concept itself) and ``n`` (ratings).
    """
    concept = variables(codebook).set_index("code")["concept"]
    order = {code: place for place, code in enumerate(concept.index)}
    rated = ratings.assign(concept=ratings["variable"].map(concept), place=ratings["variable"].map(order))
    tables = rated.groupby(["concept", "exhibit"], sort=False).agg(n=("variable", "size"), place=("place", "min")).reset_index()
    return tables.sort_values("place", kind="stable")[["concept", "exhibit", "n"]].reset_index(drop=True)
