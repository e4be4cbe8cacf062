"""The tags of a PDF: rows have headers, lists are lists, figures have a text; and a checker of the standards finds nothing."""

import datetime
import io
from collections.abc import Iterator

import page as checker
import pytest
from build_fixtures import LANGUAGES, ROOT, drawing
from pypdf import PdfReader

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs import typst
from fruitmand.outputs.pdf_exporter import plain_front
from fruitmand.outputs.pdf_tags import mend_tags
from fruitmand.report.blocks import Caption, Cell, Column, FigureBlock, Table, TableBlock

DAY = datetime.date(2016, 1, 17)


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


def tree(pdf: bytes):
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]


def kids(node) -> list:
    return [kid.get_object() for kid in node.get("/K", []) if hasattr(kid, "get_object") and isinstance(kid.get_object(), dict)]


def said(cell, name):
    """Return what a cell says of itself as a part of a table."""
    return next((entry[name] for entry in cell.get("/A", []) if entry.get("/O") == "/Table" and name in entry), None)


def typeset(*blocks) -> bytes:
    whole = typst.Whole(typst.names(blocks), WEB, NOTICE)
    body = "\n\n".join(typst.markdown(block, whole) for block in blocks)
    return typst.to_pdf(typst.document(typst.to_typst(body), plain_front("A title", "en")), DAY)


@pytest.fixture(scope="module")
def made() -> bytes:
    """Return a PDF with a table of every kind of cell, a long table and a figure."""
    columns = [Column("Variable", width=0.4), Column("Rating", "center", 0.2), Column("Passages", width=0.4)]
    linked = Table(columns, [["group"], ["a", Cell("good", "high", "+/+", "row-a"), "one"], ["b", Cell("poor", "low", "−/−", "gone"), "–"]])
    told = Table(
        columns,
        [[Cell("a", anchor="row-a"), Cell("good", "high", "+/+"), Cell("For: one\nAgainst: two", more="For: three", more_said="1 more")]],
    )
    long = Table(columns, [[str(number), "x", "y\nz"] for number in range(60)])
    named = lambda name, table: TableBlock(Caption(name, f"Table {name}", "n = 2", note="A note."), table, "findings")  # noqa: E731
    figure = FigureBlock(Caption("f", "Figure", "n = 2", "alternative", subtitle="What is drawn"), drawing(), "findings")
    return typeset(named("linked", linked), named("told", told), named("long", long), figure)


@pytest.fixture(scope="module", params=["made", *LANGUAGES])
def pdf(request, made) -> bytes:
    return made if request.param == "made" else (ROOT / f"reports/2015/appendix.{request.param}.pdf").read_bytes()


@pytest.mark.parametrize(("profile", "rules"), [("PDF_UA_1", 104), ("PDF_A_2A", 154)])
def test_a_checker_of_the_standards_finds_nothing(pdf, profile, rules):
    report = checker.validate_pdf_bytes(pdf, profile=getattr(checker.ValidationProfile, profile))
    assert not [(failure.rule_id, failure.message) for failure in report.failures]
    assert report.rules.passed == report.rules.total == rules


def test_every_row_of_a_table_begins_with_its_header_which_the_other_cells_name(pdf):
    rows = [kids(node) for node, parent in elements(tree(pdf)) if node["/S"] == "/TR" and parent == "/TBody"]
    rows = [row for row in rows if len(row) > 1]
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
    assert len(names) == len(rows)
    listed = tree(pdf)["/IDTree"]["/Names"][::2]
    assert names <= set(listed)
    assert list(listed) == sorted(listed)


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
    assert sum(any(kid["/S"] == "/L" for kid in kids(cell)) for cell in cells) == 1 + 60


def test_figures_have_an_alternative_text(pdf):
    figures = [node for node, _ in elements(tree(pdf)) if node["/S"] == "/Figure"]
    assert figures
    assert all(str(node["/Alt"]).strip() for node in figures)


def test_a_rating_links_to_the_row_with_its_passages_and_not_to_a_row_that_is_not_there(made):
    links = [annotation.get_object() for page in PdfReader(io.BytesIO(made)).pages for annotation in page.get("/Annots", [])]
    # The rating, and the page of the passages beside the name of the row.
    assert len(links) == 2
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
