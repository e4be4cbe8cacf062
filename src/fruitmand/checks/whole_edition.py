"""Read a whole edition: everything that must hold, in each file and between the files, before any analysis starts."""

from collections.abc import Callable
from functools import partial

from fruitmand.checks.attribution import check_passages
from fruitmand.checks.claim_predicates import check_claims, check_setting_values
from fruitmand.checks.claim_wording import check_wording
from fruitmand.checks.double_entry import check_readings
from fruitmand.checks.language_parity import check_parity
from fruitmand.checks.microdata import check_microdata
from fruitmand.checks.references import check_models, check_references
from fruitmand.checks.survey_answers import check_survey
from fruitmand.edition import sealing
from fruitmand.edition.errors import DataError, Problem
from fruitmand.edition.reading import Edition


def read_edition(edition: str) -> Edition:
    """Read and check all raw files of an edition.

    Each file is checked by its schema unless these bytes passed before; checks between files always run.

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
    found = Edition(edition)
    if problems := check_edition(found):
        raise DataError(problems)
    return found


def check_edition(found: Edition, *, sealed: bool = True) -> list[Problem]:
    """Return every problem in an edition's files; without ``sealed`` the manifest is left out, and only what the files mean is checked."""
    parts: tuple[Callable[[], object], ...] = (
        lambda: found.settings,
        lambda: found.models,
        lambda: found.claims,
        *(partial(found.__getitem__, name) for name in found),
    )
    problems = [problem for part in parts for problem in _problems_of(part)]
    if sealed and not _problems_of(lambda: found.settings) and found.settings.status == "published":
        problems += sealing.check(found.folder, found.label)
    if not problems:
        problems += check_references(found, found.coders, found.label)
        problems += check_models(found.models, found, found.label)
        problems += check_survey(found, found.settings, found.folder, found.label)
        problems += check_microdata(found.settings, found.folder, found.label)
        problems += check_readings(found, found.claims, found.coders, found.label)
        problems += check_claims(found.claims, found, found.settings.facts(), found.label)
        problems += check_setting_values(found.claims, found.settings.facts(), found.label)
        problems += check_passages(found, found.label)
        problems += check_parity(found, found.claims, found.label)
        problems += check_wording(
            found.claims, found, {m.id: {"nl": m.label_nl, "en": m.label_en} for m in found.settings.design}, found.label
        )
    return problems


def _problems_of(part: Callable[[], object]) -> list[Problem]:
    try:
        part()
    except DataError as error:
        return list(error.problems)
    return []
