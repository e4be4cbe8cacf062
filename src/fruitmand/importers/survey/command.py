"""Import the export of a survey tool into an edition: check the edition, read the export, write all three tables or none, and report."""

import csv
import io
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import SCHEMAS
from fruitmand.importers.storing import one_import, store
from fruitmand.importers.survey import late
from fruitmand.importers.survey.assembly import TABLES, Survey, assemble, random_letters
from fruitmand.importers.survey.export import Export
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import ColumnMatch, match_columns, read_manual_matches
from fruitmand.importers.survey.proposals import NotUnderstoodError
from fruitmand.importers.survey.questionnaire import Questionnaire, read_questionnaire
from fruitmand.importers.survey.summary import summary
from fruitmand.importers.survey.values import Values, codes_of, read_values


def import_survey(file: Path, name: str, new_id: Callable[[], str] = random_letters, add: str = "") -> str:
    """Import an export into ``data/raw/<name>`` and return a report of what was done, line by line.

    When there are answers already, those who are new in the export can be added: the first call says how many there are, and raises; the
    next one, with that number, adds them.

    Parameters
    ----------
    file : Path
        The export; outside the compendium, as it may hold personal data. It is read, never copied. ``~`` is the home folder.
    name : str
        The edition; a draft with ``survey.state = "fielded"``.
    new_id : callable
        Returns a random id at every call.
    add : str
        How many respondents are added to those that are there.

    Raises
    ------
    FruitmandError
        When the edition takes no answers (any more), or the file is in the compendium or does not exist.
    DataError
        With all problems of the export at once. Nothing is written then but, beside the export, what a person could settle.
    """
    edition = Edition(name)
    _check_edition(edition)
    file = _existing_file(file)
    with one_import(edition.folder, wait=False) as note:
        try:
            lines = _import(edition, file, new_id, add)
        except NotUnderstoodError as error:
            raise error.offering(file, edition.label) from None
    return "\n".join(f"  {line}" for line in ([note, *lines] if note else lines))


@dataclass(frozen=True)
class _Settled:
    """What is the same for all answers of an import: what is asked, what the columns are, what a person said, and who gives ids."""

    questionnaire: Questionnaire
    match: ColumnMatch
    values: Values
    new_id: Callable[[], str]


def _import(edition: Edition, file: Path, new_id: Callable[[], str], add: str) -> list[str]:
    there = _counts(edition.folder)
    keys = late.read_keys(edition.folder) if there else None
    if there and keys is None:
        raise FruitmandError(_has_answers(edition.label, there))
    questionnaire = read_questionnaire(edition)
    manual, problems = read_manual_matches(edition.folder, edition.label, questionnaire)
    values, more_problems = read_values(edition.folder, edition.label, questionnaire)
    export = read_export(file, lambda found: bool(match_columns(found, questionnaire, manual).items))
    match = match_columns(export, questionnaire, manual)
    survey = assemble(export, match, questionnaire, new_id, problems=[*problems, *more_problems], values=values)
    tables = survey.tables
    if keys is not None:
        confirmed, told = _confirm(edition, export, survey, keys, add)
        if told:
            return told
        export, survey = _new(export, keys, _Settled(questionnaire, match, values, _another(new_id, confirmed)))
        tables = late.together(survey, confirmed)
    contents = {f"{table}.csv": tables[table].to_csv(index=False, lineterminator="\n") for table in TABLES}
    store(edition.folder, contents | {late.KEYS_FILE: late.new_keys(survey, keys).content()})
    return summary(export, match, questionnaire, survey, edition.label, values=values)


def _check_edition(edition: Edition) -> None:
    file = f"{edition.label}/edition.toml"
    if edition.settings.status == "published":
        raise DataError([Problem(file, 0, "published", "a published edition takes no answers", "make a new edition for a new survey")])
    if not edition.settings.survey.fielded:
        raise DataError(
            [
                Problem(
                    file,
                    0,
                    edition.settings.survey.state,
                    "the survey must have been fielded before its answers are imported",
                    'when it is out, set state = "fielded" under [survey]',
                )
            ]
        )
    if odd := [f"{table}.csv" for table in TABLES if (path := edition.folder / f"{table}.csv").exists() and not path.is_file()]:
        raise FruitmandError(f"{edition.label}/{odd[0]} is no file but a folder; move it away, and import again")


def _counts(folder: Path) -> dict[str, int]:
    """Count what is in the tables that have rows, also in one that is not valid; a text may have several lines."""
    rows = {}
    for table in TABLES:
        path = folder / f"{table}.csv"
        content = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
        with suppress(csv.Error):
            rows[table] = max(0, sum(1 for row in csv.reader(io.StringIO(content, newline="")) if row) - 1)
    return {table: count for table, count in rows.items() if count}


def _has_answers(label: str, there: dict[str, int]) -> str:
    listing = ", ".join(f"{count} {table}" for table, count in there.items())
    return (
        f"{label} has answers already: {listing}; nothing was changed.\n"
        f"There is no {late.KEYS_FILE} in it, by which later answers would be known. To start anew, move"
        f" {', '.join(f'{table}.csv' for table in TABLES)} out of {label} and import again; every respondent then gets another pseudonym."
    )


def _confirm(edition: Edition, export: Export, whole: Survey, keys: late.Keys, add: str) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the tables that are there when a person confirmed how many respondents are added, and nothing to say; else raise what is new.

    Where nobody is new there is nothing to confirm, and that is what is said.
    """
    there = {table: _table(edition, table) for table in TABLES}
    count = sum(keys.digest(key) not in keys.pseudonyms for key in whole.keys.values())
    lines = [
        f"{edition.label} has {len(there['respondents'])} respondents; of the {len(whole.tables['respondents'])} in {export.file}"
        f" {count} are new: {_states(whole, keys)}."
    ]
    if altered := late.changed(whole, keys, there):
        lines.append(f"{altered} of those who are there have other answers now; these are not taken over.")
    if not count:
        return there, [*lines, "there is nothing to add; nothing was changed"]
    late.confirm(count, add, "\n".join(lines), known=len(whole.keys) - count, there=len(there["respondents"]))
    return there, []


def _new(export: Export, keys: late.Keys, settled: _Settled) -> tuple[Export, Survey]:
    """Return those of an export who are not in the edition yet; what its codes mean the whole export says."""
    new = late.those_who_are_new(export, keys)
    codes = codes_of(export, settled.match.items, settled.questionnaire)
    return new, assemble(new, settled.match, settled.questionnaire, settled.new_id, values=settled.values, codes=codes)


def _another(new_id: Callable[[], str], there: Mapping[str, pd.DataFrame]) -> Callable[[], str]:
    """Return a maker of ids that nobody has yet."""
    taken = {*there["respondents"]["respondent"].str[1:], *there["remarks"]["remark"].str[1:]}
    return lambda: next(letters for letters in iter(new_id, None) if letters not in taken)


def _table(edition: Edition, table: str) -> pd.DataFrame:
    if (edition.folder / f"{table}.csv").is_file():
        return edition[table]
    return pd.DataFrame(columns=list(SCHEMAS[table].columns), dtype="string")


def _states(whole: Survey, keys: late.Keys) -> str:
    """Return how many answers the new respondents gave, by state."""
    new = {name for name, key in whole.keys.items() if keys.digest(key) not in keys.pseudonyms}
    counts = whole.tables["responses"].loc[lambda rows: rows["respondent"].isin(new), "state"].value_counts()
    return ", ".join(f"{count} {str(state).replace('_', ' ')}" for state, count in counts.items()) or "no answers"


def _existing_file(file: Path) -> Path:
    with suppress(RuntimeError):  # there is no such user
        file = file.expanduser()
    shown = str(file).encode(errors="backslashreplace").decode()  # a name may hold what is no text
    if file.is_dir():
        raise FruitmandError(f"{shown} is a folder; name the export in it, such as {shown}{os.sep}export.csv")
    if not file.is_file():
        raise FruitmandError(f"there is no file {shown}")
    root = project_root()
    if file.resolve().is_relative_to(root):
        raise FruitmandError(
            f"{shown} lies in the compendium ({root}), and an export as it comes may hold personal data.\n"
            "Keep it elsewhere, where it cannot be committed or published, and import it from there."
        )
    return file
