"""The fuzzer of the import: it makes what it says, and tells a wrong table from a right one."""

from random import Random

import pytest

from fruitmand.edition.reading import Edition
from fruitmand.importers.survey.questionnaire import read_questionnaire
from lab.fuzz import MUTATIONS, attempt, base, main, outcome


@pytest.fixture(scope="module")
def asked():
    return read_questionnaire(Edition("synthetic-2026"))


def test_a_few_mutated_exports_are_read_right_or_refused(asked, tmp_path):
    said = [attempt(number, asked, tmp_path, seed=7)[0] for number in range(60)]
    assert set(said) == {"read", "refused"}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_mutation_has_what_must_come_of_it(asked, tmp_path, mutation):
    for number in range(3):
        one = base(asked, Random(number))  # noqa: S311
        mutation(one, Random(number))  # noqa: S311
        assert outcome(one, one.content(), asked, tmp_path) in ("read", "refused")


def test_another_table_and_a_needless_refusal_are_failures(asked, tmp_path):
    one = base(asked, Random(1))  # noqa: S311
    one.table[0] = ("answered", "9")
    assert outcome(one, one.content(), asked, tmp_path) == "another table"
    one.grid[1][1] = "nonsense"
    assert outcome(one, one.content(), asked, tmp_path).startswith("a right file refused")


def test_a_wrong_command_line_is_told(capsys):
    assert main(["many"]) == 1
    assert "usage: make fuzz" in capsys.readouterr().err
