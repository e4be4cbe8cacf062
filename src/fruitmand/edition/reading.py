"""An edition: its settings, its tables and its claims, read file by file, each by its schema."""

import hashlib
import io
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pydantic import BaseModel

from fruitmand.edition import schema, validation_cache
from fruitmand.edition.claims import Claim, Claims
from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import project_root, sha256
from fruitmand.edition.settings import Model, Models, Settings, read_toml

T = TypeVar("T", bound=BaseModel)


class Edition(Mapping[str, pd.DataFrame]):
    """An edition's raw data, read file by file when first asked for, each checked by its own schema unless these bytes were checked before.

    ``reads`` has the name and the SHA-256 of every file that was read, in the order of reading. Table ``codings`` has all coders'
    rows, one coder after the other. `read_edition` of the checks
    reads everything, and checks the files against each other as well.

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
        """The coders in the order of their files; the first made the segments."""
        found = sorted(self.folder.glob("codings_*.csv"), key=lambda path: (len(path.name), path.name))
        if not found:
            raise DataError([Problem(f"{self.label}/codings_<coder>.csv", 0, "", "file is missing", "at least one coder is needed")])
        return tuple(path.stem.removeprefix("codings_") for path in found)

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
        if name not in self._tables:
            self._tables[name] = self._codings() if name == "codings" else self._csv(f"{name}.csv", name)
        return self._tables[name].copy(deep=False)  # pandas copies what is written to

    def __iter__(self) -> Iterator[str]:
        kept_apart = {"remarks"} - {path.stem for path in self.folder.glob("remarks.csv")}  # they need not be in the repository
        absent = kept_apart if self.fielded else set(schema.SURVEY)
        return (name for name in schema.SCHEMAS if name not in absent)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def but(self, file: str) -> "Edition":
        """Return the edition with one file to be read anew; what was read of the others is kept."""
        name = "codings" if file.startswith("codings_") else file.removesuffix(".csv")
        other = Edition(self.name)
        other._tables = {table: frame for table, frame in self._tables.items() if table != name}
        kept = {"settings": "edition.toml", "models": "models.toml", "claims": "claims.toml"}
        other.__dict__ |= {part: self.__dict__[part] for part, source in kept.items() if part in self.__dict__ and source != file}
        return other

    def _codings(self) -> pd.DataFrame:
        parts = []
        for coder in self.coders:
            file = f"codings_{coder}.csv"
            part = self._csv(file, "codings")
            if set(part["coder"]) - {coder}:
                rule, cause = f"coder must be {coder!r} in every row", "another coder's rows are in the file"
                raise DataError([Problem(f"{self.label}/{file}", 0, "", rule, cause)])
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def _csv(self, file: str, name: str) -> pd.DataFrame:
        path = self.folder / file
        content = path.read_bytes() if path.is_file() else None
        if content is not None:
            self.reads[file] = hashlib.sha256(content).hexdigest()
        known = content is not None and self._checked.get(file) == self.reads[file]
        frame, problems = _read_table(content, name, f"{self.label}/{file}", known=known)
        if problems:
            raise DataError(problems)
        return frame

    def _toml(self, file: str, kind: type[T]) -> T:
        self._note(file)
        content, problems = read_toml(self.folder / file, kind, f"{self.label}/{file}")
        if problems or content is None:
            raise DataError(problems)
        return content

    def _note(self, file: str) -> None:
        path = self.folder / file
        if path.is_file():
            self.reads[file] = sha256(path)


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


def _read_table(content: bytes | None, name: str, file: str, *, known: bool) -> tuple[pd.DataFrame, list[Problem]]:
    empty = pd.DataFrame()
    if content is None:
        return empty, [Problem(file, 0, "", "file is missing")]
    try:
        text = content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return empty, [Problem(file, 0, "", "must be UTF-8", f"byte {error.start} is not; it was saved in another encoding")]
    types: Any = schema.SCHEMAS[name].types if known else "string"
    try:
        frame = pd.read_csv(io.StringIO(text), dtype=types, keep_default_na=False, na_values=[""], skip_blank_lines=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        return empty, [Problem(file, 0, "", "must be a comma-separated table", str(error).strip())]
    if not isinstance(frame.index, pd.RangeIndex):  # pandas takes surplus cells for row labels
        return empty, [Problem(file, 2, "", "must be a comma-separated table", "the row has more cells than the header")]
    if known:
        return frame, []
    from fruitmand.edition.validation import validate  # noqa: PLC0415 - who reads what was checked does without its libraries

    return validate(name, frame, file)
