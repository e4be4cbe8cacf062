"""The figure of what else the publication tells: which municipality takes part in which initiative."""

import pandas as pd
from matplotlib.figure import Figure

from fruitmand.report.figures_ratings import canvas
from fruitmand.report.marks import Box, Sign
from fruitmand.report.style import ACCENT, LINE, MUTED, SHADES, style
from fruitmand.report.words import Words

_ROW = 0.2
_LEFT, _RIGHT = 0.44, 0.80
_STATUSES = ("adopted", "carried_out", "started", "proposed", "dropped", "unsaid")


def initiatives_map(words: Words, initiatives: pd.DataFrame, municipalities: list[str]) -> Figure:
    """Draw which municipality takes part in which initiative, by how far it came.

    A full box is a municipality that the text names; an outlined one stands for the group, which the text credits as a whole. Where only a
    number is told it stands at the right, and so does that nothing is told.
    """
    parts = [(status, initiatives[initiatives["status"] == status]) for status in _STATUSES]
    parts = [(status, part) for status, part in parts if len(part)]
    total = len(initiatives) + 1.3 * len(parts) + 1.2
    step = (_RIGHT - _LEFT) / len(municipalities)
    with style():
        figure, axes = canvas(total * _ROW)
        for position, name in enumerate(municipalities):
            axes.text(
                _LEFT + (position + 0.5) * step,
                total - 0.6,
                words.municipality(name),
                ha="center",
                va="center",
                weight="semibold",
                size=8.5,
            )
        y = total - 1.2
        for status, part in parts:
            y -= 0.8
            axes.text(0, y, words.text(f"initiative.{status}"), weight="bold", color=ACCENT, va="center", size=9)
            axes.plot([0, 1], [y - 0.45, y - 0.45], color=LINE, lw=0.6)
            y -= 0.5
            for row in part.to_dict("records"):
                y -= 1.0
                axes.text(0.012, y + 0.1, words.pick(row), va="center", size=8.5)
                named = set() if pd.isna(row["municipalities"]) else set(str(row["municipalities"]).split(";"))
                for position, name in enumerate(municipalities):
                    together = name not in named and len(named - set(municipalities)) > 0
                    if name in named or together:
                        fill = "#ffffff" if together else SHADES["high"][0]
                        left = _LEFT + position * step + 0.2 * step
                        axes.add_artist(
                            Box((left, y - 0.25, 0.6 * step, 0.7), 0.004, fill=fill, edge=SHADES["high"][0], width=0.9, aspect=24)
                        )
                if note := _note(words, row):
                    axes.add_artist(Sign(note, (0.9, y + 0.1), MUTED, size=8.5))
        axes.set_xlim(0, 1)
        axes.set_ylim(y - 0.5, total)
    return figure


def _note(words: Words, row: dict[object, object]) -> str:
    """Return what is told in place of names: that it is the group as a whole, a number, or nothing."""
    if not pd.isna(row["count"]):
        return words.text("cell.count_told", n=int(str(row["count"])))
    return words.text("cell.not_told") if pd.isna(row["municipalities"]) else ""
