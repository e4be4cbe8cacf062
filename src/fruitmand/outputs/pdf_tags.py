"""The tags that Typst cannot write yet: headers of rows and groups, words for shapes and for links, captions within their tables.

Typst has functions for some of it, but behind a switch that its Python package does not have. Its files are plain to read: a list of
objects, each as text, and a table of where they begin. So the objects are changed as text; a PDF library would take longer than the
typesetting. What the template has to tell it writes as the text of a figure, which begins with a character that is in no text.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from fruitmand.edition.errors import FruitmandError

_FOOT = re.compile(rb"/S/TFoot/P \d+ 0 R.*?/K\[\d+ 0 R \d+ 0 R", re.S)
_PARENT = re.compile(rb"/P (\d+) 0 R")
_ROLE = re.compile(rb"/Type/StructElem/S/(\w+)")
_KIDS = re.compile(rb"/K\[((?:[^]<]|<<.*?>>)*)\]", re.S)
_ID = re.compile(rb"/ID(\([^)]*\))")
_HEADERS = re.compile(rb"/O/Table((?:/Scope/\w+)?)(?:/Headers\[[^]]*\])?")
_TOLD = re.compile(rb"/S/Figure(/P \d+ 0 R)/Alt<(FEFFE000[0-9A-F]*)>/A\[.*?\](?=/K)", re.S)
_ANNOTATION = re.compile(rb"/Obj (\d+) 0 R")
_CONTENTS = re.compile(rb"/Contents.*?(?=>>\s*endobj)", re.S)
_NAMES = b"/IDTree<</Names["
_CUT_OFF = b"\r\nendstream"


def mend_tags(pdf: bytes) -> bytes:
    """Return a PDF of Typst's in whose tags every cell names its headers, and shapes, links and captions say what they are.

    The first cell of every row of a table's body is the header of the row, and a row of one cell over all columns that of the rows below
    it, as ``rowgroup`` is in HTML. A cell names the header of its column, of its group and of its row, in this order.

    Raises
    ------
    FruitmandError
        When the file is not in the form in which this version of Typst writes.
    """
    opening, objects, closing = _split(pdf)
    # The foot of a long table begins with its last rows, which the template keeps with the note: those are rows as the others.
    objects = {
        number: content.replace(b"/S/TFoot", b"/S/TBody") if _FOOT.search(content) else content for number, content in objects.items()
    }
    _tell(objects)
    _place_captions(objects)
    names = sorted(name for number in sorted(objects) if _role(objects, number) == b"Table" for name in _tag_table(objects, number))
    if names:
        root = next((number for number, content in objects.items() if _NAMES in content), None)
        if root is None:
            raise FruitmandError("the PDF has rows of tables, but no list of the names of its headers")
        # Typst's own names begin with a later letter, so these come first in the sorted list.
        objects[root] = objects[root].replace(_NAMES, _NAMES + b"".join(names), 1)
    return _join(opening, {number: _closed(content) for number, content in objects.items()}, closing)


def _split(pdf: bytes) -> tuple[bytes, dict[int, bytes], bytes]:
    """Return what stands before the objects, the objects by number in their order, and what stands after the table of where they are."""
    start = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", pdf)
    head = re.compile(rb"xref\s+0 (\d+)\s+").match(pdf, int(start[1])) if start else None
    if start is None or head is None:
        raise FruitmandError("the PDF does not end in a table of its objects")
    size = int(head[1])
    entries = [pdf[head.end() + 20 * number : head.end() + 20 * number + 20] for number in range(size)]
    places = sorted((int(entry[:10]), number) for number, entry in enumerate(entries) if entry[17:18] == b"n")
    ends = [*places, (int(start[1]), 0)]
    objects = {number: pdf[begin:end] for (begin, number), (end, _) in pairwise(ends)}
    return pdf[: places[0][0]], objects, pdf[head.end() + 20 * size : start.start(1)]


def _role(objects: Mapping[int, bytes], number: int) -> bytes:
    """Return what an object is as an element of the tags; nothing for another object."""
    found = _ROLE.search(objects[number])
    return found[1] if found else b""


def _kids(objects: Mapping[int, bytes], number: int) -> list[int]:
    """Return the elements right below an element of the tags."""
    kids = _KIDS.search(objects[number])
    inside = re.sub(rb"<<.*?>>", b"", kids[1], flags=re.S) if kids else b""
    return [int(kid) for kid in re.findall(rb"(\d+) 0 R", inside)]


def _parent(objects: Mapping[int, bytes], number: int) -> int:
    found = _PARENT.search(objects[number])
    return int(found[1]) if found else 0


def _tell(objects: dict[int, bytes]) -> None:
    """Turn the figures of the template that are for the tags alone into what they are: words for a shape, or for a link."""
    for number in [number for number in objects if _role(objects, number) == b"Figure"]:
        found = _TOLD.search(objects[number])
        if not found:
            continue
        kind, _, words = bytes.fromhex(found[2].decode()).decode("utf-16-be").removeprefix("\ufeff\ue000").partition(":")
        told = b"/ActualText" + _string(f" {words} ") if kind == "said" else b""
        objects[number] = objects[number].replace(found[0], b"/S/Span" + found[1] + told, 1)
        if kind == "link":
            _tell_link(objects, number, words)


def _tell_link(objects: dict[int, bytes], number: int, words: str) -> None:
    """Write what a link says where it goes: with its annotations, of which it has one on each line."""
    while number and _role(objects, number) != b"Link":
        number = _parent(objects, number)
    for annotation in map(int, _ANNOTATION.findall(objects.get(number, b""))):
        objects[annotation] = _CONTENTS.sub(lambda _: b"/Contents" + _string(words), objects[annotation], count=1)


def _place_captions(objects: dict[int, bytes]) -> None:
    """Make the caption of every table its first part; Typst leaves it beside a table that has a note below."""
    for number in [number for number in objects if _role(objects, number) == b"Caption"]:
        beside = _parent(objects, number)
        if _role(objects, beside) != b"Div":
            continue
        table = next(_below(objects, beside, b"Table"), None)
        if table is not None:
            _move(objects, number, beside, table)


def _below(objects: Mapping[int, bytes], number: int, role: bytes) -> Iterator[int]:
    """Yield the elements of a role below an element, in the order in which they are read."""
    for kid in _kids(objects, number):
        if _role(objects, kid) == role:
            yield kid
        else:
            yield from _below(objects, kid, role)


def _tag_table(objects: dict[int, bytes], table: int) -> Iterator[bytes]:
    """Tag the cells of a table; yield the name and the header of each row for the list of names."""
    columns, rows = _rows(objects, table)
    group: list[bytes] = []
    for row in rows if len(columns) > 1 else []:
        first, *others = _kids(objects, row)
        # The one cell of the last row of a table is its note.
        if not others and row == rows[-1]:
            continue
        found = _ID.search(objects[first])
        name = found[1] if found else b"(R%06d)" % row
        if not found:
            objects[first] = objects[first].replace(b"/S/TD", b"/S/TH/ID" + name, 1).replace(b"/O/Table", b"/O/Table/Scope/Row", 1)
            yield name + b"%d 0 R" % first
        objects[first] = objects[first].replace(b"/Scope/Column", b"/Scope/Row", 1)
        if not others:
            group = [name]
            objects[first] = _headed(objects[first], [])
            continue
        for column, cell in zip(columns, [first, *others], strict=True):
            objects[cell] = _headed(objects[cell], [column, *group, *([name] if cell != first else [])])


def _rows(objects: dict[int, bytes], table: int) -> tuple[list[bytes], list[int]]:
    """Return the names of the headers of a table's columns, and its rows below them; headings of rows become such rows."""
    parts = _kids(objects, table)
    rows = [part for part in parts if _role(objects, part) == b"TR"]  # Typst has no sections in a table without a body
    if not rows:
        head, *bodies = [part for part in parts if _role(objects, part) in (b"THead", b"TBody")]
        rows, groups = _kids(objects, head)[:1], _kids(objects, head)[1:]
        for group in groups if bodies else []:  # Typst puts the heading of the first rows with the heads of columns
            _move(objects, group, head, bodies[0])
        for body in bodies:
            objects[body] = objects[body].replace(b"/S/THead", b"/S/TBody", 1)
            rows += _kids(objects, body)
    columns = [found[1] for cell in _kids(objects, rows[0]) if (found := _ID.search(objects[cell]))]
    return columns, rows[1:]


def _move(objects: dict[int, bytes], number: int, old: int, new: int) -> None:
    """Move an element from the element above it to the front of another."""
    own = b"%d 0 R" % number
    objects[old] = re.sub(rb"(?<=[\[ ])" + own + rb" ?", b"", objects[old], count=1)
    objects[new] = objects[new].replace(b"/K[", b"/K[" + own + b" ", 1)
    objects[number] = _PARENT.sub(b"/P %d 0 R" % new, objects[number], count=1)


def _headed(cell: bytes, headers: list[bytes]) -> bytes:
    """Return a cell that names its headers."""
    return _HEADERS.sub(lambda found: b"/O/Table" + found[1] + b"/Headers[" + b"".join(headers) + b"]", cell, count=1)


def _string(text: str) -> bytes:
    """Return a text as a string of a PDF."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


def _closed(content: bytes) -> bytes:
    """Return an object whose stream does not end in a carriage return: checkers take it for a part of the line end that follows."""
    if _CUT_OFF not in content[-len(_CUT_OFF) - 20 :]:
        return content
    longer = re.sub(rb"/Length (\d+)", lambda found: b"/Length %d" % (int(found[1]) + 1), content, count=1)
    place = longer.rindex(_CUT_OFF)
    return longer[: place + 1] + b"\n" + longer[place + 1 :]


def _join(opening: bytes, objects: dict[int, bytes], closing: bytes) -> bytes:
    """Return the file with a new table of where its objects begin."""
    places, position = {}, len(opening)
    for number, content in objects.items():
        places[number] = position
        position += len(content)
    size = max(objects) + 1
    if sorted(objects) != list(range(1, size)):
        raise FruitmandError("the PDF has objects that are not used")
    table = b"0000000000 65535 f\r\n" + b"".join(b"%010d 00000 n\r\n" % places[number] for number in range(1, size))
    return b"".join([opening, *objects.values(), b"xref\n0 %d\n" % size, table, closing, b"%d\n%%%%EOF" % position])
