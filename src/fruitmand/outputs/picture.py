"""A picture of pages of a report, for a page that tells of it."""

from collections.abc import Sequence
from pathlib import Path

import typst

_WIDTH = 300
"""Points that a page is wide in the picture."""
_PPI = 108


def picture(pdf: Path, pages: Sequence[int]) -> bytes:
    """Return pages of a PDF beside each other, as a PNG.

    Parameters
    ----------
    pdf : Path
        The PDF.
    pages : sequence of int
        Numbers of pages, from 1; they are shown in this order.
    """
    frame = "box.with(fill: white, stroke: 0.5pt + luma(80%))"
    shown = "".join(f'{frame}(image("/{pdf.name}", page: {page}, width: {_WIDTH}pt)), ' for page in pages)
    source = f"#set page(width: auto, height: auto, margin: 8pt, fill: luma(94%))\n#grid(columns: {len(pages)}, gutter: 8pt, {shown})"
    made = typst.Compiler(root=str(pdf.parent)).compile(input=source.encode(), format="png", ppi=_PPI)
    assert isinstance(made, bytes)  # one page gives no list
    return made
