"""The numbering of the thesis (docs/coding-manual.md, rule 6), on a made-up text with the same marks."""

from thesis_text import dashed, lettered, plain, read_thesis, runs

TEXT = """Contents
1. Fruit.....\t6
1.1 Apples.....\t7
2. Bread.....\t9

1. Fruit

1.1 Apples

A first block about apples.

Colours of apples

A second block, long enough not to be taken for a heading, that is broken by a page

end and counts once.

- a dashed block.

2. This numbered line is no heading because the table of contents does not have it.

Towns\tColour\tNotes
North\tred\t- crisp - sweet
\t\t- keeps
South\tgreen\t(a) sour (b) firm (b) no letter twice

"A block quotation counts."

2. Bread

A block about bread.

Bijlage

Not numbered.
"""


def test_paragraphs_are_numbered_by_the_coding_manual():
    thesis = read_thesis(TEXT)
    assert list(thesis.paragraphs) == [("1.1", 1), ("1.1", 2), ("1.1", 3), ("1.1", 4), ("1.1", 5), ("2", 1)]
    assert (
        thesis.paragraphs["1.1", 2]
        == "A second block, long enough not to be taken for a heading, that is broken by a page end and counts once."
    )
    assert thesis.paragraphs["1.1", 5] == '"A block quotation counts."'


def test_a_table_row_broken_by_a_page_end_is_one_row():
    (table,) = read_thesis(TEXT).tables["1.1"]
    assert [row[0] for row in table] == ["Towns", "North", "South"]
    assert dashed(table[1][2]) == ["crisp", "sweet", "keeps"]


def test_items_of_a_cell_are_told_apart():
    assert lettered("(a) one or two (b) three (3)") == {"a": "one or two", "b": "three (3)"}
    assert dashed("- only one, with a hy-phen (100.000+)") == ["only one, with a hy-phen (100.000+)"]
    assert lettered("") == {}
    assert dashed("") == []


def test_apostrophes_are_compared_straight():
    assert plain("agenda’s  and\u00a0‘quotes’") == "agenda's and 'quotes'"


def test_runs_ignore_case_and_punctuation():
    assert runs("One, two. Three!", 2) == {("one", "two"), ("two", "three")}
    assert runs("too short", 8) == set()
