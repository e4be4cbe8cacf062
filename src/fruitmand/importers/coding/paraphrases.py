"""The workbook in which a person writes paraphrases beside the passages; it holds their text and stays out of the repository."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import xlsxwriter

from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import write
from fruitmand.edition.signatures import is_zip
from fruitmand.importers.coding.archive import Archive
from fruitmand.importers.coding.changes import listed
from fruitmand.importers.coding.edition_tables import CodedEdition, Row, content
from fruitmand.importers.coding.names import storable
from fruitmand.importers.coding.tables import Sheet, even, read_workbook
from fruitmand.importers.storing import one_import, store

NAME = "paraphrases.xlsx"
LANGUAGES = ("paraphrase_nl", "paraphrase_en")
HEADINGS = ("segment_id", "document", "place", "codes", "passage", *LANGUAGES, "digest")
_WIDTHS = (12, 22, 14, 26, 70, 50, 50, 14)
_LONGEST = 32_000
"""Characters of a cell of a workbook, a little below what it can hold."""


@dataclass(frozen=True)
class Written:
    """A row of the workbook: a passage, and what a person wrote beside it."""

    segment_id: str
    digest: str
    document: str
    place: str
    codes: str
    passage: str
    paraphrases: tuple[str, str]
    row: int = 0


def folder_of(edition: CodedEdition) -> Path:
    """Return where what an import leaves for a person to read is, outside the repository."""
    return edition.root / "data" / "processed" / edition.name / "import"


def is_paraphrases(path: Path) -> bool:
    """Return whether a file is the workbook of paraphrases."""
    try:
        with path.open("rb") as stream:
            if not is_zip(stream.read(4)):
                return False
        with path.open("rb") as stream, Archive(stream, path.name) as archive:
            if "xl/workbook.xml" not in archive.members:
                return False
        return any(_fits(sheet) for sheet in read_workbook(path))
    except (DataError, OSError):
        return False


def read_paraphrases(path: Path) -> list[Written]:
    """Return the rows of the workbook; a cell that holds a formula is refused.

    Raises
    ------
    DataError
        When it is another file, or a row has no segment.
    """
    for sheet in read_workbook(path):
        if _fits(sheet):
            table = even(sheet)
            rows = [_written(table, number) for number in range(len(table.rows))]
            cause = "its id was deleted; take the workbook again and copy the paraphrases into it"
            if lost := [
                Problem(path.name, row.row, row.passage[:60], "must have a segment_id", cause) for row in rows if not row.segment_id
            ]:
                raise DataError(lost)
            return rows
    raise DataError([Problem(path.name, 0, "", f"must have the columns {', '.join(HEADINGS)}", "it is another workbook")])


def import_paraphrases(path: Path, edition: CodedEdition) -> list[str]:
    """Write the paraphrases of a workbook into ``segments.csv`` and return what was done; an empty cell changes nothing.

    Raises
    ------
    DataError
        When a row is of a segment that is not there, or that has another passage by now. Nothing is written then.
    """
    with one_import(edition.folder):
        rows, written = edition.rows("segments"), read_paraphrases(path)
        segments = {row["segment_id"]: row for row in rows}
        if problems := [problem for one in written for problem in _problems(one, segments, path.name)]:
            raise DataError(problems)
        new: list[str] = []
        changed: list[str] = []
        for one in written:
            row = segments[one.segment_id] if any(one.paraphrases) else {}
            for name, text in zip(LANGUAGES, one.paraphrases, strict=True):
                if text and (before := row.get(name, "")) != text:
                    (changed if before else new).append(f"{one.segment_id} {name}: {text}" + (f", was: {before}" if before else ""))
                    row[name] = text
        store(edition.folder, {"segments.csv": content("segments", rows, without=() if edition.quotations else ("quote",))})
        left = write_workbook(edition, rows, written)
    lines = [*listed("new paraphrases", new), *listed("changed paraphrases", changed)] or ["no paraphrase is new"]
    return [*lines, f"passages without a paraphrase in both languages: {left}"]


def not_imported(edition: CodedEdition, segments: Iterable[Row]) -> None:
    """Refuse to go on while the workbook holds paraphrases that were not imported, since it is about to be written anew.

    Raises
    ------
    FruitmandError
        With how many there are and what to do.
    """
    path = folder_of(edition) / NAME
    known = {(row["segment_id"], name, row.get(name, "")) for row in segments for name in LANGUAGES}
    waiting = [
        one.segment_id
        for one in (read_paraphrases(path) if path.is_file() else [])
        for name, text in zip(LANGUAGES, one.paraphrases, strict=True)
        if text and (one.segment_id, name, text) not in known
    ]
    if waiting:
        place = path.relative_to(edition.root)
        raise FruitmandError(
            f"{place} holds {len(waiting)} paraphrases that are not in segments.csv yet; nothing was changed.\n"
            f"Import it first (make import FILE={place} EDITION={edition.name}), or delete it."
        )


def write_workbook(edition: CodedEdition, segments: Sequence[Row], known: Iterable[Written]) -> int:
    """Write the passages that lack a paraphrase, as far as their text is ``known``, and return how many there are.

    What is known of the passages that the workbook had is kept, and a quotation of ``segments.csv`` is known.
    """
    path = folder_of(edition) / NAME
    before = read_paraphrases(path) if path.is_file() else []
    texts = {(one.segment_id, one.digest): one for one in (*before, *known) if one.passage}
    rows = []
    for row in segments:
        one = texts.get((row["segment_id"], row["digest"]))
        if one is None and row.get("quote"):
            one = Written(row["segment_id"], row["digest"], row["document"], "", "", row["quote"], ("", ""))
        if one is not None and not all(row.get(name) for name in LANGUAGES):
            rows.append(replace(one, paraphrases=(row.get("paraphrase_nl", ""), row.get("paraphrase_en", ""))))
    if rows or path.is_file():
        write(path, _workbook(rows))
    return sum(not all(row.get(name) for name in LANGUAGES) for row in segments)


def written(segment: Row, codes: Iterable[str], passage: str) -> Written:
    """Return the row of the workbook of a segment."""
    place = "-".join(filter(None, (segment.get("start", ""), segment.get("end", "")))) or segment.get("source_id", "")
    return Written(segment["segment_id"], segment["digest"], segment["document"], place, ", ".join(codes), passage, ("", ""))


def _fits(sheet: Sheet) -> bool:
    return {"segment_id", "passage", *LANGUAGES, "digest"} <= set(sheet.names)


def _written(sheet: Sheet, number: int) -> Written:
    row = sheet.rows[number]
    names = ("segment_id", "digest", "document", "place", "codes")
    plain = [sheet.label(row, name) for name in names]
    paraphrases = storable(sheet.cells(row, LANGUAGES[0])), storable(sheet.cells(row, LANGUAGES[1]))
    return Written(plain[0], plain[1], plain[2], plain[3], plain[4], sheet.cells(row, "passage"), paraphrases, row.number)


def _problems(one: Written, segments: Mapping[str, Row], file: str) -> Iterable[Problem]:
    if not any(one.paraphrases):
        return
    row = segments.get(one.segment_id)
    if row is None:
        yield Problem(file, one.row, one.segment_id, "must be a segment of segments.csv", "its passage is gone; clear its paraphrase")
    elif row["digest"] != one.digest:
        cause = "the passage was changed since; take the new workbook"
        yield Problem(file, one.row, one.segment_id, "must have the passage of that segment", cause)


def _workbook(rows: Sequence[Written]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("paraphrases")
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for place, (name, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, head)
        for number, row in enumerate(rows, start=1):
            cells = (row.segment_id, row.document, row.place, row.codes, row.passage, *row.paraphrases, row.digest)
            for place, text in enumerate(cells):
                sheet.write_string(number, place, text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", body)
        sheet.freeze_panes(1, 1)
    return buffer.getvalue()
