"""What tools, spreadsheets and people write around answers: read right, or refused in a sentence."""

import csv
import io

import pandas as pd
import pyreadstat
import pytest
from survey_exports import ITEMS

from fruitmand.edition.errors import DataError
from fruitmand.importers.survey.assembly import assemble
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import match_columns
from fruitmand.importers.survey.summary import summary

NL, EN = ([item[f"statement_{side}"] for item in ITEMS[:3]] for side in ("nl", "en"))
IDS = [item["item"] for item in ITEMS[:3]]


@pytest.fixture
def read(questionnaire, tmp_path):
    """Return a reader of rows as an export: its values in the order of the rows, by item, and what is told."""

    def run(rows, name="export.csv", **manual):
        if rows is not None:
            stream = io.StringIO(newline="")
            csv.writer(stream, delimiter=";").writerows(rows)
            (tmp_path / name).write_text(stream.getvalue(), encoding="utf-8")
        export = read_export(tmp_path / name)
        match = match_columns(export, questionnaire, manual)
        numbers = iter(range(1000))
        survey = assemble(export, match, questionnaire, lambda: f"{next(numbers):08}")
        responses = survey.tables["responses"]
        states = responses.assign(seen=responses["value"].astype("string").fillna(responses["state"]))
        table = states.pivot_table(index="respondent", columns="item", values="seen", aggfunc="first")
        told = "\n".join(summary(export, match, questionnaire, survey, "data/raw/2026"))
        return table[list(match.items)].to_numpy().tolist(), told

    return run


def problems(read, rows, name="export.csv", **manual):
    with pytest.raises(DataError) as caught:
        read(rows, name, **manual)
    return caught.value.problems


FIXED = {
    "en": ["Response ID", "Date submitted", "Last page", "Start language", "Seed"],
    "nl": ["Respons-ID", "Datum verzonden", "Laatste pagina", "Begin taal", "Plaats"],
    "de": ["Antwort ID", "Datum Abgeschickt", "Letzte Seite", "Start-Sprache", "Zufallsstartwert"],
    "fr": ["ID de la réponse", "Date de soumission", "Dernière page", "Langue de départ", "Tête de série"],
    "codes": ["id", "submitdate", "lastpage", "startlanguage", "seed"],
}


@pytest.mark.parametrize("language", FIXED)
@pytest.mark.parametrize("style", ["codes", "texts", "codes and texts", "spaces as underscores"])
def test_every_style_of_limesurvey_is_read_in_its_languages(read, language, style):
    stem = "In hoeverre bent u het eens?"
    codes, texts = [f"G01Q01[{item}]" for item in IDS], [f"{stem} [{statement}]" for statement in NL]
    headings = {
        "codes": codes,
        "texts": texts,
        "codes and texts": [f"{code}. {text}" for code, text in zip(codes, texts, strict=True)],
        "spaces as underscores": [text.replace(" ", "_") for text in texts],
    }[style]
    own = FIXED[language]
    if style == "codes and texts":
        own = [f"{code}. {text}" for code, text in zip(FIXED["codes"], own, strict=True)]
    rows = [[*own, *headings], [1, "2026-03-01", 3, "nl", 12345, "mee eens", "4", "neutraal"], [2, "", 1, "nl", "", "oneens", "", ""]]
    values, told = read(rows)
    assert values == [["4", "4", "3"], ["2", "not_answered", "not_answered"]]
    assert "as LimeSurvey" in told
    assert "1 did not reach the end" in told


def test_a_place_that_is_asked_for_is_no_seed(read):
    own = FIXED["nl"][:4]
    assert [problem.value for problem in problems(read, [[*own, "q01a", "Plaats"], [1, "2026", 3, "nl", 4, "Utrecht"]])] == ["Plaats"]


def test_completed_responses_alone_are_told_with_what_is_lost(read):
    rows = [[*FIXED["nl"], "q01a"], [1, "2026-03-01", 3, "nl", "", 4]]
    assert "if 'completed responses only' was chosen, who broke off is not in it" in read(rows)[1]
    assert "completed responses only" not in read([*rows, [2, "", 1, "nl", "", 3]])[1]


def test_headings_that_limesurvey_cut_short_are_refused_with_the_way_out(read):
    (problem,) = problems(read, [[*FIXED["nl"], "In hoeverre ben..  [De leerkring no.. ]", "Wat.. "], [1, "2026", 3, "nl", "", "4", "x"]])
    assert "'Question code'" in problem.cause


def test_a_question_that_ends_in_dots_is_not_cut_short(read):
    rows = [
        [*FIXED["nl"], f"Een goede test is ... [{NL[0]}]", "Een goede leerkring is ... [snel ... ]"],
        [1, "2026", 3, "nl", "", "4", "x"],
    ]
    assert read(rows, **{"een goede leerkring is ... [snel ... ]": "ignore"})[0] == [["4"]]


def test_a_date_of_submission_that_r_wrote_as_na_was_not_submitted(read):
    rows = [[*FIXED["codes"], "q01a"], [1, "2026", 3, "nl", "", "n.v.t."], [2, "NA", 3, "nl", "", "NA"], [3, "NA", 1, "nl", "", 4]]
    values, told = read(rows)
    assert values == [["not_applicable"], ["4"]]
    assert "1 without any answer; 1 did not reach the end" in told


def test_na_without_a_real_not_applicable_is_asked_once_for_all_columns(read):
    wrong = problems(read, [["respondent", *IDS[:2]], [1, "NA", 4], [2, 4, "NA"], [3, 5, "NA"]])
    assert [(problem.row, problem.value, "3 answers" in problem.cause) for problem in wrong] == [(2, "NA", True)]


def test_a_title_above_the_headings_is_told_with_the_row_that_has_them(read):
    (problem,) = problems(read, [["Enquête 2026", "", "", ""], ["", "", "", ""], ["respondent", *IDS], [1, 4, 4, 4]])
    assert problem.cause == "row 3 has the headings; take out what stands above it, in a copy of the export"


def test_two_columns_that_no_heading_tells_apart_are_settled_in_the_export(read):
    (problem,) = problems(read, [["Timestamp", EN[0], EN[1], EN[0]], ["2026", "Agree", "Agree", ""]])
    assert problem.cause.endswith("put the two together, or give the one that does not count another heading")
    (problem,) = problems(read, [["Timestamp", EN[0], "q01a"], ["2026", "Agree", "Agree"]])
    assert "in data/raw/2026/columns.csv" in problem.cause


def test_rows_that_end_in_a_separator_are_told_as_that(read, tmp_path):
    (tmp_path / "export.csv").write_text("respondent;q01a;q01b\n1;4;4;\n2;4;4;\n", encoding="utf-8")
    (problem,) = problems(read, None)
    assert "every row ends in a separator and the headings do not" in problem.cause
    (tmp_path / "export.csv").write_text("respondent;q01a;q01b\n1;4;4;\n2;4;4;4\n", encoding="utf-8")
    (problem,) = problems(read, None)
    assert "a separator in an answer without quotes around it" in problem.cause


def test_the_structure_of_a_limesurvey_survey_is_no_answers(read, tmp_path):
    (tmp_path / "export.txt").write_text("id\trelated_id\tclass\ttype/scale\tname\n\t\tS\t\tsid\n1\t\tG\tG0\tBlok\n1\t\tQ\tF\tq01a\n")
    (problem,) = problems(read, None, name="export.txt")
    assert "the structure of a LimeSurvey survey, without answers; take Responses, Export" in problem.cause


def test_an_export_of_tests_alone_says_so(read):
    (problem,) = problems(read, [["StartDate", "Status", "RecordedDate", "ResponseId", "q01a"], ["2026", "2", "2026", "R_1", "4"]])
    assert problem.cause == "1 is a preview or test: none of its 1 rows has one to keep"


QUALTRICS = ["StartDate", "Status", "RecordedDate", "ResponseId", "q01a"]


@pytest.mark.parametrize(("import_id", "own"), [("Status", 0), ("QID9", 0), ("status", 1)])
@pytest.mark.parametrize("others", [("1", "2"), ("Test group", "Control group")])
def test_a_second_column_named_status_says_nothing_about_tests(read, import_id, own, others):
    first = "status" if own == 0 else "Status"
    ids = [f'{{"ImportId":"{name}"}}' for name in ("startDate", first, "recordedDate", "_recordId", "QID1", import_id)]
    people = [["2026", "0", "2026", "R_1", "4", others[0]], ["2026", "0", "2026", "R_2", "5", others[1]]]
    if own:
        people = [[row[0], row[5], *row[2:5], row[1]] for row in people]
    values, told = read([[*QUALTRICS, "Status"], [*QUALTRICS, "Status"], ids, *people])
    assert values == [["4"], ["5"]]
    assert "a second column 'Status' (number" in told


def test_a_sixth_number_counts_as_not_applicable_where_all_five_occur(read):
    head = ["respondent", *IDS[:2]]
    assert read([head, [1, 1, 2], [2, 3, 4], [3, 5, 6]])[0][2] == ["5", "not_applicable"]
    (problem,) = problems(read, [head, [1, 1, 2], [2, 3, 6], [3, 6, 6]])
    assert (problem.row, problem.value, "3 answers in 2 columns: '6' (3)" in problem.cause) == (3, "6", True)
    offers_none = ITEMS[2]["item"]
    (problem,) = problems(read, [["respondent", *IDS], [1, 1, 2, 6], [2, 3, 6, 3], [3, 6, 6, 2]])
    assert (offers_none, "3 columns" in problem.cause) == ("q02", True)


@pytest.mark.parametrize("word", ["Totaal", "TOTAL", "Gemiddelde", "Average", "Som", "Subtotaal", "n", "Mediaan:"])
def test_a_row_that_sums_up_others_is_no_respondent(read, word):
    rows = [["respondent", *IDS], [1, 4, 4, 4], [2, 5, 5, 5], [word, 4, 4, 4]]
    if word == "n":
        assert len(read(rows)[0]) == 3
    else:
        (problem,) = problems(read, rows)
        assert (problem.row, problem.value) == (4, word)


def test_rows_that_are_the_same_in_every_cell_count_once_where_they_have_a_time(read):
    row = ["2026/03/01 9:00:00", 4, 4, 4]
    (problem,) = problems(read, [["Timestamp", *IDS], row, ["2026/03/01 9:00:01", 4, 4, 4], row])
    assert (problem.row, "row 2 is the same in every cell" in problem.cause) == (4, True)


def test_rows_without_an_id_are_compared_in_every_cell(read):
    (problem,) = problems(read, [["respondent", *IDS], [1, 4, 4, 4], ["", 4, 4, 4], ["", 4, 4, 4]])
    assert problem.row == 4
    values, told = read([IDS, [4, 4, 4], [4, 4, 4]])
    assert (len(values), "1 row is the same as another" in told) == (2, True)


def test_consent_that_is_ignored_by_hand_is_told_as_that(read):
    _, told = read([["respondent", "consent", "q01a"], [1, "nee", 4]], consent="ignore")
    assert 'consent: "consent" is ignored by columns.csv' in told
    assert "there is no column of it" not in told


MONKEY = ["Respondent ID", "Collector ID", "Date Created", "IP Address", "Custom Data 1", "How do you see this?", "", "", "Comments"]


def test_the_two_heading_rows_of_surveymonkey_are_put_together(read):
    rows = [MONKEY, [""] * 5 + EN + ["Open-Ended Response"], [117, 44, "x", "203.0.113.7", "", "Agree", "Disagree", "", "fine"]]
    values, told = read(rows)
    assert values == [["4", "2", "not_answered"]]
    assert "as SurveyMonkey" in told
    assert 'remarks (no block) are column "Comments"' in told


def test_statements_in_the_second_row_of_any_table_are_found(read):
    values, _ = read([["", "Vraag 1", "", ""], ["", *NL], ["a", 4, 5, 3]], **{"": "ignore"})
    assert values == [["4", "5", "3"]]


def test_a_first_respondent_without_an_id_is_no_row_of_headings(read):
    values, _ = read(
        [["respondent", "q01a", "q01b", "q02", "", ""], ["", 4, 5, 3, "een twee", ""], ["2", 3, 3, 3, "", ""]], **{"": "ignore"}
    )
    assert len(values) == 2


@pytest.mark.parametrize("choice", ["intro/consent/ok", "consent/ok", "intro/consent/yes"])
def test_the_choices_of_a_question_with_several_answers_are_read_in_kobo(read, choice):
    group = choice.rpartition("/")[0]
    head = ["start", group, choice, "learning_capacity/q01a", "_uuid", "_submission_time"]
    values, told = read([head, ["x", "ok", 1, 4, "u1", "t"], ["x", "", 0, 3, "u2", "t"]])
    assert (values, "1 without consent" in told) == ([["4"]], True)
    values, told = read([[*head[:1], *head[2:]], ["x", 1, 4, "u1", "t"], ["x", 0, 3, "u2", "t"]])
    assert (values, "1 without consent" in told) == ([["4"]], True)


def test_redcap_is_known_with_its_states_and_checkboxes(read):
    head = ["record_id", "redcap_survey_identifier", "survey_timestamp", "consent___1", *IDS, "survey_complete"]
    values, told = read([head, [1, "", "2026", 1, 4, 5, 3, 2], [2, "", "2026", 1, 2, "", "", 0], [3, "", "", 0, 1, 1, 1, 2]])
    assert values == [["4", "5", "3"], ["2", "not_answered", "not_answered"]]
    assert "as REDCap" in told
    assert "1 without consent; 1 did not reach the end" in told


def test_castor_is_known_and_its_codes_for_missing_values_are_asked_once(read):
    head = ["Participant Id", "Participant Status", "Site Abbreviation", "Survey Instance Id", "Survey Completed On", *IDS]
    answered, broken_off = [1, "Not Set", "DUI", "s1", "2026", 4, 5, 3], [1, "Not Set", "DUI", "s2", "", 2, "", ""]
    values, told = read([head, answered, broken_off])
    assert values == [["4", "5", "3"], ["2", "not_answered", "not_answered"]]
    assert ("as Castor" in told, "1 did not reach the end" in told) == (True, True)
    (problem,) = problems(read, [head, answered, [2, "Not Set", "DUI", "s3", "2026", -95, -95, -99]])
    assert "3 answers in 3 columns: '-95' (2), '-99' (1)" in problem.cause


def spss(tmp_path, values, labels, ranges=()):
    frame = pd.DataFrame({"q01a": values, "q02": [4.0] * len(values)})
    given = {"q01a": labels, "q02": dict(enumerate(("helemaal oneens", "oneens", "neutraal", "mee eens", "zeer mee eens"), start=1))}
    pyreadstat.write_sav(frame, str(tmp_path / "export.sav"), variable_value_labels=given, missing_ranges={"q01a": list(ranges)})


SCALE = {1: "helemaal oneens", 2: "oneens", 3: "neutraal", 4: "mee eens", 5: "zeer mee eens"}


@pytest.mark.parametrize(
    ("declared", "states", "told"),
    [
        (
            (SCALE | {8: "weet niet", 9: "weigert"}, [{"lo": 7, "hi": 9}]),
            ["4", "not_answered", "not_answered"],
            "'weet niet' (1), 'weigert' (1)",
        ),
        ((SCALE, [{"lo": 8, "hi": 99}]), ["4", "not_answered", "not_answered"], "'8' (1), '9' (1)"),
        ((SCALE | {8: "n.v.t.", 9: "weigert"}, [{"lo": 7, "hi": 9}]), ["4", "not_applicable", "not_answered"], "'weigert' (1)"),
        ((SCALE | {8: "n.v.t.", 9: "geen antwoord"}, []), ["4", "not_applicable", "not_answered"], ""),
    ],
)
def test_what_spss_declares_missing_stays_missing_and_is_told(read, tmp_path, declared, states, told):
    spss(tmp_path, [4.0, 8.0, 9.0], *declared)
    values, summary_told = read(None, "export.sav")
    assert [row[0] for row in values] == states
    assert told in summary_told
    assert ("declared missing in SPSS" in summary_told) == bool(told)


def test_labels_that_run_the_other_way_are_read_by_label(read, tmp_path):
    spss(tmp_path, [1.0, 2.0, 5.0], {6 - code: label for code, label in SCALE.items()})
    assert [row[0] for row in read(None, "export.sav")[0]] == ["5", "4", "1"]


def test_numbers_of_spss_without_labels_stop_with_what_to_do(read, tmp_path):
    spss(tmp_path, [1.0, 2.0, 5.0], {})
    (problem,) = problems(read, None, name="export.sav")
    assert "give them value labels in SPSS, or say in values.csv" in problem.cause
