"""The one place to ask for the results of a survey, also of an edition that has none."""

from fruitmand.analysis import survey_from_file
from fruitmand.analysis.survey_results import Survey
from fruitmand.edition.reading import Edition


def analyse(edition: Edition, *, draws: int, omega_draws: int, seed: int) -> Survey:
    """Analyse the survey of an edition; without one nothing is computed, and nothing filled in.

    Where the answers are not there but the results that were made from them are, those are returned as they are, whatever the draws.

    Parameters
    ----------
    edition : Edition
        The edition.
    draws : int
        Permutations of the comparisons of groups.
    omega_draws : int
        Bootstrap draws for the interval of omega.
    seed : int
        Seed of both.
    """
    if not edition.fielded:
        return Survey()
    if edition.has_results_alone:
        return survey_from_file.from_file(edition)
    from fruitmand.analysis import survey_from_answers  # noqa: PLC0415 - its libraries take longer to import than a step without it to run

    return survey_from_answers.analyse(edition, draws=draws, omega_draws=omega_draws, seed=seed)
