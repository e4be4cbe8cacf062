"""Import the export of a survey tool into an edition: check the edition, read the export, write all three tables or none, and report."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import project_root, write
from fruitmand.edition.reading import Edition
from fruitmand.importers.survey.answers import MAX_SHOWN
from fruitmand.importers.survey.assembly import TABLES, Survey, assemble, count_states, random_letters
from fruitmand.importers.survey.export import Export
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import ColumnMatch, match_columns, read_manual_matches
from fruitmand.importers.survey.personal import KINDS
from fruitmand.importers.survey.questionnaire import Questionnaire, read_questionnaire


def import_survey(file: Path, name: str, new_id: Callable[[], str] = random_letters) -> str:
    """Import an export into ``data/raw/<name>`` and return a report of what was done, line by line.

    Parameters
    ----------
    file : Path
        The export; outside the compendium, as it may hold personal data. It is read, never copied. ``~`` is the home folder.
    name : str
        The edition; a draft with ``survey.state = "fielded"``.
    new_id : callable
        Returns a random id at every call.

    Raises
    ------
    FruitmandError
        When the edition takes no answers (any more), or the file is in the compendium or does not exist.
    DataError
        With all problems of the export at once. Nothing is written then.
    """
    edition = Edition(name)
    _check_edition(edition)
    file = _existing_file(file)
    questionnaire = read_questionnaire(edition)
    manual, problems = read_manual_matches(edition.folder, edition.label, questionnaire)
    export = read_export(file)
    match = match_columns(export, questionnaire, manual)
    survey = assemble(export, match, questionnaire, new_id, problems)
    _write_all(edition.folder, survey)
    return "\n".join(f"  {line}" for line in _summary(export, match, questionnaire, survey, edition.label))


def _check_edition(edition: Edition) -> None:
    file = f"{edition.label}/edition.toml"
    if edition.settings.status == "published":
        raise DataError([Problem(file, 0, "published", "a published edition takes no answers", "make a new edition for a new survey")])
    if not edition.settings.survey.fielded:
        raise DataError(
            [Problem(file, 0, edition.settings.survey.state, "the survey must have been fielded", 'set state = "fielded" under [survey]')]
        )
    filled = {f"{table}.csv": rows for table in TABLES if (rows := _rows(edition.folder / f"{table}.csv"))}
    if filled:
        listing = ", ".join(f"{name} ({rows} rows)" for name, rows in filled.items())
        raise FruitmandError(
            f"{edition.label} has answers already: {listing}; nothing was changed.\n"
            f"To start anew, move {', '.join(f'{table}.csv' for table in TABLES)} out of {edition.label} and import again;"
            " every respondent then gets another pseudonym."
        )


def _rows(path: Path) -> int:
    """Count the lines below the header of a file, also of a file that is not valid."""
    return max(0, len([line for line in path.read_bytes().splitlines() if line.strip()]) - 1) if path.is_file() else 0


def _existing_file(file: Path) -> Path:
    with suppress(RuntimeError):  # there is no such user
        file = file.expanduser()
    if file.is_dir():
        raise FruitmandError(f"{file} is a folder; name the export in it, such as {file / 'export.csv'}")
    if not file.is_file():
        raise FruitmandError(f"there is no file {file}")
    root = project_root()
    if file.resolve().is_relative_to(root):
        raise FruitmandError(
            f"{file} lies in the compendium ({root}), and an export as it comes may hold personal data.\n"
            "Keep it elsewhere, where it cannot be committed or published, and import it from there."
        )
    return file


def _write_all(folder: Path, survey: Survey) -> None:
    before = {path: path.read_bytes() if path.is_file() else None for path in (folder / f"{name}.csv" for name in TABLES)}
    try:
        for name in TABLES:
            write(folder / f"{name}.csv", survey.tables[name].to_csv(index=False, lineterminator="\n"))
    except BaseException:
        for path, content in before.items():
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content)
        raise


def _summary(export: Export, match: ColumnMatch, questionnaire: Questionnaire, survey: Survey, label: str) -> list[str]:
    respondents = len(survey.tables["respondents"])
    lines = [f"recognised {export.file} as {export.tool.name}"]
    left_out_by_reason = {"as preview or test": export.previews, "without consent": survey.refused, "without any answer": survey.empty}
    left_out = ", ".join(f"{count} {why}" for why, count in left_out_by_reason.items() if count)
    unfinished = f"; {survey.unfinished} did not reach the end" if survey.unfinished else ""
    lines.append(f"respondents: {respondents} of {export.rows_read} rows{left_out and '; left out: '}{left_out}{unfinished}")
    lines.extend(_consent_lines(survey))
    lines.append("answers: " + ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in count_states(survey).items()))
    lines.append(f"remarks: {len(survey.tables['remarks'])}")
    if len(survey.tables["remarks"]):
        *kinds, last = KINDS.values()
        lines.append(
            f"remarks were searched for {', '.join(kinds)} or {last}, but not for names: a person must read them all before any is quoted"
        )
    lines += [f"{item} is column {_quote(export.columns[place].heading)}" for item, place in sorted(match.items.items())]
    lines += [f"{name} is column {_quote(export.columns[place].heading)}" for name, place in match.fields.items()]
    lines += [
        f"remarks ({block or 'no block'}) are column {_quote(export.columns[place].heading)}" for place, block in match.remarks.items()
    ]
    if missing := [item for item in questionnaire.items if item not in match.items]:
        lines.append(f"not asked, as there is no column: {', '.join(missing)}")
    if match.reworded:
        lines.append(f"the column has another text than the statement in items.csv: {', '.join(match.reworded)}; compare them")
    if survey.coded:
        labels = next(iter(questionnaire.items.values())).labels
        lines.append(
            "numbers were read as: " + ", ".join(f"{rank} {text}" for rank, text in enumerate(labels, start=1)) + "; check that they are"
        )
    for kind, headings in {
        "personal data, not kept": export.personal_columns,
        "of the tool, not kept": export.tool_columns,
        "ignored": match.ignored,
    }.items():
        if headings:
            lines.append(f"{kind}: {', '.join(map(_quote, headings))}")
    lines.append("wrote " + ", ".join(f"{label}/{name}.csv" for name in TABLES))
    return lines


def _consent_lines(survey: Survey) -> Iterator[str]:
    if not survey.consent:
        yield "consent: there is no column of it, so that nobody was left out for want of it"
    for consent, meaning in (("yes", "consent"), ("no", "refusal")):
        if counts := {text: count for (text, text_consent), count in survey.consent.items() if text_consent == consent}:
            shown = ", ".join(f"{_quote(text[:MAX_SHOWN]) if text else 'an empty cell'} ({count})" for text, count in counts.items())
            yield f"read as {meaning} in {sum(counts.values())} of {sum(survey.consent.values())} rows: {shown}; check that it is"


def _quote(heading: str) -> str:
    return json.dumps(heading, ensure_ascii=False)
