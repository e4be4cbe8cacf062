"""The register of checked verdicts: whatever changes, or is new and must be verified, stops the build and is named."""

import pandas as pd
import pytest

from fruitmand.analysis.claims import judge
from fruitmand.analysis.coding import adjudicated_codings
from fruitmand.analysis.evidence import evidence_map
from fruitmand.analysis.verdict_review import review_claims, review_evidence
from fruitmand.edition.claims import Claim
from fruitmand.edition.columns import VERDICTS

# Three rows: in the ratings what is not there is not so, the findings name only what stood out, and three towns of three are most of four.
THREE = pd.DataFrame({"municipality": ["a", "b", "c"], "x": ["a", "a", "b"]}, dtype="string")
TABLES = {"ratings": THREE, "findings": THREE}
LABEL = "data/raw/x"
ASSUMES = {"assumes_nl": "x", "assumes_en": "x"}
ANSWER = {"answer_nl": "x", "answer_en": "x"}
HERE = {"tested_at": "5.1 ¶1"}
PLURAL = {
    "test": {"table": "ratings", "count": "municipality", "where": {"x": "a"}, "of": {}},
    "expect": {"quantifier": "plural"},
}  # 2 of 3
TENSION = {
    "test": {"table": "ratings", "count": "municipality", "where": {"x": "b"}, "of": {}},
    "expect": {"quantifier": "plural"},
}  # 1 of 3
BASE = {"section": "5.1", "paragraph": 1, "consequence": "number", "statement_nl": "x", "statement_en": "x"}


def register(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["kind", "id", "verdict"], dtype="string")


def judged(ident: str, at_least: int, table: str = "ratings", **parts):
    """Judge the claim that a table has at least so many rows; it has three."""
    made = Claim.model_validate({"id": ident} | BASE | {"test": {"table": table, "rows": True}, "expect": {"at_least": at_least}} | parts)
    return judge([made], TABLES, {})[0]


def unchecked(ident: str):
    return judge([Claim.model_validate({"id": ident} | BASE | {"needs_nl": "x", "needs_en": "x"})], TABLES, {})[0]


FREE = {  # what needs no reader
    "holds": judged("c001", 3),
    "points_to": judged("c001", 3, **ASSUMES),
    "circular": judged("c001", 3, **HERE),
    "unchecked": unchecked("c001"),
}
BOUND = {  # what has to be verified by a reader
    "holds_for_most": judged("c001", 3, **PLURAL),
    "not_visible": judged("c001", 4, "findings"),
    "points_away": judged("c001", 4, **ASSUMES),
    "tension": judged("c001", 4, **TENSION, **ANSWER),
    "contradicted": judged("c001", 4, **ANSWER),
    "slip": judged("c001", 4, consequence="reference"),
}


def test_every_verdict_is_looked_at():
    assert sorted([*FREE, *BOUND]) == sorted(VERDICTS)
    assert all(made.verdict == name for name, made in (FREE | BOUND).items())


@pytest.mark.parametrize("verdict", FREE)
def test_what_holds_if_only_under_its_assumption_or_cannot_be_checked_needs_no_reader(verdict):
    assert review_claims([FREE[verdict]], register(), LABEL) == []
    assert review_claims([], register(), LABEL) == []


@pytest.mark.parametrize("verdict", BOUND)
def test_every_other_verdict_wants_a_reader(verdict):
    (problem,) = review_claims([BOUND[verdict]], register(), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/claims.toml", "c001")
    assert verdict in problem.rule
    assert "reader" in problem.rule
    assert ("findings.csv" if verdict == "not_visible" else "ratings.csv") in problem.cause
    assert review_claims([BOUND[verdict]], register(("claim", "c001", verdict)), LABEL) == []


@pytest.mark.parametrize("parts", [{}, TENSION], ids=["contradicted", "tension"])
def test_a_contradiction_and_a_tension_say_what_the_author_could_answer(parts):
    silent, answered = judged("c001", 4, **parts), judged("c001", 4, **parts, **ANSWER)
    known = register(("claim", "c001", silent.verdict))
    (problem,) = review_claims([silent], known, LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/claims.toml", "c001")
    assert silent.verdict in problem.rule
    assert "answer_nl" in problem.cause
    assert review_claims([answered], known, LABEL) == []


@pytest.mark.parametrize("verdict", sorted({*FREE, *BOUND} - {"tension", "contradicted"}))
def test_no_other_verdict_needs_an_answer(verdict):
    made = (FREE | BOUND)[verdict]
    assert made.claim.answer_en == ""
    assert review_claims([made], register(("claim", "c001", verdict)), LABEL) == []


def test_a_claim_that_differs_from_what_was_read_at_its_own_place_was_misread():
    made = judged("c001", 4, **HERE)
    assert made.verdict == "circular"
    (problem,) = review_claims([made], register(), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/claims.toml", "c001")
    assert "5.1 ¶1" in problem.rule
    assert "ratings.csv" in problem.cause
    assert [found.rule for found in review_claims([made], register(("claim", "c001", "circular")), LABEL)] == [problem.rule], (
        "and no register saves it"
    )


@pytest.mark.parametrize(
    ("checked", "found"),
    [
        ("contradicted", FREE["holds"]),
        ("holds", BOUND["contradicted"]),
        ("tension", BOUND["contradicted"]),
        ("not_visible", BOUND["holds_for_most"]),
        ("points_away", FREE["points_to"]),
        ("holds", FREE["circular"]),
        ("holds", FREE["unchecked"]),
    ],
    ids=lambda value: value if isinstance(value, str) else value.verdict,
)
def test_a_verdict_that_flipped_is_named_with_the_old_and_the_new(checked, found):
    (problem,) = review_claims([found], register(("claim", "c001", checked)), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/claims.toml", "c001")
    assert f"as {checked} and is now {found.verdict}" in problem.rule


def test_an_entry_that_names_nothing_is_a_problem_of_the_register():
    (problem,) = review_claims([judged("c001", 3)], register(("claim", "c999", "contradicted")), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/reviewed.csv", "c999")
    (problem,) = review_evidence(lines(("a", "v", "supported")), register(("rating", "a w", "none")), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/reviewed.csv", "a w")


def test_claims_and_ratings_have_registers_of_their_own():
    mixed = register(("claim", "c001", "contradicted"), ("rating", "a v", "none"))
    assert review_claims([judged("c001", 4, **ANSWER)], mixed, LABEL) == []
    assert review_evidence(lines(("a", "v", "none")), mixed, LABEL) == []


def lines(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["municipality", "variable", "standing"])


@pytest.mark.parametrize("standing", ["none", "opposed"])
def test_a_rating_without_a_passage_or_with_passages_only_against_it_wants_a_reader(standing):
    (problem,) = review_evidence(
        lines(("a", "v", standing), ("b", "v", "supported"), ("c", "v", "contested"), ("d", "v", "mixed")), register(), LABEL
    )
    assert (problem.file, problem.value) == (f"{LABEL}/ratings.csv", "a v")
    assert standing in problem.rule
    assert "reader" in problem.rule


def test_a_checked_standing_that_changed_is_named():
    (problem,) = review_evidence(lines(("a", "v", "supported")), register(("rating", "a v", "none")), LABEL)
    assert problem.value == "a v"
    assert "none" in problem.rule
    assert "supported" in problem.rule


def test_the_register_of_the_edition_is_in_order(edition):
    judgements = judge(edition.claims, edition, edition.settings.facts())
    assert review_claims(judgements, edition["reviewed"], edition.label) == []
    assert review_evidence(mapped(edition), edition["reviewed"], edition.label) == []


def mapped(edition, ratings=None, without: str = "") -> pd.DataFrame:
    agreed = adjudicated_codings(edition["codings"], edition.coders, edition["adjudications"], edition["recodings"])
    kept = agreed[~agreed["segment_id"].isin(without.split())]
    return evidence_map(edition["ratings"] if ratings is None else ratings, edition["segments"], kept, group="g4")


def test_a_rating_of_the_edition_that_loses_its_passages_is_named(edition):
    supported = mapped(edition).query("standing == 'supported'").iloc[0]
    gone = mapped(edition, without=f"{supported['ids_for']} {supported['ids_mixed']}")
    name = f"{supported['municipality']} {supported['variable']}"
    assert name in {problem.value for problem in review_evidence(gone, edition["reviewed"], edition.label)}


def test_a_rating_of_the_edition_that_is_turned_round_is_named(edition):
    one = mapped(edition).query("standing == 'supported' and symbol == '+/+' and n_mixed == 0").iloc[0]
    ratings = edition["ratings"]
    ratings.loc[(ratings["municipality"] == one["municipality"]) & (ratings["variable"] == one["variable"]), "symbol"] = "-/-"
    found = review_evidence(mapped(edition, ratings), edition["reviewed"], edition.label)
    assert [problem.value for problem in found] == [f"{one['municipality']} {one['variable']}"]
    assert "opposed" in found[0].rule
