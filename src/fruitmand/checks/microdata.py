"""Whether the answers of respondents are in the repository: they are not, unless the edition says why they may be."""

import subprocess
from pathlib import Path

from fruitmand.edition.errors import DataError, Problem
from fruitmand.edition.reading import Edition
from fruitmand.edition.settings import Settings
from fruitmand.edition.survey_results_file import ANSWERS, BESIDE, NAME, SurveyResults, digests, read_results

FILES = (*ANSWERS, "remarks.csv")
"""What one person answered, with municipality, domain and role: whoever has it needs no table of the report."""


def in_repository(folder: Path) -> list[str]:
    """Return which of these files git has in its index; none where there is no repository or no git."""
    command = ["git", "-C", str(folder), "ls-files", "--", *FILES]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return []
    return [name for name in listed.stdout.splitlines() if name in FILES]


def check_microdata(settings: Settings, folder: Path, label: str) -> list[Problem]:
    """Return a problem for every file with the answers of real respondents that is in the repository without a reason in the settings.

    Remarks are never published, whatever the settings say.
    """
    if settings.synthetic or not settings.survey.fielded:
        return []
    reason = settings.survey.answers_published
    rule = "answers of respondents stay out of the repository"
    cause = (
        f"git rm --cached {label}/NAME keeps the file and takes it out; a reason under survey.answers_published in edition.toml lets it in"
    )
    found = [name for name in in_repository(folder) if not reason or name == "remarks.csv"]
    return [Problem(f"{label}/{name}", 0, "", rule, cause.replace("NAME", name)) for name in found]


def kept_out(edition: Edition) -> tuple[str, ...]:
    """Return which files a copy of the repository may lack: the answers where their results are in it, and remarks in any case."""
    if edition.settings.synthetic or not edition.settings.survey.fielded:
        return ()
    return FILES if edition.settings.answers_kept_out and edition.has_results_alone else ("remarks.csv",)


def check_results(edition: Edition) -> list[Problem]:
    """Return what is wrong with the results that stand in the place of answers: whether they are needed, there, and of these answers."""
    settings, file = edition.settings, f"{edition.label}/{NAME}"
    there = (edition.folder / NAME).is_file()
    if not settings.answers_kept_out:
        rule, cause = "it stands in the place of answers that stay out of the repository, and these do not", "remove the file"
        return [Problem(file, 0, "", rule, cause)] if there else []
    if not there:
        needed = settings.status == "published" and edition.has_answers
        rule = "a published edition has the results of its survey, for whoever does not have the answers"
        return [Problem(file, 0, "", rule, _anew(edition))] if needed else []
    try:
        found = read_results(edition.folder, edition.label)
    except DataError as error:
        return list(error.problems)
    return _stale(edition, found, file)


def _stale(edition: Edition, found: SurveyResults, file: str) -> list[Problem]:
    """Return a problem for each thing that the results were made from or with, and that is another now."""
    least, odd = edition.settings.disclosure.min_cell, list[str]()
    before, now = dict(found.beside), digests(edition.folder, BESIDE)
    if edition.has_answers:
        before, now = before | found.answers, now | digests(edition.folder, ANSWERS)
    odd += [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    rule = "the results of the survey were made from another"
    cause = _anew(edition) if edition.has_answers else f"whoever has the answers: {_anew(edition)}"
    stale = [Problem(file, 0, name, rule, cause, "unfinished") for name in odd]
    if found.min_cell != least:
        stale.append(Problem(file, 0, str(found.min_cell), f"the smallest group shown is {least}", cause, "unfinished"))
    return stale


def _anew(edition: Edition) -> str:
    published = edition.settings.status == "published"
    return f"{'set status = draft, then ' if published else ''}make report EDITION={edition.name} makes it anew"


def where_answers_are(settings: Settings, *, results_alone: bool = False) -> str:
    """Return what holds for the answers of an edition, as the check says it; empty for one without a survey.

    ``results_alone`` says that the answers are not there, and the results that were made from them are.
    """
    if not settings.survey.fielded:
        return ""
    if settings.synthetic:
        return "answers of respondents: synthetic, so in the repository"
    if reason := settings.survey.answers_published:
        return f"answers of respondents: in the repository, because: {reason}"
    there = f", and not here; the report shows their results, {NAME}" if results_alone else ""
    return f"answers of respondents: kept out of the repository{there}"
