"""What was coded, independent of the tool: passages with their codes, the codebook, the documents, and what could not be placed."""

from dataclasses import dataclass

CodePath = tuple[str, ...]
"""A code by its name and those above it, the highest first."""


@dataclass(frozen=True)
class Passage:
    """A passage that one coder coded in one document.

    ``start`` and ``end`` count characters of the document's text, the end exclusive; None when the export has no positions. Positions in
    paragraphs, as MAXQDA gives them, are no characters and stay out. ``coder`` is empty when the export names nobody. ``source_id`` is the
    id of the segment in the export, or its first row; coders of the same selection share it. ``row`` is the row of a table. ``valences``
    is empty, or holds a text for each code.
    """

    document: str
    start: int | None
    end: int | None
    quote: str
    codes: tuple[CodePath, ...]
    coder: str
    source_id: str
    row: int | None = None
    memo: str = ""
    valences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Code:
    """A code of the codebook; one that is not ``codable`` is a category that holds others."""

    path: CodePath
    description: str = ""
    codable: bool = True


@dataclass(frozen=True)
class Document:
    r"""A document; its text has ``\n`` for line ends, or is None when the export holds no texts."""

    name: str
    text: str | None = None


@dataclass(frozen=True)
class Unplaced:
    """A selection that has no place in a text (of a PDF, a recording, a picture, a whole document): where it is and why it has none."""

    document: str
    where: str
    why: str
    codes: tuple[CodePath, ...] = ()
    coder: str = ""


@dataclass(frozen=True)
class CodedProject:
    """A coded project. ``tool`` says in words what the file is; ``notes`` are what a person must know, each a sentence."""

    tool: str
    passages: tuple[Passage, ...] = ()
    codes: tuple[Code, ...] = ()
    documents: tuple[Document, ...] = ()
    uncoded: tuple[Passage, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def segments(self) -> int:
        """How many segments were coded; one that two coders coded in the same selection counts once."""
        return len({(passage.document, passage.source_id) for passage in self.passages})

    @property
    def codings(self) -> int:
        """How often a coder gave a code to a passage."""
        return sum(len(passage.codes) for passage in self.passages)

    @property
    def coders(self) -> tuple[str, ...]:
        """Who coded, as far as the export names them."""
        return tuple(sorted({passage.coder for passage in self.passages} - {""}))
