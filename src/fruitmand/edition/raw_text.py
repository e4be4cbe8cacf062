"""Read a raw file as text, and find in a text what no raw file may hold; each fault comes with its likely cause.

What cannot be seen, or looks like something else, is refused and never repaired on reading. The bytes of a published edition are
sealed, and others read them with tools of their own: a repair made here would give a table that differs from its file, and keys that
match here and nowhere else. So text that is not composed (NFC of Unicode) is refused as well. Only what every tool agrees on is read
alike: a byte order mark at the very start, as Excel writes it, and the line ends of all systems. The characters are listed by number
and not by category, since categories grow with every version of Unicode, and an edition must read the same everywhere.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fruitmand.edition.errors import Problem
from fruitmand.edition.signatures import ZIP

_UTF_16 = "it is UTF-16, which Excel calls Unicode Text; save it as"
_SIGNATURES = (
    (codecs.BOM_UTF16_LE, _UTF_16),
    (codecs.BOM_UTF16_BE, _UTF_16),
    (ZIP, "it is a workbook (XLSX or ODS) with another ending; save it as"),
    (b"\xd0\xcf\x11\xe0", "it is an old workbook (XLS) with another ending; save it as"),
)
_ENCODINGS = {"cp1252": "of Windows (cp1252)", "mac_roman": "of older Macs (Mac Roman)", "cp850": "of MS-DOS (cp850)"}
_USUAL = frozenset("áàâäåéèêëíìîïóòôöúùûüçñÁÉÈËÏÖÜÇß‘’“”–—…€§°½")
"""Characters by which the three encodings are told apart: what stands in Dutch and English text beside ASCII."""
_AROUND = 12
"""Characters of the line shown on both sides of a fault."""


@dataclass(frozen=True)
class _Kind:
    """A kind of character that may not be in a raw file."""

    name: str
    characters: str
    cause: str


_KINDS = (
    _Kind("a control character", r"[\x00-\x08\x0b-\x1f\x7f]", "the file is damaged, or the text was copied from another program"),
    _Kind("a control character", r"[\x80-\x9f]", "the text was read in a wrong encoding before it was saved"),
    _Kind("a sign that turns the direction of text", r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "copied from a web page or a chat"),
    _Kind("a soft hyphen", r"\xad", "copied from a word processor or a web page"),
    # A joiner before a pictograph is part of an emoji.
    _Kind(
        "a character without width",
        r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0d\uffa0\U000e0000-\U000e0fff]"
        r"|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])",
        "copied from a web page or a chat",
    ),
    _Kind("a byte order mark", r"\ufeff", "files were put together, or the text was copied"),
    _Kind("a line separator", r"[\u2028\u2029]", "copied from a word processor or a web page"),
    _Kind("a replacement character", r"[\ufffc\ufffd]", "a character or a picture was lost when the text was saved or copied"),
    _Kind("a character of one font alone", r"[\ue000-\uf8ff\U000f0000-\U0010ffff]", "a symbol or a bullet copied from a word processor"),
    _Kind("what is no character", r"[\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]", "the file is damaged"),
)
_PATTERNS = tuple((kind, re.compile(kind.characters)) for kind in _KINDS)
_ANY = re.compile("|".join(kind.characters for kind in _KINDS))


@dataclass(frozen=True)
class Fault:
    """Something that may not be in a text: the text around it, and what it is and where it came from as the end of a rule, and a cause."""

    around: str
    rule: str
    cause: str


def read_bytes(path: Path, file: str) -> tuple[bytes | None, list[Problem]]:
    """Return the bytes of a file, or None and the problem that keeps it from being read; ``file`` is its name in the message."""
    try:
        if path.exists() and not path.is_file():
            return None, [Problem(file, 0, "", "must be a file", "a folder has its name" if path.is_dir() else "it is a device or a pipe")]
        return path.read_bytes(), []
    except FileNotFoundError:
        return None, [Problem(file, 0, "", "file is missing", "it is a link that leads nowhere" if path.is_symlink() else "")]
    except PermissionError:
        return None, [Problem(file, 0, "", "cannot be read", "there is no permission to read it, or another program holds it")]
    except OSError as error:
        return None, [Problem(file, 0, "", "cannot be read", str(error.strerror))]


def decode(content: bytes, file: str) -> tuple[str, list[Problem]]:
    r"""Return the text of a raw file, with ``\n`` for line ends and no byte order mark at its start, or the problem of its encoding."""
    advice = "CSV UTF-8 (comma delimited)" if file.endswith(".csv") else "UTF-8"
    for signature, cause in _SIGNATURES:
        if content.startswith(signature):
            return "", [Problem(file, 0, "", "must be text in UTF-8", f"{cause} {advice}")]
    head = content[:400]
    if len(head) > 3 and max(head[0::2].count(0), head[1::2].count(0)) > len(head) / 3:
        return "", [Problem(file, 0, "", "must be text in UTF-8", f"{_UTF_16} {advice}")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", [_other_encoding(content, error, file, advice)]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []


def _other_encoding(content: bytes, error: UnicodeDecodeError, file: str, advice: str) -> Problem:
    start = error.start + (3 if content.startswith(codecs.BOM_UTF8) else 0)  # counted without the mark
    row = len(re.findall(rb"\r\n|\r|\n", content[:start])) + 1
    if error.reason == "unexpected end of data":
        return Problem(file, row, "", "must be text in UTF-8", "the file is cut off within a character")
    texts = {name: content.decode(name, errors="replace") for name in _ENCODINGS}
    likely = max(texts, key=lambda name: sum(sign in _USUAL for sign in texts[name]))
    around = _window(texts[likely], start)  # a byte is a character in all three
    return Problem(file, row, around, "must be text in UTF-8", f"it was saved in the encoding {_ENCODINGS[likely]}; save it as {advice}")


def _window(text: str, place: int) -> str:
    """Return a piece of one line of a text around a place."""
    before, after = text[max(0, place - _AROUND - 1) : place], text[place + 1 : place + _AROUND + 2]
    start, end = re.split(r"[\r\n]", before)[-1], re.split(r"[\r\n]", after)[0]
    left, right = start[-_AROUND:], end[:_AROUND]
    return f"{'…' if left != start else ''}{left}{text[place]}{right}{'…' if right != end else ''}"


def is_plain(text: str) -> bool:
    """Return whether a text holds nothing that `faults` would find."""
    return (text.isascii() and text.isprintable()) or (_ANY.search(text) is None and unicodedata.is_normalized("NFC", text))


def faults(text: str) -> Iterator[Fault]:
    r"""Yield what may not be in a text, each kind once, where it stands first; a tab and a line end are allowed.

    >>> [fault.rule for fault in faults("één\u202e")]
    ['holds a sign that turns the direction of text, U+202E']
    >>> [fault.rule for fault in faults("e\u0301e\u0301n van de vier")]
    ["holds characters that are not composed (NFC), as in 'één'"]
    """
    if is_plain(text):
        return
    for kind, pattern in _PATTERNS:
        if match := pattern.search(text):
            yield Fault(_window(text, match.start()), f"holds {kind.name}, U+{ord(match[0]):04X}", kind.cause)
    for word in re.finditer(r"\S+", text):
        if not unicodedata.is_normalized("NFC", word[0]):
            composed = unicodedata.normalize("NFC", word[0])
            rule = f"holds characters that are not composed (NFC), as in {composed[:_AROUND]!r}"
            yield Fault(word[0][: 2 * _AROUND], rule, "a letter and its accent are two characters, as macOS writes them; type it again")
            return


def clean(text: str) -> str:
    r"""Return a text that respondents typed without what `faults` would find: composed, with ``\n`` for line ends, nothing invisible.

    >>> clean("een\r\ntwe\xade\u200b, cafe\u0301") == "een\ntwee, caf\u00e9"
    True
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", _ANY.sub("", plain)).strip()
