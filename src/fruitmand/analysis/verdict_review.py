"""Hold computed verdicts against those that a reader has checked by hand: a verdict that changes must not pass unseen."""

from collections.abc import Mapping, Sequence

import pandas as pd

from fruitmand.analysis.claims import Judgement, files_read
from fruitmand.edition.errors import Problem


def review_claims(judgements: Sequence[Judgement], reviewed: pd.DataFrame, label: str) -> list[Problem]:
    """Return a problem for every claim whose verdict is not the one to be expected.

    A claim in the register must have the verdict that was checked. A claim outside it must hold, or hold under its stated assumption, or be
    one that cannot be checked; every other verdict wants a reader first.
    """
    checked = _register(reviewed, "claim")
    problems = []
    for judgement in judgements:
        name, verdict = judgement.claim.id, judgement.verdict
        plain = verdict in ("holds", "unchecked") or judgement.reservation == "assumes"
        files = ", ".join(sorted(files_read(judgement.claim.test)))
        problems += _compare(name, verdict, checked, "" if plain else "a reader's check", f"{label}/claims.toml", rests_on=files)
    return problems + _strangers(checked, {judgement.claim.id for judgement in judgements}, label)


def review_evidence(evidence: pd.DataFrame, reviewed: pd.DataFrame, label: str) -> list[Problem]:
    """Return a problem for every rating without a passage, or opposed by its passages, that no reader has checked.

    A rating in the register must stand as it was checked.
    """
    checked = _register(reviewed, "rating")
    names = [f"{row.municipality} {row.variable}" for row in evidence.itertuples()]
    problems = []
    for name, standing in zip(names, evidence["standing"], strict=True):
        expected = "a reader's check" if standing in ("none", "opposed") else ""
        problems += _compare(
            name, standing, checked, expected, f"{label}/ratings.csv", rests_on="segments.csv, codings_*.csv, adjudications.csv"
        )
    return problems + _strangers(checked, set(names), label)


def _register(reviewed: pd.DataFrame, kind: str) -> dict[str, str]:
    rows = reviewed[reviewed["kind"] == kind]
    return dict(zip(rows["id"], rows["verdict"], strict=True))


def _compare(name: str, verdict: str, checked: Mapping[str, str], expected: str, file: str, *, rests_on: str) -> list[Problem]:
    if name in checked and checked[name] != verdict:
        rule = f"verdict was checked as {checked[name]} and is now {verdict}"
        return [Problem(file, 0, name, rule, f"it or what it rests on ({rests_on}) changed since reviewed.csv was written")]
    if name not in checked and expected:
        return [
            Problem(
                file,
                0,
                name,
                f"verdict {verdict} wants {expected}",
                f"it is not in reviewed.csv and rests on {rests_on}; read it against the publication",
            )
        ]
    return []


def _strangers(checked: Mapping[str, str], names: set[str], label: str) -> list[Problem]:
    rule = "names nothing that there is"
    return [Problem(f"{label}/reviewed.csv", 0, name, rule, "it was renamed or removed") for name in sorted(checked.keys() - names)]
