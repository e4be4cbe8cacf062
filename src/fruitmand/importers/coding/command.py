"""Import coded interviews into an edition: map documents and codes, place the passages, show what changes, and write all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.importers.coding import changes, paraphrases
from fruitmand.importers.coding.assembly import Codes, passages_of, segment_number
from fruitmand.importers.coding.changes import listed
from fruitmand.importers.coding.code_map import Codebook, CodeMap, map_codes
from fruitmand.importers.coding.codebook_comparison import compare_codebooks
from fruitmand.importers.coding.coders import CodersFound, choose_coders
from fruitmand.importers.coding.document_map import DocumentMap, map_documents
from fruitmand.importers.coding.edition_tables import CodedEdition, Row, content, open_edition
from fruitmand.importers.coding.project import CodedProject
from fruitmand.importers.coding.reading import read_coded
from fruitmand.importers.coding.replacing import Replacing
from fruitmand.importers.coding.unplaced import not_placed, write_unplaced
from fruitmand.importers.coding.valences import codes_given
from fruitmand.importers.storing import one_import, store


@dataclass(frozen=True)
class _Job:
    """An import: what is read, whose it is, and what its documents and codes are."""

    edition: CodedEdition
    project: CodedProject
    file: str
    coders: CodersFound
    documents: DocumentMap
    codes: CodeMap
    book: Codebook

    @property
    def maps(self) -> dict[str, str]:
        """The maps as files."""
        return {"documents.csv": content("documents", self.documents.rows), "codes.csv": content("codes", self.codes.rows)}


def import_coded(file: Path, name: str, coder: str = "") -> str:
    """Import coded interviews into ``data/raw/<name>`` and return a report of what was done, line by line.

    The first import of a project proposes ``documents.csv`` and ``codes.csv``; where they leave anything open it stops there, and the same
    command goes on when a person has settled it. An import replaces the codings of its coders; passages that stay keep their ids, and the
    segments that people wrote about are never taken away. A codebook is compared with that of the edition, and nothing is written.

    Parameters
    ----------
    file : Path
        What a tool of analysis exported. It is read, never copied.
    name : str
        The edition; a draft that rests on fieldwork.
    coder : str
        Who coded; needed when the file does not say, and one of those in it when only theirs is imported.

    Raises
    ------
    FruitmandError
        When the edition takes no coded interviews, when it is not known who coded, or when something is to be confirmed first.
    DataError
        With all problems of the file or of the edition's tables at once. Nothing is written then.
    """
    edition = open_edition(name)
    project = read_coded(file)
    with one_import(edition.folder):
        lines = _import(edition, project, file.name, coder)
    return "\n".join(f"  {line}" for line in (project.tool, *project.notes, *lines))


def _import(edition: CodedEdition, project: CodedProject, file: str, coder: str) -> list[str]:
    rows = edition.rows("codebook")
    if not rows:
        raise DataError([Problem(f"{edition.label}/codebook.csv", 0, "", "file is missing", "coded interviews need a codebook")])
    book = Codebook(rows)
    if not project.passages and not project.uncoded and not project.unplaced:
        return compare_codebooks(project.codes, book)
    found = choose_coders(project, coder, edition.coders)
    segments = edition.rows("segments")
    paraphrases.not_imported(edition, segments)
    job = _mapped(edition, project, file, found, book)
    codings = {other: _codings(edition, other) for other in edition.coders}
    state = Replacing(edition, segments, codings, _last(edition, segments, codings))
    lists = {one: _replace(job, state, one) for one in found.spellings}
    contents = {
        "segments.csv": content("segments", state.segments, without=() if edition.quotations else ("quote",)),
        **{f"codings_{one}.csv": _codings_file(one, state.codings[one], book) for one in found.spellings},
        **job.maps,
    }
    changed = store(edition.folder, contents)
    wrote = f"wrote {', '.join(f'{edition.label}/{name}' for name in changed)}" if changed else "no table changed"
    return [*found.notes, *state.lines, *_beside(job, state, lists), wrote]


def _mapped(edition: CodedEdition, project: CodedProject, file: str, found: CodersFound, book: Codebook) -> _Job:
    """Return the import with what its documents and codes are; where that is not certain the proposal is written, and a person asked.

    Raises
    ------
    FruitmandError
        With what is to be confirmed or settled.
    """
    passages = [passage for one in found.spellings for passage in found.of(project.passages, one)]
    names = [passage.document for passage in passages] + [one.name for one in project.documents if one.text is not None]
    documents = map_documents(filter(None, names), edition.rows("documents"), edition.rows("municipalities"))
    codes = map_codes((path for passage in passages for path in passage.codes), edition.rows("codes"), book)
    job = _Job(edition, project, file, found, documents, codes, book)
    if not documents.open and not codes.open:
        return job
    if not documents.new and not codes.new:
        raise FruitmandError("\n  ".join(["nothing was imported; these are still to be settled:", *documents.open, *codes.open]))
    store(edition.folder, job.maps)
    new = {"documents.csv": documents.new, "codes.csv": codes.new}
    said = " and ".join(f"{edition.label}/{name} (new rows: {count})" for name, count in new.items() if count)
    people = "documents.csv has the names of the interviews as in the tool: where one is the name of a person, rename it there first."
    confirm = "Look through them, fill in what is meant, and import again with the same command."
    last = [people, confirm] if documents.new else [confirm]
    raise FruitmandError("\n  ".join([f"proposed {said}; nothing else was written.", *documents.open, *codes.open, *last]))


def _replace(job: _Job, state: Replacing, coder: str) -> dict[str, list[str]]:
    """Replace the codings of a coder, and return what of the export has no place in the edition, by kind."""
    texts = {document.name: document.text for document in job.project.documents if document.text is not None}
    coded = passages_of(job.coders.of(job.project.passages, coder), job.documents.ids, texts)
    given = [codes_given(one.given, job.codes.meanings, job.book) for one in coded]
    with_codes = [(one, what) for one, what in zip(coded, given, strict=True) if what.codes]
    state.replace(coder, [one for one, _ in with_codes], [what for _, what in with_codes], job.file)
    if ignored := sum(what.ignored for what in given):
        state.lines.append(f"codings ignored, as codes.csv says: {ignored}")
    uncoded = [one for one, what in zip(coded, given, strict=True) if not what.codes]
    return not_placed(job.project, job.coders.spellings[coder], uncoded)


def _beside(job: _Job, state: Replacing, lists: Mapping[str, Mapping[str, list[str]]]) -> list[str]:
    """Write what a person needs beside the tables, outside the repository, and return what to say about it."""
    folder, root = paraphrases.folder_of(job.edition), job.edition.root
    lines: list[str] = []
    for coder, found in lists.items():
        path = write_unplaced(folder, coder, job.file, found)
        said = [line for kind, entries in found.items() for line in listed(f"{coder}: {kind}", entries)]
        lines += [*said, f"all of them are listed in {path.relative_to(root)}"] if said else []
    if missing := paraphrases.write_workbook(job.edition, state.segments, state.known):
        place = (folder / paraphrases.NAME).relative_to(root)
        lines.append(f"passages without a paraphrase in both languages: {missing}; write them in {place}, and import that file")
    nobody = [row["segment_id"] for row in state.segments if not any(row["segment_id"] in codes for codes in state.codings.values())]
    return [*lines, *listed("segments that nobody codes", nobody)]


def _codings(edition: CodedEdition, coder: str) -> dict[str, Codes]:
    found: dict[str, Codes] = {}
    for row in edition.rows("codings", coder):
        found.setdefault(row["segment_id"], {})[row["code"]] = row.get("valence", "")
    return found


def _codings_file(coder: str, codings: Mapping[str, Codes], book: Codebook) -> str:
    order = {code: place for place, code in enumerate(book.rows)}
    rows = [
        {"segment_id": name, "code": code, "valence": codes[code], "coder": coder}
        for name, codes in codings.items()
        for code in sorted(codes, key=lambda code: order[code])
    ]
    return content("codings", rows)


def _last(edition: CodedEdition, segments: list[Row], codings: Mapping[str, Mapping[str, Codes]]) -> int:
    """Return the highest number of a segment that is there or that anybody wrote about, so that no id ever means another passage."""
    names = {row["segment_id"] for row in segments} | {name for codes in codings.values() for name in codes}
    names |= {name for name, _, _ in changes.mentions(edition)}
    return max((segment_number(name) for name in names), default=0)
