"""The conceptual models of the study as diagrams: boxes in a cycle, or from left to right, with arrows between them."""

import math
from textwrap import wrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from fruitmand.edition.settings import Model, Node
from fruitmand.report.style import INK, MUTED, NEUTRALS, canvas, style
from fruitmand.report.words import Words

_LINE, _SMALL_LINE, _GAP = 0.175, 0.14, 0.06  # inches
_WIDE = 0.29  # width of a box
_EDGE = _WIDE / 2 + 0.0015  # middle of the first box, whose line is whole
_LETTERS, _SMALL_LETTERS = 21, 28  # on a line in a box; letters of another family, where ours is lacking, may be wider


def model_diagram(words: Words, model: Model) -> Figure:
    """Draw a conceptual model: a cycle of boxes, or a flow from left to right with a box below."""
    with style():
        if model.layout == "cycle":
            figure, axes = canvas(2.5)
            places = _cycle(model.nodes)
            size = (0.30, 0.29)
        else:
            figure, axes = canvas(2.2)
            places = _flow(model.nodes)
            size = (_WIDE, 0.36)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        for link in model.links:
            _arrow(axes, places[link.source], places[link.target], size, curved=model.layout == "cycle")
        for node in model.nodes:
            _box(axes, places[node.id], size, words.pick(node.model_dump()), words.pick(node.model_dump(), "detail"), below=node.below)
    return figure


def _cycle(nodes: list[Node]) -> dict[str, tuple[float, float]]:
    angles = [math.pi / 2 - 2 * math.pi * position / len(nodes) for position in range(len(nodes))]
    return {n.id: (0.5 + 0.30 * math.cos(a), 0.42 + 0.42 * math.sin(a)) for n, a in zip(nodes, angles, strict=True)}


def _flow(nodes: list[Node]) -> dict[str, tuple[float, float]]:
    top = [node for node in nodes if not node.below]
    places = {node.id: (_EDGE + position * (1 - 2 * _EDGE) / max(1, len(top) - 1), 0.80) for position, node in enumerate(top)}
    return places | {node.id: (0.3225, 0.19) for node in nodes if node.below}


def _box(axes: Axes, place: tuple[float, float], size: tuple[float, float], label: str, detail: str, *, below: bool) -> None:
    x, y = place
    width, height = size
    fill, ink = NEUTRALS["open" if below else "light"]
    box = FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.012",
        mutation_aspect=2.6,
        facecolor=fill,
        edgecolor=INK,
        lw=1.0,
    )
    axes.add_artist(box)  # add_patch would look for limits, which are set
    title, text = (wrap(words, letters) for words, letters in ((label, _LETTERS), (detail, _SMALL_LETTERS)))
    figure = axes.get_figure(root=True)
    assert figure is not None
    inch = 1 / figure.get_figheight()
    head = len(title) * _LINE
    top = y + (head + _GAP + len(text) * _SMALL_LINE) / 2 * inch
    look: dict[str, Any] = {"ha": "center", "va": "top", "color": ink, "linespacing": 1.1}
    axes.text(x, top, "\n".join(title), weight="semibold", size=10, **look)
    axes.text(x, top - (head + _GAP) * inch, "\n".join(text), size=8.5, **look)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], size: tuple[float, float], *, curved: bool) -> None:
    (x1, y1), (x2, y2) = start, end
    half_w, half_h = size[0] / 2 + 0.008, size[1] / 2 + 0.02
    if curved:
        begin, finish, bend = _toward(start, end, half_w, half_h), _toward(end, start, half_w, half_h), -0.25
    elif abs(y1 - y2) < 0.01:
        begin, finish, bend = (x1 + half_w, y1), (x2 - half_w, y2), 0.0
    else:
        side = -1 if x2 < x1 else 1
        begin, finish, bend = (x1 + side * size[0] * 0.3, y1 + half_h), (x2 - side * 0.02, y2 - half_h), 0.0
    axes.add_artist(
        FancyArrowPatch(
            begin,
            finish,
            arrowstyle="-|>",
            mutation_scale=12,
            color=MUTED,
            lw=1.4,
            connectionstyle=f"arc3,rad={bend}",
            shrinkA=0,
            shrinkB=0,
        )
    )


def _toward(start: tuple[float, float], end: tuple[float, float], half_w: float, half_h: float) -> tuple[float, float]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    scale = min(half_w / abs(dx) if dx else math.inf, half_h / abs(dy) if dy else math.inf)
    return start[0] + dx * scale, start[1] + dy * scale
