"""The ledger's tables: every claim stands in one of them, and what was expected and found is said in words."""

import re

import pandas as pd
import pytest
from build_fixtures import LANGUAGES, edition, results, words

from fruitmand.analysis.claims import Finding, judge
from fruitmand.edition.claims import Claim, Expectation
from fruitmand.report import tables_claims, tables_provenance
from fruitmand.report.blocks import as_cell

each = pytest.mark.parametrize("language", LANGUAGES)
EN = {"den-haag": "The Hague", "+/-": "+/−"}
NL = {"den-haag": "Den Haag", "+/-": "+/−"}


def lines(table) -> list[list[str]]:
    return [[as_cell(cell).text for cell in row] for row in table.rows]


def cut(language: str):
    return {verdict: lines(tables_claims.listing(words(language), results()["judgements"], verdict)) for verdict in tables_claims.VERDICTS}


@each
def test_all_verdicts_together_hold_every_claim_once(language):
    listed = [row[0] for rows in cut(language).values() for row in rows]
    assert sorted(listed) == sorted(claim.id for claim in edition().claims)
    assert len(set(listed)) == len(listed) > 0


@each
def test_a_claim_stands_under_its_verdict_with_its_statement_in_the_language(language):
    rows = {row[0]: (verdict, row) for verdict, rows in cut(language).items() for row in rows}
    for made in results()["judgements"]:
        verdict, row = rows[made.claim.id]
        assert verdict == made.verdict
        assert row[2].split("\n")[0] == getattr(made.claim, f"statement_{language}")
        assert all(row)
        if made.verdict == "unchecked":
            assert row[3] == getattr(made.claim, f"needs_{language}")
        if made.reservation == "weaker":
            assert getattr(made.claim.weaker, f"reason_{language}") in row[2]
        if made.claim.assumes_en and made.verdict != "unchecked":
            assert getattr(made.claim, f"assumes_{language}") in row[2]
        if made.verdict == "reservation":
            assert len(row[2].split("\n")) > 1, "a reservation says why"


@each
def test_a_checked_claim_names_the_place_in_the_thesis_of_what_it_is_tested_on(language):
    places = {"nl": r"§|tabel|bijlage|voorwoord|samenvatting", "en": r"§|table|annex|preface|summary"}[language]
    for rows in (rows for verdict, rows in cut(language).items() if verdict != "unchecked"):
        for row in rows:
            last = row[4].splitlines()[-1]
            assert re.fullmatch(r"\(.+\)", last), row
            assert all(re.match(places, place.strip()) for place in last.strip("()").replace("(Vragenlijst", "").split(";")), row


def test_the_place_of_the_data_is_that_of_the_rows_a_test_looks_at():
    by_id = {claim.id: claim for claim in edition().claims}
    assert tables_claims.data_places(words("en"), by_id["c025"]) == "§\N{NO-BREAK SPACE}5.2.2"  # expectations of one table
    assert tables_claims.data_places(words("en"), by_id["c001"]) == "§\N{NO-BREAK SPACE}7 ¶2"  # the survey lapsed there


def test_no_cell_of_the_ledger_shows_the_inside_of_the_machine():
    for language in LANGUAGES:
        for row in (row for rows in cut(language).values() for row in rows):
            assert not [cell for cell in row if "frozenset" in cell or "None" in cell or "{" in cell]
            assert not [word for word in ("True", "False") if word in row[-1]]


@each
def test_both_languages_have_the_same_claims_in_the_same_order_with_the_same_numbers(language):
    assert [row[0] for rows in cut(language).values() for row in rows] == [row[0] for rows in cut("nl").values() for row in rows]


EXPECTED = [  # an expectation; Dutch and English by hand
    ({"equals": 3}, "3", "3"),
    ({"equals": 1200}, "1.200", "1,200"),
    ({"equals": False}, "nee", "no"),
    ({"equals": True}, "ja", "yes"),
    ({"equals": "random"}, "aselect", "random"),
    ({"equals": "den-haag"}, "Den Haag", "The Hague"),
    ({"quantifier": "majority"}, "de meerderheid", "the majority"),
    ({"quantifier": "none"}, "geen", "none"),
    ({"quantifier": "one"}, "één", "one"),
    ({"relation": "<"}, "het eerste kleiner", "the first smaller"),
    ({"relation": "!="}, "ongelijk", "unequal"),
    ({"at_least": 2}, "ten minste 2", "at least 2"),
    ({"at_most": 2}, "ten hoogste 2", "at most 2"),
    ({"values": ["den-haag", "+/-"]}, "Den Haag, +/−", "The Hague, +/−"),
    ({"within": ["+/-"]}, "alleen +/−", "only +/−"),
    ({"contains": ["survey"]}, "ook enquête", "also survey"),
    ({"values": ["a", "b", "c", "d"]}, "a, b, c, d", "a, b, c, d"),
    ({"values": ["a", "b", "c", "d", "e"]}, "5 waarden", "5 values"),  # a long list is counted
]


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: str(case[0]))
def test_what_is_expected_is_said_in_words(case):
    expect, dutch, english = case
    made = Expectation.model_validate(expect)
    assert tables_claims.expected_text(words("nl"), made, NL) == dutch
    assert tables_claims.expected_text(words("en"), made, EN) == english


FOUND = [  # what was found, its denominator, the expectation; Dutch and English by hand
    (3, None, {"equals": 4}, "3", "3"),
    (0, None, {"equals": 4}, "0", "0"),
    (3, 4, {"quantifier": "all"}, "3 van 4", "3 of 4"),
    (0, 0, {"quantifier": "all"}, "0 van 0", "0 of 0"),
    (False, None, {"equals": True}, "nee", "no"),
    ("random", None, {"equals": "x"}, "aselect", "random"),
    ((2, 1200), None, {"relation": "<"}, "2 en 1.200", "2 and 1,200"),
    (frozenset(), None, {"values": ["x"]}, "niets", "nothing"),
    (frozenset({"+/-", "den-haag"}), None, {"values": ["x"]}, "+/−, Den Haag", "+/−, The Hague"),
    (frozenset({2, 1}), None, {"values": [1]}, "1, 2", "1, 2"),
    (frozenset("abcde"), None, {"within": ["a"]}, "5 waarden", "5 values"),
    (frozenset("abcde"), None, {"contains": ["a", "den-haag"]}, "5 waarden\nzonder: Den Haag", "5 values\nwithout: The Hague"),
]


@pytest.mark.parametrize("case", FOUND, ids=range(len(FOUND)))
def test_what_was_found_is_said_in_words(case):
    value, of, expect, dutch, english = case
    about = {"section": "5.4", "paragraph": 1, "kind": "count", "statement_nl": "x", "statement_en": "x"}
    made = Claim.model_construct(id="c001", **about, test=None, expect=Expectation.model_validate(expect))
    assert tables_claims.finding_text(words("nl"), Finding(value, of), made, NL) == dutch
    assert tables_claims.finding_text(words("en"), Finding(value, of), made, EN) == english


def test_what_a_test_counted_is_named():
    made = next(claim for claim in edition().claims if claim.id == "c064")
    assert tables_claims.finding_text(words("nl"), Finding(3, 4), made, NL) == "3 van 4 gemeenten"
    assert tables_claims.finding_text(words("en"), Finding(3, 4), made, EN) == "3 of 4 municipalities"


@each
def test_ids_that_a_claim_can_name_have_a_name(language):
    names = tables_claims.known_names(words(language))
    assert names["den-haag"] == {"nl": "Den Haag", "en": "The Hague"}[language]
    assert names["+/-"] == "+/−"
    assert names["motivation"] == words(language).label("motivation")
    assert all(names.values())


@each
def test_the_summary_adds_up(language):
    rows = lines(tables_claims.summary(words(language), results()["judgements"]))
    numbers = [[int(cell) for cell in row[1:]] for row in rows]
    for row in numbers:
        assert sum(row[:-1]) == row[-1]
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1]
    assert numbers[-1][-1] == len(edition().claims)
    for verdict, count in zip(tables_claims.COUNTED, numbers[-1], strict=False):
        assert count == len(cut(language)[verdict])


def test_a_verdict_that_nobody_got_gives_an_empty_table_with_its_headers():
    made = Claim.model_validate(
        {"id": "c001", "section": "annex", "paragraph": 0, "kind": "count", "statement_nl": "x", "statement_en": "x"}
        | {"needs_nl": "nodig", "needs_en": "needed"}
    )
    judgements = judge([made], {}, {})
    assert tables_claims.listing(words("nl"), judgements, "holds").rows == []
    assert len(tables_claims.listing(words("nl"), judgements, "holds").columns) == 5
    assert lines(tables_claims.listing(words("nl"), judgements, "unchecked")) == [["c001", "bijlage", "x", "nodig"]]


@each
def test_the_passages_of_every_rating_stand_under_its_variable(language):
    evidence, w = results()["evidence"], words(language)
    rows = lines(tables_claims.passages(w, evidence))
    assert sum(len(row) > 1 for row in rows) == len(evidence)
    assert [row[0] for row in rows if len(row) == 1] == [w.label(name) for name in evidence["variable"].unique()]
    shown = sorted(name for row in rows for cell in row[2:5] for name in cell.split() if name.startswith("s") and name[1:].isdigit())
    assert shown == sorted(name for side in ("for", "mixed", "against") for cell in evidence[f"ids_{side}"] for name in cell.split())


@each
def test_standings_add_up_to_all_ratings(language):
    rows = lines(tables_claims.standings(words(language), results()["standings"]))
    totals = [int(cell) for cell in rows[-1][1:]]
    assert sum(totals) == 80  # 4 municipalities by 20 variables
    assert [sum(int(row[place]) for row in rows[:-1]) for place in range(1, 5)] == totals


RISKS = {"id": "1.1", "kind": "table", "name": "risks", "sources": ["a.csv", "b.csv"], "made_by": "tables.rated", "numbers": []}
FOUND_TEXT = {"id": "1.2", "kind": "text", "name": "found", "sources": [], "made_by": "", "numbers": ["x.a", "x.b"]}
RECORD = {
    "notebook": {"path": "notebooks/1_x.ipynb", "sha256": "0123456789abcdef" * 4},
    "blocks": [RISKS | {"place": "body"}, FOUND_TEXT | {"place": "title_page"}],
}


@each
def test_provenance_lists_every_block_with_its_claims(language):
    w = words(language)
    rows = lines(tables_provenance.provenance(w, [RECORD], {"risks": ["c001", "c002"]}))
    kinds = {"nl": ("Tabel", "Tekst"), "en": ("Table", "Text")}[language]
    assert rows == [
        ["notebooks/1_x.ipynb (0123456789ab)"],
        ["1.1", f"{kinds[0]}: {w.title('risks')}", "a.csv\nb.csv", "tables.rated", "c001 c002"],
        ["1.2", f"{kinds[1]}: {w.heading('text.found')} ({w.place('title page')})", "", "x.a\nx.b", ""],
    ]
    assert tables_provenance.provenance(w, [], {}).rows == []


@each
def test_checksums_are_listed_by_file(language):
    rows = lines(tables_provenance.checksums(words(language), {"b.csv": "b" * 64, "a.csv": "a" * 64}))
    assert rows == [["a.csv", "a" * 16], ["b.csv", "b" * 16]]


def test_a_table_is_not_changed_by_showing_it():
    before = results()["evidence"].copy()
    tables_claims.passages(words("en"), results()["evidence"])
    pd.testing.assert_frame_equal(results()["evidence"], before)


def test_what_is_counted_of_one_symbol_says_of_which():
    judged = judge(edition().claims, edition(), edition().settings.facts())
    rows = {
        as_cell(row[0]).text: [as_cell(cell).text for cell in row]
        for row in tables_claims.listing(words("nl"), judged, "contradicted").rows
    }
    assert rows["c037"][3:] == ["geen op −/−", "4 van 4 gemeenten op −/−\n(§\N{NO-BREAK SPACE}5.3)"]
    assert all("op −/−" not in cell for cell in rows["c001"])
