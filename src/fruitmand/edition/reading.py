"""An edition: its settings, its tables and its claims, read file by file, each by its schema."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pydantic import BaseModel

from fruitmand.edition import schema, settled_fieldwork, validation_cache
from fruitmand.edition.claims import Claim, Claims
from fruitmand.edition.columns import ID, Schema
from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import project_root
from fruitmand.edition.raw_table import read_table
from fruitmand.edition.raw_text import read_bytes
from fruitmand.edition.raw_toml import read_toml
from fruitmand.edition.settings import Basis, Group, Model, Models, Settings, Texts
from fruitmand.edition.survey_results_file import NAME as SURVEY_RESULTS

T = TypeVar("T", bound=BaseModel)
_ALL = {**schema.FIELDWORK, **schema.SCHEMAS}
"""The tables of all bases; one that an edition's own basis does not have is empty."""


class Edition(Mapping[str, pd.DataFrame]):
    """An edition's raw data, read file by file when first asked for, each checked by its own schema unless these bytes were checked before.

    ``reads`` has the name and the SHA-256 of every file that was read, in the order of reading. Table ``codings`` has all coders'
    rows, one coder after the other. Segments, codings and ratings have one form whatever the basis (`settled_fieldwork`); `given` has them
    as they are in the files. The codebook has the codes of the edition's year. `read_edition` of the checks reads everything, and
    compares the files with each other as well.

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
        self.given = Given(self)
        self._files: dict[str, pd.DataFrame] = {}
        self._tables: dict[str, pd.DataFrame] = {}

    @cached_property
    def basis(self) -> Basis:
        """What the edition rests on, which says what its tables may hold; as far as it can be seen where the settings are wrong."""
        try:
            return self.settings.basis
        except DataError:
            content, _ = read_bytes(self.folder / "edition.toml", "")
            return "fieldwork" if re.search(rb'^basis *= *"fieldwork"', content or b"", re.MULTILINE) else "publication"

    @property
    def group(self) -> Group | None:
        """All municipalities together, where something is attributed to them as one: ``id``, ``label_nl`` and ``label_en``."""
        return self.settings.group

    @property
    def group_id(self) -> str | None:
        """The id of the group, None when there is none."""
        return None if self.group is None else self.group.id

    @property
    def rater_ratings(self) -> pd.DataFrame:
        """The ratings as each rater gave them: with ``rater`` and ``segments``, which a publication does not tell."""
        rows = self.given["ratings"]
        absent = {name: pd.Series(pd.NA, index=rows.index, dtype="str") for name in ("rater", "segments") if name not in rows}
        return rows.assign(**absent)

    @cached_property
    def lone_codings(self) -> pd.DataFrame | None:
        """The codes of passages that one of two coders alone marked; None when coders have no segments of their own."""
        if self.basis != "fieldwork":
            return None
        return settled_fieldwork.codes_in_common(self.given, self.coders, settled_fieldwork.same_passages(self.given, self.coders))[1]

    @property
    def whole_codebook(self) -> pd.DataFrame:
        """The codebook with the codes that ended before the edition's year, which it keeps for the record alone."""
        return self._file("codebook")

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
        return {model.id: model for model in self._toml("models.toml", Models, empty=Models()).model}

    @cached_property
    def claims(self) -> list[Claim]:
        """The claims of the publication, ``claims.toml``."""
        return self._toml("claims.toml", Claims, empty=Claims()).claim

    def check_texts(self) -> None:
        """Read the texts of the edition's own, where it has any, to see that they can be read.

        Raises
        ------
        DataError
            With what is wrong with them.
        """
        for path in sorted(self.folder.glob("texts.*.toml")):
            self._toml(path.name, Texts)

    @cached_property
    def coders(self) -> tuple[str, ...]:
        """The coders in the order of their names, in which numbers count as numbers; the first made the segments."""
        found = [path.stem.removeprefix("codings_") for path in self.folder.glob("codings_*.csv")]
        if not found and self.basis == "publication":
            raise DataError([Problem(f"{self.label}/codings_<coder>.csv", 0, "", "file is missing", "at least one coder is needed")])
        rule, cause = f"the name of a coder must be of the form {ID}", "the file was copied, or has another language's letters"
        if odd := [Problem(f"{self.label}/codings_{name}.csv", 0, name, rule, cause) for name in found if not re.fullmatch(ID, name)]:
            raise DataError(odd)
        return tuple(sorted(found, key=_in_order))

    @property
    def fielded(self) -> bool:
        """Whether the edition has a survey that was fielded; not when its settings cannot be read, which is told where they are.

        Of fieldwork it has one when the answers are there, or else the results that were made from them.
        """
        return self.has_answers or self.has_results_alone

    @property
    def has_answers(self) -> bool:
        """Whether the answers to a survey that was fielded are there; in fieldwork they may be missing."""
        return self._was_fielded and (self.basis == "publication" or not self._absent("responses.csv"))

    @property
    def has_results_alone(self) -> bool:
        """Whether of a survey that was fielded only the results are there, as in a copy of the repository without the answers."""
        return self._was_fielded and not self.has_answers and not self._absent(SURVEY_RESULTS)

    @property
    def _was_fielded(self) -> bool:
        try:
            return self.settings.survey.fielded
        except DataError:
            return False

    @cached_property
    def _checked(self) -> dict[str, str]:
        return validation_cache.recall(project_root() / "data" / "processed" / self.name / "check", self.basis)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._tables:
            self._tables[name] = self._form(name)
        return self._tables[name].copy(deep=False)  # pandas copies what is written to

    def _form(self, name: str) -> pd.DataFrame:
        """Return a table in the form that analysis gets."""
        if name == "codebook":
            return self.given[name].reset_index(drop=True)
        if self.basis == "fieldwork":
            match name:
                case "segments":
                    return settled_fieldwork.standing_segments(self.given, self.coders)
                case "codings":
                    same = settled_fieldwork.same_passages(self.given, self.coders)
                    return settled_fieldwork.codes_in_common(self.given, self.coders, same)[0]
                case "ratings":
                    return settled_fieldwork.settled_ratings(self.given)
        return self._file(name)

    def _file(self, name: str) -> pd.DataFrame:
        """Return a table as its file has it; one that another basis has is empty."""
        if name not in _ALL:
            raise KeyError(name)
        if name not in self._files:
            self._files[name] = self._codings() if name == "codings" else self._table(name)
        return self._files[name].copy(deep=False)

    def _ended(self, book: pd.DataFrame) -> pd.Series:
        until = book["until"]
        return (until < self.settings.year).fillna(False).astype(bool) if until.notna().any() else until.notna()

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        kept_apart = {"remarks"} - {path.stem for path in self.folder.glob("remarks.csv")}  # they need not be in the repository
        absent = kept_apart if self.has_answers else set(schema.SURVEY)
        return (name for name in schema.BY_BASIS[self.basis] if name not in absent)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def rereading(self, file: str) -> "Edition":
        """Return the edition with one file to be read anew; what was read of the others is kept."""
        name = "codings" if file.startswith("codings_") else file.removesuffix(".csv")
        other = Edition(self.name)
        other._files = {table: frame for table, frame in self._files.items() if table != name}
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
        return pd.concat(parts, ignore_index=True) if parts else _empty(schema.SCHEMAS["codings"])

    def _table(self, name: str) -> pd.DataFrame:
        file, form = f"{name}.csv", schema.BY_BASIS[self.basis].get(name)
        if form is None:
            return _empty(_ALL[name])
        if form.optional and self._absent(file):
            return _empty(form)
        return self._csv(file, name)

    def _absent(self, file: str) -> bool:
        return all(path.name != file for path in self.folder.iterdir())  # a file that cannot be read is not absent

    def _csv(self, file: str, name: str) -> pd.DataFrame:
        content = self._bytes(file)
        known = self._checked.get(file) == self.reads[file]
        frame, problems = read_table(content, name, f"{self.label}/{file}", known=known, basis=self.basis)
        if problems:
            raise DataError(problems)
        return frame

    def _toml(self, file: str, kind: type[T], empty: T | None = None) -> T:
        """Read a TOML file; in fieldwork ``empty`` stands for one that is absent."""
        if empty is not None and self.basis == "fieldwork" and self._absent(file):
            return empty
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


class Given(Mapping[str, pd.DataFrame]):
    """The tables of an edition as its files have them, with the columns that may be absent; the codebook without ended codes."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition

    def __getitem__(self, name: str) -> pd.DataFrame:
        frame = self._edition._file(name)
        return frame[~self._edition._ended(frame)] if name == "codebook" else frame

    def __iter__(self) -> Iterator[str]:
        return iter(self._edition)

    def __len__(self) -> int:
        return len(self._edition)


def _empty(form: Schema) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in form.types.items()})


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
