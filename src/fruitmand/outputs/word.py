"""The report as a Word document, for readers who comment: texts as Markdown, tables as WordprocessingML, made one by pandoc."""

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs import word_package
from fruitmand.outputs.typst import spoken
from fruitmand.report.blocks import Block, Caption, Cell, Column, FigureBlock, Table, TableBlock, TextBlock, as_cell
from fruitmand.report.document import Document
from fruitmand.report.style import SHADES
from fruitmand.report.words import fill_references, load, note_text

_HEADING = re.compile(r"^(#{1,6}) (.+?)(?: \{\.unnumbered\})?$", re.MULTILINE)
_MARKS = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})|[*`]")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHORT = (8, 1200)
"""Rows and characters of a table that is kept on one page; a higher one might not fit, and would leave its title alone on a page."""
_FIRST = ("answer", "officials")
"""The parts that stand before the contents."""
_ANEW = ("overview", "municipalities")
"""The parts that begin a page: a table that is read as one, and the municipalities, each of which begins one too."""
_FIELD = r' TOC \o "1-2" \h \z \u '
"""The field of the contents: headings of two levels, as links."""
_SIDE = re.compile(r"^[^\W\d_]+:")
"""The side that a passage takes, with which its item begins."""
_NAME = 20
"""Characters of a word or a short name that a column has room for on one line."""
_NAMES = 0.6
"""Share of its width that the column of names keeps when the others lack room, so that few names take three lines."""
_LETTER = 125
"""Width of a letter in a table, in twentieths of a point, with room to spare for a font in the place of ours."""
_LINK = '<w:rStyle w:val="Hyperlink"/>'
_FIRST_BOOKMARK = 100_000
"""Number of our first bookmark, far from those that pandoc numbers itself."""


class _Places:
    """The bookmarks of a document: of its headings in their order, of its tables and figures with their numbers, and of rows.

    ``web`` has where the web pages beside the document show a table, figure or row.
    """

    def __init__(self, blocks: Iterable[Block], language: str, web: Mapping[str, tuple[str, str]]) -> None:
        self.web = web
        self._numbers: dict[str, int] = {}
        self._kinds: dict[str, str] = load(language)["block"]
        self._counts: dict[str, tuple[str, int]] = {}
        self.headings: list[tuple[int, str, str]] = []
        for block in blocks:
            if isinstance(block, TextBlock):
                continue
            self._numbers.setdefault(block.caption.id, len(self._numbers))
            kind = self._kinds[block.kind]
            note_text(language, f"block.{block.kind}")
            self._counts[block.caption.id] = kind, 1 + sum(other == kind for other, _ in self._counts.values())
            rows = block.table.rows if isinstance(block, TableBlock) else ()
            for cell in (as_cell(row[0]) for row in rows if row):
                if cell.anchor:
                    self._numbers.setdefault(cell.anchor, len(self._numbers))

    def __contains__(self, name: str) -> bool:
        return name in self._numbers

    def bookmark(self, name: str) -> str:
        """Return the bookmark of a table, figure or row: a letter first, then letters, digits and low lines, 40 at the most."""
        return re.sub(r"\W", "_", f"b{self._numbers[name]}_{name}")[:40]

    def mark(self, name: str, content: str) -> str:
        """Return content with the bookmark of a table, figure or row around it."""
        number = _FIRST_BOOKMARK + self._numbers[name]
        return f'<w:bookmarkStart w:id="{number}" w:name="{self.bookmark(name)}"/>{content}<w:bookmarkEnd w:id="{number}"/>'

    def number(self, name: str) -> tuple[str, int] | None:
        """Return whether a name is a table or a figure, in words, and its number among those; None for a row."""
        return self._counts.get(name)

    def heading(self, level: int, title: str) -> str:
        """Note a heading and return its bookmark."""
        name = f"h{len(self.headings) + 1}"
        self.headings.append((level, name, _MARKS.sub(r"\1", title)))
        return name


def to_docx(document: Document, pictures: Mapping[str, bytes]) -> bytes:
    """Return the report in one language as a Word document.

    Parameters
    ----------
    document : Document
        The report; its printed blocks are taken.
    pictures : mapping of str to bytes
        The figures as PNG, by their ids.

    Returns
    -------
    bytes
        The same for the same document and pictures: it is dated as its source is.

    Raises
    ------
    FruitmandError
        When a figure has no picture, or pandoc cannot make a document of it.
    """
    blocks = [block for found in document.printed().values() for block in found]
    figures = [block.caption.id for block in blocks if isinstance(block, FigureBlock)]
    if missing := [name for name in figures if name not in pictures]:
        raise FruitmandError(f"the Word document needs a picture of: {', '.join(missing)}")
    places = _Places(blocks, document.language, document.web)
    before: list[str] = []
    anew: list[str] = []
    after: list[str] = []
    for part, found in document.printed().items():
        # The answer and the page for officials, which begins a page, come before the contents.
        texts = before if part in _FIRST else after
        for position, block in enumerate(found):
            begins = part in _ANEW or (texts is before and texts)
            if begins and (position == 0 or (part == "municipalities" and position > 1 and isinstance(block, TextBlock))):
                anew.append(f"h{len(places.headings) + 1}")
            texts.append(_markdown(block, places, document.banner))
    text = "\n\n".join([_title(document), *before, _contents(document, places), _imprint(document), *after])
    drawn = {f"{name}.png": pictures[name] for name in figures}
    with tempfile.TemporaryDirectory() as folder:
        return word_package.convert(text, document, drawn, Path(folder), anew=anew)


def _markdown(block: Block, places: _Places, notice: str) -> str:
    """Return a block as Markdown: text as it is, captions and tables as raw WordprocessingML; a figure's text begins with the notice."""
    match block:
        case TextBlock():
            text = fill_references(block.markdown, lambda name: _reference(block.titles[name], name, places)).rstrip()
            text = _HEADING.sub(lambda found: f"{found[1]} {found[2]} {{#{places.heading(len(found[1]), found[2])}}}", text)
            return text + (f' [{_plain(f"[{block.provenance}]")}]{{custom-style="Provenance"}}' if block.provenance else "")
        case TableBlock():
            above, below = _above(block.caption, places), _below(block.caption)
            if _has_passages(block.table):  # what they are about stands above them
                above, below = above + _note(block.caption), _source(block.caption)
            return _raw(above + _table(block.table, block.caption, places) + below)
        case FigureBlock():
            made = block.caption
            size = f"{word_package.WIDTH / 1440:.3f}in"
            picture = f'::: {{custom-style="Figure"}}\n![{_plain(f"{notice} {made.alt}".strip())}]({made.id}.png){{width={size}}}\n:::'
            return f"{_raw(_above(made, places))}\n\n{picture}\n\n{_raw(_below(made))}"


def _reference(title: str, name: str, places: _Places) -> str:
    if name not in places:
        return f"[*{_plain(title)}*]({places.web[name][0]})" if name in places.web else f"*{_plain(title)}*"
    number = places.number(name)
    said = "\u00a0".join(map(str, number)) if number else title
    return f"[{_plain(said)}](#{places.bookmark(name)})"


def _plain(text: str) -> str:
    """Return a text as Markdown of one line in which no character is markup."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split("\n")))


def _raw(content: str) -> str:
    return f"```{{=openxml}}\n{content}\n```"


def _xml(text: str) -> str:
    """Return a text for XML, on one line, without the characters that no XML holds."""
    return escape(_NO_XML.sub("", text.replace("\n", " ")))


def _run(text: str, properties: str = "") -> str:
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{told}<w:t xml:space="preserve">{_xml(text)}</w:t></w:r>'


def _spoken(text: str) -> str:
    """Return a text in which words of another language are marked as such."""
    return "".join(_run(said, f'<w:lang w:val="{word_package.LOCALES.get(code, code)}"/>' if code else "") for said, code in spoken(text))


def _paragraph(style: str, content: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def _title(document: Document) -> str:
    """Return the head of the first page."""
    banner = [_paragraph("Header", _run(document.banner), '<w:jc w:val="left"/>')] if document.banner else []
    head = [("Kicker", document.kicker), ("Title", document.title), ("Subtitle", document.subtitle)]
    return _raw("".join([*(_paragraph(style, _run(text)) for style, text in head), *banner]))


def _imprint(document: Document) -> str:
    return _raw("".join(_paragraph("Imprint", _spoken(line)) for line in ["", *document.imprint]))


def _contents(document: Document, places: _Places) -> str:
    """Return the contents: a field that Word can renew, filled with links, so that nobody is asked to."""
    entries = [
        _paragraph(f"TOC{level}", f'<w:hyperlink w:anchor="{name}" w:history="1">{_run(title)}</w:hyperlink>')
        for level, name, title in places.headings
        if level <= 2
    ]
    if not entries:
        return ""
    told = f'<w:r><w:instrText xml:space="preserve">{_FIELD}</w:instrText></w:r>'
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    entries[0] = entries[0].replace("<w:hyperlink", f"{begin}{told}{separate}<w:hyperlink", 1)
    entries[-1] = entries[-1].replace("</w:p>", f"{end}</w:p>")
    heading = _paragraph("TOCHeading", _run(document.labels["contents"]))
    kind = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
    return _raw(f"<w:sdt>{kind}<w:sdtContent>{heading}{''.join(entries)}</w:sdtContent></w:sdt>")


def _above(caption: Caption, places: _Places) -> str:
    subtitle = _paragraph("CaptionSubtitle", _run(caption.subtitle)) if caption.subtitle else ""
    kind, count = places.number(caption.id) or ("", 0)
    number = f'{_run(kind + chr(0xA0))}<w:fldSimple w:instr=" SEQ {kind} \\* ARABIC ">{_run(str(count))}</w:fldSimple>'
    return _paragraph("Caption", places.mark(caption.id, number + _run(f". {caption.title}"))) + subtitle


def _has_passages(table: Table) -> bool:
    """Tell whether the rows of a table are what ratings rest on: those that other tables lead to."""
    return any(as_cell(row[0]).anchor for row in table.rows if len(row) > 1)


def _below(caption: Caption) -> str:
    """Return the note and the source; a line always, since Word makes one table of two that touch."""
    return _note(caption) + _source(caption)


def _note(caption: Caption) -> str:
    return _paragraph("Note", _run(caption.note)) if caption.note else ""


def _source(caption: Caption) -> str:
    return _paragraph("SourceLine", _run(" · ".join(filter(None, [caption.source, caption.provenance]))))


def _table(table: Table, caption: Caption, places: _Places) -> str:
    widths = _widths(table)
    look = 'w:val="06A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="1" w:noVBand="1"'
    told = f'<w:tblCaption w:val="{_xml(caption.title)}"/>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = "".join(
        _in_cell(_paragraph("TableHead", _run(column.label), _justified(column.align)), width)
        for column, width in zip(table.columns, widths, strict=True)
    )
    characters = sum(len(as_cell(cell).text) for row in table.rows for cell in row)
    last = len(table.rows) - 1
    kept = {0, last - 1, last}  # no row alone on a page, nor the source below
    if last < _SHORT[0] and characters < _SHORT[1]:
        kept = set(range(len(table.rows)))
    sided = _has_passages(table)
    rows = [_row(row, table.columns, widths, places, caption.id, keep=number in kept, sided=sided) for number, row in enumerate(table.rows)]
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblLook {look}/>{told}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{''.join(rows)}</w:tbl>"
    )


def _widths(table: Table) -> list[int]:
    """Return the widths of columns in twentieths of a point: their shares of the page; those without one share what is left.

    A column is as wide as its longest word, the names that rows begin with, a rating with its symbol, or short cells on one line;
    those that lack as much get it from the others, alike, and when it is not enough a name may take two lines.
    """
    columns = table.columns
    open_columns = sum(not column.width for column in columns)
    left = max(1 - sum(column.width for column in columns), 0.1 * open_columns)
    shares = [column.width or left / open_columns for column in columns]
    widths = [int(word_package.WIDTH * share / sum(shares)) for share in shares]
    least = [_longest(table, place) * _LETTER + 180 for place in range(len(columns))]
    if sum(least) > sum(widths):
        least[0] = max(_longest(table, 0, whole=False) * _LETTER + 180, int(_NAMES * widths[0]))
    lacks = [max(low - width, 0) for low, width in zip(least, widths, strict=True)]
    spare = [max(width - low, 0) for low, width in zip(least, widths, strict=True)]
    moved = min(sum(lacks), sum(spare))
    if not moved:
        return widths
    return [
        width + int(moved * lack / sum(lacks)) - int(moved * over / sum(spare))
        for width, lack, over in zip(widths, lacks, spare, strict=True)
    ]


def _longest(table: Table, place: int, *, whole: bool = True) -> int:
    """Return how many letters of a column stay on one line: those of its longest word, and of what is short when it is to be ``whole``."""
    cells = [as_cell(row[place]) for row in table.rows if len(row) > 1]
    low = not _has_passages(table)  # beside passages every row has lines enough
    short = place == 0 or (low and all(len(cell.text) <= _NAME for cell in cells))
    names = [cell.text for cell in cells if short and len(cell.text) <= _NAME]
    rated = [f"{cell.text} {cell.small}" for cell in cells if low and place and cell.shade and cell.small]
    texts = (table.columns[place].label, *(cell.text for cell in cells if place == 0 or cell.shade))
    words = [word for text in texts for word in text.split()]
    return max(map(len, [*(names if whole else []), *rated, *words]), default=0)


def _row(
    row: Sequence[Cell | str],
    columns: Sequence[Column],
    widths: Sequence[int],
    places: _Places,
    table: str,
    *,
    keep: bool,
    sided: bool,
) -> str:
    """Return a row on one page; ``keep`` holds it with what follows, as a group heading always is."""
    cells = [as_cell(cell) for cell in row]
    if len(cells) == 1:
        run = places.mark(cells[0].anchor, _run(cells[0].text)) if cells[0].anchor else _run(cells[0].text)
        group = _in_cell(_paragraph("TableGroup", run), sum(widths), f'<w:gridSpan w:val="{len(columns)}"/>')
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{group}</w:tr>"
    web = places.web.get(cells[0].anchor or table, ("", ""))[0]
    made = [
        _cell(cell, column, width, places, web, keep=keep, sided=sided) for cell, column, width in zip(cells, columns, widths, strict=True)
    ]
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(made)}</w:tr>"


def _cell(cell: Cell, column: Column, width: int, places: _Places, web: str, *, keep: bool, sided: bool) -> str:
    """Return a cell: its items as a list when there are several, then what is small; a shade colours the lines, not all of a high cell.

    A symbol stands beside its word, a shape with its words below them; so do the words of a cell that says something by being empty
    elsewhere.
    """
    fill, ink = (colour.removeprefix("#") for colour in SHADES[cell.shade]) if cell.shade else ("", "")
    align = "center" if cell.shade else column.align
    shading = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    said = ("<w:keepNext/>" if keep else "") + shading + _justified(align)
    colour = f'<w:color w:val="{ink}"/>' if ink else ""
    items = cell.text.split("\n")
    style = "TableItem" if len(items) > 1 and align == "left" and not sided else "TableText"
    heavy = "<w:b/>" if cell.anchor or cell.shade else ""
    runs = [_item(item, cell.link, heavy + colour, places, sided=sided) for item in items]
    if cell.anchor:
        runs[0] = places.mark(cell.anchor, runs[0])
    symbol = cell.small if cell.text and len(items) == 1 else ""
    if symbol:
        runs[0] += _run(f" {symbol}", colour)
    below = " ".join(filter(None, ("" if symbol else cell.small, cell.mark, cell.said)))
    small = [_run(line, colour) for line in filter(None, below.split("\n"))]
    if cell.more_said:
        small.append(_elsewhere(cell.more_said, web))
    shown = runs if cell.text or not small else []
    paragraphs = [_paragraph(style, run, said) for run in shown] + [_paragraph("TableSmall", run, said) for run in small]
    return _in_cell("".join(paragraphs), width)


def _item(text: str, link: str, look: str, places: _Places, *, sided: bool) -> str:
    """Return an item of a cell; the side that a passage takes is bold."""
    side = _SIDE.match(text) if sided and not link else None
    return _run(side[0], f"<w:b/>{look}") + _run(text[side.end() :], look) if side else _linked(text, link, look, places)


def _linked(text: str, link: str, colour: str, places: _Places) -> str:
    """Return a text as a link, when there is something printed that it leads to."""
    if link not in places or not text:
        return _run(text, colour)
    look = f'{colour}<w:u w:val="single"/>' if colour else _LINK
    return f'<w:hyperlink w:anchor="{places.bookmark(link)}" w:history="1">{_run(text, look)}</w:hyperlink>'


def _elsewhere(text: str, address: str) -> str:
    """Return a text as a link to a page of the web that lies beside the document."""
    page, _, place = address.partition("#")
    field = f' HYPERLINK "{escape(page)}" \\l "{escape(place)}" '.replace('"', "&quot;")
    return f'<w:fldSimple w:instr="{field}">{_run(text, _LINK)}</w:fldSimple>' if page else _run(text)


def _in_cell(content: str, width: int, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def _justified(align: str) -> str:
    return "" if align == "left" else f'<w:jc w:val="{align}"/>'
