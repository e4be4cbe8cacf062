"""Cell suppression: what is withheld, and that it cannot be derived from what is published."""

from collections import defaultdict
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.analysis.suppression import suppress, withheld_groups
from fruitmand.edition.errors import FruitmandError

COUNTS = ["p1", "p2", "p3"]


def answers(*groups, item="q01"):
    """Return a table of one item: a group a tuple of counts, its base their sum."""
    rows = [(item, f"g{place}", *counts, sum(counts)) for place, counts in enumerate(groups)]
    return pd.DataFrame(rows, columns=["item", "group", *COUNTS[: len(groups[0]) if groups else 3], "n"])


def suppressed(table, min_cell=5, **options):
    counts = [name for name in COUNTS if name in table]
    return suppress(table, **({"keys": ["item"], "counts": counts, "base": "n", "min_cell": min_cell} | options))


def said(table, **options):
    return suppressed(table, **options).table["withheld"].tolist()


def attack(done, table):
    """Return what each withheld cell can be, for whoever knows the published cells, the totals and the size of every group.

    All ways are tried to fill the withheld groups so that every answer adds up to its total.
    """
    counts = [name for name in COUNTS if name in table]
    hidden = done.table["withheld"] != ""
    rest = (table[counts].sum() - done.table.loc[~hidden, counts].sum()).astype(int).tolist()
    sizes = table.loc[hidden, "n"].tolist()
    ways = [
        way
        for way in product(*(_fillings(size, len(counts)) for size in sizes))
        if [sum(column) for column in zip(*way, strict=True)] == rest
    ]
    assert ways, "the truth is one of the ways"
    return rest, [[{way[group][answer] for way in ways} for answer in range(len(counts))] for group in range(len(sizes))]


def _fillings(size, answers):
    if answers == 1:
        return [(size,)]
    return [(first, *rest) for first in range(size + 1) for rest in _fillings(size - first, answers - 1)]


def test_a_group_below_the_minimum_is_withheld_and_one_at_it_is_shown():
    done = suppressed(answers((2, 2), (3, 2), (4, 4), (1, 2)))
    assert done.table["withheld"].tolist() == ["yes", "", "", "yes"]
    assert done.table["n"].tolist()[1:3] == [5, 8]
    assert done.table.loc[[0, 3], ["p1", "p2", "n"]].isna().all(axis=None)
    assert done.smallest == 5


def test_every_column_but_the_names_is_withheld_whatever_its_type():
    table = answers((1, 1), (1, 2), (4, 4)).assign(mean=[1.5, 1.7, 1.5], word=["a", "b", "c"], flag=[True, False, True])
    done = suppressed(table).table
    assert done.columns.tolist() == [*table.columns, "withheld"]
    assert done[["item", "group"]].equals(table[["item", "group"]])
    assert done.loc[[0, 1], ["p1", "p2", "n", "mean", "word", "flag"]].isna().all(axis=None)
    assert done.loc[2, ["p1", "n", "mean", "word", "flag"]].tolist() == [4, 8, 1.5, "c", True]


def test_types_do_not_depend_on_what_is_withheld():
    some, none = (suppressed(answers(*groups)).table for groups in ([(1, 1), (4, 4), (9, 9)], [(4, 4), (9, 9)]))
    assert some.dtypes.to_dict() == none.dtypes.to_dict()
    assert str(some["p1"].dtype) == "Int64"


def test_the_caller_keeps_the_table_and_the_index_stays():
    table = answers((1, 1), (4, 4), (9, 9)).set_axis([7, 3, 5])
    before = table.copy()
    assert suppressed(table).table.index.tolist() == [7, 3, 5]
    assert table.equals(before)


def test_a_single_withheld_group_is_protected_by_the_next_group_whatever_its_size():
    # 3 of 20 are withheld: the total minus the 9 and the 8 would give them back. Were the smallest to go with them, that would tell sizes.
    assert said(answers((2, 1), (5, 4), (4, 4))) == ["yes", "yes", ""]
    assert said(answers((2, 1), (4, 4), (5, 4))) == ["yes", "yes", ""]


def test_withheld_groups_that_are_small_together_need_complementary_suppression():
    # 1 + 1 + 2 = 4 respondents, below 5, though there are three of them.
    assert said(answers((1, 0), (0, 1), (1, 1), (6, 3), (5, 2))) == ["yes", "yes", "yes", "yes", ""]


def test_withheld_groups_that_are_unanimous_together_need_complementary_suppression():
    # 3 and 4 all answered 1: the total tells it.
    assert said(answers((3, 0), (3, 0), (6, 3), (5, 2))) == ["yes", "yes", "yes", ""]


def test_complementary_suppression_goes_on_until_the_total_is_safe():
    # The 5 that go first answered 1 too.
    assert said(answers((3, 0), (5, 0), (6, 3), (5, 2))) == ["yes", "yes", "yes", ""]


@pytest.mark.parametrize("sizes", [((2, 2), (2, 2)), ((1, 0), (1, 0), (0, 1), (1, 0), (0, 1))])
def test_withheld_groups_whose_total_implies_their_sizes_need_complementary_suppression(sizes):
    # Two withheld groups of eight in all are four each; five of five in all are one each.
    assert said(answers(*sizes, (6, 3), (5, 2))) == ["yes"] * len(sizes) + ["yes", ""]


def test_two_withheld_groups_of_enough_respondents_protect_each_other():
    assert said(answers((2, 1), (1, 2), (4, 4))) == ["yes", "yes", ""]


def test_a_group_of_one_answer_is_shown_and_named():
    done = suppressed(answers((6, 0), (4, 4), (0, 0)))
    assert done.table["withheld"].tolist() == ["", "", ""]
    assert done.alike == ("q01 g0",)


def test_a_withheld_group_of_one_answer_is_not_named():
    assert suppressed(answers((3, 0), (5, 4), (4, 4))).alike == ()


def test_a_size_is_no_answer():
    assert suppressed(answers((9,), (7,))).alike == ()


def test_few_respondents_in_all_leave_nothing_to_show():
    done = suppressed(answers((1, 0), (1, 1), (0, 1)))
    assert done.table["withheld"].tolist() == ["yes"] * 3
    assert done.smallest is None


def test_one_respondent_is_never_shown():
    done = suppressed(answers((1, 0)), min_cell=2)
    assert done.table["withheld"].tolist() == ["yes"]
    assert done.smallest is None


def test_an_empty_group_is_shown_and_protects_nothing():
    done = suppressed(answers((0, 0), (1, 1), (4, 4), (9, 9)))
    assert done.table["withheld"].tolist() == ["", "yes", "yes", ""]
    assert done.table["n"].tolist()[0] == 0


def test_an_unanswered_item_has_nothing_to_withhold():
    table = answers((0, 0), (0, 0)).assign(n=[6, 7])
    assert said(table) == ["", ""]


def test_a_group_without_valid_answers_does_not_protect_another():
    # All answers of the small group and the next are those of the small group, if it is known who answered.
    table = answers((1, 2), (0, 0), (4, 4)).assign(n=[4, 6, 9])
    assert said(table) == ["yes", "yes", "yes"]


def test_an_item_that_was_not_asked_stays_missing_and_is_not_said_to_be_withheld():
    table = answers((1, 1), (3, 3), (4, 4)).astype(dict.fromkeys(("p1", "p2", "n"), "Int64"))
    table.loc[1, ["p1", "p2", "n"]] = pd.NA
    done = suppressed(table).table
    assert done["withheld"].tolist() == ["yes", "", "yes"]
    assert done.loc[1, ["p1", "p2", "n"]].isna().all()


def test_an_empty_table_stays_empty():
    done = suppressed(answers((1, 1)).iloc[:0])
    assert (len(done.table), done.smallest) == (0, None)
    assert done.table.columns.tolist() == ["item", "group", "p1", "p2", "n", "withheld"]


def test_lines_are_judged_apart():
    table = pd.concat([answers((1, 1), (4, 4), (5, 5)), answers((4, 4), (5, 5), item="q02")], ignore_index=True)
    done = suppressed(table)
    assert done.table["withheld"].tolist() == ["yes", "yes", "", "", ""]


def test_a_missing_group_is_a_group():
    table = answers((1, 1), (4, 4), (5, 5)).assign(group=pd.array(["a", pd.NA, "b"], dtype="string"))
    assert said(table) == ["yes", "yes", ""]


def test_a_table_without_keys_is_one_line():
    done = suppress(answers((1, 1), (4, 4), (5, 5)), keys=[], counts=["p1", "p2"], base="n", min_cell=5)
    assert done.table["withheld"].tolist() == ["yes", "yes", ""]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"group": "g0"}, "twice"),
        ({"p1": [-1, 4, 5]}, "negative"),
        ({"n": [1, 8, 10]}, "more answers"),
        ({"n": pd.array([pd.NA, 8, 10], dtype="Int64")}, "without"),
        ({"p1": pd.array([pd.NA, 4, 5], dtype="Int64")}, "without"),
    ],
)
def test_counts_that_cannot_be_are_refused(change, message):
    with pytest.raises(FruitmandError, match=message):
        suppressed(answers((1, 1), (4, 4), (5, 5)).assign(**change))


def test_primary_suppression_alone_can_be_undone():
    table = answers((2, 1), (5, 4), (4, 4))
    naive = suppressed(table)
    naive.table.loc[1, ["p1", "p2", "n", "withheld"]] = [5, 4, 9, ""]  # as if nothing had gone with it
    assert attack(naive, table)[1] == [[{2}, {1}]]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(2, 3).flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, 4)] * n), min_size=1, max_size=4)),
    st.integers(2, 5),
)
def test_no_withheld_count_can_be_derived(groups, min_cell):
    table = answers(*groups)
    done = suppressed(table, min_cell=min_cell)
    shown = done.table[done.table["withheld"] == ""]
    people = shown[shown["n"] > 0]
    assert (people["n"] >= min_cell).all()
    assert done.smallest == (None if people.empty else people["n"].min())
    counts = [name for name in COUNTS if name in table]
    totals = table[counts].sum()
    if len(shown) == len(table) or (people.empty and (totals.sum() < min_cell or (totals > 0).sum() == 1)):
        return  # nothing to attack, or a total that may not be published as a table of its own
    rest, possible = attack(done, table)
    assert sum(rest) >= min_cell
    for cells in possible:
        for answer, values in enumerate(cells):
            assert len(values) > 1 or rest[answer] == 0, "known only where nobody in all that is withheld gave the answer"


@pytest.mark.parametrize(("groups", "most", "min_cell"), [(2, 20, 5), (3, 16, 5), (4, 10, 5), (4, 11, 4)])
def test_no_size_of_a_withheld_group_can_be_derived_from_the_rules(groups, most, min_cell):
    """Try all sizes; those with the same picture of what is withheld, shown and the total cannot be told apart by anybody."""
    pictures = defaultdict(list)
    for sizes in product(range(1, most + 1), repeat=groups):
        hidden = withheld_groups(sizes, [[size] for size in sizes], min_cell)
        shown = tuple((place, size) for place, size in enumerate(sizes) if place not in hidden)
        pictures[sum(sizes), shown].append(sizes)
    whole = {picture: ways for picture, ways in pictures.items() if picture[0] <= most + groups - 1}  # no way is missing
    found = [
        ways for (_, shown), ways in whole.items() if len(shown) < groups
        for place in range(groups) if place not in dict(shown) and len({way[place] for way in ways}) == 1
    ]  # fmt: skip
    assert len(whole) > 20
    assert {tuple(ways) for ways in found} == {((1,) * groups,)}, "but for one respondent in each group, which the total tells"
