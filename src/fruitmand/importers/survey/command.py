"""Import the export of a survey tool into an edition: check that it may be, read, write all three tables or none, and say what was done."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import project_root, write
from fruitmand.edition.reading import Edition
from fruitmand.importers.survey.answers import SHOWN
from fruitmand.importers.survey.assembly import TABLES, Survey, assemble, random_letters, states
from fruitmand.importers.survey.export import Export
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import Match, match_columns, read_by_hand
from fruitmand.importers.survey.personal import KINDS
from fruitmand.importers.survey.questionnaire import Questionnaire, read_questionnaire


def import_survey(file: Path, name: str, mint: Callable[[], str] = random_letters) -> str:
    """Import an export into ``data/raw/<name>`` and return what was done, line by line.

    Parameters
    ----------
    file : Path
        The export; outside the compendium, as it may hold personal data. It is read, never copied. ``~`` is the home folder.
    name : str
        The edition; a draft with ``survey.fielded = true``.
    mint : callable
        Makes random ids.

    Raises
    ------
    FruitmandError
        When the edition takes no answers (any more), or the file lies in the compendium or is not there.
    DataError
        With everything wrong in the export. Nothing is written then.
    """
    edition = Edition(name)
    _check_edition(edition)
    file = _found(file)
    known = read_questionnaire(edition)
    by_hand, problems = read_by_hand(edition.folder, edition.label, known)
    export = read_export(file)
    match = match_columns(export, known, by_hand)
    survey = assemble(export, match, known, mint, problems)
    _write_all(edition.folder, survey)
    return "\n".join(f"  {line}" for line in _told(export, match, known, survey, edition.label))


def _check_edition(edition: Edition) -> None:
    file = f"{edition.label}/edition.toml"
    if edition.settings.status == "published":
        raise DataError([Problem(file, 0, "published", "a published edition takes no answers", "make a new edition for a new survey")])
    if not edition.settings.survey.fielded:
        raise DataError([Problem(file, 0, "fielded = false", "the survey must have been fielded", "set fielded = true under [survey]")])
    held = {f"{table}.csv": rows for table in TABLES if (rows := _rows(edition.folder / f"{table}.csv"))}
    if held:
        what = ", ".join(f"{name} ({rows} rows)" for name, rows in held.items())
        raise FruitmandError(
            f"{edition.label} has answers already: {what}; nothing was changed.\n"
            f"To start anew, move {', '.join(f'{table}.csv' for table in TABLES)} out of {edition.label} and import again;"
            " every respondent then gets another pseudonym."
        )


def _rows(path: Path) -> int:
    """Count what stands under the header of a file; a file that cannot be read is not taken to be empty."""
    return max(0, len([line for line in path.read_bytes().splitlines() if line.strip()]) - 1) if path.is_file() else 0


def _found(file: Path) -> Path:
    with suppress(RuntimeError):  # a user that there is not
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


def _told(export: Export, match: Match, known: Questionnaire, survey: Survey, label: str) -> list[str]:
    kept = len(survey.tables["respondents"])
    lines = [f"recognised {export.file} as {export.tool.name}"]
    dropped = {"as preview or test": export.previews, "without consent": survey.refused, "without any answer": survey.empty}
    left = ", ".join(f"{count} {why}" for why, count in dropped.items() if count)
    broken = f"; {survey.unfinished} did not reach the end" if survey.unfinished else ""
    lines.append(f"respondents: {kept} of {export.read} rows{left and '; left out: '}{left}{broken}")
    lines.extend(_consented(survey))
    lines.append("answers: " + ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in states(survey).items()))
    lines.append(f"remarks: {len(survey.tables['remarks'])}")
    if len(survey.tables["remarks"]):
        *kinds, last = KINDS.values()
        lines.append(
            f"remarks were searched for {', '.join(kinds)} or {last}, but not for names: a person must read them all before any is quoted"
        )
    lines += [f"{item} is column {_quoted(export.columns[place].heading)}" for item, place in sorted(match.items.items())]
    lines += [f"{name} is column {_quoted(export.columns[place].heading)}" for name, place in match.fields.items()]
    lines += [
        f"remarks ({block or 'no block'}) are column {_quoted(export.columns[place].heading)}" for place, block in match.remarks.items()
    ]
    if missing := [item for item in known.items if item not in match.items]:
        lines.append(f"not asked, as there is no column: {', '.join(missing)}")
    if match.reworded:
        lines.append(f"the column has another text than the statement in items.csv: {', '.join(match.reworded)}; compare them")
    if survey.coded:
        labels = next(iter(known.items.values())).labels
        lines.append(
            "numbers were read as: " + ", ".join(f"{rank} {text}" for rank, text in enumerate(labels, start=1)) + "; check that they are"
        )
    for what, headings in {
        "personal data, not kept": export.personal,
        "of the tool, not kept": export.own,
        "ignored": match.ignored,
    }.items():
        if headings:
            lines.append(f"{what}: {', '.join(map(_quoted, headings))}")
    lines.append("wrote " + ", ".join(f"{label}/{name}.csv" for name in TABLES))
    return lines


def _consented(survey: Survey) -> Iterator[str]:
    if not survey.consent:
        yield "consent: there is no column of it, so that nobody was left out for want of it"
    for said, meaning in (("yes", "consent"), ("no", "refusal")):
        if found := {text: count for (text, consent), count in survey.consent.items() if consent == said}:
            shown = ", ".join(f"{_quoted(text[:SHOWN]) if text else 'an empty cell'} ({count})" for text, count in found.items())
            yield f"read as {meaning} in {sum(found.values())} of {sum(survey.consent.values())} rows: {shown}; check that it is"


def _quoted(heading: str) -> str:
    return json.dumps(heading, ensure_ascii=False)
