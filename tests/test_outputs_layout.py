"""The look of the PDF of 2015: full pages, one family, nothing too small to read, tables that stay with their titles and sources."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from build_fixtures import LANGUAGES, ROOT, words
from pypdf import PageObject, PdfReader

from fruitmand.outputs.pdf_exporter import typeset_document
from fruitmand.report.blocks import Block, Caption, Cell, Column, FigureBlock, Table, TableBlock, TextBlock
from fruitmand.report.document import document

CENTIMETRE = 72 / 2.54
TOP, FOOT, PAGE = 2 * CENTIMETRE, 1.7 * CENTIMETRE, 29.7 * CENTIMETRE
WIDE = (21 - 2 * 1.9) * CENTIMETRE  # of tables and figures
TITLE, HEADING, NOTE = 21, 13, 8  # points


@dataclass(frozen=True)
class Words:
    """What stands together on a page: how far above its lower edge, how large, in which font, and what it says."""

    height: float
    size: float
    font: str
    text: str


def read_page(page: PageObject) -> list[Words]:
    """Return the words between head and foot of a page, from above."""
    found: list[Words] = []

    def visit(text, outer, inner, font, size):
        height = outer[1] * inner[4] + outer[3] * inner[5] + outer[5]
        scale = abs(outer[3] * inner[3])
        if text.strip() and font and FOOT <= height <= PAGE - TOP:
            found.append(Words(height, round(size * scale, 2), str(font["/BaseFont"]).split("+")[-1], text.strip()))

    page.extract_text(visitor_text=visit)
    return sorted(found, key=lambda words: -words.height)


@pytest.fixture(scope="module", params=LANGUAGES)
def pages(request) -> list[list[Words]]:
    """Return the words on every page of the published PDF of 2015 in one language."""
    made = [read_page(page) for page in PdfReader(ROOT / f"reports/2015/appendix.{request.param}.pdf").pages]
    assert len(made) > 3
    assert all(made), "an empty page"
    return made


def fill(page: list[Words]) -> float:
    """Return how far down a page its words go, as a share of its room."""
    return (PAGE - TOP - page[-1].height) / (PAGE - TOP - FOOT)


def starts_anew(page: list[Words]) -> bool:
    """Tell whether a page begins with the title of a chapter, or with that of a section."""
    return page[0].size >= HEADING


def test_a_page_is_six_tenths_full_unless_what_follows_starts_anew(pages):
    ends = [*map(starts_anew, pages[1:]), True]
    thin = {number: round(fill(page), 2) for number, page in enumerate(pages, start=1) if number > 3 and fill(page) < 0.6}
    assert not [number for number in thin if not ends[number - 1]], thin
    assert sum(fill(page) for page in pages[3:]) / len(pages[3:]) > 0.75


def test_the_first_page_has_the_answer_and_the_second_and_third_stand_alone(pages):
    assert any(words.size == TITLE for words in pages[0])
    for number, page in enumerate(pages[:4]):
        assert [words.text for words in page if words.size == TITLE], f"page {number + 1} begins nothing"
    assert any(re.search(r"\d+ (van|of) \d+", words.text) for words in pages[0])
    assert fill(pages[0]) > 0.9, "the imprint stands at the foot"


def test_there_are_no_more_pages_than_its_blocks_need(pages):
    # Three pages before the chapters, one for each municipality, two or three variables on a page, and as much again for the rest.
    assert len(pages) <= 28


def test_nothing_is_set_smaller_than_eight_points_and_there_are_five_sizes(pages):
    sizes = {words.size for page in pages for words in page}
    assert min(sizes) >= 8
    without_figure = [page for page in pages if not any(re.match(r"(Figuur|Figure)\b", words.text) for words in page)]
    own = {words.size for page in without_figure for words in page}
    assert len(own) == 5


def test_there_is_one_family(pages):
    assert {words.font.split("-")[0] for page in pages for words in page} == {"SourceSans3"}


def test_no_page_ends_in_a_heading_or_in_the_head_of_a_table(pages):
    last = [page[-1] for page in pages]
    assert not [words for words in last if "Bold" in words.font or words.size >= HEADING]


def test_no_page_begins_with_the_source_of_a_table(pages):
    assert not [page[0] for page in pages[1:] if page[0].size <= NOTE]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_figures_are_not_smaller_than_eight_points_at_their_width_on_the_page(language):
    drawings = sorted((ROOT / "reports/2015/figures").glob(f"*.{language}.svg"))
    assert drawings
    for path in drawings:
        drawing = path.read_text(encoding="utf-8")
        width = float(re.search(r'<svg [^>]*width="([\d.]+)pt"', drawing)[1])
        sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;\"]*?\b([\d.]+)px", drawing)]
        assert sizes, path.name
        assert min(sizes) * min(1, WIDE / width) >= 8, path.name


LONG = "A sentence that is as long as those of a report are, so that some of them fill a line. "
START = TextBlock("# Answer\n\nYes.", {}, "answer")


def typeset(blocks: Sequence[Block]) -> list[list[Words]]:
    """Return the words on the pages of a report of some blocks."""
    made = typeset_document(document(words("en"), [START, *blocks]))
    return [read_page(page) for page in PdfReader(io.BytesIO(made)).pages]


def section(number: int, sentences: int) -> TextBlock:
    text = "\n\n".join(LONG * sentences for _ in range(3))
    return TextBlock(f"{'#' * (1 + number % 2)} Heading{number}\n\n{text}", {}, "findings")


def table(number: int, rows: int = 6, note: str = "") -> TableBlock:
    columns = [Column("Name", width=0.5), Column("Number", "right", 0.5)]
    return TableBlock(
        Caption(f"t{number}", f"Caption{number}", "n = 1", note=note), Table(columns, [[f"row {i}", str(i)] for i in range(rows)])
    )


def figure(number: int, height: int) -> FigureBlock:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="400pt" height="{height}pt" viewBox="0 0 400 {height}"><rect/></svg>'
    return FigureBlock(Caption(f"f{number}", f"Caption{number}", "n = 1", "A square"), svg)


@pytest.mark.parametrize("sentences", [1, 4, 9])
def test_tables_and_figures_stand_in_their_order_and_in_their_sections(sentences):
    made, expected = [], []
    for number in range(1, 6):
        made += [section(number, sentences), figure(number, 120 + number * 37) if number % 3 else table(number, 4 * number)]
        expected += [f"Heading{number}", f"Caption{number}"]
        if number % 4 == 0:
            made.append(table(number + 50))
            expected.append(f"Caption{number + 50}")
    shown = [found[0] for page in typeset(made)[1:] for line in page if (found := re.search(r"(Heading|Caption)\d+", line.text))]
    assert shown == expected


@pytest.mark.parametrize("rows", range(20, 64))
def test_of_a_table_at_least_two_rows_stand_on_its_last_page_with_its_note(rows):
    pages = typeset([section(1, 3), table(1, rows, "A note.")])
    (last,) = [page for page in pages if any(line.text == "A note." for line in page)]
    assert sum(bool(re.fullmatch(r"row \d+", line.text)) for line in last) >= 2


def test_a_rating_and_a_name_are_on_one_line_however_narrow_their_columns():
    columns = [Column("Municipality", width=0.05), Column("Rating", "center", 0.06), Column("Passages", width=0.89)]
    names = ["Oosterwaard", "A name of four words"]
    made = [TableBlock(Caption("t", "T", ""), Table(columns, [[name, Cell("insufficient", "low"), LONG] for name in names]))]
    shown = [line.text for page in typeset(made) for line in page]
    assert shown.count("insufficient") == 2
    assert "Municipality" in shown
    assert set(names) <= set(shown)


def test_the_page_of_a_row_stands_beside_its_name_and_a_symbol_beside_its_word():
    columns = [Column("Variable", width=0.2), Column("Rating", "center", 0.18), Column("Passages", width=0.62)]
    cell = Cell("not achieved", "low", "−/−", link="t2")
    name = "Distinction between learning and improving"
    pages = typeset([TableBlock(Caption("t1", "T", ""), Table(columns, [[name, cell, "x"]])), table(2)])
    heights = {line.text: line.height for page in pages for line in page}
    assert len({round(heights[text], 1) for text in (name, "p.", "not achieved")}) == 1
    assert heights["−/−"] == pytest.approx(heights[name], abs=1)


def test_a_table_says_its_title_below_a_heading_that_says_it_too():
    same = replace(table(1), caption=Caption("t1", "Utrecht", "n = 1"))
    shown = " ".join(line.text for page in typeset([TextBlock("# Utrecht\n", {}), same])[1:] for line in page)
    assert re.search(r"Table 1\. Utrecht", shown)


@pytest.mark.parametrize("sentences", range(1, 22, 2))
def test_a_short_section_is_on_one_page(sentences):
    short = [TextBlock(f"## Short{number}\n\n{LONG * 6}end{number}.", {}) for number in range(9)]
    pages = typeset([TextBlock(f"# Chapter\n\n{LONG * sentences * 2}", {}), *short])
    shown = [" ".join(line.text for line in page) for page in pages]
    for number in range(9):
        (whole,) = [text for text in shown if f"end{number}." in text]
        assert f"Short{number}" in whole


@pytest.mark.parametrize("width", [0.05, 0.12, 0.3])
def test_a_table_with_room_for_its_words_breaks_none(width):
    words_of = "reorganisation (interview-duinrade-1) e-invoicing responsibilities"
    columns = [Column("Name", width=0.2), Column("Words", width=width), Column("Rest", width=0.8 - width)]
    made = TableBlock(Caption("t", "T", ""), Table(columns, [["a", words_of, LONG]]))
    shown = {line.text for page in typeset([made]) for line in page}
    assert not [word for word in re.findall(r"[\w-]+", words_of) if not any(word in text for text in shown)]


@pytest.mark.parametrize("lines", [0, 5, 12, 30])
def test_the_contents_stand_once_on_the_first_pages_and_a_longer_answer_leaves_no_page_empty(lines):
    answer = TextBlock(LONG * lines + "x", {}, "answer")
    brief = TextBlock(f"# Brief\n\n{LONG * 20}", {}, "officials")
    chapters = [section(number, 1) for number in range(1, 25)]
    pages = typeset([answer, brief, *chapters])
    heads = [number for number, page in enumerate(pages, start=1) for line in page if line.text == "Contents"]
    assert len(heads) == 1
    assert heads[0] <= 2
    first = next(number for number, page in enumerate(pages) if any(line.text == "Brief" and line.size == TITLE for line in page))
    assert first == 1


def test_a_table_of_more_than_a_page_begins_where_some_of_its_rows_fit():
    columns = [Column("Name", width=0.2), Column("Passages", width=0.8)]
    rows = [[Cell(f"row {number}", anchor=f"r{number}"), LONG * 3] for number in range(30)]
    long = TableBlock(Caption("t", "Caption1", "n = 1"), Table(columns, rows))
    pages = typeset([section(1, 10), TextBlock("## Heading2\n\nText.", {}), long])
    (begin,) = [page for page in pages if any("Caption1" in line.text for line in page)]
    shown = [line.text for line in begin]
    assert "Heading1" in " ".join(shown)
    assert sum(text.startswith("row ") for text in shown) >= 4
