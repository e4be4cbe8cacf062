"""The figure of what the passages cover; apart from the other figures, since seaborn takes long to import."""

from typing import Any

import numpy as np
import pandas as pd
import seaborn
from matplotlib.figure import Figure

from fruitmand.report.figures_ratings import WIDTH
from fruitmand.report.marks import Sign
from fruitmand.report.style import INK, LIGHT_TO_MIDDLE, MUTED, style
from fruitmand.report.words import Words


def coverage_map(words: Words, coverage: pd.DataFrame) -> Figure:
    """Draw how many segments there are per variable (with its agenda question) and credited municipality; 0 is left open.

    Segments that are credited to nobody have a column only when there are any.
    """
    columns = [name for name in coverage.columns if name not in ("variable", "question") and (name != "nobody" or coverage[name].any())]
    counts = coverage[columns].to_numpy()
    labels = [_variable_label(words, row) for row in coverage.to_dict("records")]
    with style():
        figure = Figure(figsize=(WIDTH, len(coverage) * 0.185 + 0.4))
        axes = figure.add_axes((0.42, 0.0, 0.58, 1.0))
        seaborn.heatmap(
            counts,
            ax=axes,
            mask=counts == 0,
            cmap=LIGHT_TO_MIDDLE,
            vmin=0,
            vmax=max(1, counts.max()),
            cbar=False,
            linewidths=1.5,
            linecolor="white",
            xticklabels=False,  # seaborn would draw them to see whether they overlap
            yticklabels=False,
        )
        axes.set_xticks(np.arange(len(columns)) + 0.5, [words.municipality(name).replace(" ", "\n") for name in columns])
        axes.set_yticks(np.arange(len(labels)) + 0.5, labels, va="center")
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
