"""Tell what a file is that somebody imports: coded interviews, paraphrases, ratings, or answers to the survey."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from fruitmand.edition.reading import raw_folder
from fruitmand.importers.coding.command import import_coded
from fruitmand.importers.coding.edition_tables import open_edition
from fruitmand.importers.coding.paraphrases import import_paraphrases, is_paraphrases
from fruitmand.importers.coding.reading import is_coded
from fruitmand.importers.given_file import given_file
from fruitmand.importers.survey.command import import_survey

_RATINGS = "fruitmand.importers.ratings"


def import_file(file: Path, edition: str, coder: str = "") -> Iterator[str]:
    """Import a file into an edition; yield first what it is taken for, then what was done.

    Raises
    ------
    FruitmandError
        When there is no such file or edition, or the import refuses it.
    DataError
        With all problems of the file at once.
    """
    raw_folder(edition)
    file = given_file(file)
    ratings = _ratings()
    if ratings is not None and ratings.is_ratings(file):
        yield _taken(file, "ratings")
        yield ratings.import_ratings(file, edition, coder)
    elif is_paraphrases(file):
        yield _taken(file, "paraphrases of coded passages")
        yield "\n".join(f"  {line}" for line in import_paraphrases(file, open_edition(edition)))
    elif is_coded(file):
        yield _taken(file, "coded interviews")
        yield import_coded(file, edition, coder)
    else:
        yield _taken(file, "answers to the survey")
        yield import_survey(file, edition)


def _taken(file: Path, what: str) -> str:
    return f"{file.name} is taken for {what}"


def _ratings() -> ModuleType | None:
    """Return the import of ratings, None while there is none."""
    try:
        return import_module(_RATINGS)
    except ModuleNotFoundError as error:
        if error.name != _RATINGS:
            raise
        return None
