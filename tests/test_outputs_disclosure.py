"""The gate before publication: what is planted in any kind of file is found, and what cannot be read is refused."""

import datetime
import io
import json
import os
import re
import struct
import zipfile
import zlib
from collections import Counter
from dataclasses import replace
from html import escape
from pathlib import Path

import nbformat
import numpy as np
import pytest
import typst
import xlsxwriter
from build_fixtures import words
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.settings import Disclosure, Exemption
from fruitmand.outputs import disclosure, text_extraction_pdf
from fruitmand.outputs.disclosure import ADVICE, SEEN, check_folder, check_questionnaire, look_through, read_looked, refuse, write_looked
from fruitmand.outputs.notebook_pages import to_html
from fruitmand.outputs.sheets import table_csv, table_xlsx
from fruitmand.report.blocks import Caption, Cell, Column, FigureBlock, Table, TableBlock
from fruitmand.report.document import document

DATE = datetime.date(2020, 2, 29)
MAIL, BSN = "jan@voorbeeld.nl", "123456782"
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='9'><g opacity='.5'><path d='M0 0H9V9'/><text>Label</text></g></svg>"
PROVENANCE = [{"step": "1_a", "blocks": [{"id": "P1.1", "kind": "table", "name": "t", "sources": ["items.csv"]}]}]
SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">\n<path d="M 0 1.25 L 123456782 0"/>\n<text>Label</text>\n</svg>\n'


def png(**texts):
    chunks = PngImagePlugin.PngInfo()
    for keyword, text in texts.items():
        chunks.add_text(keyword, text, zip=keyword.startswith("zip"))
    buffer = io.BytesIO()
    Image.new("L", (2, 2)).save(buffer, "PNG", pnginfo=chunks)
    return buffer.getvalue()


def pdf(source="Text", metadata=None):
    made = typst.compile(source.encode(), format="pdf")
    if metadata is None:
        return made
    buffer = io.BytesIO()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made)))
    writer.add_metadata(metadata)
    writer.write(buffer)
    return buffer.getvalue()


def changed_pdf(change):
    buffer = io.BytesIO()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    change(writer)
    writer.write(buffer)
    return buffer.getvalue()


def add_stream(writer, holder, name, content):
    """Hang a stream with this content on a page or another part of a document."""
    stream = DecodedStreamObject()
    stream.set_data(content.encode())
    holder[NameObject(f"/{name}")] = writer._add_object(stream)


def redrawn_pdf(change):
    """Return a document of one page, in which what draws the page is changed."""

    def draw(writer):
        contents = writer.pages[0].raw_get("/Contents")
        stream = DecodedStreamObject()
        stream.set_data(change(contents.get_object().get_data()))
        writer._replace_object(contents, stream)

    return changed_pdf(draw)


def table(text="a"):
    return TableBlock(Caption("t", "Title", "Source"), Table([Column("A"), Column("B")], [["Group"], ["x", Cell(text)]]))


def xlsx(fill):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("table"))
    return buffer.getvalue()


def page(output):
    """Return the page of an executed notebook with one output."""
    cell = nbformat.v4.new_code_cell("show()", outputs=[nbformat.v4.new_output("display_data", {"text/html": output})])
    return to_html(nbformat.v4.new_notebook(cells=[cell]), "step", document(words("nl"), []), ["step"]).encode()


@pytest.fixture
def settings(edition):
    """Return a function that makes settings with other rules."""
    usual = {"min_cell": 5, "reason_nl": "Gebruikelijk.", "reason_en": "Usual."}
    return lambda **rules: edition.settings.model_copy(update={"disclosure": Disclosure(**(usual | rules))})


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a report in small with each kind of file, in which nothing is wrong."""
    files = {
        "appendix.nl.pdf": pdf("= Kop\nTekst"),
        "figures/f.nl.svg": SVG,
        "figures/f.nl.png": png(),
        "notebooks/1_a.nl.html": page(table().html()),
        "numbers.json": '[\n {\n  "name": "n",\n  "value": 12\n }\n]\n',
        "provenance.json": json.dumps(PROVENANCE),
        "tables/t.nl.csv": table_csv(table()),
        "tables/t.nl.xlsx": table_xlsx(table(), DATE),
    }
    for name, content in files.items():
        put(tmp_path, name, content)
    return tmp_path


def put(folder, name, content):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def refused(folder, settings, **rules):
    return [(r.where, r.place, r.rule) for r in check_folder(folder, settings(**rules), "reports/x").refusals]


def exemption(where, rule):
    return Exemption(where=where, rule=rule, reason_nl="Omdat.", reason_en="Because.")


def test_a_report_without_anything_personal_passes(folder, settings):
    made = check_folder(folder, settings(deny=["Jan Jansen"]), "reports/x")
    assert made.refusals == ()
    assert made.files == dict.fromkeys(("csv", "html", "pdf", "png", "svg", "xlsx"), 1) | {"json": 2}
    refuse(made)


PLANTED = {
    "a label of a drawing": ("figures/f.nl.svg", SVG.replace("Label", MAIL), "line 4", "e_mail"),
    "a label in two styles": ("figures/f.nl.svg", SVG.replace("Label", "jan<tspan>@</tspan>voorbeeld.nl"), "line 4", "e_mail"),
    "a word in two styles": ("notebooks/1_a.nl.html", "<p>jan<B>@voor</B>beeld.nl</p>", "line 1", "e_mail"),
    "a title of a drawing": ("figures/f.nl.svg", SVG.replace("<path", f'<path id="{MAIL}"'), "line 3", "e_mail"),
    "a comment in a drawing": ("figures/f.nl.svg", SVG.replace("Label", f"Label<!-- {MAIL} -->"), "line 4", "e_mail"),
    "a label with an entity": ("figures/f.nl.svg", SVG.replace("Label", "jan&#64;voorbeeld.nl"), "line 4", "e_mail"),
    "a page": ("notebooks/1_a.nl.html", f"<html>\n<p>\n{MAIL}</p></html>", "line 3", "e_mail"),
    "an alternative text": ("notebooks/1_a.nl.html", f'<html>\n<img alt="Door {MAIL}" src="f.svg"></html>', "line 2", "e_mail"),
    "a link": ("notebooks/1_a.nl.html", f'<html>\n\n<a href="mailto:{MAIL}">post</a></html>', "line 3", "e_mail"),
    "a script": ("notebooks/1_a.nl.html", f"<script>\nlet x = '{MAIL}'</script>", "line 2", "e_mail"),
    "a cell of a table": ("tables/t.nl.csv", f"a,b\n1,2\n3,{BSN},4\n", "line 3", "citizen_service_number"),
    "a cell of two lines": ("tables/t.nl.csv", f'a,b\n"x\ny",2\n3,{BSN}\n', "line 4", "citizen_service_number"),
    "a value": ("numbers.json", f'{{\n "a": {{"b": "{MAIL}"}}\n}}', "line 2", "e_mail"),
    "a name of a value": ("numbers.json", f'{{\n "{MAIL}": 1\n}}', "line 2", "e_mail"),
    "a name that is there twice": ("numbers.json", f'{{"a": "{MAIL}", "a": 1}}', "line 1", "e_mail"),
    "a value with an escape": ("numbers.json", '["jan\\u0040voorbeeld.nl"]', "line 1", "e_mail"),
    "a value with an escape of two halves": (
        "numbers.json",
        '["jan@voorbeeld.\\ud835\\udcc3\\ud835\\udcc1"]',
        "line 1",
        "e_mail",
    ),
    "a number": ("numbers.json", f"[1,{BSN},2]", "line 1", "citizen_service_number"),
    "a cell": ("tables/t.nl.xlsx", table_xlsx(table(MAIL), DATE), "xl/sharedStrings.xml", "e_mail"),
    "a cell with a number": (
        "tables/t.nl.xlsx",
        xlsx(lambda _, sheet: sheet.write_number(0, 0, int(BSN))),
        "xl/worksheets/sheet1.xml",
        "citizen_service_number",
    ),
    "a cell in two styles": (
        "tables/t.nl.xlsx",
        xlsx(lambda book, sheet: sheet.write_rich_string(0, 0, "jan@", book.add_format({"bold": True}), "voorbeeld", ".nl")),
        "xl/sharedStrings.xml",
        "e_mail",
    ),
    "properties of a spreadsheet": (
        "tables/t.nl.xlsx",
        xlsx(lambda book, _: book.set_properties({"author": MAIL})),
        "docProps/core.xml",
        "e_mail",
    ),
    "the name of a sheet": ("tables/t.nl.xlsx", xlsx(lambda book, _: book.add_worksheet("06-12345678")), "docProps/app.xml", "phone"),
    "a page of a document": ("appendix.nl.pdf", pdf("Een\n#pagebreak()\nBel jan\\@voorbeeld.nl"), "page 2", "e_mail"),
    "a page in two styles": ("appendix.nl.pdf", pdf("#strong[jan]\\@#strong[voor]beeld.nl"), "page 1", "e_mail"),
    "a word broken off": (
        "appendix.nl.pdf",
        pdf('#set page(width: 3.6cm)\nVan ja#sym.hyph.soft;n\\@voor#"\u00ad"beeld.nl'),
        "page 1",
        "e_mail",
    ),
    "an alternative text in a document": (
        "appendix.nl.pdf",
        pdf(f'#figure(rect[a], alt: "van {MAIL}", caption: [c])'),
        "document",
        "e_mail",
    ),
    "an alternative text of a drawing in a document": (
        "appendix.nl.pdf",
        pdf(f'#image(bytes("{DRAWING}"), alt: "van {MAIL}")'),
        "page 1",
        "e_mail",
    ),
    "a text that is drawn through another": (
        "appendix.nl.pdf",
        pdf(f'#image(bytes("{DRAWING.replace("Label", MAIL)}"), alt: "a")'),
        "within a page",
        "e_mail",
    ),
    "a text on tiles": ("appendix.nl.pdf", pdf("#rect(fill: tiling(size: (3cm, 1cm))[jan\\@voorbeeld.nl])"), "within a page", "e_mail"),
    "a text without size": ("appendix.nl.pdf", pdf("Tekst#text(size: 0pt)[jan\\@voorbeeld.nl]"), "page 1", "e_mail"),
    "a text that has the colour of the page": ("appendix.nl.pdf", pdf("#text(fill: white)[jan\\@voorbeeld.nl]"), "page 1", "e_mail"),
    "a text beside the page": ("appendix.nl.pdf", pdf("#place(dx: -50cm)[jan\\@voorbeeld.nl]"), "page 1", "e_mail"),
    "a link in a document": ("appendix.nl.pdf", pdf(f'#link("mailto:{MAIL}")[post]'), "document", "e_mail"),
    "metadata of a document": ("appendix.nl.pdf", pdf(metadata={"/Author": MAIL}), "document", "e_mail"),
    "metadata of a page in XML": (
        "appendix.nl.pdf",
        changed_pdf(lambda writer: add_stream(writer, writer.pages[0], "Metadata", f"<x>{MAIL}</x>")),
        "metadata",
        "e_mail",
    ),
    "metadata of a document in XML": ("appendix.nl.pdf", pdf('#set document(author: "jan@voorbeeld.nl")\nx'), "metadata", "e_mail"),
    "a text in a picture": ("figures/f.nl.png", png(Author=MAIL), "chunk of text", "e_mail"),
    "a packed text in a picture": ("figures/f.nl.png", png(zipped=MAIL), "chunk of text", "e_mail"),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_what_is_planted_is_found_where_it_is(folder, settings, planted):
    name, content, place, rule = planted
    put(folder, name, content)
    assert (name, place, rule) in refused(folder, settings)
    assert {rule} == {found[2] for found in refused(folder, settings)}


def test_a_denied_name_in_the_output_of_a_notebook_is_found(folder, settings):
    put(folder, "notebooks/1_a.nl.html", page(f"<table><tr><td>{escape('José')}</td><td>de Wit</td></tr></table>"))
    assert {found[2] for found in refused(folder, settings, deny=["Jose de Wit"])} == {"deny_list"}
    assert refused(folder, settings, deny=["Jose Wit"]) == []


def test_a_denied_name_in_the_name_of_a_file_is_found(folder, settings):
    put(folder, "tables/jan_jansen.nl.csv", "a\n")
    assert refused(folder, settings, deny=["Jan Jansen"]) == [("tables/jan_jansen.nl.csv", "name", "deny_list")]


@pytest.mark.parametrize(
    "author", ["Jan Jansen", "Jan Jan\u00adsen", "Jan J\u200bansen", "Jansen, Jan", "J\u0430n Jansen", "J a n  J a n s e n"]
)
def test_a_denied_name_in_the_settings_reaches_no_title_page(folder, settings, author):
    made = settings(deny=["Jan Jansen"])
    made = made.model_copy(update={"source": made.source.model_copy(update={"author": author})})
    found = check_folder(folder, made, "reports/x").refusals
    assert [(one.where, one.place, one.rule) for one in found] == [("edition.toml", "source.author", "deny_list")]
    put(folder, "appendix.nl.pdf", pdf(f"= Kop\nDoor {author} gemaakt"))
    assert ("appendix.nl.pdf", "page 1") in {(one.where, one.place) for one in check_folder(folder, made, "reports/x").refusals}


def test_the_list_of_denied_names_is_not_refused_for_what_is_on_it(folder, settings):
    assert refused(folder, settings, deny=["Jan Jansen", MAIL]) == []


def test_the_files_of_a_questionnaire_may_be_texts_and_are_looked_through(tmp_path, settings):
    put(tmp_path, "read_first.nl.txt", f"Vragen?\n{MAIL}\n")
    put(tmp_path, "transcript.docx", archive(word="x"))
    rules = settings(exempt=[exemption("numbers.json", "phone")])
    found = check_questionnaire(tmp_path, rules, "reports/x-instrument")
    assert [(one.where, one.place, one.rule) for one in found.refusals] == [
        ("instrument/read_first.nl.txt", "line 2", "e_mail"),
        ("instrument/transcript.docx", "", "raw_file"),
    ], "what is exempted in the report is not stale here"


def test_an_exemption_of_a_questionnaire_holds_there_and_is_not_stale_in_the_report(folder, settings, tmp_path_factory):
    rules = settings(exempt=[exemption("instrument/read_first.nl.txt", "e_mail")])
    assert check_folder(folder, rules, "reports/x").refusals == ()
    questionnaire = tmp_path_factory.mktemp("questionnaire")
    put(questionnaire, "read_first.nl.txt", MAIL)
    assert check_questionnaire(questionnaire, rules, "x").refusals == ()
    put(questionnaire, "read_first.nl.txt", "x")
    assert [one.rule for one in check_questionnaire(questionnaire, rules, "x").refusals] == ["stale_exemption"]


def stamp(writer):
    add_stream(writer, writer.pages[0], "AP", f"BT /F1 12 Tf 72 700 Td ({MAIL}) Tj ET")


@pytest.mark.parametrize(
    "content",
    [
        redrawn_pdf(lambda drawn: drawn + f" BT /F1 12 Tf 72 700 Td ({MAIL}) Tj ET".encode()),
        redrawn_pdf(lambda drawn: drawn.replace(b"ET", b"(\0\1) Tj ET")),
        redrawn_pdf(lambda drawn: drawn.replace(b"ET", b"(\0\1) ' ET")),
        redrawn_pdf(lambda drawn: drawn.replace(b"/f0", b"/f9")),
        redrawn_pdf(lambda drawn: drawn + b" BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"),
        redrawn_pdf(lambda drawn: b"/Span<</More<</Alt(a)>>>>BDC " + drawn + b" EMC"),
        redrawn_pdf(lambda drawn: b"/Span<</Alt(a(b(c(d(e)))))>>BDC " + drawn + b" EMC"),
        pdf(f'#link("https://voorbeeld.nl/{MAIL}/((((x))))")[a]'),
        typst.compile("漢".encode(), format="pdf", ignore_system_fonts=True),
        changed_pdf(stamp),
        changed_pdf(lambda writer: add_stream(writer, writer.root_object, "More", MAIL)),
    ],
    ids=[
        "another font",
        "a text without a font before it",
        "a text on the next line",
        "a font that is not there",
        "a picture among the drawing",
        "properties within properties",
        "brackets in properties",
        "brackets in a link",
        "a glyph without text",
        "a stamp",
        "a stream that nothing knows",
    ],
)
def test_a_pdf_with_anything_that_nobody_reads_is_refused(folder, settings, content):
    put(folder, "appendix.nl.pdf", content)
    assert refused(folder, settings) == [("appendix.nl.pdf", "", "unreadable")]


def test_a_page_that_is_drawn_as_typst_does_passes(folder, settings):
    """What the refusals above change is what they are refused for."""
    put(folder, "appendix.nl.pdf", redrawn_pdf(lambda drawn: b"/Span<</Alt(a(b(c)))>>BDC " + drawn + b" EMC"))
    assert refused(folder, settings) == []


def test_a_pdf_whose_objects_are_not_where_it_says_is_refused(folder, settings):
    start, rest = pdf().split(b"\n", 1)
    put(folder, "appendix.nl.pdf", start + b"\n% one line more\n" + rest)
    assert refused(folder, settings) == [("appendix.nl.pdf", "", "unreadable")]


SCRIPT = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")})


@pytest.mark.parametrize(
    "name",
    [
        "interviews.qdpx",
        "project.qde",
        "codes.QDC",
        "coding.sqlite",
        "coding.sqlite3",
        "coding.sqlite-wal",
        "data.db",
        "a.mx20",
        "a.mx24",
        "a.atlproj23",
        "a.nvp",
        "a.nvpx",
        "survey.sav",
        "survey.zsav",
        "survey.por",
        "r1.mp3",
        "r1.WAV",
        "r1.m4a",
        "r1.mp4",
        "r1.ogg",
    ],
)
def test_a_raw_file_is_refused_by_its_name(folder, settings, name):
    put(folder, name, "a")
    assert refused(folder, settings) == [(name, "", "raw_file")]


def archive(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"SQLite format 3\0" + bytes(84),
        archive(project__qde="<Project/>"),
        archive(),
        b'<?xml version="1.0"?><Project xmlns="urn:QDA-XML:project:1.0"/>',
        b"$FL2@(#) SPSS DATA FILE",
        b"$FL3@(#) SPSS DATA FILE",
        b"ASCII SPSS PORT FILE                    " * 5,
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"ID3\x03\0\0\0\0",
        b"\xff\xfb\x90\x44",
        b"\0\0\0\x20ftypM4A ",
        b"OggS\0\x02",
    ],
)
@pytest.mark.parametrize("name", ["tables/t.nl.csv", "figures/f.nl.svg", "notebooks/1_a.nl.html"])
def test_a_raw_file_under_another_name_is_refused_by_its_content(folder, settings, name, content):
    put(folder, name, content)
    assert refused(folder, settings) == [(name, "", "raw_file")]


def test_an_archive_that_calls_itself_a_spreadsheet_is_refused(folder, settings):
    put(folder, "tables/t.nl.xlsx", archive(project__qde="<Project/>"))
    assert refused(folder, settings) == [("tables/t.nl.xlsx", "", "active")]
    put(folder, "tables/t.nl.xlsx", archive(xl="x").replace(b"xl", b"xl"))
    assert [rule for _, _, rule in refused(folder, settings)] == ["active"]
    with zipfile.ZipFile(folder / "tables/t.nl.xlsx", "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
    assert refused(folder, settings) == [("tables/t.nl.xlsx", "", "raw_file")]


def test_a_spreadsheet_with_a_macro_is_refused(folder, settings):
    with zipfile.ZipFile(folder / "tables/t.nl.xlsx", "a") as book:
        book.writestr("xl/vbaProject.bin", b"macro")
    assert refused(folder, settings) == [("tables/t.nl.xlsx", "", "active")]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("readme.txt", "text", "unknown_kind"),
        ("LICENSE", "text", "unknown_kind"),
        (".DS_Store", b"\0\0\0\1Bud1", "unknown_kind"),
        ("data.parquet", b"PAR1", "unknown_kind"),
        ("archive.zip", archive(a="b"), "raw_file"),
        ("tables/t.nl.csv", "é".encode("latin-1"), "unreadable"),
        ("tables/t.nl.csv", "a\0b", "unreadable"),
        ("figures/f.nl.svg", "<svg>".encode("utf-16"), "unreadable"),
        ("numbers.json", "{", "unreadable"),
        ("tables/t.nl.xlsx", "a,b", "unreadable"),
        ("tables/t.nl.xlsx", b"PK\x03\x04 and no more", "unreadable"),
        ("appendix.nl.pdf", "text", "unreadable"),
        ("appendix.nl.pdf", b"%PDF-1.7\nnothing\n%%EOF", "unreadable"),
        ("figures/f.nl.png", "text", "unreadable"),
        ("figures/f.nl.png", png()[:-6], "unreadable"),
        ("figures/f.nl.png", png() + b"more", "unreadable"),
        ("figures/f.nl.png", png()[:-12], "unreadable"),
        ("figures/f.nl.png", png()[:8], "unreadable"),
        ("figures/f.nl.png", png(Author=MAIL).replace(b"jan@", b"piet"), "unreadable"),
        ("figures/f.nl.png", png().replace(b"\0\0\0\rIHDR", b"\x0f\0\0\rIHDR"), "unreadable"),
        ("figures/g.nl.png", png(), "picture"),
        ("figures/f.nl.svg", SVG.replace("<path", '<image href="data:image/png;base64,AAAA"/><path'), "picture"),
        ("figures/f.nl.svg", SVG.replace("<path", '<image href="data:;base64,AAAA"/><path'), "picture"),
    ],
)
def test_what_cannot_be_looked_through_is_refused(folder, settings, name, content, rule):
    put(folder, name, content)
    assert refused(folder, settings) == [(name, "", rule)]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("more", ["before the parts", "a part twice", "a comment", "a comment on a part"])
def test_a_spreadsheet_with_more_than_the_parts_that_are_read_is_refused(folder, settings, more):
    path = folder / "tables/t.nl.xlsx"
    name, comment = ("docProps/core.xml" if more == "a part twice" else "docProps/custom.xml"), MAIL.encode()
    if more == "before the parts":
        path.write_bytes(archive(a=MAIL).partition(b"PK\x01\x02")[0] + path.read_bytes())
    with zipfile.ZipFile(path, "a") as book:
        part = zipfile.ZipInfo(name)
        part.comment = comment if more == "a comment on a part" else b""
        book.writestr(part, "<x/>")
        book.comment = comment if more == "a comment" else b""
    assert refused(folder, settings) == [("tables/t.nl.xlsx", "", "unreadable")]


def test_a_picture_with_data_of_a_camera_is_refused(folder, settings):
    body = b"eXIf" + b"MM\0*"
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    put(folder, "figures/f.nl.png", png().replace(png()[-12:], chunk + png()[-12:]))
    assert refused(folder, settings) == [("figures/f.nl.png", "", "unreadable")]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda writer: writer.encrypt("x", algorithm="RC4-128"), "unreadable"),
        (lambda writer: writer.add_attachment("raw.csv", b"a,b"), "active"),
        (lambda writer: writer.root_object.update({NameObject("/OpenAction"): SCRIPT}), "active"),
    ],
)
def test_a_document_with_more_than_pages_is_refused(folder, settings, change, rule):
    put(folder, "appendix.nl.pdf", changed_pdf(change))
    assert refused(folder, settings) == [("appendix.nl.pdf", "", rule)]


def test_a_document_with_an_older_version_below_it_is_refused(folder, settings):
    put(folder, "appendix.nl.pdf", pdf() + b"\n1 0 obj\n<<>>\nendobj\n%%EOF")
    assert refused(folder, settings) == [("appendix.nl.pdf", "", "unreadable")]


def test_a_document_with_a_picture_of_pixels_is_refused(folder, settings, tmp_path_factory):
    source = tmp_path_factory.mktemp("typst")
    (source / "p.png").write_bytes(png())
    (source / "d.typ").write_text('#image("p.png")', encoding="utf-8")
    put(folder, "appendix.nl.pdf", typst.compile(str(source / "d.typ"), format="pdf"))
    assert refused(folder, settings) == [("appendix.nl.pdf", "", "picture")]


def test_a_link_to_elsewhere_is_refused(folder, settings, tmp_path_factory):
    (folder / "tables/u.nl.csv").symlink_to(tmp_path_factory.getbasetemp() / "elsewhere.csv")
    assert refused(folder, settings) == [("tables/u.nl.csv", "", "unknown_kind")]


def test_a_file_that_cannot_be_opened_is_refused(folder, settings, monkeypatch):
    def closed(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    seen = look_through(folder, settings())
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: closed(path) if path.name == "t.nl.csv" else read(path))
    monkeypatch.setattr(disclosure, "sha256", closed)
    found = check_folder(folder, settings(), "reports/x", seen).refusals
    assert [(refusal.where, refusal.rule, refusal.shown) for refusal in found] == [
        ("tables/t.nl.csv", "unreadable", "it cannot be opened: Permission denied")
    ]


def test_a_folder_that_cannot_be_listed_is_an_error(folder, settings, monkeypatch):
    """As root, who may list everything, runs tests too, the system is made to refuse."""
    listed = os.scandir

    def scandir(path):
        if Path(path).name == "tables":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(FruitmandError, match="tables cannot be listed"):
        check_folder(folder, settings(), "reports/x")


def test_a_name_that_is_no_text_is_refused_and_can_be_written_down(folder, settings):
    try:
        (folder / os.fsdecode(b"tables/jan\xff.txt")).write_bytes(b"a")
    except OSError:
        pytest.skip("names are text on this disk")
    made = check_folder(folder, settings(), "reports/x")
    assert [(refusal.where, refusal.rule) for refusal in made.refusals] == [("tables/jan\\udcff.txt", "unknown_kind")]
    assert made.to_json().encode()


def mutated(content, random):
    """Return a file cut off, or with bytes that are others, gone, new or there twice."""
    at, again, size = *random.integers(len(content), size=2), random.integers(1, 60)
    before, after = content[:at], content[at:]
    ways = [
        before,
        before + bytes([after[0] ^ 1 << random.integers(8)]) + after[1:],
        before + random.bytes(3) + after[3:],
        before + after[size:],
        before + random.bytes(size) + after,
        before + content[again : again + size] + after,
    ]
    return ways[random.integers(len(ways))]


DAMAGED = {
    "appendix.nl.pdf": pdf("= Kop\njan\\@voorbeeld.nl"),
    "figures/f.nl.png": png(Author=MAIL),
    "figures/f.nl.svg": SVG.replace("Label", MAIL).encode(),
    "notebooks/1_a.nl.html": page(table(MAIL).html()),
    "numbers.json": f'{{"a": "{MAIL}"}}'.encode(),
    "provenance.json": json.dumps(PROVENANCE).encode(),
    "tables/t.nl.csv": table_csv(table(MAIL)).encode(),
    "tables/t.nl.xlsx": table_xlsx(table(MAIL), DATE),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_or_looked_through_and_never_breaks_the_check(folder, settings, name):
    random = np.random.default_rng(20261126)
    for _ in range(60):
        put(folder, name, mutated(DAMAGED[name], random))
        made = check_folder(folder, settings(), "reports/x")
        assert {refusal.where for refusal in made.refusals} <= {name}
        assert made.refusals or Path(name).suffix not in (".pdf", ".png", ".xlsx"), "no damage hides what is in a file with checksums"
        assert made.to_json().encode()


@pytest.mark.parametrize("name", ["appendix.nl.pdf", "figures/f.nl.png", "numbers.json", "provenance.json", "tables/t.nl.xlsx"])
def test_a_file_that_was_cut_off_is_refused(folder, settings, name):
    content, random = (folder / name).read_bytes().rstrip(), np.random.default_rng(20261126)
    for end in random.integers(len(content), size=40):
        put(folder, name, content[:end])
        assert {where for where, _, _ in refused(folder, settings)} == {name}


def test_nothing_to_check_is_an_error(tmp_path, settings):
    with pytest.raises(FruitmandError, match="nothing to check"):
        check_folder(tmp_path, settings(), "reports/x")


@pytest.mark.parametrize(
    "content",
    [
        None,
        "[]x",
        "[]",
        "{}",
        "[1]",
        "[" * 99_999,
        '[{"step": "1"}]',
        '[{"blocks": [{}]}]',
        '[{"blocks": [{"id": "P1.1", "name": "t", "sources": null}]}]',
        '[{"blocks": [{"id": "P1.1", "name": "t", "alike": 3}]}]',
        '[{"blocks": [{"id": "P1.1", "alike": ["a"]}]}]',
    ],
    ids=lambda content: content and content[:60],
)
def test_a_report_without_the_record_of_its_blocks_is_refused(folder, settings, content):
    (folder / "provenance.json").unlink()
    if content is not None:
        put(folder, "provenance.json", content)
    assert {(where, rule) for where, _, rule in refused(folder, settings)} == {("provenance.json", "unreadable")}


@pytest.mark.parametrize("where", ["numbers.json", "numbers"])
def test_an_exemption_lets_its_finding_pass_and_is_reported_with_its_reason(folder, settings, where):
    put(folder, "numbers.json", f'["{MAIL}"]')
    made = check_folder(folder, settings(exempt=[exemption(where, "e_mail")]), "reports/x")
    refuse(made)
    content = json.loads(made.to_json())
    assert content["verdict"] == "passed"
    [passed] = content["exempted"]
    assert passed == {
        "where": "numbers.json",
        "place": "line 1",
        "rule": "e_mail",
        "shown": "j…@…nl",
        "reason_nl": "Omdat.",
        "reason_en": "Because.",
    }


def test_an_exemption_holds_for_its_file_and_rule_only(folder, settings):
    put(folder, "numbers.json", f'["{MAIL}", "06-12345678"]')
    put(folder, "tables/t.nl.csv", f"a\n{MAIL}\n")
    assert refused(folder, settings, exempt=[exemption("numbers.json", "e_mail")]) == [
        ("numbers.json", "line 1", "phone"),
        ("tables/t.nl.csv", "line 2", "e_mail"),
    ]


@pytest.mark.parametrize(("where", "rule"), [("numbers.json", "e_mail"), ("numbers.json", "no_such_rule"), ("nowhere", "minimum_cell")])
def test_an_exemption_that_lets_nothing_pass_is_stale(folder, settings, where, rule):
    assert refused(folder, settings, exempt=[exemption(where, rule)]) == [(where, "edition.toml", "stale_exemption")]


def test_a_raw_file_cannot_be_exempted(folder, settings):
    put(folder, "a.sav", "x")
    rules = [rule for _, _, rule in refused(folder, settings, exempt=[exemption("a.sav", "raw_file")])]
    assert sorted(rules) == ["raw_file", "stale_exemption"]


def block(name="answers", **more):
    return {"id": "P5.1", "kind": "table", "name": name, "sources": ["responses.csv"]} | more


@pytest.mark.parametrize(
    ("record", "rules"),
    [
        (block(smallest=5), []),
        (block(smallest=None), []),
        (block(smallest=4), ["minimum_cell"]),
        (block(smallest=1), ["minimum_cell"]),
        (block(smallest=5.0), ["minimum_cell"]),
        (block(smallest=True), ["minimum_cell"]),
        (block(smallest="12"), ["minimum_cell"]),
        (block(), ["minimum_cell"]),
        (block(sources=["items.csv"]), []),
        (block(sources=["respondents.csv"], kind="figure"), ["minimum_cell"]),
        (block(kind="text"), ["minimum_cell"]),
        (block(kind="text", smallest=3), ["minimum_cell"]),
    ],
)
def test_a_block_shows_no_group_below_the_minimum(folder, settings, record, rules):
    put(folder, "provenance.json", json.dumps([{"blocks": [record]}]))
    assert [rule for _, _, rule in refused(folder, settings)] == rules


@pytest.mark.parametrize(("smallest", "rules"), [(7, []), (6, ["minimum_cell"])])
def test_the_minimum_is_that_of_the_edition(folder, settings, smallest, rules):
    put(folder, "provenance.json", json.dumps([{"blocks": [block(smallest=smallest)]}]))
    assert [rule for _, _, rule in refused(folder, settings, min_cell=7)] == rules


def test_a_small_group_in_the_record_of_a_folder_is_refused_unless_exempted(folder, settings):
    put(folder, "provenance.json", json.dumps([{"blocks": [block(smallest=2), block("roles", smallest=7)]}]))
    assert refused(folder, settings) == [("answers", "block P5.1", "minimum_cell")]
    made = check_folder(folder, settings(exempt=[exemption("answers", "minimum_cell")]), "reports/x")
    assert (made.refusals, len(made.exempted), made.blocks, made.about_respondents) == ((), 1, 2, 2)


def test_what_was_found_where_a_part_was_made_is_found_again_without_looking(folder, settings):
    put(folder, "tables/t.nl.csv", f"A\n{MAIL}\n")
    write_looked(folder, settings())
    seen = read_looked(folder)
    (folder / SEEN).unlink()
    whole = check_folder(folder, settings(), "reports/x")
    assert [refusal.where for refusal in whole.refusals] == ["tables/t.nl.csv"]
    assert check_folder(folder, settings(), "reports/x", seen) == whole
    clean = {name: replace(one, found=()) for name, one in seen.items()}
    assert check_folder(folder, settings(), "reports/x", clean).refusals == ()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": {}}', '{"a": {"digest": "", "texts": 1, "found": [{}]}}', None])
def test_what_was_found_before_and_cannot_be_read_is_an_error(tmp_path, content):
    if content is not None:
        put(tmp_path, SEEN, content)
    with pytest.raises(FruitmandError, match=rf"{SEEN} is not what the disclosure check left"):
        read_looked(tmp_path)


@pytest.mark.parametrize("change", ["changed", "new"])
def test_a_file_that_is_not_as_it_was_seen_is_looked_through(folder, settings, change):
    write_looked(folder, settings())
    seen = read_looked(folder)
    (folder / SEEN).unlink()
    assert check_folder(folder, settings(), "reports/x", seen).refusals == ()
    name = "tables/t.nl.csv" if change == "changed" else "tables/new.nl.csv"
    put(folder, name, f"A\n{MAIL}\n")
    assert [refusal.where for refusal in check_folder(folder, settings(), "reports/x", seen).refusals] == [name]


def test_the_error_names_every_place_and_what_to_do_and_echoes_nothing(folder, settings):
    put(folder, "numbers.json", f'["{MAIL}",\n"Geheimschrijver"]')
    put(folder, "a.sav", "x")
    with pytest.raises(FruitmandError) as caught:
        refuse(check_folder(folder, settings(deny=["geheimschrijver"]), "reports/x"))
    text = str(caught.value)
    assert text.splitlines()[0] == "reports/x cannot be published, for 3 reasons:"
    assert "  numbers.json, line 1: e_mail (j…@…nl); take it out" in text
    assert "  numbers.json, line 2: deny_list (G…r); take it out" in text or "(g…r)" in text
    assert "  a.sav: raw_file (" in text
    assert MAIL not in text
    assert "eheimschrijver" not in text


def test_groups_of_one_answer_are_warned_of_and_refused_by_nobody(folder, settings):
    put(folder, "provenance.json", json.dumps([{"blocks": [block(smallest=9, alike=["savings utrecht"]), block("roles", smallest=7)]}]))
    made = check_folder(folder, settings(), "reports/x")
    assert made.refusals == ()
    assert made.warnings == ("answers: all respondents gave the same answer: savings utrecht",)
    assert json.loads(made.to_json())["warnings"] == list(made.warnings)


def test_the_report_is_the_same_twice_and_counts_what_was_checked(folder, settings):
    first, again = (check_folder(folder, settings(deny=["Geheim"]), "reports/x").to_json() for _ in range(2))
    assert first == again
    content = json.loads(first)
    assert content["verdict"] == "passed"
    assert content["files"] == dict.fromkeys(("csv", "html", "pdf", "png", "svg", "xlsx"), 1) | {"json": 2}
    assert content["words_on_deny_list"] == 1
    assert content["minimum_cell"] == 5
    assert content["rules"] == sorted(ADVICE)
    assert "Geheim" not in first
    put(folder, "disclosure.json", first)
    assert check_folder(folder, settings(), "reports/x").refusals == (), "the report may be published with the rest"


def letters(text):
    return Counter(re.sub(r"[\s\u00ad-]", "", text))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_committed_appendix_passes_and_is_read_to_the_last_letter(root, folder, settings, language):
    content = (root / f"reports/2015/appendix.{language}.pdf").read_bytes()
    put(folder, f"appendix.{language}.pdf", content)
    assert refused(folder, settings) == []
    read = {piece.place: piece.text for piece in reversed([*text_extraction_pdf.pdf_texts(content)])}  # a page comes first as it is drawn
    pages = dict(enumerate(PdfReader(io.BytesIO(content)).pages, start=1))
    assert len(pages) > 20
    for number in list(pages)[::6]:
        assert not letters(pages[number].extract_text()) - letters(read[f"page {number}"]), "what pypdf reads is read in the quick way too"


def in_brackets(text, draw):
    """Write bytes as a string of a PDF, each as itself where that is allowed, or escaped in one of the ways there are."""
    names = {10: b"n", 13: b"r", 9: b"t", 8: b"b", 12: b"f", 40: b"(", 41: b")", 92: b"\\"}
    ways = [
        [bytes([code])] * (code not in (13, 40, 41, 92))
        + [b"\\" + names.get(code, b"")] * (code in names)
        + [b"\\%03o" % code]
        + [b"\\" + bytes([code])] * (chr(code) in "aexuU?")
        for code in text
    ]
    return b"(" + b"".join(draw(st.sampled_from(way)) for way in ways) + b")"


@given(st.data())
def test_strings_and_gaps_of_what_is_shown_are_read_whatever_is_in_them(data):
    """A glyph is two bytes; here each reads as the character of that number."""
    glyphs = dict(zip(range(0xD800), map(chr, range(0xD800)), strict=True))
    read, written = "", b""
    for text in data.draw(st.lists(st.text(st.characters(max_codepoint=0xD7FF), max_size=6), max_size=5)):
        plain = text.encode("utf-16-be")
        written += plain.hex(" ").join("<>").encode() if text and data.draw(st.booleans()) else in_brackets(plain, data.draw)
        gap = data.draw(st.sampled_from([b"", b"12", b" -99.5 ", b"-100", b"-250.25\n"]))
        written += gap
        read += text + " " * (gap[:3] in (b"-10", b"-25"))
    assert text_extraction_pdf._shown(written, glyphs) == read


def test_a_figure_and_a_table_of_this_project_pass(folder, settings):
    figure = FigureBlock(Caption("f", "Titel", "data:raw/2015/items.csv · notebooks/1_a.ipynb · n = 12", "Alternatief"), SVG)
    put(folder, "notebooks/1_a.nl.html", page(figure.html()))
    assert refused(folder, settings) == []
