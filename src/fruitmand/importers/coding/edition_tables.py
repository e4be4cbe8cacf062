"""The raw tables of an edition that coded interviews go into: their columns, how they are read and how they are written."""

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fruitmand.edition.columns import ID, SEGMENT, SLUG, VALENCES, Column, Schema, labels
from fruitmand.edition.errors import DataError, Problem, suggest
from fruitmand.edition.raw_text import decode, faults, read_bytes
from fruitmand.edition.reading import raw_folder

Row = dict[str, str]

_NUMBER = r"[0-9]+"
BY_HAND = ("municipality", "respondent", "section", "paragraph", "kind", "layer", "same_as")
"""Columns of ``segments.csv`` that no tool gives: a person may add them, and an import keeps them where they are."""
TABLES: dict[str, Schema] = {
    "documents": Schema(
        "The interviews, by their name in the tool of analysis.",
        {
            "document": Column("Id of the document", "interview-1", pattern=SLUG),
            "file": Column("Its name in the tool", "INT_Amsterdam"),
            "municipality": Column("Municipality", "springfield", pattern=SLUG, optional=True),
            "domain": Column("Domain of the respondent", "hr", pattern=ID, optional=True),
            "role": Column("Role of the respondent", "adviser", pattern=ID, optional=True),
        },
        ["document"],
    ),
    "codes": Schema(
        "What the codes of the tool are in the codebook.",
        {
            "path": Column("Code as in the tool, levels joined by ' > '", "learning capacity > motivation"),
            "code": Column("Code of the codebook; empty when it is a valence or ignored", "motivation", pattern=ID, optional=True),
            "valence": Column("Valence that it gives", "opposes", allowed=VALENCES, optional=True),
            "use": Column("Whether it is used", "yes", allowed=("yes", "ignore")),
        },
        ["path"],
    ),
    "segments": Schema(
        "The passages that were coded.",
        {
            "segment_id": Column("Id of the segment", "s001", pattern=SEGMENT),
            "document": Column("Document", "interview-1", pattern=SLUG),
            **{name: Column("What a person added", "…", optional=True) for name in BY_HAND[:4]},
            "start": Column("Where it starts", "0", pattern=_NUMBER, optional=True, unit="characters"),
            "end": Column("Where it ends, exclusive", "120", pattern=_NUMBER, optional=True, unit="characters"),
            "source_id": Column("What the tool calls it", "12", optional=True),
            "digest": Column("First 12 hexadecimal digits of the SHA-256 of the passage", "0f3a5b6c7d8e", pattern=r"[0-9a-f]{12}"),
            **{name: Column("What a person added", "…", optional=True) for name in BY_HAND[4:]},
            **labels("Paraphrase, own words", "…", "…", prefix="paraphrase", optional=True),
            "quote": Column("The passage, where quotations are published", "…", optional=True),
            "coder": Column("Coder whose segment it is; empty when it is shared", "anna", pattern=ID, optional=True),
        },
        ["segment_id"],
    ),
    "codings": Schema(
        "The codes of the segments, a file per coder.",
        {
            "segment_id": Column("Segment coded", "s001", pattern=SEGMENT),
            "code": Column("Variable or topic", "motivation", pattern=ID),
            "valence": Column("What the passage is evidence of; empty for a topic", "supports", allowed=VALENCES, optional=True),
            "coder": Column("Who coded", "anna", pattern=ID),
        },
        ["segment_id", "code"],
    ),
}


@dataclass(frozen=True)
class CodedEdition:
    """An edition that coded interviews go into: where it is, its codebook and municipalities, and whether quotations are published."""

    name: str
    folder: Path
    quotations: bool

    @property
    def label(self) -> str:
        """Its folder, for messages."""
        return f"data/raw/{self.name}"

    @property
    def root(self) -> Path:
        """The compendium's top folder; asked of nobody else, since the working directory may be a folder that an import replaced."""
        return self.folder.parents[2]

    @property
    def coders(self) -> list[str]:
        """The coders that there are codings of."""
        return sorted(path.stem.removeprefix("codings_") for path in self.folder.glob("codings_*.csv"))

    def rows(self, table: str, coder: str = "") -> list[Row]:
        """Return the rows of a raw table; none when there is no file.

        Raises
        ------
        DataError
            With everything that is wrong with it.
        """
        name = f"{table}_{coder}.csv" if coder else f"{table}.csv"
        path = self.folder / name
        if not path.exists() and not path.is_symlink():
            return []
        rows = _read(path, f"{self.label}/{name}")
        if problems := check_rows(table, rows, f"{self.label}/{name}"):
            raise DataError(problems)
        return rows


def open_edition(name: str) -> CodedEdition:
    """Return an edition that takes coded interviews.

    Raises
    ------
    FruitmandError
        When there is no such edition.
    DataError
        When it is published or rests on a publication, or its settings cannot be read.
    """
    folder = raw_folder(name)
    file = f"data/raw/{name}/edition.toml"
    content, problems = read_bytes(folder / "edition.toml", file)
    text, odd = decode(content or b"", file)
    if problems or odd:
        raise DataError([*problems, *odd])
    try:
        settings: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError([Problem(file, 0, "", "is not valid TOML in UTF-8", str(error))]) from None
    for key, refused, rule, cause in (
        ("status", "published", "a published edition takes no coded interviews", "make a new edition"),
        ("basis", "publication", "an edition that is read out of a publication takes no coded interviews", "its basis is not fieldwork"),
    ):
        if settings.get(key) == refused:
            raise DataError([Problem(file, 0, refused, rule, cause)])
    interviews = settings.get("interviews")
    return CodedEdition(name, folder, isinstance(interviews, dict) and interviews.get("quotations") == "published")


def check_rows(table: str, rows: Sequence[Row], file: str) -> list[Problem]:
    """Return everything that is wrong with the rows of a table; the one place that knows by which schema."""
    schema = TABLES.get(table)
    return [] if schema is None else [*_cells(schema, rows, file), *_twice(schema, rows, file)]


def content(table: str, rows: Sequence[Mapping[str, str]], *, without: Sequence[str] = ()) -> str:
    """Return a table as a file; a column that is filled in by hand is there when it was there."""
    added = {name for row in rows for name in row}
    own = BY_HAND if table == "segments" else ()
    names = [name for name in TABLES[table].columns if name not in without and (name not in own or name in added)]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return stream.getvalue()


def _read(path: Path, file: str) -> list[Row]:
    raw, problems = read_bytes(path, file)
    text, odd = decode(raw or b"", file)
    if problems or odd:
        raise DataError([*problems, *odd])
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise DataError([Problem(file, 0, "", "must be a comma-separated table", str(error))]) from None
    if not lines:
        raise DataError([Problem(file, 0, "", "must be a comma-separated table with a header", "the file is empty")])
    heading, *cells = lines
    cause = "a spreadsheet saved it with another separator, or a text with a comma is not in quotation marks"
    rule = f"must have {len(heading)} cells, as the header"
    if uneven := [Problem(file, number, "", rule, cause) for number, line in enumerate(cells, start=2) if len(line) != len(heading)]:
        raise DataError(uneven)
    table = Path(file).stem.split("_")[0]
    if (schema := TABLES.get(table)) is not None:
        wanted = [name for name, column in schema.columns.items() if not column.optional]
        wrong = [name for name in heading if name not in schema.columns] + [name for name in wanted if name not in heading]
        if wrong:
            rule = f"must have the columns {', '.join(schema.columns)}"
            raise DataError([Problem(file, 1, ", ".join(wrong), rule, "a column was renamed, added or lost, or the separator is no comma")])
    return [dict(zip(heading, line, strict=True)) for line in cells]


def _cells(schema: Schema, rows: Sequence[Row], file: str) -> Iterator[Problem]:
    for number, row in enumerate(rows, start=2):
        for name, column in schema.columns.items():
            value = row.get(name, "")
            if not value:
                if not column.optional:
                    yield Problem(file, number, "", f"column {name!r} may not be empty", "a cell was left blank")
            elif column.allowed and value not in column.allowed:
                rule = f"column {name!r} must be one of: {', '.join(column.allowed)}"
                yield Problem(file, number, value, rule, suggest(value, column.allowed))
            elif column.pattern and not re.fullmatch(column.pattern, value):
                yield Problem(file, number, value, f"column {name!r} must be of the form {column.pattern}, as {column.example!r}")
            for fault in faults(value):
                yield Problem(file, number, fault.around, f"column {name!r} {fault.rule}", fault.cause)


def _twice(schema: Schema, rows: Sequence[Row], file: str) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows, start=2):
        key = tuple(row.get(name, "") for name in schema.unique)
        if key in seen:
            yield Problem(file, number, ", ".join(key), f"({', '.join(schema.unique)}) occurs more than once", "a row was copied")
        seen.add(key)
