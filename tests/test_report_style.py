"""The look: shades that read in grey, ink that can be read, drawings that are the same twice."""

import re
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import pytest
from build_fixtures import drawing, drawings, words
from matplotlib import font_manager
from matplotlib.colors import to_rgb

from fruitmand.report.marks import Sign
from fruitmand.report.style import ACCENT, FONT, INK, MUTED, PAPER, SHADES, font_folder, shade, style, to_svg


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it."""
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_gives_the_published_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)  # WCAG 2.2: ratios range from 1 to 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known grey that just fails AA


@pytest.mark.parametrize("ramp", ["", "bad_"])
def test_shades_fall_apart_in_grey(ramp):
    greys = [luminance(SHADES[f"{ramp}{level}"][0]) for level in ("high", "middle", "low")]
    assert all(light - dark >= 0.25 for dark, light in pairwise(greys))


@pytest.mark.parametrize("name", SHADES)
def test_ink_can_be_read_on_its_shade(name):
    assert contrast(*SHADES[name]) >= 4.5  # WCAG 2.2, 1.4.3 AA


@pytest.mark.parametrize(("ink", "ground"), [(INK, "#ffffff"), (MUTED, "#ffffff"), (ACCENT, "#ffffff"), (INK, PAPER), (ACCENT, PAPER)])
def test_text_colours_can_be_read_on_paper(ink, ground):
    assert contrast(ink, ground) >= 4.5


def test_counts_in_the_coverage_map_can_be_read_on_their_cells():
    figure = drawings()["coverage"](words("en"))
    axes = figure.axes[0]
    mesh = axes.collections[0]
    columns = len(axes.get_xticklabels())
    mesh.update_scalarmappable()
    fills = mesh.get_facecolors()
    counts = [text for text in axes.findobj(Sign) if text.get_text().isdigit()]
    assert counts
    for text in counts:
        x, y = text.get_position()
        fill = mpl.colors.to_hex(fills[int(y) * columns + int(x)])
        assert contrast(mpl.colors.to_hex(text.get_color()), fill) >= 4.5, (text.get_text(), fill)


def test_a_shade_says_which_end_is_wanted():
    assert [shade(symbol, "higher_is_better") for symbol in ("+/+", "+/-", "-/-")] == ["high", "middle", "low"]
    assert [shade(symbol, "higher_is_worse") for symbol in ("+/+", "+/-", "-/-")] == ["bad_high", "bad_middle", "bad_low"]


@pytest.mark.parametrize("name", ["learning_map", "coverage", "sightings", "conceptual_model", "mosaic"])
def test_the_same_drawing_twice_is_the_same_bytes_without_a_date(name):
    first, second = (to_svg(drawings()[name](words("nl"))) for _ in range(2))
    assert first == second
    assert not re.search(r"<metadata|<dc:|20\d\d-\d\d|Matplotlib v", first)


def test_text_in_a_drawing_stays_text_in_the_projects_font():
    svg = drawing()
    assert "+/+ drawn</text>" in svg
    assert FONT in svg
    with style():
        for weight in ("normal", "semibold", "bold"):
            found = Path(font_manager.findfont(font_manager.FontProperties(family=FONT, weight=weight), fallback_to_default=False))
            assert found.parent == font_folder()
    assert "DejaVu" not in to_svg(drawings()["all_ratings"](words("nl")))


def test_a_users_own_settings_do_not_matter():
    before = to_svg(drawings()["sightings"](words("nl")))
    hostile = {
        "font.size": 30,
        "svg.fonttype": "path",
        "axes.facecolor": "red",
        "axes.xmargin": 0.4,
        "xtick.direction": "in",
        "lines.dash_capstyle": "round",
    }
    with mpl.rc_context(hostile):
        assert to_svg(drawings()["sightings"](words("nl"))) == before
        assert mpl.rcParams["font.size"] == 30
