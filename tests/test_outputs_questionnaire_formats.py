"""The questionnaire for survey tools: each format is read back, by a reader of its own or by the tool's own library."""

import csv
import html
import io
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from fruitmand.edition.errors import DataError
from fruitmand.edition.reading import Edition
from fruitmand.outputs.questionnaire.codebook import codebook, instructions
from fruitmand.outputs.questionnaire.files import workbook
from fruitmand.outputs.questionnaire.form import Option, one_line, open_fields, read_form
from fruitmand.outputs.questionnaire.limesurvey import headings, limesurvey, short_codes
from fruitmand.outputs.questionnaire.qualtrics import qualtrics
from fruitmand.outputs.questionnaire.xlsform import xlsform
from fruitmand.report.text_parity import check_languages, flatten
from fruitmand.report.words import load

LANGUAGES = ("nl", "en")
NASTY = 'Een "lastige"\tuitspraak,\nmet; <b>&amp; {x} ${q02} [[Choice:9]] \\" =1+1 ’é'
ROWS = ("class", "type/scale", "name", "relevance", "mandatory", "id")


@pytest.fixture(scope="module")
def form(edition):
    return read_form(edition)


@pytest.fixture(scope="module")
def rows(edition):
    return edition["items"].to_dict("records")


def lime(text):
    """Read a LimeSurvey structure as PHP's fgetcsv would with quotes, and hold it against plain splitting at tabs."""
    lines = [cells.split("\t") for cells in text.removesuffix("\n").split("\n")]
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter="\t")) == lines
    assert {len(cells) for cells in lines} == {len(lines[0])}
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


def asked(text):
    """Return what a LimeSurvey structure asks, by language: (question code, subquestion, its text, codes of its answers), in order."""
    found = {}
    for row in lime(text):
        questions = found.setdefault(row["language"], [])
        if row["class"] == "Q":
            questions.append([row["name"], row["type/scale"], row["text"], [], []])
        elif row["class"] == "SQ":
            questions[-1][3].append((row["name"], html.unescape(row["text"])))
        elif row["class"] == "A":
            questions[-1][4].append((row["name"], html.unescape(row["text"])))
    del found[""]
    return found


def survey(text):
    """Read Qualtrics's Advanced Format: (question type, id, text, choices by code), and the names of the blocks."""
    questions, blocks = [], []
    for number, entry in enumerate(text.splitlines()):
        command = re.fullmatch(r"\[\[(\w+)(?::(.*))?\]\]", entry)
        if command is None:
            assert "[[" not in entry, "a command within a text"
            if entry and questions[-1]["code"]:
                questions[-1]["choices"][questions[-1]["code"]] = html.unescape(entry)
            elif entry:
                questions[-1]["text"] += html.unescape(entry)
        elif command[1] == "AdvancedFormat":
            assert number == 0
        elif command[1] == "Block":
            blocks.append(command[2])
        elif command[1] == "Question":
            questions.append({"type": command[2], "id": "", "text": "", "choices": {}, "code": ""})
        elif command[1] == "ID":
            questions[-1]["id"] = command[2]
        else:
            assert command[1] in ("AdvancedChoices", "Choice"), entry
            questions[-1]["code"] = command[2] or ""
    return questions, blocks


def xform(form):
    """Convert an XLSForm by pyxform; return the texts by language and id, the codes by list, and the questions with their list."""
    warnings = []
    made = convert(workbook(xlsform(form), form.date), warnings=warnings)
    assert warnings == []
    root = ElementTree.fromstring(made.xform)  # noqa: S314 - made here
    name = {key: f"{{{value}}}" for key, value in {"x": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}.items()}
    texts = {
        part.get("lang"): {text.get("id"): text.findtext(f"{name['x']}value") for text in part}
        for part in root.iter(f"{name['x']}translation")
    }
    lists = {
        part.get("id"): [item.findtext(f"{name['x']}name") for item in part.iter(f"{name['x']}item")]
        for part in root.iter(f"{name['x']}instance")
        if part.get("id")
    }
    selects = {
        part.get("ref").split("/")[-1]: re.search(r"instance\('(\w+)'\)", next(part.iter(f"{name['x']}itemset")).get("nodeset"))[1]
        for part in root.iter(f"{name['x']}select1")
    }
    return texts, lists, selects, root


def test_the_words_say_the_same_in_both_languages():
    assert check_languages(load("instrument.nl"), load("instrument.en")) == []


def test_what_is_to_be_completed_is_marked_alike_in_both_languages(form):
    def count(node, language):
        if isinstance(node, str):
            assert node.count("[") == sum(is_open for _, is_open in open_fields(node, language)), "an open field without its mark"
            return node.count("[")
        return sum(count(item, language) for item in (node.values() if isinstance(node, dict) else node))

    found = {language: count({key: form.words(language)[key] for key in ("information", "end")}, language) for language in LANGUAGES}
    assert found["nl"] == found["en"] >= 6


def test_no_placeholder_is_left_in_the_words_that_respondents_read(form):
    for language in LANGUAGES:
        texts = flatten({key: text for key, text in form.words(language).items() if key != "guide"})
        assert [key for key, text in texts.items() if "{" in text] == ["block.remarks"]
        assert "{" not in form.remarks(form.parts[0], language)
        assert f" {len(form.items)} " in texts["information.parts.1.text"]


def test_limesurvey_asks_every_item_once_in_each_language(form, rows):
    found = asked(limesurvey(form))
    assert list(found) == list(LANGUAGES)
    for language, questions in found.items():
        assert [item for question in questions for item in question[3]] == [(row["item"], row[f"statement_{language}"]) for row in rows]
        assert {question[1] for question in questions if question[3]} == {"F"}


def test_limesurvey_offers_not_applicable_only_where_the_item_does(form, rows):
    offers = {row["item"]: row["not_applicable"] == "yes" for row in rows}
    for questions in asked(limesurvey(form)).values():
        for _, _, _, items, answers in questions:
            codes = [code for code, _ in answers]
            for item, _ in items:
                assert codes == ["1", "2", "3", "4", "5", *(["na"] if offers[item] else [])]


def test_limesurvey_has_the_same_structure_in_both_languages(form):
    found = lime(limesurvey(form))
    by = {name: [[row[cell] for cell in ROWS] for row in found if row["language"] == name] for name in LANGUAGES}
    groups = {name: [row for row in found if row["language"] == name and row["class"] == "G"] for name in LANGUAGES}
    assert len(groups["nl"]) == len(groups["en"]) == 4  # consent, two blocks, about the respondent

    def bare(language):
        return [["G", row[1], "", *row[3:]] if row[0] == "G" else row for row in by[language] if row[0] != "SL"]

    assert bare("nl") == bare("en")
    assert [row[2] for row in by["nl"] if row[0] == "SL"] == [row[2] for row in by["en"] if row[0] == "SL"]


def test_limesurvey_codes_are_what_it_takes(form):
    # Its models: question codes a letter, then letters and digits, at most 20, unique; subquestions five in old versions; answers five.
    found = [row for row in lime(limesurvey(form)) if row["language"] == "nl"]
    questions = [row["name"] for row in found if row["class"] == "Q"]
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", code) for code in questions)
    assert len(set(questions)) == len(questions)
    items = [row["name"] for row in found if row["class"] == "SQ"]
    assert all(re.fullmatch(r"[a-z0-9]{1,5}", code) for code in items)
    assert len(set(items)) == len(items)
    assert all(re.fullmatch(r"[a-z0-9]{1,5}", row["name"]) for row in found if row["class"] == "A")
    ids = [row["id"] for row in found if row["class"] in ("Q", "SQ")]
    assert len(set(ids)) == len(ids), "questions and subquestions share one count"


def test_limesurvey_keeps_nothing_that_tells_who_answered(form):
    found = {row["name"]: row["text"] for row in lime(limesurvey(form)) if row["class"] == "S"}
    assert (found["anonymized"], found["ipaddr"], found["refurl"], found["datestamp"], found["savetimings"]) == ("Y", "N", "N", "N", "N")
    assert (found["language"], found["additional_languages"]) == ("nl", "en")


def test_limesurvey_guesses_the_encoding_from_ascii(form):
    assert limesurvey(form).encode()[:1000].isascii()


def test_the_headings_of_an_export_hold_the_items(form, rows):
    found = headings(form)
    assert found["q01a"] == "G01Q01[q01a]"
    assert found["q07"] == "G02Q01[q07]"
    assert set(found) == {row["item"] for row in rows} | {
        "consent", "remarks_learning_capacity", "remarks_improvement", "municipality", "domain", "role",
    }  # fmt: skip
    assert len(set(found.values())) == len(found)
    made = {f"{question[0]}[{item}]" for question in asked(limesurvey(form))["nl"] for item, _ in question[3]}
    assert made == {found[row["item"]] for row in rows}


def test_short_codes_are_short_and_tell_answers_apart():
    names = ["amsterdam", "amstelveen", "den-haag", "hr", "amste"]
    found = list(short_codes([Option(name, {}) for name in names]).values())
    assert found == ["ams01", "ams02", "denha", "hr", "ams05"]


def test_pyxform_takes_the_form_without_a_warning(form, rows):
    texts, lists, selects, root = xform(form)
    for language, name in (("nl", "Nederlands (nl)"), ("en", "English (en)")):
        for row in rows:
            assert texts[name][f"/data/{row['block']}/{row['item']}:label"] == row[f"statement_{language}"]
    assert set(texts) == {"Nederlands (nl)", "English (en)"}
    assert texts["Nederlands (nl)"].keys() == texts["English (en)"].keys()
    for row in rows:
        assert lists[selects[row["item"]]] == ["1", "2", "3", "4", "5", *(["na"] if row["not_applicable"] == "yes" else [])]
    assert lists["municipality"] == ["amsterdam", "den-haag", "utrecht", "rotterdam"]
    binds = {bind.get("nodeset"): bind.attrib for bind in root.iter("{http://www.w3.org/2002/xforms}bind")}
    assert binds["/data/consent"]["required"] == "true()"
    assert all(
        "/data/consent" in binds[group]["relevant"] for group in ("/data/learning_capacity", "/data/improvement", "/data/background")
    )
    assert not any(bind.get("required") for name, bind in binds.items() if name != "/data/consent"), "every question may be left open"


def test_an_xlsform_has_no_notes_since_they_are_empty_columns_of_an_export(form):
    assert "note" not in {row[0] for row in xlsform(form)["survey"]}


def test_the_version_of_an_xlsform_changes_with_the_form_alone(form):
    version = xlsform(form)["settings"][1][2]
    part = form.parts[0]
    other = replace(form, parts=(replace(part, items=part.items[1:]), *form.parts[1:]))
    assert xlsform(form)["settings"][1][2] == version
    assert xlsform(other)["settings"][1][2] != version


@pytest.mark.parametrize("language", LANGUAGES)
def test_qualtrics_asks_each_item_once_by_its_id(form, rows, language):
    questions, blocks = survey(qualtrics(form, language))
    by = {question["id"]: question for question in questions}
    assert len(by) == len(questions)
    for row in rows:
        assert by[row["item"]]["text"] == row[f"statement_{language}"]
        assert by[row["item"]]["type"] == "MC:SingleAnswer:Vertical"
        assert list(by[row["item"]]["choices"]) == ["1", "2", "3", "4", "5", *(["6"] if row["not_applicable"] == "yes" else [])]
    assert [question["id"] for question in questions if question["id"] in {row["item"] for row in rows}] == [row["item"] for row in rows]
    assert len(blocks) == 4
    assert list(by["municipality"]["choices"]) == ["1", "2", "3", "4"]


def test_qualtrics_has_the_same_structure_in_both_languages(form):
    found = {name: [(q["type"], q["id"], list(q["choices"])) for q in survey(qualtrics(form, name))[0]] for name in LANGUAGES}
    assert found["nl"] == found["en"]


def test_the_codebook_tells_every_code(form, edition, rows):
    found = {row["name"]: row for row in csv.DictReader(io.StringIO(codebook(form, edition)))}
    assert [name for name, row in found.items() if row["kind"] == "item"] == [row["item"] for row in rows]
    for row in rows:
        own = found[row["item"]]
        assert (own["text_nl"], own["text_en"]) == (row["statement_nl"], row["statement_en"])
        assert (own["code"], own["block"], own["about"], own["not_applicable"]) == tuple(
            row[name] for name in ("code", "block", "about", "not_applicable")
        )
        assert ("na = 6" in own["answers_qualtrics"]) == ("na = " in own["answers_nl"]) == (row["not_applicable"] == "yes")
    assert found["q01a"]["label_en"] == "Motivation"
    assert found["municipality"]["answers_limesurvey"] == "amsterdam = amste; den-haag = denha; utrecht = utrec; rotterdam = rotte"
    assert {row["edition"] for row in found.values()} == {"2015"}


def test_the_guide_says_that_the_method_announces_another_scale(form):
    assert "3" in instructions(form, "en").splitlines()[-1]
    assert "5" in instructions(form, "en").splitlines()[-1]
    assert len(instructions(replace(form, announced=5), "en").splitlines()) == len(instructions(form, "en").splitlines()) - 1


def test_a_nasty_statement_breaks_no_format(scratch):
    scratch.set("items.csv", scratch.row_of("items.csv", item="q03"), "statement_nl", NASTY)
    found, wanted = Edition("2015"), one_line(NASTY)
    form = read_form(found)
    assert dict(item for question in asked(limesurvey(form))["nl"] for item in question[3])["q03"] == wanted
    texts, _, _, _ = xform(form)
    # pyxform makes typographic quotes straight.
    assert texts["Nederlands (nl)"]["/data/learning_capacity/q03:label"].replace("\N{WORD JOINER}", "") == wanted.replace("’", "'")
    assert next(q for q in survey(qualtrics(form, "nl"))[0] if q["id"] == "q03")["text"] == wanted
    rows = {row["name"]: row["text_nl"] for row in csv.DictReader(io.StringIO(codebook(form, found)))}
    assert rows["q03"] == wanted


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('[]{}$"\\<>&;\t\n\r\u2028|'), min_size=1, max_size=30))
def test_any_statement_comes_back_from_text_formats(edition, text):
    form = read_form(edition)
    part, wanted = form.parts[1], one_line(text)
    item = replace(part.items[0], statement={"nl": wanted, "en": wanted})
    form = replace(form, parts=(replace(part, items=(item,)),))
    assert [items for *_, items, _ in asked(limesurvey(form))["en"] if items] == [[("q07", wanted)]]
    cells = limesurvey(form).split("\n")
    assert {row.count("\t") for row in cells[:-1]} == {13}
    found = [q for q in survey(qualtrics(form, "en"))[0] if q["id"] == "q07"]
    assert [q["text"] for q in found] == [wanted]


def test_arrays_keep_the_order_of_the_items_and_part_where_the_answers_do(form):
    for questions in asked(limesurvey(form)).values():
        grids = [(answers, [item for item, _ in items]) for _, _, _, items, answers in questions if items]
        assert [items for _, items in grids] == [
            ["q01a", "q01b"],
            ["q02", "q03"],
            ["q04a", "q04b"],
            ["q05"],
            ["q06a", "q06b"],
            ["q07", "q08", "q09", "q10"],
        ]
        assert all(one[0] != two[0] for one, two in pairwise(grids[:5]))


def test_a_questionnaire_of_one_item_in_one_language_is_a_questionnaire(scratch):
    scratch.edit("items.csv", lambda lines: lines.__delitem__(slice(2, None)))
    text = (scratch.raw / "edition.toml").read_text(encoding="utf-8")
    (scratch.raw / "edition.toml").write_text(text.replace('languages = ["nl", "en"]', 'languages = ["en"]'), encoding="utf-8")
    form = read_form(Edition("2015"))
    assert list(asked(limesurvey(form))) == ["en"]
    assert sum(len(question[3]) for question in asked(limesurvey(form))["en"]) == 1
    assert list(xform(form)[0]) == ["English (en)"]


def test_only_five_files_of_an_edition_are_needed(scratch):
    needed = {"items.csv", "scales.csv", "codebook.csv", "municipalities.csv", "edition.toml"}
    for path in scratch.raw.iterdir():
        if path.name not in needed:
            path.unlink()
    found = Edition("2015")
    assert len(read_form(found).items) == 13
    assert set(found.reads) == needed


def test_an_edition_without_domains_and_roles_does_not_ask_for_them(scratch):
    text = (scratch.raw / "edition.toml").read_text(encoding="utf-8")
    bare = re.sub(r"\[\[(domains|roles)\]\]\n(.+\n)+", "", text).replace("languages =", "domains = []\nroles = []\nlanguages =")
    (scratch.raw / "edition.toml").write_text(bare, encoding="utf-8")
    form = read_form(Edition("2015"))
    assert [question.id for question in form.questions] == ["municipality"]
    assert xform(form)[2].keys() == {item.id for item in form.items} | {"municipality"}


def test_all_that_is_wrong_with_the_items_is_told_at_once(scratch):
    scratch.set("items.csv", 2, "scale", "agre5")
    scratch.set("items.csv", 3, "block", "learning_capacty")
    scratch.set("items.csv", 4, "code", "nothing_like_it")
    scratch.set("scales.csv", scratch.row_of("scales.csv", scale="agree5", rank="4"), "label_en", "")
    with pytest.raises(DataError) as error:
        read_form(Edition("2015"))
    told = {(problem.file.split("/")[-1], problem.row): problem for problem in error.value.problems}
    assert set(told) == {
        ("items.csv", 2),
        ("items.csv", 3),
        ("items.csv", 4),
        ("scales.csv", scratch.row_of("scales.csv", scale="agree5", rank="4")),
    }
    assert told["items.csv", 2].cause == "did you mean 'agree5'?"


def test_no_items_are_no_questionnaire(scratch):
    scratch.edit("items.csv", lambda lines: lines.__delitem__(slice(1, None)))
    with pytest.raises(DataError, match="at least one item"):
        read_form(Edition("2015"))


def test_background_questions_come_first_so_that_a_break_off_does_not_lose_them(form):
    for language in LANGUAGES:
        names = [question["id"] for question in survey(qualtrics(form, language))[0]]
        assert names.index("consent") < names.index("municipality") < names.index("q01a")
    names = [row[1] for row in xlsform(form)["survey"]]
    assert names.index("consent") < names.index("municipality") < names.index("q01a")
    names = [line.split("\t")[4] for line in limesurvey(form).splitlines()]
    assert names.index("consent") < names.index("municipality") < names.index("q01a")


def test_an_answer_can_be_cleared_in_limesurvey(form):
    assert "\tS\t\tshownoanswer\t\tY\t" in limesurvey(form)


def test_an_instrument_with_a_place_to_complete_says_that_it_is_not_ready(form):
    assert form.unready
    assert form.title("nl").endswith(" – Nog niet klaar voor gebruik")
    assert "Not ready for use" in qualtrics(form, "en")
