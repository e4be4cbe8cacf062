"""The coding of the interview passages: coverage, frequencies and first sightings."""

from collections.abc import Sequence

import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.checks.double_entry import GIVEN, NOT_GIVEN
from fruitmand.checks.references import GROUP

NOBODY = "nobody"
PASSAGE_KEY = ["section", "paragraph", "start", "end"]
"""The columns that say where a passage stands; segments with the same place are one passage."""


def passages(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the distinct passages: segments with the same place are one passage credited to several municipalities."""
    return segments.drop_duplicates(PASSAGE_KEY).reset_index(drop=True)


def adjudicated_codings(codings: pd.DataFrame, coders: Sequence[str], adjudications: pd.DataFrame) -> pd.DataFrame:
    """Return the codes that stand: the first coder's, except where a difference was decided for the second.

    Parameters
    ----------
    codings, adjudications : DataFrame
        The raw tables.
    coders : sequence of str
        Coders in the order of their files.

    Returns
    -------
    DataFrame
        The columns of ``codings`` with coder ``agreed``, in the order of the first coder's segments. A code that was decided for the second
        coder comes after the first coder's codes of its segment; a topic has no valence.
    """
    first = codings[codings["coder"] == coders[0]]
    order = {segment: place for place, segment in enumerate(first["segment_id"].unique())}
    states = {(row.segment_id, row.code): row.valence for row in first.itertuples()}
    for row in adjudications[(adjudications["table"] == "codings") & (adjudications["decision"] == "second")].itertuples():
        segment, code = row.key.split()
        states[segment, code] = row.second
    kept = [(segment, code, valence) for (segment, code), valence in states.items() if pd.isna(valence) or valence != NOT_GIVEN]
    kept.sort(key=lambda item: order[item[0]])
    table = pd.DataFrame(kept, columns=["segment_id", "code", "valence"]).astype("string").replace({"valence": GIVEN}, pd.NA)
    return table.assign(coder="agreed")


def code_frequencies(segments: pd.DataFrame, codings: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Count how often each code was given.

    Parameters
    ----------
    segments, codebook : DataFrame
        The raw tables.
    codings : DataFrame
        One row per segment and code, as `adjudicated_codings` returns them.

    Returns
    -------
    DataFrame
        A row per variable and topic, in the codebook's order: ``code``, ``level``, ``segments``, ``passages`` (distinct places),
        ``quotations``, ``supports``, ``mixed``, ``opposes``. Valences of a topic are missing, not 0.
    """
    coded = codings.merge(segments, on="segment_id", validate="many_to_one")
    codes = codebook[codebook["level"].isin(["variable", "topic"])]
    groups = coded.groupby("code")
    table = pd.DataFrame(
        {
            "segments": groups.size(),
            "passages": coded.drop_duplicates(["code", *PASSAGE_KEY]).groupby("code").size(),
            "quotations": coded[coded["kind"] == "quotation"].groupby("code").size(),
        }
    ).reindex(codes["code"].tolist())
    table = table.fillna(0).astype(int)
    valence = pd.crosstab(coded["code"], coded["valence"]).reindex(index=table.index, columns=["supports", "mixed", "opposes"])
    valence = valence.fillna(0).astype("Int64")
    valence[(codes["level"] == "topic").to_numpy()] = pd.NA
    table.insert(0, "level", codes["level"].to_numpy())
    return table.join(valence).rename_axis("code").reset_index()


def coverage(segments: pd.DataFrame, codings: pd.DataFrame, codebook: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """Count segments per variable and credited municipality.

    Returns
    -------
    DataFrame
        A row per variable: ``variable``, ``question`` (of the agenda, missing where the agenda does not ask it), a column per municipality,
        ``g4`` (the four together) and ``nobody`` (the text does not tell). 0 means that no passage was published.
    """
    coded = codings.merge(segments, on="segment_id", validate="many_to_one")
    columns = [*municipalities.sort_values("position")["municipality"], GROUP, NOBODY]
    rows = variables(codebook)
    counts = pd.crosstab(coded["code"], coded["municipality"].fillna(NOBODY))
    counts = counts.reindex(index=rows["code"].tolist(), columns=columns, fill_value=0).astype(int)
    counts.insert(0, "question", rows["question"].to_numpy())
    return counts.rename_axis("variable").rename_axis(None, axis=1).reset_index()


def code_saturation(segments: pd.DataFrame, codings: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Find the first segment of each code, in the order of the text.

    With a fixed codebook this shows where the text first speaks of a code; it is no measure of saturation.

    Returns
    -------
    DataFrame
        A row per variable and topic that was given at least once, in the order of first sighting: ``code``, ``segment_id``,
        ``section``, ``paragraph``, ``order`` (how many segments had been read, from 1) and ``seen`` (codes seen so far).
    """
    order = pd.Series(range(1, len(segments) + 1), index=segments["segment_id"])
    first = codings.assign(order=codings["segment_id"].map(order)).sort_values("order", kind="stable").drop_duplicates("code")
    known = codebook[codebook["level"].isin(["variable", "topic"])]["code"]
    first = first[first["code"].isin(known)].merge(segments[["segment_id", "section", "paragraph"]], on="segment_id")
    first["seen"] = range(1, len(first) + 1)
    return first[["code", "segment_id", "section", "paragraph", "order", "seen"]].reset_index(drop=True)


def attribution_counts(segments: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """Count segments, passages, quotations and reported speech per municipality credited.

    Returns
    -------
    DataFrame
        A row per municipality, then ``g4`` and ``nobody``: ``municipality``, ``segments``, ``quotations``, ``reported``.
    """
    credited = segments["municipality"].fillna(NOBODY)
    counts = pd.crosstab(credited, segments["kind"])
    order = [*municipalities.sort_values("position")["municipality"], GROUP, NOBODY]
    counts = counts.reindex(index=order, columns=["quotation", "reported"], fill_value=0).astype(int)
    table = counts.rename(columns={"quotation": "quotations"}).rename_axis("municipality").rename_axis(None, axis=1)
    table.insert(0, "segments", table.sum(axis=1))
    return table.reset_index()
