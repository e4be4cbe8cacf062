"""The file with the results of a survey whose answers stay out of the repository: all that a copy without the answers has of it."""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from fruitmand.edition.errors import DataError, Problem
from fruitmand.edition.raw_text import read_bytes

NAME = "survey_results.json"
ANSWERS = ("respondents.csv", "responses.csv")
"""The answers that the results are made from; remarks are never published."""
BESIDE = ("adjudications.csv", "agenda.csv", "items.csv", "municipalities.csv", "ratings.csv")
"""What they are made with besides, which is in the repository."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StoredColumn(_Strict):
    """A column of a table: its name, its type as pandas names it, and its values; a missing one is null."""

    name: str
    type: str
    values: list[bool | int | float | str | None]


class StoredResult(_Strict):
    """A table with small groups withheld, and what a block made of it has to say."""

    n: int
    smallest: int | None
    alike: list[str]
    columns: list[StoredColumn]


class StoredNumber(_Strict):
    """A named number of the texts."""

    name: str
    value: int | float | None
    n: int | None
    source: str
    reason: str


class SurveyResults(_Strict):
    """The whole file: ``answers`` and ``beside`` have the SHA-256 of the files that the results were made from, by name."""

    answers: dict[str, str]
    beside: dict[str, str]
    min_cell: int
    municipalities: list[str]
    results: dict[str, StoredResult]
    numbers: list[StoredNumber]


def digests(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Return the SHA-256 of those of these files that are in a folder, by name."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names if (folder / name).is_file()}


def read_results(folder: Path, label: str) -> SurveyResults:
    """Read the file of a folder with raw files.

    Raises
    ------
    DataError
        When it cannot be read, or is not what `make report` writes.
    """
    file = f"{label}/{NAME}"
    content, problems = read_bytes(folder / NAME, file)
    if content is None:
        raise DataError(problems)
    try:
        return SurveyResults.model_validate_json(content)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise DataError([Problem(file, 0, place, "is not as make report writes it", "it was changed by hand; take it anew")]) from error
