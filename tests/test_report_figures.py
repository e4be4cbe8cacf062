"""The figures: each draws in both languages, and every word of it can be read."""

import re
from collections import Counter
from itertools import combinations, pairwise
from typing import get_args

import pytest
from build_fixtures import LANGUAGES, drawings, edition, results, words
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import rgb_to_hsv, to_rgb
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from fruitmand.edition.columns import Verdict
from fruitmand.report.figures_claims import _GROUPS, _LOOKS
from fruitmand.report.figures_coverage import code_saturation_curve, coverage_map
from fruitmand.report.shapes import Box, Sign
from fruitmand.report.style import NEUTRALS, STEPS, WIDTH, style, to_svg

NAMES = ["benchmarking_cycle", "learning_cycle", "conceptual_model", "coverage", "sightings", "claims_map", "initiatives_map"]
PRINTED = 170 / 25.4 * 72
"""Width of the text of a page in points."""


def rendered(figure):
    """Return the renderer, and every visible text of a drawn figure with its box in pixels."""
    with style():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        axes = figure.axes[0]
        ticks = [(axis, tick) for axis in (axes.xaxis, axes.yaxis) for tick in axis.get_major_ticks()]
        # matplotlib keeps labels for ticks beyond the ends of an axis and does not draw them.
        beyond = {label for axis, tick in ticks if not _within(tick.get_loc(), axis) for label in (tick.label1, tick.label2)}
        found = [
            text
            for text in figure.findobj(lambda artist: isinstance(artist, Text | Sign))
            if text.get_visible() and text.get_text().strip() and text not in beyond
        ]
        return renderer, [(text.get_text(), text.get_window_extent(renderer)) for text in found]


def _within(place, axis) -> bool:
    low, high = sorted(axis.get_view_interval())
    return low <= place <= high


def shared(one, two) -> float:
    """Return the area in square pixels that two boxes share."""
    width = min(one.x1, two.x1) - max(one.x0, two.x0)
    height = min(one.y1, two.y1) - max(one.y0, two.y0)
    return max(width, 0) * max(height, 0)


def texts(figure) -> list[str]:
    return [text for text, _ in rendered(figure)[1]]


def test_these_are_all_the_figures():
    assert set(NAMES) == set(drawings())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_no_text_falls_outside_the_canvas_or_on_another(name, language):
    figure = drawings()[name](words(language))
    renderer, found = rendered(figure)
    with style():
        canvas = figure.get_tightbbox(renderer).transformed(figure.dpi_scale_trans)
    assert found
    for text, box in found:
        assert canvas.x0 - 1 <= box.x0 < box.x1 <= canvas.x1 + 1, text
        assert canvas.y0 - 1 <= box.y0 < box.y1 <= canvas.y1 + 1, text
    for (one, first), (two, second) in combinations(found, 2):
        assert shared(first, second) < 0.05 * min(first.width * first.height, second.width * second.height), (one, two)
    # The width is that of the page: what is wider is scaled down, and its letters with it.
    assert canvas.width <= WIDTH * figure.dpi * 1.02


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_is_under_eight_points_when_the_figure_is_as_wide_as_the_text(name):
    assert smallest_letter(to_svg(drawings()[name](words("nl")), "mark")) >= 8


def smallest_letter(svg: str) -> float:
    """Return the size in points of the smallest letters of a drawing that is as wide as the text of a page."""
    width = float(re.search(r'<svg[^>]* width="([\d.]+)pt"', svg)[1])
    sizes = [float(size) for size in re.findall(r"font:[^;]*?([\d.]+)px|font-size: ([\d.]+)px", svg) for size in size if size]
    assert sizes
    return round(min(sizes) * PRINTED / width, 1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["claims_map", "conceptual_model", "benchmarking_cycle", "learning_cycle"])
def test_text_on_a_box_stays_within_it(name, language):
    figure = drawings()[name](words(language))
    _, found = rendered(figure)
    boxes = [patch.get_window_extent() for patch in figure.findobj(lambda artist: isinstance(artist, FancyBboxPatch | Box))]
    touching = [(text, box, at) for text, at in found for box in boxes if shared(box, at) > 0]
    assert len(touching) >= len(boxes)
    for text, box, at in touching:
        assert box.x0 <= at.x0 < at.x1 <= box.x1, text
        assert 1.15 * at.width <= box.width, f"{text}: letters of another family may be wider"
        assert box.y0 <= at.y0 < at.y1 <= box.y1, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_a_drawing_in_its_own_language(name, language):
    svg = to_svg(drawings()[name](words(language)))
    assert svg.count("<svg") == 1
    assert "<text" in svg
    assert ("nan" not in svg.lower()) or "finan" in svg.lower()


def test_every_claim_has_a_tile_with_the_sign_of_its_verdict_and_the_legend_counts_them():
    judgements = results()["judgements"]
    counts = Counter(judgement.verdict for judgement in judgements)
    for language in LANGUAGES:
        w = words(language)
        shown = texts(drawings()["claims_map"](w))
        for verdict, count in counts.items():
            assert shown.count(f"{w.text(f'verdict.{verdict}')} ({count})") == 1
            tiles = [f"{_LOOKS[verdict][0]} {j.claim.id.lstrip('c0')}" for j in judgements if j.verdict == verdict]
            assert set(tiles) <= set(shown)


def test_every_verdict_has_a_sign_of_its_own_and_every_group_a_look_that_is_told_apart_in_grey():
    signs = [sign for _, group in _GROUPS.values() for sign in group.values()]
    assert len(set(signs)) == len(signs) == len(get_args(Verdict))
    looks = [look for look, _ in _GROUPS.values()]
    light = sorted(to_rgb(NEUTRALS[look][0])[1] for look in looks if look in NEUTRALS)
    assert len(set(looks)) == len(looks) == len(light) + 1, "one has an edge of dashes in place of a fill"
    assert all(after - before > 0.15 for before, after in pairwise(light))


def test_the_steps_of_the_coverage_map_are_one_hue_and_their_lightness_falls():
    colours = [rgb_to_hsv(to_rgb(fill)) for fill in STEPS.values()]
    assert max(hue for hue, _, _ in colours) - min(hue for hue, _, _ in colours) < 0.02
    assert all(before - after > 0.06 for (_, _, before), (_, _, after) in pairwise(colours))
    assert list(STEPS) == sorted(STEPS)


def test_the_words_at_the_last_new_code_stand_beside_its_dot_and_the_dot_is_whole():
    saturation, segments = results()["sightings"], len(edition()["segments"])
    figure = code_saturation_curve(words("en"), saturation, segments)
    axes = figure.axes[0]
    (said,) = axes.texts
    assert said.get_position()[0] == saturation["order"].max()
    assert axes.get_xlim()[1] > segments
    renderer, found = rendered(figure)
    (dot,) = [line.get_window_extent(renderer) for line in axes.lines if line.get_marker() == "o"]
    (words_at,) = [box for text, box in found if text == said.get_text()]
    assert 0 < words_at.y0 - dot.y1 < 2 * words_at.height
    assert dot.x1 < axes.bbox.x1
    assert min(box.y0 for _, box in found) >= 0


def test_an_open_cell_of_the_coverage_map_has_a_dot_and_no_nought():
    shown = texts(drawings()["coverage"](words("en")))
    counts = results()["coverage"].drop(columns=["variable", "question"]).to_numpy()
    assert shown.count("·") == (counts == 0).sum() > 0
    assert "0" not in shown
    for value in set(counts[counts > 0]):
        assert shown.count(str(value)) == (counts == value).sum()


def test_coverage_of_nothing_is_drawn():
    none = results()["coverage"].copy()
    none[none.columns.difference(["variable", "question"])] = 0
    drawn = texts(coverage_map(words("en"), none))
    assert drawn.count("·") == none.drop(columns=["variable", "question", "nobody"]).size


def test_passages_of_nobody_have_a_column_when_there_are_any():
    some = results()["coverage"].copy()
    some["nobody"] = 0
    without = texts(coverage_map(words("en"), some))
    some.loc[0, "nobody"] = 7
    assert words("en").municipality("nobody") in texts(coverage_map(words("en"), some))
    assert words("en").municipality("nobody") not in without


def test_a_code_saturation_curve_of_a_single_code_is_drawn():
    one = results()["sightings"].head(1)
    assert to_svg(code_saturation_curve(words("en"), one, 1))


def test_the_curve_ends_at_the_last_new_code_and_starts_at_nothing():
    saturation, segments = results()["sightings"], len(edition()["segments"])
    axes = code_saturation_curve(words("en"), saturation, segments).axes[0]
    x, y = axes.lines[0].get_data()
    assert (x[0], y[0]) == (0, 0)
    assert (x[-1], y[-1]) == (segments, len(saturation))
    assert list(axes.lines[1].get_data()[0]) == [saturation["order"].max()]
    assert any(words("en").label(saturation.iloc[-1]["code"]) in text.get_text() for text in axes.texts)
