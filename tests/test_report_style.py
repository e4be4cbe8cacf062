"""The look: shades that read in grey, ink that can be read, drawings that are the same twice."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from build_fixtures import drawing, drawings, words
from matplotlib import font_manager
from matplotlib.colors import to_rgb

from fruitmand.report.figures_survey import ANSWERS
from fruitmand.report.shapes import Sign
from fruitmand.report.style import ACCENT, FONT, INK, MUTED, NEUTRALS, PAPER, SHADES, font_folder, shade, style, to_svg


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def linear(colour: str) -> np.ndarray:
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])


def contrast(one: str, two: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it."""
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_gives_the_published_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)  # WCAG 2.2: ratios range from 1 to 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known grey that just fails AA


@pytest.mark.parametrize("ramp", ["", "bad_"])
def test_levels_of_a_ramp_fall_apart_in_grey(ramp):
    fills = [SHADES[f"{ramp}{level}"][0] for level in ("high", "middle", "low")]
    assert [luminance(fill) for fill in fills] == sorted(luminance(fill) for fill in fills)
    assert min(contrast(dark, light) for dark, light in pairwise(fills)) >= 1.8


def test_no_two_ratings_are_as_light_as_each_other():
    fills = sorted((fill for fill, _ in SHADES.values()), key=luminance)
    assert min(contrast(dark, light) for dark, light in pairwise(fills)) >= 1.2


# Machado, Oliveira and Fernandes (2009), table 1: what somebody sees who lacks one kind of cone, in linear red, green and blue.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(linear) -> np.ndarray:
    """Return a colour in CIELAB under D65, from linear red, green and blue (IEC 61966-2-1; CIE 15)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratios = to_xyz @ np.clip(linear, 0, 1) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_formula_of_cielab_gives_the_published_values():
    assert lab([1, 1, 1]) == pytest.approx([100, 0, 0], abs=0.1)
    assert lab([1, 0, 0]) == pytest.approx([53.2, 80.1, 67.2], abs=0.1)  # red of sRGB


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_readers_who_are_blind_to_a_colour_tell_the_ratings_apart(blindness):
    seen = {name: lab(np.array(BLINDNESS[blindness]) @ linear(fill)) for name, (fill, _) in SHADES.items()}
    apart = {(one, two): float(np.linalg.norm(seen[one] - seen[two])) for one, two in combinations(seen, 2)}
    assert min(apart.values()) >= 15, apart  # a difference of 2.3 is just seen (Mahy et al., 1994)


@pytest.mark.parametrize(("one", "two"), list(pairwise(ANSWERS.values())))
def test_points_of_a_scale_fall_apart_in_grey(one, two):
    assert contrast(one[0], two[0]) >= 1.4
    assert min(contrast(*one), contrast(*two)) >= 4.5


def test_what_is_no_rating_has_no_hue():
    for fill, ink in NEUTRALS.values():
        assert np.hypot(*lab(linear(fill))[1:]) < 8
        assert contrast(fill, ink) >= 4.5


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


@pytest.mark.parametrize("name", ["claims_map", "coverage", "sightings", "conceptual_model", "initiatives_map"])
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
    assert "DejaVu" not in to_svg(drawings()["claims_map"](words("nl")))


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
