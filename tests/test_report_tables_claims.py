"""The ledger's tables: every claim stands in one list, and what was expected and found is said in words."""

import re
from collections import Counter

import pandas as pd
import pytest
from build_fixtures import LANGUAGES, MadeEdition, edition, raw_table, results
from build_fixtures import words as words_of_the_edition

from fruitmand.analysis.claims import Finding, judge
from fruitmand.analysis.evidence import count_standings, evidence_map
from fruitmand.analysis.numbers import Numbers
from fruitmand.edition.claims import Claim, Expectation
from fruitmand.edition.columns import VERDICTS
from fruitmand.report import tables_claims, tables_provenance
from fruitmand.report.blocks import as_cell
from fruitmand.report.claim_lists import GROUPS
from fruitmand.report.words import Words

each = pytest.mark.parametrize("language", LANGUAGES)
EN = {"den-haag": "The Hague", "+/-": "+/−"}
NL = {"den-haag": "Den Haag", "+/-": "+/−"}
SIGN = "§\N{NO-BREAK SPACE}"

# By hand: three towns, of which two are at +/+; two reasons and views; two places that say different things of one matter.
TABLES = {
    "municipalities": raw_table(
        "municipalities",
        {"municipality": "den-haag", "position": 1, "label_nl": "Den Haag", "label_en": "The Hague"},
        {"municipality": "delft", "position": 2, "label_nl": "Delft", "label_en": "Delft"},
        {"municipality": "ee", "position": 3, "label_nl": "Ee", "label_en": "Ee"},
    ),
    "codebook": raw_table(
        "codebook",
        {"code": "capacity", "level": "concept", "label_nl": "Vermogen", "label_en": "Capacity"},
        {"code": "will", "level": "variable", "parent": "capacity", "label_nl": "Wil", "label_en": "Will", "scale_used": "s3"},
    ),
    "scales": raw_table(
        "scales",
        {"scale": "s3", "rank": 3, "symbol": "+/+", "label_nl": "genoeg", "label_en": "enough"},
        {"scale": "s3", "rank": 2, "symbol": "+/-", "label_nl": "matig", "label_en": "fair"},
    ),
    "cut_offs": raw_table("cut_offs", {"scale": "s3", "yes_from": 3}),
    "exhibits": raw_table("exhibits", {"exhibit": "risks", "title_nl": "Risico's", "title_en": "Risks"}),
    "ratings": raw_table(
        "ratings",
        *(
            {"municipality": name, "variable": "will", "symbol": symbol, "exhibit": "risks", "section": "5.2"}
            for name, symbol in (("den-haag", "+/+"), ("delft", "+/+"), ("ee", "+/-"))
        ),
    ),
    "findings": raw_table(
        "findings",
        {"exhibit": "reasons", "finding": "reason", "municipality": "den-haag", "position": 1, "section": "5.1"},
        {"exhibit": "reasons", "finding": "view", "municipality": "delft", "position": 1, "section": "5.1"},
    ),
    "expectations": raw_table(
        "expectations", {"exhibit": "risks", "municipality": "delft", "letter": "a", "label_en": "a goal", "section": "5.3"}
    ),
    "stances": raw_table(
        "stances",
        {"matter": "choice", "place": "4.3 ¶3", "stance": "random", "says_nl": "Aselect.", "says_en": "At random."},
        {"matter": "choice", "place": "7 ¶1", "stance": "known", "says_nl": "Via bekenden.", "says_en": "Through acquaintances."},
    ),
}
HIGH = {"table": "ratings", "count": "municipality", "where": {"variable": "will", "symbol": "+/+"}}  # 2
YES = {"table": "ratings", "count": "municipality", "where": {"counts_as": "yes"}, "of": {"variable": "will"}}  # 2 of 3
REASON = {"table": "findings", "count": "municipality", "where": {"finding": "reason"}, "of": {"exhibit": "reasons"}}  # 1 of 2
CHOICE = {"table": "stances", "values": "stance", "where": {"matter": "choice"}}
ASSUMES = {"assumes_nl": "Dat telt.", "assumes_en": "That counts."}


def claim(number: int, test: dict | None, expect: dict | None, consequence: str = "number", **parts) -> Claim:
    ident = f"c{number:03}"
    base = {"id": ident, "section": "5.4", "paragraph": number, "consequence": consequence}
    said = {"statement_nl": f"Zin {number}.", "statement_en": f"Sentence {number}."} | {"test": test, "expect": expect}
    return Claim.model_validate(base | {key: value for key, value in said.items() if value is not None} | parts)


CLAIMS = [
    claim(1, HIGH, {"equals": 2}),
    claim(2, YES, {"quantifier": "plural"}, "conclusion"),
    claim(3, HIGH, {"at_least": 1}, **ASSUMES),
    claim(4, HIGH, {"equals": 2}, "design", tested_at="5.4 ¶1-4"),
    claim(5, REASON, {"quantifier": "all"}),
    claim(6, HIGH, {"equals": 3}, **ASSUMES),
    claim(7, CHOICE, {"values": ["random"]}, "design", section="4.3", paragraph=3, answer_nl="Zo liep het.", answer_en="So it went."),
    claim(8, HIGH, {"equals": 3}, answer_nl="Ee telt mee.", answer_en="Ee counts."),
    claim(9, YES, {"quantifier": "none"}, "conclusion", answer_nl="Toen niet.", answer_en="Not then."),
    claim(10, {"table": "expectations", "values": "section"}, {"values": ["5.9"]}, "reference"),
    claim(11, {"table": "ratings", "values": "section"}, {"values": ["5.8"]}, "reference"),
    claim(12, None, None, "conclusion", needs_nl="Verslagen.", needs_en="Transcripts."),
]
REVIEWED = raw_table(
    "reviewed",
    {"kind": "claim", "id": "c008", "verdict": "contradicted", "note_nl": "Gezien.", "note_en": "Seen."},
    {"kind": "claim", "id": "c009", "verdict": "contradicted"},
    {"kind": "claim", "id": "c007", "verdict": "tension", "note_nl": "Staat er al.", "note_en": "The rows say it."},
    {"kind": "rating", "id": "c009", "verdict": "none", "note_nl": "Van een oordeel.", "note_en": "Of a rating."},
)


def words(language: str) -> Words:
    return Words(MadeEdition(TABLES), language, Numbers([]))


def lines(table) -> list[list[str]]:
    return [[as_cell(cell).text for cell in row] for row in table.rows]


def listed(language: str, group: str, claims: list[Claim] = CLAIMS) -> list[list[str]]:
    return lines(tables_claims.listing(words(language), judge(claims, TABLES, {}), group, REVIEWED))


def test_the_claims_by_hand_have_every_verdict_and_every_verdict_one_list():
    assert {made.verdict for made in judge(CLAIMS, TABLES, {})} == set(VERDICTS)
    assert Counter(verdict for verdicts in GROUPS.values() for verdict in verdicts) == Counter(VERDICTS)


LISTS = {  # list: its rows in Dutch and in English; a heading before the claims with the same at stake
    "contradicted": (
        [
            ["Conclusie"],
            ["c009", f"{SIGN}5.4 ¶9", "Zin 9.", f"2 van 3 gemeenten: ja ({SIGN}5.2)", "Toen niet."],
            ["Getal"],
            ["c008", f"{SIGN}5.4 ¶8", "Zin 8.", f"2 gemeenten op +/+ ({SIGN}5.2)\nGezien.", "Ee telt mee."],
        ],
        [
            ["Conclusion"],
            ["c009", f"{SIGN}5.4 ¶9", "Sentence 9.", f"2 of 3 municipalities: yes ({SIGN}5.2)", "Not then."],
            ["Number"],
            ["c008", f"{SIGN}5.4 ¶8", "Sentence 8.", f"2 municipalities at +/+ ({SIGN}5.2)\nSeen.", "Ee counts."],
        ],
    ),
    "tension": (  # what the other places say, not the claim's own
        [["Opzet"], ["c007", f"{SIGN}4.3 ¶3", "Zin 7.", f"{SIGN}7 ¶1: Via bekenden.", "Zo liep het."]],
        [["Design"], ["c007", f"{SIGN}4.3 ¶3", "Sentence 7.", f"{SIGN}7 ¶1: Through acquaintances.", "So it went."]],
    ),
    "partly": (
        [
            ["Conclusie"],
            [
                "c002",
                f"{SIGN}5.4 ¶2",
                "Zin 2.",
                "meervoud zonder getal: ja",
                f"Klopt voor de meeste:\n2 van 3 gemeenten: ja ({SIGN}5.2)",
            ],
            ["Getal"],
            ["c005", f"{SIGN}5.4 ¶5", "Zin 5.", "alle", f"Niet zichtbaar in de tabel:\n1 van 2 gemeenten ({SIGN}5.1)"],
        ],
        [
            ["Conclusion"],
            [
                "c002",
                f"{SIGN}5.4 ¶2",
                "Sentence 2.",
                "plural without a number: yes",
                f"Holds for most:\n2 of 3 municipalities: yes ({SIGN}5.2)",
            ],
            ["Number"],
            ["c005", f"{SIGN}5.4 ¶5", "Sentence 5.", "all", f"Not visible in the table:\n1 of 2 municipalities ({SIGN}5.1)"],
        ],
    ),
    "assumed": (
        [
            ["Getal"],
            [
                "c003",
                f"{SIGN}5.4 ¶3",
                "Zin 3.\nAanname: Dat telt.",
                "ten minste 1 op +/+",
                f"Wijst erop, met aanname:\n2 gemeenten op +/+ ({SIGN}5.2)",
            ],
            [
                "c006",
                f"{SIGN}5.4 ¶6",
                "Zin 6.\nAanname: Dat telt.",
                "3 op +/+",
                f"Wijst er niet op, met aanname:\n2 gemeenten op +/+ ({SIGN}5.2)",
            ],
        ],
        [
            ["Number"],
            [
                "c003",
                f"{SIGN}5.4 ¶3",
                "Sentence 3.\nAssumption: That counts.",
                "at least 1 at +/+",
                f"Points to it, with an assumption:\n2 municipalities at +/+ ({SIGN}5.2)",
            ],
            [
                "c006",
                f"{SIGN}5.4 ¶6",
                "Sentence 6.\nAssumption: That counts.",
                "3 at +/+",
                f"Points away, with an assumption:\n2 municipalities at +/+ ({SIGN}5.2)",
            ],
        ],
    ),
    "slip": (
        [
            ["Verwijzing"],
            ["c010", f"{SIGN}5.4 ¶10", "Zin 10.", "5.9", f"5.3 ({SIGN}5.3)"],
            ["c011", f"{SIGN}5.4 ¶11", "Zin 11.", "5.8", f"5.2 ({SIGN}5.2)"],
        ],
        [
            ["Reference"],
            ["c010", f"{SIGN}5.4 ¶10", "Sentence 10.", "5.9", f"5.3 ({SIGN}5.3)"],
            ["c011", f"{SIGN}5.4 ¶11", "Sentence 11.", "5.8", f"5.2 ({SIGN}5.2)"],
        ],
    ),
    "unchecked": (
        [["Conclusie"], ["c012", f"{SIGN}5.4 ¶12", "Zin 12.", "Verslagen."]],
        [["Conclusion"], ["c012", f"{SIGN}5.4 ¶12", "Sentence 12.", "Transcripts."]],
    ),
    "holds": (
        [
            ["Getal"],
            ["c001", f"{SIGN}5.4 ¶1", "Zin 1.", "2 op +/+", f"2 gemeenten op +/+ ({SIGN}5.2)"],
            ["Opzet"],
            ["c004", f"{SIGN}5.4 ¶4", "Zin 4.", "2 op +/+", f"Niet onafhankelijk te toetsen:\n2 gemeenten op +/+ ({SIGN}5.4 ¶1-4)"],
        ],
        [
            ["Number"],
            ["c001", f"{SIGN}5.4 ¶1", "Sentence 1.", "2 at +/+", f"2 municipalities at +/+ ({SIGN}5.2)"],
            ["Design"],
            ["c004", f"{SIGN}5.4 ¶4", "Sentence 4.", "2 at +/+", f"No independent test:\n2 municipalities at +/+ ({SIGN}5.4 ¶1-4)"],
        ],
    ),
}


@each
@pytest.mark.parametrize("group", GROUPS)
def test_a_list_gives_its_claims_by_what_is_at_stake_with_what_was_said_found_and_answered(group, language):
    table = tables_claims.listing(words(language), judge(CLAIMS, TABLES, {}), group, REVIEWED)
    assert lines(table) == LISTS[group][LANGUAGES.index(language)]
    assert {len(row) for row in table.rows} <= {1, len(table.columns)}
    assert sum(column.width for column in table.columns) == pytest.approx(1)


@pytest.mark.parametrize("group", GROUPS)
def test_a_list_without_claims_has_its_headers_and_no_rows(group):
    other = [made for made in CLAIMS if made.id not in str(LISTS[group])]
    assert len(other) < len(CLAIMS)
    assert listed("nl", group, other) == []
    assert tables_claims.listing(words("nl"), judge(other, TABLES, {}), group, REVIEWED).columns


SUMMARY = [  # verdict: conclusion, number, design, reference, total
    ["Holds", "0", "1", "0", "0", "1"],
    ["Holds for most", "1", "0", "0", "0", "1"],
    ["Points to it, with an assumption", "0", "1", "0", "0", "1"],
    ["No independent test", "0", "0", "1", "0", "1"],
    ["Not visible in the table", "0", "1", "0", "0", "1"],
    ["Points away, with an assumption", "0", "1", "0", "0", "1"],
    ["Tension", "0", "0", "1", "0", "1"],
    ["Conflicts with the data", "1", "1", "0", "0", "2"],
    ["Slip", "0", "0", "0", "2", "2"],
    ["Cannot be checked", "1", "0", "0", "0", "1"],
    ["Total", "3", "5", "2", "2", "12"],
]


def test_the_summary_counts_claims_by_verdict_and_by_what_is_at_stake():
    judgements = judge(CLAIMS, TABLES, {})
    assert lines(tables_claims.summary(words("en"), judgements)) == SUMMARY
    assert [row[1:] for row in lines(tables_claims.summary(words("nl"), judgements))] == [row[1:] for row in SUMMARY]
    few = lines(tables_claims.summary(words("en"), judge(CLAIMS[:1], TABLES, {})))
    assert few == [SUMMARY[0], ["Total", "0", "1", "0", "0", "1"]], "a verdict that no claim has is left out"


def test_the_place_of_the_data_is_that_of_the_rows_a_test_looks_at():
    def places(test: dict, expect: dict) -> str:
        return tables_claims.data_places(words("en"), claim(1, test, expect))

    assert places(HIGH, {"equals": 2}) == f"{SIGN}5.2"
    assert places(CHOICE, {"values": ["random"]}) == f"{SIGN}4.3 ¶3; {SIGN}7 ¶1"
    joined = {"also": {"table": "expectations", "count": "municipality"}}
    assert places(HIGH | joined, {"equals": 2}) == f"{SIGN}5.2; {SIGN}5.3"
    own = {"table": "cut_offs", "count": "scale", "also": {"table": "codebook", "count": "scale"}}
    assert places(own, {"equals": 2}) == "counted in this compendium", "a list that was made for the edition has no place"
    assert places({"left": HIGH, "right": REASON}, {"relation": "<"}) == f"{SIGN}5.2; {SIGN}5.1"


EXPECTED = [  # an expectation; Dutch and English by hand
    ({"equals": 3}, "3", "3"),
    ({"equals": 0}, "geen", "none"),
    ({"equals": 1200}, "1.200", "1,200"),
    ({"equals": False}, "nee", "no"),
    ({"equals": True}, "ja", "yes"),
    ({"equals": "random"}, "aselect", "random"),
    ({"equals": "den-haag"}, "Den Haag", "The Hague"),
    ({"quantifier": "majority"}, "de meerderheid", "the majority"),
    ({"quantifier": "none"}, "geen", "none"),
    ({"quantifier": "plural"}, "meervoud zonder getal", "plural without a number"),
    ({"quantifier": "one"}, "één", "one"),
    ({"relation": "<"}, "het eerste kleiner", "the first smaller"),
    ({"relation": "!="}, "ongelijk", "unequal"),
    ({"at_least": 2}, "ten minste 2", "at least 2"),
    ({"at_most": 2}, "ten hoogste 2", "at most 2"),
    ({"values": ["den-haag", "+/-"]}, "Den Haag, +/−", "The Hague, +/−"),
    ({"within": ["+/-"]}, "alleen +/−", "only +/−"),
    ({"contains": ["survey"]}, "ook enquête", "also survey"),
    ({"values": ["a", "b", "c", "d"]}, "a, b, c, d", "a, b, c, d"),
    ({"values": ["a", "b", "c", "d", "e"]}, "een lijst van 5", "a list of 5"),  # a long list is counted
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
    (frozenset("abcde"), None, {"within": ["a"]}, "een lijst van 5", "a list of 5"),
    (
        frozenset("abcde"),
        None,
        {"contains": ["a", "den-haag"]},
        "een lijst van 5\nniet in de lijst: Den Haag",
        "a list of 5\nnot in the list: The Hague",
    ),
]


@pytest.mark.parametrize("case", FOUND, ids=range(len(FOUND)))
def test_what_was_found_is_said_in_words(case):
    value, of, expect, dutch, english = case
    made = Claim.model_construct(id="c001", test=None, expect=Expectation.model_validate(expect))
    assert tables_claims.finding_text(words("nl"), Finding(value, of), made, NL) == dutch
    assert tables_claims.finding_text(words("en"), Finding(value, of), made, EN) == english


UNITS = [  # a test, what it found and its denominator; Dutch and English by hand
    (HIGH, 1, None, "1 gemeente", "1 municipality"),
    (HIGH, 0, None, "0 gemeenten", "0 municipalities"),
    (YES, 1, 3, "1 van 3 gemeenten", "1 of 3 municipalities"),
    (YES, 0, 1, "0 van 1 gemeente", "0 of 1 municipality"),
    ({"table": "ratings", "rows": True}, 2, None, "2 oordelen", "2 ratings"),
    ({"table": "initiatives", "count": "domain"}, 2, None, "2", "2"),  # what has no name is a number
]


@pytest.mark.parametrize("case", UNITS, ids=str)
def test_what_a_test_counted_is_named(case):
    test, value, of, dutch, english = case
    made = claim(1, test, {"equals": 1})
    assert tables_claims.finding_text(words("nl"), Finding(value, of), made, NL) == dutch
    assert tables_claims.finding_text(words("en"), Finding(value, of), made, EN) == english


@each
def test_ids_that_a_claim_can_name_have_a_name(language):
    names = tables_claims.known_names(words(language))
    assert names["den-haag"] == {"nl": "Den Haag", "en": "The Hague"}[language]
    assert names["g4"] == {"nl": "Alle samen", "en": "All together"}[language]
    assert names["+/-"] == "+/−"
    assert names["will"] == names["Will"] == {"nl": "Wil", "en": "Will"}[language]
    assert names["s3"] == {"nl": "genoeg · matig", "en": "enough · fair"}[language]
    assert all(names.values())


SEGMENTS = raw_table("segments", *({"segment_id": f"s00{number}", "municipality": "delft"} for number in (1, 2, 3)))
CODINGS = raw_table(
    "codings",
    *({"segment_id": f"s00{number}", "code": "will", "valence": side} for number, side in ((1, "supports"), (2, "mixed"), (3, "supports"))),
)


def evidence() -> pd.DataFrame:
    return evidence_map(TABLES["ratings"], SEGMENTS, CODINGS, group="g4")


def test_standings_are_counted_per_concept_and_add_up():
    counts = count_standings(evidence(), TABLES["codebook"].assign(polarity="higher_is_better"))
    table = tables_claims.standings(words("en"), counts)
    assert [column.label for column in table.columns] == ["Concept", "supported", "one step off", "contested", "contradicted", "no passage"]
    assert lines(table) == [["Capacity", "1", "0", "0", "0", "2"], ["Total", "1", "0", "0", "0", "2"]]


RISKS = {"id": "1.1", "kind": "table", "name": "risks", "sources": ["a.csv", "b.csv"], "made_by": "tables.rated", "numbers": []}
FOUND_TEXT = {"id": "1.2", "kind": "text", "name": "answer", "sources": [], "made_by": "", "numbers": ["x.a", "x.b"]}
RECORD = {
    "notebook": {"path": "notebooks/1_x.ipynb", "sha256": "0123456789abcdef" * 4},
    "blocks": [RISKS, FOUND_TEXT],
}


@each
def test_provenance_lists_every_block_with_its_claims(language):
    w = words(language)
    rows = lines(tables_provenance.provenance(w, [RECORD], {"risks": ["c001", "c002"]}))
    kinds = {"nl": ("Tabel", "Tekst"), "en": ("Table", "Text")}[language]
    assert rows == [
        ["notebooks/1_x.ipynb (0123456789ab)"],
        ["1.1", f"{kinds[0]}: {w.title('risks')}", "a.csv\nb.csv", "tables.rated", "c001 c002"],
        ["1.2", f"{kinds[1]}: {w.heading('text.answer')}", "", "x.a\nx.b", ""],
    ]
    assert tables_provenance.provenance(w, [], {}).rows == []


@each
def test_checksums_are_listed_by_file(language):
    rows = lines(tables_provenance.checksums(words(language), {"b.csv": "b" * 64, "a.csv": "a" * 64}))
    assert rows == [["a.csv", "a" * 16], ["b.csv", "b" * 16]]


def cut(language: str):
    made = results()["judgements"]
    return {group: lines(tables_claims.listing(words_of_the_edition(language), made, group, edition()["reviewed"])) for group in GROUPS}


@each
def test_every_claim_of_the_edition_stands_in_one_list_once(language):
    rows = [row for rows in cut(language).values() for row in rows if len(row) > 1]
    assert sorted(row[0] for row in rows) == sorted(made.id for made in edition().claims)
    statements = {made.id: getattr(made, f"statement_{language}") for made in edition().claims}
    assert all(row[2].split("\n")[0] == statements[row[0]] for row in rows)
    assert all(all(row) for row in rows), "no cell is empty"


@each
def test_no_cell_of_the_ledger_shows_the_inside_of_the_machine(language):
    cells = [cell for rows in cut(language).values() for row in rows for cell in row]
    assert len(cells) > len(edition().claims)
    assert not [cell for cell in cells if re.search(r"frozenset|None|\{|\bTrue\b|\bFalse\b|<NA>", cell)]


def test_both_languages_have_the_same_claims_in_the_same_order():
    dutch, english = ([[row[0] for row in rows if len(row) > 1] for rows in cut(language).values()] for language in LANGUAGES)
    assert dutch == english
