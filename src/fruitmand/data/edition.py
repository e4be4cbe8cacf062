"""Read an edition: the one function, and everything that must hold before any analysis starts."""

import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fruitmand.data import manifest, schema
from fruitmand.data.errors import DataError, FruitmandError, Problem
from fruitmand.data.files import project_root
from fruitmand.data.references import check_references
from fruitmand.data.settings import Model, Models, Settings, read_toml
from fruitmand.data.validation import validate

PLAIN_TABLES = tuple(name for name in schema.SCHEMAS if name != "codings")


@dataclass(frozen=True)
class Edition:
    """An edition's raw data, checked. Tables are data frames with the columns of the data dictionary.

    ``codings`` has all coders' rows, one coder after the other.
    """

    name: str
    settings: Settings
    models: dict[str, Model]
    tables: dict[str, pd.DataFrame]
    coders: tuple[str, ...]

    def table(self, name: str) -> pd.DataFrame:
        """Return a copy of a raw table by its name in the data dictionary."""
        return self.tables[name].copy()


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


def read_edition(edition: str) -> Edition:
    """Read and check all raw files of an edition.

    Empty cells are missing and stay missing.

    Parameters
    ----------
    edition : str
        Name of a folder under ``data/raw``.

    Raises
    ------
    FruitmandError
        When there is no such edition.
    DataError
        With every problem in every file: manifest, schemas and references between the files.
    """
    folder = raw_folder(edition)
    label = f"data/raw/{edition}"
    settings, problems = read_toml(folder / "edition.toml", Settings, f"{label}/edition.toml")
    models, found = read_toml(folder / "models.toml", Models, f"{label}/models.toml")
    problems += found
    if settings is not None and settings.edition != edition:
        problems.append(Problem(f"{label}/edition.toml", 0, settings.edition, f"edition must be {edition!r}", "the folder was copied"))
    if settings is not None and settings.status == "published":
        problems += manifest.check(folder, label)
    tables: dict[str, pd.DataFrame] = {}
    for name in PLAIN_TABLES:
        tables[name], found = _read_table(folder / f"{name}.csv", name, f"{label}/{name}.csv")
        problems += found
    parts, coders = [], []
    for path in sorted(folder.glob("codings_*.csv"), key=lambda path: (len(path.name), path.name)):
        coder = path.stem.removeprefix("codings_")
        part, found = _read_table(path, "codings", f"{label}/{path.name}")
        if not found and set(part["coder"]) - {coder}:
            found = [
                Problem(f"{label}/{path.name}", 0, "", f"coder must be {coder!r} in every row", "another coder's rows are in the file")
            ]
        problems += found
        parts.append(part)
        coders.append(coder)
    if not parts:
        problems.append(Problem(f"{label}/codings_<coder>.csv", 0, "", "file is missing", "at least one coder is needed"))
    if not problems:
        tables["codings"] = pd.concat(parts, ignore_index=True)
        problems += check_references(tables, tuple(coders), label)
    if problems or settings is None or models is None:
        raise DataError(problems)
    return Edition(edition, settings, {model.id: model for model in models.model}, tables, tuple(coders))


def _read_table(path: Path, name: str, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    empty = pd.DataFrame()
    if not path.is_file():
        return empty, [Problem(file, 0, "", "file is missing")]
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return empty, [Problem(file, 0, "", "must be UTF-8", f"byte {error.start} is not; it was saved in another encoding")]
    try:
        frame = pd.read_csv(io.StringIO(text), dtype="string", keep_default_na=False, na_values=[""], skip_blank_lines=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        return empty, [Problem(file, 0, "", "must be a comma-separated table", str(error).strip())]
    if not isinstance(frame.index, pd.RangeIndex):  # pandas takes surplus cells for row labels
        return empty, [Problem(file, 2, "", "must be a comma-separated table", "the row has more cells than the header")]
    return validate(name, frame, file)
