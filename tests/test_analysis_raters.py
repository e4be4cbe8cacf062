"""Two raters: what they agree on, and what was decided where they differ."""

import pandas as pd
import pytest
from build_fixtures import raw_table

from fruitmand.analysis.raters import Comparison, compare, rater_numbers, sources

NOTHING = raw_table("adjudications")


def given(first: str, second: str) -> pd.DataFrame:
    """Return the ratings of two raters on one municipality, a letter a variable: h, m or l, and a point where there is none."""
    symbols = {"h": "+/+", "m": "+/-", "l": "-/-"}
    rows = [
        {"municipality": "ant", "variable": f"v{place}", "symbol": symbols[letter], "rater": name}
        for name, letters in (("an", first), ("bo", second))
        for place, letter in enumerate(letters)
        if letter != "."
    ]
    return pd.DataFrame(rows)


def test_what_both_rated_is_the_same_one_step_apart_or_opposite():
    found = compare(given("hhmml.", "hmmhhl"), NOTHING)
    assert (found.raters, found.pairs, found.same, found.one_step, found.opposite) == (("an", "bo"), 5, 2, 2, 1)
    assert found.differences["variable"].tolist() == ["v1", "v3", "v4"]
    assert found.differences["decision"].isna().all()


def test_kappa_is_that_of_linear_weights():
    # Observed agreement: (1 + 1 + 1/2 + 1) / 4 = 7/8. Expected, by the margins h 2, m 1, l 1 and h 1, m 2, l 1:
    # (2*1 + 1*2 + 1*1 + (2*2 + 1*1 + 1*1 + 1*2) / 2) / 16 = 9/16. Kappa = (7/8 - 9/16) / (1 - 9/16) = 5/7.
    assert compare(given("hhml" * 5, "hmml" * 5), NOTHING).kappa == pytest.approx(5 / 7, abs=1e-5)


def test_a_difference_has_its_decision_and_reason():
    decided = {"table": "ratings", "key": "ant v1", "column": "symbol", "first": "+/+", "second": "+/-", "decision": "second"}
    table = raw_table("adjudications", decided | {"reason_nl": "Zo.", "reason_en": "So."})
    found = compare(given("hh", "hm"), table).differences.iloc[0]
    assert (found["decision"], found["reason_en"]) == ("+/-", "So.")
    assert sources(table) == ["ratings.csv", "adjudications.csv"]


def test_one_rater_or_none_compares_nothing():
    assert compare(given("hh", ""), NOTHING).pairs == 0
    assert compare(given("hh", "").drop(columns="rater"), NOTHING).pairs == 0
    assert {number.name: number.value for number in rater_numbers(Comparison())} == {"raters.pairs": 0, "raters.differences": 0}
