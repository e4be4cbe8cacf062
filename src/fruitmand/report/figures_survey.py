"""The figures of the survey: answers as diverging stacked bars, and the triangulation with the interviews."""

from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fruitmand.report.blocks import Shade
from fruitmand.report.figures_ratings import canvas, tile, variable_grid
from fruitmand.report.style import ACCENT, INK, LINE, MUTED, SHADES, style
from fruitmand.report.tables_survey import COUNTS, SHADED
from fruitmand.report.words import Words

POINTS = tuple(range(1, 6))
COLOURS = {1: SHADES["bad_high"], 2: ("#f3d5bb", INK), 3: ("#e3e9ea", INK), 4: ("#86bbb5", INK), 5: SHADES["high"]}
"""Fill and ink of each point. In grey, disagreement is far darker or far lighter than agreement beside it, and neutral is lightest."""
_LEFT, _RIGHT = 0.42, 0.76  # where the bars stand, as shares of the width
_LETTERS = 50  # of a statement on a line
_ROW = 0.335  # inches an item
_DIGIT = 0.0095  # width of a digit on a bar, as a share of the width
_MARKS = {"convergent": "=", "complementary": "±", "divergent": "×", "silent": "·"}


def likert_figure(words: Words, summary: pd.DataFrame) -> Figure:
    """Draw the answers to every item as diverging stacked bars of counts around the middle of neutral, with the other states beside them.

    Parameters
    ----------
    summary : DataFrame
        A row per item as `survey_summary.protect_items` returns them. An item without a valid answer has no bar and says why.
    """
    items = words.edition["items"].set_index("item")
    blocks = list(dict.fromkeys(items.loc[summary["item"], "block"]))
    reach = _reach(summary)
    with style():
        total = len(summary) + 1.1 * len(blocks) + 1.6
        figure, axes = canvas(total * _ROW)
        y = total - 0.5
        _legend(words, axes, y)
        y -= 0.9
        middle, unit = (_LEFT + _RIGHT) / 2, (_RIGHT - _LEFT) / (2 * reach)
        for place, state in enumerate(COUNTS):
            axes.text(_column(place), y, words.text(f"likert.{state}"), ha="center", va="center", size=8, color=MUTED)
        for block in blocks:
            y -= 0.85 if block == blocks[0] else 1.1
            axes.text(0, y + 0.05, words.label(block), weight="bold", color=ACCENT, size=10, va="center")
            axes.plot([0, 1], [y - 0.32, y - 0.32], color=LINE, lw=0.8)
            for row in summary[summary["item"].map(items["block"]) == block].to_dict("records"):
                y -= 1.0 if row["item"] != summary["item"].iloc[0] else 0.95
                _bar(words, axes, row, (y, middle, unit))
                statement = f"{row['item']}  {words.pick(items.loc[row['item']], 'statement')}"
                axes.text(0, y, "\n".join(wrap(statement, _LETTERS)), va="center", size=8, linespacing=1.05)
        axes.plot([middle, middle], [y - 0.5, total - 2.4], color=MUTED, lw=0.6, zorder=0)  # seen between the bars
        axes.set_xlim(0, 1)
        axes.set_ylim(y - 0.6, total)
    return figure


def _reach(summary: pd.DataFrame) -> float:
    """Return the length of the longest bar on either side of the middle, in answers."""
    shown = summary[summary["withheld"] == ""]
    sides = (shown[side] + shown["neutral"] / 2 for side in ("low", "high"))
    return float(max([1.0, *(side.max() for side in sides if len(side))]))


def _column(place: int) -> float:
    return _RIGHT + (1 - _RIGHT) * (place + 0.6) / len(COUNTS)


def _bar(words: Words, axes: Axes, row: dict[Any, Any], place: tuple[float, float, float]) -> None:
    y, middle, unit = place
    if row["withheld"]:
        _instead(axes, (middle, y), words.text("cell.withheld"))
        return
    for position, state in enumerate(COUNTS):
        axes.text(
            _column(position), y, words.decimal(row[state], 0), ha="center", va="center", size=8.5, color=INK if row[state] else MUTED
        )
    if not row["n_valid"]:
        reason = "no_valid" if row["asked"] else "not_asked"
        _instead(axes, (middle, y), words.text(f"likert.{reason}"))
        return
    edges = [middle - (row["low"] + row["neutral"] / 2) * unit]
    for point in POINTS:
        edges.append(edges[-1] + row[f"p{point}"] * unit)
    parts = [(point, start, end) for point, (start, end) in zip(POINTS, pairwise(edges), strict=True) if end > start]
    for point, start, end in parts:
        fill, ink = COLOURS[point]
        axes.barh(y, end - start, left=start, height=0.62, color=fill, edgecolor="white", lw=0.6)
        count = str(row[f"p{point}"])
        at, side, shade = (start + end) / 2, "center", ink
        if end - start < _DIGIT * len(count) and start == parts[0][1]:  # too narrow for its count, which then stands beside the bar
            at, side, shade = start - 0.003, "right", INK
        elif end - start < _DIGIT * len(count) and end == parts[-1][2]:
            at, side, shade = end + 0.003, "left", INK
        axes.text(at, y - 0.02, count, ha=side, va="center", color=shade, size=7.5)


def _instead(axes: Axes, place: tuple[float, float], text: str) -> None:
    """Write why there is no bar, on white, so that the middle line does not run through the text."""
    white = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    axes.text(*place, text, ha="center", va="center", size=8.5, color=MUTED, style="italic", bbox=white)


def _legend(words: Words, axes: Axes, y: float) -> None:
    scales = words.edition["scales"]
    scale = words.edition["items"]["scale"].iloc[0]
    labels = scales[scales["scale"] == scale].set_index("rank")
    width = 1 / len(POINTS)
    for place, point in enumerate(POINTS):
        fill, ink = COLOURS[point]
        axes.barh(y, width - 0.008, left=place * width + 0.004, height=0.6, color=fill)
        axes.text((place + 0.5) * width, y - 0.02, f"{point}  {words.pick(labels.loc[point])}", ha="center", va="center", color=ink, size=8)


def triangulation_map(words: Words, pairs: pd.DataFrame, municipalities: Sequence[str]) -> Figure:
    """Draw the ratings from interviews and survey in a tile per variable and municipality; the shade shows their relation."""
    shades: dict[str, Shade | None] = {relation: SHADED.get(relation) for relation in _MARKS}
    rows = list(dict.fromkeys(pairs["variable"]))
    by_pair = pairs.set_index(["variable", "municipality"])
    total, left = len(rows) + 2.6, 0.34
    with style():
        figure, axes = canvas(total * 0.27)
        for place, relation in enumerate(shades):
            label = f"{_MARKS[relation]}  {words.text(f'relation_short.{relation}')}"
            tile(axes, (place / len(shades), total - 0.5, 1 / len(shades)), label, shades[relation])

        def cell(variable: str, municipality: str) -> tuple[str, Shade | None]:
            row = by_pair.loc[(variable, municipality)]
            sides = (words.symbol(str(symbol)) if not pd.isna(symbol) else "–" for symbol in (row["interview"], row["survey"]))
            return f"   {_MARKS[row['relation']]}   ".join(sides), shades[row["relation"]]

        variable_grid(words, axes, (left, total - 1.6, total - 2.5), (rows, municipalities), cell)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure
