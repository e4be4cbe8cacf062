"""The document that a report is: title page, running head and metadata, from what notebooks show and an edition's settings."""

import re
from collections.abc import Sequence
from typing import Any

from babel.dates import format_date

from fruitmand import __version__
from fruitmand.edition.errors import FruitmandError
from fruitmand.report.blocks import Block, FigureBlock, TextBlock, in_body
from fruitmand.report.words import Words


def front_matter(words: Words, blocks: Sequence[Block], line: str) -> dict[str, Any]:
    """Return the title page, the running head and the metadata of the appendix; text and picture come from the blocks meant for it."""
    chosen = [block for block in blocks if not in_body(block)]
    found, behind = (
        [b.markdown for b in chosen if isinstance(b, TextBlock) and b.place == place] for place in ("title_page", "after_title")
    )
    pictures = [{"svg": b.svg, "alt": b.caption.alt, "note": b.caption.note} for b in chosen if isinstance(b, FigureBlock)]
    settings = words.edition.settings
    source = settings.source
    title, subtitle = (getattr(text, words.language) for text in (settings.title, settings.subtitle))
    date = format_date(source.date, format="d MMMM y", locale=words.language)
    return {
        "cover": True,
        "contents": words.text("document.contents"),
        "language": words.language,
        "title": title,
        "subtitle": subtitle,
        "kicker": f"{words.text('document.kicker')} {settings.edition}",
        "banner": line,
        "running": f"{title} · {words.text('document.subject')} {settings.edition}",
        "author": "fruitmand",
        "keywords": [*settings.keywords, settings.edition],
        "found-title": words.text("document.found"),
        "found": [_claim(line) for text in found for line in text.strip().splitlines()],
        "behind": [_listed(text) for text in behind],
        "picture": pictures[0] if pictures else None,
        "imprint": [
            f"{words.text('document.read_out_of')}: {source.author}, {source.title}.",
            f"{', '.join(filter(None, [words.pick(source.model_dump(), 'kind'), date]))}.",
            f"Compendium fruitmand {__version__}.",
        ],
        "page": words.text("document.page"),
        "of": words.text("document.of"),
        "date": source.date,
    }


def _claim(line: str) -> dict[str, str]:
    """Split ``1. **Claim.** Rest`` into its claim and the rest."""
    match = re.fullmatch(r"\d+\. \*\*(.+?)\*\* (.+)", line.strip())
    if match is None:
        raise FruitmandError(f"a line of the title page must read '1. **claim** rest', not {line!r}")
    return {"claim": match[1], "rest": match[2]}


def _listed(text: str) -> dict[str, Any]:
    """Split a text with a heading, a paragraph and a list into these."""
    heading, about, *items = [line for line in text.strip().splitlines() if line]
    title = heading.lstrip("# ").removesuffix(" {.unnumbered}")
    return {"heading": title, "about": about, "items": [item.removeprefix("- ") for item in items]}
