"""The figures made of tiles: the map of ratings, the mosaic, the evidence map and the map of claims."""

from collections.abc import Callable, Mapping, Sequence
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fruitmand.analysis.claims import Judgement
from fruitmand.analysis.ratings import variables
from fruitmand.edition.columns import Verdict
from fruitmand.report.blocks import Shade
from fruitmand.report.marks import Box, Sign
from fruitmand.report.style import ACCENT, LINE, MUTED, SHADES, shade, style
from fruitmand.report.words import Words

WIDTH = 6.3
_ROW = 0.25
_PER_ROW = 10
_LEGEND_PER_ROW = 3
_VERDICTS: Mapping[Verdict, tuple[str, Shade | None]] = {
    "holds": ("+", "high"),
    "holds_for_most": ("±", "middle"),
    "points_to": ("(+)", "low"),
    "circular": ("○", "low"),
    "not_visible": ("–", None),
    "points_away": ("(−)", "bad_low"),
    "tension": ("~", "bad_middle"),
    "contradicted": ("×", "bad_high"),
    "slip": ("!", None),
    "unchecked": ("?", None),
}
"""Sign and shade of each verdict."""


def rating_map(words: Words, matrix: pd.DataFrame, concepts: list[str]) -> Figure:
    """Draw ratings as a map: a row per variable, a column per municipality; darker is higher.

    Parameters
    ----------
    matrix : DataFrame
        Symbols, variables by municipalities; a missing rating is drawn as an empty, crossed cell.
    concepts : list of str
        Concepts to draw, each with a heading.
    """
    book = variables(words.edition["codebook"])
    lines: list[tuple[str, str | None]] = []
    for concept in concepts:
        lines += [(concept, None), *_with_polarity(book, concept)]
    municipalities = list(matrix.columns)
    with style():
        total = len(lines) + len(concepts) * 0.5 + 0.8
        figure, axes = canvas(total * _ROW)
        left, right = 0.44, 1.0
        step = (right - left) / len(municipalities)
        y = total - 0.5
        for position, municipality in enumerate(municipalities):
            axes.text(
                left + (position + 0.5) * step, total - 0.4, words.municipality(municipality), ha="center", va="center", weight="semibold"
            )
        for code, polarity in lines:
            y -= 1.0 if polarity is not None else 1.0 if y == total - 0.5 else 1.3
            if polarity is None:
                axes.text(0, y, words.label(code), weight="bold", color=ACCENT, va="center", size=10.5)
                axes.plot([0, right], [y - 0.5, y - 0.5], color=LINE, lw=0.8)
                y -= 0.15
                continue
            axes.text(0.012, y, words.label(code), va="center")
            for position, municipality in enumerate(municipalities):
                symbol = matrix.at[code, municipality]
                missing = pd.isna(symbol)
                text = "×" if missing else words.symbol(symbol)
                tile(axes, (left + position * step, y, step), text, None if missing else shade(symbol, polarity))
        axes.set_xlim(0, right)
        axes.set_ylim(y - 0.55, total)
    return figure


def _with_polarity(book: pd.DataFrame, concept: str) -> list[tuple[str, str]]:
    """Return the variables of a concept, each with its polarity."""
    rows = book[book["concept"] == concept]
    return list(zip(rows["code"], rows["polarity"], strict=True))


def evidence_figure(words: Words, evidence: pd.DataFrame, municipalities: list[str]) -> Figure:
    """Draw all ratings with the passages for, mixed and against each; the shade says how the passages stand to the rating."""
    rows = list(dict.fromkeys(evidence["variable"]))
    by_pair = evidence.set_index(["variable", "municipality"])
    shades: dict[str, Shade | None] = {
        "supported": "high",
        "mixed": "middle",
        "contested": "bad_middle",
        "opposed": "bad_high",
        "none": None,
    }
    total = len(rows) + 2.2
    left = 0.40
    with style():
        figure, axes = canvas(total * 0.255)

        def cell(variable: str, municipality: str) -> tuple[str, Shade | None]:
            row = by_pair.loc[(variable, municipality)]
            counts = f"{row['n_for']} · {row['n_mixed']} · {row['n_against']}"
            return f"{words.symbol(row['symbol'])}   {counts if row['standing'] != 'none' else '–'}", shades[row["standing"]]

        variable_grid(words, axes, (left, total - 0.5, total - 1.6), (rows, municipalities), cell)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure


def variable_grid(
    words: Words,
    axes: Axes,
    place: tuple[float, float, float],
    names: tuple[Sequence[str], Sequence[str]],
    cell: Callable[[str, str], tuple[str, Shade | None]],
) -> None:
    """Draw a tile per variable and municipality, with their labels; ``cell`` gives its text and shade.

    ``place`` is the left of the tiles and the heights of the municipalities' names and of the first row; ``names`` are the variables
    and the municipalities.
    """
    left, head, first = place
    variables_shown, municipalities = names
    step = (1 - left) / len(municipalities)
    for position, municipality in enumerate(municipalities):
        axes.text(left + (position + 0.5) * step, head, words.municipality(municipality), ha="center", va="center", weight="semibold")
    for number, variable in enumerate(variables_shown):
        axes.text(0, first - number, words.label(variable), va="center")
        for position, municipality in enumerate(municipalities):
            tile(axes, (left + position * step, first - number, step), *cell(variable, municipality))


def claims_figure(words: Words, judgements: Sequence[Judgement]) -> Figure:
    """Draw every claim as a tile with its number, a row per section of the publication; shade and sign show the verdict."""
    present = {judgement.verdict for judgement in judgements}
    legend = [verdict for verdict in _VERDICTS if verdict in present]
    rows: list[tuple[str, list[Judgement]]] = []
    for judgement in sorted(judgements, key=lambda judgement: _reading_order(judgement.claim.section)):
        section = judgement.claim.section
        if not rows or rows[-1][0] != section or len(rows[-1][1]) == _PER_ROW:
            rows.append((section, []))
        rows[-1][1].append(judgement)
    head, left = -(-len(legend) // _LEGEND_PER_ROW), 0.1
    total, step = len(rows) + head + 0.4, (1 - left) / _PER_ROW
    with style():
        figure, axes = canvas(total * 0.245)
        for position, verdict in enumerate(legend):
            down, across = divmod(position, _LEGEND_PER_ROW)
            sign, level = _VERDICTS[verdict]
            place = (across / _LEGEND_PER_ROW, total - 0.55 - down, 1 / _LEGEND_PER_ROW)
            tile(axes, place, f"{sign}  {words.text(f'verdict.{verdict}')}", level)
        for number, (section, in_row) in enumerate(rows):
            y = total - 0.9 - head - number
            if number == 0 or rows[number - 1][0] != section:
                axes.text(0, y, words.place(section) if not section[0].isdigit() else f"§ {section}", va="center")
            for position, judgement in enumerate(in_row):
                sign, level = _VERDICTS[judgement.verdict]
                tile(axes, (left + position * step, y, step), f"{sign} {judgement.claim.id.lstrip('c0')}", level)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure


def _reading_order(section: str) -> tuple[int, ...]:
    """Return a key that puts sections in the order of the text; an annex, which has no number, comes last."""
    return tuple(int(part) if part.isdigit() else 999 for part in section.split("."))


def tile(axes: Axes, place: tuple[float, float, float], text: str, level: Shade | None) -> None:
    """Draw a rating; tiles of risks have round ends, so that they stand out in grey as well."""
    x, y, width = place
    bounds = (x + 0.006, y - 0.41, width - 0.012, 0.82)
    edge, rounding = MUTED if level else LINE, 0.016 if _round_ends(level) else 0.003
    axes.add_artist(Box(bounds, rounding, fill=_colours(level)[0], edge=edge, width=0.5, aspect=24))
    axes.add_artist(Sign(text, (x + width / 2, y - 0.02), _colours(level)[1], weight="semibold"))


def _round_ends(level: Shade | None) -> bool:
    return level is not None and level.startswith("bad")


def _colours(level: Shade | None) -> tuple[str, str]:
    """Return fill and ink."""
    return SHADES[level] if level else ("#ffffff", MUTED)


def mosaic(words: Words, matrix: pd.DataFrame, concepts: list[str]) -> Figure:
    """Draw all ratings as small tiles with their symbols, a block per concept, for the title page."""
    book = variables(words.edition["codebook"])
    municipalities = list(matrix.columns)
    deepest = int(book["concept"].value_counts().max())
    gap = 1.2
    with style():
        figure, axes = canvas((deepest + 3) * 0.2)
        for block, concept in enumerate(concepts):
            left = block * (len(municipalities) + gap)
            axes.text(left, 1.7, fill(words.label(concept), 20), weight="semibold", color=ACCENT, size=8.5, va="bottom")
            for position, municipality in enumerate(municipalities):
                axes.text(left + position + 0.46, 1.2, words.municipality(municipality)[:1], size=7, color=MUTED, ha="center", va="center")
            for depth, (code, polarity) in enumerate(_with_polarity(book, concept)):
                for position, municipality in enumerate(municipalities):
                    symbol = matrix.at[code, municipality]
                    missing = pd.isna(symbol)
                    level: Shade | None = None if missing else shade(symbol, polarity)
                    _small_tile(axes, (left + position, -depth), "×" if missing else words.symbol(symbol), level)
        axes.set_xlim(-0.05, len(concepts) * (len(municipalities) + gap) - gap)
        axes.set_ylim(-deepest + 0.9, 3.8)
    return figure


def _small_tile(axes: Axes, place: tuple[float, float], text: str, level: Shade | None) -> None:
    fill, ink = _colours(level)
    axes.add_artist(Box((*place, 0.92, 0.86), 0.25 if _round_ends(level) else 0.02, fill=fill, edge=LINE, width=0.4))
    axes.add_artist(Sign(text, (place[0] + 0.46, place[1] + 0.41), ink, size=6))


def canvas(height: float) -> tuple[Figure, Axes]:
    """Return a figure as wide as the text of a page, with axes over all of it that show nothing."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.axis("off")
    return figure, axes
