"""The texts of a PDF: what is drawn on its pages, and every string beside them, from titles and links to alternative texts.

Every stream of the file is read as a drawing, or is known to hold no text (a font, its table, a colour profile); any other refuses the
file. A drawing is read as Typst writes one, with its font before every text; where more could show text, the file is refused.
"""

import io
import math
import re
from codecs import BOM_UTF8, BOM_UTF16_BE
from collections.abc import Iterator, Mapping
from functools import cache

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from fruitmand.outputs.text_extraction import Piece, RefusedError, markup_texts, unpacked

_LITERAL = rb"(?:[^\\()\r]|\\.|%s)*+"
_STRING = rb"\(" + _LITERAL % (rb"\(" + _LITERAL % (rb"\(" + _LITERAL % rb"\(\)" + rb"\)") + rb"\)") + rb"\)|<[0-9A-Fa-f\s]+>"
"""A string between brackets, with up to three pairs of brackets in it, or in hexadecimal digits."""
_STRINGS = re.compile(_STRING, re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_OWN_ESCAPE = re.compile(rb"\\(?![0-3][0-7]{2}|[nrtbf])")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}

_STREAM = re.compile(rb"\bstream\r?\n(.*?)\bendstream\b", re.DOTALL)
_FLATE = re.compile(rb"/Filter\s*/FlateDecode\b")
_OBJECTS = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")
_METADATA = re.compile(rb"/Metadata\s+([0-9]+)\s")
_NO_TEXT = re.compile(rb"/(?:FontFile[23]?|ToUnicode|CIDSet|Metadata|DestOutputProfile|ICCBased)\s+([0-9]+)\s")
_BRACKET = re.compile(rb"[()]")
_NAME = re.compile(rb"/([^\s/<>\[\](){}%]{4,})")
_COMMENT = re.compile(rb"%([^\r\n]*)")
_PIXELS = re.compile(rb"/Subtype\s*/Image\b")
_ACTIVE = re.compile(rb"/(?:EmbeddedFiles?|JavaScript|JS|Launch|XFA|RichMedia)\b")

_SAID = re.compile(
    rb"<<((?:[^()<>]++|%s)*+)>>\s*BDC\b" % _STRING
    + rb"|/(\w+)\s+([.0-9]+)\s+Tf(?:\s+[-.0-9]+){6}\s+Tm\s*\[?((?:[-.0-9\s]++|%s)*+)\]?\s*T[jJ]\b" % _STRING,
    re.DOTALL,
)
"""What a drawing says: the properties of a part of it, such as an alternative text; or a font, and what is shown in it."""
_MORE = re.compile(rb"[()<>'\"]|\b(?:T[jJ]|BI)\b")
_SPELT = re.compile(r"\n[0-9]\n(?:[^\n0-9]\n)?(?:[0-9]\n(?:[^\n0-9]\n)?){2}[0-9]\n")
"""Four digits or more among other texts, each drawn by itself."""
_LONGEST = 120
"""Bytes that a matrix takes at most."""
_WIDEST = 1.05
"""A character is hardly wider than the size of its font."""
_LANGUAGE = re.compile(rb"/Lang\s*\([A-Za-z-]*\)")
_PART = re.compile(rb"-[0-9]{3}|" + _STRING, re.DOTALL)
_TABLE = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")

_HYPHEN = re.compile("\n?\u00ad\n(?:-\n)?")
"""A word that is broken off at the end of a line: a hyphen to be read as none, as it is meant and as it is drawn."""
_STYLED = re.compile(r"(?<=[^\W\d_]|[@.-])\n(?=[^\W\d_]|[@.-])")
"""Where two runs may be one word in two styles; digits stay apart, since they would make numbers of the cells of a table."""

_Streams = Mapping[int, tuple[bytes, bytes]]


class _Glyphs(dict[int, str]):
    """What each glyph of a font reads as; a glyph that nobody can read is an error."""

    def __missing__(self, glyph: int) -> str:
        raise RefusedError("unreadable", "it draws a glyph that has no text")


def pdf_texts(content: bytes) -> Iterator[Piece]:
    """Yield the texts of a PDF, each with its page; ``within a page`` for a form, tile or mask, ``document`` for a string beside the pages.

    Raises
    ------
    RefusedError
        For what cannot be looked through (encrypted or damaged, an older version below the present one, a drawing that Typst does not
        make, a glyph without text, a picture), and for what has no place in a publication (attachments, scripts).
    """
    parts = _STREAM.split(content)
    if b"".join(parts[::2]).count(b"%%EOF") != 1 or not content.rstrip().endswith(b"%%EOF"):
        raise RefusedError("unreadable", "there is more than one document in it")
    reader = PdfReader(io.BytesIO(content), strict=True)
    if reader.is_encrypted:
        raise RefusedError("unreadable", "it is encrypted")
    streams = _streams(parts)
    objects = b"\n".join([*parts[::2], *(data for about, data in streams.values() if b"/ObjStm" in about)])
    if _ACTIVE.search(objects):
        raise RefusedError("active", "it has an attachment or a script")
    if _PIXELS.search(objects):
        raise RefusedError("picture", "it has a picture of pixels, which no scan can read")
    beside = _STRINGS.sub(b"", objects)
    if _BRACKET.search(beside):
        raise RefusedError("unreadable", "it has a string with more brackets within each other than are read")
    no_text = {int(number) for number in _NO_TEXT.findall(objects)}
    for place, text in _drawings(reader, streams, no_text):
        yield Piece(place, text)
        yield Piece(place, _STYLED.sub("", text))
    yield Piece("document", "\n".join(dict.fromkeys(_strings(objects))))
    yield Piece("document", "\n".join(dict.fromkeys(_names(beside))))
    for number in sorted({int(number) for number in _METADATA.findall(objects)}):
        yield from (Piece("metadata", piece.text) for piece in markup_texts(streams[number][1]))


def _streams(parts: list[bytes]) -> _Streams:
    """Return of each stream, by its number, what is said about it before it, and its data."""
    streams = dict[int, tuple[bytes, bytes]]()
    for head, data in zip(parts[:-1:2], parts[1::2], strict=True):
        before, _, about = head.rpartition(b" obj")
        number = int(before[-24:].split()[-2])
        if number in streams:
            raise RefusedError("unreadable", "there is more than one document in it")
        if b"/Filter" in about and not _FLATE.search(about):
            raise RefusedError("unreadable", "it is packed in a way that nobody unpacks")
        streams[number] = about, unpacked(data) if b"/Filter" in about else data
    return streams


def _drawings(reader: PdfReader, streams: _Streams, no_text: set[int]) -> Iterator[tuple[str, str]]:
    """Yield what every page says, and then every form, tile and mask that pages may draw with."""
    left = {number for number, (about, _) in streams.items() if not _OBJECTS.search(about)} - no_text
    for place, page in enumerate(reader.pages, start=1):
        contents = page.raw_get("/Contents") if "/Contents" in page else ArrayObject()
        numbers = [part.idnum for part in (contents if isinstance(contents, ArrayObject) else [contents])]
        left -= set(numbers)
        yield from ((f"page {place}", text) for text in _said(b"\n".join(streams[number][1] for number in numbers), page, streams))
    for number in sorted(left):
        drawing = reader.get_object(number)
        if not isinstance(drawing, DictionaryObject) or "/Resources" not in drawing:
            raise RefusedError("unreadable", "it has a stream that nobody reads")
        yield from (("within a page", text) for text in _said(streams[number][1], drawing, streams))


def _said(drawn: bytes, about: DictionaryObject, streams: _Streams) -> Iterator[str]:
    """Yield the texts of a drawing, one a line; and where more is said within a word, once more as drawn alone."""
    parts = _SAID.split(drawn)
    if _MORE.search(b" ".join(parts[::5])):
        raise RefusedError("unreadable", "it draws in a way that nobody reads")
    fonts = _fonts(about, streams)
    texts, beside, places = list[str](), set[int](), list[int]()
    for listed, font, shown in zip(parts[1::5], parts[2::5], parts[4::5], strict=True):
        if listed is not None:
            said = [*_strings(_LANGUAGE.sub(b"", listed))]
            within = texts and (texts[-1][-1:].isalnum() or not all(map(str.isprintable, said)))
            if within and any(map(str.isalnum, "".join(said))):
                beside.update(range(len(texts), len(texts) + len(said)))
            texts += said
        elif font not in fonts:
            raise RefusedError("unreadable", "it draws in a font without a table from glyphs to text")
        else:
            texts.append(_shown(shown, fonts[font]))
            places.append(len(texts) - 1)
    joined = "\n".join(texts)
    yield _HYPHEN.sub("", joined)
    if _SPELT.search(joined):
        yield _spelt([texts[place] for place in places], [(at, size) for at, size in zip(parts[::5], parts[3::5], strict=False) if size])
    if beside:
        yield _HYPHEN.sub("", "\n".join([text for place, text in enumerate(texts) if place not in beside]))


def _spelt(texts: list[str], drawn: list[tuple[bytes, bytes]]) -> str:
    """Return the texts with digits of a picture, of which every character is placed by itself, with those together that stand so.

    Parameters
    ----------
    texts : list of str
        The texts of the drawing.
    drawn : list of tuple of bytes
        What is drawn before each text, of which the last matrix places it, and the size of its font.
    """
    made, last = "", (0.0, 0.0)
    for text, (before, size) in zip(texts, drawn, strict=True):
        matrix = before[: before.rfind(b" cm")][-_LONGEST:].split()[-6:] if len(text) == 1 else []
        if len(matrix) < 6:
            made, last = made + "\n", (0.0, 0.0)
            continue
        here = float(matrix[4]), float(matrix[5])
        made += text if math.dist(here, last) <= _WIDEST * float(size) * abs(float(matrix[0])) else "\n" + text
        last = here
    return "\n".join(re.findall(".*(?:[0-9].*){4}", made))


def _fonts(about: DictionaryObject, streams: _Streams) -> dict[bytes, _Glyphs]:
    """Return the tables from glyphs of two bytes each to text, of those fonts of a drawing that have one."""
    known = about.get("/Resources", DictionaryObject()).get_object().get("/Font", DictionaryObject()).get_object()
    fonts = {name[1:].encode(): font.get_object() for name, font in known.items()}
    return {
        name: _table(streams[font.raw_get("/ToUnicode").idnum][1])
        for name, font in fonts.items()
        if font.get("/Encoding") == "/Identity-H" and "/ToUnicode" in font
    }


@cache
def _table(table: bytes) -> _Glyphs:
    """Return a table from glyphs to text; a font comes again on every page."""
    items = [bytes.fromhex(digits.decode()) for part in _TABLE.findall(table) for digits in _HEX.findall(part)]
    return _Glyphs((int.from_bytes(glyph), text.decode("utf-16-be")) for glyph, text in zip(items[::2], items[1::2], strict=True))


def _shown(shown: bytes, glyphs: _Glyphs) -> str:
    """Return what is shown in a font; a gap that is as wide as a space reads as one."""
    parts = _PART.findall(shown)
    return "".join(" " if part[:1] == b"-" else _bytes(part).decode("utf-16-be", "surrogatepass").translate(glyphs) for part in parts)


def _strings(text: bytes) -> Iterator[str]:
    """Yield the strings in a text as they are read."""
    for found in _STRINGS.findall(text):
        string = _bytes(found)
        if string.startswith(BOM_UTF16_BE):
            yield string[2:].decode("utf-16-be", "replace")
        else:
            yield string[3:].decode("utf-8", "replace") if string.startswith(BOM_UTF8) else string.decode("latin-1")


def _names(text: bytes) -> Iterator[str]:
    """Yield the names and the comments in what there is beside strings."""
    for name in {*_NAME.findall(text)}:
        yield re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), name).decode("utf-8", "replace")
    yield from (comment.decode("latin-1") for comment in _COMMENT.findall(text))


@cache
def _bytes(string: bytes) -> bytes:
    """Return what is in a string; where Python and PDF have the same escapes, they are undone in one go."""
    inner = string[1:-1]
    if string.startswith(b"<"):
        digits = b"".join(inner.split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    if _OWN_ESCAPE.search(inner):
        return _ESCAPE.sub(_unescaped, inner)
    return inner.decode("unicode_escape").encode("latin-1")


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8) & 255]) if found[1].isdigit() else _ESCAPED.get(found[1], found[1])
