"""What must hold between the tables of a survey: each broken rule is one problem that names its place."""

import pandas as pd
import pytest
from build_fixtures import ROOT

from fruitmand.checks.survey_answers import check_survey
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import SURVEY


@pytest.fixture(scope="module")
def drawn():
    """Return the edition as it was read; nobody changes it."""
    found = Edition("synthetic-2026")
    assert all(len(found[name].columns) for name in found)
    return found


@pytest.fixture
def survey(drawn):
    return {name: drawn[name].copy() for name in drawn}, drawn.settings, drawn.folder


def check(survey, **changed):
    tables, settings, folder = survey
    return check_survey(tables | changed, settings, folder, "raw")


def test_a_drawn_survey_is_in_order(survey):
    assert check(survey) == []


@pytest.mark.parametrize(("column", "value"), [("municipality", "utrecht"), ("domain", "hrm"), ("role", "director")])
def test_a_group_that_is_not_known_is_named(survey, column, value):
    people = survey[0]["respondents"]
    people.loc[3, column] = value
    (problem,) = check(survey, respondents=people)
    assert (problem.file, problem.row, problem.value) == ("raw/respondents.csv", 5, value)
    assert column in problem.rule


def test_a_group_may_be_missing(survey):
    people = survey[0]["respondents"]
    people.loc[3, ["municipality", "domain", "role"]] = pd.NA
    assert check(survey, respondents=people) == []


def test_a_respondent_lacks_no_item_and_has_none_too_many(survey):
    responses = survey[0]["responses"]
    gone = responses.iloc[5]
    (problem,) = check(survey, responses=responses.drop(index=5))
    assert problem.value == gone["respondent"]
    assert gone["item"] in problem.rule
    more = pd.concat(
        [responses, pd.DataFrame([{"respondent": "rzzzzzzzz", "item": "q99", "state": "not_asked", "value": pd.NA}])], ignore_index=True
    )
    assert {problem.value for problem in check(survey, responses=more)} == {"rzzzzzzzz", "q99"}


@pytest.mark.parametrize(
    ("state", "value", "rule"),
    [
        ("answered", None, "needs a value"),
        ("not_answered", 3, "has no value"),
        ("not_applicable", 3, "has no value"),
        ("not_asked", 3, "has no value"),
        ("answered", 6, "is not on scale agree5"),
    ],
)
def test_state_and_value_must_agree(survey, state, value, rule):
    responses = survey[0]["responses"]
    row = responses.index[responses["item"] == "q01a"][0]
    responses.loc[row, ["state", "value"]] = [state, pd.NA if value is None else value]
    (problem,) = check(survey, responses=responses)
    assert problem.row == row + 2
    assert rule in problem.rule


def test_only_an_item_that_offers_it_is_not_applicable(survey):
    responses = survey[0]["responses"]
    row = responses.index[responses["item"] == "q10"][0]
    responses.loc[row, ["state", "value"]] = ["not_applicable", pd.NA]
    (problem,) = check(survey, responses=responses)
    assert problem.value == "q10"
    assert "does not offer" in problem.rule


def test_an_item_on_an_unknown_scale_is_left_to_the_references(survey):
    scales = survey[0]["scales"]
    assert check(survey, scales=scales[scales["scale"] != "agree5"]) == []


def test_a_remark_stands_under_a_block_that_there_is(survey):
    remarks = survey[0]["remarks"]
    remarks.loc[1, "block"] = "improvment"
    (problem,) = check(survey, remarks=remarks)
    assert (problem.file, problem.row, problem.value) == ("raw/remarks.csv", 3, "improvment")
    tables, settings, folder = survey
    assert check_survey({name: frame for name, frame in tables.items() if name != "remarks"}, settings, folder, "raw") == []


def test_an_edition_without_a_survey_has_no_survey_files(tmp_path):
    settings = Edition("2015").settings
    assert check_survey({}, settings, ROOT / "data/raw/2015", "raw") == []
    for name in SURVEY:
        (tmp_path / f"{name}.csv").write_text("x\n")
    assert {problem.file for problem in check_survey({}, settings, tmp_path, "raw")} == {f"raw/{name}.csv" for name in SURVEY}
