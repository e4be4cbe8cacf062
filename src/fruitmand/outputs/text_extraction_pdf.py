"""The texts of a PDF: what is drawn on its pages, and every string beside them, from titles and links to alternative texts.

pypdf reads a page byte by byte. What Typst writes, two bytes a glyph and a table from glyphs to text, is read here in a fraction of
that; any page that is not wholly of that form is left to pypdf.
"""

import io
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject

from fruitmand.outputs.text_extraction import Piece, RefusedError

_LITERAL = rb"(?:[^\\()\r]|\\.|%s)*"
_STRING = rb"\(" + _LITERAL % (rb"\(" + _LITERAL % (rb"\(" + _LITERAL % rb"\(\)" + rb"\)") + rb"\)") + rb"\)"
"""A string with up to three brackets within each other; a page with more is left to pypdf."""
_SHOWN = rb"(?:[-+.0-9\s]++|\((?:[^\\()\r]++|\\.)*+\))++(?:\]\s*TJ|Tj)(?![A-Za-z0-9*'\"])"
"""Strings without brackets in them, and the gaps between them, up to the operation that shows them: nearly all text of a page."""
_SILENT = (
    rb"[+.0-9\s\[\]]++|-(?![0-9]{3})|/[A-Za-z0-9]+(?:\s+(?:cs|CS|gs)(?=[\s/\[(<])|\s*<</MCID [0-9]+>>BDC(?![A-Za-z0-9*'\"]))"
    rb"|(?<![A-Za-z])(?:BT|ET|EMC|Tr|Tm|cm|scn|SCN|re|[lcmhnfWSBwMJj])(?=[\s/\[(<])"
)
"""What tells no text and no font."""
_REST = rb"(?:" + _SILENT + rb")*+"
_OPEN, _CLOSE = rb"(?<![A-Za-z])q(?=\s)", rb"Q(?=\s)"
_FONT = rb"/(?P<%s>[A-Za-z0-9]+)\s+[.0-9]+\s+Tf(?=[\s/\[(<])"
_TOKEN = re.compile(
    rb"(?:" + _SILENT + rb"|" + _OPEN + _REST + _CLOSE + rb")*+"
    rb"(?:(?P<run>" + _OPEN + _REST + _FONT % b"face" + _REST + rb"(?P<text>" + _SHOWN + rb")" + _REST + _CLOSE + rb")"
    rb"|(?P<shown>" + _SHOWN + rb")|" + _FONT % b"font" + rb"|(?P<mark><<|>>)|(?P<string>" + _STRING + rb")|(?P<hex><[0-9A-Fa-f\s]*>)"
    rb"|(?P<name>/[^\s/<>\[\](){}%]*)|(?P<gap>-[0-9]{3,})|(?P<word>[A-Za-z'\"][A-Za-z0-9*'\"]*)|(?P<odd>[(){}%<>])|\Z)",
    re.DOTALL,
)
_JOINT = re.compile(rb"\)(?![^(]*-[0-9]{3})[^(]*\(")
_PART = re.compile(rb"\(([^)]*)\)|-[0-9]{3}")
_ESCAPE = re.compile(rb"\\(?:[0-7]{1,3}|.)", re.DOTALL)
_OWN_ESCAPE = re.compile(rb"\\(?![0-3][0-7]{2}|[nrtbf])")
_ESCAPED = {f"\\{code:0{width}o}".encode(): bytes([code]) for width in (1, 2, 3) for code in range(256)} | {
    rb"\n": b"\n",
    rb"\r": b"\r",
    rb"\t": b"\t",
    rb"\b": b"\b",
    rb"\f": b"\f",
    b"\\\n": b"",
}
_TABLE = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")
_STREAM = re.compile(rb"\bstream\r?\n.*?endstream\b", re.DOTALL)
_BESIDE = re.compile(rb"(?P<string>" + _STRING + rb")|<<|(?P<hex><[0-9A-Fa-f\s]+>)", re.DOTALL)
_PIXELS = re.compile(rb"/Subtype\s*/Image\b")
_ACTIVE = re.compile(rb"/(?:EmbeddedFiles?|JavaScript|JS|Launch|XFA|RichMedia)\b")
_HYPHEN = re.compile("\n?\u00ad\n(?:-\n)?")
"""A word that is broken off at the end of a line: a hyphen to be read as none, as it is meant and as it is drawn."""

_STYLED = re.compile(r"(?<=[^\W\d_]|[@.-])\n(?=[^\W\d_]|[@.-])")
"""Where two runs may be one word in two styles; digits stay apart, since they would make numbers of the cells of a table."""


class _Glyphs(dict[int, str]):
    """What each glyph of a font reads as; a glyph that nobody can read is an error."""

    def __missing__(self, glyph: int) -> str:
        raise RefusedError("unreadable", "it draws a glyph that has no text")


def pdf_texts(content: bytes) -> list[Piece]:
    """Return the texts of a PDF, as `read_pdf` yields them; a page that was read before is not read again."""
    return listed(content)


def listed(content: bytes) -> list[Piece]:
    """Return all that `read_pdf` yields."""
    return list(read_pdf(content))


def read_pdf(content: bytes) -> Iterator[Piece]:
    """Yield the texts of a PDF, each with its page, or ``document`` for what is on none.

    Raises
    ------
    RefusedError
        For what cannot be looked through (encrypted, an older version below the present one, a glyph without text, a picture), and for
        what has no place in a publication (attachments, scripts).
    """
    if content.count(b"%%EOF") - _inner(content) != 1 or not content.rstrip().endswith(b"%%EOF"):
        raise RefusedError("unreadable", "there is more than one document in it")
    reader = PdfReader(io.BytesIO(content), strict=True)
    if reader.is_encrypted:
        raise RefusedError("unreadable", "it is encrypted")
    holders = sorted({holder for holder, _ in reader.xref_objStm.values()})
    objects = b"\n".join([_STREAM.sub(b"", content), *(reader.get_object(holder).get_data() for holder in holders)])
    if _ACTIVE.search(objects):
        raise RefusedError("active", "it has an attachment or a script")
    if _PIXELS.search(objects):
        raise RefusedError("picture", "it has a picture of pixels, which no scan can read")
    for number, page in enumerate(reader.pages, start=1):
        drawn = _drawn(page)
        text = _HYPHEN.sub("", page.extract_text() if drawn is None else drawn)
        yield Piece(f"page {number}", text)
        yield Piece(f"page {number}", _STYLED.sub("", text))
    strings = (_text_string(_bytes(found)) for found in _BESIDE.finditer(objects) if found.lastgroup)
    yield Piece("document", "\n".join(dict.fromkeys(strings)))
    if "/Metadata" in reader.root_object:
        yield Piece("metadata", reader.root_object["/Metadata"].get_object().get_data().decode("utf-8"))


def _inner(content: bytes) -> int:
    """Return how often a stream holds the mark of an end of file, as the tables from glyphs to text do."""
    return sum(found.count(b"%%EOF") for found in _STREAM.findall(content))


def _drawn(page: PageObject) -> str | None:
    """Return the runs of text that a page draws, one a line, or None when it is written in a way that nobody here knows."""
    contents = page.get_contents()
    if contents is None:
        return ""
    resources = page.get("/Resources", DictionaryObject()).get_object()
    known = resources.get("/Font", DictionaryObject()).get_object()
    fonts = {name.encode(): table for name, font in known.items() if (table := _to_text(font.get_object())) is not None}
    return _runs(contents.get_data(), tuple(fonts.items()))


@lru_cache(maxsize=512)
def _runs(drawn: bytes, tables: tuple[tuple[bytes, bytes], ...]) -> str | None:
    """Return the runs of text of a page, by the tables from glyphs to text of its fonts."""
    fonts = {name: glyphs for name, table in tables if (glyphs := _table(table)) is not None}
    runs: list[str] = []
    held: list[bytes | None] = []  # the strings of an operation; None is a gap between two
    name, font, kept = b"", b"", list[bytes]()
    for token in _TOKEN.finditer(drawn):
        match token.lastgroup:
            case "string" | "hex" if name != b"/Lang":
                held.append(_bytes(token))
            case "gap":
                held.append(None)
            case "name":
                name = token["name"]
            case "font":
                name, font, held = b"", b"/" + token["font"], []
            case "run" if b"/" + token["face"] in fonts:  # most of a page: a run of text with a font of its own
                runs += _run(b"TJ", _parts(token["text"]), fonts[b"/" + token["face"]])
                name, held = b"", []
            case "shown" if font in fonts:
                runs += _run(b"TJ", [*held, *_parts(token["shown"])], fonts[font])
                name, held = b"", []
            case "run" | "shown" | "odd":
                return None
            case "word":
                word = token["word"]
                if word in (b"Do", b"BI") or (word in (b"Tj", b"TJ", b"'", b'"') and font not in fonts):
                    return None
                runs += _run(word, held, fonts.get(font))
                font = name if word == b"Tf" else kept.pop() if word == b"Q" and kept else font
                if word == b"q":
                    kept.append(font)
                name, held = b"", []
    return "\n".join(runs)


def _run(word: bytes, held: Iterable[bytes | None], glyphs: _Glyphs | None) -> list[str]:
    """Return what an operation draws, or the text that is to be read in place of what is drawn."""
    match word:
        case b"Tj" | b"TJ" | b"'" | b'"' if glyphs is not None:
            return ["".join(" " if part is None else part.decode("utf-16-be", "surrogatepass").translate(glyphs) for part in held)]
        case b"BDC" | b"DP":
            return [_text_string(part) for part in held if part]
    return []


def _bytes(token: re.Match[bytes]) -> bytes:
    inner = token[token.lastgroup or 0][1:-1]
    if token.lastgroup == "string":
        return _plain(_without_brackets(inner))
    digits = b"".join(inner.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


@cache
def _parts(shown: bytes) -> tuple[bytes | None, ...]:
    """Return the strings that one operation shows, those without a gap between them as one; None is a gap."""
    plain = _JOINT.sub(b"", _without_brackets(shown))
    return tuple(None if found[1] is None else _plain(found[1]) for found in _PART.finditer(plain))


def _without_brackets(text: bytes) -> bytes:
    """Write the escaped backslashes and brackets of strings in digits, so that every bracket left is the end of a string."""
    return text.replace(rb"\\", rb"\134").replace(rb"\(", rb"\050").replace(rb"\)", rb"\051")


def _plain(text: bytes) -> bytes:
    """Undo the escapes of a string that came from `_without_brackets`; where Python and PDF have the same ones, in one go."""
    if _OWN_ESCAPE.search(text):
        return _ESCAPE.sub(lambda found: _ESCAPED.get(found[0], found[0][1:]), text)
    return text.decode("unicode_escape").encode("latin-1") if b"\\" in text else text


def _text_string(found: bytes) -> str:
    return found[2:].decode("utf-16-be", "replace") if found.startswith(b"\xfe\xff") else found.decode("latin-1")


def _to_text(font: DictionaryObject) -> bytes | None:
    """Return the table from glyphs of two bytes each to text of a font, or None when it is another kind of font."""
    if font.get("/Encoding") != "/Identity-H" or "/ToUnicode" not in font:
        return None
    return font["/ToUnicode"].get_object().get_data()


@cache
def _table(table: bytes) -> _Glyphs | None:
    """Return a table from glyphs to text; a font comes again on every page."""
    if b"beginbfrange" in table:
        return None
    items = [bytes.fromhex(digits.decode()) for part in _TABLE.findall(table) for digits in _HEX.findall(part)]
    return _Glyphs((int.from_bytes(glyph), text.decode("utf-16-be")) for glyph, text in zip(items[::2], items[1::2], strict=True))
