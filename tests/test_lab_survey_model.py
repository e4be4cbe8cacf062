"""Drawn answers: of the data model, from one source of chance, and with the truth that is computed for them."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from fruitmand.analysis.comparisons import compare
from fruitmand.analysis.likert import scores
from fruitmand.analysis.reliability import cronbach_alpha
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.schema import SCHEMAS
from fruitmand.edition.validation import validate
from lab.survey_model import Design, draw, truth

CUTS = (-1.5, -0.5, 0.5, 1.5)
CODES = (
    "motivation",
    "room_for_ideas",
    "themes_and_topics",
    "knowledge_sharing",
    "individual_barriers",
    "savings",
    "steering",
    "working_method",
    "goal_attainment",
)
DESIGN = Design(
    respondents=40,
    municipalities=("alfa", "bravo", "charlie", "delta"),
    domains=("finance", "hr"),
    roles=("adviser", "manager"),
    locations=dict.fromkeys(CODES, 0.2),
    shifts={("role", "manager", "individual_barriers"): 1.0, ("municipality", "bravo", "motivation"): 1.5},
    person_sd=0.6,
    item_sd=0.8,
    thresholds=CUTS,
    not_applicable=0.2,
    not_answered=0.05,
    break_off=0.1,
)
COMPLETE = replace(DESIGN, not_applicable=0.0, not_answered=0.0, break_off=0.0)


@pytest.fixture(scope="module")
def items(edition):
    return edition["items"]


@pytest.fixture(scope="module")
def many(items):
    """Return a large sample with its design: what is estimated from it is the truth to about .02."""
    design = replace(DESIGN, respondents=8000)
    return design, *draw(design, items, np.random.default_rng(3))


def listed(*codes, applies="no", about="both"):
    """Return a questionnaire with an item for each code."""
    return pd.DataFrame(
        {
            "item": [f"q{number:02}" for number in range(1, len(codes) + 1)],
            "block": "improvement",
            "code": codes,
            "about": about,
            "not_applicable": applies,
        },
        dtype="string",
    )


def test_a_sample_is_of_the_data_model(items):
    people, responses = draw(DESIGN, items, np.random.default_rng(1))
    for name, frame in (("respondents", people), ("responses", responses)):
        assert validate(name, frame, f"{name}.csv")[1] == []
        assert list(frame) == list(SCHEMAS[name].columns)
    assert list(people["respondent"]) == sorted(people["respondent"])
    assert list(responses["respondent"]) == [name for name in people["respondent"] for _ in range(len(items))]
    assert list(responses["item"]) == [*items["item"]] * 40
    assert (responses["value"].notna() == (responses["state"] == "answered")).all()


def test_the_same_state_gives_the_same_sample_and_the_next_another(items):
    rng = np.random.default_rng(8)
    first, second = draw(DESIGN, items, rng), draw(DESIGN, items, rng)
    again = draw(DESIGN, items, np.random.default_rng(8))
    for number in (0, 1):
        pd.testing.assert_frame_equal(first[number], again[number])
    assert set(first[0]["respondent"]).isdisjoint(second[0]["respondent"])


@pytest.mark.parametrize("respondents", [16, 17, 40, 43])
def test_groups_are_balanced_and_no_combination_is_empty(items, respondents):
    people, _ = draw(replace(DESIGN, respondents=respondents), items, np.random.default_rng(1))
    assert len(people.value_counts(["municipality", "domain", "role"])) == 16
    assert np.ptp(people["municipality"].value_counts()) <= 1
    assert np.ptp(people.value_counts(["domain", "role"])) <= 2


def test_only_items_that_allow_it_do_not_apply_and_then_all_on_that_subject(items):
    _, responses = draw(replace(DESIGN, not_answered=0.0, break_off=0.0), items, np.random.default_rng(2))
    known = responses.merge(items[["item", "about", "not_applicable"]], on="item")
    foreign = known["state"] == "not_applicable"
    assert foreign.any()
    assert set(known[foreign]["not_applicable"]) == {"yes"}
    allowed = known[known["not_applicable"] == "yes"]
    assert (allowed.groupby(["respondent", "about"])["state"].nunique() == 1).all()


def test_who_breaks_off_answered_the_first_item_and_nothing_after_the_break(items):
    _, responses = draw(replace(COMPLETE, break_off=1.0), items, np.random.default_rng(2))
    for _, states in responses.groupby("respondent")["state"]:
        answered = (states == "answered").to_numpy()
        assert answered[0]
        assert not answered[-1]
        assert (np.diff(answered.astype(int)) <= 0).all()


def test_the_shares_of_missing_answers_are_those_of_the_design(items, many):
    _, _, responses = many
    states = responses["state"].groupby(responses["item"]).value_counts(normalize=True).unstack(fill_value=0)
    first, last = states.loc[items["item"].iloc[0]], states.loc[items["item"].iloc[-1]]
    assert first["not_answered"] == pytest.approx(0.05, abs=0.01)
    assert first["not_applicable"] == pytest.approx(0.95 * 0.2, abs=0.01)
    assert last["not_answered"] == pytest.approx(1 - 0.9 * 0.95, abs=0.01), "everybody who broke off stopped before the last"
    assert last["not_applicable"] == 0


def test_missing_answers_do_not_depend_on_what_would_be_answered(items):
    # The answers come from the stream before what is missing, so that the same seed gives the same answers with and without.
    whole, holed = (draw(design, items, np.random.default_rng(5))[1] for design in (COMPLETE, DESIGN))
    kept = holed["value"].notna()
    assert 0 < kept.sum() < len(kept)
    assert (whole["value"][kept] == holed["value"][kept]).all()


def test_the_probabilities_are_those_of_the_normal_ogive():
    # sd √(.6² + .8²) = 1; at location .2 a point of 4 or more has Φ(.2 - .5), with a shift of 1 Φ(1.2 - .5).
    found = truth(DESIGN, listed("savings", "individual_barriers")).items.set_index(["item", "by", "group"])
    assert found.loc[("q01", "all", "all"), "high"] == pytest.approx(stats.norm.cdf(-0.3))
    assert found.loc[("q02", "role", "manager"), "high"] == pytest.approx(stats.norm.cdf(0.7))
    assert found.loc[("q02", "role", "adviser"), "high"] == pytest.approx(stats.norm.cdf(-0.3))
    assert found.loc[("q02", "domain", "hr"), "high"] == pytest.approx((stats.norm.cdf(0.7) + stats.norm.cdf(-0.3)) / 2)
    points = found.loc[("q01", "all", "all"), [f"point_{point}" for point in range(1, 6)]].to_numpy(float)
    assert points == pytest.approx(np.diff([0, *stats.norm.cdf(np.array(CUTS) - 0.2), 1]))


def test_the_probabilities_are_met_by_a_large_sample(items, many):
    design, _, responses = many
    high = (responses["value"] >= 4).groupby(responses["item"]).mean()
    known = truth(design, items).items.query("by == 'all'").set_index("item")["high"]
    assert high[known.index].to_numpy(float) == pytest.approx(known.to_numpy(), abs=0.015)


def test_the_effects_are_met_by_a_large_sample(items, many):
    design, people, responses = many
    people, scored = people.set_index("respondent"), scores(responses, items)
    known = truth(design, items).effects.set_index(["by", "variable"])["effect"]
    for by in ("domain", "role", "municipality"):
        found = compare(scored[["individual_barriers", "motivation"]], people[by], by=by, seed=1, draws=1).set_index("variable")["effect"]
        for variable in ("individual_barriers", "motivation"):
            assert found[variable] == pytest.approx(known[by, variable], abs=0.03), (by, variable)
    assert known["role", "individual_barriers"] < -0.4
    assert known["municipality", "motivation"] > 0.1
    assert known["role", "savings"] == known["municipality", "savings"] == known["domain", "motivation"] == 0


def test_the_effect_of_one_item_and_two_groups_by_hand():
    # One threshold in reach: advisers agree with Φ(0) = 1/2, managers with Φ(1): delta is the difference of the shares.
    design = replace(
        COMPLETE, locations={"savings": 0.0}, shifts={("role", "manager", "savings"): 1.0}, thresholds=(-40.0, -30.0, -20.0, 0.0)
    )
    effects = truth(design, listed("savings")).effects.set_index("by")["effect"]
    assert effects["role"] == pytest.approx(0.5 - stats.norm.cdf(1), abs=1e-9)


def test_the_effect_of_four_groups_by_hand():
    # All of bravo answers 5 and everybody else 1: P of bravo is 7/8, of the others 3/8; pooled shares 1/4 and 3/4.
    design = replace(
        COMPLETE, locations={"savings": -50.0}, shifts={("municipality", "bravo", "savings"): 100.0}, thresholds=(-4.0, -3.0, -2.0, 0.0)
    )
    effects = truth(design, listed("savings")).effects.set_index("by")["effect"]
    assert effects["municipality"] == pytest.approx(12 * ((3 / 8) ** 2 / 4 + 3 * (1 / 8) ** 2 / 4) / (1 - 1 / 64 - 27 / 64))
    assert effects["municipality"] == pytest.approx(1)


def test_alpha_is_met_by_a_large_sample(items, many):
    design, _, responses = many
    wide = responses.pivot(index="respondent", columns="item", values="value")
    for row in truth(design, items).alphas.itertuples():
        found = cronbach_alpha(wide[items.loc[items["block"] == row.block, "item"]]).value
        assert found == pytest.approx(row.alpha, abs=0.02), row.block  # three standard errors: √(8 / 3n) (1 - alpha) by Feldt


def test_alpha_by_hand():
    # Items that are 5 when the latent value is above 0 and 4 otherwise, with correlated latent values: two such items agree in sign with
    # 1/2 + arcsin(r) / π (Sheppard, 1899), so they correlate 2 arcsin(r) / π; with r = .36 and k items alpha is k c / (1 + (k - 1) c).
    design = replace(COMPLETE, locations=dict.fromkeys(CODES, 0.0), shifts={}, thresholds=(-40.0, -30.0, -20.0, 0.0))
    correlation = 2 * np.arcsin(0.36) / np.pi
    found = truth(design, listed("savings", "steering", "motivation")).alphas
    assert found["alpha"].item() == pytest.approx(3 * correlation / (1 + 2 * correlation), abs=1e-9)


def test_without_a_person_there_is_no_alpha_to_speak_of():
    alphas = truth(replace(COMPLETE, person_sd=0.0, shifts={}), listed("savings", "steering")).alphas
    assert alphas["alpha"].item() == pytest.approx(0, abs=1e-12)


def test_a_block_of_one_item_and_a_grouping_of_one_group_have_no_truth():
    alone = replace(COMPLETE, municipalities=("alfa",), shifts={})
    found = truth(alone, listed("savings"))
    assert found.alphas["alpha"].isna().all()
    assert set(found.effects["by"]) == {"domain", "role"}


def test_a_single_item_is_answered_by_whoever_breaks_off():
    _, responses = draw(replace(COMPLETE, break_off=1.0), listed("savings"), np.random.default_rng(1))
    assert set(responses["state"]) == {"answered"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"thresholds": (0.0, 0.0, 1.0, 2.0)}, "rise"),
        ({"thresholds": (0.0, 1.0, 2.0)}, "rise"),
        ({"not_answered": 1.1}, "0 to 1"),
        ({"break_off": -0.1}, "0 to 1"),
        ({"item_sd": 0.0}, "deviations"),
        ({"person_sd": -1.0}, "deviations"),
        ({"respondents": 15}, "combination"),
        ({"municipalities": (), "shifts": {}}, "combination"),
        ({"shifts": {("role", "directeur", "savings"): 1.0}}, "directeur"),
        ({"shifts": {("region", "alfa", "savings"): 1.0}}, "region"),
        ({"shifts": {("role", "manager", "savngs"): 1.0}}, "savngs"),
    ],
)
def test_a_design_that_cannot_be_is_refused(change, rule):
    given = {field.name: getattr(DESIGN, field.name) for field in fields(DESIGN)}
    with pytest.raises(FruitmandError, match=rule):
        Design(**(given | change))


def test_an_item_of_a_variable_without_a_location_is_refused():
    for work in (truth, lambda design, items: draw(design, items, np.random.default_rng(1))):
        with pytest.raises(FruitmandError, match="no location for network"):
            work(DESIGN, listed("network"))
