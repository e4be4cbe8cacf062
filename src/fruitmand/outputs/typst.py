"""Turn blocks and Markdown into Typst, and Typst into PDF or PNG."""

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import pypandoc
import typst

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs.pdf_tags import mend_tags
from fruitmand.report.blocks import Block, Cell, Column, FigureBlock, Table, TableBlock, TextBlock, as_cell
from fruitmand.report.style import ACCENT, FONT, INK, LINE, MUTED, SHADES, font_folder
from fruitmand.report.words import FOREIGN, fill_references

STANDARDS = ["a-2a", "ua-1"]
_READER = "markdown-smart-auto_identifiers-citations+raw_attribute"


@dataclass(frozen=True)
class Whole:
    """The report that a block is set in.

    Attributes
    ----------
    printed : mapping of str to str
        What can be referred to, by id: the title of a table or figure, and of a row the title of its table and its name.
    web : mapping of str to (str, str)
        Where the web pages show a table, figure or row, as seen from a file beside them, and what a link to it says; by id.
    notice : str
        What the text of every figure begins with, in an edition that is synthetic or a draft.
    tables : sequence of Table
        All that are printed. Those with the same columns have them as wide as each other.
    """

    printed: Mapping[str, str] = field(default_factory=dict)
    web: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    notice: str = ""
    tables: Sequence[Table] = ()

    def columns(self, table: Table) -> list[dict[str, Any]]:
        """Return what the template needs of the columns of a table."""
        return self._columns.get(tuple(table.columns)) or _columns([table], self.printed)

    @cached_property
    def _columns(self) -> dict[tuple[Column, ...], list[dict[str, Any]]]:
        alike: dict[tuple[Column, ...], list[Table]] = {}
        for table in self.tables:
            alike.setdefault(tuple(table.columns), []).append(table)
        return {columns: _columns(tables, self.printed) for columns, tables in alike.items()}


_LONGEST = 3
"""How many words of a column are measured, the longest by their letters, so that none of its cells breaks a word."""
_NAME = 48
"""Characters of a name with which a row begins; what is longer may take more lines."""
_BESIDE = 0.17
"""Width of a column in which a symbol stands beside its word."""

# A short section's heading and text stay on the page of the table that follows.
_SHORT = 800  # characters
_TALL = 260  # points, a third of a page
_STICKY = "```{=typst}\n#block(sticky: true, width: 100%, above: 1.8em)[\n```"
_TOGETHER = "```{=typst}\n#block(breakable: false, width: 100%, above: 1.8em)[\n```"
_END = "```{=typst}\n]\n```"


def literal(value: Any) -> str:
    r"""Write a value as a Typst literal; texts are quoted, so that no character in them is markup.

    >>> literal({"a": ['x"#', 1, None], "b": True})
    '(a: ("x\\"#", 1, none,), b: true)'
    """
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
            return f'"{escaped}"'
        case Mapping():
            return "(" + ", ".join(f"{key}: {literal(item)}" for key, item in value.items()) + ")" if value else "(:)"
        case Sequence():
            return "(" + "".join(f"{literal(item)}, " for item in value).rstrip(" ") + ")"
    raise TypeError(f"no Typst literal for {type(value).__name__}")


def markdown(block: Block, whole: Whole, *, pages: bool = False, stays: bool = False) -> str:
    """Return a block as Markdown: text as it is, tables and figures as raw Typst.

    A reference becomes a number when its table or figure is printed, else its title, with a link to the web page that has it;
    ``pages`` adds the page that it is on. A cell links to what is printed only. A short text or table that ``stays`` is on the page of
    what comes next.
    """
    match block:
        case TextBlock():
            text = fill_references(block.markdown, lambda name: _reference(name, block.titles, whole, pages=pages))
            text = FOREIGN.sub(r'`#text(lang: "\2")[`{=typst}\1`]`{=typst}', text)
            if block.provenance:
                text = f"{text.rstrip()}\u00a0`#fm-id({literal(block.provenance)})`{{=typst}}"
            return f"{_STICKY}\n\n{text}\n\n{_END}" if stays and len(text) < _SHORT else text
        case TableBlock():
            return raw("fm-table", caption(block) | _table(block, whole) | {"stays": stays})
        case FigureBlock():
            return raw("fm-figure", _figure(block, whole))


def together(text: str) -> str:
    """Return the text of a short section so that it stays on one page, below the heading of a chapter; else as it is."""
    return f"{_TOGETHER}\n\n{text}\n\n{_END}" if text.startswith("##") and len(text) < _SHORT else text


def around(text: str, block: FigureBlock, whole: Whole) -> list[str]:
    """Return a text as Markdown and the figure after it; in a long text the template may put a tall one after the first paragraph."""
    opening, *others = text.split("\n\n") if len(text) > _SHORT else [text]
    if opening.startswith("#") and others:
        opening, others = f"{opening}\n\n{others[0]}", others[1:]
    given = _figure(block, whole)
    if not others or given.get("height", 0) < _TALL:
        return [text, raw("fm-figure", given)]
    begin = f"```{{=typst}}\n#fm-around({_arguments(given)})[\n```"
    return [f"{opening} `#fm-at({literal(block.caption.id)})`{{=typst}}", begin, "\n\n".join(others), _END]


def _figure(block: FigureBlock, whole: Whole) -> dict[str, Any]:
    alt = f"{whole.notice} {block.caption.alt}".strip()
    return caption(block) | {"svg": block.svg, "alt": alt} | _measures(block.svg)


def _measures(svg: str) -> dict[str, float]:
    """Return the width and height in points that a drawing is made for, at which its texts have their size; nothing if it has none."""
    found = re.search(r"<svg [^>]*>", svg)
    return {name: float(points) for name, points in re.findall(r'\b(width|height)="([\d.]+)pt"', found[0])} if found else {}


def _reference(name: str, titles: Mapping[str, str], whole: Whole, *, pages: bool) -> str:
    if name in whole.printed:
        return f"`#fm-ref({literal(name)}, {literal(titles.get(name, whole.printed[name]))}, paged: {literal(pages)})`{{=typst}}"
    title = f"*{titles[name]}*"
    return (
        f"`#fm-web({literal(whole.web[name][0])}, {literal(whole.web[name][1])})[`{{=typst}}{title}`]`{{=typst}}"
        if name in whole.web
        else title
    )


def spoken(text: str) -> list[tuple[str, str]]:
    """Divide a text where it marks words of another language; return each part with its language, empty for that of the text.

    >>> spoken("Source: [Leren van]{lang=nl}.")
    [('Source: ', ''), ('Leren van', 'nl'), ('.', '')]
    """
    pieces = [*FOREIGN.split(text), "", ""]
    found = [part for own, words, code in zip(*[iter(pieces)] * 3, strict=True) for part in ((own, ""), (words, code))]
    return [part for part in found if part[0]]


def raw(function: str, arguments: Mapping[str, Any]) -> str:
    """Return a call of a template function as a raw block of Markdown."""
    return f"```{{=typst}}\n#{function}({_arguments(arguments)})\n```"


def _arguments(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}: {literal(value)}" for key, value in arguments.items())


def caption(block: TableBlock | FigureBlock) -> dict[str, Any]:
    """Return what the template needs of a caption."""
    made = block.caption
    source = " · ".join(filter(None, [made.source, made.provenance]))
    return {"id": made.id, "title": made.title, "subtitle": made.subtitle, "note": made.note, "source": source}


def _table(block: TableBlock, whole: Whole) -> dict[str, Any]:
    return {"columns": whole.columns(block.table), "rows": [_row(row, block.caption.id, whole) for row in block.table.rows]}


def _columns(tables: Sequence[Table], printed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what the template needs of the columns that tables have alike."""
    return [
        {
            "label": column.label,
            "align": column.align,
            "width": column.width,
            "padded": any(as_cell(row[place]).shade for table in tables for row in table.rows if len(row) > 1),
            "whole": _whole(tables, place, printed),
        }
        for place, column in enumerate(tables[0].columns)
    ]


def _row(row: Sequence[Cell | str], table: str, whole: Whole) -> list[dict[str, str]]:
    cells = [as_cell(cell) for cell in row]
    web = whole.web.get(cells[0].anchor or table, ("", "")) if cells else ("", "")
    return [_cell(cell, web, whole) for cell in cells]


def _whole(tables: Sequence[Table], place: int, printed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what a column of tables keeps on one line: every word, and the names that rows begin with and ratings as a whole."""
    column = tables[0].columns[place]
    found = {(word, "", False): None for word in column.label.split()}
    rows = [row for table in tables for row in table.rows if len(row) > 1]
    words = {word for row in rows for word in as_cell(row[place]).text.split()}
    found |= {(word, "", False): None for word in sorted(words, key=lambda word: (-len(word), word))[:_LONGEST]}
    for row in rows:
        cell = as_cell(row[place])
        if place == 0:
            paged = any(as_cell(other).link in printed for other in row if as_cell(other).link)
            parts = [cell.text] if len(cell.text) <= _NAME else cell.text.split()
            found |= {(part, "", paged and len(parts) == 1): None for part in parts}
        elif cell.shade and column.width >= _BESIDE:
            found[cell.text, cell.small, False] = None
        elif cell.shade:
            found |= {(part, "", False): None for part in [*cell.text.split(), cell.small]}
    return [{"text": text, "small": small, "page": page} for text, small, page in found]


def _cell(cell: Cell, web: tuple[str, str], whole: Whole) -> dict[str, str]:
    link = cell.link if cell.link in whole.printed else ""
    return {
        "text": cell.text,
        "shade": cell.shade,
        "small": cell.small,
        "mark": cell.mark,
        "said": cell.said,
        "link": link,
        "to": whole.printed.get(link, ""),
        "anchor": cell.anchor,
        "more_said": cell.more_said,
        "web": web[0],
        "web_said": web[1],
    }


def to_typst(text: str) -> str:
    """Turn Markdown into Typst by the pandoc that is locked; pypandoc would take a newer one that is on the user's path."""
    os.environ["PYPANDOC_PANDOC"] = str(files("pypandoc") / "files" / "pandoc")
    return str(pypandoc.convert_text(text, "typst-smart", format=_READER, extra_args=["--wrap=preserve"], verify_format=False))


def document(body: str, front: Mapping[str, Any]) -> str:
    """Return a whole Typst document: the template, the front matter and the body."""
    colours = {"accent": ACCENT, "ink": INK, "muted": MUTED, "line": LINE}
    shades = {name: {"fill": fill, "ink": ink} for name, (fill, ink) in SHADES.items()}
    told = {"page": front.get("page_short", "p."), "page-said": front.get("page") or "p."}
    settings = literal({"font": FONT, "colours": colours, "shades": shades, "beside": _BESIDE} | told)
    return f"#let settings = {settings}\n{_template()}\n#show: appendix.with({literal(front)})\n{body}"


@cache
def _template() -> str:
    return (files("fruitmand.outputs") / "appendix.typ").read_text(encoding="utf-8")


def to_pdf(source: str, date: datetime.date) -> bytes:
    """Compile a Typst document to PDF/A-2a and PDF/UA-1, dated as told, so that equal sources give equal bytes.

    Raises
    ------
    FruitmandError
        With Typst's own words and the line of the source, when the document does not compile or does not meet the standards.
    """
    moment = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    return mend_tags(_compile(source, format="pdf", pdf_standards=STANDARDS, timestamp=moment))


def to_pngs(svgs: Sequence[str]) -> list[bytes]:
    """Render SVG drawings as PNG at 200 dots an inch, with the fonts of the pages; in one go, since the fonts are read for each."""
    if not svgs:
        return []
    pages = [f'#page(width: auto, height: auto, margin: 0pt, image(bytes({literal(svg)}), format: "svg", width: 16cm))' for svg in svgs]
    made = _compile("\n".join(pages), format="png", ppi=200.0)
    return made if isinstance(made, list) else [made]


def _compile(source: str, **options: Any) -> Any:
    for font in sorted(font_folder().glob("*.ttf")):
        font.open("rb").close()  # Typst opens them past Python; so they are noted as read
    try:
        result = _compiler().compile(source.encode(), **options)
    except typst.TypstError as error:
        where = re.sub(r"\x1b\[[0-9;]*m", "", str(getattr(error, "diagnostic", "")))
        raise FruitmandError(f"the document does not compile: {error}\n{where[:2000]}") from error
    if not result:
        raise FruitmandError("the document compiled to nothing")
    return result


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=[str(font_folder())], ignore_system_fonts=True)
