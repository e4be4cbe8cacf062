"""The evidence map: which side a passage is on, and how the passages stand to a rating, on tables made by hand."""

import pandas as pd
import pytest

from fruitmand.analysis.coding import adjudicated_codings
from fruitmand.analysis.evidence import STANDINGS, count_standings, evidence_map

COLUMNS = ["segment_id", "code", "valence"]


def made(symbol: str, *passages: tuple[str | None, str, str | None]) -> pd.Series:
    """Return the one line of the map of a rating of municipality a on variable v; a passage is (municipality, code, valence)."""
    ids = [f"s{number:03}" for number in range(1, len(passages) + 1)]
    ratings = pd.DataFrame([["a", "v", symbol]], columns=["municipality", "variable", "symbol"], dtype="string")
    segments = pd.DataFrame({"segment_id": ids, "municipality": [municipality for municipality, _, _ in passages]}, dtype="string")
    rows = [[name, code, valence] for name, (_, code, valence) in zip(ids, passages, strict=True)]
    (line,) = evidence_map(ratings, segments, pd.DataFrame(rows, columns=COLUMNS, dtype="string"), group="g4").to_dict("records")
    return line


def counts(line) -> tuple[int, int, int]:
    return line["n_for"], line["n_mixed"], line["n_against"]


SIDES = {  # by hand from the definition: at the rating's point is for, the opposite end is against, one step away is mixed
    ("+/+", "supports"): "for",
    ("+/+", "mixed"): "mixed",
    ("+/+", "opposes"): "against",
    ("+/-", "supports"): "mixed",
    ("+/-", "mixed"): "for",
    ("+/-", "opposes"): "mixed",
    ("-/-", "supports"): "against",
    ("-/-", "mixed"): "mixed",
    ("-/-", "opposes"): "for",
}


@pytest.mark.parametrize(("symbol", "valence"), SIDES)
def test_every_symbol_and_valence_have_a_side(symbol, valence):
    line = made(symbol, ("a", "v", valence))
    side = SIDES[symbol, valence]
    assert {name: line[f"n_{name}"] for name in ("for", "mixed", "against")} == {"for": 0, "mixed": 0, "against": 0} | {side: 1}
    assert {name: line[f"ids_{name}"] for name in ("for", "mixed", "against")} == {"for": "", "mixed": "", "against": ""} | {side: "s001"}


@pytest.mark.parametrize(
    ("valences", "standing"),
    [
        ([], "none"),
        (["supports"], "supported"),
        (["supports", "mixed"], "supported"),
        (["opposes"], "opposed"),
        (["opposes", "mixed"], "opposed"),
        (["supports", "opposes"], "contested"),
        (["supports", "supports", "mixed", "opposes"], "contested"),
        (["mixed"], "mixed"),  # neither for nor against
        (["mixed", "mixed"], "mixed"),
    ],
)
def test_how_passages_stand_to_a_rating(valences, standing):
    line = made("+/+", *(("a", "v", valence) for valence in valences))
    assert line["standing"] == standing
    assert counts(line) == tuple(valences.count(name) for name in ("supports", "mixed", "opposes"))


def test_a_rating_in_the_middle_is_never_opposed():
    standings = [
        made("+/-", *(("a", "v", valence) for valence in valences))["standing"]
        for valences in (["supports"], ["opposes"], ["supports", "opposes"])
    ]
    assert standings == ["mixed"] * 3
    assert made("+/-", ("a", "v", "mixed"), ("a", "v", "opposes"))["standing"] == "supported"


def test_passages_of_the_four_together_are_counted_and_not_weighed():
    line = made("+/+", ("g4", "v", "opposes"), ("g4", "v", "supports"), ("g4", "w", "opposes"))
    assert (line["n_group"], line["standing"], counts(line)) == (2, "none", (0, 0, 0))
    line = made("+/+", ("g4", "v", "opposes"), ("a", "v", "supports"))
    assert (line["n_group"], line["standing"], counts(line)) == (1, "supported", (1, 0, 0))


@pytest.mark.parametrize(
    "passage",
    [("b", "v", "supports"), ("a", "w", "supports"), (None, "v", "supports"), ("a", "v", None)],
    ids=["another municipality", "another variable", "attributed to nobody", "a topic without valence"],
)
def test_a_passage_about_something_else_is_no_evidence(passage):
    line = made("+/+", passage)
    assert (line["standing"], counts(line), line["n_group"]) == ("none", (0, 0, 0), 0)


def test_a_passage_with_two_codes_bears_on_two_ratings():
    ratings = pd.DataFrame([["a", "v", "+/+"], ["a", "w", "+/+"]], columns=["municipality", "variable", "symbol"], dtype="string")
    segments = pd.DataFrame({"segment_id": ["s001"], "municipality": ["a"]}, dtype="string")
    codings = pd.DataFrame([["s001", "v", "supports"], ["s001", "w", "opposes"]], columns=COLUMNS, dtype="string")
    table = evidence_map(ratings, segments, codings, group="g4")
    assert table["ids_for"].tolist() == ["s001", ""]
    assert table["ids_against"].tolist() == ["", "s001"]
    assert table["standing"].tolist() == ["supported", "opposed"]


def test_ids_stand_in_the_order_of_the_codings_separated_by_spaces():
    assert made("+/+", ("a", "v", "supports"), ("b", "v", "supports"), ("a", "v", "supports"))["ids_for"] == "s001 s003"


@pytest.mark.parametrize(("symbol", "higher"), [("+/+", ""), ("+/-", "s001"), ("-/-", "s001 s002")])
def test_passages_that_point_higher_than_the_rating_are_told_apart_from_those_that_point_lower(symbol, higher):
    assert made(symbol, ("a", "v", "supports"), ("a", "v", "mixed"), ("a", "v", "opposes"))["ids_higher"] == higher


BOOK = pd.DataFrame(
    [["c1", "concept", None], ["c2", "concept", None], ["d", "dimension", "c1"], ["v", "variable", "d"], ["w", "variable", "c2"]],
    columns=["code", "level", "parent"],
    dtype="string",
)


def test_standings_are_counted_per_concept_with_noughts():
    evidence = pd.DataFrame({"variable": ["v", "v", "v"], "standing": ["supported", "none", "none"]})
    table = count_standings(evidence, BOOK)
    assert list(table.columns) == ["concept", *STANDINGS]
    assert table.set_index("concept").loc["c1"].to_dict() == {"supported": 1, "mixed": 0, "contested": 0, "opposed": 0, "none": 2}
    assert table.set_index("concept").loc["c2"].sum() == 0


@pytest.fixture(scope="module")
def real(edition):
    agreed = adjudicated_codings(edition["codings"], edition.coders, edition["adjudications"], edition["recodings"])
    return evidence_map(edition["ratings"], edition["segments"], agreed, group="g4"), agreed


def test_every_rating_has_one_line_in_its_order(edition, real):
    # 4 municipalities by 20 variables (thesis, chapter 5).
    assert len(real[0]) == 80
    keys = ["municipality", "variable", "symbol"]
    assert real[0][keys].to_numpy().tolist() == edition["ratings"][keys].to_numpy().tolist()
    assert set(real[0]["standing"]) <= set(STANDINGS)
    assert count_standings(real[0], edition["codebook"])[list(STANDINGS)].to_numpy().sum() == 80


def test_every_coded_passage_of_a_municipality_is_on_one_side_of_one_rating(edition, real):
    table, agreed = real
    municipalities = edition["segments"].set_index("segment_id")["municipality"]
    attributed = agreed.dropna(subset="valence")["segment_id"].map(municipalities)
    own = attributed.isin(edition["municipalities"]["municipality"]).sum()
    assert own > 0
    assert table[["n_for", "n_mixed", "n_against"]].to_numpy().sum() == own
    for side in ("for", "mixed", "against"):
        assert table[f"ids_{side}"].str.split().str.len().tolist() == table[f"n_{side}"].tolist()
    each = table.drop_duplicates("variable")["n_group"].sum()
    assert each == (attributed == "g4").sum()
