"""Texts about what an edition names: made from the codebook's labels and poles, with the edition's own words before them."""

import re
import subprocess
from types import SimpleNamespace

import pandas as pd
import pytest
from build_fixtures import LANGUAGES, ROOT, MadeEdition, raw_table

from fruitmand.analysis.numbers import Number, Numbers
from fruitmand.report import contents
from fruitmand.report.text_patterns import lowered, worded_tables
from fruitmand.report.words import Words

POLES = {"calm": ("rust bereikt", "calm reached"), "noise": ("hoog risico", "high risk"), "haste": ("hoog risico", "high risk")}


def variable(code: str, place: int) -> dict[str, object]:
    nl, en = POLES[code]
    row = {"code": code, "level": "variable", "parent": "mood", "position": place, "label_nl": f"De {code}", "label_en": f"The {code}"}
    return row | {"pole_nl": nl, "pole_en": en, "polarity": "higher_is_better", "scale_used": "three"}


def study(**tables: object) -> MadeEdition:
    """Return a study of two municipalities, and a concept with three variables."""
    concept = {"code": "mood", "level": "concept", "position": 1, "label_nl": "Stemming", "label_en": "Mood"}
    book = raw_table("codebook", concept, *(variable(code, place) for place, code in enumerate(POLES)))
    names = [("ant", "Antwold"), ("bee", "Beeville")]
    towns = [
        {"municipality": town, "position": place, "label_nl": name, "label_en": name} for place, (town, name) in enumerate(names, start=1)
    ]
    made = MadeEdition(
        {"codebook": book, "municipalities": raw_table("municipalities", *towns)} | tables, status="draft", languages=["nl", "en"]
    )
    made.fielded, made.claims, made.coders = False, [], ("one",)
    made.settings.survey = SimpleNamespace(state="none", fielded=False)
    return made


def rating(town: str, code: str, symbol: str) -> dict[str, object]:
    return {"municipality": town, "variable": code, "symbol": symbol, "exhibit": "mood", "section": "1"}


def written(key: str, language: str, *numbers: Number) -> str:
    return Words(study(), language, Numbers(numbers)).text(key)


COUNTED = [Number(f"concept.mood.{name}", value, 5, "ratings.csv") for name, value in {"n": 5, "high": 2, "middle": 2, "low": 1}.items()]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Rust bereikt: één van de twee gemeenten; de noise, hoog risico: de ene beoordeelde gemeente; niet beoordeeld: de haste."),
        ("en", "Calm reached: one of the two municipalities; the noise, high risk: the one rated municipality; not rated: the haste."),
    ],
)
def test_a_concept_is_told_by_its_poles_and_a_pole_of_two_variables_by_their_labels(language, said):
    rated = [Number("ratings.calm.high", 1, 2, "ratings.csv"), Number("ratings.noise.high", 1, 1, "ratings.csv")]
    text = written("text.chapter_mood", language, *COUNTED, *rated, Number("ratings.haste.high", 0, 0, "ratings.csv"))
    assert text.startswith({"nl": "# Stemming\n", "en": "# Mood\n"}[language])
    assert said in text


def test_of_some_municipalities_it_is_said_that_these_were_rated():
    made = study()
    made["municipalities"] = raw_table(
        "municipalities", *({"municipality": f"t{n}", "position": n, "label_nl": f"T{n}", "label_en": f"T{n}"} for n in range(1, 4))
    )
    numbers = Numbers([*COUNTED, Number("ratings.calm.high", 2, 2, "ratings.csv")])
    assert "Calm reached: all two rated municipalities" in Words(made, "en", numbers).text("text.chapter_mood")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_is_made_from_the_label(language):
    assert written("title.evidence_calm", language) == {"nl": "De calm", "en": "The calm"}[language]
    assert not Words(study(), language, Numbers()).has("title.evidence_clam")


def test_a_note_says_what_a_publication_calls_a_variable_that_has_another_label():
    made = study()
    book = made["codebook"]
    book["definition_en"], book["theory_label_en"] = "Whether it is calm.", pd.Series([None, "Unrest", "The noise", None])
    made.settings.basis = "publication"
    notes = {code: Words(made, "en", Numbers()).text(f"note.evidence_{code}") for code in POLES}
    assert "‘Unrest’" in notes["calm"]
    assert notes["calm"].startswith("Whether it is calm.")
    assert notes["noise"] == notes["haste"] == "Whether it is calm."
    made.settings.basis = "fieldwork"
    assert Words(made, "en", Numbers()).text("note.evidence_calm") == "Whether it is calm."


def test_labels_lose_their_capital_but_abbreviations_keep_it():
    assert [lowered(word) for word in ("Mood", "HR", "A town", "ICT in use", "")] == ["mood", "HR", "a town", "ICT in use", ""]


def test_an_edition_s_own_words_go_before_the_shared_ones_and_before_what_is_made(tmp_path):
    (tmp_path / "texts.en.toml").write_text('[text]\nchapter_mood = "Own."\n[title]\nagenda = "Ask"\n', encoding="utf-8")
    made = study()
    made.folder = tmp_path
    words = Words(made, "en", Numbers())
    assert (words.text("text.chapter_mood"), words.text("title.agenda")) == ("Own.", "Ask")
    assert Words(made, "nl", Numbers()).text("title.agenda") == Words(study(), "nl", Numbers()).text("title.agenda")


def test_tables_in_words_are_those_without_ratings():
    findings = raw_table("findings", *({"exhibit": name, "finding": "view"} for name in ("talk", "mood", "talk")))
    assert worded_tables(findings, study()["codebook"]) == ["talk"]


def test_a_draft_lists_what_it_lacks_by_the_names_of_municipalities():
    made = study(ratings=raw_table("ratings", rating("ant", "calm", "+/+"), rating("ant", "noise", "+/+"), rating("ant", "haste", "-/-")))
    lacks = {lack.kind: (lack.n, lack.of, lack.names) for lack in contents.missing(made)}
    assert lacks["ratings"] == (3, 6, ("bee",))
    assert {"segments", "questions", "agenda", "claims"} <= set(lacks)
    text = Words(made, "en", Numbers()).text("text.missing")
    assert "- Ratings: 3 of the 6, for Beeville." in text
    made.settings.status = "published"
    assert contents.missing(made) == []


def test_the_reading_guide_explains_only_what_there_is():
    empty = Words(study(), "en", Numbers()).text("text.guide")
    assert "rating" not in empty
    assert not re.search(r"How to read|\{[+@]", empty)
    guide = Words(study(ratings=raw_table("ratings", rating("ant", "calm", "+/+"))), "en", Numbers()).text("text.guide")
    assert "*rating*" in guide
    assert "{@all_ratings}" in guide
    assert "survey" not in guide


WORDS_OF_2015 = r"VvB|KING|VNG|Vensters|Rojas|20160117|leerkring(?:en)?|duidingsgesprek(?:ken)?|thesis|Amsterdam|Rotterdam|Utrecht|Den Haag"
IDS_OF_2015 = r"learning_(?:capacity|climate|practices|barriers)|room_for_ideas|themes_and_topics|knowledge_sharing|role_of_king"
ALLOWED = {
    "src/fruitmand/edition/": "examples of what a column or a setting may hold, which the data dictionary shows",
    "src/fruitmand/checks/": "names in which a translation is not looked for",  # contract: goes with the kinds of editions
    "src/fruitmand/importers/survey/text_matching.py": "an example of a statement in a docstring",
}


def test_code_notebooks_and_shared_texts_have_no_word_or_id_of_the_first_edition():
    listed = subprocess.run(["git", "ls-files", "src", "notebooks"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    files = [name for name in listed if name.endswith((".py", ".toml", ".ipynb", ".typ", ".j2", ".sha256"))]
    assert len(files) > 150
    looked_for = re.compile(rf"(?<![\w.])(?:{WORDS_OF_2015}|{IDS_OF_2015})(?!\w)", re.IGNORECASE)
    hits = {name: found[0] for name in files if (found := looked_for.search((ROOT / name).read_text(encoding="utf-8")))}
    assert {name: word for name, word in hits.items() if not name.startswith(tuple(ALLOWED))} == {}
    assert [place for place in ALLOWED if not any(name.startswith(place) for name in hits)] == []
