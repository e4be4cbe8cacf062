"""The look: colours, fonts and the one way to turn a drawing into SVG."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Bbox

from fruitmand.report.blocks import Shade

FONT = "Source Sans 3"
SIZE = 9.0  # points
SMALL = 8.0  # nothing that is read is smaller
WIDTH = 6.68  # inches; with half a line at both sides a figure is as wide as the text of a page: its letters are as large as they say
_LINE = 0.007  # inches; half a line
INK = "#1d2a2e"
MUTED = "#4d5b60"
LINE = "#c9d2d4"
PAPER = "#f4f6f5"
ACCENT = "#0f5257"

# Fill and ink per rating. The green ramp is for ratings, the orange one for risks, where +/+ is the unwanted end. Lightness falls from low
# to high in both, and no two of the six are as light as each other, so that they are told apart in grey; hue tells the ramps apart, also
# for readers who are blind to some colours.
SHADES: dict[str, tuple[str, str]] = {
    "high": ("#0a464b", "#ffffff"),
    "middle": ("#8fbfb9", INK),
    "low": ("#f0f8f6", INK),
    "bad_high": ("#a8470f", "#ffffff"),
    "bad_middle": ("#d9894a", INK),
    "bad_low": ("#fadcbf", INK),
}

# Fill and ink of what is no rating. Shapes and words say what it is; darker is what to look at first.
NEUTRALS: dict[str, tuple[str, str]] = {
    "dark": ("#26343a", "#ffffff"),
    "middle": ("#b4c0c4", INK),
    "light": ("#e4e9ea", INK),
    "open": ("#ffffff", INK),
}

# Fills of counts by the least that each stands for: one hue, whose lightness falls by steps that are seen; ink can be read on all of them.
STEPS: dict[int, str] = {1: "#e4eaed", 3: "#c6d1d7", 6: "#a6b6be", 11: "#889ca6"}

_SHADE: dict[str, tuple[Shade, Shade]] = {"+/+": ("high", "bad_high"), "+/-": ("middle", "bad_middle"), "-/-": ("low", "bad_low")}

_PARAMETERS: dict[str, Any] = {
    "font.family": FONT,
    "font.size": SIZE,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "fruitmand",
    "figure.facecolor": "white",
}


def font_folder() -> Path:
    """Return the folder with the fonts that drawings and pages share."""
    return Path(str(files("fruitmand.report") / "fonts"))


@cache
def _prepare() -> None:
    """Give matplotlib the project's fonts, and let it measure a text once: it would do so again for every drawing."""
    for path in sorted(font_folder().glob("*.ttf")):
        font_manager.fontManager.addfont(str(path))
    TextToPath.get_text_width_height_descent = _measure  # type: ignore[assignment]


_plain_measure = TextToPath.get_text_width_height_descent
Math = bool | Literal["TeX"]
Size = tuple[float, float, float]


@cache
def _size(text: str, font: font_manager.FontProperties, is_math: Math) -> Size:
    return _plain_measure(TextToPath(), text, font, is_math)


def _measure(_: TextToPath, text: str, font: font_manager.FontProperties, is_math: Math) -> Size:
    return _size(text, font.copy(), is_math)


@contextmanager
def style() -> Iterator[None]:
    """Draw with the project's fonts and colours, whatever the user's matplotlib settings are; within itself it does nothing more."""
    if mpl.rcParams["svg.hashsalt"] == _PARAMETERS["svg.hashsalt"]:
        yield
        return
    _prepare()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_PARAMETERS)
        yield


def canvas(height: float) -> tuple[Figure, Axes]:
    """Return a figure as wide as the text of a page, with axes over all of it that show nothing; ``height`` is in inches."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.axis("off")
    return figure, axes


def shade(symbol: str, polarity: str) -> Shade:
    """Return the shade of a rating: which end of the scale, and whether that end is wanted.

    >>> shade("+/+", "higher_is_better"), shade("+/+", "higher_is_worse")
    ('high', 'bad_high')
    """
    return _SHADE[symbol][polarity == "higher_is_worse"]


def to_svg(figure: Figure, mark: str = "") -> str:
    """Return a figure as SVG with real text and no date, the same bytes every time; ``mark`` is written below it."""
    buffer = io.StringIO()
    with style():
        if mark:
            figure.text(1.0, -0.06 / figure.get_figheight(), mark, ha="right", va="top", size=SMALL, color=MUTED, style="italic")
        FigureCanvasSVG(figure)
        box = figure.get_tightbbox().padded(_LINE, 0.04)  # "tight" would draw everything once more to find it
        box = Bbox.union([box, Bbox.from_extents(-_LINE, box.y0, WIDTH + _LINE, box.y1)])
        figure.savefig(buffer, format="svg", bbox_inches=box, metadata={"Date": None, "Creator": None})
    drawing = re.sub(r"<metadata>.*?</metadata>\s*", "", buffer.getvalue(), flags=re.S)
    return drawing.replace(f"'{FONT}'", f"'{FONT}', sans-serif")  # for screens that lack the font
