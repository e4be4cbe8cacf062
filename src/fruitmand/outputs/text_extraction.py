"""The texts of a published file, wherever they hide: labels, attributes, cells, properties, chunks of metadata.

Each reader takes the content of a file of one kind and refuses what it cannot look through: a text that nobody reads is not published.
"""

import csv
import html
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from fruitmand.edition.errors import FruitmandError

LARGEST = 64 * 2**20
"""Bytes that an office document or a stream may unpack to; more is none of ours but a trap."""

_TAG = re.compile(r"(<[^<>]*>)")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|textPath|time|tspan|tt|u"
    r"|var|wbr"
    r"|r|t|rPr|rFont|charset|color|family|scheme|strike|sz|vertAlign"  # runs of a cell and their style
    r"|w:(?!(?:p|tc|tr|tbl|br|cr|tab)[\s/>])\w+)[\s/>]",  # in a Word document all that does not end a line or a cell
    re.IGNORECASE,
)
_DRAWING = re.compile(r"""\s(?:d|points)=(?:"[MmLlHhVvCcSsQqTtAaZz\d\s,.eE+-]*"|'[MmLlHhVvCcSsQqTtAaZz\d\s,.eE+-]*')""")
_EMBEDDED = re.compile(r"data:(?:[a-z]+/[\w.+-]+[;,]|;base64,)", re.IGNORECASE)
_JSON = re.compile(r'("(?:[^"\\]|\\.)*")|,')
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_IN_CODE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|0{0,4}([2-7][0-9a-fA-F])(?![0-9a-fA-F]) ?)")
"""A character as its number in a script or a style."""
_LENGTHS = {b"IHDR": 13, b"PLTE": 768, b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"sBIT": 4, b"bKGD": 6, b"pHYs": 9, b"tIME": 7}
"""The bytes that a chunk of a picture may have, of those that are no text."""
_HEADER = re.compile(r"""&amp;(?:[LCRPNDTZFAGBIUESXYH]|[0-9]{1,3}|K(?:[0-9A-F]{6}|[0-9]{2}[+-][0-9]{3})|(?:"|&quot;)[^"&]*(?:"|&quot;))""")
"""How the head or foot of a sheet is written, such as its place, font and size."""
_IN_SHEET = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SHEET_PARTS = re.compile(r"\[Content_Types\]\.xml|(?:_rels|docProps|xl)/(?:[\w.-]+/)*[\w.-]*\.(?:xml|rels)")
_WORD_PARTS = re.compile(r"\[Content_Types\]\.xml|(?:_rels|docProps|word)/(?:[\w.-]+/)*[\w.-]*\.(?:xml|rels)|word/media/[\w.-]+\.png")
_END = 22
"""Bytes at the end of an archive, after the table of its parts."""
_WORKBOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_LETTER = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OURS = b"<Application>fruitmand</Application>"
"""What no program but this project's own writes; Word puts its own name there when it saves."""
_OUTSIDE = re.compile(rb"""<Relationship\b(?=[^>]*TargetMode\s*=\s*["']External)(?![^>]*/relationships/hyperlink["'])""")
"""What a document takes from elsewhere when it is opened, unlike a link, which waits until a reader follows it."""


@dataclass(frozen=True)
class Piece:
    """A text in a file and where it stands there; an empty place means that its lines are those of the file."""

    place: str
    text: str


class RefusedError(FruitmandError):
    """A file that cannot be published as it is, and the rule that it breaks."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(rule, why)
        self.rule = rule
        self.why = why

    def __str__(self) -> str:
        return self.why


def decoded(content: bytes) -> str:
    """Return a text file as text.

    Raises
    ------
    RefusedError
        When it is not UTF-8, or holds what no text holds.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError("unreadable", "it is not UTF-8") from None
    if "\0" in text:
        raise RefusedError("unreadable", "it is no text, whatever its name says")
    return text


def unpacked(data: bytes) -> bytes:
    """Return what was packed with zlib.

    Raises
    ------
    RefusedError
        When it is not whole, has something after its end, or unpacks to more than anything here does.
    """
    unpacker = zlib.decompressobj()
    try:
        made = unpacker.decompress(data, LARGEST)
    except zlib.error:
        raise RefusedError("unreadable", "it is damaged") from None
    if not unpacker.eof or unpacker.unused_data.strip():
        raise RefusedError("unreadable", "it is damaged, or unpacks to too much")
    return made


def markup_texts(content: bytes) -> Iterator[Piece]:
    r"""Yield the texts of HTML, SVG or XML: what stands between the tags, with no tag within a word; and what stands in them.

    >>> [piece.text for piece in markup_texts(b'<p title="Jan">Jan<b>sen</b></p>')]
    ['\x00Jansen\x00', '<p title="Jan">\x00<b>\x00</b>\x00</p>']
    """
    text = decoded(content)
    if _EMBEDDED.search(text):
        raise RefusedError("picture", "a file within the file")
    parts = _TAG.split(_DRAWING.sub(lambda found: "\n" * found[0].count("\n"), text))
    between, tags = parts[::2], parts[1::2]
    marks = {tag: "" if _INLINE.match(tag) else "\0" + "\n" * tag.count("\n") for tag in set(tags)} | {"": ""}
    lines = {part: "\n" * part.count("\n") for part in set(between)}
    pairs = [*zip(between, [*tags, ""], strict=True)]
    yield Piece("", html.unescape("".join([part + marks[tag] for part, tag in pairs])))
    yield Piece("", html.unescape("\0".join([lines[part] + tag for part, tag in pairs]).rstrip("\n\0")))
    if _PERCENT.search(text):
        yield Piece("", unquote("\0".join([lines[part] + (html.unescape(tag) if "%" in tag else "") for part, tag in pairs])))
    if _IN_CODE.search(text):
        yield Piece("", _IN_CODE.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), html.unescape(text)))


def plain_texts(content: bytes) -> Iterator[Piece]:
    """Yield a text as it is."""
    yield Piece("", decoded(content))


def csv_texts(content: bytes) -> Iterator[Piece]:
    """Yield the cells of a table apart from each other, each on the line where its row ends or earlier."""
    rows: list[str] = []
    lines = 0
    reader = csv.reader(io.StringIO(decoded(content)))
    for row in reader:
        text = "\0".join(row)
        rows.append(text + "\n" * max(1, reader.line_num - lines - text.count("\n")))
        lines = reader.line_num
    yield Piece("", "".join(rows))


def json_texts(content: bytes) -> Iterator[Piece]:
    r"""Yield a JSON file with its escapes undone and its values apart from each other; its lines stay its lines.

    >>> [piece.text for piece in json_texts(rb'{"ren\u00e9": [1,2]}')]
    ['{"rené": [1,\x002]}']
    """
    text = decoded(content)
    try:
        json.loads(text)
    except ValueError:
        raise RefusedError("unreadable", "it is not JSON") from None
    plain = _JSON.sub(lambda found: _ESCAPE.sub(_unescape, found[1]) if found[1] else ",\0", text)
    yield Piece("", plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))  # escapes write some characters as two


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2] if found[2] in '"\\/' else "\0"


def png_texts(content: bytes) -> Iterator[Piece]:
    """Yield the texts that a PNG carries beside its pixels.

    Raises
    ------
    RefusedError
        When it carries anything else, such as the data that a camera writes, or bytes after its end.
    """
    at, kind = 8, b""
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8].ljust(8, b"\0"))
        body, end = content[at + 8 : at + 8 + length], at + 12 + length
        if zlib.crc32(kind + body).to_bytes(4) != content[end - 4 : end]:
            raise RefusedError("unreadable", "it is damaged")
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            yield Piece("chunk of text", _chunk(kind, body))
        elif kind not in (b"IDAT", b"IEND") and length > _LENGTHS.get(kind, -1):
            raise RefusedError("unreadable", "it carries data beside its pixels")
        if kind == b"IEND" and (body or end != len(content)):
            raise RefusedError("unreadable", "there is something after its end")
        at = end
    if kind != b"IEND":
        raise RefusedError("unreadable", "it breaks off")


def _chunk(kind: bytes, body: bytes) -> str:
    """Return the keyword and the text of a chunk (PNG specification, third edition, section 11.3.3)."""
    keyword, _, rest = body.partition(b"\0")
    try:
        if kind == b"zTXt":
            rest = unpacked(rest[1:])
        elif kind == b"iTXt":
            flag, (language, translated, text) = rest[0], rest[2:].split(b"\0", 2)
            rest = b"\0".join((language, translated, unpacked(text) if flag else text))
    except (ValueError, IndexError):
        raise RefusedError("unreadable", "a chunk of text that is not one") from None
    return keyword.decode("latin-1") + "\0" + rest.decode("utf-8" if kind == b"iTXt" else "latin-1")


def spreadsheet_texts(content: bytes) -> Iterator[Piece]:
    """Yield the texts of every part of a spreadsheet: cells, names, notes, links and properties.

    Raises
    ------
    RefusedError
        When the file is another document, or has parts that are not XML: macros, pictures, embedded files.
    """
    for name, text in _package(content, _SHEET_PARTS, _WORKBOOK, "spreadsheet").items():
        yield from (Piece(name, piece) for piece in _texts_of_part(text))


def word_texts(content: bytes) -> Iterator[Piece]:
    """Yield the texts of every part of a Word document: lines, comments, alternative texts, links, properties, pictures.

    Raises
    ------
    RefusedError
        When the file is another document, was not made by this project (a transcript, or a copy with comments), has parts that are
        neither XML nor PNG, or takes anything from elsewhere.
    """
    parts = _package(content, _WORD_PARTS, _LETTER, "Word document")
    if _OURS not in parts.get("docProps/app.xml", b""):
        raise RefusedError("raw_file", "it is a document that was not made here, such as a transcript or a copy with comments")
    for name, text in parts.items():
        if name.endswith(".png"):
            yield from (Piece(f"{name}, {piece.place}", piece.text) for piece in png_texts(text))
            continue
        if name.endswith(".rels") and _OUTSIDE.search(text):
            raise RefusedError("active", "it takes a file from elsewhere when it is opened")
        tags = "".join(dict.fromkeys(_TAG.findall(decoded(text))))  # the same few, thousands of times
        yield Piece(name, next(markup_texts(text)).text)
        yield from (Piece(name, piece) for piece in _texts_of_part(tags.encode()))


def word_pictures(content: bytes) -> list[bytes]:
    """Return the pictures of a Word document that `word_texts` has read."""
    return [part for name, part in _package(content, _WORD_PARTS, _LETTER, "Word document").items() if name.endswith(".png")]


def _package(content: bytes, allowed: re.Pattern[str], kind: bytes, said: str) -> dict[str, bytes]:
    """Return the parts of an office document by their names, when there is nothing else in its archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST:
                raise RefusedError("unreadable", "it unpacks to too much")
            if odd := [part.filename for part in parts if not allowed.fullmatch(part.filename)]:
                raise RefusedError("active", f"{len(odd)} of its parts are no texts but a macro, a picture or an embedded file")
            if len(content) != _END + sum(map(_stored, parts)) or len({part.filename for part in parts}) != len(parts):
                raise RefusedError("unreadable", "there is more in the archive than its parts, or a part twice")
            texts = {part.filename: archive.read(part) for part in parts}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        raise RefusedError("unreadable", f"it is no {said}, or is encrypted") from None
    if kind not in texts.get("[Content_Types].xml", b""):
        raise RefusedError("raw_file", f"it is an archive or document that is no {said}")
    return texts


def _stored(part: zipfile.ZipInfo) -> int:
    """Return how many bytes an archive has for a part: its data, and a head before them and in the table of parts."""
    return part.compress_size + 30 + 46 + 2 * (len(part.orig_filename.encode()) + len(part.extra))


@lru_cache(maxsize=64)
def _texts_of_part(part: bytes) -> tuple[str, ...]:
    """Return the texts of a part of an office document; the spreadsheets of a report share many of theirs, such as theme and styles."""
    texts = [piece.text for piece in markup_texts(part)]
    plain = decoded(part)
    if _IN_SHEET.search(plain):
        texts += [_IN_SHEET.sub(lambda found: chr(int(found[1], 16)), text) for text in texts]
    if _HEADER.search(plain):
        texts.append(html.unescape(_TAG.sub("\0", _HEADER.sub("", plain))))
    return tuple(texts)
