"""The file that a person gives to an import: it is there, and it does not lie among what is published."""

from contextlib import suppress
from pathlib import Path

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root


def given_file(file: Path) -> Path:
    """Return a file that a person names, ``~`` being the home folder.

    Raises
    ------
    FruitmandError
        When it is no file, or lies in the compendium where it could be committed; ``data/processed`` is never committed.
    """
    with suppress(RuntimeError):  # there is no such user
        file = file.expanduser()
    if file.is_dir():
        raise FruitmandError(f"{file} is a folder; name the export in it, such as {file / 'export.csv'}")
    if not file.is_file():
        raise FruitmandError(f"there is no file {file}")
    root = project_root()
    place = file.resolve()
    if place.is_relative_to(root) and not place.is_relative_to(root / "data" / "processed"):
        raise FruitmandError(
            f"{file} lies in the compendium ({root}), and an export as it comes may hold personal data.\n"
            "Keep it elsewhere, where it cannot be committed or published, and import it from there."
        )
    return file
