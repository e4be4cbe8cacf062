"""The intake: every export of the same answers gives the same tables, and nothing is guessed, kept or lost on the way."""

import itertools

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from survey_exports import FORMATS, IDS, NA, NASTY, OFFERS, SECRETS, Person, answer_all

from fruitmand.edition.errors import DataError
from fruitmand.importers.survey.assembly import assemble, random_letters
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import match_columns
from fruitmand.importers.survey.values import Values

EVERY = pytest.mark.parametrize("name", FORMATS)
SIX = Values({("agree5", "6"): "not_applicable"})  # as a person confirms it: not every point occurs among so few answers
WITHOUT = dict.fromkeys(IDS)

# Item q01b is not applicable to all, q03 is constant, the third broke off, the fourth is empty, the second is a preview.
PEOPLE = [
    Person(answer_all(5, q01b=NA, q03=4), "utrecht", "hr", "adviser", 'Fijn; "heel" fijn, toch?'),
    Person(answer_all(1), "amsterdam", "hr", "manager", "een proef", preview=True),
    Person(WITHOUT | {"q01a": 2, "q01b": NA, "q03": 4}, "den-haag", finished=False),
    Person(WITHOUT, "rotterdam", finished=False),
    Person(answer_all(2, q01a=NA, q01b=NA, q03=4, q05=None, q10=1), "", "finance", "", "Twee\nregels"),
]


def counter():
    """Return a maker of ids that follow the order of the rows."""
    numbers = itertools.count()
    return lambda: f"{next(numbers):08}"


@pytest.fixture
def read(questionnaire, tmp_path):
    def run(name, people, items=IDS, new_id=None):
        export = read_export(FORMATS[name].write(tmp_path, people, items))
        return assemble(export, match_columns(export, questionnaire, {}), questionnaire, new_id or counter(), values=SIX)

    return run


@pytest.fixture
def wrong(read):
    def run(name, people, items=IDS):
        with pytest.raises(DataError) as caught:
            read(name, people, items)
        return caught.value.problems

    return run


def expected(people, items=IDS):
    """Return what must come out of people's answers, in their order: fields of respondents, and a state and value of each item."""
    there = [person for person in people if not person.preview and any(person.answers[item] is not None for item in items)]
    fields = [(person.municipality or pd.NA, person.domain or pd.NA, person.role or pd.NA) for person in there]
    responses = []
    for person, item in itertools.product(there, IDS):
        answer = person.answers[item]
        state = "not_asked" if item not in items else {None: "not_answered", NA: "not_applicable"}.get(answer, "answered")
        responses.append((item, state, answer if state == "answered" else pd.NA))
    return fields, responses


def found(survey):
    respondents, responses = survey.tables["respondents"], survey.tables["responses"]
    assert list(responses["respondent"]) == [person for person in respondents["respondent"] for _ in IDS]
    rows = [list(frame.drop(columns="respondent").itertuples(index=False, name=None)) for frame in (respondents, responses)]
    return tuple(rows)


def same(one, other):
    return pd.DataFrame(one).astype("string").equals(pd.DataFrame(other).astype("string"))


@EVERY
def test_every_format_gives_the_same_tables(read, name):
    survey = read(name, PEOPLE)
    fields, responses = expected(PEOPLE)
    assert len(fields) == 3
    people, answers = found(survey)
    assert same(people, fields)
    assert same(answers, responses)
    assert survey.empty == 1
    assert sorted(survey.tables["remarks"]["text"]) == ['Fijn; "heel" fijn, toch?', "Twee\nregels"]
    assert survey.tables["remarks"]["block"].isna().all()
    for table, frame in read("plain", PEOPLE).tables.items():
        pd.testing.assert_frame_equal(survey.tables[table], frame)


@EVERY
def test_every_format_is_recognised_and_its_rows_are_counted(name, tmp_path):
    export = read_export(FORMATS[name].write(tmp_path, PEOPLE))
    assert export.tool.name == FORMATS[name].tool
    shown = len(PEOPLE) if FORMATS[name].previews else len(PEOPLE) - 1
    assert (export.rows_read, export.previews) == (shown, shown - 4)
    assert export.rows[0].number == FORMATS[name].first_row
    if export.tool.name in ("Qualtrics", "LimeSurvey", "SPSS"):
        assert [row.finished for row in export.rows] == [True, False, False, True]


ANSWERS = st.fixed_dictionaries({item: st.sampled_from([1, 2, 3, 4, 5, None, *([NA] if item in OFFERS else [])]) for item in IDS})


@settings(derandomize=True, max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(ANSWERS.map(Person), min_size=1, max_size=4), items=st.sets(st.sampled_from(IDS), min_size=1))
@example(people=[Person(answer_all(3))], items=set(IDS))
@example(people=[Person(WITHOUT | dict.fromkeys(OFFERS, NA))], items=set(IDS))
@example(people=[Person(WITHOUT)], items=set(IDS))
def test_any_answers_come_back_from_every_format(read, wrong, people, items):
    fields, responses = expected(people, items)
    for name in FORMATS:
        if not fields:
            assert [problem.rule for problem in wrong(name, people, items)] == ["must have a respondent with an answer"], name
            continue
        back = found(read(name, people, items))
        assert same(back[0], fields), name
        assert same(back[1], responses), name


@EVERY
def test_an_answer_outside_the_scale_is_named_with_its_row(wrong, name):
    people = [Person(answer_all(3)), Person(answer_all(3), cells={"q07": "7"})]
    (problem,) = wrong(name, people)
    assert (problem.file[:7], problem.row, problem.value) == ("export.", FORMATS[name].first_row + 1, "7")
    assert problem.rule.startswith("must be 1 to 5 or a label of the scale agree5, in column ")
    assert problem.cause


@EVERY
def test_not_applicable_where_it_is_not_offered_is_a_problem(wrong, name):
    (problem,) = wrong(name, [Person(answer_all(3, q02=NA))])
    assert (problem.row, "q02 must offer 'not applicable'" in problem.rule) == (FORMATS[name].first_row, True)
    assert "items.csv" in problem.cause


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.ids])
def test_a_response_that_occurs_twice_names_both_rows(wrong, name):
    people = [Person(answer_all(3), response=response) for response in ("R_a", "R_b", "R_a")]
    (problem,) = wrong(name, people)
    first = FORMATS[name].first_row
    assert problem.row == first + 2
    assert f"row {first} has it too" in problem.cause


def test_previews_are_no_duplicates(read):
    people = [Person(answer_all(3), response="R_a", preview=True), Person(answer_all(4), response="R_a")]
    assert len(read("qualtrics_3_codes", people).tables["respondents"]) == 1


@EVERY
def test_everything_wrong_is_told_at_once(wrong, name):
    remark = "Bel mij: 06-12345678"
    people = [Person(answer_all(3, q02=NA), cells={"q07": "7"}, remark=remark), Person(answer_all(3), cells={"q09": "0"})]
    problems = wrong(name, people)
    first = FORMATS[name].first_row
    told = "\n".join(map(str, problems))
    assert {problem.row for problem in problems} <= {first, first + 1}
    assert all(words in told for words in ("q02 must offer 'not applicable'", "'7'", "'0'", "a telephone number"))


@EVERY
def test_personal_data_reach_nothing_that_is_read(name, tmp_path, questionnaire):
    export = read_export(FORMATS[name].write(tmp_path, PEOPLE))
    assert export.personal_columns
    survey = assemble(export, match_columns(export, questionnaire, {}), questionnaire, values=SIX)
    everything = repr(export) + "".join(frame.to_csv() for frame in survey.tables.values())
    assert [secret for secret in SECRETS if secret in everything] == []
    assert "2026-03" not in everything


@EVERY
def test_an_item_that_has_no_column_is_not_asked(read, name):
    survey = read(name, [Person(answer_all(3))], [item for item in IDS if item != "q05"])
    states = survey.tables["responses"].set_index("item")["state"]
    assert states.pop("q05") == "not_asked"
    assert set(states) == {"answered"}


def test_nothing_of_the_order_of_submission_is_left(read):
    letters = iter(["zzzzzzzz", "mmmmmmmm", "aaaaaaaa"])
    people = [Person(answer_all(value)) for value in (1, 2, 3)]
    survey = read("plain", people, new_id=lambda: next(letters))
    assert list(survey.tables["respondents"]["respondent"]) == ["raaaaaaaa", "rmmmmmmmm", "rzzzzzzzz"]
    assert list(survey.tables["responses"]["value"]) == [3] * 13 + [2] * 13 + [1] * 13


def test_a_remark_has_an_id_of_its_own(read):
    survey = read("plain", [Person(answer_all(3), remark="een"), Person(answer_all(3), remark="twee")], new_id=random_letters)
    ids = set(survey.tables["remarks"]["remark"].str[1:])
    assert len(ids) == 2
    assert ids.isdisjoint(survey.tables["respondents"]["respondent"].str[1:])


def test_an_id_that_was_made_before_is_made_again(read):
    letters = iter(["aaaaaaaa", "aaaaaaaa", "bbbbbbbb"])
    survey = read("plain", [Person(answer_all(3)), Person(answer_all(4))], new_id=lambda: next(letters))
    assert list(survey.tables["respondents"]["respondent"]) == ["raaaaaaaa", "rbbbbbbbb"]


def test_random_ids_are_of_the_form_that_the_schema_asks():
    made = {random_letters() for _ in range(200)}
    assert len(made) == 200
    assert {len(letters) for letters in made} == {8}
    assert all(letters.isalnum() and letters == letters.lower() for letters in made)


def legacy(status="0", channel="anonymous"):
    # The layout of a Qualtrics export before 2017: two rows of headings, a comma at the end of each, V1 and on for its own columns.
    own = "ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status,StartDate,EndDate,Finished"
    rows = [
        "V1,V2,V3,V4,V5,V6,V7,V8,V9,V10,q01a,DistributionChannel,LocationLatitude,",
        f"{own},Vraag,DistributionChannel,LocationLatitude,",
    ]
    rows += [
        f"R_{number},Set,Anonym,,,203.0.113.7,{state},2017-07-18,2017-07-18,1,{number},{way},52.1,"
        for number, state, way in ((1, "0", "anonymous"), (2, status, channel))
    ]
    return "\n".join(rows)


def test_a_legacy_export_is_read_by_its_second_row(tmp_path):
    (tmp_path / "export.csv").write_text(legacy())
    export = read_export(tmp_path / "export.csv")
    assert ([column.heading for column in export.columns], [row.cells for row in export.rows]) == (["q01a"], [("1",), ("2",)])
    assert export.personal_columns == ("V3 - Name", "V4 - ExternalDataReference", "V5 - EmailAddress", "V6 - IPAddress", "LocationLatitude")


def test_a_qualtrics_export_of_which_the_headings_were_tidied_is_read_too(tmp_path):
    (tmp_path / "export.csv").write_text(
        "StartDate,ResponseId,RecordedDate,q01a\n2026-03-01,R_1,2026-03-01,4\n2026-03-01,R_2,2026-03-01,5\n"
    )
    export = read_export(tmp_path / "export.csv")
    assert (export.tool.name, [row.cells for row in export.rows]) == ("Qualtrics", [("4",), ("5",)])


@pytest.mark.parametrize(
    ("status", "channel", "kept"),
    [
        *[("0", "anonymous", 2), ("0", "preview", 1), ("1", "anonymous", 1), ("2", "anonymous", 1), ("9", "anonymous", 1), ("17", "x", 1)],
        *[("4", "anonymous", 2), ("8", "anonymous", 2), ("16", "anonymous", 2), ("Survey Preview", "x", 1), ("IP Address", "x", 2)],
    ],
)
def test_previews_and_tests_are_known_by_status_and_channel(tmp_path, status, channel, kept):
    (tmp_path / "export.csv").write_text(legacy(status, channel))
    assert len(read_export(tmp_path / "export.csv").rows) == kept


def test_a_mark_before_the_first_heading_is_no_part_of_it(tmp_path):
    (tmp_path / "export.csv").write_text('\ufeff"Fijn, goed";q01a\n1;2\n', encoding="utf-8")
    assert [column.heading for column in read_export(tmp_path / "export.csv").columns] == ["Fijn, goed", "q01a"]


def test_rows_of_a_workbook_that_are_blank_are_no_respondents(tmp_path):
    book = openpyxl.Workbook()
    for row in (["ID", "Begintijd", "Tijd van voltooien", "q01a"], [1, "x", "x", 4], [None, "", None, None], [2, "x", "x", 5.0]):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    assert [(row.number, row.cells) for row in read_export(tmp_path / "export.xlsx").rows] == [(2, ("4",)), (4, ("5",))]


def test_line_ends_in_a_remark_are_those_of_the_project(read):
    survey = read("plain", [Person(answer_all(3), remark="een\r\ntwee")])
    assert list(survey.tables["remarks"]["text"]) == ["een\ntwee"]


def test_a_remark_of_somebody_without_answers_is_kept(read):
    survey = read("plain", [Person(answer_all(3)), Person(WITHOUT, remark="Ik vul dit niet in.")])
    assert (survey.empty, list(survey.tables["remarks"]["text"])) == (1, ["Ik vul dit niet in."])


def test_an_unknown_municipality_is_told_with_the_nearest(wrong):
    (problem,) = wrong(
        "plain",
        [
            Person(answer_all(3), municipality="utrect"),
        ],
    )
    assert (problem.row, problem.value, problem.cause) == (2, "utrect", "did you mean 'utrecht'?")


def test_the_nasty_statement_has_what_it_must():
    assert all(sign in NASTY["statement_nl"] for sign in ('"', ";", ",", "[", "]", " - ", "/"))
