"""Verdicts on claims: every kind of test and expectation on a table of six rows whose results can be counted by eye."""

from types import SimpleNamespace

import pandas as pd
import pytest

from fruitmand.analysis.claims import Finding, evaluate, judge, meets, retest, select, verdict_table
from fruitmand.edition.claims import Claim, Expectation

# Six rows. Town d has no symbol; the last row has no municipality. Distinct municipalities: a, b, c, d. Distinct symbols: +/+, +/-.
TABLE = pd.DataFrame(
    {
        "municipality": ["a", "a", "b", "c", "d", None],
        "symbol": ["+/+", "+/-", "+/+", "+/-", None, "+/+"],
        "codes": ["x;y", "y", None, "z", "x", "z"],
        "number": pd.array([1, 2, 2, None, 3, 1], dtype="Int64"),
    }
).astype({"municipality": "string", "symbol": "string", "codes": "string"})
TABLES = {"t": TABLE, "none": TABLE.iloc[:0]}
SETTINGS = {"survey": {"fielded": False, "scale": "agree5", "planned": 12}, "methods": ["interviews", "literature"], "level": 1.5}


def found(**test) -> Finding:
    table = {} if "setting" in test or "left" in test else {"table": "t"}
    return evaluate(claim(table | test, None).test, TABLES, SETTINGS)


def claim(test: dict | None, expect: dict | None, ident: str = "c001", **parts) -> Claim:
    plain = {"relation": "="} if test and "left" in test else {"equals": 0}
    said = {"needs_nl": "x", "needs_en": "x"} if test is None else {"test": test, "expect": expect or plain}
    base = {"id": ident, "section": "5.1", "paragraph": 2, "kind": "count", "statement_nl": "x", "statement_en": "x"}
    return Claim.model_validate(base | said | parts)


def verdict(test, expect, **parts) -> tuple[str, str]:
    (made,) = judge([claim({"table": "t"} | test if test is not None else None, expect, **parts)], TABLES, SETTINGS)
    return made.verdict, made.reservation


LOOKS = [  # a test, what it finds, and its denominator
    ({"rows": True}, 6, None),
    ({"rows": True, "where": {"symbol": "+/+"}}, 3, None),
    ({"rows": True, "where": {"symbol": "+/+"}, "of": {}}, 3, 6),
    ({"rows": True, "where": {"symbol": "+/+"}, "of": {"municipality": ["a", "b"]}}, 3, 3),
    ({"count": "municipality"}, 4, None),  # the row without a municipality is not counted
    ({"count": "municipality", "where": {"symbol": "+/+"}}, 2, None),  # a, b
    ({"count": "municipality", "where": {"symbol": ["+/+", "+/-"]}, "of": {}}, 3, 4),  # a, b, c of a, b, c, d
    ({"count": "symbol", "where": {"municipality": "d"}}, 0, None),  # a missing cell is never counted
    ({"count": "municipality", "where": {"symbol": ""}}, 1, None),  # "" selects missing: d
    ({"rows": True, "where": {"municipality": ["", "d"]}}, 2, None),
    ({"rows": True, "where": {"municipality": "a", "symbol": "+/-"}}, 1, None),  # all columns hold at once
    ({"rows": True, "where": {"number": 2}}, 2, None),  # numbers are compared as they are written
    ({"rows": True, "where": {"number": ""}}, 1, None),
    ({"rows": True, "where": {"symbol": []}}, 0, None),  # among no values is nothing
    ({"values": "symbol"}, frozenset({"+/+", "+/-"}), None),  # a missing cell is never collected
    ({"values": "symbol", "where": {"municipality": "d"}}, frozenset(), None),
    ({"values": "codes"}, frozenset({"x", "y", "z"}), None),  # a cell with a list gives its parts
    ({"values": "number"}, frozenset({1, 2, 3}), None),
    ({"setting": "survey.fielded"}, False, None),
    ({"setting": "survey.scale"}, "agree5", None),
    ({"setting": "survey.planned"}, 12, None),
    ({"setting": "methods"}, frozenset({"interviews", "literature"}), None),
    ({"left": {"table": "t", "rows": True}, "right": {"setting": "survey.planned"}}, (6, 12), None),
    ({"table": "none", "rows": True, "of": {}}, 0, 0),
    ({"table": "none", "count": "municipality"}, 0, None),
    ({"table": "none", "values": "municipality"}, frozenset(), None),
]


@pytest.mark.parametrize("case", LOOKS, ids=lambda case: str(case[0]))
def test_a_test_finds_what_can_be_counted_by_hand(case):
    test, value, of = case
    finding = found(**test)
    assert (finding.value, finding.of) == (value, of)
    assert type(finding.value) is type(value)


def test_a_setting_that_is_no_fact_and_a_pair_of_words_are_errors():
    for path in ("survey", "level", "survey.scale.points"):
        with pytest.raises(TypeError, match=path):
            found(setting=path)
    with pytest.raises(TypeError, match="agree5"):
        found(left={"setting": "survey.scale"}, right={"setting": "survey.planned"})


def test_a_selection_keeps_the_rows_as_they_are_and_no_condition_selects_all():
    assert select(TABLE, {}).equals(TABLE)
    assert select(TABLE, {"municipality": "a"}).index.tolist() == [0, 1]


AB = frozenset({"a", "b"})
MEETS = [  # found, denominator, expectation, whether it is met
    (3, None, {"equals": 3}, True),
    (3, None, {"equals": 4}, False),
    (1, None, {"equals": True}, False),  # a number is no truth
    (True, None, {"equals": 1}, False),
    (0, None, {"equals": False}, False),
    (False, None, {"equals": False}, True),
    ("x", None, {"equals": "x"}, True),
    ("3", None, {"equals": 3}, False),
    (AB, None, {"equals": "a"}, False),
    (AB, None, {"values": ["b", "a"]}, True),
    (AB, None, {"values": ["a"]}, False),
    (AB, None, {"values": ["a", "b", "c"]}, False),
    (AB, None, {"within": ["a", "b", "c"]}, True),
    (AB, None, {"within": ["a"]}, False),
    (frozenset(), None, {"within": ["a"]}, True),
    (AB, None, {"contains": ["a"]}, True),
    (AB, None, {"contains": ["a", "c"]}, False),
    ("a", None, {"within": ["a", "b"]}, True),  # one word is a set of one
    ("c", None, {"contains": ["c"]}, True),
    (2, None, {"at_least": 2}, True),
    (1, None, {"at_least": 2}, False),
    (0, None, {"at_least": 0}, True),
    (2, None, {"at_most": 2}, True),
    (3, None, {"at_most": 2}, False),
    (1, None, {"at_most": 0}, False),
]
MEETS += [  # the quantifiers, over 0 to 4 of 4
    (k, 4, {"quantifier": word}, k in ks)
    for word, ks in {
        "all": {4},
        "none": {0},
        "half": {2},
        "majority": {3, 4},
        "more_than_half": {3, 4},
        "some": {1, 2, 3, 4},
        "one": {1},
    }.items()
    for k in range(5)
]
MEETS += [(2, 5, {"quantifier": "half"}, False), (3, 5, {"quantifier": "majority"}, True), (2, 5, {"quantifier": "majority"}, False)]
MEETS += [  # of nothing: not all, not some, not most, but none
    (0, 0, {"quantifier": word}, word == "none") for word in ("all", "none", "majority", "more_than_half", "some", "one")
]
MEETS += [  # 1 to 2, 2 to 2, 3 to 2
    ((left, 2), None, {"relation": sign}, left in lefts)
    for sign, lefts in {"<": {1}, "<=": {1, 2}, "=": {2}, ">": {3}, ">=": {2, 3}, "!=": {1, 3}}.items()
    for left in (1, 2, 3)
]


@pytest.mark.parametrize("case", MEETS, ids=lambda case: f"{case[0]}-{case[1]}-{case[2]}")
def test_an_expectation_is_met_or_not(case):
    value, of, expect, met = case
    assert meets(Finding(value, of), Expectation.model_validate(expect)) is met


THREE = {"rows": True, "where": {"symbol": "+/+"}}  # finds 3
ASSUMES = {"assumes_nl": "x", "assumes_en": "x"}


def weaker(expect: dict) -> dict:
    return {"weaker": {"expect": expect, "reason_nl": "x", "reason_en": "x"}}


VERDICTS = [
    (THREE, {"equals": 3}, {}, ("holds", "")),
    (THREE, {"equals": 4}, {}, ("contradicted", "")),
    (THREE, {"equals": 3}, ASSUMES, ("reservation", "assumes")),
    (THREE, {"equals": 4}, ASSUMES, ("contradicted", "")),  # an assumption saves nothing
    (THREE, {"equals": 3}, weaker({"at_least": 1}), ("holds", "")),  # the stronger reading holds
    (THREE, {"equals": 4}, weaker({"at_least": 1}), ("reservation", "weaker")),
    (THREE, {"equals": 4}, weaker({"at_least": 4}), ("contradicted", "")),
    (THREE, {"equals": 3}, ASSUMES | weaker({"at_least": 1}), ("reservation", "assumes")),
    (THREE, {"equals": 4}, ASSUMES | weaker({"at_least": 1}), ("reservation", "weaker")),
    (None, None, {}, ("unchecked", "")),
]


@pytest.mark.parametrize("case", VERDICTS, ids=str)
def test_a_verdict_follows_from_the_finding_the_assumption_and_the_weaker_reading(case):
    test, expect, parts, wanted = case
    assert verdict(test, expect, **parts) == wanted


def test_judgements_keep_the_order_and_make_a_table():
    claims = [
        claim({"table": "t", "values": "symbol"}, {"within": ["+/+"]}, "c002"),
        claim({"table": "t", "count": "municipality", "where": {"symbol": "+/+"}, "of": {}}, {"quantifier": "half"}, "c001"),
        claim({"left": {"table": "t", "rows": True}, "right": {"setting": "survey.planned"}}, {"relation": "<"}, "c004"),
        claim(None, None, "c003"),
    ]
    table = verdict_table(judge(claims, TABLES, SETTINGS))
    assert table["claim"].tolist() == ["c002", "c001", "c004", "c003"]
    assert table["verdict"].tolist() == ["contradicted", "holds", "holds", "unchecked"]
    assert table["found"].tolist() == ["+/+; +/-", "2 of 4", "6 | 12", ""]
    assert verdict_table([]).empty
    assert list(verdict_table([]).columns) == list(table.columns)


class Small(dict):
    """A hand-made edition: tables and settings, which is all that a second test looks at."""

    def __init__(self, rows: list[tuple[str, str]], **settings) -> None:
        ratings = pd.DataFrame(rows, columns=["municipality", "symbol"], dtype="string")
        scales = pd.DataFrame({"symbol": ["+/+", "+/-", "-/-"]}, dtype="string")
        super().__init__(ratings=ratings, municipalities=ratings[["municipality"]].drop_duplicates(), scales=scales)
        self.settings, self.label = SimpleNamespace(facts=lambda: {"interviews": {"count": 12}} | settings), "data/raw/small"


OLD = Small([("a", "+/+"), ("b", "+/-")])
A_HIGH = {"table": "ratings", "rows": True, "where": {"municipality": "a", "symbol": "+/+"}}  # 1 in OLD


@pytest.mark.parametrize(
    ("new", "expect", "standing"),
    [
        (Small([("a", "+/+")]), {"equals": 1}, "still_holds"),
        (Small([("a", "+/-")]), {"equals": 1}, "no_longer_holds"),
        (Small([("a", "+/+")]), {"equals": 0}, "still_fails"),
        (Small([("a", "+/-")]), {"equals": 0}, "holds_now"),
        (Small([("c", "+/+")]), {"equals": 1}, "not_asked"),  # there is no a any more
        (Small([("c", "+/+")]), {"equals": 0}, "not_asked"),
    ],
)
def test_a_claim_is_tested_again_on_another_edition(new, expect, standing):
    ((_, got),) = retest([claim(A_HIGH, expect)], OLD, new)
    assert got == standing


def test_a_reservation_counts_as_holding_when_tested_again():
    test = {"table": "ratings", "rows": True, "where": {"symbol": "+/+"}}  # 1 in OLD
    made = claim(test, {"equals": 2}, **weaker({"at_least": 1}))
    assert [standing for _, standing in retest([made], OLD, Small([("a", "+/+"), ("b", "+/+")]))] == ["still_holds"]
    assert [standing for _, standing in retest([made], OLD, Small([("a", "-/-")]))] == ["no_longer_holds"]


def test_a_denominator_without_cases_is_not_asked_again():
    test = {"table": "ratings", "rows": True, "where": {"symbol": "+/+"}, "of": {"symbol": ["+/+", "+/-"]}}  # 1 of 2 in OLD
    new = Small([("a", "-/-")])  # 0 of 0
    assert [standing for _, standing in retest([claim(test, {"quantifier": "half"})], OLD, new)] == ["not_asked"]


def test_a_table_or_setting_that_the_new_edition_lacks_is_not_asked_and_a_claim_without_a_test_stays_unchecked():
    lacking = Small([("a", "+/+")])
    del lacking["ratings"]
    bare = Small([("a", "+/+")])
    bare.settings = SimpleNamespace(facts=dict)
    claims = [claim(A_HIGH, {"equals": 1}), claim({"setting": "interviews.count"}, {"equals": 12}, "c002"), claim(None, None, "c003")]
    assert [standing for _, standing in retest(claims, OLD, lacking)] == ["not_asked", "still_holds", "unchecked"]
    assert [standing for _, standing in retest(claims, OLD, bare)] == ["still_holds", "not_asked", "unchecked"]


def test_a_word_that_the_new_edition_has_no_use_for_is_asked_all_the_same():
    # The word that is expected is no part of what the predicate names: an edition that answers otherwise has answered.
    old, new = Small([("a", "+/+")], sampling={"done": "random"}), Small([("a", "+/+")], sampling={"done": "purposive"})
    test = {"setting": "sampling.done"}
    assert [standing for _, standing in retest([claim(test, {"equals": "random"})], old, new)] == ["no_longer_holds"]


# Read by hand in the thesis: c005 declared yes or no against printed +/- (table 4, § 5.3); c012 three points announced (§ 4.3 ¶6) against
# five in the annex; c016-c018 section numbers of the road map (§ 5 ¶1) against the headings; c073 the last chapter (§ 6 ¶1) against 7.
def test_the_verdicts_that_were_read_by_hand_come_out_of_the_data(edition):
    verdicts = {made.claim.id: made.verdict for made in judge(edition.claims, edition, edition.settings.facts())}
    for name in ("c005", "c012", "c016", "c017", "c018", "c073"):
        assert verdicts[name] == "contradicted", name


def test_a_wrong_rating_changes_the_verdict_that_rests_on_it(edition):
    # c005 says that the four variables of improvement have no middle point; without +/- in the table it would hold.
    tables = dict(edition) | {"ratings": edition["ratings"].replace({"symbol": {"+/-": "+/+"}})}
    made = {m.claim.id: m.verdict for m in judge(edition.claims, tables, edition.settings.facts())}
    assert made["c005"] == "holds"


def test_an_edition_tested_on_its_own_data_stands_as_it_stood(edition):
    standings = {made.id: standing for made, standing in retest(edition.claims, edition, edition)}
    for made in judge(edition.claims, edition, edition.settings.facts()):
        wanted = {"unchecked": "unchecked", "contradicted": "still_fails"}.get(made.verdict, "still_holds")
        # A denominator without cases cannot be asked, then or now.
        assert standings[made.claim.id] == ("not_asked" if made.finding and made.finding.of == 0 else wanted)
