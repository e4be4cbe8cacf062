"""An nbconvert exporter that turns a notebook into an accessible PDF: ``jupyter nbconvert --to fruitmand NOTEBOOK``."""

import base64
import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Dict, Unicode

from fruitmand.outputs import typst
from fruitmand.report.blocks import MIME, Block, FigureBlock, Part, TableBlock, TextBlock, read_block, targets
from fruitmand.report.document import Document

_NEW_PAGE = "```{=typst}\n#pagebreak(weak: true)\n```"
_BEFORE: Mapping[Part, str] = {"answer": "fm-answer", "officials": "fm-before", "guide": "fm-guide"}
"""The parts before the chapters, and the function of the template that sets each."""
_CONTENTS: Mapping[Part, str] = {"answer": "fm-contents-first", "officials": "fm-contents"}
"""The parts that the contents may stand below, and the function that decides it."""
_ALONE: Collection[Part] = {"municipalities"}
"""The parts that stand on pages of their own, a page for each of their sections."""
_EPOCH = datetime.date(1970, 1, 1)
"""The date of a notebook that belongs to no edition: a clock would make equal notebooks give unlike files."""


class AppendixExporter(Exporter):
    """Export a notebook, or several in one, as PDF/A-2a and PDF/UA-1 through Typst.

    Outputs that the project's notebooks show are typeset in the chosen language. Other notebooks work too: their Markdown, pictures
    and plain text are set as they are; code is left out.
    """

    export_from_notebook = "PDF (fruitmand)"
    output_mimetype = "application/pdf"

    language = Unicode("", help="Language to typeset; the notebook's own screen language when empty.").tag(config=True)
    prose = Bool(True, help="Whether Markdown cells are included, and outputs that are no blocks.").tag(config=True)
    front = Dict(help="Front matter of the appendix; made from the notebook's title when empty.").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF and nbconvert's resources."""
        notebook, gathered = super().from_notebook_node(nb, resources, **kw)
        language = self.language or _screen_language(notebook)
        name = str(gathered.get("metadata", {}).get("name", ""))
        front = dict(self.front) or plain_front(_title(notebook, name), language or "en")
        gathered["output_extension"] = ".pdf"
        return typeset(notebook.cells, language, front, prose=self.prose), gathered


def typeset(cells: Sequence[NotebookNode], language: str, front: Mapping[str, Any], *, prose: bool) -> bytes:
    """Return the PDF of the cells of a notebook in a language; ``prose`` says whether Markdown cells are included."""
    whole = typst.Whole(targets(block for cell in cells for block in blocks_of(cell, language)))
    return _typeset((part for cell in cells for part in _cell(cell, language, whole, prose=prose)), front)


def typeset_document(document: Document) -> bytes:
    """Return the PDF of a report in one language."""
    printed = document.printed()
    blocks = [block for of_part in printed.values() for block in of_part]
    tables = [block.table for block in blocks if isinstance(block, TableBlock)]
    whole = typst.Whole(targets(blocks), document.web, document.banner, tables)
    parts = [part for name, of_part in printed.items() for part in _part(document, name, of_part, whole, blocks[-1:])]
    closing = typst.raw("fm-closing", {"title": document.labels["closing_title"], "said": document.labels["closing"]})
    imprint = [] if "answer" in printed else [typst.raw("fm-imprint", {"lines": _imprint(document)})]
    return _typeset([*parts, closing, *imprint], document_front(document))


def _imprint(document: Document) -> list[list[tuple[str, str]]]:
    return [typst.spoken(line) for line in document.imprint]


def _part(document: Document, name: Part, blocks: Sequence[Block], whole: typst.Whole, last: Sequence[Block]) -> Iterator[str]:
    """Yield what a part of a report is set from; the chapters begin on a page of their own, and so does each municipality."""
    if name in _ALONE:
        yield _NEW_PAGE
    if name in _BEFORE:
        given = f"(imprint: {typst.literal(_imprint(document))})" if name == "answer" else ""
        yield f"```{{=typst}}\n#{_BEFORE[name]}{given}[\n```"
    for position, block in enumerate(blocks):
        if name == "municipalities" and position > 1 and isinstance(block, TextBlock):
            yield _NEW_PAGE
        # The title of a section stays with its table, and the last table with the closing lines.
        stays = block in last if isinstance(block, TableBlock) else isinstance(next(iter(blocks[position + 1 :]), None), TableBlock)
        made = typst.markdown(block, whole, pages=name in _BEFORE, stays=stays)
        before, after = (blocks[place] if 0 <= place < len(blocks) else None for place in (position - 1, position + 1))
        if isinstance(block, TextBlock) and isinstance(after, FigureBlock):
            yield from typst.around(made, after, whole)
        elif not (isinstance(block, FigureBlock) and isinstance(before, TextBlock)):
            yield typst.together(made)
    if name in _CONTENTS:
        yield typst.raw(_CONTENTS[name], {"title": document.labels["contents"]})
    if name in _BEFORE:
        yield "```{=typst}\n]\n```"
    if name in _ALONE or name == "guide":
        yield _NEW_PAGE


def _typeset(parts: Iterable[str], front: Mapping[str, Any]) -> bytes:
    source = typst.document(typst.to_typst("\n\n".join(parts)), {name: value for name, value in front.items() if name != "date"})
    return typst.to_pdf(source, front.get("date", _EPOCH))


def _cell(cell: NotebookNode, language: str, whole: typst.Whole, *, prose: bool) -> list[str]:
    if cell.cell_type == "markdown":
        return [cell.source] if prose else []
    if cell.cell_type != "code":
        return []
    outputs = [output for output in cell.outputs if prose or MIME in output.get("data", {})]
    return [part for output in outputs if (part := _output(output, language, whole))]


def blocks_of(cell: NotebookNode, language: str) -> Iterator[Block]:
    """Return the blocks that a cell shows in a language, or in its first language when it lacks that one."""
    for output in cell.get("outputs", []):
        if (block := _block(output, language)) is not None:
            yield block


def _block(output: NotebookNode, language: str) -> Block | None:
    versions = output.get("data", {}).get(MIME)
    return read_block(versions.get(language) or next(iter(versions.values()))) if versions else None


def _output(output: NotebookNode, language: str, whole: typst.Whole) -> str:
    data = output.get("data", {})
    block = _block(output, language)
    if block is not None:
        return typst.markdown(block, whole)
    for mime, name in (("image/svg+xml", "svg"), ("image/png", "png"), ("image/jpeg", "jpg")):
        if mime in data:
            return _picture(data, mime, name)
    if "text/markdown" in data:
        return str(data["text/markdown"])
    text = output.get("text") or data.get("text/plain", "")
    return typst.raw("fm-output", {"text": text}) if text else ""


def _picture(data: NotebookNode, mime: str, name: str) -> str:
    alt = str(data.get("text/plain", "")) or "picture without a description"
    if name == "svg":
        return typst.raw("fm-picture", {"data": data[mime], "format": name, "alt": alt})
    numbers = ", ".join(map(str, base64.b64decode(data[mime])))
    return f"```{{=typst}}\n#image(bytes(({numbers})), format: {typst.literal(name)}, alt: {typst.literal(alt)})\n```"


def _screen_language(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for language, content in data.get(MIME, {}).items():
                block = read_block(content)
                if isinstance(block, TextBlock) and data.get("text/markdown") == block.screen():
                    return str(language)
    return ""


def _title(notebook: NotebookNode, name: str) -> str:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.splitlines()[0].removeprefix("# "))
    return Path(name).stem or "Notebook"


def document_front(document: Document) -> dict[str, Any]:
    """Return what the template needs of a report besides its blocks."""
    return {
        "cover": True,
        "language": document.language,
        "title": document.title,
        "subtitle": document.subtitle,
        "kicker": document.kicker,
        "banner": document.banner,
        "running": document.running,
        "author": "fruitmand",
        "keywords": list(document.keywords),
        "page": document.labels["page"],
        "page_short": document.labels["page_short"],
        "of": document.labels["of"],
        "date": document.date,
    }


def plain_front(title: str, language: str) -> dict[str, Any]:
    """Return the front matter of a document without a title page and contents."""
    return {
        "cover": False,
        "language": language,
        "title": title,
        "subtitle": "",
        "kicker": "",
        "banner": "",
        "running": title,
        "author": "fruitmand",
        "keywords": [],
        "page": "",
        "of": "/",
    }
