"""Read a project in the REFI-QDA standard (``.qdpx``), which ATLAS.ti, MAXQDA, NVivo, QualCoder, QDA Miner and others exchange.

A ``.qdpx`` is a zip file with the project, a ``.qde`` in XML, at its root, and the texts in ``sources``. Paths on the researcher's machine
(``basePath``) and dates are left where they are; the names of users are read as coders and no further.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.archive import Archive
from fruitmand.importers.coding.code_paths import clean
from fruitmand.importers.coding.markup import children, local_name, parse, text_of
from fruitmand.importers.coding.passages import Coders, Coding, gather
from fruitmand.importers.coding.problems import all_of, refusal
from fruitmand.importers.coding.project import Code, CodedProject, CodePath, Document, Unplaced
from fruitmand.importers.coding.refi_codes import code_notes, read_codes
from fruitmand.importers.coding.refi_text import Placed, Selection, place, read_names

SHOWN = 80
_KINDS = {
    "PDFSource": "a selection in a PDF has a place on a page, not in a text",
    "PictureSource": "a selection in a picture has no text",
    "AudioSource": "a selection in a recording has a time, not a place in a text",
    "VideoSource": "a selection in a recording has a time, not a place in a text",
}
_WHERE = ("page", "begin", "end", "firstX", "firstY", "secondX", "secondY", "fromSyncPoint", "toSyncPoint")


@dataclass
class _Source:
    """A text source: its name, its text, its selections in XML and as positions."""

    name: str
    text: str
    elements: list[Element] = field(default_factory=list)
    selections: list[Selection] = field(default_factory=list)


@dataclass
class _Reading:
    """What is known while a project is read."""

    file: str
    codes: dict[str, Code]
    users: dict[str, str]
    coders: Coders = field(default_factory=Coders)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    always_quotes: bool = False
    strangers: int = 0
    categories: dict[CodePath, None] = field(default_factory=dict)

    def problem(self, value: str, rule: str, cause: str = "") -> None:
        self.problems.append(Problem(self.file, 0, value, rule, cause))


def project_members(names: Iterable[str]) -> list[str]:
    """Return the projects at the root of an archive: members with the ending ``.qde``, in any case."""
    return [name for name in names if name.casefold().endswith(".qde") and "/" not in name and "\\" not in name]


def read_project(archive: Archive) -> CodedProject:
    """Return what a project holds.

    Raises
    ------
    DataError
        When the archive or its XML is damaged; a text is missing; a selection is outside its text or differs from what it quotes; a coding
        names a code that the codebook lacks.
    """
    member, *others = project_members(archive.members)
    if others:
        raise refusal(archive.file, "must hold one project (.qde)", f"it holds {len(others) + 1}; export the one that is meant again")
    root = parse(archive.read(member), f"{archive.file} ({member})")
    if local_name(root) != "Project":
        raise refusal(f"{archive.file} ({member})", "must be a REFI-QDA project", f"its first element is {local_name(root)!r}")
    origin = clean(root.get("origin", ""))
    books = children(root, "CodeBook")
    codes = {guid: code for book in books for guid, code in read_codes(book, archive.file, origin).items()}
    users = {user.get("guid", "").casefold(): user.get("name", "") for group in children(root, "Users") for user in children(group, "User")}
    always_quotes = origin.casefold().startswith("qualcoder")
    reading = _Reading(archive.file, codes, users, notes=code_notes(codes), always_quotes=always_quotes)
    if member.casefold() != "project.qde":
        reading.notes.append(f"The project inside is named {member!r} instead of project.qde, as recent tools do.")
    sources = list(_sources(root, archive, reading))
    codings = list(_codings(sources, reading))
    if reading.problems:
        raise all_of(reading.problems)
    gathered = gather(archive.file, codings)
    if not gathered.passages and not reading.unplaced:
        reading.notes.append("It is a codebook, with no coded passage." if codes else "It holds no code and no coded passage.")
    if reading.categories:
        shown = ", ".join(repr(" > ".join(path)) for path in reading.categories)
        reading.notes.append(f"Passages are coded with what the codebook calls a category, not a code: {shown}.")
    if reading.strangers:
        reading.notes.append(f"Codings by a user whom the project does not name, so that their coder is empty: {reading.strangers}.")
    return CodedProject(
        f"REFI-QDA, project (.qdpx){f', made by {origin}' if origin else ''}",
        gathered.passages,
        tuple(codes.values()),
        tuple(Document(source.name, source.text) for source in sources),
        gathered.uncoded,
        tuple(reading.unplaced),
        (*reading.notes, *reading.coders.notes(), *gathered.notes),
    )


def _sources(root: Element, archive: Archive, reading: _Reading) -> Iterator[_Source]:
    """Yield the texts of a project; list what has no place in a text."""
    used: dict[str, int] = {}
    for group in children(root, "Sources"):
        for element in group:
            kind = local_name(element)
            name = _unique(_name(element), used, reading)
            texts = [element] if kind == "TextSource" else children(element, "Representation", "TextDescription")
            if kind in _KINDS:
                _list_unplaced(element, name, _KINDS[kind], reading)
            for text in texts:
                if kind == "TextSource" or children(text, "PlainTextSelection"):
                    yield _text_source(text, name, archive, reading)
            for coding in children(element, "Coding"):
                code = _code(coding, name, "the whole document", reading)
                coder = _coder(coding, element, reading)
                why = "the whole document is coded, and no passage"
                reading.unplaced.append(Unplaced(name, "the whole document", why, (code,) if code else (), coder))


def _name(element: Element) -> str:
    path = element.get("plainTextPath") or element.get("path") or element.get("guid") or ""
    return clean(element.get("name", "")) or clean(_last(path))


def _unique(name: str, used: dict[str, int], reading: _Reading) -> str:
    used[name] = used.get(name, 0) + 1
    if used[name] == 1:
        return name
    other = f"{name} ({used[name]})"
    reading.notes.append(f"Several documents are named {name!r}; the next one is called {other!r} here.")
    return _unique(other, used, reading) if other in used else other


def _text_source(element: Element, name: str, archive: Archive, reading: _Reading) -> _Source:
    source = _Source(name, "")
    for selection in children(element, "PlainTextSelection"):
        place_of = f"{name}, selection {selection.get('name') or selection.get('guid', '')!r}"
        try:
            start, end = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
        except ValueError:
            value = f"{selection.get('startPosition')} to {selection.get('endPosition')}"
            reading.problem(value, f"{place_of} must have a start and an end in whole numbers")
            continue
        source.elements.append(selection)
        source.selections.append(Selection(start, end, selection.get("name", ""), place_of))
    source.text = _text(element, source, archive, reading)
    return source


def _text(element: Element, source: _Source, archive: Archive, reading: _Reading) -> str:
    """Return the text of a source; a missing one is a problem when passages are in it."""
    if inline := children(element, "PlainTextContent"):
        return "".join(inline[0].itertext())
    path = element.get("plainTextPath", "")
    member = _member(path, archive)
    if member:
        content = archive.read(member)
        try:
            return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        except UnicodeDecodeError as error:
            reading.problem(source.name, f"the text of this document must be UTF-8; byte {error.start} of {member!r} is not")
    elif path or not source.selections:
        rule = f"the text of this document, {_last(path)!r}, must be in the archive" if path else "this document must have a text"
        cause = "the tool keeps its texts elsewhere; export the project with its sources"
        if source.selections or path:
            reading.problem(source.name, rule, cause)
    else:
        formatted = "; it has only a formatted one" if element.get("richTextPath") else ""
        reading.problem(source.name, f"this document must have a plain text{formatted}", "export the project again, with plain texts")
    source.elements.clear()
    source.selections.clear()
    return ""


def _last(path: str) -> str:
    """Return the last part of a path, since what stands before it is of the researcher's machine."""
    return unquote(path).replace("\\", "/").rpartition("/")[2]


def _member(path: str, archive: Archive) -> str:
    """Return the member of the archive that a path means; empty when there is none, or more than one."""
    if not path:
        return ""
    names = {path.casefold().rpartition("/")[2], _last(path).casefold()}
    found = []
    for member in archive.members:
        folder, _, last = member.replace("\\", "/").casefold().rpartition("/")
        if last in names and folder in ("", "sources"):
            found.append(member)
    exact = [member for member in found if member.replace("\\", "/").rpartition("/")[2] in (_last(path), path.rpartition("/")[2])]
    best = exact if len(found) > 1 else found
    return best[0] if len(best) == 1 else ""


def _codings(sources: list[_Source], reading: _Reading) -> Iterator[Coding]:
    names, quoting = read_names([(source.text, source.selections) for source in sources], always=reading.always_quotes)
    labels: list[str] = []
    for source in sources:
        placed = place(source.text, source.selections, names)
        source.text = placed.text
        labels += placed.labels
        _report(source, placed, reading)
        for element, span in zip(source.elements, placed.spans, strict=True):
            yield from _of_selection(element, span, source, reading)
    _note_names(quoting, labels, any(source.selections for source in sources), reading)


def _note_names(quoting: int, labels: list[str], any_selection: bool, reading: _Reading) -> None:
    if labels and quoting:
        shown = ", ".join(repr(_short(label)) for label in labels[:3])
        reading.notes.append(f"Selections with a name that is not their text, which could not be compared: {len(labels)}, such as {shown}.")
    elif any_selection and not quoting:
        example = f" (names such as {_short(labels[0])!r} are labels)" if labels else ""
        reading.notes.append(f"The export does not quote its passages{example}, so that what was cut out was compared with nothing.")


def _report(source: _Source, placed: Placed, reading: _Reading) -> None:
    for selection, piece in placed.mismatches:
        offsets = f"characters {selection.start} to {selection.end}"
        if not piece:
            cause = f"the text has {len(source.text)} characters; it was changed after the coding, or another text was packed"
            reading.problem(offsets, f"{selection.place} must be a span within the text", cause)
            continue
        rule = f"{selection.place} must hold what the export quotes: {_short(selection.name)!r} is quoted and {_short(piece)!r} was cut out"
        reading.problem(offsets, rule, "the text was changed after the coding")
    if placed.mismatches:
        return
    if placed.unit:
        reading.notes.append(f"{source.name}: positions are counted in {placed.unit}, since that agrees with the quotations.")
    if placed.unsure:
        reading.notes.append(f"{source.name}: nothing tells whether positions are in characters, as the standard says; check a passage.")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _of_selection(element: Element, span: tuple[int, int], source: _Source, reading: _Reading) -> Iterator[Coding]:
    start, end = span
    quote, guid, memo = source.text[start:end], element.get("guid", ""), text_of(element, "Description")
    codings = children(element, "Coding")
    where = f"characters {start} to {end}"
    for coding in codings:
        if (code := _code(coding, source.name, where, reading)) is not None:
            coder = _coder(coding, element, reading)
            yield Coding(source.name, span, quote, code, coder, guid, start=start, end=end, memo=memo)
    if not codings:
        coder = _coder(element, element, reading)
        yield Coding(source.name, span, quote, None, coder, guid, start=start, end=end, memo=memo)


def _code(coding: Element, document: str, where: str, reading: _Reading) -> CodePath | None:
    guid = next((reference.get("targetGUID", "") for reference in children(coding, "CodeRef")), "")
    if code := reading.codes.get(guid.casefold()):
        if not code.codable:
            reading.categories[code.path] = None
        return code.path
    cause = "the code was deleted, or the codebook was exported without it"
    reading.problem(guid or "no code", f"{document}, {where}: the codebook has no code with this guid", cause)
    return None


def _coder(coding: Element, selection: Element, reading: _Reading) -> str:
    guid = (coding.get("creatingUser") or selection.get("creatingUser") or "").casefold()
    if guid and guid not in reading.users:
        reading.strangers += 1
    return reading.coders.name(reading.users.get(guid, ""))


def _list_unplaced(element: Element, name: str, why: str, reading: _Reading) -> None:
    for selection in element.iter():
        if not local_name(selection).endswith("Selection") or local_name(selection) == "PlainTextSelection":
            continue
        where = ", ".join(f"{key} {selection.get(key)}" for key in _WHERE if selection.get(key))
        label = f"{selection.get('name')!r}, {where}" if selection.get("name") else where
        by_coder: dict[str, list[CodePath]] = {}
        for coding in children(selection, "Coding"):
            if (code := _code(coding, name, label, reading)) is not None:
                by_coder.setdefault(_coder(coding, selection, reading), []).append(code)
        for coder, codes in (by_coder or {"": []}).items():
            reading.unplaced.append(Unplaced(name, label, why, tuple(codes), coder))
