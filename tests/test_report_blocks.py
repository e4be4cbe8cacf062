"""Blocks: escaped, accessible, and the same after a trip through a notebook's JSON."""

import json
from dataclasses import asdict
from html.parser import HTMLParser

import pytest
from build_fixtures import LANGUAGES, blocks, drawing
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.report.blocks import MIME, PARTS, Caption, Cell, Column, Display, FigureBlock, Table, TableBlock, TextBlock, read_block

texts = st.text(st.sampled_from("<>&\"'/ab "), max_size=12) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
few = settings(max_examples=60, derandomize=True, deadline=None)
shades = st.sampled_from(["", "high", "middle", "low", "bad_high", "bad_middle", "bad_low"])
cells = texts | st.builds(Cell, texts, shades)
captions = st.builds(Caption, st.just("id_1"), texts, texts, texts, texts, files=st.tuples(texts))
columns = st.builds(Column, texts, st.sampled_from(["left", "center", "right"]), st.floats(0, 1))


@st.composite
def tables(draw) -> TableBlock:
    heads = draw(st.lists(columns, min_size=2, max_size=4))
    row = st.lists(cells, min_size=len(heads), max_size=len(heads)) | st.lists(cells, min_size=1, max_size=1)
    return TableBlock(draw(captions), Table(heads, draw(st.lists(row, max_size=4))))


figures = st.builds(FigureBlock, captions, texts.map(lambda text: f"<svg >{text}</svg>"), st.sampled_from(PARTS))
prose = st.builds(TextBlock, texts, st.dictionaries(texts, texts, max_size=3), st.sampled_from(PARTS))


class Page(HTMLParser):
    """What a browser makes of a piece of HTML: tags with their attributes, and the text in each table cell or caption."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.texts, self.open = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.texts[-1] += "\n"
        else:
            self.texts.append("")
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, "tags are not nested"

    def handle_data(self, data):
        self.texts[-1] += data

    def all(self, *names: str) -> list[dict]:
        return [attrs for tag, attrs in self.tags if tag in names]


@few
@given(tables() | figures | prose)
def test_a_block_is_the_same_after_a_trip_through_json(block):
    assert read_block(json.loads(json.dumps(asdict(block)))) == block


@few
@given(tables())
def test_no_text_of_a_table_becomes_markup(block):
    page = Page(block.html())
    assert not page.open
    allowed = {"figure", "table", "caption", "thead", "tbody", "tr", "th", "td", "br", "p"}
    assert {tag for tag, _ in page.tags} <= allowed
    shown = [block.caption.title, *(c.label for c in block.table.columns)]
    shown += [cell.text if isinstance(cell, Cell) else cell for row in block.table.rows for cell in row]
    assert [text for text in page.texts if text] == [text for text in [*shown, block.caption.note, block.caption.whole_source()] if text]


def test_no_text_becomes_markup_wherever_it_stands():
    raw = "<b>&amp;\"'</td>"
    block = TableBlock(Caption("t", raw, raw, note=raw), Table([Column(raw), Column(raw)], [[raw], [raw, Cell(raw, "low")]]))
    # By hand: a title, two headers, a group, two cells, a note and a source.
    assert [text for text in Page(block.html()).texts if text] == [raw] * 8


@few
@given(captions)
def test_no_text_of_a_caption_becomes_markup(caption):
    page = Page(FigureBlock(caption, '<?xml version="1.0"?><svg width="1"></svg>').html())
    assert {tag for tag, _ in page.tags} <= {"figure", "svg", "figcaption", "p"}
    assert page.all("svg") == [{"role": "img", "aria-label": caption.alt, "width": "1"}]
    assert [text for text in page.texts if text] == [text for text in (caption.title, caption.note, caption.whole_source()) if text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_has_a_caption_and_scopes_for_its_headers(language):
    page = Page(blocks(language)["t"].html())
    assert [tag for tag, _ in page.tags][:3] == ["figure", "table", "caption"]
    assert page.all("figure")[0]["id"] == "t"
    scopes = [attrs["scope"] for attrs in page.all("th")]
    assert scopes == ["col", "col", "rowgroup", "row", "row"]  # by hand: two columns, a group, two rows
    assert [attrs["colspan"] for attrs in page.all("th") if "colspan" in attrs] == ["2"]
    assert {"class": "center high"} in page.all("td")
    assert "a\nb" in page.texts


def test_a_real_drawing_keeps_its_text_and_gets_its_alternative_text():
    html = FigureBlock(Caption("f", "T", "S", 'say "no" & <go>'), drawing()).html()
    page = Page(html)
    assert page.all("svg")[0]["aria-label"] == 'say "no" & <go>'
    assert "+/+ drawn" in [text.strip() for text in page.texts]
    assert "<?xml" not in html


def test_a_table_without_rows_has_its_headers_still():
    page = Page(TableBlock(Caption("e", "Empty", "S"), Table([Column("A")], [])).html())
    assert len(page.all("th")) == 1
    assert page.all("tr") == [{}]


def test_a_row_of_another_length_than_the_header_is_an_error():
    block = TableBlock(Caption("e", "T", "S"), Table([Column("A"), Column("B"), Column("C")], [["1", "2"]]))
    with pytest.raises(ValueError, match="zip"):
        block.html()


def test_references_are_titles_on_the_screen():
    block = TextBlock("# Head {.unnumbered}\n\nSee {@a} and {@b_2}, not {@}.", {"a": "Table A", "b_2": "Figure B"})
    assert block.screen() == "# Head\n\nSee *Table A* and *Figure B*, not {@}."
    with pytest.raises(KeyError):
        TextBlock("{@unknown}", {}).screen()


def test_a_display_carries_every_language_and_shows_the_one_of_the_screen():
    both = {language: blocks(language) for language in LANGUAGES}
    for key, shown in (("body", "text/markdown"), ("t", "text/html"), ("f", "text/html")):
        bundle = Display({language: both[language][key] for language in LANGUAGES}, "en")._repr_mimebundle_()
        assert {language: read_block(data) for language, data in bundle[MIME].items()} == {code: both[code][key] for code in LANGUAGES}
        assert "en" in bundle[shown]
        assert bundle["text/plain"]
        json.dumps(bundle)


def test_an_unknown_kind_of_block_is_named():
    with pytest.raises(ValueError, match="sculpture"):
        read_block({"kind": "sculpture"})
