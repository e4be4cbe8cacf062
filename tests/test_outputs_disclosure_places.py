"""One secret of each kind at every place of every kind of file: it is found, or the file is refused.

Each place is tried with something innocent as well, which passes wherever anything may stand at all.
"""

import io
import json
import struct
import zipfile
import zlib

import pytest
import typst
import xlsxwriter
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from fruitmand.checks.personal_data import KINDS
from fruitmand.edition.settings import Disclosure
from fruitmand.outputs.disclosure import look_through

SECRETS = {
    "e_mail": "jan@voorbeeld.nl",
    "phone": "06-12345678",
    "iban": "NL91ABNA0417164300",
    "citizen_service_number": "123456782",
    "postcode": "1234 AB",
    "deny_list": "Jansen",
}
INNOCENT = "Appel"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><rect width="9" height="9"/>{}</svg>'


def split(text, before, after):
    return f"{text[0]}{before}{text[1:-1]}{after}{text[-1]}"


def page(content):
    return f"<!DOCTYPE html><html><head></head><body>{content}</body></html>"


MARKUP = {
    "text": lambda s: f"<p>x {s} y</p>",
    "text in two styles": lambda s: f"<p>{split(s, '<b>', '</b>')}</p>",
    "text of other letters": lambda s: f"<p>{''.join(f'&#{ord(sign)};' for sign in s)}</p>",
    "text with soft hyphens": lambda s: f"<p>{'&shy;'.join(s)}</p>",
    "comment": lambda s: f"<!-- {s} -->",
    "CDATA": lambda s: f"<p><![CDATA[{s}]]></p>",
    "title": lambda s: f"<title>{s}</title>",
    "style": lambda s: f"<style>p::before {{ content: '{s}' }}</style>",
    "script": lambda s: f"<script>let x = '{s}'</script>",
    "escaped script": lambda s: f"<script>let x = '{''.join(f'{chr(92)}u{ord(sign):04x}' for sign in s)}'</script>",
    **{f"attribute {name}": lambda s, name=name: f"<p {name}='{s}'>x</p>" for name in ("id", "class", "title", "aria-label", "data-x")},
    "attribute in escapes": lambda s: f"<a href='?q={''.join(f'%{ord(sign):02x}' for sign in s)}'>x</a>",
    "attribute without quotes": lambda s: f"<p title={s.replace(' ', '_')}>x</p>",
}
HTML = {
    "description": lambda s: page(f'<meta name="description" content="{s}">'),
    "alternative text": lambda s: page(f'<img alt="{s}" src="f.svg">'),
    "hidden field": lambda s: page(f'<input type="hidden" value="{s}">'),
    **{name: lambda s, make=make: page(make(s)) for name, make in MARKUP.items()},
}
SVG = {
    "desc": lambda s: DRAWING.format(f"<desc>{s}</desc>"),
    "label in parts": lambda s: DRAWING.format(
        "<text>" + "".join(f"<tspan x='{x}'>{sign}</tspan>" for x, sign in enumerate(s)) + "</text>"
    ),
    "metadata": lambda s: DRAWING.format(f"<metadata><creator>{s}</creator></metadata>"),
    **{name: lambda s, make=make: DRAWING.format(make(s)) for name, make in MARKUP.items() if name != "text in two styles"},
}
CSV = {
    "head": lambda s: f"a,{s}\n1,2\n",
    "cell": lambda s: f"a,b\n1,{s}\n",
    "quoted cell": lambda s: f'a,b\n1,"x\n{s}"\n',
}
JSON = {
    "value": lambda s: json.dumps({"a": [1, s]}),
    "key": lambda s: json.dumps({s: 1}),
    "value in escapes": lambda s: '["' + "".join(f"\\u{ord(sign):04x}" for sign in s) + '"]',
}


def xlsx(fill):
    def make(secret):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            fill(book, book.add_worksheet("table"), secret)
        return buffer.getvalue()

    return make


def escaped(secret):
    """Return a spreadsheet with a cell in which every character is written as its number."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(lambda _, sheet, s: sheet.write_string(0, 0, s))("x"))) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        for part in old.namelist():
            written = "".join(f"_x{ord(sign):04X}_" for sign in secret)
            new.writestr(part, old.read(part).replace(b"<t>x</t>", f"<t>{written}</t>".encode()))
    return buffer.getvalue()


def name_of(secret):
    """Return a secret as a name in a spreadsheet, which has letters, digits and underscores only; an address cannot be one."""
    return "_" + secret.replace(" ", "_").replace("-", "_").replace("@", "_at_").replace(".", "_dot_")


def chart(book, sheet, secret):
    sheet.write_number(0, 0, 1)
    drawn = book.add_chart({"type": "line"})
    drawn.add_series({"values": "=table!$A$1", "name": "x"})
    drawn.set_title({"name": secret})
    sheet.insert_chart("C1", drawn)


PROPERTIES = ("title", "subject", "author", "manager", "company", "category", "keywords", "comments", "status", "hyperlink_base")
XLSX = {
    "cell": xlsx(lambda _, sheet, s: sheet.write_string(0, 0, s)),
    "cell in two styles": xlsx(lambda book, sheet, s: sheet.write_rich_string(0, 0, s[:2], book.add_format({"bold": True}), s[2:4], s[4:])),
    "cell in escapes": escaped,
    "comment": xlsx(lambda _, sheet, s: sheet.write_comment(0, 0, s)),
    "writer of a comment": xlsx(lambda _, sheet, s: sheet.write_comment(0, 0, "x", {"author": s})),
    "defined name": xlsx(lambda book, _, s: book.define_name(name_of(s), "=table!$A$1")),
    "formula of a name": xlsx(lambda book, _, s: book.define_name("x", f'="{s}"')),
    "formula": xlsx(lambda _, sheet, s: sheet.write_formula(0, 0, f'="{s}"')),
    "value of a formula": xlsx(lambda _, sheet, s: sheet.write_formula(0, 0, "=1", None, s)),
    "header": xlsx(lambda _, sheet, s: sheet.set_header(f"&C&8 {s[:2]}&B{s[2:]}")),
    "footer": xlsx(lambda _, sheet, s: sheet.set_footer(f'&L&"Arial,Bold"&12 &K00AA00{s}&R&P')),
    "name of a sheet": xlsx(lambda book, _, s: book.add_worksheet(s)),
    "list of a cell": xlsx(lambda _, sheet, s: sheet.data_validation(0, 0, 0, 0, {"validate": "list", "source": [s, "x"]})),
    "help with a cell": xlsx(lambda _, sheet, s: sheet.data_validation(0, 0, 0, 0, {"validate": "any", "input_message": s})),
    "link": xlsx(lambda _, sheet, s: sheet.write_url(0, 0, f"https://x.example/{s.replace(' ', '_')}", string="x")),
    "tip of a link": xlsx(lambda _, sheet, s: sheet.write_url(0, 0, "https://x.example", string="x", tip=s)),
    "head of a table": xlsx(lambda _, sheet, s: sheet.add_table(0, 0, 2, 0, {"columns": [{"header": s}]})),
    "format of numbers": xlsx(lambda book, sheet, s: sheet.write_number(0, 0, 1, book.add_format({"num_format": f'0 "{s}"'}))),
    "title of a chart": xlsx(chart),
    "text box": xlsx(lambda _, sheet, s: sheet.insert_textbox(0, 0, s)),
    "condition": xlsx(
        lambda _, sheet, s: sheet.conditional_format(0, 0, 0, 0, {"type": "text", "criteria": "containing", "value": s, "format": None})
    ),
    "own property": xlsx(lambda book, _, s: book.set_custom_property("x", s)),
    "name of an own property": xlsx(lambda book, _, s: book.set_custom_property(s, "x")),
    **{f"property {name}": xlsx(lambda book, _, s, name=name: book.set_properties({name: s})) for name in PROPERTIES},
}


def png(keyword, text, way):
    chunks = PngImagePlugin.PngInfo()
    if way == "iTXt":
        chunks.add_itxt(keyword, text, lang="nl", tkey=text, zip=True)
    else:
        chunks.add_text(keyword, text, zip=way == "zTXt")
    buffer = io.BytesIO()
    Image.new("L", (2, 2)).save(buffer, "PNG", pnginfo=chunks)
    return buffer.getvalue()


def with_chunk(kind, body):
    plain = png("a", "b", "tEXt")
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return plain[:-12] + chunk + plain[-12:]


PNG = {
    **{f"text, {way}": lambda s, way=way: png("Comment", s, way) for way in ("tEXt", "zTXt", "iTXt")},
    "keyword": lambda s: png(s, "x", "tEXt"),
    "chunk of another kind": lambda s: with_chunk(b"eXIf", s.encode()),
    "chunk of a known kind": lambda s: with_chunk(b"pHYs", b"123456789" + s.encode()),
    "after its end": lambda s: png("a", "b", "tEXt") + s.encode(),
}


def typed(source):
    return lambda secret: typst.compile(source(secret.replace("@", "\\@")).encode(), format="pdf")


def drawing(secret):
    """Return a document with a picture in which every character is placed by itself."""
    picture = json.dumps(DRAWING.format(f"<text y='9'>{secret}</text>"))
    return typst.compile(f'#image(bytes({picture}), alt: "a")'.encode(), format="pdf")


PLAIN_PDF = typst.compile(b"= Kop\nTekst", format="pdf")


def changed(change):
    def make(secret):
        buffer = io.BytesIO()
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PLAIN_PDF)))
        change(writer, secret)
        writer.write(buffer)
        return buffer.getvalue()

    return make


def metadata(writer, secret):
    stream = DecodedStreamObject()
    stream.set_data(f"<x><y>{split(secret, '&#8203;', '')}</y></x>".encode())
    writer.pages[0][NameObject("/Metadata")] = writer._add_object(stream)


def labels(writer, secret):
    label = DictionaryObject({NameObject("/P"): TextStringObject(secret)})
    writer.root_object[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): ArrayObject([NumberObject(0), label])})


def script(writer, secret):
    said = TextStringObject(f"app.alert('{secret}')")
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): said})


def field(writer, secret):
    made = DictionaryObject({NameObject("/FT"): NameObject("/Tx"), NameObject("/V"): TextStringObject(secret)})
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(made)])})


PDF = {
    "page": typed(lambda s: f"Tekst {s} tekst"),
    "page in two styles": typed(lambda s: f"#strong[{s[: 4 + s.count(chr(92))]}]{s[4 + s.count(chr(92)) :]}"),
    "page with a soft hyphen": typed(lambda s: f"Door {s[:3]}\u00ad{s[3:]} gemaakt"),
    "page with a space of no width": typed(lambda s: f"Door {s[:3]}\u200b{s[3:]} gemaakt"),
    "page in white": typed(lambda s: f"#text(fill: white)[{s}]"),
    "beside the page": typed(lambda s: f"#place(dx: -50cm)[{s}]"),
    "heading": typed(lambda s: f"= Door {s}"),
    "head of the page": typed(lambda s: f"#set page(header: [{s}])\nx"),
    "note": typed(lambda s: f"x#footnote[{s}]"),
    "cell": typed(lambda s: f"#table(columns: 2, [a], [{s}])"),
    "caption": typed(lambda s: f"#figure(rect[a], alt: [b].text, caption: [{s}])"),
    "drawing": drawing,
    "alternative text": lambda s: typst.compile(f'#figure(rect[a], alt: "{s}", caption: [c])'.encode(), format="pdf"),
    "link": lambda s: typst.compile(f'#link("https://x.example/{s}")[x]'.encode(), format="pdf"),
    "author": lambda s: typst.compile(f'#set document(author: "{s}")\nx'.encode(), format="pdf"),
    "title": lambda s: typst.compile(f'#set document(title: "{s}")\nx'.encode(), format="pdf"),
    "keywords": lambda s: typst.compile(f'#set document(keywords: ("a", "{s}"))\nx'.encode(), format="pdf"),
    "description": lambda s: typst.compile(f'#set document(description: "{s}")\nx'.encode(), format="pdf"),
    "property": changed(lambda writer, s: writer.add_metadata({"/Subject": s})),
    "name of a property": changed(lambda writer, s: writer.add_metadata({"/" + s.replace(" ", "_"): "x"})),
    "metadata of a page": changed(metadata),
    "label of pages": changed(labels),
    "field of a form": changed(field),
    "annotation": changed(lambda writer, s: writer.add_annotation(0, Text(rect=(0, 0, 9, 9), text=s))),
    "outline": changed(lambda writer, s: writer.add_outline_item(title=s, page_number=0)),
    "script": changed(script),
    "attachment": changed(lambda writer, s: writer.add_attachment("x.txt", s.encode())),
    "comment": lambda s: PLAIN_PDF.replace(b"\nstartxref", b"\n%" + s.encode() + b"\nstartxref"),
    "older version": lambda s: PLAIN_PDF + b"\n% " + s.encode() + b"\n%%EOF",
}


def document(part):
    def make(secret):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as made:
            made.writestr("[Content_Types].xml", "<Types/>")
            made.writestr(part, f"<x>{secret}</x>")
        return buffer.getvalue()

    return make


DOCX = {part: document(part) for part in ("word/document.xml", "word/comments.xml", "word/header1.xml", "docProps/core.xml")}

PLACES = {
    f"{kind}: {place}": (f"x/f.nl.{kind}", make)
    for kind, places in (
        ("csv", CSV),
        ("docx", DOCX),
        ("html", HTML),
        ("json", JSON),
        ("pdf", PDF),
        ("png", PNG),
        ("svg", SVG),
        ("xlsx", XLSX),
    )
    for place, make in places.items()
}
NEVER = {
    "pdf: older version", "pdf: script", "pdf: attachment", "xlsx: comment", "xlsx: writer of a comment",
    "png: chunk of another kind", "png: chunk of a known kind",
    "png: after its end", *(f"docx: {part}" for part in DOCX),
}  # fmt: skip
"""Places at which nothing may stand."""
IMPOSSIBLE = {("xlsx: defined name", "e_mail"), ("pdf: page in two styles", "citizen_service_number")}
"""What cannot stand there, as a name in a spreadsheet has no at sign; or is not found: digits in two styles are those of two cells."""


@pytest.fixture
def rules_found(tmp_path, edition):
    """Return a function that says which rules a file breaks that holds something at a place."""
    rules = Disclosure(min_cell=5, reason_nl="Gebruikelijk.", reason_en="Usual.", deny=["Jansen"])
    settings = edition.settings.model_copy(update={"disclosure": rules})
    (tmp_path / "x").mkdir()

    def found(place, text):
        name, make = PLACES[place]
        content = make(text)
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        if name.endswith("png"):
            (tmp_path / "x/f.nl.svg").write_text(DRAWING.format(""), encoding="utf-8")
        return {refusal.rule for refusal in look_through(tmp_path, settings)[name].found}

    return found


@pytest.mark.parametrize("place", PLACES)
def test_every_kind_of_secret_is_found_or_the_file_refused(rules_found, place):
    innocent = rules_found(place, INNOCENT)
    assert bool(innocent) == (place in NEVER)
    for kind, secret in SECRETS.items():
        if (place, kind) not in IMPOSSIBLE:
            found = rules_found(place, secret)
            assert found & {kind} or found & {"raw_file", "unreadable", "active"}, kind


@pytest.mark.parametrize(("kind", "secret"), SECRETS.items())
def test_the_name_of_a_file_is_looked_through_too(tmp_path, edition, kind, secret):
    rules = Disclosure(min_cell=5, reason_nl="a", reason_en="b", deny=["Jansen"])
    (tmp_path / f"{secret}.csv").write_text("a\n", encoding="utf-8")
    (looked,) = look_through(tmp_path, edition.settings.model_copy(update={"disclosure": rules})).values()
    assert {refusal.rule for refusal in looked.found} == {kind}


def test_every_kind_is_planted_at_places_enough():
    assert set(SECRETS) == set(KINDS)
    assert (len(PLACES) + 1) * len(SECRETS) - len(IMPOSSIBLE) >= 187
    assert len(PLACES) > 100
