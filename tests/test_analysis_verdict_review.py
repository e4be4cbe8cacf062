"""The register of checked verdicts: whatever changes, or is new and must be verified, stops the build and is named."""

import pandas as pd
import pytest

from fruitmand.analysis.claims import judge
from fruitmand.analysis.coding import adjudicated_codings
from fruitmand.analysis.evidence import evidence_map
from fruitmand.analysis.verdict_review import review_claims, review_evidence
from fruitmand.edition.claims import Claim

TABLES = {"t": pd.DataFrame({"x": ["a", "a", "b"]}, dtype="string")}
LABEL = "data/raw/x"
ASSUMES = {"assumes_nl": "x", "assumes_en": "x"}


def register(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["kind", "id", "verdict"], dtype="string")


def judged(ident: str, at_least: int, weak: int | None = None, **parts):
    """Judge the claim that the table has at least so many rows; it has three."""
    base = {"id": ident, "section": "5.1", "paragraph": 1, "kind": "count", "statement_nl": "x", "statement_en": "x"}
    weaker = {} if weak is None else {"weaker": {"expect": {"at_least": weak}, "reason_nl": "x", "reason_en": "x"}}
    made = Claim.model_validate(base | {"test": {"table": "t", "rows": True}, "expect": {"at_least": at_least}} | weaker | parts)
    return judge([made], TABLES, {})[0]


def unchecked(ident: str):
    base = {"id": ident, "section": "5.1", "paragraph": 1, "kind": "count", "statement_nl": "x", "statement_en": "x"}
    return judge([Claim.model_validate(base | {"needs_nl": "x", "needs_en": "x"})], TABLES, {})[0]


def test_what_holds_holds_under_its_assumption_or_cannot_be_checked_needs_no_reader():
    assert review_claims([judged("c001", 3), judged("c002", 3, **ASSUMES), unchecked("c003")], register(), LABEL) == []
    assert review_claims([], register(), LABEL) == []


@pytest.mark.parametrize("found", [judged("c001", 4), judged("c001", 4, 1)], ids=["a contradiction", "a weaker reading"])
def test_a_new_contradiction_or_reservation_wants_a_reader(found):
    (problem,) = review_claims([found], register(), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/claims.toml", "c001")
    assert found.verdict in problem.rule
    assert "reader" in problem.rule
    assert "t.csv" in problem.cause
    assert review_claims([found], register(("claim", "c001", found.verdict)), LABEL) == []


@pytest.mark.parametrize(
    ("checked", "found"),
    [("contradicted", judged("c001", 3)), ("holds", judged("c001", 4)), ("reservation", judged("c001", 4)), ("holds", unchecked("c001"))],
)
def test_a_verdict_that_flipped_is_named_with_the_old_and_the_new(checked, found):
    (problem,) = review_claims([found], register(("claim", "c001", checked)), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/claims.toml", "c001")
    assert checked in problem.rule
    assert found.verdict in problem.rule


def test_an_entry_that_names_nothing_is_a_problem_of_the_register():
    (problem,) = review_claims([judged("c001", 3)], register(("claim", "c999", "contradicted")), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/reviewed.csv", "c999")
    (problem,) = review_evidence(lines(("a", "v", "supported")), register(("rating", "a w", "none")), LABEL)
    assert (problem.file, problem.value) == (f"{LABEL}/reviewed.csv", "a w")


def test_claims_and_ratings_have_registers_of_their_own():
    mixed = register(("claim", "c001", "contradicted"), ("rating", "a v", "none"))
    assert review_claims([judged("c001", 4)], mixed, LABEL) == []
    assert review_evidence(lines(("a", "v", "none")), mixed, LABEL) == []


def lines(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["municipality", "variable", "standing"])


@pytest.mark.parametrize("standing", ["none", "opposed"])
def test_a_rating_without_a_passage_or_with_passages_only_against_it_wants_a_reader(standing):
    (problem,) = review_evidence(lines(("a", "v", standing), ("b", "v", "supported"), ("c", "v", "contested")), register(), LABEL)
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
    return evidence_map(edition["ratings"] if ratings is None else ratings, edition["segments"], kept)


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
