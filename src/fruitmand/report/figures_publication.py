"""The figure of what else the publication tells: which municipality takes part in which initiative."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fruitmand.report.shapes import Box, Sign
from fruitmand.report.style import INK, LINE, MUTED, NEUTRALS, SMALL, canvas, style
from fruitmand.report.words import Words

_ROW = 0.17
_LEFT, _RIGHT, _BESIDE = 0.44, 0.80, 0.82
_STATUSES = ("adopted", "carried_out", "started", "proposed", "dropped", "unsaid")


def initiatives_map(words: Words, initiatives: pd.DataFrame, municipalities: list[str]) -> Figure:
    """Draw which municipality takes part in which initiative, by how far it came.

    A full box is a municipality that the text names; an outlined one stands for the group, which the text credits as a whole. Where only a
    number is told it stands at the right, and so does that nothing is told.
    """
    parts = [(status, initiatives[initiatives["status"] == status]) for status in _STATUSES]
    parts = [(status, part) for status, part in parts if len(part)]
    total = len(initiatives) + 1.6 * len(parts) + 1.0
    step = (_RIGHT - _LEFT) / len(municipalities)
    with style():
        figure, axes = canvas(total * _ROW)
        for position, name in enumerate(municipalities):
            middle = _LEFT + (position + 0.5) * step
            axes.add_artist(Sign(words.municipality(name), (middle, total - 0.5), INK, size=SMALL, weight="semibold"))
        axes.text(_BESIDE, total - 0.5, words.text("figure.otherwise"), va="center", size=SMALL, weight="semibold")
        _key(words, axes, total - 0.5)
        y = total - 0.4
        for status, part in parts:
            y -= 1.5
            axes.text(0, y, words.text(f"initiative.{status}"), weight="bold", va="center")
            axes.plot([0, 1], [y - 0.55, y - 0.55], color=LINE, lw=0.6)
            y -= 0.1
            for row in part.to_dict("records"):
                y -= 1.0
                axes.text(0.012, y, words.pick(row), va="center", size=SMALL)
                _boxes(axes, row, municipalities, (y, step))
                if note := _note(words, row):
                    axes.text(_BESIDE, y, note, va="center", size=SMALL, color=MUTED)
        axes.set_xlim(0, 1)
        axes.set_ylim(y - 0.6, total)
    return figure


def _boxes(axes: Axes, row: dict[object, object], municipalities: list[str], place: tuple[float, float]) -> None:
    """Draw the boxes of an initiative, at a height and in columns of a width."""
    y, step = place
    named = set() if pd.isna(row["municipalities"]) else set(str(row["municipalities"]).split(";"))
    for position, name in enumerate(municipalities):
        together = name not in named and len(named - set(municipalities)) > 0
        if name in named or together:
            _box(axes, _LEFT + (position + 0.2) * step, y, 0.6 * step, together=together)


def _box(axes: Axes, left: float, y: float, width: float, *, together: bool) -> None:
    fill = NEUTRALS["open" if together else "dark"][0]
    axes.add_artist(Box((left, y - 0.33, width, 0.66), 0.004, fill=fill, edge=INK, width=0.9, aspect=24))


def _key(words: Words, axes: Axes, y: float) -> None:
    """Say beside the names of the municipalities what a full and an open box mean."""
    for left, together in ((0.012, False), (0.2, True)):
        _box(axes, left, y, 0.03, together=together)
        said = words.text(f"figure.{'together' if together else 'named'}")
        axes.text(left + 0.038, y, said, va="center", size=SMALL, color=MUTED)


def _note(words: Words, row: dict[object, object]) -> str:
    """Return what is told in place of names: that it is the group as a whole, a number, or nothing."""
    if not pd.isna(row["count"]):
        return words.text("cell.count_told", n=int(str(row["count"])))
    return words.text("cell.not_told") if pd.isna(row["municipalities"]) else ""
