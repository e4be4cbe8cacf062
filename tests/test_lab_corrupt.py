"""The harness that breaks an edition on purpose: it counts what is caught, and it counts as well what is not."""

import pytest

from fruitmand.analysis.numbers import Number, Numbers
from lab import corrupt
from lab.mutations import Mutant, sample

SIZE = 2


@pytest.fixture(scope="module")
def outcomes(root):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return corrupt.corrupt("2015", size=SIZE, every=False, seed=1)


def test_every_kind_is_sampled(outcomes):
    kinds = {"rating", "segment municipality", "segment code", "segment valence", "expectation", "finding"}
    kinds |= {"claim expected value", "claim statement", "scale", "label", "translation", "codebook line", "initiative, condition"}
    kinds |= {"named number", "alternative text", "checksum"}
    assert set(outcomes) == kinds
    assert {len(found) for found in outcomes.values()} == {SIZE}


def test_the_manifest_catches_every_change_of_a_raw_file(outcomes):
    raw = [outcome for found in outcomes.values() for outcome in found if outcome.mutant.file not in corrupt.CATALOGUES]
    assert len(raw) == 14 * SIZE
    assert [outcome.mutant.place for outcome in raw if outcome.sealed != "manifest"] == []


@pytest.mark.parametrize("kind", ["rating", "expectation", "finding", "initiative, condition", "codebook line", "named number"])
def test_meaning_alone_catches_what_is_read_or_written_twice(outcomes, kind):
    assert [outcome.mutant.place for outcome in outcomes[kind] if not outcome.meaning] == []


def test_a_message_points_at_the_place(outcomes):
    for outcome in outcomes["rating"]:
        row = outcome.mutant.place.split(" (")[0]  # ratings.csv row 14
        assert row in outcome.message
        assert outcome.exact


def test_a_message_that_names_no_file_or_another_catches_nothing():
    mutant = Mutant("rating", "ratings.csv", str, "ratings.csv row 14", ("row 14:",))
    assert corrupt.points_at(mutant, "something is wrong") == (False, False)
    assert corrupt.points_at(mutant, "data/raw/2015/segments.csv row 14: wrong") == (False, False)
    assert corrupt.points_at(mutant, "data/raw/2015/ratings.csv: wrong") == (True, False)
    assert corrupt.points_at(mutant, "data/raw/2015/ratings.csv row 14: wrong") == (True, True)


def test_mutants_survive_a_gate_that_is_switched_off(root, monkeypatch):
    monkeypatch.chdir(root)
    off = corrupt.corrupt("2015", size=1, every=False, seed=1, gates=[gate for gate in corrupt.GATES if gate[0] == "claim"])
    assert not any(outcome.meaning for kind in ("label", "named number") for outcome in off[kind])
    text, met = corrupt.report(off, 1.0)
    assert not met
    assert "survives by meaning: codebook.csv row" in text
    assert "MISSED" in text


def test_a_gate_that_objects_to_the_sound_edition_stops_the_run(root, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(corrupt.FruitmandError, match="sound before it is broken"):
        corrupt.corrupt("2015", size=1, every=False, seed=1, gates=[("odd", lambda _: [corrupt.Problem("x.csv", 0, "", "is wrong")])])


def test_an_error_that_is_not_meant_for_the_user_is_no_catch():
    def broken(_):
        raise KeyError("ratings.csv")

    with pytest.raises(KeyError):
        corrupt.run_gate(broken, None)


def test_the_same_seed_draws_the_same_mutants():
    mutants = [Mutant("label", "codebook.csv", str, f"row {number}", ()) for number in range(50)]
    assert sample(mutants, 5, 1) == sample(mutants, 5, 1)
    assert sample(mutants, 5, 1) != sample(mutants, 5, 2)
    assert sample(mutants, 60, 1) == mutants


def test_a_published_number_that_changed_is_named_with_its_source():
    published = Numbers([Number("a.b", 3, None, "ratings.csv"), Number("a.c", 1, None, "x.csv")])
    problems = corrupt.compare_numbers(
        Numbers([Number("a.b", 4, None, "ratings.csv"), Number("a.c", 1, None, "x.csv")]), published, "n.json"
    )
    assert [str(problem) for problem in problems] == ["n.json: 'a.b' was published as 3 and is now 4 (it comes from ratings.csv)"]


def test_goals_that_are_met_are_said_to_be_met():
    caught = corrupt.Outcome(Mutant("rating", "ratings.csv", str, "p", ()), "manifest", "schema", True, "m")
    kinds = ("rating", "claim expected value", "label")
    text, met = corrupt.report({kind: [caught] for kind in kinds}, 1.0)
    assert met
    assert "MISSED" not in text
