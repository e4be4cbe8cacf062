"""Boxes and signs: the same drawing as matplotlib's own patches and texts."""

import pytest
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from fruitmand.report.shapes import Box, Sign
from fruitmand.report.style import canvas, style, to_svg

WITHIN = {"clip_on": False, "in_layout": False}
BOXES = [((0.1, 2.0, 0.3, 0.8), 0.016, 24.0), ((0.5, 1.0, 0.2, 0.9), 0.003, 1.0), ((0.6, 3.1, 0.35, 0.82), 0.25, 24.0)]
SIGNS = [("+/−", (0.25, 2.4), {}), ("ÀÇg", (0.6, 1.45), {"weight": "semibold"}), ("+/−", (0.3, 3.5), {"size": 6}), ("+/−", (0.7, 3.5), {})]


def drawn(*artists) -> str:
    with style():
        figure, axes = canvas(2.0)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 4)
        axes.text(0, 0.2, "bounds")
        for artist in artists:
            axes.add_artist(artist)
    return to_svg(figure)


@pytest.mark.parametrize("box", BOXES)
def test_a_box_is_drawn_as_a_patch(box):
    (x, y, width, height), rounding, aspect = box
    style_of_box = f"round,pad=0,rounding_size={rounding}"
    look = {"facecolor": "#0f5257", "edgecolor": "#4d5b60", "lw": 0.5}
    patch = FancyBboxPatch((x, y), width, height, boxstyle=style_of_box, mutation_aspect=aspect, **look, **WITHIN)

    def ours(radius):
        return Box((x, y, width, height), radius, fill="#0f5257", edge="#4d5b60", width=0.5, aspect=aspect)

    svg = drawn(patch)
    assert drawn(ours(rounding)) == svg
    assert drawn(ours(2 * rounding)) != svg


def test_signs_are_drawn_as_texts_each_in_its_own_place_and_look():
    with style():
        texts = [Text(*at, text, color="#1d2a2e", ha="center", va="center", **font, **WITHIN) for text, at, font in SIGNS]
    svg = drawn(*texts)
    for _ in range(2):  # the second time with what was laid out
        assert drawn(*(Sign(text, at, "#1d2a2e", **font) for text, at, font in SIGNS)) == svg
    assert svg.count(">+/−<") == 3
