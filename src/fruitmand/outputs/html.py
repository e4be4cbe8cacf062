"""Executed notebooks as HTML pages that need no network: one page a step and language."""

from functools import cache
from importlib.resources import files
from pickle import UnpicklingError
from typing import Any, ClassVar

import nbformat
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, Template
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML, clean_html
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from pygments.formatters import HtmlFormatter

from fruitmand.edition.files import cache_folder, project_root
from fruitmand.report.blocks import MIME, TextBlock, read_block
from fruitmand.report.style import ACCENT, FONT, INK, LINE, MUTED, SHADES


class _Templates(FileSystemBytecodeCache):
    """Compiled templates on disk; one that was cut off is compiled again."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a template."""
        try:
            super().load_bytecode(bucket)
        except (EOFError, UnpicklingError):
            bucket.reset()


def _compiled() -> _Templates:
    """Return where compiled templates are kept between builds: to compile them takes longer than to fill them."""
    folder = cache_folder(project_root()) / "templates"
    folder.mkdir(exist_ok=True)
    return _Templates(str(folder))


class PageExporter(HTMLExporter):
    """nbconvert's HTML without what it parses again: pictures without alternative text, and the code that it coloured itself.

    A block of this project always has an alternative text, and drawings in line make that pass slow. Code is coloured once for both
    languages. Whatever else the template cleans is cleaned.
    """

    _coloured: ClassVar[dict[str, str]] = {}

    def _create_environment(self) -> Environment:
        """Keep the compiled templates."""
        environment = super()._create_environment()
        environment.bytecode_cache = _compiled()
        return environment

    def from_notebook_node(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the body of the page and nbconvert's resources."""
        gathered = self._init_resources(resources)
        highlight = Highlight2HTML(pygments_lexer="python", parent=self)  # as IPython's, without its magics, in half the time

        def colour(source: str, metadata: dict[str, Any]) -> str:
            if source not in self._coloured:
                self._coloured[source] = str(highlight(source, metadata=metadata))
            return self._coloured[source]

        self.register_filter("highlight_code", colour)
        self.register_filter("clean_html", lambda text: text if text in self._coloured.values() else clean_html(text))
        self.register_filter(
            "filter_data_type", WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=gathered)
        )
        body, gathered = TemplateExporter.from_notebook_node(self, nb, gathered, **kw)
        return str(body), gathered


@cache
def _exporter() -> PageExporter:
    return PageExporter(template_name="basic", embed_images=True, exclude_anchor_links=True, default_preprocessors=[])


def in_language(notebook: nbformat.NotebookNode, language: str) -> nbformat.NotebookNode:
    """Return a copy of an executed notebook whose blocks show one language."""

    def shown(output: nbformat.NotebookNode) -> dict[str, Any]:
        if MIME not in output.get("data", {}):
            return output
        block = read_block(output.data[MIME][language])
        return output | {"data": {"text/markdown": block.screen()} if isinstance(block, TextBlock) else {"text/html": block.html()}}

    cells = [cell | {"outputs": [shown(output) for output in cell.outputs]} if "outputs" in cell else cell for cell in notebook.cells]
    return nbformat.from_dict(notebook | {"cells": cells})


def to_html(notebook: nbformat.NotebookNode, language: str, title: str, banner: str) -> str:
    """Render an executed notebook, code and all, as one self-contained page."""
    body, _ = _exporter().from_notebook_node(in_language(notebook, language))
    shades = "".join(f".{name}{{background:{fill};color:{ink}}}" for name, (fill, ink) in SHADES.items())
    style = {
        "font": FONT,
        "accent": ACCENT,
        "ink": INK,
        "muted": MUTED,
        "line": LINE,
        "shades": shades,
        "code": HtmlFormatter().get_style_defs(".highlight"),
    }
    return str(_template().render(body=body, language=language, title=title, banner=banner, **style)) + "\n"


@cache
def _template() -> Template:
    loader = FileSystemLoader(str(files("fruitmand.outputs")))
    environment = Environment(loader=loader, autoescape=False, bytecode_cache=_compiled())  # noqa: S701 - the template escapes texts itself
    return environment.get_template("page.html.j2")
