"""The claims ledger: the small language of its predicates, and that a predicate names only what there is."""

import datetime
import tomllib

import pandas as pd
import pytest
from pydantic import ValidationError

from fruitmand.checks import claim_predicates
from fruitmand.checks.claim_predicates import check_claims
from fruitmand.edition import sealing
from fruitmand.edition.claims import Claim, Claims

BASE = {"id": "c001", "section": "5.2", "paragraph": 1, "consequence": "number", "statement_nl": "Twee.", "statement_en": "Two."}
COUNT = {"table": "ratings", "count": "municipality"}
TWO = {"equals": 2}
NEEDS = {"needs_nl": "De verslagen.", "needs_en": "The transcripts."}
ASSUMES = {"assumes_nl": "Dat het telt.", "assumes_en": "That it counts."}
ANSWER = {"answer_nl": "De tabel noemt er één.", "answer_en": "The table names one."}
PAIR = {"left": COUNT, "right": {"setting": "interviews.count"}}


def claim(**parts) -> Claim:
    return Claim.model_validate(BASE | parts)


def test_a_claim_is_read_from_toml_with_each_kind_of_test():
    text = """
    [[claim]]
    id = "c001"
    section = "annex"
    paragraph = 0
    consequence = "design"
    statement_nl = "Minder."
    statement_en = "Fewer."
    test = { left = { table = "ratings", rows = true }, right = { setting = "interviews.count" } }
    expect = { relation = "<" }
    """
    (made,) = Claims.model_validate(tomllib.loads(text)).claim
    assert made.test.left.rows
    assert made.test.right.setting == "interviews.count"
    assert made.expect.key() == "relation"


SOUND = [
    {"test": COUNT, "expect": TWO},
    {"test": {"table": "ratings", "rows": True}, "expect": {"at_most": 2}},
    {
        "test": {"table": "ratings", "values": "symbol", "where": {"municipality": ["a", "b"], "paragraph": 1}},
        "expect": {"within": ["+/+"]},
    },
    {"test": {"setting": "survey.fielded"}, "expect": {"equals": False}},
    {"test": PAIR, "expect": {"relation": "<"}},
    {"test": COUNT | {"of": {}}, "expect": {"quantifier": "all"}},  # an empty `of` is a denominator: all rows
    {"test": COUNT | {"of": {}}, "expect": {"quantifier": "plural"}},
    {"test": COUNT, "expect": TWO} | ASSUMES | ANSWER,
    {"test": COUNT, "expect": TWO, "tested_at": "5.3 ¶23"},
    {"test": COUNT, "expect": TWO, "tested_at": "5.3 ¶23-25; summary ¶1; annex ¶2"},
    {"test": COUNT | {"also": {"table": "segments", "count": "municipality"}}, "expect": TWO},
    {"test": {"table": "ratings", "values": "symbol", "also": {"table": "scales", "values": "symbol"}}, "expect": {"contains": ["+/+"]}},
    *({"test": COUNT, "expect": TWO, "consequence": what} for what in ("conclusion", "number", "design", "reference")),
    NEEDS,
]


@pytest.mark.parametrize("parts", SOUND)
def test_a_sound_claim_is_read(parts):
    assert claim(**parts).id == "c001"


FAULTY = {
    "no way of looking": {"test": {"table": "ratings"}, "expect": TWO},
    "rows = false is no way of looking": {"test": {"table": "ratings", "rows": False}, "expect": TWO},
    "count and rows": {"test": COUNT | {"rows": True}, "expect": TWO},
    "count and values": {"test": COUNT | {"values": "symbol"}, "expect": TWO},
    "rows and values": {"test": {"table": "ratings", "rows": True, "values": "symbol"}, "expect": TWO},
    "no key of an expectation": {"test": COUNT, "expect": {}},
    "two keys of an expectation": {"test": COUNT, "expect": TWO | {"at_least": 1}},
    "an unknown key of an expectation": {"test": COUNT, "expect": {"more_than": 1}},
    "an unknown quantifier": {"test": COUNT | {"of": {}}, "expect": {"quantifier": "few"}},
    "a quantifier without of": {"test": COUNT, "expect": {"quantifier": "all"}},
    "a quantifier of a setting": {"test": {"setting": "interviews.count"}, "expect": {"quantifier": "all"}},
    "a relation of one number": {"test": COUNT, "expect": {"relation": "<"}},
    "two numbers without a relation": {"test": PAIR, "expect": TWO},
    "an unknown relation": {"test": PAIR, "expect": {"relation": "=="}},
    "a test without an expectation": {"test": COUNT},
    "an expectation without a test": {"expect": TWO} | NEEDS,
    "neither test nor needs": {},
    "test and needs": {"test": COUNT, "expect": TWO} | NEEDS,
    "needs in Dutch alone": {"needs_nl": "De verslagen."},
    "needs in English alone": {"needs_en": "The transcripts."},
    "an assumption in Dutch alone": {"test": COUNT, "expect": TWO, "assumes_nl": "Dat het telt."},
    "an assumption in English alone": {"test": COUNT, "expect": TWO, "assumes_en": "That it counts."},
    "an answer in Dutch alone": {"test": COUNT, "expect": TWO, "answer_nl": "De tabel noemt er één."},
    "an answer in English alone": {"test": COUNT, "expect": TWO, "answer_en": "The table names one."},
    "a weaker reading": {"test": COUNT, "expect": TWO, "weaker": {"expect": {"at_least": 1}, "reason_nl": "Eén.", "reason_en": "One."}},
    "a place of no test": {"tested_at": "5.3 ¶23"} | NEEDS,
    "a place without a paragraph": {"test": COUNT, "expect": TWO, "tested_at": "5.3"},
    "a place of another form": {"test": COUNT, "expect": TWO, "tested_at": "§ 5.3 ¶23"},
    "rows and also": {"test": {"table": "ratings", "rows": True, "also": {"table": "ratings", "rows": True}}, "expect": TWO},
    "a count and also the values": {"test": COUNT | {"also": {"table": "ratings", "values": "municipality"}}, "expect": TWO},
    "also the count of another column": {"test": COUNT | {"also": {"table": "ratings", "count": "symbol"}}, "expect": TWO},
    "also a setting": {"test": COUNT | {"also": {"setting": "interviews.count"}}, "expect": TWO},
    "a plural without of": {"test": COUNT, "expect": {"quantifier": "plural"}},
    "no Dutch statement": {"statement_nl": ""} | NEEDS,
    "no English statement": {"statement_en": ""} | NEEDS,
    "an id of another form": {"id": "c1"} | NEEDS,
    "a longer id": {"id": "c0011"} | NEEDS,
    "a section of another form": {"section": "5.2.1.1"} | NEEDS,
    "an unknown consequence": {"consequence": "opinion"} | NEEDS,
    "a kind, which claims had before": {"kind": "count"} | NEEDS,
    "a paragraph before the first": {"paragraph": -1} | NEEDS,
    "a number in words of type text": {"paragraph": "1"} | NEEDS,
    "an unknown key": {"verdict": "holds"} | NEEDS,
}


def test_what_is_at_stake_is_always_said():
    with pytest.raises(ValidationError, match="consequence"):
        Claim.model_validate({key: value for key, value in (BASE | NEEDS).items() if key != "consequence"})


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_claim_is_refused(name):
    with pytest.raises(ValidationError):
        claim(**FAULTY[name])


def test_needs_of_one_language_with_a_test_is_refused():
    with pytest.raises(ValidationError):
        claim(test=COUNT, expect=TWO, needs_nl="De verslagen.")


@pytest.mark.parametrize(
    ("parts", "place"), [({}, "5.2 ¶1"), ({"paragraph": 0}, "5.2"), ({"section": "annex", "paragraph": 3}, "annex ¶3")], ids=str
)
def test_a_claim_stands_in_a_paragraph_or_in_a_table_or_heading_of_its_section(parts, place):
    assert claim(**NEEDS | parts).place == place


# A hand-made edition: two towns, one variable on a scale of three symbols of which the highest counts as yes.
TABLES = {
    "ratings": pd.DataFrame({"municipality": ["a", "b"], "variable": ["v", "v"], "symbol": ["+/+", "+/-"]}, dtype="string"),
    "codebook": pd.DataFrame({"code": ["v"], "scale_used": ["s3"]}, dtype="string"),
    "municipalities": pd.DataFrame({"municipality": ["a", "b"]}, dtype="string"),
    "scales": pd.DataFrame({"scale": "s3", "rank": [3, 2, 1], "symbol": ["+/+", "+/-", "-/-"]}),
    "cut_offs": pd.DataFrame({"scale": ["s3"], "yes_from": [3]}),
    "segments": pd.DataFrame({"municipality": ["a", "g4", None], "respondent": ["one", None, "two"]}, dtype="string"),
}
SETTINGS = {"interviews": {"count": 12}, "survey": {"fielded": False}}


def problems(test: dict, ident: str = "c007"):
    pair = "left" in test
    expect = {"relation": "<"} if pair else {"equals": False if test.get("setting") == "survey.fielded" else 2}
    made = claim(id=ident, test=test, expect=expect)
    assert (made.expect.relation is not None) == pair
    return check_claims([made], TABLES, SETTINGS, "data/raw/x")


@pytest.mark.parametrize(
    "test",
    [
        COUNT,
        COUNT | {"where": {"symbol": "-/-"}},  # on a scale, though nobody got it
        COUNT | {"where": {"symbol": ["+/+", "+/-"]}, "of": {"variable": "v"}},
        {"table": "segments", "rows": True, "where": {"municipality": "g4"}},  # in the table, though no municipality
        {"table": "segments", "rows": True, "where": {"respondent": ""}},  # the empty word selects missing cells
        {"setting": "interviews.count"},
        {"setting": "survey.fielded"},  # false is a value
        PAIR,
        COUNT | {"where": {"counts_as": "yes"}, "of": {"counts_as": ["yes", "no"]}},
        COUNT | {"where": {"counts_as": "no", "symbol": "+/+"}},  # on one side of the cut-off, though nobody is there
        COUNT | {"also": {"table": "segments", "count": "municipality", "where": {"respondent": "one"}}},
    ],
)
def test_a_predicate_that_names_what_there_is_has_no_problems(test):
    assert problems(test) == []


WRONG = {  # a predicate, and the word that is not there
    "table": ({"table": "rating", "rows": True}, "rating"),
    "column that is counted": ({"table": "ratings", "count": "municipalty"}, "municipalty"),
    "column that is collected": ({"table": "ratings", "values": "symbl"}, "symbl"),
    "column of where": (COUNT | {"where": {"town": "a"}}, "town"),
    "column of the denominator": (COUNT | {"of": {"town": "a"}}, "town"),
    "value": (COUNT | {"where": {"symbol": "+/0"}}, "+/0"),
    "value in a list": (COUNT | {"where": {"municipality": ["a", "c"]}}, "c"),
    "value of the denominator": (COUNT | {"of": {"variable": "w"}}, "w"),
    "value of a column without ids": ({"table": "segments", "rows": True, "where": {"respondent": "three"}}, "three"),
    "setting": ({"setting": "interviews.cuont"}, "interviews.cuont"),
    "setting below a number": ({"setting": "interviews.count.all"}, "interviews.count.all"),
    "left of a pair": ({"left": {"table": "rating", "rows": True}, "right": COUNT}, "rating"),
    "right of a pair": ({"left": COUNT, "right": {"setting": "interview.count"}}, "interview.count"),
    "side of the cut-off": (COUNT | {"where": {"counts_as": "maybe"}}, "maybe"),
    "cut-off of another table than the ratings": ({"table": "segments", "rows": True, "where": {"counts_as": "yes"}}, "counts_as"),
    "table that is also tested": (COUNT | {"also": {"table": "segment", "count": "municipality"}}, "segment"),
    "column that is also counted": (
        {"table": "segments", "count": "respondent", "also": {"table": "ratings", "count": "respondent"}},
        "respondent",
    ),
    "value of the table that is also tested": (
        COUNT | {"also": {"table": "segments", "count": "municipality", "where": {"municipality": "z"}}},
        "z",
    ),
    "empty column that is counted": ({"table": "ratings", "count": ""}, "c007: "),
    "empty column that is collected": ({"table": "ratings", "values": ""}, "c007: "),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_predicate_that_names_what_is_not_there_is_a_problem_that_names_the_claim(name):
    test, word = WRONG[name]
    (problem,) = problems(test)
    assert problem.file == "data/raw/x/claims.toml"
    assert "c007" in problem.value
    assert word in problem.value


@pytest.mark.parametrize("cut_offs", [{"scale": [], "yes_from": []}, {"scale": ["other"], "yes_from": [2]}], ids=["none", "another"])
def test_a_cut_off_that_the_scale_of_a_rating_lacks_is_named_by_the_variable(cut_offs):
    tables = TABLES | {"cut_offs": pd.DataFrame(cut_offs)}
    made = claim(test=COUNT | {"where": {"counts_as": "yes"}}, expect=TWO)
    (problem,) = check_claims([made], tables, SETTINGS, "data/raw/x")
    assert problem.value == "c001: v"
    assert "cut_offs.csv" in problem.rule
    assert check_claims([claim(test=COUNT, expect=TWO)], tables, SETTINGS, "data/raw/x") == []


def test_only_a_test_that_names_the_cut_off_sees_it():
    with_it = claim(test=COUNT | {"of": {"counts_as": "yes"}}, expect=TWO).test
    assert claim_predicates.tested_table(TABLES, with_it)["counts_as"].tolist() == ["yes", "no"]
    assert "counts_as" not in claim_predicates.tested_table(TABLES, claim(test=COUNT, expect=TWO).test)
    assert "counts_as" not in TABLES["ratings"], "the caller's table stays as it was"


VALUES = {"table": "ratings", "values": "symbol"}
UNLIKE = {  # a predicate, what is expected of it, and a word of the message
    "a table of settings": ({"setting": "interviews"}, {"equals": 2}, "interviews"),
    "a list of tables": ({"setting": "design"}, {"contains": ["survey"]}, "design"),
    "a date": ({"setting": "source.date"}, {"equals": "2016"}, "source.date"),
    "a relation to a word": ({"left": COUNT, "right": {"setting": "status"}}, {"relation": "<"}, "status"),
    "a relation to true or false": ({"left": {"setting": "survey.fielded"}, "right": COUNT}, {"relation": "<"}, "survey.fielded"),
    "a relation to several values": ({"left": VALUES, "right": COUNT}, {"relation": "<"}, "ratings.symbol"),
    "a bound of a word": ({"setting": "status"}, {"at_least": 1}, "a word"),
    "a bound of several values": (VALUES, {"at_most": 1}, "several values"),
    "a share of several values": (VALUES | {"of": {}}, {"quantifier": "all"}, "several values"),
    "several values that equal one": (VALUES, {"equals": "+/+"}, "several values"),
    "a number that equals a word": (COUNT, {"equals": "two"}, "a word"),
    "a number that equals true": (COUNT, {"equals": True}, "a word"),
    "a word that equals a number": ({"setting": "status"}, {"equals": 1}, "a number"),
}
MORE = SETTINGS | {"status": "draft", "source": {"date": datetime.date(2016, 1, 17)}, "design": [{"id": "survey"}]}


@pytest.mark.parametrize("name", UNLIKE)
def test_a_predicate_that_cannot_be_compared_with_what_is_expected_is_a_problem_that_names_the_claim(name):
    test, expect, word = UNLIKE[name]
    (problem,) = check_claims([claim(id="c007", test=test, expect=expect)], TABLES, MORE, "data/raw/x")
    assert "c007" in problem.value
    assert word in f"{problem.value} {problem.rule}"


def test_a_near_name_is_suggested():
    assert "'ratings'" in problems({"table": "rating", "rows": True})[0].cause
    assert "'municipality'" in problems({"table": "ratings", "count": "municipalty"})[0].cause


def test_both_sides_of_a_pair_and_all_claims_are_told_at_once():
    bad = {"table": "rating", "rows": True}
    found = check_claims(
        [claim(id="c001", test={"left": bad, "right": bad}, expect={"relation": "="}), claim(id="c002", test=bad, expect=TWO)],
        TABLES,
        SETTINGS,
        "data/raw/x",
    )
    assert [problem.value[:4] for problem in found] == ["c001", "c001", "c002"]


def test_an_id_that_comes_twice_is_a_problem():
    twice = [claim(**NEEDS), claim(**NEEDS)]
    (problem,) = check_claims(twice, TABLES, SETTINGS, "data/raw/x")
    assert problem.value == "c001"
    assert "more than once" in problem.rule
    assert check_claims([], TABLES, SETTINGS, "data/raw/x") == []


def test_a_claim_without_a_predicate_names_nothing():
    assert check_claims([claim(**NEEDS)], {}, {}, "data/raw/x") == []


def test_the_claims_of_the_edition_stand_in_the_order_of_their_ids(edition):
    ids = [made.id for made in edition.claims]
    assert ids == sorted(set(ids))


def test_a_wrong_claim_of_an_edition_stops_its_reading_and_is_named(scratch):
    path = scratch.raw / "claims.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('setting = "survey.fielded"', 'setting = "survey.feilded"', 1), encoding="utf-8")
    sealing.seal(scratch.raw)
    found = scratch.problems()
    assert {problem.file for problem in found} == {"data/raw/2015/claims.toml"}
    assert any("c001" in problem.value and "survey.feilded" in problem.value for problem in found)
