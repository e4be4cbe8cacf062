"""Named numbers of each step: unique names, a source each, and values that can be counted by hand."""

import fnmatch
import re
from types import SimpleNamespace

import pandas as pd
import pytest

from fruitmand.analysis import named_numbers
from fruitmand.analysis.agreement import compare_coders
from fruitmand.analysis.coding import code_frequencies, code_saturation, coverage
from fruitmand.analysis.numbers import Numbers
from fruitmand.analysis.ratings import count_by_municipality, count_by_variable
from fruitmand.edition.columns import STANDINGS, VERDICTS
from fruitmand.edition.schema import SCHEMAS


@pytest.fixture(scope="module")
def steps(edition):
    """All named numbers of the 2015 edition, by step."""
    codings = edition["codings"]
    first = codings[codings["coder"] == "coder_1"]
    book, municipalities = edition["codebook"], edition["municipalities"]
    counts, by_municipality = count_by_variable(edition["ratings"], book), count_by_municipality(edition["ratings"], book, municipalities)
    frequencies, saturation = code_frequencies(edition["segments"], first, book), code_saturation(edition["segments"], first, book)
    covered = coverage(edition["segments"], first, book, municipalities, group="g4")
    agreement = compare_coders(codings, edition.coders, draws=10, seed=7)
    return {
        "design": Numbers(named_numbers.design_numbers(edition)),
        "coding": Numbers(
            named_numbers.coding_numbers(edition["segments"], frequencies, covered, saturation, municipalities["municipality"].tolist())
        ),
        "agreement": Numbers(named_numbers.agreement_numbers(agreement, draws=10, seed=7)),
        "ratings": Numbers(named_numbers.rating_numbers(counts)),
        "concepts": Numbers(named_numbers.concept_numbers(counts, by_municipality)),
        "expectations": Numbers(named_numbers.expectation_numbers(edition["expectations"], len(municipalities))),
    }


def values(numbers):
    return {number.name: number.value for number in numbers}


def test_names_are_unique_over_all_steps(steps):
    names = [name for numbers in steps.values() for name in numbers.names()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(\.[a-z_]+)+", name) for name in names)


def test_every_number_has_a_source_that_is_there(edition, steps, root):
    files = {path.name for path in (root / "data" / "raw" / edition.name).iterdir()}
    for numbers in steps.values():
        for number in numbers:
            cited = set(re.findall(r"[\w*-]+\.(?:csv|toml)", number.source))
            assert all(fnmatch.filter(files, name) for name in cited), number
            assert cited or number.source in ("parameter of the notebook", "Krippendorff (2019), chapter 12"), number


def test_a_share_is_no_more_than_its_n(steps):
    for numbers in steps.values():
        assert all(0 <= number.value <= number.n for number in numbers if number.n is not None and number.value is not None)


def test_the_design_is_that_of_the_thesis(steps):
    # Interviews, questions and planned respondents: 4.3; concepts: tables 1 to 4; scales: 4.3 and the questionnaire in the annex.
    assert {
        "design.interviews": 12,
        "design.questions": 10,
        "design.municipalities": 4,
        "design.variables": 20,
        "design.ratings": 80,
        "design.variables.learning_capacity": 6,
        "design.variables.improvement": 4,
        "design.variables.outcomes": 5,
        "design.variables.risks": 5,
        "design.agenda_variables": 10,
        "design.scale_changes": 4,
        "design.points_declared": 2,
        "design.points_used": 3,
        "survey.respondents_planned": 12,
        "survey.points_announced": 3,
        "survey.points_annex": 5,
        "questions.sub": 5,
    }.items() <= values(steps["design"]).items()


def test_counts_of_ratings_are_those_of_the_printed_tables(steps):
    # Counted by hand in 5.2.1 (3 of 4 at +/+), 5.2.3 and 5.3; learning capacity has 24 ratings, 10 of them +/+.
    assert {"ratings.motivation.high": 3, "ratings.organisational_barriers.low": 3, "ratings.steering.low": 4}.items() <= values(
        steps["ratings"]
    ).items()
    assert {number.n for number in steps["ratings"]} == {4}
    concepts = values(steps["concepts"])
    sizes = {"learning_capacity": 24, "improvement": 16, "outcomes": 20, "risks": 20}
    assert {name: concepts[f"concept.{name}.n"] for name in sizes} == sizes
    assert concepts["all.n"] == 80
    # 5.2.1: 3 + 2; 5.2.2: 0 + 3; 5.2.3: 3 + 0.
    assert concepts["concept.learning_capacity.high"] == 5 + 3 + 3
    # 5.3: +/- once for savings, never for steering, three times for the working method, never for improvement.
    assert (concepts["concept.improvement.high"], concepts["concept.improvement.middle"], concepts["concept.improvement.low"]) == (0, 4, 12)


@pytest.mark.parametrize("short", ["concept.learning_capacity", "concept.improvement", "concept.outcomes", "concept.risks", "all"])
def test_levels_add_up(steps, short):
    concepts = values(steps["concepts"])
    assert sum(concepts[f"{short}.{level}"] for level in ("high", "middle", "low")) == concepts[f"{short}.n"]


def test_least_and_most_of_a_municipality_are_of_its_variables(steps):
    # Learning capacity, +/+ per municipality in 5.2.1 to 5.2.3: Amsterdam 3, Den Haag 0, Utrecht 4, Rotterdam 4.
    numbers = steps["concepts"]
    assert (numbers["concept.learning_capacity.least_high"].value, numbers["concept.learning_capacity.most_high"].value) == (0, 4)
    assert numbers["concept.learning_capacity.most_high"].n == 6


def test_cells_are_covered_or_empty(steps):
    coding = values(steps["coding"])
    assert coding["coding.cells"] == 20 * 4
    assert coding["coding.covered_cells"] + coding["coding.empty_cells"] == 80
    assert coding["coding.passages"] < coding["coding.segments"]
    assert coding["coding.codes"] == 20 + 12


def test_expectations_count_rows_letters_and_holders(steps):
    # 5.2.1 has letters a to g, 5.2.2 a to h, 5.2.3 a to e; all four ask KING's contribution, all but Amsterdam commitment.
    expected = {"rows": 34, "distinct": 7 + 8 + 5, "learning_practices.c": 4, "learning_barriers.c": 3}
    found = values(steps["expectations"])
    assert {name: found[f"expectations.{name}"] for name in expected} == expected
    assert len(found) == 2 + 7 + 8 + 5
    assert steps["expectations"]["expectations.learning_practices.c"].n == 4


def test_without_expectations_there_are_none_to_count(edition):
    numbers = Numbers(named_numbers.expectation_numbers(edition["expectations"].iloc[:0], 4))
    assert values(numbers) == {"expectations.rows": 0, "expectations.distinct": 0}


def test_an_undefined_agreement_keeps_its_reason(edition):
    numbers = Numbers(
        named_numbers.agreement_numbers(compare_coders(edition["codings"], edition.coders[:1], draws=10, seed=7), draws=10, seed=7)
    )
    assert numbers["agreement.units"].value == 0
    for measure in ("code_sets", "first_code", "valence"):
        assert numbers[f"agreement.{measure}"].value is None
        assert numbers[f"agreement.{measure}"].reason == "no_second_coder"


def test_the_settings_of_the_bootstrap_are_named(steps):
    assert (steps["agreement"]["agreement.draws"].value, steps["agreement"]["agreement.seed"].value) == (10, 7)


def test_a_coding_of_nothing_is_counted_as_nothing(edition):
    segments, codings = edition["segments"].iloc[:0], edition["codings"].iloc[:0]
    book, municipalities = edition["codebook"], edition["municipalities"]
    parts = (
        code_frequencies(segments, codings, book),
        coverage(segments, codings, book, municipalities, group="g4"),
        code_saturation(segments, codings, book),
    )
    numbers = Numbers(named_numbers.coding_numbers(segments, *parts, municipalities["municipality"].tolist()))
    assert numbers["coding.empty_cells"].value == 80
    assert numbers["sightings.seen"].value == 0


def test_a_variable_nobody_rated_counts_for_nothing():
    row = {"variable": "savings", "concept": "improvement", "high": 0, "middle": 0, "low": 0, "n": 0}
    numbers = Numbers(named_numbers.rating_numbers(pd.DataFrame([row])))
    assert {(number.value, number.n) for number in numbers} == {(0, 0)}


def test_claims_are_counted_by_verdict_and_those_with_an_assumption_or_a_test_together():
    made = ["holds", "holds", "holds_for_most", "points_to", "points_to", "points_away", "contradicted", "slip", "circular", "unchecked"]
    numbers = Numbers(named_numbers.claim_numbers([SimpleNamespace(verdict=verdict) for verdict in made]))
    wanted = dict.fromkeys(VERDICTS, 0) | {"holds": 2, "holds_for_most": 1, "points_to": 2, "points_away": 1, "contradicted": 1, "slip": 1}
    wanted |= {"circular": 1, "unchecked": 1}
    assert values(numbers) == {f"claims.{name}": value for name, value in (wanted | {"n": 10, "tested": 8, "assumed": 3}).items()}
    assert {number.n for number in numbers} == {None, 10}
    assert set(values(named_numbers.claim_numbers([])).values()) == {0}


def test_conditions_are_counted_by_whether_they_are_met():
    frame = pd.DataFrame({"met": ["yes", "no", "no", "partly", "unsaid", "unsaid", "unsaid"]}, dtype="string")
    numbers = Numbers(named_numbers.condition_numbers(frame))
    counts = {"n": 7, "met": 1, "not_met": 2, "partly": 1, "unsaid": 3}
    assert values(numbers) == {f"conditions.{name}": value for name, value in counts.items()}
    assert {number.n for number in numbers} == {None, 7}


def test_initiatives_are_done_when_carried_out_or_adopted_and_due_when_the_publication_ties_them_to_the_benchmark():
    rows = [
        ("carried_out", "yes"),
        ("adopted", "no"),
        ("started", "unclear"),
        ("started", "no"),
        ("proposed", "yes"),
        ("dropped", "unclear"),
        ("unsaid", "yes"),
    ]
    frame = pd.DataFrame(rows, columns=["status", "due_to_benchmark"], dtype="string")
    numbers = Numbers(named_numbers.initiative_numbers(frame))
    assert values(numbers) == {
        "initiatives.n": 7,
        "initiatives.done": 2,
        "initiatives.done_due": 1,
        "initiatives.due": 3,
        "initiatives.unclear": 2,
        "initiatives.not_due": 2,
    }
    assert {number.n for number in numbers} == {None, 7}


def test_a_recommendation_is_grounded_in_a_passage_an_expectation_or_both():
    rows = [("s001", None), (None, "t/a/b"), ("s002;s003", "t/a/b"), (None, None)]
    frame = pd.DataFrame(rows, columns=["segments", "expectations"], dtype="string")
    numbers = Numbers(named_numbers.recommendation_numbers(frame))
    assert values(numbers) == {"recommendations.n": 4, "recommendations.grounded": 3}
    assert numbers["recommendations.grounded"].n == 4


@pytest.mark.parametrize(
    ("table", "name"),
    [("conditions", "condition_numbers"), ("initiatives", "initiative_numbers"), ("recommendations", "recommendation_numbers")],
)
def test_of_a_table_without_rows_every_count_is_nought(table, name):
    frame = pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in SCHEMAS[table].types.items()})
    made = values(getattr(named_numbers, name)(frame))
    assert len(made) > 1
    assert set(made.values()) == {0}


def test_evidence_is_counted_by_standing_with_how_thin_and_how_one_sided_it_is():
    columns = ["variable", "standing", "symbol", "n_for", "n_against"]
    rows = [
        ("motivation", "supported", "+/+", 1, 0),
        ("motivation", "supported", "+/-", 2, 0),
        ("savings", "mixed", "+/-", 0, 0),
        ("motivation", "contested", "-/-", 1, 1),
        ("savings", "none", "+/+", 0, 0),
    ]
    table = pd.DataFrame(rows, columns=columns)
    found = values(named_numbers.evidence_numbers(table, table.assign(standing="none")))
    wanted = {"n": 5, "supported": 2, "mixed": 1, "contested": 1, "opposed": 0, "none": 1, "single": 1, "no_other_end": 2}
    wanted |= {"findings_supported": 0, "findings_mixed": 0, "findings_contested": 0, "findings_opposed": 0, "findings_none": 5}
    wanted |= {f"{variable}.{standing}": 0 for variable in ("motivation", "savings") for standing in STANDINGS}
    wanted |= {"motivation.supported": 2, "motivation.contested": 1, "savings.mixed": 1, "savings.none": 1}
    assert found == {f"evidence.{name}": value for name, value in wanted.items()}
    assert values(named_numbers.evidence_numbers(table.iloc[:0], table.iloc[:0]))["evidence.none"] == 0


def test_evidence_of_a_concept_is_counted_by_standing_of_all_its_ratings():
    counts = pd.DataFrame({"concept": ["learning", "risks"], **dict.fromkeys(STANDINGS, 0)}).assign(supported=[3, 0], none=[1, 2])
    numbers = Numbers(named_numbers.concept_evidence_numbers(counts))
    wanted = {f"evidence.{concept}.{standing}": 0 for concept in ("learning", "risks") for standing in STANDINGS}
    wanted |= {"evidence.learning.supported": 3, "evidence.learning.none": 1, "evidence.risks.none": 2}
    assert values(numbers) == wanted
    assert (numbers["evidence.learning.supported"].n, numbers["evidence.risks.supported"].n) == (4, 2)
