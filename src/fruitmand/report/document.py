"""The document that a report is, in one language: its parts with their blocks, its title and its metadata; every output is made of it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from babel.dates import format_date

from fruitmand import __version__
from fruitmand.edition.settings import Source
from fruitmand.report.blocks import PARTS, Block, Part, TextBlock
from fruitmand.report.words import Words


@dataclass(frozen=True)
class Document:
    """A report in one language.

    Attributes
    ----------
    edition, language, title, subtitle, kicker : str
        Name of the edition, language, and the three lines of the title.
    banner : str
        What every page says of an edition that is synthetic, or a draft; empty for another.
    running : str
        Running head.
    keywords, imprint : sequence of str
        Metadata, and the lines that say what the report is read out of; ``[words]{lang=nl}`` are words in another language.
    date : date
        Date of the source, which every output carries: a clock would make equal data give unlike files.
    labels : mapping of str to str
        Words of the page itself (contents, page, other formats), by their key under ``document.`` in the catalogue.
    names : mapping of str to str
        Name of each part, for headings and navigation.
    parts : mapping of str to sequence of Block
        Blocks by part, in the order in which they are read; a part without blocks is absent.
    languages : sequence of str
        Every language in which there is this report; the first is the one that a reader sees first.
    web : mapping of str to (str, str)
        Where the web pages beside it show a table, figure or row, and what a link there says; by id.
    """

    edition: str
    language: str
    title: str
    subtitle: str
    kicker: str
    banner: str
    running: str
    keywords: Sequence[str]
    imprint: Sequence[str]
    date: datetime.date
    labels: Mapping[str, str]
    names: Mapping[str, str]
    parts: Mapping[Part, Sequence[Block]]
    languages: Sequence[str]
    web: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def printed(self) -> dict[Part, list[Block]]:
        """Return the blocks that are printed, by part: those that not only the web page shows."""
        kept: dict[Part, list[Block]] = {part: [block for block in blocks if not block.web] for part, blocks in self.parts.items()}
        return {part: blocks for part, blocks in kept.items() if blocks}


def document(words: Words, blocks: Sequence[Block]) -> Document:
    """Return the document that blocks in one language make, in the order of the parts and within a part in that of the steps."""
    settings = words.edition.settings
    source = settings.source
    title, subtitle = (getattr(text, words.language) for text in (settings.title, settings.subtitle))
    date = format_date(source.date, format="d MMMM y", locale=words.language)
    by_part: dict[Part, list[Block]] = {part: [block for block in blocks if block.part == part] for part in PARTS}
    return Document(
        edition=settings.edition,
        language=words.language,
        title=title,
        subtitle=subtitle,
        kicker=f"{words.text('document.kicker')} {settings.edition}",
        banner=words.notice(),
        running=f"{title} · {words.text('document.subject')} {settings.edition}",
        keywords=[*settings.keywords, settings.edition],
        imprint=[
            f"{words.text('document.read_out_of')}: {source.author}, {_in_its_language(source, words.language)}.",
            f"{', '.join(filter(None, [words.pick(source.model_dump(), 'kind'), date]))}.",
            f"Compendium fruitmand {__version__}.",
        ],
        date=source.date,
        labels={key: words.text(f"document.{key}") for key, text in words.node("document").items() if isinstance(text, str)},
        names={part: words.text(f"part.{part}") for part in PARTS},
        parts={part: found for part, found in by_part.items() if found},
        languages=settings.languages,
    )


def _in_its_language(source: Source, language: str) -> str:
    """Return the title of the publication, marked where it is in another language than the report."""
    return f"[{source.title}]{{lang={source.language}}}" if source.language not in ("", language) else source.title


def headings(blocks: Sequence[Block]) -> list[str]:
    """Return the headings of the first and second level of the texts among blocks, without their signs."""
    lines = [line for block in blocks if isinstance(block, TextBlock) for line in block.markdown.splitlines()]
    return [line.lstrip("# ").removesuffix(" {.unnumbered}") for line in lines if line.startswith(("# ", "## "))]
