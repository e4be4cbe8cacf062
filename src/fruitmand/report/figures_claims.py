"""The map of claims: every claim of the study on one page, with its verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fruitmand.analysis.claims import Judgement
from fruitmand.edition.columns import Verdict
from fruitmand.report.shapes import GAP, tile
from fruitmand.report.style import canvas, style
from fruitmand.report.words import Words

_ROW = 0.245
_PER_ROW = 10
_LEFT = 0.1  # where the tiles begin
_KEY = 0.06  # width of a tile of the key, whose words stand beside it, so that they may be as long as they need
_GROUPS: Mapping[str, tuple[str, Mapping[Verdict, str]]] = {
    "against": ("dark", {"contradicted": "×", "points_away": "(×)", "slip": "!"}),
    "between": ("middle", {"tension": "~"}),
    "unsaid": ("dashed", {"not_visible": "–", "circular": "○", "unchecked": "?"}),
    "for": ("light", {"holds": "+", "holds_for_most": "±", "points_to": "(+)"}),
}
"""Look of each group of verdicts, and the sign of each verdict in it: the look tells what a verdict comes to, the sign which it is."""
_LOOKS = {verdict: (sign, look) for look, signs in _GROUPS.values() for verdict, sign in signs.items()}


def claims_figure(words: Words, judgements: Sequence[Judgement]) -> Figure:
    """Draw every claim as a tile with its number, a row per section of the publication; the sign and the look show the verdict."""
    counts = Counter(judgement.verdict for judgement in judgements)
    rows, key = _rows(judgements), _key(counts)
    head = max(map(len, key), default=0) + 0.5
    total, step = len(rows) + head, (1 + GAP - _LEFT) / _PER_ROW
    with style():
        figure, axes = canvas(total * _ROW)
        for across, column in enumerate(key):
            for down, line in enumerate(column):
                _key_line(words, axes, line, (across / len(key), total - 0.5 - down), counts)
        for number, (section, in_row) in enumerate(rows):
            y = total - 0.5 - head - number
            if number == 0 or rows[number - 1][0] != section:
                axes.text(0, y, words.place(section) if not section[0].isdigit() else f"§ {section}", va="center")
            for position, judgement in enumerate(in_row):
                sign, look = _LOOKS[judgement.verdict]
                tile(axes, (_LEFT + position * step, y, step), f"{sign} {judgement.claim.id.lstrip('c0')}", look)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, total)
    return figure


def _key(counts: Mapping[Verdict, int]) -> list[list[str]]:
    """Return the lines of the key in two columns: every group with a claim, and under it the verdicts that occur."""
    groups = [[name, *(verdict for verdict in signs if counts[verdict])] for name, (_, signs) in _GROUPS.items()]
    columns = ([line for group in part if len(group) > 1 for line in group] for part in (groups[:2], groups[2:]))
    return [column for column in columns if column]


def _key_line(words: Words, axes: Axes, line: str, place: tuple[float, float], counts: Mapping[Verdict, int]) -> None:
    """Draw a line of the key at a place: the name of a group, or a tile with the verdict and its number of claims beside it."""
    x, y = place
    if line in _GROUPS:
        axes.text(x, y - 0.08, words.text(f"figure.{line}"), weight="bold", va="center")
        return
    sign, look = next((signs[verdict], look) for look, signs in _GROUPS.values() for verdict in signs if verdict == line)
    tile(axes, (x - GAP, y, _KEY), sign, look)
    said = words.text("figure.counted", what=words.text(f"verdict.{line}"), n=counts[line])  # type: ignore[index]
    axes.text(x + _KEY + 0.01, y, said, va="center")


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
