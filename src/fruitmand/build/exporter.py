"""An nbconvert exporter that turns a notebook into an accessible PDF: ``jupyter nbconvert --to fruitmand NOTEBOOK``."""

import base64
import datetime
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Dict, Unicode

from fruitmand.build import typst
from fruitmand.page.blocks import MIME, TableBlock, TextBlock, read_block

_EPOCH = datetime.date(2016, 1, 17)


class AppendixExporter(Exporter):
    """Export a notebook, or several in one, as PDF/A-2a and PDF/UA-1 through Typst.

    Outputs that the project's notebooks show are typeset in the chosen language. Other notebooks work too: their Markdown, pictures
    and plain text are set as they are; code is left out.
    """

    export_from_notebook = "PDF (fruitmand)"
    output_mimetype = "application/pdf"

    language = Unicode("", help="Language to typeset; the notebook's own screen language when empty.").tag(config=True)
    prose = Bool(True, help="Whether Markdown cells are included.").tag(config=True)
    front = Dict(help="Front matter of the appendix; made from the notebook's title when empty.").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF and nbconvert's resources."""
        notebook, gathered = super().from_notebook_node(nb, resources, **kw)
        language = self.language or _screen_language(notebook)
        parts = [part for cell in notebook.cells for part in self._cell(cell, language)]
        name = str(gathered.get("metadata", {}).get("name", ""))
        front = dict(self.front) or plain_front(_title(notebook, name), language or "en")
        date = front.pop("date", _EPOCH)
        source = typst.document(typst.to_typst("\n\n".join(parts)), front)
        gathered["output_extension"] = ".pdf"
        return typst.to_pdf(source, date), gathered

    def _cell(self, cell: NotebookNode, language: str) -> list[str]:
        if cell.cell_type == "markdown":
            return [cell.source] if self.prose else []
        if cell.cell_type != "code":
            return []
        return [part for output in cell.outputs if (part := _output(output, language))]


def _output(output: NotebookNode, language: str) -> str:
    data = output.get("data", {})
    if MIME in data:
        versions = data[MIME]
        block = read_block(versions[language if language in versions else next(iter(versions))])
        return "" if not isinstance(block, TableBlock) and block.place != "body" else typst.markdown(block)
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


def plain_front(title: str, language: str) -> dict[str, Any]:
    """Return the front matter of a document without a title page and contents."""
    return {
        "cover": False,
        "contents": "",
        "language": language,
        "title": title,
        "subtitle": "",
        "kicker": "",
        "banner": "",
        "running": title,
        "author": "fruitmand",
        "keywords": [],
        "found": [],
        "found-title": "",
        "picture": None,
        "imprint": [],
        "page": "",
        "of": "/",
    }
