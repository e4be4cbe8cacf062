"""The tags that Typst cannot write yet: the first cell of a row of a table is the header of that row.

Typst has a function for it, but behind a switch that its Python package does not have. Its files are plain to read: a list of objects,
each as text, and a table of where they begin. So the objects are changed as text; a PDF library would take longer than the typesetting.
"""

import re
from itertools import pairwise

from fruitmand.edition.errors import FruitmandError

_ROW = re.compile(rb"/Type/StructElem/S/TR/P (\d+) 0 R.*?/K\[((?:\d+ 0 R ?)+)\]", re.S)
_FOOT = re.compile(rb"/S/TFoot/P \d+ 0 R.*?/K\[\d+ 0 R \d+ 0 R", re.S)
_HEADERS = re.compile(rb"/O/Table(?:/Headers\[([^]]*)\])?")
_NAMES = b"/IDTree<</Names["
_CUT_OFF = b"\r\nendstream"


def tag_row_headers(pdf: bytes) -> bytes:
    """Return a PDF of Typst's with the first cell of every row of a table's body as header of the row, which the cells beside it name.

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
    names = [name for number in sorted(objects) for name in _tag_row(objects, number)]
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


def _tag_row(objects: dict[int, bytes], number: int) -> list[bytes]:
    """Tag the cells of a row, if the object is one; return its name and its header for the list of names."""
    row = _ROW.search(objects[number])
    if row is None or b"/S/TBody" not in objects[int(row[1])]:
        return []
    first, *others = (int(cell) for cell in re.findall(rb"(\d+) 0 R", row[2]))
    if not others or b"/S/TD" not in objects[first]:
        return []
    name = b"(R%06d)" % number
    objects[first] = objects[first].replace(b"/S/TD", b"/S/TH/ID" + name, 1).replace(b"/O/Table", b"/O/Table/Scope/Row", 1)
    for cell in others:
        objects[cell] = _HEADERS.sub(lambda found: b"/O/Table/Headers[" + (found[1] or b"") + name + b"]", objects[cell], count=1)
    return [name + b"%d 0 R" % first]


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
