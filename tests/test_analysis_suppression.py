"""Cell suppression: what is withheld, and that it cannot be derived from what is published."""

from collections import defaultdict
from itertools import combinations, pairwise, product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.analysis.suppression import TOGETHER, suppress, withheld_groups
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


@pytest.mark.parametrize("small", [((1, 0), (4, 0)), ((0, 1), (4, 0)), ((1, 0), (2, 2))])
def test_which_groups_are_withheld_does_not_depend_on_answers(small):
    assert said(answers(*small, (6, 4), (5, 5))) == ["yes", "yes", "", ""]


def test_withheld_groups_that_gave_one_answer_together_are_warned_of_as_one_group():
    # 3 and 4 all answered 1, which the total tells as it does of any other group of seven.
    assert suppressed(answers((3, 0), (4, 0), (6, 3), (5, 2))).alike == (f"q01 {TOGETHER}",)
    assert suppressed(answers((3, 0), (3, 1), (6, 3), (5, 2))).alike == ()


def test_groups_that_are_withheld_with_their_total_are_not_warned_of():
    assert suppressed(answers((3, 0), (1, 0))).alike == (), "the warning would tell what the total would"


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
    assert said(answers((0, 0), (0, 0))) == ["", ""]


def test_a_group_without_valid_answers_does_not_protect_another():
    # All answers of the small group and the next are those of the small group.
    assert said(answers((1, 2), (0, 0), (4, 4))) == ["yes", "", "yes"]


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
        ({"n": [1, 8, 10]}, "do not add up"),
        ({"n": [3, 8, 10]}, "do not add up"),
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
            told = rest[answer] in (0, sum(rest))
            assert len(values) > 1 or told, "known only where nobody, or everybody, in all that is withheld gave the answer"


@pytest.mark.parametrize(("groups", "most", "min_cell"), [(2, 20, 5), (3, 16, 5), (4, 10, 5), (4, 11, 4)])
def test_no_size_of_a_withheld_group_can_be_derived_from_the_rules(groups, most, min_cell):
    """Try all sizes; those with the same picture of what is withheld, shown and the total cannot be told apart by anybody."""
    pictures = defaultdict(list)
    for sizes in product(range(1, most + 1), repeat=groups):
        hidden = withheld_groups(sizes, min_cell)
        shown = tuple((place, size) for place, size in enumerate(sizes) if place not in hidden)
        pictures[sum(sizes), shown].append(sizes)
    whole = {picture: ways for picture, ways in pictures.items() if picture[0] <= most + groups - 1}  # no way is missing
    found = [
        ways for (_, shown), ways in whole.items() if len(shown) < groups
        for place in range(groups) if place not in dict(shown) and len({way[place] for way in ways}) == 1
    ]  # fmt: skip
    assert len(whole) > 20
    assert {tuple(ways) for ways in found} == {((1,) * groups,)}, "but for one respondent in each group, which the total tells"


def tables(groups, answers, total):
    """Yield every table of counts, a tuple of answers per group, of so many respondents in all, with somebody in every group."""
    for bars in combinations(range(total + groups * answers - 1), groups * answers - 1):
        ends = (-1, *bars, total + groups * answers - 1)
        counts = [end - start - 1 for start, end in pairwise(ends)]
        table = tuple(tuple(counts[place : place + answers]) for place in range(0, groups * answers, answers))
        if all(map(sum, table)):
            yield table


def by_sizes(table, min_cell):
    return withheld_groups([sum(group) for group in table], min_cell)


def by_answers(table, min_cell):
    """Withhold as the rules do, and one group more as long as those withheld gave one and the same answer."""
    hidden = by_sizes(table, min_cell)
    left = [place for place in range(len(table)) if place not in hidden]
    while hidden and left and sum(map(any, zip(*(table[place] for place in hidden), strict=True))) == 1:
        hidden.append(left.pop(0))
    return sorted(hidden)


def learned(groups, number, total, min_cell, choose=by_sizes):
    """Return what whoever knows the rules learns of withheld groups in any table of this form: (what, the worlds that look alike).

    All worlds are tried: tables that look alike (the same groups shown with the same counts, the same withheld, and, when there are enough
    respondents for it, the same totals of the answers) cannot be told apart by anybody. ``sizes``: a withheld group has one size in all
    of them, and ``answers``: a group has one number of some answer, or the worlds are fewer than the sizes and the totals leave open.
    """
    pictures = defaultdict(list)
    for table in tables(groups, number, total):
        hidden = choose(table, min_cell)
        shown = tuple((place, group) for place, group in enumerate(table) if place not in hidden)
        sums = tuple(map(sum, zip(*table, strict=True))) if shown or total >= min_cell else ()
        pictures[shown, sums].append(tuple(table[place] for place in hidden))
    found = []
    for (_, sums), worlds in pictures.items():
        sizes = {tuple(map(sum, world)) for world in worlds}
        if not sizes or sizes == {()}:
            continue
        rest = {tuple(map(sum, zip(*world, strict=True))) for world in worlds}
        open_ways = {
            way
            for ways in sizes
            for way in product(*(_fillings(size, number) for size in ways))
            if tuple(map(sum, zip(*way, strict=True))) in rest
        }
        if any(len(column) == 1 for column in map(set, zip(*sizes, strict=True))):
            found.append(("sizes", worlds))
        elif set(worlds) != open_ways or _tells_an_answer(worlds, rest, bool(sums)):
            found.append(("answers", worlds))
    return found


def _tells_an_answer(worlds, rest, is_told):
    """Return whether a group has the same number of an answer in all worlds, other than the nought that a total tells of everybody."""
    nought = [is_told and not any(column) for column in zip(*rest, strict=True)]
    known = [{group[answer] for group in groups} for groups in zip(*worlds, strict=True) for answer in range(len(nought))]
    return any(len(values) == 1 and not nought[place % len(nought)] for place, values in enumerate(known))


FORMS = [
    *((2, 2, total, 5) for total in (2, 4, 5, 8, 9, 12)),
    *((3, 2, total, min_cell) for total in (6, 8, 10) for min_cell in (4, 5)),
    (2, 3, 8, 4), (2, 3, 9, 5), (3, 3, 7, 4), (4, 2, 9, 4), (4, 2, 8, 5),
]  # fmt: skip
"""Groups, answers, respondents, and the minimum."""


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_whoever_knows_the_rules_learns_no_size_and_of_answers_no_more_than_the_total_of_the_withheld(form):
    groups, *_ = form
    found = learned(*form)
    ones = [what for what, worlds in found if all(sum(group) == 1 for world in worlds for group in world)]
    assert len(found) == len(ones), "but for groups of one respondent each, which the number of respondents tells"
    assert bool(found) == (form[2] == groups)


def test_a_rule_that_looks_at_answers_tells_them():
    """The attack finds what it is made for: withholding one group more where the withheld ones gave one answer tells that they did."""
    assert by_answers([(1, 0), (4, 0), (9, 1), (5, 5)], 5) == [0, 1, 2] != by_answers([(0, 1), (4, 0), (9, 1), (5, 5)], 5)
    assert "answers" in {what for what, _ in learned(3, 2, 10, 5, by_answers)}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=5), st.integers(4, 6))
def test_a_table_is_withheld_by_the_rules_that_are_attacked(groups, min_cell):
    hidden = by_sizes(groups, min_cell)
    assert said(answers(*groups), min_cell=min_cell) == ["yes" if place in hidden else "" for place in range(len(groups))]


@pytest.mark.parametrize(("min_cell", "is_told"), [(2, True), (3, True), (4, False), (5, False)])
def test_a_minimum_below_four_tells_sizes(min_cell, is_told):
    """Of these seven respondents; it is why an edition cannot have such a minimum."""
    assert any(what == "sizes" for what, _ in learned(3, 1, 7, min_cell)) == is_told
