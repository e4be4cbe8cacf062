"""Read the database of a Taguette project; its positions are bytes in UTF-8 of the text of a document's HTML."""

from html.parser import HTMLParser
from typing import Any

from fruitmand.importers.coding.code_paths import split_dots
from fruitmand.importers.coding.database import Database, words
from fruitmand.importers.coding.passages import Coding, gather
from fruitmand.importers.coding.problems import all_of, refusal
from fruitmand.importers.coding.project import Code, CodedProject, Document
from fruitmand.importers.coding.spans import Cutter, Text, require_names

TABLES = {"documents", "tags", "highlights", "highlight_tags", "projects"}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def text_of_html(html: str) -> str:
    """Return the text of HTML without its tags.

    >>> text_of_html("<p>wij &amp; zij</p><p>é</p>")
    'wij & zijé'
    """
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces)


def read_taguette(base: Database) -> CodedProject:
    """Return the highlights of a project; Taguette keeps no coder with them.

    Raises
    ------
    DataError
        When there are several projects, or a highlight is outside its document or differs from what Taguette quotes.
    """
    if (count := base.count("projects")) > 1:
        raise refusal(base.file, "must hold one project", f"it is the database of a server, with {count}; export one project in Taguette")
    tag_rows = base.rows("tags", ("id", "path", "description"))
    tags = {row["id"]: Code(split_dots(words(row["path"])), words(row["description"])) for row in tag_rows}
    documents = base.rows("documents", ("id", "name", "contents"))
    texts = {row["id"]: Text(words(row["name"]), text_of_html(words(row["contents"])), bytes_counted=True) for row in documents}
    require_names(base.file, [text.name for text in texts.values()])
    of_highlight: dict[Any, list[Any]] = {}
    for row in base.rows("highlight_tags", ("highlight_id", "tag_id")):
        of_highlight.setdefault(row["highlight_id"], []).append(row["tag_id"])
    gathered = gather(base.file, _codings(base, texts, tags, of_highlight))
    return CodedProject(
        "Taguette, project database",
        gathered.passages,
        tuple(tags.values()),
        tuple(Document(text.name, text.plain) for text in texts.values()),
        gathered.uncoded,
        notes=("Taguette keeps no coder with a highlight.", *gathered.notes),
    )


def _codings(base: Database, texts: dict[Any, Text], tags: dict[Any, Code], of_highlight: dict[Any, list[Any]]) -> list[Coding]:
    cutter = Cutter(base.file, texts)
    codings: list[Coding] = []
    for row in base.rows("highlights", ("id", "document_id", "start_offset", "end_offset", "snippet")):
        place, positions = f"highlight {row['id']}", (row["start_offset"], row["end_offset"])
        span = cutter.cut(place, row["document_id"], positions, text_of_html(words(row["snippet"])))
        for tag in of_highlight.get(row["id"], [None]):
            if tag is not None and tag not in tags:
                cutter.lacks(place, "tag", tag)
            elif span:
                code = tags[tag].path if tag is not None else None
                codings.append(Coding(span.document, row["id"], span.quote, code, "", words(row["id"]), None, span.start, span.end))
    if cutter.problems:
        raise all_of(cutter.problems)
    return codings
