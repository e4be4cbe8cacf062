"""The codes that stand: the first coder's, as adjudications and then a later reader's recodings changed them, and what must hold."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from fruitmand.checks.double_entry import GIVEN, NOT_GIVEN, coding_states
from fruitmand.edition.errors import Problem, suggest

Tables = Mapping[str, pd.DataFrame]
Codes = dict[tuple[str, str], str]  # the valence of a segment's code, or `GIVEN` for a topic


def settled_codes(codings: pd.DataFrame, coders: Sequence[str], adjudications: pd.DataFrame, recodings: pd.DataFrame) -> Codes:
    """Return the first coder's codes, except where a disagreement was decided for the second coder or a later reader changed a code.

    A segment that the first coder did not code has the codes of the next coder who did.

    Parameters
    ----------
    codings, adjudications, recodings : DataFrame
        The raw tables; without rows in ``recodings`` nothing was changed later.
    coders : sequence of str
        Coders in the order of their files.

    Returns
    -------
    dict
        Per segment and code the valence, or ``given`` for a topic, in the order of the first coder's rows; codes that came later come last.
    """
    by_segment: dict[str, dict[str, tuple[str, int]]] = {}
    for coder in coders:
        by_segment = coding_states(codings, coder) | by_segment if coder != coders[0] else coding_states(codings, coder)
    codes = {(segment, code): state for segment, states in by_segment.items() for code, (state, _) in states.items()}
    for row in adjudications[(adjudications["table"] == "codings") & (adjudications["decision"] == "second")].itertuples():
        segment, _, code = row.key.partition(" ")
        codes[segment, code] = row.second
    for row in recodings.itertuples():
        codes[row.segment_id, row.code] = row.after
    return {key: state for key, state in codes.items() if state != NOT_GIVEN}


def check_recodings(tables: Tables, coders: Sequence[str], label: str) -> list[Problem]:
    """Return a problem for every recoding that points nowhere, does not start from what stood, or leaves the codes unsound.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables of the data dictionary, each valid by its own schema.
    coders : sequence of str
        Coders in the order of their files.
    label : str
        Folder of the files, for the messages.
    """
    codings, adjudications, recodings = tables["codings"], tables["adjudications"], tables["recodings"]
    before = settled_codes(codings, coders, adjudications, recodings.iloc[:0])
    after = settled_codes(codings, coders, adjudications, recodings)
    file = f"{label}/recodings.csv"
    return [
        *_changes(tables, before, file),
        *_without_code(recodings, after, file),
        *_unlike_passages(tables["segments"], recodings, after, label),
    ]


def _changes(tables: Tables, before: Codes, file: str) -> Iterator[Problem]:
    """Check that each change is of a code that there is, starts from what stood, and ends in something else that the code can have."""
    segments, levels = set(tables["segments"]["segment_id"]), tables["codebook"].set_index("code")["level"]
    codes = set(levels.index[levels.isin(["variable", "topic"])])
    for number, row in enumerate(tables["recodings"].itertuples(), start=2):
        if row.segment_id not in segments:
            yield Problem(file, number, row.segment_id, "segment_id is not in segments.csv", suggest(row.segment_id, segments))
        elif row.code not in codes:
            yield Problem(file, number, row.code, "code is not a variable or topic of the codebook", suggest(row.code, codes))
        else:
            stood = before.get((row.segment_id, row.code), NOT_GIVEN)
            if row.before != stood:
                rule = f"{row.segment_id} {row.code}: before must be what stood there, {stood!r}"
                yield Problem(file, number, row.before, rule, "the codes or an adjudication changed")
            if row.after == row.before:
                yield Problem(file, number, row.after, "after is the same as before", "the row changes nothing")
            if levels[row.code] == "variable" and row.after == GIVEN:
                yield Problem(file, number, row.after, f"variable {row.code} needs a valence")
            if levels[row.code] == "topic" and row.after not in {GIVEN, NOT_GIVEN}:
                yield Problem(file, number, row.after, f"topic {row.code} has no valence")


def _without_code(recodings: pd.DataFrame, after: Codes, file: str) -> Iterator[Problem]:
    coded = {segment for segment, _ in after}
    for index, row in recodings.drop_duplicates("segment_id", keep="last").iterrows():
        if row["segment_id"] not in coded:
            yield Problem(file, int(str(index)) + 2, row["segment_id"], "the segment keeps no code", "give it another code, or other")


def _unlike_passages(segments: pd.DataFrame, recodings: pd.DataFrame, after: Codes, label: str) -> Iterator[Problem]:
    """Check that rows about one passage end with the same codes."""
    ended: dict[str, set[tuple[str, str]]] = {}
    for (segment, code), state in after.items():
        ended.setdefault(segment, set()).add((code, state))
    rows = {segment: number for number, segment in enumerate(recodings["segment_id"], start=2)}
    first: dict[tuple[object, ...], str] = {}
    for row in segments.itertuples():
        earlier = first.setdefault((row.section, row.paragraph, row.start, row.end), row.segment_id)
        unlike = ended.get(row.segment_id, set()) ^ ended.get(earlier, set())
        if unlike:
            number = rows.get(row.segment_id, rows.get(earlier, 0))
            odd = ", ".join(sorted(f"{code} {state}" for code, state in unlike))
            rule = f"ends with other codes than {earlier}: {odd}"
            file = f"{label}/{'recodings' if number else 'adjudications'}.csv"
            yield Problem(file, number, row.segment_id, rule, "both are the same passage")
