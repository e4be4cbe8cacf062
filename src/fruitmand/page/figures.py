"""The figures: rating maps, coverage, first sightings and the conceptual models."""

import math
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from fruitmand.analysis.ratings import variables
from fruitmand.data.settings import Model, Node
from fruitmand.page.blocks import Shade
from fruitmand.page.catalogue import Words
from fruitmand.page.style import ACCENT, INK, LIGHT_TO_DARK, LINE, MUTED, PAPER, SHADES, shade, style

WIDTH = 6.3
_ROW = 0.25


def rating_map(words: Words, matrix: pd.DataFrame, concepts: list[str]) -> Figure:
    """Draw ratings as a map: a row per variable, a column per municipality, darker is higher.

    Parameters
    ----------
    matrix : DataFrame
        Symbols, variables by municipalities; a missing rating is drawn as an empty, crossed cell.
    concepts : list of str
        Concepts to draw, each with a heading.
    """
    book = variables(words.edition.tables["codebook"])
    lines: list[tuple[str, pd.Series | None]] = []
    for concept in concepts:
        lines.append((concept, None))
        lines += [(row["code"], row) for _, row in book[book["concept"] == concept].iterrows()]
    towns = list(matrix.columns)
    with style():
        total = len(lines) + len(concepts) * 0.5 + 0.8
        figure, axes = _canvas(total * _ROW)
        left, right = 0.44, 1.0
        step = (right - left) / len(towns)
        y = total - 0.5
        for position, town in enumerate(towns):
            axes.text(left + (position + 0.5) * step, total - 0.4, words.municipality(town), ha="center", va="center", weight="semibold")
        for code, row in lines:
            y -= 1.0 if row is not None else 1.0 if y == total - 0.5 else 1.3
            if row is None:
                axes.text(0, y, words.label(code), weight="bold", color=ACCENT, va="center", size=10.5)
                axes.plot([0, right], [y - 0.5, y - 0.5], color=LINE, lw=0.8)
                y -= 0.15
                continue
            axes.text(0.012, y, words.label(code), va="center")
            for position, town in enumerate(towns):
                symbol = matrix.loc[code, town]
                missing = pd.isna(symbol)
                text = "×" if missing else words.symbol(symbol)
                _tile(axes, (left + position * step, y, step), text, None if missing else shade(symbol, row["polarity"]))
        axes.set_xlim(0, right)
        axes.set_ylim(y - 0.55, total)
    return figure


def evidence_figure(words: Words, evidence: pd.DataFrame, towns: list[str]) -> Figure:
    """Draw all ratings with the passages for, mixed and against each; the shade says how the passages stand to the rating."""
    rows = list(dict.fromkeys(evidence["variable"]))
    found = evidence.set_index(["variable", "municipality"])
    shades: dict[str, Shade | None] = {"supported": "high", "contested": "middle", "opposed": "bad_high", "none": None}
    total = len(rows) + 2.2
    left, step = 0.40, 0.60 / len(towns)
    with style():
        figure, axes = _canvas(total * 0.255)
        for position, town in enumerate(towns):
            axes.text(left + (position + 0.5) * step, total - 0.5, words.municipality(town), ha="center", va="center", weight="semibold")
        for number, variable in enumerate(rows):
            y = total - 1.6 - number
            axes.text(0, y, words.label(variable), va="center")
            for position, town in enumerate(towns):
                row = found.loc[(variable, town)]
                counts = f"{row['n_for']} · {row['n_mixed']} · {row['n_against']}"
                text = f"{words.symbol(row['symbol'])}   {counts if row['standing'] != 'none' else '–'}"
                _tile(axes, (left + position * step, y, step), text, shades[row["standing"]])
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure


def _tile(axes: Axes, place: tuple[float, float, float], text: str, level: Shade | None) -> None:
    """Draw a rating; tiles of risks have round ends, so that they stand out in grey as well."""
    x, y, width = place
    paper, ink = SHADES[level] if level else ("#ffffff", MUTED)
    round_ends = level is not None and level.startswith("bad")
    box = FancyBboxPatch(
        (x + 0.006, y - 0.41),
        width - 0.012,
        0.82,
        boxstyle=f"round,pad=0,rounding_size={0.016 if round_ends else 0.003}",
        mutation_aspect=24,
        facecolor=paper,
        edgecolor=MUTED if level else LINE,
        lw=0.5,
    )
    axes.add_patch(box)
    axes.text(x + width / 2, y - 0.02, text, ha="center", va="center", color=ink, weight="semibold")


def mosaic(words: Words, matrix: pd.DataFrame, concepts: list[str]) -> Figure:
    """Draw all ratings as small tiles with their symbols, a block per concept, for the title page."""
    book = variables(words.edition.tables["codebook"])
    towns = list(matrix.columns)
    deepest = int(book["concept"].value_counts().max())
    gap = 1.2
    with style():
        figure, axes = _canvas((deepest + 3) * 0.2)
        for block, concept in enumerate(concepts):
            left = block * (len(towns) + gap)
            axes.text(left, 1.5, fill(words.label(concept), 20), weight="semibold", color=ACCENT, size=8.5, va="bottom")
            for position, town in enumerate(towns):
                axes.text(left + position + 0.46, 1.0, words.municipality(town)[:1], size=7, color=MUTED, ha="center", va="center")
            for depth, (_, row) in enumerate(book[book["concept"] == concept].iterrows()):
                for position, town in enumerate(towns):
                    symbol = matrix.loc[row["code"], town]
                    missing = pd.isna(symbol)
                    level: Shade | None = None if missing else shade(symbol, row["polarity"])
                    _small_tile(axes, (left + position, -depth), "×" if missing else words.symbol(symbol), level)
        axes.set_xlim(-0.05, len(concepts) * (len(towns) + gap) - gap)
        axes.set_ylim(-deepest + 0.9, 3.6)
    return figure


def _small_tile(axes: Axes, place: tuple[float, float], text: str, level: Shade | None) -> None:
    paper, ink = SHADES[level] if level else ("#ffffff", MUTED)
    corner = 0.25 if level is not None and level.startswith("bad") else 0.02
    box = FancyBboxPatch(place, 0.92, 0.86, boxstyle=f"round,pad=0,rounding_size={corner}", facecolor=paper, edgecolor=LINE, lw=0.4)
    axes.add_patch(box)
    axes.text(place[0] + 0.46, place[1] + 0.41, text, size=6, color=ink, ha="center", va="center")


def coverage_map(words: Words, coverage: pd.DataFrame) -> Figure:
    """Draw how many segments there are per variable (with its agenda question) and credited municipality; 0 is left open."""
    columns = [name for name in coverage.columns if name not in ("variable", "question")]
    counts = coverage[columns].to_numpy()
    labels = [_variable_label(words, row) for row in coverage.to_dict("records")]
    with style():
        figure = Figure(figsize=(WIDTH, len(coverage) * 0.185 + 0.4))
        axes = figure.add_axes((0.42, 0.0, 0.58, 1.0))
        seaborn.heatmap(
            counts,
            ax=axes,
            mask=counts == 0,
            cmap=LIGHT_TO_DARK,
            vmin=0,
            vmax=max(1, counts.max()),
            cbar=False,
            linewidths=1.5,
            linecolor="white",
            xticklabels=[words.municipality(name).replace(" ", "\n") for name in columns],
            yticklabels=labels,
        )
        for (row, column), count in np.ndenumerate(counts):
            colour = MUTED if count == 0 else "white" if count > 0.7 * counts.max() else INK
            axes.text(column + 0.5, row + 0.5, str(count) if count else "·", ha="center", va="center", color=colour, size=8.5)
        axes.xaxis.tick_top()
        axes.tick_params(length=0, labelsize=8.5)
        axes.tick_params(axis="y", rotation=0)
        for label in axes.get_xticklabels():
            label.set_fontweight("semibold")
    return figure


def _variable_label(words: Words, row: dict[Any, Any]) -> str:
    label = words.label(row["variable"])
    return label if pd.isna(row["question"]) else words.text("figure.variable_question", label=label, question=int(row["question"]))


def sightings_curve(words: Words, sightings: pd.DataFrame, segments: int) -> Figure:
    """Draw how many codes had been seen after each segment, in the order of the text, as a step curve."""
    with style():
        figure = Figure(figsize=(WIDTH, 2.5))
        axes = figure.subplots()
        x = [0, *sightings["order"], segments]
        y = [0, *sightings["seen"], int(sightings["seen"].max())]
        axes.step(x, y, where="post", color=ACCENT, lw=1.8)
        axes.fill_between(x, y, step="post", color=SHADES["middle"][0], alpha=0.35, lw=0)
        last = sightings.iloc[-1]
        axes.plot([last["order"]], [last["seen"]], "o", color=ACCENT, ms=5)
        axes.text(
            segments * 0.99,
            last["seen"] * 0.6,
            words.text("figure.last_code", code=words.label(last["code"])),
            ha="right",
            va="top",
            color=INK,
            size=8.5,
        )
        axes.tick_params(labelsize=8.5)
        axes.set_xlabel(words.text("figure.segments_read"))
        axes.set_ylabel(words.text("figure.codes_seen"))
        axes.set_xlim(0, segments)
        axes.set_ylim(0, int(sightings["seen"].max()) * 1.12)
        axes.grid(axis="y", color=LINE, lw=0.5)
        axes.set_axisbelow(True)
    return figure


def model_diagram(words: Words, model: Model) -> Figure:
    """Draw a conceptual model: a cycle of boxes, or a flow from left to right with a box below."""
    with style():
        if model.layout == "cycle":
            figure, axes = _canvas(2.2)
            places = _cycle(model.nodes)
            size = (0.30, 0.26)
        else:
            figure, axes = _canvas(2.0)
            places = _flow(model.nodes)
            size = (0.29, 0.32)
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
    places = {node.id: (0.145 + position * 0.71 / max(1, len(top) - 1), 0.80) for position, node in enumerate(top)}
    return places | {node.id: (0.3225, 0.18) for node in nodes if node.below}


def _box(axes: Axes, place: tuple[float, float], size: tuple[float, float], label: str, detail: str, *, below: bool) -> None:
    x, y = place
    width, height = size
    fill, ink = (PAPER, INK) if below else SHADES["high"]
    box = FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.012",
        mutation_aspect=2.6,
        facecolor=fill,
        edgecolor=ACCENT,
        lw=1.0,
    )
    axes.add_patch(box)
    axes.text(x, y + height * 0.17, label, ha="center", va="center", color=ink, weight="semibold", size=10)
    axes.text(x, y - height * 0.22, detail, ha="center", va="center", color=ink, size=8.5)


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
    axes.add_patch(
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


def _canvas(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.axis("off")
    return figure, axes
