"""The words: two catalogues that say the same, numbers that come from data alone."""

import contextlib
import re

import pytest
from build_fixtures import LANGUAGES, ROOT, edition, numbers, results, strings, words

from fruitmand.analysis import named_numbers, raters, survey_from_answers
from fruitmand.analysis.numbers import Number, Numbers
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.reading import Edition
from fruitmand.report import words as catalogue
from fruitmand.report.text_patterns import insertions
from fruitmand.report.words import Words, placeholders, references

# The only digits that may be typed by hand, each with its reason; a pattern that nothing uses fails the test as well.
ALLOWED = {
    r"\bG4\b": "name of the group of four municipalities",
    r"\b(?:Chapters?|chapter|[Hh]oofdstuk(?:ken)?) \d(?: (?:and|en|to|tot en met) \d)?\b": "a chapter of the appendix or the thesis",
    r"\b(?:table|tabel) \d\b": "a table of the thesis, by its printed number",
    r"§\s\d(?:\.\d)*(?:\s¶\d+)?": "a place in the thesis, by its printed section and paragraph",
    r"\bSHA-256\b": "name of the checksum",
    r"\bAC1\b": "name of a coefficient",
    r"\b95(?: %|%-)": "the level of an interval, part of the method's name",
    r"\(4–5\)|\b[23][.,]5\b": "points of the scale that count as high or low, part of the method",
    r"(?:from|van) (?:−1|0) (?:to|tot) 1\b": "the range of a measure",
    r"\(\*k\* − 1\)/\(\*n\* − 1\)": "a formula",
    r"(?m)^[1-5]$": "a point of the scale, as the head of a column",
    r"(?m)^\d\. ": "number of an item by its place in a list: a sentence of the title page, a line of the rule for verdicts",
}


FOREIGN = re.compile(r"(?<=\])\{lang=[a-z]{2,3}\}")
"""What marks words of another language."""


def bare(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", "", text)


@pytest.fixture
def probe(monkeypatch):
    """Return a function that writes a text with the named numbers of one's own."""

    def write(language: str, text: str, *given: Number) -> str:
        real = catalogue.load(language)
        with monkeypatch.context() as patch:
            patch.setattr(catalogue, "load", lambda *_: real | {"text": {"probe": text}})
            return Words(edition(), language, Numbers(given)).text("text.probe")

    return write


def test_both_catalogues_have_the_same_keys():
    # [place] is the one table that may differ: the raw tables name places in English, so English needs fewer of these words.
    for own, least in ((False, 400), (True, 80)):
        keys = {language: {key for key in strings(language, own=own) if not key.startswith("place.")} for language in LANGUAGES}
        assert len(keys["nl"]) > least
        assert keys["nl"] == keys["en"]
    places = {language: {key for key in strings(language) if key.startswith("place.")} for language in LANGUAGES}
    assert places["en"] <= places["nl"]


def test_a_text_has_the_same_numbers_and_references_in_both_languages():
    for own in (False, True):
        nl, en = strings("nl", own=own), strings("en", own=own)
        for key in nl.keys() & en.keys():
            found = [sorted((name, form.lower()) for name, form in placeholders(text)) for text in (nl[key], en[key])]
            assert found[0] == found[1], key
            assert references(nl[key]) == references(en[key]), key
            assert insertions(nl[key]) == insertions(en[key]), key
        assert sum(len(placeholders(text)) for text in nl.values()) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_braces_hold_a_placeholder_or_a_reference_and_nothing_else(language):
    for key, text in (strings(language) | strings(language, own=True)).items():
        rest = catalogue._REFERENCE.sub("", catalogue._NUMBER.sub("", catalogue._WHEN.sub("", text))).replace("{.unnumbered}", "")
        rest = FOREIGN.sub("", rest)
        rest = re.sub(r"\{\+[a-z]+\}", "", rest)
        assert not re.search(r"[{}]", rest), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_references_point_at_a_table_or_figure_with_a_title(language):
    shared, own = strings(language), strings(language, own=True)
    titled = {key[6:] for key in shared if key.startswith("title.")}
    asked = set().union(*(references(text) for text in shared.values()))
    assert len(asked) > 5
    assert asked <= titled
    titled |= set(edition()["exhibits"]["exhibit"]) | {key[6:] for key in own if key.startswith("title.")}
    titled |= {f"evidence_{code}" for code in edition()["codebook"]["code"]}  # their titles are made from the codebook
    asked = set().union(*(references(text) for text in own.values()))
    assert len(asked) > 5
    assert asked <= titled


@pytest.fixture(scope="module")
def named():
    """The names of all numbers of 2015, of a survey, and of two raters."""
    with contextlib.chdir(ROOT):
        survey = survey_from_answers.analyse(Edition("synthetic-2026"), draws=20, omega_draws=2, seed=1).numbers
    return {*numbers().names(), *(number.name for number in (*survey, *raters.rater_numbers(raters.Comparison())))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_named_number_of_the_catalogue_is_named_by_an_analysis(language, named):
    own = {name for text in strings(language, own=True).values() for name, _ in placeholders(text) if "." in name}
    assert own <= set(numbers().names())
    asked = {name for text in strings(language).values() for name, _ in placeholders(text) if "." in name}
    its = {name for name in asked if name.startswith("its.")}
    assert {name.replace("its.", "concept.learning_capacity.") for name in its} <= {
        number.name for number in named_numbers.concept_numbers(results()["counts"], results()["by_municipality"])
    }
    assert asked - its <= named


def test_no_digit_is_typed_by_hand_but_for_the_allowed(capsys):
    used: dict[str, set[str]] = {pattern: set() for pattern in ALLOWED}
    typed = []
    for language in LANGUAGES:
        for key, text in (*strings(language).items(), *strings(language, own=True).items()):
            rest = bare(text)
            for pattern in ALLOWED:
                used[pattern] |= {found.strip() for found in re.findall(pattern, rest)}
                rest = re.sub(pattern, "", rest)
            typed += [f"{language} {key}: {line}" for line in rest.splitlines() if re.search(r"\d", line)]
    with capsys.disabled():
        print("\ndigits typed by hand that are allowed in the catalogues:")
        for pattern, reason in ALLOWED.items():
            print(f"  {', '.join(sorted(used[pattern]))}: {reason}")
    assert not typed
    assert all(used.values()), "a pattern of the allow-list that nothing uses"


@pytest.mark.parametrize("language", LANGUAGES)
def test_chapters_and_tables_that_are_named_by_number_exist(language):
    text = "\n".join(map(bare, strings(language, own=True).values()))
    named = re.findall(r"(?i)(?:chapters?|hoofdstuk(?:ken)?) (\d)(?: (?:and|en|to|tot en met) (\d))?", text)
    chapters = {int(digit) for pair in named for digit in pair if digit}
    assert {5} <= chapters <= set(range(1, 8))  # of the thesis, which has seven; those of the appendix are named by their titles
    exhibits = edition()["exhibits"]
    printed = {int(n) for n in exhibits.query("kind == 'table'")["number"].dropna()}
    assert {int(n) for n in re.findall(r"(?:table|tabel) (\d)", text)} <= printed
    for name in ("officials", "claims"):
        listed = re.findall(r"(?m)^(\d)\. ", strings(language, own=True)[f"text.{name}"])
        assert [int(number) for number in listed] == [n for run in re.split(r"(?=1)", "".join(listed)) for n in range(1, len(run) + 1)]


def test_a_number_that_nobody_named_is_an_error_with_a_suggestion():
    near = Numbers([Number("coding.passage", 3, None, "x.csv")])
    with pytest.raises(FruitmandError) as error:
        Words(edition(), "en", near).text("text.interviews")
    for part in ("text.interviews", "en", "'coding.passages'", "did you mean 'coding.passage'?"):
        assert part in str(error.value)
    with pytest.raises(FruitmandError, match=r"coding\.passages"):
        Words(edition(), "nl", Numbers()).text("text.interviews")


def test_unknown_keys_codes_and_languages_are_errors_that_name_them():
    for call in (lambda: words("nl").text("text.nonsense"), lambda: words("nl").text("text")):
        with pytest.raises(FruitmandError, match="text"):
            call()
    with pytest.raises(FruitmandError, match=r"'motivatoin'.*did you mean 'motivation'"):
        words("en").label("motivatoin")
    with pytest.raises(FruitmandError, match="'fr'"):
        catalogue.load("fr")


# Dutch and English by hand: number words, "none/all of", a comma or a point for decimals, a point or a comma for thousands.
FORMS = {
    "{x.a:word}": (3, 4, "drie", "three"),
    "{x.a:Word}": (3, 4, "Drie", "Three"),
    "{x.b:word}": (0, None, "geen", "none"),
    "{x.c:word}": (20, None, "twintig", "twenty"),
    "{x.d:word}": (21, None, "21", "21"),
    "{x.e:share}": (0, 4, "geen van de vier", "none of the four"),
    "{x.f:share}": (4, 4, "alle vier de", "all four"),
    "{x.g:share}": (3, 4, "drie van de vier", "three of the four"),
    "{x.h:Share}": (1, 4, "Eén van de vier", "One of the four"),
    "{x.i:Share}": (4, 4, "Alle vier de", "All four"),
    "{x.j}": (1234, None, "1.234", "1,234"),
    "{x.k:plain}": (20160117, None, "20160117", "20160117"),
    "{x.l:2}": (0.667, None, "0,67", "0.67"),
    "{x.m:1}": (-0.25, None, "−0,2", "−0.2"),  # half to even, as Babel rounds
    "{x.n}": (0, None, "0", "0"),
}


@pytest.mark.parametrize("form", FORMS)
def test_numbers_are_written_as_the_language_writes_them(probe, form):
    value, n, dutch, english = FORMS[form]
    number = Number(form[1:4], value, n, "x.csv")
    assert probe("nl", f"<{form}>", number) == f"<{dutch}>"
    assert probe("en", f"<{form}>", number) == f"<{english}>"


@pytest.mark.parametrize("form", ["", ":2", ":share", ":word", ":plain"])
@pytest.mark.parametrize("reason", ["coded_alike", "too_few_units", "no_second_coder"])
def test_an_undefined_number_shows_its_reason_whatever_its_form(probe, form, reason):
    for language in LANGUAGES:
        shown = strings(language)[f"reason.{reason}"]
        assert probe(language, f"<{{x.a{form}}}>", Number("x.a", None, 0, "x.csv", reason)) == f"<{shown}>"


def test_words_of_the_caller_go_before_named_numbers_and_are_not_counted_as_used():
    w = words("en")
    assert w.text("cell.more", n="some") == "some more on the web page."
    assert not w.used
    w.text("text.theory")
    assert set(w.used) == {"design.outcome_variables", "design.risk_variables"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_catalogue_can_be_written(language):
    w, known = words(language), set(numbers().names())
    written = 0
    for key, text in (strings(language) | strings(language, own=True)).items():
        asked = {name for name, _ in placeholders(text) if "." in name}
        if key.split(".")[0] in ("text", "note", "alt", "title", "column", "document") and asked <= known and not insertions(text):
            assert "{" not in FOREIGN.sub("", catalogue.fill_references(w.text(key), str).replace("{.unnumbered}", "")), key
            written += 1
    assert written > 150


def test_missing_cells_give_an_empty_text_and_a_minus_is_a_minus():
    w = words("nl")
    assert w.label("learning_capacity", "theory_label") == ""
    assert w.symbol("+/-") == "+/−"
    assert w.symbol("-/-") == "−/−"
    assert w.place("annex (Vragenlijst)") == "bijlage (Vragenlijst)"
    assert w.place("Table 3") == "tabel 3"


@pytest.mark.parametrize(("value", "said"), [(0, "0 passages are"), (1, "1 passage is"), (2, "2 passages are"), (1.0, "1 passage is")])
def test_a_word_follows_its_number(probe, value, said):
    assert probe("en", "{a.n} {a.n?passage is|passages are}", Number("a.n", value, None, "x.csv")) == said


@pytest.mark.parametrize(("value", "said"), [(1, "gemeente"), (4, "gemeenten")])
def test_a_word_follows_a_number_of_the_callers_own(value, said):
    assert words("nl").text("unit.municipality", n=value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "First.\nNone.\n\nLast."),
        (None, "First.\nNone.\n\nLast."),
        (3, "First.\nThere are 3.\n\nLast."),
        (0.0, "First.\nThere are 0.\n\nLast."),
    ],
)
def test_a_line_can_depend_on_a_number_and_a_measure_of_nought_is_one(probe, value, said):
    text = "First.\n{if a.n} There are {a.n}.\n{unless a.n} None.\n\n{if a.n} {unless a.n} Never.\n\nLast."
    assert probe("en", text, Number("a.n", value, None, "x.csv", "" if value is not None else "withheld")) == said


def test_a_condition_on_a_number_that_nobody_named_is_an_error(probe):
    with pytest.raises(FruitmandError, match=r"a\.n"):
        probe("en", "{if a.n} There are some.")
