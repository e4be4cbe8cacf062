"""The package of a Word document: what it is styled after, its head and foot, its settings and properties, and its bytes."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from fruitmand.edition.errors import FruitmandError
from fruitmand.report.document import Document
from fruitmand.report.style import ACCENT, FONT, INK, LINE, MUTED

PAGE = (11906, 16838)  # A4, in twentieths of a point
MARGINS = {"top": 1247, "right": 1247, "bottom": 1191, "left": 1247, "header": 624, "footer": 624, "gutter": 0}
WIDTH = PAGE[0] - MARGINS["left"] - MARGINS["right"]
"""Width of the text, in twentieths of a point."""

LOCALES = {"nl": "nl-NL", "en": "en-GB"}
"""The spelling that Word checks a document of a language by."""

_READER = "markdown-smart-auto_identifiers-implicit_figures-citations+raw_attribute"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_APP = 'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def convert(text: str, document: Document, pictures: Mapping[str, bytes], folder: Path, anew: Sequence[str] = ()) -> bytes:
    """Turn Markdown into a Word document by the pandoc that is locked, in a folder for its files.

    The headings with the bookmarks ``anew`` begin a page.

    Raises
    ------
    FruitmandError
        With pandoc's own words, when it warns of anything: a picture that is not there, or Markdown that is not whole.
    """
    (folder / "reference.docx").write_bytes(reference(document))
    for name, picture in pictures.items():
        (folder / name).write_bytes(picture)
    options = ["--from", _READER, "--to", "docx", "--reference-doc", "reference.docx", "--syntax-highlighting=none", "--fail-if-warnings"]
    return _finish(_pandoc(*options, "--output", "-", given=text, folder=folder), document, anew)


def reference(document: Document) -> bytes:
    """Return the document that pandoc takes styles, page, head and foot from: its own default with ours in their place."""
    parts = _unpack(_default())
    heads = {"footer": _footer(document)} | ({"header": _header(document)} if document.banner else {})
    parts["word/styles.xml"] = _styles(document).encode()
    parts["word/fontTable.xml"] = _fonts().encode()
    parts["word/document.xml"] = _page(heads.keys()).encode()
    for mark, added in ((b"<w:abstractNum ", _BULLETS), (b"<w:num ", _LIST)):
        parts["word/numbering.xml"] = parts["word/numbering.xml"].replace(mark, added + mark, 1)
    relations, types = "", ""
    for kind, content in heads.items():
        parts[f"word/{kind}1.xml"] = content.encode()
        relations += f'<Relationship Type="{_RELATION}/{kind}" Id="{kind}" Target="{kind}1.xml"/>'
        types += f'<Override PartName="/word/{kind}1.xml" ContentType="{_TYPE}.{kind}+xml"/>'
    for name, new, end in (("word/_rels/document.xml.rels", relations, b"</Relationships>"), ("[Content_Types].xml", types, b"</Types>")):
        parts[name] = parts[name].replace(end, new.encode() + end)
    return _pack(parts, (1980, 1, 1))


_HEADING = r'(<w:bookmarkStart w:id="\d+" w:name="%s" />\s*<w:p><w:pPr><w:pStyle w:val="Heading\d" />)'
"""How pandoc writes a heading after its bookmark."""

_BULLETS = (
    b'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    b'<w:numFmt w:val="bullet"/><w:lvlText w:val="\xe2\x80\xa2"/><w:lvlJc w:val="left"/>'
    b'<w:pPr><w:ind w:left="142" w:hanging="142"/></w:pPr></w:lvl></w:abstractNum>'
)
_LIST = b'<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
"""The list of a table's cell: how it looks, and its number."""


def _styles(document: Document) -> str:
    colours = {"accent": ACCENT, "ink": INK, "muted": MUTED, "line": LINE}
    given = {name: colour.removeprefix("#") for name, colour in colours.items()}
    return _template().substitute(given, font=FONT, language=_locale(document), width=str(WIDTH))


@cache
def _template() -> Template:
    return Template((files("fruitmand.outputs") / "word_styles.xml").read_text(encoding="utf-8"))


def _locale(document: Document) -> str:
    return LOCALES.get(document.language, document.language)


def _fonts() -> str:
    """Return the table of fonts: what a computer that lacks ours takes in its place."""
    font = f'<w:font w:name="{FONT}"><w:altName w:val="Calibri"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
    return f"{_HEAD}<w:fonts {_W}>{font}</w:fonts>"


def _page(kinds: Iterable[str]) -> str:
    heads = "".join(f'<w:{kind}Reference w:type="default" r:id="{kind}"/>' for kind in sorted(kinds, reverse=True))
    margins = " ".join(f'w:{side}="{size}"' for side, size in MARGINS.items())
    page = f'<w:pgSz w:w="{PAGE[0]}" w:h="{PAGE[1]}"/><w:pgMar {margins}/>'
    return f"{_HEAD}<w:document {_W} {_R}><w:body><w:p/><w:sectPr>{heads}{page}</w:sectPr></w:body></w:document>"


def _header(document: Document) -> str:
    return f'{_HEAD}<w:hdr {_W}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{_text(document.banner)}</w:p></w:hdr>'


def _footer(document: Document) -> str:
    page, of = (document.labels[key] for key in ("page", "of"))
    numbers = f"{_text(f'{page} ')}{_field('PAGE')}{_text(f' {of} ')}{_field('NUMPAGES')}"
    line = f"{_text(document.running)}<w:r><w:tab/></w:r>{numbers}"
    return f'{_HEAD}<w:ftr {_W}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{line}</w:p></w:ftr>'


def _text(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} ">{_text("1")}</w:fldSimple>'


def _finish(made: bytes, document: Document, anew: Sequence[str]) -> bytes:
    """Return a document with our settings and properties, and the same bytes every time."""
    parts = _unpack(made)
    for name in anew:
        parts["word/document.xml"] = re.sub((_HEADING % name).encode(), rb"\1<w:pageBreakBefore/>", parts["word/document.xml"])
    parts["docProps/core.xml"] = _core(document).encode()
    parts["docProps/app.xml"] = f"{_HEAD}<Properties {_APP}><Application>fruitmand</Application></Properties>".encode()
    parts["word/settings.xml"] = _settings(document).encode()
    day = document.date
    return _pack(parts, (max(day.year, 1980), day.month, day.day))


def _settings(document: Document) -> str:
    """Return the settings: as of Word 2013 and later, so that it does not open in the mode for older files; to be spell-checked."""
    modern = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    language = f'<w:themeFontLang w:val="{_locale(document)}"/>'
    told = f'<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:compat>{modern}</w:compat>{language}'
    return f"{_HEAD}<w:settings {_W}>{told}</w:settings>"


def _core(document: Document) -> str:
    """Return the properties of a document, dated as its source is."""
    spaces = (
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    told = {
        "dc:title": document.title,
        "dc:subject": document.subtitle,
        "dc:creator": "fruitmand",
        "cp:keywords": ", ".join(document.keywords),
        "dc:description": document.banner,
        "dc:language": _locale(document),
    }
    items = "".join(f"<{name}>{escape(text, quote=False)}</{name}>" for name, text in told.items() if text)
    moment = f"{document.date.isoformat()}T00:00:00Z"
    dates = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{name}>' for name in ("created", "modified"))
    return f"{_HEAD}<cp:coreProperties {spaces}>{items}{dates}</cp:coreProperties>"


@cache
def _default() -> bytes:
    return _pandoc("--print-default-data-file", "reference.docx")


def _pandoc(*options: str, given: str = "", folder: Path | None = None) -> bytes:
    program = str(files("pypandoc") / "files" / "pandoc")
    done = subprocess.run([program, *options], input=given.encode(), capture_output=True, cwd=folder, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise FruitmandError(f"the Word document cannot be made: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def _unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pack(parts: Mapping[str, bytes], day: tuple[int, int, int]) -> bytes:
    """Return an archive of parts that are all of one day, as if on one computer: equal parts give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (*day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, content)
    return buffer.getvalue()
