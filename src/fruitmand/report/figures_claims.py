"""The map of claims: every claim of the study on one page, with its verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from fruitmand.analysis.claims import Judgement
from fruitmand.edition.columns import Verdict
from fruitmand.report.marks import tile
from fruitmand.report.style import canvas, style
from fruitmand.report.words import Words

_ROW = 0.245
_PER_ROW = 10
_LEGEND_PER_ROW = 3
_VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    "contradicted": ("×", "dark"),
    "tension": ("~", "middle"),
    "points_away": ("(−)", "middle"),
    "slip": ("!", "light"),
    "not_visible": ("–", "light"),
    "unchecked": ("?", "light"),
    "holds": ("+", "open"),
    "holds_for_most": ("±", "open"),
    "points_to": ("(+)", "open"),
    "circular": ("○", "open"),
}
"""Sign and fill of each verdict: the darker, the more it is at odds with what the study says."""


def claims_figure(words: Words, judgements: Sequence[Judgement]) -> Figure:
    """Draw every claim as a tile with its number, a row per section of the publication; the sign and the fill show the verdict."""
    counts = Counter(judgement.verdict for judgement in judgements)
    legend = [verdict for verdict in _VERDICTS if counts[verdict]]
    rows = _rows(judgements)
    head, left = -(-len(legend) // _LEGEND_PER_ROW), 0.1
    total, step = len(rows) + head + 0.6, (1 - left) / _PER_ROW
    with style():
        figure, axes = canvas(total * _ROW)
        for position, verdict in enumerate(legend):
            down, across = divmod(position, _LEGEND_PER_ROW)
            sign, look = _VERDICTS[verdict]
            place = (across / _LEGEND_PER_ROW, total - 0.55 - down, 1 / _LEGEND_PER_ROW)
            tile(axes, place, words.text("figure.counted", what=f"{sign}  {words.text(f'verdict.{verdict}')}", n=counts[verdict]), look)
        for number, (section, in_row) in enumerate(rows):
            y = total - 1.1 - head - number
            if number == 0 or rows[number - 1][0] != section:
                axes.text(0, y, words.place(section) if not section[0].isdigit() else f"§ {section}", va="center")
            for position, judgement in enumerate(in_row):
                sign, look = _VERDICTS[judgement.verdict]
                tile(axes, (left + position * step, y, step), f"{sign} {judgement.claim.id.lstrip('c0')}", look)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure


def _rows(judgements: Sequence[Judgement]) -> list[tuple[str, list[Judgement]]]:
    """Return the judgements by section in the order of the text, in rows that are no longer than there is room for."""
    rows: list[tuple[str, list[Judgement]]] = []
    for judgement in sorted(judgements, key=lambda judgement: _reading_order(judgement.claim.section)):
        section = judgement.claim.section
        if not rows or rows[-1][0] != section or len(rows[-1][1]) == _PER_ROW:
            rows.append((section, []))
        rows[-1][1].append(judgement)
    return rows


def _reading_order(section: str) -> tuple[int, ...]:
    """Return a key that puts sections in the order of the text; an annex, which has no number, comes last."""
    return tuple(int(part) if part.isdigit() else 999 for part in section.split("."))
