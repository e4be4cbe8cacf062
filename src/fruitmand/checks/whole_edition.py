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
from fruitmand.edition import sealing, settled_fieldwork
from fruitmand.edition.errors import DataError, Problem, blocking
from fruitmand.edition.reading import Edition


def read_edition(name: str) -> Edition:
    """Read and check all raw files of an edition.

    Each file is checked by its schema unless these bytes passed before; checks between files always run.

    Empty cells are missing and stay missing.

    Parameters
    ----------
    name : str
        Name of a folder under ``data/raw``.

    Raises
    ------
    FruitmandError
        When there is no such edition.
    DataError
        With every problem in every file: manifest, schemas and references between the files; of a draft without what is unfinished.
    """
    edition = Edition(name)
    problems = check_edition(edition)
    if stopping := blocking(problems, draft=is_draft(edition)):
        raise DataError(stopping)
    return edition


def is_draft(edition: Edition) -> bool:
    """Return whether an edition is a draft, so that what is unfinished does not stop it; not when its settings cannot be read."""
    return not _problems_of(lambda: edition.settings) and edition.settings.status == "draft"


def check_edition(edition: Edition, *, sealed: bool = True) -> list[Problem]:
    """Return every problem in an edition's files, each with its severity: an error, or something unfinished, which does not stop a draft.

    Without ``sealed`` the manifest is left out, and only what the files mean is checked.
    """
    parts: tuple[Callable[[], object], ...] = (
        lambda: edition.settings,
        lambda: edition.models,
        lambda: edition.claims,
        edition.check_texts,
        *(partial(edition.given.__getitem__, name) for name in edition),
    )
    problems = list(dict.fromkeys(problem for part in parts for problem in _problems_of(part)))
    if sealed and not _problems_of(lambda: edition.settings) and edition.settings.status == "published":
        problems += sealing.check(edition.folder, edition.label, kept_out=kept_out(edition))
    return problems or list(dict.fromkeys(_between_files(edition)))


def _between_files(edition: Edition) -> Iterator[Problem]:
    """Yield what is wrong between files that are each right."""
    settings, label, facts = edition.settings, edition.label, edition.settings.facts()
    yield from check_references(edition.given, edition.coders, label, group=edition.group_id, basis=edition.basis)
    yield from check_fieldwork(edition.given, settings, edition.coders, label)
    yield from check_history(edition.whole_codebook, settings.year, label)
    yield from check_models(edition.models, edition, label)
    yield from check_partners(edition, settings, label)
    yield from check_survey(edition, settings, edition.folder, label)
    yield from check_microdata(settings, edition.folder, label)
    yield from check_results(edition)
    yield from check_readings(edition, edition.claims, edition.coders, label, raters=edition.rater_ratings, lone=edition.lone_codings)
    yield from check_recodings(edition, edition.coders, label)
    yield from check_claims(edition.claims, edition, facts, label)
    yield from check_setting_values(edition.claims, facts, label)
    yield from check_passages(_placed(edition), label, settings)
    yield from check_parity(edition.given, edition.claims, label, study_wording(settings))
    methods = {method.id: {"nl": method.label_nl, "en": method.label_en} for method in settings.design}
    yield from check_wording(edition.claims, edition, methods, label)


def _placed(edition: Edition) -> dict[str, pd.DataFrame]:
    """Return what is said of passages: every segment with its place, row by row of its file, and the codes as they were given."""
    given = edition.given
    segments = settled_fieldwork.segments_with_places(given) if edition.basis == "fieldwork" else given["segments"]
    return {"municipalities": given["municipalities"], "segments": segments, "codings": given["codings"]}


def _problems_of(part: Callable[[], object]) -> list[Problem]:
    try:
        part()
    except DataError as error:
        return list(error.problems)
    return []
