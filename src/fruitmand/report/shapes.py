"""Boxes and signs for figures with hundreds of them: drawn like matplotlib's own patches and texts, without what makes those slow.

They lie within the axes, whose limits are set, so they are not measured to find the bounds of a figure, nor cut off.
"""

from functools import cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.patches import BoxStyle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from fruitmand.report.style import FONT, INK, MUTED, NEUTRALS, SIZE, SMALL

GAP = 0.005
"""Half of the space between two tiles, as a share of the width."""

_rgba = cache(to_rgba)
_LAYOUTS: dict[tuple[object, ...], tuple[Text, Bbox, float]] = {}


class _Mark(Artist):
    """An artist of the axes that nothing measures and nothing cuts off."""

    def __init__(self) -> None:
        super().__init__()
        self.set_in_layout(False)

    def set_clip_path(self, *_: Any, **__: Any) -> None:
        """Do nothing: a mark lies within its axes, and finding their outline for each takes longer than drawing it."""


class Box(_Mark):
    """A rounded box.

    Parameters
    ----------
    bounds : tuple of float
        Left, bottom, width and height in the units of the axes.
    rounding : float
        Radius of the corners, in units of the horizontal axis; ``aspect`` times as much in those of the vertical one.
    dashed : bool
        Whether its edge is dashed.
    """

    zorder = 1  # as a patch

    def __init__(
        self,
        bounds: tuple[float, float, float, float],
        rounding: float,
        *,
        fill: str,
        edge: str,
        width: float,
        aspect: float = 1.0,
        dashed: bool = False,
    ) -> None:
        super().__init__()
        self._bounds, self._rounding, self._aspect, self._dashed = bounds, rounding, aspect, dashed
        self._fill, self._edge, self._width = fill, edge, width

    def get_facecolor(self) -> tuple[float, ...]:
        """Return the fill as red, green, blue and opacity."""
        return _rgba(self._fill)

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:  # noqa: ARG002 - as every artist's
        """Return the bounds in pixels."""
        return self._outline().get_extents(self.get_transform())

    def draw(self, renderer: RendererBase) -> None:
        """Draw it as a patch."""
        renderer.open_group("patch", self.get_gid())
        pen = renderer.new_gc()
        pen.set_linewidth(self._width)
        pen.set_joinstyle("miter")
        if self._dashed:
            pen.set_dashes(0, [2.2, 1.8])
        pen.set_foreground(_rgba(self._edge), isRGBA=True)
        renderer.draw_path(pen, self._outline(), self.get_transform().get_affine(), _rgba(self._fill))
        pen.restore()
        renderer.close_group("patch")

    def _outline(self) -> Path:
        x, y, width, height = self._bounds
        path = BoxStyle.Round(pad=0, rounding_size=self._rounding)(x, y / self._aspect, width, height / self._aspect, 1)
        return Path(np.asarray(path.vertices) * (1.0, self._aspect), path.codes)


class Sign(_Mark):
    """A short text with its middle at a place, in the units of the axes. Signs that are alike are laid out once."""

    zorder = 3  # as a text

    def __init__(self, text: str, at: tuple[float, float], ink: str, *, size: float = SIZE, weight: str = "normal") -> None:
        super().__init__()
        self._text, self._at, self._ink, self._look = text, at, ink, (size, weight)

    def get_text(self) -> str:
        """Return the text."""
        return self._text

    def get_color(self) -> str:
        """Return the ink."""
        return self._ink

    def get_position(self) -> tuple[float, float]:
        """Return the place of the middle."""
        return self._at

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the bounds in pixels, as a renderer would draw it."""
        assert renderer is not None
        return self._layout(renderer)[1].translated(*self.get_transform().transform(self._at))

    def draw(self, renderer: RendererBase) -> None:
        """Draw it as a text."""
        model, _, baseline = self._layout(renderer)
        model.set_position(self._at)  # a renderer asks it where the text is anchored
        model.set_transform(self.get_transform())
        x, y = self.get_transform().transform(self._at)
        y += baseline
        renderer.open_group("text", self.get_gid())
        pen = renderer.new_gc()
        pen.set_foreground(_rgba(self._ink), isRGBA=True)
        height = renderer.get_canvas_width_height()[1]
        y = height - y if renderer.flipy() else y
        renderer.draw_text(pen, x, y, self._text, model.get_fontproperties(), 0.0, mtext=model)
        pen.restore()
        renderer.close_group("text")

    def _layout(self, renderer: RendererBase) -> tuple[Text, Bbox, float]:
        """Return a text like this one, its bounds about its middle, and how far from that the letters stand, in pixels."""
        figure = self.get_figure(root=True)
        assert figure is not None
        key = (self._text, self._look, figure.dpi, type(renderer))
        if key not in _LAYOUTS:
            font = FontProperties(family=FONT, size=self._look[0], weight=self._look[1])
            model = Text(0, 0, self._text, fontproperties=font, ha="center", va="center")
            model.set_figure(figure)
            # No public method tells where the letters stand.
            bounds, ((_, _, (_, baseline)),), _ = model._get_layout(renderer)  # type: ignore[attr-defined]
            _LAYOUTS[key] = model, bounds, baseline
        return _LAYOUTS[key]


def tile(axes: Axes, place: tuple[float, float, float], text: str, look: str, *, height: float = 0.82, small: str = "") -> None:
    """Draw a text on a tile, in one of the looks of `NEUTRALS`, or ``dashed``: open, with an edge of dashes.

    ``place`` is the left, the middle and the width, and ``height`` the height; ``small`` stands below the text.
    """
    x, y, width = place
    dashed = look == "dashed"
    fill, ink = NEUTRALS["open" if dashed else look]
    bounds = (x + GAP, y - height / 2, width - 2 * GAP, height)
    axes.add_artist(Box(bounds, 0.003, fill=fill, edge=INK if dashed else MUTED, width=1.0 if dashed else 0.6, aspect=24, dashed=dashed))
    middle = x + width / 2
    axes.add_artist(Sign(text, (middle, y - 0.02 + (0.2 * height if small else 0)), ink, weight="semibold"))
    if small:
        axes.add_artist(Sign(small, (middle, y - 0.25 * height), ink, size=SMALL))
