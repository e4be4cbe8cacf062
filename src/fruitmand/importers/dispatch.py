"""Tell what a file is that somebody imports: coded interviews, paraphrases, ratings, or answers to the survey."""

from collections.abc import Callable, Iterator
from pathlib import Path

from fruitmand.edition.reading import raw_folder
from fruitmand.importers.coding.command import import_coded
from fruitmand.importers.coding.edition_tables import open_edition
from fruitmand.importers.coding.paraphrases import import_paraphrases, is_paraphrases
from fruitmand.importers.coding.reading import is_coded
from fruitmand.importers.given_file import given_file
from fruitmand.importers.ratings import import_ratings, is_ratings
from fruitmand.importers.survey.assembly import random_letters
from fruitmand.importers.survey.command import import_survey


def import_file(file: Path, edition: str, coder: str = "", add: str = "", *, new_id: Callable[[], str] = random_letters) -> Iterator[str]:
    """Import a file into an edition; yield first what it is taken for, then what was done; ``new_id`` gives ids to respondents.

    Raises
    ------
    FruitmandError
        When there is no such file or edition, or the import refuses it.
    DataError
        With all problems of the file at once.
    """
    raw_folder(edition)
    file = given_file(file)
    if is_ratings(file):
        yield _taken(file, "ratings")
        yield import_ratings(file, edition, coder)
    elif is_paraphrases(file):
        yield _taken(file, "paraphrases of coded passages")
        yield "\n".join(f"  {line}" for line in import_paraphrases(file, open_edition(edition)))
    elif is_coded(file):
        yield _taken(file, "coded interviews")
        yield import_coded(file, edition, coder)
    else:
        yield _taken(file, "answers to the survey")
        yield import_survey(file, edition, new_id, add)


def _taken(file: Path, what: str) -> str:
    return f"{file.name} is taken for {what}"
