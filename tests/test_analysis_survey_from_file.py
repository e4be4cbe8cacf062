"""The results of a survey as a file: they come back as they were, tell of no single person, and are refused when they show too few."""

import json
import shutil
from dataclasses import fields, replace

import pandas as pd
import pytest
from build_fixtures import ROOT

from fruitmand.analysis import survey_from_file
from fruitmand.analysis.survey import analyse
from fruitmand.analysis.survey_results import Result
from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_results_file import NAME

FEW = {"draws": 100, "omega_draws": 5, "seed": 1}


@pytest.fixture(scope="module")
def made():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        edition = Edition("synthetic-2026")
        survey = analyse(edition, **FEW)
        return edition, survey, survey_from_file.to_json(survey, edition)


@pytest.fixture
def clone(made, tmp_path, monkeypatch):
    """Return a copy of the raw files without the answers and with the results."""
    folder = tmp_path / "data/raw/synthetic-2026"
    without = shutil.ignore_patterns("respondents.csv", "responses.csv", "remarks.csv")
    shutil.copytree(ROOT / "data/raw/synthetic-2026", folder, ignore=without)
    (folder / NAME).write_text(made[2], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.usefixtures("clone")
def test_without_the_answers_the_results_are_the_same_to_the_last_digit_and_type(made):
    _, survey, _ = made
    edition = Edition("synthetic-2026")
    assert (edition.fielded, edition.has_answers, edition.has_results_alone) == (True, False, True)
    found = analyse(edition, draws=1, omega_draws=1, seed=2)
    for field in fields(survey):
        before, now = getattr(survey, field.name), getattr(found, field.name)
        if isinstance(before, Result):
            pd.testing.assert_frame_equal(now.table, before.table, check_exact=True)
            before, now = replace(before, table=None), replace(now, table=None)
        assert now == before
    assert not set(edition.reads) & {"respondents.csv", "responses.csv"}


def test_no_respondent_is_in_the_file_and_no_row_is_of_one(made):
    edition, _, text = made
    ids = edition["respondents"]["respondent"].tolist()
    assert len(ids) > 10
    assert [name for name in ids if name in text] == []
    for result in json.loads(text)["results"].values():
        assert "respondent" not in {column["name"] for column in result["columns"]}
        assert result["smallest"] >= edition.settings.disclosure.min_cell


def test_results_that_show_too_small_a_group_are_not_stored(made):
    edition, survey, _ = made
    few = replace(survey, groups=replace(survey.groups, smallest=edition.settings.disclosure.min_cell - 1))
    with pytest.raises(FruitmandError, match="the table groups of the survey cannot be stored: it shows a group below 5"):
        survey_from_file.to_json(few, edition)


def test_a_table_that_would_not_come_back_as_it_is_is_not_stored(made):
    edition, survey, _ = made
    odd = survey.items.table.assign(n_valid=survey.items.table["n_valid"].astype("Int32"))
    with pytest.raises(FruitmandError, match="columns of type Int32"):
        survey_from_file.to_json(replace(survey, items=replace(survey.items, table=odd)), edition)
    with pytest.raises(FruitmandError, match="would not come back"):
        survey_from_file.to_json(replace(survey, items=replace(survey.items, table=survey.items.table.iloc[1:])), edition)


@pytest.mark.parametrize(
    ("before", "after"),
    [('"Int64"', '"category"'), ('"items"', '"itmes"'), ('"min_cell"', '"least"'), ('"type": "Int64"', '"type": "boolean"'), ("{", "")],
)
def test_a_file_that_was_changed_by_hand_is_told_and_not_read(clone, before, after):
    path = clone / NAME
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataError, match=f"{NAME}.* is not as make report writes it"):
        survey_from_file.from_file(Edition("synthetic-2026"))


def test_a_file_of_an_older_version_is_told_with_the_results_that_it_lacks(clone):
    path = clone / NAME
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["results"]["groups"], content["results"]["comparisons"]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataError) as told:
        survey_from_file.from_file(Edition("synthetic-2026"))
    assert [problem.value for problem in told.value.problems] == ["comparisons", "groups"]
    said = "must be among the results (an older version of this project made the file; make report makes it anew where the answers are)"
    assert f"{NAME}: 'groups' {said}" in str(told.value)
