"""The look of the PDF of 2015: full pages, one family, nothing too small to read, tables that stay with their titles and sources."""

import re
from dataclasses import dataclass

import pytest
from build_fixtures import LANGUAGES, ROOT
from pypdf import PageObject, PdfReader

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
    own = {words.size for page in pages for words in page if not any(re.match(r"(Figuur|Figure)\b", other.text) for other in page)}
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
