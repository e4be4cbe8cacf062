"""What must hold of an attribution: a segment is attributed to whom its paraphrase names, and rows about one passage say the same."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from fruitmand.checks.language_parity import municipality_patterns, named_municipalities
from fruitmand.edition.errors import Problem

Tables = Mapping[str, pd.DataFrame]


def check_passages(tables: Tables, label: str) -> list[Problem]:
    """Return a problem for every segment attributed to another municipality than its paraphrase names, or unlike its own passage."""
    return [*_attribution(tables, label), *_repeats(tables, label)]


def _attribution(tables: Tables, label: str) -> Iterator[Problem]:
    """Compare the municipality that a segment is attributed to with those that its paraphrase names."""
    patterns = municipality_patterns(tables["municipalities"])
    for number, row in enumerate(tables["segments"].itertuples(), start=2):
        named = named_municipalities(f"{row.paraphrase_nl} {row.paraphrase_en}", patterns)
        if named and not pd.isna(row.municipality) and row.municipality not in named:
            rule = f"{row.segment_id}: its paraphrase names {', '.join(sorted(named))}"
            yield Problem(f"{label}/segments.csv", number, row.municipality, rule, "the attribution or the paraphrase is wrong")


def _repeats(tables: Tables, label: str) -> Iterator[Problem]:
    """Check that rows about one passage say the same of it: digest, paraphrase, and the codes of each coder."""
    segments, codings = tables["segments"], tables["codings"]
    coded: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in codings.itertuples():
        coded.setdefault((row.coder, row.segment_id), set()).add((row.code, "" if pd.isna(row.valence) else row.valence))
    coders = list(dict.fromkeys(codings["coder"]))
    first: dict[tuple[object, ...], Any] = {}
    for number, row in enumerate(segments.itertuples(), start=2):
        earlier = first.setdefault((row.section, row.paragraph, row.start, row.end), row)
        for column in ("digest", "kind", "paraphrase_nl", "paraphrase_en"):
            if getattr(row, column) != getattr(earlier, column):
                rule = f"{column} of {row.segment_id} differs from that of {earlier.segment_id}"
                yield Problem(f"{label}/segments.csv", number, str(getattr(row, column)), rule, "both are the same passage")
        for coder in coders:
            ours, theirs = coded.get((coder, row.segment_id)), coded.get((coder, earlier.segment_id))
            if ours and theirs and ours != theirs:
                odd = ", ".join(sorted(" ".join(pair).strip() for pair in ours ^ theirs))
                rule = f"codes differ from those of {earlier.segment_id}: {odd}"
                yield Problem(f"{label}/codings_{coder}.csv", 0, row.segment_id, rule, "both are the same passage")
