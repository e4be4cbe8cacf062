"""Executed notebooks as HTML pages that need no network: one page a step and language."""

from functools import cache
from importlib.resources import files

import nbformat
from jinja2 import Template
from nbconvert.exporters import HTMLExporter
from pygments.formatters import HtmlFormatter

from fruitmand.page.blocks import MIME, TextBlock, read_block
from fruitmand.page.style import ACCENT, FONT, INK, LINE, MUTED, SHADES


def in_language(notebook: nbformat.NotebookNode, language: str) -> nbformat.NotebookNode:
    """Return a copy of an executed notebook whose blocks show one language."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                block = read_block(output.data[MIME][language])
                shown = {"text/markdown": block.screen()} if isinstance(block, TextBlock) else {"text/html": block.html()}
                output.data = nbformat.from_dict(shown)
    return copy


def to_html(notebook: nbformat.NotebookNode, language: str, title: str, banner: str) -> str:
    """Render an executed notebook, code and all, as one self-contained page."""
    exporter = HTMLExporter(template_name="basic", embed_images=True, anchor_link_text="")
    body, _ = exporter.from_notebook_node(in_language(notebook, language))
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
    return Template((files("fruitmand.build") / "page.html.j2").read_text(encoding="utf-8"), autoescape=False)
