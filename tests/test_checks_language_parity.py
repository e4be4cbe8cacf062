"""What Dutch and English must share, and what a statement must say of its own expectation."""

import pandas as pd
import pytest
from build_fixtures import apart

from fruitmand.checks.claim_wording import check_wording
from fruitmand.checks.language_parity import municipality_patterns, named_municipalities, numbers
from fruitmand.edition import sealing
from fruitmand.edition.claims import Claim

BROKEN = [  # file, a row by its cells, column, broken value, word of the rule
    ("segments.csv", {"segment_id": "s004"}, "municipality", "rotterdam", "paraphrase names utrecht"),
    ("segments.csv", {"segment_id": "s004"}, "paraphrase_en", "A respondent from Rotterdam finds the instrument practical.", "names"),
    ("segments.csv", {"segment_id": "s001"}, "paraphrase_en", "Over five years the four cities exchanged what they knew.", "numbers"),
    ("codebook.csv", {"code": "motivation"}, "label_en", "Motivatie", "same in Dutch and English"),
    ("codebook.csv", {"code": "motivation"}, "theory_label_en", "Motive", "must be 'Motivation'"),
    (
        "codebook.csv",
        {"code": "motivation"},
        "definition_en",
        "The activities in which municipalities gain knowledge and experience.",
        "row",
    ),
    ("codebook.csv", {"code": "motivation"}, "definition_en", "Whether participants take part of their own accord", "sentence"),
    ("scales.csv", {"scale": "sufficient3", "rank": "3"}, "symbol", "-/-", "twice"),
    ("scales.csv", {"scale": "sufficient3", "rank": "2"}, "label_nl", "voldoende", "twice"),
    ("scales.csv", {"scale": "sufficient3", "rank": "2"}, "rank", "4", "gaps"),
]


WRONG_CLAIMS = [  # what a claim says, what it says then, its id, word of the rule
    ('statement_nl = "De leerpraktijken staan in 5.2.3."', 'statement_nl = "De leerpraktijken staan in 5.2.9."', "c016", "statement_nl"),
    ('"In three of the four municipalities motivation', '"In all four municipalities motivation', "c061", "statement_en"),
    ('expect = { equals = "random" }', 'expect = { equals = "by chance" }', "c008", "is no word of edition.toml"),
    ('contains = ["literature", "interviews", "survey"]', 'contains = ["observation", "interviews", "survey"]', "c006", "statement_nl"),
]


@pytest.fixture(scope="module")
def told(problems_of):
    """Return what reading says of every broken cell; in a copy no file has more than one of them, so that its problems are of that one."""
    found = {}
    for files in apart(BROKEN, lambda case: case[0]):

        def break_cells(scratch, files=files):
            for file, (_, cells, column, value, _) in files.items():
                scratch.set(file, scratch.row_of(file, **cells), column, value)

        problems = problems_of(break_cells)
        found |= {BROKEN.index(case): [str(problem) for problem in problems] for case in files.values()}
    return found


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case[0]}-{case[2]}-{case[3][:12]}")
def test_a_language_that_says_something_else_is_named(told, case):
    file, _, _, _, rule = case
    texts = told[BROKEN.index(case)]
    assert any(f"data/raw/2015/{file} row " in text and rule in text for text in texts), texts


@pytest.fixture(scope="module")
def told_of_claims(problems_of):
    """Return what reading says of the claims when some of them say something else."""

    def change(scratch):
        path = scratch.raw / "claims.toml"
        text = path.read_text(encoding="utf-8")
        for old, new, *_ in WRONG_CLAIMS:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        sealing.seal(scratch.raw)

    return [str(problem) for problem in problems_of(change) if problem.file.endswith("claims.toml")]


@pytest.mark.parametrize(("claim", "rule"), [case[2:] for case in WRONG_CLAIMS])
def test_a_claim_whose_statement_does_not_carry_its_expectation_is_named(told_of_claims, claim, rule):
    assert [text for text in told_of_claims if claim in text and rule in text], told_of_claims


def test_numbers_are_read_in_digits_and_in_words():
    assert numbers("27,4 procent van 1.200", "nl") == numbers("27.4 per cent of 1,200", "en")
    assert numbers("geen van de vier", "nl") == [4]
    assert numbers("1" * 10_000, "nl") == numbers("1" * 10_000, "en")
    assert numbers("1" * 10_000, "nl") != numbers("1" * 10_001, "en")
    assert numbers("½ en ² van ٣", "nl") == []


def test_a_municipality_is_named_whatever_sign_its_name_begins_with():
    rows = [("den-bosch", "'s-Hertogenbosch", "'s-Hertogenbosch"), ("utrecht", "Utrecht", "Utrecht")]
    patterns = municipality_patterns(pd.DataFrame(rows, columns=["municipality", "label_nl", "label_en"]), {})
    assert named_municipalities("In 's-Hertogenbosch en bij de Utrechtse controller.", patterns) == {"den-bosch", "utrecht"}
    assert named_municipalities("In Maastrecht.", patterns) == set()


@pytest.mark.parametrize(("words", "said"), [("staat in 10.12", True), ("staat in 0.12", False), ("staat in 10.1", False)])
def test_a_section_is_said_in_whole_also_beyond_nine(edition, words, said):
    parts = {"id": "c001", "section": "1", "paragraph": 1, "consequence": "reference", "expect": {"values": ["10.12"]}}
    test = {"table": "sections", "values": "section"}
    claim = Claim.model_validate(parts | {"test": test, "statement_nl": f"Het {words}.", "statement_en": f"It {words}."})
    assert bool(check_wording([claim], edition, {}, "raw")) != said


SAID = [  # a quantifier, a statement in Dutch and in English, and whether both carry it
    ("all", "Alle gemeenten sparen.", "All municipalities save.", True),
    ("all", "De gemeenten sparen.", "The municipalities save.", False),
    ("all", "De meeste van alle gemeenten sparen.", "Most of all municipalities save.", False),
    ("none", "Geen gemeente spaart.", "No municipality saves.", True),
    ("none", "De gemeenten sparen.", "The municipalities save.", False),
    ("plural", "De gemeenten sparen.", "The municipalities save.", True),
    ("plural", "Alle gemeenten sparen.", "All municipalities save.", False),
    ("plural", "De vier gemeenten sparen.", "The four municipalities save.", False),
    ("plural", "De meeste gemeenten sparen.", "Most municipalities save.", False),
    ("half", "Twee van de vier sparen.", "Two of the four save.", True),  # the four that it is a part of make it no whole
    ("half", "Niet meer dan de helft spaart.", "No more than half save.", True),
    ("half", "Alle gemeenten sparen.", "All municipalities save.", False),
    ("one", "Een van de vier spaart.", "One of the four saves.", True),
    ("one", "De gemeenten sparen.", "The municipalities save.", False),
    ("some", "Sommige gemeenten sparen.", "Some municipalities save.", True),
    ("majority", "De meeste gemeenten sparen.", "Most municipalities save.", True),
    ("more_than_half", "Meer dan de helft spaart.", "More than half save.", True),
    ("more_than_half", "De helft spaart.", "Half save.", False),
]


@pytest.mark.parametrize("case", SAID, ids=lambda case: f"{case[0]}: {case[2]}")
def test_a_statement_has_words_for_the_share_that_is_expected_and_a_plain_plural_has_none(case):
    quantifier, dutch, english, said = case
    parts = {"id": "c001", "section": "1", "paragraph": 1, "consequence": "conclusion", "statement_nl": dutch, "statement_en": english}
    test = {"table": "ratings", "count": "municipality", "of": {}}
    claim = Claim.model_validate(parts | {"test": test, "expect": {"quantifier": quantifier}})
    problems = check_wording([claim], {"municipalities": pd.DataFrame(index=range(4))}, {}, "raw")
    assert {problem.rule.split()[0] for problem in problems} == (set() if said else {"statement_nl", "statement_en"})
