"""Read a whole edition: everything that must hold, in each file and between the files, before any analysis starts."""

from collections.abc import Callable, Iterator
from functools import partial

import pandas as pd

from fruitmand.checks.attribution import check_passages
from fruitmand.checks.claim_predicates import check_claims, check_setting_values
from fruitmand.checks.claim_wording import check_wording
from fruitmand.checks.double_entry import check_readings
from fruitmand.checks.fieldwork import check_fieldwork, check_history
from fruitmand.checks.language_parity import check_parity, study_wording
from fruitmand.checks.microdata import check_microdata, check_results, kept_out
from fruitmand.checks.recoding import check_recodings
from fruitmand.checks.references import check_models, check_partners, check_references
from fruitmand.checks.survey_answers import check_survey
from fruitmand.edition import canonical, sealing
from fruitmand.edition.errors import DataError, Problem, blocking
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
        With every problem in every file: manifest, schemas and references between the files; of a draft without what is unfinished.
    """
    found = Edition(edition)
    problems = check_edition(found)
    if stopping := blocking(problems, draft=is_draft(found)):
        raise DataError(stopping)
    return found


def is_draft(found: Edition) -> bool:
    """Return whether an edition is a draft, so that what is unfinished does not stop it; not when its settings cannot be read."""
    return not _problems_of(lambda: found.settings) and found.settings.status == "draft"


def check_edition(found: Edition, *, sealed: bool = True) -> list[Problem]:
    """Return every problem in an edition's files, each with its severity: an error, or something unfinished, which does not stop a draft.

    Without ``sealed`` the manifest is left out, and only what the files mean is checked.
    """
    parts: tuple[Callable[[], object], ...] = (
        lambda: found.settings,
        lambda: found.models,
        lambda: found.claims,
        found.check_texts,
        *(partial(found.given.__getitem__, name) for name in found),
    )
    problems = list(dict.fromkeys(problem for part in parts for problem in _problems_of(part)))
    if sealed and not _problems_of(lambda: found.settings) and found.settings.status == "published":
        problems += sealing.check(found.folder, found.label, kept_out=kept_out(found))
    return problems or list(dict.fromkeys(_between_files(found)))


def _between_files(found: Edition) -> Iterator[Problem]:
    """Yield what is wrong between files that are each right."""
    settings, label, facts = found.settings, found.label, found.settings.facts()
    yield from check_references(found.given, found.coders, label, group=found.group_id, basis=found.basis)
    yield from check_fieldwork(found.given, settings, found.coders, label)
    yield from check_history(found.whole_codebook, settings.year, label)
    yield from check_models(found.models, found, label)
    yield from check_partners(found, settings, label)
    yield from check_survey(found, settings, found.folder, label)
    yield from check_microdata(settings, found.folder, label)
    yield from check_results(found)
    yield from check_readings(found, found.claims, found.coders, label, raters=found.rater_ratings, lone=found.lone_codings)
    yield from check_recodings(found, found.coders, label)
    yield from check_claims(found.claims, found, facts, label)
    yield from check_setting_values(found.claims, facts, label)
    yield from check_passages(_placed(found), label, settings)
    yield from check_parity(found.given, found.claims, label, study_wording(settings))
    methods = {method.id: {"nl": method.label_nl, "en": method.label_en} for method in settings.design}
    yield from check_wording(found.claims, found, methods, label)


def _placed(found: Edition) -> dict[str, pd.DataFrame]:
    """Return what is said of passages: every segment with its place, row by row of its file, and the codes as they were given."""
    given = found.given
    segments = canonical.segments_with_places(given) if found.basis == "fieldwork" else given["segments"]
    return {"municipalities": given["municipalities"], "segments": segments, "codings": given["codings"]}


def _problems_of(part: Callable[[], object]) -> list[Problem]:
    try:
        part()
    except DataError as error:
        return list(error.problems)
    return []
