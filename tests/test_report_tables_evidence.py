"""Ratings in words: the map, by concept, with the passages beside each, and by municipality."""

import pandas as pd
from build_fixtures import MadeEdition, edition, raw_table, results
from build_fixtures import words as words_of_the_edition

from fruitmand.analysis.evidence import evidence_map
from fruitmand.analysis.numbers import Numbers
from fruitmand.analysis.ratings import count_by_municipality
from fruitmand.report import tables_evidence
from fruitmand.report.blocks import Cell, Table, as_cell
from fruitmand.report.words import Words

SIGN = "§\N{NO-BREAK SPACE}"
TOWNS = [("den-haag", "Den Haag", "The Hague"), ("delft", "Delft", "Delft"), ("ee", "Ee", "Ee")]
CODES = [("will", "higher_is_better", "s3"), ("noise", "higher_is_worse", "bare"), ("rest", "higher_is_better", "s3")]
SAID = [
    ("s001", "supports", "one"),
    ("s002", "mixed", None),
    ("s003", "supports", None),
    ("s004", "supports", None),
    ("s005", "opposes", "all"),
]
TABLES = {
    "municipalities": raw_table(
        "municipalities", *({"municipality": i, "position": n, "label_nl": nl, "label_en": en} for n, (i, nl, en) in enumerate(TOWNS))
    ),
    "codebook": raw_table(
        "codebook",
        {"code": "capacity", "level": "concept", "position": 1, "label_nl": "Vermogen", "label_en": "Capacity"},
        {"code": "risks", "level": "concept", "position": 2, "label_nl": "Risico", "label_en": "Risk"},
        *(
            {"code": code, "level": "variable", "parent": parent, "position": n, "label_nl": code, "label_en": code.title()}
            | {"definition_nl": "Wat het is.", "definition_en": "What it is.", "polarity": polarity, "scale_used": scale}
            for n, ((code, polarity, scale), parent) in enumerate(zip(CODES, ("capacity", "risks", "capacity"), strict=True))
        ),
    ),
    "scales": raw_table(
        "scales",
        *(
            {"scale": "s3", "rank": rank, "symbol": symbol, "label_nl": nl, "label_en": en}
            for rank, symbol, nl, en in ((3, "+/+", "genoeg", "enough"), (2, "+/-", "matig", "fair"), (1, "-/-", "te weinig", "too little"))
        ),
        *({"scale": "bare", "rank": rank, "symbol": symbol} for rank, symbol in ((3, "+/+"), (2, "+/-"), (1, "-/-"))),
    ),
    "ratings": raw_table(
        "ratings",
        *(
            {"municipality": town, "variable": code, "symbol": symbol, "exhibit": "e", "section": "5"}
            for town, code, symbol in (("delft", "will", "+/+"), ("ee", "will", "-/-"), ("delft", "noise", "+/+"))
        ),
    ),
    "segments": raw_table(
        "segments",
        *(
            {"segment_id": name, "municipality": "delft", "respondent": who, "section": "5.2", "paragraph": n}
            | {"paraphrase_nl": f"Zin {n}.", "paraphrase_en": f"Sentence {n}."}
            for n, (name, _, who) in enumerate(SAID, start=1)
        ),
    ),
    "expectations": raw_table(
        "expectations", {"exhibit": "e", "municipality": "delft", "letter": "a", "label_nl": "een doel", "label_en": "a goal"}
    ),
    "initiatives": raw_table(
        "initiatives",
        {"initiative": "one", "label_nl": "Eén", "label_en": "One", "status": "started", "municipalities": "ee;delft"},
        {"initiative": "two", "label_nl": "Twee", "label_en": "Two", "municipalities": "delfts"},
    ),
}
CODINGS = raw_table("codings", *({"segment_id": name, "code": "will", "valence": side} for name, side, _ in SAID))


def words(language: str = "en") -> Words:
    return Words(MadeEdition(TABLES), language, Numbers([]))


def evidence() -> pd.DataFrame:
    return evidence_map(TABLES["ratings"], TABLES["segments"], CODINGS, group=None)


def texts(table: Table) -> list[list[str]]:
    return [[as_cell(cell).text for cell in row] for row in table.rows]


def test_the_map_says_each_rating_in_words_with_its_symbol_and_how_passages_stand_and_a_dash_where_there_is_none():
    table = tables_evidence.rating_map(words(), evidence())
    assert [column.label for column in table.columns] == ["Variable", "The Hague", "Delft", "Ee"]
    assert texts(table) == [["Capacity"], ["Will", "–", "enough", "too little"], ["Risk"], ["Noise", "–", "high", "–"]]
    _, nobody, delft, ee = table.rows[1]
    assert (delft.small, delft.shade, delft.link) == ("+/+", "high", "rating-will-delft")
    assert (delft.mark, delft.said) == ("▲", "contested")
    assert (ee.small, ee.mark, ee.said, ee.shade) == ("−/−", "○", "no passage", "low")
    assert table.rows[3][2].shade == "bad_high", "the high end of a risk has the other ramp"
    assert nobody == Cell("–")


def test_a_variable_that_nobody_was_rated_on_has_no_row_and_a_study_without_ratings_an_empty_map():
    assert not any("Rest" in row for row in texts(tables_evidence.rating_map(words(), evidence())))
    assert tables_evidence.rating_map(words(), evidence().iloc[:0]).rows == []


def test_every_cell_of_the_map_leads_to_the_row_with_its_passages():
    found = results()["evidence"]
    w = words_of_the_edition("nl")
    links = {cell.link for row in tables_evidence.rating_map(w, found).rows for cell in map(as_cell, row) if cell.link}
    anchors = [row[0].anchor for code in found["variable"].unique() for row in tables_evidence.passages(w, found, code).rows]
    assert len(anchors) == len(set(anchors)) == len(edition()["ratings"])
    assert links == set(anchors)


def test_passages_stand_beside_their_rating_one_of_each_side_shown_with_place_and_speaker_and_the_rest_is_counted():
    delft, ee = tables_evidence.passages(words(), evidence(), "will").rows
    name, rating, standing, told = delft
    assert (name.text, name.anchor) == ("Delft", "rating-will-delft")
    assert (rating.text, rating.small) == ("enough", "+/+")
    assert standing == "▲ contested"
    assert told.text.split("\n") == [
        f"Confirms: Sentence 1. ({SIGN}5.2 ¶1; one respondent)",
        f"Lower: Sentence 2. ({SIGN}5.2 ¶2)",
        f"Contradicts: Sentence 5. ({SIGN}5.2 ¶5; all respondents)",
    ]
    assert told.more.split("\n") == [f"Confirms: Sentence 3. ({SIGN}5.2 ¶3)", f"Confirms: Sentence 4. ({SIGN}5.2 ¶4)"]
    assert "2" in told.more_said
    assert ee[2] == "○ no passage"
    assert "No passage" in ee[3].text
    assert (ee[3].more, ee[3].more_said) == ("", "")


def test_all_passages_of_the_edition_are_on_the_page_once_beside_each_rating_they_bear_on():
    found, w = results()["evidence"], words_of_the_edition("en")
    shown = 0
    for code in found["variable"].unique():
        for row in tables_evidence.passages(w, found, code).rows:
            lines = [
                line
                for line in (row[3].text + "\n" + row[3].more).split("\n")
                if line.startswith(("Confirms:", "Higher:", "Lower:", "Contradicts:"))
            ]
            shown += len(lines)
    assert shown == int(found[["n_for", "n_mixed", "n_against"]].to_numpy().sum()) > 100


def test_how_many_are_high_is_a_plain_number_and_a_dash_where_nothing_is_rated():
    counts = pd.DataFrame(
        [{"concept": "capacity", "municipality": "delft", "high": 2, "middle": 1, "low": 0, "n": 3}]
        + [{"concept": "capacity", "municipality": name, "high": 0, "middle": 0, "low": 0, "n": 0} for name in ("den-haag", "ee")]
    )
    assert tables_evidence.by_concept(words(), counts).rows == [["Capacity", "–", "2 of 3", "–"]]


def test_the_small_map_adds_up_to_all_high_ratings():
    tables = edition()
    counts = count_by_municipality(tables["ratings"], tables["codebook"], tables["municipalities"])
    rows = texts(tables_evidence.by_concept(words_of_the_edition("en"), counts))
    high = sum(int(cell.split(" of ")[0]) for row in rows for cell in row[1:])
    assert high == (tables["ratings"]["symbol"] == "+/+").sum()


def test_a_municipality_has_its_ratings_by_concept_with_how_many_passages_stand_to_each():
    table = tables_evidence.municipality(words(), evidence(), "delft")
    assert texts(table) == [
        ["Capacity"],
        ["Will", "enough", "▲ contested", "3", "1", "1"],
        ["Risk"],
        ["Noise", "high", "○ no passage", "0", "0", "0"],
    ]
    assert tables_evidence.municipality(words(), evidence(), "den-haag").rows == []


def test_what_else_is_told_of_a_municipality_is_what_it_expects_and_takes_part_in():
    assert texts(tables_evidence.told(words(), "delft")) == [["Expectations", "a goal"], ["Initiatives", "One (started)"]]
    assert texts(tables_evidence.told(words("nl"), "ee")) == [["Initiatieven", "Eén (begonnen)"]]
    assert tables_evidence.told(words(), "den-haag").rows == []
