"""The one form in which analysis gets the tables of fieldwork: that of a publication, whatever the tool gave.

A segment of an interview has its document in place of a section. Coders may have marked passages of their own: two of one document are the
same passage when they overlap by more than half of the longer, or, where a tool tells no positions, have the same words. Of a document the
first coder who coded it leads; what another coder alone marked there stands only where an adjudication says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from fruitmand.edition.schema import SCHEMAS

Tables = Mapping[str, pd.DataFrame]

BESIDE = frozenset({"documents.csv", "segments.csv", "codings_*.csv", "adjudications.csv", "recodings.csv"})
"""Raw files that a table of fieldwork may be formed from besides its own."""


def _text(values: pd.Series) -> pd.Series:
    return values.astype("str")


def segments_with_places(given: Tables) -> pd.DataFrame:
    """Return all segments with the columns of a publication's and their ``document``; the index is that of the file.

    A segment without a municipality gets that of its document. Its section is its document, its paragraph 1 where none is told; where the
    tool tells no positions, its order in the document stands for them.
    """
    rows, documents = given["segments"], given["documents"].set_index("document")
    order = rows.groupby("document", dropna=False).cumcount() + 1
    known = rows["start"].notna() & rows["end"].notna()
    found = rows.assign(
        municipality=rows["municipality"].fillna(rows["document"].map(documents["municipality"].to_dict())),
        section=rows["section"].fillna(rows["document"]),
        paragraph=rows["paragraph"].fillna(1),
        start=rows["start"].where(known, order - 1),
        end=rows["end"].where(known, order),
        kind=rows["kind"].fillna("quotation"),
        layer=rows["layer"].fillna("findings"),
    )
    form = SCHEMAS["segments"].types
    return found[[*form, "document"]].astype({**form, "document": "str"})


def leading_coders(given: Tables, coders: Sequence[str]) -> dict[str, list[str]]:
    """Return the coders of each document in order, the leading one first; a segment without a document counts by its section."""
    place = _document_of(given["segments"])
    coded = given["codings"].assign(place=given["codings"]["segment_id"].map(place))
    found: dict[str, list[str]] = {}
    for coder in coders:
        for document in coded[coded["coder"] == coder]["place"].dropna().unique():
            found.setdefault(str(document), []).append(coder)
    return found


def _document_of(segments: pd.DataFrame) -> dict[str, str]:
    names = segments["document"].fillna(segments["section"]).fillna("")
    return dict(zip(segments["segment_id"], names, strict=True))


def same_passages(given: Tables, coders: Sequence[str]) -> dict[str, str]:
    """Return, for every segment that a coder alone marked, the segment of the leading coder, or of all, that is the same passage.

    A segment is the same as one other at most, the one that it shares most with; one that the coder coded as it is, is no candidate.
    """
    segments, leading = given["segments"], leading_coders(given, coders)
    place = _document_of(segments)
    coded = {coder: set(rows["segment_id"]) for coder, rows in given["codings"].groupby("coder")}
    by_document: dict[str, list[Any]] = {}
    for row in segments.itertuples():
        by_document.setdefault(place[row.segment_id], []).append(row)
    found: dict[str, str] = {}
    for document, names in leading.items():
        rows = by_document[document]
        stands = [row for row in rows if pd.isna(row.coder) or row.coder == names[0]]
        for coder in names[1:]:
            own = [row for row in rows if row.coder is not pd.NA and row.coder == coder]
            free = [row for row in stands if row.segment_id not in coded[coder]]
            found |= _pairs(own, free)
    return found


def _pairs(own: Sequence[Any], stands: Sequence[Any]) -> dict[str, str]:
    """Return the pairs of segments that are one passage, those that share most first."""
    shares = [(-_shared(one, two), place, one.segment_id, two.segment_id) for place, one in enumerate(own) for two in stands]
    found: dict[str, str] = {}
    for share, _, one, two in sorted(shares, key=lambda pair: pair[:2]):
        if -share > 0.5 and one not in found and two not in found.values():
            found[one] = two
    return found


def _shared(one: Any, two: Any) -> float:
    """Return which part of the longer passage both have; of passages without positions 1 when they have the same words, else 0."""
    ends = (one.start, one.end, two.start, two.end)
    if any(pd.isna(end) for end in ends):
        return float(one.digest == two.digest)
    overlap = min(one.end, two.end) - max(one.start, two.start)
    return max(0.0, float(overlap) / max(one.end - one.start, two.end - two.start, 1))


def codes_in_common(given: Tables, coders: Sequence[str], same: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the codes of all coders by the passages that stand, and those of passages that one of the first two coders alone marked.

    The second is about documents that both coded, and None when no coder has segments of one's own. A code that a coder gave twice to what
    is one passage counts once.
    """
    codings, segments = given["codings"], given["segments"]
    place, leading = _document_of(segments), leading_coders(given, coders)
    owner = dict(zip(segments["segment_id"], segments["coder"], strict=True))
    named = codings.assign(segment_id=_text(codings["segment_id"].map(lambda name: same.get(name, name))))
    names, by = named["segment_id"].tolist(), named["coder"].tolist()
    own = [not pd.isna(owner.get(name, pd.NA)) for name in names]
    lead = [leading.get(place.get(name, ""), [coder])[0] for name, coder in zip(names, by, strict=True)]
    stands = [not mine or owner[name] == first for name, mine, first in zip(names, own, lead, strict=True)]
    together = (
        named[pd.Series(stands, index=named.index, dtype=bool)].drop_duplicates(["segment_id", "code", "coder"]).reset_index(drop=True)
    )
    if len(coders) < 2 or len({owner[name] for name, mine in zip(names, own, strict=True) if mine}) < 2:
        return together, None
    marked = named.groupby("segment_id")["coder"].agg(set).to_dict()
    first_two = set(coders[:2])
    alone = [
        mine and len(marked[name]) == 1 and coder in first_two and first_two <= set(leading.get(place.get(name, ""), []))
        for name, mine, coder in zip(names, own, by, strict=True)
    ]
    return together, named[pd.Series(alone, index=named.index, dtype=bool)].reset_index(drop=True)


def standing_segments(given: Tables, coders: Sequence[str]) -> pd.DataFrame:
    """Return the segments that stand: shared ones, those of the leading coder of each document, and others that were decided for."""
    segments, leading = segments_with_places(given), leading_coders(given, coders)
    place = _document_of(given["segments"])
    decided = given["adjudications"]
    decided = decided[(decided["table"] == "codings") & (decided["decision"] == "second")]["key"].tolist()
    kept = {key.partition(" ")[0] for key in decided} | set(given["recodings"]["segment_id"])
    stands = [
        pd.isna(row.coder) or row.segment_id in kept or leading.get(place[row.segment_id], [row.coder])[0] == row.coder
        for row in segments.itertuples()
    ]
    return segments[pd.Series(stands, index=segments.index, dtype=bool)].reset_index(drop=True)


def settled_ratings(given: Tables) -> pd.DataFrame:
    """Return one rating per municipality and variable: what the raters agree on, or what was decided between them.

    A rating on which they differ and nothing was decided is missing. Its exhibit, where none is told, is the dimension of its variable.
    """
    rows = given["ratings"]
    decisions = given["adjudications"]
    decisions = decisions[(decisions["table"] == "ratings") & (decisions["column"] == "symbol")]
    decided = {row.key: row.first if row.decision == "first" else row.second for row in decisions.itertuples()}
    parent = dict(zip(given["codebook"]["code"], given["codebook"]["parent"], strict=True))
    found = []
    for (municipality, variable), part in rows.groupby(["municipality", "variable"], sort=False):
        symbols = part["symbol"].unique()
        symbol = symbols[0] if len(symbols) == 1 else decided.get(f"{municipality} {variable}")
        if symbol is not None:
            first = part.iloc[0]
            exhibit = parent.get(variable) if pd.isna(first["exhibit"]) else first["exhibit"]
            found.append((municipality, variable, symbol, exhibit, first["section"]))
    form = SCHEMAS["ratings"].types
    return pd.DataFrame(found, columns=list(form)).astype(form)
