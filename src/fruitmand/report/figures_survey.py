"""The figures of the survey: answers as stacked bars, differences between groups, and the triangulation with the interviews."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from textwrap import shorten, wrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fruitmand.analysis.survey_results import SIGNIFICANCE_LEVEL
from fruitmand.report.shapes import GAP, Sign, tile
from fruitmand.report.style import INK, LINE, MUTED, SMALL, WIDTH, canvas, style
from fruitmand.report.tables_survey import COUNTS, SIGNS, contrast, effect_texts, p_value
from fruitmand.report.words import Words

POINTS = tuple(range(1, 6))
ANSWERS = {1: ("#f1f4f5", INK), 2: ("#c3cdd0", INK), 3: ("#98a5aa", INK), 4: ("#55666c", "#ffffff"), 5: ("#1d2a2e", "#ffffff")}
"""Fill and ink of each point: darker is more agreement, and each is told apart in grey from the next."""
_STATEMENT = 108  # letters of a statement on a line
_LINE_OF_TEXT, _BAR = 0.14, 0.2  # inches
_COLUMN = 0.07  # width of a column beside the bars, as a share of the width
_DIGIT = 0.0095  # width of a digit on a bar, as a share of the width

_NAMES, _EFFECT, _P, _PLOT = 0.0, 0.255, 0.545, (0.585, 1.0)
"""Where names, effects, the end of p, and intervals stand in the figure of comparisons: on a narrow screen the numbers are seen first."""
_COMPARED = 0.145  # inches a comparison
_HEAD, _BELOW = 0.37, 0.06  # inches of the heads of a grouping, and below its last comparison
_NAME = 30  # letters of the name of a variable beside it

_LOOKS = {"convergent": "open", "complementary": "light", "divergent": "dark"}
"""Look of the tile of each relation; what is silent has none."""
_PAIR = 0.36  # inches a variable


def likert_figure(words: Words, summary: pd.DataFrame) -> Figure:
    """Draw the answers to every item as a bar of shares with the counts on it, within each block from most to least agreement.

    Parameters
    ----------
    summary : DataFrame
        A row per item as `protected_summaries.protect_items` returns them. An item of which the table gives no share has no bar, and
        says why.
    """
    items = words.edition["items"].set_index("item")
    states = [state for state in COUNTS if state == "n_valid" or (summary[state].fillna(0) > 0).any()]
    right = 1 - _COLUMN * (1 + len(states))
    statements = {item: wrap(f"{item}  {words.pick(items.loc[item], 'statement')}", _STATEMENT) for item in summary["item"]}
    blocks = list(dict.fromkeys(items.loc[summary["item"], "block"]))
    total = 0.45 + 0.44 * len(blocks) + sum(_height(lines) for lines in statements.values())
    with style():
        figure, axes = canvas(total)
        _legend(words, axes, total - 0.13)
        for place, name in enumerate(("share", *states)):
            for above, line in enumerate(reversed(words.text(f"likert.{name}").split("\n"))):
                axes.add_artist(Sign(line, (_beside(right, place), total - 0.6 + above * _LINE_OF_TEXT), MUTED, size=SMALL))
        y = total - 0.36
        for block in blocks:
            y -= 0.24
            axes.text(0, y, words.label(block), weight="bold", va="center")
            axes.plot([0, 1], [y - 0.12, y - 0.12], color=LINE, lw=0.8)
            y -= 0.18
            for row in _sorted(summary[summary["item"].map(items["block"]) == block]).to_dict("records"):
                lines = statements[row["item"]]
                axes.text(0, y - 0.04, "\n".join(lines), va="top", size=SMALL, linespacing=1.15)
                _bar(words, axes, row, (y - _height(lines) + 0.13, right), states)
                y -= _height(lines)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure


def _height(lines: Sequence[str]) -> float:
    return _LINE_OF_TEXT * len(lines) + _BAR + 0.07


def _sorted(part: pd.DataFrame) -> pd.DataFrame:
    """Return the items of a block from most to least agreement; those of which the table gives no share come last, in their own order."""
    share = (part["high"] / part["n_valid"].where(part["high_low"].notna())).astype("Float64")
    return part.loc[share.sort_values(ascending=False, kind="stable", na_position="last").index]


def _beside(right: float, place: int) -> float:
    return right + _COLUMN * (place + 0.55)


def _bar(words: Words, axes: Axes, row: dict[Any, Any], place: tuple[float, float], states: Sequence[str]) -> None:
    y, right = place
    if row["withheld"]:
        axes.text(0, y, words.text("cell.withheld"), va="center", size=SMALL, color=MUTED)
        return
    for position, state in enumerate(states, start=1):
        axes.add_artist(Sign(words.decimal(row[state], 0), (_beside(right, position), y), INK if row[state] else MUTED, size=SMALL))
    if pd.isna(row["high_low"]):
        axes.text(0, y, _instead(words, row), va="center", size=SMALL, color=MUTED)
        return
    share = words.text("cell.percentage", share=words.decimal(100 * row["high"] / row["n_valid"], 0))
    axes.add_artist(Sign(share, (_beside(right, 0), y), INK, size=SMALL, weight="semibold"))
    edges = [0.0]
    for point in POINTS:
        edges.append(edges[-1] + row[f"p{point}"] / row["n_valid"] * (right - 0.01))
    for point, (start, end) in zip(POINTS, pairwise(edges), strict=True):
        fill, ink = ANSWERS[point]
        axes.barh(y, end - start, left=start, height=_BAR - 0.01, color=fill, edgecolor=_line(point), lw=0.6)
        count = str(row[f"p{point}"])
        if end - start > _DIGIT * (len(count) + 0.4):
            axes.add_artist(Sign(count, ((start + end) / 2, y), ink, size=SMALL))


def _line(point: int) -> str:
    """Return the colour of the line around a part of a bar, which is seen between it and its neighbours."""
    return MUTED if ANSWERS[point][1] == INK else "#ffffff"


def _instead(words: Words, row: Mapping[Any, Any]) -> str:
    """Return why there is no bar: nobody was asked or answered, or too few for a share, and then what they answered."""
    if not row["n_valid"]:
        return words.text("likert.no_valid" if row["asked"] else "likert.not_asked")
    return words.text("likert.too_few", counts=" · ".join(words.decimal(row[f"p{point}"], 0) for point in POINTS))


def _legend(words: Words, axes: Axes, y: float) -> None:
    scales = words.edition["scales"]
    scale = words.edition["items"]["scale"].iloc[0]
    labels = scales[scales["scale"] == scale].set_index("rank")
    width = 1 / len(POINTS)
    for place, point in enumerate(POINTS):
        fill, ink = ANSWERS[point]
        axes.barh(y, width, left=place * width, height=0.22, color=fill, edgecolor=_line(point), lw=0.6)
        axes.add_artist(Sign(f"{point}  {words.pick(labels.loc[point])}", ((place + 0.5) * width, y), ink, size=SMALL))


def comparisons_figure(words: Words, results: pd.DataFrame) -> Figure:
    """Draw the effect of every comparison with its interval beside the line of no effect, by grouping; one without an effect says why.

    Parameters
    ----------
    results : DataFrame
        As `protected_summaries.compare_groups` returns them. A full square is a difference that stands after correction, a circle one that
        does not.
    """
    parts = [(str(by), part) for by, part in results.groupby("by", sort=False)]
    total = 0.36 + sum(_HEAD + _BELOW + _COMPARED * max(1, _lines(part)) for _, part in parts)
    with style():
        figure, axes = canvas(total)
        _key(words, axes, total - 0.07)
        y = total - 0.36
        for by, part in parts:
            axes.text(_NAMES, y - 0.09, contrast(words, by, part), weight="bold", va="center")
            axes.plot([0, 1], [y - 0.185, y - 0.185], color=LINE, lw=0.8)
            bottom = y - _HEAD - _COMPARED * max(1, _lines(part))
            if _lines(part):
                _axis(words, axes, part, y - 0.27, bottom)
                for place, row in enumerate(part.to_dict("records")):
                    _effect(words, axes, row, y - _HEAD - _COMPARED * (place + 0.5))
            else:
                axes.text(_NAMES, y - 0.3, words.text("cell.not_compared"), va="center", size=SMALL, color=MUTED)
            y = bottom - _BELOW
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure


def _lines(part: pd.DataFrame) -> int:
    """Return how many comparisons of a grouping are drawn: none where all of it is withheld."""
    return 0 if (part["reason"] == "withheld").all() else len(part)


def _lowest(part: pd.DataFrame) -> float:
    """Return the left end of the axis of a grouping: effects between two groups go from -1, those between more from 0."""
    return -1.0 if part["first"].notna().any() else 0.0


def _at(value: float) -> float:
    """Return the place of an effect, from -1 to 1: in every grouping 0 is at the same place, and 1 as far from it."""
    return _PLOT[0] + (_PLOT[1] - _PLOT[0]) * (value + 1) / 2


def _axis(words: Words, axes: Axes, part: pd.DataFrame, top: float, bottom: float) -> None:
    """Draw the line of no effect of a grouping, with the ends of the axis and the heads of the numbers above."""
    lowest = _lowest(part)
    axes.plot([_at(0)] * 2, [bottom, top - 0.08], color=MUTED, lw=0.8, zorder=0)
    for value in {lowest, 0.0, 1.0}:
        kind = "lower" if value < 0 else "none" if value == 0 else "higher" if lowest < 0 else "whole"
        align = "left" if value < 0 else "center" if value == 0 else "right"
        text = words.text(f"effect.{kind}", value=words.decimal(value, 0))
        axes.text(_at(value), top, text, ha=align, va="center", size=SMALL, color=MUTED)
    axes.text(_EFFECT, top, words.text("effect.estimate"), va="center", size=SMALL, color=MUTED)
    axes.text(_P, top, words.text("effect.p"), ha="right", va="center", size=SMALL, color=MUTED)


def _effect(words: Words, axes: Axes, row: dict[Any, Any], y: float) -> None:
    axes.text(_NAMES + 0.012, y, shorten(words.label(row["variable"]), _NAME, placeholder="…"), va="center", size=SMALL)
    value, interval = effect_texts(words, row)
    if pd.isna(row["effect"]):
        axes.text(_EFFECT, y, value, va="center", size=SMALL, color=MUTED)
        return
    stands = not pd.isna(row["p_adjusted"]) and row["p_adjusted"] < SIGNIFICANCE_LEVEL
    if not pd.isna(row["effect_low"]):
        axes.plot([_at(row[name]) for name in ("effect_low", "effect_high")], [y, y], color=INK, lw=1.1, solid_capstyle="butt")
    if row["groups"] > 2:
        _chance(axes, _at((row["groups"] - 1) / (row["n"] - 1)), y)
    _point(axes, (_at(row["effect"]), y), stands=stands)
    weight = "semibold" if stands else "normal"
    said = value if pd.isna(row["effect_low"]) else words.text("effect.said", value=value, interval=interval)
    axes.text(_EFFECT, y, said, va="center", size=SMALL, weight=weight)
    axes.text(_P, y, p_value(words, row["p_adjusted"]), ha="right", va="center", size=SMALL, weight=weight)


def _point(axes: Axes, at: tuple[float, float], *, stands: bool) -> None:
    axes.plot(*([part] for part in at), "s" if stands else "o", ms=5.0, mfc=INK if stands else "white", mec=INK, mew=1.0)


def _chance(axes: Axes, x: float, y: float) -> None:
    """Mark the effect that groups without any difference have on average."""
    axes.plot([x, x], [y - 0.055, y + 0.055], color=MUTED, lw=1.4, solid_capstyle="butt", zorder=1)


def _key(words: Words, axes: Axes, y: float) -> None:
    """Say above the comparisons what the marks and the line mean."""
    for place, stands in ((0.02, True), (0.52, False)):
        _point(axes, (place, y), stands=stands)
        axes.text(place + 0.03, y, words.text(f"effect.{'stands' if stands else 'falls'}"), va="center", size=SMALL)
    below = y - 0.16
    axes.plot([0.0, 0.04], [below, below], color=INK, lw=1.1)
    axes.text(0.05, below, words.text("column.interval"), va="center", size=SMALL)
    _chance(axes, 0.52, below)
    axes.text(0.55, below, words.text("effect.chance"), va="center", size=SMALL)


def triangulation_map(words: Words, pairs: pd.DataFrame, municipalities: Sequence[str]) -> Figure:
    """Say per variable and municipality how interviews and survey relate, with the ratings of both small below; the fill shows it too."""
    rows = list(dict.fromkeys(pairs["variable"]))
    by_pair = pairs.set_index(["variable", "municipality"])
    total, left = len(rows) + 0.7, 0.30
    step = (1 + GAP - left) / len(municipalities)
    letters = max(4, int(step * WIDTH * 72 / SMALL * 1.9))  # that fit on a tile
    with style():
        figure, axes = canvas(total * _PAIR)
        for position, name in enumerate(municipalities):
            axes.add_artist(
                Sign(words.municipality(name), (left + (position + 0.5) * step, total - 0.35), INK, size=SMALL, weight="semibold")
            )
        for number, variable in enumerate(rows):
            y = total - 1.15 - number
            axes.text(0, y, words.label(variable), va="center")
            for position, name in enumerate(municipalities):
                _pair(words, axes, by_pair.loc[(variable, name)], (left + position * step, y, step), letters)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure


def _pair(words: Words, axes: Axes, row: pd.Series, place: tuple[float, float, float], letters: int) -> None:
    """Say how the two ratings of a pair relate, or why that cannot be said; what is too long for a tile stays away from it."""
    sign = SIGNS[row["relation"]]
    word = f"{sign} {words.text('relation_short.' + row['relation'])}"
    said = word if len(word) <= letters else sign
    sides = " | ".join(
        words.text("cell.none") if pd.isna(symbol) else words.symbol(str(symbol)) for symbol in (row["interview"], row["survey"])
    )
    if row["relation"] in _LOOKS:
        tile(axes, place, said, _LOOKS[row["relation"]], height=0.9, small=sides)
        return
    x, y, width = place
    reason = words.text(f"reason.{row['reason']}")
    for text, above in ((said, 0.16), (reason if len(reason) <= letters else sides, -0.225)):
        axes.add_artist(Sign(text, (x + width / 2, y + above), MUTED, size=SMALL))
