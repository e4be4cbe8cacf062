"""The 2015 data by themselves: complete grids, stable ids, both languages."""

import re
from collections import Counter

import pytest

from fruitmand.checks.recoding import settled_codes

# The rows of tables 3, 4, 1 and 2 of the thesis.
VARIABLES = [
    *("motivation", "room_for_ideas", "themes_and_topics", "knowledge_sharing", "individual_barriers", "organisational_barriers"),
    *("savings", "steering", "working_method", "goal_attainment"),
    *("position", "recognise_best_practices", "readiness_for_change", "implement_best_practices", "efficiency"),
    *("superficial_comparison", "complacency", "learning_vs_improving", "accountability_pressure", "blame_culture"),
]
TOWNS = ["amsterdam", "den-haag", "utrecht", "rotterdam"]


def test_the_ids_of_the_variables_do_not_change(edition):
    book = edition["codebook"]
    assert book[book["level"] == "variable"]["code"].tolist() == VARIABLES


def test_the_municipalities_stand_in_the_order_of_the_tables(edition):
    assert edition["municipalities"].sort_values("position")["municipality"].tolist() == TOWNS


def test_the_ratings_are_a_complete_grid(edition):
    ratings = edition["ratings"]
    assert len(ratings) == 20 * 4
    assert set(zip(ratings["municipality"], ratings["variable"], strict=True)) == {(t, v) for t in TOWNS for v in VARIABLES}


# Items counted in the tables of sections 5.1, 5.2.1, 5.2.2, 5.2.3 and 5.3.
@pytest.mark.parametrize(
    ("table", "counts"),
    [
        ("expectations", {"learning_climate": 3 + 3 + 2 + 3, "learning_practices": 3 + 3 + 4 + 4, "learning_barriers": 1 + 2 + 3 + 3}),
        ("findings", {"reasons": 4 + 4, "conversations": 5 + 1 + 1 + 2 + 2 + 1, "improvement": 2 + 2 + 3 + 4}),
    ],
)
def test_every_worded_cell_is_there(edition, table, counts):
    assert edition[table]["exhibit"].value_counts().to_dict() == counts
    assert sum(counts.values()) == {"expectations": 34, "findings": 31}[table]


def test_items_of_a_cell_are_numbered_without_gaps(edition):
    for _, cell in edition["findings"].groupby(["exhibit", "finding", "municipality"]):
        assert cell["position"].tolist() == list(range(1, len(cell) + 1))


def test_the_agenda_asks_ten_questions_each_about_the_variable_that_names_it(edition):
    agenda, book = edition["agenda"], edition["codebook"]
    assert agenda["question"].tolist() == list(range(1, 11))
    assert agenda["code"].tolist() == VARIABLES[:10]
    assert book.dropna(subset="question").set_index("code")["question"].to_dict() == agenda.set_index("code")["question"].to_dict()


def test_both_languages_are_filled(edition):
    for name, table in edition.items():
        for column in table.columns[table.columns.str.endswith("_nl")]:
            english = table[column.removesuffix("_nl") + "_en"]
            assert (table[column].isna() == english.isna()).all(), (name, column)
            assert (table[column].dropna().str.strip().str.len() > 0).all(), (name, column)
            assert (english.dropna().str.strip().str.len() > 0).all(), (name, column)


def test_both_languages_of_settings_and_models_are_filled(edition):
    texts = []

    def walk(value):
        if isinstance(value, dict):
            texts.extend(text for key, text in value.items() if key in ("nl", "en") or key.endswith(("_nl", "_en")))
            value = list(value.values())
        for item in value if isinstance(value, list) else []:
            walk(item)

    walk(edition.settings.model_dump())
    walk([model.model_dump() for model in edition.models.values()])
    assert len(texts) > 20
    assert all(text.strip() for text in texts)


def test_paraphrases_are_one_short_sentence(edition):
    # The coding manual: one sentence each, at most 30 words.
    for column in ("paraphrase_nl", "paraphrase_en"):
        texts = edition["segments"][column]
        assert texts.str.split().str.len().max() <= 30
        assert texts.str.endswith(".").all()
        assert not texts.str.contains(r"[.?!] [A-Z]").any()


def test_every_segment_has_a_place_and_a_digest_and_segments_stand_in_the_order_of_the_text(edition):
    segments = edition["segments"]
    assert segments[["section", "paragraph", "start", "end", "digest"]].notna().all(axis=None)
    assert sorted(segments["segment_id"]) == [f"s{number:03d}" for number in range(1, len(segments) + 1)]
    places = list(zip(segments["section"], segments["paragraph"], segments["start"], segments["end"], strict=True))
    assert places == sorted(places)


def test_one_place_has_one_digest_and_one_row_per_municipality(edition):
    segments = edition["segments"]
    place = ["section", "paragraph", "start", "end"]
    assert (segments.groupby(place)["digest"].nunique() == 1).all()
    assert not segments.duplicated([*place, "municipality"]).any()


def test_at_least_forty_segments_are_coded_twice(edition):
    codings = edition["codings"]
    coders = codings.groupby("segment_id")["coder"].nunique()
    assert (coders == 2).sum() >= 40
    assert set(edition.coders) == set(codings["coder"])


def test_a_segment_has_one_to_three_codes_of_a_coder(edition):
    counts = edition["codings"].groupby(["coder", "segment_id"]).size()
    assert counts.between(1, 3).all()


def test_a_segment_has_one_to_three_codes_that_stand(edition):
    codes = settled_codes(edition["codings"], edition.coders, edition["adjudications"], edition["recodings"])
    counts = Counter(segment for segment, _ in codes)
    assert set(counts) == set(edition["segments"]["segment_id"])
    assert set(counts.values()) <= {1, 2, 3}


def test_the_codes_of_the_manual_are_those_of_the_codebook(edition, root):
    manual = (root / "docs" / "coding-manual.md").read_text(encoding="utf-8")
    book = edition["codebook"]
    codes = book[book["level"].isin(["variable", "topic"])]["code"].tolist()
    assert re.findall(r"^\| `(\w+)` \|", manual, re.MULTILINE) == codes


def test_figures_have_a_model_and_models_link_nodes_that_there_are(edition):
    exhibits = edition["exhibits"]
    assert set(exhibits[exhibits["kind"] == "figure"]["exhibit"]) == set(edition.models)
    for model in edition.models.values():
        nodes = [node.id for node in model.nodes]
        assert len(set(nodes)) == len(nodes)
        assert {end for link in model.links for end in (link.source, link.target)} <= set(nodes)


def test_the_scales_of_the_survey_are_scales(edition):
    assert {edition.settings.survey.scale_announced, edition.settings.survey.scale_annex} <= set(edition["scales"]["scale"])
