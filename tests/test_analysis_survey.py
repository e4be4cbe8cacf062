"""The results of a survey: what was not measured is not there, who answered nothing counts nowhere, and no small group is shown."""

import subprocess
import sys
from dataclasses import fields

import pandas as pd
import pytest
from build_fixtures import ROOT

from fruitmand.analysis.survey import analyse
from fruitmand.analysis.survey_results import NOT_MEASURED, Result, Survey
from fruitmand.edition.reading import Edition

FEW = {"draws": 200, "omega_draws": 5, "seed": 1}
SIZES = {"respondents": "respondents", "items": "n_valid", "groups": "n", "reliability": "n", "triangulation": "n"}
"""The columns that hold sizes of groups of respondents; those of comparisons hold all groups together."""


@pytest.fixture(scope="module")
def fielded():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        edition = Edition("synthetic-2026")
        return edition, analyse(edition, **FEW)


def results(survey: Survey) -> dict[str, Result]:
    return {field.name: getattr(survey, field.name) for field in fields(survey) if isinstance(getattr(survey, field.name), Result)}


def test_of_an_edition_without_a_survey_nothing_is_measured_and_no_number_named(edition):
    survey = analyse(edition, **FEW)
    assert survey == Survey()
    assert len(results(survey)) == 6
    assert all(result is NOT_MEASURED and result.table is None for result in results(survey).values())
    assert survey.numbers == survey.municipalities == ()


def test_an_edition_without_a_survey_does_not_wait_for_the_libraries_of_statistics():
    asks = (
        "import sys; from fruitmand.analysis.survey import analyse; from fruitmand.edition.reading import Edition; "
        "analyse(Edition('2015'), draws=1, omega_draws=1, seed=1); print({'scipy', 'statsmodels'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_who_answered_nothing_counts_in_no_result(fielded, monkeypatch):
    edition, survey = fielded
    responses = edition["responses"]
    answered = responses["state"].isin(["answered", "not_applicable"])
    people = responses.loc[answered, "respondent"].unique()
    assert survey.items.n == survey.respondents.n == len(people)
    silent = responses["respondent"] == people[0]
    assert (silent & answered).any()
    others = responses.assign(
        state=responses["state"].mask(silent & answered, "not_answered"), value=responses["value"].mask(silent & answered)
    )
    monkeypatch.setitem(edition._tables, "responses", others)
    without = analyse(edition, **FEW)
    assert {name: result.n for name, result in results(without).items() if name != "triangulation"} == dict.fromkeys(
        ["respondents", "items", "groups", "reliability", "comparisons"], len(people) - 1
    )
    monkeypatch.setitem(edition._tables, "responses", responses[~silent])
    gone = analyse(edition, **FEW)
    for name, result in results(gone).items():
        pd.testing.assert_frame_equal(result.table, getattr(without, name).table)
    assert gone.numbers == without.numbers


def test_no_result_shows_a_group_below_the_minimum_and_each_says_its_smallest(fielded):
    edition, survey = fielded
    least = edition.settings.disclosure.min_cell
    for name, column in SIZES.items():
        result = getattr(survey, name)
        sizes = result.table[column].dropna()
        assert len(sizes)
        assert result.smallest == sizes[sizes > 0].min() >= least
    assert survey.comparisons.smallest >= least


def test_interviews_and_survey_meet_on_every_rated_variable_of_the_agenda_in_every_municipality(fielded):
    edition, survey = fielded
    asked = set(edition["agenda"]["code"]) & set(edition["ratings"]["variable"])
    pairs = survey.triangulation.table
    assert set(pairs["variable"]) == asked
    assert survey.municipalities == tuple(edition["municipalities"].sort_values("position")["municipality"])
    assert tuple(pairs["municipality"].unique()) == survey.municipalities
    assert survey.triangulation.n == len(pairs) == len(asked) * len(survey.municipalities)


def test_the_numbers_are_those_of_the_tables_that_are_shown(fielded):
    _, survey = fielded
    numbers = {number.name: number for number in survey.numbers}
    assert len(numbers) == len(survey.numbers)
    assert numbers["survey.respondents"].value == survey.respondents.n
    assert numbers["survey.withheld"].value == (survey.groups.table["withheld"] != "").sum()
    assert numbers["comparisons.n"].value == survey.comparisons.table["p_adjusted"].notna().sum()
    assert numbers["triangulation.cells"].value == survey.triangulation.n
