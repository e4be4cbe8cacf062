"""Blocks as HTML: what the pages of a report and those of its notebooks have alike."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import chain, pairwise
from typing import Any, NamedTuple

import mistune

from fruitmand.edition.errors import FruitmandError
from fruitmand.report.blocks import Block, Caption, Cell, Column, FigureBlock, Table, TableBlock, TextBlock, as_cell
from fruitmand.report.words import FOREIGN

BLOCK = 7
"""The level at which a table or figure stands among the headings: below them all."""
FILES = {"table": {"csv": "CSV", "xlsx": "Excel"}, "figure": {"svg": "SVG", "png": "PNG"}}
"""The files of a table and of a figure, by their endings, and what they are called."""
LONG = {3: 70, 4: 32}
"""What is long for a cell beside the first, in characters, by the number of columns (more are as the last): see `_layout`."""
SHORT = 24
"""A column of cells that are no longer than this shares a line with others where a table is read row by row."""
LINE = 140
"""Characters that fit on a line of a table in a wide window, all columns together."""
LEGIBLE = 11
"""Pixels that the smallest letters of a drawing have at least; where there is no room for that, the drawing scrolls."""
_REFERENCE = r"\{@(?P<block>[a-z][a-z0-9_]*)\}"
_BULLET = "• "
_SVG_IDS = re.compile(r'(\bid="|url\(#|href="#)')
_LETTERS = re.compile(r"font(?:-size)?: ?(?:[\w ]+ )?([\d.]+)px")
_WIDTH = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+)')
_PARAGRAPHS = r"¶+\s?\d+(?:[-–]\d+)?"
_WHOLE = re.compile(
    rf"§+\s?[\dA-Z]+(?:\.\d+)*(?:,?\s{_PARAGRAPHS})?|(?:\d+(?:\.\d+)*\s)?{_PARAGRAPHS}|(?:\d+×\s)?(?<![\w/])[+−-]/[+−-](?![\w/])"
)
"""Places and symbols, of which no line may end in the middle."""
_MARK = re.compile(r"\b[A-Za-z]\d+(?:\.\d+)*\b")
"""What may be the id of a row, such as that of a claim."""
_SIDE = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?:")
"""The side that a passage takes, with which it begins."""
_LAST_PARAGRAPH = re.compile(r"</p>\s*\Z")


@dataclass(frozen=True)
class Heading:
    """A heading of a page, by which its contents link to it."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Place:
    """Where a page stands: its language, the way from it to the folder of the report, and the address of an id as seen from there.

    Attributes
    ----------
    language, root : str
        Language of the page, and what leads from it to the folder of the report: empty, or ``../``.
    labels : mapping of str to str
        Words of the page itself.
    address : callable
        Takes the id of a table, figure or row, and returns where it is; nothing where no page shows it.
    elsewhere : callable
        Takes a table or figure, and returns where else it is shown, and the words of a link to there.
    """

    language: str
    root: str
    labels: Mapping[str, str]
    address: Callable[[str], str]
    elsewhere: Callable[[TableBlock | FigureBlock], tuple[str, str]]


def said(text: str) -> str:
    """Return a text as HTML, with places and symbols that stay on one line, and words of another language marked.

    >>> said("see § 6 ¶19 & 2× −/−")
    'see <span class="whole">§ 6 ¶19</span> &amp; <span class="whole">2× −/−</span>'
    >>> said("[Zo is het]{lang=nl}.")
    '<span lang="nl">Zo is het</span>.'
    """
    shown = FOREIGN.sub(r'<span lang="\g<language>">\g<words></span>', escape(text, quote=False))
    return _WHOLE.sub(r'<span class="whole">\g<0></span>', shown)


def hidden(words: str) -> str:
    """Return words that are heard and not seen: what those who see have from where it stands."""
    return f'<span class="hidden">{escape(words, quote=False)}</span>' if words else ""


def ids(block: Block) -> Iterator[str]:
    """Yield the ids by which others link to a block and to its rows."""
    if isinstance(block, TextBlock):
        return
    yield block.caption.id
    if isinstance(block, TableBlock):
        yield from (anchor for row in block.table.rows if row and (anchor := as_cell(row[0]).anchor))


def slug(text: str) -> str:
    """Return a heading as an id.

    >>> slug("Eén op één: wat & waarom?")
    'een-op-een-wat-waarom'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "-"


class Writer:
    """Write the blocks of one page as HTML; ``headings`` has the headings, tables and figures that were written so far.

    The page has a title above them, so that their first heading is of the second level; below that none is skipped.

    Raises
    ------
    FruitmandError
        When two blocks or rows of the page have the same id.
    """

    def __init__(self, place: Place, blocks: Sequence[Block]) -> None:
        self.headings: list[Heading] = []
        self._place = place
        known = [*chain.from_iterable(ids(block) for block in blocks)]
        if twice := sorted({name for name in known if known.count(name) > 1}):
            raise FruitmandError(f"blocks or rows of one page have the same id: {', '.join(twice)}")
        self._taken = set(known)
        self._titles: Mapping[str, str] = {}
        self._open: list[int] = []
        self._alike = Counter(name for block in blocks if isinstance(block, TableBlock) for name in _acting(block.table))
        self._markdown = mistune.Markdown(_Renderer(self._head, self._reference), plugins=[_own_marks])

    def write(self, block: Block) -> str:
        """Return a block as HTML."""
        if not isinstance(block, TextBlock):
            self.headings.append(Heading(BLOCK, block.caption.id, block.caption.title))
        match block:
            case TextBlock():
                return self._text(block)
            case TableBlock():
                return self._table(block)
            case FigureBlock():
                return self._figure(block)

    def prose(self, markdown: str) -> str:
        """Return Markdown that is no block as HTML."""
        return str(self._markdown(markdown))

    def _text(self, block: TextBlock) -> str:
        self._titles = block.titles
        made = self.prose(block.markdown.replace(" {.unnumbered}", ""))
        if not (mark := self._provenance(block.provenance)):
            return made
        inside = f' <span class="mark">{mark}</span></p>\n'
        found = _LAST_PARAGRAPH.search(made)
        return made[: found.start()] + inside if found else f'{made}<p class="source">{mark}</p>\n'

    def _reference(self, name: str) -> str:
        """Return a reference of a text to a block: its title, as a link where a page has the block."""
        if name not in self._titles:
            raise FruitmandError(f"a text refers to {name!r}, whose title it does not have")
        return self._link(name, said(self._titles[name]))

    def _link(self, name: str, shown: str) -> str:
        """Return something shown as a link to a block or row, where a page has that."""
        address = self._place.address(name)
        return f'<a href="{escape(address)}">{shown}</a>' if address else f"<em>{shown}</em>"

    def _head(self, shown: str, level: int) -> str:
        """Return a heading, one level below the heading that it stands under: that of the page where there is no other."""
        self._open = [above for above in self._open if above < level] + [level]
        level = min(len(self._open) + 1, 6)
        text = unescape(re.sub(r"<[^>]*>", "", shown))
        base, number = slug(text), 2
        name = base
        while name in self._taken:
            name, number = f"{base}-{number}", number + 1
        self._taken.add(name)
        self.headings.append(Heading(level, name, text))
        return f'<h{level} id="{name}">{shown}</h{level}>\n'

    def _table(self, block: TableBlock) -> str:
        caption, columns = block.caption, block.table.columns
        look, note = _layout(block.table), self._note(caption, "span", "measure") if _of_passages(block) else ""
        widths = "".join(f'<col style="width:{column.width:.1%}">' if column.width else "<col>" for column in columns)
        heads = "".join(f'<th scope="col"{look.role("columnheader")}{_class(c.align)}>{said(c.label)}</th>' for c in columns)
        bodies = "".join(self._body(rows, block, look) for rows in _groups(block.table.rows))
        scroll = f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{caption.id}-title">'
        table = (
            f"<table{_class(look.narrow, 'tight' if look.tight else '')}{look.style()}{look.role('table')}>"
            f"<caption>{_titles(caption, unseen=self._said(caption))}{note}</caption><colgroup>{widths}</colgroup>"
            f"<thead{look.role('rowgroup')}><tr{look.role('row')}>{heads}</tr></thead>\n{bodies}</table>"
        )
        return f'<div class="block table" id="{caption.id}">{scroll}{table}</div>{self._below(block)}</div>\n'

    def _said(self, caption: Caption) -> bool:
        """Return whether the heading above a table says its title already, which then need not be seen twice."""
        return next((found.text for found in reversed(self.headings) if found.level < BLOCK), "") == caption.title

    def _body(self, rows: Sequence[Sequence[Cell | str]], block: TableBlock, look: "_Layout") -> str:
        """Return the rows of a group, the first of which may be its heading."""
        out, columns = [], block.table.columns
        for row in rows:
            cells = [as_cell(cell) for cell in row]
            if len(cells) == 1:
                head = f'<th scope="rowgroup" colspan="{len(columns)}"{look.role("rowheader")}>{said(cells[0].text)}</th>'
                out.append(f'<tr class="group"{look.role("row")}>{head}</tr>')
                continue
            anchor = f' id="{escape(cells[0].anchor)}"' if cells[0].anchor else ""
            names = [Name(block.caption.title, cells[0].text, column.label) for column in columns]
            inside = "".join(
                self._cell(cell, column, name, position, look)
                for position, (cell, column, name) in enumerate(zip(cells, columns, names, strict=True))
            )
            out.append(f"<tr{anchor}{look.role('row')}>{inside}</tr>")
        return f"<tbody{look.role('rowgroup')}>" + "\n".join(out) + "</tbody>\n"

    def _cell(self, cell: Cell, column: Column, name: "Name", position: int, look: "_Layout") -> str:
        address = self._place.address(cell.link) if cell.link else ""
        sided = _sided if look.passages else lambda write: write
        inside = _items(cell.text, sided(said if address or cell.anchor else self._marked))
        if cell.small:
            inside += f" <small>{said(cell.small)}</small>"
        if cell.said:
            shape = f' <span aria-hidden="true">{escape(cell.mark)}</span>' if cell.mark else ""
            inside += shape + hidden(f"{', ' if cell.text else ''}{cell.said}")
        if address:
            whose = hidden(f"{name.among(self._alike)}: ") if position else ""
            inside = f'<a href="{escape(address)}">{whose}{inside}</a>'
        if look.pills and cell.shade:
            inside = f'<span class="pill {cell.shade}">{inside}</span>'
        if cell.more:
            count = len(cell.more.split("\n"))
            more = self._place.labels["more"].replace("#", str(count))
            summary = more + hidden(f": {name.among(self._alike)}")
            inside += f"<details><summary>{summary}</summary>{_items(cell.more, sided(self._marked))}</details>"
        short = look.narrow == "stack" and position in look.short
        blank = not (cell.text or cell.small or cell.mark or cell.more)
        classes = _class(column.align, "" if look.pills else cell.shade, "short" if short else "", "blank" if blank else "")
        if not position:
            return f'<th scope="row"{look.role("rowheader")}{classes}>{inside}</th>'
        label = f' data-label="{escape(column.label)}"' if look.narrow == "stack" else ""
        return f"<td{look.role('cell')}{classes}{label}>{inside}</td>"

    def _marked(self, text: str) -> str:
        """Return a text with the ids of rows that it names as links to them."""

        def link(found: re.Match[str]) -> str:
            address = self._place.address(found[0])
            return f'<a href="{escape(address)}">{found[0]}</a>' if address else found[0]

        return _MARK.sub(link, said(text)) if any(character.isdigit() for character in text) else said(text)

    def _figure(self, block: FigureBlock) -> str:
        caption = block.caption
        drawing = _SVG_IDS.sub(rf"\g<1>{caption.id}-", block.svg[block.svg.index("<svg") :])
        least = f' style="--least:{_least_width(block.svg)}px"'
        drawing = drawing.replace("<svg ", f'<svg role="img" aria-label="{escape(caption.alt)}"{least} ', 1)
        scroll = f'<div class="scroll drawing" role="region" tabindex="0" aria-labelledby="{caption.id}-title">{drawing}</div>'
        above = f"<figcaption>{_titles(caption)}</figcaption>{self._sideways(caption)}"
        return f'<figure class="block" id="{caption.id}">{above}{scroll}{self._below(block)}</figure>\n'

    def _sideways(self, caption: Caption) -> str:
        """Return what to do where a drawing is wider than the page; its look shows it there alone."""
        labels, address = self._place.labels, f"{self._place.root}figures/{caption.id}.{self._place.language}.svg"
        link = f'<a href="{address}">{labels["open_drawing"]}{hidden(f": {caption.title}")}</a>'
        return f'<p class="sideways">{labels["sideways"]} {link}.</p>'

    def _below(self, block: TableBlock | FigureBlock) -> str:
        """Return the note below a table or figure, and the line with its source, its files, where else it is, and its provenance."""
        caption, root, labels, code = block.caption, self._place.root, self._place.labels, self._place.language
        files = {f"{block.kind}s/{caption.id}.{code}.{end}": name for end, name in FILES[block.kind].items()}
        kind = "data" if isinstance(block, TableBlock) else "drawing"
        whose, told = hidden(f": {caption.title}"), [said(caption.source)]
        if isinstance(block, FigureBlock) and block.data:
            told.append(f'{labels["data"]}: <a href="{root}tables/{caption.id}.csv">CSV{whose}</a>')
        told.append(f"{labels[kind]}: " + ", ".join(f'<a href="{root}{file}">{name}{whose}</a>' for file, name in files.items()))
        to, words = self._place.elsewhere(block)
        told += [f'<a href="{to}">{words}{whose}</a>', self._provenance(caption.provenance)]
        note = "" if _of_passages(block) else self._note(caption)
        return f'{note}<p class="source">{" · ".join(filter(None, told))}</p>'

    def _note(self, caption: Caption, tag: str = "p", look: str = "note") -> str:
        return f'<{tag} class="{look}">{self._marked(caption.note)}</{tag}>' if caption.note else ""

    def _provenance(self, mark: str) -> str:
        """Return the short id of where something comes from, linked to the row that tells it."""
        address = self._place.address(mark) if mark else ""
        if not address:
            return escape(mark)
        return f'<a href="{escape(address)}">{hidden(self._place.labels["provenance"] + " ")}{escape(mark)}</a>'


class Name(NamedTuple):
    """What a cell is called where nobody sees what stands around it."""

    table: str
    row: str
    column: str

    def among(self, alike: Mapping[tuple[str, ...], int]) -> str:
        """Return its row and column, and before them its table where the page has another with such a row and column."""
        return ", ".join(self if alike[self[1:]] > 1 else self[1:])


def _acting(table: Table) -> Iterator[tuple[str, ...]]:
    """Yield the row and the column of every cell that is a link or can be unfolded."""
    for row in table.rows:
        for cell, column in zip(row[1:], table.columns[1:], strict=len(row) > 1):
            if as_cell(cell).link or as_cell(cell).more:
                yield as_cell(row[0]).text, column.label


class _Renderer(mistune.HTMLRenderer):
    """Markdown as HTML whose headings and references its page writes."""

    def __init__(self, head: Callable[[str, int], str], refer: Callable[[str], str]) -> None:
        super().__init__(escape=True)
        self._head, self._refer = head, refer

    def heading(self, text: str, level: int, **_: Any) -> str:
        """Return a heading."""
        return self._head(text, level)

    def text(self, text: str) -> str:
        """Return plain text; quotation marks stay what they are."""
        return said(text)

    def reference(self, name: str) -> str:
        """Return a reference to a table or figure."""
        return self._refer(name)

    def foreign(self, text: str, language: str) -> str:
        """Return words in another language, marked as such."""
        return f'<span lang="{language}">{text}</span>'


def _own_marks(md: mistune.Markdown) -> None:
    """Let Markdown know references to blocks, ``{@id}``, and words in another language, ``[words]{lang=en}``."""

    def reference(_: mistune.InlineParser, found: re.Match[str], state: mistune.InlineState) -> int:
        state.append_token({"type": "reference", "raw": found["block"]})
        return found.end()

    def foreign(inline: mistune.InlineParser, found: re.Match[str], state: mistune.InlineState) -> int:
        inner = state.copy()
        inner.src = found["words"]
        state.append_token({"type": "foreign", "children": inline.render(inner), "attrs": {"language": found["language"]}})
        return found.end()

    md.inline.register("reference", _REFERENCE, reference, before="link")
    md.inline.register("foreign", FOREIGN.pattern, foreign, before="link")


def _of_passages(block: TableBlock | FigureBlock) -> bool:
    """Return whether a table has the passages of what others link to: what it is about is then said above it, as in print."""
    return isinstance(block, TableBlock) and _anchored(block.table)


def _anchored(table: Table) -> bool:
    return any(as_cell(row[0]).anchor for row in table.rows if row)


def _sided(write: Callable[[str], str]) -> Callable[[str], str]:
    """Return a way to write a passage with the side that it takes in bold."""

    def written(text: str) -> str:
        side = _SIDE.match(text)
        if not side or not text[0].isupper():
            return write(text)
        return f"<strong>{write(side[0])}</strong>{write(text[side.end() :])}"

    return written


def _groups(rows: Sequence[Sequence[Cell | str]]) -> list[list[Sequence[Cell | str]]]:
    """Divide rows into groups, each of which begins with its heading, if it has one."""
    groups: list[list[Sequence[Cell | str]]] = []
    for row in rows:
        if len(row) == 1 or not groups:
            groups.append([])
        groups[-1].append(row)
    return groups


def _items(text: str, write: Callable[[str], str]) -> str:
    """Return a text as it is, or a list of its lines where it has more than one."""
    lines = [write(line.removeprefix(_BULLET)) for line in text.split("\n")]
    if len(lines) == 1:
        return lines[0]
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def _least_width(svg: str) -> int:
    """Return the width in pixels at which the smallest letters of a drawing can be read; 0 where it has none."""
    sizes, wide = [float(size) for size in _LETTERS.findall(svg)], _WIDTH.search(svg)
    return round(float(wide[1]) * LEGIBLE / min(sizes)) if sizes and wide else 0


def _titles(caption: Caption, *, unseen: bool = False) -> str:
    subtitle = f'<span class="subtitle">{said(caption.subtitle)}</span>' if caption.subtitle else ""
    return f'<span class="{"hidden" if unseen else "title"}" id="{caption.id}-title">{said(caption.title)}</span>{subtitle}'


def _class(*names: str) -> str:
    kept = " ".join(name for name in names if name and name != "left")
    return f' class="{kept}"' if kept else ""


@dataclass(frozen=True)
class _Layout:
    """How a table is laid out.

    Attributes
    ----------
    narrow : str
        What becomes of it on a narrow screen: ``stack`` puts the cells of a row below each other, each with its label; ``lift`` puts the
        first cell of a row above the others, which stay side by side below their headers; ``many`` and the empty one leave it a table.
    pills : bool
        Whether a rating fills a pill and not its whole cell, which says too much beside a cell of several lines.
    passages : bool
        Whether it has passages, which begin with the side that they take.
    tight : bool
        Whether it has so many columns that its letters are smaller on a narrow screen.
    short : frozenset of int
        Columns whose cells are all short.
    parts : tuple of int
        What each cell beside the first gets of the width, by its longest word and text; equal shares where those are wide enough.
    """

    narrow: str
    pills: bool
    passages: bool
    tight: bool
    short: frozenset[int]
    parts: tuple[int, ...]

    def role(self, role: str) -> str:
        """Return a role in so many words where the table is laid out otherwise: its cells would lose theirs."""
        return f' role="{role}"' if self.narrow in ("stack", "lift") else ""

    def style(self) -> str:
        """Return the widths of the cells that stay side by side."""
        return f' style="--cells:{" ".join(f"minmax(0,{part}fr)" for part in self.parts)}"' if self.narrow == "lift" else ""


def _layout(table: Table) -> _Layout:
    columns = table.columns
    rows = [[as_cell(cell) for cell in row] for row in table.rows if len(row) > 1]
    longest = [max((len(line) for row in rows for line in row[at].text.split("\n")), default=0) for at in range(len(columns))]
    beside, few, many = max(longest[1:], default=0), 3, 7
    narrow = ""
    if len(columns) >= few and beside > LONG[min(len(columns), max(LONG))]:
        narrow = "stack"
    elif len(columns) > few:
        narrow = "lift" if len(columns) <= many else "many"
    room = [LINE * (column.width or 1 / len(columns)) for column in columns]
    pills = narrow == "stack" or any(
        not cell.shade and ("\n" in cell.text or len(cell.text) > room[at])
        for row in rows
        if any(cell.shade for cell in row)
        for at, cell in enumerate(row)
    )
    short = frozenset(at for at, length in enumerate(longest) if length <= SHORT)
    return _Layout(narrow, pills, _anchored(table), len(columns) > few + 1, short, _parts(columns[1:], [row[1:] for row in rows], pills))


def _parts(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], pills: bool) -> tuple[int, ...]:
    """Return what each column gets of the width, by its longest word; equal shares where they have those on a wide screen too."""
    least, room, fits = 6, 2, 48 // max(len(columns), 4) - 2 * pills  # a pill has edges
    texts = [" ".join([column.label, *(row[at].text for row in rows)]) for at, column in enumerate(columns)]
    whole = [_WHOLE.sub(lambda found: re.sub(r"\s", "_", found[0]), text) for text in texts]
    words = tuple(max(least, *map(len, re.split(r"[\s-]+", text))) for text in whole)
    items = [[len(item) for row in rows for item in row[at].text.split("\n")] for at in range(len(columns))]
    lines = [max(found, default=0) // 2 for found in items]  # an item gets two of them
    if len({column.width for column in columns}) == 1 and max(words, default=0) <= fits:
        return (1,) * len(columns)
    edges = [2 if pills and any(row[at].shade for row in rows) else 0 for at in range(len(columns))]
    gaps = [0, *(3 if (left.align, right.align) == ("right", "left") else 0 for left, right in pairwise(columns))]  # words beside figures
    return tuple(max(word + room + edge, line) + gap for word, line, edge, gap in zip(words, lines, edges, gaps[: len(words)], strict=True))
