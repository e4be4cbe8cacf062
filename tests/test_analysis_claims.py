"""Verdicts on claims: every test, every expectation and every branch of the rule, on tables whose results can be counted by eye."""

from types import SimpleNamespace

import pandas as pd
import pytest

from fruitmand.analysis.claims import (
    Finding,
    claims_about,
    claims_by_exhibit,
    evaluate,
    judge,
    kinds_of_data,
    meets,
    retest,
    selected,
    verdict_table,
)
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
# What nothing contradicts: the ratings are exhaustive, the findings name only what stood out, the stances are what places of the text say.
STANCES = pd.DataFrame(
    [["sampling", "4.3 ¶3", "random"], ["sampling", "1 ¶2", "purposive"], ["share", "5.4 ¶1", "half"], ["share", "6 ¶2", "half"]],
    columns=["matter", "place", "stance"],
    dtype="string",
)
TABLES = {"ratings": TABLE, "findings": TABLE, "expectations": TABLE.iloc[:0], "sections": TABLE.iloc[:0], "stances": STANCES}
SETTINGS = {"survey": {"fielded": False, "scale": "agree5", "planned": 12}, "methods": ["interviews", "literature"], "level": 1.5}


def found(**test) -> Finding:
    table = {} if "setting" in test or "left" in test else {"table": "ratings"}
    return evaluate(claim(table | test, None).test, TABLES, SETTINGS)


def claim(test: dict | None, expect: dict | None, ident: str = "c001", **parts) -> Claim:
    plain = {"relation": "="} if test and "left" in test else {"equals": 0}
    said = {"needs_nl": "x", "needs_en": "x"} if test is None else {"test": test, "expect": expect or plain}
    base = {"id": ident, "section": "5.1", "paragraph": 2, "consequence": "number", "statement_nl": "x", "statement_en": "x"}
    return Claim.model_validate(base | said | parts)


def verdict(test: dict | None, expect: dict | None, **parts) -> str:
    (made,) = judge([claim(test, expect, **parts)], TABLES, SETTINGS)
    return made.verdict


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
    ({"left": {"table": "ratings", "rows": True}, "right": {"setting": "survey.planned"}}, (6, 12), None),
    ({"table": "sections", "rows": True, "of": {}}, 0, 0),
    ({"table": "sections", "count": "municipality"}, 0, None),
    ({"table": "sections", "values": "municipality"}, frozenset(), None),
    ({"count": "codes", "where": {"municipality": "a"}, "of": {}}, 2, 3),  # x, y of x, y, z: parts of cells, also below the line
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


def test_a_selection_says_of_every_row_whether_it_is_in_it_and_no_condition_selects_all():
    assert selected(TABLE, {}) == [True] * 6
    assert selected(TABLE, {"municipality": "a"}) == [True, True, False, False, False, False]


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
        "plural": {4},
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
    (0, 0, {"quantifier": word}, word == "none") for word in ("all", "plural", "none", "half", "majority", "more_than_half", "some", "one")
]
MEETS += [  # 1 to 2, 2 to 2, 3 to 2
    ((left, 2), None, {"relation": sign}, left in lefts)
    for sign, lefts in {"<": {1}, "<=": {1, 2}, "=": {2}, ">": {3}, ">=": {2, 3}, "!=": {1, 3}}.items()
    for left in (1, 2, 3)
]


@pytest.mark.parametrize(
    "case", MEETS, ids=lambda case: f"{sorted(case[0]) if isinstance(case[0], frozenset) else case[0]}-{case[1]}-{case[2]}"
)
def test_an_expectation_is_met_or_not(case):
    value, of, expect, met = case
    assert meets(Finding(value, of), Expectation.model_validate(expect)) is met


FROM_A_TO_D = ["a", "b", "c", "d"]
ASSUMES = {"assumes_nl": "x", "assumes_en": "x"}
HERE = {"tested_at": "5.1 ¶2"}  # the place of every claim below


def of_four(k: int, table: str = "ratings") -> dict:
    """Return a test that finds k of the four municipalities."""
    return {"table": table, "count": "municipality", "where": {"municipality": FROM_A_TO_D[:k]}, "of": {}}


def rows(table: str = "ratings") -> dict:
    """Return a test that finds the three rows with +/+."""
    return {"table": table, "rows": True, "where": {"symbol": "+/+"}}


def symbols(table: str = "ratings") -> dict:
    """Return a test that finds the values +/+ and +/-."""
    return {"table": table, "values": "symbol"}


def stance(matter: str) -> dict:
    return {"table": "stances", "values": "stance", "where": {"matter": matter}}


ALL, PLURAL = {"quantifier": "all"}, {"quantifier": "plural"}
REFERENCE = {"consequence": "reference"}
RULE = [  # branch; test, expectation and more of a claim in it, and its verdict; the neighbour that is not in it, and its verdict
    ("1 no test", (None, None, {}), "unchecked", (rows(), {"equals": 3}, {}), "holds"),
    ("2 own place", (rows(), {"equals": 3}, HERE), "circular", (rows(), {"equals": 3}, {"tested_at": "5.1 ¶3"}), "holds"),
    ("2 own place, differing", (rows(), {"equals": 4}, HERE), "circular", (rows(), {"equals": 4}, {"tested_at": "5.1 ¶3"}), "contradicted"),
    ("3 wrong reference", (rows(), {"equals": 4}, REFERENCE), "slip", (rows(), {"equals": 3}, REFERENCE), "holds"),
    ("3 and no wrong number", (rows(), {"equals": 4}, REFERENCE), "slip", (rows(), {"equals": 4}, {}), "contradicted"),
    ("4 assumption, met", (rows(), {"equals": 3}, ASSUMES), "points_to", (rows(), {"equals": 3}, {}), "holds"),
    ("4 assumption, not met", (rows(), {"equals": 4}, ASSUMES), "points_away", (rows(), {"equals": 4}, {}), "contradicted"),
    ("5 as the text says", (rows(), {"equals": 3}, {}), "holds", (rows(), {"equals": 2}, {}), "contradicted"),
    ("6 plural, 3 of 4", (of_four(3), PLURAL, {}), "holds_for_most", (of_four(2), PLURAL, {}), "tension"),
    ("6 and not all", (of_four(3), PLURAL, {}), "holds_for_most", (of_four(3), ALL, {}), "contradicted"),
    ("7 what stood out", (of_four(2, "findings"), ALL, {}), "not_visible", (of_four(2), ALL, {}), "contradicted"),
    (
        "7 and not more than that",
        (rows("findings"), {"equals": 4}, {}),
        "not_visible",
        (rows("findings"), {"equals": 2}, {}),
        "contradicted",
    ),
    ("8 plural, 2 of 4", (of_four(2), PLURAL, {}), "tension", (of_four(2), ALL, {}), "contradicted"),
    ("8 two places", (stance("sampling"), {"values": ["random"]}, {}), "tension", (stance("share"), {"values": ["half"]}, {}), "holds"),
    ("9 however near", (of_four(3), ALL, {}), "contradicted", (of_four(4), ALL, {}), "holds"),
]


@pytest.mark.parametrize("branch", RULE, ids=lambda branch: branch[0])
def test_every_branch_of_the_rule_has_its_verdict_and_its_neighbour_another(branch):
    _, (test, expect, parts), within, (near, near_expect, near_parts), beside = branch
    assert verdict(test, expect, **parts) == within
    assert verdict(near, near_expect, **near_parts) == beside
    assert within != beside


SHORT = of_four(2, "findings")  # 2 of 4 in a table that names only what stood out
ORDER = [  # each claim has all that the later branches ask for; what the branch before asked for is taken away
    (SHORT, PLURAL, HERE | REFERENCE | ASSUMES, "circular"),
    (SHORT, PLURAL, REFERENCE | ASSUMES, "slip"),
    (SHORT, PLURAL, ASSUMES, "points_away"),
    (of_four(4, "findings"), PLURAL, ASSUMES, "points_to"),  # an assumption comes before what holds
    (of_four(4, "findings"), PLURAL, {}, "holds"),
    (of_four(3, "findings"), PLURAL, ASSUMES, "points_away"),  # and before what holds for most
    (of_four(3, "findings"), PLURAL, {}, "holds_for_most"),  # more than half is enough, although the table lacks one
    (SHORT, PLURAL, {}, "not_visible"),
    (of_four(2), PLURAL, {}, "tension"),
    (of_four(2), ALL, {}, "contradicted"),
    (of_four(4, "findings"), PLURAL, REFERENCE | ASSUMES, "points_to"),  # a reference that is right is no slip
    (of_four(4, "findings"), PLURAL, HERE | REFERENCE | ASSUMES, "circular"),  # whatever it finds
]


@pytest.mark.parametrize("case", ORDER, ids=str)
def test_the_first_branch_that_applies_ends_the_rule(case):
    test, expect, parts, wanted = case
    assert verdict(test, expect, **parts) == wanted


@pytest.mark.parametrize(
    ("table", "verdicts"),  # of 0 to 4 of the four
    [
        ("ratings", ["tension", "tension", "tension", "holds_for_most", "holds"]),
        ("findings", ["not_visible", "not_visible", "not_visible", "holds_for_most", "holds"]),
    ],
)
def test_a_plural_without_a_number_is_all_or_most_of_them_or_in_doubt(table, verdicts):
    assert [verdict(of_four(k, table), PLURAL) for k in range(5)] == verdicts


LACKS, EXCEEDS = "not_visible", "contradicted"
SELECTIVE = [  # a test on what stood out, an expectation that it does not meet, and whether it has less than that, or other things
    (rows("findings"), {"equals": 4}, LACKS),
    (rows("findings"), {"equals": 2}, EXCEEDS),
    (rows("findings"), {"at_least": 4}, LACKS),
    (rows("findings"), {"at_most": 2}, EXCEEDS),
    (symbols("findings"), {"values": ["+/+", "+/-", "-/-"]}, LACKS),
    (symbols("findings"), {"values": ["+/+"]}, EXCEEDS),
    (symbols("findings"), {"values": ["+/+", "-/-"]}, EXCEEDS),  # it lacks one and has another besides
    (symbols("findings"), {"contains": ["+/+", "-/-"]}, LACKS),
    (symbols("findings"), {"within": ["+/+"]}, EXCEEDS),
    *((of_four(k, "findings"), {"quantifier": "all"}, LACKS) for k in range(4)),
    *((of_four(k, "findings"), {"quantifier": word}, LACKS) for word in ("majority", "more_than_half") for k in range(3)),
    *((of_four(k, "findings"), {"quantifier": "half"}, LACKS if k < 2 else EXCEEDS) for k in (0, 1, 3, 4)),
    *((of_four(k, "findings"), {"quantifier": "one"}, LACKS if k < 1 else EXCEEDS) for k in (0, 2, 4)),
    (of_four(0, "findings"), {"quantifier": "some"}, LACKS),
    *((of_four(k, "findings"), {"quantifier": "none"}, EXCEEDS) for k in (1, 4)),
    *((of_four(4, "expectations"), {"quantifier": word}, LACKS) for word in ("all", "plural", "majority", "half", "one", "some")),  # 0 of 0
    ({"left": rows("findings"), "right": {"setting": "survey.planned"}}, {"relation": ">"}, EXCEEDS),  # which of the two lacks is not told
]


@pytest.mark.parametrize("case", SELECTIVE, ids=str)
def test_a_table_of_what_stood_out_cannot_refute_by_what_it_lacks_but_by_what_it_has(case):
    test, expect, wanted = case
    assert verdict(test, expect) == wanted


@pytest.mark.parametrize("case", [case for case in SELECTIVE if "left" not in case[0]], ids=str)
def test_an_exhaustive_table_refutes_by_what_it_lacks_as_well(case):
    test, expect, _ = case
    table = {"findings": "ratings", "expectations": "sections"}[test["table"]]
    assert verdict(test | {"table": table}, expect) == ("tension" if expect == PLURAL else "contradicted")


@pytest.mark.parametrize(
    ("tested_at", "circular"),
    [
        ("5.1 ¶2", True),
        ("5.1 ¶1-3", True),
        ("5.1 ¶2-3", True),
        ("5.1 ¶1-2", True),
        ("6 ¶9; 5.1 ¶1-12", True),
        ("5.1 ¶3-20", False),
        ("5.1 ¶1; 5.1 ¶3", False),
        ("5 ¶2", False),
        ("15.1 ¶2", False),
        ("5.1.1 ¶2", False),
        ("annex ¶2", False),
    ],
)
def test_a_claim_is_circular_when_its_paragraph_is_among_those_of_its_data(tested_at, circular):
    assert verdict(rows(), {"equals": 3}, tested_at=tested_at) == ("circular" if circular else "holds")


def test_a_place_in_the_annex_can_be_its_own_test_and_a_heading_has_no_paragraph():
    assert verdict(rows(), {"equals": 3}, section="annex", tested_at="annex ¶1-2") == "circular"
    assert verdict(rows(), {"equals": 3}, section="annex", tested_at="annex ¶3") == "holds"
    assert verdict(rows(), {"equals": 3}, paragraph=0, tested_at="5.1 ¶2") == "holds"


KINDS = [
    (rows(), {"exhaustive"}),
    (rows("findings"), {"selective"}),
    (stance("share"), {"text"}),
    ({"setting": "survey.planned"}, {"exhaustive"}),
    ({"left": rows(), "right": rows("findings")}, {"exhaustive", "selective"}),
    ({"left": {"setting": "survey.planned"}, "right": {"setting": "survey.planned"}}, {"exhaustive"}),
    (symbols() | {"also": symbols("findings")}, {"exhaustive", "selective"}),
]


@pytest.mark.parametrize("case", KINDS, ids=lambda case: str(case[0]))
def test_a_test_is_of_the_kinds_of_all_tables_that_it_looks_at(case):
    test, kinds = case
    assert kinds_of_data(claim(test, None).test) == kinds
    assert kinds_of_data(None) == {"exhaustive"}


def who(table: str, *names: str, of: list[str] | None = None, **more) -> dict:
    """Return a test that counts municipalities among these."""
    below = {} if of is None else {"of": {"municipality": of}}
    return {"table": table, "count": "municipality", "where": {"municipality": list(names)}} | below | more


ALSO = [  # a test with another one, what they find together, and the denominator
    (who("ratings", "a", also=who("findings", "b")), 2, None),
    (who("ratings", "a", "b", also=who("findings", "b", "c")), 3, None),  # b is counted once
    (who("ratings", "a", also=who("findings")), 1, None),
    (who("ratings", also=who("findings", "d")), 1, None),
    (who("ratings", "a", also=who("findings", "b", also=who("ratings", "c"))), 3, None),
    (who("ratings", "a", of=["a", "b"], also=who("findings", "c")), 2, 2),  # the denominator is that of the first
    (who("ratings", "a", of=["a", "b"], also=who("findings", "c", of=["b", "c"])), 2, 3),  # and a, b, c when both have one
    (symbols() | {"where": {"municipality": "b"}, "also": symbols("findings")}, frozenset({"+/+", "+/-"}), None),
]


@pytest.mark.parametrize("case", ALSO, ids=lambda case: str(case[0]))
def test_a_test_and_another_count_what_they_find_together_once(case):
    test, value, of = case
    assert evaluate(claim(test, None).test, TABLES, SETTINGS) == Finding(value, of)


def test_what_another_test_adds_can_bear_a_claim_out_and_what_both_lack_is_not_visible():
    both = who("ratings", "a", of=FROM_A_TO_D, also=who("findings", "b", "c", "d"))
    assert verdict(both, ALL) == "holds"
    assert verdict(who("ratings", "a", of=FROM_A_TO_D, also=who("findings", "b", "c")), ALL) == "not_visible"
    assert verdict(who("ratings", "a", of=FROM_A_TO_D), ALL) == "contradicted"


# Two scales with other cut-offs, and one without: of s3 only +/+ is yes, of h3 +/- is so too.
POINTS = [("s3", 3, "+/+"), ("s3", 2, "+/-"), ("s3", 1, "-/-"), ("h3", 3, "+/+"), ("h3", 2, "+/-"), ("h3", 1, "-/-"), ("w2", 1, None)]
RATED = [
    ("a", "v", "+/+"),
    ("b", "v", "+/-"),
    ("c", "v", "-/-"),
    ("a", "w", "+/+"),
    ("b", "w", "+/-"),
    ("c", "w", "-/-"),
    ("a", "u", "+/+"),
]
CUTS = {
    "ratings": pd.DataFrame(RATED, columns=["municipality", "variable", "symbol"], dtype="string"),
    "codebook": pd.DataFrame({"code": ["v", "w", "u"], "scale_used": ["s3", "h3", "x3"]}, dtype="string"),
    "scales": pd.DataFrame(POINTS, columns=["scale", "rank", "symbol"]),
    "cut_offs": pd.DataFrame({"scale": ["s3", "h3"], "yes_from": [3, 2]}),
}


@pytest.mark.parametrize(
    ("variable", "counts_as", "municipalities"),
    [
        ("v", "yes", {"a"}),
        ("v", "no", {"b", "c"}),
        ("w", "yes", {"a", "b"}),
        ("w", "no", {"c"}),
        ("u", "yes", set()),  # a scale without a cut-off: neither yes nor no
        ("u", "no", set()),
    ],
)
def test_a_rating_counts_as_yes_from_the_cut_off_of_its_own_scale(variable, counts_as, municipalities):
    test = {"table": "ratings", "values": "municipality", "where": {"variable": variable, "counts_as": counts_as}}
    assert evaluate(claim(test, None).test, CUTS, {}).value == municipalities


def test_the_denominator_can_be_those_on_one_side_of_the_cut_off():
    test = {"table": "ratings", "rows": True, "where": {"counts_as": "yes", "symbol": "+/-"}, "of": {"counts_as": "yes"}}
    assert evaluate(claim(test, None).test, CUTS, {}) == Finding(1, 3)  # b w of a v, a w, b w


def test_the_exhibits_and_variables_of_a_claim_are_those_of_all_its_tests():
    ratings = pd.DataFrame({"exhibit": ["one", "two"], "variable": ["v", "w"]}, dtype="string")
    plain = claim({"table": "ratings", "rows": True, "where": {"variable": ["v"]}}, None)
    joined = claim(who("findings", "a", also={"table": "ratings", "count": "municipality", "where": {"exhibit": "two"}}), None, "c002")
    pair = claim({"left": rows(), "right": {"table": "ratings", "rows": True, "where": {"variable": "w"}}}, None, "c003")
    assert claims_by_exhibit([plain, joined, pair], ratings) == {"one": ["c001"], "two": ["c002", "c003"]}
    assert claims_about([plain, joined, pair], ["w"]) == ["c003"]


def test_judgements_keep_the_order_and_make_a_table():
    claims = [
        claim({"table": "ratings", "values": "symbol"}, {"within": ["+/+"]}, "c002"),
        claim({"table": "ratings", "count": "municipality", "where": {"symbol": "+/+"}, "of": {}}, {"quantifier": "half"}, "c001"),
        claim({"left": {"table": "ratings", "rows": True}, "right": {"setting": "survey.planned"}}, {"relation": "<"}, "c004"),
        claim(None, None, "c003"),
    ]
    table = verdict_table(judge(claims, TABLES, SETTINGS))
    assert table["claim"].tolist() == ["c002", "c001", "c004", "c003"]
    assert table["verdict"].tolist() == ["contradicted", "holds", "holds", "unchecked"]
    assert table["found"].tolist() == ["+/+; +/-", "2 of 4", "6 | 12", ""]
    assert table["consequence"].tolist() == ["number"] * 4
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
    ("new", "expect", "outcome"),
    [
        (Small([("a", "+/+")]), {"equals": 1}, "still_holds"),
        (Small([("a", "+/-")]), {"equals": 1}, "no_longer_holds"),
        (Small([("a", "+/+")]), {"equals": 0}, "still_fails"),
        (Small([("a", "+/-")]), {"equals": 0}, "holds_now"),
        (Small([("c", "+/+")]), {"equals": 1}, "not_asked"),  # there is no a any more
        (Small([("c", "+/+")]), {"equals": 0}, "not_asked"),
    ],
)
def test_a_claim_is_tested_again_on_another_edition(new, expect, outcome):
    ((_, got),) = retest([claim(A_HIGH, expect)], OLD, new)
    assert got == outcome


HIGH = {"table": "ratings", "count": "municipality", "where": {"symbol": "+/+"}, "of": {"symbol": ["+/+", "+/-"]}}
MANY = Small([("a", "+/+"), ("b", "+/+"), ("c", "+/-")])  # 2 of 3: more than half
FEW = Small([("a", "+/+"), ("b", "+/-"), ("c", "+/-")])  # 1 of 3


@pytest.mark.parametrize(
    ("expect", "parts"), [(PLURAL, {}), ({"quantifier": "majority"}, ASSUMES)], ids=["holds for most", "under an assumption"]
)
def test_what_holds_for_most_or_under_an_assumption_counts_as_holding_when_tested_again(expect, parts):
    made = claim(HIGH, expect, **parts)
    assert [retest([made], old, new)[0][1] for old, new in ((MANY, MANY), (MANY, FEW), (FEW, MANY), (FEW, FEW))] == [
        "still_holds",
        "no_longer_holds",
        "holds_now",
        "still_fails",
    ]


def test_a_claim_that_was_tested_at_its_own_place_stays_unchecked():
    assert [outcome for _, outcome in retest([claim(A_HIGH, {"equals": 1}, **HERE)], OLD, OLD)] == ["unchecked"]


def test_a_denominator_without_cases_is_not_asked_again():
    test = {"table": "ratings", "rows": True, "where": {"symbol": "+/+"}, "of": {"symbol": ["+/+", "+/-"]}}  # 1 of 2 in OLD
    new = Small([("a", "-/-")])  # 0 of 0
    assert [outcome for _, outcome in retest([claim(test, {"quantifier": "half"})], OLD, new)] == ["not_asked"]


def test_a_table_or_setting_that_the_new_edition_lacks_is_not_asked_and_a_claim_without_a_test_stays_unchecked():
    lacking = Small([("a", "+/+")])
    del lacking["ratings"]
    bare = Small([("a", "+/+")])
    bare.settings = SimpleNamespace(facts=dict)
    claims = [claim(A_HIGH, {"equals": 1}), claim({"setting": "interviews.count"}, {"equals": 12}, "c002"), claim(None, None, "c003")]
    assert [outcome for _, outcome in retest(claims, OLD, lacking)] == ["not_asked", "still_holds", "unchecked"]
    assert [outcome for _, outcome in retest(claims, OLD, bare)] == ["still_holds", "not_asked", "unchecked"]


def test_a_word_that_the_new_edition_has_no_use_for_is_asked_all_the_same():
    # The word that is expected is no part of what the predicate names: an edition that answers otherwise has answered.
    old, new = Small([("a", "+/+")], sampling={"done": "random"}), Small([("a", "+/+")], sampling={"done": "purposive"})
    test = {"setting": "sampling.done"}
    assert [outcome for _, outcome in retest([claim(test, {"equals": "random"})], old, new)] == ["no_longer_holds"]


def test_an_edition_tested_on_its_own_data_stands_as_it_stood(edition):
    outcomes = {made.id: outcome for made, outcome in retest(edition.claims, edition, edition)}
    held, untested = ("holds", "holds_for_most", "points_to"), ("unchecked", "circular")
    for made in judge(edition.claims, edition, edition.settings.facts()):
        wanted = "unchecked" if made.verdict in untested else "still_holds" if made.verdict in held else "still_fails"
        # A denominator without cases cannot be asked, then or now.
        empty = made.verdict not in untested and made.finding and made.finding.of == 0
        assert outcomes[made.claim.id] == ("not_asked" if empty else wanted)


# Read by hand in the thesis: the section numbers of the road map (§ 5 ¶1) against the headings, and the last chapter (§ 6 ¶1) against 7.
def test_the_references_that_were_read_by_hand_as_wrong_are_slips(edition):
    wrong = {(claim.section, claim.paragraph) for claim, verdict in judged(edition, edition) if verdict == "slip"}
    assert {("5", 1), ("6", 1)} <= wrong


def test_a_wrong_rating_changes_verdicts_that_rest_on_it(edition):
    tables = dict(edition) | {"ratings": edition["ratings"].replace({"symbol": {"-/-": "+/+"}})}
    assert [verdict for _, verdict in judged(edition, tables)] != [verdict for _, verdict in judged(edition, edition)]


def judged(edition, tables) -> list[tuple[Claim, str]]:
    return [(made.claim, made.verdict) for made in judge(edition.claims, tables, edition.settings.facts())]
