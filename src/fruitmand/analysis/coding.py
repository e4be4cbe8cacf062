"""Qualitative coding of the interview passages: adjudicated codes, code frequencies, coverage, attribution, and code saturation."""

from collections.abc import Sequence

import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.checks.double_entry import GIVEN
from fruitmand.checks.recoding import settled_codes

NOBODY = "nobody"
"""Stands for the municipality of a segment that the text attributes to nobody."""
PASSAGE_KEY = ["section", "paragraph", "start", "end"]
"""The columns that locate a passage in the text; segments with the same location are one passage."""


def passages(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the distinct passages: segments at the same location are one passage that is attributed to several municipalities."""
    return segments.drop_duplicates(PASSAGE_KEY).reset_index(drop=True)


def adjudicated_codings(codings: pd.DataFrame, coders: Sequence[str], adjudications: pd.DataFrame, recodings: pd.DataFrame) -> pd.DataFrame:
    """Return the codes that stand: the first coder's, as the adjudications and then the recodings changed them.

    Parameters
    ----------
    codings, adjudications, recodings : DataFrame
        The raw tables; without rows in ``recodings`` nothing was changed later.
    coders : sequence of str
        Coders in the order of their files.

    Returns
    -------
    DataFrame
        The columns of ``codings`` with coder ``agreed``, in the order of the first coder's segments. A code that the first coder did not
        give comes after the first coder's codes of its segment. The valence of a topic is missing.
    """
    states = settled_codes(codings, coders, adjudications, recodings)
    order = {segment: position for position, segment in enumerate(dict.fromkeys(segment for segment, _ in states))}
    for position, segment in enumerate(codings["segment_id"].unique()):
        order[segment] = position - len(codings)
    rows = sorted(((segment, code, state) for (segment, code), state in states.items()), key=lambda row: order[row[0]])
    table = pd.DataFrame(rows, columns=["segment_id", "code", "valence"]).astype("string").replace({"valence": GIVEN}, pd.NA)
    return table.assign(coder="agreed")


def code_frequencies(segments: pd.DataFrame, codings: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Count how often each code was assigned.

    Parameters
    ----------
    segments, codebook : DataFrame
        The raw tables.
    codings : DataFrame
        One row per segment and code, as `adjudicated_codings` returns them.

    Returns
    -------
    DataFrame
        A row per variable and topic, in the codebook's order: ``code``, ``level``, ``segments``, ``passages`` (distinct locations),
        ``quotations``, ``supports``, ``mixed``, ``opposes``. A code that was never assigned has 0; the valences of a topic are missing,
        not 0.
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
    valences = pd.crosstab(coded["code"], coded["valence"]).reindex(index=table.index, columns=["supports", "mixed", "opposes"])
    valences = valences.fillna(0).astype("Int64")
    valences[(codes["level"] == "topic").to_numpy()] = pd.NA
    table.insert(0, "level", codes["level"].to_numpy())
    return table.join(valences).rename_axis("code").reset_index()


def coverage(
    segments: pd.DataFrame, codings: pd.DataFrame, codebook: pd.DataFrame, municipalities: pd.DataFrame, *, group: str | None
) -> pd.DataFrame:
    """Count segments per variable and municipality to which they are attributed.

    Parameters
    ----------
    segments, codebook, municipalities : DataFrame
        The raw tables.
    codings : DataFrame
        One row per segment and code, as `adjudicated_codings` returns them.
    group : str or None
        Id of all municipalities together, None when the edition has none.

    Returns
    -------
    DataFrame
        A row per variable: ``variable``, ``question`` (of the agenda; missing where the agenda does not ask it), a column per municipality,
        one for the group (all together) and ``nobody`` (the text does not attribute the segment). 0 means that no passage was published.
    """
    coded = codings.merge(segments, on="segment_id", validate="many_to_one")
    columns = [*municipalities.sort_values("position")["municipality"], *([group] if group else []), NOBODY]
    rows = variables(codebook)
    counts = pd.crosstab(coded["code"], coded["municipality"].fillna(NOBODY))
    counts = counts.reindex(index=rows["code"].tolist(), columns=columns, fill_value=0).astype(int)
    counts.insert(0, "question", rows["question"].to_numpy())
    return counts.rename_axis("variable").rename_axis(None, axis=1).reset_index()


def code_saturation(segments: pd.DataFrame, codings: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Find the first segment of each code, in the order of the text: the points of a code saturation curve.

    The codebook is fixed, so that the curve shows where its codes first occur in the text. It does not show that further interviews would
    have brought no new codes, nor that the meaning of the codes is saturated (Hennink et al., 2017).

    Parameters
    ----------
    segments, codebook : DataFrame
        The raw tables; segments in the order of the text.
    codings : DataFrame
        One row per segment and code, as `adjudicated_codings` returns them.

    Returns
    -------
    DataFrame
        A row per variable and topic that was assigned at least once, in the order of first occurrence: ``code``, ``segment_id``,
        ``section``, ``paragraph``, ``order`` (segments read so far, from 1) and ``seen`` (distinct codes so far).

    References
    ----------
    Hennink, M. M., Kaiser, B. N., & Marconi, V. C. (2017). Code saturation versus meaning saturation: how many interviews are enough?
    *Qualitative Health Research* 27, 591-608.
    """
    order = pd.Series(range(1, len(segments) + 1), index=segments["segment_id"])
    first = codings.assign(order=codings["segment_id"].map(order)).sort_values("order", kind="stable").drop_duplicates("code")
    known = codebook[codebook["level"].isin(["variable", "topic"])]["code"]
    first = first[first["code"].isin(known)].merge(segments[["segment_id", "section", "paragraph"]], on="segment_id")
    first["seen"] = range(1, len(first) + 1)
    return first[["code", "segment_id", "section", "paragraph", "order", "seen"]].reset_index(drop=True)


def attribution_counts(segments: pd.DataFrame, municipalities: pd.DataFrame, *, group: str | None) -> pd.DataFrame:
    """Count segments, quotations and reported speech per municipality to which they are attributed.

    Parameters
    ----------
    segments, municipalities : DataFrame
        The raw tables.
    group : str or None
        Id of all municipalities together, None when the edition has none.

    Returns
    -------
    DataFrame
        A row per municipality, then the group and ``nobody``: ``municipality``, ``segments``, ``quotations``, ``reported``. A segment
        without a municipality counts under ``nobody``.
    """
    attributed_to = segments["municipality"].fillna(NOBODY)
    counts = pd.crosstab(attributed_to, segments["kind"])
    order = [*municipalities.sort_values("position")["municipality"], *([group] if group else []), NOBODY]
    counts = counts.reindex(index=order, columns=["quotation", "reported"], fill_value=0).astype(int)
    table = counts.rename(columns={"quotation": "quotations"}).rename_axis("municipality").rename_axis(None, axis=1)
    table.insert(0, "segments", table.sum(axis=1))
    return table.reset_index()
