"""The tags of a PDF: cells have headers, shapes and links have words, lists are lists; and a checker of the standards finds nothing."""

import datetime
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import page as checker
import pytest
from build_fixtures import LANGUAGES, ROOT, drawing, words
from pypdf import PdfReader

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs import typst
from fruitmand.outputs.pdf_exporter import plain_front, typeset_document
from fruitmand.outputs.pdf_tags import mend_tags
from fruitmand.report.blocks import Caption, Cell, Column, FigureBlock, Table, TableBlock, TextBlock, targets
from fruitmand.report.document import document

DAY = datetime.date(2016, 1, 17)
NOTICE = "Synthetic: (all) invented."
WEB = {"row-a": ("evidence.html#row-a", "Table told, a (évidence)"), "elsewhere": ("survey.html#elsewhere", "Elsewhere (survey.html)")}


def elements(node, parent="") -> Iterator[tuple[dict, str]]:
    """Yield every element of a structure tree with the role of the one above it."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for kid in node:
            yield from elements(kid, parent)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node, parent
        yield from elements(node.get("/K", []), str(node.get("/S", "")))


@cache
def tree(pdf: bytes):
    """Return the structure tree of a PDF, which nobody changes."""
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]


def kids(node) -> list:
    return [kid.get_object() for kid in node.get("/K", []) if hasattr(kid, "get_object") and isinstance(kid.get_object(), dict)]


def said(cell, name):
    """Return what a cell says of itself as a part of a table."""
    return next((entry[name] for entry in cell.get("/A", []) if entry.get("/O") == "/Table" and name in entry), None)


def typeset(*blocks) -> bytes:
    whole = typst.Whole(targets(blocks), WEB, NOTICE)
    body = "\n\n".join(typst.markdown(block, whole) for block in blocks)
    return typst.to_pdf(typst.document(typst.to_typst(body), plain_front("A title", "en")), DAY)


@pytest.fixture(scope="module")
def made() -> bytes:
    """Return a PDF with a table of every kind of cell, a long table and a figure."""
    columns = [Column("Variable", width=0.4), Column("Rating", "center", 0.2), Column("Passages", width=0.4)]
    good = Cell("good", "high", "+/+", link="row-a", mark="▲", said="contested (in part)")
    rows = [["group"], ["a", good, "one"], ["other"], ["b", Cell("poor", "low", "−/−", link="gone", mark="✦"), Cell("", said="not named")]]
    linked = Table(columns, rows)
    told = Table(
        columns,
        [[Cell("a", anchor="row-a"), Cell("good", "high", "+/+"), Cell("For: one\nAgainst: two", more="For: three", more_said="1 more")]],
    )
    text = TextBlock(
        "# Words\n\nSome [vreemde]{lang=nl} words, {@linked} and {@elsewhere}.", {"elsewhere": "Elsewhere", "linked": "Linked"}
    )
    grouped = [[f"group {number}"] if number in (0, 30, 58) else [str(number), "x", "y\nz"] for number in range(60)]
    long = Table(columns, grouped)
    named = lambda name, table: TableBlock(Caption(name, f"Table {name}", "n = 2", note="A note."), table, "findings")  # noqa: E731
    figure = FigureBlock(Caption("f", "Figure", "n = 2", "alternative", subtitle="What is drawn"), drawing(), "findings")
    return typeset(text, named("linked", linked), named("told", told), named("long", long), figure)


@pytest.fixture(scope="module", params=["made", *LANGUAGES])
def pdf(request, made) -> bytes:
    return made if request.param == "made" else (ROOT / f"reports/2015/appendix.{request.param}.pdf").read_bytes()


@pytest.mark.parametrize(("profile", "rules"), [("PDF_UA_1", 104), ("PDF_A_2A", 154)])
def test_a_checker_of_the_standards_finds_nothing(pdf, profile, rules):
    report = checker.validate_pdf_bytes(pdf, profile=getattr(checker.ValidationProfile, profile))
    assert not [(failure.rule_id, failure.message) for failure in report.failures]
    assert report.rules.passed == report.rules.total == rules


def test_every_row_of_a_table_begins_with_its_header_which_the_other_cells_name(pdf):
    rows = [kids(node) for node, parent in elements(tree(pdf)) if node["/S"] == "/TR" and parent in ("/TBody", "/Table")]
    rows = [row for row in rows if len(row) > 1 and row[1]["/S"] == "/TD"]
    assert rows
    names = set()
    for first, *others in rows:
        assert first["/S"] == "/TH"
        assert said(first, "/Scope") == "/Row"
        names.add(first["/ID"])
        for cell in others:
            assert cell["/S"] == "/TD"
            assert said(cell, "/Headers")[-1] == first["/ID"]
            assert len(said(cell, "/Headers")) > 1, "the column's header is named as well"
            assert said(cell, "/Headers").count(first["/ID"]) == 1
    assert len(names) == len(rows)
    listed = tree(pdf)["/IDTree"]["/Names"][::2]
    assert names <= set(listed)
    assert list(listed) == sorted(listed)


def test_every_cell_names_the_header_of_its_column_and_of_the_group_that_it_stands_in(pdf):
    groups = 0
    for table in (node for node, _ in elements(tree(pdf)) if node["/S"] == "/Table"):
        assert [part["/S"] for part in kids(table)].count("/THead") <= 1
        head, *rows = [row for part in kids(table) for row in ([part] if part["/S"] == "/TR" else kids(part)) if row["/S"] == "/TR"]
        columns = [cell["/ID"] for cell in kids(head)]
        group = []
        for row in rows:
            first, *others = kids(row)
            if not others and first["/S"] == "/TH":
                group, groups = [first["/ID"]], groups + 1
                assert said(first, "/Scope") == "/Row"
                assert said(first, "/ColSpan") == len(columns)
            elif others:
                assert len(others) == len(columns) - 1
                assert said(first, "/Headers") == [columns[0], *group]
                for column, cell in zip(columns[1:], others, strict=True):
                    assert said(cell, "/Headers") == [column, *group, first["/ID"]]
    assert groups >= 5


def test_a_table_begins_with_its_caption(pdf):
    tables = [node for node, _ in elements(tree(pdf)) if node["/S"] == "/Table"]
    assert tables
    assert all([kid["/S"] for kid in kids(table)].index("/Caption") == 0 for table in tables)


def test_shapes_and_empty_cells_say_what_they_mean(made):
    cells = [node for node, _ in elements(tree(made)) if node["/S"] == "/TD"]
    told = {str(kid["/ActualText"]) for cell in cells for kid in kids(cell) if "/ActualText" in kid}
    assert told == {" contested (in part) ", " not named "}
    assert all("\ue000" not in str(node.get("/Alt", "")) for node, _ in elements(tree(made)))


def test_shapes_of_a_report_are_told_in_words(pdf):
    told = [str(node["/ActualText"]) for node, _ in elements(tree(pdf)) if "/ActualText" in node]
    assert told
    assert all(any(map(str.isalpha, words)) for words in told)


def test_the_text_of_a_figure_begins_with_the_notice(made):
    (figure,) = [node for node, _ in elements(tree(made)) if node["/S"] == "/Figure"]
    assert figure["/Alt"] == f"{NOTICE} alternative"


def test_words_of_another_language_are_marked_as_such(made):
    content = PdfReader(io.BytesIO(made)).pages[0].get_contents().get_data()
    assert content.count(b"/Lang(nl)") == 1


def test_parts_that_stand_together_are_words_of_their_own(pdf):
    shown = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert not re.findall(r"[a-z][+−]/[+−]|[+−]/[+−][^\s),;.:|/0-9§]|[a-z]p\.[ \xa0]\d|\b\d(?:\.\d)?[A-Z][a-z]+\b", shown)


def test_a_report_is_read_from_its_title_to_its_imprint_line_by_line():
    told = document(words("en"), [TextBlock("# Answer\n\nYes.", {}, "answer"), TextBlock("# Brief\n\nMore.", {}, "officials")])
    pdf = typeset_document(replace(told, banner=NOTICE, kicker="Kicker", subtitle="Subtitle", imprint=["One", "[Twee]{lang=nl}, three"]))
    first = [node["/S"] for node, parent in elements(tree(pdf)) if parent == "/Document"]
    assert first[:8] == ["/P", "/Title", "/P", "/P", "/H1", "/P", "/H1", "/TOC"]
    shown = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    order = ["Kicker", told.title, "Subtitle", NOTICE, "Answer", "Yes.", "One", "Twee, three"]
    assert [shown.index(line) for line in order] == sorted(shown.index(line) for line in order)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_a_report_says_where_it_goes_and_those_to_the_web_find_it(language):
    links = [
        link.get_object() for page in PdfReader(ROOT / f"reports/2015/appendix.{language}.pdf").pages for link in page.get("/Annots", [])
    ]
    assert not [link for link in links if re.fullmatch(r"\w+ \d+", str(link["/Contents"]))]
    addresses = {link["/A"]["/URI"]: str(link["/Contents"]) for link in links if "/A" in link}
    assert addresses
    for address, told in addresses.items():
        page, _, place = address.partition("#")
        assert f'id="{place}"' in (ROOT / "reports/2015" / page).read_text(encoding="utf-8"), address
        assert told.endswith(f"({page})")


def test_every_head_of_a_table_is_of_its_column(pdf):
    heads = [cell for node, parent in elements(tree(pdf)) if node["/S"] == "/TR" and parent == "/THead" for cell in kids(node)]
    assert heads
    assert {(cell["/S"], said(cell, "/Scope")) for cell in heads} == {("/TH", "/Column")}


def test_lists_have_items_and_items_have_bodies(pdf):
    lists = [node for node, _ in elements(tree(pdf)) if node["/S"] == "/L"]
    assert lists
    for found in lists:
        items = [kid for kid in kids(found) if kid["/S"] == "/LI"]
        assert items
        assert all(body.get("/K") for item in items for body in kids(item) if body["/S"] == "/LBody")
        assert all(any(body["/S"] == "/LBody" for body in kids(item)) for item in items)


def test_cells_of_several_lines_are_lists(made):
    cells = [node for node, _ in elements(tree(made)) if node["/S"] == "/TD"]
    assert sum(any(kid["/S"] == "/L" for kid in kids(cell)) for cell in cells) == 1 + 57


def test_figures_have_an_alternative_text(pdf):
    figures = [node for node, _ in elements(tree(pdf)) if node["/S"] == "/Figure"]
    assert figures
    assert all(str(node["/Alt"]).strip() for node in figures)


def test_a_rating_links_to_the_row_with_its_passages_and_not_to_a_row_that_is_not_there(made):
    links = [annotation.get_object() for page in PdfReader(io.BytesIO(made)).pages for annotation in page.get("/Annots", [])]
    # The rating, the page of the passages beside the name of the row, the reference in the text; and two links to the web.
    told = sorted(str(link["/Contents"]) for link in links)
    assert told == ["Elsewhere (survey.html)", "Linked, p. 1", "Table told, a (évidence)", *["Table told, a, p. 1"] * 2]
    assert "p. 1" in PdfReader(io.BytesIO(made)).pages[0].extract_text().replace("\xa0", " ")


def test_items_that_are_left_out_are_told(made):
    shown = PdfReader(io.BytesIO(made)).pages[0].extract_text().replace("\xa0", " ")
    assert "1 more" in shown
    assert "three" not in shown


@pytest.mark.parametrize("spoiled", [b"", b"%PDF-1.7\nno table of objects", b"xref\n0 1\nstartxref\n3\n%%EOF"])
def test_another_form_of_file_is_an_error_that_says_so(spoiled):
    with pytest.raises(FruitmandError, match="table of its objects"):
        mend_tags(spoiled)


def test_a_stream_that_ends_in_a_carriage_return_is_one_byte_longer_and_says_so():
    objects = [b"1 0 obj\n<</Length 4>>\nstream\nabc\r\nendstream\nendobj\n", b"2 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\n"]
    head, start = b"%PDF-1.7\n", 9 + sum(map(len, objects))
    table = b"xref\n0 3\n0000000000 65535 f\r\n%010d 00000 n\r\n%010d 00000 n\r\n" % (9, 9 + len(objects[0]))
    tagged = mend_tags(head + b"".join(objects) + table + b"trailer\n<</Size 3>>\nstartxref\n%d\n%%%%EOF" % start)
    assert b"<</Length 5>>\nstream\nabc\r\n\nendstream" in tagged
    assert objects[1] in tagged
    assert b"%010d 00000 n" % tagged.index(b"2 0 obj") in tagged
    assert tagged.endswith(b"startxref\n%d\n%%%%EOF" % tagged.index(b"xref\n0 3"))


def test_what_has_no_tables_stays_as_it_is():
    source = typst.document(typst.to_typst("Some *words*."), plain_front("x", "en"))
    made = typst.to_pdf(source, DAY)
    assert mend_tags(made) == made


def test_the_last_rows_of_a_long_table_are_rows_as_its_others():
    table = Table([Column("Name", width=0.5), Column("Number", width=0.5)], [[f"row {number}", str(number)] for number in range(40)])
    pdf = typeset(TableBlock(Caption("t", "T", "n = 1", note="A note."), table))
    assert pdf.count(b"/S/TFoot") == 0
    assert pdf.count(b"/Scope/Row") == 40
