"""The Word document: what the report has is there, can be reached, is told to screen readers, and is the same bytes every time."""

import base64
import datetime
import io
import re
import zipfile
from dataclasses import replace
from itertools import pairwise

import pytest
from build_fixtures import EVIL, PIXEL
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs import word_package
from fruitmand.outputs.disclosure import check_folder, look_through
from fruitmand.outputs.site import web_addresses
from fruitmand.outputs.text_extraction import RefusedError, word_texts
from fruitmand.outputs.word import to_docx
from fruitmand.report.blocks import Caption, Cell, Column, FigureBlock, Table, TableBlock, TextBlock
from fruitmand.report.document import Document
from fruitmand.report.style import SHADES

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PNG = base64.b64decode(PIXEL)
TITLES = {"ratings": "All ratings [of] *four*", "f": "A figure", "elsewhere": "On the web page alone"}
TEXT = "# Chapter `one`\n\nSee {@ratings}, {@f} and {@elsewhere}, **in [leren]{lang=nl}**.\n\n1. First\n\n## Section {.unnumbered}\n\nx"
LINK = "rating-a_variable_with_a_very_long_name-amsterdam"
ROWS = [
    [Cell("A group", anchor="group")],
    [Cell("Motivation", anchor="row-motivation"), Cell("sufficient", "high", "+/+", LINK, mark="●", said="supported"), "one\ntwo"],
    ["Room", Cell("moderate", "bad_middle", "+/−", link="nowhere"), Cell("alone", more="not printed", more_said="and one more")],
]
PLACE = [[Cell("Amsterdam", anchor=LINK), Cell("back", link="row-motivation")], [Cell("Utrecht", link="group"), Cell("up", link="ratings")]]


def blocks():
    columns = [Column("Variable", width=0.5), Column("Rating", "center", 0.2), Column("Passages")]
    return [
        TextBlock(TEXT, TITLES, "answer", provenance="P1.1"),
        TableBlock(Caption("ratings", "All ratings", "n = 2", note="A note.", provenance="P1.2"), Table(columns, ROWS), "answer"),
        TextBlock("# Web", {}, "evidence", web=True),
        TableBlock(Caption("elsewhere", "On the web page alone", ""), Table([Column("A")], [["x"]]), "evidence", web=True),
        TextBlock("# Evidence\n\nWords.", {}, "evidence"),
        TableBlock(Caption("place", "By place", ""), Table([Column("Place"), Column("Way", "right")], PLACE), "evidence"),
        FigureBlock(Caption("f", "It rose", "n = 4", 'Bars "rise" from 1 & 2', subtitle="Score"), "<svg/>", "evidence"),
    ]


def document(made=None, **changes):
    parts = {}
    for block in blocks() if made is None else made:
        parts.setdefault(block.part, []).append(block)
    told = Document(
        edition="2020",
        language="nl",
        title="Title <1>",
        subtitle="Subtitle",
        kicker="Kicker",
        banner="",
        running="Running & head",
        keywords=["one", "two"],
        imprint=["Source: [The title]{lang=en}, 2020."],
        date=datetime.date(2020, 2, 29),
        labels={"contents": "Contents", "page": "page", "of": "of"},
        names={},
        parts=parts,
        languages=["nl", "en"],
    )
    return replace(told, web=web_addresses(told), **changes)


def opened(made):
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def parts():
    return opened(to_docx(document(), {"f": PNG}))


@pytest.fixture(scope="module")
def body(parts):
    return fromstring(parts["word/document.xml"])


def value(element, path, name="val"):
    found = element.find(path.replace("w:", W))
    return None if found is None else found.get(f"{W}{name}")


def words(element):
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def paragraphs(element, style):
    return [one for one in element.iter(f"{W}p") if value(one, "w:pPr/w:pStyle") == style]


def tables(body):
    return list(body.iter(f"{W}tbl"))


def grid(table):
    return [[[words(line) for line in cell.iter(f"{W}p")] for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]


def test_words_of_another_language_are_marked_as_such(body):
    marked = {words(run): value(run, "w:rPr/w:lang") for run in body.iter(f"{W}r") if run.find(f"{W}rPr/{W}lang") is not None}
    assert marked == {"leren": "nl", "The title": "en-GB"}
    assert words(paragraphs(body, "Imprint")[-1]) == "Source: The title, 2020."


def test_what_only_the_web_page_has_is_a_link_to_it_as_seen_from_beside_the_document(parts, body):
    fields = {words(field): field.get(f"{W}instr") for field in body.iter(f"{W}fldSimple") if "HYPERLINK" in field.get(f"{W}instr")}
    assert fields == {"and one more": ' HYPERLINK "index.html" \\l "ratings" '}
    (link,) = [one for one in fromstring(parts["word/_rels/document.xml.rels"]) if one.get("TargetMode") == "External"]
    assert link.get("Target") == "evidence.html#elsewhere"
    (run,) = [one for one in body.iter(f"{W}hyperlink") if words(one) == "On the web page alone"]
    assert run.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id") == link.get("Id")


def test_an_empty_cell_says_in_words_what_that_means_and_a_figure_begins_with_the_notice():
    table = Table([Column("A"), Column("B")], [["a", Cell("", said="not named")], ["b", Cell("", mark="●", said="named")]])
    made = [TableBlock(Caption("t", "T", ""), table, "answer"), FigureBlock(Caption("f", "F", "", "A drawing"), "<svg/>", "answer")]
    body = fromstring(opened(to_docx(document(made, banner="Synthetic."), {"f": PNG}))["word/document.xml"])
    assert grid(tables(body)[0])[1:] == [[["a"], ["not named"]], [["b"], ["● named"]]]
    told = [one.get("descr") for one in body.iter() if one.tag.endswith("}docPr")]
    assert told == ["Synthetic. A drawing"]


def test_every_printed_heading_is_there_and_in_the_contents_and_no_other(body):
    assert [words(one) for one in paragraphs(body, "Heading1")] == ["Chapter one", "Evidence"]
    assert [words(one) for one in paragraphs(body, "Heading2")] == ["Section"]
    entries = [one for one in body.iter(f"{W}p") if (value(one, "w:pPr/w:pStyle") or "").startswith("TOC")]
    assert [words(one) for one in entries] == ["Contents", "Chapter one", "Section", "Evidence"]
    assert "Web" not in words(body)
    assert "not printed" not in words(body)


def test_tables_have_every_row_and_column_with_items_as_a_list_and_a_symbol_beside_its_word(body):
    first, second = tables(body)
    assert grid(first) == [
        [["Variable"], ["Rating"], ["Passages"]],
        [["A group"]],
        [["Motivation"], ["sufficient +/+", "● supported"], ["one", "two"]],
        [["Room"], ["moderate +/−"], ["alone", "and one more"]],
    ]
    assert grid(second)[1:] == [[["Amsterdam"], ["back"]], [["Utrecht"], ["up"]]]
    assert not paragraphs(first, "TableItem"), "passages begin with the side that they take"
    for table in (first, second):
        widths = [int(one.get(f"{W}w")) for one in table.iter(f"{W}gridCol")]
        assert sum(widths) == pytest.approx(word_package.WIDTH, abs=len(widths))


def test_a_table_says_which_row_and_column_are_its_heads_and_no_row_is_cut(body):
    for table in tables(body):
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iter(f"{W}tr")]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in table.iter(f"{W}tr"))
        assert value(table, "w:tblPr/w:tblLook", "firstColumn") == value(table, "w:tblPr/w:tblLook", "firstRow") == "1"
    assert [value(table, "w:tblPr/w:tblCaption") for table in tables(body)] == ["All ratings", "By place"]


def test_a_group_heading_is_one_cell_over_all_columns_and_stays_with_its_rows(body, parts):
    row = list(tables(body)[0].iter(f"{W}tr"))[1]
    assert value(row, "w:tc/w:tcPr/w:gridSpan") == "3"
    styles = {one.get(f"{W}styleId"): one for one in fromstring(parts["word/styles.xml"]).iter(f"{W}style")}
    for style in ("TableGroup", "Caption", "Figure", "TableHead", "Heading1"):
        assert styles[style].find(f"{W}pPr/{W}keepNext") is not None, style
    assert paragraphs(row, "TableGroup")


def held(rows):
    """Return for every row of a table, after its head, whether all lines of it stay with what follows."""
    table = Table([Column("A"), Column("B")], rows)
    body = fromstring(opened(to_docx(document([TableBlock(Caption("t", "T", ""), table, "answer")]), {}))["word/document.xml"])
    found = [list(row.iter(f"{W}p")) for row in list(tables(body)[0].iter(f"{W}tr"))[1:]]
    return [all(line.find(f"{W}pPr/{W}keepNext") is not None for line in lines) for lines in found]


def test_a_short_table_stays_on_one_page_and_of_a_long_one_no_row_stands_alone():
    assert held([["a", "b"]] * 5) == [True] * 5
    for long in ([["a", "b"]] * 30, [["a", "b"]] * 9, [["a", "b" * 300]] * 5):
        assert held(long) == [True] + [False] * (len(long) - 3) + [True] * 2


def test_captions_stand_above_and_note_and_source_below(body):
    shown = [(value(one, "w:pPr/w:pStyle"), words(one)) for one in body.find(f"{W}body") if one.tag == f"{W}p"]
    assert [pair for pair in shown if pair[0] in ("Caption", "CaptionSubtitle", "Note", "SourceLine")] == [
        ("Caption", "Tabel\xa01. All ratings"),
        ("Note", "A note."),
        ("SourceLine", "n = 2 · P1.2"),
        ("Caption", "Tabel\xa02. By place"),
        ("SourceLine", ""),
        ("Caption", "Figuur\xa01. It rose"),
        ("CaptionSubtitle", "Score"),
        ("SourceLine", "n = 4"),
    ]
    children = list(body.find(f"{W}body"))
    assert not any(one.tag == other.tag == f"{W}tbl" for one, other in pairwise(children))


def test_captions_are_numbered_by_fields_that_word_can_renew(body):
    fields = [(one.get(f"{W}instr").split(), words(one)) for one in body.iter(f"{W}fldSimple")]
    assert [(name[1], number) for name, number in fields if name[0] == "SEQ"] == [("Tabel", "1"), ("Tabel", "2"), ("Figuur", "1")]


def test_what_passages_are_about_stands_above_them_with_their_sides_and_municipalities_bold():
    rows = [[Cell("A very long municipality", anchor="x"), "For: it rose\nAgainst: it fell"]]
    block = TableBlock(
        Caption("t", "T", "", note="What it means."), Table([Column("Place", width=0.1), Column("All", width=0.9)], rows), "answer"
    )
    body = fromstring(opened(to_docx(document([block]), {}))["word/document.xml"])
    shown = [value(one, "w:pPr/w:pStyle") for one in body.find(f"{W}body") if one.tag == f"{W}p"]
    assert shown.index("Note") == shown.index("Caption") + 1
    assert [one.tag for one in body.find(f"{W}body")].index(f"{W}tbl") > shown.index("Note")
    bold = [words(run) for run in tables(body)[0].iter(f"{W}r") if run.find(f"{W}rPr/{W}b") is not None]
    assert bold == ["A very long municipality", "For:", "Against:"]


def test_a_column_has_room_for_its_longest_word_and_for_a_short_name():
    columns = [Column("Place", width=0.05), Column("Rating", width=0.05), Column("All", width=0.9)]
    table = Table(columns, [["Long municipality", Cell("insufficient", "high", "+/+"), "words " * 90]])
    body = fromstring(opened(to_docx(document([TableBlock(Caption("t", "T", ""), table, "answer")]), {}))["word/document.xml"])
    place, rating, rest = (int(one.get(f"{W}w")) for one in tables(body)[0].iter(f"{W}gridCol"))
    assert place >= len("Long municipality") * 90
    assert rating >= len("insufficient +/+") * 90
    assert place + rating + rest <= word_package.WIDTH


def test_columns_that_need_more_room_get_the_same_and_the_name_of_a_row_gives_it():
    columns = [Column("Variable", width=0.4), *(Column(f"Place {number}", "center", 0.15) for number in range(4))]
    table = Table(columns, [["A name of four words", *[Cell("not achieved", "low", "−/−")] * 4]])
    body = fromstring(opened(to_docx(document([TableBlock(Caption("t", "T", ""), table, "answer")]), {}))["word/document.xml"])
    name, *places = (int(one.get(f"{W}w")) for one in tables(body)[0].iter(f"{W}gridCol"))
    assert len(set(places)) == 1
    assert places[0] >= len("not achieved −/−") * 90
    assert name + sum(places) <= word_package.WIDTH


def test_the_answer_and_the_page_for_officials_each_on_a_page_come_before_the_contents():
    made = [TextBlock(f"# {part}\n\nWords.", {}, part) for part in ("answer", "officials", "guide", "findings")]
    body = fromstring(opened(to_docx(document(made), {}))["word/document.xml"])
    shown = [(value(one, "w:pPr/w:pStyle"), words(one)) for one in body.iter(f"{W}p")]
    places = [
        shown.index(pair) for pair in [("Heading1", "answer"), ("Heading1", "officials"), ("TOCHeading", "Contents"), ("Heading1", "guide")]
    ]
    assert places == sorted(places)
    anew = [words(one) for one in body.iter(f"{W}p") if one.find(f"{W}pPr/{W}pageBreakBefore") is not None]
    assert anew == ["officials"]


def test_the_table_of_all_ratings_and_every_municipality_begin_a_page():
    made = [
        TextBlock("# All ratings\n\nWords.", {}, "overview"),
        *(TextBlock(text, {}, "municipalities") for text in ("# Municipalities", "## First", "## Second")),
        TextBlock("# Method", {}, "method"),
    ]
    body = fromstring(opened(to_docx(document(made), {}))["word/document.xml"])
    anew = [words(one) for one in body.iter(f"{W}p") if one.find(f"{W}pPr/{W}pageBreakBefore") is not None]
    assert anew == ["All ratings", "Municipalities", "Second"]


def test_a_shade_has_its_colours(body):
    lines = [one for one in tables(body)[0].iter(f"{W}p") if one.find(f"{W}pPr/{W}shd") is not None]
    shades = [(words(one), value(one, "w:pPr/w:shd", "fill"), {run.get(f"{W}val") for run in one.iter(f"{W}color")}) for one in lines]
    high, middle = (tuple(colour.removeprefix("#") for colour in SHADES[name]) for name in ("high", "bad_middle"))
    told = {"sufficient +/+": high, "● supported": high, "moderate +/−": middle}
    assert shades == [(text, fill, {ink}) for text, (fill, ink) in told.items()]


def test_links_lead_to_bookmarks_that_are_there_once_with_names_that_word_takes(body):
    marks = [one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")]
    numbers = [one.get(f"{W}id") for one in body.iter(f"{W}bookmarkStart")]
    assert len(set(marks)) == len(marks) == len(set(numbers))
    assert sorted(numbers) == sorted(one.get(f"{W}id") for one in body.iter(f"{W}bookmarkEnd"))
    links = {words(one): one.get(f"{W}anchor") for one in body.iter(f"{W}hyperlink") if one.get(f"{W}anchor")}
    assert set(links) == {"Chapter one", "Section", "Evidence", "Tabel\xa01", "Figuur\xa01", "sufficient", "back", "up", "Utrecht"}
    assert set(links.values()) <= set(marks)
    assert all(re.fullmatch(r"[a-z]\w{0,39}", name) for name in marks)
    around = {}
    for one in body.iter(f"{W}p"):
        around |= {mark.get(f"{W}name"): words(one) for mark in one.iter(f"{W}bookmarkStart")}
    led = {text: around[name] for text, name in links.items() if name in around}
    assert led | {"Chapter one": "", "Section": "", "Evidence": ""} == {
        "Chapter one": "",
        "Section": "",
        "Evidence": "",
        "Tabel\xa01": "Tabel\xa01. All ratings",
        "Figuur\xa01": "Figuur\xa01. It rose",
        "sufficient": "Amsterdam",
        "back": "Motivation",
        "up": "Tabel\xa01. All ratings",
        "Utrecht": "A group",
    }


def test_what_is_not_printed_is_named_and_no_link(body):
    text = next(one for one in body.iter(f"{W}p") if words(one).startswith("See "))
    assert words(text) == "See Tabel\xa01, Figuur\xa01 and On the web page alone, in leren."


def test_a_phrase_in_another_language_is_marked(body):
    run = next(one for one in body.iter(f"{W}r") if words(one) == "leren")
    assert value(run, "w:rPr/w:lang") == "nl"


def test_a_picture_has_its_alternative_text_and_its_bytes(body, parts):
    drawn = list(body.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"))
    assert [one.get("descr") for one in drawn] == ['Bars "rise" from 1 & 2']
    assert [content for name, content in parts.items() if name.startswith("word/media/")] == [PNG]
    with pytest.raises(FruitmandError, match="picture of: f"):
        to_docx(document(), {})


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_the_language_is_told_where_word_looks_for_it(language, locale):
    made = opened(to_docx(document(language=language), {"f": PNG}))
    assert value(fromstring(made["word/styles.xml"]), "w:docDefaults/w:rPrDefault/w:rPr/w:lang") == locale
    assert f"<dc:language>{locale}</dc:language>".encode() in made["docProps/core.xml"]


def test_the_properties_tell_title_maker_keywords_and_the_date_of_the_source(parts):
    told = {one.tag.rpartition("}")[2]: one.text for one in fromstring(parts["docProps/core.xml"])}
    assert told == {
        "title": "Title <1>",
        "subject": "Subtitle",
        "creator": "fruitmand",
        "keywords": "one, two",
        "language": "nl-NL",
        "created": "2020-02-29T00:00:00Z",
        "modified": "2020-02-29T00:00:00Z",
    }


def test_every_page_has_the_running_head_and_numbers_and_of_a_draft_the_banner():
    for banner in ("", "DRAFT: <not> finished"):
        made = opened(to_docx(document(banner=banner), {"f": PNG}))
        section = fromstring(made["word/document.xml"]).find(f"{W}body/{W}sectPr")
        kinds = [one.tag.removeprefix(W) for one in section if one.tag.endswith("Reference")]
        assert kinds == (["headerReference"] if banner else []) + ["footerReference"]
        assert section.find(f"{W}titlePg") is None
        footer = fromstring(made["word/footer1.xml"])
        assert words(footer) == "Running & headpage 1 of 1"
        assert [one.get(f"{W}instr").strip() for one in footer.iter(f"{W}fldSimple")] == ["PAGE", "NUMPAGES"]
        assert ("word/header1.xml" in made) == bool(banner)
        if banner:
            assert words(fromstring(made["word/header1.xml"])) == banner
            assert words(fromstring(made["word/document.xml"])).count(banner) == 1


def test_the_page_is_a4(body):
    size = body.find(f"{W}body/{W}sectPr/{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")


def test_one_family_of_letters_and_none_under_eight_points(parts):
    styles = parts["word/styles.xml"].decode()
    assert set(re.findall(r'w:ascii="([^"]*)"', styles)) == {"Source Sans 3", "Consolas"}
    sizes = {int(size) for size in re.findall(r'<w:sz w:val="(\d+)"', styles)}
    assert len(sizes) == 5
    assert min(sizes) >= 16  # half points


def test_equal_documents_are_equal_bytes_whatever_the_clock_says_and_another_date_gives_others(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)  # then pandoc writes what the clock says
    first = to_docx(document(), {"f": PNG})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert to_docx(document(), {"f": PNG}) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(2020, 2, 29, 0, 0, 0)}
    assert to_docx(document(date=datetime.date(2021, 1, 1)), {"f": PNG}) != first


def test_nothing_in_a_table_caption_or_title_becomes_markup():
    columns = [Column(f"head {EVIL}"), Column("")]
    table = Table(columns, [[f"group {EVIL}"], [Cell(f"cell\x0b {EVIL}", small=f"small {EVIL}"), "```\n# x"]])
    made = [
        TextBlock("See {@t} and {@u}.", {"t": "There", "u": f"away {EVIL}"}, "answer"),
        TableBlock(Caption("t", f"title {EVIL}", f"source {EVIL}", note=f"note {EVIL}\n```\n:::"), table, "answer"),
        FigureBlock(Caption("f", f"figure {EVIL}", "", f"alt {EVIL}"), "<svg/>", "answer"),
    ]
    body = fromstring(opened(to_docx(document(made, title=EVIL, kicker=EVIL, imprint=[EVIL]), {"f": PNG}))["word/document.xml"])
    said = words(body)
    for word in ("head", "group", "cell", "small", "away", "title", "source", "note", "figure"):
        assert f"{word} {EVIL}" in said, word
    assert "```" in said
    assert f"alt {EVIL}" in {one.get("descr") for one in body.iter()}


@settings(max_examples=10, derandomize=True, deadline=None)
@given(st.lists(st.text(st.sampled_from(list("#$@*_\\\"'`<>[](){}/~=-+&;: é−ab0")), min_size=1, max_size=20), min_size=1, max_size=8))
def test_any_text_of_a_cell_arrives(texts):
    made = [TableBlock(Caption("t", "T", ""), Table([Column("A"), Column("B")], [["x", text] for text in texts]), "answer")]
    body = fromstring(opened(to_docx(document(made), {}))["word/document.xml"])
    assert [row[1] for row in grid(tables(body)[0])[1:]] == [[text] for text in texts]


def test_a_document_without_headings_has_no_contents():
    made = opened(to_docx(document([TextBlock("Words.", {}, "answer")]), {}))
    assert b"TOC" not in made["word/document.xml"]


def test_what_pandoc_says_is_told():
    with pytest.raises(FruitmandError, match=r"nowhere\.png"):
        to_docx(document([TextBlock("![](nowhere.png)", {}, "answer")]), {})


MAIL = "jan@voorbeeld.nl"
COMMENTS = (
    f'<w:comments xmlns:w="{W[1:-1]}"><w:comment w:id="0" w:author="{{}}"><w:p><w:r><w:t>{{}}</w:t></w:r></w:p></w:comment></w:comments>'
)
STRUCK = f'<w:body><w:p><w:del w:author="x"><w:r><w:delText>{MAIL}</w:delText></w:r></w:del></w:p>'


def changed(name, old, new):
    """Return a document with one part in which the first of something is something else."""
    made = opened(to_docx(document(banner="Banner"), {"f": PNG}))
    assert old.encode() in made[name], old
    return packed(made | {name: made[name].replace(old.encode(), new.encode(), 1)})


def commented(author, text):
    return packed(opened(to_docx(document(), {"f": PNG})) | {"word/comments.xml": COMMENTS.format(author, text).encode()})


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def planted_figure(alt):
    return to_docx(document([FigureBlock(Caption("f", "F", "", alt), "<svg/>", "answer")]), {"f": PNG})


SECRETS = {
    "a line": lambda: to_docx(document([TextBlock(f"By {MAIL}.", {}, "answer")]), {}),
    "a line in two styles": lambda: to_docx(document([TextBlock("By jan@**voor**beeld.nl.", {}, "answer")]), {}),
    "a cell": lambda: to_docx(document([TableBlock(Caption("t", "T", ""), Table([Column("A")], [[MAIL]]), "answer")]), {}),
    "an alternative text": lambda: to_docx(document([FigureBlock(Caption("f", "F", "", f"By {MAIL}"), "<svg/>", "answer")]), {"f": PNG}),
    "a title": lambda: to_docx(document(title=MAIL), {"f": PNG}),
    "a keyword": lambda: to_docx(document(keywords=[MAIL]), {"f": PNG}),
    "the head of a page": lambda: to_docx(document(banner=MAIL), {"f": PNG}),
    "the foot of a page": lambda: to_docx(document(running=MAIL), {"f": PNG}),
    "a comment": lambda: commented("x", MAIL),
    "who commented": lambda: commented(MAIL, "x"),
    "who changed it last": lambda: changed(
        "docProps/core.xml", "<dc:creator>", f"<cp:lastModifiedBy>{MAIL}</cp:lastModifiedBy><dc:creator>"
    ),
    "a company": lambda: changed("docProps/app.xml", "<Application>", f"<Company>{MAIL}</Company><Application>"),
    "a setting": lambda: changed("word/settings.xml", "<w:zoom", f'<w:mailMerge w:val="{MAIL}"/><w:zoom'),
    "a style": lambda: changed("word/styles.xml", 'w:val="Kicker"', f'w:val="{MAIL}"'),
    "what was struck out": lambda: changed("word/document.xml", "<w:body>", STRUCK),
}


@pytest.mark.parametrize("place", SECRETS)
def test_a_secret_anywhere_in_the_document_is_found(place, edition, tmp_path):
    (tmp_path / "appendix.nl.docx").write_bytes(SECRETS[place]())
    found = look_through(tmp_path, edition.settings)["appendix.nl.docx"].found
    assert {one.rule for one in found} == {"e_mail"}


def test_a_document_without_secrets_passes_and_its_picture_must_be_a_figure_of_the_report(edition, tmp_path):
    (tmp_path / "appendix.nl.docx").write_bytes(to_docx(document(), {"f": PNG}))
    (tmp_path / "provenance.json").write_text('[{"blocks": []}]')
    found = check_folder(tmp_path, edition.settings, "reports/x").refusals
    assert [(one.where, one.rule) for one in found] == [("appendix.nl.docx", "picture")]
    (tmp_path / "f.png").write_bytes(PNG)
    (tmp_path / "f.svg").write_text("<svg/>")
    assert check_folder(tmp_path, edition.settings, "reports/x").refusals == ()


def test_what_nobody_can_look_through_is_refused():
    made = opened(to_docx(document(), {"f": PNG}))
    relation = '<Relationship Id="x" TargetMode="External" Target="https://x.example/t.dotm" Type="http://x/{}"/></Relationships>'
    for kind, rule in (("relationships/attachedTemplate", "active"), ("relationships/hyperlink", "")):
        name = "word/_rels/document.xml.rels"
        content = packed(made | {name: made[name].replace(b"</Relationships>", relation.format(kind).encode())})
        if rule:
            with pytest.raises(RefusedError, match="elsewhere"):
                list(word_texts(content))
        else:
            assert list(word_texts(content))
    for name in ("word/vbaProject.bin", "word/embeddings/x.xlsx", "customXml/item1.xml", "word/media/x.emf"):
        with pytest.raises(RefusedError, match="no texts"):
            list(word_texts(packed(made | {name: b"x"})))
    saved = made["docProps/app.xml"].replace(b"fruitmand", b"Microsoft Office Word")
    with pytest.raises(RefusedError, match="not made here"):
        list(word_texts(packed(made | {"docProps/app.xml": saved})))
    with pytest.raises(RefusedError, match="more in the archive"):
        list(word_texts(packed(made) + b"more"))
    with pytest.raises(RefusedError, match="no Word document"):
        list(word_texts(packed({"word/document.xml": b"<x/>"})))
    with pytest.raises(RefusedError, match="no Word document"):
        list(word_texts(b"PK\x03\x04"))
