"""Text, table and figure blocks: made once in a notebook, and rendered by Jupyter, HTML and PDF each in its own way.

A block travels in a notebook's output under `MIME`, with its content in every language of the edition, so that a second
language costs rendering only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Literal, get_args

from fruitmand.report.words import fill_references

MIME = "application/vnd.fruitmand.v1+json"

Part = Literal[
    "answer", "officials", "guide", "overview", "findings", "evidence", "municipalities", "survey", "method", "checks", "provenance"
]
PARTS: tuple[Part, ...] = get_args(Part)
"""The parts of a report in the order in which it is read; each is a page of the web, and a chapter or more of what is printed."""
Align = Literal["left", "center", "right"]
Shade = Literal["", "high", "middle", "low", "bad_high", "bad_middle", "bad_low"]


@dataclass(frozen=True)
class Cell:
    """A table cell.

    Attributes
    ----------
    text : str
        What it says, one item a line.
    shade : Shade
        Its colour, if any.
    small : str
        What stands small below the text, such as the study's own symbol.
    link : str
        Id of the row, table or figure that tells more; empty for none.
    anchor : str
        Id by which others link to the row that begins with this cell.
    more : str
        Further items, one a line, for the web page alone.
    more_said : str
        What stands for them where there is no room.
    mark, said : str
        A shape that says something by its form, and what that is in words: for who does not see it, and for sheets. An empty cell that
        says something by being empty has words alone.
    """

    text: str
    shade: Shade = ""
    small: str = ""
    link: str = ""
    anchor: str = ""
    more: str = ""
    more_said: str = ""
    mark: str = ""
    said: str = ""


@dataclass(frozen=True)
class Column:
    """A table column: header, alignment and width as a share of the page (0 lets the content decide)."""

    label: str
    align: Align = "left"
    width: float = 0


@dataclass(frozen=True)
class Table:
    """A table in one language. A row with one cell is a group heading over all columns."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]


@dataclass(frozen=True)
class Caption:
    """What every table and figure carries.

    Attributes
    ----------
    id : str
        Its id, by which texts refer to it and its files are named.
    title, subtitle : str
        What it shows: for a figure what was found, and below it what is drawn; a table has no subtitle.
    source : str
        Where a publication prints it, and of how many cases it tells; may be empty.
    alt, note : str
        Alternative text of a figure, and what is to be known when reading.
    files : tuple of str
        Files that it was made from, as paths from the root of the project.
    notebook, provenance : str
        The notebook that shows it, and its short id in the table of provenance.
    """

    id: str
    title: str
    source: str
    alt: str = ""
    note: str = ""
    subtitle: str = ""
    files: tuple[str, ...] = ()
    notebook: str = ""
    provenance: str = ""

    def whole_source(self) -> str:
        """Return all of the source on one line: for files that stand by themselves."""
        return " · ".join(filter(None, [self.source, ", ".join(self.files), self.notebook and f"{self.notebook}.ipynb", self.provenance]))


@dataclass(frozen=True)
class TextBlock:
    """Markdown in one language; ``{@id}`` refers to a table or figure, whose titles come along for the screen.

    As every block it has its part of the report, and whether only the web page shows it.
    """

    markdown: str
    titles: dict[str, str]
    part: Part = "findings"
    web: bool = False
    provenance: str = ""
    kind: str = "text"

    def screen(self) -> str:
        """Return the Markdown with titles in place of references, for Jupyter and HTML."""
        text = fill_references(self.markdown, lambda name: f"*{self.titles[name]}*").replace(" {.unnumbered}", "").rstrip()
        return f"{text} [{self.provenance}]" if self.provenance else text


@dataclass(frozen=True)
class TableBlock:
    """A captioned table in one language."""

    caption: Caption
    table: Table
    part: Part = "findings"
    web: bool = False
    kind: str = "table"

    def html(self) -> str:
        """Render as an accessible HTML table: caption, column headers, row headers."""
        heads = "".join(f'<th scope="col" class="{c.align}">{escape(c.label)}</th>' for c in self.table.columns)
        body = "".join(self._row(row) for row in self.table.rows)
        return (
            f'<figure class="fm-table" id="{self.caption.id}"><table><caption>{escape(self.caption.title)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{_below(self.caption)}</figure>"
        )

    def _row(self, row: Sequence[Cell | str]) -> str:
        cells = [as_cell(cell) for cell in row]
        if len(cells) == 1:
            return f'<tr class="group"><th scope="rowgroup" colspan="{len(self.table.columns)}">{escape(cells[0].text)}</th></tr>'
        out = []
        for position, (cell, column) in enumerate(zip(cells, self.table.columns, strict=True)):
            text = "<br>".join(escape(line) for line in cell.text.split("\n"))
            classes = " ".join(filter(None, (column.align, cell.shade)))
            tag, scope = ("th", ' scope="row"') if position == 0 else ("td", "")
            out.append(f'<{tag}{scope} class="{classes}">{text}</{tag}>')
        return f"<tr>{''.join(out)}</tr>"


@dataclass(frozen=True)
class FigureBlock:
    """A captioned vector figure in one language; ``data`` is the table that it is drawn from, as CSV, if it is one."""

    caption: Caption
    svg: str
    part: Part = "findings"
    web: bool = False
    data: str = ""
    kind: str = "figure"

    def html(self) -> str:
        """Render as an HTML figure with the drawing inline and its alternative text."""
        drawing = self.svg[self.svg.index("<svg") :].replace("<svg ", f'<svg role="img" aria-label="{escape(self.caption.alt)}" ', 1)
        return (
            f'<figure class="fm-figure" id="{self.caption.id}">{drawing}'
            f"<figcaption>{escape(self.caption.title)}</figcaption>{_below(self.caption)}</figure>"
        )


Block = TextBlock | TableBlock | FigureBlock


def as_cell(cell: Cell | str) -> Cell:
    """Return the cell itself, or a plain cell of a text."""
    return cell if isinstance(cell, Cell) else Cell(cell)


def targets(blocks: Iterable[Block]) -> dict[str, str]:
    """Return what can be referred to in blocks, by id, and what each is called: tables, figures, and the rows that have an id."""
    found: dict[str, str] = {}
    for block in blocks:
        if not isinstance(block, TextBlock):
            found[block.caption.id] = block.caption.title
        if isinstance(block, TableBlock):
            first = (as_cell(row[0]) for row in block.table.rows if row)
            found |= {cell.anchor: f"{block.caption.title}, {cell.text}" for cell in first if cell.anchor}
    return found


def _below(caption: Caption) -> str:
    note = f'<p class="note">{escape(caption.note)}</p>' if caption.note else ""
    return f'{note}<p class="source">{escape(caption.whole_source())}</p>'


@dataclass(frozen=True)
class Display:
    """A block in every language, as a notebook shows it; Jupyter sees the language of the screen."""

    blocks: dict[str, Block]
    language: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Return what Jupyter shows and what the exporters read."""
        shown = self.blocks[self.language]
        bundle: dict[str, Any] = {MIME: {language: asdict(block) for language, block in self.blocks.items()}}
        if isinstance(shown, TextBlock):
            return bundle | {"text/markdown": shown.screen(), "text/plain": shown.screen()}
        return bundle | {"text/html": shown.html(), "text/plain": shown.caption.title}


def read_block(data: dict[str, Any]) -> Block:
    """Return the block that a notebook's output holds in one language."""
    match data["kind"]:
        case "text":
            return TextBlock(data["markdown"], data["titles"], data["part"], data["web"], data["provenance"])
        case "table":
            table = data["table"]
            columns = [Column(**column) for column in table["columns"]]
            rows = [[Cell(**c) if isinstance(c, dict) else c for c in row] for row in table["rows"]]
            return TableBlock(_caption(data), Table(columns, rows), data["part"], data["web"])
        case "figure":
            return FigureBlock(_caption(data), data["svg"], data["part"], data["web"], data["data"])
    raise ValueError(f"unknown kind of block: {data['kind']!r}")


def _caption(data: dict[str, Any]) -> Caption:
    return Caption(**data["caption"] | {"files": tuple(data["caption"]["files"])})


def shown_blocks(cells: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the blocks that the cells of an executed notebook show, by language and in their order, as `read_block` takes them."""
    shown: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        for output in cell.get("outputs", []):
            for language, content in output.get("data", {}).get(MIME, {}).items():
                shown.setdefault(language, []).append(content)
    return shown
