"""The fonts of the pages: the letters of the printed report that a page may need, as small files beside the pages.

They are kept beside the fonts they are cut from; ``python -m fruitmand.outputs.web_fonts`` makes them anew.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from functools import cache

from fruitmand.edition.files import write
from fruitmand.outputs.text_extraction import Piece, RefusedError
from fruitmand.report.style import font_folder

FACES: Mapping[str, tuple[str, int, str]] = {
    "text-regular.woff": ("SourceSans3-Regular.ttf", 400, "normal"),
    "text-semibold.woff": ("SourceSans3-Semibold.ttf", 600, "normal"),
    "text-italic.woff": ("SourceSans3-It.ttf", 400, "italic"),
}
"""The files, each with the font that it is cut from, its weight and its style; bold words are semibold, as in print."""
FOLDER = "fonts"
"""Where they are in a report."""
_LETTERS = (range(0x20, 0x7F), range(0xA0, 0x180))
_SIGNS = "‐‑–—‘’‚“”„†•…‰′″\u2009\u200b\u202f€™←↑→↓−≈≠≤≥■□▲△◆○●✓✗ακ"
_FEATURES = ["kern", "liga", "tnum", "mark", "ccmp", "locl"]
_NAME = "Fruitmand Text"
"""A font that was changed may not have the name of the original (SIL Open Font License, condition 3)."""


@cache
def web_fonts() -> dict[str, bytes]:
    """Return the fonts of the pages, by their names in the folder of a report."""
    return {f"{FOLDER}/{name}": (font_folder() / name).read_bytes() for name in FACES}


def font_texts(content: bytes) -> Iterator[Piece]:
    """Yield nothing: a font that a report has is one of the project's own, byte for byte, and tells of no study.

    Raises
    ------
    RefusedError
        When it is another: nobody looks through fonts.
    """
    own = {hashlib.sha256(font).digest() for font in web_fonts().values()}
    if hashlib.sha256(content).digest() not in own:
        raise RefusedError("unknown_kind", "a font that is none of this project's")
    yield from ()


def cut(name: str) -> bytes:
    """Return the font of a name, cut from its original; the same bytes every time."""
    from fontTools import subset  # type: ignore[import-untyped]  # noqa: PLC0415 - only whoever makes the fonts anew needs it
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415

    options = subset.Options(layout_features=_FEATURES, hinting=False, name_IDs=[0, 1, 2, 4, 6, 13, 14], recalc_timestamp=False)
    font = TTFont(font_folder() / FACES[name][0], recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes={*(number for letters in _LETTERS for number in letters), *map(ord, _SIGNS)})
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = _NAME.replace(" ", "") if record.nameID == 6 else _NAME
    font.flavor = "woff"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


if __name__ == "__main__":
    for each in FACES:
        write(font_folder() / each, cut(each))
