"""Whether the answers of respondents are in the repository: they are not, unless the edition says why they may be."""

import subprocess
from pathlib import Path

from fruitmand.edition.errors import Problem
from fruitmand.edition.settings import Settings

FILES = ("respondents.csv", "responses.csv", "remarks.csv")
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


def standing(settings: Settings) -> str:
    """Return what holds for the answers of an edition, as the check says it; empty for one without a survey."""
    if not settings.survey.fielded:
        return ""
    if settings.synthetic:
        return "answers of respondents: synthetic, so in the repository"
    if reason := settings.survey.answers_published:
        return f"answers of respondents: in the repository, because: {reason}"
    return "answers of respondents: kept out of the repository"
