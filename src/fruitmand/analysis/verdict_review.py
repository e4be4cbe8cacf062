"""Compare computed verdicts with the register of those that a reader verified by hand, so that no verdict changes unnoticed."""

from collections.abc import Mapping, Sequence

import pandas as pd

from fruitmand.analysis.claims import Judgement, files_read, meets
from fruitmand.edition.errors import Problem


def review_claims(judgements: Sequence[Judgement], reviewed: pd.DataFrame, label: str) -> list[Problem]:
    """Return a problem for every claim whose verdict no reader has verified; all are unfinished, and do not stop a draft.

    A claim in the register must have the registered verdict. A claim outside the register must hold, if only under its stated assumption,
    or be one that nothing independent can check; every other verdict has to be verified by a reader first. A claim that is contradicted or
    in tension says what the author could answer; one that is tested at its own place must agree with what was read there.

    Parameters
    ----------
    judgements : sequence of Judgement
        As `claims.judge` returns them.
    reviewed : DataFrame
        The raw register.
    label : str
        Folder of the raw files, for the messages.
    """
    registered = _register(reviewed, "claim")
    problems = []
    for judgement in judgements:
        claim, name, verdict = judgement.claim, judgement.claim.id, judgement.verdict
        needs_reader = verdict not in ("holds", "points_to", "circular", "unchecked")
        files = ", ".join(sorted(files_read(claim.test)))
        problems += _compare((name, verdict), registered, f"{label}/claims.toml", needs_reader=needs_reader, rests_on=files)
        if verdict in ("contradicted", "tension") and not claim.answer_en:
            rule, cause = f"{verdict}, and nothing says what the author could answer", "add answer_nl and answer_en"
            problems.append(Problem(f"{label}/claims.toml", 0, name, rule, cause, "unfinished"))
        if verdict == "circular" and claim.expect and judgement.finding and not meets(judgement.finding, claim.expect):
            rule, cause = f"differs from what was read at its own place, {claim.tested_at}", f"the claim or {files} was misread"
            problems.append(Problem(f"{label}/claims.toml", 0, name, rule, cause, "unfinished"))
    return problems + _unknown_entries(registered, {judgement.claim.id for judgement in judgements}, label)


def review_evidence(evidence: pd.DataFrame, reviewed: pd.DataFrame, label: str) -> list[Problem]:
    """Return a problem for every rating without a passage, or opposed by its passages, that no reader has verified; all are unfinished.

    A rating in the register must have the registered standing.

    Parameters
    ----------
    evidence : DataFrame
        As `evidence.evidence_map` returns it.
    reviewed : DataFrame
        The raw register.
    label : str
        Folder of the raw files, for the messages.
    """
    registered = _register(reviewed, "rating")
    names = [f"{row.municipality} {row.variable}" for row in evidence.itertuples()]
    problems = []
    for name, standing in zip(names, evidence["standing"], strict=True):
        files = "segments.csv, codings_*.csv, adjudications.csv, recodings.csv"
        needs_reader = standing in ("none", "opposed")
        problems += _compare((name, standing), registered, f"{label}/ratings.csv", needs_reader=needs_reader, rests_on=files)
    return problems + _unknown_entries(registered, set(names), label)


def _register(reviewed: pd.DataFrame, kind: str) -> dict[str, str]:
    rows = reviewed[reviewed["kind"] == kind]
    return dict(zip(rows["id"], rows["verdict"], strict=True))


def _compare(computed: tuple[str, str], registered: Mapping[str, str], file: str, *, needs_reader: bool, rests_on: str) -> list[Problem]:
    """Compare the computed verdict of a claim or rating with the registered one; ``computed`` is its name and its verdict."""
    name, verdict = computed
    if name in registered and registered[name] != verdict:
        rule = f"verdict was checked as {registered[name]} and is now {verdict}"
        return [Problem(file, 0, name, rule, f"it or what it rests on ({rests_on}) changed since reviewed.csv was written", "unfinished")]
    if name not in registered and needs_reader:
        rule = f"verdict {verdict} must be verified by a reader"
        return [
            Problem(
                file, 0, name, rule, f"it is not in reviewed.csv and rests on {rests_on}; compare it with the publication", "unfinished"
            )
        ]
    return []


def _unknown_entries(registered: Mapping[str, str], names: set[str], label: str) -> list[Problem]:
    rule = "no claim or rating has this name"
    return [
        Problem(f"{label}/reviewed.csv", 0, name, rule, "it was renamed or removed", "unfinished")
        for name in sorted(registered.keys() - names)
    ]
