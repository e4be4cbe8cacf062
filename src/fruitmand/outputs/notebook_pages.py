"""Executed notebooks as web pages that look like those of the report: the result of a cell first, and its code folded below it."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from itertools import count

from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers.python import PythonLexer

from fruitmand.outputs.site import NOTEBOOKS, PROSE, file_name, page_of
from fruitmand.outputs.web_blocks import Place, Writer, hidden, ids
from fruitmand.outputs.web_page import Link, Page, render
from fruitmand.report.blocks import MIME, Block, FigureBlock, TableBlock, TextBlock, read_block
from fruitmand.report.document import Document

_SETTINGS = frozenset({"parameters", "injected-parameters"})
"""How cells are tagged that only set what the notebook runs with."""
_STYLE = re.compile(r"<style.*?</style>\s*", re.DOTALL)
_FRAME = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_OLD = re.compile(r' (?:border="1"|valign="top"|style="text-align: right;")')
"""Attributes that pandas writes and HTML no longer has, or the style sets."""


def to_html(notebook: NotebookNode, name: str, whole: Document, names: Sequence[str]) -> str:
    """Return an executed notebook as a page.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook with its outputs; its blocks show the language of the document, its own words are in that of the notebooks.
    name : str
        Its name.
    whole : Document
        The report that it belongs to, of which the words of the page are needed, not the blocks.
    names : sequence of str
        Names of all notebooks, in order.
    """
    blocks = [block for cell in notebook.cells for block in _blocks(cell, whole.language)]
    known = {found for block in blocks for found in ids(block)}
    origins = {block.provenance if isinstance(block, TextBlock) else block.caption.provenance for block in blocks} - {""}
    elsewhere = origins if origins.isdisjoint(known) else set()  # what comes after the listing itself has no row in it
    listing = f"../{file_name(page_of('provenance'), whole.language, whole.languages)}"

    def address(found: str) -> str:
        return f"#{found}" if found in known else f"{listing}#{found}" if found in elsewhere else ""

    def in_report(block: TableBlock | FigureBlock) -> tuple[str, str]:
        page = file_name(page_of(block.part), whole.language, whole.languages)
        return f"../{page}#{block.caption.id}", whole.labels["in_report"]

    place = Place(whole.language, "../", whole.labels, address, in_report)
    writer = Writer(place, blocks)
    question, lead, rest = contract(notebook, name)
    cells = notebook.cells[1:] if question != name else notebook.cells
    settings = [cell for cell in cells if _SETTINGS.intersection(cell.metadata.get("tags", ()))]
    number = count(1)
    shown = "".join(_cell(cell, writer, place, number) for cell in cells if cell not in settings)
    body = _prose(writer, lead, "lead") + _prose(writer, rest) + shown + _folded(place.labels["parameters"], settings)
    return render(_page(name, whole, names, question, body), place)


def contract(notebook: NotebookNode, name: str) -> tuple[str, str, str]:
    """Return what a notebook's first cell has: its question, what it does, and the rest; its name where it has no question."""
    first = notebook.cells[0] if notebook.cells else None
    if first is None or first.cell_type != "markdown" or not first.source.startswith("# "):
        return name, "", ""
    question, _, told = first.source.partition("\n")
    lead, _, rest = told.strip().partition("\n\n")
    return question.removeprefix("# "), lead, rest


def _page(name: str, whole: Document, names: Sequence[str], question: str, body: str) -> Page:
    def root(page: str, language: str) -> str:
        return f"../{file_name(page, language, whole.languages)}"

    links = [Link(f"{other}.{whole.language}.html", _short(other), PROSE, other == name) for other in names]
    listing = Link(root(NOTEBOOKS, whole.language), whole.labels["notebooks"])
    at = [*names].index(name) if name in names else 0
    others = [code for code in whole.languages if code != whole.language]
    return Page(
        title=f"{_short(name)} · {whole.running}",
        kicker=f"{whole.labels['notebook']} {name.partition('_')[0]} · {whole.edition}",
        name=question,
        name_language=PROSE if whole.language != PROSE else "",
        home=Link(root("index", whole.language), whole.title),
        aside=whole.labels["notebook_words"] if whole.language != PROSE else "",
        body=body,
        banner=whole.banner,
        pages=[Link(root("index", whole.language), whole.labels["start"]), listing, *links],
        other=Link(f"{name}.{others[0]}.html", whole.labels["other_language"], others[0]) if others else None,
        before=links[at - 1] if at else listing,
        after=links[at + 1] if at + 1 < len(links) else None,
        imprint=whole.imprint,
    )


def _short(name: str) -> str:
    number, _, rest = name.partition("_")
    return f"{number} {rest.replace('_', ' ')}"


def _blocks(cell: NotebookNode, language: str) -> Iterator[Block]:
    """Yield the blocks that a cell shows in a language, or in its first one where it lacks that."""
    for output in cell.get("outputs", []):
        if versions := output.get("data", {}).get(MIME):
            yield read_block(versions.get(language) or next(iter(versions.values())))


def _cell(cell: NotebookNode, writer: Writer, place: Place, number: Iterator[int]) -> str:
    """Return a cell: Markdown as text, code below what it gave; both are called by their number where nobody sees where they stand."""
    if cell.cell_type != "code":
        return _prose(writer, cell.source) if cell.cell_type == "markdown" else ""
    outputs, at = "".join(_output(output, writer, place, number) for output in cell.outputs), f" {next(number)}"
    if not cell.source.strip():
        return outputs
    return outputs + _folded(place.labels["code"], [cell], at)


def _folded(summary: str, cells: Sequence[NotebookNode], at: str = "") -> str:
    """Return the code of cells, folded; nothing where there are none."""
    code = "".join(_coloured(cell.source) for cell in cells)
    return f'<details class="code"><summary>{escape(summary)}{hidden(at)}</summary>{code}</details>\n' if code else ""


def _prose(writer: Writer, markdown: str, look: str = "prose") -> str:
    return f'<div class="{look}" lang="{PROSE}">{writer.prose(markdown)}</div>\n' if markdown.strip() else ""


def _output(output: NotebookNode, writer: Writer, place: Place, number: Iterator[int]) -> str:
    data = output.get("data", {})
    if MIME in data:
        (block,) = _blocks(NotebookNode(outputs=[output]), place.language)
        return writer.write(block)
    if "text/html" in data:
        region = f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(place.labels["result"])} {next(number)}">'
        return f'{region}<div lang="{PROSE}">{_frame(data["text/html"])}</div></div>\n'
    if "text/markdown" in data:
        return _prose(writer, data["text/markdown"])
    text = output.get("text") or data.get("text/plain") or "\n".join(output.get("traceback", []))
    return f'<pre class="output" lang="{PROSE}">{escape(text, quote=False)}</pre>\n' if text else ""


def _frame(table: str) -> str:
    """Return the table that pandas made of a frame, with headers that say of what they are one."""

    def head(found: re.Match[str]) -> str:
        return found[0].replace("<th></th>", "<td></td>").replace("<th", '<th scope="col"').replace('<th scope="col"ead', "<thead")

    plain = _OLD.sub("", _STYLE.sub("", table))
    made = _FRAME.sub(head, plain)
    before, thead, rest = made.partition("</thead>")
    return before + thead + rest.replace("<th>", '<th scope="row">').replace("<th rowspan", '<th scope="rowgroup" rowspan')


@cache
def _coloured(source: str) -> str:
    """Return code in colour; once for both languages."""
    return str(highlight(source, PythonLexer(), HtmlFormatter(cssclass="highlight", wrapcode=True))).replace(
        '<div class="highlight">', f'<div class="highlight" lang="{PROSE}" translate="no">', 1
    )
