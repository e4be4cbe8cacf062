"""The figures of the coding: coverage and code saturation; apart from the other figures, since seaborn takes long to import."""

from typing import Any

import numpy as np
import pandas as pd
import seaborn
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure

from fruitmand.report.shapes import Sign
from fruitmand.report.style import INK, LINE, MUTED, NEUTRALS, STEPS, WIDTH, style
from fruitmand.report.words import Words

_BESIDE = 0.42  # width of the names of the variables
_LABEL: dict[str, Any] = {"va": "center", "size": 8.5}


def coverage_map(words: Words, coverage: pd.DataFrame) -> Figure:
    """Draw how many segments there are per variable (with its agenda question) and municipality to which they are attributed.

    A cell of 0 is left open. Segments that are attributed to nobody have a column only when there are any.
    """
    columns = [name for name in coverage.columns if name not in ("variable", "question") and (name != "nobody" or coverage[name].any())]
    counts = coverage[columns].to_numpy()
    with style():
        figure = Figure(figsize=(WIDTH, len(coverage) * 0.185 + 0.4))
        axes = figure.add_axes((_BESIDE, 0.0, 1 - _BESIDE, 1.0))
        seaborn.heatmap(
            counts,
            ax=axes,
            mask=counts == 0,
            cmap=ListedColormap(list(STEPS.values())),
            norm=BoundaryNorm([*STEPS, max(max(STEPS) + 1, counts.max() + 1)], len(STEPS)),
            vmin=0,  # else seaborn looks for the least of the counts, of which there may be none
            vmax=1,
            cbar=False,
            linewidths=1.5,
            linecolor="white",
            xticklabels=False,  # seaborn would draw them to see whether they overlap
            yticklabels=False,
        )
        axes.set_xticks(np.arange(len(columns)) + 0.5, [words.municipality(name).replace(" ", "\n") for name in columns])
        axes.set_yticks([])
        for place, row in enumerate(coverage.to_dict("records")):
            axes.text(-_BESIDE / (1 - _BESIDE), place + 0.5, _variable_label(words, row), transform=axes.get_yaxis_transform(), **_LABEL)
        for (row, column), count in np.ndenumerate(counts):
            text, colour = (str(count), INK) if count else ("·", MUTED)
            axes.add_artist(Sign(text, (column + 0.5, row + 0.5), colour, size=8.5))
        axes.xaxis.tick_top()
        axes.tick_params(length=0, labelsize=8.5)
        for label in axes.get_xticklabels():
            label.set_fontweight("semibold")
    return figure


def _variable_label(words: Words, row: dict[Any, Any]) -> str:
    label = words.label(row["variable"])
    return label if pd.isna(row["question"]) else words.text("figure.variable_question", label=label, question=int(row["question"]))


def code_saturation_curve(words: Words, saturation: pd.DataFrame, segments: int) -> Figure:
    """Draw the code saturation curve: distinct codes after each segment, in the order of the text.

    Parameters
    ----------
    saturation : DataFrame
        As `coding.code_saturation` returns it.
    segments : int
        How many segments there are.
    """
    with style():
        figure = Figure(figsize=(WIDTH, 2.5))
        axes = figure.add_axes((0.06, 0.2, 0.94, 0.78))
        x = [0, *saturation["order"], segments]
        y = [0, *saturation["seen"], int(saturation["seen"].max()) if len(saturation) else 0]
        axes.step(x, y, where="post", color=INK, lw=1.8)
        axes.fill_between(x, y, step="post", color=NEUTRALS["light"][0], lw=0)
        if saturation.empty:  # nothing is coded yet
            return figure
        last = saturation.iloc[-1]
        axes.plot([last["order"]], [last["seen"]], "o", color=INK, ms=5)
        axes.text(
            last["order"],
            last["seen"] * 1.1,  # over the curve, which is nowhere higher than there
            words.text("figure.last_code", code=words.label(last["code"])),
            ha="right" if last["order"] > segments / 2 else "left",
            va="center",
            color=INK,
            size=8.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},  # no line of the grid goes through it
        )
        axes.tick_params(labelsize=8.5)
        axes.set_xlabel(words.text("figure.segments_read"))
        axes.set_ylabel(words.text("figure.codes_seen"))
        axes.set_xlim(0, segments * 1.03)  # room for half a dot
        axes.set_ylim(0, int(saturation["seen"].max()) * 1.22)
        axes.grid(axis="y", color=LINE, lw=0.5)
        axes.set_axisbelow(True)
    return figure
