"""Named numbers: one value each, undefined only with a reason, and the same after a trip through JSON."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.analysis.numbers import Number, Numbers
from fruitmand.edition.errors import FruitmandError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUE = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
NUMBER = st.one_of(
    st.builds(Number, TEXT, VALUE, st.none() | st.integers(0, 999), TEXT, TEXT),
    st.builds(Number, TEXT, st.none(), st.none() | st.integers(0, 999), TEXT, st.just("coded_alike")),
)


def test_an_undefined_number_needs_a_reason():
    with pytest.raises(FruitmandError, match=r"agreement\.valence"):
        Numbers([Number("agreement.valence", None, 0, "f.csv")])
    assert Numbers([Number("agreement.valence", None, 0, "f.csv", "too_few_units")])["agreement.valence"].value is None


def test_zero_is_defined():
    assert Numbers([Number("empty", 0, 5, "f.csv")])["empty"].value == 0


def test_a_name_has_one_value():
    numbers = Numbers([Number("n", 1, None, "f.csv")])
    numbers.add(Number("n", 1, None, "f.csv"))
    with pytest.raises(FruitmandError, match="'n'.*1.*2"):
        numbers.add(Number("n", 2, None, "f.csv"))
    assert numbers["n"].value == 1
    with pytest.raises(FruitmandError, match="'n'"):
        numbers.add(Number("n", 1, 7, "f.csv"))  # the same value of other cases is another number


def test_names_keep_the_order_in_which_they_were_given():
    numbers = Numbers([Number("b", 1, None, ""), Number("a", 2, None, "")])
    assert numbers.names() == ["b", "a"]
    assert [number.name for number in numbers] == ["b", "a"]
    assert "a" in numbers
    assert "c" not in numbers


def test_no_numbers_are_an_empty_list():
    assert json.loads(Numbers().to_json(set())) == []


def test_json_says_value_n_source_reason_and_use():
    (item,) = json.loads(Numbers([Number("é", 0.5, 4, "f.csv")]).to_json({"é"}))
    assert item == {"name": "é", "value": 0.5, "n": 4, "source": "f.csv", "reason": "", "used": True}


@settings(derandomize=True, max_examples=50, deadline=None)
@given(items=st.lists(NUMBER, unique_by=lambda number: number.name, max_size=5))
def test_numbers_survive_json(tmp_path_factory, items):
    path = tmp_path_factory.mktemp("numbers") / "numbers.json"
    path.write_text(Numbers(items).to_json(set()), encoding="utf-8")
    assert list(Numbers.read(path)) == items


def test_only_the_numbers_that_a_text_uses_can_be_read(tmp_path):
    path = tmp_path / "numbers.json"
    path.write_text(Numbers([Number("a", 1, None, ""), Number("b", None, None, "", "coded_alike")]).to_json({"b"}), encoding="utf-8")
    assert Numbers.read(path, used_only=True).names() == ["b"]
    assert Numbers.read(path).names() == ["a", "b"]
