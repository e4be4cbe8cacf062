"""What must hold of an attribution: a segment is attributed to whom its paraphrase names, and rows about one passage say the same."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from fruitmand.checks.language_parity import municipality_patterns, named_municipalities
from fruitmand.edition.errors import Problem
from fruitmand.edition.settings import Settings

Tables = Mapping[str, pd.DataFrame]


def check_passages(tables: Tables, label: str, settings: Settings) -> list[Problem]:
    """Return a problem for every segment attributed to another municipality than its paraphrase names, or unlike its own passage.

    Who is interviewed may well speak of another municipality: in fieldwork only what is said of one passage is compared.
    """
    named = [] if settings.basis == "fieldwork" else _attribution(tables, settings.wording.inhabitants, label)
    return [*named, *_repeats(tables, label, by_coder=settings.basis == "fieldwork")]


def _attribution(tables: Tables, inhabitants: Mapping[str, Sequence[str]], label: str) -> Iterator[Problem]:
    """Compare the municipality that a segment is attributed to with those that its paraphrase names."""
    patterns = municipality_patterns(tables["municipalities"], inhabitants)
    for number, row in enumerate(tables["segments"].itertuples(), start=2):
        named = named_municipalities(f"{row.paraphrase_nl} {row.paraphrase_en}", patterns)
        if named and not pd.isna(row.municipality) and row.municipality not in named:
            rule = f"{row.segment_id}: its paraphrase names {', '.join(sorted(named))}"
            yield Problem(f"{label}/segments.csv", number, row.municipality, rule, "the attribution or the paraphrase is wrong")


def _repeats(tables: Tables, label: str, *, by_coder: bool) -> Iterator[Problem]:
    """Check that rows about one passage say the same of it: digest, paraphrase, and the codes of each coder.

    With ``by_coder`` the segments of each coder are compared among themselves.
    """
    segments, codings = tables["segments"], tables["codings"]
    coded: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in codings.itertuples():
        coded.setdefault((row.coder, row.segment_id), set()).add((row.code, "" if pd.isna(row.valence) else row.valence))
    coders = list(dict.fromkeys(codings["coder"]))
    first: dict[tuple[object, ...], Any] = {}
    for number, row in enumerate(segments.itertuples(), start=2):
        owner = "" if pd.isna(row.coder) or not by_coder else row.coder
        earlier = first.setdefault((row.section, row.paragraph, row.start, row.end, owner), row)
        for column in ("digest", "kind", "paraphrase_nl", "paraphrase_en"):
            ours, theirs = ("" if pd.isna(value) else str(value) for value in (getattr(row, column), getattr(earlier, column)))
            if ours != theirs:
                rule = f"{column} of {row.segment_id} differs from that of {earlier.segment_id}"
                yield Problem(f"{label}/segments.csv", number, ours, rule, "both are the same passage")
        for coder in coders:
            mine, its = coded.get((coder, row.segment_id)), coded.get((coder, earlier.segment_id))
            if mine and its and mine != its:
                odd = ", ".join(sorted(" ".join(pair).strip() for pair in mine ^ its))
                rule = f"codes differ from those of {earlier.segment_id}: {odd}"
                yield Problem(f"{label}/codings_{coder}.csv", 0, row.segment_id, rule, "both are the same passage")
