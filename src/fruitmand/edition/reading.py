"""An edition: its settings, its tables and its claims, read file by file, each by its schema."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pydantic import BaseModel

from fruitmand.edition import schema, validation_cache
from fruitmand.edition.claims import Claim, Claims
from fruitmand.edition.columns import ID
from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import project_root
from fruitmand.edition.raw_table import read_table
from fruitmand.edition.raw_text import read_bytes
from fruitmand.edition.raw_toml import read_toml
from fruitmand.edition.settings import Model, Models, Settings

T = TypeVar("T", bound=BaseModel)


class Edition(Mapping[str, pd.DataFrame]):
    """An edition's raw data, read file by file when first asked for, each checked by its own schema unless these bytes were checked before.

    ``reads`` has the name and the SHA-256 of every file that was read, in the order of reading. Table ``codings`` has all coders'
    rows, one coder after the other. `read_edition` of the checks
    reads everything, and compares the files with each other as well.

    Raises
    ------
    FruitmandError
        When there is no such edition; the message lists the editions there are.
    DataError
        On reading a file that breaks its schema.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = raw_folder(name)
        self.label = f"data/raw/{name}"
        self.reads: dict[str, str] = {}
        self._tables: dict[str, pd.DataFrame] = {}

    @cached_property
    def settings(self) -> Settings:
        """The edition's settings, ``edition.toml``."""
        settings = self._toml("edition.toml", Settings)
        if settings.edition != self.name:
            raise DataError(
                [Problem(f"{self.label}/edition.toml", 0, settings.edition, f"edition must be {self.name!r}", "the folder was copied")]
            )
        return settings

    @cached_property
    def models(self) -> dict[str, Model]:
        """The conceptual figures by id, ``models.toml``."""
        return {model.id: model for model in self._toml("models.toml", Models).model}

    @cached_property
    def claims(self) -> list[Claim]:
        """The claims of the publication, ``claims.toml``."""
        return self._toml("claims.toml", Claims).claim

    @cached_property
    def coders(self) -> tuple[str, ...]:
        """The coders in the order of their names, in which numbers count as numbers; the first made the segments."""
        found = [path.stem.removeprefix("codings_") for path in self.folder.glob("codings_*.csv")]
        if not found:
            raise DataError([Problem(f"{self.label}/codings_<coder>.csv", 0, "", "file is missing", "at least one coder is needed")])
        rule, cause = f"the name of a coder must be of the form {ID}", "the file was copied, or has another language's letters"
        if odd := [Problem(f"{self.label}/codings_{name}.csv", 0, name, rule, cause) for name in found if not re.fullmatch(ID, name)]:
            raise DataError(odd)
        return tuple(sorted(found, key=_in_order))

    @property
    def fielded(self) -> bool:
        """Whether the edition has a survey that was fielded; not when its settings cannot be read, which is told where they are."""
        try:
            return self.settings.survey.fielded
        except DataError:
            return False

    @cached_property
    def _checked(self) -> dict[str, str]:
        return validation_cache.recall(project_root() / "data" / "processed" / self.name / "check")

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in schema.SCHEMAS:
            raise KeyError(name)
        if name not in self._tables:
            self._tables[name] = self._codings() if name == "codings" else self._table(name)
        return self._tables[name].copy(deep=False)  # pandas copies what is written to

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        kept_apart = {"remarks"} - {path.stem for path in self.folder.glob("remarks.csv")}  # they need not be in the repository
        absent = kept_apart if self.fielded else set(schema.SURVEY)
        return (name for name in schema.SCHEMAS if name not in absent)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def rereading(self, file: str) -> "Edition":
        """Return the edition with one file to be read anew; what was read of the others is kept."""
        name = "codings" if file.startswith("codings_") else file.removesuffix(".csv")
        other = Edition(self.name)
        other._tables = {table: frame for table, frame in self._tables.items() if table != name}
        kept = {"settings": "edition.toml", "models": "models.toml", "claims": "claims.toml"}
        other.__dict__ |= {part: self.__dict__[part] for part, source in kept.items() if part in self.__dict__ and source != file}
        return other

    def _codings(self) -> pd.DataFrame:
        parts, problems = [], []
        for coder in self.coders:
            file = f"codings_{coder}.csv"
            try:
                part = self._csv(file, "codings")
            except DataError as error:
                problems += error.problems
                continue
            rule, cause = f"coder must be {coder!r} in every row", "another coder's rows are in the file"
            for row, name in enumerate(part["coder"], start=2):
                if name != coder:
                    problems.append(Problem(f"{self.label}/{file}", row, name, rule, cause))
            parts.append(part)
        if problems:
            raise DataError(problems)
        return pd.concat(parts, ignore_index=True)

    def _table(self, name: str) -> pd.DataFrame:
        file, form = f"{name}.csv", schema.SCHEMAS[name]
        if form.optional and all(path.name != file for path in self.folder.iterdir()):  # a file that cannot be read is not absent
            return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in form.types.items()})
        return self._csv(file, name)

    def _csv(self, file: str, name: str) -> pd.DataFrame:
        content = self._bytes(file)
        frame, problems = read_table(content, name, f"{self.label}/{file}", known=self._checked.get(file) == self.reads[file])
        if problems:
            raise DataError(problems)
        return frame

    def _toml(self, file: str, kind: type[T]) -> T:
        content, problems = read_toml(self._bytes(file), kind, f"{self.label}/{file}")
        if problems or content is None:
            raise DataError(problems)
        return content

    def _bytes(self, file: str) -> bytes:
        content, problems = read_bytes(self.folder / file, f"{self.label}/{file}")
        if content is None:
            raise DataError(problems)
        self.reads[file] = hashlib.sha256(content).hexdigest()
        return content


def _in_order(name: str) -> tuple[tuple[str | int, ...], str]:
    """Return a key that sorts names with the numbers in them as numbers."""
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", name)), name


def editions() -> list[str]:
    """Return the names of the editions that the compendium holds, in order."""
    return sorted(path.parent.name for path in (project_root() / "data" / "raw").glob("*/edition.toml"))


def raw_folder(edition: str) -> Path:
    """Return the folder with an edition's raw files.

    Raises
    ------
    FruitmandError
        When there is no such edition; the message lists the editions there are.
    """
    if edition not in editions():
        raise FruitmandError(f"there is no edition {edition!r}; there are: {', '.join(editions())}")
    return project_root() / "data" / "raw" / edition
