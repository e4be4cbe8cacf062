"""The raw tables of an edition that coded interviews go into: their columns, how they are read and how they are written."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fruitmand.edition.errors import DataError, Problem
from fruitmand.edition.raw_table import read_table
from fruitmand.edition.raw_text import decode, read_bytes
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import BY_BASIS
from fruitmand.edition.settings import Basis

Row = dict[str, str]

BASIS: Basis = "fieldwork"
BY_HAND = ("municipality", "respondent", "section", "paragraph", "kind", "layer", "same_as")
"""Columns of ``segments.csv`` that no tool gives: a person may add them, and an import keeps them where they are."""


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
        """Return the rows of a raw table as they stand, with the columns that its file has; none when there is no file.

        Raises
        ------
        DataError
            With everything that is wrong with it.
        """
        name = f"{table}_{coder}.csv" if coder else f"{table}.csv"
        path, file = self.folder / name, f"{self.label}/{name}"
        if not path.exists() and not path.is_symlink():
            return []
        found, problems = read_bytes(path, file)
        if found is not None:
            _, problems = read_table(found, table, file, known=False, basis=BASIS)
        if found is None or problems:
            raise DataError(problems)
        return list(csv.DictReader(io.StringIO(decode(found, file)[0], newline="")))


def open_edition(name: str) -> CodedEdition:
    """Return an edition that takes coded interviews.

    Raises
    ------
    FruitmandError
        When there is no such edition.
    DataError
        When it is published or rests on a publication, or its settings cannot be read.
    """
    edition = Edition(name)
    settings = edition.settings
    for given, refused, which, cause in (
        (settings.status, "published", "a published edition", "make a new edition"),
        (settings.basis, "publication", "an edition that is read out of a publication", "its basis is not fieldwork"),
    ):
        if given == refused:
            raise DataError([Problem(f"{edition.label}/edition.toml", 0, given, f"{which} takes no coded interviews", cause)])
    return CodedEdition(name, edition.folder, settings.interviews.quotations == "published")


def content(table: str, rows: Sequence[Mapping[str, str]], *, without: Sequence[str] = ()) -> str:
    """Return a table as a file; a column that is filled in by hand is there when it was there."""
    added = {name for row in rows for name in row}
    own = BY_HAND if table == "segments" else ()
    names = [name for name in BY_BASIS[BASIS][table].columns if name not in without and (name not in own or name in added)]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return stream.getvalue()
