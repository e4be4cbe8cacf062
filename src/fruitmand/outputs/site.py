"""The report as web pages, one for each part or for parts that are read together; they can be opened from a folder, without a server."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs.web_blocks import BLOCK, Heading, Place, Writer, hidden, ids
from fruitmand.outputs.web_fonts import web_fonts
from fruitmand.outputs.web_page import Link, Page, render
from fruitmand.report.blocks import PARTS, Block, FigureBlock, Part, TableBlock, TextBlock, as_cell, targets
from fruitmand.report.claim_lists import GROUPS
from fruitmand.report.document import Document, headings

FIRST: tuple[Part, ...] = ("answer", "officials", "guide", "overview")
"""The parts that the first page has: the answer, and every rating at a glance."""
PAGES: Mapping[str, tuple[Part, ...]] = {"index": FIRST, **{part: (part,) for part in PARTS if part not in FIRST}}
NOTEBOOKS = "notebooks"
"""The page that lists the notebooks."""
CLAIMS = frozenset(f"claims_{group}" for group in GROUPS)
"""The lists of claims, which a reader can filter."""
PROSE = "en"
"""The language in which notebooks explain themselves."""


@dataclass(frozen=True)
class Notebook:
    """A notebook as the pages list it: its name, and its question and summary from its first cell."""

    name: str
    question: str
    summary: str


def file_name(page: str, language: str, languages: Sequence[str]) -> str:
    """Return the name of a page's file; the first language of the edition has the plain name.

    >>> file_name("index", "nl", ["nl", "en"]), file_name("index", "en", ["nl", "en"])
    ('index.html', 'index.en.html')
    """
    return f"{page}.html" if language == languages[0] else f"{page}.{language}.html"


def page_of(part: Part) -> str:
    """Return the page on which a part is."""
    return next(page for page, parts in PAGES.items() if part in parts)


def site(document: Document, notebooks: Sequence[Notebook]) -> dict[str, str | bytes]:
    """Return the pages of a report in one language and the fonts that they need, by the names of their files.

    Raises
    ------
    FruitmandError
        When two blocks or rows have the same id, so that a link would not know where to go.
    """
    shown = {page: [block for part in parts for block in document.parts.get(part, ())] for page, parts in PAGES.items()}
    shown = {page: blocks for page, blocks in shown.items() if blocks or page == "index"}
    homes, names = _homes(shown), _names(document, [*shown, NOTEBOOKS])
    made: dict[str, str | bytes] = dict(web_fonts())
    for page, blocks in shown.items():
        place, below = _place(document, page, homes), _below(blocks, names[page])
        writer = Writer(place, below)
        body = _body(writer, below, document.labels)
        made[_file(page, document)] = render(_page(document, page, body, _listed(writer.headings), names), place)
    place = _place(document, NOTEBOOKS, homes)
    listing = _page(document, NOTEBOOKS, _listing(notebooks, document, Writer(place, [])), (), names)
    return made | {_file(NOTEBOOKS, document): render(listing, place)}


def web_addresses(document: Document) -> dict[str, tuple[str, str]]:
    """Return where the web pages of a report show its tables, figures and rows, and what a link to each says; by id."""
    found: dict[str, tuple[str, str]] = {}
    for part, blocks in document.parts.items():
        page = file_name(page_of(part), document.language, document.languages)
        found |= {name: (f"{page}#{name}", f"{said} ({page})") for name, said in targets(blocks).items()}
    return found


def _below(blocks: Sequence[Block], name: str) -> list[Block]:
    """Return the blocks of a page without a first heading that says what the page is called already."""
    first = blocks[0] if blocks else None
    if isinstance(first, TextBlock) and headings([first])[:1] == [name]:
        _, _, rest = first.markdown.partition("\n")
        return [replace(first, markdown=rest.lstrip("\n")), *blocks[1:]]
    return list(blocks)


def _homes(shown: Mapping[str, Sequence[Block]]) -> dict[str, str]:
    """Return on which page every block and row is, by its id."""
    found = [(name, page) for page, blocks in shown.items() for block in blocks for name in ids(block)]
    homes = dict(found)
    if len(homes) < len(found):
        twice = sorted(name for name, times in Counter(name for name, _ in found).items() if times > 1)
        raise FruitmandError(f"blocks or rows of the report have the same id: {', '.join(twice)}")
    return homes


def _place(document: Document, page: str, homes: Mapping[str, str]) -> Place:
    def address(name: str) -> str:
        home = homes.get(name)
        return "" if home is None else f"{'' if home == page else _file(home, document)}#{name}"

    def notebook(block: TableBlock | FigureBlock) -> tuple[str, str]:
        name = block.caption.notebook
        return f"{NOTEBOOKS}/{name}.{document.language}.html#{block.caption.id}", f"{document.labels['notebook']} {name.partition('_')[0]}"

    return Place(document.language, "", document.labels, address, notebook)


def _file(page: str, document: Document) -> str:
    return file_name(page, document.language, document.languages)


def _names(document: Document, pages: Sequence[str]) -> dict[str, str]:
    """Return what each page is called: the first the start, one of a part as that part, and the list of notebooks."""
    special = {"index": document.labels["start"], NOTEBOOKS: document.labels["notebooks"]}
    return {page: special.get(page) or document.names[PAGES[page][0]] for page in pages}


def _page(document: Document, page: str, body: str, listed: Sequence[Heading], names: Mapping[str, str]) -> Page:
    labels, order, first = document.labels, list(names), page == "index"
    at = order.index(page)
    links = {name: Link(_file(name, document), text, current=name == page) for name, text in names.items()}
    others = [code for code in document.languages if code != document.language]
    forms = [Link(f"appendix.{document.language}.{end}", name) for end, name in (("pdf", "PDF"), ("docx", "Word"))]
    forms += [Link(f"{name}.json", labels[f"{name}_file"]) for name in ("numbers", "provenance", "disclosure")]
    other = Link(file_name(page, others[0], document.languages), labels["other_language"], others[0]) if others else None
    return Page(
        title=document.running if first else f"{names[page]} · {document.running}",
        kicker=document.kicker,
        name=document.title if first else names[page],
        lead=document.subtitle if first else labels["notebooks_lead"] if page == NOTEBOOKS else "",
        home=Link(_file("index", document), document.title),
        body=body,
        banner=document.banner,
        pages=list(links.values()),
        forms=forms,
        headings=listed,
        other=other,
        before=links[order[at - 1]] if at else None,
        after=links[order[at + 1]] if at + 1 < len(order) else None,
        imprint=document.imprint,
    )


def _body(writer: Writer, blocks: Sequence[Block], labels: Mapping[str, str]) -> str:
    """Return the blocks of a page, from each heading to the next in a section of its own; before the lists of claims is their filter."""
    out, lists = list[str](), dict[str, Block]()
    first = 0
    for section in _sections(blocks):
        listed = next(filter(None, map(_claims, section)), "")
        if listed:
            lists[listed] = section[0]
            first = first or len(out)
        verdict = f' data-verdict="{listed}"' if listed else ""
        written = "".join(writer.write(block) for block in section)
        out.append(f'<section class="{section[0].part}"{verdict}>\n{written}</section>\n')
    if lists:
        out.insert(first, _filter(lists, blocks, labels))
    return "".join(out)


def _sections(blocks: Sequence[Block]) -> list[list[Block]]:
    sections: list[list[Block]] = []
    for block in blocks:
        if not sections or (isinstance(block, TextBlock) and block.markdown.startswith("#")):
            sections.append([])
        sections[-1].append(block)
    return sections


def _claims(block: Block) -> str:
    """Return the id of a list of claims; nothing for another block."""
    return block.caption.id if isinstance(block, TableBlock) and block.caption.id in CLAIMS else ""


def _filter(lists: Mapping[str, Block], blocks: Sequence[Block], labels: Mapping[str, str]) -> str:
    """Return the form that shows some of the claims, by verdict and by what is at stake, in the words of the lists themselves.

    It is hidden where no script runs, since it does nothing there.
    """
    verdicts = {name: headings([block])[0] if headings([block]) else name for name, block in lists.items()}
    rows = (row for block in blocks if isinstance(block, TableBlock) and _claims(block) for row in block.table.rows)
    stakes = dict.fromkeys(as_cell(row[0]).text for row in rows if len(row) == 1)
    choices = {"verdict": verdicts, "consequence": {name: name for name in stakes}}
    fields = []
    for key, found in choices.items():
        name = f"filter--{key}"  # no heading gets such an id
        options = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in found.items())
        choice = f'<select id="{name}" data-filter="{key}"><option value="">{escape(labels["all"])}</option>{options}</select>'
        fields.append(f'<p><label for="{name}">{escape(labels[key])}</label>{choice}</p>')
    shown = f'<p><output role="status" data-said="{escape(labels["shown"])}"></output></p>'
    return f'<form class="filter" aria-label="{escape(labels["filter"])}" hidden>{"".join(fields)}{shown}</form>\n'


def _listed(found: Sequence[Heading]) -> list[Heading]:
    """Return what the contents list: headings, and tables and figures where a section has more than two of them."""
    parts: list[list[Heading]] = []
    for heading in found:
        if not parts or heading.level < BLOCK:
            parts.append([])
        parts[-1].append(heading)
    few = 2
    return [heading for part in parts for heading in part if heading.level < BLOCK or sum(other.level == BLOCK for other in part) > few]


def _listing(notebooks: Sequence[Notebook], document: Document, writer: Writer) -> str:
    """Return the list of notebooks, each with its question and with the tables and figures that it shows."""
    made = [block.caption for blocks in document.parts.values() for block in blocks if not isinstance(block, TextBlock)]
    out = []
    for notebook in notebooks:
        number, page = notebook.name.partition("_")[0], f"{NOTEBOOKS}/{notebook.name}.{document.language}.html"
        shows = "".join(
            f'<li><a href="{page}#{caption.id}">{escape(caption.title)}</a></li>' for caption in made if caption.notebook == notebook.name
        )
        summary = escape(document.labels["shows"]) + hidden(f": {number}")
        told = f"<details><summary>{summary}</summary><ul>{shows}</ul></details>" if shows else ""
        out.append(
            f'<section class="card"><p class="kicker">{escape(document.labels["notebook"])} {number}</p>'
            f'<h2 lang="{PROSE}"><a href="{page}">{escape(notebook.question)}</a></h2>'
            f'<div lang="{PROSE}">{writer.prose(notebook.summary)}</div>{told}</section>\n'
        )
    return "".join(out)
